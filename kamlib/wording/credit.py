"""The credit review of a client, in sentences."""

import pandas as pd

from kamlib import formats
from kamlib.blocks import Action, Actions, Caption, Heading, Note
from kamlib.credit import CreditReview
from kamlib.wording.shared import LEVEL_WORDS


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
    if "receipts" in review.missing:
        owed = formats.money(now.open_invoices)
        return f"{review.client['name']}: {formats.share(now.overdue_share, 0)} of {owed} is past due."
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


def _collect_by(review: CreditReview) -> pd.Timestamp:
    return review.now.date + pd.Timedelta(days=31)
