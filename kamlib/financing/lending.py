"""What lenders measure: the borrowing base, cover of debt service, leverage."""

import numpy as np

from kamlib.errors import Fault, raise_faults


def debt_service_coverage(income: float, interest: float, principal: float, tax_rate: float | None = None) -> float:
    """Operating income ÷ what lenders must be paid in the same year (DSCR).

    Parameters
    ----------
    income : float
        Before interest and tax.
    interest, principal : float
        Of the year.
    tax_rate : float or None
        Given, principal is grossed up by ``1 - tax_rate``, since it is paid from taxed income.

    Returns
    -------
    float
        NaN without debt service.

    References
    ----------
    Brigham and Ehrhardt, Financial Management, on fixed charge coverage (principal before tax).

    Examples
    --------
    >>> debt_service_coverage(45_000, 0, 50_000)
    0.9
    """
    service = interest + principal / (1 - (tax_rate or 0.0))
    return income / service if service > 0 else float("nan")


def borrowing_base(
    balances: np.ndarray,
    ineligible: np.ndarray,
    advance_rate: float,
    concentration_cap: float,
    cross_ageing_share: float,
) -> np.ndarray:
    """What may be borrowed against receivables: eligible ones, capped a debtor, times the advance rate.

    Parameters
    ----------
    balances, ineligible : array, shape (n_debtors,) or (n_debtors, n_days)
        Open receivables, and the part that is too old; negative balances count as nothing.
    advance_rate : float
        Lent on one unit of eligible receivables.
    concentration_cap : float
        Part of all eligible receivables (before the cap) that one debtor may make up; what is beyond is left out.
    cross_ageing_share : float
        A debtor with this part or more too old is left out as a whole.

    Returns
    -------
    float or array, shape (n_days,)

    Raises
    ------
    DataError
        A share outside [0, 1].

    References
    ----------
    Office of the Comptroller of the Currency, Comptroller's Handbook, Asset-Based Lending (2014).

    Examples
    --------
    >>> float(borrowing_base([50.0, 30.0, 20.0], [0.0, 0.0, 5.0], 0.8, 0.4, 0.25))
    49.6
    """
    shares = {
        "advance_rate": advance_rate,
        "concentration_cap": concentration_cap,
        "cross_ageing_share": cross_ageing_share,
    }
    raise_faults(
        Fault(name, str(value), "Give a fraction from 0 to 1.") for name, value in shares.items() if not 0 <= value <= 1
    )
    owed = np.clip(np.asarray(balances, dtype=float), 0.0, None)
    old = np.minimum(np.clip(np.asarray(ineligible, dtype=float), 0.0, None), owed)
    tainted = (old > 0) & (old >= cross_ageing_share * owed)
    eligible = np.where(tainted, 0.0, owed - old)
    capped = np.minimum(eligible, concentration_cap * eligible.sum(axis=0))
    return advance_rate * capped.sum(axis=0)
