"""How well scores and probabilities do: who is told apart (discrimination), whether the level is right (calibration),
and whether the population has moved since.

An outcome is 1 for the bad event (default, late payment), 0 otherwise; a higher score means a more likely event.
"""

from kamlib.model_validation.calibration import CalibrationTest, brier_score, calibration_table, hosmer_lemeshow
from kamlib.model_validation.discrimination import area_under_curve, auc_difference, auc_interval, kolmogorov_smirnov
from kamlib.model_validation.estimates import Estimate, wilson_interval
from kamlib.model_validation.stability import (
    population_stability_index,
    stability_contributions,
    weight_of_evidence,
)

__all__ = [
    "CalibrationTest",
    "Estimate",
    "area_under_curve",
    "auc_difference",
    "auc_interval",
    "brier_score",
    "calibration_table",
    "hosmer_lemeshow",
    "kolmogorov_smirnov",
    "population_stability_index",
    "stability_contributions",
    "weight_of_evidence",
    "wilson_interval",
]
