"""Entries of the risk register that the analyses propose, each with its evidence."""

from typing import Any

import pandas as pd

from kamlib.dependence import review_appetite, review_axes, review_dependence
from kamlib.errors import DataError
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy
from kamlib.treatment.facts import RiskFacts
from kamlib.treatment.plan import MitigationPlan
from kamlib.treatment.register import next_review

DEMAND_SIGNS = ("order_drop", "order_silence")
OPERATIONAL_SIGNS = ("disputes", "contact_silence", "satisfaction_fall")
PERSONAL = ("operational", "contract", "demand")  # the account manager's own


def propose_entries(snapshot: Snapshot, facts: RiskFacts, plan: MitigationPlan, policy: Policy) -> list[dict[str, Any]]:
    """Risks by client for those with most expected money, and of the company.

    - credit: the client fails; probability of `RiskFacts`, money is the receivable loss.
    - demand: it halves its orders for a year; likelier where orders warn.
    - contract: its contract ends within the policy's months and is not renewed; money is the margin missing while it
      is replaced, stock and contract cost, less compensation.
    - dependence: a client over the single-client limit leaves, whatever the reason.
    - operational: disputes, silence or falling satisfaction; money is what is disputed, or a tenth of a year's margin.
    - market: the largest industry falls; concentration: the margin of what lies over each broken limit.

    Entries below the policy's materiality (expected a year, nothing protected) are left out.
    """
    rules, chances = policy.treatment, policy.treatment.chances
    signals = facts.watch.review.signals
    on = signals[signals["status"] == "signal"]
    signs = {client: own.set_index("indicator") for client, own in on.groupby("client_id")}
    parts = facts.at_risk.clients.set_index("client_id")
    ends = _contract_ends(snapshot, policy)
    found: list[dict[str, Any]] = []

    def add(kind: str, client: Any, chance: float, inherent: float, residual: float, evidence: tuple, planned=None):
        if not chance * inherent >= rules.materiality * facts.margin:
            return
        treatment = propose_treatment(
            kind, chance, chance * residual / max(facts.margin, 1e-9), plan, getattr(client, "client_id", ""), policy
        )
        manager = getattr(client, "account_manager", None)
        own = kind in PERSONAL and isinstance(manager, str)
        key = client.client_id if client is not None else evidence[1]
        found.append(
            {
                "risk_id": f"{kind}-{key}",
                "kind": kind,
                "client_id": client.client_id if client is not None else "",
                "name": client.name if client is not None else "",
                "probability": chance,
                "inherent": round(inherent, 2),
                "residual": round(min(residual, inherent), 2),
                "planned": round(min(residual if planned is None else planned, residual), 2),
                "treatment": treatment,
                "owner": manager if own else rules.owners.get(kind, ""),
                "review": next_review(snapshot.date, treatment, policy),
                "evidence": evidence,
            }
        )

    shown = facts.clients.head(rules.clients)
    for client in shown.itertuples(index=False):
        own = signs.get(client.client_id, pd.DataFrame())
        saved = plan.saved_of(client.client_id)
        left = max(client.receivable_net - saved, 0.0)
        add(
            "credit", client, client.probability, client.receivable_loss, client.receivable_net,
            ("failed" if client.failed else "credit", client.level, client.grade, client.balance), left,
        )  # fmt: skip
        if client.failed:
            continue
        falling = [sign for sign in DEMAND_SIGNS if sign in own.index]
        halved = client.margin * rules.order_drop
        chance = chances.demand_signal if falling else chances.demand
        add("demand", client, chance, halved, halved, ("demand", *_reading(own, falling)))
        money = parts.loc[client.client_id]
        gross = float(money[["margin_lost", "stranded_stock", "contract_cost"]].sum())
        if client.client_id in ends.index:
            evidence = ("contract", ends[client.client_id])
            add("contract", client, chances.contract_ends, gross, client.own_loss, evidence)
        trouble = [sign for sign in OPERATIONAL_SIGNS if sign in own.index]
        if trouble:
            evidence = ("operational", *_reading(own, trouble))
            money_lost = client.margin / 10
            add("operational", client, chances.operational_signal, money_lost, money_lost, evidence)
    _company(snapshot, facts, policy, add)
    return found


def _reading(own: pd.DataFrame, signs: list[str]) -> tuple:
    """The first sign with its value, limit and unit; nothing where no sign is on."""
    if not signs:
        return ()
    row = own.loc[signs[0]]
    return (signs[0], float(row["value"]), float(row["limit"]), str(row["unit"]))


def propose_treatment(
    kind: str, chance: float, expected: float, plan: MitigationPlan, client: str, policy: Policy
) -> str:
    """Accept what is small (`expected` is a part of a year's margin), avoid what is likelier than not, transfer where a picked mitigation is another's promise."""
    rules = policy.treatment
    if chance >= rules.avoid_from:
        return "avoid"
    if expected < rules.accept_below:
        return "accept"
    kinds = {kind for kinds in plan.picked.loc[plan.picked["client_id"] == client, "kinds"] for kind in kinds}
    if kind == "credit" and kinds and kinds <= {"insurance", "guarantee", "factoring"}:
        return "transfer"
    return "reduce"


def _contract_ends(snapshot: Snapshot, policy: Policy) -> pd.Series:
    """Client → last day of its contracts, where all that are in force end within the policy's months unrenewed."""
    rows = snapshot.table("contracts")
    rows = rows[~rows["auto_renews"] & rows["end_date"].notna() & (rows["end_date"] >= snapshot.date)]
    last = rows.groupby("client_id")["end_date"].max()
    return last[last <= snapshot.date + pd.DateOffset(months=policy.treatment.expiry_months)]


def _company(snapshot: Snapshot, facts: RiskFacts, policy: Policy, add: Any) -> None:
    rules, chances = policy.treatment, policy.treatment.chances
    try:
        review = review_dependence(snapshot, policy)
    except DataError:
        return  # no revenue in the window: nothing rests on anybody
    clients = facts.clients.set_index("client_id")
    rate = facts.margin / review.revenue if review.revenue > 0 else 0.0
    broken = review_appetite(snapshot, review, policy).broken
    for limit in broken.itertuples(index=False):
        if limit.kind == "single_client":
            members = review.clients.loc[review.clients["group_id"] == limit.key, "client_id"]
            known = clients[clients.index.isin(members) & ~clients["failed"]]
            gross = float(known["own_loss"].sum())
            if len(known):
                first = next(known.head(1).reset_index().itertuples(index=False))
                add("dependence", first, chances.dependence, gross, gross, ("dependence", limit.value, limit.limit))
        elif limit.kind != "exposure" and limit.over_amount == limit.over_amount:
            over = float(limit.over_amount) * rate
            key = f"{limit.kind}-{limit.key}" if limit.key else limit.kind
            add(
                "concentration",
                None,
                chances.dependence,
                over,
                over,
                ("concentration", key, limit.kind, limit.who, limit.value, limit.limit),
            )
    axes = review_axes(snapshot, policy)
    industries = axes[(axes["axis"] == "industry") & (axes["segment"] != "")]
    if len(industries):
        largest = industries.sort_values("revenue", ascending=False).iloc[0]
        signals = facts.watch.review.signals
        falls = signals[(signals["indicator"] == "industry_fall") & (signals["status"] == "signal")]
        sector = snapshot.table("clients").set_index("client_id")["industry"]
        hit = bool((falls["client_id"].map(sector) == largest["segment"]).any())
        money = float(largest["revenue"]) * rate * rules.market_fall
        chance = chances.market_signal if hit else chances.market
        add("market", None, chance, money, money, ("market", str(largest["segment"]), float(largest["share"]), hit))
