"""A scorecard: values to points, points to one score, the score to a grade, and a person's word over it.

All points are on 0 to 100, 100 the safest. Criteria, bands, weights and the grade scale come from the caller (the
policy file); what is missing is treated by a rule that is named, never silently.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd

from kamlib.errors import Fault, raise_faults

MISSING_RULES = ("reweight", "worst")
HIGHEST_POINTS = 100.0
Day = date | pd.Timestamp | str
Figure = float | pd.Series


def band_points(value: float, edges: Sequence[float], points: Sequence[float]) -> float:
    """Points of the band that a value lies in.

    Parameters
    ----------
    value : float
        NaN gives NaN: see the rule for missing values of `weighted_score`.
    edges : sequence of float
        Rising; a value equal to an edge belongs to the band above it.
    points : sequence of float
        One more than `edges`, each in [0, 100].

    Raises
    ------
    DataError
        Edges that do not rise, a wrong number of points, or points outside [0, 100].

    Examples
    --------
    >>> band_points(1.2, edges=(1.0, 1.5, 2.0), points=(0, 40, 70, 100))
    40.0
    """
    faults = []
    if any(b <= a for a, b in pairwise(edges)):
        faults.append(Fault("edges", str(list(edges)), "Give rising numbers."))
    if len(points) != len(edges) + 1:
        faults.append(Fault("points", f"{len(points)} for {len(edges)} edges", "Give one more than edges."))
    if any(not 0 <= point <= HIGHEST_POINTS for point in points):
        faults.append(Fault("points", str(list(points)), "Give points from 0 to 100."))
    raise_faults(faults)
    if pd.isna(value):
        return float("nan")
    return float(points[int(np.searchsorted(edges, value, side="right"))])


def linear_points(value: Figure, worst: float, best: float) -> Figure:
    """Points on a straight line from 0 at `worst` to 100 at `best`, not beyond either.

    Parameters
    ----------
    value : float or Series
        NaN gives NaN.
    worst, best : float
        `best` may be the lower one, as for days late.

    Raises
    ------
    DataError
        `worst` and `best` are the same.

    Examples
    --------
    >>> linear_points(15, worst=60, best=0)
    75.0
    """
    if worst == best:
        raise_faults([Fault("best", str(best), "Give another value than worst.")])
    points = np.clip((value - worst) / (best - worst), 0, 1) * HIGHEST_POINTS
    return points if isinstance(value, pd.Series) else float(points)


@dataclass(frozen=True)
class Score:
    """A client's score and how it came about.

    Attributes
    ----------
    total : float
        In [0, 100]; NaN when no criterion with a weight has a value.
    contributions : DataFrame, index criterion
        ``points`` (as used), ``weight`` (as used; they sum to 1), ``contribution`` (their product; they sum to the
        total), ``known`` (whether there was a value).
    known_weight : float
        The share of the original weight whose criteria have a value: how much the score rests on.
    missing : tuple of str
        Criteria with a weight and without a value.
    rule : str
        What was done about them.
    """

    total: float
    contributions: pd.DataFrame
    known_weight: float
    missing: tuple[str, ...]
    rule: str


def weighted_score(points: pd.Series, weights: pd.Series, missing: str = "reweight") -> Score:
    """Points of all criteria as one score.

    Parameters
    ----------
    points : Series, index criterion
        In [0, 100]; NaN where there is no value.
    weights : Series, index criterion
        Not negative; they are divided by their sum. A criterion of weight 0 is switched off.
    missing : {"reweight", "worst"}
        *reweight*: a criterion without a value drops out and the others share its weight. *worst*: it counts
        with 0 points.

    Raises
    ------
    DataError
        Unknown rule, points outside [0, 100], a criterion without a weight, negative weights or all zero.

    Examples
    --------
    >>> points = pd.Series({"payments": 80.0, "statements": float("nan")})
    >>> weights = pd.Series({"payments": 3.0, "statements": 1.0})
    >>> weighted_score(points, weights).total, weighted_score(points, weights, missing="worst").total
    (80.0, 60.0)
    """
    row = points.to_numpy(dtype=float)[np.newaxis]
    share = _checked_shares(row, points.index, weights, missing)
    filled, used, totals, known_weights = _weighted(row, share, missing)
    table = pd.DataFrame(
        {"points": filled[0], "weight": used[0], "contribution": filled[0] * used[0], "known": ~np.isnan(row[0])},
        index=points.index,
    )
    return Score(
        total=float(totals[0]),
        contributions=table,
        known_weight=float(known_weights[0]),
        missing=tuple(points.index[np.isnan(row[0]) & (share > 0)]),
        rule=missing,
    )


def weighted_scores(points: pd.DataFrame, weights: pd.Series, missing: str = "reweight") -> pd.DataFrame:
    """The scores of many clients at once, the very figures of `weighted_score`.

    Parameters
    ----------
    points : DataFrame, shape (n_clients, n_criteria)
        In [0, 100]; NaN where there is no value.
    weights, missing
        As for `weighted_score`.

    Returns
    -------
    DataFrame, index of `points`
        ``total`` and ``known_weight``.

    Examples
    --------
    >>> points = pd.DataFrame({"payments": [80.0, 40.0], "statements": [float("nan"), 100.0]})
    >>> weighted_scores(points, pd.Series({"payments": 3.0, "statements": 1.0})).total.tolist()
    [80.0, 55.0]
    """
    rows = np.ascontiguousarray(points, dtype=float)  # so that each row is added up as it would be alone
    share = _checked_shares(rows, points.columns, weights, missing)
    _, _, totals, known_weights = _weighted(rows, share, missing)
    return pd.DataFrame({"total": totals, "known_weight": known_weights}, index=points.index)


def _checked_shares(rows: np.ndarray, names: pd.Index, weights: pd.Series, missing: str) -> np.ndarray:
    """The weights of the criteria as parts of 1, once all is found in order."""
    faults = []
    if missing not in MISSING_RULES:
        faults.append(Fault("missing", missing, f"Use one of {', '.join(MISSING_RULES)}."))
    for name in names.difference(weights.index):
        faults.append(Fault(f"weights.{name}", "missing", "Give a weight; 0 switches the criterion off."))
    for row, column in np.argwhere((rows < 0) | (rows > HIGHEST_POINTS)):
        faults.append(Fault(f"points.{names[column]}", str(rows[row, column]), "Give points from 0 to 100."))
    if (weights < 0).any() or not weights.reindex(names).sum() > 0:
        faults.append(Fault("weights", str(weights.tolist()), "Give weights of at least 0, not all of them 0."))
    raise_faults(faults)
    share = weights.reindex(names).to_numpy(dtype=float)
    return share / share.sum()


def _weighted(
    rows: np.ndarray, share: np.ndarray, missing: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Points and weights as used, and of each row its total and the weight of what is known."""
    known = ~np.isnan(rows)
    known_weight = np.where(known, share, 0.0).sum(axis=1)
    some = known_weight > 0
    shared = np.where(known, share, 0.0) / np.where(some, known_weight, 1.0)[:, np.newaxis]
    used = np.where(some[:, np.newaxis], shared, share) if missing == "reweight" else np.tile(share, (len(rows), 1))
    filled = np.where(known, rows, 0.0)
    return filled, used, np.where(some, (filled * used).sum(axis=1), np.nan), known_weight


def grade_client(score: float, scale: Mapping[str, float]) -> str | None:
    """The grade of a score; None for NaN.

    Parameters
    ----------
    score : float
        In [0, 100].
    scale : mapping
        Grade → its lowest score, best grade first; the last grade takes everything below.

    Raises
    ------
    DataError
        A scale that does not fall.

    Examples
    --------
    >>> grade_client(62.0, {"A": 80, "BBB": 65, "BB": 50, "B": 0})
    'BB'
    """
    floors = list(scale.values())
    if not floors or any(b >= a for a, b in pairwise(floors)):
        raise_faults([Fault("scale", str(dict(scale)), "Give the lowest score of each grade, falling.")])
    if pd.isna(score):
        return None
    return next((grade for grade, floor in scale.items() if score >= floor), list(scale)[-1])


def notches_between(before: str, after: str, scale: Sequence[str]) -> int:
    """By how many grades a client got worse (positive) or better (negative).

    Examples
    --------
    >>> notches_between("BBB", "B", ["A", "BBB", "BB", "B"])
    2
    """
    order = list(scale)
    return order.index(after) - order.index(before)


@dataclass(frozen=True)
class Override:
    """A person's grade in place of the computed one: never without a reason, an author and a last day."""

    grade: str
    reason: str
    author: str
    expires: pd.Timestamp

    def __post_init__(self) -> None:
        faults = [
            Fault(f"override.{name}", "missing", "An override needs a reason, an author and an expiry.")
            for name in ("grade", "reason", "author")
            if not str(getattr(self, name) or "").strip()
        ]
        if pd.isna(self.expires):
            faults.append(Fault("override.expires", "missing", "An override needs a reason, an author and an expiry."))
        raise_faults(faults)

    def in_force(self, as_of: Day) -> bool:
        """Whether it still counts on a day; its last day is included."""
        return pd.Timestamp(as_of) <= pd.Timestamp(self.expires)


def final_grade(computed: str | None, override: Override | None, as_of: Day) -> str | None:
    """The grade that counts: the override while it is in force, else the computed one.

    Examples
    --------
    >>> override = Override("A", "parent guarantees", "E. Haas", pd.Timestamp("2026-12-31"))
    >>> final_grade("BB", override, "2026-09-30"), final_grade("BB", override, "2027-01-01")
    ('A', 'BB')
    """
    return override.grade if override is not None and override.in_force(as_of) else computed


def points_scale(base_score: float = 600, base_odds: float = 50, points_to_double: float = 20) -> tuple[float, float]:
    """Factor and offset of a score that is linear in the log of the odds: ``offset + factor · ln(odds)``.

    Parameters
    ----------
    base_score : float
        The score at `base_odds`.
    base_odds : float
        Good to bad, positive.
    points_to_double : float
        Points by which the score rises when the odds double.

    Returns
    -------
    (float, float)
        ``factor, offset``.

    Raises
    ------
    DataError
        Odds or points that are not positive.

    References
    ----------
    Siddiqi, Credit Risk Scorecards (2006), chapter 6.

    Examples
    --------
    >>> [round(part, 3) for part in points_scale()]
    [28.854, 487.123]
    """
    faults = [
        Fault(name, str(value), "Give a positive number.")
        for name, value in (("base_odds", base_odds), ("points_to_double", points_to_double))
        if not value > 0
    ]
    raise_faults(faults)
    factor = points_to_double / np.log(2)
    return float(factor), float(base_score - factor * np.log(base_odds))


def scorecard_points(
    odds: Figure, base_score: float = 600, base_odds: float = 50, points_to_double: float = 20
) -> Figure:
    """The score of good-to-bad odds on a scale of points to double the odds.

    Parameters
    ----------
    odds : float or Series
        Good to bad; of a probability of default p they are (1 − p) ÷ p. Zero gives minus infinity.
    base_score, base_odds, points_to_double : float
        See `points_scale`.

    Raises
    ------
    DataError
        Negative odds, or as `points_scale`.

    Examples
    --------
    >>> [round(scorecard_points(odds), 1) for odds in (1, 25, 50, 100)]
    [487.1, 580.0, 600.0, 620.0]
    """
    if np.any(np.asarray(odds, dtype=float) < 0):
        raise_faults([Fault("odds", str(np.min(odds)), "Give odds of at least 0.")])
    factor, offset = points_scale(base_score, base_odds, points_to_double)
    with np.errstate(divide="ignore"):
        score = offset + factor * np.log(odds)
    return score if isinstance(score, pd.Series) else float(score)


def probability_from_points(
    score: Figure, base_score: float = 600, base_odds: float = 50, points_to_double: float = 20
) -> Figure:
    """The probability of default that a score stands for; the way back of `scorecard_points`.

    Examples
    --------
    >>> round(probability_from_points(600), 4)
    0.0196
    """
    factor, offset = points_scale(base_score, base_odds, points_to_double)
    probability = 1 / (1 + np.exp((score - offset) / factor))
    return probability if isinstance(probability, pd.Series) else float(probability)
