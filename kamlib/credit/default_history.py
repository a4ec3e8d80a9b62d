"""Which clients have defaulted year by year, and each client's probability of default: by a model of how it pays where
the company has seen enough defaults, else by its grade. Never without an interval."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.credit.position import items_in_reporting_currency
from kamlib.dependence import window_start
from kamlib.ledger.schema import REVENUE_KINDS
from kamlib.ledger.snapshot import Snapshot
from kamlib.model_validation import Estimate, auc_interval, brier_score, wilson_interval
from kamlib.policy import Policy
from kamlib.receivables import CENT, payments
from kamlib.scoring.default_model import (
    DefaultModel,
    fit_default_model,
    probability_of_default,
    shrunk_default_rate,
    shrunk_probability,
)

FEATURES = ("days_late", "delay_rate", "overdue_share", "revenue_change", "months_known")


@dataclass(frozen=True)
class DefaultHistory:
    """The defaults of a company's clients.

    Attributes
    ----------
    cohorts : DataFrame, one row a year, oldest first
        ``start``, ``clients`` (active and not in default then), ``defaults`` within the twelve months after it,
        ``rate, low, high`` (Wilson, 95 %).
    rate : Estimate
        Of all years together, drawn towards the policy's PD of the unrated grade.
    model : DefaultModel or None
        Of how clients pay, fitted to all years; None with fewer defaults than the policy asks for.
    auc : Estimate or None
        Of a model fitted without the last year, judged on it.
    brier : float
        Likewise; NaN without a model.
    clients : DataFrame, index client_id
        The features today, ``probability, low, high``, and ``method`` (``model`` or ``grade``).
    """

    cohorts: pd.DataFrame
    rate: Estimate
    model: DefaultModel | None
    auc: Estimate | None
    brier: float
    clients: pd.DataFrame


def default_spells(snapshot: Snapshot, policy: Policy) -> pd.DataFrame:
    """When each client was in default, as known on the snapshot's day.

    Default is insolvency, which does not end here, or undisputed invoices open for more than the policy's
    ``default_days`` past due: such invoices together reach the policy's part of what the client buys in a year, and
    its ``least_default_amount``, so that neither many small invoices nor one of a few euros decide; until they are paid.

    Returns
    -------
    DataFrame, one row a spell
        ``client_id, start, end`` (NaT while it lasts); an insolvency may overlap the others.

    References
    ----------
    EBA/GL/2016/07 on the definition of default: days past due, disputes left out, return to good; Delegated Regulation
    (EU) 2018/171: both an absolute (500 euros, not retail) and a relative threshold (1 %) of all that is past due.
    """
    rules = policy.impairment
    events = snapshot.table("events")
    failed = events.loc[events["kind"] == "insolvency", ["client_id", "date"]].rename(columns={"date": "start"})
    failed = failed.assign(end=pd.NaT)
    if snapshot.absent("receipts"):
        return failed.reset_index(drop=True)
    items, _ = items_in_reporting_currency(snapshot)
    billed = items[items["kind"].isin(REVENUE_KINDS) & (items["amount"] > 0)]
    by_client = billed.groupby("client_id")
    years = ((snapshot.date - by_client["issue_date"].min()).dt.days / 365).clip(lower=1)
    yearly = by_client["reporting_amount"].sum() / years
    least = (policy.limits.materiality * yearly).clip(lower=rules.least_default_amount)
    start = billed["due_date"] + pd.Timedelta(days=rules.default_days + 1)
    unpaid = (start <= snapshot.date) & ~(billed["settled_date"] < start) & ~billed["disputed"].astype(bool)
    late = _material_spells(billed.assign(start=start, end=billed["settled_date"])[unpaid], least)
    return pd.concat([failed.astype({"end": late["end"].dtype}), late], ignore_index=True)


def _material_spells(late: pd.DataFrame, least: pd.Series) -> pd.DataFrame:
    """From when to when the invoices too long unpaid came to a client's least amount together."""
    moves = pd.concat(
        [
            pd.DataFrame({"client_id": late["client_id"], "day": late["start"], "change": late["reporting_amount"]}),
            pd.DataFrame({"client_id": late["client_id"], "day": late["end"], "change": -late["reporting_amount"]}),
        ]
    ).dropna(subset=["day"])
    daily = moves.groupby(["client_id", "day"], as_index=False)["change"].sum()
    by_client = daily.groupby("client_id")
    reached = by_client["change"].cumsum() >= daily["client_id"].map(least).astype(float) - CENT
    turned = reached != reached.groupby(daily["client_id"]).shift(fill_value=False)
    turns = daily[turned].assign(start=daily["day"], reached=reached)
    turns["end"] = turns.groupby("client_id")["day"].shift(-1)
    return turns.loc[turns["reached"], ["client_id", "start", "end"]].reset_index(drop=True)


def _in_default(spells: pd.DataFrame, day: pd.Timestamp) -> set[str]:
    return set(spells.loc[(spells["start"] <= day) & ~(spells["end"] <= day), "client_id"])


def behaviour(snapshot: Snapshot, policy: Policy) -> pd.DataFrame:
    """How each active client pays and buys on the snapshot's day: the columns of `FEATURES`, index client_id."""
    day = snapshot.date
    items, _ = items_in_reporting_currency(snapshot)
    trade = items[items["kind"].isin(REVENUE_KINDS)]
    year, before = window_start(day, 12), window_start(day, 24)
    recent = trade[trade["issue_date"] > year].groupby("client_id")["reporting_amount"].sum()
    earlier = trade[(trade["issue_date"] > before) & (trade["issue_date"] <= year)]
    prior = earlier.groupby("client_id")["reporting_amount"].sum().reindex(recent.index)
    due = payments.due_items(trade, window_start(day, policy.receivables.behaviour_months), day)
    late = (due["days_past_due"].clip(lower=0) * due["reporting_amount"]).groupby(due["client_id"]).sum()
    owed = trade[trade["open_reporting"] > 0]
    overdue = owed[owed["due_date"] < day].groupby("client_id")["open_reporting"].sum()
    balance = owed.groupby("client_id")["open_reporting"].sum()
    table = pd.DataFrame(
        {
            "days_late": late / due.groupby("client_id")["reporting_amount"].sum(),
            "delay_rate": (due["days_past_due"] > 0).groupby(due["client_id"]).mean(),
            "overdue_share": (overdue.reindex(balance.index).fillna(0.0) / balance).reindex(recent.index).fillna(0.0),
            "revenue_change": recent / prior.where(prior > 0) - 1,
            "months_known": (day - trade.groupby("client_id")["issue_date"].min()).dt.days / 30.4,
        },
        index=recent.index[recent > 0],
    )
    return table[list(FEATURES)].astype(float)


def default_history(snapshot: Snapshot, policy: Policy, grades: pd.Series | None = None) -> DefaultHistory:
    """The defaults of past years, and every active client's probability of default in the next.

    Parameters
    ----------
    snapshot : Snapshot
        The whole portfolio.
    policy : Policy
        Sections ``impairment``, ``limits`` and ``loss``.
    grades : Series, index client_id, optional
        Each client's grade; a client without one has the policy's ``unrated_grade``.

    Notes
    -----
    A client that is in default already has probability 1. Cohorts start a year apart, so that a client counts once a
    year; they need a year of history before them.

    Examples
    --------
    >>> from kamlib.policy import Policy
    >>> from kamlib.samples.small import small_ledger
    >>> default_history(small_ledger(), Policy()).clients[["probability", "method"]].to_numpy().tolist()
    [[0.007, 'grade'], [0.007, 'grade'], [1.0, 'in default']]
    """
    spells, table = default_spells(snapshot, policy), policy.loss.pd_by_grade
    unrated = table.get(policy.loss.unrated_grade, max(table.values()))
    first = snapshot.invoices["issue_date"].min()
    panel, rows = [], []
    starts = [window_start(snapshot.date, 12 * back) for back in range(10, 0, -1)]
    for start in [day for day in starts if window_start(day, 12) >= first]:
        then = behaviour(snapshot.as_of(start), policy)
        then = then[~then.index.isin(_in_default(spells, start))]
        begun = spells[(spells["start"] > start) & (spells["start"] <= window_start(start, -12))]
        defaulted = pd.Series(then.index.isin(set(begun["client_id"])).astype(int), index=then.index)
        panel.append(then.assign(start=start, defaulted=defaulted))
        seen = wilson_interval(defaulted.sum(), len(then))
        rows.append((start, len(then), int(defaulted.sum()), seen.value, seen.low, seen.high))
    cohorts = pd.DataFrame(rows, columns=["start", "clients", "defaults", "rate", "low", "high"])
    rate = shrunk_default_rate(float(cohorts["defaults"].sum()), float(cohorts["clients"].sum()), unrated)
    model, auc, brier = _model(panel, policy.impairment.least_defaults)
    today = behaviour(snapshot, policy)
    known = pd.Series(dtype=object) if grades is None else grades
    grade_rate = today.index.to_series().map(known.to_dict()).map(table).astype(float).fillna(unrated)
    found = None if model is None else probability_of_default(model, today)
    defaulting, estimates = _in_default(spells, snapshot.date), []
    for client in today.index:
        own = float(grade_rate[client])
        if client in defaulting:
            estimates.append((1.0, 1.0, 1.0, "in default"))
        elif found is None or not 0 < own < 1:
            estimates.append((own, *policy.loss.likely_range(own), "grade"))
        else:
            drawn = shrunk_probability(found.at[client, "probability"], found.at[client, "logit_error"], own)
            estimates.append((drawn.value, drawn.low, drawn.high, "model"))
    columns = pd.DataFrame(estimates, columns=["probability", "low", "high", "method"], index=today.index)
    return DefaultHistory(cohorts, rate, model, auc, brier, today.join(columns))


def _model(panel: list[pd.DataFrame], least_defaults: int) -> tuple[DefaultModel | None, Estimate | None, float]:
    """A model of all years where there are enough defaults, and how one without the last year did on it."""
    everything = pd.concat(panel) if panel else pd.DataFrame(columns=[*FEATURES, "defaulted"])
    if everything["defaulted"].sum() < least_defaults:
        return None, None, float("nan")
    names = list(FEATURES)
    model = fit_default_model(everything[names].reset_index(drop=True), everything["defaulted"])
    earlier, last = pd.concat(panel[:-1]) if len(panel) > 1 else everything.head(0), panel[-1]
    if min(earlier["defaulted"].sum(), last["defaulted"].sum()) < 2:
        return model, None, float("nan")
    judged = fit_default_model(earlier[names].reset_index(drop=True), earlier["defaulted"])
    chance = probability_of_default(judged, last[names])["probability"]
    outcomes = np.asarray(last["defaulted"], dtype=float)
    return model, auc_interval(outcomes, chance), brier_score(outcomes, chance)
