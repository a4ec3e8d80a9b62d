"""How far the figures can be trusted, table by table, and as one figure for the strip."""

from kamlib import formats
from kamlib.blocks import Column, Kpi, Table
from kamlib.language import tr
from kamlib.ledger.confidence import Confidence
from kamlib.tables.shared import table_of
from kamlib.wording.confidence import LEVEL_NAMES, confidence_badge, say_reason, table_name

TONES = {"high": "calm", "medium": "watch", "low": "alarm"}


def kpi_confidence(found: Confidence) -> Kpi:
    """The badge as a figure of the strip: the level, the score, the costliest reason."""
    note = say_reason(found.reasons[0]) if found.reasons else tr("nothing is missing")
    text = f"{tr(LEVEL_NAMES[found.level])} · {formats.share(found.score, 0)}"
    return Kpi("confidence", tr("Confidence"), text, note, found.score, TONES[found.level])


def table_confidence(found: Confidence) -> Table:
    """Completeness, freshness and reconciliation of each table behind a section, with what lowers them."""
    columns = [
        Column("table", tr("Table"), False),
        Column("rows", tr("Rows")),
        Column("last_day", tr("Last day"), False),
        Column("completeness", tr("Complete, %")),
        Column("freshness", tr("Fresh, %")),
        Column("reconciliation", tr("Reconciled, %")),
        Column("score", tr("Confidence, %")),
        Column("reasons", tr("Why not more"), False),
    ]
    texts, values = [], []
    for part in found.parts:
        reasons = "; ".join(say_reason(reason, own_table=True) for reason in part.reasons)
        figures = [part.completeness, part.freshness, part.reconciliation, part.score]
        missing = not part.present
        shown = [formats.MISSING] * 3 + ["0"] if missing else [formats.number(figure * 100) for figure in figures]
        rows = formats.MISSING if missing else formats.number(part.rows)
        texts.append([table_name(part.table), rows, part.last_day or formats.MISSING, *shown, reasons or "—"])
        values.append([part.table, part.rows, part.last_day, *figures, [reason.code for reason in part.reasons]])
    note = tr(
        "Confidence of a table is completeness × freshness × reconciliation; the badge is their mean by the policy's "
        "weights, a missing table counts zero, and it is never above that of the invoices (weak)."
    )
    return table_of(confidence_badge(found), columns, texts, values, note=note, key="confidence")
