"""An admission paper's tables: the strip of figures, the scorecard, the evidence."""

import pandas as pd

from kamlib import formats
from kamlib.blocks import Column, Kpi, Kpis, Table
from kamlib.credit.screening import Admission
from kamlib.language import phrase, tr
from kamlib.tables.shared import table_of

CRITERION_NAMES = {
    "days_late": phrase("Days late, by references"),
    "overdue_share": phrase("Overdue share"),
    "oldest_days": phrase("Oldest item past due"),
    "delay_rate": phrase("Delay rate"),
    "months_known": phrase("Months as a client"),
    "adverse_event": phrase("Adverse news"),
    "altman_position": phrase("Altman's score between its zones"),
    "liabilities_share": phrase("Liabilities to assets"),
    "interest_cover": phrase("Interest cover"),
    "current_ratio": phrase("Current ratio"),
    "rating": phrase("External rating"),
    "reputation": phrase("Reputation"),
}
SEVERITY_NAMES = {
    "good": phrase("good"),
    "minor": phrase("minor"),
    "major": phrase("major"),
    "critical": phrase("critical"),
}


def kpis_screening(admission: Admission) -> Kpis:
    """Grade, score, how much it rests on, limit, references."""
    grade, screened = admission.grade, admission.screened
    asked = tr("asked for: {amount}", amount=formats.money(screened.requested_limit))
    count = tr("{n} references", n=len(screened.references))
    return Kpis(
        (
            Kpi("grade", tr("Grade"), grade.final or formats.MISSING, tr("on the scorecard of clients")),
            Kpi("score", tr("Score, of 100"), formats.number(grade.score.total), "", grade.score.total),
            Kpi(
                "known",
                tr("Rests on"),
                formats.share(grade.score.known_weight, 0),
                tr("of the scorecard's weight"),
                grade.score.known_weight,
            ),
            Kpi(
                "limit",
                tr("Limit, {unit}", unit=formats.currency_name(screened.currency)),
                formats.money(admission.limit),
                asked,
                admission.limit,
            ),
            Kpi(
                "reference_days_late", tr("Days late"), formats.number(admission.days_late), count, admission.days_late
            ),
        )
    )


def table_criteria(admission: Admission) -> Table:
    """The criteria that the file tells something of, and what is not known."""
    grade = admission.grade
    columns = [
        Column("criterion", tr("Criterion"), False),
        Column("value", tr("Value")),
        Column("points", tr("Points of 100")),
        Column("weight", tr("Weight")),
    ]
    rows = grade.score.contributions
    values = [[name, grade.values[name], row["points"], row["weight"]] for name, row in rows[rows["known"]].iterrows()]
    texts = [
        [tr(CRITERION_NAMES[v[0]]), formats.number(v[1], 2), formats.number(v[2]), formats.share(v[3], 0)]
        for v in values
    ]
    values.append(["score", float("nan"), grade.score.total, 1.0])
    texts.append([tr("Score"), "", formats.number(grade.score.total), formats.share(1.0, 0)])
    missing = ", ".join(tr(CRITERION_NAMES[name]) for name in grade.score.missing)
    note = tr("Not known: {criteria}.", criteria=missing) if missing else ""
    return table_of(tr("Scorecard"), columns, texts, values, total=True, note=note, key="criteria")


def table_evidence(admission: Admission) -> Table:
    """References and what the visit found."""
    columns = [
        Column("what", tr("Evidence"), False),
        Column("told", tr("What it tells"), False),
        Column("weight", tr("Weight"), False),
    ]
    values = []
    for r in admission.screened.references:
        late = tr("{days} late", days=formats.days(r.days_late)) if r.days_late is not None else ""
        credit = tr("highest credit {amount}", amount=formats.money(r.high_credit)) if r.high_credit is not None else ""
        known = tr("{n} years", n=formats.number(r.years)) if r.years is not None else ""
        values.append([r.source, "; ".join(filter(None, (late, credit, known, r.note))), tr("reference")])
    for f in admission.screened.visit:
        values.append([f.topic, f.finding, tr(SEVERITY_NAMES[f.severity])])
    for n in admission.screened.news or ():
        values.append([n.kind, n.note or formats.MISSING, formats.day(pd.Timestamp(n.date))])
    if not values:
        values.append([formats.MISSING, tr("neither references nor a visit"), ""])
    return table_of(tr("References, visit, news"), columns, values, values, key="evidence")
