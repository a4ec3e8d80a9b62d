"""The warnings replayed over the ledger's own history: how each indicator and level did, tuned and untuned."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.early_warning.levels import LEVELS, warning_levels
from kamlib.early_warning.outcomes import CREDIT_KINDS, KINDS, Outcomes, find_outcomes
from kamlib.early_warning.performance import Performance, judge_alarm
from kamlib.early_warning.replay import Replay
from kamlib.model_validation import Estimate
from kamlib.policy import Policy

WORST_OF = "any indicator"


@dataclass(frozen=True)
class BackTest:
    """What `back_test` found.

    Attributes
    ----------
    levels, indicators : tuple of Performance
        Over the whole history, as the policy stands; levels "medium or worse", …; the first also has the worst-of
        roll-up, which alarms whenever any indicator does.
    by_outcome : tuple of (str, Performance)
        The level "high or worse" against each kind of outcome.
    factors : dict
        Tuned thresholds as multiples of the policy's, from the earlier months alone.
    untuned, tuned : tuple of Performance
        Levels over the later months, with the policy's thresholds and with the tuned ones.
    tuned_until : Timestamp
        The last month end that tuning saw.
    odds : dict of str to Estimate
        Level → probability of a default or a long delay within the horizon, shrunk to the policy's prior.
    counts : dict of str to int
        Outcomes by kind in the whole history.
    """

    levels: tuple[Performance, ...]
    indicators: tuple[Performance, ...]
    by_outcome: tuple[tuple[str, Performance], ...]
    factors: dict[str, float]
    untuned: tuple[Performance, ...]
    tuned: tuple[Performance, ...]
    tuned_until: pd.Timestamp
    odds: dict[str, Estimate]
    counts: dict[str, int]
    clients: int
    months: int


def back_test(replay: Replay, policy: Policy) -> BackTest:
    """Judge the replayed warnings by what came after.

    Parameters
    ----------
    replay : Replay
        From `replay_warnings`, of all clients.
    policy : Policy
    """
    rules, panel = policy.early_warning, replay.panel
    outcomes = find_outcomes(panel, rules)
    count = len(panel.ends)
    split = max(int(rules.back_test.tune_share * count), 1)
    factors = tune_thresholds(replay, policy, outcomes, split)
    strengths = {name: found.strength for name, found in replay.readings.items()}
    retuned = warning_levels(strengths, panel.context.hard, rules, factors).level
    high = replay.levels.level >= LEVELS.index("high")
    return BackTest(
        levels=(*_of_levels(replay, replay.levels.level, policy, outcomes), _worst_of(replay, policy, outcomes)),
        indicators=tuple(judge_alarm(name, on, panel, outcomes, rules) for name, on in replay.levels.on.items()),
        by_outcome=tuple((kind, judge_alarm("high", high, panel, outcomes, rules, kinds=(kind,))) for kind in KINDS),
        factors=factors,
        untuned=_of_levels(replay, replay.levels.level, policy, outcomes, split + 1),
        tuned=_of_levels(replay, retuned, policy, outcomes, split + 1),
        tuned_until=panel.ends[min(split, count - 1)],
        odds=level_odds(replay, policy, outcomes),
        counts={kind: int((outcomes.month[kind] < count).sum()) for kind in KINDS},
        clients=len(panel.clients),
        months=count,
    )


def tune_thresholds(replay: Replay, policy: Policy, outcomes: Outcomes, last: int) -> dict[str, float]:
    """For each indicator the multiple of its threshold that would have paid best up to the column `last`.

    Of equally good ones the nearest to 1 is taken, so an indicator that had nothing to find stays as it is.
    """
    rules = policy.early_warning
    chosen = {}
    for name, found in replay.readings.items():
        if not rules.weights.get(name) or np.isnan(found.strength).all():
            continue
        nets = {
            factor: judge_alarm(name, found.strength >= factor, replay.panel, outcomes, rules, 0, last).net
            for factor in rules.back_test.tuning_factors
        }
        best = max(nets.values())
        chosen[name] = min((f for f, net in nets.items() if net >= best - 1e-9), key=lambda f: abs(np.log(f)))
    return chosen


def level_odds(replay: Replay, policy: Policy, outcomes: Outcomes) -> dict[str, Estimate]:
    """How often a client of each level defaulted or paid long overdue within the horizon.

    The rate of the ledger's own client-years, shrunk to the policy's prior by its weight in years (a beta posterior);
    the months of one client are not independent, so they count as years.
    """
    from scipy.stats import beta

    rules, panel = policy.early_warning, replay.panel
    horizon, month = rules.back_test.horizon_months, np.arange(len(panel.ends))[None, :]
    credit = outcomes.first(CREDIT_KINDS)
    begin = panel.started + rules.back_test.first_months
    decided = month + horizon < len(panel.ends)
    watched = (month >= begin[:, None]) & (month < credit[:, None]) & decided
    ahead = credit[:, None] - month
    hit = watched & (ahead > 0) & (ahead <= horizon)
    odds = {}
    for rank, name in enumerate(LEVELS):
        at_level = replay.levels.level == rank
        years, events = (watched & at_level).sum() / 12, (hit & at_level).sum() / 12
        prior, weight = rules.back_test.prior[name], rules.back_test.prior_years
        a, b = prior * weight + events, (1 - prior) * weight + years - events
        low, high = beta.ppf([0.025, 0.975], a, b)
        odds[name] = Estimate(float(a / (a + b)), float(low), float(high))
    return odds


def _of_levels(
    replay: Replay, level: np.ndarray, policy: Policy, outcomes: Outcomes, first: int = 0
) -> tuple[Performance, ...]:
    return tuple(
        judge_alarm(name, level >= rank, replay.panel, outcomes, policy.early_warning, first)
        for rank, name in enumerate(LEVELS)
        if rank
    )


def _worst_of(replay: Replay, policy: Policy, outcomes: Outcomes) -> Performance:
    alarm = np.logical_or.reduce(list(replay.levels.on.values()))
    return judge_alarm(WORST_OF, alarm, replay.panel, outcomes, policy.early_warning)
