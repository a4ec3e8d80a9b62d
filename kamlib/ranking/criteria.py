"""What the ledger and the sales force say of each client, criterion by criterion, and the points for it."""

import numpy as np
import pandas as pd

from kamlib.dependence import client_economics, reaches_back, revenue_by_client, window_start
from kamlib.key_clients import Rule, points_of, rescaled
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy
from kamlib.policy.key_clients import RECORDED, TYPED
from kamlib.receivables import CENT

TYPED_SCALE = 10  # the rules of typed criteria say on which scale they were typed; points typed in the policy are 1–10


def ranked_clients(snapshot: Snapshot, months: int) -> pd.DataFrame:
    """Who is ranked: clients with revenue in the window, and prospects of the clients table.

    Returns
    -------
    DataFrame, indexed by client_id
        ``name, group_id, prospect, industry_leader, revenue, margin, service_cost`` (NaN where not known).
    """
    economics = client_economics(snapshot, months).set_index("client_id")
    economics = economics.loc[economics["revenue"] > CENT, ["name", "group_id", "revenue", "margin"]]
    table = snapshot.table("clients").set_index("client_id")
    waiting = table[(table["status"] == "prospect") & ~table.index.isin(economics.index)]
    prospects = pd.DataFrame(
        {
            "name": waiting["name"].where(waiting["name"].notna(), waiting.index.to_series()),
            "group_id": waiting["group_id"].where(waiting["group_id"].notna(), waiting.index.to_series()),
            "revenue": 0.0,
            "margin": np.nan,
        }
    )
    people = pd.concat([economics, prospects]) if len(prospects) else economics
    people["prospect"] = people.index.isin(prospects.index)
    leader = table["industry_leader"].astype(float).reindex(people.index)
    people["industry_leader"] = leader.fillna(0.0) > 0
    people["service_cost"] = _service_cost(snapshot, people, months)
    return people


def criterion_values(snapshot: Snapshot, people: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """The value of each criterion for each ranked client, NaN where nothing is known.

    Parameters
    ----------
    snapshot : Snapshot
    people : DataFrame
        From `ranked_clients`.
    policy : Policy

    Returns
    -------
    DataFrame, shape (n_clients, n_criteria)
        ``current_revenue`` and ``potential_revenue`` as parts of all revenue of the window; ``order_stability`` in
        [0, 1]: (1 - share of months without orders) / (1 + coefficient of variation of the others);
        ``cost_to_serve`` and ``margin_rate`` over the client's revenue; ``growth`` on the window before; ``tenure``
        in years; ``satisfaction`` as the mean of the contacts in the window; the rest as typed.
    """
    settings, months = policy.key_clients, policy.concentration.window_months
    total = people["revenue"].sum()
    revenue = people["revenue"].where(~people["prospect"])
    start = window_start(snapshot.date, months)
    prior = revenue_by_client(snapshot.as_of(start), months).reindex(people.index)
    prior = prior.where((prior > CENT) & reaches_back(snapshot, months))
    table = snapshot.table("clients").set_index("client_id").reindex(people.index)
    contacts = snapshot.table("interactions")
    recent = contacts[contacts["date"] > start]
    values = pd.DataFrame(
        {
            "current_revenue": people["revenue"] / total,
            "potential_revenue": table["potential_revenue"].astype(float) / total,
            "order_stability": order_stability(
                snapshot, people.index, settings.stability_months, settings.stability_least_months
            ),
            "cost_to_serve": people["service_cost"] / revenue,
            "growth": revenue / prior - 1,
            "margin_rate": people["margin"] / revenue,
            "tenure": _tenure(snapshot, people.index),
            "satisfaction": recent.groupby("client_id")["satisfaction"].mean().astype(float).reindex(people.index),
            **{name: table[name].astype(float) for name in RECORDED},
        }
    )
    for name in settings.typed:
        if name not in values:
            values[name] = np.nan
    return values


def criterion_points(values: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Values as points by the policy's rules; what is typed in the policy itself wins."""
    settings = policy.key_clients
    points = {}
    for name in values:
        given = settings.rules.get(name, TYPED)
        rule = Rule(given.rule, given.worst, given.best, given.log, given.edges)
        points[name] = points_of(values[name], rule, settings.scale)
        typed = pd.Series(settings.typed.get(name, {}), dtype=float)
        typed = typed[typed.index.isin(values.index)].clip(1, TYPED_SCALE)
        points[name].loc[typed.index] = [rescaled(value, TYPED_SCALE, settings.scale) for value in typed]
    return pd.DataFrame(points, index=values.index)


def order_stability(snapshot: Snapshot, client_ids: pd.Index, months: int, least: int) -> pd.Series:
    """How evenly clients order, in [0, 1]; NaN where fewer than `least` months have an order.

    From orders where a client has any in these months, else from its invoices; months before its first are no gaps.
    """
    orders = snapshot.table("orders")[["client_id", "order_date", "amount"]].rename(columns={"order_date": "date"})
    bills = snapshot.revenue[["client_id", "issue_date", "reporting_amount"]]
    bills = bills.set_axis(["client_id", "date", "amount"], axis=1)
    first = _edges(snapshot.date, months)[0]
    ordering = set(orders.loc[orders["date"] > first, "client_id"])
    lines = pd.concat([orders[orders["client_id"].isin(ordering)], bills[~bills["client_id"].isin(ordering)]])
    lines = lines[lines["client_id"].isin(client_ids)]
    edges = np.array(_edges(snapshot.date, months), dtype="datetime64[us]")
    began = lines.groupby("client_id")["date"].min()
    month = np.searchsorted(edges, lines["date"].to_numpy(dtype="datetime64[us]"), side="left") - 1
    recent = lines[month >= 0].assign(month=month[month >= 0])
    if recent.empty:
        return pd.Series(np.nan, index=client_ids)
    table = recent.pivot_table(index="client_id", columns="month", values="amount", aggfunc="sum", fill_value=0.0)
    table = table.reindex(columns=range(months), fill_value=0.0).clip(lower=0)
    start = np.searchsorted(edges, began.reindex(table.index).to_numpy(dtype="datetime64[us]"), side="left") - 1
    amounts = table.to_numpy()
    counted = np.arange(months) >= np.clip(start, 0, None)[:, None]
    active = amounts > CENT
    number = np.maximum(active.sum(axis=1), 1)
    mean = np.maximum(amounts.sum(axis=1) / number, CENT)
    spread = np.sqrt((np.square(amounts - mean[:, None]) * active).sum(axis=1) / number) / mean
    stability = active.sum(axis=1) / np.maximum(counted.sum(axis=1), 1) / (1 + spread)
    return pd.Series(np.where(active.sum(axis=1) >= least, stability, np.nan), index=table.index).reindex(client_ids)


def _edges(day: pd.Timestamp, months: int) -> list[pd.Timestamp]:
    return [window_start(day, back) if back else day for back in range(months, -1, -1)]


def _tenure(snapshot: Snapshot, client_ids: pd.Index) -> pd.Series:
    first = snapshot.revenue.groupby("client_id")["issue_date"].min().reindex(client_ids)
    return (snapshot.date - first).dt.days / 365.25


def _service_cost(snapshot: Snapshot, people: pd.DataFrame, months: int) -> pd.Series:
    """Of the window; NaN everywhere without the table, zero for a client it does not name."""
    costs = snapshot.table("service_costs")
    if snapshot.absent("service_costs") or costs.empty:
        return pd.Series(np.nan, index=people.index)
    recent = costs[costs["period"] > window_start(snapshot.date, months)]
    summed = recent.groupby("client_id")["amount"].sum().reindex(people.index).fillna(0.0)
    return summed.where(~people["prospect"])
