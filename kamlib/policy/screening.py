"""What a prospect or a partner must show to be admitted."""

from pydantic import Field

from kamlib.settings import Strict


class Screening(Strict):
    """Grades, evidence and money of an admission."""

    accept_from: str = "BBB"
    conditions_from: str = "B"
    least_references: int = Field(2, ge=0)
    late_reference_days: float = Field(30, ge=0)
    net_worth_share: float = Field(0.10, gt=0, le=1)
    review_months: int = Field(6, ge=1, le=36)
    prepayment_share: float = Field(0.30, ge=0, le=1)
