"""Results as tables and strips of figures: typed columns, formatted once, the numbers kept beside the text."""

from kamlib.tables.appetite import table_appetite, table_axes, table_plan, table_segments, table_top_five
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
from kamlib.tables.credit import kpis_credit, table_ageing, table_exposure, table_measures
from kamlib.tables.dependence import (
    kpis_dependence,
    table_clients,
    table_groups,
    table_history,
    table_indices,
    table_intervals,
)
from kamlib.tables.findings import table_findings, table_matching, table_rows
from kamlib.tables.profile import (
    kpis_profile,
    table_bargaining,
    table_churn,
    table_clauses,
    table_contracts,
    table_demand,
    table_forecast,
    table_market,
    table_relationship,
    table_reliance,
    table_termination,
)
from kamlib.tables.shared import table_provenance
from kamlib.tables.stress import table_loss
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
    "kpi_confidence",
    "kpis_contracts",
    "kpis_credit",
    "kpis_dependence",
    "kpis_profile",
    "kpis_warning",
    "table_ageing",
    "table_appetite",
    "table_at_risk",
    "table_axes",
    "table_bargaining",
    "table_calibration",
    "table_changes",
    "table_churn",
    "table_clauses",
    "table_clients",
    "table_confidence",
    "table_contracts",
    "table_demand",
    "table_exposure",
    "table_findings",
    "table_forecast",
    "table_groups",
    "table_history",
    "table_indicators",
    "table_indices",
    "table_intervals",
    "table_ladder",
    "table_levels",
    "table_loss",
    "table_market",
    "table_matching",
    "table_measures",
    "table_outcomes",
    "table_plan",
    "table_provenance",
    "table_rates",
    "table_relationship",
    "table_reliance",
    "table_renegotiate",
    "table_rows",
    "table_segments",
    "table_signals",
    "table_termination",
    "table_top_five",
    "table_tuning",
    "table_uncovered",
    "table_watch",
]
