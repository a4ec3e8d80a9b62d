"""Signs in a client's own standing: its accounts, ratings and what is heard of it."""

import numpy as np
import pandas as pd

from kamlib.early_warning.panel import Panel
from kamlib.early_warning.payment_signs import YEAR
from kamlib.early_warning.reading import Reading, reading
from kamlib.policy.early_warning import EarlyWarning

SPAN = 2.6 - 1.1  # Altman's grey zone of Z″; one such step below the limit doubles the strength


def altman_distress(panel: Panel, rules: EarlyWarning) -> Reading:
    """Altman's Z″ of the last published statement, below the limit of distress."""
    score, limit = panel.context.altman, rules.limits.altman
    strength = np.where(np.isnan(score), np.nan, np.maximum(1 + (limit - score) / SPAN, 0.0))
    return Reading(score, np.full(score.shape, limit), strength)


def leverage(panel: Panel, rules: EarlyWarning) -> Reading:
    """Liabilities ÷ assets of the last published statement."""
    return reading(panel.context.leverage, rules.limits.leverage)


def negative_cash_flow(panel: Panel, _: EarlyWarning) -> Reading:
    """Operating cash flow ÷ assets of the last published statement, below zero."""
    flow = panel.context.cash_flow
    strength = np.where(np.isnan(flow), np.nan, np.where(flow < 0, 1 - 10 * flow, 0.0))
    return Reading(flow, np.zeros(flow.shape), strength)


def stale_statements(panel: Panel, rules: EarlyWarning) -> Reading:
    """Months since the end of the last year whose statement is published."""
    return reading(panel.context.statement_age, rules.limits.stale_months)


def rating_down(panel: Panel, rules: EarlyWarning) -> Reading:
    """By how many grades the last rating is below the best of the year before."""
    rank = panel.context.rating
    best = pd.DataFrame(rank).T.rolling(YEAR + 1, min_periods=1).min().T.to_numpy()
    return reading(np.maximum(rank - best, 0.0), rules.limits.rating_notches)


def adverse_event(panel: Panel, rules: EarlyWarning) -> Reading:
    """The summed severity of a year's events."""
    return reading(panel.context.event_points, rules.limits.adverse_points)
