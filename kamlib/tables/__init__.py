"""Results as tables and strips of figures: typed columns, formatted once, the numbers kept beside the text."""

from kamlib.tables.appetite import table_appetite, table_axes, table_plan, table_segments, table_top_five
from kamlib.tables.choosing import choose_clients
from kamlib.tables.confidence import kpi_confidence, table_confidence
from kamlib.tables.contracts import (
    kpis_contracts,
    table_at_risk,
    table_calibration,
    table_ladder,
    table_rates,
    table_renegotiate,
    table_uncovered,
)
from kamlib.tables.credit import (
    kpis_credit,
    table_ageing_history,
    table_exposure,
    table_measures,
    table_split,
)
from kamlib.tables.credit_book import (
    table_book_provision,
    table_chances,
    table_defaults,
    table_grade_shift,
    table_outlook,
    table_stages,
)
from kamlib.tables.credit_grade import (
    table_accounts,
    table_block,
    table_limits,
    table_provision,
    table_scorecard,
    tables_journal,
)
from kamlib.tables.credit_portfolio import kpis_collections, table_policy_change, table_worklist
from kamlib.tables.dependence import (
    kpis_dependence,
    table_clients,
    table_groups,
    table_history,
    table_indices,
    table_intervals,
)
from kamlib.tables.executive import kpis_executive, table_bridge, table_moved, table_worries
from kamlib.tables.findings import table_findings, table_matching, table_rows
from kamlib.tables.key_clients import (
    kpis_ranking,
    table_major,
    table_profit,
    table_rules,
    table_scores,
    table_tiers,
    table_what_if,
)
from kamlib.tables.methods import blocks_methods, table_policy, table_terms
from kamlib.tables.post_mortem import kpis_case, table_library, table_provenance_case, table_timeline, told_marks
from kamlib.tables.post_mortem_lessons import table_lessons, table_lookalikes
from kamlib.tables.post_mortem_loss import table_derived, table_loss_steps, tables_case_loss
from kamlib.tables.post_mortem_measures import table_bundle, table_counterfactuals, table_pairs, tables_counterfactuals
from kamlib.tables.post_mortem_replay import table_demanded, table_months, table_signals_replayed, tables_replay
from kamlib.tables.profile import kpis_profile
from kamlib.tables.profile_contracts import table_clauses, table_contracts, table_termination
from kamlib.tables.profile_demand import table_demand, table_forecast
from kamlib.tables.profile_future import table_bargaining, table_churn, table_market
from kamlib.tables.profile_standing import table_relationship, table_reliance
from kamlib.tables.screening import kpis_screening, table_criteria, table_evidence
from kamlib.tables.shared import table_provenance
from kamlib.tables.stress import (
    table_default_clients,
    table_default_loss,
    table_loss,
    table_money_at_risk,
    table_replacement,
    table_reverse,
    table_scenarios,
    table_survival,
    tables_default,
    tables_loss,
)
from kamlib.tables.treatment import kpis_treatment, table_actions
from kamlib.tables.treatment_cover import table_cover, table_dates, table_gaps
from kamlib.tables.treatment_plan import table_alone, table_picked
from kamlib.tables.treatment_register import table_evidence_register, table_register, table_risk_appetite
from kamlib.tables.warning import (
    kpis_warning,
    table_changes,
    table_indicators,
    table_levels,
    table_outcomes,
    table_signals,
    table_tuning,
    table_watch,
)

__all__ = [
    "blocks_methods",
    "choose_clients",
    "kpi_confidence",
    "kpis_case",
    "kpis_collections",
    "kpis_contracts",
    "kpis_credit",
    "kpis_dependence",
    "kpis_executive",
    "kpis_profile",
    "kpis_ranking",
    "kpis_screening",
    "kpis_treatment",
    "kpis_warning",
    "table_accounts",
    "table_actions",
    "table_ageing_history",
    "table_alone",
    "table_appetite",
    "table_at_risk",
    "table_axes",
    "table_bargaining",
    "table_block",
    "table_book_provision",
    "table_bridge",
    "table_bundle",
    "table_calibration",
    "table_chances",
    "table_changes",
    "table_churn",
    "table_clauses",
    "table_clients",
    "table_confidence",
    "table_contracts",
    "table_counterfactuals",
    "table_cover",
    "table_criteria",
    "table_dates",
    "table_default_clients",
    "table_default_loss",
    "table_defaults",
    "table_demand",
    "table_demanded",
    "table_derived",
    "table_evidence",
    "table_evidence_register",
    "table_exposure",
    "table_findings",
    "table_forecast",
    "table_gaps",
    "table_grade_shift",
    "table_groups",
    "table_history",
    "table_indicators",
    "table_indices",
    "table_intervals",
    "table_ladder",
    "table_lessons",
    "table_levels",
    "table_library",
    "table_limits",
    "table_lookalikes",
    "table_loss",
    "table_loss_steps",
    "table_major",
    "table_market",
    "table_matching",
    "table_measures",
    "table_money_at_risk",
    "table_months",
    "table_moved",
    "table_outcomes",
    "table_outlook",
    "table_pairs",
    "table_picked",
    "table_plan",
    "table_policy",
    "table_policy_change",
    "table_profit",
    "table_provenance",
    "table_provenance_case",
    "table_provision",
    "table_rates",
    "table_register",
    "table_relationship",
    "table_reliance",
    "table_renegotiate",
    "table_replacement",
    "table_reverse",
    "table_risk_appetite",
    "table_rows",
    "table_rules",
    "table_scenarios",
    "table_scorecard",
    "table_scores",
    "table_segments",
    "table_signals",
    "table_signals_replayed",
    "table_split",
    "table_stages",
    "table_survival",
    "table_termination",
    "table_terms",
    "table_tiers",
    "table_timeline",
    "table_top_five",
    "table_tuning",
    "table_uncovered",
    "table_watch",
    "table_what_if",
    "table_worklist",
    "table_worries",
    "tables_case_loss",
    "tables_counterfactuals",
    "tables_default",
    "tables_journal",
    "tables_loss",
    "tables_replay",
    "told_marks",
]
