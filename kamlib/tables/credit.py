"""The credit review of a client, as tables and a strip of figures."""

from typing import Any

from kamlib import formats
from kamlib.blocks import Column, Kpi, Kpis, Table
from kamlib.credit import COMPONENTS, MEASURES, UNKNOWN, CreditReview
from kamlib.language import phrase, tr
from kamlib.tables.shared import table_of

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


def kpis_credit(review: CreditReview) -> Kpis:
    """Exposure, overdue share, days late, DSO, share of revenue, cover."""
    now, before, unit = review.now, review.before, formats.currency_name(review.currency)
    limits = review.policy.review
    change = _receivables_change(review)
    overdue_tone = _tone(now.overdue_share, limits.overdue_share_watch, limits.overdue_share_alarm)
    late_tone = _tone(now.days_late, limits.days_late_watch, limits.days_late_alarm)
    dso, dso_before = now.measures["dso_countback"], before.measures["dso_countback"]
    late_note = tr("by amount; {change}", change=formats.signed(now.days_late - before.days_late))
    dso_note = (
        tr("count-back; {change}", change=formats.signed(dso - dso_before))
        if dso == dso
        else tr("no sales in the period")
    )
    receivables = tr("receivables {change}", change=formats.signed_money(change))
    covered = formats.money(review.covered) if review.covered else tr("none")
    ends = tr("without an end") if review.cover_ends is None else tr("until {day}", day=formats.day(review.cover_ends))
    if review.level == UNKNOWN:
        return _kpis_without_receipts(review)
    overdue, share = formats.share(now.overdue_share), formats.share(now.company_share)
    return Kpis(
        (
            Kpi(
                "exposure",
                tr("Full exposure, {unit}", unit=unit),
                formats.money(now.total_exposure),
                receivables,
                now.total_exposure,
                change=change,
            ),
            Kpi(
                "overdue_share",
                tr("Overdue"),
                overdue,
                f"{formats.money(now.overdue)} {unit}",
                now.overdue_share,
                overdue_tone,
            ),
            Kpi("days_late", tr("Days late"), formats.number(now.days_late), late_note, now.days_late, late_tone),
            Kpi("dso", tr("DSO, days"), formats.number(dso), dso_note, dso),
            Kpi(
                "revenue_share",
                tr("Share of revenue"),
                share,
                f"{formats.money(now.revenue)} {unit}",
                now.company_share,
            ),
            Kpi(
                "covered",
                tr("Cover, {unit}", unit=unit),
                covered,
                ends if review.covered else tr("nothing is recorded"),
                review.covered,
            ),
        )
    )


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
    return table_of(tr("Full exposure"), columns, texts, values, total=True, note=note)


def table_ageing(review: CreditReview) -> Table:
    """Open invoices by days past due, now and a quarter before."""
    now, before = review.now.ageing, review.before.ageing
    columns = [
        Column("bucket", tr("Days past due"), False),
        Column("items", tr("Invoices")),
        Column("amount", tr("Now, {unit}", unit=formats.currency_name(review.currency))),
        Column("share", tr("Share")),
        Column("before", tr("A quarter before")),
    ]
    total = review.now.open_invoices
    values: list[list[Any]] = [
        [bucket_name(bucket), items, amount, amount / total if total else float("nan"), then]
        for bucket, items, amount, then in zip(
            now["bucket"], now["items"], now["amount"], before["amount"], strict=True
        )
    ]
    values.append(
        [
            tr("Open invoices"),
            int(now["items"].sum()),
            total,
            1.0 if total else float("nan"),
            review.before.open_invoices,
        ]
    )
    texts = [
        [r[0], formats.number(r[1]), formats.number(r[2]), formats.share(r[3]), formats.number(r[4])] for r in values
    ]
    credits = formats.money_full(review.now.credits)
    return table_of(
        tr("Age of open invoices"),
        columns,
        texts,
        values,
        total=True,
        note=tr(
            "By due date; {disputed} of it is disputed. Not in the buckets: credits and unapplied cash of {credits}.",
            disputed=formats.number(review.now.disputed),
            credits=credits,
        ),
    )


def table_measures(review: CreditReview) -> Table:
    """Collection measures, each by its own name, now and a quarter before."""
    columns = [
        Column("measure", tr("Measure"), False),
        Column("now", tr("Now")),
        Column("before", tr("A quarter before")),
        Column("change", tr("Change")),
    ]
    values, texts = [], []
    for name in MEASURES:
        now, before = review.now.measures[name], review.before.measures[name]
        if name == "collection_effectiveness":
            now, before = now * 100, before * 100
        values.append([tr(MEASURE_NAMES[name]), now, before, now - before])
        texts.append(
            [
                tr(MEASURE_NAMES[name]),
                formats.number(now, 1),
                formats.number(before, 1),
                formats.signed(now - before, 1),
            ]
        )
    span = review.policy.receivables.sales_days
    note = tr(
        "DSO, its best possible value and CEI on the sales of {span} days; turnover on those of 365. A dash: no sales or nothing open.",
        span=span,
    )
    return table_of(tr("Collection measures"), columns, texts, values, note=note)


def bucket_name(bucket: str) -> str:
    """A bucket of the ageing schedule as it is printed: only the first is a word."""
    return tr("not due") if bucket == "not due" else bucket


def _tone(value: float, watch: float, alarm: float) -> str:
    return "alarm" if value >= alarm else "watch" if value >= watch else ""
