"""What a client's ledger says for a case: items open at the event, what came in since, limits in force."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.dependence import open_balances
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy
from kamlib.post_mortem.case import Case
from kamlib.protection.protection_effects import Protection
from kamlib.receivables import CENT


@dataclass(frozen=True)
class ClientBook:
    """A client's trade as known on the event's day, and what came in afterwards.

    Attributes
    ----------
    items : DataFrame, one row an invoice by issue date
        ``invoice_id, issue_date, due_date, amount, margin`` at the rate of the day, ``billed, open`` at the event's closing
        rate; ``margin`` NaN without a cost; ``open`` negative for credits.
    receipts : DataFrame
        ``invoice_id, paid_date, amount`` up to the event.
    exposure : float
        Owed at the event, credits and unapplied cash taken off, at least 0; NaN where payments are not known.
    since : DataFrame
        ``date, amount`` received after the event up to today on what was open then; at most `exposure` in all.
    limits : DataFrame
        ``date, amount`` from when on each limit was in force; NaN where none is known.
    """

    items: pd.DataFrame
    receipts: pd.DataFrame
    exposure: float
    since: pd.DataFrame
    limits: pd.DataFrame

    def limit_on(self, day: pd.Timestamp) -> float:
        """The limit in force on a day; NaN without one."""
        known = self.limits[self.limits["date"] <= day]
        return float(known["amount"].iloc[-1]) if len(known) else float("nan")


def client_book(own: Snapshot, event: pd.Timestamp) -> ClientBook:
    """The book of a snapshot narrowed to one client; `event` lies on or before the snapshot's day."""
    then = own.as_of(event)
    rates = {code: then.closing_rate(code) for code in then.invoices["currency"].unique()}
    invoices, receipts = then.invoices, then.receipts
    paid = receipts.assign(amount=receipts["amount"] * receipts["currency"].map(rates).astype(float))
    amount = invoices["amount"] * invoices["currency"].map(rates).astype(float)
    settled = paid.groupby("invoice_id")["amount"].sum()
    items = pd.DataFrame(
        {
            "invoice_id": invoices["invoice_id"],
            "issue_date": invoices["issue_date"],
            "due_date": invoices["due_date"],
            "amount": invoices["reporting_amount"],
            "margin": invoices["reporting_amount"] - invoices["reporting_cost"],
            "billed": amount,
            "open": (amount - invoices["invoice_id"].map(settled).astype(float).fillna(0.0)).round(2),
        }
    ).sort_values("issue_date", kind="stable", ignore_index=True)
    exposure = float("nan")
    if not own.absent("receipts"):
        exposure = max(round(float(open_balances(then).sum()), 2), 0.0)
    return ClientBook(
        items, paid[["invoice_id", "paid_date", "amount"]], exposure, _since(own, event, items, exposure), _limits(own)
    )


def _since(own: Snapshot, event: pd.Timestamp, items: pd.DataFrame, exposure: float) -> pd.DataFrame:
    """Money that settles what was open at the event: by its invoice's number, or nameless while nothing newer is open."""
    nothing = pd.DataFrame({"date": pd.Series(dtype="datetime64[us]"), "amount": pd.Series(dtype=float)})
    if own.absent("receipts") or not exposure > 0:
        return nothing
    receipts = own.receipts[own.receipts["paid_date"] > event]
    newer = own.invoices.loc[own.invoices["issue_date"] > event, "invoice_id"]
    nameless = receipts["invoice_id"].isna() & (len(newer) == 0)
    old = receipts[receipts["invoice_id"].isin(items["invoice_id"]) | nameless]
    if old.empty:
        return nothing
    rates = {code: own.closing_rate(code) for code in old["currency"].unique()}
    amount = old["amount"] * old["currency"].map(rates).astype(float)
    by_day = amount.groupby(old["paid_date"]).sum().sort_index().round(2)
    cumulated = by_day.cumsum().clip(upper=exposure)
    first = cumulated.diff().fillna(cumulated)
    return pd.DataFrame({"date": first.index, "amount": first.round(2).to_numpy()}).query("amount != 0")


def _limits(own: Snapshot) -> pd.DataFrame:
    decisions = own.table("decisions")
    chosen = decisions[(decisions["kind"] == "limit") & decisions["approved_by"].notna()].sort_values("date")
    before, after = (pd.to_numeric(chosen[name], errors="coerce").astype(float) for name in ("before", "after"))
    rows = [(day, amount) for day, amount in zip(chosen["date"], after, strict=True) if not np.isnan(amount)]
    known_before = before.dropna()
    master = own.table("clients")["credit_limit"].dropna()
    first = float(known_before.iloc[0]) if len(known_before) else float(master.iloc[0]) if len(master) else np.nan
    start = own.invoices["issue_date"].min()
    rows = [(start, first), *rows] if not np.isnan(first) else rows
    return pd.DataFrame(rows, columns=["date", "amount"])


def protections_held(own: Snapshot, case: Case, event: pd.Timestamp, policy: Policy) -> tuple[Protection, ...]:
    """What was in force at the event: as the case file says, else as the ledger does."""
    order = policy.post_mortem.deductible_order
    if case.protections is not None:
        return tuple(held.agreed(order) for held in case.protections)
    rows = own.as_of(event).table("protections")
    rows = rows[~(rows["end_date"] < event)]
    return tuple(
        Protection(
            row.kind,
            0.0 if np.isnan(row.limit) else row.limit,
            1.0 if np.isnan(row.insured_share) else min(max(row.insured_share, 0.0), 1.0),
            0.0 if np.isnan(row.deductible) else max(row.deductible, 0.0),
            order,
            0.0 if np.isnan(row.annual_cost) else row.annual_cost,
        )
        for row in rows.itertuples()
    )


def open_part(book: ClientBook) -> float:
    """What credits and unapplied cash leave of the open invoices' sum: exposure over the sum of positive items."""
    owed = float(book.items["open"].clip(lower=0).sum())
    return min(book.exposure / owed, 1.0) if owed > CENT else 0.0
