"""How sure a ranking is: the weights shaken, the ranks counted."""

import numpy as np
import pandas as pd

from kamlib.errors import Fault, raise_faults
from kamlib.key_clients.scoring import Scores

CHUNK = 2_000_000  # scores at a time: some 16 MiB


def rank_stability(
    scores: Scores,
    top: int,
    least: float = 0.0,
    *,
    draws: int = 1_000,
    concentration: float = 50.0,
    level: float = 0.9,
    followed: int = 100,
    seed: int = 0,
) -> pd.DataFrame:
    """Rank interval of each client, and how often it stays key, when the weights are shaken.

    Weights are drawn from a Dirichlet law whose mean is the weights themselves.

    Parameters
    ----------
    scores : Scores
        From `score_clients`.
    top : int
        A client is key with one of the `top` best scores …
    least : float
        … that is at least this many points.
    draws, seed : int
        How many weightings, at least 20; the same seed gives the same answer.
    concentration : float
        Sum of the Dirichlet parameters: a weight w moves by a standard deviation of
        ``sqrt(w · (1 - w) / (concentration + 1))``.
    level : float
        Of the rank interval.
    followed : int
        How many clients from the best down get a rank interval; NaN for the others.

    Returns
    -------
    DataFrame, the rows of ``scores.table``
        ``rank_low, rank_high`` (best and worst end of the interval) and ``key_rate`` in [0, 1].

    Raises
    ------
    DataError
        Parameters out of range.

    References
    ----------
    Butler, Jia and Dyer (1997), Simulation techniques for the sensitivity analysis of multi-criteria decision
    models, EJOR 103, 531–546.

    Examples
    --------
    >>> from kamlib.key_clients import score_clients
    >>> points = pd.DataFrame({"x": [9.0, 4.0, 2.0], "y": [8.0, 5.0, 1.0]}, index=list("abc"))
    >>> rank_stability(score_clients(points, {"x": 1, "y": 1}), 1)["key_rate"].to_dict()
    {'a': 1.0, 'b': 0.0, 'c': 0.0}
    """
    raise_faults(
        Fault(name, str(value), f"Give {remedy}.")
        for name, value, good, remedy in (
            ("top", top, top >= 1, "at least 1"),
            ("draws", draws, draws >= 20, "at least 20"),
            ("concentration", concentration, concentration > 0, "a number above 0"),
            ("level", level, 0 < level < 1, "a level between 0 and 1"),
        )
        if not good
    )
    points = scores.points.to_numpy()
    known = np.isfinite(points)
    partial = not known.all()
    values = np.where(known, points, 0.0).T
    weights = np.random.default_rng(seed).dirichlet(scores.weights.to_numpy() * concentration, draws)
    n, follow = len(points), min(followed, len(points))
    ranks = np.empty((draws, follow), dtype=np.int32)
    key = np.zeros(n)
    step = max(1, CHUNK // n)
    for start in range(0, draws, step):
        drawn = weights[start : start + step]
        totals = drawn @ values
        if partial:
            totals /= np.maximum(drawn @ known.T, 1e-12)
        totals = np.round(totals, 9)
        ordered = np.sort(totals, axis=1)
        key += ((totals >= ordered[:, [max(n - top, 0)]]) & (totals >= least)).sum(axis=0)
        for row, (one, own) in enumerate(zip(ordered, totals[:, :follow], strict=True), start):
            ranks[row] = n + 1 - np.searchsorted(one, own, side="right")  # ties share the better rank
    tail = int(np.floor((1 - level) / 2 * (draws - 1)))
    ranks.partition((tail, draws - 1 - tail), axis=0)
    found = pd.DataFrame({"rank_low": np.nan, "rank_high": np.nan, "key_rate": key / draws}, index=scores.table.index)
    found.iloc[:follow, :2] = ranks[[tail, draws - 1 - tail]].T
    return found
