"""Panels for the analyst's bench: dials that call the very functions of the batch, and the policy lines they amount to."""

from kamlib.explore.limits import explore_limits
from kamlib.explore.losses import explore_losses
from kamlib.explore.panel import Answer, Dial, Panel
from kamlib.explore.runs import explore_runs
from kamlib.explore.scoring import explore_scoring
from kamlib.explore.warnings import explore_warnings

__all__ = [
    "Answer",
    "Dial",
    "Panel",
    "explore_limits",
    "explore_losses",
    "explore_runs",
    "explore_scoring",
    "explore_warnings",
]
