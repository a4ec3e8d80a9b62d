"""All indices of one set of amounts, and how far they would move had the invoices fallen otherwise."""

import numpy as np
import pandas as pd

from kamlib.concentration import indices
from kamlib.errors import Fault, raise_faults

INDICES = ("cr1", "cr3", "cr5", "cr10", "hhi", "effective_number", "gini", "hall_tideman", "theil", "entropy", "count")
CHUNK = 2_000_000  # amounts drawn at a time: some 16 MiB


def concentration_indices(amounts: pd.Series) -> pd.Series:
    """Every index of `INDICES` of one set of amounts; NaN for an empty set.

    Parameters
    ----------
    amounts : Series, shape (n_clients,)
        Non-negative money in one currency.

    Returns
    -------
    Series
        Indexed by `INDICES`.

    Raises
    ------
    DataError
        Negative or missing amounts, or a zero total.

    Examples
    --------
    >>> concentration_indices(pd.Series([3.0, 1.0]))["hhi"]
    np.float64(0.625)
    """
    if len(amounts) == 0:
        return pd.Series(np.nan, index=list(INDICES))
    values = {f"cr{k}": indices.concentration_ratio(amounts, k) for k in (1, 3, 5, 10)}
    values |= {
        "hhi": indices.herfindahl_index(amounts),
        "effective_number": indices.effective_number(amounts),
        "gini": indices.gini_coefficient(amounts),
        "hall_tideman": indices.hall_tideman_index(amounts),
        "theil": indices.theil_index(amounts),
        "entropy": indices.shannon_entropy(amounts),
        "count": float((np.asarray(amounts) > 0).sum()),
    }
    return pd.Series(values)[list(INDICES)]


def bootstrap_intervals(
    totals: pd.Series,
    squares: pd.Series,
    groups: pd.Series | None = None,
    *,
    draws: int = 400,
    level: float = 0.9,
    seed: int = 0,
) -> pd.DataFrame:
    """Intervals of every index when the invoices, not the clients, are resampled.

    The clients are all there are, no sample of a wider population; what is chance is which of their invoices
    fell into the window. Each invoice is therefore kept a Poisson(1) number of times. A client's resampled
    total then has the mean of its total and the variance of its summed squared invoices; it is drawn from the
    gamma law with these two moments, so that two sums a client suffice and no list of invoices is needed.
    Draws are centred on the index itself: resampling alone raises an index of concentration a little.

    Parameters
    ----------
    totals : Series, shape (n_clients,)
        Positive money of each client.
    squares : Series, shape (n_clients,)
        Sum of the squared amounts of its invoices; zero for an amount that is certain.
    groups : Series, shape (n_clients,), optional
        The group each client belongs to: resampled clients are added up before the indices are taken.
    draws, seed : int
        How many resamples, at least 20; the same seed gives the same interval.
    level : float
        Of the interval, in (0, 1).

    Returns
    -------
    DataFrame, shape (len(INDICES), 2)
        Columns ``low`` and ``high``; NaN for ``count``, and everywhere for an empty set.

    Raises
    ------
    DataError
        Amounts that are not positive, fewer than 20 draws, or a level outside (0, 1).

    References
    ----------
    Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapter 13; Hanley and MacGibbon (2006) on
    Poisson weights.

    Examples
    --------
    >>> interval = bootstrap_intervals(pd.Series([90.0, 10.0]), pd.Series([300.0, 10.0]), seed=1)
    >>> bool(interval.loc["cr1", "low"] < 0.9 < interval.loc["cr1", "high"])
    True
    """
    amounts = np.asarray(totals, dtype=float)
    faults = []
    if (amounts <= 0).any() or not np.isfinite(amounts).all():
        faults.append(Fault("totals", "not positive", "Leave out clients without a positive total."))
    if draws < 20:
        faults.append(Fault("draws", str(draws), "Give at least 20."))
    if not 0 < level < 1:
        faults.append(Fault("level", str(level), "Give a level between 0 and 1, such as 0.9."))
    raise_faults(faults)
    empty = pd.DataFrame(np.nan, index=list(INDICES), columns=["low", "high"])
    if amounts.size == 0:
        return empty
    codes = None if groups is None else pd.factorize(np.asarray(groups))[0]
    counted = amounts if codes is None else np.bincount(codes, amounts)
    point = concentration_indices(pd.Series(counted))
    rng = np.random.default_rng(seed)
    size = max(1, CHUNK // amounts.size)
    spread = np.asarray(squares, dtype=float)
    parts = [
        _vectorised(_resampled(rng, amounts, spread, codes, min(size, draws - start)))
        for start in range(0, draws, size)
    ]
    drawn = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    for name, values in drawn.items():
        centred = values - values.mean() + point[name]
        low, high = np.quantile(centred, [(1 - level) / 2, (1 + level) / 2])
        floor = 1.0 if name == "effective_number" else 0.0
        top = np.inf if name in ("effective_number", "theil", "entropy") else 1.0
        empty.loc[name] = np.clip([min(low, point[name]), max(high, point[name])], floor, top)
    return empty


def _resampled(
    rng: np.random.Generator, amounts: np.ndarray, squares: np.ndarray, codes: np.ndarray | None, draws: int
) -> np.ndarray:
    """Resampled totals, one row a draw, largest first."""
    certain = squares <= 0
    scale = np.where(certain, 1.0, squares / amounts)
    shape = np.where(certain, 1.0, amounts / scale)
    drawn = rng.standard_gamma(shape, (draws, amounts.size)) * scale
    drawn[:, certain] = amounts[certain]
    if codes is not None:
        order = np.argsort(codes, kind="stable")
        starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
        drawn = np.add.reduceat(drawn[:, order], starts, axis=1)
    drawn.sort(axis=1)
    return drawn[:, ::-1]


def _vectorised(drawn: np.ndarray) -> dict[str, np.ndarray]:
    """Every index of each row of amounts, largest first."""
    n = drawn.shape[1]
    shares = drawn / drawn.sum(axis=1, keepdims=True)
    hhi = np.square(shares).sum(axis=1)
    entropy = -(shares * np.log(np.maximum(shares, 1e-300))).sum(axis=1)
    rosenbluth = 1 / (2 * (shares @ np.arange(1.0, n + 1)) - 1)
    return {f"cr{k}": shares[:, :k].sum(axis=1) for k in (1, 3, 5, 10)} | {
        "hhi": hhi,
        "effective_number": 1 / hhi,
        "gini": 1 - 1 / (n * rosenbluth),
        "hall_tideman": rosenbluth,
        "theil": np.log((shares > 0).sum(axis=1)) - entropy,
        "entropy": entropy,
    }
