"""Signs of trouble: from which value an indicator warns, how much it weighs, what each level calls for."""

from itertools import pairwise

from pydantic import Field, field_validator

from kamlib.settings import Strict

WEIGHTS = {
    "payment_delay": 2,
    "delay_regime": 2,
    "overdue_share": 2,
    "ageing_shift": 2,
    "disputes": 1,
    "limit_utilisation": 1,
    "order_drop": 2,
    "order_silence": 2,
    "margin_erosion": 1,
    "terms_creep": 1,
    "concentration": 1,
    "contact_silence": 1,
    "satisfaction_fall": 1,
    "altman_distress": 2,
    "leverage": 1,
    "negative_cash_flow": 1,
    "stale_statements": 1,
    "rating_down": 2,
    "adverse_event": 3,
    "contract_expiring": 1,
    "uninsured_exposure": 1,
    "industry_fall": 1,
}


class LevelAction(Strict):
    """What a level calls for."""

    action: str
    owner: str
    days: int = Field(ge=0)

    def named(self, manager: object) -> str:
        """The client's account manager by name, where the level is the manager's to answer and one is known; else ""."""
        return manager if self.owner == "Account manager" and isinstance(manager, str) else ""


LEVEL_ACTIONS = {
    "low": LevelAction(action="No action before the next review", owner="Account manager", days=90),
    "medium": LevelAction(action="Ask the client, and check the limit", owner="Account manager", days=30),
    "high": LevelAction(action="Review credit; deliver only within cover", owner="Credit manager", days=10),
    "critical": LevelAction(
        action="Stop selling on credit; secure or collect what is owed", owner="Finance director", days=2
    ),
}


class Charts(Strict):
    """Control charts of a client against its own past."""

    baseline_months: int = Field(24, ge=6, le=120)
    recent_months: int = Field(6, ge=2, le=24)
    min_months: int = Field(6, ge=3)
    ewma_lambda: float = Field(0.3, gt=0, le=1)
    ewma_width: float = Field(3.0, gt=0)
    delay_floor_days: float = Field(3.0, gt=0)
    delay_material_days: float = Field(10.0, ge=0)
    cusum_k: float = Field(0.5, ge=0)
    cusum_h: float = Field(4.0, gt=0)
    order_drop_share: float = Field(0.25, ge=0, le=1)
    break_months: int = Field(24, ge=14, le=120)
    break_trim: float = Field(0.15, gt=0, lt=0.5)
    break_p: float = Field(0.01, gt=0, lt=1)
    break_days: float = Field(7.0, ge=0)


class Limits(Strict):
    """From which value an indicator warns."""

    overdue_share: float = Field(0.30, gt=0)
    ageing_shift: float = Field(0.10, gt=0)
    disputes: float = Field(0.15, gt=0)
    limit_utilisation: float = Field(0.90, gt=0)
    order_silence_gaps: float = Field(3.0, gt=0)
    order_silence_days: float = Field(45, gt=0)
    margin_erosion: float = Field(0.04, gt=0)
    terms_creep_days: float = Field(7, gt=0)
    concentration: float = Field(0.20, gt=0)
    contact_silence_days: float = Field(90, gt=0)
    satisfaction_fall: float = Field(1.0, gt=0)
    altman: float = 1.1
    leverage: float = Field(0.85, gt=0)
    stale_months: float = Field(15, gt=0)
    rating_notches: float = Field(1, gt=0)
    adverse_points: float = Field(2, gt=0)
    contract_days: float = Field(90, gt=0)
    uninsured_share: float = Field(0.60, gt=0)
    uninsured_material: float = Field(0.005, ge=0)
    industry_fall: float = Field(0.10, gt=0)


class BackTest(Strict):
    """How warnings are judged by what came after."""

    horizon_months: int = Field(12, ge=1, le=60)
    first_months: int = Field(9, ge=1, le=120)
    tune_share: float = Field(0.6, gt=0, lt=1)
    lost_months: int = Field(6, ge=2, le=36)
    halved_share: float = Field(0.5, gt=0, lt=1)
    late_days: int = Field(90, ge=1)
    late_share: float = Field(0.10, gt=0, le=1)
    loss_given_default: float = Field(0.6, ge=0, le=1)
    margin_rate: float = Field(0.30, ge=0, le=1)
    retained: float = Field(0.15, ge=0, le=1)
    reaction_months: int = Field(1, ge=0, le=12)
    alarm_cost: float = Field(500, ge=0)
    tuning_factors: tuple[float, ...] = (0.6, 0.8, 1.0, 1.25, 1.6, 2.0, 3.0)
    draws: int = Field(500, ge=100, le=100_000)
    seed: int = 2026
    prior_years: float = Field(10, gt=0)
    prior: dict[str, float] = {"low": 0.02, "medium": 0.06, "high": 0.15, "critical": 0.40}


class EarlyWarning(Strict):
    """Signs of trouble: weights, levels, thresholds, and how they are judged."""

    weights: dict[str, float] = WEIGHTS
    level_bands: tuple[float, float, float] = (3, 6, 9)
    quiet_months: int = Field(3, ge=1, le=24)
    min_coverage: float = Field(0.2, ge=0, le=1)
    max_rescale: float = Field(2.0, ge=1)
    hard_events: tuple[str, ...] = ("insolvency", "bankruptcy", "payment_stop", "fraud")
    severity_points: dict[str, float] = {"low": 1, "medium": 2, "high": 3, "critical": 4}
    event_months: int = Field(12, ge=1, le=60)
    levels: dict[str, LevelAction] = LEVEL_ACTIONS
    charts: Charts = Charts()
    limits: Limits = Limits()
    back_test: BackTest = BackTest()

    @field_validator("weights")
    @classmethod
    def _known(cls, weights: dict[str, float]) -> dict[str, float]:
        unknown = sorted(set(weights) - set(WEIGHTS))
        if unknown or any(weight < 0 for weight in weights.values()) or not sum(weights.values()):
            raise ValueError(f"give weights of at least 0 to {', '.join(WEIGHTS)}")
        return weights

    @field_validator("level_bands")
    @classmethod
    def _rising(cls, bands: tuple[float, float, float]) -> tuple[float, float, float]:
        if bands[0] <= 0 or any(b <= a for a, b in pairwise(bands)):
            raise ValueError("give three rising scores, for example [3, 6, 9]")
        return bands

    @field_validator("levels")
    @classmethod
    def _complete(cls, levels: dict[str, LevelAction]) -> dict[str, LevelAction]:
        if set(levels) != set(LEVEL_ACTIONS):
            raise ValueError(f"give an action to each of {', '.join(LEVEL_ACTIONS)}")
        return levels
