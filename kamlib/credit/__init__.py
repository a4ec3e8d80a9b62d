"""The credit review of a client: position, grade, limit, loss, journal; and the portfolio's policy at work."""

from kamlib.credit.collections import Worklist, collection_worklist
from kamlib.credit.default_history import DefaultHistory, default_history
from kamlib.credit.facts import credit_facts
from kamlib.credit.grade_shift import GradeShift, grade_shift
from kamlib.credit.grading import Grade, grade_of, grade_portfolio
from kamlib.credit.judge import LEVELS, UNKNOWN, judge
from kamlib.credit.letters import ClientAccount, accounts_to_write
from kamlib.credit.limits import METHODS, LimitProposal, propose_limits
from kamlib.credit.payment_outlook import PaymentOutlook, payment_outlook
from kamlib.credit.position import COMPONENTS, MEASURES, Position, client_position
from kamlib.credit.provisions import PortfolioProvision, provision_portfolio
from kamlib.credit.review import CreditReview, review_client
from kamlib.credit.what_if import GradedBook, PolicyChange, changed_policy, compare_policies, graded_book
from kamlib.financing.financing_costs import late_interest
from kamlib.model_validation import population_stability_index
from kamlib.scoring.scorecard import scorecard_points

__all__ = [
    "COMPONENTS",
    "LEVELS",
    "MEASURES",
    "METHODS",
    "UNKNOWN",
    "ClientAccount",
    "CreditReview",
    "DefaultHistory",
    "Grade",
    "GradeShift",
    "GradedBook",
    "LimitProposal",
    "PaymentOutlook",
    "PolicyChange",
    "PortfolioProvision",
    "Position",
    "Worklist",
    "accounts_to_write",
    "changed_policy",
    "client_position",
    "collection_worklist",
    "compare_policies",
    "credit_facts",
    "default_history",
    "grade_of",
    "grade_portfolio",
    "grade_shift",
    "graded_book",
    "judge",
    "late_interest",
    "payment_outlook",
    "population_stability_index",
    "propose_limits",
    "provision_portfolio",
    "review_client",
    "scorecard_points",
]
