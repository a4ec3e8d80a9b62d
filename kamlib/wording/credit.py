"""The credit review of a client, in sentences."""

import pandas as pd

from kamlib import formats
from kamlib.blocks import Action, Actions, Caption, Heading, Note
from kamlib.credit import UNKNOWN, CreditReview
from kamlib.language import current_language, listing, phrase, sentences, tr, trn
from kamlib.wording.confidence import confidence_badge
from kamlib.wording.credit_grade import DEFAULTED, grade_change, recommend
from kamlib.wording.shared import LEVEL_WORDS, money_in

CRITERION_WORDS = {
    "days_late": phrase("days late"),
    "overdue_share": phrase("overdue share"),
    "oldest_days": phrase("age of the oldest item"),
    "delay_rate": phrase("share of invoices paid late"),
    "months_known": phrase("short history"),
    "adverse_event": phrase("adverse events"),
    "altman_position": phrase("Altman's score"),
    "liabilities_share": phrase("liabilities"),
    "interest_cover": phrase("interest cover"),
    "current_ratio": phrase("current ratio"),
    "rating": phrase("external rating"),
    "reputation": phrase("reputation"),
}
QUIET_DAYS = 92  # without an invoice for longer than a quarter, the sentence says since when
COVER_KINDS = {"insurance": phrase("insurance"), "guarantee": phrase("guarantee")}


def heading_credit(review: CreditReview) -> Heading:
    """The head of a client's review."""
    client = review.client
    return Heading(
        kicker=tr("Credit review · {client} · {grade}", client=client["client_id"], grade=grade_change(review)),
        title=client["name"],
        period=formats.quarter(review.now.date),
        decision=_decision_credit(review),
        level=review.level,
        level_word=tr(LEVEL_WORDS[review.level]),
        finding=_finding_credit(review),
        finding_value=review.now.overdue,
        finding_label=tr("billed, past its due date") if review.level == UNKNOWN else tr("overdue"),
    )


def _decision_credit(review: CreditReview) -> str:
    overdue, due = money_in(review.currency, review.now.overdue), formats.day(_collect_by(review))
    if "insolvency" in review.reasons:
        covered, since = money_in(review.currency, review.covered), formats.day(review.insolvency)
        if not review.covered:
            return tr(
                "Insolvent since {day}: confirm the claim, no cover is recorded, and decide what to write down.",
                day=since,
            )
        return tr(
            "Insolvent since {day}: confirm the claim, call the cover of {amount}, and decide what to write down.",
            day=since,
            amount=covered,
        )
    if review.level == UNKNOWN:
        return tr(
            "Add the receipts to the ledger: {amount} billed is past its due date, but what of it is paid is not known.",
            amount=overdue,
        )
    if review.level in ("watch", "alarm") and review.now.overdue > 0:
        collect = tr("Collect {amount} overdue by {day}.", amount=overdue, day=due)
        return sentences(recommend(review), collect)
    return recommend(review)


def _finding_credit(review: CreditReview) -> str:
    now, name = review.now, review.client["name"]
    if review.owed_to_client > 0:
        return tr(
            "{name}: credits and unapplied cash exceed what is open by {amount}.",
            name=name,
            amount=money_in(review.currency, review.owed_to_client),
        )
    if now.open_invoices <= 0:
        return tr("{name} owes nothing on {day}.", name=name, day=formats.day(now.date))
    if review.level == UNKNOWN:
        return tr(
            "{name}: {amount} billed is past its due date; what of it is paid is not known.",
            name=name,
            amount=money_in(review.currency, now.overdue),
        )
    said = {
        "name": name,
        "share": formats.share(now.overdue_share),
        "amount": money_in(review.currency, now.open_invoices),
    }
    if review.insolvency is not None:
        since = formats.day(review.insolvency)
        return tr("{name}: {share} of {amount} open is overdue; insolvent since {day}.", **said, day=since)
    if not now.due_count:
        return tr("{name}: {share} of {amount} open is overdue.", **said)
    late = formats.days(now.days_late)
    return tr(
        "{name}: {share} of {amount} open is overdue; its invoices are {late} late on average.", **said, late=late
    )


def why_credit(review: CreditReview) -> Note:
    """A few sentences: money, trade, age, payments and their trend, protection."""
    said = [_trade_sentence(review)]
    now = review.now
    if review.level != UNKNOWN and now.open_invoices > 0:
        said.append(_age_sentence(review))
    elif review.level != UNKNOWN:
        said.append(tr("No invoice is open."))
    said.append(_payment_sentence(review))
    said.append(_grade_sentence(review))
    if now.exposure["receivables"] > 0:
        said.append(_cover_sentence(review))
    if review.group is not None and review.level != UNKNOWN:
        said.append(
            tr(
                "This review is of the client alone: its group of {count} clients owes {amount}, {overdue} of it overdue.",
                count=formats.number(review.group.clients),
                amount=money_in(review.currency, review.group.receivables),
                overdue=money_in(review.currency, review.group.overdue),
            )
        )
    return Note(tr("Why"), tuple(said))


def _age_sentence(review: CreditReview) -> str:
    """How much of what is open is overdue, how old, how much of it is disputed; nothing is told as nothing."""
    now, before = review.now, review.before.overdue_share
    said = {"share": formats.share(now.overdue_share), "before": formats.share(before)}
    old = {"old": formats.share(now.old_share), "days": review.policy.review.old_days}
    if now.overdue <= 0:
        first = (
            tr("Nothing that is open is overdue (a quarter before {before}).", before=said["before"])
            if before > 0
            else tr("Nothing that is open is overdue.")
        )
    elif now.old >= now.open_invoices:
        first = tr("All that is open has been overdue for more than {days} days.", days=old["days"])
    elif now.overdue >= now.open_invoices:
        first = tr("All that is open is overdue, {old} by more than {days} days.", **old)
    elif now.old <= 0:
        first = (
            tr(
                "{share} of the open invoices are overdue (a quarter before {before}), none by more than {days} days.",
                **said,
                days=old["days"],
            )
            if before == before
            else tr(
                "{share} of the open invoices are overdue, none by more than {days} days.",
                share=said["share"],
                days=old["days"],
            )
        )
    elif before == before:
        first = tr(
            "{share} of the open invoices are overdue (a quarter before {before}), {old} by more than {days} days.",
            **said,
            **old,
        )
    else:
        first = tr(
            "{share} of the open invoices are overdue, {old} by more than {days} days.", share=said["share"], **old
        )
    disputed = tr("{amount} is disputed.", amount=money_in(review.currency, now.disputed)) if now.disputed > 0 else ""
    return sentences(first, disputed)


def _grade_sentence(review: CreditReview) -> str:
    """The grade, and the criteria that cost it most."""
    grade = review.grade
    if grade.computed is None:
        return tr("Too little is known to grade the client.")
    table = grade.score.contributions
    lost = (100 - table["points"]) * table["weight"]
    worst = [name for name in lost.sort_values(ascending=False).index if lost[name] >= 1][:2]
    first = tr(
        "Grade {grade} from {points} of 100 points.", grade=grade.final, points=formats.number(grade.score.total)
    )
    if grade.overridden and grade.override is not None:
        first = tr(
            "Grade {grade} by hand ({author}); computed {computed} from {points} of 100 points.",
            grade=grade.final,
            author=grade.override.author,
            computed=grade.computed,
            points=formats.number(grade.score.total),
        )
    thin = ""
    if grade.thin:
        thin = tr("It rests on {share} of the weight only.", share=formats.share(grade.score.known_weight, 0))
    if not worst:
        return sentences(first, thin)
    names = listing(
        tr("{criterion} ({points})", criterion=tr(CRITERION_WORDS[name]), points=formats.number(lost[name]))
        for name in worst
    )
    return sentences(first, thin, tr("Most points are lost by: {names}.", names=names))


def _trade_sentence(review: CreditReview) -> str:
    now = review.now
    change = now.exposure["receivables"] - review.before.exposure["receivables"]
    exposure, moved = money_in(review.currency, now.total_exposure), money_in(review.currency, abs(change))
    if review.owed_to_client > 0:
        first = tr(
            "Credits and unapplied cash of {credits} stand against {open} of open invoices: we owe the client {amount}.",
            credits=money_in(review.currency, -now.credits),
            open=money_in(review.currency, now.open_invoices),
            amount=money_in(review.currency, review.owed_to_client),
        )
    elif abs(change) < 0.5:
        first = tr("Full exposure is {exposure}; receivables are unchanged on the quarter.", exposure=exposure)
    elif change > 0:
        first = tr(
            "Full exposure is {exposure}; receivables are up {moved} on the quarter.", exposure=exposure, moved=moved
        )
    else:
        first = tr(
            "Full exposure is {exposure}; receivables are down {moved} on the quarter.", exposure=exposure, moved=moved
        )
    if pd.isna(now.last_invoice):
        return sentences(first, tr("Nothing was ever billed: there are credit notes alone."))
    if (now.date - now.last_invoice).days > QUIET_DAYS:
        return sentences(first, tr("The last invoice is of {day}.", day=formats.day(now.last_invoice)))
    trade = {
        "revenue": money_in(review.currency, now.revenue),
        "months": review.policy.concentration.window_months,
        "share": formats.share(now.company_share),
    }
    if now.revenue <= 0:
        return sentences(first, tr("Credit notes exceed what was billed in {months} months.", months=trade["months"]))
    if now.prior_revenue <= 0:
        return sentences(first, tr("The client brought {revenue} in {months} months, {share} of our revenue.", **trade))
    growth = now.revenue / now.prior_revenue - 1
    turned = formats.share(abs(growth), 0)
    if abs(growth) < 0.005:
        second = tr(
            "The client brought {revenue} in {months} months, as much as in the year before; that is {share} of our revenue.",
            **trade,
        )
    elif growth > 0:
        second = tr(
            "The client brought {revenue} in {months} months, {turned} more than in the year before; that is {share} of our revenue.",
            **trade,
            turned=turned,
        )
    else:
        second = tr(
            "The client brought {revenue} in {months} months, {turned} less than in the year before; that is {share} of our revenue.",
            **trade,
            turned=turned,
        )
    return sentences(first, second)


def _payment_sentence(review: CreditReview) -> str:
    now, before, trend = review.now, review.before, review.trend
    months = review.policy.receivables.behaviour_months
    if review.level == UNKNOWN:
        return tr(
            "The ledger has no receipts: below, every invoice counts as unpaid, and how the client pays cannot be said."
        )
    if now.due_count == 0:
        return tr(
            "No invoice fell due in {months} months, so nothing can be said of how the client pays.", months=months
        )
    first = trn(
        "The one invoice due in {months} months was {late} late (a quarter before {before}; early counts as 0, unpaid up to today).",
        "Of {count} invoices due in {months} months, {rate} were late; all of them, weighted by amount, were {late} late "
        "(a quarter before {before}; early counts as 0, unpaid up to today).",
        now.due_count,
        count=formats.number(now.due_count),
        months=months,
        rate=formats.share(now.delay_rate, 0),
        late=formats.days(now.days_late),
        before=formats.number(before.days_late),
    )
    if trend is None:
        return sentences(first, tr("Too few months for a trend."))
    said = {
        "slope": formats.signed(trend.slope, 1),
        "low": formats.signed(trend.low, 1),
        "high": formats.signed(trend.high, 1),
        "months": trend.months,
    }
    if not trend.certain:
        second = tr(
            "No clear trend over {months} months ({slope} days a month, 95\u00a0% interval {low} to {high}).", **said
        )
    elif trend.slope > 0:
        second = tr(
            "Payments get later: {slope} days a month, 95\u00a0% interval {low} to {high}, over {months} months; the last "
            "whole month was {late} late.",
            **said,
            late=formats.days(now.recent_days_late),
        )
    else:
        second = tr(
            "Payments get earlier: {slope} days a month, 95\u00a0% interval {low} to {high}, over {months} months; the "
            "last whole month was {late} late.",
            **said,
            late=formats.days(now.recent_days_late),
        )
    return sentences(first, second)


def _cover_sentence(review: CreditReview) -> str:
    if not review.covered:
        return tr("No insurance or guarantee is recorded.")
    said = {
        "receivables": money_in(review.currency, review.now.exposure["receivables"]),
        "cover": money_in(review.currency, review.covered),
        "kinds": listing(tr(COVER_KINDS[kind]) for kind in dict.fromkeys(review.cover["kind"])),
        "uncovered": money_in(review.currency, review.uncovered),
    }
    if review.uncovered <= 0:
        until = tr(", which ends {day}", day=formats.day(review.cover_ends)) if review.cover_ends is not None else ""
        del said["uncovered"]
        return tr("Cover of {cover} ({kinds}{until}) meets all receivables of {receivables}.", **said, until=until)
    if review.cover_ends is None:
        return tr(
            "Against receivables of {receivables} stands cover of {cover} ({kinds}); {uncovered} is uncovered.", **said
        )
    return tr(
        "Against receivables of {receivables} stands cover of {cover} ({kinds}, which ends {day}); {uncovered} is "
        "uncovered.",
        **said,
        day=formats.day(review.cover_ends),
    )


def caption_delay(review: CreditReview) -> Caption:
    """Payment delays by month."""
    trend, late = review.trend, formats.days(review.now.days_late)
    if review.now.by_month.empty:
        title = tr("No invoice fell due in {months} months", months=review.policy.receivables.trend_months)
    elif review.level == UNKNOWN:
        title = tr("Days late so far; payments are not known")
    elif trend is not None and trend.certain:
        title = tr("Payments are getting later") if trend.slope > 0 else tr("Payments are getting earlier")
    elif trend is None and review.now.due_count:
        title = tr("Invoices are {late} late on average; too few months for a trend", late=late)
    elif review.now.due_count == 0:
        title = tr("The last invoices that fell due were not paid in time")
    else:
        title = tr("Invoices are {late} late on average, without a clear trend", late=late)
    if review.now.by_month.empty:
        return Caption(title, "", tr("Line chart. {title}.", title=title))
    subtitle = tr("Days late, weighted by amount, by month due; hollow: too recent to be judged")
    return Caption(title, subtitle, tr("Line chart. {title}. Average of the window: {late}.", title=title, late=late))


def caption_ageing(review: CreditReview) -> Caption:
    """Age of what is open."""
    now, before = review.now, review.before
    if review.level == UNKNOWN:
        title = tr("Billed, by days past due; what is paid is not known")
    elif now.open_invoices <= 0:
        title = tr("Nothing is open")
    elif now.overdue <= 0 and not before.overdue > 0:
        title = tr("Nothing that is open is overdue")
    elif now.overdue <= 0:
        title = tr("Nothing is overdue, against {before} a quarter before", before=formats.share(before.overdue_share))
    elif pd.isna(before.overdue_share):
        title = tr("{share} of open invoices are overdue", share=formats.share(now.overdue_share))
    else:
        title = tr(
            "{share} overdue, against {before} a quarter before",
            share=formats.share(now.overdue_share),
            before=formats.share(before.overdue_share),
        )
    unit = formats.currency_name(review.currency)
    subtitle = tr("Open invoices by days past due, {unit}; grey: a quarter before", unit=unit)
    names = {"not due": tr("not due")}
    buckets = listing(
        f"{names.get(row.bucket, row.bucket)}: {formats.money(row.amount)}" for row in now.ageing.itertuples()
    )
    return Caption(title, subtitle, tr("Bar chart. {title}. {buckets}.", title=title, buckets=buckets))


def actions_credit(review: CreditReview) -> Actions:
    """What the level calls for, cash first: what is unapplied may change the picture."""
    now, owner = review.now, review.client.get("account_manager") or tr("Account manager")
    due = formats.day(_collect_by(review))
    items = []
    if review.level == UNKNOWN:
        why = tr("without them nothing can be judged")
        items.append(Action(tr("Add the receipts to the ledger and run again"), tr("Accounts receivable"), due, why))
    applied = []
    if now.credits < 0:
        what = tr(
            "Apply {amount} of credits and unapplied cash to invoices", amount=money_in(review.currency, -now.credits)
        )
        why = tr("they stand beside open invoices")
        if now.open_invoices <= 0:
            what = tr("Settle {amount} of credits and unapplied cash", amount=money_in(review.currency, -now.credits))
            why = tr("no invoice is open: offset or pay back")
        elif review.owed_to_client > 0:
            why = tr(
                "{amount} more than all open invoices: offset or pay back",
                amount=money_in(review.currency, review.owed_to_client),
            )
        applied = [Action(what, tr("Accounts receivable"), due, why)]
    if "insolvency" in review.reasons:
        return Actions(tr("What to do"), (*items, *_insolvency_actions(review, due), *applied))
    if now.overdue > 0 and review.level in ("watch", "alarm"):
        what = tr("Collect {amount} overdue, oldest first", amount=money_in(review.currency, now.overdue))
        items.append(Action(what, owner, due, _crossed(review)))
    if review.level in ("watch", "alarm") and review.uncovered > 0 and review.loss.stage == DEFAULTED:
        items.append(_write_down(review, due))  # nobody covers a debt that is in default
    elif review.level in ("watch", "alarm") and review.uncovered > 0:
        why = tr("{amount} of receivables is uncovered", amount=money_in(review.currency, review.uncovered))
        what = tr("Ask the insurer or a guarantor for cover, or shorten the terms")
        items.append(Action(what, tr("Credit manager"), due, why))
    items += _limit_actions(review, due)
    ends = review.cover_ends
    if (
        ends is not None
        and (ends - now.date).days <= review.policy.review.cover_ends_days
        and now.exposure["receivables"] > 0
    ):
        why = tr("{amount} of cover ends", amount=money_in(review.currency, review.covered))
        items.append(Action(tr("Renew the cover"), tr("Credit manager"), formats.day(ends), why))
    return Actions(tr("What to do"), (*items, *applied))


def _limit_actions(review: CreditReview, due: str) -> list[Action]:
    """What the limit, the block rules and the accounts ask for."""
    limit, items = review.limit, []
    if review.level == UNKNOWN:
        return items
    if review.block.blocked and review.now.exposure["receivables"] > 0:
        rules = {"utilisation": tr("the limit is exceeded"), "overdue_share": tr("too much is overdue")}
        rules |= {"oldest_days": tr("the oldest item is too old"), "insolvency": tr("insolvency")}
        why = tr("; ").join(rules[name] for name, blocks in review.block.rules.items() if blocks)
        items.append(Action(tr("Hold new orders until it is cleared"), tr("Sales"), formats.day(review.now.date), why))
    moved = limit.proposed == limit.proposed and limit.proposed != limit.current
    if moved and (limit.proposed > 0 or limit.current > 0):
        what = tr("Approve the limit of {limit}", limit=money_in(review.currency, limit.proposed))
        if limit.proposed <= 0:
            what = tr("Withdraw the limit")
        names = review.approver.names
        who = names.get(current_language()) or next(iter(names.values()))
        now = money_in(review.currency, limit.current)
        why = tr("in force: {limit}", limit=now) if limit.current == limit.current else tr("none is recorded")
        items.append(Action(what, who, due, why))
    wanted = limit.proposed > 0 < review.loss.at_default
    wanted = wanted and (limit.proposed > review.loss.at_default or review.grade.thin)
    if review.accounts.stale or (not review.accounts.known and wanted):
        why = tr("the newest are stale") if review.accounts.stale else tr("none are on record")
        items.append(Action(tr("Ask for the annual accounts"), tr("Credit control"), due, why))
    return items


def say_rests(review: CreditReview) -> Note:
    """What the recommendation rests on, in one line under page one."""
    badge = confidence_badge(review.confidence)
    known = tr("The grade rests on {share} of its weight.", share=formats.share(review.grade.score.known_weight, 0))
    months = review.accounts.months
    accounts = (
        tr("Accounts {months} months old.", months=formats.number(months))
        if months == months
        else tr("No accounts of the client.")
    )
    return Note(tr("What it rests on"), (sentences(tr("{badge}.", badge=badge), known, accounts),), small=True)


def _insolvency_actions(review: CreditReview, due: str) -> list[Action]:
    owed = tr("{amount} is owed", amount=money_in(review.currency, review.now.exposure["receivables"]))
    items = [Action(tr("Confirm that the claim is filed with the administrator"), tr("Legal"), due, owed)]
    if review.covered:
        by = formats.day(review.cover_ends) if review.cover_ends is not None else due
        what = tr("Call the cover of {amount}", amount=money_in(review.currency, review.covered))
        items.append(Action(what, tr("Credit manager"), by, tr("it is still in force")))
    return [*items, _write_down(review, due)]


def _write_down(review: CreditReview, due: str) -> Action:
    what = tr("Decide what to write down of {amount}", amount=money_in(review.currency, review.uncovered))
    return Action(what, tr("Finance director"), due, tr("no cover stands behind it"))


def _crossed(review: CreditReview) -> str:
    """The thresholds that are crossed, each with its figure."""
    now, limits = review.now, review.policy.review
    overdue, late, recent = (
        formats.share(now.overdue_share),
        formats.days(now.days_late),
        formats.days(now.recent_days_late),
    )
    old, separator = formats.share(now.old_share), tr("; ")
    words = {
        "overdue_share_alarm": tr("{share} overdue, limit {limit}", share=overdue, limit=formats.share(limits.overdue_share_alarm)),
        "days_late_alarm": tr("{late} late, limit {limit}", late=late, limit=formats.number(limits.days_late_alarm)),
        "old_share_alarm": tr(
            "{share} older than {days} days, limit {limit}",
            share=old, days=limits.old_days, limit=formats.share(limits.old_share_alarm),
        ),
        "trend_alarm": tr(
            "payments get later, {late} late in the last whole month, limit {limit}",
            late=recent, limit=formats.number(limits.days_late_alarm),
        ),
        "overdue_share_watch": tr(
            "{share} overdue, watched from {limit}", share=overdue, limit=formats.share(limits.overdue_share_watch)
        ),
        "days_late_watch": tr("{late} late, watched from {limit}", late=late, limit=formats.number(limits.days_late_watch)),
        "trend_watch": tr(
            "payments get later, {late} late in the last whole month, watched from {limit}",
            late=recent, limit=formats.number(limits.days_late_watch),
        ),
        "blocked": tr("the block rules hold new orders"),
    }  # fmt: skip
    return separator.join(words[name] for name in review.reasons)


def _collect_by(review: CreditReview) -> pd.Timestamp:
    return review.now.date + pd.Timedelta(days=review.policy.authority.act_within_days)
