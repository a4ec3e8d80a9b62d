"""Clients that go: rates with their definitions, survival, hazards, and the BG/NBD model of buying without a contract."""

from kamlib.churn.rates import (
    LEAST_EVENTS,
    ChurnRates,
    Hazard,
    churn_rates,
    client_periods,
    discrete_hazard,
    kaplan_meier,
    over_periods,
)

__all__ = [
    "LEAST_EVENTS",
    "ChurnRates",
    "Hazard",
    "churn_rates",
    "client_periods",
    "discrete_hazard",
    "kaplan_meier",
    "over_periods",
]
