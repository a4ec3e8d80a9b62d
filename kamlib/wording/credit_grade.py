"""Grade, limit, accounts, loss and journal of a client, in sentences."""

import pandas as pd

from kamlib import formats
from kamlib.blocks import Note
from kamlib.credit import UNKNOWN, CreditReview
from kamlib.language import current_language, phrase, sentences, tr, trn
from kamlib.policy.limits import Terms
from kamlib.wording.shared import money_in

SECURITY_WORDS = {
    "none": phrase("no security"),
    "insurance": phrase("insured"),
    "guarantee": phrase("against a guarantee"),
    "prepayment": phrase("against prepayment"),
}
REASONS = {
    "need": phrase("It is what the client needs: less than its capacity or what is secured."),
    "capacity": phrase("The client's capacity at its grade bounds it: the need is higher."),
    "secured": phrase("It reaches as far as insurance, guarantees and deposits: more than the client's own capacity."),
    "unsupported": phrase("No accounts and no references: the grade's part of the need bounds it."),
    "no_trade": phrase("Nothing was bought in the window, net of credit notes: no limit is needed."),
    "insolvent": phrase("The client is insolvent: deliveries only against prepayment."),
    "unchanged": phrase("The change would be smaller than the policy's smallest: the limit stays."),
    "no_grade": phrase("Too little is known to grade the client: no limit is proposed."),
}
DEFAULTED = 3
STAGE_WORDS = {
    1: phrase("stage 1, performing"),
    2: phrase("stage 2, significant increase in risk presumed"),
    3: phrase("stage 3, default presumed"),
}


def grade_change(review: CreditReview) -> str:
    """The grade with its change on the quarter, for a heading."""
    grade, before = review.grade.final, review.before_grade.final if review.before_grade else None
    if grade is None:
        return tr("no grade")
    if before is None or before == grade:
        return tr("grade {grade}", grade=grade)
    order = list(review.policy.scorecard.grades)
    if order.index(grade) > order.index(before):
        return tr("grade {grade} ▼ worse (was {before})", grade=grade, before=before)
    return tr("grade {grade} ▲ better (was {before})", grade=grade, before=before)


def recommend(review: CreditReview) -> str:
    """Limit, terms, security and next review in one sentence each."""
    limit, day = review.limit, formats.day(review.next_review)
    if limit.proposed != limit.proposed:
        return tr("No limit can be proposed; review again by {day}.", day=day)
    return sentences(_limit_move(review), _terms_move(review), tr("Review again by {day}.", day=day))


def _limit_move(review: CreditReview) -> str:
    limit = review.limit
    now, then = money_in(review.currency, limit.current), money_in(review.currency, limit.proposed)
    if limit.proposed == 0 and not limit.current > 0:
        return tr("Grant no limit.")
    if limit.current != limit.current:
        return tr("Set a limit of {limit}; none is recorded.", limit=then)
    if limit.proposed == limit.current:
        return tr("Keep the limit of {limit}.", limit=now)
    if limit.proposed == 0:
        return tr("Withdraw the limit of {limit}.", limit=now)
    if limit.change > 0:
        return tr("Raise the limit from {now} to {limit}.", now=now, limit=then)
    return tr("Cut the limit from {now} to {limit}.", now=now, limit=then)


def _terms_move(review: CreditReview) -> str:
    terms, days = review.limit.terms, review.limit.current_days
    if terms is None or (review.limit.proposed == 0 and terms.prepayment < 1):
        return ""
    security = tr(SECURITY_WORDS[terms.security])
    if terms.prepayment >= 1:
        return tr("Deliver against full prepayment only.")
    said = {"days": formats.days(min(terms.days, days) if days == days else terms.days), "security": security}
    if terms.prepayment > 0:
        share = formats.share(terms.prepayment, 0)
        return tr("Terms {days}, {share} prepaid, the rest {security}.", share=share, **said)
    return tr("Terms {days}, {security}.", **said)


def say_grade(review: CreditReview) -> Note:
    """The computed grade, what it rests on, and the override, both shown."""
    grade, card = review.grade, review.policy.scorecard
    if grade.computed is None:
        none = tr(
            "No grade: values stand behind {share} of the weight, and {least} is the least.",
            share=formats.share(grade.score.known_weight, 0),
            least=formats.share(card.no_grade_below, 0),
        )
        return Note("", (sentences(none, _override(review)),))
    if grade.insolvent:
        first = tr("Insolvent: grade {grade} whatever the points ({points} of 100).", grade=grade.computed, points=formats.number(grade.score.total, 1))  # fmt: skip
    else:
        first = tr("Computed grade {grade}: {points} of 100 points.", grade=grade.computed, points=formats.number(grade.score.total, 1))  # fmt: skip
    known = tr("Values stand behind {share} of the weight.", share=formats.share(grade.score.known_weight, 0))
    thin = tr("That is less than the {share} asked for: the grade is thin.", share=formats.share(card.least_known, 0)) if grade.thin else ""  # fmt: skip
    return Note("", (sentences(first, known, thin, _override(review)),))


def _override(review: CreditReview) -> str:
    grade, override = review.grade, review.grade.override
    if grade.faulty_override:
        return tr("An override on record does not count: it lacks its {what}.", what=grade.faulty_override)
    if override is None:
        return tr("No override is on record.")
    said = {
        "grade": override.grade,
        "author": override.author,
        "reason": override.reason,
        "day": formats.day(override.expires),
    }
    if grade.insolvent:
        return tr("The override to {grade} by {author} ({reason}, until {day}) does not count against insolvency.", **said)  # fmt: skip
    if not override.in_force(review.now.date):
        return tr("The override to {grade} by {author} ({reason}) expired on {day}: the computed grade counts.", **said)
    return tr("Set by hand to {grade} by {author} until {day}: {reason}. This is the grade that counts.", **said)


def say_limit(review: CreditReview) -> Note:
    """Why this limit, who approves it, and on what terms."""
    limit = review.limit
    said = [tr(REASONS[limit.reason])]
    if limit.proposed == limit.proposed and limit.reason != "unchanged" and (limit.proposed > 0 or limit.current > 0):
        names = review.approver.names
        name = names.get(current_language()) or next(iter(names.values()))
        said.append(tr("To be approved by: {name}.", name=name))
    if limit.current_days == limit.current_days:
        said.append(tr("Its terms today: {days}.", days=formats.days(limit.current_days)))
    if review.block.peak_drawn > limit.proposed > 0:
        peak, months = money_in(review.currency, review.block.peak_drawn), review.policy.limits.peak_months
        said.append(tr("Up to {peak} was drawn in {months} months: more than this limit.", peak=peak, months=months))
    if review.limit.terms is not None and limit.proposed > 0:
        said.append(_policy_terms(review.limit.terms))
    if len(review.currencies) > 1:
        said.append(tr("Billed in {currencies}.", currencies=", ".join(review.currencies)))
    return Note("", (sentences(*said),))


def _policy_terms(terms: Terms) -> str:
    days, security = formats.days(terms.days), tr(SECURITY_WORDS[terms.security])
    if terms.prepayment <= 0:
        return tr("The policy's terms for its grade: {days}, {security}.", days=days, security=security)
    return tr(
        "The policy's terms for its grade: {days}, {share} prepaid, {security}.",
        days=days,
        share=formats.share(terms.prepayment, 0),
        security=security,
    )


def say_accounts(review: CreditReview) -> Note:
    """How old the accounts are, Altman's zone with the variant and why it, or what is missing."""
    accounts = review.accounts
    if accounts.absent:
        return Note("", (tr("The ledger has no financial statements: bring the table of statements for ratios and Altman's score."),))  # fmt: skip
    if not accounts.known:
        return Note("", (tr("No financial statements of this client are known: ask for its annual accounts."),))
    newest = accounts.altman.iloc[-1]
    age = tr(
        "The newest accounts end {months} months before today and became known on {day}.",
        months=formats.number(accounts.months),
        day=formats.day(accounts.published),
    )
    stale = ""
    if accounts.stale:
        stale = tr("They are stale (over {months} months): ask for newer ones.", months=review.policy.scorecard.stale_months)  # fmt: skip
    sign = newest["variant"].replace("''", "″").replace("'", "′")
    why = {
        "Z": tr("a listed manufacturer"),
        "Z'": tr("a private manufacturer"),
        "Z''": tr("no manufacturer, or an emerging market"),
    }[newest["variant"]]
    if pd.isna(newest["z"]):
        score = tr("Altman's {variant} ({why}) cannot be computed: a figure is missing.", variant=sign, why=why)
    else:
        zone = {"distress": tr("distress"), "grey": tr("the grey zone"), "safe": tr("safety")}[newest["zone"]]
        score = tr("Altman's {variant} ({why}) is {z}: {zone}.", variant=sign, why=why, z=formats.number(newest["z"], 2), zone=zone)  # fmt: skip
    return Note("", (sentences(age, stale, score),))


def say_loss(review: CreditReview) -> Note:
    """The expected loss by grade with its interval, and the matrix beside it."""
    loss = review.loss
    low, base, high = (formats.money(value) for value in loss.expected)
    by_grade = tr(
        "By grade: default within a year {probability} ({low_p} to {high_p}) × loss given default {lgd} ({low_lgd} to {high_lgd}) × "
        "{exposure} not covered = {base} ({low} to {high}).",
        probability=formats.share(loss.probability, 2),
        low_p=formats.share(loss.low, 2),
        high_p=formats.share(loss.high, 2),
        lgd=formats.share(loss.given_default[1], 0),
        low_lgd=formats.share(loss.given_default[0], 0),
        high_lgd=formats.share(loss.given_default[2], 0),
        exposure=money_in(review.currency, loss.at_default),
        base=base,
        low=low,
        high=high,
    )
    if loss.at_default <= 0:
        by_grade = tr("Nothing is owed that credits, cover and deposits do not meet: by grade no loss is expected.")
    if review.now.open_invoices <= 0:
        return Note("", (by_grade,))
    stage = tr("IFRS 9, by the oldest material part of what is open: {stage}.", stage=tr(STAGE_WORDS[loss.stage]))
    held = ""
    if loss.stage == DEFAULTED and loss.at_default > 0 and loss.probability < 1 and loss.allowance == loss.allowance:
        held = tr(
            "So the chance by grade says too little, and the allowance of {amount} is what counts.",
            amount=money_in(review.currency, loss.allowance),
        )
    return Note("", (sentences(by_grade, stage, held),))


def say_last_review(review: CreditReview) -> Note:
    """The newest decision beside today: what was proposed, approved, kept."""
    last = review.last
    if last is None:
        none = tr("No earlier decision is on record, so this review has nothing to be compared with.")
        return Note("", (sentences(none, tr("kam decide writes a decision into the journal.")),))
    decision = last.decision
    day = formats.day(decision["date"])
    if last.grade is None:
        return Note("", (tr("The last decision is of {day}, before the first invoice.", day=day),))
    then, now = last.then, review.facts
    compared = tr(
        "On {day} the client was graded {grade}, had {receivables} of receivables, {overdue} of them overdue, and paid {late} late; "
        "today {grade_now}, {receivables_now}, {overdue_now} and {late_now}.",
        day=day,
        grade=last.grade,
        receivables=money_in(review.currency, then["receivables"]),
        overdue=formats.share(then["overdue_share"]),
        late=formats.days(then["days_late"]),
        grade_now=review.grade.final or formats.MISSING,
        receivables_now=money_in(review.currency, now["receivables"]),
        overdue_now=formats.share(now["overdue_share"]),
        late_now=formats.days(now["days_late"]),
    )
    kept = _kept(review)
    n = _months(review)
    months = trn(
        "Reviewed again in {n} month at the latest, by grade and level.",
        "Reviewed again in {n} months at the latest, by grade and level.",
        n,
        n=n,
    )
    return Note("", (sentences(compared, kept, months),))


def _kept(review: CreditReview) -> str:
    decision = review.last.decision
    if decision["kind"] != "limit":
        return ""
    if pd.isna(decision["approved_by"]):
        return tr("The limit proposed then was never approved.")
    limit = pd.to_numeric(decision["after"], errors="coerce")
    if pd.isna(limit):
        return ""
    said = {"limit": money_in(review.currency, limit), "peak": money_in(review.currency, review.peak_since_decision)}
    if review.peak_since_decision > limit:
        return tr("The limit decided then, {limit}, was not kept: up to {peak} was drawn.", **said)
    return tr("The limit decided then, {limit}, was kept: at most {peak} was drawn.", **said)


def _months(review: CreditReview) -> int:
    day, then = review.now.date, review.next_review
    return (then.year - day.year) * 12 + then.month - day.month


def say_behaviour(review: CreditReview) -> Note:
    """How sure the days late are, whether they broke, their season, and what disputes do."""
    found, now = review.behaviour, review.now
    if review.level == UNKNOWN or not now.due_count:
        return Note("", (tr("Nothing can be said of payments: none are known, or nothing fell due."),))
    late = found.late
    if pd.isna(late.low):
        said = [tr("Days late {late}; too few invoices for an interval.", late=formats.number(late.value, 1))]
    else:
        said = [
            tr(
                "Days late {late}, 95\u00a0% interval {low} to {high}, from {count} invoices.",
                late=formats.number(late.value, 1),
                low=formats.number(late.low, 1),
                high=formats.number(late.high, 1),
                count=formats.number(now.due_count),
            )
        ]
    if found.regime is None:
        said.append(tr("Too few months to look for a break."))
    elif pd.isna(found.regime_month):
        said.append(
            tr("No break in the monthly days late (sup-F, p = {p}).", p=formats.number(found.regime.p_value, 2))
        )
    else:
        said.append(
            tr(
                "The monthly days late broke in {month}: {before} before, {after} since (sup-F, p = {p}).",
                month=formats.month(found.regime_month),
                before=formats.number(found.regime.mean_before, 1),
                after=formats.number(found.regime.mean_after, 1),
                p=formats.number(found.regime.p_value, 3),
            )
        )
    if found.season is None:
        said.append(tr("Too few months for a season."))
    elif found.season.p_value >= 0.05:
        said.append(tr("No season is seen over {months} months.", months=found.season.months))
    else:
        said.append(
            tr(
                "The {quarter}. quarter is the latest, by {days} days over the mean ({months} months).",
                quarter=int(found.season.effects.idxmax()),
                days=formats.number(found.season.effects.max(), 1),
                months=found.season.months,
            )
        )
    disputes = found.disputes
    if disputes.invoice_share > 0:
        said.append(
            tr(
                "{share} of the invoices were disputed; they were {disputed} days late, the others {others}.",
                share=formats.share(disputes.invoice_share),
                disputed=formats.number(disputes.days_late_disputed),
                others=formats.number(disputes.days_late_others),
            )
        )
    else:
        said.append(tr("No invoice was disputed."))
    return Note("", (sentences(*said),))
