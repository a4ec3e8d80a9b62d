"""Who counts as a key client: criteria, their rules and weights, tiers, the matrix."""

from typing import Literal

from pydantic import Field, model_validator

from kamlib.settings import Strict

COMPUTED = (
    "current_revenue",
    "potential_revenue",
    "order_stability",
    "cost_to_serve",
    "growth",
    "margin_rate",
    "tenure",
    "satisfaction",
)
"""Criteria that the ledger answers; every other name is a custom criterion whose points are typed."""

RECORDED = ("need_for_product", "reputation", "relationship_strength")
"""Criteria typed by the sales force in the clients table."""


class CriterionRule(Strict):
    """How the value of a criterion becomes points; see `kamlib.key_clients.points.Rule`."""

    rule: Literal["percentile", "linear", "bands", "typed"]
    worst: float = 0.0
    best: float = 1.0
    log: bool = False
    edges: tuple[float, ...] = ()

    @model_validator(mode="after")
    def _usable(self) -> "CriterionRule":
        if self.rule in ("linear", "typed") and self.worst == self.best:
            raise ValueError("give two different anchors, worst and best")
        if self.log and min(self.worst, self.best) <= 0:
            raise ValueError("log needs anchors above zero")
        if self.rule == "bands" and (not self.edges or list(self.edges) != sorted(set(self.edges))):
            raise ValueError("give rising edges")
        return self


TYPED = CriterionRule(rule="typed", worst=1, best=10)


class Shaking(Strict):
    """How the weights are shaken to see how sure the ranking is."""

    draws: int = Field(1_000, ge=20, le=20_000)
    concentration: float = Field(50.0, gt=0)
    level: float = Field(0.90, gt=0, lt=1)
    firm: float = Field(0.90, gt=0.5, le=1)
    seed: int = 2026


class KeyClients(Strict):
    """Who counts as a key client."""

    scale: Literal[10, 100] = 10
    missing: Literal["worst", "middle", "reweight"] = "middle"
    rules: dict[str, CriterionRule] = {
        "current_revenue": CriterionRule(rule="linear", worst=0.001, best=0.10, log=True),
        "potential_revenue": CriterionRule(rule="linear", worst=0.001, best=0.10, log=True),
        "order_stability": CriterionRule(rule="linear", worst=0.2, best=0.9),
        "cost_to_serve": CriterionRule(rule="linear", worst=0.08, best=0.01),
        "growth": CriterionRule(rule="bands", edges=(-0.20, -0.05, 0.05, 0.20)),
        "margin_rate": CriterionRule(rule="percentile"),
        "tenure": CriterionRule(rule="linear", worst=0, best=3),
        "satisfaction": TYPED,
        "need_for_product": TYPED,
        "reputation": TYPED,
        "relationship_strength": TYPED,
    }
    weights: dict[str, float] = {
        "current_revenue": 0.30,
        "potential_revenue": 0.20,
        "order_stability": 0.15,
        "cost_to_serve": 0.10,
        "need_for_product": 0.15,
        "reputation": 0.10,
    }
    pairwise: tuple[tuple[str, str, float], ...] = ()
    max_consistency_ratio: float = Field(0.10, ge=0)
    accept_inconsistent: bool = False
    typed: dict[str, dict[str, float]] = {}
    key_count: int = Field(12, ge=1)
    key_score: float = 5.5
    tiers: tuple[float, float] = (0.80, 0.95)
    attractiveness: dict[str, float] = {
        "potential_revenue": 0.30,
        "current_revenue": 0.20,
        "growth": 0.20,
        "need_for_product": 0.15,
        "reputation": 0.15,
    }
    relative_strength: dict[str, float] = {"relationship_strength": 0.5, "satisfaction": 0.3, "tenure": 0.2}
    cuts: tuple[float, float] = (5.5, 5.5)
    mono_client: float = Field(0.50, gt=0, le=1)
    major_customer: float = Field(0.10, gt=0, le=1)
    stability_months: int = Field(12, ge=3, le=60)
    stability_least_months: int = Field(3, ge=2, le=60)
    contact_days: int = Field(45, ge=1)
    axis_enough: float = Field(0.5, ge=0, le=1)
    trail_months: int = Field(12, ge=1, le=60)
    shaking: Shaking = Shaking()

    @model_validator(mode="after")
    def _fits(self) -> "KeyClients":
        if not 1 <= self.key_score <= self.scale or not all(1 <= cut <= self.scale for cut in self.cuts):
            raise ValueError(f"key_score and cuts are points: give them from 1 to {self.scale}")
        if not 0 < self.tiers[0] < self.tiers[1] <= 1:
            raise ValueError("tiers: give two rising shares, such as [0.80, 0.95]")
        for field in ("weights", "attractiveness", "relative_strength"):
            given = getattr(self, field)
            if any(weight < 0 for weight in given.values()) or not any(given.values()):
                raise ValueError(f"{field}: give weights of at least 0, one of them above")
        return self
