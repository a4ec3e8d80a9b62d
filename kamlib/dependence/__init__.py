"""How dependent the company is on its clients: shares and indices, history, limits, what mends them, disclosure."""

from kamlib.concentration import INDICES
from kamlib.dependence.appetite import AppetiteReview, review_appetite
from kamlib.dependence.axes import review_axes
from kamlib.dependence.disclosure import Disclosure, review_disclosure
from kamlib.dependence.economics import (
    balances_on,
    client_economics,
    client_names,
    group_names,
    open_balances,
    reaches_back,
    revenue_by_client,
    window_start,
)
from kamlib.dependence.history import ConcentrationHistory, review_history
from kamlib.dependence.planner import Plan, plan_diversification
from kamlib.dependence.review import Dependence, index_intervals, review_dependence

__all__ = [
    "INDICES",
    "AppetiteReview",
    "ConcentrationHistory",
    "Dependence",
    "Disclosure",
    "Plan",
    "balances_on",
    "client_economics",
    "client_names",
    "group_names",
    "index_intervals",
    "open_balances",
    "plan_diversification",
    "reaches_back",
    "revenue_by_client",
    "review_appetite",
    "review_axes",
    "review_dependence",
    "review_disclosure",
    "review_history",
    "window_start",
]
