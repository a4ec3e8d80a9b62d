"""What is still open of each invoice on a day. Amounts of one call are in one currency; days are calendar days."""

from datetime import date

import numpy as np
import pandas as pd

CENT = 0.005  # balances nearer to zero than half a cent are settled
Day = date | pd.Timestamp | str


def open_items(invoices: pd.DataFrame, receipts: pd.DataFrame, as_of: Day) -> pd.DataFrame:
    """What is still open of each invoice on a day, and how late it was or is paid.

    Parameters
    ----------
    invoices : DataFrame
        ``invoice_id, issue_date, due_date, amount``; further columns are kept. Credit notes are negative.
    receipts : DataFrame
        ``invoice_id, paid_date, amount`` in the invoice's currency. Rows that name no invoice of
        `invoices` are left out here: see `unapplied_cash`.
    as_of : date
        Rows issued or paid later are not seen.

    Returns
    -------
    DataFrame, one row an invoice issued up to `as_of`
        The columns of `invoices` and ``paid_amount``; ``open_amount`` (0 when settled, negative for credit
        notes and over-payments still open); ``settled_date`` (the day the receipts reached the amount, else
        NaT); ``days_past_due`` (settled or `as_of`, less due; negative when early).

    Examples
    --------
    >>> invoices = pd.DataFrame({"invoice_id": ["1"], "issue_date": pd.to_datetime(["2026-01-01"]),
    ...     "due_date": pd.to_datetime(["2026-01-31"]), "amount": [100.0]})
    >>> receipts = pd.DataFrame({"invoice_id": ["1"], "paid_date": pd.to_datetime(["2026-02-10"]), "amount": [60.0]})
    >>> open_items(invoices, receipts, "2026-03-01")[["open_amount", "days_past_due"]].values.tolist()
    [[40.0, 29.0]]
    """
    day = pd.Timestamp(as_of)
    issued = (invoices["issue_date"] <= day).to_numpy()
    items = invoices if issued.all() else invoices[issued]
    place = pd.Index(items["invoice_id"]).get_indexer(receipts["invoice_id"])
    paid_on, paid = receipts["paid_date"].to_numpy(), receipts["amount"].to_numpy(dtype=float)
    seen = np.flatnonzero((place >= 0) & (paid_on <= day.to_datetime64()))
    seen = seen[np.lexsort((paid_on[seen], place[seen]))]  # by invoice, then by day
    place, paid_on = place[seen], paid_on[seen]

    amount = items["amount"].to_numpy(dtype=float)
    running = pd.Series(paid[seen]).groupby(place, sort=False).cumsum().to_numpy()
    last = np.flatnonzero(np.diff(place, append=-1))  # of each invoice
    paid_amount = np.zeros(len(items))
    paid_amount[place[last]] = running[last]
    open_amount = np.round(amount - paid_amount, 4)
    open_amount[np.abs(open_amount) < CENT] = 0.0
    reached = np.flatnonzero((amount[place] - running) * np.sign(amount[place]) < CENT)[::-1]
    settled = np.full(len(items), np.datetime64("NaT"), dtype=paid_on.dtype)
    settled[place[reached]] = paid_on[reached]  # backwards, so that the first day stays
    until = np.where(np.isnat(settled), day.to_datetime64().astype(settled.dtype), settled)
    late = np.floor((until - items["due_date"].to_numpy()) / np.timedelta64(1, "D"))
    return items.assign(paid_amount=paid_amount, open_amount=open_amount, settled_date=settled, days_past_due=late)


def unapplied_cash(invoices: pd.DataFrame, receipts: pd.DataFrame, as_of: Day) -> pd.DataFrame:
    """Receipts up to a day that name no invoice issued by then.

    Parameters
    ----------
    invoices, receipts : DataFrame
        As for `open_items`.
    as_of : date
        Rows issued or paid later are not seen.

    Returns
    -------
    DataFrame
        The rows of `receipts` that reduce the client's balance but no invoice's.
    """
    day = pd.Timestamp(as_of)
    issued = pd.Index(invoices.loc[invoices["issue_date"] <= day, "invoice_id"])
    return receipts[(receipts["paid_date"] <= day) & (issued.get_indexer(receipts["invoice_id"]) < 0)]
