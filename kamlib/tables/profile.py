"""The strip of figures of a client's profile."""

from kamlib import formats
from kamlib.blocks import Kpi, Kpis
from kamlib.client_profile import ClientProfile
from kamlib.language import tr
from kamlib.tables.profile_facts import signed_share
from kamlib.wording.profile_names import (
    PART_NAMES,
)


def kpis_profile(profile: ClientProfile) -> Kpis:
    """Share of revenue, what contracts protect, chance of leaving, outlook, relationship, price position."""
    rules, unit, demand = profile.policy.profile, formats.currency_name(profile.currency), profile.demand
    share = profile.revenue / profile.company_revenue if profile.company_revenue > 0 else float("nan")
    protected, chance, outlook = profile.protected_share, profile.churn.probability, demand.outlook
    score = profile.relationship.score if profile.relationship else float("nan")
    moved = profile.bargaining.price_change
    exits = profile.contract.last_exit
    until = tr("no contract") if exits is None else tr("until {day}", day=formats.day(exits))
    at_risk = _at_risk(profile, unit)
    chance_tone = "alarm" if chance >= rules.churn_alarm else "watch" if chance >= rules.churn_watch else ""
    score_tone = "alarm" if score < rules.relationship_alarm else "watch" if score < rules.relationship_watch else ""
    return Kpis(
        (
            Kpi(
                "revenue_share",
                tr("Share of revenue"),
                formats.share(share),
                f"{formats.money(profile.revenue)} {unit}",
                share,
            ),
            Kpi("protected", tr("Protected by contract"), formats.share(protected, 0), until, protected),
            Kpi("churn", tr("Chance to be lost"), formats.share(chance), at_risk, chance, chance_tone),
            Kpi(
                "outlook",
                tr("Next four quarters"),
                signed_share(outlook),
                tr("against the last twelve months") if outlook == outlook else tr("nothing to compare with"),
                outlook,
                "watch" if outlook <= rules.decline_watch else "",
            ),
            Kpi(
                "relationship", tr("Relationship, of 100"), formats.number(score), _weakest(profile), score, score_tone
            ),
            Kpi(
                "price",
                tr("Price against the book"),
                signed_share(moved, 1),
                tr("change in a year") if moved == moved else tr("nothing to compare with"),
                moved,
                "watch" if moved <= rules.price_watch else "",
            ),
        )
    )


def _at_risk(profile: ClientProfile, unit: str) -> str:
    """The money behind the chance to be lost, or why there is no chance."""
    if profile.churn.method == "once":
        return tr("bought on a single day")
    if profile.churn.method == "never":
        return tr("nothing was bought")
    if profile.demand.lost and profile.insolvency is None:
        return tr("no invoice since {day}", day=formats.day(profile.last_invoice))
    return tr("{amount} {unit} a year at risk", amount=formats.money(profile.revenue_at_risk), unit=unit)


def _weakest(profile: ClientProfile) -> str:
    if profile.relationship is None or profile.relationship.parts.isna().all():
        return tr("no contact is recorded")
    return tr("weakest: {part}", part=tr(PART_NAMES[profile.relationship.parts.idxmin()]))
