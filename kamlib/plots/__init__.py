"""Charts: a result and an axes in, the axes out. Nothing is computed here but where ink goes.

Grey for context, one colour for the point, labels on the data, no grid box. Text stays text in the SVG.
"""

from kamlib.plots.credit import plot_ageing, plot_delay
from kamlib.plots.dependence import plot_causes, plot_history, plot_lorenz, plot_shares
from kamlib.plots.executive import plot_at_risk, plot_bridge
from kamlib.plots.key_clients import plot_matrix, plot_ranks, plot_whale, shown_in_matrix
from kamlib.plots.post_mortem import plot_timeline
from kamlib.plots.profile import past_quarters, plot_exit, plot_outlook, plot_protected
from kamlib.plots.stress import (
    plot_loss,
    plot_survival,
    plot_waterfall,
    shown_measure,
)
from kamlib.plots.treatment import plot_frontier, plot_heat
from kamlib.plots.warning import plot_control, plot_watch

__all__ = [
    "past_quarters",
    "plot_ageing",
    "plot_at_risk",
    "plot_bridge",
    "plot_causes",
    "plot_control",
    "plot_delay",
    "plot_exit",
    "plot_frontier",
    "plot_heat",
    "plot_history",
    "plot_lorenz",
    "plot_loss",
    "plot_matrix",
    "plot_outlook",
    "plot_protected",
    "plot_ranks",
    "plot_shares",
    "plot_survival",
    "plot_timeline",
    "plot_watch",
    "plot_waterfall",
    "plot_whale",
    "shown_in_matrix",
    "shown_measure",
]
