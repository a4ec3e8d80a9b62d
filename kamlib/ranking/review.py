"""The ranking of clients as of a day, with its certainty, its matrix and what a single change would do."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.dependence import group_names, window_start
from kamlib.errors import DataError, Fault
from kamlib.key_clients import (
    Scores,
    abc_tiers,
    ahp_weights,
    pairwise_matrix,
    quadrant_of,
    rank_stability,
    score_clients,
    whale_curve,
)
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy
from kamlib.ranking.criteria import criterion_points, criterion_values, ranked_clients


@dataclass(frozen=True)
class Ranking:
    """What `review_ranking` found.

    Attributes
    ----------
    date : Timestamp
    currency : str
    clients : DataFrame, indexed by client_id, best score first
        ``name, group_id, prospect, industry_leader, revenue, share, margin, service_cost, profit``;
        ``score, rank, known_weight``; ``tier`` (A, B, C by revenue; empty for prospects); ``key``; ``rank_low,
        rank_high, key_rate`` from shaken weights and ``sure`` (firm or shaky); ``flag`` (mono, major or empty);
        ``attractiveness, strength, quadrant``, and ``prior_…`` of the first two a period before.
    groups : DataFrame, one row a group at or above the major-customer share
        ``group_id, name, members, revenue, share, flag``.
    scores : Scores
    values, points : DataFrame
        Of each criterion, as known; NaN where not.
    consistency_ratio : float
        Of the comparisons in pairs; NaN where the weights were given.
    what_if : DataFrame, one row a single change
        ``change`` (double, off, count, score), ``name`` (of the criterion, or the new threshold), ``enter, leave``
        (tuples of client ids).
    tiers : DataFrame, one row a tier
        ``tier, clients, revenue, share``.
    whale : DataFrame
        From `whale_curve`, of clients whose profit is known; empty where none is.
    strength_known : tuple of str
        The criteria of relative strength of which something is known …
    strength_weight : float
        … and their part of all its weights; below the policy's ``axis_enough`` the axis says little.
    left_out : int
        Clients of the ledger without revenue in the window.
    """

    date: pd.Timestamp
    currency: str
    clients: pd.DataFrame
    groups: pd.DataFrame
    scores: Scores
    values: pd.DataFrame
    points: pd.DataFrame
    consistency_ratio: float
    what_if: pd.DataFrame
    tiers: pd.DataFrame
    whale: pd.DataFrame
    strength_known: tuple[str, ...]
    strength_weight: float
    left_out: int
    policy: Policy

    @property
    def keys(self) -> pd.DataFrame:
        """The key clients, best first."""
        return self.clients[self.clients["key"]]


def chosen_weights(policy: Policy, weights: Mapping[str, float] | None = None) -> tuple[dict[str, float], float]:
    """The weights in use and the consistency ratio behind them.

    Parameters
    ----------
    policy : Policy
        Its comparisons in pairs win over its weights.
    weights : mapping, optional
        In place of the policy's, criterion by criterion; an empty one changes nothing.

    Raises
    ------
    DataError
        Comparisons that are less consistent than the policy accepts.
    """
    settings = policy.key_clients
    ratio = float("nan")
    chosen = dict(settings.weights)
    if settings.pairwise:
        derived, ratio = ahp_weights(pairwise_matrix(settings.pairwise))
        if ratio > settings.max_consistency_ratio and not settings.accept_inconsistent:
            remedy = f"Compare again until it is at most {settings.max_consistency_ratio:g}, or set accept_inconsistent: true."
            raise DataError(Fault("key_clients.pairwise", f"consistency ratio {ratio:.3f}", remedy))
        chosen = derived.to_dict()
    return chosen | dict(weights or {}), ratio


def review_ranking(snapshot: Snapshot, policy: Policy, weights: Mapping[str, float] | None = None) -> Ranking:
    """Score, tier, place and doubt every client and prospect.

    Parameters
    ----------
    snapshot : Snapshot
    policy : Policy
    weights : mapping, optional
        Changes of single weights, for a trial; see `chosen_weights`.

    Raises
    ------
    DataError
        Nobody to rank, weights of unknown criteria, or comparisons that are too inconsistent.
    """
    settings, months = policy.key_clients, policy.concentration.window_months
    used, ratio = chosen_weights(policy, weights)
    people = ranked_clients(snapshot, months)
    if people.empty or not people["revenue"].sum() > 0:
        remedy = f"No revenue in the {months} months before: choose another day, or check the amounts."
        raise DataError(Fault("as_of", f"{snapshot.date:%Y-%m-%d}", remedy))
    values = criterion_values(snapshot, people, policy)
    points = criterion_points(values, policy)
    scores = score_clients(points, used, settings.missing, settings.scale)
    shaking = settings.shaking
    stability = rank_stability(
        scores,
        settings.key_count,
        settings.key_score,
        draws=shaking.draws,
        concentration=shaking.concentration,
        level=shaking.level,
        seed=shaking.seed,
    )
    clients = people.join([scores.table, stability]).loc[scores.table.index]
    clients["share"] = clients["revenue"] / clients["revenue"].sum()
    clients["profit"] = clients["margin"] - clients["service_cost"].fillna(0.0)
    clients["key"] = _key(clients, settings.key_count, settings.key_score)
    sure = np.where(clients["key"], clients["key_rate"], 1 - clients["key_rate"])
    clients["sure"] = np.where(sure >= shaking.firm, "firm", "shaky")
    clients["tier"] = abc_tiers(clients["revenue"], settings.tiers).where(~clients["prospect"], "")
    clients["flag"] = _flags(clients["share"], settings.mono_client, settings.major_customer)
    for name, axis in (("attractiveness", settings.attractiveness), ("strength", settings.relative_strength)):
        clients[name] = _axis(points, axis, policy).reindex(clients.index)
        clients[f"prior_{name}"] = np.nan
    clients["quadrant"] = quadrant_of(clients["attractiveness"], clients["strength"], settings.cuts)
    _trail(snapshot, policy, clients)
    known = clients.loc[clients["profit"].notna(), "profit"]
    strength = {name: weight for name, weight in settings.relative_strength.items() if weight > 0}
    told = tuple(name for name in strength if name in points and points[name].notna().any())
    current = set(clients.index[~clients["prospect"]])
    return Ranking(
        date=snapshot.date,
        currency=snapshot.currency,
        clients=clients,
        groups=_groups(clients, settings.mono_client, settings.major_customer),
        scores=scores,
        values=values,
        points=points,
        consistency_ratio=ratio,
        what_if=_what_if(points, used, clients, policy),
        tiers=_tiers(clients),
        whale=whale_curve(known) if len(known) else pd.DataFrame(),
        strength_known=told,
        strength_weight=sum(strength[name] for name in told) / sum(strength.values()),
        left_out=int((~snapshot.revenue["client_id"].drop_duplicates().isin(current)).sum()),
        policy=policy,
    )


def _key(clients: pd.DataFrame, count: int, score: float) -> pd.Series:
    return (clients["rank"] <= count) & (clients["score"].round(9) >= score)


def _flags(shares: pd.Series, mono: float, major: float) -> pd.Series:
    return pd.Series(np.select([shares > mono, shares >= major], ["mono", "major"], ""), index=shares.index)


def _axis(points: pd.DataFrame, weights: Mapping[str, float], policy: Policy) -> pd.Series:
    """Points on one axis of the matrix; NaN for a client of whom none of its criteria is known."""
    known = [name for name, weight in weights.items() if weight > 0 and name in points and points[name].notna().any()]
    if not known:
        return pd.Series(np.nan, index=points.index)
    settings = policy.key_clients
    scores = score_clients(points, {name: weights[name] for name in known}, settings.missing, settings.scale)
    return scores.table["score"].where(scores.table["known_weight"] > 0)


def _trail(snapshot: Snapshot, policy: Policy, clients: pd.DataFrame) -> None:
    """Where the clients stood in the matrix a period before, by what was known then; typed criteria carry no date."""
    settings = policy.key_clients
    before = snapshot.as_of(window_start(snapshot.date, settings.trail_months))
    people = ranked_clients(before, policy.concentration.window_months)
    if people.empty or not people["revenue"].sum() > 0:
        return
    points = criterion_points(criterion_values(before, people, policy), policy)
    for name, axis in (("attractiveness", settings.attractiveness), ("strength", settings.relative_strength)):
        clients[f"prior_{name}"] = _axis(points, axis, policy).reindex(clients.index)


def _groups(clients: pd.DataFrame, mono: float, major: float) -> pd.DataFrame:
    current = clients[~clients["prospect"]].sort_values("revenue", ascending=False, kind="stable")
    summed = current.groupby("group_id", as_index=False, sort=False).agg(
        members=("name", "size"), revenue=("revenue", "sum")
    )
    summed.insert(1, "name", summed["group_id"].map(group_names(current)).astype("str"))
    summed["share"] = summed["revenue"] / clients["revenue"].sum()
    summed["flag"] = _flags(summed["share"], mono, major)
    shown = summed[summed["flag"] != ""]
    return shown.sort_values(["revenue", "group_id"], ascending=[False, True], ignore_index=True)


def _tiers(clients: pd.DataFrame) -> pd.DataFrame:
    current = clients[~clients["prospect"]]
    tiers = current.groupby("tier").agg(clients=("name", "size"), revenue=("revenue", "sum"))
    tiers = tiers.reindex(list("ABC"), fill_value=0).rename_axis("tier").reset_index()
    return tiers.assign(share=tiers["revenue"] / current["revenue"].sum())


def _what_if(points: pd.DataFrame, weights: dict[str, float], clients: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Who would enter and leave the key clients, changing one thing at a time."""
    settings = policy.key_clients
    on = [name for name, weight in weights.items() if weight > 0 and points[name].notna().any()]
    trials: list[tuple[str, str, dict[str, float], int, float]] = []
    for name in on:
        trials.append(("double", name, weights | {name: 2 * weights[name]}, settings.key_count, settings.key_score))
        if len(on) > 1:
            trials.append(("off", name, weights | {name: 0.0}, settings.key_count, settings.key_score))
    half = 0.05 * settings.scale
    for score in (settings.key_score - half, settings.key_score + half):
        trials.append(("score", f"{score:g}", weights, settings.key_count, score))
    for count in (max(1, settings.key_count - 3), settings.key_count + 3):
        trials.append(("count", str(count), weights, count, settings.key_score))
    now = set(clients.index[clients["key"]])
    rows = []
    for change, name, trial, count, score in trials:
        table = score_clients(points, trial, settings.missing, settings.scale).table
        then = table.index[_key(table, count, score)]
        leave = [client for client in clients.index[clients["key"]] if client not in set(then)]
        rows.append((change, name, tuple(client for client in then if client not in now), tuple(leave)))
    return pd.DataFrame(rows, columns=["change", "name", "enter", "leave"])


def try_weights(ranking: Ranking, weights: Mapping[str, float], count: int, score: float) -> pd.DataFrame:
    """Scores, ranks and key clients under other weights, from the points of a ranking that is there.

    Parameters
    ----------
    ranking : Ranking
    weights : mapping
        Criterion → weight, all that count; at least one above zero.
    count, score
        How many key clients at most, and from which score on.

    Returns
    -------
    DataFrame, index client_id, best first
        ``name, revenue, score, rank, key`` and, as the ranking has them, ``score_now, rank_now, key_now``.

    Raises
    ------
    DataError
        No weight above zero, or one of an unknown criterion.
    """
    settings = ranking.policy.key_clients
    table = score_clients(ranking.points, weights, settings.missing, settings.scale).table
    tried = table[["score", "rank"]].assign(key=_key(table, count, score))
    now = ranking.clients[["score", "rank", "key"]].add_suffix("_now")
    return tried.join(ranking.clients[["name", "revenue"]]).join(now)
