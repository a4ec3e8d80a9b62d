"""Signs in what a client buys and on which terms, and in the contacts with it."""

import numpy as np

from kamlib.change_detection.control_charts import one_sided_cusum
from kamlib.early_warning.panel import Panel
from kamlib.early_warning.payment_signs import QUARTER, YEAR
from kamlib.early_warning.reading import Reading, mean_and_spread, ratio, reading, trailing
from kamlib.early_warning.seasons import seasonal_profile
from kamlib.policy.early_warning import EarlyWarning


def expected_orders(panel: Panel, month: int, rules: EarlyWarning) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What a client usually orders in each of the recent months, by its own baseline and season.

    Returns
    -------
    expected : array, shape (n_clients, n_recent)
        The mean of the baseline and, from two years of baseline on, the season of each month.
    spread : array, shape (n_clients,)
        Standard deviation of the baseline around it.
    count : array, shape (n_clients,)
        Months of baseline since the client began to order.
    """
    charts = rules.charts
    end = month + 1 - charts.recent_months
    first = max(end - max(charts.baseline_months, 2 * YEAR), 0)
    months = np.arange(first, max(end, first))
    past = np.where(months[None, :] > panel.started[:, None], panel.orders[:, first : max(end, first)], np.nan)
    mean, spread, count = mean_and_spread(past)
    recent = np.arange(max(end, 0), month + 1)
    expected = np.repeat(np.nan_to_num(mean)[:, None], len(recent), axis=1)
    whole = (count == len(months)) & (mean > 0) if len(months) >= 2 * YEAR else np.zeros(len(past), dtype=bool)
    if whole.any():
        season = seasonal_profile(past[whole] / mean[whole, None], YEAR) * mean[whole, None]
        fitted = mean[whole, None] + season[:, np.arange(len(months)) % YEAR]
        spread[whole] = np.sqrt(((past[whole] - fitted) ** 2).sum(axis=1) / (len(months) - YEAR))
        expected[whole] = np.maximum(mean[whole, None] + season[:, (recent - first) % YEAR], 0.0)
    return expected, spread, count


def order_drop(panel: Panel, rules: EarlyWarning) -> Reading:
    """The downward CUSUM of orders against the client's own season, in standard deviations."""
    charts, shape = rules.charts, panel.orders.shape
    value, gate = np.full(shape, np.nan), np.zeros(shape, dtype=bool)
    for month in range(charts.recent_months + charts.min_months, shape[1]):
        expected, spread, count = expected_orders(panel, month, rules)
        usual = expected.mean(axis=1)
        ready = (count >= charts.min_months) & (usual > 0)
        spread = np.maximum(np.nan_to_num(spread), 0.05 * usual)
        recent = panel.orders[:, month + 1 - charts.recent_months : month + 1]
        shortfall = (expected - recent) / np.where(spread > 0, spread, 1.0)[:, None]
        value[:, month] = np.where(ready, one_sided_cusum(shortfall, charts.cusum_k)[:, -1], np.nan)
        wanted = expected[:, -QUARTER:].sum(axis=1)
        drop = np.where(wanted > 0, 1 - recent[:, -QUARTER:].sum(axis=1) / np.where(wanted > 0, wanted, 1.0), 0.0)
        gate[:, month] = drop >= charts.order_drop_share
    return reading(value, charts.cusum_h, gate)


def order_silence(panel: Panel, rules: EarlyWarning) -> Reading:
    """Days since the last order against the client's usual gap."""
    gaps = np.maximum(panel.usual_gap * rules.limits.order_silence_gaps, rules.limits.order_silence_days)
    known = np.arange(panel.orders.shape[1])[None, :] >= panel.started[:, None] + QUARTER
    return reading(np.where(np.isnan(gaps), np.nan, panel.silence), gaps, known=known)


def margin_erosion(panel: Panel, rules: EarlyWarning) -> Reading:
    """By how much the margin rate of a quarter is below that of the year before it."""
    now = ratio(trailing(panel.margin, QUARTER), trailing(panel.costed, QUARTER))
    before = ratio(trailing(panel.margin, YEAR, QUARTER), trailing(panel.costed, YEAR, QUARTER))
    return reading(np.maximum(before - now, 0.0), rules.limits.margin_erosion)


def terms_creep(panel: Panel, rules: EarlyWarning) -> Reading:
    """By how many days the agreed terms of a quarter are longer than those of the year before it."""
    now = ratio(trailing(panel.terms, QUARTER), trailing(panel.invoiced, QUARTER))
    before = ratio(trailing(panel.terms, YEAR, QUARTER), trailing(panel.invoiced, YEAR, QUARTER))
    return reading(np.maximum(now - before, 0.0), rules.limits.terms_creep_days)


def concentration(panel: Panel, rules: EarlyWarning) -> Reading:
    """The client's share of the company's revenue of a year."""
    share = ratio(trailing(panel.revenue, YEAR), trailing(panel.company_revenue[None, :], YEAR))
    return reading(share, rules.limits.concentration)


def contact_silence(panel: Panel, rules: EarlyWarning) -> Reading:
    """Days since anyone spoke with the client, while it still buys."""
    buying = trailing(panel.invoiced, YEAR) > 0
    return reading(panel.context.contact_silence, rules.limits.contact_silence_days, buying)


def satisfaction_fall(panel: Panel, rules: EarlyWarning) -> Reading:
    """By how many points the mean answer of half a year is below that of the year before it."""
    score, answers = panel.context.satisfaction, panel.context.answers
    enough = (trailing(answers, 6) >= 3) & (trailing(answers, YEAR, 6) >= 3)
    fall = ratio(trailing(score, YEAR, 6), trailing(answers, YEAR, 6)) - ratio(trailing(score, 6), trailing(answers, 6))
    return reading(np.maximum(fall, 0.0), rules.limits.satisfaction_fall, known=enough)


def contract_expiring(panel: Panel, rules: EarlyWarning) -> Reading:
    """Days missing until a contract ends that nothing renews, while the client still buys."""
    left = panel.context.contract_end
    buying = trailing(panel.invoiced, QUARTER) > 0
    limit = rules.limits.contract_days
    value = np.where(np.isnan(left), np.nan, np.clip(2 * limit - left, 0.0, 2 * limit))
    found = reading(value, limit, buying)
    return Reading(left, found.limit, found.strength)


def industry_fall(panel: Panel, rules: EarlyWarning) -> Reading:
    """By how much the index of the client's industry fell in half a year."""
    index = panel.context.industry
    before = np.pad(index, ((0, 0), (6, 0)), constant_values=np.nan)[:, : index.shape[1]]
    return reading(np.maximum(1 - index / before, 0.0), rules.limits.industry_fall)
