"""What would have saved a case, as tables: measures alone, in pairs and together."""

from kamlib import formats
from kamlib.blocks import Block, Column, Table
from kamlib.language import tr
from kamlib.post_mortem import PostMortem
from kamlib.tables.shared import table_of
from kamlib.wording.post_mortem_measures import say_counterfactuals, say_no_measures
from kamlib.wording.post_mortem_names import (
    measure_name,
)


def tables_counterfactuals(found: PostMortem) -> tuple[Block, ...]:
    """Measures alone, in pairs and together; or why they cannot be judged."""
    judged = found.counterfactuals
    if judged is None:
        return (say_no_measures(found),)
    more = (table_pairs(found), table_bundle(found)) if judged.base > 0 else ()
    return (table_counterfactuals(found), *more, say_counterfactuals(found))


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
        key="measures_alone",
    )


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
    return table_of(tr("Two measures together"), columns, texts, values, key="measures_pairs")


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
    return table_of(tr("The best of them together"), columns, texts, values, note=note, key="measures_together")
