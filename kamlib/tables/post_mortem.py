"""Post-mortems as tables and strips of figures."""

from typing import Any

import pandas as pd

from kamlib import formats
from kamlib.blocks import Block, Column, Kpi, Kpis, Table
from kamlib.early_warning import LEVELS
from kamlib.language import listing, tr
from kamlib.ledger.snapshot import Snapshot
from kamlib.post_mortem import PostMortem, level_name
from kamlib.tables.shared import parameters_said, table_of, table_provenance
from kamlib.wording.post_mortem import (
    change_words,
    mark_kind,
    mark_text,
    say_counterfactuals,
    say_loss_case,
    say_no_loss,
    say_no_measures,
    say_no_replay,
)
from kamlib.wording.post_mortem_names import (
    BLOCK_NAMES,
    DECISION_WORDS,
    KIND_NAMES,
    derived_name,
    measure_name,
    part_name,
    said,
)
from kamlib.wording.warning_names import INDICATOR_NAMES, WARNING_LEVELS

TOLD_KINDS = ("event", "decision", "payment")


def kpis_case(found: PostMortem) -> Kpis:
    """Owed, lost, given default, warned, and what would have saved most."""
    loss, judged = found.loss, found.counterfactuals
    nothing = float("nan")
    exposure = loss.exposure if loss is not None else nothing
    lost = loss.receivable_loss if loss is not None else nothing
    total = loss.total if loss is not None else nothing
    lgd = loss.lgd if loss is not None else nothing
    net = float(judged.measures["net"].iloc[0]) if judged is not None and len(judged.measures) else nothing
    unit = formats.currency_name(found.currency)
    lead = found.lead_days
    best = measure_name(*judged.measures[["name", "value"]].iloc[0]) if net > 0 else ""
    return Kpis(
        (
            Kpi("case_exposure", tr("Owed at the event, {unit}", unit=unit), formats.money(exposure), "", exposure),
            Kpi("case_loss", tr("Lost of it"), formats.money(lost), "", lost, "alarm" if lost > 0 else "calm"),
            Kpi("case_total", tr("Lost in all"), formats.money(total), tr("with waiting, margin and stock"), total),
            Kpi("case_lgd", tr("Loss given default"), formats.share(lgd), "", lgd),
            Kpi("case_lead", tr("Warned ahead"), formats.days(lead), tr("alarm that stood"), lead),
            Kpi("case_saved", tr("Best measure, net"), formats.money(max(net, 0.0) if net == net else net), best, net),
        )
    )


def told_marks(found: PostMortem) -> pd.DataFrame:
    """The marks that are numbered on the chart: events, decisions, payments and changes of level."""
    marks = found.timeline.marks
    told = marks[marks["kind"].isin(TOLD_KINDS) | (marks["code"] == "level")].reset_index(drop=True)
    return told.assign(number=range(1, len(told) + 1))


def table_timeline(found: PostMortem) -> Table:
    """What the numbers on the timeline mean."""
    columns = [
        Column("number", tr("No.")),
        Column("date", tr("Date"), False),
        Column("kind", tr("Kind"), False),
        Column("what", tr("What"), False),
        Column("source", tr("Source"), False),
    ]
    values, texts = [], []
    for mark in told_marks(found).itertuples():
        what = mark_text(found, mark)
        values.append([mark.number, mark.date, mark.kind, what, mark.source])
        texts.append(
            [str(mark.number), formats.day(mark.date), mark_kind(mark.kind), what, mark.source or formats.MISSING]
        )
    return table_of(tr("What happened"), columns, texts, values)


def table_signals_replayed(found: PostMortem) -> Table:
    """First alarm of each indicator by either policy, and since when it stood."""
    columns = [
        Column("indicator", tr("Indicator"), False),
        Column("first_then", tr("First, policy of then"), False),
        Column("first_now", tr("First, today's policy"), False),
        Column("standing", tr("Stood since"), False),
        Column("lead", tr("Days ahead")),
        Column("months", tr("Months warned")),
    ]
    values, texts = [], []
    for row in found.replay.indicators.itertuples():
        lead = float((found.replay.event - row.standing).days) if not pd.isna(row.standing) else float("nan")
        values.append([row.indicator, row.first_then, row.first_now, row.standing, lead, row.months_on])
        days = [
            formats.MISSING if pd.isna(day) else formats.month(day)
            for day in (row.first_then, row.first_now, row.standing)
        ]
        months = tr("{on} of {known}", on=formats.number(row.months_on), known=formats.number(row.months_known))
        texts.append([tr(INDICATOR_NAMES[row.indicator]), *days, formats.number(lead), months])
    note = tr("Replayed at each month end from what was known by then. “Stood since”: without a break up to the event.")
    return table_of(tr("Which sign warned first"), columns, texts, values, note=note)


def table_months(found: PostMortem) -> Table:
    """Month by month: score and level by either policy, exposure, limit, and what today's block rules would have held."""
    unit = formats.currency_name(found.currency)
    columns = [
        Column("date", tr("Month end"), False),
        Column("score_then", tr("Score, then")),
        Column("level_then", tr("Level, then"), False),
        Column("level_now", tr("Level, today's"), False),
        Column("exposure", tr("Open, {unit}", unit=unit)),
        Column("limit", tr("Limit")),
        Column("utilisation", tr("Used, %")),
        Column("blocked", tr("Deliveries held by"), False),
    ]
    values, texts = [], []
    for row in found.replay.months.itertuples():
        held = listing([tr(BLOCK_NAMES[name]) for name in row.blocked_by])
        levels = [tr(WARNING_LEVELS[level_name(int(rank))]) for rank in (row.level_then, row.level_now)]
        values.append(
            [
                row.date,
                row.score_then,
                row.level_then,
                row.level_now,
                row.exposure,
                row.limit,
                row.utilisation,
                list(row.blocked_by),
            ]
        )
        texts.append(
            [
                formats.month(row.date),
                formats.number(row.score_then, 1),
                *levels,
                formats.number(row.exposure),
                formats.number(row.limit),
                formats.number(100 * row.utilisation) if row.utilisation < 100 else formats.MISSING,
                held or formats.MISSING,
            ]
        )
    return table_of(tr("Month by month"), columns, texts, values)


def table_demanded(found: PostMortem) -> Table:
    """What was decided, at which level, and what the policy asked for."""
    columns = [
        Column("date", tr("Date"), False),
        Column("decision", tr("Decided"), False),
        Column("level", tr("Level then"), False),
        Column("signals", tr("Signals")),
        Column("demanded", tr("The policy asked for"), False),
    ]
    acts, values, texts = found.policy.early_warning.levels, [], []
    rows = [
        (row.date, row.kind, f"{row.before} → {row.after}", row.reason, row.level, row.signals)
        for row in found.replay.decisions.itertuples()
    ]
    for change in found.replay.changes.itertuples():
        if change.after > change.before:
            rows.append((change.date, "", "", "", change.after, float("nan")))
    for day, kind, what, reason, level, signals in sorted(rows, key=lambda row: row[0]):
        decided = (
            tr("{kind}: {what}", kind=tr(DECISION_WORDS[kind]) if kind in DECISION_WORDS else kind, what=what)
            if kind
            else tr("nothing on record")
        )
        decided = f"{decided} ({reason})" if isinstance(reason, str) and reason else decided
        name = level_name(int(level))
        asked = tr(acts[name].action) if name in acts and LEVELS.index(name) else formats.MISSING
        values.append([day, kind, level, signals, asked])
        texts.append([formats.day(day), decided, tr(WARNING_LEVELS[name]), formats.number(signals), asked])
    note = tr("Rises of the level without a decision on that day stand as “nothing on record”.")
    return table_of(tr("What was decided, and what the policy asked for"), columns, texts, values, note=note)


def table_loss_steps(found: PostMortem) -> Table:
    """The loss waterfall to the cent."""
    columns = [
        Column("part", tr("Step"), False),
        Column("amount", tr("Amount, {unit}", unit=formats.currency_name(found.currency))),
        Column("end", tr("Left")),
    ]
    steps = found.loss.steps
    values = [[row.part, row.amount, row.end] for row in steps.itertuples()]
    texts = [
        [part_name(row.part), formats.money_full(row.amount), formats.money_full(row.end)] for row in steps.itertuples()
    ]
    values.append(["total", found.loss.total, found.loss.total])
    texts.append([tr("Lost in all"), formats.money_full(found.loss.total), formats.money_full(found.loss.total)])
    return table_of(tr("The loss, to the cent"), columns, texts, values, total=True)


def tables_replay(found: PostMortem) -> tuple[Block, ...]:
    """The replay, or a note that it needs a ledger."""
    if found.replay is None:
        return (say_no_replay(),)
    return table_signals_replayed(found), table_demanded(found), table_months(found)


def tables_case_loss(found: PostMortem) -> tuple[Block, ...]:
    """The loss to the cent with how it is counted, and what follows from published figures."""
    counted = (table_loss_steps(found), say_loss_case(found)) if found.loss is not None else (say_no_loss(found),)
    return (*counted, table_derived(found)) if len(found.derived) else counted


def tables_counterfactuals(found: PostMortem) -> tuple[Block, ...]:
    """Measures alone, in pairs and together; or why they cannot be judged."""
    judged = found.counterfactuals
    if judged is None:
        return (say_no_measures(found),)
    more = (table_pairs(found), table_bundle(found)) if judged.base > 0 else ()
    return (table_counterfactuals(found), *more, say_counterfactuals(found))


def _measure_columns(found: PostMortem) -> list[Column]:
    unit = formats.currency_name(found.currency)
    return [
        Column("measure", tr("Measure"), False),
        Column("avoided", tr("Loss avoided, {unit}", unit=unit)),
        Column("cost", tr("Cost")),
        Column("revenue_lost", tr("Revenue lost")),
        Column("margin_lost", tr("Margin lost")),
        Column("net", tr("Net")),
        Column("break_even", tr("Pays from, % a year")),
    ]


def table_counterfactuals(found: PostMortem) -> Table:
    """Each measure alone, most net first."""
    values, texts = [], []
    for row in found.counterfactuals.measures.itertuples():
        figures = [row.avoided, row.cost, row.revenue_lost, row.margin_lost, row.net]
        values.append([row.name, *figures, row.break_even])
        shown = formats.number(100 * row.break_even, 1) if row.break_even == row.break_even else formats.MISSING
        texts.append([measure_name(row.name, row.value), *map(formats.number, figures), shown])
    note = tr("“Pays from”: the chance of such a loss in a year at which the measure pays for itself.")
    return table_of(
        tr("What each measure would have done"),
        _measure_columns(found),
        texts,
        values,
        note=note,
        marked=0 if values else None,
    )


def table_pairs(found: PostMortem, top: int = 8) -> Table:
    """Two measures together: what both would save is counted once."""
    columns = [
        Column("first", tr("Measure"), False),
        Column("second", tr("With"), False),
        Column("alone", tr("Sum of each alone")),
        Column("together", tr("Together")),
        Column("shared", tr("Counted once only")),
    ]
    values, texts = [], []
    for row in found.counterfactuals.pairs.head(top).itertuples():
        figures = [row.alone, row.together, row.shared]
        values.append([row.first, row.second, *figures])
        names = [measure_name(row.first, row.first_value), measure_name(row.second, row.second_value)]
        texts.append([*names, *map(formats.number, figures)])
    return table_of(tr("Two measures together"), columns, texts, values)


def table_bundle(found: PostMortem) -> Table:
    """The best measures one by one, each with what it adds to those before it."""
    columns = [
        Column("measure", tr("Measure"), False),
        Column("alone", tr("Alone")),
        Column("added", tr("Adds")),
        Column("cost", tr("Cost of all so far")),
        Column("margin_lost", tr("Margin lost by all so far")),
        Column("net", tr("Net of all so far")),
    ]
    values, texts = [], []
    for row in found.counterfactuals.bundle.itertuples():
        figures = [row.alone, row.added, row.cost, row.margin_lost, row.net]
        values.append([row.name, *figures])
        texts.append([measure_name(row.name, row.value), *map(formats.number, figures)])
    note = tr("The set with the most net of all that can be put together; another one would cost more than it adds.")
    return table_of(tr("The best of them together"), columns, texts, values, note=note)


def table_lookalikes(found: PostMortem) -> Table:
    """Who looks like the case today."""
    columns = [
        Column("name", tr("Client"), False),
        Column("distance", tr("Distance")),
        Column("months", tr("Like the case, months before")),
        Column("exposure", tr("Open, {unit}", unit=formats.currency_name(found.currency))),
        Column("level", tr("Level"), False),
        Column("shared", tr("Signs in both"), False),
        Column("only_case", tr("Only in the case"), False),
    ]
    values, texts = [], []
    rows = found.lookalikes.clients.itertuples() if found.lookalikes is not None else ()
    for row in rows:
        values.append(
            [row.name, row.distance, row.months_before, row.exposure, row.level, list(row.shared), list(row.only_case)]
        )
        signs = [
            listing([tr(INDICATOR_NAMES[name]) for name in names]) or formats.MISSING
            for names in (row.shared, row.only_case)
        ]
        texts.append(
            [
                row.name,
                formats.number(row.distance, 2),
                formats.number(row.months_before),
                formats.number(row.exposure),
                tr(WARNING_LEVELS[level_name(row.level)]),
                *signs,
            ]
        )
    note = tr("Distance: 0 shows the same signs as strongly, 1 is as far as a client without any.")
    return table_of(tr("Who looks like this case today"), columns, texts, values, note=note)


def table_lessons(found: PostMortem) -> Table:
    """Changes of the policy as a diff, with what they gain and cost."""
    columns = [
        Column("change", tr("Change"), False),
        Column("diff", tr("In policy.yaml"), False),
        Column("gained", tr("Days earlier")),
        Column("more_false", tr("More false alarms")),
        Column("more_found", tr("More outcomes found")),
    ]
    values, texts = [], []
    rows = found.lessons.changes.itertuples() if found.lessons is not None else ()
    for row in rows:
        diff = "\n".join(_short(line) for line in row.diff)
        values.append([list(row.change.path), list(row.diff), row.gained_days, row.more_false, row.more_found])
        texts.append(
            [
                change_words(row.change),
                diff,
                formats.number(row.gained_days),
                formats.signed(row.more_false),
                formats.signed(row.more_found),
            ]
        )
    return table_of(tr("Proposed changes of the policy"), columns, texts, values)


def _short(line: str) -> str:
    """A line of the diff without its comment and indentation."""
    return line[0] + line[1:].split("#")[0].strip()


def table_library(rows: pd.DataFrame, found: PostMortem) -> Table:
    """Every case side by side, won and lost."""
    columns = [
        Column("name", tr("Case"), False),
        Column("kind", tr("Kind"), False),
        Column("outcome", tr("Outcome"), False),
        Column("lead", tr("Warned, days ahead")),
        Column("exposure", tr("Owed at the event")),
        Column("currency", tr("Currency"), False),
        Column("lgd", tr("Loss given default, %")),
        Column("worked", tr("What worked, or would have"), False),
    ]
    values, texts, marked = [], [], None
    for row in rows.itertuples():
        marked = len(values) if row.slug == found.file.slug else marked
        worked = listing([said(words) for words in row.worked])
        worked = worked or (measure_name(row.best, row.best_value) if row.best else formats.MISSING)
        outcome = tr("averted") if row.won else tr("lost")
        values.append([row.slug, row.kind, outcome, row.lead_days, row.exposure, row.currency, row.lgd, worked])
        texts.append(
            [
                said(row.name),
                tr(KIND_NAMES[row.kind]),
                outcome,
                formats.number(row.lead_days),
                formats.money(row.exposure),
                row.currency,
                formats.number(100 * row.lgd, 1) if row.lgd == row.lgd else formats.MISSING,
                worked,
            ]
        )
    note = tr("A dash: the figures of that case do not tell, or its ledger is another one than this report's.")
    return table_of(tr("All cases"), columns, texts, values, marked=marked, note=note)


def table_derived(found: PostMortem) -> Table:
    """What follows from the published figures, with how."""
    columns = [Column("what", tr("Figure"), False), Column("value", tr("Value")), Column("how", tr("How"), False)]
    values, texts = [], []
    for row in found.derived.itertuples():
        values.append([row.name, row.value, row.how])
        ends = [_written(value, row.unit) for value in (row.value, row.high) if not pd.isna(value)]
        texts.append([derived_name(row.name, row.whom), " – ".join(ends), row.how])
    note = tr("Derived here from the published figures; sources stand below.")
    return table_of(tr("What the published figures give"), columns, texts, values, note=note)


def _written(value: Any, unit: str) -> str:
    if unit == "share":
        return formats.share(float(value))
    if unit == "day":
        return formats.day(value)
    return formats.number(float(value), 1 if unit == "days" else 0)


def table_provenance_case(found: PostMortem, snapshot: Snapshot, **parameters: Any) -> Table:
    """What the report rests on: the ledger, or the case file alone."""
    parameters = {"case": found.file.path.name} | parameters
    if found.case.client_id is not None:
        return table_provenance(snapshot, **parameters)
    values = [
        [tr("Published figures"), listing(found.case.sources)],
        [tr("Seen up to"), f"{found.today:%Y-%m-%d}"],
        *parameters_said(parameters),
    ]
    columns = [Column("what", tr("What"), False), Column("value", tr("Value"), False)]
    return table_of(tr("What this rests on"), columns, values, values)
