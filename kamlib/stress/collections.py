"""When money comes in: each client's own delays, on what is open and on what is sold from here on."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.dependence import window_start
from kamlib.ledger.schema import REVENUE_KINDS
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy
from kamlib.receivables import CENT, open_items

POINTS = (np.arange(12) + 0.5) / 12  # of the distribution of delays
MIN_PAID = 8  # invoices paid; with fewer a client is taken to pay as all do


@dataclass(frozen=True)
class Receivables:
    """What is owed, and how each client pays.

    Attributes
    ----------
    items : DataFrame, one row an open invoice after credits
        ``client_id, due_days`` (from the snapshot's day; negative when past due), ``amount`` (reporting currency).
    delays : DataFrame, index client_id
        Days late at each of `POINTS` of the client's own distribution, money-weighted.
    terms : Series, index client_id
        Days from issue to due, money-weighted.
    own_history : Series of bool, index client_id
        Whether the delays are the client's own; else those of all clients.
    payments_known : bool
        Whether there is any payment to learn from; without one everybody is taken to pay on the day due.
    """

    items: pd.DataFrame
    delays: pd.DataFrame
    terms: pd.Series
    own_history: pd.Series
    payments_known: bool


def read_receivables(snapshot: Snapshot, policy: Policy, client_ids: pd.Index) -> Receivables:
    """Open items and delays of clients as they are known on the snapshot's day."""
    receipts = snapshot.receipts
    items = open_items(snapshot.invoices, receipts, snapshot.date)
    trade = items[items["client_id"].isin(client_ids) & items["kind"].isin(REVENUE_KINDS)]
    rates = {code: snapshot.closing_rate(code) for code in trade["currency"].unique()}
    trade = trade.assign(open=trade["open_amount"] * trade["currency"].map(rates).astype(float))
    known = not snapshot.absent("receipts") and len(receipts) > 0
    start = window_start(snapshot.date, policy.receivables.behaviour_months)
    paid = trade[(trade["amount"] > 0) & (trade["settled_date"] > start)] if known else trade.iloc[:0]
    book = _points(paid["days_past_due"], paid["reporting_amount"]) if len(paid) else np.zeros(len(POINTS))
    delays = pd.DataFrame(np.tile(book, (len(client_ids), 1)), index=client_ids)
    own = pd.Series(False, index=client_ids)
    for client, rows in paid.groupby("client_id", sort=False):
        if len(rows) >= MIN_PAID:
            delays.loc[client] = _points(rows["days_past_due"], rows["reporting_amount"])
            own[client] = True
    billed = trade[(trade["amount"] > 0) & (trade["issue_date"] > start)]
    days = (billed["due_date"] - billed["issue_date"]).dt.days.clip(lower=0) * billed["reporting_amount"]
    money = billed["reporting_amount"].groupby(billed["client_id"]).sum()
    terms = (days.groupby(billed["client_id"]).sum() / money).reindex(client_ids)
    terms = terms.fillna(float(days.sum() / money.sum()) if money.sum() > 0 else 0.0)
    owed = _net_of_credits(trade if known else trade[trade["due_date"] >= snapshot.date])
    owed = pd.DataFrame(
        {
            "client_id": owed["client_id"],
            "due_days": (owed["due_date"] - snapshot.date).dt.days.astype(float),
            "amount": owed["open"],
        }
    ).reset_index(drop=True)
    return Receivables(owed, delays, terms.astype(float), own, known)


def payment_chances(receivables: Receivables, weeks: int, later_days: pd.Series, stopped: pd.Series) -> np.ndarray:
    """For each open item the chance that it is paid in each week, given that it has not been paid so far.

    An item that is later than its client has ever been is not counted on.

    Returns
    -------
    array, shape (n_items, weeks)
    """
    items = receivables.items
    delays = receivables.delays.loc[items["client_id"]].to_numpy()
    day = items["due_days"].to_numpy()[:, None] + delays
    open_still = day > 0
    later = later_days.loc[items["client_id"]].to_numpy()[:, None]
    day = np.maximum(day + later, stopped.loc[items["client_id"]].to_numpy()[:, None])
    week = np.where(open_still & (day <= 7 * weeks), np.ceil(np.maximum(day, 1) / 7) - 1, weeks).astype(int)
    chances = np.zeros((len(items), weeks + 1))
    np.add.at(chances, (np.repeat(np.arange(len(items)), week.shape[1]), week.ravel()), 1.0)
    left = open_still.sum(axis=1)
    chances = np.divide(chances, left[:, None], out=np.zeros_like(chances), where=left[:, None] > 0)
    return chances[:, :weeks]


def collection_kernel(receivables: Receivables, weeks: int, later_days: pd.Series) -> np.ndarray:
    """The part of a week's sales that is paid after 0, 1, 2 … weeks, each client by its terms and delays.

    Returns
    -------
    array, shape (n_clients, weeks)
        Rows sum to at most 1: what is paid later than the horizon is left out.
    """
    delays = receivables.delays.to_numpy()
    days = 3.5 + receivables.terms.to_numpy()[:, None] + delays + later_days.to_numpy()[:, None]
    lag = np.clip(np.floor(days / 7), 0, weeks).astype(int)
    kernel = np.zeros((len(delays), weeks + 1))
    np.add.at(kernel, (np.repeat(np.arange(len(delays)), lag.shape[1]), lag.ravel()), 1 / lag.shape[1])
    return kernel[:, :weeks]


def _net_of_credits(trade: pd.DataFrame) -> pd.DataFrame:
    """Open invoices, each client's open credits taken off the oldest first."""
    credit = -trade.loc[trade["open"] < 0, "open"].groupby(trade["client_id"]).sum()
    owed = trade[trade["open"] > CENT].sort_values(["client_id", "due_date"], kind="stable")
    reached = owed.groupby("client_id", sort=False)["open"].cumsum()
    available = owed["client_id"].map(credit).astype(float).fillna(0.0)
    left = np.minimum(owed["open"], (reached - available).clip(lower=0.0))
    return owed.assign(open=left)[left > CENT]


def _points(days: pd.Series, money: pd.Series) -> np.ndarray:
    """Days at `POINTS` of a money-weighted distribution."""
    order = np.argsort(days.to_numpy(), kind="stable")
    reached = np.cumsum(money.to_numpy()[order])
    at = np.searchsorted(reached / reached[-1], POINTS).clip(max=len(order) - 1)
    return days.to_numpy(dtype=float)[order][at]
