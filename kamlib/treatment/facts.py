"""What treatment rests on, one row a client: how likely its loss is, what it would cost, what stands behind it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.contracts import PRESENT, clause_status, in_force
from kamlib.credit.position import items_in_reporting_currency
from kamlib.credit.what_if import graded_book
from kamlib.dependence import client_economics
from kamlib.early_warning import WatchList, review_early_warning
from kamlib.ledger.snapshot import Snapshot
from kamlib.loss_model import SimulatedLosses, simulate_losses
from kamlib.policy import Policy
from kamlib.protection.protection_effects import Protection
from kamlib.receivables import CENT
from kamlib.stress import MoneyAtRisk, money_at_risk

BASE = 1  # of the policy's low, base, high
OWN_PARTS = ("margin_lost", "stranded_stock", "contract_cost", "compensation")
WARNED = ("medium", "high", "critical")


@dataclass(frozen=True)
class RiskFacts:
    """What is known of every client with revenue or a balance, in the reporting currency.

    Attributes
    ----------
    clients : DataFrame, most expected money first
        ``client_id, name, account_manager, region, level, failed, grade`` (of the scorecard, else the last external
        one), ``titled`` (its contracts retain title already), ``probability`` (of a year), ``balance,
        revenue, margin, receivable_loss`` (before protections), ``receivable_net`` (after them), ``own_loss`` (margin
        missing, stock, contracts, less compensation), ``loss`` (both, as `kamlib.stress.money_at_risk` has it),
        ``expected`` (probability × loss), ``days`` (of revenue in the balance), ``overdue, later_share`` (of open
        invoices young enough to fall under an insurer's cut), ``goods`` (what retention of title would bring back).
    protections : dict
        Client → protections in force.
    simulated : SimulatedLosses or None
        Years of losses of all clients that have not failed; None where none can lose anything.
    """

    clients: pd.DataFrame
    protections: dict[str, tuple[Protection, ...]]
    simulated: SimulatedLosses | None
    at_risk: MoneyAtRisk
    watch: WatchList
    payments_known: bool
    policy: Policy

    @property
    def margin(self) -> float:
        """A year's contribution margin of the company; of revenue times the assumed rate where none is known."""
        return float(self.clients["margin"].sum())

    @property
    def living(self) -> pd.DataFrame:
        """Clients that have not failed."""
        return self.clients[~self.clients["failed"]]

    def tail_probability(self) -> pd.Series:
        """How often each client fails within the worst years of the policy's level; index client_id."""
        if self.simulated is None:
            return pd.Series(dtype=float)
        by_client = self.simulated.contributions(self.policy.treatment.level)
        return (by_client / self.simulated.loss_given.where(self.simulated.loss_given > 0)).fillna(0.0)

    def expected_shortfall(self, loss_given: pd.Series | None = None) -> float:
        """Of all clients together at the policy's level, if each client cost what `loss_given` says; the same years."""
        if self.simulated is None:
            return 0.0
        found = self.simulated
        if loss_given is not None:
            loss = loss_given.reindex(found.loss_given.index).to_numpy(float)
            year = np.repeat(np.arange(len(found.losses)), found.counts)
            losses = np.bincount(year, weights=loss[found.defaulted], minlength=len(found.losses))
            found = SimulatedLosses(losses, loss_given, found.counts, found.defaulted)
        return found.expected_shortfall(self.policy.treatment.level)


def risk_facts(snapshot: Snapshot, policy: Policy, watch: WatchList | None = None) -> RiskFacts:
    """Everything that the register, the mitigations and the plans share.

    A client's probability is that of its grade, or of its warning level where that is medium or worse and more; one
    on which an insolvency is on record has failed: its probability is 1.

    Parameters
    ----------
    snapshot : Snapshot
        Of all clients.
    policy : Policy
    watch : WatchList or None
        One that is there already; it is the slow part.
    """
    watch = watch or review_early_warning(snapshot, policy)
    at_risk = money_at_risk(snapshot, policy)
    frame = at_risk.clients.reset_index(drop=True)
    known = not snapshot.absent("receipts")
    told = watch.review.clients.set_index("client_id")
    master = snapshot.table("clients").drop_duplicates("client_id").set_index("client_id")
    economics = client_economics(snapshot, policy.concentration.window_months).set_index("client_id")
    ids = frame["client_id"]
    margin = ids.map(economics["margin"]).astype(float)
    assumed = frame["revenue"] * policy.stress.assumed_margin_rate
    level = ids.map(told["level"]).astype("object").fillna("unknown")
    failed = ids.map(told["hard"]).astype("object").fillna(False).astype(bool)
    graded = ids.map(graded_book(snapshot, policy).grades).astype("object")
    rated = ids.map(latest_grades(snapshot, policy)).astype("object")
    grade = graded.where(graded.notna(), rated).fillna(policy.loss.unrated_grade)
    clients = pd.DataFrame(
        {
            "client_id": ids,
            "name": frame["name"],
            "account_manager": ids.map(master["account_manager"]).astype("object"),
            "region": ids.map(master["region"]).astype("object").fillna(""),
            "level": level,
            "failed": failed,
            "grade": grade,
            "titled": ids.isin(_with_title(snapshot)),
            "balance": frame["balance"].fillna(0.0).clip(lower=0),
            "revenue": frame["revenue"],
            "margin": (assumed if at_risk.margin_assumed else margin.fillna(0.0)).clip(lower=0),
            "receivable_loss": frame["receivable_loss"].fillna(0.0),
            "own_loss": frame[list(OWN_PARTS)].sum(axis=1).clip(lower=0).round(2),
        }
    )
    reliefs = frame[["deposit", "guarantee", "insurance"]].sum(axis=1)
    clients["receivable_net"] = (clients["receivable_loss"] + reliefs).clip(lower=0).round(2)
    clients["loss"] = (clients["receivable_net"] + clients["own_loss"]).round(2)
    odds = {name: getattr(found, "value", np.nan) for name, found in watch.tested.odds.items() if name in WARNED}
    by_grade = clients["grade"].map(policy.loss.pd_by_grade).astype(float)
    warned = clients["level"].map(odds).astype(float).fillna(0.0)
    clients["failed"] |= by_grade >= 1
    clients["probability"] = np.maximum(by_grade, warned).where(~clients["failed"], 1.0)
    clients["expected"] = clients["probability"] * clients["loss"]
    clients["days"] = (clients["balance"] / clients["revenue"].where(clients["revenue"] > CENT) * 365).fillna(0.0)
    for name, values in _open_facts(snapshot, policy, known).items():
        clients[name] = clients["client_id"].map(values).astype(float).fillna(0.0)
    clients = clients.sort_values(["expected", "client_id"], ascending=[False, True], ignore_index=True)
    return RiskFacts(
        clients, _protections(snapshot), _simulated(clients, policy), at_risk, watch, known, policy
    )  # fmt: skip


def _with_title(snapshot: Snapshot) -> list[str]:
    """The clients whose every contract in force already retains title."""
    live = in_force(snapshot.table("contracts"), snapshot.date)
    agreed = clause_status(live["retention_of_title"]) == PRESENT
    return agreed.groupby(live["client_id"]).all().loc[lambda whole: whole].index.tolist()


def latest_grades(snapshot: Snapshot, policy: Policy) -> pd.Series:
    """Client → the last grade known that the policy has a probability for."""
    ratings = snapshot.table("ratings").dropna(subset=["grade"]).sort_values("date", kind="stable")
    latest = ratings.groupby("client_id")["grade"].last()
    return latest[latest.isin(list(policy.loss.pd_by_grade))]


def _open_facts(snapshot: Snapshot, policy: Policy, known: bool) -> dict[str, pd.Series]:
    """Overdue money, the share of young invoices and what goods would bring back, by client."""
    if not known:
        return {name: pd.Series(dtype=float) for name in ("overdue", "later_share", "goods")}
    rules = policy.treatment.instruments
    items, _ = items_in_reporting_currency(snapshot)
    items = items[items["open_reporting"] > CENT]
    age = (snapshot.date - items["issue_date"]).dt.days
    by_age = np.zeros(len(items))
    for days, part in reversed(rules.title_by_age):
        by_age = np.where(age <= days, part, by_age)
    amounts = pd.DataFrame(
        {
            "open": items["open_reporting"],
            "overdue": items["open_reporting"].where(items["due_date"] < snapshot.date, 0.0),
            "later": items["open_reporting"].where(age <= rules.insurance.later_days, 0.0),
            "goods": items["open_reporting"] * by_age,
        }
    )
    sums = amounts.groupby(items["client_id"]).sum()
    return {"overdue": sums["overdue"], "later_share": sums["later"] / sums["open"], "goods": sums["goods"]}


def _protections(snapshot: Snapshot) -> dict[str, tuple[Protection, ...]]:
    """Deposits, guarantees and insurances in force, several insurances of a client as one (as money at risk has them)."""
    rows = snapshot.table("protections")
    rows = rows[~(rows["end_date"] < snapshot.date) & rows["kind"].isin(["deposit", "guarantee", "insurance"])]
    rows = rows.assign(
        limit=rows["limit"].fillna(0.0),
        share=rows["insured_share"].fillna(1.0).where(rows["kind"] != "deposit", 1.0),
        deductible=rows["deductible"].fillna(0.0).where(rows["kind"] == "insurance", 0.0),
    )
    found: dict[str, tuple[Protection, ...]] = {}
    for (client, kind), own in rows.groupby(["client_id", "kind"]):
        limit = float(own["limit"].sum())
        share = float((own["limit"] * own["share"]).sum() / limit) if limit > 0 else 1.0
        if kind == "guarantee":  # what it pays at the most, as money at risk reckons it
            limit, share = limit * share, 1.0
        added = Protection(str(kind), limit, share, float(own["deductible"].sum()))
        found[str(client)] = (*found.get(str(client), ()), added)
    return found


def _simulated(clients: pd.DataFrame, policy: Policy) -> SimulatedLosses | None:
    living = clients[~clients["failed"] & (clients["loss"] > 0)].sort_values("client_id")
    if living.empty:
        return None
    frame = pd.DataFrame(
        {
            "client_id": living["client_id"].to_numpy(),
            "pd": living["probability"].to_numpy(),
            "lgd": 1.0,
            "ead": living["loss"].to_numpy(),
        }
    )
    found = simulate_losses(frame, policy.loss.rho, policy.loss.scenarios, policy.loss.seed)
    given = pd.Series(living["loss"].to_numpy(), index=living["client_id"].to_numpy())
    return SimulatedLosses(found.losses, given, found.counts, found.defaulted)
