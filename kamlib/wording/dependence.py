"""Dependence on clients, in sentences."""

import pandas as pd

from kamlib import formats
from kamlib.blocks import Action, Actions, Caption, Heading, Note
from kamlib.dependence import AppetiteReview, ConcentrationHistory, Dependence
from kamlib.language import phrase, sentences, tr, trn
from kamlib.stress import ClientLoss
from kamlib.wording.shared import LEVEL_WORDS
from kamlib.wording.stress import largest, loss_sentence

CHANGE_CAUSES = {
    "entry": phrase("{name} came in"),
    "exit": phrase("{name} stopped buying"),
    "growth": phrase("{name} bought more"),
    "shrinkage": phrase("{name} bought less"),
    "none": phrase("{name} bought the same"),
}
BAND_WORDS = {
    "low": phrase("low"),
    "moderate": phrase("moderate"),
    "high": phrase("high"),
    "severe": phrase("severe"),
}


def heading_dependence(dependence: Dependence, loss: ClientLoss, company: str) -> Heading:
    """The head of the portfolio report: what the stress asks to decide."""
    top = dependence.clients.iloc[0]
    turns = loss.turns_negative_at
    bands = dependence.policy.concentration.single_client_bands
    share = top["share"]
    level = (
        "alarm" if share > bands[1] or (turns is not None and turns <= 3) else "watch" if share > bands[0] else "calm"
    )
    lost = loss.steps.iloc[1] if len(loss.steps) > 1 else loss.steps.iloc[0]
    at_stake = float(loss.steps["revenue"].iloc[0] - lost["revenue"])
    return Heading(
        kicker=tr("Concentration and stress"),
        title=company,
        period=formats.quarter(dependence.snapshot_date),
        decision=_decision_dependence(dependence, loss),
        level=level,
        level_word=tr(LEVEL_WORDS[level]),
        finding=_finding_dependence(dependence, loss),
        finding_value=at_stake,
        finding_label=tr("of revenue with the largest"),
    )


def _decision_dependence(dependence: Dependence, loss: ClientLoss) -> str:
    name, share = dependence.clients["name"].iloc[0], dependence.clients["share"].iloc[0]
    if loss.turns_negative_at:
        who = largest(loss.turns_negative_at, loss.by)
        return tr(
            "Decide how to hold or replace {name}: losing {who} turns operating profit negative.", name=name, who=who
        )
    if share > dependence.policy.concentration.single_client_bands[0]:
        return tr(
            "Decide how to hold or replace {name}, which brings {share} of revenue.",
            name=name,
            share=formats.share(share),
        )
    return tr("No single client calls for a decision; keep the spread.")


def _finding_dependence(dependence: Dependence, loss: ClientLoss) -> str:
    top = dependence.clients.iloc[0]
    share = formats.share(top["share"])
    if loss.turns_negative_at:
        who = largest(loss.turns_negative_at, loss.by)
        return tr(
            "{name} brings {share} of revenue; losing {who} turns operating profit negative.",
            name=top["name"],
            share=share,
            who=who,
        )
    return tr("{name} is the largest client with {share} of revenue.", name=top["name"], share=share)


def why_dependence(dependence: Dependence, loss: ClientLoss, group_loss: ClientLoss) -> Note:
    """Three sentences: who, since when, and what the loss of them does."""
    now, prior = dependence.indices["client"], dependence.indices["prior"]
    top = dependence.clients.iloc[0]
    said = [
        tr(
            "{name} brings {share} of revenue and the five largest clients {five}: as concentrated as {number} equal "
            "clients would be.",
            name=top["name"],
            share=formats.share(top["share"]),
            five=formats.share(now["cr5"]),
            number=formats.number(now["effective_number"], 1),
        )
        if len(dependence.clients) > 1
        else tr("{name} is the only client; every index is at its end.", name=top["name"])
    ]
    gone = dependence.prior_revenue - dependence.clients["prior_revenue"].sum()
    if gone > 0.01 * dependence.prior_revenue:
        said.append(
            tr(
                "Clients that stopped buying had brought {money}, {share} of the revenue of the year before.",
                money=formats.money(gone),
                share=formats.share(gone / dependence.prior_revenue),
            )
        )
    if not pd.isna(prior["hhi"]):
        values = {
            "five": formats.share(prior["cr5"]),
            "before": formats.number(prior["hhi"] * 1e4),
            "now": formats.number(now["hhi"] * 1e4),
        }
        said.append(
            tr("A year before, the five largest had {five}; the HHI rose from {before} to {now} points.", **values)
            if now["hhi"] > prior["hhi"]
            else tr("A year before, the five largest had {five}; the HHI fell from {before} to {now} points.", **values)
        )
    if dependence.has_groups and now["cr1"] <= dependence.indices.loc["cr1", "group"]:
        share = formats.share(dependence.indices.loc["cr3", "group"])
        said.append(tr("Counted by group under common control, the three largest have {share}.", share=share))
    if dependence.left_out:
        n = dependence.left_out
        said.append(
            trn(
                "{n} client whose revenue sums to zero or less has no share and stands outside.",
                "{n} clients whose revenue sums to zero or less have no share and stand outside.",
                n,
                n=formats.number(n),
            )
        )
    said.append(loss_sentence(loss, group_loss))
    return Note(tr("Why"), tuple(said))


def caption_shares(dependence: Dependence) -> Caption:
    """The largest clients' shares."""
    shown = min(10, len(dependence.clients))
    top = dependence.clients.iloc[0]
    title = trn(
        "{shown} of {count} clients brings {share} of revenue",
        "{shown} of {count} clients bring {share} of revenue",
        shown,
        shown=shown,
        count=formats.number(len(dependence.clients)),
        share=formats.share(dependence.clients["share"].head(shown).sum()),
    )
    subtitle = tr("Share of revenue, {window}; the upright mark is the year before", window=_window(dependence))
    alt = tr(
        "Bar chart. {title}. The largest, {name}, has {share}.",
        title=title,
        name=top["name"],
        share=formats.share(top["share"]),
    )
    return Caption(title, subtitle, alt)


def caption_lorenz(dependence: Dependence) -> Caption:
    """The Lorenz curve."""
    gini = formats.number(dependence.indices.loc["gini", "client"], 2)
    title = tr("Revenue is spread unequally: Gini {gini}", gini=gini)
    subtitle = tr("Cumulative share of revenue over clients, smallest first")
    return Caption(title, subtitle, tr("Lorenz curve. {title}.", title=title))


def caption_history(history: ConcentrationHistory) -> Caption:
    """The HHI quarter by quarter."""
    rows = history.quarters
    subtitle = tr("Raw HHI in points, revenue by client of the {n} months up to each day", n=history.window_months)
    if len(rows) < 2:
        title = tr("The ledger is too short for a history of the HHI")
        return Caption(title, subtitle, tr("Line chart. {title}.", title=title))
    values = {
        "before": formats.number(rows["hhi"].iloc[0] * 1e4),
        "now": formats.number(rows["hhi"].iloc[-1] * 1e4),
        "n": len(rows) - 1,
    }
    title = (
        tr("The HHI is at {now} points, as {n} quarters before", now=values["now"], n=values["n"])
        if values["before"] == values["now"]
        else tr("The HHI rose from {before} to {now} points in {n} quarters", **values)
        if history.change > 0
        else tr("The HHI fell from {before} to {now} points in {n} quarters", **values)
    )
    return Caption(title, subtitle, tr("Line chart. {title}.", title=title))


def caption_causes(history: ConcentrationHistory) -> Caption:
    """Who changed the HHI over the span of the history."""
    subtitle = tr(
        "Change of the HHI in points by the client that caused it; all clients together make the whole change"
    )
    if history.clients.empty:
        title = tr("Without a history, no client's part in it is known")
        return Caption(title, subtitle, tr("Bar chart. {title}.", title=title))
    top = history.clients.iloc[0]
    kind = top["kind"]
    cause = tr(CHANGE_CAUSES[kind], name=top["name"])
    points = formats.signed(top["contribution"] * 1e4)
    whole = formats.signed(history.change * 1e4)
    title = tr("{cause}: {points} points; in all {whole}", cause=cause, points=points, whole=whole)
    return Caption(title, subtitle, tr("Bar chart. {title}.", title=title))


def note_causes(history: ConcentrationHistory) -> Note:
    """How the split of the change is to be read."""
    said = [
        tr(
            "A client's part is what its own change of revenue did to the HHI, dilution of the others included; the "
            "parts add up exactly. A small client that grows lowers the HHI, a large one that grows raises it."
        )
    ]
    if len(history.quarters) > 1 and history.window_months < 12:
        said.append(tr("The ledger is too short for whole years, so single quarters are compared: seasons may show."))
    return Note("", tuple(said), small=True)


def note_indices(dependence: Dependence) -> Note:
    """What each index is, and how its interval was drawn."""
    settings = dependence.policy.concentration.bootstrap
    return Note(
        tr("How the indices are defined"),
        (
            tr(
                "With shares s of n clients, largest first: CR-k is the sum of the k largest s; HHI is Σ s², raw and not "
                "normalised; the effective number is 1 ÷ HHI; Gini is 1 − (2 Σ rank · s − 1) ÷ n in its 1/n form, rank 1 "
                "being the largest; Hall–Tideman is 1 ÷ (2 Σ rank · s − 1); Shannon entropy is −Σ s ln s; Theil's T is "
                "ln n less the entropy."
            ),
            tr(
                "Intervals hold {level} of {draws} bootstrap draws (seed {seed}). Invoices are resampled, not clients: the "
                "clients are all there are, chance is which of their invoices fell into the window.",
                level=formats.share(settings.level, 0),
                draws=formats.number(settings.draws),
                seed=settings.seed,
            ),
        ),
        small=True,
    )


def actions_dependence(dependence: Dependence, loss: ClientLoss) -> Actions:
    """One action for each group above the lowest band, and one for the stress."""
    bands = dependence.policy.concentration.single_client_bands
    due = formats.day(dependence.snapshot_date + pd.DateOffset(months=3) + pd.offsets.MonthEnd(0))
    items = [
        Action(
            trn(
                "Agree how to hold {name} and what replaces it",
                "Agree how to hold {name} and what replaces them",
                row.members,
                name=row.name,
            ),
            tr("Management"),
            due,
            tr("{share} of revenue: {band}", share=formats.share(row.share), band=_band(row.share, bands)),
        )
        for row in dependence.groups.itertuples(index=False)
        if row.share > bands[0]
    ]
    if loss.turns_negative_at:
        short = formats.money(-loss.steps["profit"].iloc[loss.turns_negative_at])
        who = largest(loss.turns_negative_at, loss.by)
        items.append(
            Action(
                tr("Name {money} of cost that could be cut if {who} left", money=short, who=who),
                tr("Finance director"),
                due,
                tr("operating profit would be −{money} without them", money=short),
            )
        )
    return Actions(tr("What to do"), tuple(items), tr("Nothing is to be done before the next review."))


def note_antitrust(appetite: AppetiteReview, dependence: Dependence) -> Note:
    """Where the HHI lies in the bands of competition authorities, and why that is no judgement."""
    low, high = dependence.policy.concentration.antitrust_hhi
    points = formats.number(dependence.indices.loc["hhi", "client"] * 1e4)
    bands = {"low": formats.number(low * 1e4), "high": formats.number(high * 1e4), "points": points}
    where = (
        tr("At {points} points a market would count as unconcentrated (up to {low}).", points=points, low=bands["low"]),
        tr("At {points} points a market would count as moderately concentrated ({low} to {high}).", **bands),
        tr("At {points} points a market would count as highly concentrated (above {high}).", points=points, high=bands["high"]),
    )[appetite.antitrust_band]  # fmt: skip
    warning = tr(
        "These bands of the US Merger Guidelines (2023) were made to judge mergers in a market, not a company's dependence "
        "on its own clients; they are shown for orientation only. The limits in the table are the company's own."
    )
    return Note("", (sentences(where, warning),), small=True)


def _band(share: float, bands: tuple[float, float, float]) -> str:
    """Where a share lies in the risk appetite: above 20 % (high)."""
    crossed = max(number for number, limit in enumerate(bands) if share > limit)
    word = tr(BAND_WORDS[("moderate", "high", "severe")[crossed]])
    return tr("above {limit} ({word})", limit=formats.share(bands[crossed], 0), word=word)


def _window(dependence: Dependence) -> str:
    start = dependence.window_start + pd.Timedelta(days=1)
    return tr("{start} to {end}", start=formats.day(start), end=formats.day(dependence.snapshot_date))
