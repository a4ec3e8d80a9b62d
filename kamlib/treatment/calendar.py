"""The insurance calendar: what is covered week by week, by when the insurer wants to know, and what the gaps cost."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.credit.position import items_in_reporting_currency
from kamlib.dependence import balances_on, open_balances
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy
from kamlib.receivables import CENT

EVENTS = ("extension", "notify", "default", "claim", "renew")
GAPS = ("over_limit", "uncovered", "missed", "ends_soon")


@dataclass(frozen=True)
class InsuranceCalendar:
    """What `insurance_calendar` found, in the reporting currency.

    Attributes
    ----------
    cover : DataFrame, one row an insured client, largest gap first
        ``client_id, name, limit, ends`` (last day of the cover), ``exposure, gap`` (exposure above the limit),
        ``weeks_over, annual_cost``.
    weeks : DataFrame, one row an insured client and week end
        ``client_id, week, exposure, limit, gap``, from what was open then.
    events : DataFrame, by day
        ``client_id, name, event, day, amount, invoices``: *extension* (the last day a due date may be put off to;
        later deliveries are not covered), *notify* (the insurer must know), *default* (protracted default: a claim
        may be filed), *claim* (the last day for one), *renew* (before the cover ends). Only invoices open today and
        past due; days before today are ``passed``.
    gaps : DataFrame, most money first
        ``client_id, name, gap, amount, day``: over_limit; uncovered (one of the largest balances without any
        insurance, guarantee or deposit); missed (a day to notify or claim has passed, invoices open); ends_soon (the cover
        ends within the days in which it is to be renewed).
    absent : bool
        Whether the ledger has no table of protections at all.
    payments_known : bool
    """

    date: pd.Timestamp
    currency: str
    cover: pd.DataFrame
    weeks: pd.DataFrame
    events: pd.DataFrame
    gaps: pd.DataFrame
    absent: bool
    payments_known: bool

    @property
    def gap_amount(self) -> float:
        """Exposure of insured clients above their limits today."""
        return float(self.cover["gap"].sum())

    @property
    def coming(self) -> pd.DataFrame:
        """The events from today on."""
        return self.events[~self.events["passed"]]


def insurance_calendar(snapshot: Snapshot, policy: Policy) -> InsuranceCalendar:
    """Exposure against insured limits by week, and the dates that the invoices past due bring.

    Extension: due date and the policy's (or the row's) extension days. Notify: so many days after it. Default: the
    waiting period, counted from the due date or the end of the extension as the policy says. Claim: so many days
    after the default.

    Parameters
    ----------
    snapshot : Snapshot
        Of all clients.
    policy : Policy
        Section ``treatment.calendar``.

    References
    ----------
    Protracted default: usually 60 days after the due date (trade credit insurers' glossaries); your own policy counts.

    Examples
    --------
    An invoice of 100,000 fell due on 31 August and is insured up to 80,000.

    >>> from kamlib.ledger.snapshot import snapshot_from_frames
    >>> bill = {"invoice_id": ["R1"], "client_id": ["C1"], "issue_date": ["2026-08-01"], "due_date": ["2026-08-31"]}
    >>> bill |= {"amount": [100_000.0], "currency": ["EUR"]}
    >>> paid = {"receipt_id": ["P1"], "client_id": ["C2"], "paid_date": ["2026-09-01"], "amount": [1.0], "currency": ["EUR"]}
    >>> cover = {"client_id": ["C1"], "kind": ["insurance"], "start_date": ["2026-01-01"], "end_date": ["2027-12-31"]}
    >>> cover |= {"limit": [80_000.0], "insured_share": [0.9], "deductible": [0.0], "annual_cost": [300.0]}
    >>> frames = {"invoices": bill, "receipts": paid, "protections": cover}
    >>> snapshot = snapshot_from_frames({name: pd.DataFrame(rows) for name, rows in frames.items()}, "2026-09-30", "EUR")
    >>> calendar = insurance_calendar(snapshot, Policy())
    >>> calendar.gap_amount, [f"{row.event} {row.day:%Y-%m-%d}" for row in calendar.events.itertuples()]
    (20000.0, ['default 2026-10-30', 'extension 2026-10-30', 'notify 2026-11-29', 'claim 2027-04-28', 'renew 2027-11-01'])
    """
    rules = policy.treatment.calendar
    known = not snapshot.absent("receipts")
    rows = snapshot.table("protections")
    insured = rows[(rows["kind"] == "insurance")].assign(limit=rows["limit"].fillna(0.0))
    running = insured[~(insured["end_date"] < snapshot.date)]
    master = snapshot.table("clients").drop_duplicates("client_id").set_index("client_id")["name"].to_dict()
    cover = running.groupby("client_id", as_index=False).agg(
        limit=("limit", "sum"), ends=("end_date", "min"), annual_cost=("annual_cost", "sum")
    )
    balances = open_balances(snapshot).clip(lower=0) if known else pd.Series(dtype=float)
    cover["exposure"] = cover["client_id"].map(balances).astype(float).fillna(0.0)
    cover["gap"] = (cover["exposure"] - cover["limit"]).clip(lower=0)
    weeks = _by_week(snapshot, insured, rules.weeks) if known else _no_weeks()
    over = weeks[weeks["gap"] > CENT].groupby("client_id").size()
    cover["weeks_over"] = cover["client_id"].map(over).astype(float).fillna(0.0).astype(int)
    cover.insert(1, "name", [master.get(client, client) for client in cover["client_id"]])
    cover = cover.sort_values(["gap", "exposure", "client_id"], ascending=[False, False, True], ignore_index=True)
    events = _events(snapshot, running, cover, policy, known)
    events["name"] = [master.get(client, client) for client in events["client_id"]]
    gaps = _gaps(snapshot, policy, cover, events, balances, rows)
    gaps["name"] = [master.get(client, client) for client in gaps["client_id"]]
    absent = snapshot.absent("protections")
    return InsuranceCalendar(snapshot.date, snapshot.currency, cover, weeks, events, gaps, absent, known)


def _no_weeks() -> pd.DataFrame:
    return pd.DataFrame({"client_id": pd.Series(dtype=str), "week": pd.Series(dtype="datetime64[us]")}).assign(
        exposure=0.0, limit=0.0, gap=0.0
    )


def _by_week(snapshot: Snapshot, insured: pd.DataFrame, count: int) -> pd.DataFrame:
    """What each insured client owed at the end of each of the last weeks, and the limits in force then."""
    ends = [snapshot.date - pd.Timedelta(weeks=back) for back in range(count - 1, -1, -1)]
    clients = sorted(insured["client_id"].unique())
    if not clients:
        return _no_weeks()
    with_invoices = set(snapshot.invoices["client_id"])
    known = [client for client in clients if client in with_invoices]
    own = snapshot.only(*known) if known else snapshot
    owed = balances_on(own, ends) if known else pd.DataFrame(columns=ends, dtype=float)
    parts = []
    for end in ends:
        active = insured[(insured["start_date"] <= end) & ~(insured["end_date"] < end)]
        limits = active.groupby("client_id")["limit"].sum()
        frame = pd.DataFrame({"client_id": clients, "week": end})
        frame["exposure"] = frame["client_id"].map(owed[end]).astype(float).fillna(0.0).clip(lower=0)
        frame["limit"] = frame["client_id"].map(limits).astype(float).fillna(0.0)
        parts.append(frame.assign(gap=(frame["exposure"] - frame["limit"]).clip(lower=0)))
    return pd.concat(parts, ignore_index=True)


def _events(
    snapshot: Snapshot, running: pd.DataFrame, cover: pd.DataFrame, policy: Policy, known: bool
) -> pd.DataFrame:
    rules, day = policy.treatment.calendar, snapshot.date
    found = [pd.DataFrame({"client_id": [], "event": [], "day": pd.to_datetime([]), "amount": [], "invoices": []})]
    if known and len(running):
        items, _ = items_in_reporting_currency(snapshot)
        late = items[(items["open_reporting"] >= max(rules.smallest_amount, CENT)) & (items["due_date"] < day)]
        late = late[late["client_id"].isin(running["client_id"])]
        put_off = running.groupby("client_id")["max_extension_days"].min()
        extension = late["client_id"].map(put_off).astype(float).fillna(rules.extension_days)
        days = {"extension": late["due_date"] + pd.to_timedelta(extension, unit="D")}
        days["notify"] = days["extension"] + pd.Timedelta(days=rules.notify_days)
        start = late["due_date"] if rules.counted_from == "due_date" else days["extension"]
        days["default"] = start + pd.Timedelta(days=rules.protracted_days)
        days["claim"] = days["default"] + pd.Timedelta(days=rules.claim_days)
        for event, when in days.items():
            own = pd.DataFrame(
                {"client_id": late["client_id"], "event": event, "day": when, "amount": late["open_reporting"]}
            )
            month = own.assign(passed=own["day"] < day, key=own["day"].dt.to_period("W"))
            grouped = month.groupby(["client_id", "event", "passed", "key"]).agg(
                day=("day", "min"), amount=("amount", "sum"), invoices=("amount", "size")
            )
            found.append(grouped.reset_index().drop(columns=["key", "passed"]))
    renew = cover[cover["ends"].notna()]
    found.append(
        pd.DataFrame(
            {
                "client_id": renew["client_id"],
                "event": "renew",
                "day": renew["ends"] - pd.Timedelta(days=rules.renew_days),
                "amount": renew["limit"],
                "invoices": 0,
            }
        )
    )
    events = pd.concat([part for part in found if len(part)] or found[:1], ignore_index=True)
    events["passed"] = events["day"] < day
    return events.sort_values(["day", "client_id", "event"], ignore_index=True)


def _gaps(
    snapshot: Snapshot,
    policy: Policy,
    cover: pd.DataFrame,
    events: pd.DataFrame,
    balances: pd.Series,
    rows: pd.DataFrame,
) -> pd.DataFrame:
    columns, rules = ["client_id", "gap", "amount", "day"], policy.treatment.calendar
    over = cover[cover["gap"] > CENT].assign(amount=lambda f: f["gap"], gap="over_limit", day=snapshot.date)
    held = set(rows.loc[~(rows["end_date"] < snapshot.date), "client_id"])
    largest = balances.sort_values(ascending=False).head(rules.uncovered_shown)
    bare = [
        (client, "uncovered", amount, snapshot.date)
        for client, amount in largest.items()
        if client not in held and amount > CENT
    ]
    missed = events[events["passed"] & events["event"].isin(["notify", "claim"])]
    passed = missed.groupby("client_id", as_index=False).agg(amount=("amount", "max"), day=("day", "min"))
    ends = cover["ends"] <= snapshot.date + pd.Timedelta(days=rules.renew_days)
    ending = cover.assign(amount=cover[["exposure", "limit"]].min(axis=1), day=cover["ends"])[ends]
    parts = [
        over[columns],
        pd.DataFrame(bare, columns=columns),
        passed.assign(gap="missed")[columns],
        ending.assign(gap="ends_soon")[columns],
    ]
    gaps = pd.concat([part for part in parts if len(part)] or parts[1:2], ignore_index=True)
    gaps["day"] = pd.to_datetime(gaps["day"])
    gaps = gaps[gaps["amount"] >= rules.smallest_amount]
    order = np.argsort(-gaps["amount"].to_numpy(float), kind="stable")
    return gaps.iloc[order].reset_index(drop=True)
