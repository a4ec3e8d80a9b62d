"""Mitigations in sentences: how they are valued, what more money would buy."""

from kamlib import formats
from kamlib.blocks import Caption, Note
from kamlib.language import tr
from kamlib.treatment import MitigationPlan, Treatment, discount_rates


def note_mitigations(review: Treatment) -> Note:
    """How mitigations are valued, and what the policy's discount costs a year by each method."""
    plan, rules = review.plan, review.policy.treatment
    insured = rules.instruments.insurance
    order = (
        tr("after the insured share") if insured.deductible_order == "after_share" else tr("before the insured share")
    )
    said = [
        tr(
            "Worth = what is saved of the expected loss + {price} of what is saved of the loss in the worst {part} of "
            "{n} simulated years. Searched exactly over all sets of at most {bundle} mitigations for each of {clients} clients; "
            "dearer sets that bring no more are dropped.",
            price=formats.share(rules.tail_price, 0),
            part=formats.share(1 - rules.level, 0),
            n=formats.number(review.policy.loss.scenarios),
            bundle=rules.bundle,
            clients=plan.compared,
        ),
        tr(
            "Several for one client count one after the other, each on what is left: together {together}, each alone would "
            "add up to {alone}.",
            together=formats.money(plan.expected_saved),
            alone=formats.money(plan.sum_alone),
        ),
        tr(
            "Insurance: {share} insured, deductible {deductible} taken {order}; after a cut of the limit later deliveries are "
            "covered only as far as it has room. Prices are the policy's (weak): put in the offers you have.",
            share=formats.share(insured.share, 0),
            deductible=formats.money(insured.deductible),
            order=order,
        ),
    ]
    rates = discount_rates(review.policy, 30)
    if rates:
        said.append(
            tr(
                "The discount of {discount} within {days} instead of 30 costs a year: {n365} (365 days), {n360} (360), {effective} "
                "effective.",
                discount=formats.share(rules.instruments.discount, 0),
                days=formats.days(rules.instruments.discount_days),
                n365=formats.share(rates["nominal_365"]),
                n360=formats.share(rates["nominal_360"]),
                effective=formats.share(rates["effective_365"]),
            )
        )
    return Note(tr("How to read this"), tuple(said), small=True)


def caption_frontier(plan: MitigationPlan, currency: str) -> Caption:
    """What more money would buy."""
    title = (
        tr(
            "{cost} a year buy {worth} of worth; more would cost more than it brings",
            cost=formats.money(plan.cost),
            worth=formats.money(plan.worth),
        )
        if plan.cost < plan.budget * 0.95
        else tr(
            "{cost} a year buy {worth} of worth; the budget is the bound",
            cost=formats.money(plan.cost),
            worth=formats.money(plan.worth),
        )
    )
    subtitle = tr(
        "Cost and worth a year of every efficient set (line), of single mitigations (grey), of the pick (dot), {unit}",
        unit=formats.currency_name(currency),
    )
    return Caption(title, subtitle, tr("Line chart. {title}.", title=title))
