"""Rates of exchange: one unit of a currency in the reporting currency, on a day."""

import pandas as pd

from kamlib.errors import DataError, Fault


def day_rates(pairs: pd.DataFrame, fx: pd.DataFrame, reporting: str, max_age_days: int) -> pd.Series:
    """The rate of each currency on each day: that day's, or the last one known before it.

    Parameters
    ----------
    pairs : DataFrame
        ``currency, date``: what has to be converted.
    fx : DataFrame
        ``date, currency, rate``: money of the table's base currency for one unit of ``currency``. Where the
        reporting currency itself has rates, others are crossed through them; else it is the base.
    reporting : str
        The currency to convert to.
    max_age_days : int
        How old the last known rate may be; weekends need at least 3.

    Returns
    -------
    Series, index of `pairs`
        Amount times rate is money in the reporting currency; 1 for the reporting currency.

    Raises
    ------
    DataError
        A missing or too old rate: one fault a currency, with the number of days and their range.
    """
    rates = known_rates(pairs, fx, reporting, max_age_days)["rate"]
    missing = pairs[rates.isna()]
    if len(missing):
        raise DataError(
            Fault(
                f"fx.{currency}",
                f"no rate for {len(days)} days, {days.min():%Y-%m-%d} to {days.max():%Y-%m-%d}",
                f"Add {currency} to the fx table for these days (at most {max_age_days} days before each), "
                f"choose another reporting currency than {reporting}, or leave these rows out by accept: "
                "[unconverted_currencies].",
            )
            for currency, days in missing.groupby("currency")["date"]
        )
    return rates


def known_rates(pairs: pd.DataFrame, fx: pd.DataFrame, reporting: str, max_age_days: int) -> pd.DataFrame:
    """As `day_rates`, but NaN where there is no rate, and how old each rate is.

    Parameters
    ----------
    pairs, fx, reporting, max_age_days
        As for `day_rates`.

    Returns
    -------
    DataFrame, index of `pairs`
        ``rate`` and ``age_days``.
    """
    found = _last_known(pairs, fx, max_age_days)
    if (fx["currency"] == reporting).any():
        base = _last_known(pairs.assign(currency=reporting), fx, max_age_days)
        found = pd.DataFrame(
            {"rate": found["rate"] / base["rate"], "age_days": found["age_days"].combine(base["age_days"], max)}
        )
    own = pairs["currency"] == reporting
    return found.assign(rate=found["rate"].mask(own, 1.0), age_days=found["age_days"].mask(own, 0.0))


def _last_known(pairs: pd.DataFrame, fx: pd.DataFrame, max_age_days: int) -> pd.DataFrame:
    types = {"date": "datetime64[us]", "currency": "str"}
    left = pairs.assign(row=range(len(pairs))).astype(types).sort_values("date")
    right = fx[["date", "currency", "rate"]].astype(types).sort_values("date").assign(known=lambda t: t["date"])
    joined = pd.merge_asof(left, right, on="date", by="currency", tolerance=pd.Timedelta(days=max_age_days))
    joined = joined.set_index("row").sort_index()
    age = (joined["date"] - joined["known"]).dt.days
    return pd.DataFrame(
        {"rate": joined["rate"].to_numpy(dtype=float), "age_days": age.to_numpy(dtype=float)}, index=pairs.index
    )
