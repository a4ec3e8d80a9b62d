"""The exact distribution of a finite portfolio under one normal factor."""

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from kamlib.errors import Fault, raise_faults
from kamlib.loss_model.lattice import LatticeLosses
from kamlib.loss_model.portfolio import check_fractions, check_portfolio

NODES = 321
REACH = 8.5  # standard deviations of the factor
MAX_CELLS = 60_000_000


def finite_one_factor(frame: pd.DataFrame, rho: float, unit: float) -> LatticeLosses:
    """The exact distribution of loss under one Gaussian factor: given the factor clients are independent.

    Parameters
    ----------
    frame : DataFrame, one row a client
        ``pd, lgd, ead``.
    rho : float
        Asset correlation, at least 0 and below 1.
    unit : float
        Money; losses are rounded to the nearest unit, so give one that divides them, or a small one.

    Returns
    -------
    LatticeLosses

    Raises
    ------
    DataError
        A faulty portfolio, a correlation or unit out of range, or a unit too small for the portfolio's size.

    References
    ----------
    Andersen, Sidenius and Basu, All your hedges in one basket, Risk 16 (2003).

    Examples
    --------
    >>> two = pd.DataFrame({"pd": [0.1, 0.1], "lgd": [1.0, 1.0], "ead": [1.0, 1.0]})
    >>> finite_one_factor(two, 0.0, unit=1.0).probabilities.round(4).tolist()
    [0.81, 0.18, 0.01]
    """
    check_fractions(rho=rho)
    numbers = check_portfolio(frame)
    loss = (numbers["ead"] * numbers["lgd"]).to_numpy()
    faults = []
    if rho == 1:
        faults.append(Fault("rho", "1", "Give a correlation below 1."))
    units = np.zeros(len(loss), dtype=int)
    if not unit > 0:
        faults.append(Fault("unit", str(unit), "Give an amount of money above 0."))
    else:
        units = np.rint(loss / unit).astype(int)
        if (units.sum() + 1) * NODES > MAX_CELLS:
            faults.append(Fault("unit", str(unit), "Give a larger one."))
    raise_faults(faults)
    factor = np.linspace(-REACH, REACH, NODES) if rho > 0 else np.zeros(1)
    weight = np.exp(-(factor**2) / 2)
    weight /= weight.sum()
    given = np.zeros((len(factor), int(units.sum()) + 1))
    given[:, 0] = 1.0
    held = 0
    variance = np.zeros(len(loss))
    conditional = ndtr((ndtri(numbers["pd"].to_numpy()) + np.sqrt(rho) * factor[:, None]) / np.sqrt(1 - rho))
    for p, size in zip(conditional.T[:, :, None], units, strict=True):
        if size == 0:
            continue
        came = given[:, : held + 1] * p
        given[:, : held + 1] -= came
        given[:, size : held + size + 1] += came
        held += int(size)
    mean_given = conditional @ loss
    chance = weight @ conditional
    variance = loss * (weight @ (conditional * mean_given[:, None]) - chance * (weight @ mean_given))
    variance += loss**2 * (weight @ (conditional * (1 - conditional)))
    index = frame.get("client_id", numbers.index)
    expected = pd.Series(numbers["pd"].to_numpy() * loss, index=index)
    return LatticeLosses(float(unit), weight @ given, False, expected, pd.Series(variance, index=index))
