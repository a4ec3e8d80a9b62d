"""How a client orders: months of revenue, their class, trend, season, break, oddities, and the next four quarters."""

from dataclasses import dataclass

import pandas as pd

from kamlib import demand as dm
from kamlib.change_detection.structural_breaks import StructuralBreak, structural_break
from kamlib.credit.position import insolvency_day
from kamlib.demand.forecasts import Forecast, forecast_quarters
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy

LEAST_MONTHS = 3
LEAST_ORDERS = 6  # months with revenue, below which a trend, a season or a break would be read out of chance
LEAST_FORECAST = 3


@dataclass(frozen=True)
class DemandPosition:
    """A client's demand on the snapshot's day.

    Attributes
    ----------
    months : Series with a monthly PeriodIndex
        Revenue of whole months from the first one on, reporting currency.
    demand_class : DemandClass
    growth : Growth or None
    season : Season or None
    shift : StructuralBreak or None
        Of the months without season, only where the test's p-value is below the policy's.
        Of the three none where fewer than `LEAST_ORDERS` months brought revenue.
    forecast : Forecast or None
        None for a lost or insolvent client, or with fewer than three months that brought revenue.
    outliers : DataFrame
    silence : Silence or None
        From the orders table where there is one, else from the days of invoices.
    silence_source : str
        ``orders`` or ``invoices``.
    lost : bool
        No invoice for longer than the policy's ``lost_after_months``; a credit note is none.
    last_invoice : Timestamp or NaT
    last_year : float
        Revenue of the last twelve whole months.
    """

    months: pd.Series
    demand_class: dm.DemandClass
    growth: dm.Growth | None
    season: dm.Season | None
    shift: StructuralBreak | None
    forecast: Forecast | None
    outliers: pd.DataFrame
    silence: dm.Silence | None
    silence_source: str
    lost: bool
    last_invoice: pd.Timestamp
    last_year: float

    @property
    def order_months(self) -> int:
        """Whole months that brought revenue."""
        return int((self.months > 0).sum())

    @property
    def outlook(self) -> float:
        """Next four quarters against the last twelve months, as a change; NaN without a forecast or a whole year."""
        if self.forecast is None or self.last_year <= 0 or len(self.months) < 12:
            return float("nan")
        return float(self.forecast.by_quarter["amount"].sum()) / self.last_year - 1


def monthly_revenue(own: Snapshot) -> pd.Series:
    """Revenue of each whole month since the first invoice; credit notes lower their own month."""
    revenue = own.revenue
    last = own.date.to_period("M") if own.date.is_month_end else own.date.to_period("M") - 1
    if revenue.empty:
        return pd.Series(dtype=float, index=pd.PeriodIndex([], freq="M"))
    months = revenue["issue_date"].dt.to_period("M")
    index = pd.period_range(months.min(), max(last, months.min()), freq="M")
    return revenue.groupby(months)["reporting_amount"].sum().reindex(index, fill_value=0.0)


def demand_position(own: Snapshot, policy: Policy) -> DemandPosition:
    """The demand of one client, from a snapshot narrowed to it."""
    rules, months = policy.profile, monthly_revenue(own)
    level = months.clip(lower=0.0)
    revenue = own.revenue
    last_invoice = revenue.loc[revenue["reporting_amount"] > 0, "issue_date"].max()
    lost = bool(last_invoice < own.date - pd.DateOffset(months=rules.lost_after_months))
    demand_class = dm.classify_demand(level)
    gone = lost or insolvency_day(own) is not None
    ordered = int((months > 0).sum())
    told = ordered >= LEAST_ORDERS
    season = dm.split_season(months) if told else None
    adjusted = months if season is None else season.adjusted
    shift = structural_break(adjusted) if told else None
    sparse = demand_class.name in ("intermittent", "lumpy")
    odd = dm.outliers(_detrended(adjusted), rules.outlier_limit) if not sparse and len(months) >= 12 else None
    by_orders = not own.table("orders").empty
    days = own.table("orders")["order_date"] if by_orders else own.revenue["issue_date"]
    return DemandPosition(
        months=months,
        demand_class=demand_class,
        growth=dm.yearly_growth(adjusted) if told else None,
        season=season,
        shift=shift if shift is not None and shift.p_value < rules.break_p_value else None,
        forecast=forecast_quarters(level, sparse, rules.forecast_level)
        if not gone and len(level) >= LEAST_MONTHS and ordered >= LEAST_FORECAST
        else None,
        outliers=dm.outliers(months.iloc[:0], 1.0) if odd is None else odd,
        silence=dm.order_silence(days, own.date),
        silence_source="orders" if by_orders else "invoices",
        lost=lost,
        last_invoice=last_invoice,
        last_year=float(months.tail(12).sum()),
    )


def _detrended(series: pd.Series) -> pd.Series:
    """What is left of a series beside the moving middle of a year around each month."""
    return series - series.rolling(13, center=True, min_periods=7).median()
