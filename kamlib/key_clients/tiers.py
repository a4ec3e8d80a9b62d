"""Tiers by a measure, and the whale curve of profit."""

import numpy as np
import pandas as pd

from kamlib.errors import DataError, Fault


def abc_tiers(amounts: pd.Series, cuts: tuple[float, float] = (0.80, 0.95)) -> pd.Series:
    """A, B or C by the cumulative share of a measure, largest first.

    Parameters
    ----------
    amounts : Series, shape (n_clients,)
        Money by client; zero and negative amounts are C and stand outside the total.
    cuts : (float, float)
        A reaches up to the first, B up to the second; the client that crosses a cut still belongs above it.

    Returns
    -------
    Series of str, same index

    Raises
    ------
    DataError
        Cuts that do not rise within (0, 1], or missing amounts.

    References
    ----------
    Dickie (1951), ABC Inventory Analysis Shoots for Dollars, not Pennies; the 80/20 cut is Pareto's.

    Examples
    --------
    >>> abc_tiers(pd.Series([70, 20, 6, 4])).tolist()
    ['A', 'A', 'B', 'C']
    """
    if not 0 < cuts[0] < cuts[1] <= 1:
        raise DataError(Fault("cuts", str(cuts), "Give two rising shares, such as 0.80 and 0.95."))
    values = amounts.to_numpy(dtype=float)
    if not np.isfinite(values).all():
        raise DataError(Fault("amounts", "missing or infinite", "Fill in or leave out these clients."))
    positive = np.clip(values, 0, None)
    total = positive.sum()
    names = amounts.index.astype("str").to_numpy(dtype=object)
    order = np.lexsort((names, -positive))
    before = np.empty(len(values))
    before[order] = np.cumsum(positive[order]) - positive[order]
    share_before = before / total if total > 0 else np.ones(len(values))
    tier = np.where(share_before < cuts[0] - 1e-12, "A", np.where(share_before < cuts[1] - 1e-12, "B", "C"))
    return pd.Series(np.where(positive > 0, tier, "C"), index=amounts.index, dtype="str")


def whale_curve(profits: pd.Series) -> pd.DataFrame:
    """Cumulative profit over clients, the most profitable first.

    Parameters
    ----------
    profits : Series, shape (n_clients,)
        Profit of each client after cost to serve; may be negative.

    Returns
    -------
    DataFrame, shape (n_clients + 1, 4)
        ``client_share`` from 0 to 1, ``profit`` and ``cumulative`` in money, ``profit_share`` of the final
        total (NaN where that total is not positive); its peak is above 1 where some clients cost money.

    Raises
    ------
    DataError
        No client, or a missing profit.

    References
    ----------
    Kaplan and Narayanan (2001), Measuring and Managing Customer Profitability.

    Examples
    --------
    >>> whale_curve(pd.Series([5.0, -1.0]))["profit_share"].tolist()
    [0.0, 1.25, 1.0]
    """
    values = np.sort(profits.to_numpy(dtype=float))[::-1]
    if values.size == 0 or not np.isfinite(values).all():
        raise DataError(Fault("profits", "missing or no rows", "Leave out clients whose profit is not known."))
    cumulative = np.concatenate([[0.0], values.cumsum()])
    total = cumulative[-1]
    return pd.DataFrame(
        {
            "client_share": np.linspace(0, 1, values.size + 1),
            "profit": np.concatenate([[0.0], values]),
            "cumulative": cumulative,
            "profit_share": cumulative / total if total > 0 else np.nan,
        }
    )
