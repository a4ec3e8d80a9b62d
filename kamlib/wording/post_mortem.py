"""Post-mortems, in sentences: what was known, lost, and would have saved it; to change the policy, not to blame."""

import pandas as pd

from kamlib import formats
from kamlib.blocks import Action, Actions, Caption, Heading, Note
from kamlib.language import listing, sentences, tr, trn
from kamlib.post_mortem import PostMortem, level_name
from kamlib.wording.post_mortem_names import (
    DECISION_WORDS,
    KIND_NAMES,
    MARK_NAMES,
    MEASURE_WORDS,
    UNTOLD,
    WHY_NOT,
    measure_name,
    part_name,
    said,
)
from kamlib.wording.shared import money_in
from kamlib.wording.warning_names import INDICATOR_NAMES, WARNING_LEVELS

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


def change_words(change) -> str:
    """One change of the policy in words."""
    if change.path[0] == "level_bands":
        return tr("levels begin at {bands}", bands=" · ".join(f"{band:g}" for band in change.after))
    name = tr(INDICATOR_NAMES[change.indicator])
    before, after = f"{change.before:g}", f"{change.after:g}"
    if change.path[0] == "weights":
        return tr("weight of “{name}” from {before} to {after}", name=name, before=before, after=after)
    return tr("threshold of “{name}” from {before} to {after}", name=name, before=before, after=after)


def _best(found: PostMortem) -> str | None:
    table = found.counterfactuals.measures if found.counterfactuals is not None else None
    if table is None or table.empty or not table["net"].iloc[0] > 0:
        return None
    return measure_name(table["name"].iloc[0], table["value"].iloc[0])


def _finding(found: PostMortem) -> str:
    if found.case.won:
        return (
            tr("Nothing was lost of {money}.", money=_money(found, found.loss.exposure))
            if found.loss
            else tr("Nothing is known to have been lost.")
        )
    if found.loss is None:
        return tr("No loss on receivables can be told.")
    return tr(
        "{loss} lost of {exposure} owed.",
        loss=_money(found, found.loss.receivable_loss),
        exposure=_money(found, found.loss.exposure),
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
            exposure=_money(found, loss.exposure),
            left=_money(found, loss.receivable_loss),
            stake=_money(found, found.at_stake),
        )
    return tr(
        "Of {exposure} owed, {recovered} came back and protections bear {protected}: {lgd} is lost, waiting included. In all the "
        "case costs {total}.",
        exposure=_money(found, loss.exposure),
        recovered=_money(found, loss.recovered),
        protected=_money(found, loss.protected),
        lgd=formats.share(loss.lgd),
        total=_money(found, loss.total),
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
        avoided=_money(found, first["avoided"]),
        cost=_money(found, first["cost"] + first["margin_lost"]),
        net=_money(found, first["net"]),
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
                tr("{money} open", money=_money(found, first["exposure"])),
            )
        )
    return Actions(tr("What to do"), tuple(items))


def caption_timeline(found: PostMortem) -> Caption:
    """What happened when."""
    replay = found.replay
    if replay is not None and replay.alarm_then is not None:
        title = tr("Signals stood {days} days before the event", days=formats.number(replay.lead_days("then")))
    elif replay is not None:
        title = tr("No alarm stood before the event")
    else:
        title = tr("What was published, in order")
    subtitle = tr(
        "Above: owed (line), received a month (bars), limit (dashed), {unit}. Below: one dot for each signal, decision, "
        "contact, event and payment; numbers refer to the table",
        unit=formats.currency_name(found.currency),
    )
    return Caption(title, subtitle, tr("Time line. {title}.", title=title))


def caption_case_loss(found: PostMortem) -> Caption:
    """The loss waterfall."""
    loss = found.loss
    title = (
        tr("Nothing was lost")
        if loss.total < 0.01 * max(loss.exposure, 1.0)
        else tr(
            "{total} lost in all, {lgd} of the receivable",
            total=formats.money(loss.total),
            lgd=formats.share(loss.lgd, 0),
        )
    )
    subtitle = tr("From what was owed to the loss, {unit}", unit=formats.currency_name(found.currency))
    return Caption(title, subtitle, tr("Waterfall chart. {title}.", title=title))


def say_loss_case(found: PostMortem) -> Note:
    """How the loss was counted."""
    loss, rules = found.loss, found.policy.post_mortem
    order = listing([part_name(kind) for kind in rules.payout_order])
    told = [
        tr("Protections pay by their terms, in this order, each on what is left: {order}.", order=order),
        tr(
            "Money that came later is discounted at {rate} a year; protections are taken to pay after {days} days (weak).",
            rate=formats.share(rules.discount_rate),
            days=formats.number(rules.payout_days),
        ),
    ]
    insured = sum(paid for protection, paid in loss.paid if protection.kind == "insurance")
    if loss.other_order == loss.other_order:
        told.append(
            tr(
                "Insurance: the deductible is taken {order} the insured share; the other way round it would pay {other} "
                "instead of {paid}.",
                order=tr("after") if rules.deductible_order == "after_share" else tr("before"),
                other=formats.money_full(loss.other_order),
                paid=formats.money_full(insured),
            )
        )
    if found.replay is not None and not found.case.won:
        told.append(
            tr("Margin lost and stranded stock are estimates, by the money at risk on the day of the event (base).")
        )
    return Note(tr("How the loss is counted"), (sentences(*told),), small=True)


def say_counterfactuals(found: PostMortem) -> Note:
    """What the counterfactuals rest on."""
    judged = found.counterfactuals
    told = [
        tr(
            "As it was, {base} was lost of the receivable; without the protections held it would have been {bare}.",
            base=_money(found, judged.base),
            bare=_money(found, judged.unprotected),
        ),
        tr(
            "Cost is that of the whole window of {years} years, as if nothing had happened; refused and lost orders cost their "
            "margin. Each measure's size is a convention of the policy (weak).",
            years=formats.number(judged.years, 1),
        ),
        tr("A dash at break-even means that it saved nothing in this case."),
    ]
    if judged.not_possible:
        names = listing(
            [
                tr("{measure} ({why})", measure=tr(MEASURE_WORDS[name]), why=tr(WHY_NOT[why]))
                for name, why in judged.not_possible
            ]
        )
        told.append(tr("Not judged: {names}.", names=names))
    if judged.margin_assumed:
        told.append(tr("The margin is not known: the policy's assumed rate stands for it."))
    if found.case.won:
        told.append(tr("Nothing was lost, so that here every measure shows its cost alone."))
    return Note(tr("How the measures are judged"), (sentences(*told),), small=True)


def part_total() -> str:
    """The last bar of the loss waterfall."""
    return tr("Lost in all")


def say_no_replay() -> Note:
    """Where the replay would stand."""
    return Note(tr("Month by month"), (tr("Without the client's ledger nothing can be replayed."),))


def say_no_loss(found: PostMortem) -> Note:
    """Where the loss would stand."""
    why = [tr(UNTOLD[code]) for code in ("no_invoices", "no_receipts", "no_exposure") if code in found.untold]
    return Note(tr("The loss, to the cent"), tuple(why))


def say_no_measures(found: PostMortem) -> Note:
    """Where the counterfactuals would stand."""
    told = tr("Without what was owed and what the client bought, no measure can be judged.")
    return Note(tr("What each measure would have done"), (told,))


def say_lookalikes(found: PostMortem) -> Note:
    """How far the list of look-alikes may be believed."""
    alike = found.lookalikes
    if found.replay is None:
        return Note(tr("Look-alikes"), (tr("Without a ledger no client can be compared."),))
    if alike is None:
        return Note(tr("Look-alikes"), (tr("The case showed no sign at these times, so nobody can look like it."),))
    if alike.clients.empty:
        return Note(tr("Look-alikes"), (tr("No client shares a sign with the case today."),))
    if not alike.seen:
        return Note(tr("Look-alikes"), (tr("No past client was as near with a year behind it: the list is untested."),))
    return Note(
        tr("Look-alikes"),
        (
            tr(
                "{n} clients of past dates were as near as these; {hit} of them defaulted or paid over 90 days late within "
                "{months} months: {rate} ({low} to {high}), against {base} of all clients. Do not believe the list blindly.",
                n=formats.number(alike.seen),
                hit=formats.number(alike.defaulted),
                months=formats.number(alike.horizon_months),
                rate=formats.share(alike.rate.value),
                low=formats.share(alike.rate.low),
                high=formats.share(alike.rate.high),
                base=formats.share(alike.base_rate.value),
            ),
        ),
    )


def say_lessons(found: PostMortem) -> Note:
    """What was tried, and against what it is judged."""
    lessons = found.lessons
    if lessons is None:
        return Note(tr("Lessons for the policy"), (tr("Without a ledger no change of the policy can be tried."),))
    told = tr(
        "{tried} changes were tried, {kept} of them are shown. False alarms are counted over {months} months of {clients} other "
        "clients; today's policy raised {false} of them and warned of this case {days} days ahead.",
        tried=formats.number(lessons.tried),
        kept=formats.number(len(lessons.changes)),
        months=formats.number(lessons.months),
        clients=formats.number(lessons.clients),
        false=formats.number(lessons.false_alarms),
        days=formats.number(lessons.lead_days),
    )
    none = tr("None of them would have warned earlier.") if lessons.changes.empty else ""
    one = tr("One case proves nothing: a change is a proposal, to be weighed against its false alarms.")
    return Note(tr("Lessons for the policy"), (sentences(told, none, one),))


def say_untold(found: PostMortem) -> Note:
    """What cannot be told, and the sources of published figures."""
    told = [tr(UNTOLD[code]) for code in found.untold]
    told += [said(words) for words in found.case.untold]
    if found.case.sources:
        told.append(tr("Sources: {sources}.", sources=listing(found.case.sources)))
    return Note(tr("What the figures cannot tell"), tuple(told) or (tr("Nothing that this report needs is missing."),))


def mark_text(found: PostMortem, mark) -> str:
    """A mark of the timeline in words."""
    if mark.code == "level":
        return tr(
            "Level from {before} to {after}",
            before=tr(WARNING_LEVELS[level_name(int(mark.value_before))]),
            after=tr(WARNING_LEVELS[level_name(int(mark.value))]),
        )
    if mark.code == "indicator":
        return tr(INDICATOR_NAMES[mark.text])
    if mark.code == "limit":
        return tr(
            "Limit from {before} to {after}", before=formats.money(mark.value_before), after=formats.money(mark.value)
        )
    if mark.code.startswith("decided_"):
        kind = mark.code.removeprefix("decided_")
        return tr("{kind}: {what}", kind=tr(DECISION_WORDS[kind]) if kind in DECISION_WORDS else kind, what=mark.text)
    if mark.code.startswith("received_"):
        return tr(
            "{part}: {money}", part=part_name(mark.code.removeprefix("received_")), money=_money(found, mark.value)
        )
    if mark.code == "complaint":
        return tr("Complaint")
    if mark.code == "contacts":
        return trn("{n} contact in the quarter", "{n} contacts in the quarter", int(mark.value), n=int(mark.value))
    return said(mark.text)


def lane_names() -> list[str]:
    """The lanes of the timeline, from the top."""
    return [mark_kind(kind) for kind in ("signal", "decision", "contact", "event", "payment")]


def loss_step_names(found: PostMortem) -> list[str]:
    """The steps of the loss waterfall, for its chart."""
    return [part_name(part) for part in found.loss.steps["part"]]


def mark_kind(kind: str) -> str:
    """The lane of a mark."""
    return tr(MARK_NAMES[kind])


def _money(found: PostMortem, amount: float) -> str:
    return money_in(found.currency, amount)
