"""Early warning as tables and strips of figures."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from kamlib import formats
from kamlib.blocks import Column, Kpi, Kpis, Table
from kamlib.early_warning import WarningReview, WatchList
from kamlib.early_warning.performance import Performance
from kamlib.language import listing, phrase, sentences, tr
from kamlib.tables.shared import table_of
from kamlib.wording.warning_names import (
    INDICATOR_NAMES,
    OUTCOME_NAMES,
    WARNING_LEVELS,
    estimate_text,
    reading_text,
)

NEAR = 0.5  # of the way to its limit, from which a quiet indicator has a row of its own
ARROWS = {"rising": "↑", "steady": "→", "falling": "↓"}
STATUS_WORDS = {"signal": phrase("warns"), "quiet": phrase("quiet"), "no data": phrase("no data")}
AT_LEAST = {
    "medium": phrase("medium or worse"),
    "high": phrase("high or worse"),
    "critical": phrase("critical"),
    "any indicator": phrase("any indicator at all"),
}
PERFORMANCE_COLUMNS = (
    ("alarms", phrase("Alarms")),
    ("precision", phrase("Came true, %")),
    ("recall", phrase("Outcomes found, %")),
    ("lead", phrase("Lead, months")),
    ("false", phrase("False alarms a client-year")),
)


def kpis_warning(watch: WatchList) -> Kpis:
    """Clients by level, money at risk, what is new, and how early the warnings came."""
    clients = watch.clients
    critical, high = (int((clients["level"] == level).sum()) for level in ("critical", "high"))
    worse = int((clients["rank"] > clients["prior_rank"]).sum())
    lead = watch.tested.levels[1].lead_months
    interval = tr(
        "high or worse, median; {low}–{high}", low=formats.number(lead.low, 1), high=formats.number(lead.high, 1)
    )
    unit = formats.currency_name(watch.review.currency)
    return Kpis(
        (
            Kpi(
                "expected",
                tr("Receivables expected to fail, {unit}", unit=unit),
                formats.money(watch.expected),
                tr("probability × open"),
                watch.expected,
            ),
            Kpi(
                "critical",
                tr("Critical"),
                formats.number(critical),
                tr("without clients in default"),
                critical,
                "alarm" if critical else "calm",
            ),
            Kpi("high", tr("High"), formats.number(high), "", high, "alarm" if high else "calm"),
            Kpi("worse", tr("Worse than a quarter before"), formats.number(worse), tr("on the watch list"), worse),
            Kpi(
                "lead",
                tr("Months ahead"),
                formats.number(lead.value, 1),
                interval if lead.value == lead.value else "",
                lead.value,
            ),
        )
    )


def table_watch(watch: WatchList, top: int = 15) -> Table:
    """The watch list: money, level, trend, since when."""
    columns = [
        Column("name", tr("Client"), False),
        Column("level", tr("Level"), False),
        Column("score", tr("Score")),
        Column("trend", tr("Trend"), False),
        Column("since", tr("Since"), False),
        Column("probability", tr("Probability, %")),
        Column("exposure", tr("Open, {unit}", unit=formats.currency_name(watch.review.currency))),
        Column("expected", tr("Expected")),
    ]
    values, texts = [], []
    for row in watch.clients.head(top).itertuples():
        values.append(
            [row.name, row.level, row.score, row.trend, row.since, row.probability, row.exposure, row.expected]
        )
        texts.append(
            [
                row.name,
                tr(WARNING_LEVELS[row.level]),
                formats.number(row.score, 1),
                ARROWS[row.trend],
                formats.month(row.since),
                estimate_text(row.probability, row.low, row.high),
                formats.number(row.exposure),
                formats.number(row.expected),
            ]
        )
    rest, rules = len(watch.clients) - len(values), watch.review.policy.early_warning
    note = tr(
        "Probability of a default or of more than 90 days late within the horizon, from the back-test shrunk to the policy's "
        "prior (weak), with its 95 % interval; expected is that times what is open. By score medium from {medium}, high from "
        "{high}, critical from {critical}; an adverse event can make it critical at once, and a level falls only after {quiet} "
        "quieter months. {rest} further clients are listed below these.",
        rest=formats.number(max(rest, 0)),
        **dict(zip(("medium", "high", "critical"), map(formats.number, rules.level_bands), strict=True)),
        quiet=rules.quiet_months,
    )
    return table_of(tr("Watch list"), columns, texts, values, note=note, key="watch")


def table_changes(watch: WatchList, top: int = 12) -> Table:
    """What changed on the watch list in a quarter: signs that came and signs that went."""
    columns = [
        Column("name", tr("Client"), False),
        Column("new", tr("Came in the quarter"), False),
        Column("gone", tr("Went"), False),
    ]
    changed = watch.clients[(watch.clients["new"].str.len() > 0) | (watch.clients["gone"].str.len() > 0)].head(top)
    values = [[row.name, list(row.new), list(row.gone)] for row in changed.itertuples()]
    texts = [
        [name, *[listing([tr(INDICATOR_NAMES[sign]) for sign in signs]) or formats.MISSING for signs in (new, gone)]]
        for name, new, gone in values
    ]
    return table_of(tr("What changed in a quarter"), columns, texts, values, key="changes")


def table_signals(review: WarningReview) -> Table:
    """One client's indicators: those that warn first, then the quiet ones near their limit; the others are named below."""
    columns = [
        Column("indicator", tr("Indicator"), False),
        Column("status", tr("Status"), False),
        Column("value", tr("Value")),
        Column("limit", tr("Warns from")),
        Column("weight", tr("Weight")),
        Column("since", tr("Since"), False),
    ]
    signals = review.signals
    blank, warns = signals["status"] == "no data", signals["status"] == "signal"
    far = ~blank & ~warns & (signals["strength"] < NEAR)
    rows = pd.concat(
        [signals[warns], signals[~blank & ~warns & ~far].sort_values("strength", ascending=False, kind="stable")]
    )
    values, texts = [], []
    for row in rows.itertuples():
        values.append([row.indicator, row.status, row.value, row.limit, row.weight, row.since])
        texts.append(
            [
                tr(INDICATOR_NAMES[row.indicator]),
                tr(STATUS_WORDS[row.status]),
                reading_text(row.value, row.unit),
                reading_text(row.limit, row.unit),
                formats.number(row.weight),
                formats.month(row.since),
            ]
        )
    said = []
    if far.any():
        said.append(tr("Quiet, not half way to their limit: {names}.", names=_named(signals[far])))
    if blank.any():
        said.append(tr("Without data, so neither quiet nor in the weight: {names}.", names=_named(signals[blank])))
    note = sentences(*said)
    return table_of(
        tr("Signs of trouble, each against its own limit"), columns, texts, values, note=note, key="signals"
    )


def _named(signals: pd.DataFrame) -> str:
    """The indicators of rows, each once."""
    return listing([tr(INDICATOR_NAMES[name]) for name in dict.fromkeys(signals["indicator"])])


def table_levels(watch: WatchList) -> Table:
    """How the levels did over the whole history, beside a worst-of roll-up."""
    rows = [(tr(AT_LEAST[found.name]), found) for found in watch.tested.levels]
    note = tr(
        "An alarm on any single indicator finds the most and cries wolf the most: levels trade the one for the other."
    )
    return _performance(tr("How the levels did"), tr("Level"), rows, note, key="levels")


def table_outcomes(watch: WatchList) -> Table:
    """What the level high or worse found of each kind of outcome."""
    rows = [(tr(OUTCOME_NAMES[kind]), found) for kind, found in watch.tested.by_outcome]
    return _performance(
        tr("High or worse, by what came after"),
        tr("Outcome"),
        rows,
        tr("A client counts up to its first outcome of any kind."),
        key="outcomes",
    )


def table_indicators(watch: WatchList) -> Table:
    """How each indicator alone did."""
    found = [one for one in watch.tested.indicators if one.alarms]
    rows = [(tr(INDICATOR_NAMES[one.name]), one) for one in sorted(found, key=lambda one: -one.net)]
    silent = [tr(INDICATOR_NAMES[one.name]) for one in watch.tested.indicators if not one.alarms]
    note = tr(
        "Sorted by money saved less the cost of looking. Never warned: {names}.",
        names=listing(silent) if silent else tr("none"),
    )
    return _performance(tr("How each indicator did alone"), tr("Indicator"), rows, note, money=True, key="indicators")


def table_tuning(watch: WatchList) -> Table:
    """Levels over the later months, with the policy's thresholds and with tuned ones."""
    tested = watch.tested
    rows = [
        *[(tr("{level}, policy", level=tr(AT_LEAST[one.name])), one) for one in tested.untuned],
        *[(tr("{level}, tuned", level=tr(AT_LEAST[one.name])), one) for one in tested.tuned],
    ]
    moved = [
        f"{tr(INDICATOR_NAMES[name])} × {formats.number(factor, 2)}"
        for name, factor in tested.factors.items()
        if factor != 1
    ]
    note = tr("Tuned on the earlier months: {moved}.", moved=listing(moved) if moved else tr("none"))
    return _performance(
        tr("Thresholds tuned by cost, judged on the later months"), tr("Level"), rows, note, money=True, key="tuning"
    )


def _performance(
    title: str, head: str, rows: Sequence[tuple[str, Performance]], note: str, money: bool = False, *, key: str
) -> Table:
    columns = [Column("name", head, False), *[Column(name, tr(label)) for name, label in PERFORMANCE_COLUMNS]]
    if money:
        columns.append(Column("net", tr("Net saved")))
    values: list[list[Any]] = []
    texts = []
    for label, one in rows:
        rate, lead = one.false_per_year, one.lead_months
        value = [label, one.alarms, one.precision.value, one.recall.value, lead.value, rate.value]
        text = [
            label,
            formats.number(one.alarms),
            estimate_text(one.precision.value, one.precision.low, one.precision.high),
            estimate_text(one.recall.value, one.recall.low, one.recall.high),
            _interval(lead.value, lead.low, lead.high, 1),
            _interval(rate.value, rate.low, rate.high, 2),
        ]
        values.append([*value, one.net] if money else value)
        texts.append([*text, formats.signed_money(one.net)] if money else text)
    return table_of(title, columns, texts, values, note=note, key=key)


def _interval(value: float, low: float, high: float, digits: int) -> str:
    if value != value:
        return formats.MISSING
    return f"{formats.number(value, digits)} ({formats.number(low, digits)}–{formats.number(high, digits)})"
