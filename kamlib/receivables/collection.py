"""How well receivables are collected: DSO by each method and its parts, delinquency, effectiveness, turnover.

Amounts of one call are in one currency; days are calendar days. A measure that has no meaning for the figures given
(no sales, nothing due) is NaN, never zero.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kamlib.errors import Fault, raise_faults
from kamlib.receivables.open_items import CENT, Day

DSO_METHODS = ("period", "countback", "average")
DSO_PARTS = ("terms", "sales_timing", "lateness", "disputes", "credits")
TURNOVER_BASES = ("year_end", "average")


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
        Days. NaN when sales are less than half a cent (billed and credited in full leaves a float's noise, no sales),
        or when count-back runs out of months.

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
        return float(balance.mean() / total * length.sum()) if total >= CENT else float("nan")
    return _countback(float(balance[-1]), sales.tolist(), np.broadcast_to(length, sales.shape).tolist())


def _countback(balance: float, sales: list[float], days: list[float]) -> float:
    if sum(sales) < CENT:
        return float("nan")
    counted = 0.0
    for month_sales, month_days in zip(sales[::-1], days[::-1], strict=True):
        if balance <= 0:
            return counted
        if month_sales > balance:
            return counted + balance / month_sales * month_days
        balance -= month_sales
        counted += month_days
    return counted if balance < CENT else float("nan")


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


def dso_split(items: pd.DataFrame, as_of: Day, days: float, unapplied: float = 0.0) -> pd.Series:
    """Where the days of the period DSO come from; the parts add up to it.

    Parameters
    ----------
    items : DataFrame
        From `open_items` of `as_of`: ``issue_date, due_date, amount, open_amount`` and, if known, ``disputed``.
    as_of : date
        The day of the balance.
    days : float
        Length of the sales period that ends on `as_of`.
    unapplied : float
        Cash that names no invoice, at least 0; it lowers the balance.

    Returns
    -------
    Series, index `DSO_PARTS`
        Days. *terms*: the terms of payment agreed, weighted by the sales of the period. *sales_timing*: what not
        yet due sales make more or less than level sales would, had nobody paid early. *lateness*: open past the
        due date, less what was paid before it; a credit note refunded twice is owed, too. *disputes*: open and
        disputed, due or not. *credits*: open credit notes, over-payments and unapplied cash, not above 0. All NaN
        without sales in the period.

    Notes
    -----
    The split is this project's own; its sum is ``days_sales_outstanding(balance, sales, days)`` with the balance
    net of credits. On level sales, equal terms and payment on the due date all but *terms* are 0.

    Examples
    --------
    >>> items = pd.DataFrame({"issue_date": pd.to_datetime(["2026-06-01", "2026-06-11", "2026-06-21"]),
    ...     "due_date": pd.to_datetime(["2026-06-21", "2026-07-01", "2026-07-11"]), "amount": [100.0] * 3,
    ...     "open_amount": [40.0, 100.0, 100.0]})
    >>> dso_split(items, "2026-06-30", 30).round(1).to_dict()
    {'terms': 20.0, 'sales_timing': 0.0, 'lateness': 4.0, 'disputes': 0.0, 'credits': 0.0}
    """
    day = pd.Timestamp(as_of)
    window = items["issue_date"] > day - pd.Timedelta(days=days)
    sales = float(items.loc[window, "amount"].sum())
    if sales < CENT:
        return pd.Series(np.nan, index=list(DSO_PARTS))
    per_day = days / sales
    billed = items["amount"] > 0
    disputed = items["disputed"].astype(bool) if "disputed" in items else pd.Series(False, index=items.index)
    open_amount = items["open_amount"]
    owed = open_amount.clip(lower=0)
    not_due = items["due_date"] >= day
    agreed = (items["due_date"] - items["issue_date"]).dt.days
    sold = window & billed
    terms = float((agreed * items["amount"])[sold].sum() / items.loc[sold, "amount"].sum())
    due_today = items["due_date"] == day
    scheduled = float(items["amount"].clip(lower=0).where(~due_today, owed)[~disputed & not_due].sum())
    paid_early = scheduled - float(owed[~disputed & not_due].sum())
    parts = {
        "terms": terms,
        "sales_timing": scheduled * per_day - terms,
        "lateness": (float(owed[~disputed & ~not_due].sum()) - paid_early) * per_day,
        "disputes": float(owed[disputed].sum()) * per_day,
        "credits": (float(open_amount.clip(upper=0).sum()) - unapplied) * per_day,
    }
    return pd.Series(parts)[list(DSO_PARTS)]
