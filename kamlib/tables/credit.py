"""The credit review of a client, as tables and a strip of figures."""

from kamlib import formats
from kamlib.blocks import Column, Kpi, Kpis, Table
from kamlib.credit import COMPONENTS, MEASURES, UNKNOWN, CreditReview
from kamlib.language import phrase, tr, trn
from kamlib.tables.shared import table_of

SPARK_MONTHS = 24  # of the small line on the index page

COMPONENT_NAMES = {
    "receivables": phrase("Receivables, net of credits and unapplied cash"),
    "notes": phrase("Notes receivable"),
    "contract_assets": phrase("Contract assets"),
    "unbilled": phrase("Delivered, not billed"),
    "undelivered": phrase("Ordered, not delivered"),
    "custom_stock": phrase("Stock made for this client"),
    "deposits": phrase("Deposits held"),
}

MEASURE_NAMES = {
    "dso_period": phrase("DSO, period method (days)"),
    "dso_countback": phrase("DSO, count-back method (days)"),
    "dso_average": phrase("DSO, average receivables (days)"),
    "best_possible_dso": phrase("Best possible DSO (days)"),
    "average_days_delinquent": phrase("Average days delinquent (days)"),
    "collection_effectiveness": phrase("Collection effectiveness index (%)"),
    "turnover_year_end": phrase("Receivables turnover, closing balance (times a year)"),
    "turnover_average": phrase("Receivables turnover, average balance (times a year)"),
}


SPLIT_NAMES = {
    "terms": phrase("Terms agreed"),
    "lateness": phrase("Lateness"),
    "sales_timing": phrase("Timing of sales"),
    "disputes": phrase("Disputes"),
    "credits": phrase("Credits and unapplied cash"),
}


def kpis_credit(review: CreditReview) -> Kpis:
    """Exposure, overdue share, days late, DSO, share of revenue, cover."""
    now, before, unit = review.now, review.before, formats.currency_name(review.currency)
    limits = review.policy.review
    change = _receivables_change(review)
    owes = now.exposure["receivables"] > 0  # where credits cover what is open, its age calls for nothing
    overdue_tone = _tone(now.overdue_share, limits.overdue_share_watch, limits.overdue_share_alarm) if owes else ""
    late_tone = _tone(now.days_late, limits.days_late_watch, limits.days_late_alarm)
    dso, dso_before = now.measures["dso_countback"], before.measures["dso_countback"]
    late_note = _noted(tr("by amount"), now.days_late - before.days_late) if now.due_count else tr("nothing fell due")
    dso_note = _noted(tr("count-back"), dso - dso_before) if dso == dso else _no_dso(review)
    receivables = tr("receivables {change}", change=formats.signed_money(change))
    if review.level == UNKNOWN:
        return _kpis_without_receipts(review)
    used = review.block.utilisation
    current = review.limit.current
    limit_note = (
        tr("the limit is zero")
        if current == 0
        else (
            tr(
                "of {limit} {unit}; peak {peak}",
                limit=formats.money(current),
                unit=unit,
                peak=used_text(review.block.peak),
            )
            if current == current
            else tr("no limit is recorded")
        )
    )
    base = review.loss.expected[1]
    span = _loss_note(review)
    insured = float(review.facts["insured"])
    insured = tr("insured {amount}", amount=formats.money(insured)) if insured else tr("nothing insured")
    if review.owed_to_client > 0:
        insured = tr("we owe the client")
    used_tone = _tone(used, review.policy.limits.utilisation[0], review.policy.limits.utilisation[2])
    late, overdue = formats.number(now.days_late), formats.share(now.overdue_share)
    owed = tr("nothing is open")
    if now.open_invoices > 0:
        moved = now.overdue_share - before.overdue_share
        owed = "; ".join([f"{formats.money(now.overdue)} {unit}", *([formats.points(moved)] if moved == moved else [])])
    return Kpis(
        (
            Kpi(
                "exposure",
                tr("Full exposure, {unit}", unit=unit),
                formats.money(now.total_exposure),
                f"{insured}; {receivables}",
                now.total_exposure,
                change=change,
            ),
            Kpi(
                "limit_used",
                tr("Limit used"),
                used_text(used if used or current else float("nan")),
                limit_note,
                used,
                used_tone,
            ),
            Kpi("overdue_share", tr("Overdue"), overdue, owed, now.overdue_share, overdue_tone),
            Kpi(
                "days_late",
                tr("Days late"),
                late,
                late_note,
                now.days_late,
                late_tone,
                history=tuple(now.settled_months["days_late"].tail(SPARK_MONTHS)),
            ),
            Kpi(
                "dso",
                tr("DSO, days"),
                formats.number(dso),
                dso_note,
                dso,
                history=tuple(review.history.measures["dso_countback"]),
            ),
            Kpi("expected_loss", tr("Expected loss, {unit}", unit=unit), formats.money(base), span, base),
        )
    )


def _noted(text: str, change: float) -> str:
    """A note with the change on the quarter, where there is one."""
    return tr("{note}; {change}", note=text, change=formats.signed(change)) if change == change else text


def _no_dso(review: CreditReview) -> str:
    return tr("we owe the client") if review.owed_to_client > 0 else tr("no sales in the period")


def _loss_note(review: CreditReview) -> str:
    """The span of the expected loss, or why there is none."""
    low, _, high = review.loss.expected
    if not review.loss.at_default > 0:
        return tr("nothing is uncovered")
    span = tr("{low} to {high} a year, uninsured part", low=formats.money(low), high=formats.money(high))
    if review.loss.stage == 3 and review.loss.probability < 1:
        return tr("default presumed: allowance {amount}", amount=formats.money(review.loss.allowance))
    return span


def used_text(utilisation: float) -> str:
    """A utilisation as it is printed; money owed against a limit of zero has no ratio."""
    return tr("no limit") if utilisation == float("inf") else formats.share(utilisation, 0)


def _kpis_without_receipts(review: CreditReview) -> Kpis:
    """What can be said when payments are not known: nothing of age, delay or collection."""
    now, unit = review.now, formats.currency_name(review.currency)
    share, brought = formats.share(now.company_share), f"{formats.money(now.revenue)} {unit}"
    return Kpis(
        (
            Kpi(
                "billed",
                tr("Billed, {unit}", unit=unit),
                formats.money(now.open_invoices),
                tr("paid or not"),
                now.open_invoices,
            ),
            Kpi(
                "past_due",
                tr("Past its due date, {unit}", unit=unit),
                formats.money(now.overdue),
                tr("paid or not"),
                now.overdue,
            ),
            Kpi("revenue_share", tr("Share of revenue"), share, brought, now.company_share),
        )
    )


def _receivables_change(review: CreditReview) -> float:
    return float(review.now.exposure["receivables"] - review.before.exposure["receivables"])


def table_exposure(review: CreditReview) -> Table:
    """The components of the exposure now and a quarter before."""
    columns = [
        Column("component", tr("Component"), False),
        Column("now", tr("Now, {unit}", unit=formats.currency_name(review.currency))),
        Column("before", tr("A quarter before")),
        Column("change", tr("Change")),
    ]
    now, before = review.now.exposure, review.before.exposure
    shown = [name for name in COMPONENTS if name == "receivables" or now[name] or before[name] == before[name] != 0]
    values = [[tr(COMPONENT_NAMES[name]), now[name], before[name], now[name] - before[name]] for name in shown]
    values.append([tr("Full exposure"), review.now.total_exposure, float("nan"), float("nan")])
    texts = [[row[0], formats.number(row[1]), formats.number(row[2]), formats.signed(row[3])] for row in values]
    note = tr(
        "Components of zero are left out. Orders are known as of today only. They stand at selling price and stock made "
        "for the client at cost: where the stock is for these orders, the two overlap. Changes include rates of exchange."
    )
    return table_of(tr("Full exposure"), columns, texts, values, total=True, note=note, key="exposure")


def table_measures(review: CreditReview) -> Table:
    """Collection measures, each by its own name, now and a quarter before."""
    columns = [
        Column("measure", tr("Measure"), False),
        Column("now", tr("Now")),
        Column("before", tr("A quarter before")),
        Column("change", tr("Change")),
        Column("trend", tr("Trend a quarter")),
    ]
    trend = review.history.trend
    values, texts = [], []
    for name in MEASURES:
        now, before = review.now.measures[name], review.before.measures[name]
        factor = 100 if name == "collection_effectiveness" else 1
        row = [figure * factor for figure in (now, before, now - before, trend[name])]
        values.append([tr(MEASURE_NAMES[name]), *row])
        shown = [
            formats.number(row[0], 1),
            formats.number(row[1], 1),
            formats.signed(row[2], 1),
            formats.signed(row[3], 1),
        ]
        texts.append([tr(MEASURE_NAMES[name]), *shown])
    span = review.policy.receivables.sales_days
    quarters = len(review.history.measures)
    note = trn(
        "DSO, its best possible value and CEI on the sales of {span} days; turnover on those of 365. Known for {quarters} quarter end. A dash: no sales or nothing owed.",
        "DSO, its best possible value and CEI on the sales of {span} days; turnover on those of 365. Trend: least squares over up to {quarters} quarters. A dash: no sales or nothing owed.",
        quarters,
        quarters=quarters,
        span=span,
    )
    if _blank([row[:3] for row in values]):
        values, texts, note = [], [], tr("No sales, or nothing owed by the client: no measure has a meaning.")
    return table_of(tr("Collection measures"), columns, texts, values, note=note, key="measures")


def table_ageing_history(review: CreditReview) -> Table:
    """Open invoices by age at the last quarter ends, oldest first, as they were known then."""
    ageing = review.history.ageing
    buckets = [name for name in ageing.columns if name != "open"]
    columns = [
        Column("date", tr("Day"), False),
        *[Column(name, bucket_name(name)) for name in buckets],
        Column("open", tr("Open invoices")),
        Column("overdue", tr("Overdue")),
    ]
    values, texts = [], []
    for day, row in ageing.iterrows():
        overdue = 1 - row[buckets[0]] / row["open"] if row["open"] > 0 else float("nan")
        values.append([f"{day:%Y-%m-%d}", *row[buckets].tolist(), row["open"], overdue])
        texts.append([formats.day(day), *map(formats.number, [*row[buckets], row["open"]]), formats.share(overdue)])
    if not ageing["open"].any():
        values, texts = [], []
    marked = len(values) - 1 if values else None
    note = tr(
        "Days past due, {unit}; each row as it was known on its day. Today {disputed} of it is disputed; not in the buckets: "
        "credits and unapplied cash of {credits}.",
        unit=formats.currency_name(review.currency),
        disputed=formats.number(review.now.disputed),
        credits=formats.money_full(review.now.credits),
    )
    if not values:
        note = tr("Nothing was open at the end of any quarter seen.")
    return table_of(
        tr("Age of open invoices, quarter by quarter"),
        columns,
        texts,
        values,
        marked=marked,
        note=note,
        key="ageing_history",
    )


def table_split(review: CreditReview) -> Table:
    """Where the days of the period DSO come from, now and a quarter before."""
    columns = [
        Column("part", tr("Part"), False),
        Column("now", tr("Now")),
        Column("before", tr("A quarter before")),
        Column("change", tr("Change")),
    ]
    now, before = review.split, review.split_before
    rows = [[tr(SPLIT_NAMES[name]), now[name], before[name], now[name] - before[name]] for name in SPLIT_NAMES]
    total, old = float(now.sum(min_count=1)), float(before.sum(min_count=1))
    rows.append([tr("DSO, period method (days)"), total, old, total - old])
    texts = [[r[0], formats.number(r[1], 1), formats.number(r[2], 1), formats.signed(r[3], 1)] for r in rows]
    note = tr("Days; the parts add up. Lateness: open past due, less what was paid early.")
    if _blank(rows):
        rows, texts, note = [], [], tr("Without sales, or with nothing owed by the client, there is no DSO to split.")
    return table_of(
        tr("Where the days of DSO come from"), columns, texts, rows, total=bool(rows), note=note, key="split"
    )


def _blank(rows: list[list]) -> bool:
    """Whether a table would be dashes only."""
    return all(figure != figure for row in rows for figure in row[1:])


def bucket_name(bucket: str) -> str:
    """A bucket of the ageing schedule as it is printed: only the first is a word."""
    return tr("not due") if bucket == "not due" else bucket


def _tone(value: float, watch: float, alarm: float) -> str:
    return "alarm" if value >= alarm else "watch" if value >= watch else ""
