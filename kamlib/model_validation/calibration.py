"""Whether the level of probabilities is right: Brier, groups of expected and observed, Hosmer and Lemeshow."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.errors import Fault, raise_faults
from kamlib.model_validation.estimates import Numbers, checked_probabilities, wilson_interval


def brier_score(outcomes: Numbers, probabilities: Numbers) -> float:
    """Mean squared distance between probability and outcome; lower is better, NaN of nothing.

    Raises
    ------
    DataError
        As `area_under_curve`, or a probability outside [0, 1].

    References
    ----------
    Brier, Verification of Forecasts Expressed in Terms of Probability, Monthly Weather Review 78 (1950).

    Examples
    --------
    >>> round(brier_score([0, 1, 1, 0], [0.1, 0.9, 0.8, 0.3]), 4)
    0.0375
    """
    event, probability = checked_probabilities(outcomes, probabilities)
    return float(np.mean((probability - event) ** 2)) if len(event) else float("nan")


def calibration_table(outcomes: Numbers, probabilities: Numbers, groups: int = 10) -> pd.DataFrame:
    """Expected against observed events in groups of rising probability.

    Parameters
    ----------
    outcomes, probabilities
        As for `brier_score`.
    groups : int
        Of about equal size; equal probabilities stay together, so there may be fewer.

    Returns
    -------
    DataFrame, one row a group
        ``count, expected, observed`` (events), ``expected_rate, observed_rate`` and the Wilson interval of the
        observed rate ``low, high`` at 95 %.

    Examples
    --------
    >>> calibration_table([0, 0, 1, 1], [0.1, 0.1, 0.8, 0.8], groups=2)[["count", "expected", "observed"]].values.tolist()
    [[2.0, 0.2, 0.0], [2.0, 1.6, 2.0]]
    """
    event, probability = checked_probabilities(outcomes, probabilities)
    frame = pd.DataFrame({"event": event.astype(float), "probability": probability})
    if len(frame):
        edges = np.unique(np.quantile(probability, np.linspace(0, 1, groups + 1)[1:-1], method="lower"))
        frame["group"] = np.searchsorted(edges, probability, side="left")
    else:
        frame["group"] = 0
    table = frame.groupby("group").agg(
        count=("event", "size"), expected=("probability", "sum"), observed=("event", "sum")
    )
    table["expected_rate"] = table["expected"] / table["count"]
    table["observed_rate"] = table["observed"] / table["count"]
    limits = [
        wilson_interval(observed, count) for observed, count in zip(table["observed"], table["count"], strict=True)
    ]
    table["low"] = [limit.low for limit in limits]
    table["high"] = [limit.high for limit in limits]
    return table.reset_index(drop=True)


@dataclass(frozen=True)
class CalibrationTest:
    """Hosmer and Lemeshow's statistic, its degrees of freedom and the p-value (small: the level is wrong)."""

    statistic: float
    freedom: int
    p_value: float


def hosmer_lemeshow(
    observed: Numbers, expected: Numbers, counts: Numbers, fitted_parameters: int = 2
) -> CalibrationTest:
    """Whether groups' observed events fit the expected ones.

    Parameters
    ----------
    observed, expected : sequence of float, shape (n_groups,)
        Events in each group; `calibration_table` gives them.
    counts : sequence of float, shape (n_groups,)
        Rows in each group.
    fitted_parameters : int
        Taken off the degrees of freedom: 2 on the rows that the model was fitted to, 0 on later ones.

    Returns
    -------
    CalibrationTest
        NaN where fewer groups than needed are there.

    Raises
    ------
    DataError
        Groups without rows, or whose expected events are not between none and all.

    References
    ----------
    Hosmer and Lemeshow, Applied Logistic Regression, chapter 5.

    Examples
    --------
    >>> found = hosmer_lemeshow([1, 4, 9], [2.0, 4.0, 8.0], [10, 10, 10], fitted_parameters=0)
    >>> round(found.statistic, 3), found.freedom
    (1.25, 3)
    """
    seen, hoped, size = (np.asarray(part, dtype=float) for part in (observed, expected, counts))
    if (size <= 0).any() or (hoped <= 0).any() or (hoped >= size).any():
        raise_faults([Fault("expected", str(hoped.tolist()), "Merge groups in which no event, or only, is expected.")])
    from scipy.stats import chi2

    statistic = float((((seen - hoped) ** 2) / (hoped * (1 - hoped / size))).sum())
    freedom = len(size) - fitted_parameters
    if freedom < 1:
        return CalibrationTest(float("nan"), freedom, float("nan"))
    return CalibrationTest(statistic, freedom, float(chi2.sf(statistic, freedom)))
