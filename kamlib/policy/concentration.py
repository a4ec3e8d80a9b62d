"""How dependence on few clients is measured and judged."""

from typing import Literal

from pydantic import Field, field_validator

from kamlib.settings import Strict

Axis = Literal["industry", "region", "product_line", "account_manager"]


class Bootstrap(Strict):
    """How intervals of the indices are drawn."""

    draws: int = Field(400, ge=20, le=10_000)
    level: float = Field(0.90, gt=0, lt=1)
    seed: int = 2026


class Appetite(Strict):
    """How much dependence is accepted; each a share, the HHI on its 0–1 scale."""

    single_client: float = Field(0.20, gt=0, le=1)
    hhi: float = Field(0.10, gt=0, le=1)
    segments: dict[Axis, float] = {
        "industry": 0.40,
        "region": 0.50,
        "product_line": 0.60,
        "account_manager": 0.40,
    }
    exposure_to_equity: float = Field(0.25, gt=0)
    near: float = Field(0.90, gt=0, le=1)
    plan_axis: Axis = "industry"

    @field_validator("segments")
    @classmethod
    def _shares(cls, segments: dict[str, float]) -> dict[str, float]:
        if any(not 0 < share <= 1 for share in segments.values()):
            raise ValueError("give shares above 0 and up to 1")
        return segments


class Concentration(Strict):
    """How dependence on few clients is measured and judged."""

    window_months: int = Field(12, ge=1, le=120)
    single_client_bands: tuple[float, float, float] = (0.10, 0.20, 0.35)
    top_five_concerning: float = Field(0.50, gt=0, le=1)
    lose_up_to: int = Field(10, ge=1, le=50)
    history_quarters: int = Field(8, ge=1, le=40)
    antitrust_hhi: tuple[float, float] = (0.10, 0.18)
    bootstrap: Bootstrap = Bootstrap()
    appetite: Appetite = Appetite()
