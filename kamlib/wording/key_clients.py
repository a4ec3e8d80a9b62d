"""Who is a key client, in sentences: heading, reasons, captions, actions, account plans."""

from typing import Any

import pandas as pd

from kamlib import formats
from kamlib.blocks import Action, Actions, Caption, Heading, Note
from kamlib.language import listing, phrase, sentences, tr, trn
from kamlib.ranking import AccountPlan, Ranking
from kamlib.wording.shared import LEVEL_WORDS

CRITERIA = {
    "current_revenue": phrase("Revenue"),
    "potential_revenue": phrase("Potential"),
    "order_stability": phrase("Stability"),
    "cost_to_serve": phrase("To serve"),
    "growth": phrase("Growth"),
    "margin_rate": phrase("Margin"),
    "tenure": phrase("Tenure"),
    "satisfaction": phrase("Satisfaction"),
    "need_for_product": phrase("Need"),
    "reputation": phrase("Reputation"),
    "relationship_strength": phrase("Relationship"),
}
GAPS = {
    "manager": phrase("an account manager"),
    "needs": phrase("the client's needs"),
    "proposal": phrase("a proposal of its own"),
    "loyalty_measures": phrase("loyalty measures"),
    "log": phrase("a record of contacts"),
    "contacts": phrase("any contact in the window"),
    "persons": phrase("whom we speak to"),
    "roles": phrase("what these persons decide"),
    "satisfaction": phrase("how satisfied it is"),
    "overdue": phrase("the contact that is overdue"),
}


def criterion_name(name: str) -> str:
    """A criterion's name in words; a custom one is called what the policy calls it."""
    return tr(CRITERIA[name]) if name in CRITERIA else name.replace("_", " ")


def client_label(row: Any) -> str:
    """A client's name, with a mark for a prospect and for a leader of its industry."""
    marks = [tr("prospect")] if row.prospect else []
    marks += [tr("leader")] if row.industry_leader else []
    return tr("{name} ({marks})", name=row.name, marks=listing(marks)) if marks else str(row.name)


def heading_ranking(ranking: Ranking, company: str) -> Heading:
    """The head of the report on key clients: which places are to be confirmed."""
    keys = ranking.keys
    shaky = keys[keys["sure"] == "shaky"]
    mono = bool((ranking.groups["flag"] == "mono").any())
    level = "alarm" if mono else "watch" if len(shaky) else "calm"
    share = float(keys["share"].sum())
    if keys.empty:
        decision = tr("No client reaches {score} points: lower key_score, or agree that there is no key client.",
                      score=formats.number(ranking.policy.key_clients.key_score, 1))  # fmt: skip
    elif len(shaky):
        decision = trn(
            "Confirm {n} key client; decide on {names}, whose place depends on the weights.",
            "Confirm {n} key clients; decide on {names}, whose place depends on the weights.",
            len(keys) - len(shaky),
            n=len(keys) - len(shaky),
            names=_some(shaky["name"]),
        )
    else:
        decision = trn("Confirm {n} key client.", "Confirm {n} key clients.", len(keys), n=len(keys))
    return Heading(
        kicker=tr("Key clients"),
        title=company,
        period=formats.quarter(ranking.date),
        decision=decision,
        level=level,
        level_word=tr(LEVEL_WORDS[level]),
        finding=trn(
            "{n} key client brings {share} of revenue.",
            "{n} key clients bring {share} of revenue.",
            len(keys),
            n=len(keys),
            share=formats.share(share),
        ),
        finding_value=float(keys["revenue"].sum()),
        finding_label=tr("of revenue with key clients"),
    )


def why_ranking(ranking: Ranking) -> Note:
    """Who is first and why, who is large without being key, and which places are unsure."""
    said = []
    first_id, first = ranking.clients.index[0], next(ranking.clients.itertuples(index=False))
    parts = ranking.scores.contributions.loc[first_id].sort_values(ascending=False, kind="stable").head(2)
    told = [
        tr("{points} from {criterion}", points=formats.number(part, 2), criterion=criterion_name(str(name)))
        for name, part in parts.items()
    ]
    said.append(
        tr(
            "{name} is first with {score} points, of these {parts}.",
            name=client_label(first),
            score=formats.number(first.score, 2),
            parts=listing(told),
        )
    )
    major = ranking.clients[(ranking.clients["flag"] != "") & ~ranking.clients["key"]]
    if len(major):
        said.append(tr("Large, but not key by its score: {names}.", names=_some(major["name"])))
    keys = ranking.keys
    shaky = keys[keys["sure"] == "shaky"]
    if len(keys):
        firm = len(keys) - len(shaky)
        said.append(
            trn(
                "{firm} of {n} place is firm when the weights are shaken.",
                "{firm} of {n} places are firm when the weights are shaken.",
                len(keys),
                firm=firm,
                n=len(keys),
            )
        )
    hopeful = ranking.clients[ranking.clients["prospect"]].head(1)
    for row in hopeful.itertuples(index=False):
        said.append(
            tr(
                "The best prospect, {name}, would take rank {rank} with {score} points.",
                name=client_label(row),
                rank=row.rank,
                score=formats.number(row.score, 2),
            )
        )
    if ranking.left_out:
        n = ranking.left_out
        said.append(
            trn(
                "{n} client of the ledger bought nothing in the window and is not ranked.",
                "{n} clients of the ledger bought nothing in the window and are not ranked.",
                n,
                n=formats.number(n),
            )
        )
    return Note(tr("Why"), tuple(said))


def caption_matrix(ranking: Ranking) -> Caption:
    """The matrix of attractiveness and relative strength."""
    placed = ranking.clients[ranking.clients["quadrant"] != ""]
    subtitle = tr(
        "The best scores and every major customer; bubble area is revenue, blue is key, hollow a prospect; the grey line "
        "leads from where it stood {n} months before",
        n=ranking.policy.key_clients.trail_months,
    )
    if placed.empty:
        title = tr("Nothing is known that would place clients in the matrix")
    elif ranking.strength_weight < ranking.policy.key_clients.axis_enough:
        names = listing([criterion_name(name) for name in ranking.strength_known])
        title = tr("Our strength is known by {names} only: read the matrix upwards, not across", names=names)
    else:
        weak = placed[placed["key"] & (placed["quadrant"] == "key_development")]
        n = len(weak)
        title = (
            trn(
                "{n} key client is attractive, but we are weak there: {names}",
                "{n} key clients are attractive, but we are weak there: {names}",
                n,
                n=n,
                names=_some(weak["name"]),
            )
            if n
            else tr("Wherever a key client is attractive, we are strong")
        )
    return Caption(title, subtitle, tr("Bubble chart. {title}.", title=title))


def caption_ranks(ranking: Ranking) -> Caption:
    """The rank intervals."""
    keys = ranking.keys
    shaky = int((keys["sure"] == "shaky").sum())
    title = (
        trn("The place of {n} of {all} key clients is shaky", "The places of {n} of {all} key clients are shaky", shaky,
            n=shaky, all=len(keys))
        if shaky
        else tr("Every key client stays key when the weights are shaken")
    )  # fmt: skip
    settings = ranking.policy.key_clients
    subtitle = tr(
        "Rank (dot) and {level} interval over {draws} weightings; the upright line is the cut after rank {count}",
        level=formats.share(settings.shaking.level, 0),
        draws=formats.number(settings.shaking.draws),
        count=settings.key_count,
    )
    return Caption(title, subtitle, tr("Chart of intervals. {title}.", title=title))


def caption_whale(ranking: Ranking) -> Caption:
    """The whale curve."""
    subtitle = tr("Cumulative profit over clients, the most profitable first, in parts of all profit")
    curve = ranking.whale
    if curve.empty:
        title = tr("Profit by client is not known: no costs in the ledger")
    elif curve["profit_share"].isna().all():
        title = tr("All clients together make no profit")
    else:
        losing = int((curve["profit"] < 0).sum())
        peak = formats.share(float(curve["profit_share"].max()), 0)
        title = (
            trn("{n} client costs money; without it profit would be {peak}",
                "{n} clients cost money; without them profit would be {peak}", losing, n=losing, peak=peak)
            if losing
            else tr("No client costs money after cost to serve")
        )  # fmt: skip
    return Caption(title, subtitle, tr("Line chart. {title}.", title=title))


def note_ranking(ranking: Ranking) -> Note:
    """What makes a client key, and how that was shaken."""
    settings = ranking.policy.key_clients
    key = tr(
        "Key is who is among the {count} best scores with at least {score} points. Weights, rules and thresholds are the "
        "policy's (weak).",
        count=settings.key_count,
        score=formats.number(settings.key_score, 1),
    )
    shaken = tr(
        "Firm: in at least {firm} of {draws} weightings from a Dirichlet law around the weights (concentration {alpha}, seed "
        "{seed}) the answer, key or not, stays the same; otherwise shaky.",
        firm=formats.share(settings.shaking.firm, 0),
        draws=formats.number(settings.shaking.draws),
        alpha=formats.number(settings.shaking.concentration),
        seed=settings.shaking.seed,
    )
    return Note("", (sentences(key, shaken),), small=True)


def actions_ranking(ranking: Ranking, plans: list[AccountPlan]) -> Actions:
    """Overdue contacts first, then attractive clients where we are weak, then plans to complete."""
    due = formats.day(ranking.date + pd.DateOffset(months=1) + pd.offsets.MonthEnd(0))
    items = []
    late = [plan for plan in plans if "overdue" in plan.gaps or "contacts" in plan.gaps]
    for plan in late[:3]:
        why = (
            tr("no contact in the window")
            if "contacts" in plan.gaps
            else tr("last contact {day}", day=formats.day(plan.last_contact))
        )
        items.append(Action(tr("Speak to {name}", name=plan.name), plan.manager or tr("Sales"), due, why))
    clients = ranking.clients
    weak = clients[clients["key"] & (clients["quadrant"] == "key_development")].head(3)
    if ranking.strength_weight < ranking.policy.key_clients.axis_enough:
        weak = weak.iloc[:0]
    managers = {plan.client_id: plan.manager for plan in plans}
    for client_id, name, strength in zip(weak.index, weak["name"], weak["strength"], strict=True):
        items.append(
            Action(
                tr("Agree what makes us stronger with {name}", name=name),
                managers.get(str(client_id)) or tr("Sales"),
                due,
                tr("attractive, but our strength is {points} points", points=formats.number(strength, 1)),
            )
        )
    open_plans = [plan for plan in plans if {"needs", "proposal", "loyalty_measures"} & set(plan.gaps)]
    if open_plans:
        n = len(open_plans)
        items.append(
            Action(
                trn("Complete the plan of {n} key client", "Complete the plans of {n} key clients", n, n=n),
                tr("Sales"),
                due,
                tr("needs, proposal or loyalty measures are not recorded"),
            )
        )
    return Actions(tr("What to do"), tuple(items), tr("Nothing is to be done before the next review."))


def notes_plans(plans: list[AccountPlan]) -> tuple[Note, ...]:
    """One note a key client: what is recorded, and the gaps to close."""
    if not plans:
        return (Note("", (tr("No key client, so no account plan."),)),)
    return tuple(_plan(plan) for plan in plans)


def _plan(plan: AccountPlan) -> Note:
    said = []
    if plan.needs:
        said.append(tr("Needs: {text}.", text=plan.needs.rstrip(".")))
    if plan.proposal:
        said.append(tr("Proposal: {text}.", text=plan.proposal.rstrip(".")))
    if plan.loyalty_measures:
        said.append(tr("Loyalty: {text}.", text=plan.loyalty_measures.rstrip(".")))
    if plan.contact_count:
        met = [
            f"{row.contact} ({str(row.role).replace('_', ' ')})" if not pd.isna(row.role) else str(row.contact)
            for row in plan.contacts.head(4).itertuples(index=False)
        ]
        contact = trn(
            "{n} contact in the window, the last on {last}; the next is due by {next}.",
            "{n} contacts in the window, the last on {last}; the next is due by {next}.",
            plan.contact_count,
            n=plan.contact_count,
            last=formats.day(plan.last_contact),
            next=formats.day(plan.next_contact),
        )
        persons = tr("Persons: {names}.", names=listing(met)) if met else ""
        said.append(sentences(contact, persons))
    if plan.satisfaction == plan.satisfaction:
        values = {"now": formats.number(plan.satisfaction, 1), "before": formats.number(plan.prior_satisfaction, 1)}
        mood = tr("Satisfaction {now}, a year before {before}.", **values)
        noise = trn("{n} complaint.", "{n} complaints.", plan.complaints, n=plan.complaints)
        said.append(sentences(mood, noise))
    if plan.gaps:
        said.append(tr("To close: {gaps}.", gaps=listing([tr(GAPS[gap]) for gap in plan.gaps])))
    title = f"{plan.name} · {plan.manager}" if plan.manager else plan.name
    return Note(title, (sentences(*said),))


def _some(names: pd.Series, most: int = 3) -> str:
    shown = [str(name) for name in names.head(most)]
    rest = len(names) - len(shown)
    return listing([*shown, tr("{n} more", n=rest)] if rest else shown)
