"""What a case teaches, as tables: who looks like it today, which rule could change."""

from kamlib import formats
from kamlib.blocks import Column, Table
from kamlib.language import listing, tr
from kamlib.post_mortem import PostMortem, level_name
from kamlib.tables.shared import table_of
from kamlib.wording.post_mortem_lessons import change_words
from kamlib.wording.warning_names import INDICATOR_NAMES, WARNING_LEVELS


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
    return table_of(tr("Who looks like this case today"), columns, texts, values, note=note, key="lookalikes")


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
    return table_of(tr("Proposed changes of the policy"), columns, texts, values, key="lessons")


def _short(line: str) -> str:
    """A line of the diff without its comment and indentation."""
    return line[0] + line[1:].split("#")[0].strip()
