"""How far the figures of a section can be trusted."""

from pydantic import Field, model_validator

from kamlib.settings import Strict


class ConfidenceRules(Strict):
    """How completeness, freshness and reconciliation of tables become a badge."""

    high: float = Field(0.90, gt=0, le=1)
    medium: float = Field(0.70, gt=0, le=1)
    weights: dict[str, float] = {
        "invoices": 4,
        "receipts": 3,
        "clients": 1,
        "orders": 1,
        "contracts": 1,
        "protections": 1,
        "statements": 1,
    }
    fresh_days: dict[str, int] = {
        "invoices": 45,
        "receipts": 45,
        "orders": 90,
        "statements": 456,
        "ratings": 365,
        "interactions": 180,
        "service_costs": 120,
        "market": 120,
    }
    stale_multiple: float = Field(4, gt=1)
    accepted_finding: float = Field(0.70, ge=0, le=1)

    @model_validator(mode="after")
    def _in_order(self) -> "ConfidenceRules":
        if self.medium > self.high:
            raise ValueError("medium must not be above high")
        if "invoices" not in self.weights or any(weight <= 0 for weight in self.weights.values()):
            raise ValueError("give every weight a positive number, and the invoices one")
        if any(days < 1 for days in self.fresh_days.values()):
            raise ValueError("fresh_days are whole days from 1 on")
        return self
