"""What clients owe, how old it is, and how well it is collected: open items, ageing, collection measures.

Frames in, numbers or small frames out. Amounts of one call are in one currency; days are calendar days.
A measure that has no meaning for the figures given (no sales, nothing due) is NaN, never zero.
"""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd

from kamlib.errors import Fault, raise_faults

CENT = 0.005  # balances nearer to zero than half a cent are settled
AGEING_EDGES = (30, 60, 90, 120)
DSO_METHODS = ("period", "countback", "average")
TURNOVER_BASES = ("year_end", "average")
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
    known = known[known["invoice_id"].isin(items["invoice_id"])].sort_values(["invoice_id", "paid_date"], kind="stable")
    paid_so_far = known.groupby("invoice_id", sort=False)["amount"].cumsum()
    wanted = items.set_index("invoice_id")["amount"].reindex(known["invoice_id"]).to_numpy()
    reached = known[(wanted - paid_so_far) * np.sign(wanted) < CENT]
    settled = reached.groupby("invoice_id", sort=False)["paid_date"].min()
    paid = known.groupby("invoice_id", sort=False)["amount"].sum()

    items["paid_amount"] = paid.reindex(items["invoice_id"], fill_value=0.0).to_numpy(dtype=float)
    open_amount = (items["amount"] - items["paid_amount"]).round(4)
    items["open_amount"] = open_amount.where(open_amount.abs() >= CENT, 0.0)
    items["settled_date"] = pd.to_datetime(settled.reindex(items["invoice_id"])).to_numpy()
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
    issued = invoices.loc[invoices["issue_date"] <= day, "invoice_id"]
    return receipts[(receipts["paid_date"] <= day) & ~receipts["invoice_id"].isin(issued)]


def ageing_schedule(
    open_amounts: pd.Series, due_dates: pd.Series, as_of: Day, edges: Sequence[int] = AGEING_EDGES
) -> pd.DataFrame:
    """Open amounts by how long they are past due.

    Parameters
    ----------
    open_amounts : Series, shape (n_items,)
        Money still open; negative items (credits) lower their bucket.
    due_dates : Series, shape (n_items,)
        The day each was due; an item due on `as_of` itself is not due yet.
    as_of : date
        The day the age is counted to.
    edges : sequence of int
        Last day of each bucket; one more bucket holds what is older.

    Returns
    -------
    DataFrame, one row a bucket
        ``bucket`` ("not due", "1–30", … "> 120"), ``amount``, ``items``; amounts sum to the open balance.

    Raises
    ------
    DataError
        Edges that do not rise, or an item without a due date.

    References
    ----------
    The usual aged trial balance by due date; IFRS 9 B5.5.35 uses the same buckets for its provision matrix.

    Examples
    --------
    >>> table = ageing_schedule(pd.Series([10.0, 5.0]), pd.to_datetime(pd.Series(["2026-01-31", "2026-01-01"])),
    ...     "2026-01-31", edges=(30, 60))
    >>> dict(zip(table["bucket"], table["amount"]))
    {'not due': 10.0, '1–30': 5.0, '31–60': 0.0, '> 60': 0.0}
    """
    limits = list(edges)
    faults = []
    if not limits or limits[0] < 1 or any(b <= a for a, b in pairwise(limits)):
        faults.append(Fault("edges", str(limits), "Give rising whole days, for example 30, 60, 90, 120."))
    if pd.isna(due_dates).any():
        faults.append(Fault("due_dates", "missing", "Fill them in from the terms of payment first."))
    raise_faults(faults)
    firsts = [1, *[edge + 1 for edge in limits[:-1]]]
    labels = ["not due", *[f"{a}–{b}" for a, b in zip(firsts, limits, strict=True)], f"> {limits[-1]}"]
    past_due = (pd.Timestamp(as_of) - pd.to_datetime(due_dates)).dt.days.to_numpy()
    bucket = np.searchsorted([0, *limits], past_due, side="left")
    amounts = np.bincount(bucket, weights=np.asarray(open_amounts, dtype=float), minlength=len(labels))
    return pd.DataFrame({"bucket": labels, "amount": amounts, "items": np.bincount(bucket, minlength=len(labels))})


def days_sales_outstanding(
    receivables: float | Sequence[float],
    credit_sales: float | Sequence[float],
    days: float | Sequence[float],
    method: str = "period",
) -> float:
    """DSO: how many days of sales are still to be collected.

    Parameters
    ----------
    receivables : float or sequence
        Closing balance; for ``method="average"`` the average balance, or the balances to average.
    credit_sales : float or sequence
        Sales of the period; for ``method="countback"`` the sales of each month, oldest first.
    days : float or sequence
        Days of the period; for ``method="countback"`` the days of each month (one number serves all).
    method : {"period", "countback", "average"}
        *period*: closing receivables ÷ sales × days. *average*: the same with average receivables.
        *countback*: whole months are counted back from the newest while the balance covers their sales,
        then the part of the month that the rest covers; it is not moved by growth or season.

    Returns
    -------
    float
        Days. NaN when sales are not positive, or when count-back runs out of months.

    Raises
    ------
    DataError
        Unknown method, missing figures, or days that are not positive.

    References
    ----------
    Credit Research Foundation, Standard Measurement of Accounts Receivable; CFA Institute,
    Financial Analysis Techniques (average form).

    Examples
    --------
    >>> round(days_sales_outstanding(212_000, [70_000, 80_000, 100_000], 30, method="countback"), 1)
    73.7
    """
    balance = np.atleast_1d(np.asarray(receivables, dtype=float))
    sales = np.atleast_1d(np.asarray(credit_sales, dtype=float))
    length = np.atleast_1d(np.asarray(days, dtype=float))
    faults = []
    if method not in DSO_METHODS:
        faults.append(Fault("method", method, f"Use one of {', '.join(DSO_METHODS)}."))
    for name, values in (("receivables", balance), ("credit_sales", sales), ("days", length)):
        if values.size == 0 or not np.isfinite(values).all():
            faults.append(Fault(name, "missing", "Give a number."))
    if (length <= 0).any():
        faults.append(Fault("days", str(length.min()), "Give a positive number of days."))
    raise_faults(faults)
    if method != "countback":
        total = sales.sum()
        return float(balance.mean() / total * length.sum()) if total > 0 else float("nan")
    return _countback(float(balance[-1]), sales.tolist(), np.broadcast_to(length, sales.shape).tolist())


def _countback(balance: float, sales: list[float], days: list[float]) -> float:
    counted = 0.0
    for month_sales, month_days in zip(sales[::-1], days[::-1], strict=True):
        if balance <= 0:
            return counted
        if month_sales > balance:
            return counted + balance / month_sales * month_days
        balance -= month_sales
        counted += month_days
    return counted if balance < CENT and sum(sales) > 0 else float("nan")


def best_possible_dso(current_receivables: float, credit_sales: float, days: float) -> float:
    """The DSO if everyone paid on the due date: current (not overdue) receivables ÷ sales × days.

    Parameters
    ----------
    current_receivables : float
        Receivables not yet due.
    credit_sales : float
        Sales of the period.
    days : float
        Days of the period.

    Returns
    -------
    float
        Days; NaN without sales.

    Raises
    ------
    DataError
        As `days_sales_outstanding`.

    References
    ----------
    Credit Research Foundation, Standard Measurement of Accounts Receivable.

    Examples
    --------
    >>> best_possible_dso(4_000, 10_000, 30)
    12.0
    """
    return days_sales_outstanding(current_receivables, credit_sales, days)


def average_days_delinquent(receivables: float, current_receivables: float, credit_sales: float, days: float) -> float:
    """ADD: the days of the DSO that come from paying late, DSO less best possible DSO.

    Parameters
    ----------
    receivables : float
        Total closing receivables.
    current_receivables : float
        The part of them not yet due.
    credit_sales : float
        Sales of the period.
    days : float
        Days of the period.

    Returns
    -------
    float
        Days; NaN without sales.

    Raises
    ------
    DataError
        As `days_sales_outstanding`.

    References
    ----------
    Credit Research Foundation, Standard Measurement of Accounts Receivable.

    Examples
    --------
    >>> average_days_delinquent(15_000, 4_000, 10_000, 30)
    33.0
    """
    return days_sales_outstanding(receivables, credit_sales, days) - best_possible_dso(
        current_receivables, credit_sales, days
    )


def collection_effectiveness_index(
    beginning_receivables: float,
    credit_sales: float,
    ending_receivables: float,
    ending_current_receivables: float,
    n_months: float = 1,
) -> float:
    """CEI: what was collected of what could have been.

    ``(beginning + sales/n - ending total) / (beginning + sales/n - ending current)``

    Parameters
    ----------
    beginning_receivables : float
        Balance at the start of the period.
    credit_sales : float
        Sales of the period.
    ending_receivables, ending_current_receivables : float
        Balance at the end, and the part of it not yet due.
    n_months : float
        Divides the sales, as the published form does with a quarter's sales; 1 takes the whole period.

    Returns
    -------
    float
        At most 1, which means that nothing is overdue; NaN when nothing could be collected.

    References
    ----------
    Credit Research Foundation; creditguru.com, Collection Effectiveness Index.

    Examples
    --------
    >>> round(collection_effectiveness_index(6_200, 10_890, 6_340, 3_590, n_months=3), 3)
    0.559
    """
    offered = beginning_receivables + credit_sales / n_months
    collectable = offered - ending_current_receivables
    return (offered - ending_receivables) / collectable if collectable > CENT else float("nan")


def receivables_turnover(credit_sales: float, receivables: float | Sequence[float], basis: str = "year_end") -> float:
    """How often receivables turn over in the period; 365 ÷ a year's turnover is the collection period.

    Parameters
    ----------
    credit_sales : float
        Net credit sales of the period.
    receivables : float or sequence
        Closing balance; for ``basis="average"`` the average balance or the balances to average.
    basis : {"year_end", "average"}
        Which balance divides the sales.

    Returns
    -------
    float
        Times per period; NaN when the balance is not positive.

    Raises
    ------
    DataError
        Unknown basis, or several balances where one is wanted.

    References
    ----------
    CFA Institute, Financial Analysis Techniques (average form); the year-end form is common in bank covenants.

    Examples
    --------
    >>> receivables_turnover(1_200_000, [180_000, 220_000], basis="average")
    6.0
    """
    balances = np.atleast_1d(np.asarray(receivables, dtype=float))
    faults = []
    if basis not in TURNOVER_BASES:
        faults.append(Fault("basis", basis, f"Use one of {', '.join(TURNOVER_BASES)}."))
    elif basis == "year_end" and balances.size != 1:
        faults.append(Fault("receivables", f"{balances.size} balances", "Give the closing balance alone."))
    raise_faults(faults)
    balance = balances.mean()
    return float(credit_sales / balance) if balance > CENT else float("nan")
