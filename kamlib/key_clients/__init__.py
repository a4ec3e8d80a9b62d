"""Who is a key client: points, weights, scores, tiers, the matrix, and how sure all of that is."""

from kamlib.key_clients.matrix import QUADRANTS, quadrant_of
from kamlib.key_clients.points import MISSING_POLICIES, Rule, points_of, rescaled
from kamlib.key_clients.scoring import Scores, score_clients
from kamlib.key_clients.stability import rank_stability
from kamlib.key_clients.tiers import abc_tiers, whale_curve
from kamlib.key_clients.weights import ahp_weights, pairwise_matrix, renormalised

__all__ = [
    "MISSING_POLICIES",
    "QUADRANTS",
    "Rule",
    "Scores",
    "abc_tiers",
    "ahp_weights",
    "pairwise_matrix",
    "points_of",
    "quadrant_of",
    "rank_stability",
    "renormalised",
    "rescaled",
    "score_clients",
    "whale_curve",
]
