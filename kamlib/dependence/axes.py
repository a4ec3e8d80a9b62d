"""Concentration on other axes than the client: industry, region, product line, account manager."""

import pandas as pd

from kamlib.concentration import herfindahl_index
from kamlib.dependence.economics import reaches_back, window_start
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy
from kamlib.receivables import CENT

AXES = ("industry", "region", "product_line", "account_manager")


def review_axes(snapshot: Snapshot, policy: Policy) -> pd.DataFrame:
    """Revenue of the window by segment of each axis, largest first, with the year before.

    Returns
    -------
    DataFrame, one row a segment
        ``axis, segment`` (an empty text where nothing is recorded), ``clients, revenue, share, prior_revenue,
        prior_share`` (NaN where the ledger does not reach a year back), ``hhi`` of the axis over its recorded
        segments, and its ``limit`` from the policy (NaN where there is none). An axis of which nothing is
        recorded has no rows.
    """
    months = policy.concentration.window_months
    start = window_start(snapshot.date, months)
    before = window_start(start, months)
    lines = snapshot.revenue[["client_id", "issue_date", "reporting_amount", "product_line"]]
    lines = lines[lines["issue_date"] > (before if reaches_back(snapshot, months) else start)]
    clients = snapshot.table("clients").set_index("client_id")[["industry", "region", "account_manager"]]
    lines = lines.join(clients, on="client_id")
    now = lines["issue_date"] > start
    frames = [_segments(lines, now, axis, policy) for axis in AXES]
    columns = ["axis", "segment", "clients", "revenue", "share", "prior_revenue", "prior_share", "hhi", "limit"]
    return pd.concat([frame for frame in frames if len(frame)] or [pd.DataFrame(columns=columns)], ignore_index=True)


def _segments(lines: pd.DataFrame, now: pd.Series, axis: str, policy: Policy) -> pd.DataFrame:
    segment = lines[axis].astype("str").where(lines[axis].notna(), "")
    if not (segment[now] != "").any():
        return pd.DataFrame()
    recent = lines[now]
    found = recent.groupby(segment[now]).agg(clients=("client_id", "nunique"), revenue=("reporting_amount", "sum"))
    prior = lines[~now].groupby(segment[~now])["reporting_amount"].sum()
    found["prior_revenue"] = prior.reindex(found.index).fillna(0.0) if len(prior) else float("nan")
    found = found[found["revenue"] > CENT]
    found["share"] = found["revenue"] / found["revenue"].sum()
    found["prior_share"] = found["prior_revenue"] / prior[prior > CENT].sum() if len(prior) else float("nan")
    recorded = found.loc[found.index != "", "revenue"]
    found["hhi"] = herfindahl_index(recorded) if len(recorded) else float("nan")
    found["limit"] = policy.concentration.appetite.segments.get(axis, float("nan"))
    found = found.rename_axis("segment").reset_index().assign(axis=axis)
    return found.sort_values(["revenue", "segment"], ascending=[False, True])
