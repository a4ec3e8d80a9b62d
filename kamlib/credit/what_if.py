"""What another credit policy would change over the whole portfolio: grades, limits, blocked clients."""

from dataclasses import dataclass

import pandas as pd

from kamlib.credit.facts import credit_facts
from kamlib.credit.grading import grade_portfolio
from kamlib.credit.limits import block_rules, current_limits, propose_limits, utilisation_of
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy


@dataclass(frozen=True)
class PolicyChange:
    """Two policies on the same day.

    Attributes
    ----------
    clients : DataFrame, index client_id
        ``name, revenue, receivables, grade, grade_if, limit`` (in force), ``proposed, proposed_if, blocked,
        blocked_if``.
    """

    date: pd.Timestamp
    currency: str
    clients: pd.DataFrame

    @property
    def changed(self) -> pd.DataFrame:
        """The clients whose grade, proposed limit or block differs, by revenue."""
        table = self.clients
        grade = table["grade"].fillna("") != table["grade_if"].fillna("")
        limit = table["proposed"].fillna(-1.0) != table["proposed_if"].fillna(-1.0)
        block = table["blocked"] != table["blocked_if"]
        return table[grade | limit | block].sort_values("revenue", ascending=False)

    @property
    def blocked_sales(self) -> tuple[float, float]:
        """Revenue of the window of the clients that are blocked, now and under the other policy."""
        revenue = self.clients["revenue"]
        return tuple(float(revenue[self.clients[name]].sum()) for name in ("blocked", "blocked_if"))


@dataclass(frozen=True)
class GradedBook:
    """Facts and grades of every client under a policy: what a change of the limits alone leaves as it is."""

    policy: Policy
    facts: pd.DataFrame
    grades: pd.Series


def graded_book(snapshot: Snapshot, policy: Policy) -> GradedBook:
    """Read and grade every client."""
    facts = credit_facts(snapshot, policy)
    return GradedBook(policy, facts, grade_portfolio(facts, snapshot, policy)["grade"])


def compare_policies(snapshot: Snapshot, policy: Policy, other: Policy, book: GradedBook | None = None) -> PolicyChange:
    """Grade, limit and block of every client under the policy in force and under another.

    Parameters
    ----------
    snapshot : Snapshot
    policy, other : Policy
        `Policy.model_copy` or another file gives the other one.
    book : GradedBook or None
        Graded already under `policy`; what the other policy does not touch is not read again.

    Examples
    --------
    >>> from kamlib.samples.small import small_ledger
    >>> other = changed_policy(Policy(), "limits", "block_overdue_share", 0.6)
    >>> other = changed_policy(other, "limits", "utilisation", [0.8, 1.0, 2.5])
    >>> found = compare_policies(small_ledger(), Policy(), other)
    >>> found.changed[["name", "blocked", "blocked_if"]].to_numpy().tolist(), found.blocked_sales
    ([['Birch', True, False]], (360000.0, 120000.0))
    """
    book = book or graded_book(snapshot, policy)
    facts = book.facts
    now = _verdicts(snapshot, book, policy)
    then = _verdicts(snapshot, book if _same_grades(policy, other) else graded_book(snapshot, other), other)
    table = facts[["name", "revenue", "receivables"]].join(now).join(then.add_suffix("_if").drop(columns="limit_if"))
    return PolicyChange(snapshot.date, snapshot.currency, table)


def changed_policy(policy: Policy, section: str, threshold: str, value: float) -> Policy:
    """The policy with one threshold moved, checked as the file is.

    Raises
    ------
    ValidationError
        A value that the section does not allow, or a name that is not in it.

    Examples
    --------
    >>> changed_policy(Policy(), "limits", "block_oldest_days", 30).limits.block_oldest_days
    30
    """
    content = policy.model_dump(mode="json")
    content[section][threshold] = value
    return type(policy).model_validate(content)


def _same_grades(policy: Policy, other: Policy) -> bool:
    """Whether the policies differ in nothing but limits, of which only the materiality of an item is a fact."""
    same = other.model_copy(update={"limits": policy.limits})
    return same == policy and other.limits.materiality == policy.limits.materiality


def _verdicts(snapshot: Snapshot, book: GradedBook, policy: Policy) -> pd.DataFrame:
    facts, grades = book.facts, book.grades
    limits = current_limits(facts, snapshot.table("decisions"))
    proposed = propose_limits(facts, grades, limits, policy)["proposed"]
    blocked = {
        client: any(
            found is True for found in block_rules(row, utilisation_of(row["drawn"], limits[client]), policy).values()
        )
        for client, row in facts.iterrows()
    }
    return pd.DataFrame(
        {"grade": grades, "limit": limits, "proposed": proposed, "blocked": pd.Series(blocked, dtype=bool)}
    )
