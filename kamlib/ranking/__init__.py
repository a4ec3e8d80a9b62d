"""Who is a key client and how sure that is: criteria from the ledger, scores, the matrix, profit, account plans."""

from kamlib.ranking.criteria import criterion_points, criterion_values
from kamlib.ranking.plans import AccountPlan, plan_accounts
from kamlib.ranking.review import Ranking, chosen_weights, review_ranking, try_weights

__all__ = [
    "AccountPlan",
    "Ranking",
    "chosen_weights",
    "criterion_points",
    "criterion_values",
    "plan_accounts",
    "review_ranking",
    "try_weights",
]
