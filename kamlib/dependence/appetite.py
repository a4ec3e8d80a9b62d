"""The risk appetite: limits of the policy against the figures, and by how much money they are broken."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.dependence.axes import review_axes
from kamlib.dependence.economics import client_names, group_names, open_balances
from kamlib.dependence.review import Dependence
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy
from kamlib.receivables import CENT

BANDS = ("low", "moderate", "high", "severe")
TOP = 5


@dataclass(frozen=True)
class AppetiteReview:
    """What `review_appetite` found.

    Attributes
    ----------
    limits : DataFrame, one row a limit and whom it is about
        ``kind`` (single_client, top_five, hhi, a segment's axis, exposure), ``key, who``, ``value`` and ``limit``
        (fractions), ``amount`` (money of the part), ``total`` (what it is a share of), ``over_amount`` (money above
        the limit; 0 within it, NaN for the HHI), ``band`` (of a single client, else empty) and ``status``: over,
        near, within or unknown.
    axes : DataFrame
        From `review_axes`.
    antitrust_band : int
        0, 1 or 2: where the HHI lies in the bands that competition authorities set for markets.
    own_equity : float
        From the run file; NaN where it is not told.
    """

    limits: pd.DataFrame
    axes: pd.DataFrame
    antitrust_band: int
    own_equity: float

    @property
    def broken(self) -> pd.DataFrame:
        """The limits that are broken, worst first by how many times the limit."""
        over = self.limits[self.limits["status"] == "over"]
        return over.iloc[np.argsort(-(over["value"] / over["limit"]).to_numpy(), kind="stable")]


def band_of(share: float, bands: tuple[float, float, float]) -> str:
    """Low, moderate, high or severe: which of the policy's bands a single client's share lies in."""
    return BANDS[int(np.searchsorted(bands, share, side="left"))]


def review_appetite(snapshot: Snapshot, review: Dependence, policy: Policy) -> AppetiteReview:
    """Every limit of the policy's risk appetite, by group under common control, against the figures of the day.

    Single clients are shown from the moderate band on (always the largest), segments where they are over or near
    their limit (always the largest of an axis). The large-exposure analogue takes open balances against own equity
    (``company.own_equity`` of the run file); without it the status is unknown.
    """
    appetite, settings = policy.concentration.appetite, policy.concentration
    total = float(review.groups["revenue"].sum())
    rows = []
    for place, group in enumerate(review.groups.itertuples(index=False)):
        if place == 0 or group.share > settings.single_client_bands[0]:
            rows.append(
                ("single_client", group.group_id, group.name, group.share, appetite.single_client, group.revenue, total)
            )
    five = review.groups.head(TOP)
    rows.append(("top_five", "", "", five["share"].sum(), settings.top_five_concerning, five["revenue"].sum(), total))
    rows.append(("hhi", "", "", review.indices.loc["hhi", "group"], appetite.hhi, np.nan, total))
    axes = review_axes(snapshot, policy)
    for axis, segments in axes[axes["segment"] != ""].groupby("axis", sort=False):
        limit = segments["limit"].iloc[0]
        if np.isfinite(limit):
            shown = segments[(segments["share"] >= appetite.near * limit) | (np.arange(len(segments)) == 0)]
            rows += [
                (axis, s.segment, s.segment, s.share, limit, s.revenue, s.revenue / s.share)
                for s in shown.itertuples(index=False)
            ]
    equity = float(snapshot.company.get("own_equity", float("nan")))
    rows += _exposures(snapshot, equity, appetite.exposure_to_equity, appetite.near)
    columns = ["kind", "key", "who", "value", "limit", "amount", "total"]
    limits = pd.DataFrame(rows, columns=columns)
    limits["over_amount"] = (limits["amount"] - limits["limit"] * limits["total"]).clip(lower=0)
    limits["band"] = [
        band_of(row.value, settings.single_client_bands) if row.kind == "single_client" else ""
        for row in limits.itertuples(index=False)
    ]
    used = limits["value"] / limits["limit"]
    limits["status"] = np.select([used.isna(), used > 1, used >= appetite.near], ["unknown", "over", "near"], "within")
    antitrust = int(np.searchsorted(settings.antitrust_hhi, review.indices.loc["hhi", "client"], side="left"))
    return AppetiteReview(limits, axes, antitrust, equity)


def _exposures(snapshot: Snapshot, equity: float, limit: float, near: float) -> list[tuple]:
    """Open balances by group over or near the limit, and always the largest."""
    if snapshot.absent("receipts"):
        return [("exposure", "", "", np.nan, limit, np.nan, equity)]
    balances = open_balances(snapshot).rename("amount").rename_axis("client_id").reset_index()
    if balances.empty:
        return []
    named = balances.merge(client_names(snapshot, balances["client_id"]), on="client_id")
    named = named.sort_values(["amount", "client_id"], ascending=[False, True])
    summed = named.groupby("group_id", sort=False)["amount"].sum().reset_index()
    summed["who"] = summed["group_id"].map(group_names(named)).astype("str")
    summed = summed[summed["amount"] > CENT].sort_values(["amount", "group_id"], ascending=[False, True])
    value = summed["amount"] / equity if equity > 0 else summed["amount"] * np.nan
    shown = summed[(value >= near * limit) | (np.arange(len(summed)) == 0)]
    return [
        ("exposure", row.group_id, row.who, row.amount / equity if equity > 0 else np.nan, limit, row.amount, equity)
        for row in shown.itertuples(index=False)
    ]
