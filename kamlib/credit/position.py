"""A client's money on one day: what is open, how old, how it is paid, what stands behind it."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from kamlib import receivables as rc
from kamlib.dependence import window_start
from kamlib.ledger.schema import REVENUE_KINDS
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy
from kamlib.receivables import payments

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
OF_BALANCE = MEASURES[:6]
COUNTBACK_MONTHS = 24


@dataclass(frozen=True)
class Position:
    """A client's money on one day, in the reporting currency.

    Attributes
    ----------
    exposure : Series, index `COMPONENTS`
        Deposits held are negative; undelivered orders and custom stock are NaN on any day but the snapshot's
        own, because the orders table does not tell when a part was delivered (zero where the ledger has no such table).
    ageing : DataFrame
        ``bucket, amount, items`` of open invoices.
    credits : float
        Open credit notes, over-payments and cash that names no invoice; negative or zero.
    overdue, old, disputed : float
        Money past due, past due for longer than the policy's ``old_days``, and marked as disputed.
    measures : Series, index `MEASURES`
        Collection measures; NaN where they have no meaning.
    by_month : DataFrame
        Payment behaviour by month due, see `kamlib.receivables.payments.delay_by_month`.
    days_late, delay_rate : float
        Of the behaviour window of the policy.
    revenue, prior_revenue : float
        Of the window of the policy and of the one before.
    company_revenue : float
        Of the whole company in the window.
    last_invoice : Timestamp or NaT
        The day of the client's last invoice; credit notes are none.
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
    def settled_months(self) -> pd.DataFrame:
        """`by_month` without the running month."""
        return self.by_month[self.by_month["month"] < self.date.to_period("M").start_time]

    @property
    def recent_days_late(self) -> float:
        """Days late of the last whole month in which invoices fell due before the running one; NaN without one."""
        settled = self.settled_months
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


def client_position(own: Snapshot, policy: Policy, comparable: bool = False, book: "Book | None" = None) -> Position:
    """The position of a client on the day of its narrowed snapshot.

    Parameters
    ----------
    own : Snapshot
        Narrowed to one client by `Snapshot.only`.
    policy : Policy
    comparable : bool
        Leave out the components that are known only for the ledger's last day.
    book : Book or None
        From `open_book` of the same snapshot, where it is at hand.

    Examples
    --------
    >>> from kamlib.policy import Policy
    >>> from kamlib.samples.small import small_ledger
    >>> birch = client_position(small_ledger().only("B"), Policy())
    >>> float(birch.exposure["receivables"]), birch.overdue, birch.revenue, round(birch.days_late, 1)
    (40000.0, 20000.0, 240000.0, 19.7)
    """
    day, settings = own.date, policy.receivables
    book = book or open_book(own)
    items, trade = book.items, book.trade
    cash_at_large = -book.unapplied
    owed = trade[trade["open_reporting"] > 0]
    credits = float(trade.loc[trade["open_reporting"] < 0, "open_reporting"].sum()) + cash_at_large
    late = owed[owed["due_date"] < day]
    exposure = pd.Series(0.0, index=list(COMPONENTS))
    exposure["receivables"] = round(float(owed["open_reporting"].sum()) + credits, 2)
    for kind, component in BALANCE_KINDS.items():
        exposure[component] = round(float(items.loc[items["kind"] == kind, "open_reporting"].sum()), 2)
    orders, protections = own.table("orders"), protections_in_force(own)
    undelivered = (orders["amount"] - orders["delivered_amount"].fillna(0.0)).clip(lower=0)
    unknown = comparable and not own.absent("orders")
    exposure["undelivered"] = np.nan if unknown else round(float(undelivered.sum()), 2)
    exposure["custom_stock"] = np.nan if unknown else round(float(orders["custom_stock_cost"].sum()), 2)
    exposure["deposits"] = 0.0 - round(float(protections.loc[protections["kind"] == "deposit", "limit"].sum()), 2)
    due = payments.due_items(trade, window_start(day, settings.behaviour_months), day)
    history = payments.due_items(trade, window_start(day, settings.trend_months), day)
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
        measures=collection_measures(own, policy, book),
        by_month=payments.delay_by_month(history, "reporting_amount"),
        days_late=payments.weighted_days_late(due["days_past_due"], due["reporting_amount"]),
        delay_rate=payments.delay_rate(due["days_past_due"]),
        due_count=len(due),
        revenue=_revenue(trade, day, policy),
        prior_revenue=_revenue(trade, window_start(day, policy.concentration.window_months), policy),
        company_revenue=float(company),
        last_invoice=trade.loc[trade["amount"] > 0, "issue_date"].max(),
    )


@dataclass(frozen=True)
class Book:
    """A client's open items and receipts on one day, worked out once for all that is said of the day.

    Attributes
    ----------
    items : DataFrame
        From `kamlib.receivables.open_items`, with ``open_reporting`` at the closing rate.
    receipts : DataFrame
        With ``closing_rate``.
    unapplied : float
        Cash that names no invoice, in the reporting currency.
    """

    items: pd.DataFrame
    receipts: pd.DataFrame
    unapplied: float

    @cached_property
    def trade(self) -> pd.DataFrame:
        """Invoices, credit and debit notes."""
        return self.items[self.items["kind"].isin(REVENUE_KINDS)]

    @cached_property
    def balances(self) -> pd.DataFrame:
        """Trade billed less received up to each day on which either happened, a column a currency."""
        trade, receipts = self.trade, self.receipts
        moved = np.concatenate([trade["issue_date"].to_numpy(), receipts["paid_date"].to_numpy()])
        amounts = np.concatenate([trade["amount"].to_numpy(dtype=float), -receipts["amount"].to_numpy(dtype=float)])
        codes, currencies = pd.factorize(pd.concat([trade["currency"], receipts["currency"]]), sort=True)
        days, place = np.unique(moved, return_inverse=True)
        daily = np.zeros((len(days), len(currencies)))
        np.add.at(daily, (place, codes), amounts)
        return pd.DataFrame(daily.cumsum(axis=0), index=pd.DatetimeIndex(days), columns=currencies)


def open_book(own: Snapshot) -> Book:
    """The open items of a snapshot's day, worked out once a view."""
    return own.once("book", _open_book)


def _open_book(own: Snapshot) -> Book:
    items, receipts = items_in_reporting_currency(own)
    loose = rc.unapplied_cash(items, receipts, own.date)
    return Book(items, receipts, float((loose["amount"] * loose["closing_rate"]).sum()))


def items_in_reporting_currency(own: Snapshot) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Open items and receipts with their closing rate, worked out once a view; a receipt in another currency than its
    invoice's is turned into the invoice's first."""
    items, receipts = own.once("items", _items_in_reporting_currency)
    return items.copy(deep=False), receipts.copy(deep=False)


def _items_in_reporting_currency(own: Snapshot) -> tuple[pd.DataFrame, pd.DataFrame]:
    invoices, receipts = own.invoices, own.receipts
    codes = pd.unique(pd.concat([invoices["currency"], receipts["currency"]]))
    rates = {code: own.closing_rate(code) for code in codes}
    if len(rates) == 1:
        (rate,) = rates.values()
        items = rc.open_items(invoices, receipts, own.date)
        items["open_reporting"] = (items["open_amount"] * rate).round(2)
        return items, receipts.assign(closing_rate=rate)
    receipts["closing_rate"] = receipts["currency"].map(rates).astype(float)
    invoiced_in = receipts["invoice_id"].map(invoices.set_index("invoice_id")["currency"]).fillna(receipts["currency"])
    crossed = receipts["closing_rate"] / invoiced_in.map(rates).astype(float)
    in_invoice_currency = receipts.assign(
        amount=receipts["amount"] * crossed.where(invoiced_in != receipts["currency"], 1.0)
    )
    items = rc.open_items(invoices, in_invoice_currency, own.date)
    items["open_reporting"] = (items["open_amount"] * items["currency"].map(rates).astype(float)).round(2)
    return items, receipts


def dso_parts(own: Snapshot, policy: Policy, book: Book | None = None) -> pd.Series:
    """Where the days of the client's period DSO come from; see `kamlib.receivables.dso_split`.

    Amounts stand at the rate of each invoice's day, so that sales and balance are comparable. NaN where the balance is
    the client's own.
    """
    book = book or open_book(own)
    trade = book.trade
    nothing_owed = float(trade["open_reporting"].sum()) - book.unapplied < -rc.CENT
    open_part = (trade["open_amount"] / trade["amount"]).where(trade["amount"] != 0, 0.0)
    money = trade.assign(amount=trade["reporting_amount"], open_amount=trade["reporting_amount"] * open_part)
    parts = rc.dso_split(money, own.date, policy.receivables.sales_days, book.unapplied)
    return parts * float("nan") if nothing_owed else parts


def collection_measures(own: Snapshot, policy: Policy, book: Book) -> pd.Series:
    """Every named measure of the client's receivables over the sales days of the policy.

    Parameters
    ----------
    own : Snapshot
        Narrowed to one client.
    policy : Policy
    book : Book
        Of the snapshot's day.

    Returns
    -------
    Series, index `MEASURES`
        NaN where a measure has no meaning, as that of a balance which is the client's own.
    """
    day, span, trade = own.date, policy.receivables.sales_days, book.trade
    balance = round(float(trade["open_reporting"].sum()) - book.unapplied, 2)
    overdue = float(trade.loc[(trade["open_reporting"] > 0) & (trade["due_date"] < day), "open_reporting"].sum())
    sales = float(trade.loc[trade["issue_date"] > day - pd.Timedelta(days=span), "reporting_amount"].sum())
    year = float(trade.loc[trade["issue_date"] > day - pd.Timedelta(days=365), "reporting_amount"].sum())
    opening, year_opening = (_balance(own, book, day - pd.Timedelta(days=d)) for d in (span, 365))
    current = max(balance - overdue, 0.0)
    monthly, lengths = _monthly_sales(trade, day)
    countback = rc.days_sales_outstanding(balance, monthly.clip(min=0), lengths, method="countback")
    values = {
        "dso_period": rc.days_sales_outstanding(balance, sales, span),
        "dso_countback": countback if sales >= rc.CENT else float("nan"),
        "dso_average": rc.days_sales_outstanding([opening, balance], sales, span, method="average"),
        "best_possible_dso": rc.best_possible_dso(current, sales, span),
        "average_days_delinquent": rc.average_days_delinquent(balance, current, sales, span),
        "collection_effectiveness": rc.collection_effectiveness_index(opening, sales, balance, current),
        "turnover_year_end": rc.receivables_turnover(year, balance),
        "turnover_average": rc.receivables_turnover(year, [year_opening, balance], basis="average"),
    }
    if balance < 0:  # we owe the client: nothing is outstanding that could be collected
        values |= dict.fromkeys(OF_BALANCE, float("nan"))
    if year < 0:  # credit notes exceed what was billed
        values |= dict.fromkeys(("turnover_year_end", "turnover_average"), float("nan"))
    return pd.Series(values)[list(MEASURES)]


def _monthly_sales(trade: pd.DataFrame, day: pd.Timestamp) -> tuple[np.ndarray, np.ndarray]:
    """Sales of the months counted back from a day, oldest first, and how many days each has; the last ends on the day."""
    last = day.to_datetime64().astype("datetime64[M]")
    starts = last + np.arange(1 - COUNTBACK_MONTHS, 2)
    lengths = np.diff(starts.astype("datetime64[D]")).astype(int)
    lengths[-1] = day.day
    back = (last - trade["issue_date"].to_numpy().astype("datetime64[M]")).astype(int)
    inside = back < COUNTBACK_MONTHS
    place, amounts = COUNTBACK_MONTHS - 1 - back[inside], trade["reporting_amount"].to_numpy(dtype=float)[inside]
    return np.bincount(place, weights=amounts, minlength=COUNTBACK_MONTHS), lengths


def _balance(own: Snapshot, book: Book, day: pd.Timestamp) -> float:
    """Billed less received up to an earlier day, at the closing rates of that day."""
    until = book.balances.loc[:day]
    if until.empty:
        return 0.0
    then = own.as_of(day)
    return round(sum(amount * then.closing_rate(code) for code, amount in until.iloc[-1].items() if amount), 2)


def _revenue(trade: pd.DataFrame, end: pd.Timestamp, policy: Policy) -> float:
    start = window_start(end, policy.concentration.window_months)
    inside = (trade["issue_date"] > start) & (trade["issue_date"] <= end)
    return round(float(trade.loc[inside, "reporting_amount"].sum()), 2)


def protections_in_force(own: Snapshot) -> pd.DataFrame:
    """The protections of a client that have not ended on the day."""
    protections = own.table("protections")
    return protections[~(protections["end_date"] < own.date)]


def insolvency_day(own: Snapshot) -> pd.Timestamp | None:
    """The day of the first insolvency event known of a client; None without one."""
    events = own.table("events")
    days = events.loc[events["kind"] == "insolvency", "date"]
    return days.min() if len(days) else None
