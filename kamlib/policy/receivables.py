"""How receivables are aged and collection is measured."""

from itertools import pairwise
from typing import Literal

from pydantic import Field, field_validator

from kamlib.settings import Strict


class Receivables(Strict):
    """How receivables are aged and collection is measured."""

    ageing_edges: tuple[int, ...] = (30, 60, 90, 120)
    sales_days: int = Field(90, ge=28, le=366)
    behaviour_months: int = Field(12, ge=3, le=60)
    trend_months: int = Field(18, ge=6, le=60)
    match_payments: Literal["number", "amount", "oldest"] = "amount"

    @field_validator("ageing_edges")
    @classmethod
    def _rising(cls, edges: tuple[int, ...]) -> tuple[int, ...]:
        if not edges or edges[0] < 1 or any(b <= a for a, b in pairwise(edges)):
            raise ValueError("give rising whole days, for example [30, 60, 90, 120]")
        return edges
