"""The credit review of a client, in sentences."""

import pandas as pd

from kamlib import formats
from kamlib.blocks import Action, Actions, Caption, Heading, Note
from kamlib.credit import UNKNOWN, CreditReview
from kamlib.wording.shared import LEVEL_WORDS

QUIET_DAYS = 92  # without an invoice for longer than a quarter, the sentence says since when


def heading_credit(review: CreditReview) -> Heading:
    """The head of a client's review."""
    client = review.client
    return Heading(
        kicker=f"Credit review · {client['client_id']}",
        title=client["name"],
        period=formats.quarter(review.now.date),
        decision=_decision_credit(review),
        level=review.level,
        level_word=LEVEL_WORDS[review.level],
        finding=_finding_credit(review),
        finding_value=review.now.overdue,
        finding_label="billed, past its due date" if review.level == UNKNOWN else "overdue",
    )


def _decision_credit(review: CreditReview) -> str:
    overdue, due = _money(review, review.now.overdue), formats.day(_collect_by(review))
    if "insolvency" in review.reasons:
        cover = f"call the cover of {_money(review, review.covered)}" if review.covered else "no cover is recorded"
        return f"Insolvent since {formats.day(review.insolvency)}: confirm the claim, {cover}, and decide what to write down."
    if review.level == UNKNOWN:
        return f"Add the receipts to the ledger: {overdue} billed is past its due date, but what of it is paid is not known."
    if review.level == "alarm":
        return (
            f"Decide whether to go on delivering on open terms: {overdue} is overdue, to be paid or secured by {due}."
        )
    if review.level == "watch":
        return f"Keep delivering, collect {overdue} overdue by {due}, and look again in a month."
    return "Keep the terms; review again next quarter."


def _finding_credit(review: CreditReview) -> str:
    now, name = review.now, review.client["name"]
    if now.open_invoices <= 0:
        return f"{name} owes nothing on {formats.day(now.date)}."
    overdue = f"{name}: {formats.share(now.overdue_share)} of {_money(review, now.open_invoices)} open is overdue"
    if review.insolvency is not None:
        return f"{overdue}; insolvent since {formats.day(review.insolvency)}."
    if review.level == UNKNOWN:
        return f"{name}: {_money(review, now.overdue)} billed is past its due date; what of it is paid is not known."
    if not now.due_count:
        return f"{overdue}."
    return f"{overdue}; its invoices are {formats.days(now.days_late)} late on average."


def why_credit(review: CreditReview) -> Note:
    """A few sentences: money, trade, age, payments and their trend, protection."""
    sentences = [_trade_sentence(review)]
    now, before = review.now, review.before
    if review.level != UNKNOWN and now.open_invoices > 0:
        sentences.append(
            f"{formats.share(now.overdue_share)} of the open invoices are overdue (a quarter before "
            f"{formats.share(before.overdue_share)}), {formats.share(now.old_share)} by more than "
            f"{review.policy.review.old_days} days; {_money(review, now.disputed)} is disputed."
        )
    elif review.level != UNKNOWN:
        sentences.append("No invoice is open.")
    sentences.append(_payment_sentence(review))
    if now.exposure["receivables"] > 0:
        sentences.append(_cover_sentence(review))
    return Note("Why", tuple(sentences))


def _trade_sentence(review: CreditReview) -> str:
    now = review.now
    change = now.exposure["receivables"] - review.before.exposure["receivables"]
    moved = "unchanged" if abs(change) < 0.5 else f"{'up' if change > 0 else 'down'} {_money(review, abs(change))}"
    sentence = f"Full exposure is {_money(review, now.total_exposure)}; receivables are {moved} on the quarter."
    if (now.date - now.last_invoice).days > QUIET_DAYS:
        return f"{sentence} The last invoice is of {formats.day(now.last_invoice)}."
    trade = f"The client brought {_money(review, now.revenue)} in {review.policy.concentration.window_months} months"
    share = f"{formats.share(now.company_share)} of our revenue"
    if now.prior_revenue <= 0:
        return f"{sentence} {trade}, {share}."
    growth = now.revenue / now.prior_revenue - 1
    turned = f"{formats.share(abs(growth), 0)} {'more' if growth >= 0 else 'less'} than in the year before"
    return f"{sentence} {trade}, {turned}; that is {share}."


def _payment_sentence(review: CreditReview) -> str:
    now, before, trend = review.now, review.before, review.trend
    months = review.policy.receivables.behaviour_months
    if review.level == UNKNOWN:
        return (
            "The ledger has no receipts: below, every invoice counts as unpaid, and how the client pays cannot be said."
        )
    if now.due_count == 0:
        return f"No invoice fell due in {months} months, so nothing can be said of how the client pays."
    sentence = (
        f"Of {formats.number(now.due_count)} invoices due in {months} months, {formats.share(now.delay_rate, 0)} were late; "
        f"all of them, weighted by amount, were {formats.days(now.days_late)} late (a quarter before "
        f"{formats.number(before.days_late)}; early counts as 0, unpaid up to today)."
    )
    if trend is None:
        return f"{sentence} Too few months for a trend."
    interval = f"{formats.signed(trend.slope, 1)} days a month, 95{formats.NBSP}% interval {formats.signed(trend.low, 1)} to {formats.signed(trend.high, 1)}"
    if not trend.certain:
        return f"{sentence} No clear trend over {trend.months} months ({interval})."
    return (
        f"{sentence} Payments get {'later' if trend.slope > 0 else 'earlier'}: {interval}, over {trend.months} months; "
        f"the last whole month was {formats.days(now.recent_days_late)} late."
    )


def _cover_sentence(review: CreditReview) -> str:
    if not review.covered:
        return "No insurance or guarantee is recorded."
    kinds = " and ".join(dict.fromkeys(review.cover["kind"]))
    ends = f", which ends {formats.day(review.cover_ends)}" if review.cover_ends is not None else ""
    receivables = _money(review, review.now.exposure["receivables"])
    return (
        f"Against receivables of {receivables} stands cover of {_money(review, review.covered)} ({kinds}{ends}), "
        f"in reporting currency; {_money(review, review.uncovered)} is uncovered."
    )


def caption_delay(review: CreditReview) -> Caption:
    """Payment delays by month."""
    trend, late = review.trend, formats.days(review.now.days_late)
    if review.now.by_month.empty:
        title = f"No invoice fell due in {review.policy.receivables.trend_months} months"
    elif review.level == UNKNOWN:
        title = "Days late so far; payments are not known"
    elif trend is not None and trend.certain:
        title = f"Payments are getting {'later' if trend.slope > 0 else 'earlier'}"
    elif trend is None and review.now.due_count:
        title = f"Invoices are {late} late on average; too few months for a trend"
    elif review.now.due_count == 0:
        title = "The last invoices that fell due were not paid in time"
    else:
        title = f"Invoices are {late} late on average, without a clear trend"
    subtitle = "Days late, weighted by amount, by month due; hollow: too recent to be judged"
    return Caption(title, subtitle, f"Line chart. {title}. Average of the window: {late}.")


def caption_ageing(review: CreditReview) -> Caption:
    """Age of what is open."""
    now, before = review.now, review.before
    if review.level == UNKNOWN:
        title = "Billed, by days past due; what is paid is not known"
    elif now.open_invoices <= 0:
        title = "Nothing is open"
    elif pd.isna(before.overdue_share):
        title = f"{formats.share(now.overdue_share)} of open invoices are overdue"
    else:
        title = f"{formats.share(now.overdue_share)} overdue, against {formats.share(before.overdue_share)} a quarter before"
    subtitle = f"Open invoices by days past due, {formats.currency_name(review.currency)}; grey: a quarter before"
    buckets = ", ".join(f"{row.bucket}: {formats.money(row.amount)}" for row in now.ageing.itertuples())
    return Caption(title, subtitle, f"Bar chart. {title}. {buckets}.")


def actions_credit(review: CreditReview) -> Actions:
    """What the level calls for, cash first: what is unapplied may change the picture."""
    now, owner = review.now, review.client.get("account_manager") or "Account manager"
    due = formats.day(_collect_by(review))
    items = []
    if review.level == UNKNOWN:
        why = "without them nothing can be judged"
        items.append(Action("Add the receipts to the ledger and run again", "Accounts receivable", due, why))
    if now.credits < 0:
        credits = _money(review, -now.credits)
        items.append(
            Action(
                f"Apply {credits} of credits and unapplied cash to invoices",
                "Accounts receivable",
                due,
                "they stand beside open invoices",
            )
        )
    if "insolvency" in review.reasons:
        items += _insolvency_actions(review, due)
        return Actions("What to do", tuple(items))
    if now.overdue > 0 and review.level in ("watch", "alarm"):
        items.append(
            Action(f"Collect {_money(review, now.overdue)} overdue, oldest first", owner, due, _crossed(review))
        )
    if review.level in ("watch", "alarm") and review.uncovered > 0:
        why = f"{_money(review, review.uncovered)} of receivables is uncovered"
        items.append(Action("Ask the insurer or a guarantor for cover, or shorten the terms", "Finance", due, why))
    ends = review.cover_ends
    if (
        ends is not None
        and (ends - now.date).days <= review.policy.review.cover_ends_days
        and now.exposure["receivables"] > 0
    ):
        items.append(
            Action("Renew the cover", "Finance", formats.day(ends), f"{_money(review, review.covered)} of cover ends")
        )
    return Actions("What to do", tuple(items))


def _insolvency_actions(review: CreditReview, due: str) -> list[Action]:
    owed = _money(review, review.now.exposure["receivables"])
    items = [Action("Confirm that the claim is filed with the administrator", "Legal", due, f"{owed} is owed")]
    if review.covered:
        by = formats.day(review.cover_ends) if review.cover_ends is not None else due
        items.append(
            Action(f"Call the cover of {_money(review, review.covered)}", "Finance", by, "it is still in force")
        )
    items.append(
        Action(
            f"Decide what to write down of {_money(review, review.uncovered)}",
            "Finance",
            due,
            "no cover stands behind it",
        )
    )
    return items


def _crossed(review: CreditReview) -> str:
    """The thresholds that are crossed, each with its figure."""
    now, limits = review.now, review.policy.review
    recent = f"payments get later, {formats.days(now.recent_days_late)} late in the last whole month"
    words = {
        "overdue_share_alarm": f"{formats.share(now.overdue_share)} overdue, limit {formats.share(limits.overdue_share_alarm)}",
        "days_late_alarm": f"{formats.days(now.days_late)} late, limit {formats.number(limits.days_late_alarm)}",
        "old_share_alarm": f"{formats.share(now.old_share)} older than {limits.old_days} days, limit {formats.share(limits.old_share_alarm)}",
        "trend_alarm": f"{recent}, limit {formats.number(limits.days_late_alarm)}",
        "overdue_share_watch": f"{formats.share(now.overdue_share)} overdue, watched from {formats.share(limits.overdue_share_watch)}",
        "days_late_watch": f"{formats.days(now.days_late)} late, watched from {formats.number(limits.days_late_watch)}",
        "trend_watch": f"{recent}, watched from {formats.number(limits.days_late_watch)}",
    }
    return "; ".join(words[name] for name in review.reasons)


def _money(review: CreditReview, amount: float) -> str:
    unit = formats.currency_name(review.currency)
    return (
        formats.money(amount)
        if review.currency == formats.NO_CURRENCY
        else f"{formats.money(amount)}{formats.NBSP}{unit}"
    )


def _collect_by(review: CreditReview) -> pd.Timestamp:
    return review.now.date + pd.Timedelta(days=31)
