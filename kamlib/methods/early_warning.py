"""Signs of trouble, levels, and how well they did."""

from kamlib.language import phrase
from kamlib.methods.definition import Definition

DEFINITIONS = (
    Definition(
        keys=("signals",),
        name=phrase("Signs of trouble"),
        says=phrase(
            "Each indicator against its own limit, by what was known on the day; one without data drops out of the weight and does not count as quiet."
        ),
        formula=phrase("score = Σ w of indicators that warn × rescale for missing data"),
        policy=(
            "early_warning.weights",
            "early_warning.limits",
            "early_warning.charts",
            "early_warning.min_coverage",
            "early_warning.max_rescale",
        ),
        tables=(
            "invoices",
            "receipts",
            "orders",
            "clients",
            "statements",
            "ratings",
            "events",
            "interactions",
            "contracts",
            "protections",
            "market",
        ),
        home="early_warning.warnings.warning_signals",
        example="change_detection.control_charts.ewma_chart",
    ),
    Definition(
        keys=(
            "critical",
            "high",
            "levels",
        ),
        name=phrase("Warning level"),
        says=phrase(
            "The score's band; it rises at once and falls only after some quieter months; insolvency and its like are critical whatever the score."
        ),
        formula=phrase("low < medium < high < critical by the bands"),
        policy=(
            "early_warning.level_bands",
            "early_warning.quiet_months",
            "early_warning.hard_events",
        ),
        tables=(
            "invoices",
            "receipts",
            "events",
        ),
        home="early_warning.levels.warning_levels",
        example="early_warning.levels.persistent",
    ),
    Definition(
        keys=(
            "expected",
            "watch",
        ),
        name=phrase("Watch list"),
        says=phrase(
            "Probability of a default or of more than 90 days late within the horizon, seen for the level in the back-test, times what is open."
        ),
        formula=phrase("expected = probability × open"),
        policy=(
            "early_warning.back_test.horizon_months",
            "early_warning.level_bands",
        ),
        tables=(
            "invoices",
            "receipts",
        ),
        home="early_warning.watch_list.watch_list",
    ),
    Definition(
        keys=(
            "worse",
            "changes",
        ),
        name=phrase("What changed in a quarter"),
        says=phrase("Levels and signs today against those of a quarter before, each by what was known then."),
        policy=("early_warning.quiet_months",),
        tables=(
            "invoices",
            "receipts",
        ),
        home="early_warning.changes.changes_since",
    ),
    Definition(
        keys=("lead",),
        name=phrase("Months ahead"),
        says=phrase("Median months from the first alarm within the horizon to the outcome, with a bootstrap interval."),
        policy=("early_warning.back_test.horizon_months",),
        tables=(
            "invoices",
            "receipts",
            "events",
        ),
        home="early_warning.performance.judge_alarm",
        example="early_warning.performance.median_interval",
    ),
    Definition(
        keys=(
            "indicators",
            "outcomes",
            "tuning",
        ),
        name=phrase("How well warnings did"),
        says=phrase(
            "Each level and indicator replayed month by month: precision, recall, lead time, false alarms a client and year, and money saved less the cost of alarms; thresholds tuned on the earlier months, judged on the later ones."
        ),
        formula=phrase("precision = true ÷ alarms;  recall = found ÷ outcomes;  net = saved − alarms × cost"),
        source="Wilson 1927; Garwood 1936",
        policy=(
            "early_warning.back_test.horizon_months",
            "early_warning.back_test.tune_share",
            "early_warning.back_test.loss_given_default",
            "early_warning.back_test.alarm_cost",
        ),
        tables=(
            "invoices",
            "receipts",
            "events",
        ),
        home="early_warning.back_test.back_test",
        example="model_validation.estimates.wilson_interval",
    ),
)
