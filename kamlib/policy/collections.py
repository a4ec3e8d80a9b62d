"""How overdue money is asked for: reminder stages, letters, statutory late interest."""

from itertools import pairwise
from typing import Literal

from pydantic import Field, field_validator, model_validator

from kamlib.settings import Strict

Names = dict[Literal["en", "zh"], str]


class Stage(Strict):
    """A step of dunning: from so many days past due on, in the tone of its letter."""

    after_days: int = Field(ge=1)
    names: Names
    tone: Literal["friendly", "firm", "final", "legal"] = "firm"


STAGES = (
    Stage(after_days=1, names={"en": "Friendly reminder", "zh": "温馨提醒"}, tone="friendly"),
    Stage(after_days=15, names={"en": "First reminder", "zh": "第一次催款"}),
    Stage(after_days=30, names={"en": "Second reminder", "zh": "第二次催款"}),
    Stage(after_days=45, names={"en": "Final notice", "zh": "最后通知"}, tone="final"),
    Stage(after_days=75, names={"en": "Legal collection", "zh": "法律催收"}, tone="legal"),
)


class InterestRule(Strict):
    """Statutory interest on late commercial payments: base rate plus margin, and a sum for each invoice."""

    names: Names
    base_rate: float = Field(ge=0, le=1)
    margin: float = Field(ge=0, le=1)
    fixed_sums: tuple[tuple[float, float], ...] = ()
    currency: str | None = Field(None, pattern="^[A-Z]{3}$")
    day_count: int = Field(365, ge=360, le=366)


RULES = {
    "eu": InterestRule(
        names={"en": "Directive 2011/7/EU: ECB refinancing rate + 8 points, EUR 40 an invoice",
               "zh": "欧盟指令2011/7/EU：欧洲央行再融资利率加8个百分点，每张发票40欧元"},
        base_rate=0.0215, margin=0.08, fixed_sums=((0.0, 40.0),), currency="EUR",
    ),
    "uk": InterestRule(
        names={"en": "Late Payment of Commercial Debts (Interest) Act 1998: Bank Rate + 8 points, GBP 40 to 100 an invoice",
               "zh": "英国1998年商业债务逾期付款（利息）法：基准利率加8个百分点，每张发票40至100英镑"},
        base_rate=0.0375, margin=0.08, fixed_sums=((0.0, 40.0), (1_000.0, 70.0), (10_000.0, 100.0)), currency="GBP",
    ),
    "cn": InterestRule(
        names={"en": "Supreme People's Court, sales contracts (2020) art. 18: one-year LPR + 30 to 50 %, here 30 %",
               "zh": "最高人民法院买卖合同司法解释（2020）第十八条：一年期LPR加计30%至50%，此处30%"},
        base_rate=0.0300, margin=0.0090,
    ),
}  # fmt: skip
REGIONS = {
    "DACH": "eu", "Nordics": "eu", "Southern Europe": "eu", "UK & Ireland": "uk", "United Kingdom": "uk", "China": "cn",
}  # fmt: skip


class Collections(Strict):
    """How overdue money is asked for."""

    stages: tuple[Stage, ...] = STAGES
    interest_rules: dict[str, InterestRule] = RULES
    rule_by_region: dict[str, str] = REGIONS
    chinese_regions: tuple[str, ...] = ("China",)
    pay_within_days: int = Field(10, ge=1, le=90)
    smallest_amount: float = Field(100.0, ge=0)

    @field_validator("stages")
    @classmethod
    def _rising(cls, stages: tuple[Stage, ...]) -> tuple[Stage, ...]:
        if not stages or any(b.after_days <= a.after_days for a, b in pairwise(stages)):
            raise ValueError("give rising days")
        return stages

    @model_validator(mode="after")
    def _rules_exist(self) -> "Collections":
        wrong = sorted(set(self.rule_by_region.values()) - set(self.interest_rules))
        if wrong:
            raise ValueError(f"rule_by_region names {', '.join(wrong)}: give it under interest_rules")
        return self
