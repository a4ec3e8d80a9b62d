"""How credit losses are expected: flow rates, the outlook, and the stages of IFRS 9."""

from pydantic import Field

from kamlib.settings import Strict


class Impairment(Strict):
    """How credit losses are expected."""

    flow_months: int = Field(24, ge=6, le=60)
    loss_days: int = Field(365, ge=91)
    overlay: float = Field(1.0, ge=0, le=5)
    increase_days: int = Field(30, ge=1)
    default_days: int = Field(90, ge=1)
    least_defaults: int = Field(20, ge=2)
    least_default_amount: float = Field(500.0, ge=0)
