"""The credit review of a client, as tables and a strip of figures."""

from typing import Any

from kamlib import formats
from kamlib.blocks import Column, Kpi, Kpis, Table
from kamlib.credit import COMPONENTS, MEASURES, CreditReview
from kamlib.tables.shared import table_of

COMPONENT_NAMES = {
    "receivables": "Receivables, net of credits and unapplied cash",
    "notes": "Notes receivable",
    "contract_assets": "Contract assets",
    "unbilled": "Delivered, not billed",
    "undelivered": "Ordered, not delivered",
    "custom_stock": "Stock made for this client",
    "deposits": "Deposits held",
}

MEASURE_NAMES = {
    "dso_period": "DSO, period method (days)",
    "dso_countback": "DSO, count-back method (days)",
    "dso_average": "DSO, average receivables (days)",
    "best_possible_dso": "Best possible DSO (days)",
    "average_days_delinquent": "Average days delinquent (days)",
    "collection_effectiveness": "Collection effectiveness index (%)",
    "turnover_year_end": "Receivables turnover, closing balance (times a year)",
    "turnover_average": "Receivables turnover, average balance (times a year)",
}


def kpis_credit(review: CreditReview) -> Kpis:
    """Exposure, overdue share, days late, DSO, share of revenue, insured part."""
    now, before = review.now, review.before
    limits = review.policy.review
    change = now.billed_exposure - before.billed_exposure
    overdue_tone = _tone(now.overdue_share, limits.overdue_share_watch, limits.overdue_share_alarm)
    late_tone = _tone(now.days_late, limits.days_late_watch, limits.days_late_alarm)
    dso, dso_before = now.measures["dso_countback"], before.measures["dso_countback"]
    return Kpis(
        (
            Kpi(
                "exposure",
                "Full exposure",
                formats.money(now.total_exposure),
                f"{formats.signed_money(change)} billed on the quarter",
                now.total_exposure,
                change=change,
            ),
            Kpi(
                "overdue_share",
                "Overdue",
                formats.share(now.overdue_share, 0),
                formats.money(now.overdue),
                now.overdue_share,
                overdue_tone,
            ),
            Kpi(
                "days_late",
                "Days late",
                formats.number(now.days_late),
                f"{formats.signed(now.days_late - before.days_late)} on the quarter",
                now.days_late,
                late_tone,
            ),
            Kpi(
                "dso", "DSO, count-back", formats.number(dso), f"{formats.signed(dso - dso_before)} on the quarter", dso
            ),
            Kpi(
                "revenue_share",
                "Share of revenue",
                formats.share(now.company_share),
                formats.money(now.revenue),
                now.company_share,
            ),
            Kpi(
                "insured_limit",
                "Insured limit",
                formats.money(review.insured_limit) if review.insured_limit else "none",
                "credit insurance in force",
                review.insured_limit,
            ),
        )
    )


def table_exposure(review: CreditReview) -> Table:
    """The components of the exposure now and a quarter before."""
    columns = [
        Column("component", "Component", False),
        Column("now", f"Now, {formats.currency_name(review.currency)}"),
        Column("before", "A quarter before"),
        Column("change", "Change"),
    ]
    now, before = review.now.exposure, review.before.exposure
    values = [[COMPONENT_NAMES[name], now[name], before[name], now[name] - before[name]] for name in COMPONENTS]
    billed = review.now.billed_exposure - review.before.billed_exposure
    values.append(["Full exposure", review.now.total_exposure, float("nan"), billed])
    texts = [[row[0], formats.number(row[1]), formats.number(row[2]), formats.signed(row[3])] for row in values]
    note = "Orders are known as of today only, so they have no earlier figure; the last change is that of the other components."
    return table_of("Full exposure", columns, texts, values, total=True, note=note)


def table_ageing(review: CreditReview) -> Table:
    """Open invoices by days past due, now and a quarter before."""
    now, before = review.now.ageing, review.before.ageing
    columns = [
        Column("bucket", "Days past due", False),
        Column("items", "Invoices"),
        Column("amount", f"Now, {formats.currency_name(review.currency)}"),
        Column("share", "Share"),
        Column("before", "A quarter before"),
    ]
    total = review.now.open_invoices
    values: list[list[Any]] = [
        [bucket, items, amount, amount / total if total else float("nan"), then]
        for bucket, items, amount, then in zip(
            now["bucket"], now["items"], now["amount"], before["amount"], strict=True
        )
    ]
    values.append(
        ["Open invoices", int(now["items"].sum()), total, 1.0 if total else float("nan"), review.before.open_invoices]
    )
    texts = [
        [r[0], formats.number(r[1]), formats.number(r[2]), formats.share(r[3]), formats.number(r[4])] for r in values
    ]
    credits = formats.money_full(review.now.credits)
    return table_of(
        "Age of open invoices",
        columns,
        texts,
        values,
        total=True,
        note=f"By due date. Not in the buckets: credits and unapplied cash of {credits}.",
    )


def table_measures(review: CreditReview) -> Table:
    """Collection measures, each by its own name, now and a quarter before."""
    columns = [
        Column("measure", "Measure", False),
        Column("now", "Now"),
        Column("before", "A quarter before"),
        Column("change", "Change"),
    ]
    values, texts = [], []
    for name in MEASURES:
        now, before = review.now.measures[name], review.before.measures[name]
        if name == "collection_effectiveness":
            now, before = now * 100, before * 100
        values.append([MEASURE_NAMES[name], now, before, now - before])
        texts.append(
            [MEASURE_NAMES[name], formats.number(now, 1), formats.number(before, 1), formats.signed(now - before, 1)]
        )
    span = review.policy.receivables.sales_days
    note = f"DSO, its best possible value and CEI on the sales of {span} days; turnover on those of 365. A dash: no sales or nothing open."
    return table_of("Collection measures", columns, texts, values, note=note)


def _tone(value: float, watch: float, alarm: float) -> str:
    return "alarm" if value >= alarm else "watch" if value >= watch else ""
