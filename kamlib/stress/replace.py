"""How long it would take to replace each client: by the pipeline, by what was won of late, and as practice quotes."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.dependence import client_economics, window_start
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy
from kamlib.stress.at_risk import DAYS_A_MONTH
from kamlib.stress.exits import days_held


@dataclass(frozen=True)
class Replacement:
    """What `replace_clients` found.

    Attributes
    ----------
    clients : DataFrame, one row a client, largest first
        ``client_id, name, revenue, share, months_pipeline`` and ``months_won`` (revenue ÷ what a month brings; NaN
        where that is nothing), ``months`` (the shorter of the two; where neither is known the policy's base),
        ``held_months`` (of notice), ``margin_lost`` (while replacing, after the notice, in a straight line).
    pipeline, won_a_month, pipeline_a_month : float
        Revenue a year that prospects might bring; that new clients brought a month over the last year; and that
        the pipeline would bring a month at the policy's rate of success.
    quoted : (float, float, float)
        Months that practice quotes for a client among the ten largest.
    """

    clients: pd.DataFrame
    pipeline: float
    won_a_month: float
    pipeline_a_month: float
    quoted: tuple[float, float, float]


def replace_clients(snapshot: Snapshot, policy: Policy) -> Replacement:
    """Months to win as much revenue a year as each client brings, and the margin that is missing meanwhile.

    Returns
    -------
    Replacement

    References
    ----------
    12 to 18 months are quoted for a client among the ten largest: a convention from practice (weak).

    Examples
    --------
    >>> from kamlib.samples.small import small_ledger
    >>> replace_clients(small_ledger(), Policy()).clients[["name", "months", "margin_lost"]].to_numpy().tolist()
    [['Alder', 15.0, 90000.0], ['Birch', 15.0, 45000.0], ['Cedar', 15.0, 22500.0]]
    """
    stress, months = policy.stress, policy.concentration.window_months
    economics = client_economics(snapshot, months)
    economics = economics[economics["revenue"] > 0].sort_values(["revenue", "client_id"], ascending=[False, True])
    if economics["margin"].isna().all():
        economics["margin"] = economics["revenue"] * stress.assumed_margin_rate
    frame = economics[["client_id", "name", "revenue", "margin"]].reset_index(drop=True)
    frame[["revenue", "margin"]] *= 12 / months
    frame["share"] = frame["revenue"] / frame["revenue"].sum()
    known = snapshot.table("clients")
    pipeline = float(known.loc[known["status"] == "prospect", "potential_revenue"].sum())
    first = snapshot.revenue.groupby("client_id")["issue_date"].min()
    start = window_start(snapshot.date, months)
    reaches_back = bool(len(first)) and first.min() <= start
    new = first.index[first > start] if reaches_back else first.index[:0]
    won = float(frame.loc[frame["client_id"].isin(new), "revenue"].sum()) / 12
    coming = pipeline * stress.pipeline_success / stress.pipeline_months
    frame["months_pipeline"] = frame["revenue"] / coming if coming > 0 else np.nan
    frame["months_won"] = frame["revenue"] / won if won > 0 else np.nan
    frame["months"] = frame[["months_pipeline", "months_won"]].min(axis=1).fillna(stress.replacement_months[1])
    frame["held_months"] = frame["client_id"].map(days_held(snapshot)).astype(float).fillna(0.0) / DAYS_A_MONTH
    gap = (frame["months"] - frame["held_months"]).clip(lower=0)
    frame["margin_lost"] = (frame["margin"].clip(lower=0) / 12 * gap * stress.missing_while_replacing).round(2)
    return Replacement(frame.drop(columns="margin"), pipeline, won, coming, stress.replacement_months)
