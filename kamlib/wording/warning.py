"""Early warning, in sentences."""

import pandas as pd

from kamlib import formats
from kamlib.blocks import Action, Actions, Caption, Heading, Note
from kamlib.early_warning import ClientCharts, WarningReview, WatchList
from kamlib.language import listing, sentences, tr, trn
from kamlib.wording.warning_names import (
    INDICATOR_NAMES,
    OUTCOME_NAMES,
    TONES,
    WARNING_LEVELS,
    estimate_text,
    evidence,
)

WORST = 5


def heading_warning(watch: WatchList, company: str) -> Heading:
    """The head of the early warning: whom to act on first."""
    clients = watch.clients
    level = clients["level"].iloc[clients["rank"].argmax()] if len(clients) else "low"
    return Heading(
        kicker=tr("Early warning"),
        title=company,
        period=formats.quarter(watch.review.date),
        decision=_decision(watch),
        level=TONES[level],
        level_word=tr(WARNING_LEVELS[level]),
        finding=_finding(watch),
        finding_value=watch.expected,
        finding_label=tr("expected at risk on the watch list"),
    )


def _decision(watch: WatchList) -> str:
    if watch.clients.empty:
        return tr("No client shows more than a low level; look again next month.")
    first = watch.clients.iloc[0]
    act = watch.review.policy.early_warning.levels[first["level"]]
    return tr("{name} first: {action}.", name=first["name"], action=tr(act.action))


def _finding(watch: WatchList) -> str:
    grave = int((watch.clients["rank"] >= 2).sum())
    if watch.clients.empty:
        return tr("No client is on the watch list.")
    listed = trn(
        "{n} client is on the watch list", "{n} clients are on the watch list", len(watch.clients), n=len(watch.clients)
    )
    return tr("{listed}, {grave} of them high or critical.", listed=listed, grave=grave)


def why_warning(watch: WatchList) -> Note:
    """The clients to worry about most, a sentence each with its strongest signs."""
    rows = [_client_sentence(watch, client) for client in watch.clients.head(WORST).itertuples()]
    if len(watch.defaulted):
        owed = _money(watch.review, float(watch.defaulted["exposure"].sum()))
        rows.append(
            trn(
                "Not listed: {n} client already in default, with {owed} open.",
                "Not listed: {n} clients already in default, with {owed} open.",
                len(watch.defaulted),
                n=len(watch.defaulted),
                owed=owed,
            )
        )
    return Note(tr("Why"), tuple(rows) or (tr("No client is on the watch list."),))


def _client_sentence(watch: WatchList, client) -> str:
    review = watch.review
    own = review.signals[(review.signals["client_id"] == client.client_id) & (review.signals["status"] == "signal")]
    top = own.sort_values(["weight", "strength"], ascending=False).head(2)
    signs = listing([evidence(row.indicator, row.value, row.limit, row.unit) for row in top.itertuples()])
    if not len(top):
        signs = tr("no sign this month; the level has not been quiet for long enough")
    return tr(
        "{name}: {level} since {month}. {exposure} open, {odds} to default or pay over 90 days late within a year. {signs}.",
        name=client.name,
        level=tr(WARNING_LEVELS[client.level]),
        month=formats.month(client.since),
        exposure=_money(review, client.exposure),
        odds=estimate_text(client.probability, client.low, client.high),
        signs=signs,
    )


def actions_warning(watch: WatchList) -> Actions:
    """What each level calls for, for the clients to worry about most."""
    items = []
    for client in watch.clients.head(WORST).itertuples():
        act = watch.review.policy.early_warning.levels[client.level]
        by = watch.review.date + pd.Timedelta(days=act.days)
        owner = act.named(client.account_manager) or tr(act.owner)
        why = tr(
            "{level}, score {score}", level=tr(WARNING_LEVELS[client.level]), score=formats.number(client.score, 1)
        )
        items.append(
            Action(tr("{name}: {action}", name=client.name, action=tr(act.action)), owner, formats.day(by), why)
        )
    return Actions(tr("What to do"), tuple(items), tr("Nothing is to be done before the next review."))


def caption_watch(watch: WatchList) -> Caption:
    """Probability times exposure of the first clients."""
    if watch.clients.empty or not watch.expected > 0:
        title = tr("Nothing is expected at risk")
    else:
        part = watch.clients["expected"].iloc[0] / watch.expected
        title = tr(
            "{name} carries {share} of the receivables expected to fail",
            name=watch.clients["name"].iloc[0],
            share=formats.share(part, 0),
        )
    subtitle = tr(
        "Probability × open receivables, {unit}; the number after it is the score",
        unit=formats.currency_name(watch.review.currency),
    )
    return Caption(title, subtitle, tr("Bar chart. {title}.", title=title))


def caption_control(charts: tuple[ClientCharts, ...]) -> Caption:
    """Control charts of the worst clients."""
    late = sum(chart.delay_signal is not None for chart in charts)
    title = trn(
        "{n} of the worst has left its own range of delays",
        "{n} of the worst have left their own range of delays",
        late,
        n=late,
    )
    return Caption(title, _control_subtitle(), tr("Small line charts. {title}.", title=title))


def caption_client(chart: ClientCharts) -> Caption:
    """One client's control charts."""
    if chart.delay_signal is not None:
        title = tr("Delays left their own range in {month}", month=formats.month(chart.delay_signal))
    elif chart.order_signal is not None:
        title = tr("Orders fell below their own range in {month}", month=formats.month(chart.order_signal))
    elif chart.delay is None and chart.orders is None:
        title = tr("Too short a past to know a range of its own")
    else:
        title = tr("Delays and orders stayed within their own range")
    return Caption(title, _control_subtitle(), tr("Small line charts. {title}.", title=title))


def _control_subtitle() -> str:
    return tr(
        "Left: days late by month (grey), their EWMA (colour), the limit (dashed). Right: orders (colour), expected by "
        "baseline and season (dashed). A ring: when the signal came"
    )


def say_signals(review: WarningReview) -> Note:
    """One client's level, since when, and its signs; for the client's credit review."""
    client = review.clients.iloc[0]
    on = review.signals[review.signals["status"] == "signal"].sort_values(["weight", "strength"], ascending=False)
    blank = int((review.signals["status"] == "no data").sum())
    level = client["level"]
    act = review.policy.early_warning.levels.get(level)
    parts = [
        tr("Warning level {level}: too little is known to score.", level=tr(WARNING_LEVELS[level]))
        if client["score"] != client["score"]
        else tr(
            "Warning level {level} since {month}: score {score}, a quarter before {prior}.",
            level=tr(WARNING_LEVELS[level]),
            month=formats.month(client["since"]),
            score=formats.number(client["score"], 1),
            prior=formats.number(client["prior_score"], 1),
        )
    ]
    if client["hard"]:
        parts.append(tr("An event on record overrides the score."))
    if len(on):
        parts.append(tr("Warning: {signs}.", signs=listing([tr(INDICATOR_NAMES[name]) for name in on["indicator"]])))
    if blank:
        parts.append(
            tr(
                "{blank} of {count} indicators have no data and count neither way.",
                blank=blank,
                count=len(review.signals),
            )
        )
    if act is not None and client["rank"] > 0:
        by = review.date + pd.Timedelta(days=act.days)
        parts.append(
            tr(
                "The level calls for: {action} ({owner}, by {day}).",
                action=tr(act.action),
                owner=tr(act.owner),
                day=formats.day(by),
            )
        )
    return Note(tr("Signs of trouble"), (sentences(*parts),))


def say_back_test(watch: WatchList) -> Note:
    """How far the back-test carries."""
    tested = watch.tested
    counts = listing(
        [tr("{n} × {kind}", n=count, kind=tr(OUTCOME_NAMES[kind])) for kind, count in tested.counts.items()]
    )
    high = tested.levels[1]
    first = tr(
        "Replayed over {months} months of {clients} clients, each month with only what was known by its end. Outcomes in "
        "the ledger: {counts}.",
        months=tested.months,
        clients=formats.number(tested.clients),
        counts=counts,
    )
    second = tr(
        "High or critical came before {found} of {outcomes} outcomes, {lead} months ahead (median); {true} of {decided} such "
        "alarms came true within {horizon} months.",
        found=high.found,
        outcomes=high.outcomes,
        lead=formats.number(high.lead_months.value, 1),
        true=high.true,
        decided=high.true + high.false,
        horizon=watch.review.policy.early_warning.back_test.horizon_months,
    )
    third = tr(
        "Thresholds tuned by cost up to {day} are judged on the months after it, beside the policy's own. Few outcomes make "
        "wide intervals: they are 95 % ones, and clients of one industry are not independent.",
        day=formats.day(tested.tuned_until),
    )
    money = tr(
        "Money saved rests on the policy's own conventions (weak): what was delivered after the alarm and lost, and the margin "
        "kept by acting in time."
    )
    return Note(tr("How to read this"), (first, second, third, money), small=True)


def _money(review: WarningReview, amount: float) -> str:
    if amount != amount:
        return formats.MISSING
    unit = formats.currency_name(review.currency)
    plain = formats.money(amount)
    return plain if review.currency == formats.NO_CURRENCY else f"{plain}{formats.NBSP}{unit}"
