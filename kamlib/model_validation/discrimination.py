"""Who is told apart: AUC with DeLong's intervals, and the gap of Kolmogorov and Smirnov."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kamlib.model_validation.estimates import Estimate, Numbers, checked_scores


def area_under_curve(outcomes: Numbers, scores: Numbers) -> float:
    """AUC: the chance that an event's score is above a non-event's; ties count half.

    Parameters
    ----------
    outcomes : sequence of 0 and 1, shape (n,)
    scores : sequence of float, shape (n,)

    Returns
    -------
    float
        In [0, 1], 0.5 for chance; NaN when there is only one kind of outcome. The Gini coefficient of a score
        (accuracy ratio) is 2 · AUC − 1.

    Raises
    ------
    DataError
        Lengths that differ, outcomes other than 0 and 1, or missing scores.

    References
    ----------
    Hanley and McNeil, The Meaning and Use of the Area under a ROC Curve, Radiology 143 (1982).

    Examples
    --------
    >>> area_under_curve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    0.75
    """
    event, score = checked_scores(outcomes, scores)
    events, others = int(event.sum()), int((~event).sum())
    if not events or not others:
        return float("nan")
    ranks = pd.Series(score).rank().to_numpy()
    return float((ranks[event].sum() - events * (events + 1) / 2) / (events * others))


def auc_interval(outcomes: Numbers, scores: Numbers, level: float = 0.95) -> Estimate:
    """AUC with the interval of DeLong, DeLong and Clarke-Pearson (1988).

    Parameters
    ----------
    outcomes, scores
        As for `area_under_curve`.
    level : float
        Of the interval, in (0, 1).

    Returns
    -------
    Estimate
        Clipped to [0, 1]; NaN with fewer than two events or non-events.

    Notes
    -----
    Rows count as independent: where one firm stands in several rows, the interval is too narrow.

    Examples
    --------
    >>> found = auc_interval([0, 0, 0, 1, 1, 1], [1, 2, 4, 3, 5, 6])
    >>> round(found.value, 3), round(found.low, 3)
    (0.889, 0.581)
    """
    value = area_under_curve(outcomes, scores)
    spread = _delong_covariance(outcomes, [scores])
    return _interval(value, float(spread[0, 0]), level, bounds=(0.0, 1.0))


def auc_difference(outcomes: Numbers, scores: Numbers, other_scores: Numbers, level: float = 0.95) -> Estimate:
    """By how much the AUC of `scores` is above that of `other_scores` on the same rows (DeLong's paired interval).

    Examples
    --------
    >>> outcomes = [0, 0, 0, 0, 1, 1, 1, 1]
    >>> round(auc_difference(outcomes, [1, 2, 3, 5, 4, 6, 7, 8], [1, 6, 3, 7, 4, 2, 5, 8]).value, 3)
    0.375
    """
    gain = area_under_curve(outcomes, scores) - area_under_curve(outcomes, other_scores)
    spread = _delong_covariance(outcomes, [scores, other_scores])
    return _interval(gain, float(spread[0, 0] + spread[1, 1] - 2 * spread[0, 1]), level, bounds=(-1.0, 1.0))


def _delong_covariance(outcomes: Numbers, all_scores: Sequence[Numbers]) -> np.ndarray:
    """Covariance of the AUCs of several scores, by midranks (Sun and Xu, 2014)."""
    of_events, of_others = [], []
    for scores in all_scores:
        event, score = checked_scores(outcomes, scores)
        m, n = int(event.sum()), int((~event).sum())
        if m < 2 or n < 2:
            return np.full((len(all_scores), len(all_scores)), np.nan)
        overall = pd.Series(score).rank().to_numpy()
        of_events.append((overall[event] - pd.Series(score[event]).rank().to_numpy()) / n)
        of_others.append(1 - (overall[~event] - pd.Series(score[~event]).rank().to_numpy()) / m)
    size = len(all_scores)
    return np.cov(of_events).reshape(size, size) / m + np.cov(of_others).reshape(size, size) / n


def _interval(value: float, variance: float, level: float, bounds: tuple[float, float]) -> Estimate:
    from scipy.stats import norm  # slow to import, and only intervals need it

    reach = float(norm.ppf(0.5 + level / 2)) * np.sqrt(max(variance, 0.0)) if np.isfinite(variance) else np.nan
    low, high = (float(np.clip(value + sign * reach, *bounds)) for sign in (-1, 1))
    return Estimate(value, low, high, level)


def kolmogorov_smirnov(outcomes: Numbers, scores: Numbers) -> float:
    """KS: the largest gap between the cumulative shares of events and of non-events along the score.

    Returns
    -------
    float
        In [0, 1]; NaN when there is only one kind of outcome.

    Examples
    --------
    >>> kolmogorov_smirnov([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    0.5
    """
    event, score = checked_scores(outcomes, scores)
    if event.all() or not event.any():
        return float("nan")
    counts = pd.DataFrame({"event": event, "other": ~event}).groupby(score).sum().cumsum()
    return float(((counts["event"] / event.sum()) - (counts["other"] / (~event).sum())).abs().max())
