"""Early warning: which clients show signs of trouble, how grave they are, and how well such signs have warned before."""

from kamlib.change_detection.control_charts import cusum_chart, ewma_chart, page_hinkley
from kamlib.change_detection.structural_breaks import structural_break
from kamlib.early_warning.back_test import BackTest, back_test
from kamlib.early_warning.catalogue import CATALOGUE
from kamlib.early_warning.levels import LEVELS, UNKNOWN, warning_levels
from kamlib.early_warning.panel import Panel, build_panel
from kamlib.early_warning.replay import Replay, replay_panel
from kamlib.early_warning.seasons import seasonal_profile
from kamlib.early_warning.warnings import WarningReview, replay_warnings, review_replay, warning_signals
from kamlib.early_warning.watch_list import (
    ClientCharts,
    WatchList,
    chart_data,
    client_charts,
    review_early_warning,
    watch_list,
    worst_charts,
)

__all__ = [
    "CATALOGUE",
    "LEVELS",
    "UNKNOWN",
    "BackTest",
    "ClientCharts",
    "Panel",
    "Replay",
    "WarningReview",
    "WatchList",
    "back_test",
    "build_panel",
    "chart_data",
    "client_charts",
    "cusum_chart",
    "ewma_chart",
    "page_hinkley",
    "replay_panel",
    "replay_warnings",
    "review_early_warning",
    "review_replay",
    "seasonal_profile",
    "structural_break",
    "warning_levels",
    "warning_signals",
    "watch_list",
    "worst_charts",
]
