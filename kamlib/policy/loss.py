"""How likely clients default, what is then lost, and how far they default together."""

from pydantic import Field, field_validator

from kamlib.settings import Strict

PD_BY_GRADE = {
    "AAA": 0.0003,
    "AA": 0.0003,
    "A": 0.0006,
    "BBB": 0.0018,
    "BB": 0.0070,
    "B": 0.0340,
    "CCC": 0.2700,
    "CC": 0.4000,
    "C": 0.5000,
    "D": 1.0,
}


class Loss(Strict):
    """How likely clients default, what is then lost, and how far they default together."""

    pd_by_grade: dict[str, float] = PD_BY_GRADE
    unrated_grade: str = "BB"
    pd_range: tuple[float, float] = (0.5, 2.0)
    lgd: tuple[float, float, float] = (0.30, 0.45, 0.75)
    rho: float = Field(0.20, ge=0, lt=1)
    sector_share: float = Field(0.30, ge=0, le=1)
    degrees_of_freedom: float = Field(5.0, gt=2)
    pd_volatility: float = Field(0.5, gt=0)
    scenarios: int = Field(20_000, ge=1_000, le=10_000_000)
    seed: int = Field(2026, ge=0)
    levels: tuple[float, ...] = (0.95, 0.99, 0.999)
    contagion_level: float = Field(0.01, gt=0, lt=0.5)

    @field_validator("pd_by_grade")
    @classmethod
    def _probabilities(cls, values: dict[str, float]) -> dict[str, float]:
        if not values or any(not 0 <= pd <= 1 for pd in values.values()):
            raise ValueError("give each grade a probability between 0 and 1")
        return values

    @field_validator("lgd")
    @classmethod
    def _rising(cls, values: tuple[float, float, float]) -> tuple[float, float, float]:
        if not 0 <= values[0] <= values[1] <= values[2] <= 1:
            raise ValueError("give low, base and high as rising fractions")
        return values

    @field_validator("levels")
    @classmethod
    def _levels(cls, values: tuple[float, ...]) -> tuple[float, ...]:
        if not values or any(not 0 < level < 1 for level in values) or list(values) != sorted(values):
            raise ValueError("give rising fractions, for example [0.95, 0.99, 0.999]")
        return values

    def likely_range(self, probability: float) -> tuple[float, float]:
        """How far a grade's probability of default may be off; none for a client that is in default."""
        low, high = self.pd_range
        return (1.0, 1.0) if probability >= 1 else (probability * low, min(probability * high, 1.0))
