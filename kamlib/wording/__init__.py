"""Results as sentences: headings, captions, reasons, actions. Numbers come in; nothing is computed here."""

from kamlib.wording.confidence import confidence_badge, say_confidence
from kamlib.wording.credit import actions_credit, caption_ageing, caption_delay, heading_credit, why_credit
from kamlib.wording.dependence import (
    actions_dependence,
    caption_lorenz,
    caption_shares,
    heading_dependence,
    why_dependence,
)
from kamlib.wording.shared import say_limits
from kamlib.wording.stress import caption_loss

__all__ = [
    "actions_credit",
    "actions_dependence",
    "caption_ageing",
    "caption_delay",
    "caption_lorenz",
    "caption_loss",
    "caption_shares",
    "confidence_badge",
    "heading_credit",
    "heading_dependence",
    "say_confidence",
    "say_limits",
    "why_credit",
    "why_dependence",
]
