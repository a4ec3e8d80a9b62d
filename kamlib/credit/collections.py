"""Which overdue clients to call first: money × probability, reminder stage, statutory late interest."""

from dataclasses import dataclass

import pandas as pd

from kamlib import receivables as rc
from kamlib.credit.claims import open_claims
from kamlib.credit.facts import credit_facts
from kamlib.credit.grading import grade_portfolio
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy


@dataclass(frozen=True)
class Worklist:
    """What is overdue, client by client, the most urgent first.

    Attributes
    ----------
    clients : DataFrame, one row a client with enough overdue
        ``client_id, name, account_manager, overdue, oldest_days, stage`` (of the reminder: number in the policy's
        stages from 0, by the age of what is asked for; −1 where disputes, credits or unapplied cash leave less than
        the smallest amount), ``grade, loss_rate, urgency`` (overdue × loss rate: what is lost if nobody calls),
        ``asked`` and ``interest`` (of all items, see `kamlib.credit.claims.open_claims`), ``rule`` (of the policy, ""
        where the region has none), ``disputed``, ``insolvent`` (these come last: nobody is called, the claim is filed).
    left_out : float
        Overdue money of clients below the policy's smallest amount.
    """

    date: pd.Timestamp
    currency: str
    clients: pd.DataFrame
    left_out: float
    policy: Policy

    @property
    def pay_within(self) -> pd.Timedelta:
        """How long a reminder leaves to pay."""
        return pd.Timedelta(days=self.policy.collections.pay_within_days)


def collection_worklist(snapshot: Snapshot, policy: Policy) -> Worklist:
    """The worklist of the whole portfolio.

    A client's loss rate is its grade's probability of default times the policy's base loss given default, but not
    less than the time already lost makes it: days past due of its oldest item over those that presume a default.

    Parameters
    ----------
    snapshot : Snapshot
    policy : Policy
        Sections ``collections``, ``loss`` and ``impairment``.

    Examples
    --------
    >>> from kamlib.policy import Policy
    >>> from kamlib.samples.small import small_ledger
    >>> calls = collection_worklist(small_ledger(), Policy()).clients
    >>> calls[["name", "overdue", "oldest_days", "loss_rate", "urgency"]].to_numpy().tolist()
    [['Cedar', 60000.0, 167.0, 0.45, 27000.0], ['Birch', 20000.0, 16.0, 0.08, 1600.0]]
    """
    rules, day = policy.collections, snapshot.date
    facts = credit_facts(snapshot, policy)
    late = facts[facts["overdue"].fillna(0.0) > 0]
    enough = late[late["overdue"] >= rules.smallest_amount].copy()
    grades = grade_portfolio(enough, snapshot, policy)["grade"] if len(enough) else pd.Series(dtype=object)
    unrated = policy.loss.unrated_grade
    chance = grades.fillna(unrated).map(policy.loss.pd_by_grade).astype(float)
    ageing = (enough["oldest_days"] / policy.impairment.default_days).clip(0, 1)
    enough["grade"] = grades
    enough["loss_rate"] = pd.concat([chance, ageing], axis=1).max(axis=1) * policy.loss.lgd[1]
    enough["urgency"] = (enough["overdue"] * enough["loss_rate"]).round(2)
    enough["rule"] = enough["region"].map(rules.rule_by_region).fillna("")
    claims = open_claims(snapshot, policy)
    claims = claims[claims["client_id"].isin(enough.index)]
    by, closing = claims["client_id"], claims["closing_rate"]
    disputed = (claims["open_amount"].clip(lower=0) * closing).where(claims["disputed"], 0.0)
    for name, money in (
        ("asked", claims["asked"] * closing),
        ("interest", claims["interest"] * closing),
        ("disputed", disputed),
    ):
        enough[name] = money.groupby(by).sum().round(2).reindex(enough.index).fillna(0.0)
    enough["insolvent"] = enough["insolvency"].notna()
    late_days = pd.Series(
        {client: _days_asked(own, policy) for client, own in claims.groupby("client_id")}, dtype=float
    ).reindex(enough.index)
    firsts = [stage.after_days for stage in rules.stages]
    reached = [sum(days >= first for first in firsts) - 1 for days in late_days.clip(lower=firsts[0])]
    enough["stage"] = pd.Series(reached, index=enough.index).where(enough["asked"] >= rules.smallest_amount, -1)
    columns = [
        "client_id", "name", "account_manager", "overdue", "oldest_days", "stage", "grade", "loss_rate", "urgency",
        "asked", "interest", "rule", "disputed", "insolvent",
    ]  # fmt: skip
    ranked = enough.rename_axis("client_id").reset_index()
    ranked = ranked.sort_values(["insolvent", "urgency", "client_id"], ascending=[True, False, True])
    left_out = float(late["overdue"].sum() - enough["overdue"].sum())
    return Worklist(day, snapshot.currency, ranked[columns].reset_index(drop=True), left_out, policy)


def _days_asked(claims: pd.DataFrame, policy: Policy) -> float:
    """Days by which a material part of a client's open money can be asked for: as ``oldest_days`` of its facts, but
    what is disputed or set off counts as not due."""
    asked, owed = claims["asked"] * claims["closing_rate"], claims["open_amount"].clip(lower=0) * claims["closing_rate"]
    amounts = pd.concat([asked, owed - asked], ignore_index=True)
    days = pd.concat([claims["days_past_due"], claims["days_past_due"] * 0], ignore_index=True)
    return rc.material_days_past_due(amounts, days, policy.limits.materiality)
