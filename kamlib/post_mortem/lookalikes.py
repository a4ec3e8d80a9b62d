"""Clients whose signs today resemble those of the case before its event, and how often such likeness came true."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.early_warning import CATALOGUE
from kamlib.early_warning.outcomes import CREDIT_KINDS, find_outcomes
from kamlib.early_warning.replay import Replay
from kamlib.ledger.snapshot import Snapshot
from kamlib.model_validation import Estimate, wilson_interval
from kamlib.policy import Policy

TOP_STRENGTH = 1.5  # a sign far beyond its limit counts no more than one half beyond it


@dataclass(frozen=True)
class LookAlikes:
    """What `find_lookalikes` found.

    Attributes
    ----------
    clients : DataFrame, nearest first
        ``client_id, name, distance`` (see `distances`), ``months_before`` (which month of the case it is nearest to), ``exposure, shared`` (tuple of indicators that warn in both,
        heaviest first), ``only_case`` (those that warned only in the case), ``level`` (position on the levels).
    reach : float
        The largest distance listed: past clients as near as this count as look-alikes of then.
    seen, defaulted : int
        Look-alikes of past dates; those that defaulted or paid > 90 days late within the horizon.
    rate, base_rate : Estimate
        Of them, and of all clients of those dates.
    """

    clients: pd.DataFrame
    reach: float
    seen: int
    defaulted: int
    rate: Estimate
    base_rate: Estimate
    horizon_months: int


def find_lookalikes(
    snapshot: Snapshot, replay: Replay, client_id: str, event: pd.Timestamp, policy: Policy
) -> LookAlikes | None:
    """Compare every client today with the case some months before its event; None where the case showed no sign.

    Parameters
    ----------
    snapshot : Snapshot
        Of all clients, for their names.
    replay : Replay
        Of all clients up to today.
    client_id, event
        The case.
    policy : Policy
        Sections ``post_mortem`` and ``early_warning``.
    """
    rules, panel = policy.post_mortem, replay.panel
    strength, weight, names = _strengths(replay, policy)
    row = panel.clients.get_loc(client_id)
    columns = {
        months: int(
            np.searchsorted(panel.ends.to_numpy(), (event - pd.DateOffset(months=months)).to_datetime64(), "right")
        )
        - 1
        for months in rules.lookalike_months
    }
    columns = {months: column for months, column in columns.items() if column >= panel.started[row]}
    warned = {months: strength[row, column] >= 1 for months, column in columns.items()}
    columns = {months: column for months, column in columns.items() if (warned[months] * weight).any()}
    if not columns:
        return None
    last = strength.shape[1] - 1
    profiles = {months: strength[row, column] for months, column in columns.items()}
    today = {m: distances(profile, strength[:, last], weight, rules.least_shared) for m, profile in profiles.items()}
    table = np.column_stack(list(today.values()))
    active = panel.revenue[:, -12:].sum(axis=1) > 0
    active &= ~panel.context.hard[:, -1]
    active[row] = False
    nearest = np.where(np.isnan(table), np.inf, table).min(axis=1)
    shares = np.zeros(len(active), dtype=bool)
    for profile in profiles.values():
        shares |= shared_signs(profile, strength[:, last], weight)
    active &= shares
    order = [place for place in np.argsort(nearest, kind="stable") if active[place] and np.isfinite(nearest[place])]
    chosen = order[: rules.lookalikes]
    master = (
        snapshot.table("clients").drop_duplicates("client_id").set_index("client_id")["name"].reindex(panel.clients)
    )
    months_of = list(today)
    rows = []
    for place in chosen:
        months = months_of[int(np.nanargmin(table[place]))]
        case_on, own_on = profiles[months] >= 1, strength[place, last] >= 1
        by_weight = sorted(range(len(names)), key=lambda k: -weight[k])
        rows.append(
            {
                "client_id": panel.clients[place],
                "name": master.iloc[place] if isinstance(master.iloc[place], str) else panel.clients[place],
                "distance": float(nearest[place]),
                "months_before": months,
                "exposure": np.nan if "receipts" in panel.absent else float(panel.balances.open_amount[place, last]),
                "shared": tuple(names[k] for k in by_weight if case_on[k] and own_on[k] and weight[k] > 0),
                "only_case": tuple(names[k] for k in by_weight if case_on[k] and not own_on[k] and weight[k] > 0),
                "level": int(replay.levels.level[place, last]),
            }
        )
    reach = max((found["distance"] for found in rows), default=0.0)
    seen, defaulted, every, failed = _past(replay, policy, profiles, strength, weight, row, reach)
    horizon = policy.early_warning.back_test.horizon_months
    columns_told = ["client_id", "name", "distance", "months_before", "exposure", "shared", "only_case", "level"]
    return LookAlikes(
        pd.DataFrame(rows, columns=columns_told),
        reach,
        seen,
        defaulted,
        wilson_interval(defaulted, seen),
        wilson_interval(failed, every),
        horizon,
    )


def distances(profile: np.ndarray, others: np.ndarray, weight: np.ndarray, least_shared: float) -> np.ndarray:
    """How far others are from a profile: 0 the same, 1 as far as one that shows no sign at all.

    The root mean square difference of strengths over the weights known on both sides, over the profile's own root mean
    square; NaN with too little in common.

    Parameters
    ----------
    profile : array, shape (n_indicators,)
    others : array, shape (..., n_indicators)
    weight : array, shape (n_indicators,)
    least_shared : float
        Part of the profile's known weight that must be known of the other.

    Examples
    --------
    >>> profile, weight = np.array([1.0, 0.0, np.nan]), np.array([2.0, 1.0, 1.0])
    >>> distances(profile, np.array([[1.0, 0.0, 5.0], [0.0, 0.0, np.nan], [np.nan] * 3]), weight, 0.5).round(3).tolist()
    [0.0, 1.0, nan]
    """
    known = ~np.isnan(profile) & ~np.isnan(others)
    shared = (known * weight).sum(axis=-1)
    gap = np.where(known, (np.nan_to_num(others) - np.nan_to_num(profile)) ** 2, 0.0)
    enough = shared >= max(least_shared * float(weight[~np.isnan(profile)].sum()), 1e-9)
    total = (gap * weight).sum(axis=-1)
    own = np.where(known, np.nan_to_num(profile) ** 2, 0.0) @ weight
    enough = enough & (own > 0)
    return np.sqrt(np.divide(total, own, out=np.full(np.shape(shared), np.nan), where=enough))


def shared_signs(profile: np.ndarray, others: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Whether any indicator with weight warns in both.

    Examples
    --------
    >>> shared_signs(np.array([1.2, 0.3]), np.array([[1.0, 0.0], [0.2, 1.5]]), np.array([1.0, 1.0])).tolist()
    [True, False]
    """
    with np.errstate(invalid="ignore"):
        return ((profile >= 1) & (others >= 1) & (weight > 0)).any(axis=-1)


def _strengths(replay: Replay, policy: Policy) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Strengths by client, month and indicator, within 0 and `TOP_STRENGTH`; weights; names."""
    names = [indicator.name for indicator in CATALOGUE]
    table = np.stack([replay.readings[name].strength for name in names], axis=2)
    weight = np.array([policy.early_warning.weights.get(name, 0.0) for name in names], dtype=float)
    return np.clip(table, 0.0, TOP_STRENGTH), weight, names


def _past(
    replay: Replay,
    policy: Policy,
    profiles: dict[int, np.ndarray],
    strength: np.ndarray,
    weight: np.ndarray,
    row: int,
    reach: float,
) -> tuple[int, int, int, int]:
    """Clients that were look-alikes at some past month with the horizon behind it, those that failed within it; the
    same of all clients. Each client counts once, at its first such month."""
    panel, rules = replay.panel, policy.early_warning
    horizon, count = rules.back_test.horizon_months, strength.shape[1]
    failed_at = find_outcomes(panel, rules).first(CREDIT_KINDS)
    month = np.arange(count)[None, :]
    begin = panel.started + rules.back_test.first_months
    watched = (month >= begin[:, None]) & (month + horizon < count) & (month < failed_at[:, None])
    watched[row] = False
    near = np.zeros(watched.shape, dtype=bool)
    for profile in profiles.values():
        with np.errstate(invalid="ignore"):
            close = distances(profile, strength, weight, policy.post_mortem.least_shared) <= reach + 1e-12
        near |= close & shared_signs(profile, strength, weight)
    result = []
    for flags in (near & watched, watched):
        has = flags.any(axis=1)
        first = flags.argmax(axis=1)
        hit = has & (failed_at - first <= horizon) & (failed_at < count)
        result += [int(has.sum()), int(hit.sum())]
    return tuple(result)
