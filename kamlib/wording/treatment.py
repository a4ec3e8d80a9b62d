"""Risk treatment, in sentences: the choice with its price, what is overdue, the register, the dates."""

import math
from typing import Any

import pandas as pd

from kamlib import formats
from kamlib.blocks import Action, Actions, Caption, Heading, Note
from kamlib.language import listing, sentences, tr, trn
from kamlib.treatment import DiaryEntry, InsuranceCalendar, MitigationPlan, Register, Scored, Treatment, discount_rates
from kamlib.wording.shared import LEVEL_WORDS, money_in
from kamlib.wording.treatment_names import (
    EVENT_NAMES,
    GAP_NAMES,
    RISK_KINDS,
    STATUS_WORDS,
    mitigations_text,
    risk_name,
)

SHOWN = 6


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
                first=_action_text(next(overdue.itertuples())),
            )
        )
    picked = review.plan.picked
    if len(picked):
        first = picked.iloc[0]
        parts.append(
            tr(
                "Take {what} for {name}: {cost} a year against {saved} of expected loss.",
                what=mitigations_text(first["kinds"]),
                name=first["name"],
                cost=formats.money(first["cost"]),
                saved=formats.money(first["expected_saved"]),
            )
        )
    return sentences(*parts) or tr("No mitigation is worth its price, and nothing is overdue.")


def _action_text(action: Any) -> str:
    return tr(
        "{what} ({owner}, due {day})",
        what=action.what,
        owner=tr(action.owner),
        day=formats.day(action.deadline),
    )


def _named(name: str, what: str) -> str:
    """An action with its client; the company's own stand alone."""
    return tr("{name}: {action}", name=name, action=what) if name else what


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
    said.append(say_score(review.scored))
    said.append(_say_cover(review.calendar))
    return Note(tr("Why"), tuple(said))


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
        tr("Overdue: {what}", what=_named(action.name, _action_text(action)))
        for action in scored.overdue.head(SHOWN).itertuples()
    ]
    recent = scored.done[scored.done["closed"] > scored.date - pd.DateOffset(months=3)]
    done = [_say_done(action) for action in recent.head(SHOWN).itertuples()]
    return Note(tr("What was agreed before"), (say_score(scored), *overdue, *done))


def _say_done(action: Any) -> str:
    """One ended action with its effect, as far as it is known."""
    what = _named(action.name, _action_text(action))
    in_time = action.status == "in time"
    if action.saved != action.saved:
        return tr("Done in time: {what}.", what=what) if in_time else tr("Done late: {what}.", what=what)
    effect = {"saved": formats.signed_money(action.saved), "expected": formats.money(action.expected_saved)}
    if in_time:
        return tr("Done in time: {what}; saved {saved}, expected {expected}.", what=what, **effect)
    return tr("Done late: {what}; saved {saved}, expected {expected}.", what=what, **effect)


def _say_cover(calendar: InsuranceCalendar) -> str:
    if calendar.absent:
        return tr(
            "There is no table of protections: what is insured, and by when an insurer wants to know, is not known."
        )
    if not calendar.payments_known:
        return tr("Without receipts it is not known what is open: the insurance calendar stays empty.")
    coming = calendar.coming
    parts = []
    over = calendar.cover[calendar.cover["gap"] > 0]
    if len(over):
        parts.append(
            trn(
                "{n} insured client owes more than its limit, by {money}.",
                "{n} insured clients owe more than their limits, by {money} together.",
                len(over),
                n=len(over),
                money=formats.money(calendar.gap_amount),
            )
        )
    if len(coming):
        first = coming.iloc[0]
        parts.append(
            tr(
                "The next date of the insurance calendar is {day}: {event}, {name}.",
                day=formats.day(first["day"]),
                event=tr(EVENT_NAMES[first.event]),
                name=first["name"],
            )
        )
    return sentences(*parts) or tr("The cover holds, and no date is due.")


def actions_treatment(review: Treatment) -> Actions:
    """Overdue actions, entries past review, the picked mitigations, the next insurance dates."""
    register, day = review.register, review.register.date
    items = [
        Action(
            tr("Overdue: {what}", what=_named(action.name, action.what)),
            tr(action.owner),
            formats.day(action.deadline),
            tr(
                "{days} late; {money} expected",
                days=formats.days(action.days_late),
                money=formats.money(action.expected_saved),
            ),
        )
        for action in review.scored.overdue.head(SHOWN).itertuples()
    ]
    items += [
        Action(
            tr("Review again: {name}", name=risk_name(entry)),
            tr(entry.owner) or tr("nobody named"),
            formats.day(entry.review),
            tr("its day of review has passed"),
        )
        for entry in register.past_review.head(3).itertuples()
    ]
    owner = {
        entry.client_id: entry.owner for entry in register.entries[register.entries["kind"] == "credit"].itertuples()
    }
    for row in review.plan.picked.head(3).itertuples():
        items.append(
            Action(
                tr("{name}: {action}", name=row.name, action=mitigations_text(row.kinds)),
                tr(owner.get(row.client_id, review.policy.treatment.owners.get("credit", ""))),
                formats.day(day + pd.DateOffset(months=1)),
                tr(
                    "saves {saved} a year for {cost}",
                    saved=formats.money(row.expected_saved),
                    cost=formats.money(row.cost),
                ),
            )
        )
    for row in review.calendar.gaps.head(2).itertuples():
        items.append(
            Action(
                tr("{name}: {action}", name=row.name, action=tr(GAP_NAMES[row.gap])),
                tr("Credit manager"),
                formats.day(max(row.day, day) + pd.Timedelta(days=7 if row.day <= day else 0)),
                formats.money(row.amount),
            )
        )
    return Actions(tr("What to do"), tuple(items), tr("Nothing is to be done before the next review."))


def note_register(register: Register) -> Note:
    """Where the register comes from, and what in it is not in order."""
    said = []
    if not register.from_file:
        said.append(tr("The register file has no entries: every entry is a proposal that nobody has looked at."))
    if register.entries.empty:
        said.append(tr("No risk is material: the register is empty."))
    if register.unmatched:
        said.append(
            tr(
                "The file edits what is not proposed: {ids}. Mend the id, or give kind, probability and inherent.",
                ids=listing(list(register.unmatched)),
            )
        )
    if len(register.past_review):
        said.append(
            trn(
                "{n} entry is past its day of review.",
                "{n} entries are past their day of review.",
                len(register.past_review),
                n=len(register.past_review),
            )
        )
    if len(register.unowned):
        names = listing(sorted({name or tr("nobody named") for name in register.unowned["owner"]}))
        said.append(tr("Owner not known: {names}. Name an account manager, or add people to the policy.", names=names))
    said.append(
        tr(
            "Money is what a loss costs if it happens, probability is of a year: for credit by grade, or by warning level "
            "where that is worse; for the rest the policy's (weak). Inherent: nothing protects. Today: protections in force. "
            "Planned: with the mitigations picked below. Entries are not added up as if they came together."
        )
    )
    return Note("", (sentences(*said),), small=True)


def note_mitigations(review: Treatment) -> Note:
    """How mitigations are valued, and what the policy's discount costs a year by each method."""
    plan, rules = review.plan, review.policy.treatment
    insured = rules.instruments.insurance
    order = (
        tr("after the insured share") if insured.deductible_order == "after_share" else tr("before the insured share")
    )
    said = [
        tr(
            "Worth = what is saved of the expected loss + {price} of what is saved of the loss in the worst {part} of "
            "{n} simulated years. Searched exactly over all sets of at most {bundle} mitigations for each of {clients} clients; "
            "dearer sets that bring no more are dropped.",
            price=formats.share(rules.tail_price, 0),
            part=formats.share(1 - rules.level, 0),
            n=formats.number(review.policy.loss.scenarios),
            bundle=rules.bundle,
            clients=plan.compared,
        ),
        tr(
            "Several for one client count one after the other, each on what is left: together {together}, each alone would "
            "add up to {alone}.",
            together=formats.money(plan.expected_saved),
            alone=formats.money(plan.sum_alone),
        ),
        tr(
            "Insurance: {share} insured, deductible {deductible} taken {order}; after a cut of the limit later deliveries are "
            "covered only as far as it has room. Prices are the policy's (weak): put in the offers you have.",
            share=formats.share(insured.share, 0),
            deductible=formats.money(insured.deductible),
            order=order,
        ),
    ]
    rates = discount_rates(review.policy, 30)
    if rates:
        said.append(
            tr(
                "The discount of {discount} within {days} instead of 30 costs a year: {n365} (365 days), {n360} (360), {effective} "
                "effective.",
                discount=formats.share(rules.instruments.discount, 0),
                days=formats.days(rules.instruments.discount_days),
                n365=formats.share(rates["nominal_365"]),
                n360=formats.share(rates["nominal_360"]),
                effective=formats.share(rates["effective_365"]),
            )
        )
    return Note(tr("How to read this"), tuple(said), small=True)


def caption_heat(register: Register, planned: bool) -> Caption:
    """Entries by likelihood and money, before or after the plan."""
    money = register.entries["planned_band" if planned else "inherent_band"]
    grave = int(((money >= 3) & (register.entries["likelihood_band"] >= 2)).sum())
    title = (
        trn("With the plan {n} grave entry stays", "With the plan {n} grave entries stay", grave, n=grave)
        if planned
        else trn("Unprotected, {n} entry is grave", "Unprotected, {n} entries are grave", grave, n=grave)
    )
    subtitle = tr("Entries by band of likelihood (up) and money (right); numbers as in the table. Bands only for show")
    return Caption(title, subtitle, tr("Heat map. {title}.", title=title))


def caption_frontier(plan: MitigationPlan, currency: str) -> Caption:
    """What more money would buy."""
    title = (
        tr(
            "{cost} a year buy {worth} of worth; more would cost more than it brings",
            cost=formats.money(plan.cost),
            worth=formats.money(plan.worth),
        )
        if plan.cost < plan.budget * 0.95
        else tr(
            "{cost} a year buy {worth} of worth; the budget is the bound",
            cost=formats.money(plan.cost),
            worth=formats.money(plan.worth),
        )
    )
    subtitle = tr(
        "Cost and worth a year of every efficient set (line), of single mitigations (grey), of the pick (dot), {unit}",
        unit=formats.currency_name(currency),
    )
    return Caption(title, subtitle, tr("Line chart. {title}.", title=title))


def diary_entries(calendar: InsuranceCalendar) -> list[DiaryEntry]:
    """The days to come as diary entries."""
    found = []
    for row in calendar.coming.itertuples():
        summary = tr("{event}: {name}", event=tr(EVENT_NAMES[row.event]), name=row.name)
        told = tr(
            "{money}, {n} invoices open past due. Client {client}.",
            money=money_in(calendar.currency, row.amount),
            n=int(row.invoices),
            client=row.client_id,
        )
        if row.event == "renew":
            told = tr(
                "Insured limit {money}. Client {client}.",
                money=money_in(calendar.currency, row.amount),
                client=row.client_id,
            )
        key = f"{row.client_id}|{row.event}|{row.day:%Y-%m-%d}"
        found.append(DiaryEntry(key, row.day.date(), summary, told))
    return found


def action_line(action: Any, currency: str) -> str:
    """One action on one line, for the terminal."""
    return tr(
        "{status} {key} {what}: {owner}, by {day}; {money} expected",
        status=tr(STATUS_WORDS[action.status]),
        key=action.action_id,
        what=_named(action.name, action.what),
        owner=tr(action.owner),
        day=formats.day(action.deadline),
        money=money_in(currency, action.expected_saved),
    )
