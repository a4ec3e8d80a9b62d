"""The expected credit loss of a client: by its grade, and by the company's own flow rates with the stages of IFRS 9."""

from dataclasses import dataclass

import pandas as pd

from kamlib import receivables as rc
from kamlib.kept import kept_table
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy

FLOWS = "flow_rates.parquet"  # as which a run keeps them


@dataclass(frozen=True)
class CreditLoss:
    """What is expected to be lost.

    Attributes
    ----------
    probability, low, high : float
        Of default within a year, of the policy for the grade, and the range it is known in: never one figure alone.
    given_default : tuple of float
        Low, base, high.
    at_default : float
        Receivables beyond cover and deposits; NaN where payments are not known.
    expected : tuple of float
        Low, base, high: probability × loss given default × exposure at default, all three at once.
    matrix : DataFrame
        See `kamlib.receivables.provision_matrix`; empty where the company's payments are not known.
    flows : DataFrame
        See `kamlib.receivables.flow_rates`.
    unlinked_share : float
        Part of the money received that names no invoice: the flow rates are too high by what it paid.
    stage : int
        Of IFRS 9.
    """

    probability: float
    low: float
    high: float
    given_default: tuple[float, float, float]
    at_default: float
    expected: tuple[float, float, float]
    matrix: pd.DataFrame
    flows: pd.DataFrame
    unlinked_share: float
    stage: int

    @property
    def allowance(self) -> float:
        """By the provision matrix; NaN without one."""
        return float(self.matrix["allowance"].sum()) if len(self.matrix) else float("nan")


def credit_loss(
    snapshot: Snapshot, ageing: pd.DataFrame, facts: pd.Series, grade: str | None, policy: Policy
) -> CreditLoss:
    """The expected loss of one client's receivables, by its grade and by the provision matrix beside it.

    Parameters
    ----------
    snapshot : Snapshot
        Whose whole portfolio the flow rates come from.
    ageing : DataFrame
        The client's open invoices, from `kamlib.receivables.ageing_schedule`.
    facts : Series
        A row of `kamlib.credit.facts.credit_facts`.
    grade : str or None
        The grade that counts; None takes the policy's grade of clients without one.
    policy : Policy
        Sections ``loss`` and ``impairment``.

    References
    ----------
    IFRS 9 5.5.15 (simplified approach), B5.5.35 (provision matrix), 5.5.11 and B5.5.37 (stages).

    Examples
    --------
    >>> from kamlib.credit.facts import credit_facts
    >>> from kamlib.credit.position import client_position
    >>> from kamlib.policy import Policy
    >>> from kamlib.samples.small import small_ledger
    >>> ledger, policy = small_ledger(), Policy()
    >>> birch = client_position(ledger.only("B"), policy).ageing
    >>> loss = credit_loss(ledger, birch, credit_facts(ledger, policy).loc["B"], "BB", policy)
    >>> loss.at_default, loss.probability, round(loss.expected[1], 2)  # 22,000 uninsured × 0.7 % × 45 %
    (22000.0, 0.007, 69.3)
    """
    table, rules = policy.loss.pd_by_grade, policy.impairment
    probability = table.get(grade or policy.loss.unrated_grade, max(table.values()))
    low, high = policy.loss.likely_range(probability)
    bare = float(facts["receivables"]) - float(facts["covered"]) - float(facts["deposits"])
    bare = max(bare, 0.0) if bare == bare else float("nan")
    chances = zip((low, probability, high), policy.loss.lgd, strict=True)
    flows, unlinked = portfolio_flows(snapshot, policy)
    if len(flows):
        balances = ageing.set_index("bucket")["amount"]
        matrix = rc.provision_matrix(balances, rc.loss_rates(flows["flow_rate"]), rules.overlay)
    else:
        matrix = pd.DataFrame(columns=["bucket", "balance", "historical_rate", "loss_rate", "allowance"])
    insolvent = not pd.isna(facts["insolvency"])
    return CreditLoss(
        probability=probability,
        low=low,
        high=high,
        given_default=policy.loss.lgd,
        at_default=bare,
        expected=tuple(round(chance * lost * bare, 2) for chance, lost in chances),
        matrix=matrix,
        flows=flows,
        unlinked_share=unlinked,
        stage=rc.impairment_stage(float(facts["oldest_days"]), insolvent, rules.increase_days, rules.default_days),
    )


def portfolio_flows(snapshot: Snapshot, policy: Policy) -> tuple[pd.DataFrame, float]:
    """Flow rates of the whole company's invoices, and the part of receipts that names no invoice.

    They are read from what the ingest has kept of all payments, a few rows a day, whatever client is chosen.

    Returns
    -------
    (DataFrame, float)
        Empty and NaN where nothing is known of payments.
    """
    kept = kept_table(snapshot, policy, FLOWS)
    if kept is not None and len(kept):
        return kept.drop(columns="unlinked_share"), float(kept["unlinked_share"].iloc[0])
    none = pd.DataFrame(columns=["bucket", "reached_amount", "flowed_amount", "flow_rate", "assumed"])
    if snapshot.absent("receipts"):
        return none, float("nan")
    lags = snapshot.payment_lags
    paid = float(lags["paid"].sum())
    if not paid > 0:
        return none, float("nan")
    linked = lags[lags["lag_days"].notna()]
    unlinked = paid - float(linked["paid"].sum())
    edges, rules = policy.receivables.ageing_edges, policy.impairment
    flows = rc.flow_rates(linked, snapshot.date, edges, rules.flow_months, max(rules.loss_days, edges[-1] + 1))
    return flows, unlinked / paid
