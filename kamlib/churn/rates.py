"""Clients that go: rates with their definitions, survival, and the hazard of those under contract."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

LEAST_EVENTS = 10


@dataclass(frozen=True)
class ChurnRates:
    """What of a year's clients and revenue was gone a year later.

    Attributes
    ----------
    clients, lost : int
        With positive revenue in the first window, and those of them without any in the second.
    client_rate : float
        lost ÷ clients.
    revenue, lost_revenue : float
        Of the first window: of all its clients, and of the lost ones.
    gross_rate : float
        lost_revenue ÷ revenue: what left with the lost clients.
    net_rate : float
        1 − revenue of the same clients in the second window ÷ revenue: shrinkage counts, growth is set against it.
    """

    clients: int
    lost: int
    client_rate: float
    revenue: float
    lost_revenue: float
    gross_rate: float
    net_rate: float


def churn_rates(first: pd.Series, second: pd.Series) -> ChurnRates:
    """Churn between two windows of equal length.

    Parameters
    ----------
    first, second : Series, index client_id
        Revenue in the earlier and the later window; clients without revenue may be left out.

    Examples
    --------
    >>> rates = churn_rates(pd.Series({"a": 80.0, "b": 20.0}), pd.Series({"a": 90.0, "c": 50.0}))
    >>> rates.client_rate, rates.gross_rate, round(rates.net_rate, 2)
    (0.5, 0.2, 0.1)
    """
    start = first[first > 0]
    then = second.reindex(start.index, fill_value=0.0)
    gone = then <= 0
    revenue, lost = float(start.sum()), float(start[gone].sum())
    count = len(start)
    nothing = float("nan")
    return ChurnRates(
        clients=count,
        lost=int(gone.sum()),
        client_rate=float(gone.mean()) if count else nothing,
        revenue=revenue,
        lost_revenue=lost,
        gross_rate=lost / revenue if count else nothing,
        net_rate=1 - float(then.sum()) / revenue if count else nothing,
    )


def kaplan_meier(durations: pd.Series, events: pd.Series) -> pd.DataFrame:
    """The share of clients still there after each time, with those still there counted as long as seen.

    Parameters
    ----------
    durations : Series, shape (n_clients,)
        Time from the start to the loss, or to the last day seen.
    events : Series of bool
        Whether the client was lost at that time.

    Returns
    -------
    DataFrame, one row a time at which any was lost
        ``time, at_risk, lost, survival, error`` (Greenwood), ``low, high`` (95 %, on the log scale).

    References
    ----------
    Kaplan, Meier (1958); Klein, Moeschberger, Survival Analysis, chapter 4. Fitted by statsmodels.

    Examples
    --------
    >>> kaplan_meier(pd.Series([1, 2, 2, 3]), pd.Series([True, True, False, True]))["survival"].round(3).tolist()
    [0.75, 0.5, 0.0]
    """
    from statsmodels.duration.survfunc import SurvfuncRight

    lost = events.astype(bool)
    if not lost.any():
        return pd.DataFrame({name: [] for name in ("time", "at_risk", "lost", "survival", "error", "low", "high")})
    with np.errstate(divide="ignore", invalid="ignore"):
        fit = SurvfuncRight(durations.to_numpy(dtype=float), lost.to_numpy(dtype=int))
        error = np.asarray(fit.surv_prob_se)
        spread = np.exp(1.959963984540054 * error / fit.surv_prob)
        frame = pd.DataFrame(
            {
                "time": fit.surv_times,
                "at_risk": fit.n_risk,
                "lost": fit.n_events,
                "survival": fit.surv_prob,
                "error": error,
                "low": fit.surv_prob / spread,
                "high": np.minimum(fit.surv_prob * spread, 1.0),
            }
        )
    return frame[frame["lost"] > 0].reset_index(drop=True)


@dataclass(frozen=True)
class Hazard:
    """The chance of being lost within one period, with its 95 % interval.

    Attributes
    ----------
    method : str
        ``logit`` (by age of the relation, fitted to periods) or ``constant`` (too few losses for more).
    probability, low, high : float
    periods, events : int
        Client-periods seen and losses among them.
    """

    method: str
    probability: float
    low: float
    high: float
    periods: int
    events: int


def client_periods(durations: pd.Series, events: pd.Series) -> pd.DataFrame:
    """One row a client and period lived through: the form a discrete hazard is fitted to.

    Parameters
    ----------
    durations : Series of int
        Whole periods seen, the one of the loss included; at least 1.
    events : Series of bool

    Returns
    -------
    DataFrame
        ``age`` (1 …), ``lost`` (True in the last period of a lost client).

    Examples
    --------
    >>> client_periods(pd.Series([2, 1]), pd.Series([True, False]))["lost"].tolist()
    [False, True, False]
    """
    counts = durations.to_numpy(dtype=int).clip(min=1)
    age = np.concatenate([np.arange(1, n + 1) for n in counts]) if len(counts) else np.array([], dtype=int)
    last = np.repeat(counts, counts) == age
    return pd.DataFrame({"age": age, "lost": last & np.repeat(events.to_numpy(dtype=bool), counts)})


def discrete_hazard(periods: pd.DataFrame, age: int) -> Hazard:
    """The chance that a client of some age is lost within the next period.

    Parameters
    ----------
    periods : DataFrame
        From `client_periods`.
    age : int
        Of the coming period for the client in question.

    Returns
    -------
    Hazard
        With at least ten losses a logit on the logarithm of age, its interval by the delta method on the
        logit scale; with fewer the constant rate with Jeffreys' interval, which never is a bare zero.

    References
    ----------
    Singer, Willett (1993), It's about time; Brown, Cai, DasGupta (2001) for Jeffreys' interval.
    """
    count, lost = len(periods), int(periods["lost"].sum())
    if count == 0:
        return Hazard("constant", float("nan"), float("nan"), float("nan"), 0, 0)
    if lost >= LEAST_EVENTS and lost < count and periods["age"].nunique() > 2:
        from statsmodels.discrete.discrete_model import Logit

        design = np.column_stack([np.ones(count), np.log(periods["age"])])
        fit = Logit(periods["lost"].to_numpy(dtype=float), design).fit(disp=0)
        point = np.array([1.0, np.log(max(age, 1))])
        middle, spread = float(point @ fit.params), float(np.sqrt(point @ fit.cov_params() @ point))
        values = 1 / (1 + np.exp(-(middle + np.array([0.0, -1.959963984540054, 1.959963984540054]) * spread)))
        return Hazard("logit", *map(float, values), count, lost)
    from scipy.stats import beta

    low, high = beta.ppf([0.025, 0.975], lost + 0.5, count - lost + 0.5)
    return Hazard("constant", (lost + 0.5) / (count + 1), 0.0 if lost == 0 else float(low), float(high), count, lost)


def over_periods(probability: float, periods: float) -> float:
    """The chance of being lost within several periods of equal hazard.

    Examples
    --------
    >>> round(over_periods(0.1, 4), 4)
    0.3439
    """
    return 1 - (1 - probability) ** periods
