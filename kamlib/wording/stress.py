"""What losing clients does, in sentences."""

import pandas as pd

from kamlib import formats
from kamlib.blocks import Caption, Note
from kamlib.language import listing, phrase, sentences, tr, trn
from kamlib.stress import ClientLoss, DefaultLoss, MoneyAtRisk, ReverseStress, Survival

LARGEST = {
    "client": (
        phrase("no client"),
        phrase("the largest client"),
        phrase("the two largest clients"),
        phrase("the three largest clients"),
        phrase("the four largest clients"),
        phrase("the five largest clients"),
    ),
    "group": (
        phrase("no group"),
        phrase("the largest group"),
        phrase("the two largest groups"),
        phrase("the three largest groups"),
        phrase("the four largest groups"),
        phrase("the five largest groups"),
    ),
}
MANY = {"client": phrase("the {n} largest clients"), "group": phrase("the {n} largest groups")}
LEFT = {
    "profit": phrase("Operating profit of a whole year that is left"),
    "margin": phrase("Contribution margin of a whole year that is left"),
    "revenue": phrase("Revenue of a whole year that is left"),
}
CRITERIA = {
    "profit": phrase("operating profit"),
    "dscr": phrase("the debt service cover"),
    "leverage": phrase("the leverage"),
    "minimum_cash": phrase("minimum cash"),
}
ASSUMPTIONS = {
    "lgd": phrase("Part of the open balance that is lost: {low} – {base} – {high}."),
    "replacement_months": phrase("Months until a client is replaced: {low} – {base} – {high} (weak)."),
    "missing_while_replacing": phrase("Margin missing meanwhile, on average: {base} (weak)."),
    "notice_honoured": phrase("Notice that is still bought in: {low} – {base} – {high} (weak)."),
    "stock_lost": phrase("Custom stock that no one else buys: {low} – {base} – {high} (weak)."),
    "committed_cost": phrase("Cost of undelivered orders already spent: {low} – {base} – {high} (weak)."),
    "compensation_paid": phrase("Termination compensation that is paid: {low} – {base} – {high} (weak)."),
    "assumed_margin_rate": phrase("No cost is known, so every margin is assumed at {base} of revenue (weak)."),
}


def largest(count: int, by: str) -> str:
    """How many of the largest, in words: ``the two largest clients``."""
    if count < len(LARGEST[by]):
        return tr(LARGEST[by][count])
    return tr(MANY[by], n=formats.number(count))


def few(names: tuple[str, ...], shown: int = 5) -> str:
    """Names in one enumeration, the first ones where there are many: ``a, b and 3 more``."""
    if len(names) <= shown + 1:
        return listing(names)
    return listing([*names[:shown], tr("{n} more", n=formats.number(len(names) - shown))])


def loss_sentence(loss: ClientLoss, group_loss: ClientLoss) -> str:
    """What the loss of the largest does to operating profit, or to revenue where no more is known."""
    steps = loss.steps
    if steps["profit"].notna().all():
        start, turns = formats.money(steps["profit"].iloc[0]), loss.turns_negative_at
        if turns is None:
            who = largest(len(steps) - 1, loss.by)
            return tr("Operating profit of {start} stays positive even without {who}.", start=start, who=who)
        by_group = group_loss.turns_negative_at
        also = ""
        if by_group and by_group <= turns and (group_loss.steps["members"] > 1).any():
            left = formats.money(group_loss.steps["profit"].iloc[by_group])
            also = tr("Losing {who} leaves {left}.", who=largest(by_group, "group"), left=left)
        left = formats.money(steps["profit"].iloc[turns])
        return sentences(
            tr(
                "Without {who}, operating profit falls from {start} to {left} a year.",
                who=largest(turns, loss.by),
                start=start,
                left=left,
            ),
            also,
        )
    step = min(3, len(steps) - 1)
    return tr(
        "Losing {who} takes {gone} of revenue; what that does to profit is not known without costs.",
        who=largest(step, loss.by),
        gone=formats.share(steps["revenue_lost_share"].iloc[step]),
    )


def caption_loss(loss: ClientLoss, measure: str, currency: str) -> Caption:
    """What losing the largest leaves, and when profit and cash turn."""
    last = len(loss.steps) - 1
    turns, short = loss.turns_negative_at if measure == "profit" else None, loss.cash_short_at
    if turns and short:
        title = tr(
            "Losing {who} turns operating profit negative; losing {more} takes cash below its minimum",
            who=largest(turns, loss.by),
            more=largest(short, loss.by),
        )
    elif turns:
        title = tr("Losing {who} turns operating profit negative", who=largest(turns, loss.by))
    elif measure == "profit":
        title = tr("Operating profit stays positive without {who}", who=largest(last, loss.by))
    else:
        part = formats.share(1 - loss.steps[measure].iloc[last] / loss.steps[measure].iloc[0])
        title = (
            tr("Losing {who} takes {part} of contribution margin", who=largest(last, loss.by), part=part)
            if measure == "margin"
            else tr("Losing {who} takes {part} of revenue", who=largest(last, loss.by), part=part)
        )
    subtitle = tr(
        "{what}, {currency}, by how many are lost, largest first",
        what=tr(LEFT[measure]),
        currency=formats.currency_name(currency),
    )
    left = listing(formats.money(value) for value in loss.steps[measure].head(4))
    alt = tr("Bar chart. {title}. Left after losing 0, 1, 2, 3: {left}.", title=title, left=left)
    return Caption(title, subtitle, alt)


def caption_survival(gone: Survival, failed: Survival, name: str, currency: str) -> Caption:
    """How long cash lasts without a client, by whether it leaves or fails."""
    weeks = len(gone.path)
    if failed.missing:
        title = tr("Weeks of survival are not known")
    elif failed.weeks_of_cash is None:
        title = tr("Own cash outlasts {weeks} weeks without {name}", weeks=formats.number(weeks), name=name)
    else:
        title = tr(
            "If {name} fails, own cash is below its minimum after {weeks} weeks",
            name=name,
            weeks=formats.number(failed.weeks_of_cash),
        )
    subtitle = tr(
        "Own cash by week, {currency}: as now (grey), it leaves by contract (blue), it fails owing (red)",
        currency=formats.currency_name(currency),
    )
    return Caption(title, subtitle, tr("Line chart. {title}.", title=title))


def note_survival(gone: Survival, failed: Survival) -> Note:
    """What the weeks rest on, and what is missing for them."""
    said = []
    if failed.missing:
        wanted = listing(failed.missing)
        said.append(tr("Not known: name {facts} under company in the run file.", facts=wanted))
    else:
        said.append(
            tr(
                "Own cash is at its lowest {lowest} in {weeks} weeks if the client leaves, {worst} if it fails.",
                lowest=formats.money(gone.lowest_cash),
                weeks=formats.number(len(gone.path)),
                worst=formats.money(failed.lowest_cash),
            )
        )
        if failed.line_now > 0:
            said.append(_line_sentence(failed))
        else:
            said.append(tr("There is no credit line to draw on today."))
    if failed.margin_assumed:
        said.append(tr("No cost is known: margins here are the policy's assumption, not the ledger's."))
    if not failed.payments_known:
        said.append(tr("Payments are not known: everybody is taken to pay on the day due."))
    said.append(
        tr(
            "Clients pay by their own delays of the last year, sales go on at that year's pace; sales tax and income tax are "
            "left out."
        )
    )
    return Note(tr("How long we live"), tuple(said), small=not failed.missing)


def _line_sentence(failed: Survival) -> str:
    return tr(
        "The credit line gives {now} today and {after} at its worst if the client fails.",
        now=formats.money(failed.line_now),
        after=formats.money(failed.line_after),
    )


def note_reverse(reverse: ReverseStress) -> Note:
    """The least that breaks the company, with its proof."""
    least = reverse.smallest
    if least is None:
        known = (reverse.answers["status"] != "unknown").any()
        text = (
            tr("No loss of clients breaks a limit that still holds.")
            if known
            else tr("Which loss breaks us is not known: name the company's facts in the run file.")
        )
        return Note(tr("The least that breaks us"), (text,))
    criterion = CRITERIA[least["criterion"]]
    said = [
        tr(
            "Losing {names} ({share} of revenue) breaks {criterion}: it takes {damage} where {room} can be borne.",
            names=few(least["names"]),
            share=formats.share(least["share_lost"]),
            criterion=tr(criterion),
            damage=formats.money(least["damage"]),
            room=formats.money(least["room"]),
        ),
        tr(
            "Smallest means fewest, then least revenue. That none is smaller is proved: the most that one fewer could take, "
            "shown in the table, can still be borne."
        ),
    ]
    return Note(tr("The least that breaks us"), tuple(said))


def caption_waterfall(at_risk: MoneyAtRisk) -> Caption:
    """What the loss of the client with most at risk would cost."""
    top = at_risk.clients.iloc[0]
    values = {name: formats.money(top[name]) for name in ("low", "base", "high")}
    title = tr("{name}: {low} – {base} – {high} at risk", name=top["name"], **values)
    subtitle = tr(
        "From loss to protection, base case, {currency}; low and high by the assumptions below",
        currency=formats.currency_name(at_risk.currency),
    )
    return Caption(title, subtitle, tr("Waterfall chart. {title}.", title=title))


def note_money_at_risk(at_risk: MoneyAtRisk) -> Note:
    """Every assumption with its low, base and high."""
    said = []
    for name, values in at_risk.assumptions.items():
        text = formats.number if name == "replacement_months" else _whole_share
        low, base, high = map(text, values)
        said.append(tr(ASSUMPTIONS[name], low=low, base=base, high=high))
    said.append(tr("It is what is lost if the client goes; how likely that is does not enter."))
    return Note(tr("What money at risk assumes"), (sentences(*said),), small=True)


def note_default_loss(loss: DefaultLoss) -> Note:
    """The tail before and after the two largest, by two models, and why they differ."""
    if not loss.known:
        return Note(tr("Losses from defaults"), (tr("Not known: what is owed needs receipts."),))
    top = formats.share(loss.levels[-1])
    simulated, panjer = loss.without_top.loc["gaussian"], loss.without_top.loc["creditrisk_plus"]
    said = [
        tr(
            "Without {names}, the loss of one year in {years} falls from {before} to {after} by simulation, and from "
            "{before_plus} to {after_plus} by CreditRisk+.",
            names=listing(loss.top_names),
            years=formats.number(1 / (1 - loss.levels[-1])),
            before=formats.money(simulated["before"]),
            after=formats.money(simulated["after"]),
            before_plus=formats.money(panjer["before"]),
            after_plus=formats.money(panjer["after"]),
        ),
        tr(
            "They differ because CreditRisk+ lets a client default more than once and moves all PDs with one gamma factor, while "
            "the simulation knows yes or no and a normal factor."
        ),
        tr(
            "If all PDs are wrong together, the {level} quantile lies between {low} and {high}; chance of the simulation moves "
            "it by {error}.",
            level=top,
            low=formats.money(loss.pd_range.loc["low", "quantile"]),
            high=formats.money(loss.pd_range.loc["high", "quantile"]),
            error=formats.money(loss.standard_errors.iloc[-2]),
        ),
    ]
    if loss.contagion:
        said.append(
            tr(
                "In the worst year of {sector}, the loss expected rises from {before} to {after}.",
                sector=loss.contagion["sector"],
                before=formats.money(loss.measures["expected_loss"].iloc[0]),
                after=formats.money(loss.contagion["expected_loss"]),
            )
        )
    unrated = int((~loss.clients["rated"]).sum())
    if unrated:
        said.append(
            trn(
                "{n} client has no grade and is taken as {grade} (weak).",
                "{n} clients have no grade and are taken as {grade} (weak).",
                unrated,
                n=formats.number(unrated),
                grade=loss.policy.loss.unrated_grade,
            )
        )
    if len(loss.failed):
        said.append(
            tr(
                "Failed already and not in the models: {names}, {money} net.",
                names=few(tuple(loss.failed["name"])),
                money=formats.money(loss.failed["loss"].sum()),
            )
        )
    return Note(tr("Losses from defaults"), tuple(said))


def _whole_share(value: float) -> str:
    return formats.share(value, 0) if not pd.isna(value) else formats.MISSING
