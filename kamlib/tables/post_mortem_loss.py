"""The loss of a case as tables: its steps to the cent, what published figures give."""

from typing import Any

import pandas as pd

from kamlib import formats
from kamlib.blocks import Block, Column, Table
from kamlib.language import tr
from kamlib.post_mortem import PostMortem
from kamlib.tables.shared import table_of
from kamlib.wording.post_mortem_loss import say_loss_case, say_no_loss
from kamlib.wording.post_mortem_names import (
    derived_name,
    part_name,
)


def tables_case_loss(found: PostMortem) -> tuple[Block, ...]:
    """The loss to the cent with how it is counted, and what follows from published figures."""
    counted = (table_loss_steps(found), say_loss_case(found)) if found.loss is not None else (say_no_loss(found),)
    return (*counted, table_derived(found)) if len(found.derived) else counted


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
    return table_of(tr("The loss, to the cent"), columns, texts, values, total=True, key="case_loss_steps")


def table_derived(found: PostMortem) -> Table:
    """What follows from the published figures, with how."""
    columns = [Column("what", tr("Figure"), False), Column("value", tr("Value")), Column("how", tr("How"), False)]
    values, texts = [], []
    for row in found.derived.itertuples():
        values.append([row.name, row.value, row.how])
        ends = [_written(value, row.unit) for value in (row.value, row.high) if not pd.isna(value)]
        texts.append([derived_name(row.name, row.whom), " – ".join(ends), row.how])
    note = tr("Derived here from the published figures; sources stand below.")
    return table_of(tr("What the published figures give"), columns, texts, values, note=note, key="case_published")


def _written(value: Any, unit: str) -> str:
    if unit == "share":
        return formats.share(float(value))
    if unit == "day":
        return formats.day(value)
    return formats.number(float(value), 1 if unit == "days" else 0)
