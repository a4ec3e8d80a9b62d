"""How a change of sales works through to operating profit when fixed cost stays."""

import numpy as np


def degree_of_operating_leverage(contribution_margin: float, operating_profit: float) -> float:
    """By how many per cent operating profit moves for one per cent of sales.

    Parameters
    ----------
    contribution_margin, operating_profit : float
        Of the same period.

    Returns
    -------
    float
        Contribution margin ÷ operating profit; NaN without a profit above zero, where it says nothing.

    References
    ----------
    Garrison, Noreen and Brewer, Managerial Accounting, chapter on cost-volume-profit relationships.

    Examples
    --------
    >>> degree_of_operating_leverage(271_800, 45_000)
    6.04
    """
    return contribution_margin / operating_profit if operating_profit > 0 else float("nan")


def break_even_revenue(fixed_cost: float, margin_rate: float) -> float:
    """The revenue at which contribution margin just pays the fixed cost; NaN for a margin rate of zero or below.

    Examples
    --------
    >>> break_even_revenue(226_800, 36 / 60)
    378000.0
    """
    return fixed_cost / margin_rate if margin_rate > 0 else float("nan")


def margin_of_safety(revenue: float, break_even: float) -> float:
    """The part of revenue that may be lost, all clients alike, before operating profit is gone; negative below it.

    Examples
    --------
    >>> round(margin_of_safety(7_550 * 60, 378_000), 4)
    0.1656
    """
    return float(np.divide(revenue - break_even, revenue)) if revenue > 0 else float("nan")
