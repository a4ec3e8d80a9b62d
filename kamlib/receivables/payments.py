"""How clients pay: late or not, by how many days, and whether that is getting worse.

Unpaid invoices count with the days they are late so far: leaving them out would make the worst payers look
best. A measure of nothing (no invoice fell due) is NaN, never zero.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from kamlib.model_validation import Estimate

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
            "month": items["due_date"].to_numpy().astype("datetime64[M]").astype("datetime64[us]"),
            "amount": items[weight].astype(float),
            "late": (items["days_past_due"] > 0).astype(float),
            "weighted": items["days_past_due"].clip(lower=0) * items[weight],
            "invoices": 1,
        }
    )
    sums = frame.groupby("month", as_index=False).sum()
    sums["days_late"] = sums["weighted"] / sums["amount"]
    sums["delay_rate"] = sums["late"] / sums["invoices"]
    return sums[["month", "days_late", "delay_rate", "amount", "invoices"]]


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


def days_late_interval(days_past_due: pd.Series, amounts: pd.Series, level: float = 0.95) -> Estimate:
    """Amount-weighted days late with its interval.

    Parameters
    ----------
    days_past_due, amounts : Series, shape (n_invoices,)
        As for `weighted_days_late`.
    level : float
        Of the interval.

    Returns
    -------
    Estimate
        The interval of a ratio by the delta method with Student's t, whose degrees of freedom follow the effective
        number of invoices (Σa)² ÷ Σa²; not below 0. NaN limits where that number is below 2.

    References
    ----------
    Cochran, Sampling Techniques (1977), chapter 6; Kish (1965) for the effective number.

    Examples
    --------
    >>> found = days_late_interval(pd.Series([10.0, -5.0, 20.0, 0.0]), pd.Series([100.0] * 4))
    >>> round(found.value, 1), round(found.low, 1), round(found.high, 1)
    (7.5, 0.0, 22.7)
    """
    value = weighted_days_late(days_past_due, amounts)
    weights = amounts.to_numpy(dtype=float)
    effective = weights.sum() ** 2 / (weights**2).sum() if len(weights) and weights.sum() > 0 else 0.0
    if effective < 2:
        return Estimate(value, float("nan"), float("nan"), level)
    from scipy.stats import t

    late = np.clip(days_past_due.to_numpy(dtype=float), 0, None)
    error = np.sqrt((weights**2 * (late - value) ** 2).sum() * effective / (effective - 1)) / weights.sum()
    reach = float(t.ppf(0.5 + level / 2, effective - 1)) * float(error)
    return Estimate(value, max(value - reach, 0.0), value + reach, level)


@dataclass(frozen=True)
class DelaySeason:
    """By how many days each calendar quarter is later than the average one, and the p-value that none is."""

    effects: pd.Series
    p_value: float
    months: int


def delay_season(by_month: pd.DataFrame, min_months: int = 24) -> DelaySeason | None:
    """Whether payments are later at the same time of each year: quarters beside a trend, by weighted least squares.

    Parameters
    ----------
    by_month : DataFrame
        From `delay_by_month`; the amount due is the weight.
    min_months : int
        Fewer months, or a calendar quarter without any, tell nothing.

    Returns
    -------
    DelaySeason or None
        ``effects`` has the index 1 to 4 and mean 0.

    References
    ----------
    statsmodels, ``WLS`` and its F test.
    """
    quarter = by_month["month"].dt.quarter
    if len(by_month) < max(min_months, 6) or quarter.nunique() < 4 or np.ptp(by_month["days_late"]) == 0:
        return None
    from statsmodels.regression.linear_model import WLS

    month = (by_month["month"].dt.year * 12 + by_month["month"].dt.month).to_numpy(dtype=float)
    dummies = np.column_stack([quarter == number for number in (2, 3, 4)]).astype(float)
    design = np.column_stack([np.ones(len(month)), month - month.mean(), dummies])
    fit = WLS(by_month["days_late"].to_numpy(), design, weights=by_month["amount"].to_numpy()).fit()
    p_value = float(fit.f_test(np.eye(5)[2:]).pvalue)
    effects = pd.Series([0.0, *fit.params[2:]], index=pd.Index([1, 2, 3, 4], name="quarter"))
    return DelaySeason(effects - effects.mean(), p_value, len(by_month))


@dataclass(frozen=True)
class DisputeRecord:
    """How often invoices are disputed, and what it does to payment.

    Attributes
    ----------
    invoice_share, amount_share : float
        Of the invoices that fell due.
    open_amount : float
        Still open of the disputed ones.
    days_late_disputed, days_late_others : float
        Amount-weighted; NaN where there are none.
    """

    invoice_share: float
    amount_share: float
    open_amount: float
    days_late_disputed: float
    days_late_others: float


def dispute_record(items: pd.DataFrame) -> DisputeRecord:
    """The disputes among the invoices that fell due.

    Parameters
    ----------
    items : DataFrame
        From `due_items`: ``amount, open_amount, days_past_due, disputed``.

    Examples
    --------
    >>> items = pd.DataFrame({"amount": [300.0, 100.0], "open_amount": [0.0, 40.0], "days_past_due": [2.0, 30.0],
    ...     "disputed": [False, True]})
    >>> dispute_record(items)
    DisputeRecord(invoice_share=0.5, amount_share=0.25, open_amount=40.0, days_late_disputed=30.0, days_late_others=2.0)
    """
    disputed = items["disputed"].astype(bool)
    total = float(items["amount"].sum())
    late = [weighted_days_late(part["days_past_due"], part["amount"]) for part in (items[disputed], items[~disputed])]
    return DisputeRecord(
        float(disputed.mean()) if len(items) else float("nan"),
        float(items.loc[disputed, "amount"].sum()) / total if total > 0 else float("nan"),
        float(items.loc[disputed, "open_amount"].clip(lower=0).sum()),
        *late,
    )
