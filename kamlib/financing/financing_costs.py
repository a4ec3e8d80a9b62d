"""What time costs: late interest, a discount for paying early, factoring.

Rates are fractions a year, days are calendar days, amounts of one call are in one currency. Interest is simple.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from kamlib.errors import Fault, raise_faults

ROUNDINGS = ("none", "daily", "end")
DISCOUNT_METHODS = ("nominal_365", "nominal_360", "effective_365")
Day = date | pd.Timestamp | str


def late_interest(
    amount: float, annual_rate: float, days: float, day_count: float = 365, rounding: str = "none"
) -> float:
    """Simple interest on a late amount.

    Parameters
    ----------
    amount : float
        Overdue money, at least 0.
    annual_rate : float
        Base rate and margin together, see `statutory_rate`.
    days : float
        Days past due; not late (below 0) costs nothing.
    day_count : float
        Days of a year: 365 or 360.
    rounding : {"none", "daily", "end"}
        *daily*: the interest of one day is rounded to the cent, then taken times the days. *end*: the result is.

    Returns
    -------
    float
        Money, at least 0.

    Raises
    ------
    DataError
        Unknown rounding, a negative amount or rate, or a day count that is not positive.

    References
    ----------
    Directive 2011/7/EU; Late Payment of Commercial Debts (Interest) Act 1998 (UK).

    Examples
    --------
    >>> late_interest(1_000, 0.085, 1, rounding="daily"), round(late_interest(1_000, 0.085, 50), 2)
    (0.23, 11.64)
    """
    faults = []
    if rounding not in ROUNDINGS:
        faults.append(Fault("rounding", rounding, f"Use one of {', '.join(ROUNDINGS)}."))
    for name, value, lowest in (("amount", amount, 0), ("annual_rate", annual_rate, 0), ("day_count", day_count, 1)):
        if not value >= lowest:
            faults.append(Fault(name, str(value), f"Give a number of at least {lowest}."))
    raise_faults(faults)
    a_day = amount * annual_rate / day_count
    if rounding == "daily":
        a_day = round(a_day, 2)
    interest = a_day * max(days, 0.0)
    return round(interest, 2) if rounding == "end" else interest


def statutory_rate(base_rates: Mapping[date, float], margin: float, day: Day) -> float:
    """The statutory rate on a day: the base rate in force then, and the margin.

    Parameters
    ----------
    base_rates : mapping
        First day in force → base rate.
    margin : float
        What the law adds.
    day : date
        For most laws the day the debt became late.

    Returns
    -------
    float
        NaN before the first base rate.

    Examples
    --------
    >>> round(statutory_rate({date(2026, 1, 1): 0.0375, date(2026, 7, 1): 0.035}, 0.08, "2026-09-30"), 4)
    0.115
    """
    known = [first for first in base_rates if pd.Timestamp(first) <= pd.Timestamp(day)]
    return base_rates[max(known)] + margin if known else float("nan")


def discount_rate(discount: float, discount_days: float, net_days: float, method: str = "nominal_365") -> float:
    """What an early-payment discount costs the seller, and earns the buyer, a year.

    Parameters
    ----------
    discount : float
        Fraction of the invoice, for example 0.02.
    discount_days, net_days : float
        The last days for paying with and without it: 10 and 30 of "2/10 net 30".
    method : {"nominal_365", "nominal_360", "effective_365"}
        *nominal*: times the periods of a year of that many days. *effective*: compounded.

    Raises
    ------
    DataError
        Unknown method, a discount outside [0, 1), or net days not after the discount days.

    References
    ----------
    Brealey, Myers and Allen, Principles of Corporate Finance, on trade credit.

    Examples
    --------
    >>> [round(discount_rate(0.02, 10, 30, method), 4) for method in ("nominal_365", "nominal_360", "effective_365")]
    [0.3724, 0.3673, 0.4459]
    """
    faults = []
    if method not in DISCOUNT_METHODS:
        faults.append(Fault("method", method, f"Use one of {', '.join(DISCOUNT_METHODS)}."))
    if not 0 <= discount < 1:
        faults.append(Fault("discount", str(discount), "Give a fraction from 0 to below 1."))
    if not net_days > discount_days:
        faults.append(Fault("net_days", str(net_days), f"Give more days than the discount's {discount_days}."))
    raise_faults(faults)
    a_period = discount / (1 - discount)
    length = net_days - discount_days
    if method == "effective_365":
        return (1 + a_period) ** (365 / length) - 1
    return a_period * (365 if method == "nominal_365" else 360) / length


@dataclass(frozen=True)
class FactoringResult:
    """What factoring costs and saves in a year.

    Attributes
    ----------
    fee : float
        The factor's fee.
    advance_interest : float
        The factor's interest on the money advanced.
    interest_saving : float
        Own interest on the receivables before, less that on the part of the receivables now that is not advanced.
    admin_saving, extra_contribution : float
        As given.
    """

    fee: float
    advance_interest: float
    interest_saving: float
    admin_saving: float
    extra_contribution: float

    @property
    def total_cost(self) -> float:
        """Fee and interest of the factor."""
        return self.fee + self.advance_interest

    @property
    def total_benefit(self) -> float:
        """Interest and administration saved, contribution gained."""
        return self.interest_saving + self.admin_saving + self.extra_contribution

    @property
    def net_benefit(self) -> float:
        """Benefit less cost; negative where factoring costs more than it saves."""
        return self.total_benefit - self.total_cost


def factoring_result(
    receivables_before: float,
    receivables_after: float,
    advance_share: float,
    factor_rate: float,
    own_rate: float,
    fee: float,
    admin_saving: float = 0.0,
    extra_contribution: float = 0.0,
) -> FactoringResult:
    """Whether selling receivables to a factor pays, for a year.

    Parameters
    ----------
    receivables_before, receivables_after : float
        Average receivables without and with the factor.
    advance_share : float
        The part of them that the factor advances, in [0, 1].
    factor_rate, own_rate : float
        Interest a year on the advance, and on what is financed by oneself (the overdraft).
    fee : float
        Money a year.
    admin_saving, extra_contribution : float
        Money a year that is saved, and earned by sales that become possible.

    Raises
    ------
    DataError
        An advance outside [0, 1] or negative receivables.

    References
    ----------
    ACCA Financial Management, worked question "Joan Co".

    Examples
    --------
    >>> found = factoring_result(3.8e6, 0.7 * 3.8e6, 0.8, 0.09, 0.08, fee=0.005 * 15.6e6, admin_saving=20_000)
    >>> round(found.total_cost), round(found.total_benefit), round(found.net_benefit)
    (269520, 281440, 11920)
    """
    faults = [
        Fault(name, str(value), "Give at least 0.")
        for name, value in (("receivables_before", receivables_before), ("receivables_after", receivables_after))
        if not value >= 0
    ]
    if not 0 <= advance_share <= 1:
        faults.append(Fault("advance_share", str(advance_share), "Give a fraction from 0 to 1."))
    raise_faults(faults)
    return FactoringResult(
        fee=fee,
        advance_interest=receivables_after * advance_share * factor_rate,
        interest_saving=(receivables_before - receivables_after * (1 - advance_share)) * own_rate,
        admin_saving=admin_saving,
        extra_contribution=extra_contribution,
    )
