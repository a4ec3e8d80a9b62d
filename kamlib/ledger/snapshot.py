"""A frozen view of the canonical tables as they were known on one day, in one reporting currency."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kamlib.errors import DataError, Fault, raise_faults
from kamlib.ledger.schema import CONVERTED, REVENUE_KINDS, TABLES, check_table, empty_table, known_on
from kamlib.policy.receivables import Receivables
from kamlib.receivables.impairment import payment_lags
from kamlib.receivables.matching import match_payments

SNAPSHOT_FILE = "snapshot.json"
WHOLE_KEPT = 24  # how much of what was worked out of the last views of all clients
NARROW_KEPT = 256  # … and of chosen ones
Found = TypeVar("Found")
Reader = Callable[[str, tuple[str, ...] | None], pd.DataFrame]


@dataclass(frozen=True)
class Snapshot:
    """Tables up to a day. Nothing that became known later can be seen through it.

    Attributes
    ----------
    date : Timestamp
        The last day that is seen.
    currency : str
        Of every ``reporting_…`` column.
    facts : mapping
        About the ledger and the company: ``source, sha256, rows, missing, company``.
    tables : frozenset of str
        The canonical tables that are there and hold rows.
    worked_out : dict
        What `once` has kept of the last views.
    matching : str
        How receipts find their invoices, see `kamlib.receivables.matching.match_payments`; the run's policy says it.
    folder : Path or None
        Where it has been opened; None for one in memory.
    """

    date: pd.Timestamp
    currency: str
    facts: Mapping[str, Any]
    tables: frozenset[str]
    read: Reader
    client_ids: tuple[str, ...] | None = None
    matching: str = Receivables().match_payments
    worked_out: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)
    folder: Path | None = field(default=None, compare=False)

    def once(self, name: str, work: "Callable[[Snapshot], Found]") -> Found:
        """What `work` makes of this view, made once a view: ledger, day, clients and matching; shared, not copied.

        Parameters
        ----------
        name : str
            Of the work; nothing but the view may change its result.
        work : callable
        """
        key = (name, self.date, self.client_ids, self.matching)
        whole = self.client_ids is None
        known = self.worked_out.setdefault(whole, {})
        if key not in known:
            found = work(self)
            while len(known) >= (WHOLE_KEPT if whole else NARROW_KEPT):
                known.pop(next(iter(known)))
            known[key] = found
        return known[key]

    def coded(self) -> "Snapshot":
        """The same rows with numbers in place of the ids of invoices and receipts, in the same order: quick to work on."""
        tables = {name: self.read(name, self.client_ids) for name in ("invoices", "receipts") if name in self.tables}
        codes, _ = pd.factorize(pd.concat([frame["invoice_id"] for frame in tables.values()]), sort=True)
        numbers = np.where(codes < 0, np.nan, codes)  # no id is none as a number, too
        ends = np.cumsum([len(frame) for frame in tables.values()])
        for (name, frame), own in zip(tables.items(), np.split(numbers, ends[:-1]), strict=True):
            columns = {"invoice_id": own}
            if name == "receipts":
                columns["receipt_id"] = frame["receipt_id"].rank(method="dense")
            tables[name] = frame.assign(**columns)

        def read(name: str, client_ids: tuple[str, ...] | None) -> pd.DataFrame:
            return tables[name] if name in tables and client_ids == self.client_ids else self.read(name, client_ids)

        return replace(self, read=read, worked_out={})

    def as_of(self, day: date | str) -> "Snapshot":
        """The same ledger as it was known on an earlier day.

        Raises
        ------
        DataError
            A day after the snapshot's own: what is hidden stays hidden.
        """
        wanted = pd.Timestamp(day)
        if wanted > self.date:
            remedy = f"Choose a day up to {self.date:%Y-%m-%d}, or open the ledger as of a later one."
            raise DataError(Fault("as_of", f"{wanted:%Y-%m-%d}", remedy))
        return replace(self, date=wanted)

    def matched_by(self, method: str) -> "Snapshot":
        """The same ledger with receipts matched by another method."""
        return replace(self, matching=method)

    def only(self, *client_ids: str) -> "Snapshot":
        """The rows of these clients alone; tables without a client stay whole.

        Raises
        ------
        DataError
            An id that has no invoice in the ledger.
        """
        raise_faults(
            Fault("client_id", f"{client!r} is a {type(client).__name__}", 'Give the id as a text, such as "C0002".')
            for client in client_ids
            if not isinstance(client, str)
        )
        narrowed = replace(self, client_ids=tuple(client_ids))
        known = set(narrowed.table("invoices")["client_id"].unique())
        unknown = [client for client in client_ids if client not in known]
        if unknown:
            remedy = f"Use a client with an invoice up to {self.date:%Y-%m-%d}; kam check lists how many there are."
            raise DataError(Fault("client_id", client, remedy) for client in unknown)
        return narrowed

    def table(self, name: str) -> pd.DataFrame:
        """A canonical table, as known on the day; an absent one is empty with the right columns.

        Raises
        ------
        DataError
            A name that is no canonical table.
        """
        if name not in TABLES:
            raise DataError(Fault("table", name, f"Use one of {', '.join(TABLES)}."))
        if name not in self.tables:
            return empty_table(name).copy()
        if self.client_ids is None or "client_id" not in TABLES[name].columns:
            return self._known(self.read(name, None), known_on(name))
        narrow = self.once(f"table {name}", lambda view: view._known(view.read(name, view.client_ids), known_on(name)))
        return narrow.copy(deep=False)

    def _known(self, frame: pd.DataFrame, day: str | None) -> pd.DataFrame:
        if day is None:
            return frame.copy(deep=False)
        later = (frame[day] > self.date).to_numpy()
        return (frame[~later] if later.any() else frame).reset_index(drop=True)

    def absent(self, name: str) -> bool:
        """Whether the ledger has no such table at all; one that is there without rows says that nothing happened."""
        return name in self.facts["missing"] if "missing" in self.facts else name not in self.tables

    @property
    def invoices(self) -> pd.DataFrame:
        """Invoices, credit notes and the like issued up to the day."""
        return self.table("invoices")

    @property
    def receipts(self) -> pd.DataFrame:
        """Money received up to the day, a row for each invoice that it pays; ``match_method`` says how that was found."""

        def match(view: "Snapshot") -> pd.DataFrame:
            return match_payments(view.invoices, view.table("receipts"), view.date, view.matching)

        return self.once("receipts", match).copy(deep=False)

    @property
    def revenue(self) -> pd.DataFrame:
        """The invoices that are revenue: invoices, credit and debit notes, not balances of other kinds."""
        invoices = self.invoices
        return invoices[invoices["kind"].isin(REVENUE_KINDS)]

    @property
    def daily_revenue(self) -> pd.Series:
        """Revenue of the whole company by day, in the reporting currency, whatever clients are chosen."""
        daily = self._known(self.read("daily_totals", None), "date")
        return daily.set_index("date")["revenue"]

    @property
    def product_days(self) -> pd.DataFrame:
        """Revenue of the whole company by product line and day, whatever clients are chosen.

        ``product_line, date, revenue``, and of the invoices that tell how many: ``priced_amount, quantity``.
        """
        return self._known(self.read("product_days", None), "date")

    @property
    def payment_lags(self) -> pd.DataFrame:
        """What fell due each day in the whole company and after how many days it was paid, as known on the day.

        Rows as of `kamlib.receivables.payment_lags`, in the reporting currency, whatever clients are chosen;
        receipts that name no invoice have no lag.
        """
        lags = self.read("payment_lags", None)
        paid_on = lags["due_date"] + pd.to_timedelta(lags["lag_days"].fillna(0.0), unit="D")
        return lags[(lags["due_date"] <= self.date) & (paid_on <= self.date)].reset_index(drop=True)

    @property
    def company(self) -> Mapping[str, Any]:
        """What the run file tells of the company itself; empty where it tells nothing."""
        return self.facts.get("company") or {}

    def closing_rate(self, currency: str) -> float:
        """Reporting currency for one unit of `currency` at the last rate known on the day (IAS 21.23)."""
        if currency == self.currency:
            return 1.0
        fx = self.table("fx")
        rate, own = (_last_rate(fx[fx["currency"] == code]) for code in (currency, self.currency))
        if rate is None:
            raise DataError(Fault(f"fx.{currency}", f"no rate up to {self.date:%Y-%m-%d}", "Add it to the fx table."))
        return rate / (1.0 if own is None else own)


def _last_rate(rates: pd.DataFrame) -> float | None:
    """The newest of a currency's rates; None without any."""
    newest = rates["rate"].to_numpy()[(rates["date"] == rates["date"].max()).to_numpy()]
    return float(newest[-1]) if len(newest) else None


def open_snapshot(folder: Path | str) -> Snapshot:
    """The snapshot in a folder that a run has written.

    Raises
    ------
    DataError
        No snapshot there.
    """
    path = Path(folder)
    try:
        facts = json.loads((path / SNAPSHOT_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(Fault("source", str(folder), "Give the folder of a snapshot; kam run writes one.")) from error
    read = facts.get("ledger", {}).get("tables", {})
    empty = {name for name, report in read.items() if report["rows_used"] == 0}
    tables = frozenset(name for name in TABLES if name not in empty and (path / f"{name}.parquet").is_file())
    return Snapshot(
        pd.Timestamp(facts["as_of"]),
        facts["currency"],
        MappingProxyType(facts),
        tables,
        _parquet_reader(path),
        folder=path,
    ).matched_by(facts.get("matching", Receivables().match_payments))


def snapshot_from_frames(
    frames: Mapping[str, pd.DataFrame], as_of: date | str, currency: str, company: Mapping[str, Any] | None = None
) -> Snapshot:
    """A snapshot of frames in memory, checked against the canonical schemas; for trials and tests.

    Parameters
    ----------
    frames : mapping
        Canonical table → frame; ``invoices`` is required. Money must be in `currency` unless the frame has
        its own ``reporting_amount``.
    as_of, currency, company
        As in a run file.

    Raises
    ------
    DataError
        A frame that breaks its schema.
    """
    tables: dict[str, pd.DataFrame] = {}
    for name, frame in frames.items():
        twins = {f"reporting_{column}": column for column in CONVERTED.get(name, ())}
        checked = check_table(name, frame.drop(columns=[c for c in twins if c in frame]))
        if name == "invoices":
            basis = checked["due_date"].isna().map({True: "default_terms", False: "stated"})
            checked["due_basis"] = checked["due_basis"].fillna(basis)
            checked["due_date"] = checked["due_date"].fillna(checked["issue_date"] + pd.Timedelta(days=30))
        tables[name] = checked.assign(**{t: frame[t] if t in frame else checked[c] for t, c in twins.items()})
    invoices = tables["invoices"]
    revenue = invoices[invoices["kind"].isin(REVENUE_KINDS)]
    daily = revenue.groupby("issue_date")["reporting_amount"].sum().rename_axis("date").rename("revenue").reset_index()
    made = {
        "daily_totals": daily,
        "product_days": _product_days(revenue),
        "payment_lags": _payment_lags(revenue, tables.get("receipts")),
    }

    def read(name: str, client_ids: tuple[str, ...] | None) -> pd.DataFrame:
        frame = made[name] if name in made else tables[name]
        return frame if client_ids is None else frame[frame["client_id"].isin(client_ids)].reset_index(drop=True)

    facts = MappingProxyType({"source": "frames in memory", "sha256": "", "company": dict(company or {}), "rows": {}})
    return Snapshot(pd.Timestamp(as_of), currency, facts, frozenset(tables), read)


def _payment_lags(revenue: pd.DataFrame, receipts: pd.DataFrame | None) -> pd.DataFrame:
    received = empty_table("receipts") if receipts is None else receipts
    billed = revenue[["invoice_id", "due_date"]].assign(amount=revenue["reporting_amount"])
    paid = received[["invoice_id", "paid_date"]].assign(amount=received["reporting_amount"])
    loose = paid[pd.Index(revenue["invoice_id"]).get_indexer(paid["invoice_id"]) < 0]
    unlinked = loose.groupby("paid_date", as_index=False)["amount"].sum()
    unlinked = pd.DataFrame(
        {"due_date": unlinked["paid_date"], "lag_days": float("nan"), "billed": 0.0, "paid": unlinked["amount"]}
    )
    lags = payment_lags(billed, paid)
    return pd.concat([lags, unlinked], ignore_index=True) if len(unlinked) else lags


def _product_days(revenue: pd.DataFrame) -> pd.DataFrame:
    priced = (revenue["quantity"] > 0) & (revenue["reporting_amount"] > 0)
    lines = pd.DataFrame(
        {
            "product_line": revenue["product_line"],
            "date": revenue["issue_date"],
            "revenue": revenue["reporting_amount"],
            "priced_amount": revenue["reporting_amount"].where(priced, 0.0),
            "quantity": revenue["quantity"].where(priced, 0.0),
        }
    )
    return lines.dropna(subset=["product_line"]).groupby(["product_line", "date"], as_index=False).sum()


def _parquet_reader(folder: Path) -> Reader:
    @lru_cache(maxsize=32)
    def read(name: str, client_ids: tuple[str, ...] | None) -> pd.DataFrame:
        file = pq.ParquetFile(folder / f"{name}.parquet")
        if client_ids is None:
            return file.read(use_threads=False).to_pandas()
        near = file.read_row_groups(_row_groups(file, client_ids), use_threads=False)
        wanted = pa.array(client_ids, near.schema.field("client_id").type)
        return near.filter(pc.is_in(near["client_id"], value_set=wanted)).to_pandas()

    return read


def _row_groups(file: pq.ParquetFile, client_ids: Sequence[str]) -> list[int]:
    """The row groups whose range of ids may hold one of the clients: rows are sorted by client."""
    column = file.schema_arrow.get_field_index("client_id")
    chosen = []
    for group in range(file.num_row_groups):
        statistics = file.metadata.row_group(group).column(column).statistics
        if (
            statistics is None
            or not statistics.has_min_max
            or any(statistics.min <= client <= statistics.max for client in client_ids)
        ):
            chosen.append(group)
    return chosen
