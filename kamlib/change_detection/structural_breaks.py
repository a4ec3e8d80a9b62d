"""Has the mean of a series changed, when, and how sure is that? The sup-F test with an interval of the date."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kamlib.errors import Fault, raise_faults


@dataclass(frozen=True)
class StructuralBreak:
    """The most likely change of a series' mean.

    Attributes
    ----------
    before_count : int
        Observations (without missing ones) of the first regime.
    label : Any
        Index label of the last of them; its position in the series where it has no index.
    first_label, last_label : Any
        Labels of the 95 % interval of the break.
    sup_f, p_value : float
        The largest F statistic, and the probability of one as large without a break.
    mean_before, mean_after : float
    """

    before_count: int
    label: Any
    first_label: Any
    last_label: Any
    sup_f: float
    p_value: float
    mean_before: float
    mean_after: float

    @property
    def change(self) -> float:
        """By how much the mean moved."""
        return self.mean_after - self.mean_before


def structural_break(values: Sequence[float] | np.ndarray | pd.Series, trim: float = 0.15) -> StructuralBreak | None:
    """The change of a mean that fits best, by the largest F statistic over all dates (sup-F).

    Parameters
    ----------
    values : sequence, shape (n,)
        In order of time; missing values are left out.
    trim : float
        Fraction at either end where no break is looked for, in (0, 0.5).

    Returns
    -------
    StructuralBreak or None
        None with fewer than two observations in either trimmed end, or with no variation.

    Raises
    ------
    DataError
        A `trim` out of range.

    References
    ----------
    Andrews (1993), Econometrica 61, sup-F; Estrella (2003), Econometric Theory 19, its p-value; Bai (1997), Review of
    Economics and Statistics 79, the interval of the date, with a variance for each regime. As R's strucchange.

    Examples
    --------
    >>> found = structural_break([5, 6, 5, 6, 5, 6, 5, 6, 15, 16, 15, 16, 15, 16])
    >>> found.label, found.change, found.p_value < 0.01
    (7, 10.0, True)
    """
    raise_faults(() if 0 < trim < 0.5 else (Fault("trim", str(trim), "Give a fraction above 0 and below 0.5."),))
    labels = values.index if isinstance(values, pd.Series) else pd.RangeIndex(len(values))
    series = np.asarray(values, dtype=float)
    labels, series = labels[~np.isnan(series)], series[~np.isnan(series)]
    if int(trim * len(series)) < 2:
        return None
    statistics = f_statistics(series[None, :], trim)[0]
    if not np.isfinite(statistics).any():
        return None
    count = int(np.nanargmax(statistics)) + 1
    before, after = series[:count], series[count:]
    low, high = _break_interval(before, after)
    ends = (max(count + low, 1) - 1, min(count + high, len(series)) - 1)
    sup_f = float(np.nanmax(statistics))
    label, first, last = (
        labels[i].item() if hasattr(labels[i], "item") else labels[i] for i in (count - 1, *map(int, ends))
    )
    p_value = float(sup_f_p_value(np.array(sup_f), trim))
    return StructuralBreak(count, label, first, last, sup_f, p_value, float(before.mean()), float(after.mean()))


def f_statistics(values: np.ndarray, trim: float) -> np.ndarray:
    """The Chow F statistic of a change of mean after each observation, along the last axis of whole series.

    Returns
    -------
    array, shape of `values`
        NaN within the trimmed ends and where there is no variation.
    """
    count = values.shape[-1]
    edge = max(int(trim * count), 1)
    sizes = np.arange(1, count + 1)
    centred = values - values.mean(axis=-1, keepdims=True)  # keeps the sums of squares exact for large levels
    sums, squares = centred.cumsum(axis=-1), (centred**2).sum(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        explained = sums**2 / sizes + sums**2 / (count - sizes)
        rest = squares - explained
        tiny = squares <= 1e-12 * np.maximum((values**2).sum(axis=-1, keepdims=True), 1e-12)
        statistic = np.where(tiny, np.nan, explained / (np.maximum(rest, 1e-9 * squares) / (count - 2)))
    inside = (sizes >= edge) & (sizes <= count - edge)
    return np.where(inside, statistic, np.nan)


def sup_f_p_value(sup_f: np.ndarray, trim: float) -> np.ndarray:
    """The probability of a largest F as large without a break: Estrella's expansion for one coefficient.

    Examples
    --------
    >>> round(float(sup_f_p_value(np.array(8.68), 0.15)), 2)  # Andrews' critical value at 5 %
    0.05
    """
    level = np.maximum(sup_f, 1.0)
    breadth = 2 * np.log((1 - trim) / trim)
    density = np.sqrt(level) * np.exp(-level / 2) / np.sqrt(2 * np.pi)
    return np.where(sup_f <= 2.5, 1.0, np.minimum(density * ((1 - 1 / level) * breadth + 2 / level), 1.0))


def _break_interval(before: np.ndarray, after: np.ndarray, level: float = 0.95) -> tuple[int, int]:
    """How many observations the break may lie earlier and later (Bai 1997, a variance for each regime)."""
    from scipy.optimize import brentq

    change = (after.mean() - before.mean()) ** 2
    spreads = [max(part.var(), 1e-9 * change) for part in (before, after)]
    phi = spreads[1] / spreads[0]
    tail, reach = (1 - level) / 2, 1.0
    while _argmax_cdf(reach, phi) < 1 - tail or _argmax_cdf(-reach, phi) > tail:
        reach *= 2
        if reach > 1e6:
            return -len(before), len(after)
    upper = brentq(lambda x: _argmax_cdf(x, phi) - (1 - tail), 0, reach) if _argmax_cdf(0, phi) < 1 - tail else 0.0
    lower = brentq(lambda x: _argmax_cdf(x, phi) - tail, -reach, 0) if _argmax_cdf(0, phi) > tail else 0.0
    unit = spreads[0] / change
    return int(np.floor(-upper * unit)), int(np.ceil(-lower * unit))


def _argmax_cdf(x: float, phi: float) -> float:
    """The distribution of where a two-sided Brownian motion with drift is largest (Bai 1997, appendix; xi = 1)."""
    from scipy.special import log_ndtr, ndtr

    size = abs(x)
    if x < 0:
        inverse = 1 / phi
        return float(
            -np.sqrt(size / (2 * np.pi)) * np.exp(-size / 8)
            - phi * (phi + 2) / (phi + 1)
            * np.exp(inverse * (1 + inverse) * size / 2 + log_ndtr(-(0.5 + inverse) * np.sqrt(size)))
            + (size / 2 - 2 + (phi + 2) ** 2 / (phi + 1)) * ndtr(-np.sqrt(size) / 2)
        )  # fmt: skip
    root = np.sqrt(1 / phi)
    return float(
        1
        + root * np.sqrt(size / (2 * np.pi)) * np.exp(-size / (8 * phi))
        + (2 * phi + 1) / (phi * (phi + 1))
        * np.exp((phi + 1) * size / 2 + log_ndtr(-(phi + 0.5) / np.sqrt(phi) * np.sqrt(size)))
        - ((2 * phi + 1) ** 2 / ((phi + 1) * phi) - 2 + size / (2 * phi)) * ndtr(-root * np.sqrt(size) / 2)
    )  # fmt: skip
