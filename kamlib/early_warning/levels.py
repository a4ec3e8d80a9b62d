"""From indicators to a level: weighted points, bands, hard events, and levels that do not flicker."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.policy.early_warning import EarlyWarning

LEVELS = ("low", "medium", "high", "critical")
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Levels:
    """Scores and levels; arrays of shape (n_clients, n_months).

    Attributes
    ----------
    on : dict of str to array of bool
        Whether each indicator warns.
    score : array
        Points of the warning indicators, scaled up for those without data.
    coverage : array
        Share of the weight that has data.
    raw, level : array of int
        Positions on `LEVELS` of the month's own score, and after persistence; −1 where too little is known.
    """

    on: Mapping[str, np.ndarray]
    score: np.ndarray
    coverage: np.ndarray
    raw: np.ndarray
    level: np.ndarray


def warning_levels(
    strengths: Mapping[str, np.ndarray],
    hard: np.ndarray,
    rules: EarlyWarning,
    factors: Mapping[str, float] | None = None,
) -> Levels:
    """The level of each client in each month.

    A level rises at once and falls only after the policy's number of quieter months in a row: it is the highest
    of the last so many months.

    Parameters
    ----------
    strengths : mapping
        Indicator → strength by client and month; it warns from 1, or from its factor.
    hard : array of bool
        Where an event overrides: critical.
    rules : EarlyWarning
        Of the policy.
    factors : mapping or None
        Tuned thresholds as multiples of the policy's; 1 where not named.
    """
    factors = factors or {}
    on = {name: strength >= factors.get(name, 1.0) for name, strength in strengths.items()}
    weights = {name: rules.weights.get(name, 0.0) for name in strengths}
    points = np.add.reduce([weights[name] * on[name] for name in strengths])
    known = np.add.reduce([weights[name] * ~np.isnan(strength) for name, strength in strengths.items()])
    total = sum(weights.values())
    coverage = known / total
    scale = np.minimum(np.divide(total, known, out=np.ones(known.shape), where=known > 0), rules.max_rescale)
    score = np.round(points * scale, 9)
    raw = np.searchsorted(rules.level_bands, score.ravel(), side="right").reshape(score.shape)
    raw = np.where(coverage < rules.min_coverage, -1, raw)
    raw = np.where(hard, len(LEVELS) - 1, raw)
    return Levels(on, score, coverage, raw, persistent(raw, rules.quiet_months))


def persistent(raw: np.ndarray, quiet_months: int) -> np.ndarray:
    """Levels that rise at once and fall after `quiet_months` lower ones in a row.

    Examples
    --------
    >>> persistent(np.array([[0, 2, 1, 1, 1, 0]]), 3).tolist()
    [[0, 2, 2, 2, 1, 1]]
    """
    return pd.DataFrame(raw.T).rolling(quiet_months, min_periods=1).max().T.to_numpy().astype(int)


def since_month(flags: np.ndarray) -> np.ndarray:
    """The column at which the present run of each row's last value began.

    Examples
    --------
    >>> since_month(np.array([[0, 1, 1], [2, 0, 2]])).tolist()
    [1, 2]
    """
    same = flags == flags[:, -1:]
    broken = ~same[:, ::-1]
    run = np.where(broken.any(axis=1), broken.argmax(axis=1), flags.shape[1])
    return flags.shape[1] - run
