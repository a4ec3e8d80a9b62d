"""What comes next: a forecast by quarter with its interval, and whether it is any better than last year's figure.

A forecast is only worth a page when it beats the seasonal naive one, which costs nothing: both go through the same
back-test, and the better of the two is shown under its own name.
"""

import itertools
from dataclasses import dataclass

import numpy as np
import pandas as pd

METHODS = ("theta", "croston_sba", "seasonal_naive", "mean")
MONTHS, QUARTER = 12, 3


@dataclass(frozen=True)
class Path:
    """Point forecasts by period and the standard deviations of their errors, one by one and summed by quarter."""

    method: str
    periods: np.ndarray
    quarter_errors: np.ndarray

    @property
    def quarters(self) -> np.ndarray:
        """Totals of three periods."""
        return self.periods.reshape(-1, QUARTER).sum(axis=1)


@dataclass(frozen=True)
class Forecast:
    """The next quarters and how well such forecasts did.

    Attributes
    ----------
    method : str
        One of `METHODS`; the seasonal naive one where the model did not beat it.
    by_quarter : DataFrame
        ``quarter`` (1 …), ``amount``, ``low``, ``high`` (at the level asked for, never below 0).
    mase : dict
        Method → mean absolute scaled error of quarterly totals in the back-test; NaN where none was possible.
    origins : int
        How many past days the back-test forecast from.
    """

    method: str
    by_quarter: pd.DataFrame
    mase: dict[str, float]
    origins: int

    @property
    def beats_naive(self) -> bool:
        """Whether the shown method is a model that was better than the naive one."""
        return self.method != "seasonal_naive" and self.mase[self.method] < self.mase["seasonal_naive"]


def seasonal_naive(values: np.ndarray, steps: int, season: int = MONTHS) -> np.ndarray:
    """The value of the same month a year before; with less than a year of history, the mean.

    Examples
    --------
    >>> seasonal_naive(np.arange(12.0), 3)
    array([0., 1., 2.])
    """
    if len(values) < season:
        return np.full(steps, values.mean() if len(values) else 0.0)
    return np.resize(values[-season:], steps)


def croston_sba(values: np.ndarray, steps: int, smoothing: float = 0.1) -> np.ndarray:
    """Demand a period of a sparse series: Croston's ratio with the correction of Syntetos and Boylan.

    Parameters
    ----------
    values : array, shape (n_periods,)
    steps : int
    smoothing : float
        Weight of the newest demand and of the newest gap.

    References
    ----------
    Croston (1972); Syntetos, Boylan (2005), The accuracy of intermittent demand estimates.

    Examples
    --------
    >>> croston_sba(np.array([0, 6.0, 0, 6.0, 0, 6.0]), 1).round(2)
    array([2.85])
    """
    at = np.flatnonzero(values > 0)
    if not len(at):
        return np.zeros(steps)
    size, gap = values[at[0]], float(at[0] + 1)
    for before, now in itertools.pairwise(at):
        size += smoothing * (values[now] - size)
        gap += smoothing * (now - before - gap)
    return np.full(steps, (1 - smoothing / 2) * size / gap)


def theta_path(values: np.ndarray, steps: int, season: int = MONTHS) -> tuple[np.ndarray, float, float]:
    """Forecast of the theta method, with its smoothing weight and the spread of its one-step errors.

    Parameters
    ----------
    values : array, shape (n_periods,)
    steps, season : int

    Returns
    -------
    (array, float, float)
        The series is freed of its season (additive) if its autocorrelation at that lag is significant at 10 %;
        then simple smoothing, whose weight minimises the squared one-step errors, plus half of the linear trend.

    References
    ----------
    Assimakopoulos, Nikolopoulos (2000); Hyndman, Billah (2003), Unmasking the theta method, for the form used here;
    Fiorucci et al. (2016) for the test of the season. statsmodels' ``ThetaModel`` gives the same (held in a test),
    but its errors take a hundred times as long.
    """
    pattern = _seasonal_pattern(values, season)
    count = len(values)
    smooth = values - pattern[np.arange(count) % season]
    time = np.arange(count) - (count - 1) / 2
    drift = float(time @ smooth / (time @ time))
    alphas = np.linspace(0.01, 0.99, 99)
    levels, squares = np.full(alphas.shape, smooth[0]), np.zeros(alphas.shape)
    for value in smooth[1:]:
        errors = value - levels
        squares += errors**2
        levels = levels + alphas * errors
    best = int(np.argmin(squares))
    alpha, level = float(alphas[best]), float(levels[best])
    ahead = np.arange(steps) + (1 - (1 - alpha) ** count) / alpha
    points = level + drift / 2 * ahead + pattern[(count + np.arange(steps)) % season]
    return points, alpha, float(np.sqrt(squares[best] / max(count - 2, 1)))


def _seasonal_pattern(values: np.ndarray, season: int) -> np.ndarray:
    """The additive season by position, adding up to zero; zeros where there is none to be seen."""
    count = len(values)
    none = np.zeros(season)
    centred = values - values.mean()
    power = float(centred @ centred)
    if count < 2 * season or power <= 0:
        return none
    links = np.array([centred[lag:] @ centred[:-lag] / power for lag in range(1, season + 1)])
    if abs(links[-1]) <= 1.645 * np.sqrt((1 + 2 * float(np.sum(links[:-1] ** 2))) / count):
        return none
    weights = np.full(season + 1, 1 / season)
    weights[[0, -1]] /= 2
    half = season // 2
    rest = values[half : count - half] - np.convolve(values, weights, mode="valid")
    position = (half + np.arange(len(rest))) % season
    pattern = np.array([rest[position == place].mean() for place in range(season)])
    return pattern - pattern.mean()


def forecast_path(values: np.ndarray, method: str, steps: int = MONTHS, season: int = MONTHS) -> Path:
    """Monthly forecasts of one method, with the error of each quarter's total.

    Parameters
    ----------
    values : array, shape (n_periods,)
        Monthly demand, oldest first.
    method : str
        One of `METHODS`.
    steps : int
        A multiple of three.

    Notes
    -----
    The theta method is simple smoothing with drift, an ARIMA(0,1,1): an error enters the next period whole and
    every later one with weight α, so the error of a quarter's total adds the weights of its months. For the other
    methods errors of single months are taken as independent.
    """
    if method == "theta":
        points, alpha, sigma = theta_path(values, steps, season)
        return Path(method, np.maximum(points, 0.0), sigma * _summed_weights(alpha, steps))
    if method == "croston_sba":
        points = croston_sba(values, steps)
        errors = values - points[0]
    elif method == "seasonal_naive" and len(values) > season:
        points = seasonal_naive(values, steps, season)
        errors = values[season:] - values[:-season]
    else:
        points = np.full(steps, values.mean())
        errors = values - values.mean()
    spread = float(np.sqrt(np.mean(np.square(errors)))) if len(errors) else float("nan")
    return Path(method, np.maximum(points, 0.0), np.full(steps // QUARTER, spread * np.sqrt(QUARTER)))


def _summed_weights(alpha: float, steps: int) -> np.ndarray:
    """Standard deviations of quarterly totals of an ARIMA(0,1,1) with unit shocks."""
    weights = np.where(np.tri(steps, steps, -1) > 0, alpha, 0.0) + np.eye(steps)
    return np.sqrt(np.square(weights.reshape(steps // QUARTER, QUARTER, steps).sum(axis=1)).sum(axis=1))


def back_test(values: np.ndarray, methods: tuple[str, ...], origins: int, season: int = MONTHS) -> dict[str, float]:
    """Mean absolute scaled error of each method over past origins, a quarter apart.

    Parameters
    ----------
    values : array, shape (n_periods,)
    methods : tuple of str
    origins : int
        Each forecasts up to four quarters from what was known then.

    Returns
    -------
    dict
        Method → MASE of quarterly totals: mean absolute error ÷ mean absolute change of quarterly totals over
        a year within the history known at each origin. Below 1 is better than such a change. NaN when the
        history is too short (a year and two quarters must lie before an origin) or never changed.

    References
    ----------
    Hyndman, Koehler (2006), Another look at measures of forecast accuracy, IJF 22.
    """
    scaled: dict[str, list[np.ndarray]] = {method: [] for method in methods}
    for back in range(origins, 0, -1):
        known = values[: len(values) - QUARTER * back]
        if len(known) < season + 2 * QUARTER:
            continue
        totals = known[len(known) % QUARTER :].reshape(-1, QUARTER).sum(axis=1)
        scale = np.abs(totals[season // QUARTER :] - totals[: -season // QUARTER]).mean()
        if not scale > 0:
            continue
        ahead = min(back * QUARTER, season)
        actual = values[len(known) : len(known) + ahead].reshape(-1, QUARTER).sum(axis=1)
        for method in methods:
            path = forecast_path(known, method, season, season)
            scaled[method].append(np.abs(path.quarters[: len(actual)] - actual) / scale)
    return {
        method: float(np.concatenate(errors).mean()) if errors else float("nan") for method, errors in scaled.items()
    }


def forecast_quarters(series: pd.Series, sparse: bool, level: float, origins: int = 4) -> Forecast:
    """The next four quarters by the better of a model and the seasonal naive forecast.

    Parameters
    ----------
    series : Series, shape (n_months,)
        Monthly demand, oldest first, whole months only.
    sparse : bool
        Whether demand is intermittent or lumpy: then Croston's method, else theta.
    level : float
        Of the interval, in (0, 1).
    origins : int
        Of the back-test.

    Returns
    -------
    Forecast
        With less than a year of history the mean, whose interval says little; then no back-test is possible.
    """
    from scipy.stats import norm

    values = series.to_numpy(dtype=float)
    if len(values) <= MONTHS:
        method, mase = "mean", {"mean": float("nan"), "seasonal_naive": float("nan")}
        done = 0
    else:
        model = "croston_sba" if sparse else "theta"
        mase = back_test(values, (model, "seasonal_naive"), origins)
        method = model if mase[model] < mase["seasonal_naive"] else "seasonal_naive"
        done = sum(len(values) - QUARTER * back >= MONTHS + 2 * QUARTER for back in range(1, origins + 1))
    path = forecast_path(values, method)
    width = norm.ppf(0.5 + level / 2) * path.quarter_errors
    frame = pd.DataFrame(
        {
            "quarter": range(1, len(path.quarters) + 1),
            "amount": path.quarters,
            "low": np.maximum(path.quarters - width, 0.0),
            "high": path.quarters + width,
        }
    )
    return Forecast(method, frame, mase, done)
