"""What is done about risks: the strip of figures, and the actions scored."""

import math

from kamlib import formats
from kamlib.blocks import Column, Kpi, Kpis, Table
from kamlib.language import tr, trn
from kamlib.tables.shared import table_of
from kamlib.treatment import Scored, Treatment
from kamlib.wording.treatment_names import (
    STATUS_WORDS,
)

MOST_ROWS = 20


def kpis_treatment(review: Treatment) -> Kpis:
    """Overdue actions, expected loss, what the plan saves and costs, the gap of the cover."""
    register, plan, scored = review.register, review.plan, review.scored
    unit = formats.currency_name(register.currency)
    expected = float(register.entries["expected"].sum())
    late, share = len(scored.overdue), scored.in_time_share
    over = int(register.appetite["over"].sum())
    known = not review.calendar.absent and review.calendar.payments_known
    gap = review.calendar.gap_amount if known else math.nan
    return Kpis(
        (
            Kpi(
                "overdue_actions",
                tr("Actions overdue"),
                formats.number(late),
                tr("{share} of those due done in time", share=formats.share(share, 0))
                if share == share
                else tr("none was due"),
                float(late),
                "alarm" if late else "calm",
            ),
            Kpi(
                "register_expected",
                tr("Expected loss, all risks, {unit}", unit=unit),
                formats.money(expected),
                trn("{n} kind of risk above appetite", "{n} kinds of risk above appetite", over, n=over),
                expected,
                "alarm" if over else "calm",
            ),
            Kpi(
                "plan_saved",
                tr("The plan saves, {unit}", unit=unit),
                formats.money(plan.expected_saved),
                tr("for {cost} a year", cost=formats.money(plan.cost)),
                plan.expected_saved,
            ),
            Kpi(
                "cover_gap",
                tr("Above insured limits, {unit}", unit=unit),
                formats.money(gap),
                tr("insured clients, today") if known else tr("not known"),
                None if gap != gap else gap,
            ),
            Kpi(
                "past_review",
                tr("Entries past review"),
                formats.number(len(register.past_review)),
                tr("of {n} in the register", n=len(register.entries)),
                float(len(register.past_review)),
                "watch" if len(register.past_review) else "calm",
            ),
        )
    )


def table_actions(scored: Scored) -> Table:
    """Every action with its score."""
    columns = [
        Column("action_id", tr("No.")),
        Column("what", tr("What"), False),
        Column("owner", tr("Owner"), False),
        Column("deadline", tr("By"), False),
        Column("status", tr("Status"), False),
        Column("expected_saved", tr("Expected, {unit}", unit=formats.currency_name(scored.currency))),
        Column("saved", tr("Saved")),
        Column("outcome", tr("Outcome"), False),
    ]
    rows = scored.actions.head(MOST_ROWS)
    values = [[getattr(row, column.key) for column in columns] for row in rows.itertuples()]
    texts = [
        [
            row.action_id,
            f"{row.name}: {row.what}" if row.name else row.what,
            tr(row.owner),
            formats.day(row.deadline),
            tr(STATUS_WORDS[row.status]),
            formats.number(row.expected_saved),
            formats.number(row.saved),
            row.outcome if isinstance(row.outcome, str) else "",
        ]
        for row in rows.itertuples()
    ]
    note = tr(
        "Saved: as told at the end; else money at risk with the client when it was opened less today's, whatever the cause."
    )
    if rows.empty:
        note = tr("No action of an earlier quarter is on record.")
    return table_of(tr("Actions, scored"), columns, texts, values, note=note, key="actions_scored")
