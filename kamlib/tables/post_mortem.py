"""A case as tables: the strip of figures, what happened, the other cases, what the report rests on."""

from typing import Any

import pandas as pd

from kamlib import formats
from kamlib.blocks import Column, Kpi, Kpis, Table
from kamlib.language import listing, tr
from kamlib.ledger.snapshot import Snapshot
from kamlib.post_mortem import PostMortem
from kamlib.tables.shared import parameters_said, table_of, table_provenance
from kamlib.wording.post_mortem_names import (
    KIND_NAMES,
    measure_name,
    said,
)
from kamlib.wording.post_mortem_timeline import mark_kind, mark_text

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
    return table_of(tr("What happened"), columns, texts, values, key="case_timeline")


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
                row.currency if row.exposure == row.exposure else formats.MISSING,
                formats.number(100 * row.lgd, 1) if row.lgd == row.lgd else formats.MISSING,
                worked,
            ]
        )
    note = tr("A dash: the figures of that case do not tell, or its ledger is another one than this report's.")
    return table_of(tr("All cases"), columns, texts, values, marked=marked, note=note, key="case_library")


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
    return table_of(tr("What this rests on"), columns, values, values, key="provenance", running=True)
