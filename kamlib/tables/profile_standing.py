"""What rests on a client and how the relation stands, as tables."""

import pandas as pd

from kamlib import formats
from kamlib.blocks import Column, Note, Table
from kamlib.client_profile import ClientProfile
from kamlib.language import listing, sentences, tr
from kamlib.relationship import PARTS
from kamlib.tables.shared import table_of
from kamlib.wording.profile_names import (
    EFFORT_NAMES,
    PART_NAMES,
)


def table_reliance(profile: ClientProfile) -> Table | Note:
    """Product lines, capacity and development effort that rest on the client."""
    lines, effort = profile.reliance.lines, profile.reliance.effort
    missing = []
    if profile.revenue <= 0:
        missing.append(tr("No revenue in the window: no product line rests on this client."))
    elif lines.empty:
        missing.append(tr("Invoices name no product line: bring invoices.product_line for the share of each line."))
    for kind in ("capacity_hours", "development_hours"):
        if kind not in set(effort["kind"]):
            missing.append(
                tr(
                    "{what}: not recorded; bring service_costs.{column}.",
                    what=tr(EFFORT_NAMES[kind]),
                    column=kind,
                )
            )
    title = tr("What rests on this client")
    if lines.empty and effort.empty:
        return Note(title, tuple(missing))
    columns = [
        Column("what", tr("What"), False),
        Column("own", tr("This client")),
        Column("book", tr("Whole company")),
        Column("share", tr("Share")),
    ]
    values = [[r.product_line, r.own, r.book, r.share] for r in lines.head(8).itertuples()]
    values += [[tr(EFFORT_NAMES[r.kind]), r.own, r.book, r.share] for r in effort.itertuples()]
    texts = [[str(v[0]), formats.number(v[1]), formats.number(v[2]), formats.share(v[3])] for v in values]
    limit = profile.policy.profile.product_line_share
    lives = lines.loc[lines["share"] >= limit, "product_line"]
    told = (
        [
            tr(
                "Lives from this client, at {limit} or more: {lines}.",
                limit=formats.share(limit, 0),
                lines=listing(lives),
            )
        ]
        if len(lives)
        else []
    )
    if len(lines) > 8:
        told.append(tr("{n} further product lines are left out.", n=len(lines) - 8))
    unit = formats.currency_name(profile.currency)
    base = tr("{months} months; product lines in {unit}.", months=profile.policy.concentration.window_months, unit=unit)
    return table_of(title, columns, texts, values, note=sentences(*told, base, *missing), key="reliance")


def table_relationship(profile: ClientProfile) -> Table | Note:
    """The parts of the score, with what was found."""
    found, rules = profile.relationship, profile.policy.profile
    title = tr("How close we are")
    if found is None:
        return Note(
            title,
            (
                tr(
                    "No contact with this client is recorded. Bring interactions.csv with client_id, date, kind, satisfaction, contact and contact_role."
                ),
            ),
        )
    facts = found.facts
    told = {
        "cadence": tr(
            "{n} contacts in {months} months, {planned} planned (one every {days})",
            n=formats.number(facts.contacts),
            months=rules.contact_months,
            planned=formats.number(facts.planned),
            days=formats.days(found.plan_days),
        ),
        "decision_maker": _decider(facts),
        "satisfaction": _satisfaction(facts, rules.satisfaction_top),
        "complaints": tr(
            "{n}, in the window before {prior}",
            n=formats.number(facts.complaints),
            prior=formats.number(facts.prior_complaints),
        ),
        "breadth": _persons(facts.people),
    }
    columns = [
        Column("part", tr("Part"), False),
        Column("found", tr("What was found"), False),
        Column("points", tr("Points of 100")),
        Column("weight", tr("Weight")),
    ]
    values = [[name, told[name], 100 * found.parts[name], rules.relationship_weights[name]] for name in PARTS]
    texts = [[tr(PART_NAMES[v[0]]), v[1], formats.number(v[2]), formats.number(v[3])] for v in values]
    values.append(["score", "", found.score, float("nan")])
    texts.append([tr("Score"), "", formats.number(found.score), ""])
    plan = (
        "" if found.planned_by_client else tr("The plan is the policy's: the clients table has no contact_plan_days.")
    )
    note = sentences(tr("A part without data is left out of the score. Weights are conventions (weak)."), plan)
    return table_of(title, columns, texts, values, total=True, note=note, key="relationship")


def _decider(facts) -> str:
    if pd.notna(facts.last_decision_maker):
        return formats.day(facts.last_decision_maker)
    if facts.roles_known:
        return tr("none was ever met")
    return tr("not recorded: bring interactions.contact_role")


def _satisfaction(facts, top: float) -> str:
    if facts.satisfaction != facts.satisfaction:
        return tr("no rating in the window")
    mean = tr("{mean} of {top}", mean=formats.number(facts.satisfaction, 1), top=formats.number(top))
    if facts.trend != facts.trend:
        return mean
    moved = tr(
        "{slope} a year ({low} to {high})",
        slope=formats.signed(facts.trend, 1),
        low=formats.signed(facts.trend_low, 1),
        high=formats.signed(facts.trend_high, 1),
    )
    return f"{mean}; {moved}"


def _persons(people: int) -> str:
    if people < 0:
        return tr("not recorded: bring interactions.contact")
    if people == 1:
        return tr("one person only: the relation hangs by a single thread")
    return formats.number(people)
