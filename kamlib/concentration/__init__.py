"""How much of a total rests on how few: indices, their uncertainty, what changed them, what would dilute them."""

from kamlib.concentration.change import split_change
from kamlib.concentration.dilution import (
    equal_clients_needed,
    largest_that_fits,
    largest_that_fits_index,
    months_until,
    revenue_needed,
    revenue_needed_for_index,
)
from kamlib.concentration.indices import (
    concentration_ratio,
    effective_number,
    gini_coefficient,
    hall_tideman_index,
    herfindahl_index,
    lorenz_curve,
    revenue_shares,
    shannon_entropy,
    theil_index,
)
from kamlib.concentration.uncertainty import INDICES, bootstrap_intervals, concentration_indices

__all__ = [
    "INDICES",
    "bootstrap_intervals",
    "concentration_indices",
    "concentration_ratio",
    "effective_number",
    "equal_clients_needed",
    "gini_coefficient",
    "hall_tideman_index",
    "herfindahl_index",
    "largest_that_fits",
    "largest_that_fits_index",
    "lorenz_curve",
    "months_until",
    "revenue_needed",
    "revenue_needed_for_index",
    "revenue_shares",
    "shannon_entropy",
    "split_change",
    "theil_index",
]
