"""How clients pay: late or not, by how many days, and whether that is getting worse.

Unpaid invoices count with the days they are late so far: leaving them out would make the worst payers look
best. A measure of nothing (no invoice fell due) is NaN, never zero.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

Day = date | pd.Timestamp | str


def delay_rate(days_past_due: pd.Series) -> float:
    """The fraction of invoices paid, or still unpaid, after the due date.

    Parameters
    ----------
    days_past_due : Series, shape (n_invoices,)
        Of invoices that have fallen due; see `due_items`.

    Returns
    -------
    float
        In [0, 1]; NaN when nothing fell due.

    Examples
    --------
    >>> delay_rate(pd.Series([-2.0, 0.0, 5.0, 1.0]))
    0.5
    """
    return float((days_past_due > 0).mean()) if len(days_past_due) else float("nan")


def weighted_days_late(days_past_due: pd.Series, amounts: pd.Series) -> float:
    """Days late, weighted by amount; an early payment counts as zero days late.

    Parameters
    ----------
    days_past_due : Series, shape (n_invoices,)
        Of invoices that have fallen due.
    amounts : Series, shape (n_invoices,)
        Positive money, one currency.

    Returns
    -------
    float
        Days, at least 0; NaN when nothing fell due.

    Examples
    --------
    >>> weighted_days_late(pd.Series([10.0, -5.0]), pd.Series([300.0, 100.0]))
    7.5
    """
    total = float(np.sum(amounts))
    return float((np.clip(days_past_due, 0, None) * amounts).sum() / total) if total > 0 else float("nan")


def due_items(items: pd.DataFrame, start: Day, end: Day) -> pd.DataFrame:
    """The invoices (not credit notes) that fell due after `start` and up to `end`.

    Parameters
    ----------
    items : DataFrame
        From `open_items`, whose ``as_of`` is `end`.
    start, end : date
        The window, open on the left.

    Returns
    -------
    DataFrame
        Rows of `items`.
    """
    due = items["due_date"]
    return items[(due > pd.Timestamp(start)) & (due <= pd.Timestamp(end)) & (items["amount"] > 0)]


def delay_by_month(items: pd.DataFrame, weight: str = "amount") -> pd.DataFrame:
    """Payment behaviour by the month in which invoices fell due.

    Parameters
    ----------
    items : DataFrame
        From `due_items`: ``due_date, days_past_due`` and the column `weight`.
    weight : str
        The money that weights the days.

    Returns
    -------
    DataFrame, one row a month with invoices due
        ``month`` (its first day), ``days_late`` (amount-weighted), ``delay_rate``, ``amount``, ``invoices``.
    """
    frame = pd.DataFrame(
        {
            "month": items["due_date"].dt.to_period("M").dt.start_time,
            "amount": items[weight].astype(float),
            "late": (items["days_past_due"] > 0).astype(float),
            "weighted": items["days_past_due"].clip(lower=0) * items[weight],
        }
    )
    sums = frame.groupby("month").agg(
        amount=("amount", "sum"), delay_rate=("late", "mean"), weighted=("weighted", "sum"), invoices=("late", "size")
    )
    sums["days_late"] = sums["weighted"] / sums["amount"]
    return sums.reset_index()[["month", "days_late", "delay_rate", "amount", "invoices"]]


@dataclass(frozen=True)
class DelayTrend:
    """The trend of monthly days late: days per month, its 95 % interval, and the months it rests on."""

    slope: float
    low: float
    high: float
    months: int

    @property
    def certain(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.low > 0 or self.high < 0


def delay_trend(by_month: pd.DataFrame, min_months: int = 6) -> DelayTrend | None:
    """By how many days a month the payments get later: weighted least squares on months.

    Parameters
    ----------
    by_month : DataFrame
        From `delay_by_month`; the amount due is the weight.
    min_months : int
        Fewer months with invoices due give no trend.

    Returns
    -------
    DelayTrend or None
        Slope in days late per month with its 95 % interval (Student t); None when there are too few months.

    References
    ----------
    statsmodels, ``WLS``; Greene, Econometric Analysis, chapter 9.
    """
    if len(by_month) < min_months:
        return None
    from statsmodels.regression.linear_model import WLS  # a second to import, and only a trend needs it

    month = by_month["month"].dt.year * 12 + by_month["month"].dt.month
    design = np.column_stack([np.ones(len(by_month)), (month - month.iloc[0]).to_numpy(dtype=float)])
    late = by_month["days_late"].to_numpy()
    if np.ptp(late) == 0:
        return DelayTrend(0.0, 0.0, 0.0, len(by_month))
    fit = WLS(late, design, weights=by_month["amount"].to_numpy()).fit()
    low, high = fit.conf_int()[1]
    return DelayTrend(float(fit.params[1]), float(low), float(high), len(by_month))
