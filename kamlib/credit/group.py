"""What the connected clients of a group owe together: a client's own review is of the client alone."""

from dataclasses import dataclass, replace

from kamlib.credit.position import items_in_reporting_currency
from kamlib.ledger.schema import REVENUE_KINDS
from kamlib.ledger.snapshot import Snapshot
from kamlib.receivables import unapplied_cash


@dataclass(frozen=True)
class GroupPosition:
    """A client's group on a day, the client itself in it.

    Attributes
    ----------
    clients : int
        With an invoice up to the day.
    receivables, overdue : float
        Net of credits and unapplied cash; open invoices past due.
    """

    clients: int
    receivables: float
    overdue: float


def group_position(snapshot: Snapshot, client_id: str) -> GroupPosition | None:
    """The group of a client by ``group_id``; None where it has none, or nobody else is in it."""
    clients = snapshot.table("clients")
    own = clients.loc[clients["client_id"] == client_id, "group_id"].dropna()
    if own.empty:
        return None
    members = tuple(sorted(clients.loc[clients["group_id"].isin(own), "client_id"].unique()))
    traded = sorted(replace(snapshot, client_ids=members).invoices["client_id"].unique())
    if len(traded) < 2:
        return None
    group = snapshot.only(*traded).coded()
    items, receipts = items_in_reporting_currency(group)
    trade = items[items["kind"].isin(REVENUE_KINDS)]
    loose = unapplied_cash(items, receipts, group.date)
    late = trade[(trade["open_reporting"] > 0) & (trade["due_date"] < group.date)]
    return GroupPosition(
        clients=len(traded),
        receivables=round(float(trade["open_reporting"].sum() - (loose["amount"] * loose["closing_rate"]).sum()), 2),
        overdue=round(float(late["open_reporting"].sum()), 2),
    )
