"""What a client orders: how often, how evenly, what comes next, and how it moves with its market."""

from kamlib.demand.orders import (
    CLASSES,
    MAD_SCALE,
    DemandClass,
    Growth,
    Season,
    Silence,
    classify_demand,
    lags_for,
    order_silence,
    outliers,
    split_season,
    yearly_growth,
)

__all__ = [
    "CLASSES",
    "MAD_SCALE",
    "DemandClass",
    "Growth",
    "Season",
    "Silence",
    "classify_demand",
    "lags_for",
    "order_silence",
    "outliers",
    "split_season",
    "yearly_growth",
]
