"""Mitigations compared for a client: what each costs a year, what it saves of the loss, what it does to cash and revenue."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import pandas as pd

from kamlib.financing.financing_costs import DISCOUNT_METHODS, discount_rate, factoring_result
from kamlib.policy import Policy
from kamlib.protection.mitigation import break_even_probability
from kamlib.protection.protection_effects import (
    Protection,
    capped_exposure,
    instalments_left,
    loss_after,
    prepaid_exposure,
    shorter_terms_exposure,
)
from kamlib.treatment.facts import BASE, RiskFacts

MITIGATIONS = (
    "insurance",
    "guarantee",
    "deposit",
    "prepayment",
    "instalments",
    "retention_of_title",
    "limit_cut",
    "shorter_terms",
    "factoring",
    "early_discount",
    "diversification",
)
EXPOSURE_FIRST = (
    "instalments",
    "limit_cut",
    "shorter_terms",
    "early_discount",
    "prepayment",
    "factoring",
)


@dataclass(frozen=True)
class Effect:
    """What one mitigation, or several together, do for one client.

    Attributes
    ----------
    kinds : tuple of str
        Of `MITIGATIONS`.
    cost : float
        Money a year; below 0 it earns more than it costs.
    loss : float
        What the client's failure costs with it.
    cash : float
        Money that comes in once, when it starts.
    revenue : float
        Change of a year's revenue.
    """

    kinds: tuple[str, ...]
    cost: float
    loss: float
    cash: float = 0.0
    revenue: float = 0.0


def client_effect(client: Any, held: Iterable[Protection], kinds: Collection[str], policy: Policy) -> Effect:
    """What mitigations do together for one client: one after the other, each only to what is left by those before.

    First what is owed shrinks (instalments, limit, terms, discount, prepayment, factoring); then goods and money in
    hand, guarantor and insurer pay on the loss that is left; diversification lowers the margin that is missing.
    Costs add up. Together they never count for more than the sum of each alone: what the deductible of an insurance
    would add to that is left out.

    Parameters
    ----------
    client : row of `RiskFacts.clients`
    held : iterable of Protection
        In force already.
    kinds : collection of str
        Of `MITIGATIONS`; none leaves the client as it is.
    policy : Policy
    """
    held = tuple(held)
    found = _joint_effect(client, held, kinds, policy)
    if len(found.kinds) < 2:
        return found
    now = _joint_effect(client, held, (), policy).loss
    alone = sum(now - _joint_effect(client, held, (kind,), policy).loss for kind in found.kinds)
    return replace(found, loss=round(max(found.loss, now - alone), 2))


def _joint_effect(client: Any, held: tuple[Protection, ...], kinds: Collection[str], policy: Policy) -> Effect:
    exposure, goods = client.balance, client.goods
    cost = cash = revenue = 0.0
    for kind in EXPOSURE_FIRST:
        if kind in kinds:
            left, price, moved = _owed_less(kind, exposure, client, policy)
            goods *= left / exposure if exposure > 0 else 0.0
            cash += exposure - left
            cost, revenue, exposure = cost + price, revenue + moved, left
    lgd = policy.loss.lgd[BASE]
    added, price, moved, paid_in = _protected(kinds, exposure, goods, client, held, policy)
    receivable = float(loss_after(exposure * lgd, [*held, *added]))
    own = client.own_loss
    rules = policy.treatment.instruments
    if "diversification" in kinds:
        own *= 1 - rules.diversify_share
        price += client.revenue * rules.diversify_share * rules.diversify_cost
        moved += client.revenue * rules.diversify_share
    ordered = tuple(kind for kind in MITIGATIONS if kind in kinds)
    return Effect(
        ordered,
        round(cost + price + rules.handling * len(ordered), 2),
        round(min(receivable + own, client.loss), 2),
        round(cash + paid_in, 2),
        round(revenue + moved, 2),
    )


def _owed_less(kind: str, exposure: float, client: Any, policy: Policy) -> tuple[float, float, float]:
    """What is owed afterwards, the cost a year and the change of revenue of one rule on what is owed."""
    rules = policy.treatment.instruments
    if kind == "instalments":
        days = rules.instalments * rules.instalment_days
        overdue = min(client.overdue, exposure)
        half = instalments_left(overdue, rules.instalments, rules.instalment_days, days / 2)
        left = exposure - (overdue - float(half)) * rules.instalment_kept
        return left, float(half) * rules.own_rate * days / 365, 0.0
    if kind == "limit_cut":
        left = float(capped_exposure(exposure, client.balance * (1 - rules.limit_cut)))
        refused = client.revenue * (1 - left / exposure) * (1 - rules.refused_kept) if exposure > 0 else 0.0
    elif kind == "shorter_terms":
        if client.days <= 0:
            return exposure, 0.0, 0.0
        left = float(shorter_terms_exposure(exposure, client.days, max(client.days - rules.shorter_days, 0.0)))
        refused = client.revenue * rules.shorter_refused
    elif kind == "prepayment":
        left = float(prepaid_exposure(exposure, rules.prepaid_share))
        refused = client.revenue * rules.prepaid_refused
    elif kind == "early_discount":
        willing = rules.willing_by_level.get(client.level, 1.0)
        early = rules.discount_taken * willing if client.days > rules.discount_days else 0.0
        left = exposure * (1 - early * (1 - rules.discount_days / client.days)) if early else exposure
        given = client.revenue * rules.discount * early
        return left, given - (exposure - left) * rules.own_rate, -given
    else:
        advance = rules.factoring_advance * rules.insurance.granted_by_level.get(client.level, 1.0)
        done = factoring_result(
            exposure, exposure, advance, rules.factoring_rate, rules.own_rate,
            fee=rules.factoring_fee * client.revenue if advance else 0.0,
        )  # fmt: skip
        return exposure * (1 - advance), -done.net_benefit, 0.0
    rate = client.margin / client.revenue if client.revenue > 0 else 0.0
    return left, refused * rate - (exposure - left) * rules.own_rate, -refused


def _protected(
    kinds: Collection[str], exposure: float, goods: float, client: Any, held: Iterable[Protection], policy: Policy
) -> tuple[list[Protection], float, float, float]:
    """New protections, their cost a year, the change of revenue and the money paid in."""
    rules, lgd = policy.treatment.instruments, policy.loss.lgd[BASE]
    added: list[Protection] = []
    cost = revenue = cash = 0.0
    if "deposit" in kinds:
        cash = exposure * rules.deposit_share
        refused = client.revenue * rules.deposit_refused
        added.append(Protection("deposit", cash * lgd))
        cost += refused * (client.margin / client.revenue if client.revenue > 0 else 0.0) - cash * rules.own_rate
        revenue -= refused
    if "retention_of_title" in kinds:
        added.append(Protection("retention_of_title", goods * lgd))
        cost += rules.title_cost
    if "guarantee" in kinds:
        amount = exposure * rules.guarantee_share * rules.willing_by_level.get(client.level, 1.0)
        added.append(Protection("guarantee", amount * lgd))
        cost += amount * rules.guarantee_rate
    if "insurance" in kinds:
        granted, premium = insurance_offer(exposure, client, held, policy)
        terms = rules.insurance
        added.append(
            Protection("insurance", granted * lgd, terms.share, terms.deductible, terms.deductible_order, premium)
        )
        cost += premium
    return added, cost, revenue, cash


def insurance_offer(exposure: float, client: Any, held: Iterable[Protection], policy: Policy) -> tuple[float, float]:
    """What an insurer would really cover of what is owed, and its premium a year.

    The limit asked for is what is owed beyond the limit in force; by grade a part of it is granted. If the insurer
    cuts the limit later, what was delivered before stays covered up to the limit, and later deliveries only as far
    as the cut limit has room.
    """
    terms = policy.treatment.instruments.insurance
    rate = terms.premium_by_grade.get(client.grade)
    part = terms.granted_by_grade.get(client.grade, 0.0) * terms.granted_by_level.get(client.level, 1.0)
    in_force = sum(found.limit for found in held if found.kind == "insurance")
    asked = max(exposure - in_force, 0.0)
    if rate is None or part <= 0 or asked <= 0:
        return 0.0, 0.0
    limit = asked * part
    before = min(asked * (1 - client.later_share), limit)
    later = min(asked * client.later_share, max(limit * terms.kept_after_cut - before, 0.0))
    return before + later, rate * client.revenue * min(limit / exposure, 1.0)


def applicable(client: Any, held: Iterable[Protection], policy: Policy) -> list[str]:
    """The mitigations that do anything for a client; title that its contracts retain already is none."""
    now = client_effect(client, held, (), policy).loss
    new = [kind for kind in MITIGATIONS if not (kind == "retention_of_title" and client.titled)]
    return [kind for kind in new if client_effect(client, held, (kind,), policy).loss < now - 0.005]


def client_bundles(client: Any, held: Iterable[Protection], policy: Policy) -> list[Effect]:
    """Every set of at most the policy's number of mitigations, that of none first."""
    kinds = applicable(client, held, policy)
    sizes = range(policy.treatment.bundle + 1)
    return [client_effect(client, held, chosen, policy) for size in sizes for chosen in combinations(kinds, size)]


def compared_clients(facts: RiskFacts, policy: Policy) -> pd.DataFrame:
    """The clients with most expected money that have not failed, as many as the policy says, if it is material."""
    rules = policy.treatment
    return facts.living[facts.living["expected"] >= rules.materiality * facts.margin].head(rules.compared)


def compare_mitigations(facts: RiskFacts, policy: Policy) -> pd.DataFrame:
    """Each mitigation alone, for each of `compared_clients`.

    Returns
    -------
    DataFrame, one row a client and applicable mitigation
        ``client_id, name, kind, cost`` (a year), ``saved`` (once the client fails), ``expected_saved`` (probability ×
        saved), ``tail_saved`` (of the expected shortfall of all clients, the same simulated years), ``worth`` (expected
        saved and the policy's price of the tail), ``net`` (worth less cost), ``break_even, probability, cash, revenue``.
    """
    tail, whole = facts.tail_probability(), facts.expected_shortfall()
    given = facts.simulated.loss_given if facts.simulated is not None else pd.Series(dtype=float)
    rows = []
    for client in compared_clients(facts, policy).itertuples(index=False):
        held = facts.protections.get(client.client_id, ())
        now = client_effect(client, held, (), policy).loss
        for kind in applicable(client, held, policy):
            found = client_effect(client, held, (kind,), policy)
            saved = round(now - found.loss, 2)
            changed = given.copy()
            changed[client.client_id] = max(changed.get(client.client_id, now) - saved, 0.0)
            worth = _worth(saved, client.probability, float(tail.get(client.client_id, 0.0)), policy)
            rows.append(
                {
                    "client_id": client.client_id,
                    "name": client.name,
                    "kind": kind,
                    "cost": found.cost,
                    "saved": saved,
                    "expected_saved": saved * client.probability,
                    "tail_saved": max(whole - facts.expected_shortfall(changed), 0.0),
                    "worth": worth,
                    "net": worth - found.cost,
                    "break_even": break_even_probability(found.cost, saved),
                    "probability": client.probability,
                    "cash": found.cash,
                    "revenue": found.revenue,
                }
            )
    columns = [
        "client_id", "name", "kind", "cost", "saved", "expected_saved", "tail_saved", "worth", "net", "break_even",
        "probability", "cash", "revenue",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _worth(saved: float, probability: float, tail: float, policy: Policy) -> float:
    return saved * (probability + policy.treatment.tail_price * tail)


def bundle_worth(effects: list[Effect], probability: float, tail: float, policy: Policy) -> list[tuple[float, float]]:
    """Cost and worth a year of each bundle, for `kamlib.protection.mitigation.efficient_sets`; the first is that of none."""
    now = effects[0].loss
    return [(found.cost, _worth(now - found.loss, probability, tail, policy)) for found in effects]


def discount_rates(policy: Policy, net_days: float) -> dict[str, float]:
    """What the policy's discount costs a year by each method; empty where the terms are not longer than the discount's."""
    rules = policy.treatment.instruments
    if not net_days > rules.discount_days:
        return {}
    return {method: discount_rate(rules.discount, rules.discount_days, net_days, method) for method in DISCOUNT_METHODS}
