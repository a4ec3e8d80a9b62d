"""Dependence on clients, as tables and strips of figures."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from kamlib import formats
from kamlib.blocks import Column, Kpi, Kpis, Table
from kamlib.dependence import INDICES, Dependence
from kamlib.stress import ClientLoss
from kamlib.tables.shared import table_of

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
                _money_note(dependence.revenue - dependence.prior_revenue),
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
                rest["prior_share"].sum(min_count=1),
                rest["change"].sum(min_count=1),
            ]
        )
    gone = dependence.prior_revenue - dependence.clients["prior_revenue"].sum()
    if gone > 0.5:
        values.append(["Clients that stopped buying", "", 0.0, 0.0, gone / dependence.prior_revenue, -gone])
    change = dependence.revenue - dependence.prior_revenue
    values.append(["All", "", dependence.revenue, 1.0, 1.0 if change == change else float("nan"), change])
    texts = [
        [name, key, formats.number(revenue), formats.share(share), formats.share(prior), formats.signed(change)]
        for name, key, revenue, share, prior, change in values
    ]
    months = dependence.policy.concentration.window_months
    note = f"Per client; {months} months against the {months} before."
    return table_of("The largest clients", columns, texts, values, total=True, marked=0, note=note)


def table_groups(dependence: Dependence, top: int = 5) -> Table:
    """The largest groups under common control."""
    rows = dependence.groups.head(top)
    columns = [
        Column("name", "Group", False),
        Column("members", "Clients in it"),
        Column("revenue", f"Revenue, {_code(dependence)}"),
        Column("share", "Share"),
    ]
    values = rows[[column.key for column in columns]].to_numpy().tolist()
    texts = [
        [name, formats.number(members), formats.number(revenue), formats.share(share)]
        for name, members, revenue, share in values
    ]
    return table_of(
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
    return table_of("Indices of concentration", columns, texts, values, note=note)


def _points_note(now: float, before: float) -> str:
    return f"{formats.points(now - before)} on a year before" if not pd.isna(before) else "no year before"


def _money_note(change: float) -> str:
    return "no year before" if pd.isna(change) else f"{formats.signed_money(change)} on a year before"


def _short(name: str) -> str:
    return name if len(name) <= 24 else name[:23] + "…"


def _code(dependence: Dependence) -> str:
    return formats.currency_name(dependence.currency)
