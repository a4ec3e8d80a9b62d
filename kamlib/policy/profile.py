"""What a client's profile is measured with, and from which figures it calls for attention."""

from typing import Literal

from pydantic import Field, model_validator

from kamlib.settings import Strict

Base = Literal["annual_value", "annual_margin", "receivables", "overdue", "stranded_cost"]


class ClauseRule(Strict):
    """The money behind a clause: a share of a base."""

    base: Base
    share: float = Field(ge=0, le=1)


CLAUSES = {
    "payment_clause": ClauseRule(base="receivables", share=0.05),
    "late_interest": ClauseRule(base="overdue", share=0.10),
    "liquidated_damages": ClauseRule(base="annual_value", share=0.02),
    "compensation": ClauseRule(base="stranded_cost", share=1.0),
    "force_majeure": ClauseRule(base="annual_value", share=0.01),
    "prepayment": ClauseRule(base="stranded_cost", share=0.30),
    "retention_of_title": ClauseRule(base="receivables", share=0.25),
    "price_adjustment": ClauseRule(base="annual_value", share=0.03),
    "change_of_control": ClauseRule(base="annual_margin", share=0.10),
    "exclusivity": ClauseRule(base="annual_margin", share=0.10),
    "minimum_volume": ClauseRule(base="annual_margin", share=0.25),
}
WEIGHTS = {"cadence": 3.0, "decision_maker": 3.0, "satisfaction": 2.0, "complaints": 1.0, "breadth": 2.0}


class Profile(Strict):
    """Contract, demand, dependence, relationship, churn, bargaining power and market of a client."""

    notice_reading: Literal["any_time", "to_term_end"] = "any_time"
    exit_months: int = Field(24, ge=6, le=60)
    renegotiate_days: int = Field(92, ge=1, le=366)
    protected_share_watch: float = Field(0.25, ge=0, le=1)
    clauses: dict[str, ClauseRule] = CLAUSES
    forecast_level: float = Field(0.80, gt=0, lt=1)
    outlier_limit: float = Field(3.5, gt=0)
    break_p_value: float = Field(0.05, gt=0, lt=1)
    silence_share: float = Field(0.05, ge=0, le=1)
    decline_watch: float = Field(-0.15, lt=0)
    product_line_share: float = Field(0.50, gt=0, le=1)
    contact_plan_days: float = Field(45, ge=1)
    contact_months: int = Field(12, ge=3, le=36)
    decision_maker_days: float = Field(90, ge=1)
    satisfaction_top: float = Field(10, gt=0)
    relationship_weights: dict[str, float] = WEIGHTS
    relationship_watch: float = Field(60, ge=0, le=100)
    relationship_alarm: float = Field(40, ge=0, le=100)
    lost_after_months: int = Field(6, ge=1, le=36)
    holdout_share: float = Field(0.25, gt=0, lt=0.6)
    churn_watch: float = Field(0.20, ge=0, le=1)
    churn_alarm: float = Field(0.50, ge=0, le=1)
    price_watch: float = Field(-0.03, lt=0)
    terms_watch_days: float = Field(5, ge=0)
    money_rate: float = Field(0.08, ge=0, le=1)
    market_stress: float = Field(-0.20, gt=-1, lt=0)

    @model_validator(mode="after")
    def _known_names(self) -> "Profile":
        for given, known in ((self.clauses, CLAUSES), (self.relationship_weights, WEIGHTS)):
            if set(given) != set(known):
                raise ValueError(f"name each of {', '.join(known)}, and nothing else")
        if not any(self.relationship_weights.values()) or min(self.relationship_weights.values()) < 0:
            raise ValueError("give weights of 0 or more, not all 0")
        return self
