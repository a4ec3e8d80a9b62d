"""Results as tables and strips of figures: typed columns, formatted once, the numbers kept beside the text."""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from kamlib import formats
from kamlib.blocks import Column, Kpi, Kpis, Table
from kamlib.credit import COMPONENTS, MEASURES, CreditReview
from kamlib.dependence import INDICES, Dependence
from kamlib.ledger.snapshot import Snapshot
from kamlib.stress import ClientLoss

INDEX_NAMES = {
    "cr1": "Largest client (CR1)",
    "cr3": "Three largest (CR3)",
    "cr5": "Five largest (CR5)",
    "cr10": "Ten largest (CR10)",
    "hhi": "Herfindahl–Hirschman index, raw (points)",
    "effective_number": "Effective number of clients (1 ÷ HHI)",
    "gini": "Gini coefficient (1/n form)",
    "hall_tideman": "Hall–Tideman index",
    "theil": "Theil's T (nats)",
    "entropy": "Shannon entropy (nats)",
    "count": "Clients counted",
}
INDEX_FORMATS: dict[str, Callable[[float], str]] = {
    **dict.fromkeys(("cr1", "cr3", "cr5", "cr10"), lambda value: formats.share(value, 2)),
    "hhi": lambda value: formats.number(value * 10_000),
    "effective_number": lambda value: formats.number(value, 1),
    **dict.fromkeys(("gini", "hall_tideman", "theil", "entropy"), lambda value: formats.number(value, 3)),
    "count": formats.number,
}
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


def kpis_dependence(dependence: Dependence, loss: ClientLoss) -> Kpis:
    """Revenue, top share, top five, HHI, and what the stress leaves."""
    now, prior = dependence.indices["client"], dependence.indices["prior"]
    bands = dependence.policy.concentration.single_client_bands
    top = dependence.clients.iloc[0]
    tone = "alarm" if now["cr1"] > bands[1] else "watch" if now["cr1"] > bands[0] else "calm"
    five_tone = "alarm" if now["cr5"] >= dependence.policy.concentration.top_five_concerning else "calm"
    first = loss.steps.iloc[min(1, len(loss.steps) - 1)]
    left = first["profit"] if loss.steps["profit"].notna().all() else first["revenue"]
    label = "Profit without the largest" if loss.steps["profit"].notna().all() else "Revenue without the largest"
    return Kpis(
        (
            Kpi(
                "revenue",
                f"Revenue, {dependence.policy.concentration.window_months} months",
                formats.money(dependence.revenue),
                f"{formats.signed_money(dependence.revenue - dependence.clients['prior_revenue'].sum())} on a year before",
                dependence.revenue,
            ),
            Kpi(
                "top_share",
                "Largest client",
                formats.share(now["cr1"]),
                _points_note(now["cr1"], prior["cr1"]),
                now["cr1"],
                tone,
            ),
            Kpi(
                "top_five_share",
                "Five largest",
                formats.share(now["cr5"]),
                _points_note(now["cr5"], prior["cr5"]),
                now["cr5"],
                five_tone,
            ),
            Kpi(
                "hhi_points",
                "HHI, points",
                formats.number(now["hhi"] * 1e4),
                f"as {formats.number(now['effective_number'], 1)} equal clients",
                now["hhi"] * 1e4,
            ),
            Kpi(
                "left_without_top",
                label,
                formats.money(left),
                f"lost: {_short(top['name'])}",
                left,
                "alarm" if left < 0 else "",
            ),
        )
    )


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


def table_clients(dependence: Dependence, top: int = 10) -> Table:
    """The largest clients with revenue, share and change; the rest in one row, the total below."""
    rows = dependence.clients.head(top)
    rest = dependence.clients.iloc[top:]
    columns = [
        Column("name", "Client", False),
        Column("client_id", "Id", False),
        Column("revenue", f"Revenue, {_code(dependence)}"),
        Column("share", "Share"),
        Column("prior_share", "A year before"),
        Column("change", "Change of revenue"),
    ]
    values: list[list[Any]] = rows[[column.key for column in columns]].to_numpy().tolist()
    if len(rest):
        values.append(
            [
                f"{len(rest):,} further clients",
                "",
                rest["revenue"].sum(),
                rest["share"].sum(),
                rest["prior_share"].sum(),
                rest["change"].sum(),
            ]
        )
    everyone = dependence.clients
    values.append(["All", "", everyone["revenue"].sum(), 1.0, everyone["prior_share"].sum(), everyone["change"].sum()])
    texts = [
        [name, key, formats.number(revenue), formats.share(share), formats.share(prior), formats.signed(change)]
        for name, key, revenue, share, prior, change in values
    ]
    note = (
        "Per client. Clients that bought only in the year before are not listed, so that column need not reach 100 %."
    )
    return _table("The largest clients", columns, texts, values, total=True, marked=0, note=note)


def table_groups(dependence: Dependence, top: int = 5) -> Table:
    """The largest groups under common control."""
    rows = dependence.groups.head(top)
    columns = [
        Column("name", "Group (its largest client)", False),
        Column("members", "Clients in it"),
        Column("revenue", f"Revenue, {_code(dependence)}"),
        Column("share", "Share"),
    ]
    values = rows[[column.key for column in columns]].to_numpy().tolist()
    texts = [
        [name, formats.number(members), formats.number(revenue), formats.share(share)]
        for name, members, revenue, share in values
    ]
    return _table(
        "The largest groups under common control",
        columns,
        texts,
        values,
        note="Per group: clients with the same group_id count as one.",
    )


def table_indices(dependence: Dependence) -> Table:
    """Every index by client and by group, a year before, over the whole ledger and of open balances."""
    titles = {
        "client": "By client",
        "group": "By group",
        "prior": "A year before",
        "ledger": "Whole ledger",
        "exposure": "Open balances",
    }
    columns = [Column("index", "Index", False), *[Column(key, title) for key, title in titles.items()]]
    frame = dependence.indices[list(titles)]
    values = [[INDEX_NAMES[name], *frame.loc[name].tolist()] for name in INDICES]
    texts = [
        [row[0], *[INDEX_FORMATS[name](value) for value in row[1:]]] for name, row in zip(INDICES, values, strict=True)
    ]
    note = (
        "Raw indices, not normalised by the number of clients. The bands that competition authorities set for the HHI "
        "judge markets; they are no standard for a company's own clients."
    )
    return _table("Indices of concentration", columns, texts, values, note=note)


def table_loss(loss: ClientLoss, currency: str) -> Table:
    """What is left after each loss."""
    unit = formats.currency_name(currency)
    columns = [
        Column("lost", "Lost"),
        Column("name", "The last one lost", False),
        Column("revenue", f"Revenue left, {unit}"),
        Column("revenue_lost_share", "Revenue lost"),
        Column("margin", "Contribution margin"),
        Column("profit", "Operating profit"),
    ]
    frame = loss.steps.assign(name=loss.steps["name"].where(loss.steps["lost"] > 0, "none"))
    values = frame[[column.key for column in columns]].to_numpy().tolist()
    texts = [
        [
            formats.number(lost),
            name,
            formats.number(revenue),
            formats.share(share),
            formats.number(margin),
            formats.number(profit),
        ]
        for lost, name, revenue, share, margin, profit in values
    ]
    marked = loss.turns_negative_at
    return _table(f"Losing the largest, by {loss.by}", columns, texts, values, marked=marked, note=_loss_note(loss))


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
    return _table("Full exposure", columns, texts, values, total=True, note=note)


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
    return _table(
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
    return _table("Collection measures", columns, texts, values, note=note)


def table_provenance(snapshot: Snapshot, **parameters: Any) -> Table:
    """What the figures rest on: the ledger, its hash, rows used, and the parameters of this run."""
    facts = snapshot.facts
    rows = facts.get("rows") or {}
    values = [
        ["Ledger", str(facts.get("source", ""))],
        ["SHA-256 of its files", str(facts.get("sha256", ""))[:16] or formats.MISSING],
        ["Seen up to", f"{snapshot.date:%Y-%m-%d}"],
        [
            "Rows in · used · quarantined",
            " · ".join(formats.number(rows.get(k)) for k in ("in", "used", "quarantined")),
        ],
        ["Optional tables missing", ", ".join(facts.get("missing") or {}) or "none"],
        *[[name, str(value)] for name, value in parameters.items()],
    ]
    return _table(
        "What this rests on", [Column("what", "What", False), Column("value", "Value", False)], values, values
    )


def _table(
    title: str,
    columns: Sequence[Column],
    texts: Sequence[Sequence[str]],
    values: Sequence[Sequence[Any]],
    total: bool = False,
    marked: int | None = None,
    note: str = "",
) -> Table:
    return Table(title, tuple(columns), tuple(map(tuple, texts)), tuple(map(tuple, values)), total, marked, note)


def _tone(value: float, watch: float, alarm: float) -> str:
    return "alarm" if value >= alarm else "watch" if value >= watch else ""


def _points_note(now: float, before: float) -> str:
    return f"{formats.points(now - before)} on a year before" if not pd.isna(before) else "no year before"


def _short(name: str) -> str:
    return name if len(name) <= 24 else name[:23] + "…"


def _code(dependence: Dependence) -> str:
    return formats.currency_name(dependence.currency)


def _loss_note(loss: ClientLoss) -> str:
    if loss.costed_share == 0:
        return "No costs in the ledger: margin and profit are not known. Add the column cost to the invoices."
    costs = "Margin from the cost of each invoice."
    if loss.costed_share < 0.999:
        costs = (
            f"Cost is known for {formats.share(loss.costed_share, 0)} of revenue; the rest has the known margin rate."
        )
    if pd.isna(loss.fixed_cost):
        return f"{costs} Operating profit is not known: name fixed_cost under company in the run file."
    return f"{costs} Fixed cost of {formats.money(loss.fixed_cost)} stays."
