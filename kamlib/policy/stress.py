"""How the loss of clients is stressed, and what replacing one takes."""

from typing import Literal

from pydantic import Field, field_validator

from kamlib.settings import Strict

Range = tuple[float, float, float]  # low, base, high


class Scenario(Strict):
    """A named blow: to the clients it hits, and to the rest in a downturn."""

    names: dict[Literal["en", "zh"], str]
    largest: int = Field(1, ge=0, le=50)  # how many of the largest are hit
    volume: float = Field(0.0, ge=0, le=1)  # part of their orders that is lost
    price: float = Field(0.0, ge=0, le=1)  # part of their price that is given away
    later_days: float = Field(0.0, ge=0, le=720)  # they pay this much later
    stopped_months: float = Field(0.0, ge=0, le=24)  # they pay nothing for so long
    others_volume: float = Field(0.0, ge=0, le=1)
    others_later_days: float = Field(0.0, ge=0, le=720)


SCENARIOS = (
    Scenario(names={"en": "Largest client halves its orders", "zh": "最大客户订单减半"}, volume=0.5),
    Scenario(names={"en": "Largest client gets 10 % off the price", "zh": "最大客户降价10 %"}, price=0.1),
    Scenario(names={"en": "Largest client pays 60 days later", "zh": "最大客户晚付60天"}, later_days=60),
    Scenario(names={"en": "Largest client stops paying for six months", "zh": "最大客户停付六个月"}, stopped_months=6),
    Scenario(
        names={
            "en": "Key client halves orders and pays 60 days later in a downturn",
            "zh": "经济下行中大客户订单减半并晚付60天",
        },
        volume=0.5,
        later_days=60,
        others_volume=0.1,
        others_later_days=10,
    ),
)


class BorrowingBase(Strict):
    """What a lender counts of the receivables."""

    ineligible_after_days: int = Field(90, ge=1)
    concentration_cap: float = Field(0.20, gt=0, le=1)
    cross_ageing_share: float = Field(0.25, gt=0, le=1)
    advance_rate: float = Field(0.85, gt=0, le=1)


class Covenants(Strict):
    """The limits of lenders where the run file names none."""

    dscr: float = Field(1.2, gt=0)
    leverage: float = Field(3.5, gt=0)


class Stress(Strict):
    """How the loss of clients is stressed, and what replacing one takes."""

    survival_weeks: int = Field(52, ge=4, le=156)
    scenarios: tuple[Scenario, ...] = SCENARIOS
    assumed_margin_rate: float = Field(0.30, gt=0, lt=1)
    replacement_months: Range = (12.0, 15.0, 18.0)
    pipeline_success: float = Field(0.25, gt=0, le=1)
    pipeline_months: float = Field(12.0, gt=0)
    missing_while_replacing: float = Field(0.5, gt=0, le=1)
    notice_honoured: Range = (1.0, 0.5, 0.0)
    compensation_paid: Range = (1.0, 0.5, 0.0)
    stock_lost: Range = (0.5, 0.75, 1.0)
    committed_cost: Range = (0.0, 0.25, 0.5)
    borrowing_base: BorrowingBase = BorrowingBase()
    covenants: Covenants = Covenants()

    @field_validator("replacement_months", "stock_lost", "committed_cost")
    @classmethod
    def _rising(cls, values: Range) -> Range:
        if min(values) < 0 or list(values) != sorted(values):
            raise ValueError("give low, base and high, none below 0 and none below the one before")
        return values

    @field_validator("notice_honoured", "compensation_paid")
    @classmethod
    def _falling(cls, values: Range) -> Range:
        if min(values) < 0 or max(values) > 1 or list(values) != sorted(values, reverse=True):
            raise ValueError("give low, base and high as fractions, none above the one before: less kept is worse")
        return values
