"""A client's money on one day: what is open, how old, how it is paid, what stands behind it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib import payments
from kamlib import receivables as rc
from kamlib.dependence import window_start
from kamlib.ledger.schema import REVENUE_KINDS
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy

COMPONENTS = ("receivables", "notes", "contract_assets", "unbilled", "undelivered", "custom_stock", "deposits")
BALANCE_KINDS = {"note": "notes", "contract_asset": "contract_assets", "unbilled": "unbilled"}
MEASURES = (
    "dso_period",
    "dso_countback",
    "dso_average",
    "best_possible_dso",
    "average_days_delinquent",
    "collection_effectiveness",
    "turnover_year_end",
    "turnover_average",
)
COUNTBACK_MONTHS = 24


@dataclass(frozen=True)
class Position:
    """A client's money on one day, in the reporting currency.

    Attributes
    ----------
    exposure : Series, index `COMPONENTS`
        Deposits held are negative; undelivered orders and custom stock are NaN on any day but the snapshot's
        own, because the orders table does not tell when a part was delivered.
    ageing : DataFrame
        ``bucket, amount, items`` of open invoices.
    credits : float
        Open credit notes, over-payments and cash that names no invoice; negative or zero.
    overdue, old, disputed : float
        Money past due, past due for longer than the policy's ``old_days``, and marked as disputed.
    measures : Series, index `MEASURES`
        Collection measures; NaN where they have no meaning.
    by_month : DataFrame
        Payment behaviour by month due, see `kamlib.payments.delay_by_month`.
    days_late, delay_rate : float
        Of the behaviour window of the policy.
    revenue, prior_revenue : float
        Of the window of the policy and of the one before.
    company_revenue : float
        Of the whole company in the window.
    last_invoice : Timestamp or NaT
        The day of the client's last revenue.
    """

    date: pd.Timestamp
    exposure: pd.Series
    ageing: pd.DataFrame
    credits: float
    overdue: float
    old: float
    disputed: float
    measures: pd.Series
    by_month: pd.DataFrame
    days_late: float
    delay_rate: float
    due_count: int
    revenue: float
    prior_revenue: float
    company_revenue: float
    last_invoice: pd.Timestamp

    @property
    def company_share(self) -> float:
        """The client's part of the company's revenue in the window."""
        return self.revenue / self.company_revenue if self.company_revenue > 0 else float("nan")

    @property
    def recent_days_late(self) -> float:
        """Days late of the last whole month in which invoices fell due before the running one; NaN without one."""
        settled = self.by_month[self.by_month["month"] < self.date.to_period("M").start_time]
        return float(settled["days_late"].iloc[-1]) if len(settled) else float("nan")

    @property
    def total_exposure(self) -> float:
        """All components together."""
        return float(self.exposure.sum())

    @property
    def open_invoices(self) -> float:
        """Open invoices before credits."""
        return float(self.ageing["amount"].sum())

    @property
    def overdue_share(self) -> float:
        """Overdue part of the open invoices; NaN when nothing is open."""
        return self.overdue / self.open_invoices if self.open_invoices > rc.CENT else float("nan")

    @property
    def old_share(self) -> float:
        """Part of the open invoices past due for longer than ``old_days``; NaN when nothing is open."""
        return self.old / self.open_invoices if self.open_invoices > rc.CENT else float("nan")


def client_position(own: Snapshot, policy: Policy, comparable: bool = False) -> Position:
    """The position of a client on the day of its narrowed snapshot.

    Parameters
    ----------
    own : Snapshot
        Narrowed to one client by `Snapshot.only`.
    policy : Policy
    comparable : bool
        Leave out the components that are known only for the ledger's last day.
    """
    day, settings = own.date, policy.receivables
    items, receipts = items_in_reporting_currency(own)
    trade = items[items["kind"].isin(REVENUE_KINDS)]
    unapplied = rc.unapplied_cash(own.invoices, receipts, day)
    cash_at_large = -float((unapplied["amount"] * unapplied["closing_rate"]).sum())
    owed = trade[trade["open_reporting"] > 0]
    credits = float(trade.loc[trade["open_reporting"] < 0, "open_reporting"].sum()) + cash_at_large
    late = owed[owed["due_date"] < day]
    exposure = pd.Series(0.0, index=list(COMPONENTS))
    exposure["receivables"] = round(float(owed["open_reporting"].sum()) + credits, 2)
    for kind, component in BALANCE_KINDS.items():
        exposure[component] = round(float(items.loc[items["kind"] == kind, "open_reporting"].sum()), 2)
    orders, protections = own.table("orders"), protections_in_force(own)
    undelivered = (orders["amount"] - orders["delivered_amount"].fillna(0.0)).clip(lower=0)
    exposure["undelivered"] = np.nan if comparable else round(float(undelivered.sum()), 2)
    exposure["custom_stock"] = np.nan if comparable else round(float(orders["custom_stock_cost"].sum()), 2)
    exposure["deposits"] = 0.0 - round(float(protections.loc[protections["kind"] == "deposit", "limit"].sum()), 2)
    due = payments.due_items(trade, window_start(day, settings.behaviour_months), day)
    history = payments.due_items(trade, window_start(day, settings.trend_months), day)
    revenue = _revenue(own, day, policy)
    company = own.daily_revenue.loc[lambda s: s.index > window_start(day, policy.concentration.window_months)].sum()
    return Position(
        date=day,
        exposure=exposure,
        ageing=rc.ageing_schedule(owed["open_reporting"], owed["due_date"], day, settings.ageing_edges),
        credits=round(credits, 2),
        overdue=round(float(late["open_reporting"].sum()), 2),
        old=round(
            float(owed.loc[owed["due_date"] < day - pd.Timedelta(days=policy.review.old_days), "open_reporting"].sum()),
            2,
        ),
        disputed=round(float(owed.loc[owed["disputed"], "open_reporting"].sum()), 2),
        measures=_collection_measures(own, policy, exposure["receivables"], float(late["open_reporting"].sum())),
        by_month=payments.delay_by_month(history, "reporting_amount"),
        days_late=payments.weighted_days_late(due["days_past_due"], due["reporting_amount"]),
        delay_rate=payments.delay_rate(due["days_past_due"]),
        due_count=len(due),
        revenue=revenue,
        prior_revenue=_revenue(own, window_start(day, policy.concentration.window_months), policy),
        company_revenue=float(company),
        last_invoice=own.revenue["issue_date"].max(),
    )


def items_in_reporting_currency(own: Snapshot) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Open items and receipts with their closing rate; a receipt in another currency than its invoice's is
    turned into the invoice's first."""
    invoices, receipts = own.invoices, own.receipts
    codes = pd.unique(pd.concat([invoices["currency"], receipts["currency"]]))
    rates = {code: own.closing_rate(code) for code in codes}
    receipts["closing_rate"] = receipts["currency"].map(rates).astype(float)
    invoiced_in = receipts["invoice_id"].map(invoices.set_index("invoice_id")["currency"]).fillna(receipts["currency"])
    crossed = receipts["closing_rate"] / invoiced_in.map(rates).astype(float)
    in_invoice_currency = receipts.assign(
        amount=receipts["amount"] * crossed.where(invoiced_in != receipts["currency"], 1.0)
    )
    items = rc.open_items(invoices, in_invoice_currency, own.date)
    items["open_reporting"] = (items["open_amount"] * items["currency"].map(rates).astype(float)).round(2)
    return items, receipts


def _collection_measures(own: Snapshot, policy: Policy, balance: float, overdue: float) -> pd.Series:
    """Every named measure of the client's receivables over the sales days of the policy."""
    day, span = own.date, policy.receivables.sales_days
    revenue = own.revenue
    sales = float(revenue.loc[revenue["issue_date"] > day - pd.Timedelta(days=span), "reporting_amount"].sum())
    year = float(revenue.loc[revenue["issue_date"] > day - pd.Timedelta(days=365), "reporting_amount"].sum())
    opening, year_opening = (_balance(own.as_of(day - pd.Timedelta(days=d))) for d in (span, 365))
    current = max(balance - overdue, 0.0)
    months = pd.period_range(end=day.to_period("M"), periods=COUNTBACK_MONTHS, freq="M")
    monthly = (
        revenue.groupby(revenue["issue_date"].dt.to_period("M"))["reporting_amount"].sum().reindex(months, fill_value=0)
    )
    lengths = [*months.days_in_month[:-1], day.day]
    countback = rc.days_sales_outstanding(balance, monthly.clip(lower=0), lengths, method="countback")
    values = {
        "dso_period": rc.days_sales_outstanding(balance, sales, span),
        "dso_countback": countback if sales > 0 else float("nan"),
        "dso_average": rc.days_sales_outstanding([opening, balance], sales, span, method="average"),
        "best_possible_dso": rc.best_possible_dso(current, sales, span),
        "average_days_delinquent": rc.average_days_delinquent(balance, current, sales, span),
        "collection_effectiveness": rc.collection_effectiveness_index(opening, sales, balance, current),
        "turnover_year_end": rc.receivables_turnover(year, balance),
        "turnover_average": rc.receivables_turnover(year, [year_opening, balance], basis="average"),
    }
    return pd.Series(values)[list(MEASURES)]


def _balance(own: Snapshot) -> float:
    """Billed less received in the reporting currency on the snapshot's day."""
    invoices, receipts = own.invoices, own.receipts
    trade = invoices[invoices["kind"].isin(REVENUE_KINDS)]
    total = 0.0
    for frame, sign in ((trade, 1.0), (receipts, -1.0)):
        by_currency = frame.groupby("currency")["amount"].sum()
        total += sign * sum(amount * own.closing_rate(code) for code, amount in by_currency.items())
    return round(total, 2)


def _revenue(own: Snapshot, end: pd.Timestamp, policy: Policy) -> float:
    revenue = own.revenue
    start = window_start(end, policy.concentration.window_months)
    inside = (revenue["issue_date"] > start) & (revenue["issue_date"] <= end)
    return round(float(revenue.loc[inside, "reporting_amount"].sum()), 2)


def protections_in_force(own: Snapshot) -> pd.DataFrame:
    """The protections of a client that have not ended on the day."""
    protections = own.table("protections")
    return protections[~(protections["end_date"] < own.date)]
