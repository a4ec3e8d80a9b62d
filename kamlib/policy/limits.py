"""What a client may owe: the limit by several methods, terms by grade, and when deliveries are blocked."""

from itertools import pairwise
from typing import Literal

from pydantic import Field, field_validator

from kamlib.settings import Strict

SECURITIES = ("none", "insurance", "guarantee", "prepayment")


class Terms(Strict):
    """On what terms a grade is delivered to."""

    days: int = Field(ge=0, le=365)
    prepayment: float = Field(0.0, ge=0, le=1)
    security: Literal["none", "insurance", "guarantee", "prepayment"] = "none"


TERMS = {
    "AAA": Terms(days=90),
    "AA": Terms(days=90),
    "A": Terms(days=60),
    "BBB": Terms(days=60),
    "BB": Terms(days=45, security="insurance"),
    "B": Terms(days=30, prepayment=0.2, security="insurance"),
    "CCC": Terms(days=14, prepayment=0.5, security="guarantee"),
    "CC": Terms(days=0, prepayment=1.0, security="prepayment"),
    "C": Terms(days=0, prepayment=1.0, security="prepayment"),
    "D": Terms(days=0, prepayment=1.0, security="prepayment"),
}
CAPACITY = {
    "AAA": 1.5, "AA": 1.4, "A": 1.2, "BBB": 1.0, "BB": 0.7, "B": 0.4, "CCC": 0.15, "CC": 0.0, "C": 0.0, "D": 0.0,
}  # fmt: skip
NEED = {
    "AAA": 1.0, "AA": 1.0, "A": 1.0, "BBB": 0.9, "BB": 0.75, "B": 0.5, "CCC": 0.2, "CC": 0.0, "C": 0.0, "D": 0.0,
}  # fmt: skip


class Limits(Strict):
    """What a client may owe."""

    net_worth_share: float = Field(0.10, gt=0, le=1)
    working_capital_share: float = Field(0.10, gt=0, le=1)
    monthly_sales_share: float = Field(0.10, gt=0, le=1)
    need_headroom: float = Field(1.2, ge=1, le=3)
    capacity_by_grade: dict[str, float] = CAPACITY
    need_by_grade: dict[str, float] = NEED
    terms_by_grade: dict[str, Terms] = TERMS
    smallest_change: float = Field(0.10, ge=0, le=1)
    utilisation: tuple[float, float, float] = (0.80, 0.90, 1.00)
    block_overdue_share: float = Field(0.30, gt=0, le=1)
    block_oldest_days: int = Field(60, ge=1)
    materiality: float = Field(0.01, ge=0, lt=1)
    peak_months: int = Field(12, ge=1, le=60)

    @field_validator("utilisation")
    @classmethod
    def _rising(cls, steps: tuple[float, float, float]) -> tuple[float, float, float]:
        if any(b <= a for a, b in pairwise(steps)) or steps[0] <= 0:
            raise ValueError("give rising fractions, for example [0.80, 0.90, 1.00]")
        return steps
