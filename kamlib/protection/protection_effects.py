"""What protections and terms do to a loss: who pays what, in which order, and how much is owed at all.

Money of one call is in one currency. Losses may be numbers or arrays (one element a client or a scenario); a
`Protection` describes one agreement. Two kinds of effect are kept apart: a **payout** lowers a loss that has
happened (deposit, retention of title, guarantee, insurance), an **exposure** rule lowers what can be lost
(limit, prepayment, shorter terms, instalments).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from kamlib.errors import Fault, raise_faults

PAYOUT_ORDER = ("deposit", "retention_of_title", "guarantee", "insurance")
"""Who pays first: money in hand, then goods, then the guarantor; the insurer pays on what they leave."""

DEDUCTIBLE_ORDERS = ("after_share", "before_share")
Money = float | np.ndarray


@dataclass(frozen=True)
class Protection:
    """One agreement that pays once a client does not.

    Attributes
    ----------
    kind : str
        Of `PAYOUT_ORDER`.
    limit : float
        The most that is covered: the insured limit, the guaranteed sum, the deposit, the value of the goods.
    share : float
        In [0, 1]: the insured or guaranteed share; of goods taken back what they still fetch.
    deductible : float
        Borne by oneself, at least 0.
    deductible_order : {"after_share", "before_share"}
        Whether the deductible comes off the insured share of the loss, or off the loss before the share is taken.
    annual_cost : float
        Premium or fee a year.

    Raises
    ------
    DataError
        An unknown kind or order, a share outside [0, 1], a negative amount: every fault at once.
    """

    kind: str
    limit: float = float("inf")
    share: float = 1.0
    deductible: float = 0.0
    deductible_order: str = "after_share"
    annual_cost: float = 0.0

    def __post_init__(self) -> None:
        faults = []
        if self.kind not in PAYOUT_ORDER:
            faults.append(Fault("kind", self.kind, f"Use one of {', '.join(PAYOUT_ORDER)}."))
        raise_faults([*faults, *_insurance_faults(self.share, self.deductible, self.limit, self.deductible_order)])

    def pays(self, loss: Money) -> Money:
        """What it pays on a loss, at most the loss; see `insurance_payout`."""
        return insurance_payout(loss, self.share, self.deductible, self.limit, self.deductible_order)


@dataclass(frozen=True)
class PayoutStep:
    """One step of `payout_waterfall`.

    Attributes
    ----------
    kind : str
    paid : float
        Rounded to the cent.
    left : float
        The loss that is left after it.
    """

    kind: str
    paid: float
    left: float
    protection: Protection = field(repr=False)


def insurance_payout(
    loss: Money,
    insured_share: Money,
    deductible: Money = 0.0,
    limit: Money = float("inf"),
    deductible_order: str = "after_share",
) -> Money:
    """What a credit insurer pays on a loss.

    Parameters
    ----------
    loss : float or array
        Before the insurance; below 0 counts as nothing.
    insured_share : float or array
        In [0, 1]; one less it is the coinsurance.
    deductible : float or array
        Borne by oneself, in money.
    limit : float or array
        The most of the loss that is insured at all, before share and deductible.
    deductible_order : {"after_share", "before_share"}
        *after_share*: min(loss, limit) × share − deductible, as Coface's glossary defines the indemnification.
        *before_share*: (min(loss, limit) − deductible) × share, which pays more.

    Returns
    -------
    float or array
        In [0, loss]; never falls as the loss, the share or the limit grows, and never by more than the loss.

    Raises
    ------
    DataError
        An unknown order, a share outside [0, 1], a negative deductible or limit.

    References
    ----------
    Coface, glossary of credit insurance; the worked claim of pufind.com deducts before the share.

    Examples
    --------
    >>> insurance_payout(50_000, 0.9, 5_000, deductible_order="before_share"), insurance_payout(50_000, 0.9, 5_000)
    (40500.0, 40000.0)
    """
    raise_faults(_insurance_faults(insured_share, deductible, limit, deductible_order))
    insured = np.minimum(np.maximum(loss, 0.0), limit)
    if deductible_order == "before_share":
        paid = np.maximum(insured - deductible, 0.0) * insured_share
    else:
        paid = np.maximum(insured * insured_share - deductible, 0.0)
    return paid if np.ndim(paid) else float(paid)


def _insurance_faults(share: Money, deductible: Money, limit: Money, order: str) -> list[Fault]:
    faults = []
    if order not in DEDUCTIBLE_ORDERS:
        faults.append(Fault("deductible_order", order, f"Use one of {', '.join(DEDUCTIBLE_ORDERS)}."))
    if not np.all((np.asarray(share) >= 0) & (np.asarray(share) <= 1)):
        faults.append(Fault("share", str(share), "Give a fraction from 0 to 1."))
    for name, value in (("deductible", deductible), ("limit", limit)):
        if not np.all(np.asarray(value) >= 0):
            faults.append(Fault(name, str(value), "Give at least 0."))
    return faults


def payout_waterfall(
    loss: float, protections: Sequence[Protection], order: Sequence[str] = PAYOUT_ORDER
) -> tuple[PayoutStep, ...]:
    """Who pays what of a loss, one after the other; each pays on what those before it have left.

    Parameters
    ----------
    loss : float
        Before any protection.
    protections : sequence of Protection
        Several of a kind pay in the order given.
    order : sequence of str
        The kinds in the order in which they pay; kinds that are not named do not pay.

    Returns
    -------
    tuple of PayoutStep
        Rounded to the cent, so that loss = Σ paid + what the last one left, exactly. No protection: empty.

    Raises
    ------
    DataError
        An order that names an unknown kind, or one twice.

    Examples
    --------
    >>> cover = [Protection("insurance", 40_000, 0.9, 5_000), Protection("deposit", 10_000)]
    >>> [(step.kind, step.paid, step.left) for step in payout_waterfall(50_000, cover)]
    [('deposit', 10000.0, 40000.0), ('insurance', 31000.0, 9000.0)]
    """
    wrong = [kind for kind in order if kind not in PAYOUT_ORDER or list(order).count(kind) > 1]
    raise_faults(Fault("order", kind, f"Name each of {', '.join(PAYOUT_ORDER)} at most once.") for kind in wrong)
    left, steps = round(max(loss, 0.0), 2), []
    for kind in order:
        for protection in protections:
            if protection.kind == kind:
                paid = min(round(float(protection.pays(left)), 2), left)
                left = round(left - paid, 2)
                steps.append(PayoutStep(kind, paid, left, protection))
    return tuple(steps)


def loss_after(loss: Money, protections: Sequence[Protection], order: Sequence[str] = PAYOUT_ORDER) -> Money:
    """What is left of losses after all protections, unrounded; for many losses at once (scenarios).

    Examples
    --------
    >>> loss_after(np.array([0.0, 4_000.0, 50_000.0]), [Protection("insurance", 40_000, 0.9, 5_000)]).tolist()
    [0.0, 4000.0, 19000.0]
    """
    left = np.maximum(loss, 0.0)
    for kind in order:
        for protection in protections:
            if protection.kind == kind:
                left = left - protection.pays(left)
    return left


def capped_exposure(exposure: Money, limit: Money) -> Money:
    """What is owed if no delivery is made that would go beyond a limit.

    Examples
    --------
    >>> float(capped_exposure(120.0, 80.0))
    80.0
    """
    return np.minimum(exposure, np.maximum(limit, 0.0))


def prepaid_exposure(exposure: Money, prepaid_share: float) -> Money:
    """What is owed if a part of each delivery is paid before it.

    Raises
    ------
    DataError
        A share outside [0, 1].

    Examples
    --------
    >>> prepaid_exposure(100.0, 0.3)
    70.0
    """
    if not 0 <= prepaid_share <= 1:
        raise_faults([Fault("prepaid_share", str(prepaid_share), "Give a fraction from 0 to 1.")])
    return exposure * (1 - prepaid_share)


def shorter_terms_exposure(exposure: Money, days_before: float, days_after: float) -> Money:
    """What is owed at level sales if invoices stay open for fewer days; longer terms are not counted here.

    Parameters
    ----------
    exposure : float or array
    days_before, days_after : float
        Days from issue to payment: terms and lateness together.

    Raises
    ------
    DataError
        Days that are negative, or none before.

    Examples
    --------
    >>> shorter_terms_exposure(100.0, 75, 45)
    60.0
    """
    if not (days_before > 0 and days_after >= 0):
        days = f"{days_before:g}, {days_after:g}"
        raise_faults([Fault("days", days, "Give more than 0 days before, and at least 0 after.")])
    return exposure * min(days_after / days_before, 1.0)


def instalments_left(balance: Money, parts: int, days_apart: float, days: float) -> Money:
    """What is left of a balance that is paid off in equal instalments.

    Parameters
    ----------
    balance : float or array
        When the plan was agreed.
    parts : int
        Equal instalments, the first after `days_apart`.
    days_apart : float
    days : float
        Since the plan was agreed.

    Raises
    ------
    DataError
        No instalment, or no days between them.

    Examples
    --------
    >>> [instalments_left(600.0, 6, 30, days) for days in (29, 30, 95, 400)]
    [600.0, 500.0, 300.0, 0.0]
    """
    if not (parts >= 1 and days_apart > 0):
        values = f"{parts:g}, {days_apart:g}"
        raise_faults([Fault("instalments", values, "Give at least one instalment, and days between them.")])
    paid = min(int(max(days, 0.0) // days_apart), parts)
    return balance * (parts - paid) / parts
