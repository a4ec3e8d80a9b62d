"""The grade of a client: points of the scorecard, the computed grade, and a person's override, both kept."""

from dataclasses import dataclass

import pandas as pd

from kamlib.errors import DataError
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy
from kamlib.policy.scorecard import CRITERIA
from kamlib.scoring.scorecard import Override, Score, final_grade, grade_client, linear_points, weighted_score


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
    weights = pd.Series({name: criterion.weight for name, criterion in card.criteria.items()})
    score = weighted_score(points, weights, missing=card.missing)
    insolvent = not pd.isna(facts["insolvency"])
    known = score.total if score.known_weight >= card.no_grade_below else float("nan")
    computed = card.insolvent_grade if insolvent else grade_client(known, card.grades)
    override, fault = newest_override(decisions, policy)
    final = computed if insolvent else final_grade(computed, override, day)
    thin = score.known_weight < card.least_known
    return Grade(score, values, computed, override, final, stale, insolvent, thin, fault)


def _number(value: float | None) -> float:
    return float("nan") if value is None or pd.isna(value) else float(value)


def _points(name: str, value: float, stale: bool, policy: Policy) -> float:
    criterion = policy.scorecard.criteria[name]
    points = linear_points(value, criterion.worst, criterion.best)
    return points * policy.scorecard.stale_factor if stale and CRITERIA[name] == "financials" else points


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
    by_client = dict(list(decisions.groupby("client_id")))
    none = decisions.iloc[:0]
    rows = {}
    for client, row in facts.iterrows():
        grade = grade_of(row, by_client.get(client, none), snapshot.date, policy)
        rows[client] = (grade.score.total, grade.computed, grade.final, grade.score.known_weight)
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["score", "computed", "grade", "known_weight"])
    return table.rename_axis("client_id")
