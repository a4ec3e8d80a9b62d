"""The review of one client: what is at stake, how old it is, how it pays, and how that has changed in a quarter."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from kamlib import payments
from kamlib.credit.judge import UNKNOWN, judge
from kamlib.credit.position import Position, client_position, protections_in_force
from kamlib.dependence import window_start
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy


@dataclass(frozen=True)
class CreditReview:
    """What `review_client` found.

    Attributes
    ----------
    client : dict
        ``client_id, name, group_id, industry, region, status, account_manager, since``.
    now, before : Position
        On the snapshot's day and a quarter before.
    trend : DelayTrend or None
        Of monthly days late, without the running month.
    cover : DataFrame
        Protections in force that pay when the client does not: ``kind`` (insurance, guarantee), ``amount``
        (limit times insured share, reporting currency), ``end_date``.
    insolvency : Timestamp or None
        The day of the first insolvency event known.
    level, reasons
        From `judge`.
    missing : tuple of str
        Tables without rows that this review would have used.
    """

    client: dict[str, Any]
    currency: str
    now: Position
    before: Position
    trend: payments.DelayTrend | None
    cover: pd.DataFrame
    insolvency: pd.Timestamp | None
    level: str
    reasons: tuple[str, ...]
    policy: Policy
    missing: tuple[str, ...]

    @property
    def covered(self) -> float:
        """Money that insurance and guarantees in force pay at the most."""
        return float(self.cover["amount"].sum())

    @property
    def uncovered(self) -> float:
        """Receivables beyond the cover; what is not delivered yet is not covered either way."""
        return max(float(self.now.exposure["receivables"]) - self.covered, 0.0)

    @property
    def cover_ends(self) -> pd.Timestamp | None:
        """The first day on which a part of the cover ends; None without cover or end."""
        ends = self.cover["end_date"].dropna()
        return ends.min() if len(ends) else None


def review_client(snapshot: Snapshot, client_id: str, policy: Policy) -> CreditReview:
    """Review one client as of the snapshot's day, with the position a quarter before beside it.

    Parameters
    ----------
    snapshot : Snapshot
    client_id : str
    policy : Policy

    Returns
    -------
    CreditReview

    Raises
    ------
    DataError
        A client without any invoice up to the day.
    """
    own = snapshot.only(client_id)
    now = client_position(own, policy)
    before = client_position(own.as_of(window_start(snapshot.date, 3)), policy, comparable=True)
    settled = now.by_month[now.by_month["month"] < snapshot.date.to_period("M").start_time]
    trend = payments.delay_trend(settled.tail(policy.receivables.trend_months))
    insolvency = _insolvency_day(own)
    level, reasons = judge(now, policy, trend, insolvency)
    if snapshot.absent("receipts") and insolvency is None:
        level, reasons = UNKNOWN, ()  # what has been paid is not known, so nothing can be judged
    wanted = ("receipts", "clients", "orders", "protections")
    return CreditReview(
        client=_client_facts(own, client_id),
        currency=snapshot.currency,
        now=now,
        before=before,
        trend=trend,
        cover=_cover(own),
        insolvency=insolvency,
        level=level,
        reasons=reasons,
        policy=policy,
        missing=tuple(name for name in wanted if snapshot.absent(name)),
    )


def _cover(own: Snapshot) -> pd.DataFrame:
    held = protections_in_force(own)
    paying = held[held["kind"].isin(["insurance", "guarantee"])]
    amount = (paying["limit"] * paying["insured_share"].fillna(1.0)).fillna(0.0)
    return pd.DataFrame(
        {"kind": paying["kind"], "amount": amount.round(2), "end_date": paying["end_date"]}
    ).reset_index(drop=True)


def _insolvency_day(own: Snapshot) -> pd.Timestamp | None:
    events = own.table("events")
    days = events.loc[events["kind"] == "insolvency", "date"]
    return days.min() if len(days) else None


def _client_facts(own: Snapshot, client_id: str) -> dict[str, Any]:
    rows = own.table("clients")
    row = rows.iloc[0].to_dict() if len(rows) else {}
    facts = {
        name: row.get(name) for name in ("name", "group_id", "industry", "region", "status", "account_manager", "since")
    }
    cleaned = {name: None if pd.isna(value) else value for name, value in facts.items()}
    return {"client_id": client_id, **cleaned, "name": cleaned["name"] or client_id}
