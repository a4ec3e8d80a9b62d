"""Weights of the scoring table: who becomes a key client, and who is one no longer."""

from kamlib import formats, ranking
from kamlib.blocks import Column, Kpi, Kpis
from kamlib.explore.panel import Answer, Dial, Panel, policy_with
from kamlib.language import listing, tr
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy
from kamlib.tables.shared import table_of
from kamlib.wording.key_clients import CRITERIA

SHOWN = 15


def explore_scoring(snapshot: Snapshot, policy: Policy) -> Panel:
    """Dials for each weight, for how many key clients there may be, and from which score on."""
    found = ranking.review_ranking(snapshot, policy)
    used, _ = ranking.chosen_weights(policy)
    settings = policy.key_clients

    def ask(count: int, score: float, **weights: float) -> Answer:
        weights = {name: round(value, 2) for name, value in weights.items()}
        changes = {"key_clients": {"key_count": count, "key_score": round(score, 2), "weights": weights}}
        policy_with(policy, changes)
        tried = ranking.try_weights(found, weights, count, score)
        enter, leave = tried[tried["key"] & ~tried["key_now"]], tried[~tried["key"] & tried["key_now"]]
        keys, kept = int(tried["key"].sum()), float(tried.loc[tried["key"], "revenue"].sum())
        strip = Kpis(
            (
                Kpi("keys", tr("Key clients"), formats.number(keys), tr("now {amount}", amount=int(tried["key_now"].sum())), keys),
                Kpi("share", tr("Their part of revenue"), formats.share(kept / float(tried["revenue"].sum())), value=kept),
                Kpi("moved", tr("Enter and leave"), f"{len(enter)} · {len(leave)}", value=len(enter) + len(leave)),
            )
        )  # fmt: skip
        columns = [
            Column("rank", tr("Rank")),
            Column("rank_now", tr("Rank now")),
            Column("name", tr("Client"), False),
            Column("score", tr("Score")),
            Column("key", tr("Key client"), False),
            Column("revenue", tr("Revenue")),
        ]
        values = tried[[column.key for column in columns]].head(SHOWN).to_numpy().tolist()
        texts = [
            [formats.number(rank), formats.number(old), name, formats.number(points, 2), "●" if key else "", formats.money(money)]
            for rank, old, name, points, key, money in values
        ]  # fmt: skip
        note = tr(
            "Enter: {enter}. Leave: {leave}.",
            enter=listing(enter["name"]) or tr("none"),
            leave=listing(leave["name"]) or tr("none"),
        )
        return Answer((strip, table_of(tr("The ranking then"), columns, texts, values, note=note)), changes)

    dials = {name: Dial(tr(CRITERIA.get(name, name)), float(weight), 0.0, 1.0, 0.05) for name, weight in used.items()}
    top = min(40, len(found.clients))
    dials["count"] = Dial(tr("Key clients at most"), min(settings.key_count, top), 1, top, 1)
    dials["score"] = Dial(tr("Key client from a score of"), settings.key_score, 1.0, float(settings.scale), 0.1)
    return Panel(tr("Weights of the scoring table"), dials, ask)
