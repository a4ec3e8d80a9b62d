"""The insurance calendar as tables: cover against what is owed, dates, gaps."""

from kamlib import formats
from kamlib.blocks import Column, Table
from kamlib.language import tr
from kamlib.tables.shared import table_of
from kamlib.treatment import InsuranceCalendar
from kamlib.wording.treatment_names import (
    EVENT_NAMES,
    GAP_NAMES,
)

MOST_DATES, MOST_GAPS = 16, 10


def table_cover(calendar: InsuranceCalendar) -> Table:
    """Exposure against insured limit, and in how many of the last weeks it was above."""
    columns = [
        Column("name", tr("Client"), False),
        Column("exposure", tr("Owed")),
        Column("limit", tr("Insured limit")),
        Column("gap", tr("Above it")),
        Column("weeks_over", tr("Weeks above")),
        Column("ends", tr("Cover ends"), False),
    ]
    rows = list(calendar.cover.sort_values(["gap", "exposure"], ascending=False).head(MOST_GAPS).itertuples())
    values = [[getattr(row, column.key) for column in columns] for row in rows]
    texts = [
        [
            row.name,
            formats.number(row.exposure),
            formats.number(row.limit),
            formats.number(row.gap),
            formats.number(row.weeks_over),
            formats.day(row.ends),
        ]
        for row in rows
    ]
    title = tr("Owed against insured, {unit}", unit=formats.currency_name(calendar.currency))
    weeks = calendar.weeks["week"].nunique() if len(calendar.weeks) else 0
    note = tr("Weeks above: of the last {n} week ends.", n=weeks)
    if not values:
        note = tr("No client is insured today.") if not calendar.absent else tr("There is no table of protections.")
    return table_of(title, columns, texts, values, note=note, key="insurance_cover")


def table_dates(calendar: InsuranceCalendar) -> Table:
    """The next dates, first those of the largest money in each week."""
    columns = [
        Column("day", tr("Day"), False),
        Column("event", tr("What"), False),
        Column("name", tr("Client"), False),
        Column("amount", tr("Money")),
        Column("invoices", tr("Invoices")),
    ]
    rows = list(calendar.coming.head(MOST_DATES).itertuples())
    values = [[getattr(row, column.key) for column in columns] for row in rows]
    texts = [
        [
            formats.day(row.day),
            tr(EVENT_NAMES[row.event]),
            row.name,
            formats.number(row.amount),
            formats.number(row.invoices) if row.invoices else "",
        ]
        for row in rows
    ]
    title = tr("The next dates of the insurance, {unit}", unit=formats.currency_name(calendar.currency))
    rest = len(calendar.coming) - len(values)
    note = tr("{n} later ones stand in the diary file that kam calendar writes.", n=rest) if rest > 0 else ""
    return table_of(
        title, columns, texts, values, note=note or ("" if values else tr("No date is due.")), key="insurance_dates"
    )


def table_gaps(calendar: InsuranceCalendar) -> Table:
    """What the cover leaves open."""
    columns = [
        Column("name", tr("Client"), False),
        Column("gap", tr("Gap"), False),
        Column("amount", tr("Money")),
        Column("day", tr("Day"), False),
    ]
    rows = list(calendar.gaps.head(MOST_GAPS).itertuples())
    values = [[getattr(row, column.key) for column in columns] for row in rows]
    texts = [[row.name, tr(GAP_NAMES[row.gap]), formats.number(row.amount), f"{row.day:%Y-%m-%d}"] for row in rows]
    title = tr("Gaps of the cover, {unit}", unit=formats.currency_name(calendar.currency))
    note = tr("The ledger does not say what was reported to the insurer: check that passed days were kept.")
    return table_of(title, columns, texts, values, note=note, key="insurance_gaps")
