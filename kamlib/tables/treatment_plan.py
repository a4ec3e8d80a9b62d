"""Mitigations as tables: each alone, and the pick."""

from kamlib import formats
from kamlib.blocks import Column, Table
from kamlib.language import tr
from kamlib.tables.shared import table_of
from kamlib.treatment import MitigationPlan
from kamlib.wording.treatment_names import (
    MITIGATION_NAMES,
    mitigations_text,
)

ALONE_CLIENTS = 3


def table_picked(plan: MitigationPlan, currency: str) -> Table:
    """The pick: what each client gets, what it costs and saves."""
    columns = [
        Column("name", tr("Client"), False),
        Column("kinds", tr("Mitigations"), False),
        Column("cost", tr("Cost a year")),
        Column("expected_saved", tr("Expected loss saved")),
        Column("net", tr("Worth less cost")),
        Column("break_even", tr("Pays from")),
        Column("probability", tr("Chance a year")),
        Column("cash", tr("Cash in")),
        Column("revenue", tr("Revenue a year")),
    ]
    values, texts = [], []
    for row in plan.picked.itertuples():
        values.append([getattr(row, column.key) for column in columns])
        texts.append(
            [
                row.name,
                mitigations_text(row.kinds),
                formats.number(row.cost),
                formats.number(row.expected_saved),
                formats.number(row.net),
                _break_even(row.break_even),
                formats.share(row.probability),
                formats.number(row.cash),
                formats.number(row.revenue),
            ]
        )
    total = len(values) > 0
    if total:
        sums = plan.picked[["cost", "expected_saved", "net", "cash", "revenue"]].sum()
        cost, saved, net, cash, revenue = (float(value) for value in sums)
        values.append([tr("Together"), "", cost, saved, net, None, None, cash, revenue])
        texts.append(
            [
                tr("Together"),
                "",
                *map(formats.number, (cost, saved, net)),
                "",
                "",
                *map(formats.number, (cash, revenue)),
            ]
        )
    title = tr("What to take, {unit}", unit=formats.currency_name(currency))
    note = "" if total else tr("No mitigation is worth its price.")
    return table_of(title, columns, texts, values, total=total, note=note, key="mitigations_picked")


def table_alone(plan: MitigationPlan, currency: str) -> Table:
    """Every mitigation alone, for the clients with most expected money."""
    columns = [
        Column("name", tr("Client"), False),
        Column("kind", tr("Mitigation"), False),
        Column("cost", tr("Cost a year")),
        Column("expected_saved", tr("Expected loss saved")),
        Column("tail_saved", tr("Tail loss saved")),
        Column("net", tr("Worth less cost")),
        Column("break_even", tr("Pays from")),
        Column("cash", tr("Cash in")),
        Column("revenue", tr("Revenue a year")),
    ]
    shown = list(dict.fromkeys(plan.alone["client_id"]))[:ALONE_CLIENTS]
    rows = plan.alone[plan.alone["client_id"].isin(shown)]
    rows = rows.sort_values(["client_id", "net"], ascending=[True, False])
    values, texts = [], []
    for client in shown:
        for place, row in enumerate(rows[rows["client_id"] == client].itertuples()):
            values.append([getattr(row, column.key) for column in columns])
            texts.append(
                [
                    row.name if place == 0 else "",
                    tr(MITIGATION_NAMES[row.kind]),
                    formats.number(row.cost),
                    formats.number(row.expected_saved),
                    formats.number(row.tail_saved),
                    formats.number(row.net),
                    _break_even(row.break_even),
                    formats.number(row.cash),
                    formats.number(row.revenue),
                ]
            )
    title = tr("Each mitigation alone, {unit}", unit=formats.currency_name(currency))
    note = tr("Pays from: the chance of loss a year at which it saves what it costs. A negative cost earns money.")
    return table_of(title, columns, texts, values, note=note, key="mitigations_alone")


def _break_even(value: float) -> str:
    if value <= 0:
        return tr("always")
    return tr("never") if value > 1 else formats.share(value)
