"""All that the indicators look at, by client and month: each month's column knows only what was known at its end."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.early_warning import context
from kamlib.early_warning.balances import Balances, client_balances, month_sums
from kamlib.early_warning.months import month_days, month_of
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy


@dataclass(frozen=True)
class Panel:
    """Facts by client (rows) and month (columns).

    Attributes
    ----------
    clients : Index
        Ids of clients with an invoice.
    ends : DatetimeIndex
        The last day of each month; the last is the snapshot's own.
    balances : Balances
    revenue, margin, costed : array
        Revenue of the month; its contribution margin and the revenue behind it, where cost is known.
    company_revenue : array, shape (n_months,)
    terms, invoiced : array
        Amount times days from issue to due, and the amounts.
    orders : array
        Ordered in the month, or invoiced where the ledger has no orders of the client; zero before the first.
    from_orders : array of bool, shape (n_clients,)
        Whether `orders` come from the orders table by the end of the last month.
    silence, usual_gap : array
        Days since the last order, and the mean gap between orders up to then.
    started : array of int, shape (n_clients,)
        The month of the first order or invoice.
    context : Context
        What is known of the client beside the trade.
    absent : frozenset of str
        Tables that the ledger does not have at all.
    """

    clients: pd.Index
    ends: pd.DatetimeIndex
    balances: Balances
    revenue: np.ndarray
    margin: np.ndarray
    costed: np.ndarray
    company_revenue: np.ndarray
    terms: np.ndarray
    invoiced: np.ndarray
    orders: np.ndarray
    from_orders: np.ndarray
    silence: np.ndarray
    usual_gap: np.ndarray
    started: np.ndarray
    context: "context.Context"
    absent: frozenset[str]


def build_panel(snapshot: Snapshot, policy: Policy) -> Panel:
    """The facts of all clients of a snapshot by month, up to its day.

    Parameters
    ----------
    snapshot : Snapshot
        Of all clients, or narrowed to some.
    policy : Policy

    Notes
    -----
    Receipts are taken with the invoice that they name themselves. How nameless cash is matched with invoices may change
    as later rows come in, so here it is set against the oldest balance instead.
    """
    invoices = snapshot.invoices
    clients = pd.Index(sorted(invoices["client_id"].unique()))
    ends = month_days(snapshot.daily_revenue.index.min(), snapshot.date)
    shape = (len(clients), len(ends))
    revenue = snapshot.revenue
    client, month = clients.get_indexer(revenue["client_id"]), month_of(revenue["issue_date"], ends)
    amount, cost = (revenue[name].to_numpy(dtype=float) for name in ("reporting_amount", "reporting_cost"))
    known = ~np.isnan(cost)
    billed = amount > 0
    days = (revenue["due_date"] - revenue["issue_date"]).dt.days.to_numpy(dtype=float)
    daily = snapshot.daily_revenue
    company = np.bincount(month_of(daily.index.to_series(), ends), weights=daily.to_numpy(), minlength=len(ends))
    orders, from_orders = _orders(snapshot, clients, revenue[billed])
    placed = month_of(orders["day"], ends)
    buyer = clients.get_indexer(orders["client_id"])
    started = np.full(len(clients), len(ends))
    np.minimum.at(started, buyer, placed)
    silence, usual_gap = _gaps(orders, buyer, ends, shape)
    return Panel(
        clients=clients,
        ends=ends,
        balances=client_balances(invoices, snapshot.table("receipts"), clients, ends),
        revenue=month_sums(client, month, amount, shape),
        margin=month_sums(client[known], month[known], (amount - cost)[known], shape),
        costed=month_sums(client[known], month[known], amount[known], shape),
        company_revenue=company[: len(ends)],
        terms=month_sums(client[billed], month[billed], (amount * days)[billed], shape),
        invoiced=month_sums(client[billed], month[billed], amount[billed], shape),
        orders=month_sums(buyer, placed, orders["amount"].to_numpy(dtype=float), shape),
        from_orders=from_orders,
        silence=silence,
        usual_gap=usual_gap,
        started=started,
        context=context.build_context(snapshot, clients, ends, policy),
        absent=frozenset(name for name in context.USED_TABLES if snapshot.absent(name)),
    )


def _orders(snapshot: Snapshot, clients: pd.Index, billed: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """Orders by day: from the orders table where a client had one before its second invoice month, else invoices.

    Which of the two is used must not depend on what comes later, so it is settled by the earliest rows.
    """
    orders = snapshot.table("orders")
    first_order = orders.groupby("client_id")["order_date"].min().reindex(clients)
    first_invoice = billed.groupby("client_id")["issue_date"].min().reindex(clients)
    settled = (first_order <= first_invoice + pd.Timedelta(days=62)).to_numpy()
    placed = orders.rename(columns={"order_date": "day"})[["client_id", "day", "amount"]]
    invoiced = billed.rename(columns={"issue_date": "day", "reporting_amount": "amount"})[["client_id", "day"]]
    invoiced["amount"] = billed["reporting_amount"]
    chosen = [
        placed[placed["client_id"].isin(clients[settled])],
        invoiced[invoiced["client_id"].isin(clients[~settled])],
    ]
    some = [part for part in chosen if len(part)] or chosen[1:]  # credit notes alone are no order
    return pd.concat(some, ignore_index=True), settled


def _gaps(
    orders: pd.DataFrame, buyer: np.ndarray, ends: pd.DatetimeIndex, shape: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray]:
    """Days since the last order at each month end, and the mean gap between days of orders up to then (of four or more)."""
    days = orders.assign(buyer=buyer)[["buyer", "day"]].drop_duplicates().sort_values(["buyer", "day"])
    gap = days.groupby("buyer")["day"].diff().dt.days
    month, client = month_of(days["day"], ends), days["buyer"].to_numpy()
    has = gap.notna().to_numpy()
    counts = month_sums(client[has], month[has], np.ones(has.sum()), shape).cumsum(axis=1)
    totals = month_sums(client[has], month[has], gap[has].to_numpy(), shape).cumsum(axis=1)
    last = context.latest(client, month, (days["day"] - ends[0]).dt.days.to_numpy(dtype=float), shape)
    silence = (ends - ends[0]).days.to_numpy(dtype=float) - last
    return silence, np.divide(totals, counts, out=np.full(shape, np.nan), where=counts >= 4)
