"""What an indicator reads: a value, what it is held against, and how far beyond it is; by client and month."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from kamlib.early_warning.panel import Panel
from kamlib.policy.early_warning import EarlyWarning


@dataclass(frozen=True)
class Reading:
    """An indicator's reading; arrays of shape (n_clients, n_months).

    Attributes
    ----------
    value, limit : array
        In the indicator's own unit.
    strength : array
        How far the value has gone towards its limit: it warns from 1. NaN where there are no data to say so.
    """

    value: np.ndarray
    limit: np.ndarray
    strength: np.ndarray


@dataclass(frozen=True)
class Indicator:
    """A sign of trouble.

    Attributes
    ----------
    name : str
        Its key in the policy's weights.
    measure : callable
        Panel and rules in, `Reading` out.
    unit : str
        Of value and limit: days, share, ratio, points, notches, score, count.
    needs : tuple of str
        Tables without which it cannot be read.
    """

    name: str
    measure: Callable[[Panel, EarlyWarning], Reading] = field(repr=False)
    unit: str
    needs: tuple[str, ...] = ()


def reading(
    value: np.ndarray, limit: float | np.ndarray, gate: np.ndarray | bool = True, known: np.ndarray | bool = True
) -> Reading:
    """A reading that warns where the value reaches the limit and the gate is open.

    Parameters
    ----------
    value : array
        Higher is worse; NaN where there are no data.
    limit : float or array
        Positive.
    gate : array of bool
        Where closed, the value is too small a matter to warn.
    known : array of bool
        Where not, there are no data.
    """
    limits = np.broadcast_to(np.asarray(limit, dtype=float), value.shape)
    with np.errstate(invalid="ignore", divide="ignore"):
        strength = np.where(limits > 0, value / limits, np.where(value > 0, np.inf, 0.0))
    strength = np.where(gate, strength, np.minimum(strength, 0.0))
    strength = np.where(known & ~np.isnan(value), strength, np.nan)
    return Reading(np.where(known, value, np.nan), limits, strength)


def trailing(values: np.ndarray, months: int, skip: int = 0) -> np.ndarray:
    """Sums over the last `months` columns, `skip` columns back; fewer at the start.

    Examples
    --------
    >>> trailing(np.array([[1.0, 2.0, 3.0]]), 2).tolist(), trailing(np.array([[1.0, 2.0, 3.0]]), 1, skip=1).tolist()
    ([[1.0, 3.0, 5.0]], [[0.0, 1.0, 2.0]])
    """
    total = np.pad(values.cumsum(axis=1), ((0, 0), (months + skip, 0)))
    count = values.shape[1]
    return total[:, months : months + count] - total[:, :count]


def ratio(part: np.ndarray, whole: np.ndarray, at_least: float = 0.005) -> np.ndarray:
    """A share; NaN where the whole is nothing."""
    return np.divide(
        part, whole, out=np.full(np.broadcast_shapes(part.shape, whole.shape), np.nan), where=whole > at_least
    )


def mean_and_spread(values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean, standard deviation and number of the known values of each row."""
    known = ~np.isnan(values)
    count = known.sum(axis=1)
    filled = np.where(known, values, 0.0)
    mean = ratio(filled.sum(axis=1), count.astype(float), 0.5)
    squares = np.where(known, (values - mean[:, None]) ** 2, 0.0).sum(axis=1)
    return mean, np.sqrt(ratio(squares, count - 1.0, 0.5)), count
