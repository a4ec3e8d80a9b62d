"""The probability of default: features of annual accounts, a ridge logit on their ranks, shrinkage where data is thin.

Few defaults are all that is ever there, so nothing here gives a bare probability: each has its interval. Fit on years
whose outcome was known, judge on later ones (`kamlib.model_validation`).
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from kamlib.errors import Fault, raise_faults
from kamlib.model_validation import Estimate

GRID = 200  # quantiles kept of each feature
EDGE = 0.002  # ranks are kept this far from 0 and 1: the logarithms of the tails stay finite
LEAST_EVENTS = 2


def statement_features(statements: pd.DataFrame) -> pd.DataFrame:
    """What of a year's accounts tells about default: ratios, size, market value, losses, and the change in a year.

    Parameters
    ----------
    statements : DataFrame
        ``client_id, period_end`` and any of the canonical figures, in one currency: size is not free of it.
        A figure that is not there makes its features NaN.

    Returns
    -------
    DataFrame, index of `statements`
        Floats; changes are NaN without accounts of the year before. Denominators are held above zero, so that
        a firm without assets has extreme ratios, not missing ones.

    References
    ----------
    Altman (1968); Shumway, Forecasting Bankruptcy More Accurately, Journal of Business 74 (2001), and Campbell,
    Hilscher and Szilagyi, In Search of Distress Risk, Journal of Finance 63 (2008), for market-valued ratios.

    Examples
    --------
    >>> accounts = pd.DataFrame({"client_id": ["a"], "period_end": pd.to_datetime(["2025-12-31"]),
    ...     "total_assets": [200.0], "total_liabilities": [150.0], "net_income": [-5.0]})
    >>> statement_features(accounts)[["liabilities_share", "loss"]].values.tolist()
    [[0.75, 1.0]]
    """
    rows = statements.sort_values(["client_id", "period_end"], kind="stable")

    def of(name: str) -> pd.Series:
        return rows[name].astype(float) if name in rows else pd.Series(np.nan, index=rows.index)

    assets, owed = of("total_assets").clip(lower=0.01), of("total_liabilities").clip(lower=0.01)
    owed_soon, equity = of("current_liabilities").clip(lower=0.01), of("total_assets") - of("total_liabilities")
    market, income, ebit, revenue = of("market_value").clip(lower=0.01), of("net_income"), of("ebit"), of("revenue")
    working_capital = of("current_assets") - of("current_liabilities")
    valued = market + of("total_liabilities")
    loss = (income < 0).astype(float).where(income.notna())
    by_client = rows["client_id"]
    gap = (rows["period_end"] - rows.groupby(by_client)["period_end"].shift()).dt.days

    def before(values: pd.Series) -> pd.Series:
        return values.groupby(by_client).shift().where(gap.between(350, 380))

    table = pd.DataFrame(
        {
            "working_capital": working_capital / assets,
            "retained_earnings": of("retained_earnings") / assets,
            "ebit": ebit / assets,
            "equity_cover": equity / owed,
            "liabilities_share": of("total_liabilities") / assets,
            "net_income": income / assets,
            "asset_turnover": revenue / assets,
            "current_ratio": of("current_assets") / owed_soon,
            "quick_ratio": (of("current_assets") - of("inventory")) / owed_soon,
            "market_cover": market / owed,
            "market_share": market / valued,
            "size": np.log(assets),
            "market_size": np.log(market),
            "current_liabilities": of("current_liabilities") / assets,
            "inventory": of("inventory") / assets,
            "receivables": of("receivables") / assets,
            "market_income": income / valued,
            "market_working_capital": working_capital / valued,
            "financing_and_tax": (ebit - income) / owed,
            "loss": loss,
            "loss_twice": (loss * before(loss)).fillna(0.0).where(loss.notna()),
            "assets_growth": np.log(assets / before(assets)),
            "market_growth": np.log(market / before(market)),
            "revenue_growth": (revenue - before(revenue)) / assets,
            "income_change": (income - before(income)) / assets,
            "liabilities_change": of("total_liabilities") / assets - before(of("total_liabilities") / assets),
        }
    )
    return table.reindex(statements.index)


@dataclass(frozen=True)
class DefaultModel:
    """A fitted model; give it to `probability_of_default`.

    Attributes
    ----------
    features : tuple of str
    grids : dict
        Feature → its quantiles in the fitted rows.
    missing : tuple of str
        Features that had missing values, each with a flag of its own.
    coefficients : ndarray, shape (n_terms,)
    covariance : ndarray, shape (n_terms, n_terms)
        Of the coefficients under the penalty.
    rows, events : int
        What it was fitted to.
    penalty : float
    """

    features: tuple[str, ...]
    grids: dict[str, np.ndarray]
    missing: tuple[str, ...]
    coefficients: np.ndarray
    covariance: np.ndarray
    rows: int
    events: int
    penalty: float


def fit_default_model(features: pd.DataFrame, outcomes: pd.Series, penalty: float = 30.0) -> DefaultModel:
    """A logit on the ranks of features and the logarithms of their tails, with a ridge penalty.

    Ranks make outliers harmless, the logarithms let the worst and the best few in a hundred differ, and the penalty
    keeps many correlated features from fitting noise.

    Parameters
    ----------
    features : DataFrame, shape (n_rows, n_features)
        Known before the outcome; NaN is allowed and gets a flag.
    outcomes : Series of 0 and 1, shape (n_rows,)
    penalty : float
        Weight of half the sum of squared coefficients, without the intercept.

    Raises
    ------
    DataError
        Fewer than two events or non-events, outcomes other than 0 and 1, no features, or a negative penalty.

    References
    ----------
    le Cessie and van Houwelingen, Ridge Estimators in Logistic Regression, Applied Statistics 41 (1992);
    statsmodels ``PenalizedMixin`` with ``Logit``.

    Examples
    --------
    >>> features = pd.DataFrame({"late": [0.0, 1, 2, 3, 4, 5, 6, 7]})
    >>> model = fit_default_model(features, pd.Series([0, 0, 0, 1, 0, 1, 1, 1]), penalty=0.1)
    >>> found = probability_of_default(model, pd.DataFrame({"late": [0.5, 6.5]}))
    >>> bool(found["probability"].iloc[0] < 0.5 < found["probability"].iloc[1])
    True
    """
    event = np.asarray(outcomes, dtype=float)
    faults = []
    if not np.isin(event, (0.0, 1.0)).all():
        faults.append(Fault("outcomes", "other than 0 and 1", "Give 1 for a default and 0 otherwise."))
    elif min(event.sum(), len(event) - event.sum()) < LEAST_EVENTS:
        faults.append(
            Fault("outcomes", f"{event.sum():g} defaults in {len(event)} rows", "Too few: use the rate of the grade.")
        )
    if not features.shape[1]:
        faults.append(Fault("features", "none", "Give at least one column."))
    if not penalty >= 0:
        faults.append(Fault("penalty", str(penalty), "Give at least 0."))
    raise_faults(faults)
    from statsmodels.base._penalized import PenalizedMixin  # seconds to import, and only fitting needs it
    from statsmodels.base._penalties import L2ConstraintsPenalty
    from statsmodels.discrete.discrete_model import Logit

    class RidgeLogit(PenalizedMixin, Logit):
        pass

    names = tuple(name for name in features.columns if features[name].notna().any())
    levels = np.linspace(0, 1, GRID + 1)
    grids = {name: np.quantile(features[name].dropna().to_numpy(dtype=float), levels) for name in names}
    missing = tuple(name for name in names if features[name].isna().any())
    design = _design(features, grids, missing)
    ridge = L2ConstraintsPenalty(restriction=np.eye(design.shape[1])[1:], weights=1.0)
    start = np.zeros(design.shape[1])
    start[0] = np.log(event.mean() / (1 - event.mean()))
    fitted = RidgeLogit(event, design, penal=ridge, pen_weight=penalty / 2).fit(
        start_params=start, method="newton", maxiter=50, disp=0, skip_hessian=True, warn_convergence=False
    )
    probability = 1 / (1 + np.exp(-design @ fitted.params))
    curvature = (design * (probability * (1 - probability))[:, None]).T @ design
    penalties = np.full(design.shape[1], penalty)
    penalties[0] = 0.0
    covariance = np.linalg.pinv(curvature + np.diag(penalties))
    return DefaultModel(
        names, grids, missing, np.asarray(fitted.params), covariance, len(event), int(event.sum()), penalty
    )


def _design(features: pd.DataFrame, grids: dict[str, np.ndarray], missing: tuple[str, ...]) -> np.ndarray:
    """Intercept; of each feature its centred rank and the two logarithms of its tails; flags of what is missing."""
    columns = [np.ones(len(features))]
    for name, grid in grids.items():
        values = features[name].to_numpy(dtype=float)
        below, upto = (np.searchsorted(grid, values, side=side) for side in ("left", "right"))
        rank = np.where(np.isnan(values), 0.5, (below + upto) / 2 / len(grid))
        rank = np.clip(rank, EDGE, 1 - EDGE)
        columns += [rank - 0.5, np.log(2 * rank), np.log(2 * (1 - rank))]
    columns += [features[name].isna().to_numpy(dtype=float) for name in missing]
    return np.column_stack(columns)


def probability_of_default(model: DefaultModel, features: pd.DataFrame, level: float = 0.95) -> pd.DataFrame:
    """The probability of default of each row, with its interval.

    Parameters
    ----------
    model : DefaultModel
    features : DataFrame, shape (n_rows, n_features)
        The model's columns.
    level : float
        Of the interval, from the covariance of the coefficients: it holds for the rows' average like, not for
        what the model leaves out.

    Returns
    -------
    DataFrame, index of `features`
        ``probability, low, high`` in [0, 1] and ``logit_error`` (standard error on the logit scale).

    Raises
    ------
    DataError
        A column that the model needs and is not there.
    """
    raise_faults(
        Fault(f"features.{name}", "missing", "Give the columns that the model was fitted to.")
        for name in model.features
        if name not in features
    )
    from scipy.special import expit
    from scipy.stats import norm

    design = _design(features, model.grids, model.missing)
    logit = design @ model.coefficients
    error = np.sqrt(np.einsum("ij,jk,ik->i", design, model.covariance, design))
    reach = float(norm.ppf(0.5 + level / 2)) * error
    return pd.DataFrame(
        {
            "probability": expit(logit),
            "low": expit(logit - reach),
            "high": expit(logit + reach),
            "logit_error": error,
        },
        index=features.index,
    )


def recalibrated(model: DefaultModel, features: pd.DataFrame, outcomes: pd.Series) -> DefaultModel:
    """The model with its level and spread set by later rows; the order of the rows stays.

    A ridge penalty draws the probabilities together, and the level of defaults moves with the times: a line through
    the logits, fitted to rows after those of the fit, mends both.

    Parameters
    ----------
    model : DefaultModel
    features, outcomes
        As for `fit_default_model`, of rows that it was not fitted to.

    Raises
    ------
    DataError
        Fewer than two events or non-events.

    References
    ----------
    Cox, Two Further Applications of a Model for Binary Regression, Biometrika 45 (1958); Platt (1999).
    """
    event = np.asarray(outcomes, dtype=float)
    if min(event.sum(), len(event) - event.sum()) < LEAST_EVENTS:
        raise_faults([Fault("outcomes", f"{event.sum():g} defaults in {len(event)} rows", "Too few to recalibrate.")])
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import GLM
    from statsmodels.tools.tools import add_constant

    logit = _design(features, model.grids, model.missing) @ model.coefficients
    line = GLM(event, add_constant(logit, has_constant="add"), family=Binomial()).fit()
    level, slope = (float(part) for part in line.params)
    coefficients = model.coefficients * slope
    coefficients[0] += level
    return replace(model, coefficients=coefficients, covariance=model.covariance * slope**2)


def shrunk_default_rate(
    defaults: float, clients: float, grade_rate: float, weight: float = 50.0, level: float = 0.95
) -> Estimate:
    """A default rate seen on few clients, drawn towards the rate of their grade.

    Parameters
    ----------
    defaults, clients : float
        What was seen; 0 of 0 gives the grade's rate.
    grade_rate : float
        In (0, 1).
    weight : float
        How many clients the grade's rate counts for.
    level : float
        Of the interval.

    Returns
    -------
    Estimate
        Mean and interval of the beta distribution after `clients` and `weight`.

    Raises
    ------
    DataError
        A rate outside (0, 1), a weight that is not positive, or more defaults than clients.

    References
    ----------
    The conjugate beta-binomial; Pluto and Tasche, Estimating Probabilities of Default for Low Default Portfolios
    (2005), on why zero defaults are no zero probability.

    Examples
    --------
    >>> found = shrunk_default_rate(0, 12, grade_rate=0.02, weight=50)
    >>> round(found.value, 4), found.low < 0.001, round(found.high, 3)
    (0.0161, True, 0.059)
    """
    faults = []
    if not 0 < grade_rate < 1:
        faults.append(Fault("grade_rate", str(grade_rate), "Give a fraction above 0 and below 1."))
    if not weight > 0:
        faults.append(Fault("weight", str(weight), "Give a positive number of clients."))
    if not 0 <= defaults <= clients:
        faults.append(Fault("defaults", f"{defaults:g} of {clients:g}", "Give no more defaults than clients."))
    raise_faults(faults)
    from scipy.stats import beta

    a, b = defaults + weight * grade_rate, clients - defaults + weight * (1 - grade_rate)
    low, high = beta.ppf([0.5 - level / 2, 0.5 + level / 2], a, b)
    return Estimate(float(a / (a + b)), float(low), float(high), level)


def shrunk_probability(
    probability: float, logit_error: float, grade_rate: float, grade_spread: float = 0.7, level: float = 0.95
) -> Estimate:
    """A model's probability drawn towards the rate of the grade, the more the less the model knows.

    Parameters
    ----------
    probability, logit_error : float
        Of `probability_of_default`; NaN gives the grade's rate with its own spread.
    grade_rate : float
        In (0, 1).
    grade_spread : float
        Standard deviation of clients about their grade, on the logit scale; 0.7 is a factor of two (weak).
    level : float
        Of the interval.

    Returns
    -------
    Estimate
        The two weighted by their precision on the logit scale.

    Examples
    --------
    >>> round(shrunk_probability(0.20, 0.1, 0.02).value, 2), round(shrunk_probability(0.20, 3.0, 0.02).value, 3)
    (0.19, 0.023)
    """
    from scipy.special import expit, logit
    from scipy.stats import norm

    if not 0 < grade_rate < 1:
        raise_faults([Fault("grade_rate", str(grade_rate), "Give a fraction above 0 and below 1.")])
    own = 0.0 if np.isnan(probability) or np.isnan(logit_error) else 1 / logit_error**2
    prior = 1 / grade_spread**2
    middle = (own * logit(probability) if own else 0.0) + prior * logit(grade_rate)
    middle, error = middle / (own + prior), (own + prior) ** -0.5
    reach = float(norm.ppf(0.5 + level / 2)) * error
    return Estimate(float(expit(middle)), float(expit(middle - reach)), float(expit(middle + reach)), level)
