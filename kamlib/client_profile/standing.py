"""Where we stand with a client: what rests on it, how close we are, who gives way, how it moves with its market."""

from dataclasses import dataclass

import pandas as pd

from kamlib import relationship
from kamlib.client_profile.demand import monthly_revenue
from kamlib.demand.market import Sensitivity, market_sensitivity, market_stress
from kamlib.dependence import window_start
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy
from kamlib.relationship import bargaining


@dataclass(frozen=True)
class Reliance:
    """What rests on the client in the policy's window.

    Attributes
    ----------
    lines : DataFrame
        ``product_line, own, book, share``, largest share first; empty where invoices name no product line.
    effort : DataFrame
        ``kind`` (capacity_hours, development_hours), ``own, book, share``; only what is recorded.
    """

    lines: pd.DataFrame
    effort: pd.DataFrame


def client_reliance(own: Snapshot, whole: Snapshot, policy: Policy) -> Reliance:
    """Shares of product lines, capacity and development that rest on the client."""
    start = window_start(own.date, policy.concentration.window_months)
    revenue = own.revenue
    recent = revenue[(revenue["issue_date"] > start) & revenue["product_line"].notna()]
    mine = recent.groupby("product_line")["reporting_amount"].sum()
    book = whole.product_days
    book = book[book["date"] > start].groupby("product_line")["revenue"].sum()
    lines = pd.DataFrame({"own": mine, "book": book.reindex(mine.index)}).rename_axis("product_line")
    lines = lines[(lines["own"] > 0) & (lines["book"] > 0)]
    lines = lines.assign(share=lines["own"] / lines["book"]).sort_values("share", ascending=False).reset_index()
    costs, everyone = own.table("service_costs"), whole.table("service_costs")
    rows = []
    for kind in ("capacity_hours", "development_hours"):
        total = float(everyone.loc[everyone["period"] > start, kind].sum())
        if total > 0:
            used = float(costs.loc[costs["period"] > start, kind].sum())
            rows.append({"kind": kind, "own": used, "book": total, "share": used / total})
    return Reliance(lines, pd.DataFrame(rows, columns=["kind", "own", "book", "share"]))


@dataclass(frozen=True)
class Relationship:
    """Contacts of the window, the parts of the score and the score itself (0 to 100)."""

    facts: relationship.ContactFacts
    parts: pd.Series
    score: float
    plan_days: float
    planned_by_client: bool


def client_relationship(own: Snapshot, policy: Policy, plan_days: float | None) -> Relationship | None:
    """How close we are; None without a contact up to the day."""
    rules, contacts = policy.profile, own.table("interactions")
    if contacts.empty:
        return None
    plan = plan_days if plan_days is not None else rules.contact_plan_days
    start = window_start(own.date, rules.contact_months)
    facts = relationship.contact_facts(contacts, start, own.date, plan)
    parts = relationship.relationship_parts(facts, own.date, rules.decision_maker_days, rules.satisfaction_top)
    score = relationship.weighted_score(parts, rules.relationship_weights)
    return Relationship(facts, parts, score, plan, plan_days is not None)


@dataclass(frozen=True)
class Bargaining:
    """Prices, discounts and terms of the window against the window before.

    Attributes
    ----------
    price_now, price_before : float
        Position against the other clients' prices, over the client's basket; NaN without quantities.
    own_change : float
        Of the client's own unit prices.
    by_quarter : DataFrame
        ``quarter, ratio``.
    priced_share : float
        Part of the client's invoiced money that tells how many pieces.
    credited_now, credited_before : float
    terms_now, terms_before : float
        Days.
    tied, tied_cost : float
        Money tied up by the change of terms, and its cost a year.
    price_given : float
        Money a year that the change of the price position is worth: revenue ÷ (1 + change) × change; NaN where
        credit notes exceed what was billed.
    """

    price_now: float
    price_before: float
    own_change: float
    by_quarter: pd.DataFrame
    priced_share: float
    credited_now: float
    credited_before: float
    terms_now: float
    terms_before: float
    tied: float
    tied_cost: float
    price_given: float

    @property
    def price_change(self) -> float:
        """Change of the position against the book."""
        return self.price_now / self.price_before - 1


def client_bargaining(own: Snapshot, whole: Snapshot, policy: Policy) -> Bargaining:
    """Who gives way, from invoices alone; prices only where they tell quantities."""
    months = policy.concentration.window_months
    start, earlier = window_start(own.date, months), window_start(own.date, 2 * months)
    revenue = own.revenue[own.revenue["issue_date"] > earlier]
    now, before = revenue[revenue["issue_date"] > start], revenue[revenue["issue_date"] <= start]
    prices = _prices(revenue, whole.product_days.loc[lambda f: f["date"] > earlier])
    late = prices["period"] > start
    position = [bargaining.price_position(part) for part in (prices[late], prices[~late])]
    quarters = prices.assign(quarter=prices["period"].dt.to_period("Q"))
    ratios = {quarter: bargaining.price_position(part) for quarter, part in quarters.groupby("quarter")}
    by_quarter = pd.DataFrame({"quarter": list(ratios), "ratio": list(ratios.values())}).dropna()
    billed = float(now.loc[now["reporting_amount"] > 0, "reporting_amount"].sum())
    terms = [bargaining.payment_terms(part) for part in (now, before)]
    money = float(now["reporting_amount"].sum())
    tied, cost = bargaining.terms_cost(terms[0] - terms[1], money, (own.date - start).days, policy.profile.money_rate)
    change = position[0] / position[1] - 1
    return Bargaining(
        price_now=position[0],
        price_before=position[1],
        own_change=bargaining.price_change(prices, start),
        by_quarter=by_quarter,
        priced_share=float(prices.loc[late, "amount"].sum()) / billed if billed > 0 else float("nan"),
        credited_now=bargaining.credited_share(now["reporting_amount"]),
        credited_before=bargaining.credited_share(before["reporting_amount"]),
        terms_now=terms[0],
        terms_before=terms[1],
        tied=tied,
        tied_cost=cost,
        price_given=money / (1 + change) * change if money > 0 else float("nan"),
    )


def _prices(revenue: pd.DataFrame, book: pd.DataFrame) -> pd.DataFrame:
    """The client's prices by month and product line beside those of the others; a month by its last day."""
    own = revenue[(revenue["quantity"] > 0) & (revenue["reporting_amount"] > 0) & revenue["product_line"].notna()]
    keys = ["period", "product_line"]
    mine = pd.DataFrame(
        {
            "period": _month_end(own["issue_date"]),
            "product_line": own["product_line"],
            "amount": own["reporting_amount"],
            "quantity": own["quantity"],
        }
    )
    others = book[book["product_line"].isin(mine["product_line"].unique())]
    others = others.assign(period=_month_end(others["date"]), amount=others["priced_amount"])
    sums = [frame.groupby(keys, as_index=False)[["amount", "quantity"]].sum() for frame in (mine, others)]
    return bargaining.relative_prices(*sums)


def _month_end(days: pd.Series) -> pd.Series:
    return days + pd.offsets.MonthEnd(0)


@dataclass(frozen=True)
class MarketPosition:
    """How the client's orders move with its industry.

    Attributes
    ----------
    series : str
        The market series used.
    sensitivity : Sensitivity or None
    index_change : float
        Of the series over the last twelve months.
    stressed, stressed_low, stressed_high : float
        A year's revenue after the policy's stress of the market; NaN without a regression.
    """

    series: str
    sensitivity: Sensitivity | None
    index_change: float
    stressed: float
    stressed_low: float
    stressed_high: float


def client_market(own: Snapshot, policy: Policy, industry: str | None, revenue: float) -> MarketPosition | None:
    """The client's orders against the series of its industry; None where there is no such series."""
    market = own.table("market")
    mine = market[market["series"] == industry]
    if industry is None or mine.empty:
        return None
    index = mine.sort_values("date").groupby(mine["date"].dt.to_period("M"))["value"].last()
    found = market_sensitivity(monthly_revenue(own), index)
    stress, nothing = policy.profile.market_stress, float("nan")
    values = [nothing] * 3
    if found is not None:
        values = [market_stress(revenue, e, stress) for e in (found.elasticity, found.high, found.low)]
    change = float(index.iloc[-1] / index.iloc[-13] - 1) if len(index) > 12 else nothing
    return MarketPosition(str(industry), found, change, *values)
