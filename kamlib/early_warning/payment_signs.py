"""Signs in how a client pays: delays against its own past, overdue and ageing, disputes, use of the limit."""

import numpy as np
import pandas as pd

from kamlib.change_detection.control_charts import exponential_average
from kamlib.change_detection.structural_breaks import f_statistics, sup_f_p_value
from kamlib.early_warning.panel import Panel
from kamlib.early_warning.reading import Reading, mean_and_spread, ratio, reading, trailing
from kamlib.policy.early_warning import EarlyWarning

QUARTER, YEAR = 3, 12


def baseline(values: np.ndarray, month: int, rules: EarlyWarning) -> np.ndarray:
    """The columns that a month is compared with: a window that ends before its recent months begin."""
    end = month + 1 - rules.charts.recent_months
    return values[:, max(end - rules.charts.baseline_months, 0) : max(end, 0)]


def payment_delay(panel: Panel, rules: EarlyWarning) -> Reading:
    """The EWMA of days late, above the upper limit of the client's own baseline."""
    delay, charts = panel.balances.delay, rules.charts
    value, limit = np.full(delay.shape, np.nan), np.full(delay.shape, np.nan)
    width = charts.ewma_width * np.sqrt(charts.ewma_lambda / (2 - charts.ewma_lambda))
    strength = np.full(delay.shape, np.nan)
    for month in range(delay.shape[1]):
        past = baseline(delay, month, rules)
        mean, spread, count = mean_and_spread(past)
        recent = delay[:, max(month + 1 - charts.recent_months, 0) : month + 1]
        ready = (count >= charts.min_months) & ~np.isnan(recent).all(axis=1)
        spread = np.maximum(np.nan_to_num(spread), charts.delay_floor_days)
        smoothed = exponential_average(recent, charts.ewma_lambda, np.nan_to_num(mean))[:, -1]
        value[:, month] = np.where(ready, smoothed, np.nan)
        limit[:, month] = np.where(ready, mean + width * spread, np.nan)
        above = (smoothed - mean) / (width * spread)
        material = smoothed >= charts.delay_material_days
        strength[:, month] = np.where(ready, np.where(material, above, np.minimum(above, 0.0)), np.nan)
    return Reading(value, limit, strength)


def delay_regime(panel: Panel, rules: EarlyWarning) -> Reading:
    """By how many days the mean delay rose at its break, where the break is no chance and lies in the last year."""
    delay, charts = panel.balances.delay, rules.charts
    value = np.full(delay.shape, np.nan)
    gate = np.zeros(delay.shape, dtype=bool)
    carried = pd.DataFrame(delay).ffill(axis=1).to_numpy()
    for month in range(charts.break_months * 3 // 4, delay.shape[1]):
        first = max(month + 1 - charts.break_months, 0)
        window = carried[:, first : month + 1]
        length = window.shape[1]
        observed = (~np.isnan(delay[:, first : month + 1])).sum(axis=1)
        ready = (observed >= length * 3 // 4) & ~np.isnan(window[:, 0])
        if not ready.any() or int(charts.break_trim * length) < 1:
            continue
        rows = np.flatnonzero(ready)
        statistics = f_statistics(window[rows], charts.break_trim)
        flat = np.isnan(statistics).all(axis=1)
        statistics = np.where(flat[:, None], 0.0, statistics)
        at = np.nanargmax(statistics, axis=1) + 1
        total = window[rows].cumsum(axis=1)
        before = total[np.arange(len(rows)), at - 1] / at
        after = (total[:, -1] - total[np.arange(len(rows)), at - 1]) / (length - at)
        chance = sup_f_p_value(np.nanmax(statistics, axis=1), charts.break_trim)
        value[rows, month] = np.where(flat, 0.0, np.maximum(after - before, 0.0))
        gate[rows, month] = (chance <= charts.break_p) & (length - at <= YEAR) & (after >= charts.delay_material_days)
    return reading(value, charts.break_days, gate)


def overdue_share(panel: Panel, rules: EarlyWarning) -> Reading:
    """The part of what is open that is past due."""
    owed, open_amount = panel.balances.overdue, panel.balances.open_amount
    return reading(
        np.where(open_amount > 0, ratio(owed, open_amount), 0.0), rules.limits.overdue_share, _material(panel)
    )


def ageing_shift(panel: Panel, rules: EarlyWarning) -> Reading:
    """How far the share more than 60 days past due is above the client's own median of the year before."""
    share = np.where(panel.balances.open_amount > 0, ratio(panel.balances.over_60, panel.balances.open_amount), 0.0)
    value = np.full(share.shape, np.nan)
    for month in range(rules.charts.min_months, share.shape[1]):
        usual = np.median(share[:, max(month - YEAR, 0) : month], axis=1)
        value[:, month] = np.maximum(share[:, month] - usual, 0.0)
    return reading(value, rules.limits.ageing_shift, _material(panel))


def disputes(panel: Panel, rules: EarlyWarning) -> Reading:
    """The disputed part of what fell due in a quarter. The ledger does not date a dispute: see the limits told."""
    due = trailing(panel.balances.due, QUARTER)
    return reading(ratio(trailing(panel.balances.disputed, QUARTER), due), rules.limits.disputes)


def limit_utilisation(panel: Panel, rules: EarlyWarning) -> Reading:
    """What is open against the limit in force; any balance without a limit counts as fully used."""
    limit, owed = panel.context.limit, panel.balances.open_amount
    used = np.where(limit > 0, ratio(owed, limit), np.where(owed > 0, np.inf, 0.0))
    return reading(np.where(np.isnan(limit), np.nan, np.minimum(used, 10.0)), rules.limits.limit_utilisation)


def uninsured_exposure(panel: Panel, rules: EarlyWarning) -> Reading:
    """The part of what is open beyond cover in force, where it matters for the company."""
    owed = panel.balances.open_amount
    bare = np.maximum(owed - panel.context.cover, 0.0)
    year = trailing(panel.company_revenue[None, :], YEAR)
    return reading(
        np.where(owed > 0, ratio(bare, owed), 0.0),
        rules.limits.uninsured_share,
        bare >= rules.limits.uninsured_material * year,
    )


def _material(panel: Panel) -> np.ndarray:
    """Whether what is open is worth a look: a fiftieth of the client's yearly revenue."""
    return panel.balances.open_amount >= 0.02 * np.maximum(trailing(panel.revenue, YEAR), 0.0)
