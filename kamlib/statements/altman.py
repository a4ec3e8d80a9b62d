"""Altman's scores of financial distress: which variant fits a client, the score and its zone.

A ratio that has no meaning (nothing owed, a figure not reported) makes the score NaN, never zero.
"""

from collections.abc import Mapping

import pandas as pd

from kamlib.errors import DataError, Fault

ALTMAN_WEIGHTS = {
    "Z": (1.2, 1.4, 3.3, 0.6, 1.0),
    "Z'": (0.717, 0.847, 3.107, 0.420, 0.998),
    "Z''": (6.56, 3.26, 6.72, 1.05, 0.0),
}
ALTMAN_ZONES = {"Z": (1.81, 2.99), "Z'": (1.23, 2.90), "Z''": (1.10, 2.60)}
ZONES = ("distress", "grey", "safe")
Figure = float | pd.Series


def altman_ratios(
    *,
    working_capital: Figure,
    total_assets: Figure,
    retained_earnings: Figure,
    ebit: Figure,
    equity: Figure,
    total_liabilities: Figure,
    sales: Figure = float("nan"),
) -> dict[str, Figure]:
    """Altman's five ratios from the accounts, as keywords of `altman_z`.

    Parameters
    ----------
    working_capital, total_assets, retained_earnings, ebit, total_liabilities, sales : float or Series
        Money of one year.
    equity : float or Series
        Market value of the equity for Z, book value for Z′ and Z″.

    Returns
    -------
    dict
        ``x1`` … ``x5``; NaN where the denominator is not positive.

    Examples
    --------
    >>> accounts = dict(working_capital=90e3, total_assets=620e3, retained_earnings=30e3, ebit=55e3, equity=100e3,
    ...     total_liabilities=280e3, sales=440e3)
    >>> round(altman_z(**altman_ratios(**accounts), variant="Z"), 4)
    1.4586
    """

    def over(part: Figure, whole: Figure) -> Figure:
        if isinstance(part, pd.Series) or isinstance(whole, pd.Series):
            return part / (whole.where(whole > 0) if isinstance(whole, pd.Series) else whole)
        return part / whole if whole > 0 else float("nan")

    return {
        "x1": over(working_capital, total_assets),
        "x2": over(retained_earnings, total_assets),
        "x3": over(ebit, total_assets),
        "x4": over(equity, total_liabilities),
        "x5": over(sales, total_assets),
    }


def altman_z(x1: Figure, x2: Figure, x3: Figure, x4: Figure, x5: Figure = float("nan"), variant: str = "Z") -> Figure:
    """Altman's score of financial distress; higher is safer.

    Parameters
    ----------
    x1 : float or Series
        Working capital ÷ total assets.
    x2 : float or Series
        Retained earnings ÷ total assets.
    x3 : float or Series
        EBIT ÷ total assets.
    x4 : float or Series
        Equity ÷ total liabilities: market value for Z, book value for Z′ and Z″.
    x5 : float or Series
        Sales ÷ total assets; not part of Z″.
    variant : {"Z", "Z'", "Z''"}
        *Z*: listed manufacturers (1968). *Z'*: private manufacturers (1983). *Z''*: others and emerging
        markets (1995), here without the constant 3.25 that the bond-equivalent score adds. The signs ′ and ″
        are taken, too. See `altman_variant`.

    Returns
    -------
    float or Series
        The score; NaN where a ratio it needs is missing. See `altman_zone`.

    Raises
    ------
    DataError
        An unknown variant.

    References
    ----------
    Altman, Financial Ratios, Discriminant Analysis and the Prediction of Corporate Bankruptcy, Journal of
    Finance 23 (1968); Altman, Predicting Financial Distress of Companies (2000), for Z′ and Z″.

    Examples
    --------
    >>> round(altman_z(0.34, 0.15, 0, 0.8, 1.6), 3)
    2.698
    """
    weights = ALTMAN_WEIGHTS[_known_variant(variant)]
    ratios = (x1, x2, x3, x4, x5)
    total = sum(weight * ratio for weight, ratio in zip(weights, ratios, strict=True) if weight)
    return total if isinstance(total, pd.Series) else float(total)


def altman_zone(z: float, variant: str = "Z") -> str | None:
    """The zone of a score: ``distress`` below the lower cut, ``safe`` above the upper, ``grey`` between; None for NaN.

    Raises
    ------
    DataError
        An unknown variant.

    References
    ----------
    Cuts of Altman (2000): Z 1.81 and 2.99, Z′ 1.23 and 2.90, Z″ 1.10 and 2.60.

    Examples
    --------
    >>> altman_zone(2.698), altman_zone(2.698, "Z''")
    ('grey', 'safe')
    """
    low, high = ALTMAN_ZONES[_known_variant(variant)]
    if pd.isna(z):
        return None
    return ZONES[0] if z < low else ZONES[2] if z > high else ZONES[1]


def altman_variant(market_value: float | None, manufacturer: bool | None, emerging_market: bool = False) -> str:
    """The variant that a client's accounts call for.

    Parameters
    ----------
    market_value : float or None
        Of the equity; None or NaN for a private company.
    manufacturer : bool or None
        None where it is not known, which counts as no.
    emerging_market : bool
        Whether the client sits in an emerging market.

    Returns
    -------
    str
        ``Z`` for a listed manufacturer, ``Z'`` for a private one, ``Z''`` for all others: the turnover of assets,
        which Z″ leaves out, differs by industry.

    Examples
    --------
    >>> altman_variant(1e6, True), altman_variant(None, True), altman_variant(1e6, None)
    ('Z', "Z'", "Z''")
    """
    if emerging_market or not manufacturer:
        return "Z''"
    return "Z'" if market_value is None or pd.isna(market_value) else "Z"


def _known_variant(variant: str) -> str:
    plain = variant.replace("″", "''").replace("′", "'").replace('"', "''")
    if plain not in ALTMAN_WEIGHTS:
        raise DataError(Fault("variant", variant, "Use one of Z, Z', Z''."))
    return plain


def altman_by_year(
    statements: pd.DataFrame,
    manufacturers: Mapping[str, bool] | None = None,
    emerging: Mapping[str, bool] | None = None,
) -> pd.DataFrame:
    """Altman's score of each year's accounts, with the variant that fits them.

    Parameters
    ----------
    statements : DataFrame
        As for `financial_ratios`, with ``retained_earnings`` and, for listed clients, ``market_value``.
    manufacturers, emerging : mapping, optional
        client_id → whether it manufactures, sits in an emerging market; clients not named do not.

    Returns
    -------
    DataFrame, one row a statement, by client and year
        ``client_id, period_end, variant, z, zone``; ``z`` is NaN and ``zone`` None where a figure is missing.
    """
    rows = statements.sort_values(["client_id", "period_end"], kind="stable").reset_index(drop=True)
    scores = []
    for row in rows.to_dict("records"):

        def of(name: str, row: dict = row) -> float:
            value = row.get(name)
            return float("nan") if value is None else float(value)

        client = row["client_id"]
        variant = altman_variant(
            of("market_value"), (manufacturers or {}).get(client), bool((emerging or {}).get(client))
        )
        ratios = altman_ratios(
            working_capital=of("current_assets") - of("current_liabilities"),
            total_assets=of("total_assets"),
            retained_earnings=of("retained_earnings"),
            ebit=of("ebit"),
            equity=of("market_value") if variant == "Z" else of("equity"),
            total_liabilities=of("total_liabilities"),
            sales=of("revenue"),
        )
        z = altman_z(**ratios, variant=variant)
        scores.append({"variant": variant, "z": z, "zone": altman_zone(z, variant)})
    table = pd.DataFrame(scores, columns=["variant", "z", "zone"])
    return pd.concat([rows[["client_id", "period_end"]], table], axis=1)
