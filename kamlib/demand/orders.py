"""How a client orders: how often, how evenly, with which trend and season, and what is out of the ordinary.

Series are totals of equal periods (months), zeros included; what lies before the first order is no demand.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

INTERVAL_CUT, VARIATION_CUT = 1.32, 0.49
CLASSES = ("smooth", "erratic", "intermittent", "lumpy", "none")
MAD_SCALE = 1.4826  # makes the median absolute deviation a standard deviation under normality


@dataclass(frozen=True)
class DemandClass:
    """Average interval between demands (periods), squared variation of their sizes, and the class they give."""

    interval: float
    variation: float
    name: str


def classify_demand(series: pd.Series) -> DemandClass:
    """Smooth, erratic, intermittent or lumpy.

    Parameters
    ----------
    series : Series, shape (n_periods,)
        Demand a period from the first demand on; a period below or at zero counts as one without demand.

    Returns
    -------
    DemandClass
        ADI = periods ÷ periods with demand, CV² = (standard deviation ÷ mean)² of the positive demands
        (population form). ADI ≥ 1.32 is intermittent, CV² ≥ 0.49 erratic, both lumpy. Without any demand
        ``none``, NaN.

    References
    ----------
    Syntetos, Boylan, Croston (2005), On the categorization of demand patterns, JORS 56.

    Examples
    --------
    >>> classify_demand(pd.Series([10, 0, 0, 12, 0, 11])).name
    'intermittent'
    >>> classify_demand(pd.Series([10, 11, 9, 10])).name
    'smooth'
    """
    sizes = series[series > 0].to_numpy(dtype=float)
    if not len(sizes):
        return DemandClass(float("nan"), float("nan"), "none")
    interval = len(series) / len(sizes)
    variation = float((sizes.std() / sizes.mean()) ** 2)
    sparse, uneven = interval >= INTERVAL_CUT, variation >= VARIATION_CUT
    name = ("lumpy" if uneven else "intermittent") if sparse else ("erratic" if uneven else "smooth")
    return DemandClass(interval, variation, name)


@dataclass(frozen=True)
class Growth:
    """Trend of a series as a share of its mean a year, with its 95 % interval."""

    rate: float
    low: float
    high: float
    periods: int

    @property
    def certain(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.low > 0 or self.high < 0


def yearly_growth(series: pd.Series, per_year: int = 12, least: int = 12) -> Growth | None:
    """The linear trend of a series, as a share of its mean a year.

    Parameters
    ----------
    series : Series, shape (n_periods,)
        Better without season; see `split_season`.
    per_year : int
        Periods a year.
    least : int
        Fewer periods give None.

    Returns
    -------
    Growth or None
        Least squares with errors robust to heteroscedasticity and to autocorrelation (Newey–West, lags
        ⌊4 (n/100)^(2/9)⌋).

    References
    ----------
    Newey, West (1987), Econometrica 55; Wooldridge, Introductory Econometrics, chapter 12.
    """
    values = series.to_numpy(dtype=float)
    if len(values) < least or values.mean() <= 0:
        return None
    from statsmodels.regression.linear_model import OLS

    design = np.column_stack([np.ones(len(values)), np.arange(len(values)) / per_year])
    if np.ptp(values) == 0:
        return Growth(0.0, 0.0, 0.0, len(values))
    fit = OLS(values, design).fit(cov_type="HAC", cov_kwds={"maxlags": lags_for(len(values))})
    low, high = fit.conf_int()[1] / values.mean()
    return Growth(float(fit.params[1] / values.mean()), float(low), float(high), len(values))


def lags_for(periods: int) -> int:
    """Lags of the Newey–West estimate: ⌊4 (n/100)^(2/9)⌋, at least 1.

    Examples
    --------
    >>> lags_for(40)
    3
    """
    return max(int(4 * (periods / 100) ** (2 / 9)), 1)


@dataclass(frozen=True)
class Season:
    """The seasonal part of a series: its strength, each period's part, and the series without it."""

    strength: float
    pattern: pd.Series
    adjusted: pd.Series


def split_season(series: pd.Series, period: int = 12) -> Season | None:
    """Split a series into trend, season and rest by centred moving averages.

    Parameters
    ----------
    series : Series with a PeriodIndex, shape (n_periods,)
    period : int
        Periods of a cycle.

    Returns
    -------
    Season or None
        None with fewer than two cycles. ``strength`` is in [0, 1]: 1 − Var(rest) ÷ Var(season + rest), 0 for
        none; ``pattern`` has one amount per position of the cycle, indexed by the month number for monthly
        series, adding up to zero.

    References
    ----------
    Wang, Smith, Hyndman (2006), Characteristic-based clustering for time series data.
    """
    if len(series) < 2 * period:
        return None
    from statsmodels.tsa.seasonal import seasonal_decompose

    parts = seasonal_decompose(series.to_numpy(dtype=float), model="additive", period=period)
    inside = ~np.isnan(parts.resid)
    whole = (parts.seasonal + parts.resid)[inside].var()
    strength = max(0.0, 1 - parts.resid[inside].var() / whole) if whole > 0 else 0.0
    numbers = series.index.month[:period] if isinstance(series.index, pd.PeriodIndex) else range(1, period + 1)
    pattern = pd.Series(parts.seasonal[:period], index=list(numbers)).sort_index()
    return Season(float(strength), pattern, series - parts.seasonal)


def outliers(series: pd.Series, limit: float) -> pd.DataFrame:
    """Periods whose amount is far from the middle of all.

    Parameters
    ----------
    series : Series, shape (n_periods,)
        Better without season and trend.
    limit : float
        Robust z-scores beyond it are told; 3.5 is usual.

    Returns
    -------
    DataFrame
        ``period, amount, score``; score = (amount − median) ÷ (1.4826 × MAD).

    References
    ----------
    Iglewicz, Hoaglin (1993), How to detect and handle outliers.

    Examples
    --------
    >>> outliers(pd.Series([10, 11, 9, 10, 12, 40.0]), 3.5)["period"].tolist()
    [5]
    """
    middle = series.median()
    spread = (series - middle).abs().median() * MAD_SCALE
    score = (series - middle) / spread if spread > 0 else pd.Series(0.0, index=series.index)
    found = series[score.abs() > limit]
    return pd.DataFrame({"period": found.index, "amount": found.to_numpy(), "score": score[found.index].to_numpy()})


@dataclass(frozen=True)
class Silence:
    """Days since the last order against the client's own gaps: the usual gap and how often one was as long."""

    days: int
    usual: float
    share_as_long: float
    gaps: int


def order_silence(days: pd.Series, today: pd.Timestamp) -> Silence | None:
    """Whether the client is silent for longer than it ever was.

    Parameters
    ----------
    days : Series of Timestamp
        Order days, any order, doubles allowed.
    today : Timestamp

    Returns
    -------
    Silence or None
        None with fewer than two order days. ``share_as_long`` is the share of past gaps at least as long as
        the silence so far, a small one means that it is unusual.

    Examples
    --------
    >>> order_silence(pd.Series(pd.to_datetime(["2026-01-01", "2026-01-11", "2026-01-21"])), pd.Timestamp("2026-03-01"))
    Silence(days=39, usual=10.0, share_as_long=0.0, gaps=2)
    """
    unique = pd.Series(np.sort(days.dropna().unique()))
    if len(unique) < 2:
        return None
    gaps = unique.diff().dt.days.dropna()
    silent = (today - unique.iloc[-1]).days
    return Silence(int(silent), float(gaps.median()), float((gaps >= silent).mean()), len(gaps))
