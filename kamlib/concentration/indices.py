"""Shares, ratios and indices of concentration, each in one function.

Every function takes the amounts of one period in one currency, one row per client (or per group: the
caller says which), and returns a plain number or a small frame. Nothing here knows of ledgers.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kamlib.errors import DataError, Fault

Amounts = pd.Series | Sequence[float] | np.ndarray


def _amounts(amounts: Amounts) -> np.ndarray:
    values = np.asarray(amounts, dtype=float)
    faults = []
    if values.size == 0:
        faults.append(Fault("amounts", "no rows", "Give at least one client."))
    if not np.isfinite(values).all():
        faults.append(Fault("amounts", "missing or infinite", "Fill in or leave out these clients."))
    elif (values < 0).any():
        faults.append(Fault("amounts", f"{values.min():,.2f}", "Leave out clients with a negative total and tell it."))
    elif values.size and values.sum() == 0:
        faults.append(Fault("amounts", "total of zero", "Choose a period with some revenue."))
    if faults:
        raise DataError(faults)
    return values


def revenue_shares(amounts: Amounts) -> pd.Series:
    """Each client's share of the total, largest first.

    Parameters
    ----------
    amounts : Series, shape (n_clients,)
        Non-negative money in one currency, one row per client or group.

    Returns
    -------
    Series, shape (n_clients,)
        Fractions that sum to 1, with the index of `amounts`. Ties keep the order of the index's text,
        so that the row order of the input is irrelevant.

    Raises
    ------
    DataError
        Empty, negative or missing amounts, or a zero total.

    Examples
    --------
    >>> revenue_shares(pd.Series({"a": 1.0, "b": 3.0})).to_dict()
    {'b': 0.75, 'a': 0.25}
    """
    series = pd.Series(amounts, dtype=float)
    values = pd.Series(_amounts(series) / series.sum(), index=series.index)
    names = values.index.astype("str").to_numpy(dtype=object)
    return values.iloc[np.lexsort((names, -values.to_numpy()))]


def concentration_ratio(amounts: Amounts, k: int) -> float:
    """CR-k: the share of the `k` largest clients in the total.

    Parameters
    ----------
    amounts : Series, shape (n_clients,)
        Non-negative money in one currency.
    k : int
        How many of the largest; with fewer clients than `k` the ratio is 1.

    Returns
    -------
    float
        In (0, 1], never falling in `k`.

    Raises
    ------
    DataError
        Unusable amounts, or `k` below 1.

    References
    ----------
    US Census Bureau, Concentration in American Industry, 1957; OECD Glossary of Statistical Terms.

    Examples
    --------
    >>> concentration_ratio([30, 30, 20, 20], 2)
    0.6
    """
    if k < 1:
        raise DataError(Fault("k", str(k), "Give a whole number of at least 1."))
    values = np.sort(_amounts(amounts))[::-1]
    return float(values[:k].sum() / values.sum())


def herfindahl_index(amounts: Amounts, normalised: bool = False) -> float:
    """Concentration of a total over clients: the sum of squared shares (HHI).

    Parameters
    ----------
    amounts : Series, shape (n_clients,)
        Non-negative money in one currency, one row per client or group.
    normalised : bool
        Rescale to ``(HHI - 1/n) / (1 - 1/n)``, which is 0 for equal shares whatever n.
        The raw index is the default; some packages print the normalised one.

    Returns
    -------
    float
        In [1/n, 1], n counting clients with a positive amount (normalised: in [0, 1], and 1 for a
        single client). Times 10,000 gives HHI points.

    Raises
    ------
    DataError
        Empty, negative or missing amounts, or a zero total.

    References
    ----------
    Hirschman (1964), The Paternity of an Index; US Department of Justice and FTC, Merger Guidelines
    (2023), guideline 1, whose bands are made for markets, not for a company's own clients.

    Examples
    --------
    >>> round(herfindahl_index(pd.Series([30, 30, 20, 20])), 4)
    0.26
    """
    values = _amounts(amounts)
    index = float(np.square(values / values.sum()).sum())
    if not normalised:
        return index
    n = int((values > 0).sum())
    return 1.0 if n == 1 else (index - 1 / n) / (1 - 1 / n)


def effective_number(amounts: Amounts) -> float:
    """How many equal clients would be as concentrated: 1 / HHI.

    Parameters
    ----------
    amounts : Series, shape (n_clients,)
        Non-negative money in one currency.

    Returns
    -------
    float
        In [1, n].

    Raises
    ------
    DataError
        As `herfindahl_index`.

    References
    ----------
    Adelman (1969), Comment on the "H" Concentration Measure as a Numbers-Equivalent.

    Examples
    --------
    >>> effective_number([25, 25, 25, 25])
    4.0
    """
    return 1 / herfindahl_index(amounts)


def lorenz_curve(amounts: Amounts) -> pd.DataFrame:
    """Cumulative share of the total held by the smallest clients.

    Parameters
    ----------
    amounts : Series, shape (n_clients,)
        Non-negative money in one currency; clients with zero count.

    Returns
    -------
    DataFrame, shape (n_clients + 1, 2)
        Columns ``client_share`` and ``amount_share``, from (0, 0) to (1, 1), convex.

    Raises
    ------
    DataError
        As `herfindahl_index`.

    References
    ----------
    Lorenz (1905), Methods of Measuring the Concentration of Wealth.

    Examples
    --------
    >>> lorenz_curve([1, 3]).to_dict("list")
    {'client_share': [0.0, 0.5, 1.0], 'amount_share': [0.0, 0.25, 1.0]}
    """
    values = np.sort(_amounts(amounts))
    cumulative = np.concatenate([[0.0], np.cumsum(values) / values.sum()])
    return pd.DataFrame({"client_share": np.linspace(0, 1, values.size + 1), "amount_share": cumulative})


def gini_coefficient(amounts: Amounts, corrected: bool = False) -> float:
    """Inequality between clients: twice the area between the Lorenz curve and equality.

    Parameters
    ----------
    amounts : Series, shape (n_clients,)
        Non-negative money in one currency; clients with zero count.
    corrected : bool
        Multiply by ``n / (n - 1)``, so that one client with everything gives 1. The 1/n form is the default.

    Returns
    -------
    float
        In [0, 1 - 1/n] (corrected: [0, 1]); 0 for a single client.

    Raises
    ------
    DataError
        As `herfindahl_index`.

    References
    ----------
    Gini (1912); R package ineq, function ``Gini``, argument ``corr``.

    Examples
    --------
    >>> gini_coefficient([0, 0, 0, 1])
    0.75
    """
    values = np.sort(_amounts(amounts))
    n = values.size
    ranks = np.arange(1, n + 1)
    gini = float(((2 * ranks - n - 1) * values).sum() / (n * values.sum()))
    if not corrected or n == 1:
        return gini
    return gini * n / (n - 1)


def shannon_entropy(amounts: Amounts, base: float = np.e) -> float:
    """Evenness of shares: minus the sum of share times log share.

    Parameters
    ----------
    amounts : Series, shape (n_clients,)
        Non-negative money in one currency; zero shares add nothing.
    base : float
        Of the logarithm: e gives nats, 2 gives bits.

    Returns
    -------
    float
        In [0, log n]; high means spread out.

    Raises
    ------
    DataError
        As `herfindahl_index`.

    References
    ----------
    Shannon (1948), A Mathematical Theory of Communication; Theil (1967), Economics and Information Theory.

    Examples
    --------
    >>> shannon_entropy([1, 1, 1, 1], base=2)
    2.0
    """
    values = _amounts(amounts)
    shares = values[values > 0] / values.sum()
    return float(-(shares * np.log(shares)).sum() / np.log(base)) + 0.0


def theil_index(amounts: Amounts) -> float:
    """Theil's T: log n less the entropy of the shares, n counting clients with a positive amount.

    Parameters
    ----------
    amounts : Series, shape (n_clients,)
        Non-negative money in one currency.

    Returns
    -------
    float
        In [0, log n], in nats; 0 for equal shares.

    Raises
    ------
    DataError
        As `herfindahl_index`.

    References
    ----------
    Theil (1967), Economics and Information Theory, chapter 4.

    Examples
    --------
    >>> round(theil_index([1, 1, 1]), 12)
    0.0
    """
    n = int((_amounts(amounts) > 0).sum())
    return float(np.log(n)) - shannon_entropy(amounts)


def hall_tideman_index(amounts: Amounts) -> float:
    """Rank-weighted concentration (also Rosenbluth's): 1 / (2 · sum(rank · share) - 1).

    Parameters
    ----------
    amounts : Series, shape (n_clients,)
        Non-negative money in one currency; the largest has rank 1.

    Returns
    -------
    float
        In [1/n, 1]; gives small clients more weight than the HHI.

    Raises
    ------
    DataError
        As `herfindahl_index`.

    References
    ----------
    Hall and Tideman (1967), Measures of Concentration; Rosenbluth (1955).

    Examples
    --------
    >>> hall_tideman_index([1, 1, 1, 1])
    0.25
    """
    values = np.sort(_amounts(amounts))[::-1]
    ranks = np.arange(1, values.size + 1)
    return float(1 / (2 * (ranks * values).sum() / values.sum() - 1))
