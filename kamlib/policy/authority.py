"""Who may approve which limit, and how often a client is reviewed."""

from itertools import pairwise
from typing import Literal

from pydantic import Field, field_validator

from kamlib.settings import Strict

Names = dict[Literal["en", "zh"], str]


class Approver(Strict):
    """May approve limits up to an amount in the reporting currency; without one, any."""

    names: Names
    up_to: float | None = Field(None, gt=0)


APPROVERS = (
    Approver(names={"en": "Credit analyst", "zh": "信用分析员"}, up_to=50_000),
    Approver(names={"en": "Head of credit", "zh": "信用经理"}, up_to=500_000),
    Approver(names={"en": "Finance director", "zh": "财务总监"}, up_to=5_000_000),
    Approver(names={"en": "Credit committee", "zh": "信用委员会"}),
)
MONTHS = {"AAA": 12, "AA": 12, "A": 12, "BBB": 12, "BB": 3, "B": 3, "CCC": 1, "CC": 1, "C": 1, "D": 1}


class Authority(Strict):
    """Who may approve which limit, and how often a client is reviewed."""

    approvers: tuple[Approver, ...] = APPROVERS
    review_months: dict[str, int] = MONTHS
    review_months_by_level: dict[Literal["watch", "alarm"], int] = {"watch": 3, "alarm": 1}
    act_within_days: int = Field(31, ge=1, le=366)

    @field_validator("approvers")
    @classmethod
    def _rising(cls, approvers: tuple[Approver, ...]) -> tuple[Approver, ...]:
        bounds = [approver.up_to for approver in approvers]
        if not bounds or bounds[-1] is not None or None in bounds[:-1]:
            raise ValueError("give every approver but the last an amount; the last has none")
        if any(b <= a for a, b in pairwise(bounds[:-1])):
            raise ValueError("give rising amounts")
        return approvers
