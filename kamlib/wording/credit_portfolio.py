"""Collections and the credit policy over the whole portfolio, in sentences."""

from kamlib import formats
from kamlib.blocks import Action, Actions, Heading, Note
from kamlib.credit.collections import Worklist
from kamlib.credit.what_if import PolicyChange
from kamlib.language import current_language, tr
from kamlib.wording.shared import LEVEL_WORDS, money_in

CALLS = 5


def heading_collections(worklist: Worklist, company: str) -> Heading:
    """The head: how much is overdue, and whom to call first."""
    clients, day = worklist.clients, formats.quarter(worklist.date)
    kicker, level = tr("Collections and credit policy"), "watch" if len(worklist.clients) else "calm"
    if clients.empty:
        calm = tr("Nothing is overdue.")
        return Heading(kicker, company, day, calm, level, tr(LEVEL_WORDS[level]), calm)
    first = clients.iloc[0]
    total = float(clients["overdue"].sum())
    said = {
        "name": first["name"],
        "amount": money_in(worklist.currency, first["overdue"]),
        "days": formats.days(first["oldest_days"]),
    }
    if first["insolvent"]:
        decision = tr("File the claim against {name}, who is insolvent: {amount} overdue for up to {days}.", **said)
    else:
        decision = tr("Call {name} first: {amount} overdue for up to {days}.", **said)
    finding = tr(
        "{amount} is overdue at {count} clients.", amount=money_in(worklist.currency, total), count=len(clients)
    )
    return Heading(kicker, company, day, decision, level, tr(LEVEL_WORDS[level]), finding, total, tr("overdue"))


def actions_collections(worklist: Worklist) -> Actions:
    """The first calls, each with its stage and owner."""
    by = formats.day(worklist.date + worklist.pay_within)
    items = []
    for row in worklist.clients.head(CALLS).itertuples():
        stage = stage_name(worklist, row.stage, row.insolvent)
        what = tr(
            "{stage} to {name}: {amount}", stage=stage, name=row.name, amount=money_in(worklist.currency, row.overdue)
        )
        owner = row.account_manager if isinstance(row.account_manager, str) else tr("Accounts receivable")
        why = tr("{days} past due at the oldest", days=formats.days(row.oldest_days))
        if row.disputed > 0:
            why = tr("{why}; settle the dispute over {amount} first", why=why, amount=formats.money(row.disputed))
        items.append(Action(what, owner, by, why))
    return Actions(tr("What to do"), tuple(items))


def stage_name(worklist: Worklist, stage: int, insolvent: bool) -> str:
    """The policy's name of a reminder stage; what is to be done instead where nothing can be asked for."""
    if insolvent:
        return tr("Claim in the insolvency")
    if stage < 0:
        return tr("Settle dispute or credits")
    names = worklist.policy.collections.stages[stage].names
    return names.get(current_language()) or next(iter(names.values()))


def say_policy_change(change: PolicyChange, threshold: str, value: float) -> Note:
    """Who changes when one threshold moves."""
    now, then = change.blocked_sales
    said = tr(
        "With {threshold} at {value}, {changed} of {count} clients change; sales of blocked clients go from {now} to {then}.",
        threshold=threshold,
        value=f"{value:g}",
        changed=len(change.changed),
        count=len(change.clients),
        now=money_in(change.currency, now),
        then=money_in(change.currency, then),
    )
    return Note("", (said,))
