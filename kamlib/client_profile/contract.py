"""What the contracts of a client protect, what is missing from them, and what ending them costs."""

from dataclasses import dataclass

import pandas as pd

from kamlib import contracts as ct
from kamlib.dependence import client_economics, open_balances
from kamlib.ledger.schema import REVENUE_KINDS
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy


@dataclass(frozen=True)
class ContractPosition:
    """A client's contracts on the snapshot's day.

    Attributes
    ----------
    contracts : DataFrame, one row a contract in force
        The canonical columns with ``annual_value`` filled in, ``estimated`` (whether it had to be), ``exit``
        (earliest), ``decide_by``, ``lapsed`` (its recorded end has passed, it renews itself).
    ended : int
        Contracts that have ended and do not renew.
    checklist, missing : DataFrame
        See `kamlib.contracts.clause_checklist` and `rank_missing_clauses`.
    bases : dict
        Base of a clause → money.
    ladder : DataFrame
    curve : DataFrame
        ``month, protected, committed``: revenue under contract, and the minimum volume in it.
    custom_stock, tooling, compensation, termination_loss : float
        Compensation counts only where the clause is not recorded as absent or unknown.
    unsure_compensation : float
        Recorded amounts that were not counted for that reason.
    """

    contracts: pd.DataFrame
    ended: int
    checklist: pd.DataFrame
    missing: pd.DataFrame
    bases: dict[str, float]
    ladder: pd.DataFrame
    curve: pd.DataFrame
    custom_stock: float
    tooling: float
    compensation: float
    unsure_compensation: float
    termination_loss: float

    @property
    def protected_year(self) -> float:
        """Revenue of the next twelve months that is under contract if notice is given today."""
        return float(self.curve["protected"].head(12).sum())

    @property
    def last_exit(self) -> pd.Timestamp | None:
        """The day on which the client can be out of all of them; None without a contract."""
        return self.contracts["exit"].max() if len(self.contracts) else None


def contract_position(own: Snapshot, policy: Policy, revenue: float) -> ContractPosition:
    """The contracts of a client.

    Parameters
    ----------
    own : Snapshot
        Narrowed to one client.
    policy : Policy
    revenue : float
        Of the last year: stands in where a contract tells no annual value.
    """
    rules = policy.profile
    everything = own.table("contracts")
    running = contracts_in_force(everything, own.date, revenue, policy)
    orders = own.table("orders")
    stock, tooling = float(orders["custom_stock_cost"].sum()), float(running["tooling_cost"].sum())
    granted = ct.clause_status(running["compensation"]) == ct.PRESENT
    amounts = running["termination_compensation"].fillna(0.0)
    compensation, unsure = float(amounts[granted].sum()), float(amounts[~granted].sum())
    bases = _bases(own, policy, float(running["annual_value"].sum()), stock + tooling)
    checklist = ct.clause_checklist(running, tuple(rules.clauses))
    curve = _curve(running, own.date, rules.exit_months)
    return ContractPosition(
        contracts=running,
        ended=len(everything) - len(running),
        checklist=checklist,
        missing=ct.rank_missing_clauses(
            checklist, bases, {name: (rule.base, rule.share) for name, rule in rules.clauses.items()}
        ),
        bases=bases,
        ladder=ct.expiry_ladder(running, own.date),
        curve=curve,
        custom_stock=stock,
        tooling=tooling,
        compensation=compensation,
        unsure_compensation=unsure,
        termination_loss=ct.termination_loss(stock, tooling, compensation),
    )


def contracts_in_force(contracts: pd.DataFrame, day: pd.Timestamp, revenue: float, policy: Policy) -> pd.DataFrame:
    """The contracts that bind on a day, with their value a year, earliest exit and day to decide.

    A contract without an annual value gets an equal part of the revenue that the others do not explain.
    """
    running = ct.in_force(contracts, day).reset_index(drop=True)
    unknown = running["annual_value"].isna()
    left = max(revenue - float(running["annual_value"].sum()), 0.0)
    value = running["annual_value"].fillna(left / max(int(unknown.sum()), 1)).astype(float)
    return running.assign(
        annual_value=value,
        estimated=unknown,
        exit=ct.earliest_exit(running, day, policy.profile.notice_reading),
        decide_by=ct.decision_day(running),
        lapsed=running["end_date"] < day,
    )


def _curve(running: pd.DataFrame, day: pd.Timestamp, months: int) -> pd.DataFrame:
    """Value under contract, and the minimum volume in it, month by month."""
    curve = ct.protected_revenue(running["exit"], running["annual_value"], day, months, running["start_date"])
    committed = running["minimum_volume"].fillna(0.0).clip(upper=running["annual_value"])
    least = ct.protected_revenue(running["exit"], committed, day, months, running["start_date"])
    return curve.assign(committed=least["protected"])


def _bases(own: Snapshot, policy: Policy, annual_value: float, stranded: float) -> dict[str, float]:
    """The money that clauses are measured by; NaN where the ledger does not tell."""
    economics = client_economics(own, policy.concentration.window_months)
    paid = not own.absent("receipts")
    owed = float(open_balances(own).sum()) if paid else float("nan")
    invoices = own.invoices
    trade = invoices[invoices["kind"].isin(REVENUE_KINDS)]
    due = float(trade.loc[trade["due_date"] < own.date, "reporting_amount"].sum())
    received = float(own.table("receipts")["reporting_amount"].sum())
    return {
        "annual_value": annual_value,
        "annual_margin": float(economics["margin"].sum()) if economics["margin"].notna().any() else float("nan"),
        "receivables": max(owed, 0.0) if paid else owed,
        "overdue": min(max(due - received, 0.0), max(owed, 0.0)) if paid else float("nan"),
        "stranded_cost": stranded if not own.absent("orders") or stranded else float("nan"),
    }
