"""A figure with its interval, and what outcomes and scores must be."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.errors import Fault, raise_faults

Numbers = Sequence[float] | np.ndarray | pd.Series


@dataclass(frozen=True)
class Estimate:
    """A figure with its interval at `level`."""

    value: float
    low: float
    high: float
    level: float = 0.95


def wilson_interval(events: float, trials: float, level: float = 0.95) -> Estimate:
    """A rate with Wilson's score interval, which stays honest for few trials and for none or only events.

    Parameters
    ----------
    events, trials : float
        Counts; they may be fractional, as weighted counts are.
    level : float
        Of the interval, in (0, 1).

    Returns
    -------
    Estimate
        NaN in [0, 1] without trials.

    References
    ----------
    Wilson, Probable Inference, Journal of the American Statistical Association 22 (1927).

    Examples
    --------
    >>> found = wilson_interval(0, 20)
    >>> round(found.low, 3), round(found.high, 3)
    (0.0, 0.161)
    """
    from scipy.stats import norm

    if trials <= 0:
        return Estimate(float("nan"), 0.0, 1.0, level)
    z2 = float(norm.ppf(0.5 + level / 2)) ** 2
    rate = events / trials
    middle = (rate + z2 / (2 * trials)) / (1 + z2 / trials)
    reach = np.sqrt(z2 * (rate * (1 - rate) / trials + z2 / (4 * trials**2))) / (1 + z2 / trials)
    return Estimate(float(rate), float(max(middle - reach, 0.0)), float(min(middle + reach, 1.0)), level)


def checked_scores(outcomes: Numbers, scores: Numbers) -> tuple[np.ndarray, np.ndarray]:
    """Outcomes as flags beside their scores, or every fault of both."""
    event, score = np.asarray(outcomes, dtype=float), np.asarray(scores, dtype=float)
    faults = []
    if event.shape != score.shape:
        faults.append(Fault("scores", f"{score.size} for {event.size} outcomes", "Give one score an outcome."))
    if not np.isin(event, (0.0, 1.0)).all():
        faults.append(Fault("outcomes", "other than 0 and 1", "Give 1 for the event and 0 otherwise."))
    if np.isnan(score).any():
        faults.append(Fault("scores", "missing", "Leave rows without a score out, and say how many."))
    raise_faults(faults)
    return event == 1, score


def checked_probabilities(outcomes: Numbers, probabilities: Numbers) -> tuple[np.ndarray, np.ndarray]:
    """The same for scores that must be probabilities."""
    event, probability = checked_scores(outcomes, probabilities)
    if ((probability < 0) | (probability > 1)).any():
        raise_faults([Fault("probabilities", "outside 0 to 1", "Give probabilities, not scores.")])
    return event, probability
