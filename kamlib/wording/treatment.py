"""Risk treatment, in sentences: the choice with its price, why, and what to do."""

import math
from collections.abc import Iterator

import pandas as pd

from kamlib import formats
from kamlib.blocks import Action, Actions, Heading, Note
from kamlib.language import listing, sentences, tr, trn
from kamlib.treatment import Treatment
from kamlib.wording.shared import LEVEL_WORDS, lowered, money_in
from kamlib.wording.treatment_actions import action_text, named_action, say_score
from kamlib.wording.treatment_cover import say_cover
from kamlib.wording.treatment_names import (
    GAP_ACTIONS,
    RISK_KINDS,
    mitigations_text,
    risk_name,
)

SHOWN = 6
SOON_DAYS = 7


def heading_treatment(review: Treatment, company: str) -> Heading:
    """The head: overdue actions first, then the choice with its price."""
    level = _level(review)
    plan, currency = review.plan, review.register.currency
    total = float(review.register.entries["expected"].sum())
    return Heading(
        kicker=tr("Risk treatment"),
        title=company,
        period=formats.quarter(review.register.date),
        decision=_decision(review),
        level=level,
        level_word=tr(LEVEL_WORDS[level]),
        finding=tr(
            "{company}: the register expects {loss} of loss a year; the plan saves {saved} of it for {cost} a year.",
            company=company,
            loss=money_in(currency, total),
            saved=money_in(currency, plan.expected_saved),
            cost=money_in(currency, plan.cost),
        ),
        finding_value=total,
        finding_label=tr("expected loss a year"),
    )


def _level(review: Treatment) -> str:
    if len(review.scored.overdue) or review.register.appetite["over"].any():
        return "alarm"
    return "watch" if len(review.register.past_review) or len(review.calendar.gaps) else "calm"


def _decision(review: Treatment) -> str:
    parts = []
    overdue = review.scored.overdue
    if len(overdue):
        parts.append(
            trn(
                "{n} action is overdue: {first}.",
                "{n} actions are overdue, first: {first}.",
                len(overdue),
                n=len(overdue),
                first=action_text(next(overdue.itertuples())),
            )
        )
    picked = review.plan.picked
    if len(picked):
        first = picked.iloc[0]
        parts.append(
            tr(
                "Take {what} for {name}: {cost} a year, which saves {saved} of expected loss.",
                what=mitigations_text(first["kinds"]),
                name=first["name"],
                cost=formats.money(first["cost"]),
                saved=formats.money(first["expected_saved"]),
            )
        )
    return sentences(*parts) or tr("No mitigation is worth its price, and nothing is overdue.")


def why_treatment(review: Treatment) -> Note:
    """What the plan buys, which kinds are above the appetite, how actions did, what the cover leaves open."""
    plan, currency = review.plan, review.register.currency
    budget = tr("without a bound") if math.isinf(plan.budget) else formats.money(plan.budget)
    said = [
        tr(
            "Defaults of clients are expected to cost {expected} a year. No mitigation is worth its price.",
            expected=money_in(currency, plan.expected),
        )
        if plan.picked.empty
        else tr(
            "Of {expected} that defaults of clients are expected to cost a year, {n} mitigations save {saved}, and {tail} of "
            "the worst years' {shortfall}; they cost {cost} (budget {budget}).",
            expected=money_in(currency, plan.expected),
            n=sum(len(kinds) for kinds in plan.picked["kinds"]),
            saved=formats.money(plan.expected_saved),
            tail=formats.money(plan.tail_saved),
            shortfall=formats.money(plan.shortfall),
            cost=formats.money(plan.cost),
            budget=budget,
        )
    ]
    over = review.register.appetite[review.register.appetite["over"]]
    if len(over):
        kinds = listing(
            [
                tr("{kind} by {money}", kind=tr(RISK_KINDS[row.kind]), money=formats.money(row.expected - row.limit))
                for row in over.itertuples()
            ]
        )
        said.append(tr("Above the risk appetite: {kinds}.", kinds=kinds))
    else:
        said.append(tr("No kind of risk is above its appetite."))
    if len(review.scored.actions):
        said.append(say_score(review.scored))
    said.append(say_cover(review.calendar))
    return Note(tr("Why"), tuple(said))


def actions_treatment(review: Treatment) -> Actions:
    """What the head asks for: overdue actions, or the first mitigation that is picked; then all else by its day."""
    overdue, taken = list(_overdue(review)), list(_to_take(review))
    first = [] if overdue else taken[:1]
    rest = sorted([*_past_review(review), *taken[len(first) :], *_to_cover(review)], key=lambda item: item[0])
    items = [*overdue, *(action for _, action in [*first, *rest])]
    return Actions(tr("What to do"), tuple(items), tr("Nothing is to be done before the next review."))


def _overdue(review: Treatment) -> Iterator[Action]:
    for action in review.scored.overdue.head(SHOWN).itertuples():
        yield Action(
            tr("Overdue: {what}", what=named_action(action.name, action.what)),
            tr(action.owner),
            formats.day(action.deadline),
            tr(
                "{days} late; {money} expected",
                days=formats.days(action.days_late),
                money=formats.money(action.expected_saved),
            ),
        )


def _past_review(review: Treatment) -> Iterator[tuple[pd.Timestamp, Action]]:
    by = review.register.date + pd.Timedelta(days=SOON_DAYS)
    for entry in review.register.past_review.head(3).itertuples():
        yield (
            by,
            Action(
                tr("Review again: {name}", name=risk_name(entry)),
                tr(entry.owner) or tr("nobody named"),
                formats.day(by),
                tr("its day of review, {day}, has passed", day=formats.day(entry.review)),
            ),
        )


def _to_take(review: Treatment) -> Iterator[tuple[pd.Timestamp, Action]]:
    entries, by = review.register.entries, review.register.date + pd.DateOffset(months=1)
    owner = {entry.client_id: entry.owner for entry in entries[entries["kind"] == "credit"].itertuples()}
    for row in review.plan.picked.head(3).itertuples():
        figures = {"worth": row.worth, "cost": row.cost, "saved": row.expected_saved, "lost": -row.revenue}
        told = {name: formats.money(amount) for name, amount in figures.items()}
        why = (
            tr("worth {worth} a year for {cost}: saves {saved} of expected loss and the worst years' tail", **told)
            if row.revenue >= 0
            else tr("worth {worth} a year for {cost}, and {lost} of revenue forgone", **told)
        )
        yield (
            by,
            Action(
                tr("{name}: {action}", name=row.name, action=mitigations_text(row.kinds)),
                tr(owner.get(row.client_id, review.policy.treatment.owners.get("credit", ""))),
                formats.day(by),
                why,
            ),
        )


def _to_cover(review: Treatment) -> Iterator[tuple[pd.Timestamp, Action]]:
    day, currency = review.register.date, review.register.currency
    for row in review.calendar.gaps.head(2).itertuples():
        what, why = GAP_ACTIONS[row.gap]
        by = day + pd.Timedelta(days=SOON_DAYS)  # a cover that ends later is renewed before it does
        yield (
            by,
            Action(
                tr("{name}: {action}", name=row.name, action=lowered(tr(what))),
                tr("Credit manager"),
                formats.day(by),
                tr(why, money=money_in(currency, row.amount), day=formats.day(row.day)),
            ),
        )
