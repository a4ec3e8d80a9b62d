"""The profile of a client, in sentences."""

import pandas as pd

from kamlib import formats
from kamlib.blocks import Action, Actions, Caption, Heading, Note
from kamlib.client_profile import ClientProfile
from kamlib.language import listing, sentences, tr
from kamlib.wording.profile_names import CLAUSE_NAMES, METHOD_NAMES
from kamlib.wording.shared import LEVEL_WORDS, lowered
from kamlib.wording.warning_names import WARNING_LEVELS


def heading_profile(profile: ClientProfile) -> Heading:
    """The head of a client's profile."""
    stake = profile.contract.termination_loss + (
        profile.revenue_at_risk if profile.revenue_at_risk == profile.revenue_at_risk else 0.0
    )
    return Heading(
        kicker=tr("Client profile · {client}", client=profile.client["client_id"]),
        title=profile.client["name"],
        period=formats.quarter(profile.date),
        decision=_decision(profile),
        level=profile.level,
        level_word=tr(LEVEL_WORDS[profile.level]),
        finding=_finding(profile),
        finding_value=stake,
        finding_label=tr("revenue at risk of churn and loss on termination"),
    )


def _money(profile: ClientProfile, amount: float) -> str:
    if profile.currency == formats.NO_CURRENCY:
        return formats.money(amount)
    return f"{formats.money(amount)}{formats.NBSP}{formats.currency_name(profile.currency)}"


def _decision(profile: ClientProfile) -> str:
    reasons = profile.reasons
    if profile.insolvency is not None:
        return tr(
            "Plan without this client: it is insolvent since {day}. {amount} of revenue a year is to be replaced.",
            day=formats.day(profile.insolvency),
            amount=_money(profile, max(profile.revenue, 0.0)),
        )
    if profile.demand.lost:
        return tr(
            "Decide whether to win the client back or to close the account: no invoice since {day}.",
            day=formats.day(profile.last_invoice),
        )
    if pd.isna(profile.last_invoice):
        return tr("Find out what the credit notes are for: nothing was ever billed to this client.")
    if "warning_alarm" in reasons:
        return tr(
            "Early warning, {level}: {action}.",
            level=tr(WARNING_LEVELS[profile.warning]),
            action=lowered(tr(profile.policy.early_warning.levels[profile.warning].action)),
        )
    if "churn_alarm" in reasons or "churn_watch" in reasons:
        return tr(
            "Find out whether the client is still buying: {amount} a year rests on it.",
            amount=_money(profile, profile.revenue),
        )
    if "relationship_alarm" in reasons or "relationship_watch" in reasons:
        return tr(
            "Plan contacts with those who decide there: the relationship stands at {score} of 100.",
            score=formats.number(profile.relationship.score),
        )
    if "price_watch" in reasons or "terms_watch" in reasons:
        return tr("Hold prices and terms in the next round: the client has won ground within a year.")
    if "protected_watch" in reasons:
        return tr(
            "Bring more of the client's revenue under contract: {share} of a year is protected.",
            share=formats.share(profile.protected_share, 0),
        )
    if reasons:
        return tr("Look into what has changed in the client's orders, and plan for it.")
    return tr("Keep the course; look again next quarter.")


def _finding(profile: ClientProfile) -> str:
    name = profile.client["name"]
    if profile.insolvency is not None:
        return tr("{name} is insolvent since {day}.", name=name, day=formats.day(profile.insolvency))
    if profile.demand.lost:
        return tr("{name} has not been invoiced since {day}.", name=name, day=formats.day(profile.last_invoice))
    if pd.isna(profile.last_invoice):
        return tr("{name} has credit notes and no invoice.", name=name)
    if profile.contract.last_exit is None:
        return tr("{name} buys without a contract: no revenue is protected.", name=name)
    return tr(
        "{name} can be out of its contracts by {day}; {share} of a year's revenue is protected until then.",
        name=name,
        day=formats.day(profile.contract.last_exit),
        share=formats.share(profile.protected_share, 0),
    )


def why_profile(profile: ClientProfile) -> Note:
    """A few sentences: contract, demand, relationship, bargaining power, and what is crossed."""
    return Note(
        tr("Why"),
        (_contract_sentence(profile), _demand_sentence(profile), _standing_sentence(profile)),
    )


def _contract_sentence(profile: ClientProfile) -> str:
    contract = profile.contract
    if contract.contracts.empty:
        if "contracts" in profile.absent:
            return tr("The ledger has no contracts, so what is protected cannot be said.")
        return tr("No contract is in force.")
    if profile.demand.lost:
        return tr(
            "Contracts name {value} a year until {day}, but nothing has been bought: what they protect must be claimed.",
            value=_money(profile, float(contract.contracts["annual_value"].sum())),
            day=formats.day(contract.last_exit),
        )
    text = tr(
        "If notice is given today, {protected} of the next twelve months stays under contract, {committed} of it as minimum volume; ending the contracts would leave {loss} unpaid.",
        protected=_money(profile, contract.protected_year),
        committed=_money(profile, float(contract.curve["committed"].head(12).sum())),
        loss=_money(profile, contract.termination_loss),
    )
    worst = contract.missing.dropna(subset=["amount"]).head(1)
    if worst.empty or not worst["amount"].iloc[0] > 0:
        return text
    row = worst.iloc[0]
    said = (
        tr(
            "The costliest gap is {clause}, which is absent: {amount}.",
            clause=tr(CLAUSE_NAMES[row.clause]),
            amount=_money(profile, row.amount),
        )
        if row.status == "absent"
        else tr(
            "The costliest gap is {clause}, which is not known: {amount}.",
            clause=tr(CLAUSE_NAMES[row.clause]),
            amount=_money(profile, row.amount),
        )
    )
    return sentences(text, said)


def _demand_sentence(profile: ClientProfile) -> str:
    demand, parts = profile.demand, []
    if demand.lost and profile.revenue == 0 and profile.prior_revenue == 0:
        return tr("Nothing has been bought for two years.")
    if demand.lost:
        return tr(
            "The last twelve months brought {amount}; a year before it was {prior}.",
            amount=_money(profile, profile.revenue),
            prior=_money(profile, profile.prior_revenue),
        )
    if demand.outlook == demand.outlook:
        moved = formats.share(abs(demand.outlook), 0)
        total = _money(profile, float(demand.forecast.by_quarter["amount"].sum()))
        up = tr(
            "The next four quarters are put at {total}, {moved} more than the last twelve months.",
            total=total,
            moved=moved,
        )
        down = tr(
            "The next four quarters are put at {total}, {moved} less than the last twelve months.",
            total=total,
            moved=moved,
        )
        same = tr("The next four quarters are put at {total}, as much as the last twelve months.", total=total)
        parts.append(same if abs(demand.outlook) < 0.005 else up if demand.outlook > 0 else down)
    elif demand.forecast is not None:
        total = _money(profile, float(demand.forecast.by_quarter["amount"].sum()))
        parts.append(
            tr("The next four quarters are put at {total}; there is no whole year to compare that with.", total=total)
        )
    elif profile.insolvency is not None:
        parts.append(
            tr("{name} is insolvent since {day}.", name=profile.client["name"], day=formats.day(profile.insolvency))
        )
    else:
        parts.append(tr("There are too few months with orders for a forecast."))
    if demand.forecast is not None and profile.churn.probability >= profile.policy.profile.churn_watch:
        chance = formats.share(profile.churn.probability, 0)
        parts.append(
            tr("That takes for granted that it still buys; the chance that it does not is {chance}.", chance=chance)
        )
    if demand.shift is not None:
        month = formats.month(demand.shift.label.start_time)
        parts.append(
            tr("Orders rose after {month}.", month=month)
            if demand.shift.change > 0
            else tr("Orders fell after {month}.", month=month)
        )
    if "silence_watch" in profile.reasons:
        parts.append(
            tr(
                "The client has been silent for {days}, longer than almost ever.",
                days=formats.days(demand.silence.days),
            )
        )
    return sentences(*parts)


def _standing_sentence(profile: ClientProfile) -> str:
    parts, found = [], profile.bargaining
    if profile.relationship is None:
        parts.append(tr("No contact with the client is recorded."))
    elif profile.relationship.facts.people == 1:
        parts.append(tr("Only one person is met there: the relation hangs by a single thread."))
    change = found.price_change
    if change == change:
        moved = formats.share(abs(change))
        worth = found.price_given == found.price_given
        parts.append(
            tr(
                "Against other clients its prices fell by {moved} in a year, worth {amount}.",
                moved=moved,
                amount=_money(profile, abs(found.price_given)),
            )
            if change < 0 and worth
            else tr("Against other clients its prices fell by {moved} in a year.", moved=moved)
            if change < 0
            else tr("Against other clients its prices rose by {moved} in a year.", moved=moved)
        )
    longer = found.terms_now - found.terms_before
    if longer >= profile.policy.profile.terms_watch_days:
        parts.append(tr("Payment terms got {days} longer.", days=formats.days(longer)))
    lines = profile.reliance.lines
    living = lines.loc[lines["share"] >= profile.policy.profile.product_line_share, "product_line"]
    if len(living):
        parts.append(tr("{lines} live from this client.", lines=listing(living)))
    elif len(lines):
        top = lines.iloc[0]
        parts.append(
            tr(
                "The product line that rests on it most is {line}, with {share} of its sales.",
                line=top["product_line"],
                share=formats.share(top["share"]),
            )
        )
    return sentences(*parts)


def caption_outlook(profile: ClientProfile) -> Caption:
    """Revenue by quarter, past and coming."""
    demand, forecast = profile.demand, profile.demand.forecast
    level = formats.share(profile.policy.profile.forecast_level, 0)
    subtitle = tr(
        "Revenue by quarter, {unit}; colour: forecast with its {level} interval",
        unit=formats.currency_name(profile.currency),
        level=level,
    )
    if forecast is None:
        subtitle = tr("Revenue by quarter, {unit}", unit=formats.currency_name(profile.currency))
    if profile.insolvency is not None:
        title = tr("Insolvent since {day}: nothing is forecast", day=formats.day(profile.insolvency))
    elif demand.lost:
        title = tr("No revenue since {month}", month=formats.month(profile.last_invoice))
    elif forecast is None:
        title = tr("Too few months with orders for a forecast")
    elif demand.outlook != demand.outlook:
        title = tr("Forecast by the {method}", method=tr(METHOD_NAMES[forecast.method]))
    elif abs(demand.outlook) < 0.005:
        title = tr("As much is expected in the next four quarters as in the last")
    elif demand.outlook > 0:
        title = tr("{moved} more is expected in the next four quarters", moved=formats.share(demand.outlook, 0))
    else:
        title = tr("{moved} less is expected in the next four quarters", moved=formats.share(-demand.outlook, 0))
    return Caption(title, subtitle, tr("Bar chart. {title}.", title=title))


def caption_exit(profile: ClientProfile) -> Caption:
    """The earliest-exit curve."""
    curve = profile.contract.curve
    covered = curve[curve["protected"] > 0]
    if covered.empty:
        title = tr("No revenue is under contract")
        return Caption(title, "", tr("Bar chart. {title}.", title=title))
    title = tr("The last contract protects until {day}", day=formats.day(profile.contract.last_exit))
    subtitle = tr(
        "Revenue under contract by month if notice is given today, {unit}; colour: minimum volume",
        unit=formats.currency_name(profile.currency),
    )
    return Caption(title, subtitle, tr("Bar chart. {title}.", title=title))


def _warned(profile: ClientProfile, manager: str) -> Action:
    """What the level of the early warning calls for."""
    act = profile.policy.early_warning.levels[profile.warning]
    return Action(
        tr(act.action),
        act.named(manager) or tr(act.owner),
        formats.day(profile.date + pd.Timedelta(days=act.days)),
        tr("early warning: {level}", level=tr(WARNING_LEVELS[profile.warning])),
    )


def actions_profile(profile: ClientProfile) -> Actions:
    """What the crossed thresholds call for."""
    owner = profile.client.get("account_manager") or tr("Account manager")
    month, quarter = (formats.day(profile.date + pd.Timedelta(days=n)) for n in (31, 92))
    reasons, items = set(profile.reasons), []
    if profile.insolvency is not None or profile.demand.lost:
        return Actions(tr("What to do"), (_farewell(profile, owner, month),))
    if reasons & {"warning_alarm", "warning_watch"}:
        items.append(_warned(profile, owner))
    if reasons & {"churn_alarm", "churn_watch", "silence_watch"}:
        items.append(
            Action(
                tr("Call, and ask what the client plans to buy"),
                owner,
                month,
                tr("chance to be lost {chance}", chance=formats.share(profile.churn.probability))
                if profile.churn.probability == profile.churn.probability
                else tr("silent for {days}", days=formats.days(profile.demand.silence.days)),
            )
        )
    if reasons & {"relationship_alarm", "relationship_watch"}:
        items.append(
            Action(
                tr("Visit a decision maker, and bring a second person along"),
                owner,
                month,
                tr("relationship {score} of 100", score=formats.number(profile.relationship.score)),
            )
        )
    items += _contract_actions(profile, owner, quarter)
    if "price_watch" in reasons:
        items.append(
            Action(
                tr("Ask for the price back, or for volume in return"),
                owner,
                quarter,
                tr("{moved} against the book in a year", moved=formats.share(profile.bargaining.price_change)),
            )
        )
    if reasons & {"decline_watch", "break_watch"}:
        items.append(
            Action(
                tr("Plan capacity and stock for fewer orders"),
                tr("Operations"),
                month,
                tr("forecast {moved}", moved=formats.share(profile.demand.outlook, 0))
                if profile.demand.outlook == profile.demand.outlook
                else tr("orders have fallen"),
            )
        )
    return Actions(tr("What to do"), tuple(items), tr("Nothing is to be done before the next review."))


def _farewell(profile: ClientProfile, owner: str, by: str) -> Action:
    """What is left to do with a client that buys no more."""
    if profile.insolvency is not None:
        why = tr("insolvent since {day}", day=formats.day(profile.insolvency))
        return Action(
            tr("Take its orders out of the plan; deliver what is open against prepayment only"), owner, by, why
        )
    why = tr("no invoice since {day}", day=formats.day(profile.last_invoice))
    return Action(tr("Decide: win the client back, or close the account"), owner, by, why)


def _contract_actions(profile: ClientProfile, owner: str, quarter: str) -> list[Action]:
    """What is to be decided on, negotiated in, or looked up in the contracts."""
    rules, items = profile.policy.profile, []
    soon = profile.contract.contracts
    soon = soon[
        soon["lapsed"]
        | soon["decide_by"].between(profile.date, profile.date + pd.Timedelta(days=rules.renegotiate_days))
    ]
    for row in soon.sort_values("annual_value", ascending=False).head(3).itertuples():
        by = formats.day(row.decide_by) if row.decide_by >= profile.date else quarter
        items.append(
            Action(
                tr("Renegotiate contract {contract}", contract=row.contract_id),
                owner,
                by,
                tr("worth {amount} a year", amount=_money(profile, row.annual_value)),
            )
        )
    gaps = profile.contract.missing[profile.contract.missing["status"] == "absent"]
    gaps = gaps[gaps["amount"] > 0].head(2)
    if len(gaps):
        clauses = listing(tr(CLAUSE_NAMES[clause]) for clause in gaps["clause"])
        items.append(
            Action(
                tr("Negotiate in: {clauses}", clauses=clauses),
                tr("Legal"),
                quarter,
                tr("{amount} is left open", amount=_money(profile, float(gaps["amount"].iloc[0]))),
            )
        )
    unknown = (
        profile.contract.checklist.loc[profile.contract.checklist["status"] == "unknown", "clause"]
        if len(profile.contract.contracts)
        else []
    )
    if len(unknown):
        items.append(
            Action(
                tr("Read the contracts for: {clauses}", clauses=listing(tr(CLAUSE_NAMES[c]) for c in unknown)),
                tr("Legal"),
                quarter,
                tr("not known whether they are there"),
            )
        )
    return items


def limits_profile(profile: ClientProfile) -> Note:
    """What the profile cannot know."""
    return Note(
        tr("Limits"),
        (
            tr(
                "Contract clauses are as recorded: nobody has read the contracts for this report. Stock and tools are known as of today only."
            ),
            tr(
                "Demand is what was invoiced, by month; a forecast knows nothing of what the client plans. Credit notes lower their own month."
            ),
            tr(
                "The model of repeat buying takes orders as random at a steady rate; clients that order by plan look safer than they are."
            ),
        ),
        small=True,
    )
