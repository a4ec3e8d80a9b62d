"""Actions in sentences: one on a line, how all of them did, which are overdue."""

from typing import Any

import pandas as pd

from kamlib import formats
from kamlib.blocks import Note
from kamlib.language import listing, sentences, tr, trn
from kamlib.treatment import Scored
from kamlib.wording.shared import money_in
from kamlib.wording.treatment_names import (
    STATUS_WORDS,
)

SHOWN = 6


def say_score(scored: Scored) -> str:
    """How the actions did: done in time, effect against expected."""
    if scored.actions.empty:
        return tr("No action of an earlier quarter is on record.")
    due = scored.with_status("overdue", "in time", "late")
    parts = [
        trn("{n} action is logged", "{n} actions are logged", len(scored.actions), n=len(scored.actions))
        + tr(
            ": {done} done in time, {late} done late, {overdue} overdue, {open} open.",
            done=len(scored.with_status("in time")),
            late=len(scored.with_status("late")),
            overdue=len(scored.overdue),
            open=len(scored.with_status("open")),
        )
    ]
    saved, expected = scored.effect
    if len(due) and expected > 0 and saved < 0:
        parts.append(
            tr(
                "Instead of {expected} saved, money at risk with these clients rose by {rise}, whatever the cause.",
                expected=formats.money(expected),
                rise=formats.money(-saved),
            )
        )
    elif len(due) and expected > 0:
        parts.append(
            tr(
                "What is done saved {saved} of {expected} expected.",
                saved=formats.money(saved),
                expected=formats.money(expected),
            )
        )
    unknown = scored.actions[~scored.actions["owner_known"] & scored.actions["closed"].isna()]
    if len(unknown):
        names = listing(sorted(set(unknown["owner"])))
        parts.append(
            tr("Nobody here knows {names}: name an account manager, or add people to the policy.", names=names)
        )
    if scored.broken:
        parts.append(
            trn(
                "{n} line of the log cannot be read.",
                "{n} lines of the log cannot be read.",
                scored.broken,
                n=scored.broken,
            )
        )
    return sentences(*parts)


def note_score(scored: Scored) -> Note:
    """How the actions agreed before did: each that is overdue, and each that was ended within the last quarter."""
    overdue = [
        tr("Overdue: {what}", what=named_action(action.name, action_text(action)))
        for action in scored.overdue.head(SHOWN).itertuples()
    ]
    recent = scored.done[scored.done["closed"] > scored.date - pd.DateOffset(months=3)]
    done = [_say_done(action) for action in recent.head(SHOWN).itertuples()]
    return Note(tr("What was agreed before"), (say_score(scored), *overdue, *done))


def _say_done(action: Any) -> str:
    """One ended action with its effect, as far as it is known."""
    what = named_action(action.name, action_text(action))
    in_time = action.status == "in time"
    if action.saved != action.saved:
        return tr("Done in time: {what}.", what=what) if in_time else tr("Done late: {what}.", what=what)
    effect = {"saved": formats.signed_money(action.saved), "expected": formats.money(action.expected_saved)}
    if in_time:
        return tr("Done in time: {what}; saved {saved}, expected {expected}.", what=what, **effect)
    return tr("Done late: {what}; saved {saved}, expected {expected}.", what=what, **effect)


def action_line(action: Any, currency: str) -> str:
    """One action on one line, for the terminal."""
    return tr(
        "{status} {key} {what}: {owner}, by {day}; {money} expected",
        status=tr(STATUS_WORDS[action.status]),
        key=action.action_id,
        what=named_action(action.name, action.what),
        owner=tr(action.owner),
        day=formats.day(action.deadline),
        money=money_in(currency, action.expected_saved),
    )


def action_text(action: Any) -> str:
    """What is to be done, by whom and by when."""
    return tr(
        "{what} ({owner}, due {day})",
        what=action.what,
        owner=tr(action.owner),
        day=formats.day(action.deadline),
    )


def named_action(name: str, what: str) -> str:
    """An action with its client; the company's own stand alone."""
    return tr("{name}: {action}", name=name, action=what) if name else what
