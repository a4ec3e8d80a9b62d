"""How a client's orders move with its industry, and what a shrinking market would take."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.demand import lags_for

LEAST_CHANGES = 12


@dataclass(frozen=True)
class Sensitivity:
    """Orders on the industry's index, both as logarithmic changes over a quarter.

    Attributes
    ----------
    elasticity, low, high : float
        Per cent of orders for one per cent of the index, with a 95 % interval.
    r_squared : float
    p_value : float
        Of the elasticity being zero.
    durbin_watson : float
        Near 2 without first-order autocorrelation; overlapping quarters push it towards 0.
    breusch_pagan_p : float
        Test of constant variance.
    changes, lags : int
        Observations and the lags of the Newey–West errors.
    """

    elasticity: float
    low: float
    high: float
    r_squared: float
    p_value: float
    durbin_watson: float
    breusch_pagan_p: float
    changes: int
    lags: int

    @property
    def certain(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.low > 0 or self.high < 0


def market_sensitivity(orders: pd.Series, index: pd.Series, span: int = 3) -> Sensitivity | None:
    """Regress changes of a client's orders on those of its industry's index.

    Parameters
    ----------
    orders, index : Series with a monthly PeriodIndex
        Months in both are used. Orders are averaged over `span` months first.
    span : int
        Months that a change looks back; they overlap, so errors are Newey–West with at least span lags.

    Returns
    -------
    Sensitivity or None
        None with fewer than twelve changes, without positive orders in every span, or a flat index: levels of
        two wandering series would show a link where there is none, so only changes are used.

    References
    ----------
    Granger, Newbold (1974), Spurious regressions; Newey, West (1987).
    """
    level = orders.rolling(span).mean().dropna()
    both = pd.concat({"orders": level, "index": index.rolling(span).mean()}, axis=1, join="inner").dropna()
    if (both <= 0).any(axis=None):
        return None
    changes = np.log(both).diff(span).dropna()
    if len(changes) < LEAST_CHANGES or np.ptp(changes["index"].to_numpy()) == 0:
        return None
    from statsmodels.regression.linear_model import OLS
    from statsmodels.stats.diagnostic import het_breuschpagan
    from statsmodels.stats.stattools import durbin_watson

    lags = max(span, lags_for(len(changes)))
    design = np.column_stack([np.ones(len(changes)), changes["index"]])
    fit = OLS(changes["orders"].to_numpy(), design).fit(cov_type="HAC", cov_kwds={"maxlags": lags})
    low, high = fit.conf_int()[1]
    flat = np.ptp(fit.resid) < 1e-12
    return Sensitivity(
        float(fit.params[1]),
        float(low),
        float(high),
        float(fit.rsquared),
        float(fit.pvalues[1]),
        float("nan") if flat else float(durbin_watson(fit.resid)),
        float("nan") if flat else float(het_breuschpagan(fit.resid, design)[1]),
        len(changes),
        lags,
    )


def market_stress(revenue: float, elasticity: float, change: float) -> float:
    """Revenue after the market has changed: revenue × (1 + change)^elasticity.

    Examples
    --------
    >>> round(market_stress(100.0, 1.0, -0.2), 6)
    80.0
    """
    return revenue * (1 + change) ** elasticity
