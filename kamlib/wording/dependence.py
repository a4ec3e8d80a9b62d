"""Dependence on clients, in sentences."""

import pandas as pd

from kamlib import formats
from kamlib.blocks import Action, Actions, Caption, Heading, Note
from kamlib.dependence import Dependence
from kamlib.stress import ClientLoss
from kamlib.wording.shared import LEVEL_WORDS
from kamlib.wording.stress import largest, loss_sentence


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
        kicker="Concentration and stress",
        title=company,
        period=formats.quarter(dependence.snapshot_date),
        decision=_decision_dependence(dependence, loss),
        level=level,
        level_word=LEVEL_WORDS[level],
        finding=_finding_dependence(dependence, loss),
        finding_value=at_stake,
        finding_label="of revenue with the largest",
    )


def _decision_dependence(dependence: Dependence, loss: ClientLoss) -> str:
    name, turns = dependence.clients["name"].iloc[0], loss.turns_negative_at
    if turns:
        return (
            f"Decide how to hold or replace {name}: losing {largest(turns, loss.by)} turns operating profit negative."
        )
    if dependence.clients["share"].iloc[0] > dependence.policy.concentration.single_client_bands[0]:
        return f"Decide how to hold or replace {name}, which brings {formats.share(dependence.clients['share'].iloc[0])} of revenue."
    return "No single client calls for a decision; keep the spread."


def _finding_dependence(dependence: Dependence, loss: ClientLoss) -> str:
    top = dependence.clients.iloc[0]
    share = formats.share(top["share"])
    turns = loss.turns_negative_at
    if turns:
        return f"{top['name']} brings {share} of revenue; losing {largest(turns, loss.by)} turns operating profit negative."
    return f"{top['name']} is the largest client with {share} of revenue."


def why_dependence(dependence: Dependence, loss: ClientLoss, group_loss: ClientLoss) -> Note:
    """Three sentences: who, since when, and what the loss of them does."""
    now, prior = dependence.indices["client"], dependence.indices["prior"]
    top = dependence.clients.iloc[0]
    sentences = [
        f"{top['name']} brings {formats.share(top['share'])} of revenue and the five largest clients "
        f"{formats.share(now['cr5'])}: as concentrated as {formats.number(now['effective_number'], 1)} equal clients would be."
    ]
    gone = dependence.prior_revenue - dependence.clients["prior_revenue"].sum()
    if gone > 0.01 * dependence.prior_revenue:
        sentences.append(
            f"Clients that stopped buying had brought {formats.money(gone)}, "
            f"{formats.share(gone / dependence.prior_revenue)} of the revenue of the year before."
        )
    if not pd.isna(prior["hhi"]):
        moved = "rose" if now["hhi"] > prior["hhi"] else "fell"
        sentences.append(
            f"A year before, the five largest had {formats.share(prior['cr5'])}; the HHI {moved} from "
            f"{formats.number(prior['hhi'] * 1e4)} to {formats.number(now['hhi'] * 1e4)} points."
        )
    if dependence.has_groups and now["cr1"] <= dependence.indices.loc["cr1", "group"]:
        group = dependence.indices["group"]
        sentences.append(
            f"Counted by group under common control, the three largest have {formats.share(group['cr3'])}."
        )
    sentences.append(loss_sentence(loss, group_loss))
    return Note("Why", tuple(sentences))


def caption_shares(dependence: Dependence) -> Caption:
    """The largest clients' shares."""
    shown = min(10, len(dependence.clients))
    share = dependence.clients["share"].head(shown).sum()
    top = dependence.clients.iloc[0]
    title = f"{shown} of {len(dependence.clients):,} clients bring {formats.share(share)} of revenue"
    subtitle = f"Share of revenue, {_window(dependence)}; the upright mark is the year before"
    alt = f"Bar chart. {title}. The largest, {top['name']}, has {formats.share(top['share'])}."
    return Caption(title, subtitle, alt)


def caption_lorenz(dependence: Dependence) -> Caption:
    """The Lorenz curve."""
    gini = formats.number(dependence.indices.loc["gini", "client"], 2)
    title = f"Revenue is spread unequally: Gini {gini}"
    return Caption(title, "Cumulative share of revenue over clients, smallest first", f"Lorenz curve. {title}.")


def actions_dependence(dependence: Dependence, loss: ClientLoss) -> Actions:
    """One action for each group above the lowest band, and one for the stress."""
    bands = dependence.policy.concentration.single_client_bands
    due = formats.day(dependence.snapshot_date + pd.DateOffset(months=3) + pd.offsets.MonthEnd(0))
    items = [
        Action(
            f"Agree how to hold {row.name} and what replaces {'it' if row.members == 1 else 'them'}",
            "Management",
            due,
            f"{formats.share(row.share)} of revenue: {_band(row.share, bands)}",
        )
        for row in dependence.groups.itertuples(index=False)
        if row.share > bands[0]
    ]
    if loss.turns_negative_at:
        short = formats.money(-loss.steps["profit"].iloc[loss.turns_negative_at])
        items.append(
            Action(
                f"Name {short} of cost that could be cut if {largest(loss.turns_negative_at, loss.by)} left",
                "Finance",
                due,
                f"operating profit would be −{short} without them",
            )
        )
    return Actions("What to do", tuple(items))


def _band(share: float, bands: tuple[float, float, float]) -> str:
    """Where a share lies in the risk appetite: above 20 % (high)."""
    names = ("moderate", "high", "severe")
    crossed = max(number for number, limit in enumerate(bands) if share > limit)
    return f"above {formats.share(bands[crossed], 0)} ({names[crossed]})"


def _window(dependence: Dependence) -> str:
    start = dependence.window_start + pd.Timedelta(days=1)
    return f"{formats.day(start)} to {formats.day(dependence.snapshot_date)}"
