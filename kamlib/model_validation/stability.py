"""Whether the population has moved, and what bands tell: stability index, weight of evidence."""

import numpy as np
import pandas as pd

from kamlib.errors import Fault, raise_faults
from kamlib.model_validation.estimates import Numbers


def population_stability_index(expected: Numbers, actual: Numbers, floor: float = 1e-4) -> float:
    """PSI: how far a distribution over bands has moved.

    Parameters
    ----------
    expected, actual : sequence of float, shape (n_bands,)
        Shares or counts in the same bands, then and now; each is divided by its sum.
    floor : float
        The least share of a band, so that an empty one gives a large number, not an infinite one.

    Returns
    -------
    float
        At least 0. By convention (weak) below 0.10 is stable, above 0.25 has shifted.

    Raises
    ------
    DataError
        Different numbers of bands, negative or missing shares, or nothing at all.

    References
    ----------
    Siddiqi, Credit Risk Scorecards (2006); it is the symmetric Kullback–Leibler divergence (Jeffreys).

    Examples
    --------
    >>> round(population_stability_index([0.4, 0.3, 0.3], [0.35, 0.25, 0.4]), 5)
    0.04456
    """
    return float(stability_contributions(expected, actual, floor).sum())


def stability_contributions(expected: Numbers, actual: Numbers, floor: float = 1e-4) -> np.ndarray:
    """Each band's part of the `population_stability_index`."""
    before, now = (np.asarray(part, dtype=float) for part in (expected, actual))
    faults = []
    if before.shape != now.shape:
        faults.append(Fault("actual", f"{now.size} bands", f"Give the same {before.size} bands as expected."))
    for name, part in (("expected", before), ("actual", now)):
        if not np.isfinite(part).all() or (part < 0).any() or not part.sum() > 0:
            faults.append(Fault(name, str(part.tolist()), "Give shares of at least 0 that do not sum to 0."))
    raise_faults(faults)
    p, q = (np.maximum(part / part.sum(), floor) for part in (before, now))
    return (q - p) * np.log(q / p)


def weight_of_evidence(good: Numbers, bad: Numbers) -> pd.DataFrame:
    """Weight of evidence and information value of bands.

    Parameters
    ----------
    good, bad : sequence of float, shape (n_bands,)
        Non-events and events in each band.

    Returns
    -------
    DataFrame, one row a band
        ``good, bad, woe`` (ln of the share of all good over the share of all bad; positive is safer than the
        whole), ``information_value`` (they sum to the variable's).

    Raises
    ------
    DataError
        A band without good or without bad: merge it with its neighbour.

    References
    ----------
    Siddiqi, Credit Risk Scorecards (2006), chapter 6.

    Examples
    --------
    >>> weight_of_evidence([90, 60], [10, 40]).round(4)["woe"].tolist()
    [1.0986, -0.6931]
    """
    goods, bads = (np.asarray(part, dtype=float) for part in (good, bad))
    empty = np.flatnonzero((goods <= 0) | (bads <= 0))
    raise_faults(
        Fault(f"band {place}", f"{goods[place]:g} good, {bads[place]:g} bad", "Merge it with a neighbour.")
        for place in empty
    )
    good_share, bad_share = goods / goods.sum(), bads / bads.sum()
    woe = np.log(good_share / bad_share)
    return pd.DataFrame({"good": goods, "bad": bads, "woe": woe, "information_value": (good_share - bad_share) * woe})
