"""An admission paper in sentences: the decision, why, the conditions."""

import pandas as pd

from kamlib import formats
from kamlib.blocks import Action, Actions, Heading, Note
from kamlib.credit.screening import ACCEPT, REFUSE, Admission
from kamlib.language import listing, phrase, sentences, tr

KIND_NAMES = {"prospect": phrase("prospect"), "distributor": phrase("distributor"), "supplier": phrase("supplier")}
DECISION_NAMES = {
    "accept": phrase("accept"),
    "conditions": phrase("accept with conditions"),
    "refuse": phrase("refuse"),
}
AGAINST_NAMES = {
    "insolvency": phrase("insolvency proceedings are known"),
    "critical_finding": phrase("the visit found something critical"),
    "grade": phrase("the grade is below the lowest that is admitted"),
}
CONDITION_NAMES = {
    "no_grade": phrase("nothing is known that a grade could rest on"),
    "weak_grade": phrase("the grade is below the one that is accepted without conditions"),
    "thin": phrase("the grade rests on too little"),
    "stale": phrase("the newest statement is stale"),
    "few_references": phrase("there are too few references"),
    "late_references": phrase("references are paid late"),
    "no_visit": phrase("nobody has visited the site"),
    "major_finding": phrase("the visit found something major"),
}
MISSING_NAMES = {
    "statements": phrase("statements"),
    "ratings": phrase("external ratings"),
    "references": phrase("references"),
    "visit": phrase("a site visit"),
    "news": phrase("a search for news"),
}
LEVELS = {"accept": "calm", "conditions": "watch", "refuse": "alarm"}


def heading_screening(admission: Admission) -> Heading:
    """The head of the paper: admitted or not."""
    screened = admission.screened
    limit = formats.money(admission.limit)
    unit = formats.currency_name(screened.currency)
    if admission.decision == REFUSE:
        decision = tr("Refuse: {why}.", why=listing(tr(AGAINST_NAMES[name]) for name in admission.against))
    elif admission.limit != admission.limit:
        decision = tr("Admit against payment in advance: nothing is known that a limit could rest on.")
    elif admission.decision == ACCEPT:
        decision = tr("Accept, with a limit of {limit} {unit}.", limit=limit, unit=unit)
    else:
        decision = tr("Accept with conditions, and a limit of {limit} {unit}.", limit=limit, unit=unit)
    return Heading(
        kicker=tr("Admission · {kind}", kind=tr(KIND_NAMES[screened.kind])),
        title=screened.name,
        period=formats.day(pd.Timestamp(screened.as_of)),
        decision=decision,
        level=LEVELS[admission.decision],
        level_word=tr(DECISION_NAMES[admission.decision]),
        finding=tr("{name}: {decision}.", name=screened.name, decision=tr(DECISION_NAMES[admission.decision])),
        finding_value=0.0 if admission.limit != admission.limit else admission.limit,
        finding_label=tr("limit"),
    )


def why_screening(admission: Admission) -> Note:
    """What the decision rests on, what calls for conditions, what is missing."""
    grade, screened, rules = admission.grade, admission.screened, admission.policy.screening
    parts = []
    if grade.final is None:
        parts.append(tr("There is no grade: the file holds nothing that the scorecard can use."))
    else:
        parts.append(
            tr(
                "The grade is {grade} on {score} of 100 points; it rests on {known} of the scorecard's weight. Accepted is {accept} or better, with conditions {lowest} or better.",
                grade=grade.final,
                score=formats.number(grade.score.total),
                known=formats.share(grade.score.known_weight, 0),
                accept=rules.accept_from,
                lowest=rules.conditions_from,
            )
        )
    if admission.conditions and admission.decision != REFUSE:
        parts.append(
            tr("Conditions, because {why}.", why=listing(tr(CONDITION_NAMES[name]) for name in admission.conditions))
        )
    bounds = admission.bounds
    parts.append(
        tr(
            "Limits side by side: asked for {asked}, {share} of net worth {worth}, median of the references' highest credit {references}; the lowest counts.",
            asked=formats.money(bounds["requested"]),
            share=formats.share(rules.net_worth_share, 0),
            worth=formats.money(bounds["net_worth"]),
            references=formats.money(bounds["references"]),
        )
    )
    if screened.expected_revenue is not None:
        parts.append(tr("Expected are {amount} a year.", amount=formats.money(screened.expected_revenue)))
    if admission.missing:
        parts.append(
            tr("Not in the file: {kinds}.", kinds=listing(tr(MISSING_NAMES[name]) for name in admission.missing))
        )
    return Note(tr("Why"), (sentences(*parts[:2]), *parts[2:]))


def actions_screening(admission: Admission) -> Actions:
    """The conditions as things to do."""
    rules, items = admission.policy.screening, []
    owner = admission.screened.owner or tr("Sales")
    day = pd.Timestamp(admission.screened.as_of)
    month, again = (
        formats.day(day + pd.Timedelta(days=31)),
        formats.day(day + pd.DateOffset(months=rules.review_months)),
    )
    found = set(admission.conditions)
    if admission.decision == REFUSE:
        items.append(
            Action(
                tr("Tell the applicant, and file this paper"),
                owner,
                month,
                listing(tr(AGAINST_NAMES[n]) for n in admission.against),
            )
        )
        return Actions(tr("What to do"), tuple(items))
    first = tr("before the first order")
    if found & {"weak_grade", "no_grade", "late_references"}:
        what = tr(
            "Ask for {share} prepayment, or cover by an insurer or a guarantor",
            share=formats.share(rules.prepayment_share, 0),
        )
        items.append(Action(what, owner, first, tr("grade {grade}", grade=admission.grade.final or formats.MISSING)))
    if found & {"thin", "no_grade", "stale"}:
        items.append(
            Action(
                tr("Get the newest statements"),
                tr("Finance director"),
                month,
                tr("the grade rests on {known}", known=formats.share(admission.grade.score.known_weight, 0)),
            )
        )
    if "few_references" in found:
        items.append(
            Action(
                tr("Ask for {n} references", n=rules.least_references),
                owner,
                first,
                tr("{n} in the file", n=len(admission.screened.references)),
            )
        )
    if "no_visit" in found:
        items.append(Action(tr("Visit the site"), owner, first, tr("nobody has visited the site")))
    for finding in (f for f in admission.screened.visit if f.severity == "major"):
        items.append(Action(tr("Have it put right: {topic}", topic=finding.topic), owner, again, finding.finding))
    if found:
        items.append(Action(tr("Look at the admission again"), owner, again, tr("admitted with conditions")))
    return Actions(tr("What to do"), tuple(items), tr("Nothing is to be done before the first order."))
