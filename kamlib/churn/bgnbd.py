"""Buying without a contract: who is still a client? The BG/NBD model, fitted by maximum likelihood.

While a client is alive, it buys at random with its own rate; after any purchase it may drop out for good, unseen.
Rates are gamma over clients (r, α), drop-out chances beta (a, b). All that is needed of a client is how often it
came back (x), when it was last seen (t_x) and since when it is observed (T).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.errors import DataError, Fault

LEAST_BUYERS = 10
DAYS_A_WEEK = 7.0

LOGS = (-12.0, 7.0)  # bounds of the parameters' logarithms: beyond, no data tells them apart


@dataclass(frozen=True)
class BuyingModel:
    """A fitted BG/NBD model; time in the unit of the data it was fitted to.

    Attributes
    ----------
    r, alpha : float
        Shape and rate of the gamma distribution of purchase rates.
    a, b : float
        Of the beta distribution of the chance to drop out after a purchase.
    log_likelihood : float
    clients : int
        It was fitted to.
    """

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float
    clients: int


def buying_summary(purchases: pd.DataFrame, end: pd.Timestamp, unit_days: float = DAYS_A_WEEK) -> pd.DataFrame:
    """Repeat purchases, last purchase and time observed of each client.

    Parameters
    ----------
    purchases : DataFrame
        ``client_id, date``; several on one day count as one.
    end : Timestamp
        Last day observed; later rows are left out.
    unit_days : float
        Days of a unit of time; 7 gives weeks.

    Returns
    -------
    DataFrame, index client_id
        ``frequency`` (x, purchase days after the first), ``recency`` (t_x, from the first to the last),
        ``age`` (T, from the first to `end`).

    Examples
    --------
    >>> days = pd.to_datetime(["2026-01-01", "2026-01-15", "2026-01-15"])
    >>> summary = buying_summary(pd.DataFrame({"client_id": "a", "date": days}), pd.Timestamp("2026-01-29"))
    >>> summary.loc["a"].tolist()
    [1.0, 2.0, 4.0]
    """
    known = purchases.loc[purchases["date"] <= end, ["client_id", "date"]].drop_duplicates()
    days = known.groupby("client_id")["date"].agg(["count", "min", "max"])
    return pd.DataFrame(
        {
            "frequency": days["count"] - 1,
            "recency": (days["max"] - days["min"]).dt.days / unit_days,
            "age": (end - days["min"]).dt.days / unit_days,
        }
    )


def fit_buying(summary: pd.DataFrame) -> BuyingModel:
    """Fit the model by maximum likelihood.

    Parameters
    ----------
    summary : DataFrame
        ``frequency, recency, age``, see `buying_summary`.

    Returns
    -------
    BuyingModel
        Where all clients buy at nearly the same rate the likelihood is flat in `r`; it then ends at its bound, where
        the model is a plain Poisson one for every figure that is shown.

    Raises
    ------
    DataError
        Fewer than ten clients, none that came back, or times that contradict each other.

    References
    ----------
    Fader, Hardie, Lee (2005), "Counting your customers" the easy way, Marketing Science 24, equation 6.
    """
    from scipy.optimize import minimize

    x, recency, age = _checked(summary)
    patterns, weights = np.unique(np.column_stack([x, recency, age]), axis=0, return_counts=True)
    columns = patterns.T
    scale = max(float(age.mean()) / 10, 1e-9)  # about one order of magnitude for every parameter

    def cost(logs: np.ndarray) -> float:
        r, alpha, a, b = np.exp(np.clip(logs, *LOGS))
        return -float(weights @ _log_likelihood(r, alpha * scale, a, b, *columns)) / len(x)

    fit = minimize(cost, np.zeros(4), method="L-BFGS-B", options={"maxiter": 500, "ftol": 1e-14, "gtol": 1e-9})
    r, alpha, a, b = np.exp(np.clip(fit.x, *LOGS))
    return BuyingModel(float(r), float(alpha * scale), float(a), float(b), -float(fit.fun) * len(x), len(x))


def buying_log_likelihood(model: BuyingModel, summary: pd.DataFrame) -> float:
    """Log-likelihood of a summary under given parameters."""
    x, recency, age = _checked(summary)
    return float(_log_likelihood(model.r, model.alpha, model.a, model.b, x, recency, age).sum())


def alive_probability(model: BuyingModel, frequency, recency, age) -> np.ndarray:
    """The chance that a client with this history has not dropped out.

    Parameters
    ----------
    frequency, recency, age : float or array
        x, t_x and T in the model's unit of time.

    Returns
    -------
    array
        In [0, 1]; 1 for a client that never came back: in this model one drops out after a repeat purchase only.

    References
    ----------
    Fader, Hardie, Lee (2008), Computing P(alive) using the BG/NBD model.

    Examples
    --------
    >>> model = BuyingModel(0.2426, 4.4137, 0.7930, 2.4262, 0.0, 0)
    >>> round(float(alive_probability(model, 26, 30.86, 31)), 3)
    0.969
    """
    x = np.asarray(frequency, dtype=float)
    log_odds = (
        (model.r + x) * (np.log(model.alpha + np.asarray(age)) - np.log(model.alpha + np.asarray(recency)))
        + np.log(model.a)
        - np.log(model.b + np.maximum(x, 1.0) - 1.0)
    )
    return np.where(x > 0, 1 / (1 + np.exp(np.minimum(log_odds, 700))), 1.0)


def expected_purchases(model: BuyingModel, frequency, recency, age, ahead: float) -> np.ndarray:
    """Purchases to be expected of a client in the coming time, given its history.

    Parameters
    ----------
    frequency, recency, age : float or array
    ahead : float
        Length of the coming time, in the model's unit.

    References
    ----------
    Fader, Hardie, Lee (2005), equation 10; Hardie's note on the hypergeometric function. Euler's transformation
    takes the power into the function, so that nothing overflows where all clients buy at nearly the same rate
    (a large r).
    """
    from scipy.special import hyp2f1

    x, age = np.asarray(frequency, dtype=float), np.asarray(age, dtype=float)
    r, alpha, a, b = model.r, model.alpha, model.a, model.b
    z = ahead / (alpha + age + ahead)
    unsold = (1 - z) ** (a - 1) * hyp2f1(a + b - 1 - r, a - 1, a + b + x - 1, z)
    raw = (a + b + x - 1) / (a - 1) * (1 - unsold)
    return raw * alive_probability(model, x, recency, age)


def new_client_purchases(model: BuyingModel, ahead: float) -> float:
    """Repeat purchases to be expected of a client from its first purchase on.

    References
    ----------
    Fader, Hardie, Lee (2005), equation 9.
    """
    from scipy.special import hyp2f1

    r, alpha, a, b = model.r, model.alpha, model.a, model.b
    z = ahead / (alpha + ahead)
    unsold = (1 - z) ** (a - 1) * hyp2f1(a + b - 1 - r, a - 1, a + b - 1, z)
    return float((a + b - 1) / (a - 1) * (1 - unsold))


def calibrate_buying(purchases: pd.DataFrame, split: pd.Timestamp, end: pd.Timestamp, groups: int = 4) -> pd.DataFrame:
    """Fit up to a day, forecast from there to the end, and compare with what came.

    Parameters
    ----------
    purchases : DataFrame
        ``client_id, date``.
    split, end : Timestamp
        Last day of the fit and of the hold-out.
    groups : int
        Clients are grouped by their expected purchases, fewest first.

    Returns
    -------
    DataFrame, one row a group
        ``group, clients, expected, actual``: purchase days in the hold-out, all clients of the group together.

    Raises
    ------
    DataError
        As `fit_buying`.
    """
    summary = buying_summary(purchases, split)
    model = fit_buying(summary)
    ahead = (end - split).days / DAYS_A_WEEK
    expected = expected_purchases(model, summary["frequency"], summary["recency"], summary["age"], ahead)
    later = purchases.loc[(purchases["date"] > split) & (purchases["date"] <= end), ["client_id", "date"]]
    actual = later.drop_duplicates().groupby("client_id").size().reindex(summary.index, fill_value=0)
    frame = pd.DataFrame({"expected": expected, "actual": actual.to_numpy()}, index=summary.index)
    rank = frame["expected"].rank(method="first") - 1
    frame["group"] = (rank * groups // len(frame)).astype(int) + 1
    table = frame.groupby("group").agg(
        clients=("expected", "size"), expected=("expected", "sum"), actual=("actual", "sum")
    )
    return table.reset_index()


def _log_likelihood(r, alpha, a, b, x, recency, age) -> np.ndarray:
    from scipy.special import betaln, gammaln

    start = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + betaln(a, b + x) - betaln(a, b)
    stayed = -(r + x) * np.log(alpha + age)
    left = np.log(a) - np.log(b + np.maximum(x, 1.0) - 1.0) - (r + x) * np.log(alpha + recency)
    return start + np.where(x > 0, np.logaddexp(stayed, left), stayed)


def _checked(summary: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    x, recency, age = (summary[name].to_numpy(dtype=float) for name in ("frequency", "recency", "age"))
    if len(x) < LEAST_BUYERS or not (x > 0).any():
        remedy = f"A model of repeat buying needs at least {LEAST_BUYERS} clients, some of which came back."
        raise DataError(Fault("purchases", f"{len(x)} clients, {int((x > 0).sum())} came back", remedy))
    if (recency > age + 1e-9).any() or (recency < 0).any() or (x < 0).any():
        raise DataError(Fault("recency", "before the first purchase or after the end", "Give 0 ≤ recency ≤ age."))
    return x, recency, age
