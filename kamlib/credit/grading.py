"""The grade of a client: points of the scorecard, the computed grade, and a person's override, both kept."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.errors import DataError
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy
from kamlib.policy.scorecard import CRITERIA
from kamlib.scoring.scorecard import (
    Figure,
    Override,
    Score,
    final_grade,
    grade_client,
    linear_points,
    weighted_score,
    weighted_scores,
)


@dataclass(frozen=True)
class Grade:
    """A client's grade and how it came about.

    Attributes
    ----------
    score : Score
        Points, weights as used and contributions, by criterion.
    values : Series, index criterion
        The measured values; NaN where there is none.
    computed : str or None
        The grade of the points, or the policy's grade of insolvent clients; None when too little is known.
    override : Override or None
        The newest one decided, in force or not.
    final : str or None
        What counts: the override while it is in force, else the computed one. Insolvency is not overridden.
    faulty_override : str
        What the newest override lacks, if it lacks something; it does not count then.
    """

    score: Score
    values: pd.Series
    computed: str | None
    override: Override | None
    final: str | None
    stale: bool
    insolvent: bool
    thin: bool
    faulty_override: str = ""

    @property
    def overridden(self) -> bool:
        """Whether a person's grade counts in place of the computed one."""
        return self.final != self.computed


def grade_of(facts: pd.Series, decisions: pd.DataFrame, day: pd.Timestamp, policy: Policy) -> Grade:
    """Grade one client.

    Parameters
    ----------
    facts : Series
        A row of `kamlib.credit.facts.credit_facts`.
    decisions : DataFrame
        The client's rows of ``decisions`` known on the day.
    day : Timestamp
    policy : Policy
        Section ``scorecard``.
    """
    card = policy.scorecard
    stale = facts["stale"] is True or facts["stale"] == 1
    names = list(card.criteria)
    values = pd.Series({name: _number(facts[name]) for name in names})
    points = pd.Series({name: _points(name, values[name], stale, policy) for name in names})
    score = weighted_score(points, _weights(policy), missing=card.missing)
    insolvent = not pd.isna(facts["insolvency"])
    known = score.total if score.known_weight >= card.no_grade_below else float("nan")
    computed = card.insolvent_grade if insolvent else grade_client(known, card.grades)
    override, fault = newest_override(decisions, policy)
    final = computed if insolvent else final_grade(computed, override, day)
    thin = score.known_weight < card.least_known
    return Grade(score, values, computed, override, final, stale, insolvent, thin, fault)


def _number(value: float | None) -> float:
    return float("nan") if value is None or pd.isna(value) else float(value)


def _points(name: str, value: Figure, stale: bool | np.ndarray, policy: Policy) -> Figure:
    """Points of one criterion, of one client or of all; those of old accounts count less."""
    criterion = policy.scorecard.criteria[name]
    points = linear_points(value, criterion.worst, criterion.best)
    if CRITERIA[name] != "financials":
        return points
    return points * np.where(stale, policy.scorecard.stale_factor, 1.0)


def _weights(policy: Policy) -> pd.Series:
    return pd.Series({name: criterion.weight for name, criterion in policy.scorecard.criteria.items()})


def newest_override(decisions: pd.DataFrame, policy: Policy) -> tuple[Override | None, str]:
    """The newest decision of kind ``override``: its grade, reason, author and last day; or what it lacks."""
    rows = decisions[decisions["kind"] == "override"].sort_values("date", kind="stable")
    if rows.empty:
        return None, ""
    row = rows.iloc[-1]
    text = {name: "" if pd.isna(row[name]) else str(row[name]) for name in ("after", "reason", "approved_by")}
    if text["after"] not in policy.scorecard.grades:
        return None, "grade"
    try:
        return Override(text["after"], text["reason"], text["approved_by"], row["expires"]), ""
    except DataError as error:
        return None, error.faults[0].field.removeprefix("override.")


def grade_portfolio(facts: pd.DataFrame, snapshot: Snapshot, policy: Policy) -> pd.DataFrame:
    """Every client's score and grades.

    Parameters
    ----------
    facts : DataFrame
        From `kamlib.credit.facts.credit_facts`.
    snapshot : Snapshot
    policy : Policy

    Returns
    -------
    DataFrame, index client_id
        ``score, computed, grade`` (the one that counts), ``known_weight``.
    """
    decisions = snapshot.table("decisions")
    card = policy.scorecard
    stale = (facts["stale"] == True).to_numpy()  # noqa: E712 - None is no True
    points = pd.DataFrame({name: _points(name, facts[name].astype(float), stale, policy) for name in card.criteria})
    scores = weighted_scores(points, _weights(policy), missing=card.missing)
    known = scores["total"].where(scores["known_weight"] >= card.no_grade_below)
    computed = pd.Series([grade_client(score, card.grades) for score in known], index=facts.index, dtype=object)
    insolvent = facts["insolvency"].notna()
    computed[insolvent] = card.insolvent_grade
    final = computed.copy()
    for client, rows in decisions[decisions["kind"] == "override"].groupby("client_id"):
        if client in final.index and not insolvent[client]:
            final[client] = final_grade(computed[client], newest_override(rows, policy)[0], snapshot.date)
    found = {"score": scores["total"], "computed": computed, "grade": final, "known_weight": scores["known_weight"]}
    return pd.DataFrame(found, index=facts.index).rename_axis("client_id")
