"""Control charts: has a series left the range of its own past, and when?

Series in, frozen results out. A missing value (NaN) moves no chart; the point that stands there repeats the last one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kamlib.errors import Fault, raise_faults

MOVING_RANGE = 1.128  # d2 for ranges of two: the mean moving range of a normal series is 1.128 sigma
Values = Sequence[float] | np.ndarray | pd.Series


@dataclass(frozen=True)
class EwmaChart:
    """An exponentially weighted moving average with its control limits.

    Attributes
    ----------
    ewma, lower, upper : array, shape (n,)
        The average after each value, and the limits.
    mean, sigma : float
        What the chart is centred on, and the standard deviation of one value.
    signals : tuple of int
        Positions outside the limits.
    """

    values: np.ndarray
    ewma: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    mean: float
    sigma: float
    signals: tuple[int, ...]

    @property
    def first_signal(self) -> int | None:
        """The first position outside the limits."""
        return self.signals[0] if self.signals else None


@dataclass(frozen=True)
class CusumChart:
    """A tabular CUSUM: deviations beyond an allowance, added up on either side.

    Attributes
    ----------
    upper, lower : array, shape (n,)
        Both at least zero, in the unit of the values.
    cumulative : array, shape (n,)
        The plain sum of deviations from the mean, without an allowance.
    limit : float
        The decision interval in the unit of the values.
    signals : tuple of int
        Positions where either side is beyond the limit.
    """

    values: np.ndarray
    upper: np.ndarray
    lower: np.ndarray
    cumulative: np.ndarray
    limit: float
    mean: float
    sigma: float
    signals: tuple[int, ...]

    @property
    def first_signal(self) -> int | None:
        """The first position beyond the limit."""
        return self.signals[0] if self.signals else None


def ewma_chart(
    values: Values,
    lam: float,
    L: float,  # noqa: N803 - its name in the handbook
    mean: float | None = None,
    sigma: float | None = None,
    steady: bool = True,
) -> EwmaChart:
    """The EWMA control chart: small, lasting shifts of a mean.

    ``z_t = lam * x_t + (1 - lam) * z_{t-1}``, started at the mean; limits at ``mean ± L sigma sqrt(lam / (2 - lam))``.

    Parameters
    ----------
    values : sequence, shape (n,)
    lam : float
        Weight of the newest value, in (0, 1].
    L : float
        Width of the limits in standard deviations of the average.
    mean, sigma : float or None
        Of the process in control; None estimates them from the values (sigma from the mean moving range).
    steady : bool
        The limits of the long run throughout; False starts with the narrower ones of the first values.

    Returns
    -------
    EwmaChart

    Raises
    ------
    DataError
        No value, or parameters out of range.

    References
    ----------
    NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.4; Roberts (1959), Technometrics 1.

    Examples
    --------
    >>> chart = ewma_chart([52.0, 47.0, 53.0], 0.3, 3, mean=50, sigma=2.0539)
    >>> chart.ewma.round(2).tolist(), round(float(chart.upper[-1]), 4)
    ([50.6, 49.52, 50.56], 52.5884)
    """
    series = _series(values)
    raise_faults(
        fault
        for name, value, good in (("lam", lam, 0 < lam <= 1), ("L", L, L > 0))
        for fault in _unless(good, name, value, "Give lam in (0, 1] and L above 0.")
    )
    centre, spread = _in_control(series, mean, sigma)
    smoothed = exponential_average(series, lam, centre)
    steps = np.arange(1, len(series) + 1)
    growth = np.ones(len(series)) if steady else 1 - (1 - lam) ** (2 * steps)
    width = L * spread * np.sqrt(lam / (2 - lam) * growth)
    lower, upper = centre - width, centre + width
    outside = ((smoothed > upper) | (smoothed < lower)) & ~np.isnan(series)
    return EwmaChart(series, smoothed, lower, upper, centre, spread, _positions(outside))


def exponential_average(values: np.ndarray, lam: float, start: float | np.ndarray) -> np.ndarray:
    """The recursion of `ewma_chart` along the last axis; a missing value repeats the last average.

    Examples
    --------
    >>> exponential_average(np.array([[4.0, np.nan, 0.0]]), 0.5, 0.0).tolist()
    [[2.0, 2.0, 1.0]]
    """
    result = np.empty(values.shape)
    average = np.broadcast_to(np.asarray(start, dtype=float), values.shape[:-1])
    for step in range(values.shape[-1]):
        value = values[..., step]
        average = np.where(np.isnan(value), average, lam * value + (1 - lam) * average)
        result[..., step] = average
    return result


def cusum_chart(
    values: Values, k: float, h: float, mean: float | None = None, sigma: float | None = None
) -> CusumChart:
    """The tabular CUSUM: a mean that has moved by about ``2 k sigma``, found quickly.

    ``C+ = max(0, x - (mean + k sigma) + C+)`` and ``C- = max(0, (mean - k sigma) - x + C-)``; a signal is either
    beyond ``h sigma``.

    Parameters
    ----------
    values : sequence, shape (n,)
    k, h : float
        Allowance and decision interval in standard deviations; 0.5 and 4 or 5 are usual.
    mean, sigma : float or None
        Of the process in control; None estimates them from the values. With ``sigma=1``, `k` and `h` are in the
        unit of the values.

    Returns
    -------
    CusumChart

    Raises
    ------
    DataError
        No value, or parameters out of range.

    References
    ----------
    Page (1954), Biometrika 41; Montgomery and Runger, Applied Statistics and Probability for Engineers, 16-8.

    Examples
    --------
    >>> chart = cusum_chart([102.0, 94.8, 98.3], 1, 10, mean=99, sigma=1)
    >>> chart.upper.round(1).tolist(), chart.lower.round(1).tolist()
    ([2.0, 0.0, 0.0], [0.0, 3.2, 2.9])
    """
    series = _series(values)
    raise_faults(
        fault
        for name, value, good in (("k", k, k >= 0), ("h", h, h > 0))
        for fault in _unless(good, name, value, "Give k at least 0 and h above 0.")
    )
    centre, spread = _in_control(series, mean, sigma)
    upper = one_sided_cusum(series - centre, k * spread)
    lower = one_sided_cusum(centre - series, k * spread)
    cumulative = np.nancumsum(series - centre)
    beyond = (np.maximum(upper, lower) > h * spread) & ~np.isnan(series)
    return CusumChart(series, upper, lower, cumulative, h * spread, centre, spread, _positions(beyond))


def one_sided_cusum(deviations: np.ndarray, allowance: float | np.ndarray) -> np.ndarray:
    """Deviations beyond an allowance added up along the last axis, never below zero.

    Examples
    --------
    >>> one_sided_cusum(np.array([2.0, -9.0, 3.0]), 1.0).tolist()
    [1.0, 0.0, 2.0]
    """
    result = np.empty(deviations.shape)
    total = np.zeros(deviations.shape[:-1])
    for step in range(deviations.shape[-1]):
        value = deviations[..., step]
        total = np.where(np.isnan(value), total, np.maximum(0.0, total + value - allowance))
        result[..., step] = total
    return result


def page_hinkley(
    values: Values, delta: float, threshold: float, alpha: float = 0.9999, min_instances: int = 30, mode: str = "both"
) -> tuple[int, ...]:
    """The Page–Hinkley test on a stream: where the mean has drifted; after each, the test starts afresh.

    Parameters
    ----------
    values : sequence, shape (n,)
        Missing values are passed over.
    delta : float
        Deviation from the running mean that is tolerated.
    threshold : float
        How far the summed deviations must go beyond their extreme.
    alpha : float
        Forgetting factor of the sum.
    min_instances : int
        Values before the first decision.
    mode : {"both", "up", "down"}
        Which drifts count.

    Returns
    -------
    tuple of int
        Positions at which a drift was found.

    Raises
    ------
    DataError
        No value, or an unknown mode.

    References
    ----------
    Page (1954), Biometrika 41; the forgetting form is that of River's ``PageHinkley``.

    Examples
    --------
    >>> page_hinkley([0.0] * 40 + [5.0] * 20, delta=0.005, threshold=20)
    (44,)
    """
    series = _series(values)
    raise_faults(_unless(mode in ("both", "up", "down"), "mode", mode, "Use one of both, up, down."))
    found = []
    count = mean = rise = fall = least = most = 0.0
    for position, value in enumerate(series):
        if np.isnan(value):
            continue
        count += 1
        mean += (value - mean) / count
        rise = alpha * rise + value - mean - delta
        fall = alpha * fall + value - mean + delta
        least, most = min(least, rise), max(most, fall)
        up, down = rise - least > threshold, most - fall > threshold
        if count >= min_instances and ((up and mode != "down") or (down and mode != "up")):
            found.append(position)
            count = mean = rise = fall = least = most = 0.0
    return tuple(found)


def _series(values: Values) -> np.ndarray:
    series = np.asarray(values, dtype=float)
    empty = series.ndim != 1 or np.isnan(series).all()
    raise_faults(_unless(not empty, "values", "no numbers", "Give a series of at least one number."))
    return series


def _in_control(series: np.ndarray, mean: float | None, sigma: float | None) -> tuple[float, float]:
    known = series[~np.isnan(series)]
    raise_faults(_unless(sigma is None or sigma >= 0, "sigma", sigma, "Give a standard deviation of at least 0."))
    centre = float(known.mean()) if mean is None else float(mean)
    if sigma is not None:
        return centre, float(sigma)
    return centre, float(np.abs(np.diff(known)).mean() / MOVING_RANGE) if len(known) > 1 else 0.0


def _unless(good: bool, name: str, value: Any, remedy: str) -> tuple[Fault, ...]:
    return () if good else (Fault(name, str(value), remedy),)


def _positions(mask: np.ndarray) -> tuple[int, ...]:
    return tuple(np.flatnonzero(mask).tolist())
