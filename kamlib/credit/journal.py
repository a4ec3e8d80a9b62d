"""The review's journal: what was decided before, what the client looked like then, and when to look again."""

from dataclasses import dataclass

import pandas as pd

from kamlib.credit.facts import credit_facts
from kamlib.credit.grading import grade_of
from kamlib.dependence import window_start
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy

DECISION_KINDS = ("limit", "terms", "override", "review", "block", "security")
STATES = ("proposed", "in force", "expired")


@dataclass(frozen=True)
class LastReview:
    """The newest decision on a client, and the figures as they were known on its day.

    Attributes
    ----------
    decision : Series
        The row of ``decisions``.
    then : Series
        The client's row of `kamlib.credit.facts.credit_facts` on that day; empty before its first invoice.
    grade : str or None
        On that day, by today's policy.
    """

    decision: pd.Series
    then: pd.Series
    grade: str | None


def decision_states(decisions: pd.DataFrame, day: pd.Timestamp) -> pd.Series:
    """What became of each decision: proposed (no approver yet), in force, or expired.

    Examples
    --------
    >>> rows = pd.DataFrame({"approved_by": ["CFO", None], "expires": pd.to_datetime(["2026-01-31", None])})
    >>> decision_states(rows, pd.Timestamp("2026-03-01")).tolist()
    ['expired', 'proposed']
    """
    states = pd.Series("in force", index=decisions.index, dtype=object)
    states = states.mask(decisions["expires"] < day, "expired")
    return states.mask(decisions["approved_by"].fillna("").str.strip() == "", "proposed")


def last_review(own: Snapshot, policy: Policy) -> LastReview | None:
    """The newest decision known on the day, replayed as of its own day; None without any.

    Parameters
    ----------
    own : Snapshot
        Narrowed to one client.
    policy : Policy
        Of today: a policy of then is not kept.
    """
    decisions = own.table("decisions").sort_values("date", kind="stable")
    if decisions.empty:
        return None
    newest = decisions.iloc[-1]
    then = own.as_of(newest["date"])
    if then.invoices.empty:
        return LastReview(newest, pd.Series(dtype=object), None)
    facts = credit_facts(then, policy).iloc[0]
    earlier = decisions[decisions["date"] <= newest["date"]]
    return LastReview(newest, facts, grade_of(facts, earlier, then.date, policy).final)


def review_months(grade: str | None, level: str, policy: Policy) -> int:
    """Months until the next review: by grade, or sooner where the level calls for attention.

    Parameters
    ----------
    grade : str or None
        None is reviewed as often as the policy's most frequent.
    level : str
        From `kamlib.credit.judge.judge`.
    policy : Policy
        Section ``authority``.
    """
    rules = policy.authority
    by_grade = rules.review_months.get(grade or "", min(rules.review_months.values()))
    return min(by_grade, rules.review_months_by_level.get(level, by_grade))


def next_review(day: pd.Timestamp, grade: str | None, level: str, policy: Policy) -> pd.Timestamp:
    """The day of the next review."""
    return window_start(day, -review_months(grade, level, policy))
