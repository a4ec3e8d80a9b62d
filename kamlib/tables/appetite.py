"""The risk appetite, the plan that mends it, the other axes and the five largest, as tables."""

import math
from typing import Any

import pandas as pd

from kamlib import formats
from kamlib.blocks import Column, Table
from kamlib.dependence import AppetiteReview, Disclosure, Plan
from kamlib.language import phrase, tr
from kamlib.tables.shared import table_of

KINDS = {
    "single_client": phrase("One client or group"),
    "top_five": phrase("Five largest"),
    "hhi": phrase("HHI, points"),
    "industry": phrase("Industry"),
    "region": phrase("Region"),
    "product_line": phrase("Product line"),
    "account_manager": phrase("Account manager"),
    "exposure": phrase("Open balance over own equity"),
}
STATUSES = {
    "over": phrase("▲ over"),
    "near": phrase("■ near"),
    "within": phrase("● within"),
    "unknown": phrase("not known"),
}
BANDS = {
    "": "",
    "low": phrase("low"),
    "moderate": phrase("moderate"),
    "high": phrase("high"),
    "severe": phrase("severe"),
}
NAMED = {
    "": "",
    "dominant": phrase("dominant"),
    "new": phrase("new"),
    "depended": phrase("depended on"),
}
SHOWN_SEGMENTS = 4


def _measure(kind: str, value: float) -> str:
    return formats.number(value * 1e4) if kind == "hhi" else formats.share(value)


def table_appetite(appetite: AppetiteReview, currency: str) -> Table:
    """Each limit, the figure, and the money over it."""
    columns = [
        Column("kind", tr("Limit on"), False),
        Column("who", tr("Who"), False),
        Column("value", tr("Today")),
        Column("limit", tr("Limit")),
        Column("over_amount", tr("Over by, {currency}", currency=formats.currency_name(currency))),
        Column("band", tr("Band"), False),
        Column("status", tr("Status"), False),
    ]
    frame = appetite.limits
    values = frame[[column.key for column in columns]].to_numpy().tolist()
    texts = [
        [
            tr(KINDS[kind]),
            who,
            _measure(kind, value),
            _measure(kind, limit),
            formats.number(over) if over and over == over else formats.MISSING,
            tr(BANDS[band]),
            tr(STATUSES[status]),
        ]
        for kind, who, value, limit, over, band, status in values
    ]
    note = tr(
        "By group under common control. Single client: below 10 % low, to 20 % moderate, to 35 % high, above severe by "
        "default. All limits are the policy's (weak); the share of own equity is an analogue of BIS LEX20."
    )
    return table_of(tr("Limits of the risk appetite"), columns, texts, values, note=note, key="appetite")


def _months(value: float) -> str:
    if value != value:
        return formats.MISSING
    return tr("never") if math.isinf(value) else formats.number(math.ceil(value))


def table_plan(plan: Plan, currency: str) -> Table:
    """What mends each broken limit."""
    columns = [
        Column("what", tr("Limit on"), False),
        Column("needed", tr("New revenue")),
        Column("new_clients", tr("New clients")),
        Column("months_still", tr("Months")),
        Column("months_both", tr("If it grows on")),
        Column("shrink_by", tr("Or it shrinks by")),
        Column("margin_lost", tr("Margin lost")),
    ]
    steps = plan.steps.assign(
        what=[row.who if row.kind == "single_client" else tr(KINDS[row.kind]) for row in plan.steps.itertuples()]
    )
    values: list[list[Any]] = steps[[column.key for column in columns]].to_numpy().tolist()
    texts = [
        [
            what,
            formats.number(needed),
            formats.number(clients),
            _months(still),
            _months(both),
            formats.number(shrink),
            formats.number(margin),
        ]
        for what, needed, clients, still, both, shrink, margin in values
    ]
    known = [[None if value in (math.inf, -math.inf) else value for value in row] for row in values]
    title = tr("What brings each broken limit back, {currency}", currency=formats.currency_name(currency))
    note = tr(
        "New clients: the fewest equal ones that stay below the limit themselves. Months at today's growth of the others, "
        "the part as it is; then if the part grows on, too."
    )
    return table_of(title, columns, texts, known, note=note, key="plan")


def table_segments(plan: Plan, currency: str) -> Table:
    """Where the new revenue may come from, in proportion to the room of each segment."""
    unit = formats.currency_name(currency)
    columns = [
        Column("segment", tr(KINDS[plan.axis]) if plan.axis else tr("Segment"), False),
        Column("revenue", tr("Revenue, {currency}", currency=unit)),
        Column("share", tr("Share")),
        Column("room", tr("Room below its limit")),
        Column("proposed", tr("New revenue from it")),
        Column("share_after", tr("Share after")),
    ]
    keys = [column.key for column in columns]
    rest = plan.segments.iloc[2 * SHOWN_SEGMENTS :]
    values: list[list[Any]] = plan.segments.head(2 * SHOWN_SEGMENTS)[keys].to_numpy().tolist()
    if len(rest):
        values.append([tr("{n} others", n=formats.number(len(rest))), *rest[keys[1:]].sum().tolist()])
    texts = [
        [name, formats.number(revenue), formats.share(share), formats.number(room), formats.number(new), formats.share(after)]
        for name, revenue, share, room, new, after in values
    ]  # fmt: skip
    if plan.needed <= 0:
        note = tr("No limit is broken: nothing is to be mended.")
    elif not plan.axis:
        note = tr("No segment is recorded: add industry or region to the table clients, or product_line to invoices.")
    else:
        note = tr("The largest need of all broken limits, spread in proportion to each segment's room.")
    return table_of(tr("Where new revenue may come from"), columns, texts, values, note=note, key="segments")


def table_axes(appetite: AppetiteReview, currency: str) -> Table:
    """The largest segments of each axis, the rest in one row."""
    columns = [
        Column("axis", tr("Axis"), False),
        Column("segment", tr("Segment"), False),
        Column("clients", tr("Clients")),
        Column("revenue", tr("Revenue, {currency}", currency=formats.currency_name(currency))),
        Column("share", tr("Share")),
        Column("prior_share", tr("A year before")),
        Column("hhi", tr("HHI, points")),
    ]
    values: list[list[Any]] = []
    texts = []
    for axis, segments in appetite.axes.groupby("axis", sort=False):
        rows = segments.head(SHOWN_SEGMENTS)
        rest = segments.iloc[SHOWN_SEGMENTS:]
        first = [
            [axis, row.segment or tr("not recorded"), row.clients, row.revenue, row.share, row.prior_share, row.hhi]
            for row in rows.itertuples(index=False)
        ]
        if len(rest):
            prior = rest["prior_share"].sum(min_count=1)
            others = tr("{n} others", n=formats.number(len(rest)))
            first.append([axis, others, math.nan, rest["revenue"].sum(), rest["share"].sum(), prior, math.nan])
        for place, row in enumerate(first):
            values.append(row)
            texts.append(
                [
                    tr(KINDS[axis]) if place == 0 else "",
                    row[1],
                    formats.number(row[2]),
                    formats.number(row[3]),
                    formats.share(row[4]),
                    formats.share(row[5]),
                    formats.number(row[6] * 1e4) if place == 0 else "",
                ]
            )
    note = (
        ""
        if values
        else tr("No segment is recorded: add industry or region to the table clients, or product_line to invoices.")
    )
    return table_of(tr("Concentration on other axes"), columns, texts, values, note=note, key="axes")


def table_top_five(disclosure: Disclosure) -> Table:
    """The five largest customers as China's rules want them."""
    unit = formats.currency_name(disclosure.currency)
    columns = [
        Column("rank", tr("Rank")),
        Column("name", tr("Customer"), False),
        Column("revenue", tr("Sales, {currency}", currency=unit)),
        Column("share", tr("Share of annual sales")),
        Column("related", tr("Related party"), False),
        Column("new", tr("New among the five"), False),
        Column("named", tr("To be named"), False),
    ]
    yes, no = tr("yes"), tr("no")
    values, texts = [], []
    for place, row in enumerate(disclosure.top.itertuples(index=False), 1):
        values.append([place, row.name, row.revenue, row.share, row.related, row.new, row.named])
        texts.append(
            [
                str(place),
                row.name,
                formats.number(row.revenue),
                formats.share(row.share),
                (yes if row.related else no) if disclosure.related_known else formats.MISSING,
                formats.MISSING if pd.isna(row.new) else yes if row.new else no,
                tr(NAMED[row.named]),
            ]
        )
    total, related = float(disclosure.top["revenue"].sum()), disclosure.related_revenue
    values.append(["", tr("Together"), total, disclosure.top_share, None, None, ""])
    told = formats.number(related) if disclosure.related_known else formats.MISSING
    texts.append(["", tr("Together"), formats.number(total), formats.share(disclosure.top_share), told, "", ""])
    return table_of(tr("The five largest customers"), columns, texts, values, total=True, key="top_five")
