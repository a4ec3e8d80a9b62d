"""CreditRisk+: Poisson defaults whose rates move with gamma sectors; the distribution by Panjer's recursion."""

import numpy as np
import pandas as pd

from kamlib.errors import Fault, raise_faults
from kamlib.loss_model.lattice import LatticeLosses
from kamlib.loss_model.portfolio import check_portfolio

TAIL = 1e-12  # probability beyond which the recursion stops
MAX_UNITS = 200_000


def creditriskplus(frame: pd.DataFrame, unit: float, volatility: float = 0.5) -> LatticeLosses:
    """The distribution of a portfolio's loss by CreditRisk+, exactly and without simulation.

    Exposures times LGD are banded upwards to whole units and the rate of default lowered so that the expected loss
    stays. Defaults are Poisson: a client may default twice, which makes the tail fatter than a model of
    yes or no where PDs are high.

    Parameters
    ----------
    frame : DataFrame, one row a client
        ``pd, lgd, ead``; ``pd_sd`` (standard deviation of the PD) and ``sector`` if there are any: clients of one
        sector default together, sectors are independent. Without ``sector`` there is one.
    unit : float
        Money; a hundredth of the largest loss is usual.
    volatility : float
        Standard deviation ÷ PD where there is no ``pd_sd``; 0 gives independent defaults.

    Returns
    -------
    LatticeLosses

    Raises
    ------
    DataError
        A faulty portfolio, a unit or volatility out of range, or so small a unit that there are too many.

    References
    ----------
    CSFB, CreditRisk+ (1997), appendix A; Panjer, Recursive evaluation of a family of compound distributions,
    ASTIN Bulletin 12 (1981).

    Examples
    --------
    >>> one = pd.DataFrame({"pd": [0.02], "lgd": [0.5], "ead": [200.0]})
    >>> round(creditriskplus(one, unit=100.0, volatility=0.0).probabilities[0], 6)
    np.float64(0.980199)
    """
    numbers = check_portfolio(frame)
    loss = (numbers["ead"] * numbers["lgd"]).to_numpy()
    faults = []
    if not unit > 0:
        faults.append(Fault("unit", str(unit), "Give an amount of money above 0."))
    elif loss.sum() / unit > MAX_UNITS:
        faults.append(Fault("unit", str(unit), f"Give a larger one: the portfolio has over {MAX_UNITS:,} of them."))
    if not volatility >= 0:
        faults.append(Fault("volatility", str(volatility), "Give a fraction of at least 0."))
    raise_faults(faults)
    bands = np.ceil(loss / unit - 1e-9).astype(int)
    rate = np.divide(numbers["pd"].to_numpy() * loss, bands * unit, out=np.zeros(len(loss)), where=bands > 0)
    deviation = frame["pd_sd"].astype(float).to_numpy() if "pd_sd" in frame else volatility * numbers["pd"].to_numpy()
    sector = pd.factorize(frame["sector"].astype("str"))[0] if "sector" in frame else np.zeros(len(loss), dtype=int)
    total = np.array([1.0])
    variance = rate * (bands * unit) ** 2
    for number in range(sector.max() + 1):
        own = sector == number
        chance = numbers["pd"].to_numpy()[own].sum()
        spread = (deviation[own].sum() / chance) ** 2 if chance > 0 else 0.0
        expected = rate[own] * bands[own] * unit
        variance[own] += spread * expected * expected.sum()
        total = np.convolve(total, _compound(bands[own], rate[own], spread))
    reached = np.searchsorted(np.cumsum(total), 1 - TAIL)
    index = frame.get("client_id", numbers.index)
    return LatticeLosses(
        float(unit),
        total[: reached + 1],
        True,
        pd.Series(numbers["pd"].to_numpy() * loss, index=index),
        pd.Series(variance, index=index),
    )


def _compound(bands: np.ndarray, rate: np.ndarray, spread: float) -> np.ndarray:
    """Panjer's recursion for Poisson (`spread` 0) or negative binomial counts of losses of `bands` units."""
    severity = np.bincount(bands, weights=rate)
    severity[0] = 0.0
    mean = severity.sum()
    if mean <= 0:
        return np.array([1.0])
    severity = severity / mean
    if spread > 0:
        p = mean * spread / (1 + mean * spread)
        a, b, start = p, (1 / spread - 1) * p, (1 - p) ** (1 / spread)
    else:
        a, b, start = 0.0, mean, np.exp(-mean)
    used = np.flatnonzero(severity)
    weight = severity[used]
    found, reached = np.zeros(1024), start
    found[0] = start
    n = 0
    while reached < 1 - TAIL and n < MAX_UNITS:
        n += 1
        if n == len(found):
            found = np.concatenate([found, np.zeros(n)])
        inside = used <= n
        steps = used[inside]
        found[n] = ((a + b * steps / n) * weight[inside] * found[n - steps]).sum()
        reached += found[n]
    return found[: n + 1]
