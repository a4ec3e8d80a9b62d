"""What brings each broken limit back inside the appetite: new revenue, from where, in how many months."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.concentration import (
    equal_clients_needed,
    largest_that_fits,
    largest_that_fits_index,
    months_until,
    revenue_needed,
    revenue_needed_for_index,
)
from kamlib.dependence.appetite import TOP, AppetiteReview
from kamlib.dependence.axes import AXES
from kamlib.dependence.review import Dependence
from kamlib.policy import Policy


@dataclass(frozen=True)
class Plan:
    """What `plan_diversification` found.

    Attributes
    ----------
    steps : DataFrame, one row a broken limit, worst first
        ``kind, who, value, limit``, ``needed`` (new annual revenue from others), ``new_clients`` (the fewest
        equal ones it must be spread over), ``months_still`` (at today's growth of the others, the part as it is) and
        ``months_both`` (the part going on, too); infinite where never, NaN where not known. ``shrink_to`` and
        ``shrink_by``: what the part would have to fall to, and lose, if nothing new came; ``margin_lost`` with it.
    segments : DataFrame, one row a segment of `axis`
        ``segment, revenue, share, room`` (what it could still take within its own limit), ``proposed`` and
        ``share_after``; empty where nothing is needed or no segment is recorded.
    axis : str
        Which axis the segments are of; empty where none is recorded.
    needed : float
        The largest of the steps' needs: one programme that mends them all, if it comes from outside all of them.
    unplaced : float
        Of it, what does not fit into any segment's room.
    """

    steps: pd.DataFrame
    segments: pd.DataFrame
    axis: str
    needed: float
    unplaced: float


def plan_diversification(review: Dependence, appetite: AppetiteReview, policy: Policy) -> Plan:
    """Closed forms for each broken limit; `kamlib.concentration.dilution` states their assumptions.

    Today's growth is the change of annual revenue against the year before, by the month; a limit on exposure
    cannot be mended by new revenue, so only its reduction is told.
    """
    months = policy.concentration.window_months
    margin = review.groups.set_index("group_id")["margin"] if "margin" in review.groups else pd.Series(dtype=float)
    rows = [_step(row, review, appetite, margin, months) for row in appetite.broken.itertuples(index=False)]
    columns = ["kind", "who", "value", "limit", "needed", "new_clients", "months_still", "months_both"]
    steps = pd.DataFrame(rows, columns=[*columns, "shrink_to", "shrink_by", "margin_lost"])
    needed = float(steps["needed"].max()) if steps["needed"].notna().any() else 0.0
    axis, segments = _spread(appetite, needed, policy.concentration.appetite.plan_axis)
    unplaced = max(0.0, needed - float(segments["proposed"].sum())) if len(segments) else needed
    return Plan(steps, segments, axis, needed, unplaced)


def _step(row, review: Dependence, appetite: AppetiteReview, margins: pd.Series, months: int) -> tuple:
    head = (row.kind, row.who, row.value, row.limit)
    if row.kind == "exposure":
        fits = row.limit * row.total
        return (*head, np.nan, np.nan, np.nan, np.nan, fits, row.amount - fits, np.nan)
    if row.kind == "hhi":
        amounts = review.groups["revenue"]
        needed = revenue_needed_for_index(amounts, row.limit)
        part, prior = _tops(review)
        pace = (amounts.sum() - part - (review.prior_revenue - prior)) / months
        still = needed / pace if pace > 0 else np.inf if pace == pace else np.nan
        largest = float(amounts.iloc[0])
        fits = largest_that_fits_index(amounts, row.limit)
        lost = (largest - fits) * _rate(margins.head(1), largest)
        return (*head, needed, np.nan, still, np.nan, fits, largest - fits, lost)
    part, total = float(row.amount), float(row.total)
    prior, rate = _prior(row, review, appetite), np.nan
    if row.kind == "single_client":
        rate = _rate(margins.reindex([row.key]), part)
    elif row.kind == "top_five":
        rate = _rate(margins.head(TOP), part)
    part_pace = (part - prior) / months
    rest_pace = (total - part - (review.prior_revenue - prior)) / months
    known = np.isfinite(part_pace) and np.isfinite(rest_pace)
    fits = largest_that_fits(part, total, row.limit)
    return (
        *head,
        revenue_needed(part, total, row.limit),
        equal_clients_needed(part, total, row.limit) if row.kind == "single_client" else np.nan,
        months_until(part, total, row.limit, 0.0, rest_pace) if known else np.nan,
        months_until(part, total, row.limit, part_pace, rest_pace) if known else np.nan,
        fits,
        part - fits,
        (part - fits) * rate,
    )


def _prior(row, review: Dependence, appetite: AppetiteReview) -> float:
    """Revenue of the same part a year before; NaN where the ledger does not reach back."""
    if np.isnan(review.prior_revenue):
        return float("nan")
    if row.kind == "single_client":
        return float(review.clients.loc[review.clients["group_id"] == row.key, "prior_revenue"].sum())
    if row.kind == "top_five":
        return _tops(review)[1]
    axes = appetite.axes
    return float(axes.loc[(axes["axis"] == row.kind) & (axes["segment"] == row.key), "prior_revenue"].sum())


def _tops(review: Dependence) -> tuple[float, float]:
    """Revenue of today's five largest groups, now and a year before."""
    five = review.groups.head(TOP)
    members = review.clients["group_id"].isin(five["group_id"])
    return float(five["revenue"].sum()), float(review.clients.loc[members, "prior_revenue"].sum())


def _rate(margins: pd.Series, revenue: float) -> float:
    return float(margins.sum(min_count=1)) / revenue if revenue > 0 and len(margins) else float("nan")


def _spread(appetite: AppetiteReview, needed: float, wanted: str) -> tuple[str, pd.DataFrame]:
    """The new revenue over segments in proportion to the room that each has below its own limit."""
    axes = appetite.axes[appetite.axes["segment"] != ""]
    axis = next((name for name in (wanted, *AXES) if (axes["axis"] == name).any()), "")
    columns = ["segment", "revenue", "share", "room", "proposed", "share_after"]
    if needed <= 0 or not axis:
        return axis, pd.DataFrame(columns=columns)
    segments = axes[axes["axis"] == axis].copy()
    total = float(segments["revenue"].sum()) + needed
    limit = segments["limit"].fillna(1.0)
    segments["room"] = (limit * total - segments["revenue"]).clip(lower=0)
    room = float(segments["room"].sum())
    segments["proposed"] = segments["room"] * min(1.0, needed / room) if room > 0 else 0.0
    segments["share_after"] = (segments["revenue"] + segments["proposed"]) / total
    return axis, segments[columns].reset_index(drop=True)
