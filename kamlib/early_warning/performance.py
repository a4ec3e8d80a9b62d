"""How well an alarm warned: precision, recall, lead time, false alarms, money; every share with its interval."""

from dataclasses import dataclass

import numpy as np

from kamlib.early_warning.outcomes import CREDIT_KINDS, KINDS, Outcomes
from kamlib.early_warning.panel import Panel
from kamlib.early_warning.reading import trailing
from kamlib.model_validation import Estimate, wilson_interval
from kamlib.policy.early_warning import EarlyWarning

YEAR = 12


@dataclass(frozen=True)
class Performance:
    """What the alarms of one sign were worth over some months.

    Attributes
    ----------
    name : str
        The indicator or level.
    alarms, true, false, undecided : int
        Episodes that began; followed by an outcome within the horizon; not followed; too recent to say.
    outcomes, found : int
        Outcomes of clients that were watched before; those with an alarm within the horizon before.
    precision, recall : Estimate
        With Wilson's interval.
    lead_months : Estimate
        Median months from the first alarm within the horizon to the outcome, with a bootstrap interval.
    false_per_year : Estimate
        False alarms a client and year, with Poisson's exact interval.
    saved, net : float
        Money that acting would have saved, and the same less the cost of all alarms.
    """

    name: str
    alarms: int
    true: int
    false: int
    undecided: int
    outcomes: int
    found: int
    precision: Estimate
    recall: Estimate
    lead_months: Estimate
    false_per_year: Estimate
    saved: float
    net: float
    leads: tuple[int, ...] = ()


def judge_alarm(
    name: str,
    alarm: np.ndarray,
    panel: Panel,
    outcomes: Outcomes,
    rules: EarlyWarning,
    first: int = 0,
    last: int | None = None,
    kinds: tuple[str, ...] = KINDS,
) -> Performance:
    """Compare an alarm with what came after it.

    Parameters
    ----------
    name : str
    alarm : array of bool, shape (n_clients, n_months)
        Whether it stood at each month end.
    panel, outcomes
        Of the same clients and months.
    rules : EarlyWarning
    first, last : int
        Columns between which alarms begin and outcomes happen; nothing after `last` is known.
    kinds : tuple of str
        Outcomes that count; a client is watched up to its first outcome of any kind.
    """
    terms = rules.back_test
    last = panel.revenue.shape[1] - 1 if last is None else last
    month = np.arange(panel.revenue.shape[1])[None, :]
    any_outcome, wanted = outcomes.first(KINDS, last), outcomes.first(kinds, last)
    begin = np.maximum(panel.started + terms.first_months, first)
    watched = (month >= begin[:, None]) & (month < any_outcome[:, None]) & (month <= last)
    standing = alarm & watched
    starts = standing & ~np.pad(standing, ((0, 0), (1, 0)))[:, :-1]
    ahead = wanted[:, None] - month
    hit = (ahead > 0) & (ahead <= terms.horizon_months) & (wanted[:, None] <= last)
    decided = month + terms.horizon_months <= last
    ended = (any_outcome[:, None] <= last) & (any_outcome[:, None] - month <= terms.horizon_months)
    true, false = int((starts & hit).sum()), int((starts & ~hit & (decided | ended)).sum())
    in_range = (wanted >= first) & (wanted <= last) & watched.any(axis=1) & (wanted == any_outcome)
    heard = standing & hit
    found = in_range & heard.any(axis=1)
    at = np.where(found, heard.argmax(axis=1), 0)
    leads = (wanted - at)[found]
    years = float(watched.sum()) / YEAR
    saved = float(_saved(panel, outcomes, rules, at, wanted)[found].sum())
    alarms = int(starts.sum())
    return Performance(
        name=name,
        alarms=alarms,
        true=true,
        false=false,
        undecided=alarms - true - false,
        outcomes=int(in_range.sum()),
        found=int(found.sum()),
        precision=wilson_interval(true, true + false),
        recall=wilson_interval(int(found.sum()), int(in_range.sum())),
        lead_months=median_interval(leads, terms.draws, terms.seed),
        false_per_year=poisson_interval(false, years),
        saved=saved,
        net=saved - terms.alarm_cost * alarms,
        leads=tuple(leads.tolist()),
    )


def median_interval(values: np.ndarray, draws: int, seed: int, level: float = 0.95) -> Estimate:
    """The median with a percentile bootstrap interval; NaN without values.

    Examples
    --------
    >>> median_interval(np.array([3, 5, 8]), 200, 1).value
    5.0
    """
    if not len(values):
        return Estimate(float("nan"), float("nan"), float("nan"), level)
    rng = np.random.default_rng(seed)
    medians = np.median(rng.choice(values, (draws, len(values))), axis=1)
    low, high = np.quantile(medians, [(1 - level) / 2, (1 + level) / 2])
    return Estimate(float(np.median(values)), float(low), float(high), level)


def poisson_interval(events: int, exposure: float, level: float = 0.95) -> Estimate:
    """A rate of events with Garwood's exact interval; NaN without exposure.

    References
    ----------
    Garwood, Fiducial Limits for the Poisson Distribution, Biometrika 28 (1936).

    Examples
    --------
    >>> found = poisson_interval(0, 10.0)
    >>> found.value, round(found.high, 3)
    (0.0, 0.369)
    """
    from scipy.stats import chi2

    if exposure <= 0:
        return Estimate(float("nan"), 0.0, float("inf"), level)
    tail = (1 - level) / 2
    low = float(chi2.ppf(tail, 2 * events) / 2) if events else 0.0
    return Estimate(events / exposure, low / exposure, float(chi2.ppf(1 - tail, 2 * events + 2) / 2) / exposure, level)


def _saved(panel: Panel, outcomes: Outcomes, rules: EarlyWarning, at: np.ndarray, month: np.ndarray) -> np.ndarray:
    """What acting on an alarm would have saved of each client.

    On a default or a long delay: the loss on what was delivered after the alarm and still open. On a client that left
    or halved: the part of a year's margin that acting in time keeps.
    """
    terms, count = rules.back_test, panel.revenue.shape[1]
    rows = np.arange(len(at))
    when = np.minimum(month, count - 1)
    acted = np.minimum(at + terms.reaction_months, count - 1)
    billed = panel.invoiced.cumsum(axis=1)
    later = np.maximum(billed[rows, when] - billed[rows, acted], 0.0)
    credit = np.min([outcomes.month[kind] for kind in CREDIT_KINDS], axis=0) <= month
    year = np.maximum(trailing(panel.revenue, YEAR)[rows, at], 0.0)
    in_time = month - at > terms.reaction_months
    kept = np.where(in_time, terms.retained * terms.margin_rate * year, 0.0)
    return np.where(credit, terms.loss_given_default * np.minimum(later, panel.balances.open_amount[rows, when]), kept)
