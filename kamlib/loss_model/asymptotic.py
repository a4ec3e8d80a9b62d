"""Losses in closed form: expected and unexpected, Vasicek's limit, regulatory capital, granularity."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from kamlib.errors import Fault, raise_faults
from kamlib.loss_model.portfolio import check_fractions, check_portfolio

FIXED_CORRELATION = {"residential_mortgage": 0.15, "qualifying_revolving": 0.04}
ASSET_CLASSES = ("corporate", "bank", "sovereign", "other_retail", *FIXED_CORRELATION)
WITH_MATURITY = ("corporate", "bank", "sovereign")


def expected_loss(pd: ArrayLike, lgd: ArrayLike, ead: ArrayLike) -> float:
    """What a client or a portfolio loses in an average year: the sum of PD × LGD × EAD.

    Parameters
    ----------
    pd, lgd : float or array, shape (n_clients,)
        Fractions.
    ead : float or array, shape (n_clients,)
        Money.

    Returns
    -------
    float
        Money, at most the sum of `ead`.

    Raises
    ------
    DataError
        A probability or LGD outside [0, 1].

    Examples
    --------
    >>> round(float(expected_loss(0.025, 0.45, 10_000_000)), 2)
    112500.0
    """
    check_fractions(pd=pd, lgd=lgd)
    return np.sum(np.asarray(pd, dtype=float) * np.asarray(lgd, dtype=float) * np.asarray(ead, dtype=float))


def unexpected_loss(pd: float, lgd: float, ead: float, lgd_sd: float = 0.0) -> float:
    """Standard deviation of the loss with one client, LGD uncertain and independent of default.

    Returns
    -------
    float
        ``ead * sqrt(pd * lgd_sd**2 + lgd**2 * pd * (1 - pd))``.

    References
    ----------
    Ong, Internal Credit Risk Models (1999), chapter 5.

    Examples
    --------
    >>> round(unexpected_loss(0.025, 0.45, 10_000_000, 0.25))
    806129
    """
    check_fractions(pd=pd, lgd=lgd)
    return float(ead * np.sqrt(pd * lgd_sd**2 + lgd**2 * pd * (1 - pd)))


def vasicek_quantile(pd: ArrayLike, rho: ArrayLike, q: ArrayLike) -> float | np.ndarray:
    """The default rate of an endlessly fine portfolio in its `q`-worst year: Vasicek's limit.

    Parameters
    ----------
    pd : float or array
        Unconditional probability of default.
    rho : float or array
        Asset correlation in [0, 1]; at 0 the rate is `pd`, at 1 it is 0 or 1.
    q : float or array
        Level, for example 0.999.

    Returns
    -------
    float or array
        In [0, 1], rising in `q`.

    Raises
    ------
    DataError
        Arguments out of range.

    References
    ----------
    Vasicek, The distribution of loan portfolio value, Risk 15 (2002).

    Examples
    --------
    >>> round(float(vasicek_quantile(0.01, 0.2, 0.999)), 3)
    0.146
    """
    check_fractions(pd=pd, rho=rho, q=q)
    pd, rho, q = (np.asarray(value, dtype=float) for value in (pd, rho, q))
    safe = np.where(rho < 1, rho, 0.0)
    inside = ndtr((ndtri(pd) + np.sqrt(safe) * ndtri(q)) / np.sqrt(1 - safe))
    rate = np.where(rho < 1, np.where(rho == 0, pd, inside), (q > 1 - pd).astype(float))
    return float(rate) if rate.ndim == 0 else rate


def irb_correlation(pd: ArrayLike, asset_class: str = "corporate", turnover: float | None = None) -> np.ndarray:
    """Asset correlation of Basel II's risk-weight functions.

    Parameters
    ----------
    pd : float or array
    asset_class : str
        One of `ASSET_CLASSES`.
    turnover : float or None
        Annual sales in million euro, for the size adjustment of corporates between 5 and 50.

    Raises
    ------
    DataError
        An unknown class or a turnover below zero.

    References
    ----------
    BCBS, International Convergence (June 2006), §272–273, §328–330.
    """
    faults = []
    if asset_class not in ASSET_CLASSES:
        faults.append(Fault("asset_class", asset_class, f"Use one of {', '.join(ASSET_CLASSES)}."))
    if turnover is not None and not turnover >= 0:
        faults.append(Fault("turnover", str(turnover), "Give annual sales in million euro, or None."))
    raise_faults(faults)
    pd = np.asarray(pd, dtype=float)
    if asset_class in FIXED_CORRELATION:
        return np.full(pd.shape, FIXED_CORRELATION[asset_class])
    low, high, pace = (0.03, 0.16, 35) if asset_class == "other_retail" else (0.12, 0.24, 50)
    weight = -np.expm1(-pace * pd) / -np.expm1(-pace)
    small = 0.0
    if asset_class == "corporate" and turnover is not None:
        small = 0.04 * (1 - (np.clip(turnover, 5, 50) - 5) / 45)
    return low * weight + high * (1 - weight) - small


def irb_capital(
    pd: ArrayLike,
    lgd: ArrayLike,
    maturity: ArrayLike = 2.5,
    asset_class: str = "corporate",
    turnover: float | None = None,
    q: float = 0.999,
) -> float | np.ndarray:
    """Capital for one unit of exposure by Basel II's internal-ratings formula, without the 1.06 factor.

    Parameters
    ----------
    pd, lgd : float or array
        Fractions; no floor is applied. A client in default (1), or that cannot default (0), needs none.
    maturity : float or array
        Effective, in years; retail classes do not depend on it.
    asset_class, turnover
        As for `irb_correlation`.
    q : float
        Confidence.

    Returns
    -------
    float or array
        K, a fraction of EAD; the risk weight is 12.5 times K.

    Raises
    ------
    DataError
        Arguments out of range.

    References
    ----------
    BCBS, International Convergence (June 2006), §272; its Annex 5 prints the risk weights.

    Examples
    --------
    >>> round(float(12.5 * irb_capital(0.01, 0.45, 2.5)), 4)
    0.9232
    """
    check_fractions(pd=pd, lgd=lgd, q=q)
    pd, lgd, maturity = (np.asarray(value, dtype=float) for value in (pd, lgd, maturity))
    can = (pd > 0) & (pd < 1)
    safe = np.where(can, pd, 0.5)
    worst = vasicek_quantile(safe, irb_correlation(safe, asset_class, turnover), q)
    slope = (0.11852 - 0.05478 * np.log(safe)) ** 2
    longer = (1 + (maturity - 2.5) * slope) / (1 - 1.5 * slope) if asset_class in WITH_MATURITY else 1.0
    capital = np.where(can, lgd * (worst - safe) * longer, 0.0)
    return float(capital) if capital.ndim == 0 else capital


def granularity_adjustment(frame: pd.DataFrame, rho: float, q: float) -> float:
    """What the finite number of clients adds to the `q`-quantile of the loss beyond Vasicek's limit, first order.

    Parameters
    ----------
    frame : DataFrame
        ``pd, lgd, ead``.
    rho : float
        Asset correlation, above 0 and below 1.
    q : float
        Level.

    Returns
    -------
    float
        Money, to be added to the sum of ``lgd * ead * vasicek_quantile(pd, rho, q)``.

    Raises
    ------
    DataError
        Arguments out of range, or a correlation of 0 or 1, where there is no such limit.

    References
    ----------
    Wilde, Probing granularity, Risk 14 (2001); Martin and Wilde, Unsystematic credit risk, Risk 15 (2002).
    """
    check_fractions(q=q)
    if not 0 < rho < 1:
        raise_faults([Fault("rho", str(rho), "Give a correlation above 0 and below 1.")])
    numbers = check_portfolio(frame)
    loss = (numbers["ead"] * numbers["lgd"]).to_numpy()
    x, steep = ndtri(q), np.sqrt(rho / (1 - rho))
    argument = (ndtri(numbers["pd"].clip(1e-300, 1 - 1e-16)) + np.sqrt(rho) * x) / np.sqrt(1 - rho)
    argument = argument.to_numpy()
    p, density = ndtr(argument), np.exp(-(argument**2) / 2) / np.sqrt(2 * np.pi)
    slope, bend = (loss * steep * density).sum(), -(loss * steep**2 * argument * density).sum()
    variance = (loss**2 * p * (1 - p)).sum()
    variance_slope = (loss**2 * steep * density * (1 - 2 * p)).sum()
    if slope <= 0:
        return 0.0
    return float(-0.5 * (-x * variance / slope + variance_slope / slope - variance * bend / slope**2))
