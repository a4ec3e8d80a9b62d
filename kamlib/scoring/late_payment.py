"""Which invoices will be paid late, and when: from what was known on the day each was issued.

The plain forecast is the client's own past: the share of its invoices that were late. A logit beside it adds how many
invoices that rests on, how early or late the client pays on average, the amount, and what is overdue that day. Of the
two the plain one is used unless the other has proved better on later invoices.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from kamlib.errors import Fault, raise_faults
from kamlib.model_validation import Estimate, auc_difference, auc_interval, brier_score

Day = date | pd.Timestamp | str
PRIOR_INVOICES = 2.0  # invoices that the company's rate counts for where a client has few
MOST_OVERDUE = 3.0  # more overdue invoices than this tell nothing more
FEATURES = ("late_logit", "known_log", "timing", "amount_log", "overdue")
LEAST_INVOICES = 50
METHODS = ("past_average", "logit")
NEVER = 10**6  # a day later than any, counted from 1970


def payment_record(items: pd.DataFrame) -> pd.DataFrame:
    """What the client's earlier invoices told on the day each invoice was issued.

    Parameters
    ----------
    items : DataFrame
        ``client_id, issue_date, due_date, amount`` and ``settled_date`` (NaT while open), see `open_items`;
        credit notes must be left out.

    Returns
    -------
    DataFrame, index of `items`
        ``known`` (earlier invoices paid or past due before that day), ``late`` (of them paid late or unpaid past due),
        ``overdue`` (unpaid past due that day), ``settled`` and ``timing_sum`` (paid before that day, and the sum of
        their days paid after the due date, negative when early), ``amount``.

    Examples
    --------
    >>> items = pd.DataFrame({"client_id": ["a", "a"], "issue_date": pd.to_datetime(["2026-01-01", "2026-03-01"]),
    ...     "due_date": pd.to_datetime(["2026-01-31", "2026-03-31"]), "amount": [100.0, 50.0],
    ...     "settled_date": pd.to_datetime(["2026-02-10", None])})
    >>> payment_record(items)[["known", "late", "timing_sum"]].values.tolist()
    [[0.0, 0.0, 0.0], [1.0, 1.0, 10.0]]
    """
    client = pd.factorize(items["client_id"])[0].astype(np.int64)
    due, day, settled = (_day_numbers(items[name]) for name in ("due_date", "issue_date", "settled_date"))
    paid = np.where(items["settled_date"].isna(), NEVER, settled)
    timing = np.where(paid == NEVER, 0.0, paid - due)
    in_order = np.lexsort((paid, client))
    timing_before = np.concatenate([[0.0], np.cumsum(timing[in_order])])
    before = np.searchsorted(np.sort(client), client)  # rows of the clients before
    settled_count = _count_before(client, paid, day)
    return pd.DataFrame(
        {
            "known": _count_before(client, np.minimum(paid, due), day),
            "late": _count_before(client, np.where(paid > due, due, NEVER), day),
            "overdue": _count_before(client, due, day) - _count_before(client, np.maximum(paid, due), day),
            "settled": settled_count,
            "timing_sum": timing_before[before + settled_count] - timing_before[before],
            "amount": items["amount"],
        },
        index=items.index,
    ).astype(float)


def _day_numbers(days: pd.Series) -> np.ndarray:
    return days.to_numpy().astype("datetime64[D]").astype(np.int64)


def _count_before(client: np.ndarray, dates: np.ndarray, day: np.ndarray) -> np.ndarray:
    """How many of its client's dates lie before each row's day: client and date are searched as one number."""
    keys = np.sort(client * 2 * NEVER + dates)
    return np.searchsorted(keys, client * 2 * NEVER + day) - np.searchsorted(np.sort(client), client)


@dataclass(frozen=True)
class LateModel:
    """How the probability of late payment is forecast.

    Attributes
    ----------
    method : str
        One of `METHODS`.
    base_rate : float
        The late share of all invoices it was fitted to.
    base_timing : float
        Their mean days paid after the due date.
    coefficients : tuple of float
        Intercept and `FEATURES`; empty for the plain method.
    invoices : int
    trial : Trial or None
        How the logit did beside the plain method on later invoices, if it was tried.
    """

    method: str
    base_rate: float
    base_timing: float
    coefficients: tuple[float, ...]
    invoices: int
    trial: "Trial | None" = None


@dataclass(frozen=True)
class Trial:
    """Both methods on invoices later than those fitted to: AUC with intervals, the difference, Brier scores."""

    past_average: Estimate
    logit: Estimate
    gain: Estimate
    past_average_brier: float
    logit_brier: float
    invoices: int

    @property
    def better(self) -> bool:
        """Whether the logit tells late from prompt better for sure, and its level is no worse."""
        return self.gain.low > 0 and self.logit_brier <= self.past_average_brier


def late_outcomes(items: pd.DataFrame, as_of: Day) -> pd.Series:
    """1 where an invoice was paid late or is past due, 0 where not; only invoices due before a day.

    Examples
    --------
    >>> items = pd.DataFrame({"due_date": pd.to_datetime(["2026-01-31", "2026-02-28", "2026-04-30"]),
    ...     "settled_date": pd.to_datetime(["2026-01-30", None, None])})
    >>> late_outcomes(items, "2026-03-31").tolist()
    [0, 1]
    """
    due = items[items["due_date"] < pd.Timestamp(as_of)]
    return (~(due["settled_date"] <= due["due_date"])).astype(int)


def fit_late_model(items: pd.DataFrame, as_of: Day, method: str = "logit") -> LateModel:
    """A forecast of late payment from the invoices that fell due before a day.

    Parameters
    ----------
    items : DataFrame
        As for `payment_record`.
    as_of : date
        Nothing later is seen.
    method : {"past_average", "logit"}

    Raises
    ------
    DataError
        Unknown method, or for the logit fewer than fifty invoices due or only one kind of outcome.

    References
    ----------
    statsmodels, ``GLM`` with the binomial family.
    """
    day = pd.Timestamp(as_of)
    seen = items[items["issue_date"] <= day]
    seen = seen.assign(settled_date=seen["settled_date"].where(seen["settled_date"] <= day))
    outcomes = late_outcomes(seen, day)
    faults = []
    if method not in METHODS:
        faults.append(Fault("method", method, f"Use one of {', '.join(METHODS)}."))
    elif method == "logit" and (len(outcomes) < LEAST_INVOICES or outcomes.nunique() < 2):
        told = f"{len(outcomes)} invoices due, {int(outcomes.sum())} of them late"
        faults.append(Fault("items", told, "Too few for a model: use past_average."))
    raise_faults(faults)
    rate = (outcomes.sum() + 1) / (len(outcomes) + 2)
    timing = (seen["settled_date"] - seen["due_date"]).dt.days.mean()
    plain = LateModel("past_average", float(rate), 0.0 if np.isnan(timing) else float(timing), (), len(outcomes))
    if method == "past_average":
        return plain
    from statsmodels.genmod.families import Binomial  # seconds to import, and only fitting needs it
    from statsmodels.genmod.generalized_linear_model import GLM

    record = payment_record(seen).loc[outcomes.index]
    fit = GLM(outcomes, _design(plain, record), family=Binomial()).fit()
    return LateModel(method, plain.base_rate, plain.base_timing, tuple(map(float, fit.params)), len(outcomes))


def _past_share(model: LateModel, record: pd.DataFrame) -> pd.Series:
    return (record["late"] + PRIOR_INVOICES * model.base_rate) / (record["known"] + PRIOR_INVOICES)


def _design(model: LateModel, record: pd.DataFrame) -> np.ndarray:
    share = _past_share(model, record)
    timing = (record["timing_sum"] + PRIOR_INVOICES * model.base_timing) / (record["settled"] + PRIOR_INVOICES)
    return np.column_stack(
        [
            np.ones(len(record)),
            np.log(share / (1 - share)),
            np.log1p(record["known"]),
            timing - model.base_timing,
            np.log(record["amount"].clip(lower=0.01)),
            record["overdue"].clip(upper=MOST_OVERDUE),
        ]
    )


def late_probability(model: LateModel, record: pd.DataFrame) -> pd.Series:
    """The probability that each invoice will be paid late.

    Parameters
    ----------
    model : LateModel
    record : DataFrame
        From `payment_record`.

    Returns
    -------
    Series, index of `record`
        In (0, 1). The plain method gives the client's late share, with two invoices at the company's rate added.
    """
    if model.method == "past_average":
        return _past_share(model, record).rename("probability")
    logit = _design(model, record) @ np.array(model.coefficients)
    return pd.Series(1 / (1 + np.exp(-logit)), index=record.index, name="probability")


def choose_late_model(items: pd.DataFrame, as_of: Day, judged_share: float = 0.4) -> LateModel:
    """The logit where it has proved better on the latest invoices, else the client's past average.

    Parameters
    ----------
    items : DataFrame
        As for `payment_record`.
    as_of : date
        Nothing later is seen.
    judged_share : float
        The latest part of the invoices due, by issue date, that both are tried on; they are fitted to what was known
        when its first was issued.

    Returns
    -------
    LateModel
        Fitted to everything known on `as_of`; ``trial`` is None where there was too little to try.
    """
    day = pd.Timestamp(as_of)
    seen = items[items["issue_date"] <= day]
    seen = seen.assign(settled_date=seen["settled_date"].where(seen["settled_date"] <= day))
    outcomes = late_outcomes(seen, day)
    plain = fit_late_model(seen, day, "past_average")
    if len(outcomes) < 2 * LEAST_INVOICES:
        return plain
    cut = seen.loc[outcomes.index, "issue_date"].quantile(1 - judged_share)
    try:
        early = fit_late_model(seen, cut)
    except ValueError:
        return plain
    judged = outcomes.index[seen.loc[outcomes.index, "issue_date"] > cut]
    trial = try_late_model(early, payment_record(seen).loc[judged], outcomes[judged])
    if trial is None or not trial.better:
        return LateModel("past_average", plain.base_rate, plain.base_timing, (), plain.invoices, trial)
    final = fit_late_model(seen, day)
    return LateModel("logit", final.base_rate, final.base_timing, final.coefficients, final.invoices, trial)


def try_late_model(model: LateModel, record: pd.DataFrame, outcomes: pd.Series) -> Trial | None:
    """A fitted logit beside the plain method on other invoices; None where those have one kind of outcome only."""
    if outcomes.nunique() < 2:
        return None
    ours, plain = late_probability(model, record), _past_share(model, record)
    return Trial(
        auc_interval(outcomes, plain),
        auc_interval(outcomes, ours),
        auc_difference(outcomes, ours, plain),
        brier_score(outcomes, plain),
        brier_score(outcomes, ours),
        len(outcomes),
    )


def expected_payment_days(settled_days_late: pd.Series, days_past_due: float, level: float = 0.8) -> Estimate:
    """How many days after its due date an open invoice will be paid, from how the client has paid so far.

    Parameters
    ----------
    settled_days_late : Series or sequence of float
        Days after the due date of the client's settled invoices; negative when early.
    days_past_due : float
        Of the open invoice; only past invoices that were paid later than that tell.
    level : float
        Share of those past invoices between low and high.

    Returns
    -------
    Estimate
        Median and quantiles, in days after the due date; NaN when no past invoice was paid that late.

    Examples
    --------
    >>> expected_payment_days(pd.Series([-2.0, 0, 5, 10, 30]), days_past_due=4).value
    10.0
    """
    settled = np.asarray(settled_days_late, dtype=float)
    later = settled[settled > days_past_due]
    if not len(later):
        return Estimate(float("nan"), float("nan"), float("nan"), level)
    low, middle, high = np.quantile(later, [0.5 - level / 2, 0.5, 0.5 + level / 2])
    return Estimate(float(middle), float(low), float(high), level)
