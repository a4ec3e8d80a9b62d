"""Post-mortems: how far back, how losses are counted, what the counterfactuals assume, what is a look-alike."""

from typing import Literal

from pydantic import Field, field_validator

from kamlib.protection.protection_effects import PAYOUT_ORDER
from kamlib.settings import Strict


class Counterfactuals(Strict):
    """What each measure would have been; all conventions from practice (weak)."""

    reaction_days: tuple[int, ...] = (30, 60, 90)
    terms_days: float = Field(30, ge=0)
    terms_lost_share: float = Field(0.03, ge=0, le=1)
    instalments: int = Field(6, ge=1)
    instalment_days: float = Field(30, gt=0)
    instalments_kept: float = Field(0.5, ge=0, le=1)
    prepaid_share: float = Field(0.30, ge=0, le=1)
    prepaid_lost_share: float = Field(0.05, ge=0, le=1)
    guarantee_share: float = Field(0.5, ge=0)
    guarantee_fee: float = Field(0.015, ge=0)
    insured_limit_share: float = Field(1.0, ge=0)
    insured_share: float = Field(0.9, ge=0, le=1)
    insurance_deductible: float = Field(5_000, ge=0)
    premium_rate: float = Field(0.003, ge=0)
    retained_goods_share: float = Field(0.20, ge=0, le=1)


class PostMortem(Strict):
    """How a case is looked back on."""

    years_before: float = Field(2.0, gt=0, le=20)
    alarm_level: Literal["medium", "high", "critical"] = "high"
    discount_rate: float = Field(0.08, ge=0, lt=1)
    payout_days: float = Field(180, ge=0)
    payout_order: tuple[str, ...] = PAYOUT_ORDER
    deductible_order: Literal["after_share", "before_share"] = "after_share"
    lookalike_months: tuple[int, ...] = (12, 6, 3)
    lookalikes: int = Field(6, ge=1, le=50)
    least_shared: float = Field(0.5, ge=0, le=1)
    lessons: int = Field(5, ge=1, le=20)
    threshold_step: float = Field(0.8, gt=0, lt=1)
    counterfactuals: Counterfactuals = Counterfactuals()

    @field_validator("payout_order")
    @classmethod
    def _known(cls, order: tuple[str, ...]) -> tuple[str, ...]:
        if sorted(order) != sorted(PAYOUT_ORDER):
            raise ValueError(f"name each of {', '.join(PAYOUT_ORDER)} once")
        return order
