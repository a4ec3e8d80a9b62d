"""Dependence on clients, as tables and strips of figures."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from kamlib import formats
from kamlib.blocks import Column, Kpi, Kpis, Table
from kamlib.dependence import INDICES, ConcentrationHistory, Dependence
from kamlib.language import phrase, tr, trn
from kamlib.stress import ClientLoss
from kamlib.tables.shared import table_of

INDEX_NAMES = {
    "cr1": phrase("CR1, largest"),
    "cr3": phrase("CR3"),
    "cr5": phrase("CR5"),
    "cr10": phrase("CR10"),
    "hhi": phrase("Herfindahl–Hirschman, raw, points"),
    "effective_number": phrase("Effective number, 1 ÷ HHI"),
    "gini": phrase("Gini, 1/n form"),
    "hall_tideman": phrase("Hall–Tideman"),
    "theil": phrase("Theil's T, nats"),
    "entropy": phrase("Shannon entropy, nats"),
    "count": phrase("Clients counted"),
}

INDEX_FORMATS: dict[str, Callable[[float], str]] = {
    **dict.fromkeys(("cr1", "cr3", "cr5", "cr10"), lambda value: formats.share(value, 2)),
    "hhi": lambda value: formats.number(value * 10_000),
    "effective_number": lambda value: formats.number(value, 1),
    **dict.fromkeys(("gini", "hall_tideman", "theil", "entropy"), lambda value: formats.number(value, 3)),
    "count": formats.number,
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
    label = (
        tr("Profit without the largest") if loss.steps["profit"].notna().all() else tr("Revenue without the largest")
    )
    return Kpis(
        (
            Kpi(
                "revenue",
                tr("Revenue, {n} months", n=dependence.policy.concentration.window_months),
                formats.money(dependence.revenue),
                _money_note(dependence.revenue - dependence.prior_revenue),
                dependence.revenue,
            ),
            Kpi(
                "top_share",
                tr("Largest client"),
                formats.share(now["cr1"]),
                _points_note(now["cr1"], prior["cr1"]),
                now["cr1"],
                tone,
            ),
            Kpi(
                "top_five_share",
                tr("Five largest"),
                formats.share(now["cr5"]),
                _points_note(now["cr5"], prior["cr5"]),
                now["cr5"],
                five_tone,
            ),
            Kpi(
                "hhi_points",
                tr("HHI, points"),
                formats.number(now["hhi"] * 1e4),
                tr("as {n} equal clients", n=formats.number(now["effective_number"], 1)),
                now["hhi"] * 1e4,
            ),
            Kpi(
                "left_without_top",
                label,
                formats.money(left),
                tr("lost: {name}", name=_short(top["name"])),
                left,
                "alarm" if left < 0 else "",
            ),
        )
    )


def table_clients(dependence: Dependence, top: int = 10) -> Table:
    """The largest clients with revenue, share and change; the rest in one row, the total below."""
    rows = dependence.clients.head(top)
    rest = dependence.clients.iloc[top:]
    columns = [
        Column("name", tr("Client"), False),
        Column("client_id", tr("Id"), False),
        Column("revenue", tr("Revenue, {currency}", currency=_code(dependence))),
        Column("share", tr("Share")),
        Column("prior_share", tr("A year before")),
        Column("change", tr("Change of revenue")),
    ]
    values: list[list[Any]] = rows[[column.key for column in columns]].to_numpy().tolist()
    if len(rest):
        values.append(
            [
                trn("{n} further client", "{n} further clients", len(rest), n=formats.number(len(rest))),
                "",
                rest["revenue"].sum(),
                rest["share"].sum(),
                rest["prior_share"].sum(min_count=1),
                rest["change"].sum(min_count=1),
            ]
        )
    gone = dependence.prior_revenue - dependence.clients["prior_revenue"].sum()
    if gone > 0.5:
        values.append([tr("Clients that stopped buying"), "", 0.0, 0.0, gone / dependence.prior_revenue, -gone])
    change = dependence.revenue - dependence.prior_revenue
    values.append([tr("All"), "", dependence.revenue, 1.0, 1.0 if change == change else float("nan"), change])
    texts = [
        [name, key, formats.number(revenue), formats.share(share), formats.share(prior), formats.signed(change)]
        for name, key, revenue, share, prior, change in values
    ]
    months = dependence.policy.concentration.window_months
    note = tr("Per client; {n} months against the {n} before.", n=months)
    return table_of(tr("The largest clients"), columns, texts, values, total=True, marked=0, note=note, key="clients")


def table_groups(dependence: Dependence, top: int = 5) -> Table:
    """The largest groups under common control."""
    rows = dependence.groups.head(top)
    columns = [
        Column("name", tr("Group"), False),
        Column("members", tr("Clients in it")),
        Column("revenue", tr("Revenue, {currency}", currency=_code(dependence))),
        Column("share", tr("Share")),
    ]
    values = rows[[column.key for column in columns]].to_numpy().tolist()
    texts = [
        [name, formats.number(members), formats.number(revenue), formats.share(share)]
        for name, members, revenue, share in values
    ]
    return table_of(
        tr("The largest groups under common control"),
        columns,
        texts,
        values,
        note=tr("Per group: clients with the same group_id count as one."),
        key="groups",
    )


SIDES = {
    "client": phrase("Revenue"),
    "group": phrase("By group"),
    "margin": phrase("Margin"),
    "margin_group": phrase("By group"),
    "exposure": phrase("Open balance"),
    "exposure_group": phrase("By group"),
    "prior": phrase("A year before"),
}


def table_indices(dependence: Dependence) -> Table:
    """Every index on revenue, margin and open balances, by client and by group, and revenue a year before."""
    columns = [Column("index", tr("Index"), False), *[Column(key, tr(title)) for key, title in SIDES.items()]]
    frame = dependence.indices[list(SIDES)]
    values = [[tr(INDEX_NAMES[name]), *frame.loc[name].tolist()] for name in INDICES]
    texts = [
        [row[0], *[INDEX_FORMATS[name](value) for value in row[1:]]] for name, row in zip(INDICES, values, strict=True)
    ]
    note = tr("Raw indices, not normalised by the number of clients. Amounts of zero or less stand outside.")
    return table_of(tr("Indices of concentration"), columns, texts, values, note=note, key="indices")


def table_intervals(dependence: Dependence, intervals: pd.DataFrame) -> Table:
    """The bootstrap interval of each index, for the same amounts."""
    sides = [side for side in SIDES if side != "prior"]
    columns = [Column("index", tr("Index"), False), *[Column(side, tr(SIDES[side])) for side in sides]]
    shown = [name for name in INDICES if name != "count"]
    texts = [
        [
            tr(INDEX_NAMES[name]),
            *[
                _interval(name, intervals.loc[name, (side, "low")], intervals.loc[name, (side, "high")])
                for side in sides
            ],
        ]
        for name in shown
    ]
    level = formats.share(dependence.policy.concentration.bootstrap.level, 0)
    title = tr("How sure the indices are: {level} intervals", level=level)
    return table_of(title, columns, texts, texts, key="intervals")


def table_history(history: ConcentrationHistory) -> Table:
    """Quarter by quarter: the HHI and what changed it."""
    columns = [
        Column("date", tr("Up to"), False),
        Column("count", tr("Clients")),
        Column("cr1", tr("Largest")),
        Column("cr5", tr("Five largest")),
        Column("hhi", tr("HHI, points")),
        Column("change", tr("Change")),
        Column("entry", tr("Entries")),
        Column("exit", tr("Exits")),
        Column("growth", tr("Growth")),
        Column("shrinkage", tr("Shrinkage")),
    ]
    values = history.quarters[[column.key for column in columns]].to_numpy().tolist()
    texts = [
        [
            formats.day(date),
            formats.number(count),
            formats.share(largest),
            formats.share(five),
            formats.number(hhi * 1e4, 1),
            *[formats.signed(value * 1e4, 1) for value in parts],
        ]
        for date, count, largest, five, hhi, *parts in values
    ]
    note = tr("In HHI points; the four causes add up to the change. Per client.")
    return table_of(tr("What changed the HHI, quarter by quarter"), columns, texts, values, note=note, key="history")


def _interval(name: str, low: float, high: float) -> str:
    if pd.isna(low):
        return formats.MISSING
    return f"{INDEX_FORMATS[name](low).removesuffix(formats.NBSP + '%')}–{INDEX_FORMATS[name](high)}"


def _points_note(now: float, before: float) -> str:
    if pd.isna(before):
        return tr("no year before")
    return tr("{change} on a year before", change=formats.points(now - before))


def _money_note(change: float) -> str:
    if pd.isna(change):
        return tr("no year before")
    return tr("{change} on a year before", change=formats.signed_money(change))


def _short(name: str) -> str:
    return name if len(name) <= 24 else name[:23] + "…"


def _code(dependence: Dependence) -> str:
    return formats.currency_name(dependence.currency)
