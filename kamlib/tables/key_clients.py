"""Who is a key client, as tables and a strip of figures."""

from typing import Any

from kamlib import formats
from kamlib.blocks import Column, Kpi, Kpis, Table
from kamlib.language import listing, phrase, tr
from kamlib.policy.key_clients import TYPED
from kamlib.ranking import Ranking
from kamlib.tables.shared import table_of
from kamlib.wording.key_clients import client_label, criterion_name

SURE = {"firm": phrase("● firm"), "shaky": phrase("■ shaky")}
FLAGS = {"": "", "mono": phrase("above half of revenue"), "major": phrase("major customer")}
RULES = {
    "percentile": phrase("by rank among all"),
    "linear": phrase("{worst} is 1 point, {best} is {scale}"),
    "log": phrase("{worst} is 1 point, {best} is {scale}, equal ratios between"),
    "bands": phrase("bands at {edges}"),
    "typed": phrase("as typed from {worst} to {best}"),
}
CHANGES = {
    "double": phrase("{name}: weight doubled"),
    "off": phrase("{name}: switched off"),
    "count": phrase("the {name} best scores count"),
    "score": phrase("from {name} points on"),
}
BEHIND = 6  # how many are shown behind the key clients


def kpis_ranking(ranking: Ranking) -> Kpis:
    """How many key clients, what they bring, how sure that is, the largest flag, who costs money."""
    keys = ranking.keys
    share = float(keys["share"].sum())
    firm = int((keys["sure"] == "firm").sum())
    top = float(ranking.clients["share"].max())
    flag = "mono" if top > ranking.policy.key_clients.mono_client else "major" if len(ranking.groups) else ""
    losing = ranking.clients[ranking.clients["profit"] < 0]
    known = bool(ranking.clients["profit"].notna().any())
    cost = float(losing["profit"].sum())
    return Kpis(
        (
            Kpi(
                "key_clients",
                tr("Key clients"),
                formats.number(len(keys)),
                tr("of {n} ranked", n=formats.number(len(ranking.clients))),
                len(keys),
            ),
            Kpi("key_share", tr("They bring"), formats.share(share), tr("of revenue"), share),
            Kpi(
                "firm_keys",
                tr("Firm among them"),
                formats.number(firm),
                tr("stay key under shaken weights"),
                firm,
                "watch" if firm < len(keys) else "calm",
            ),
            Kpi(
                "major_customers",
                tr("Major customers"),
                formats.number(len(ranking.groups)),
                tr("from {limit} of revenue on", limit=formats.share(ranking.policy.key_clients.major_customer, 0)),
                len(ranking.groups),
                "alarm" if flag == "mono" else "watch" if flag else "calm",
            ),
            Kpi(
                "clients_costing_money",
                tr("Clients that cost money"),
                formats.number(len(losing)) if known else formats.MISSING,
                (tr("together {money}", money=formats.money(cost)) if len(losing) else tr("none after cost to serve"))
                if known
                else tr("costs are not known"),
                len(losing) if known else None,
            ),
        )
    )


def table_scores(ranking: Ranking) -> Table:
    """Points × weight by criterion, for the key clients, the next behind them, and the best prospects."""
    scores = ranking.scores
    count = int(ranking.clients["key"].sum())
    clients = ranking.clients
    shown = clients.head(max(count, min(ranking.policy.key_clients.key_count, len(clients))) + BEHIND)
    prospects = clients[clients["prospect"] & ~clients.index.isin(shown.index)].head(3)
    rows = clients.loc[[*shown.index, *prospects.index]]
    names = list(scores.weights.index)
    columns = [
        Column("rank", tr("Rank")),
        Column("name", tr("Client"), False),
        *[Column(name, criterion_name(name)) for name in names],
        Column("score", tr("Score")),
        Column("sure", tr("Key?"), False),
    ]
    parts = scores.contributions.loc[rows.index]
    values, texts = [], []
    for client_id, row in zip(rows.index, rows.itertuples(index=False), strict=True):
        given = parts.loc[client_id].tolist()
        sure = tr(SURE[row.sure])
        word = tr("key, {sure}", sure=sure) if row.key else sure if row.sure == "shaky" else ""
        known = ranking.points.loc[client_id, names].notna()
        marks = [formats.number(part, 2) + ("" if k else "*") for part, k in zip(given, known, strict=True)]
        values.append([row.rank, row.name, *given, row.score, row.sure if row.key else ""])
        texts.append([str(row.rank), client_label(row), *marks, formats.number(row.score, 2), word])
    missing = {
        "worst": tr("* not known: the lowest points stand for it."),
        "middle": tr("* not known: the middle of the scale stands for it."),
        "reweight": tr("* not known: the client's other criteria count more."),
    }
    note = missing[ranking.policy.key_clients.missing] if any("*" in cell for row in texts for cell in row) else ""
    title = tr("Points × weight on a scale of {scale}", scale=ranking.policy.key_clients.scale)
    return table_of(title, columns, texts, values, note=note, key="scores")


def table_rules(ranking: Ranking) -> Table:
    """Each criterion's weight, the rule from value to points, and of how many clients it is known."""
    settings = ranking.policy.key_clients
    columns = [
        Column("criterion", tr("Criterion"), False),
        Column("weight", tr("Weight")),
        Column("rule", tr("Value → points"), False),
        Column("known", tr("Known of")),
    ]
    values, texts = [], []
    for name, weight in ranking.scores.weights.items():
        known = int(ranking.points[name].notna().sum())
        rule = _rule(settings, str(name))
        values.append([criterion_name(str(name)), weight, rule, known])
        texts.append([criterion_name(str(name)), formats.share(weight, 0), rule, formats.number(known)])
    return table_of(tr("The criteria"), columns, texts, values, note=_weights_note(ranking), key="rules")


def _rule(settings: Any, name: str) -> str:
    rule = settings.rules.get(name, TYPED)
    kind = "log" if rule.log else rule.rule
    words = RULES[kind]
    if kind == "percentile":
        return tr(words)
    if kind == "bands":
        return tr(words, edges=listing([formats.share(edge, 0) for edge in rule.edges]))
    plain = kind == "typed" or name in ("tenure", "order_stability")
    worst, best = (f"{value:g}" if plain else formats.share(value) for value in (rule.worst, rule.best))
    return (
        tr(words, worst=worst, best=best)
        if kind == "typed"
        else tr(words, worst=worst, best=best, scale=settings.scale)
    )


def _weights_note(ranking: Ranking) -> str:
    said = []
    if ranking.consistency_ratio == ranking.consistency_ratio:
        ratio = formats.number(ranking.consistency_ratio, 3)
        limit = formats.number(ranking.policy.key_clients.max_consistency_ratio, 2)
        said.append(
            tr(
                "Weights from comparisons in pairs, consistency ratio {ratio} (at most {limit}).",
                ratio=ratio,
                limit=limit,
            )
        )
    if ranking.scores.unknown:
        names = listing([criterion_name(name) for name in ranking.scores.unknown])
        said.append(tr("Nothing is known of {names}: left out, the other weights brought to 1.", names=names))
    return " ".join(said)


def table_what_if(ranking: Ranking) -> Table:
    """One change at a time: who would enter, who would leave."""
    columns = [
        Column("change", tr("If"), False),
        Column("enter", tr("would enter"), False),
        Column("leave", tr("would leave"), False),
    ]
    names = ranking.clients["name"]
    values = []
    for row in ranking.what_if.itertuples(index=False):
        name = criterion_name(row.name) if row.change in ("double", "off") else row.name
        who = [[str(names[client]) for client in clients] for clients in (row.enter, row.leave)]
        values.append([tr(CHANGES[row.change], name=name), *[listing(some) or formats.MISSING for some in who]])
    return table_of(tr("What a single change would do"), columns, values, values, key="what_if")


def table_tiers(ranking: Ranking) -> Table:
    """A, B and C by revenue."""
    columns = [
        Column("tier", tr("Tier"), False),
        Column("clients", tr("Clients")),
        Column("revenue", tr("Revenue, {currency}", currency=formats.currency_name(ranking.currency))),
        Column("share", tr("Share")),
    ]
    values = ranking.tiers[[column.key for column in columns]].to_numpy().tolist()
    texts = [[t, formats.number(n), formats.number(revenue), formats.share(share)] for t, n, revenue, share in values]
    a, b = ranking.policy.key_clients.tiers
    note = tr("A up to {a} of revenue, B up to {b}, largest first.", a=formats.share(a, 0), b=formats.share(b, 0))
    return table_of(tr("Tiers by revenue"), columns, texts, values, note=note, key="tiers")


def table_major(ranking: Ranking) -> Table:
    """Groups at or above the major-customer share."""
    settings = ranking.policy.key_clients
    columns = [
        Column("name", tr("Group"), False),
        Column("members", tr("Clients in it")),
        Column("revenue", tr("Revenue, {currency}", currency=formats.currency_name(ranking.currency))),
        Column("share", tr("Share")),
        Column("flag", tr("Flag"), False),
    ]
    values = ranking.groups[[column.key for column in columns]].to_numpy().tolist()
    texts = [
        [name, formats.number(n), formats.number(revenue), formats.share(share), tr(FLAGS[flag])]
        for name, n, revenue, share, flag in values
    ]
    limit, mono = formats.share(settings.major_customer, 0), formats.share(settings.mono_client, 0)
    note = tr(
        "From {limit} of revenue on a major customer (ASC 280-10-50-42), above {mono} the company lives from one client; "
        "entities under common control count as one.",
        limit=limit,
        mono=mono,
    )
    return table_of(tr("Mono-client and major customers, by group"), columns, texts, values, note=note, key="major")


def table_profit(ranking: Ranking, top: int = 5) -> Table:
    """The most and the least profitable clients after cost to serve."""
    known = ranking.clients[ranking.clients["profit"].notna()].sort_values("profit", ascending=False, kind="stable")
    rows = known if len(known) <= 2 * top else known.iloc[[*range(top), *range(len(known) - top, len(known))]]
    columns = [
        Column("name", tr("Client"), False),
        Column("revenue", tr("Revenue, {currency}", currency=formats.currency_name(ranking.currency))),
        Column("margin", tr("Contribution margin")),
        Column("service_cost", tr("Cost to serve")),
        Column("profit", tr("Left")),
        Column("rate", tr("of its revenue")),
    ]
    values = [
        [row.name, row.revenue, row.margin, row.service_cost, row.profit, row.profit / row.revenue]
        for row in rows.itertuples(index=False)
    ]
    texts = [[name, *map(formats.number, money), formats.share(rate)] for name, *money, rate in values]
    note = ""
    if known.empty:
        note = tr("No costs in the ledger: add the column cost to the invoices.")
    elif known["service_cost"].isna().all():
        note = tr("No table of costs to serve: what is left is the contribution margin.")
    return table_of(tr("Most and least profitable clients"), columns, texts, values, note=note, key="profit")
