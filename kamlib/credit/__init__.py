"""The credit review of a client: position, grade, limit, loss, journal; and the portfolio's policy at work."""

from kamlib.credit.facts import credit_facts
from kamlib.credit.grading import Grade, grade_of, grade_portfolio
from kamlib.credit.judge import LEVELS, UNKNOWN, judge
from kamlib.credit.limits import METHODS, LimitProposal, propose_limits
from kamlib.credit.position import COMPONENTS, MEASURES, Position, client_position
from kamlib.credit.review import CreditReview, review_client
from kamlib.scorecard import scorecard_points

__all__ = [
    "COMPONENTS",
    "LEVELS",
    "MEASURES",
    "METHODS",
    "UNKNOWN",
    "CreditReview",
    "Grade",
    "LimitProposal",
    "Position",
    "client_position",
    "credit_facts",
    "grade_of",
    "grade_portfolio",
    "judge",
    "propose_limits",
    "review_client",
    "scorecard_points",
]
