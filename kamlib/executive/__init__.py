"""What the executive needs of the whole company: money at risk, what moved it, whom to worry about."""

from kamlib.executive.bridge import STEPS, Bridge, money_bridge
from kamlib.executive.review import Executive, review_company

__all__ = ["STEPS", "Bridge", "Executive", "money_bridge", "review_company"]
