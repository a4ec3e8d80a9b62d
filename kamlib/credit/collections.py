"""Which overdue clients to call first: money × probability, reminder stage, statutory late interest."""

from dataclasses import dataclass

import pandas as pd

from kamlib.credit.facts import credit_facts
from kamlib.credit.grading import grade_portfolio
from kamlib.credit.position import items_in_reporting_currency
from kamlib.financing.financing_costs import late_interest
from kamlib.ledger.schema import REVENUE_KINDS
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy


@dataclass(frozen=True)
class Worklist:
    """What is overdue, client by client, the most urgent first.

    Attributes
    ----------
    clients : DataFrame, one row a client with enough overdue
        ``client_id, name, account_manager, overdue, oldest_days, stage`` (number in the policy's stages, from 0),
        ``grade, loss_rate, urgency`` (overdue × loss rate: what is lost if nobody calls), ``interest`` (statutory, to the
        day), ``rule`` (of the policy, "" where the region has none), ``disputed``, ``insolvent`` (these come last: nobody
        is called, the claim is filed).
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
    items, _ = items_in_reporting_currency(snapshot)
    owed = items[items["kind"].isin(REVENUE_KINDS) & (items["open_reporting"] > 0) & (items["due_date"] < day)]
    owed = owed.assign(rule=owed["client_id"].map(enough["rule"]).fillna(""), days=(day - owed["due_date"]).dt.days)
    owed = owed[owed["rule"] != ""]
    enough["interest"] = _interest(owed, policy).reindex(enough.index).fillna(0.0)
    enough["insolvent"] = enough["insolvency"].notna()
    disputed = items["open_reporting"].clip(lower=0).where(items["disputed"], 0.0).groupby(items["client_id"]).sum()
    enough["disputed"] = disputed.reindex(enough.index).fillna(0.0)
    firsts = [stage.after_days for stage in rules.stages]
    oldest = enough["oldest_days"].clip(lower=firsts[0])
    enough["stage"] = [sum(days >= first for first in firsts) - 1 for days in oldest]
    columns = [
        "client_id", "name", "account_manager", "overdue", "oldest_days", "stage", "grade", "loss_rate", "urgency",
        "interest", "rule", "disputed", "insolvent",
    ]  # fmt: skip
    ranked = enough.rename_axis("client_id").reset_index()
    ranked = ranked.sort_values(["insolvent", "urgency", "client_id"], ascending=[True, False, True])
    left_out = float(late["overdue"].sum() - enough["overdue"].sum())
    return Worklist(day, snapshot.currency, ranked[columns].reset_index(drop=True), left_out, policy)


def _interest(owed: pd.DataFrame, policy: Policy) -> pd.Series:
    """Statutory interest to the day on each client's overdue invoices, without the fixed sums of recovery."""
    found: dict[str, float] = {}
    for row in owed.itertuples():
        rule = policy.collections.interest_rules[row.rule]
        rate = rule.base_rate + rule.margin
        amount = late_interest(float(row.open_reporting), rate, float(row.days), rule.day_count)
        found[row.client_id] = found.get(row.client_id, 0.0) + amount
    return pd.Series(found, dtype=float).round(2)
