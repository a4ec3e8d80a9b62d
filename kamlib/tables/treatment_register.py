"""The risk register as tables: entries, their evidence, what is accepted of each kind."""

from typing import Any

from kamlib import formats
from kamlib.blocks import Column, Table
from kamlib.language import sentences, tr, trn
from kamlib.tables.shared import table_of
from kamlib.treatment import Register
from kamlib.wording.treatment_names import (
    RISK_KINDS,
    TREATMENT_WORDS,
    risk_evidence,
    risk_name,
)

MOST_ROWS = 20


def table_register(register: Register) -> Table:
    """The register: money and probability, treatment, owner, review."""
    columns = [
        Column("number", tr("No.")),
        Column("kind", tr("Kind"), False),
        Column("name", tr("Risk"), False),
        Column("probability", tr("Chance a year")),
        Column("inherent", tr("Inherent")),
        Column("residual", tr("Today")),
        Column("planned", tr("Planned")),
        Column("expected", tr("Expected")),
        Column("treatment", tr("Treatment"), False),
        Column("owner", tr("Owner"), False),
        Column("review", tr("Review"), False),
    ]
    values: list[list[Any]] = []
    texts = []
    for number, row in enumerate(register.entries.head(MOST_ROWS).itertuples(), 1):
        values.append(
            [
                number,
                row.kind,
                row.name,
                row.probability,
                row.inherent,
                row.residual,
                row.planned,
                row.expected,
                row.treatment,
                row.owner,
                row.review,
            ]
        )
        texts.append(
            [
                str(number),
                tr(RISK_KINDS[row.kind]),
                risk_name(row),
                formats.share(row.probability),
                formats.money(row.inherent),
                formats.money(row.residual),
                formats.money(row.planned),
                formats.money(row.expected),
                tr(TREATMENT_WORDS[row.treatment]),
                tr(row.owner) if row.owner_known else f"▲ {row.owner or tr('nobody named')}",
                f"▲ {row.review:%Y-%m-%d}" if row.past_review else f"{row.review:%Y-%m-%d}",
            ]
        )
    title = tr("The risk register, {unit}", unit=formats.currency_name(register.currency))
    rest = len(register.entries) - len(values)
    note = tr("▲ in Owner: nobody here knows the name; in Review: the day has passed.")
    if rest > 0:
        note = sentences(
            note, trn("{n} smaller entry is not shown.", "{n} smaller entries are not shown.", rest, n=rest)
        )
    return table_of(title, columns, texts, values, note=note, key="risk_register")


def table_evidence_register(register: Register) -> Table:
    """Why each entry is there, and what was noted."""
    columns = [
        Column("number", tr("No.")),
        Column("risk_id", tr("Entry"), False),
        Column("evidence", tr("Evidence"), False),
        Column("origin", tr("From"), False),
        Column("note", tr("Note"), False),
    ]
    words = {"proposed": tr("proposed"), "edited": tr("edited"), "own": tr("by hand")}
    rows = list(register.entries.head(MOST_ROWS).itertuples())
    values = [[n, row.risk_id, str(row.evidence), row.origin, row.note] for n, row in enumerate(rows, 1)]
    texts = [[str(n), row.risk_id, risk_evidence(row), words[row.origin], row.note] for n, row in enumerate(rows, 1)]
    return table_of(tr("Evidence"), columns, texts, values, key="risk_evidence")


def table_risk_appetite(register: Register) -> Table:
    """What is accepted of each kind, and what is above it."""
    columns = [
        Column("kind", tr("Kind"), False),
        Column("entries", tr("Entries")),
        Column("expected", tr("Expected a year")),
        Column("planned", tr("With the plan")),
        Column("limit", tr("Accepted")),
        Column("status", tr("Status"), False),
    ]
    values, texts = [], []
    for row in register.appetite.itertuples():
        values.append([row.kind, row.entries, row.expected, row.planned, row.limit, "over" if row.over else "within"])
        texts.append(
            [
                tr(RISK_KINDS[row.kind]),
                formats.number(row.entries),
                formats.number(row.expected),
                formats.number(row.planned),
                formats.number(row.limit),
                tr("▲ over") if row.over else tr("● within"),
            ]
        )
    title = tr("Risk appetite by kind, {unit}", unit=formats.currency_name(register.currency))
    note = tr("Accepted: the policy's share of a year's contribution margin (weak).")
    return table_of(title, columns, texts, values, note=note, key="risk_appetite")
