"""The replay of a case as tables: which sign was first, month by month, what the policy asked for."""

import pandas as pd

from kamlib import formats
from kamlib.blocks import Block, Column, Table
from kamlib.early_warning import LEVELS
from kamlib.language import listing, tr
from kamlib.post_mortem import PostMortem, level_name
from kamlib.tables.shared import table_of
from kamlib.wording.post_mortem_lessons import say_no_replay
from kamlib.wording.post_mortem_names import (
    BLOCK_NAMES,
    DECISION_WORDS,
)
from kamlib.wording.shared import decided_text
from kamlib.wording.warning_names import INDICATOR_NAMES, WARNING_LEVELS


def tables_replay(found: PostMortem) -> tuple[Block, ...]:
    """The replay, or a note that it needs a ledger."""
    if found.replay is None:
        return (say_no_replay(),)
    return table_signals_replayed(found), table_demanded(found), table_months(found)


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
    return table_of(tr("Which sign warned first"), columns, texts, values, note=note, key="replay_signs")


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
    return table_of(tr("Month by month"), columns, texts, values, key="replay_months")


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
        (
            row.date,
            row.kind,
            f"{decided_text(row.before)} → {decided_text(row.after)}",
            row.reason,
            row.level,
            row.signals,
        )
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
    return table_of(
        tr("What was decided, and what the policy asked for"), columns, texts, values, note=note, key="replay_decisions"
    )
