"""Risk treatment as tables and a strip of figures."""

import math
from typing import Any

from kamlib import formats
from kamlib.blocks import Column, Kpi, Kpis, Table
from kamlib.language import sentences, tr, trn
from kamlib.tables.shared import table_of
from kamlib.treatment import InsuranceCalendar, MitigationPlan, Register, Scored, Treatment
from kamlib.wording.treatment_names import (
    EVENT_NAMES,
    GAP_NAMES,
    MITIGATION_NAMES,
    RISK_KINDS,
    STATUS_WORDS,
    TREATMENT_WORDS,
    mitigations_text,
    risk_evidence,
    risk_name,
)

MOST_ROWS, MOST_DATES, MOST_GAPS, ALONE_CLIENTS = 20, 16, 10, 3


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
                "expected_loss",
                tr("Expected loss a year, {unit}", unit=unit),
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
    return table_of(tr("Actions, scored"), columns, texts, values, note=note)


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
    return table_of(title, columns, texts, values, note=note)


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
    return table_of(tr("Evidence"), columns, texts, values)


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
    return table_of(title, columns, texts, values, note=note)


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
    return table_of(title, columns, texts, values, total=total, note=note)


def _break_even(value: float) -> str:
    if value <= 0:
        return tr("always")
    return tr("never") if value > 1 else formats.share(value)


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
    return table_of(title, columns, texts, values, note=note)


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
    return table_of(title, columns, texts, values, note=note)


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
    return table_of(title, columns, texts, values, note=note or ("" if values else tr("No date is due.")))


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
    return table_of(title, columns, texts, values, note=note)
