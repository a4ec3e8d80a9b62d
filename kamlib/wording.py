"""Results as sentences: headings, captions, reasons, actions. Numbers come in; nothing is computed here."""

import pandas as pd

from kamlib import formats
from kamlib.blocks import Action, Actions, Caption, Heading, Note
from kamlib.credit import CreditReview
from kamlib.dependence import Dependence
from kamlib.ledger.schema import ADDS
from kamlib.ledger.snapshot import Snapshot
from kamlib.stress import ClientLoss

LEVEL_WORDS = {"calm": "calm", "watch": "watch", "alarm": "alarm"}
SMALL_NUMBERS = ("no", "the largest", "the two largest", "the three largest", "the four largest", "the five largest")


def heading_dependence(dependence: Dependence, loss: ClientLoss, company: str) -> Heading:
    """The head of the portfolio report: what the stress asks to decide."""
    top = dependence.clients.iloc[0]
    turns = loss.turns_negative_at
    bands = dependence.policy.concentration.single_client_bands
    share = top["share"]
    level = (
        "alarm" if share > bands[1] or (turns is not None and turns <= 3) else "watch" if share > bands[0] else "calm"
    )
    lost = loss.steps.iloc[1] if len(loss.steps) > 1 else loss.steps.iloc[0]
    at_stake = float(loss.steps["revenue"].iloc[0] - lost["revenue"])
    return Heading(
        kicker="Concentration and stress",
        title=company,
        period=formats.quarter(dependence.snapshot_date),
        decision=_decision_dependence(dependence, loss),
        level=level,
        level_word=LEVEL_WORDS[level],
        finding=_finding_dependence(dependence, loss),
        finding_value=at_stake,
    )


def _decision_dependence(dependence: Dependence, loss: ClientLoss) -> str:
    name, turns = dependence.clients["name"].iloc[0], loss.turns_negative_at
    if turns:
        return (
            f"Decide how to hold or replace {name}: losing {_largest(turns, loss.by)} turns operating profit negative."
        )
    if dependence.clients["share"].iloc[0] > dependence.policy.concentration.single_client_bands[0]:
        return f"Decide how to hold or replace {name}, which brings {formats.share(dependence.clients['share'].iloc[0])} of revenue."
    return "No single client calls for a decision; keep the spread."


def _finding_dependence(dependence: Dependence, loss: ClientLoss) -> str:
    top = dependence.clients.iloc[0]
    share = formats.share(top["share"])
    turns = loss.turns_negative_at
    if turns:
        return f"{top['name']} brings {share} of revenue; losing {_largest(turns, loss.by)} turns operating profit negative."
    return f"{top['name']} is the largest client with {share} of revenue."


def why_dependence(dependence: Dependence, loss: ClientLoss, group_loss: ClientLoss) -> Note:
    """Three sentences: who, since when, and what the loss of them does."""
    now, prior = dependence.indices["client"], dependence.indices["prior"]
    top = dependence.clients.iloc[0]
    sentences = [
        f"{top['name']} brings {formats.share(top['share'])} of revenue and the five largest clients "
        f"{formats.share(now['cr5'])}: as concentrated as {formats.number(now['effective_number'], 1)} equal clients would be."
    ]
    if not pd.isna(prior["hhi"]):
        moved = "rose" if now["hhi"] > prior["hhi"] else "fell"
        sentences.append(
            f"A year before, the five largest had {formats.share(prior['cr5'])}; the HHI {moved} from "
            f"{formats.number(prior['hhi'] * 1e4)} to {formats.number(now['hhi'] * 1e4)} points."
        )
    if dependence.has_groups and now["cr1"] <= dependence.indices.loc["cr1", "group"]:
        group = dependence.indices["group"]
        sentences.append(
            f"Counted by group under common control, the three largest have {formats.share(group['cr3'])}."
        )
    sentences.append(_loss_sentence(loss, group_loss))
    return Note("Why", tuple(sentences))


def _loss_sentence(loss: ClientLoss, group_loss: ClientLoss) -> str:
    steps = loss.steps
    if steps["profit"].notna().all():
        start, turns = formats.money(steps["profit"].iloc[0]), loss.turns_negative_at
        if turns is None:
            return f"Operating profit of {start} stays positive even without {_largest(len(steps) - 1, loss.by)}."
        by_group = group_loss.turns_negative_at
        also = f" Counted by group, {by_group} is enough." if by_group and by_group < turns else ""
        left = formats.money(steps["profit"].iloc[turns])
        return f"Without {_largest(turns, loss.by)}, operating profit falls from {start} to {left} a year.{also}"
    step = min(3, len(steps) - 1)
    gone = formats.share(steps["revenue_lost_share"].iloc[step])
    return f"Losing {_largest(step, loss.by)} takes {gone} of revenue; what that does to profit is not known without costs."


def caption_shares(dependence: Dependence) -> Caption:
    """The largest clients' shares."""
    shown = min(10, len(dependence.clients))
    share = dependence.clients["share"].head(shown).sum()
    top = dependence.clients.iloc[0]
    title = f"{shown} of {len(dependence.clients):,} clients bring {formats.share(share)} of revenue"
    subtitle = f"Share of revenue, {_window(dependence)}; the upright mark is the year before"
    alt = f"Bar chart. {title}. The largest, {top['name']}, has {formats.share(top['share'])}."
    return Caption(title, subtitle, alt)


def caption_lorenz(dependence: Dependence) -> Caption:
    """The Lorenz curve."""
    gini = formats.number(dependence.indices.loc["gini", "client"], 2)
    title = f"Revenue is spread unequally: Gini {gini}"
    return Caption(title, "Cumulative share of revenue over clients, smallest first", f"Lorenz curve. {title}.")


def caption_loss(loss: ClientLoss, measure: str, currency: str) -> Caption:
    """What losing the largest leaves."""
    name = {"profit": "operating profit", "margin": "contribution margin", "revenue": "revenue"}[measure]
    last = len(loss.steps) - 1
    turns = loss.turns_negative_at if measure == "profit" else None
    if turns:
        title = f"Losing {_largest(turns, loss.by)} turns operating profit negative"
    elif measure == "profit":
        title = f"Operating profit stays positive without {_largest(last, loss.by)}"
    else:
        part = formats.share(1 - loss.steps[measure].iloc[last] / loss.steps[measure].iloc[0])
        title = f"Losing {_largest(last, loss.by)} takes {part} of {name}"
    subtitle = f"Annual {name} left, {formats.currency_name(currency)}, by number of {loss.by}s lost, largest first"
    left = ", ".join(formats.money(value) for value in loss.steps[measure].head(4))
    return Caption(title, subtitle, f"Bar chart. {title}. Left after losing 0, 1, 2, 3: {left}.")


def actions_dependence(dependence: Dependence, loss: ClientLoss) -> Actions:
    """One action for each client above the moderate band, and one for the stress."""
    bands = dependence.policy.concentration.single_client_bands
    due = formats.day(dependence.snapshot_date + pd.DateOffset(months=3) + pd.offsets.MonthEnd(0))
    items = [
        Action(
            f"Agree how to hold {row.name} and what replaces it",
            "Management",
            due,
            f"{formats.share(row.share)} of revenue, above the band of {formats.share(bands[0], 0)}",
        )
        for row in dependence.clients.itertuples(index=False)
        if row.share > bands[0]
    ]
    if loss.turns_negative_at:
        start = formats.money(-loss.steps["profit"].iloc[loss.turns_negative_at])
        items.append(
            Action(
                f"Name {start} of cost that could be cut if {_largest(loss.turns_negative_at, loss.by)} left",
                "Finance",
                due,
                "operating profit would be negative without it",
            )
        )
    return Actions("What to do", tuple(items))


def heading_credit(review: CreditReview) -> Heading:
    """The head of a client's review."""
    client = review.client
    return Heading(
        kicker="Credit review",
        title=client["name"],
        period=formats.quarter(review.now.date),
        decision=_decision_credit(review),
        level=review.level,
        level_word=LEVEL_WORDS[review.level],
        finding=_finding_credit(review),
        finding_value=review.now.overdue,
    )


def _decision_credit(review: CreditReview) -> str:
    overdue, due = formats.money(review.now.overdue), formats.day(_collect_by(review))
    if review.level == "alarm":
        return f"Stop new orders on open terms until the {overdue} overdue is paid or secured, by {due}."
    if review.level == "watch":
        return f"Keep the terms, collect {overdue} overdue by {due}, and look again in a month."
    return "Keep the terms; review again next quarter."


def _finding_credit(review: CreditReview) -> str:
    now = review.now
    if now.open_invoices <= 0:
        return f"{review.client['name']} owes nothing on {formats.day(now.date)}."
    paid = (
        f"paid {formats.days(now.days_late)} late on average"
        if now.due_count
        else "and nothing fell due in the last months"
    )
    overdue = f"{formats.share(now.overdue_share, 0)} of {formats.money(now.open_invoices)} open is overdue"
    return f"{review.client['name']}: {overdue}, {paid}."


def why_credit(review: CreditReview) -> Note:
    """Three or four sentences: money, age, payments and their trend, protection."""
    now, before = review.now, review.before
    change = now.billed_exposure - before.billed_exposure
    moved = "unchanged" if abs(change) < 0.5 else f"{'up' if change > 0 else 'down'} {formats.money(abs(change))}"
    sentences = [
        f"Full exposure is {formats.money(now.total_exposure)} {formats.currency_name(review.currency)}; what is billed of it is "
        f"{moved} on the quarter. The client brought {formats.money(now.revenue)} of revenue in "
        f"{review.policy.concentration.window_months} months, {formats.share(now.company_share)} of ours."
    ]
    if now.open_invoices > 0:
        sentences.append(
            f"{formats.share(now.overdue_share, 0)} of the open invoices are overdue (a quarter before "
            f"{formats.share(before.overdue_share, 0)}), {formats.share(now.old_share, 0)} by more than "
            f"{review.policy.review.old_days} days."
        )
    else:
        sentences.append("No invoice is open.")
    sentences.append(_payment_sentence(review))
    if now.total_exposure > 0:
        part = min(review.insured_limit / now.total_exposure, 1.0)
        insured = f"Credit insurance covers up to {formats.money(review.insured_limit)}, {formats.share(part, 0)} of the exposure."
        sentences.append(insured if review.insured_limit else "No credit insurance is recorded.")
    return Note("Why", tuple(sentences))


def _payment_sentence(review: CreditReview) -> str:
    now, before, trend = review.now, review.before, review.trend
    months = review.policy.receivables.behaviour_months
    if now.due_count == 0:
        return f"No invoice fell due in {months} months, so nothing can be said of how the client pays."
    sentence = (
        f"Of {formats.number(now.due_count)} invoices due in {months} months, {formats.share(now.delay_rate, 0)} were late, "
        f"by {formats.days(now.days_late)} on average of the amount (a quarter before {formats.number(before.days_late)})."
    )
    if trend is None:
        return f"{sentence} Too few months for a trend."
    interval = f"{formats.signed(trend.slope, 1)} days a month, 95 % interval {formats.signed(trend.low, 1)} to {formats.signed(trend.high, 1)}"
    if not trend.certain:
        return f"{sentence} No clear trend over {trend.months} months ({interval})."
    return (
        f"{sentence} Payments get {'later' if trend.slope > 0 else 'earlier'}: {interval}, over {trend.months} months."
    )


def caption_delay(review: CreditReview) -> Caption:
    """Payment delays by month."""
    trend, late = review.trend, formats.days(review.now.days_late)
    if review.now.by_month.empty:
        title = "No invoice fell due"
    elif trend is not None and trend.certain:
        title = f"Payments are getting {'later' if trend.slope > 0 else 'earlier'}"
    else:
        title = f"Payments come {late} late on average, without a clear trend"
    subtitle = "Days late, weighted by amount, by month due; hollow: the running month"
    return Caption(title, subtitle, f"Line chart. {title}. Average of the window: {late}.")


def caption_ageing(review: CreditReview) -> Caption:
    """Age of what is open."""
    now, before = review.now, review.before
    if now.open_invoices <= 0:
        title = "Nothing is open"
    elif pd.isna(before.overdue_share):
        title = f"{formats.share(now.overdue_share, 0)} of open invoices are overdue"
    else:
        title = f"{formats.share(now.overdue_share, 0)} overdue, against {formats.share(before.overdue_share, 0)} a quarter before"
    subtitle = f"Open invoices by days past due, {formats.currency_name(review.currency)}; grey: a quarter before"
    buckets = ", ".join(f"{row.bucket}: {formats.money(row.amount)}" for row in now.ageing.itertuples())
    return Caption(title, subtitle, f"Bar chart. {title}. {buckets}.")


def actions_credit(review: CreditReview) -> Actions:
    """What the level calls for."""
    now, owner = review.now, review.client.get("account_manager") or "Account manager"
    due = formats.day(_collect_by(review))
    items = []
    if now.overdue > 0 and review.level != "calm":
        items.append(
            Action(f"Collect {formats.money(now.overdue)} overdue, oldest first", owner, due, _finding_credit(review))
        )
    if review.level == "alarm":
        items.append(
            Action("Release new orders only against payment or security", "Credit control", due, _crossed(review))
        )
        if review.insured_limit < now.total_exposure:
            gap = formats.money(now.total_exposure - review.insured_limit)
            items.append(
                Action(
                    "Ask the insurer or a guarantor for cover", "Finance", due, f"{gap} of the exposure is uncovered"
                )
            )
    if now.credits < 0:
        items.append(
            Action(
                f"Apply {formats.money(-now.credits)} of credits and unapplied cash to invoices",
                "Accounts receivable",
                due,
                "they stand beside open invoices",
            )
        )
    return Actions("What to do", tuple(items))


def _crossed(review: CreditReview) -> str:
    now, limits = review.now, review.policy.review
    words = {
        "overdue_share_alarm": f"{formats.share(now.overdue_share, 0)} overdue reaches the limit of {formats.share(limits.overdue_share_alarm, 0)}",
        "days_late_alarm": f"{formats.days(now.days_late)} late reaches the limit of {formats.number(limits.days_late_alarm)}",
        "old_share_alarm": f"{formats.share(now.old_share, 0)} is older than {limits.old_days} days, limit {formats.share(limits.old_share_alarm, 0)}",
    }
    return "; ".join(words[name] for name in review.reasons)


def say_limits(snapshot: Snapshot, names: tuple[str, ...]) -> Note:
    """What the report cannot show, and which table would change that."""
    missing = [
        f"No table of {name.replace('_', ' ')}: it would add {ADDS[name]}."
        for name in names
        if name not in snapshot.tables
    ]
    own = "Open balances are at the rate of the last day known, revenue at the rate of each day."
    disputed = "Whether an invoice is disputed has no date, so it is shown as of today."
    return Note("Limits", (*missing, own, disputed), small=True)


def _largest(count: int, by: str) -> str:
    noun = by if count == 1 else f"{by}s"
    words = SMALL_NUMBERS[count] if count < len(SMALL_NUMBERS) else f"the {count} largest"
    return f"{words} {noun}"


def _window(dependence: Dependence) -> str:
    start = dependence.window_start + pd.Timedelta(days=1)
    return f"{formats.day(start)} to {formats.day(dependence.snapshot_date)}"


def _collect_by(review: CreditReview) -> pd.Timestamp:
    return review.now.date + pd.Timedelta(days=31)
