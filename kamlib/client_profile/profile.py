"""The profile of one client, put together: its parts, the chance that it goes, and what calls for attention."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from kamlib import churn
from kamlib.churn import bgnbd
from kamlib.client_profile.book import QUARTER_DAYS, Book, book_of
from kamlib.client_profile.contract import ContractPosition, contract_position
from kamlib.client_profile.demand import DemandPosition, demand_position
from kamlib.client_profile.standing import (
    Bargaining,
    MarketPosition,
    Relationship,
    Reliance,
    client_bargaining,
    client_market,
    client_relationship,
    client_reliance,
)
from kamlib.credit.position import insolvency_day
from kamlib.dependence import window_start
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy

WEEKS_A_YEAR = 365.25 / 7


@dataclass(frozen=True)
class ChurnOutlook:
    """The chance that the client is gone, or goes within a year, and what rests on it.

    Attributes
    ----------
    method : str
        ``buying`` (no contract: 1 − P(alive)), ``hazard`` (contract: within four quarters), ``lost`` (no invoice for
        longer than the policy allows and no model that says otherwise), ``once`` (bought on a single day: the model
        takes such a client for alive, however long it is silent), ``never`` (credit notes alone), ``insolvent`` or
        ``unknown``.
    probability, low, high : float
        The interval only of the hazard.
    alive : float
        P(alive); NaN with a contract.
    expected_orders : float
        Days with an order to be expected in the next year; NaN with a contract.
    hazard : Hazard or None
        For a quarter.
    book : Book
    """

    method: str
    probability: float
    low: float
    high: float
    alive: float
    expected_orders: float
    hazard: churn.Hazard | None
    book: Book


@dataclass(frozen=True)
class ClientProfile:
    """What `profile_client` found.

    Attributes
    ----------
    client : dict
        The row of the clients table, with ``client_id`` and ``name`` always there.
    revenue, prior_revenue, company_revenue : float
        Of the policy's window, of the one before, and of the whole company.
    last_invoice : Timestamp or NaT
        Credit notes are none.
    insolvency : Timestamp or None
        The day of the first insolvency event known.
    level, reasons
        ``calm``, ``watch`` or ``alarm``, and the names of the thresholds crossed.
    warning : str
        The level of its early warning; "" where none is known.
    absent : tuple of str
        Tables that the ledger does not have.
    """

    date: pd.Timestamp
    currency: str
    client: dict[str, Any]
    revenue: float
    prior_revenue: float
    company_revenue: float
    last_invoice: pd.Timestamp
    insolvency: pd.Timestamp | None
    contract: ContractPosition
    demand: DemandPosition
    reliance: Reliance
    relationship: Relationship | None
    churn: ChurnOutlook
    bargaining: Bargaining
    market: MarketPosition | None
    level: str
    reasons: tuple[str, ...]
    warning: str
    policy: Policy
    absent: tuple[str, ...]

    @property
    def revenue_at_risk(self) -> float:
        """A year's revenue times the chance that the client goes."""
        return max(self.revenue, 0.0) * self.churn.probability

    @property
    def protected_share(self) -> float:
        """Part of a year's revenue that contracts still protect if notice is given today; at most 1."""
        if self.revenue <= 0:
            return float("nan")
        return min(self.contract.protected_year / self.revenue, 1.0)


def profile_client(snapshot: Snapshot, client_id: str, policy: Policy) -> ClientProfile:
    """Profile one client as of the snapshot's day.

    Raises
    ------
    DataError
        A client without any invoice up to the day.
    """
    own = snapshot.only(client_id)
    months = policy.concentration.window_months
    start, earlier = (window_start(own.date, months * n) for n in (1, 2))
    revenue = own.revenue.set_index("issue_date")["reporting_amount"]
    now = float(revenue[revenue.index > start].sum())
    before = float(revenue[(revenue.index > earlier) & (revenue.index <= start)].sum())
    client = _client_row(own, client_id)
    demand, book = demand_position(own, policy), book_of(snapshot, policy)
    parts: dict[str, Any] = {
        "contract": contract_position(own, policy, max(now, 0.0)),
        "demand": demand,
        "reliance": client_reliance(own, snapshot, policy),
        "relationship": client_relationship(own, policy, client.get("contact_plan_days")),
        "churn": churn_outlook(own, book, demand.lost),
        "bargaining": client_bargaining(own, snapshot, policy),
        "market": client_market(own, policy, client.get("industry"), max(now, 0.0)),
    }
    found = ClientProfile(
        date=own.date,
        currency=own.currency,
        client=client,
        revenue=now,
        prior_revenue=before,
        company_revenue=float(own.daily_revenue.loc[lambda s: s.index > start].sum()),
        last_invoice=demand.last_invoice,
        insolvency=insolvency_day(own),
        **parts,
        level="calm",
        reasons=(),
        warning=book.levels.get(client_id, ""),
        policy=policy,
        absent=tuple(
            name
            for name in ("contracts", "orders", "interactions", "service_costs", "market", "clients", "receipts")
            if snapshot.absent(name)
        ),
    )
    level, reasons = judge_profile(found)
    return ClientProfile(**{**found.__dict__, "level": level, "reasons": reasons})


def churn_outlook(own: Snapshot, book: Book, lost: bool) -> ChurnOutlook:
    """The chance that a client goes: by its contract's hazard, or by how it buys without one."""
    nothing = float("nan")
    client_id = (own.client_ids or ("",))[0]
    days = own.revenue.loc[own.revenue["reporting_amount"] > 0, "issue_date"]
    if insolvency_day(own) is not None:
        return ChurnOutlook("insolvent", 1.0, nothing, nothing, nothing, nothing, None, book)
    if len(own.table("contracts")):
        if lost:
            return ChurnOutlook("lost", 1.0, 1.0, 1.0, nothing, nothing, None, book)
        age = int((own.date - days.min()).days // QUARTER_DAYS) + 1 if len(days) else 1
        hazard = churn.discrete_hazard(churn.client_periods(book.lives["quarters"], book.lives["lost"]), age + 1)
        year = [churn.over_periods(value, 4) for value in (hazard.probability, hazard.low, hazard.high)]
        return ChurnOutlook("hazard", *year, nothing, nothing, hazard, book)
    if book.model is None or days.nunique() < 2:
        silent = "never" if days.empty else "unknown" if book.model is None else "once"
        chance, method = (1.0, "lost") if lost else (nothing, silent)
        return ChurnOutlook(method, chance, nothing, nothing, nothing, nothing, None, book)
    history = bgnbd.buying_summary(pd.DataFrame({"client_id": client_id, "date": days}), own.date).iloc[0]
    known = (history["frequency"], history["recency"], history["age"])
    alive = float(bgnbd.alive_probability(book.model, *known))
    orders = float(bgnbd.expected_purchases(book.model, *known, WEEKS_A_YEAR))
    return ChurnOutlook("buying", 1 - alive, nothing, nothing, alive, orders, None, book)


def judge_profile(profile: ClientProfile) -> tuple[str, tuple[str, ...]]:
    """The level of attention, and which thresholds of the policy are crossed."""
    rules, demand, bargaining = profile.policy.profile, profile.demand, profile.bargaining
    score = profile.relationship.score if profile.relationship else float("nan")
    chance = profile.churn.probability
    lines = profile.reliance.lines["share"]
    shift = demand.shift
    recent = shift is not None and shift.label >= demand.months.index[-1] - 12
    alarms = {
        "insolvency": profile.insolvency is not None,
        "lost": demand.lost,
        "warning_alarm": profile.warning in ("critical", "high"),
        "churn_alarm": chance >= rules.churn_alarm,
        "relationship_alarm": score < rules.relationship_alarm,
    }
    watches = {
        "warning_watch": profile.warning == "medium",
        "churn_watch": rules.churn_watch <= chance < rules.churn_alarm,
        "decline_watch": demand.outlook <= rules.decline_watch,
        "break_watch": recent and shift.change < 0,
        "silence_watch": not demand.lost
        and demand.silence is not None
        and demand.silence.gaps >= 1 / max(rules.silence_share, 1e-9)
        and demand.silence.share_as_long <= rules.silence_share,
        "protected_watch": len(profile.contract.contracts) > 0
        and profile.protected_share < rules.protected_share_watch,
        "relationship_watch": rules.relationship_alarm <= score < rules.relationship_watch,
        "price_watch": profile.revenue > 0 and bargaining.price_change <= rules.price_watch,
        "terms_watch": bargaining.terms_now - bargaining.terms_before >= rules.terms_watch_days,
        "line_watch": bool((lines >= rules.product_line_share).any()),
    }
    crossed = tuple(name for name, is_crossed in {**alarms, **watches}.items() if is_crossed)
    if any(name in alarms for name in crossed):
        return "alarm", crossed
    return ("watch" if crossed else "calm"), crossed


def _client_row(own: Snapshot, client_id: str) -> dict[str, Any]:
    rows = own.table("clients")
    row = rows.iloc[0].to_dict() if len(rows) else {}
    known = {name: None if pd.isna(value) else value for name, value in row.items()}
    return known | {"client_id": client_id, "name": known.get("name") or client_id}
