"""Post-mortems, in sentences: what was known, lost, and would have saved it; to change the policy, not to blame."""

import pandas as pd

from kamlib import formats
from kamlib.blocks import Action, Actions, Heading, Note
from kamlib.language import listing, sentences, tr
from kamlib.post_mortem import PostMortem
from kamlib.wording.post_mortem_lessons import change_words
from kamlib.wording.post_mortem_names import (
    KIND_NAMES,
    UNTOLD,
    case_money,
    measure_name,
    said,
)
from kamlib.wording.warning_names import WARNING_LEVELS

DAYS_TO_DECIDE = 31


def heading_case(found: PostMortem) -> Heading:
    """The head: the case, the lesson to decide on, the money lost."""
    lost = found.loss.total if found.loss is not None else 0.0
    won = found.case.won
    return Heading(
        kicker=tr("Case post-mortem"),
        title=said(found.case.name),
        period=tr("{kind}, {day}", kind=tr(KIND_NAMES[found.case.kind]), day=formats.day(found.event)),
        decision=_decision(found),
        level="calm" if won else "alarm",
        level_word=tr("averted") if won else tr("lost") if found.happened else tr("not happened yet"),
        finding=_finding(found),
        finding_value=lost,
        finding_label=tr("lost in this case"),
    )


def _decision(found: PostMortem) -> str:
    lessons = found.lessons
    if lessons is not None and len(lessons.changes):
        first = lessons.changes.iloc[0]
        return tr(
            "Decide on one change of the policy: {change}. It would have warned {days} days earlier, at {n} more false alarms.",
            change=change_words(first["change"]),
            days=formats.number(first["gained_days"]),
            n=formats.signed(first["more_false"]),
        )
    best = _best(found)
    if best is not None:
        return tr("Decide whether {measure} becomes the rule for such clients.", measure=best)
    return tr("Read it for the rule it teaches; the figures propose no change of the policy.")


def _best(found: PostMortem) -> str | None:
    table = found.counterfactuals.measures if found.counterfactuals is not None else None
    if table is None or table.empty or not table["net"].iloc[0] > 0:
        return None
    return measure_name(table["name"].iloc[0], table["value"].iloc[0])


def _finding(found: PostMortem) -> str:
    if found.case.won:
        return (
            tr("Nothing was lost of {money}.", money=case_money(found, found.loss.exposure))
            if found.loss
            else tr("Nothing is known to have been lost.")
        )
    if found.loss is None:
        return tr("No loss on receivables can be told.")
    return tr(
        "{loss} lost of {exposure} owed.",
        loss=case_money(found, found.loss.receivable_loss),
        exposure=case_money(found, found.loss.exposure),
    )


def why_case(found: PostMortem) -> Note:
    """What was known, what was lost, what would have saved it: a sentence each."""
    return Note(tr("In short"), tuple(filter(None, (_known(found), _lost(found), _saved(found), *_published(found)))))


def _known(found: PostMortem) -> str:
    replay = found.replay
    if replay is None:
        return ""
    level = tr(WARNING_LEVELS[found.policy_then.post_mortem.alarm_level])
    if replay.alarm_then is None:
        return tr("No alarm (level {level} or worse) stood before the event by the policy of then.", level=level)
    raised = replay.decisions[(replay.decisions["kind"] == "limit") & (replay.decisions["date"] <= found.event)]
    grown = raised[
        pd.to_numeric(raised["after"], errors="coerce").astype(float)
        > pd.to_numeric(raised["before"], errors="coerce").astype(float)
    ]
    told = tr(
        "From {month} on the signals stood at level {level} or worse: {days} days before the event.",
        month=formats.month(replay.alarm_then),
        level=level,
        days=formats.number(replay.lead_days("then")),
    )
    if len(grown):
        last = grown.iloc[-1]
        told = sentences(
            told,
            tr(
                "The limit was raised on {day}; signals on record then: {n}.",
                day=formats.day(last["date"]),
                n=formats.number(last["signals"]),
            ),
        )
    return told


def _lost(found: PostMortem) -> str:
    loss = found.loss
    if loss is None:
        return ""
    if found.case.won:
        return tr(
            "Owed on that day: {exposure}; all but {left} came in. At its height, {stake} would have been lost at the policy's "
            "usual loss given default (an estimate).",
            exposure=case_money(found, loss.exposure),
            left=case_money(found, loss.receivable_loss),
            stake=case_money(found, found.at_stake),
        )
    return tr(
        "Of {exposure} owed, {recovered} came back and protections bear {protected}: {lgd} is lost, waiting included. In all the "
        "case costs {total}.",
        exposure=case_money(found, loss.exposure),
        recovered=case_money(found, loss.recovered),
        protected=case_money(found, loss.protected),
        lgd=formats.share(loss.lgd),
        total=case_money(found, loss.total),
    )


def _saved(found: PostMortem) -> str:
    judged = found.counterfactuals
    if judged is None or judged.measures.empty:
        return ""
    if found.case.won:
        worked = listing([said(words) for words in found.case.worked])
        return tr("What worked: {worked}.", worked=worked) if worked else ""
    first = judged.measures.iloc[0]
    if not first["net"] > 0:
        return tr("No measure would have saved more than it cost.")
    return tr(
        "Most would have been saved by: {measure}. {avoided} less lost, {cost} of cost and lost margin, {net} net.",
        measure=measure_name(first["name"], first["value"]),
        avoided=case_money(found, first["avoided"]),
        cost=case_money(found, first["cost"] + first["margin_lost"]),
        net=case_money(found, first["net"]),
    )


def _published(found: PostMortem) -> list[str]:
    """One sentence for a case of published figures without a loss on receivables."""
    shares = found.derived[found.derived["name"] == "client_share"]
    ends = found.derived[found.derived["name"] == "revenue_ends"]
    told = []
    if len(shares):
        last = shares.iloc[-1]
        told.append(
            tr(
                "{client} made {share} of revenue in the year to {day}.",
                client=found.case.client,
                share=formats.share(float(last["value"])),
                day=last["whom"],
            )
        )
    if len(ends):
        told.append(
            tr(
                "The notice leaves until between {first} and {last}.",
                first=formats.day(ends["value"].iloc[0]),
                last=formats.day(ends["high"].iloc[0]),
            )
        )
    return told


def actions_case(found: PostMortem) -> Actions:
    """What is to be decided because of the case."""
    items, by = [], formats.day(found.today + pd.Timedelta(days=DAYS_TO_DECIDE))
    if found.lessons is not None:
        for row in found.lessons.changes.head(2).itertuples():
            why = tr(
                "{days} days earlier, {n} false alarms",
                days=formats.number(row.gained_days),
                n=formats.signed(row.more_false),
            )
            what = tr("Decide on the policy: {change}", change=change_words(row.change))
            items.append(Action(what, tr("Credit manager"), by, why))
    if found.lookalikes is not None and len(found.lookalikes.clients):
        first = found.lookalikes.clients.sort_values("exposure", ascending=False).iloc[0]
        items.append(
            Action(
                tr("Look into {name}, the look-alike that owes most", name=first["name"]),
                tr("Account manager"),
                by,
                tr("{money} open", money=case_money(found, first["exposure"])),
            )
        )
    return Actions(tr("What to do"), tuple(items), tr("The figures of this case call for no action of ours."))


def say_untold(found: PostMortem) -> Note:
    """What cannot be told, and the sources of published figures."""
    told = [tr(UNTOLD[code]) for code in found.untold]
    told += [said(words) for words in found.case.untold]
    if found.case.sources:
        told.append(tr("Sources: {sources}.", sources=listing(found.case.sources)))
    return Note(tr("What the figures cannot tell"), tuple(told) or (tr("Nothing that this report needs is missing."),))
