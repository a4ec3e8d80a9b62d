"""What published figures tell: shares, days outstanding, estimates against what was booked, runway, recovery."""

import pandas as pd

from kamlib.post_mortem.case import Advance, Case, Creditor, Year

DAYS_A_YEAR = 365
QUARTERS = 4


def derived_figures(case: Case) -> pd.DataFrame:
    """Every figure that follows from the published ones, with how.

    Parameters
    ----------
    case : Case

    Returns
    -------
    DataFrame
        ``name, whom, value, high`` (for a range, else NaN), ``unit`` (share, money, days, day), ``how`` (the
        published numbers that it was made of). ``day`` values are Timestamps.

    Examples
    --------
    >>> case = Case(name="x", client="y", kind="loss", event_date="2020-01-01", today="2020-01-01", currency="GBP",
    ...             sources=["z"], figures={"survey": {"respondents": 133, "owed": 80, "total": 30e6}})
    >>> derived_figures(case)[["name", "value"]].values.tolist()
    [['owed_part', 0.6015037593984962], ['average_owed', 375000.0]]
    """
    rows: list[tuple] = []
    figures = case.figures
    if figures is None:
        return _frame(rows)
    for year in figures.years:
        rows += _of_year(year)
    for creditor in figures.creditors:
        rows += _of_creditor(creditor)
    if figures.survey is not None:
        survey = figures.survey
        rows.append(
            ("owed_part", "", survey.owed / survey.respondents, None, "share", _over(survey.owed, survey.respondents))
        )
        rows.append(("average_owed", "", survey.total / survey.owed, None, "money", _over(survey.total, survey.owed)))
    if figures.owed and figures.insured is not None:
        rows.append(
            ("insured_part", "", figures.insured / figures.owed, None, "share", _over(figures.insured, figures.owed))
        )
    if figures.shortfall is not None:
        gap = figures.shortfall
        how = f"{gap.low:,.0f}–{gap.high:,.0f} ÷ {gap.partners}"
        rows.append(("partner_shortfall", "", gap.low / gap.partners, gap.high / gap.partners, "money", how))
    if figures.notice is not None:
        first, last = (pd.Timestamp(figures.notice.given) + pd.DateOffset(months=int(m)) for m in figures.notice.months)
        how = f"{figures.notice.given:%Y-%m-%d} + {figures.notice.months[0]:g}–{figures.notice.months[1]:g}"
        rows.append(("revenue_ends", "", first, last, "day", how))
    if figures.advance is not None:
        rows += _of_advance(figures.advance)
    return _frame(rows)


def _frame(rows: list[tuple]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["name", "whom", "value", "high", "unit", "how"], dtype=object)


def _over(part: float, whole: float) -> str:
    return f"{part:,.0f} ÷ {whole:,.0f}"


def _of_year(year: Year) -> list[tuple]:
    rows, whom = [], f"{year.end:%Y-%m-%d}"
    if year.revenue and year.from_client is not None:
        how = _over(year.from_client, year.revenue)
        rows.append(("client_share", whom, year.from_client / year.revenue, None, "share", how))
    if year.receivable is not None and year.from_client:
        how = f"{year.receivable:,.0f} ÷ {year.from_client:,.0f} × {DAYS_A_YEAR}"
        rows.append(("days_outstanding", whom, year.receivable / year.from_client * DAYS_A_YEAR, None, "days", how))
    if year.provision is not None and year.receivable:
        how = _over(year.provision, year.receivable)
        rows.append(("provided_part", whom, year.provision / year.receivable, None, "share", how))
    return rows


def _of_creditor(creditor: Creditor) -> list[tuple]:
    rows = []
    if creditor.owed is not None and creditor.revenue:
        how = f"{creditor.owed:,.0f} ÷ {creditor.revenue:,.0f} × {DAYS_A_YEAR}"
        days = creditor.owed / creditor.revenue * DAYS_A_YEAR
        rows.append(("days_outstanding", creditor.name, days, None, "days", how))
    if creditor.first_estimate is not None and creditor.booked is not None:
        low, high = creditor.first_estimate
        middle = (low + high) / 2
        how = f"{creditor.booked:,.0f} ÷ ({low:,.0f}–{high:,.0f}) − 1"
        rows.append(("estimate_error", creditor.name, creditor.booked / middle - 1, None, "share", how))
    return rows


def _of_advance(advance: Advance) -> list[tuple]:
    daily = advance.burn_last_quarter * QUARTERS / DAYS_A_YEAR
    rows = [
        ("withheld", "", advance.agreed - advance.paid, None, "money", f"{advance.agreed:,.0f} − {advance.paid:,.0f}"),
        (
            "covenant_gap",
            "",
            advance.cash_trigger - advance.cash,
            None,
            "money",
            f"{advance.cash_trigger:,.0f} − {advance.cash:,.0f}",
        ),
        (
            "runway",
            "",
            advance.cash / daily,
            None,
            "days",
            f"{advance.cash:,.0f} ÷ ({advance.burn_last_quarter:,.0f} × {QUARTERS} ÷ {DAYS_A_YEAR})",
        ),
    ]
    if advance.units_to_repay is not None:
        price = advance.paid / advance.units_to_repay
        rows.append(("implied_price", "", price, None, "money", _over(advance.paid, advance.units_to_repay)))
    if advance.first_units is not None and advance.first_unit_price is not None:
        how = f"{advance.first_units:,} × {advance.first_unit_price:,.0f}"
        rows.append(("first_recovery", "", advance.first_units * advance.first_unit_price, None, "money", how))
    return rows


def published_exposure(case: Case) -> float:
    """What was at stake by the published figures: owed in all, else receivable and contract assets of the last year
    before the event, else what the creditors named; NaN where none is told."""
    figures = case.figures
    if figures is None:
        return float("nan")
    if figures.owed is not None:
        return figures.owed
    told = [y for y in figures.years if y.end <= case.event_date and (y.receivable or y.contract_assets) is not None]
    if told:
        last = max(told, key=lambda year: year.end)
        return (last.receivable or 0.0) + (last.contract_assets or 0.0)
    owed = [creditor.owed for creditor in figures.creditors if creditor.owed is not None]
    return float(sum(owed)) if owed else float("nan")
