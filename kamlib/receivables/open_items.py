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
    items = invoices.loc[invoices["issue_date"] <= day].copy()
    known = receipts.loc[receipts["paid_date"] <= day, ["invoice_id", "paid_date", "amount"]]
    place = pd.Index(items["invoice_id"]).get_indexer(known["invoice_id"])
    known = known.assign(place=place)[place >= 0].sort_values(["place", "paid_date"], kind="stable")
    paid = known.groupby("place", sort=False)["amount"]
    wanted = items["amount"].to_numpy()[known["place"]]
    reached = known[(wanted - paid.cumsum()) * np.sign(wanted) < CENT].drop_duplicates("place")
    total = paid.sum()

    items["paid_amount"] = 0.0
    items.iloc[total.index, items.columns.get_loc("paid_amount")] = total.to_numpy(dtype=float)
    open_amount = (items["amount"] - items["paid_amount"]).round(4)
    items["open_amount"] = open_amount.where(open_amount.abs() >= CENT, 0.0)
    settled = np.full(len(items), np.datetime64("NaT"), dtype=receipts["paid_date"].dtype)
    settled[reached["place"]] = reached["paid_date"].to_numpy()
    items["settled_date"] = settled
    until = items["settled_date"].fillna(day)
    items["days_past_due"] = (until - items["due_date"]).dt.days.astype(float)
    return items


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
