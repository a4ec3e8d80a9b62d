"""What a client's annual accounts say: ratios over the years, place in the industry, age.

Frames in, frames or numbers out. A statement is one row of ``statements``: money of one client in one currency, so
that ratios can be compared across clients. A ratio that has no meaning (nothing owed, negative equity as a
denominator, a figure not reported) is NaN, never zero.
"""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

RATIOS = {
    "current_ratio": "liquidity",
    "quick_ratio": "liquidity",
    "cash_ratio": "liquidity",
    "working_capital_share": "liquidity",
    "liabilities_share": "leverage",
    "debt_to_equity": "leverage",
    "interest_cover": "coverage",
    "cash_flow_to_liabilities": "coverage",
    "cash_flow_margin": "cash flow",
    "accruals_share": "cash flow",
    "ebit_margin": "profitability",
    "return_on_assets": "profitability",
    "asset_turnover": "turnover",
    "receivables_days": "turnover",
    "inventory_days": "turnover",
    "revenue_growth": "growth",
}
"""Each ratio and what it tells about; in the order they are read."""

QUARTILES = ("lower_quartile", "median", "upper_quartile")
LOWER_IS_SAFER = ("liabilities_share", "debt_to_equity", "accruals_share", "receivables_days", "inventory_days")
Day = date | pd.Timestamp | str


def financial_ratios(statements: pd.DataFrame) -> pd.DataFrame:
    """The ratios of each year's accounts.

    Parameters
    ----------
    statements : DataFrame
        ``client_id, period_end`` and any of the canonical figures (``revenue, ebit, interest_expense, net_income,
        total_assets, current_assets, cash, receivables, inventory, total_liabilities, current_liabilities,
        equity, operating_cash_flow``); what is not there makes its ratios NaN.

    Returns
    -------
    DataFrame, one row a statement, by client and year
        ``client_id, period_end`` and the columns of `RATIOS`. Shares, margins and growth are fractions, days are
        of 365, covers and turnover are times. Balances are those of the year's end; inventory days are measured
        on revenue, because the accounts do not tell the cost of sales. ``interest_cover`` is infinite where there
        is a profit and no interest. ``accruals_share`` is (net income − operating cash flow) ÷ total assets, the
        TATA of Beneish. ``revenue_growth`` needs the year before.

    References
    ----------
    CFA Institute, Financial Analysis Techniques; Beneish, The Detection of Earnings Manipulation,
    Financial Analysts Journal 55 (1999).

    Examples
    --------
    >>> accounts = pd.DataFrame({"client_id": ["a"], "period_end": pd.to_datetime(["2025-12-31"]),
    ...     "current_assets": [300.0], "current_liabilities": [200.0], "ebit": [30.0], "interest_expense": [10.0]})
    >>> financial_ratios(accounts)[["current_ratio", "interest_cover"]].values.tolist()
    [[1.5, 3.0]]
    """
    rows = statements.sort_values(["client_id", "period_end"], kind="stable").reset_index(drop=True)
    none = pd.Series(np.nan, index=rows.index)

    def of(name: str) -> pd.Series:
        return rows[name].astype(float) if name in rows else none

    revenue, assets, current, owed_soon = (
        of(n) for n in ("revenue", "total_assets", "current_assets", "current_liabilities")
    )
    owed, equity, cash_flow, interest = (
        of(n) for n in ("total_liabilities", "equity", "operating_cash_flow", "interest_expense")
    )
    cover = _over(of("ebit"), interest)
    days = 365.0
    table = pd.DataFrame(
        {
            "current_ratio": _over(current, owed_soon),
            "quick_ratio": _over(current - of("inventory"), owed_soon),
            "cash_ratio": _over(of("cash"), owed_soon),
            "working_capital_share": _over(current - owed_soon, assets),
            "liabilities_share": _over(owed, assets),
            "debt_to_equity": _over(owed, equity),
            "interest_cover": cover.mask((interest == 0) & (of("ebit") > 0), np.inf),
            "cash_flow_to_liabilities": _over(cash_flow, owed),
            "cash_flow_margin": _over(cash_flow, revenue),
            "accruals_share": _over(of("net_income") - cash_flow, assets),
            "ebit_margin": _over(of("ebit"), revenue),
            "return_on_assets": _over(of("net_income"), assets),
            "asset_turnover": _over(revenue, assets),
            "receivables_days": _over(of("receivables"), revenue) * days,
            "inventory_days": _over(of("inventory"), revenue) * days,
            "revenue_growth": _growth(rows, revenue),
        }
    )
    return pd.concat([rows[["client_id", "period_end"]], table[list(RATIOS)]], axis=1)


def _over(part: pd.Series, whole: pd.Series) -> pd.Series:
    return part / whole.where(whole > 0)


def _growth(rows: pd.DataFrame, revenue: pd.Series) -> pd.Series:
    """Growth on the statement before, where that one ends about a year earlier."""
    by_client = rows["client_id"]
    gap = (rows["period_end"] - rows.groupby(by_client)["period_end"].shift()).dt.days
    return (_over(revenue, revenue.groupby(by_client).shift()) - 1).where(gap.between(350, 380))


def industry_quartiles(ratios: pd.DataFrame, industries: pd.Series, min_clients: int = 5) -> pd.DataFrame:
    """Where the middle half of each industry's clients lies.

    Parameters
    ----------
    ratios : DataFrame
        From `financial_ratios`; the newest statement of each client counts.
    industries : Series, index client_id
        The industry of each client; clients without one are left out.
    min_clients : int
        An industry with fewer clients that report a ratio has no quartiles of it.

    Returns
    -------
    DataFrame, one row an industry and ratio
        ``industry, ratio, lower_quartile, median, upper_quartile, clients``.

    Notes
    -----
    These are the company's own clients, not a market survey: say so where they are shown.

    Examples
    --------
    >>> ratios = pd.DataFrame({"client_id": list("abc"), "period_end": pd.Timestamp("2025-12-31"),
    ...     "current_ratio": [1.0, 2.0, 3.0]})
    >>> industry_quartiles(ratios, pd.Series("Energy", index=list("abc")), min_clients=3)["median"].tolist()
    [2.0]
    """
    newest = ratios.sort_values("period_end", kind="stable").groupby("client_id").tail(1)
    names = [name for name in RATIOS if name in newest]
    long = newest.assign(industry=newest["client_id"].map(industries.to_dict())).melt(
        id_vars="industry", value_vars=names, var_name="ratio"
    )
    long = long[np.isfinite(long["value"].astype(float))].dropna(subset="industry")
    grouped = long.groupby(["industry", "ratio"])["value"]
    table = grouped.quantile([0.25, 0.5, 0.75]).unstack()
    table = table.reindex(columns=[0.25, 0.5, 0.75]).set_axis(list(QUARTILES), axis=1)
    table["clients"] = grouped.size().reindex(table.index)
    order = {name: place for place, name in enumerate(RATIOS)}
    table = table[table["clients"] >= min_clients].reset_index()
    return table.sort_values(["industry", "ratio"], key=lambda s: s.map(order) if s.name == "ratio" else s).reset_index(
        drop=True
    )


def quartile_position(value: float, ratio: str, quartiles: Sequence[float] | np.ndarray) -> int | None:
    """In which quarter of its industry a client stands, 1 the weakest and 4 the strongest.

    Parameters
    ----------
    value : float
        The client's ratio.
    ratio : str
        One of `RATIOS`; for those in `LOWER_IS_SAFER` a low value is strong.
    quartiles : sequence of float, shape (3,)
        Of the industry, see `industry_quartiles`.

    Returns
    -------
    int or None
        None for a client without the ratio.

    Examples
    --------
    >>> quartile_position(1.7, "current_ratio", [1.0, 1.5, 2.0])
    3
    >>> quartile_position(0.9, "liabilities_share", [0.4, 0.5, 0.6])
    1
    """
    if pd.isna(value):
        return None
    if ratio in LOWER_IS_SAFER:
        return 4 - int(np.searchsorted(quartiles, value, side="left"))
    return 1 + int(np.searchsorted(quartiles, value, side="right"))


def statements_age_months(statements: pd.DataFrame, as_of: Day) -> float:
    """Whole months from the end of the newest year reported to a day; NaN without statements.

    Examples
    --------
    >>> statements_age_months(pd.DataFrame({"period_end": pd.to_datetime(["2025-06-30"])}), "2026-09-30")
    15.0
    """
    newest = statements["period_end"].max() if len(statements) else pd.NaT
    if pd.isna(newest):
        return float("nan")
    day = pd.Timestamp(as_of)
    months = (day.year - newest.year) * 12 + day.month - newest.month
    month_end = (day + pd.Timedelta(days=1)).month != day.month
    return float(months - (day.day < newest.day and not month_end))


def statements_are_stale(statements: pd.DataFrame, as_of: Day, stale_months: float = 15) -> bool | None:
    """Whether the newest accounts are older than `stale_months`; None where there are none.

    Examples
    --------
    >>> statements_are_stale(pd.DataFrame({"period_end": pd.to_datetime(["2025-05-31"])}), "2026-09-30")
    True
    """
    age = statements_age_months(statements, as_of)
    return None if np.isnan(age) else bool(age > stale_months)
