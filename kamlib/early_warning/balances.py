"""What each client owed at the end of each month, rebuilt from dated events: no row counts before it was known.

An invoice adds to the balance on its day of issue, a receipt takes away on the later of its own day and the invoice's.
Both events carry the invoice's due date, so a balance "31 days past due" is a sum over events, too.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.early_warning.months import month_of
from kamlib.ledger.schema import REVENUE_KINDS

OPEN_CENTS = 0.005
DELAY_WINDOW = 180  # items past due for longer are the matter of ageing, not of this month's delay


@dataclass(frozen=True)
class Balances:
    """Money by client and month end; arrays of shape (n_clients, n_months).

    Attributes
    ----------
    open_amount : array
        Receivables net of credits and of cash that names no invoice; at least zero.
    overdue, over_60, over_90 : array
        The part of it past due, past due by more than 60 and 90 days; credits and loose cash are set against the
        oldest first.
    delay : array
        Days late, weighted by amount, of what was settled in the month and what stood overdue at its end (by up to
        `DELAY_WINDOW` days); NaN where nothing was.
    due, disputed : array
        Invoiced amounts that fell due in the month, and the part of them marked as disputed.
    """

    open_amount: np.ndarray
    overdue: np.ndarray
    over_60: np.ndarray
    over_90: np.ndarray
    delay: np.ndarray
    due: np.ndarray
    disputed: np.ndarray


def month_sums(client: np.ndarray, month: np.ndarray, amounts: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Amounts added up by client and month; rows outside the months are left out.

    Examples
    --------
    >>> month_sums(np.array([0, 0, 1]), np.array([1, 1, 5]), np.array([2.0, 3.0, 4.0]), (2, 2)).tolist()
    [[0.0, 5.0], [0.0, 0.0]]
    """
    inside = month < shape[1]
    cell = client[inside] * shape[1] + month[inside]
    sums = np.bincount(cell, weights=amounts[inside], minlength=shape[0] * shape[1])
    return sums.astype(float).reshape(shape)  # of no rows they are whole numbers


def client_balances(
    invoices: pd.DataFrame, receipts: pd.DataFrame, clients: pd.Index, ends: pd.DatetimeIndex
) -> Balances:
    """The balances of clients at month ends.

    Parameters
    ----------
    invoices, receipts : DataFrame
        Of a snapshot.
    clients : Index
        Ids, in the order of the rows of the result.
    ends : DatetimeIndex
        From `kamlib.early_warning.months.month_days`.
    """
    shape = (len(clients), len(ends))
    items = invoices[invoices["kind"].isin(REVENUE_KINDS) & (invoices["amount"].abs() > OPEN_CENTS)]
    paid, loose = _payments(items, receipts)
    charge = pd.DataFrame({"day": items["issue_date"], "due": items["due_date"], "amount": items["reporting_amount"]})
    charge["client"] = clients.get_indexer(items["client_id"])
    events = pd.concat([charge, paid.assign(client=clients.get_indexer(paid["client_id"]))], ignore_index=True)
    credit = np.concatenate([items["amount"].to_numpy() < 0, paid["credit"].to_numpy()])
    loose_cash = month_sums(
        clients.get_indexer(loose["client_id"]), month_of(loose["day"], ends), loose["amount"].to_numpy(), shape
    ).cumsum(axis=1)
    credits = -_standing(events[credit], ends, shape, None)
    offset = loose_cash + np.maximum(credits, 0.0)
    owed = {after: np.maximum(_standing(events[~credit], ends, shape, after), 0.0) for after in (None, 0, 60, 90)}
    net = {after: _cents(np.maximum(amount - offset, 0.0)) for after, amount in owed.items()}
    in_month = items["amount"].to_numpy() > 0
    due_month = month_of(items["due_date"], ends)
    client, amount = charge["client"].to_numpy(), charge["amount"].to_numpy()
    disputed = in_month & items["disputed"].to_numpy()
    return Balances(
        open_amount=net[None],
        overdue=net[0],
        over_60=net[60],
        over_90=net[90],
        delay=_delay(events[~credit], paid[~paid["credit"].to_numpy()], clients, ends, owed[0], net[0]),
        due=month_sums(client[in_month], due_month[in_month], amount[in_month], shape),
        disputed=month_sums(client[disputed], due_month[disputed], amount[disputed], shape),
    )


def _payments(items: pd.DataFrame, receipts: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Receipts as events on their invoices, capped at the invoice, and the cash beyond that or without one."""
    facts = items[["invoice_id", "issue_date", "due_date", "amount", "reporting_amount", "currency"]]
    joined = receipts[["client_id", "invoice_id", "paid_date", "amount", "reporting_amount", "currency"]].merge(
        facts.drop_duplicates("invoice_id"), on="invoice_id", how="left", suffixes=("", "_due")
    )
    named = joined["amount_due"].notna()
    applied = joined[named].sort_values(["invoice_id", "paid_date"], kind="stable")
    same = (applied["currency"] == applied["currency_due"]).to_numpy()
    part = np.where(
        same, applied["amount"] / applied["amount_due"], applied["reporting_amount"] / applied["reporting_amount_due"]
    )
    total = pd.Series(part, index=applied.index).groupby(applied["invoice_id"], sort=False).cumsum()
    capped = total.clip(0.0, 1.0)
    step = capped.groupby(applied["invoice_id"], sort=False).diff().fillna(capped)
    day = np.maximum(applied["paid_date"], applied["issue_date"])
    worth = applied["reporting_amount_due"]
    paid = pd.DataFrame(
        {
            "client_id": applied["client_id"],
            "day": day,
            "due": applied["due_date"],
            "amount": -step * worth,
            "credit": (applied["amount_due"] < 0),
        }
    )
    beyond = (part - step) * worth
    early = applied[["client_id"]].assign(day=applied["paid_date"], amount=part * worth)
    undone = applied[["client_id"]].assign(day=day, amount=beyond - part * worth)
    nameless = joined.loc[~named, ["client_id"]].assign(
        day=joined.loc[~named, "paid_date"], amount=joined.loc[~named, "reporting_amount"]
    )
    return paid.reset_index(drop=True), pd.concat([nameless, early, undone], ignore_index=True)


def _standing(
    events: pd.DataFrame,
    ends: pd.DatetimeIndex,
    shape: tuple[int, int],
    after: int | None,
    days_until: int | None = None,
) -> np.ndarray:
    """What stands at each month end: of all items (None), or of those more than `after` days past due."""
    return _flow(events, events["amount"].to_numpy(), ends, shape, after, days_until).cumsum(axis=1)


def _flow(
    events: pd.DataFrame,
    amounts: np.ndarray,
    ends: pd.DatetimeIndex,
    shape: tuple[int, int],
    after: int | None,
    days_until: int | None,
) -> np.ndarray:
    client = events["client"].to_numpy()
    if after is None:
        return month_sums(client, month_of(events["day"], ends), amounts, shape)
    enters = np.maximum(events["day"], events["due"] + pd.Timedelta(days=after + 1))
    flow = month_sums(client, month_of(enters, ends), amounts, shape)
    if days_until is not None:
        leaves = np.maximum(events["due"] + pd.Timedelta(days=days_until + 1), enters)
        flow = flow - month_sums(client, month_of(leaves, ends), amounts, shape)
    return flow


def _delay(
    events: pd.DataFrame,
    paid: pd.DataFrame,
    clients: pd.Index,
    ends: pd.DatetimeIndex,
    overdue: np.ndarray,
    net_overdue: np.ndarray,
) -> np.ndarray:
    """Days late seen in each month; overdue items count as far as loose cash does not cover them."""
    shape = (len(clients), len(ends))
    origin = ends[0]
    standing = _standing(events, ends, shape, 0, DELAY_WINDOW)
    due_day = (events["due"] - origin).dt.days.to_numpy(dtype=float)
    weighted = _flow(events, events["amount"].to_numpy() * due_day, ends, shape, 0, DELAY_WINDOW).cumsum(axis=1)
    end_day = (ends - origin).days.to_numpy(dtype=float)
    covered = np.divide(net_overdue, overdue, out=np.zeros(shape), where=overdue > OPEN_CENTS)
    standing_days = np.maximum((standing * end_day - weighted) * covered, 0.0)
    standing = np.maximum(standing * covered, 0.0)
    client, month = clients.get_indexer(paid["client_id"]), month_of(paid["day"], ends)
    amount = np.maximum(-paid["amount"].to_numpy(), 0.0)
    late = np.clip((paid["day"] - paid["due"]).dt.days.to_numpy(dtype=float), 0, None)
    settled = month_sums(client, month, amount, shape)
    settled_days = month_sums(client, month, amount * late, shape)
    whole = settled + standing
    seen = whole > OPEN_CENTS
    return np.divide(settled_days + standing_days, whole, out=np.full(shape, np.nan), where=seen)


def _cents(amounts: np.ndarray) -> np.ndarray:
    """Balances nearer to zero than a cent are settled."""
    return np.where(amounts < 2 * OPEN_CENTS, 0.0, amounts)
