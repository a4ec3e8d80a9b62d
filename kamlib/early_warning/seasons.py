"""The season of a series: how far each month of the year usually is from the trend."""

import numpy as np


def seasonal_profile(values: np.ndarray, period: int = 12) -> np.ndarray:
    """The additive seasonal component of series, by classical decomposition.

    Parameters
    ----------
    values : array, shape (n_series, n)
        Without missing values; at least two periods long.
    period : int
        Observations a season.

    Returns
    -------
    array, shape (n_series, period)
        Deviation of each phase from the centred moving average, summing to zero; phase 0 is the first observation.

    References
    ----------
    Kendall and Stuart, The Advanced Theory of Statistics, volume 3; statsmodels ``seasonal_decompose``.

    Examples
    --------
    >>> seasonal_profile(np.array([[1.0, 3.0] * 6]), 2).tolist()
    [[-1.0, 1.0]]
    """
    from statsmodels.tsa.seasonal import seasonal_decompose

    found = seasonal_decompose(values.T, model="additive", period=period)
    return np.atleast_2d(np.asarray(found.seasonal).T)[:, :period].reshape(len(values), period)
