"""The credit review of a client: position, judgement, review."""

from kamlib.credit.judge import LEVELS, UNKNOWN, judge
from kamlib.credit.position import COMPONENTS, MEASURES, Position, client_position
from kamlib.credit.review import CreditReview, review_client

__all__ = [
    "COMPONENTS",
    "LEVELS",
    "MEASURES",
    "UNKNOWN",
    "CreditReview",
    "Position",
    "client_position",
    "judge",
    "review_client",
]
