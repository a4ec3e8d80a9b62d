"""Loss of a portfolio of clients that may default: expected, asymptotic, exact, simulated and by CreditRisk+.

Frames in, numbers or frozen results out. ``pd``, ``lgd`` and ``ead`` are the columns of a portfolio, one row a
client; probabilities are of one year.
"""

from kamlib.loss_model.asymptotic import (
    expected_loss,
    granularity_adjustment,
    irb_capital,
    irb_correlation,
    unexpected_loss,
    vasicek_quantile,
)
from kamlib.loss_model.creditrisk_plus import creditriskplus
from kamlib.loss_model.finite import finite_one_factor
from kamlib.loss_model.lattice import LatticeLosses
from kamlib.loss_model.simulation import SimulatedLosses, simulate_losses

__all__ = [
    "LatticeLosses",
    "SimulatedLosses",
    "creditriskplus",
    "expected_loss",
    "finite_one_factor",
    "granularity_adjustment",
    "irb_capital",
    "irb_correlation",
    "simulate_losses",
    "unexpected_loss",
    "vasicek_quantile",
]
