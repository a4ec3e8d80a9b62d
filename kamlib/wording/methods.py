"""The heads of the report on methods and of the exercises."""

from kamlib import formats
from kamlib.blocks import Heading
from kamlib.language import tr
from kamlib.ledger.snapshot import Snapshot
from kamlib.methods import DEFINITIONS, whole_policy
from kamlib.policy import Policy


def heading_methods(snapshot: Snapshot, policy: Policy) -> Heading:
    """What the report holds: how many definitions, how many values of the policy."""
    count, values = formats.number(len(DEFINITIONS)), formats.number(len(whole_policy(policy)))
    return Heading(
        kicker=tr("Methodology"),
        title=str(snapshot.facts.get("title") or snapshot.facts.get("source", "")),
        period=formats.quarter(snapshot.date),
        decision=tr("Every figure of the pack: what it means, how it is computed, which threshold is in force."),
        finding=tr("{n} definitions and {m} values of the policy are in force.", n=count, m=values),
    )


def heading_exercises(snapshot: Snapshot) -> Heading:
    """What the exercises ask of whom."""
    return Heading(
        kicker=tr("Exercises"),
        title=str(snapshot.facts.get("title") or snapshot.facts.get("source", "")),
        period=formats.quarter(snapshot.date),
        decision=tr("Five questions: say your answer before you run the cell below each."),
    )
