"""How a client is graded: criteria with their weights, what is missing, and the scale of grades."""

from itertools import pairwise
from typing import Literal

from pydantic import Field, field_validator, model_validator

from kamlib.settings import Strict

GROUPS = ("behaviour", "history", "financials", "bureau", "reputation")
CRITERIA = {
    "days_late": "behaviour",
    "overdue_share": "behaviour",
    "oldest_days": "behaviour",
    "delay_rate": "behaviour",
    "months_known": "history",
    "adverse_event": "history",
    "altman_position": "financials",
    "liabilities_share": "financials",
    "interest_cover": "financials",
    "current_ratio": "financials",
    "rating": "bureau",
    "reputation": "reputation",
}
"""Every criterion that can be computed, and the group it belongs to."""


class Criterion(Strict):
    """Points on a straight line from 0 at `worst` to 100 at `best`; weight 0 switches it off."""

    weight: float = Field(ge=0)
    worst: float
    best: float

    @model_validator(mode="after")
    def _two_ends(self) -> "Criterion":
        if self.worst == self.best:
            raise ValueError("give worst and best two different values")
        return self


DEFAULT_CRITERIA = {
    "days_late": Criterion(weight=20, worst=45, best=0),
    "overdue_share": Criterion(weight=10, worst=0.5, best=0),
    "oldest_days": Criterion(weight=10, worst=120, best=0),
    "delay_rate": Criterion(weight=5, worst=1.0, best=0.1),
    "months_known": Criterion(weight=5, worst=0, best=36),
    "adverse_event": Criterion(weight=10, worst=100, best=0),
    "altman_position": Criterion(weight=12, worst=-0.5, best=1.5),
    "liabilities_share": Criterion(weight=6, worst=0.95, best=0.40),
    "interest_cover": Criterion(weight=6, worst=0.5, best=6),
    "current_ratio": Criterion(weight=6, worst=0.7, best=2.0),
    "rating": Criterion(weight=6, worst=0, best=100),
    "reputation": Criterion(weight=4, worst=1, best=10),
}
GRADES = {"AAA": 95, "AA": 90, "A": 82, "BBB": 72, "BB": 60, "B": 45, "CCC": 25, "CC": 15, "C": 5, "D": 0}
RATINGS = {"AAA": 100, "AA": 93, "A": 84, "BBB": 70, "BB": 52, "B": 35, "CCC": 15, "CC": 8, "C": 4, "D": 0}


class Scorecard(Strict):
    """How a client is graded."""

    criteria: dict[str, Criterion] = DEFAULT_CRITERIA
    missing: Literal["reweight", "worst"] = "reweight"
    least_known: float = Field(0.5, ge=0, le=1)
    no_grade_below: float = Field(0.25, ge=0, le=1)
    grades: dict[str, float] = GRADES
    stability_bands: tuple[float, float] = (0.10, 0.25)
    insolvent_grade: str = "D"
    rating_points: dict[str, float] = RATINGS
    rating_months: int = Field(24, ge=1)
    stale_months: int = Field(15, ge=1)
    stale_factor: float = Field(0.5, ge=0, le=1)
    event_months: int = Field(18, ge=1)
    severity_points: dict[str, float] = {"low": 25, "medium": 50, "high": 80, "critical": 100}
    manufacturing: tuple[str, ...] = ("Machinery", "Electronics", "Transport", "Medical")
    emerging_regions: tuple[str, ...] = ("China",)
    peers_at_least: int = Field(5, ge=2)

    @field_validator("criteria")
    @classmethod
    def _known(cls, criteria: dict[str, Criterion]) -> dict[str, Criterion]:
        unknown = [name for name in criteria if name not in CRITERIA]
        if unknown:
            raise ValueError(f"{', '.join(unknown)} cannot be computed; use {', '.join(CRITERIA)}")
        if not sum(criterion.weight for criterion in criteria.values()) > 0:
            raise ValueError("give at least one criterion a weight")
        return criteria

    @field_validator("stability_bands")
    @classmethod
    def _rising_bands(cls, bands: tuple[float, float]) -> tuple[float, float]:
        if not 0 < bands[0] < bands[1]:
            raise ValueError("give two rising numbers above 0")
        return bands

    @field_validator("grades")
    @classmethod
    def _falling(cls, grades: dict[str, float]) -> dict[str, float]:
        if not grades or any(b >= a for a, b in pairwise(grades.values())):
            raise ValueError("give the lowest score of each grade, falling from the best")
        return grades

    @model_validator(mode="after")
    def _insolvent_is_a_grade(self) -> "Scorecard":
        if self.insolvent_grade not in self.grades:
            raise ValueError(f"insolvent_grade must be one of {', '.join(self.grades)}")
        return self
