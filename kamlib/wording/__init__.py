"""Results as sentences: headings, captions, reasons, actions. Numbers come in; nothing is computed here."""

from kamlib.wording.appetite import note_appetite, note_plan
from kamlib.wording.confidence import confidence_badge, say_confidence
from kamlib.wording.contracts import (
    actions_contracts,
    caption_protected,
    heading_contracts,
    limits_contracts,
    why_contracts,
)
from kamlib.wording.credit import actions_credit, caption_ageing, caption_delay, heading_credit, say_rests, why_credit
from kamlib.wording.credit_grade import say_accounts, say_grade, say_last_review, say_limit, say_loss
from kamlib.wording.dependence import (
    actions_dependence,
    caption_causes,
    caption_history,
    caption_lorenz,
    caption_shares,
    heading_dependence,
    note_antitrust,
    note_causes,
    note_indices,
    why_dependence,
)
from kamlib.wording.disclosure import note_disclosure, notes_disclosure
from kamlib.wording.findings import heading_findings, say_findings
from kamlib.wording.key_clients import (
    actions_ranking,
    caption_matrix,
    caption_ranks,
    caption_whale,
    heading_ranking,
    note_ranking,
    notes_plans,
    why_ranking,
)
from kamlib.wording.profile import (
    actions_profile,
    caption_exit,
    caption_outlook,
    heading_profile,
    limits_profile,
    why_profile,
)
from kamlib.wording.shared import say_limits
from kamlib.wording.stress import caption_loss
from kamlib.wording.warning import (
    actions_warning,
    caption_control,
    caption_watch,
    heading_warning,
    say_back_test,
    say_signals,
    why_warning,
)

__all__ = [
    "actions_contracts",
    "actions_credit",
    "actions_dependence",
    "actions_profile",
    "actions_ranking",
    "actions_warning",
    "caption_ageing",
    "caption_causes",
    "caption_control",
    "caption_delay",
    "caption_exit",
    "caption_history",
    "caption_lorenz",
    "caption_loss",
    "caption_matrix",
    "caption_outlook",
    "caption_protected",
    "caption_ranks",
    "caption_shares",
    "caption_watch",
    "caption_whale",
    "confidence_badge",
    "heading_contracts",
    "heading_credit",
    "heading_dependence",
    "heading_findings",
    "heading_profile",
    "heading_ranking",
    "heading_warning",
    "limits_contracts",
    "limits_profile",
    "note_antitrust",
    "note_appetite",
    "note_causes",
    "note_disclosure",
    "note_indices",
    "note_plan",
    "note_ranking",
    "notes_disclosure",
    "notes_plans",
    "say_accounts",
    "say_back_test",
    "say_confidence",
    "say_findings",
    "say_grade",
    "say_last_review",
    "say_limit",
    "say_limits",
    "say_loss",
    "say_rests",
    "say_signals",
    "why_contracts",
    "why_credit",
    "why_dependence",
    "why_profile",
    "why_ranking",
    "why_warning",
]
