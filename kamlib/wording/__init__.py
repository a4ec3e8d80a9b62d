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
from kamlib.wording.credit_book import say_book_provision, say_defaults, say_grade_shift, say_outlook
from kamlib.wording.credit_grade import say_accounts, say_behaviour, say_grade, say_last_review, say_limit, say_loss
from kamlib.wording.credit_portfolio import actions_collections, heading_collections, say_policy_change
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
from kamlib.wording.executive import (
    actions_executive,
    caption_at_risk,
    caption_bridge,
    heading_executive,
    say_executive,
    why_executive,
)
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
from kamlib.wording.methods import heading_exercises, heading_methods
from kamlib.wording.playbooks import note_playbook
from kamlib.wording.post_mortem import actions_case, heading_case, say_untold, why_case
from kamlib.wording.post_mortem_lessons import say_lessons, say_lookalikes
from kamlib.wording.post_mortem_loss import caption_case_loss, loss_step_names, part_total, say_loss_case
from kamlib.wording.post_mortem_measures import say_counterfactuals
from kamlib.wording.post_mortem_timeline import caption_timeline, lane_names
from kamlib.wording.profile import (
    actions_profile,
    caption_exit,
    caption_outlook,
    heading_profile,
    limits_profile,
    why_profile,
)
from kamlib.wording.screening import actions_screening, heading_screening, why_screening
from kamlib.wording.shared import say_limits
from kamlib.wording.stress import (
    caption_loss,
    caption_survival,
    caption_waterfall,
    note_default_loss,
    note_money_at_risk,
    note_reverse,
    note_survival,
)
from kamlib.wording.treatment import actions_treatment, heading_treatment, why_treatment
from kamlib.wording.treatment_actions import note_score, say_score
from kamlib.wording.treatment_plan import caption_frontier, note_mitigations
from kamlib.wording.treatment_register import caption_heat, note_register
from kamlib.wording.warning import (
    actions_warning,
    caption_client,
    caption_control,
    caption_watch,
    heading_warning,
    say_back_test,
    say_signals,
    why_warning,
)

__all__ = [
    "actions_case",
    "actions_collections",
    "actions_contracts",
    "actions_credit",
    "actions_dependence",
    "actions_executive",
    "actions_profile",
    "actions_ranking",
    "actions_screening",
    "actions_treatment",
    "actions_warning",
    "caption_ageing",
    "caption_at_risk",
    "caption_bridge",
    "caption_case_loss",
    "caption_causes",
    "caption_client",
    "caption_control",
    "caption_delay",
    "caption_exit",
    "caption_frontier",
    "caption_heat",
    "caption_history",
    "caption_lorenz",
    "caption_loss",
    "caption_matrix",
    "caption_outlook",
    "caption_protected",
    "caption_ranks",
    "caption_shares",
    "caption_survival",
    "caption_timeline",
    "caption_watch",
    "caption_waterfall",
    "caption_whale",
    "confidence_badge",
    "heading_case",
    "heading_collections",
    "heading_contracts",
    "heading_credit",
    "heading_dependence",
    "heading_executive",
    "heading_exercises",
    "heading_findings",
    "heading_methods",
    "heading_profile",
    "heading_ranking",
    "heading_screening",
    "heading_treatment",
    "heading_warning",
    "lane_names",
    "limits_contracts",
    "limits_profile",
    "loss_step_names",
    "note_antitrust",
    "note_appetite",
    "note_causes",
    "note_default_loss",
    "note_disclosure",
    "note_indices",
    "note_mitigations",
    "note_money_at_risk",
    "note_plan",
    "note_playbook",
    "note_ranking",
    "note_register",
    "note_reverse",
    "note_score",
    "note_survival",
    "notes_disclosure",
    "notes_plans",
    "part_total",
    "say_accounts",
    "say_back_test",
    "say_behaviour",
    "say_book_provision",
    "say_confidence",
    "say_counterfactuals",
    "say_defaults",
    "say_executive",
    "say_findings",
    "say_grade",
    "say_grade_shift",
    "say_last_review",
    "say_lessons",
    "say_limit",
    "say_limits",
    "say_lookalikes",
    "say_loss",
    "say_loss_case",
    "say_outlook",
    "say_policy_change",
    "say_rests",
    "say_score",
    "say_signals",
    "say_untold",
    "why_case",
    "why_contracts",
    "why_credit",
    "why_dependence",
    "why_executive",
    "why_profile",
    "why_ranking",
    "why_screening",
    "why_treatment",
    "why_warning",
]
