"""What each criterion counts: weights given, or derived from comparisons in pairs."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from kamlib.errors import DataError, Fault, raise_faults

RANDOM_INDEX = {1: 0.0, 2: 0.0, 3: 0.52, 4: 0.89, 5: 1.11, 6: 1.25, 7: 1.35, 8: 1.40, 9: 1.45, 10: 1.49}
"""Average inconsistency of random comparisons by their number of criteria (Saaty 2008)."""
ROUNDED = 0.03  # an inverse typed with two digits, as 0.33 for 1/3, passes


def pairwise_matrix(comparisons: Iterable[tuple[str, str, float]]) -> pd.DataFrame:
    """Comparisons in pairs as a reciprocal matrix.

    Parameters
    ----------
    comparisons : iterable of (criterion, other, times)
        The first is `times` as important as the other; every pair once, in either order.

    Returns
    -------
    DataFrame, shape (n, n)
        Ones on the diagonal, ``times`` and ``1 / times`` off it; criteria in order of appearance.

    Raises
    ------
    DataError
        A pair missing, given twice or of a criterion with itself; a number that is not positive.

    Examples
    --------
    >>> pairwise_matrix([("price", "service", 4)]).loc["service", "price"]
    np.float64(0.25)
    """
    rows = [(str(a), str(b), float(times)) for a, b, times in comparisons]
    names = list(dict.fromkeys(name for a, b, _ in rows for name in (a, b)))
    matrix = pd.DataFrame(np.eye(len(names)), index=names, columns=names)
    seen: set[frozenset[str]] = set()
    faults = []
    for a, b, times in rows:
        field, pair = f"pairwise {a} : {b}", frozenset((a, b))
        if a == b:
            faults.append(Fault(field, str(times), "Compare two different criteria."))
        elif not (times > 0 and np.isfinite(times)):
            faults.append(Fault(field, str(times), "Give a positive number, on Saaty's scale from 1/9 to 9."))
        elif pair in seen:
            faults.append(Fault(field, "given twice", "Keep one of them."))
        else:
            matrix.loc[a, b], matrix.loc[b, a] = times, 1 / times
        seen.add(pair)
    faults += [
        Fault(f"pairwise {a} : {b}", "not compared", "Say how many times as important the first is.")
        for i, a in enumerate(names)
        for b in names[i + 1 :]
        if frozenset((a, b)) not in seen
    ]
    raise_faults(faults)
    return matrix


def ahp_weights(pairwise: pd.DataFrame | ArrayLike) -> tuple[pd.Series, float]:
    """Weights from comparisons in pairs: the principal eigenvector, and how consistent the comparisons are.

    Parameters
    ----------
    pairwise : DataFrame or array-like, shape (n, n), n from 1 to 10
        Positive and reciprocal, see `pairwise_matrix`; inverses may be rounded, as 0.33 for 1/3.

    Returns
    -------
    weights : Series, shape (n,)
        Positive, sum 1.
    consistency_ratio : float
        Consistency index over the random index of Saaty (2008); up to 0.10 is held to be consistent enough,
        0 is perfect. Always 0 for two criteria.

    Raises
    ------
    DataError
        A matrix that is not square, positive and reciprocal, or has more than ten criteria.

    References
    ----------
    Saaty (1980), The Analytic Hierarchy Process; Saaty (2008), Int. J. Services Sciences 1(1), 83–98.

    Examples
    --------
    >>> weights, ratio = ahp_weights(pairwise_matrix([("a", "b", 2), ("b", "c", 2), ("a", "c", 4)]))
    >>> weights.round(3).to_dict(), round(ratio, 6) + 0.0
    ({'a': 0.571, 'b': 0.286, 'c': 0.143}, 0.0)
    """
    try:
        values = np.atleast_2d(np.asarray(pairwise, dtype=float))
    except (TypeError, ValueError) as error:
        raise DataError(Fault("pairwise", "not a table of numbers", "Give rows of equal length.")) from error
    n = values.shape[0]
    if values.shape != (n, n) or not 1 <= n <= max(RANDOM_INDEX):
        raise DataError(Fault("pairwise", str(values.shape), f"Give a square of 1 to {max(RANDOM_INDEX)} criteria."))
    if not (np.isfinite(values).all() and (values > 0).all() and np.allclose(values * values.T, 1, atol=ROUNDED)):
        raise DataError(Fault("pairwise", "not reciprocal", "Give positive numbers, each the inverse of its mirror."))
    roots, vectors = np.linalg.eig(values)
    largest = int(np.argmax(roots.real))
    vector = np.abs(vectors[:, largest].real)
    weights = pd.Series(vector / vector.sum(), index=pairwise.index if isinstance(pairwise, pd.DataFrame) else range(n))
    if n <= 2:
        return weights, 0.0
    inconsistency = (float(roots[largest].real) - n) / (n - 1)
    return weights, max(0.0, inconsistency / RANDOM_INDEX[n])


def renormalised(weights: Mapping[str, float], on: Iterable[str] | None = None) -> pd.Series:
    """Weights of the criteria that are switched on, brought to a sum of 1.

    Parameters
    ----------
    weights : mapping
        Criterion → weight, at least 0; 0 switches a criterion off.
    on : iterable of str, optional
        Only these are used, for example those that anything is known of.

    Returns
    -------
    Series
        Positive weights with sum 1, in the order given.

    Raises
    ------
    DataError
        A negative or missing weight, or none above zero.

    Examples
    --------
    >>> renormalised({"revenue": 3, "reputation": 1, "growth": 0}).to_dict()
    {'revenue': 0.75, 'reputation': 0.25}
    """
    raise_faults(
        Fault(f"weights.{name}", str(weight), "Give a number of at least 0; 0 switches the criterion off.")
        for name, weight in weights.items()
        if not (np.isfinite(weight) and weight >= 0)
    )
    allowed = set(weights) if on is None else set(on)
    used = pd.Series({name: float(weight) for name, weight in weights.items() if weight > 0 and name in allowed})
    if used.empty:
        raise DataError(Fault("weights", "none above zero", "Switch on a criterion that something is known of."))
    return used / used.sum()
