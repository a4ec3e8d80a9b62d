"""Whether the grades of the portfolio have moved in a quarter: their distribution then and now, and its PSI."""

from dataclasses import dataclass

import pandas as pd

from kamlib.credit.facts import credit_facts
from kamlib.credit.grading import grade_portfolio
from kamlib.dependence import window_start
from kamlib.ledger.snapshot import Snapshot
from kamlib.model_validation import population_stability_index
from kamlib.model_validation.stability import stability_contributions
from kamlib.policy import Policy

STABLE, MOVED, SHIFTED = "stable", "moved", "shifted"


@dataclass(frozen=True)
class GradeShift:
    """The grades of all clients on two days.

    Attributes
    ----------
    before, date : Timestamp
    grades : DataFrame, index grade, the best first
        ``before, now`` (clients), ``change_part`` (the grade's part of the index; NaN where it cannot be reckoned).
    ungraded : tuple of int
        Clients of which too little was known, then and now; they are in no band.
    psi : float
        Population stability index of the grades; NaN where no client was graded on one of the days.
    verdict : str
        `STABLE`, `MOVED` or `SHIFTED` by the policy's bands; empty without an index.
    """

    before: pd.Timestamp
    date: pd.Timestamp
    grades: pd.DataFrame
    ungraded: tuple[int, int]
    psi: float
    verdict: str

    @property
    def graded(self) -> tuple[int, int]:
        """How many clients had a grade, then and now."""
        return int(self.grades["before"].sum()), int(self.grades["now"].sum())


def grade_shift(snapshot: Snapshot, policy: Policy, months: int = 3) -> GradeShift:
    """Grade every client now and some months before, each from what was known on its day.

    Parameters
    ----------
    snapshot : Snapshot
        The whole portfolio.
    policy : Policy
        Section ``scorecard``.
    months : int
        How far back; 3 is a quarter.
    """
    day = window_start(snapshot.date, months)
    columns, ungraded = {}, []
    for name, view in (("before", snapshot.as_of(day)), ("now", snapshot)):
        grades = grade_portfolio(credit_facts(view, policy), view, policy)["grade"] if len(view.invoices) else []
        grades = pd.Series(grades, dtype=object)
        ungraded.append(int(grades.isna().sum()))
        columns[name] = grades.value_counts().reindex(list(policy.scorecard.grades), fill_value=0).astype(int)
    table = pd.DataFrame(columns).rename_axis("grade")
    table, psi, verdict = table[table.sum(axis=1) > 0], float("nan"), ""
    parts = pd.Series(float("nan"), index=table.index)
    if len(table) and table.sum().min() > 0:
        parts = pd.Series(stability_contributions(table["before"], table["now"]), index=table.index)
        psi = population_stability_index(table["before"], table["now"])
        low, high = policy.scorecard.stability_bands
        verdict = STABLE if psi < low else MOVED if psi <= high else SHIFTED
    return GradeShift(day, snapshot.date, table.assign(change_part=parts), tuple(ungraded), psi, verdict)
