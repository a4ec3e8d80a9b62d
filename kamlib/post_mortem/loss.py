"""The loss waterfall: exposure, what came back, what protections pay, waiting, margin and stock; to the cent."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from kamlib.policy.post_mortem import PostMortem
from kamlib.protection.protection_effects import Protection, payout_waterfall

DAYS_A_YEAR = 365
BACK = ("recovery", "sale")


@dataclass(frozen=True)
class LossResult:
    """What a case cost.

    Attributes
    ----------
    steps : DataFrame
        ``part, amount, start, end``: losses positive, what relieves them negative; amounts add up to `total`.
    exposure, recovered, protected : float
        At the event; received since; what protections paid or pay by their terms.
    receivable_loss : float
        Exposure less recovered and protected.
    waiting : float
        What discounting takes off money that came later.
    margin_lost, stranded : float
        Beside the receivable; NaN where not known (then not in the total).
    total : float
    paid : tuple of (Protection, float)
        Each protection and what it pays by its terms.
    other_order : float
        What insurance would pay with the deductible on the other side of the share; NaN without insurance.
    """

    steps: pd.DataFrame
    exposure: float
    recovered: float
    protected: float
    receivable_loss: float
    waiting: float
    margin_lost: float
    stranded: float
    total: float
    paid: tuple[tuple[Protection, float], ...]
    other_order: float

    @property
    def lgd(self) -> float:
        """Loss given default, discounted: the part of the exposure that is lost."""
        return (self.receivable_loss + self.waiting) / self.exposure if self.exposure > 0 else float("nan")

    @property
    def lgd_unprotected(self) -> float:
        """The same without protections and without waiting."""
        return 1 - self.recovered / self.exposure if self.exposure > 0 else float("nan")


def loss_of(
    exposure: float,
    received: pd.DataFrame,
    held: Sequence[Protection],
    margin_lost: float,
    stranded: float,
    event: pd.Timestamp,
    rules: PostMortem,
    discount_rate: float | None = None,
) -> LossResult:
    """The waterfall of one case.

    Parameters
    ----------
    exposure : float
        Owed at the event.
    received : DataFrame
        ``date, amount, payer``: what has come back; a protection that has paid counts with what it paid, and its
        terms no longer.
    held : sequence of Protection
        Those in force; they pay by their terms, in the policy's order, on what is left after recoveries.
    margin_lost, stranded : float
        NaN where not known.
    event : Timestamp
    rules : PostMortem
    discount_rate : float or None
        A year, compounded by days; None takes the policy's.

    Returns
    -------
    LossResult

    Examples
    --------
    >>> none = pd.DataFrame({"date": [], "amount": [], "payer": []})
    >>> cover = [Protection("insurance", 50_000, 0.9, 5_000, "before_share")]
    >>> found = loss_of(50_000.0, none, cover, 0.0, 0.0, pd.Timestamp("2026-01-01"), PostMortem(), 0.0)
    >>> found.protected, found.receivable_loss, found.other_order
    (40500.0, 9500.0, 40000.0)
    """
    rate = rules.discount_rate if discount_rate is None else discount_rate
    rows: list[tuple[str, float]] = [("exposure", round(exposure, 2))]
    left, recovered, waiting = round(exposure, 2), 0.0, 0.0
    for payer, own in received.groupby("payer", sort=False) if len(received) else ():
        amount = min(round(float(own["amount"].sum()), 2), left)
        left = round(left - amount, 2)
        days = (own["date"] - event).dt.days.clip(lower=0)
        waiting += float((own["amount"] * (1 - (1 + rate) ** (-days / DAYS_A_YEAR))).sum())
        recovered += amount if payer in BACK else 0.0
        rows.append((payer, -amount))
    has_paid = set(received["payer"]) - set(BACK) if len(received) else set()
    pending = [protection for protection in held if protection.kind not in has_paid]
    base = left
    steps = payout_waterfall(base, pending, rules.payout_order)
    factor = 1 - (1 + rate) ** (-rules.payout_days / DAYS_A_YEAR)
    for step in steps:
        rows.append((step.kind, -step.paid))
        waiting += step.paid * factor * (step.kind != "deposit")
    left = steps[-1].left if steps else left
    protected = round(exposure - recovered - left, 2)
    waiting = round(waiting, 2)
    rows += [("waiting", waiting), ("margin_lost", margin_lost), ("stranded_stock", stranded)]
    frame = pd.DataFrame(rows, columns=["part", "amount"])
    frame = frame[frame["amount"].notna() & ((frame["amount"] != 0) | (frame["part"] == "exposure"))]
    frame = frame.assign(amount=frame["amount"].round(2)).reset_index(drop=True)
    end = frame["amount"].cumsum().round(2)
    frame = frame.assign(start=(end - frame["amount"]).round(2), end=end)
    return LossResult(
        steps=frame,
        exposure=round(exposure, 2),
        recovered=round(recovered, 2),
        protected=protected,
        receivable_loss=left,
        waiting=waiting,
        margin_lost=margin_lost,
        stranded=stranded,
        total=float(frame["end"].iloc[-1]),
        paid=tuple((step.protection, step.paid) for step in steps),
        other_order=_other_order(base, pending, rules),
    )


def _other_order(loss: float, held: Sequence[Protection], rules: PostMortem) -> float:
    """What insurance pays with its deductible on the other side of the share."""
    turned = {"after_share": "before_share", "before_share": "after_share"}
    other = [
        Protection(p.kind, p.limit, p.share, p.deductible, turned[p.deductible_order], p.annual_cost) for p in held
    ]
    paid = [step.paid for step in payout_waterfall(loss, other, rules.payout_order) if step.kind == "insurance"]
    return float(sum(paid)) if paid else float("nan")
