"""What losing clients does, as tables."""

from typing import Any

import pandas as pd

from kamlib import formats
from kamlib.blocks import Column, Table
from kamlib.language import current_language, listing, phrase, tr
from kamlib.policy import Policy
from kamlib.stress import ClientLoss, DefaultLoss, MoneyAtRisk, Replacement, ReverseStress, Survival
from kamlib.tables.shared import table_of
from kamlib.wording.stress import few

COVENANTS = {
    "dscr": phrase("Debt service cover (DSCR), at least"),
    "leverage": phrase("Leverage (debt ÷ operating profit), at most"),
    "minimum_cash": phrase("Minimum cash"),
}
CRITERIA = {
    "profit": phrase("Operating profit below zero"),
    "dscr": phrase("DSCR below its limit"),
    "leverage": phrase("Leverage above its limit"),
    "minimum_cash": phrase("Cash below its minimum"),
}
STATUSES = {
    "never": phrase("not even by losing all"),
    "already": phrase("broken before any loss"),
    "unknown": phrase("not known: company facts are missing"),
}
MODELS = {
    "gaussian": phrase("Simulation, normal factor and sectors"),
    "t": phrase("Simulation, t copula"),
    "creditrisk_plus": phrase("CreditRisk+ (Panjer)"),
    "limit": phrase("Vasicek's limit with granularity"),
}


def table_loss(loss: ClientLoss, currency: str) -> Table:
    """What is left after each loss, of a whole year and, contracts kept, in the first."""
    columns = [
        Column("lost", tr("Lost")),
        Column("name", tr("The last one lost"), False),
        Column("revenue", tr("Revenue")),
        Column("revenue_lost_share", tr("Part lost")),
        Column("margin", tr("Margin")),
        Column("profit", tr("Profit")),
        Column("first_year_profit", tr("First year")),
        Column("cash", tr("Cash at its end")),
        Column("break_even", tr("Break-even")),
    ]
    frame = loss.steps.assign(name=loss.steps["name"].where(loss.steps["lost"] > 0, tr("none")))
    values = frame[[column.key for column in columns]].to_numpy().tolist()
    texts = [
        [formats.number(row[0]), row[1], formats.money(row[2]), formats.share(row[3]), *map(formats.money, row[4:])]
        for row in values
    ]
    code = formats.currency_name(currency)
    title = (
        tr("Losing the largest, by client, {currency}", currency=code)
        if loss.by == "client"
        else tr("Losing the largest, by group, {currency}", currency=code)
    )
    return table_of(title, columns, texts, values, marked=loss.turns_negative_at, note=_loss_note(loss), key="loss")


def tables_loss(loss: ClientLoss, group_loss: ClientLoss, currency: str) -> tuple[Table, ...]:
    """The loss by client, and by group where any client belongs to one with others."""
    grouped = loss.by == "client" and (group_loss.steps["members"] > 1).any()
    return tuple(table_loss(one, currency) for one in ((loss, group_loss) if grouped else (loss,)))


def table_survival(gone: Survival, failed: Survival) -> Table:
    """Weeks, profit and covenants if the client leaves by contract, and if it fails."""
    columns = [
        Column("what", tr("What"), False),
        Column("limit", tr("Limit")),
        Column("gone", tr("It leaves by contract")),
        Column("failed", tr("It fails")),
    ]
    beyond = tr("over {n}", n=formats.number(len(gone.path)))
    rows: list[tuple[list[Any], list[str]]] = []
    for label, key in (
        (tr("Weeks until own cash is below its minimum"), "weeks_of_cash"),
        (tr("Weeks with the credit line"), "weeks_of_liquidity"),
    ):
        pair = [getattr(gone, key), getattr(failed, key)]
        shown = [formats.MISSING if gone.missing else beyond if v is None else formats.number(v) for v in pair]
        rows.append(([label, gone.floor, *pair], [label, formats.money(gone.floor), *shown]))
    label = tr("Operating profit of a whole year after it")
    rows.append(
        ([label, 0.0, gone.profit, failed.profit], [label, "0", *map(formats.money, (gone.profit, failed.profit))])
    )
    own = True
    for one, two in zip(gone.covenants.itertuples(), failed.covenants.itertuples(), strict=True):
        own = own and (one.agreed or pd.isna(one.value))
        text = formats.money if one.covenant == "minimum_cash" else _multiple
        label = tr(COVENANTS[one.covenant])
        shown = [f"{_broken(c)}{text(c.value)}" for c in (one, two)]
        rows.append(([label, one.limit, one.value, two.value], [label, text(one.limit), *shown]))
    values, texts = zip(*rows, strict=True)
    note = tr("✗ marks a broken limit.")
    if not own:
        note += " " + tr("Limits of lenders are the policy's usual ones where the run file names none.")
    return table_of(tr("Survival without the largest client"), columns, texts, values, note=note, key="survival")


def table_scenarios(scenarios: pd.DataFrame, policy: Policy, currency: str) -> Table:
    """Every scenario of the policy beside the base."""
    columns = [
        Column("name", tr("Scenario"), False),
        Column("profit", tr("Profit")),
        Column("margin_lost", tr("Margin lost")),
        Column("lowest_cash", tr("Lowest cash")),
        Column("cash_after", tr("Cash at the end")),
        Column("line_after", tr("Least line")),
        Column("weeks_of_cash", tr("Weeks")),
    ]
    lang = current_language()
    names = [
        tr("As now")
        if number < 0
        else policy.stress.scenarios[number].names.get(lang)
        or next(iter(policy.stress.scenarios[number].names.values()))
        for number in scenarios["number"]
    ]
    frame = scenarios.assign(name=names)
    values = frame[[column.key for column in columns]].to_numpy().tolist()
    beyond = tr("over {n}", n=formats.number(policy.stress.survival_weeks))
    texts = [
        [
            row[0],
            *map(formats.money, row[1:6]),
            formats.number(row[6]) if row[6] == row[6] else formats.MISSING if pd.isna(row[3]) else beyond,
        ]
        for row in values
    ]
    note = tr(
        "Profit and margin lost of a whole year; cash and the line that may be drawn over {weeks} weeks; weeks until own cash "
        "is below its minimum.",
        weeks=formats.number(policy.stress.survival_weeks),
    )
    title = tr("Scenarios of the policy, {currency}", currency=formats.currency_name(currency))
    return table_of(title, columns, texts, values, note=note, key="scenarios")


def table_reverse(reverse: ReverseStress, currency: str) -> Table:
    """For each limit the smallest loss that breaks it, and the proof."""
    columns = [
        Column("criterion", tr("What breaks"), False),
        Column("names", tr("Smallest loss"), False),
        Column("count", tr("How many")),
        Column("share_lost", tr("Part lost")),
        Column("room", tr("Room")),
        Column("damage", tr("It takes")),
        Column("most_of_fewer", tr("One fewer")),
    ]
    values, texts = [], []
    for row in reverse.answers.itertuples(index=False):
        found = row.status == "found"
        names = few(row.names) if found else tr(STATUSES[row.status])
        figures = [row.count, row.share_lost, row.room, row.damage, row.most_of_fewer] if found else [None] * 5
        values.append([tr(CRITERIA[row.criterion]), names, *figures])
        formatters = (formats.number, formats.share, formats.money, formats.money, formats.money)
        texts.append([*values[-1][:2], *[say(figure) for say, figure in zip(formatters, figures, strict=True)]])
    note = tr(
        "Room: what can just be borne. One fewer: the most that any set with one less takes, never more than the room."
    )
    title = tr("The smallest losses that break us, {currency}", currency=formats.currency_name(currency))
    return table_of(title, columns, texts, values, note=note, key="reverse")


def table_replacement(replacement: Replacement, currency: str, top: int = 10) -> Table:
    """Months to replace each of the largest clients."""
    columns = [
        Column("name", tr("Client"), False),
        Column("share", tr("Share")),
        Column("months_pipeline", tr("By pipeline")),
        Column("months_won", tr("By wins")),
        Column("held_months", tr("Notice")),
        Column("margin_lost", tr("Margin lost")),
    ]
    values = replacement.clients.head(top)[[column.key for column in columns]].to_numpy().tolist()
    texts = [
        [row[0], formats.share(row[1]), *[formats.number(v, 1) for v in row[2:5]], formats.money(row[5])]
        for row in values
    ]
    low, _, high = replacement.quoted
    note = tr(
        "The pipeline holds {pipeline} a year, of which {coming} a month is counted on; new clients brought {won} a month over the "
        "last year. Where neither is known, the policy's months are taken; {low} to {high} are quoted for a top-ten client (weak).",
        pipeline=formats.money(replacement.pipeline),
        coming=formats.money(replacement.pipeline_a_month),
        won=formats.money(replacement.won_a_month),
        low=formats.number(low),
        high=formats.number(high),
    )
    title = tr(
        "Months to replace them, and the margin lost meanwhile, {currency}", currency=formats.currency_name(currency)
    )
    return table_of(title, columns, texts, values, note=note, key="replacement")


def table_money_at_risk(at_risk: MoneyAtRisk, top: int = 10) -> Table:
    """The clients with most at risk: low, base and high, and the parts of the base."""
    columns = [
        Column("name", tr("Client"), False),
        Column("low", tr("Low")),
        Column("base", tr("Base, {currency}", currency=formats.currency_name(at_risk.currency))),
        Column("high", tr("High")),
        Column("receivable_loss", tr("Receivables")),
        Column("margin_lost", tr("Margin")),
        Column("stranded_stock", tr("Custom stock")),
        Column("contract_cost", tr("Contract cost")),
        Column("protected", tr("Protected")),
    ]
    keys = [column.key for column in columns]
    frame = at_risk.clients.head(top)[keys].copy()
    frame["protected"] = -frame["protected"] + 0.0
    values = frame.to_numpy().tolist()
    texts = [[row[0], *map(formats.money, row[1:])] for row in values]
    note = tr("One client at a time; parts are those of the base case.")
    if at_risk.missing:
        names = listing(name.replace("_", " ") for name in at_risk.missing)
        note += " " + tr("Tables not there, counted as nothing: {names}.", names=names)
    return table_of(tr("Money at risk"), columns, texts, values, note=note, key="money_at_risk")


def tables_default(loss: DefaultLoss) -> tuple[Table, ...]:
    """Losses by model and who makes the tail; nothing where it is not known what is owed."""
    return (table_default_loss(loss), table_default_clients(loss)) if loss.known else ()


def table_default_loss(loss: DefaultLoss) -> Table:
    """Expected loss, quantiles and shortfalls by model."""
    columns = [
        Column("model", tr("Model"), False),
        Column("expected_loss", tr("Expected")),
        Column("standard_deviation", tr("St. dev.")),
    ]
    for key in [name for name in loss.measures if name[:3] in ("var", "es_")]:
        short, _, level = key.partition("_")
        columns.append(Column(key, f"{short.upper()} {level.replace('_', '.')} %"))
    named = loss.measures.assign(model=[tr(name) for name in loss.measures.get("model", pd.Series()).map(MODELS)])
    values = named[[column.key for column in columns]].to_numpy().tolist() if loss.known else []
    texts = [[row[0], *map(formats.money, row[1:])] for row in values]
    note = tr(
        "Losses within a year on what is owed today, net of protections; {n} scenarios, seed {seed}.",
        n=formats.number(loss.policy.loss.scenarios),
        seed=str(loss.policy.loss.seed),
    )
    title = tr("Losses from defaults, by model, {currency}", currency=formats.currency_name(loss.currency))
    return table_of(title, columns, texts, values, note=note, key="default_loss")


def table_default_clients(loss: DefaultLoss, top: int = 8) -> Table:
    """Who makes the tail: contributions that add up to the shortfall."""
    columns = [
        Column("name", tr("Client"), False),
        Column("grade", tr("Grade"), False),
        Column("pd", tr("PD a year")),
        Column("lgd", tr("LGD after protections")),
        Column("ead", tr("Owed, {currency}", currency=formats.currency_name(loss.currency))),
        Column("expected_loss", tr("Expected")),
        Column("contribution", tr("Part of the shortfall")),
    ]
    keys = [column.key for column in columns]
    values = loss.clients.head(top)[keys].to_numpy().tolist() if loss.known else []
    rest = loss.clients.iloc[top:]
    if len(rest):
        name = tr("{n} further clients", n=formats.number(len(rest)))
        values.append([name, "", None, None, *[float(rest[key].sum()) for key in keys[4:]]])
    if loss.known:
        values.append([tr("All"), "", None, None, *[float(loss.clients[key].sum()) for key in keys[4:]]])
    texts = [
        [row[0], row[1], formats.share(row[2], 2), formats.share(row[3], 0), *map(formats.money, row[4:])]
        for row in values
    ]
    title = tr("Who makes the tail: expected shortfall at {level}", level=formats.share(loss.middle, 0))
    return table_of(title, columns, texts, values, total=loss.known, key="default_clients")


def _loss_note(loss: ClientLoss) -> str:
    if loss.costed_share == 0:
        return tr("No costs in the ledger: margin and profit are not known. Add the column cost to the invoices.")
    costs = tr("Margin from the cost of each invoice.")
    if loss.costed_share < 0.999:
        part = formats.share(loss.costed_share, 0)
        costs = tr("Cost is known for {part} of revenue; the rest has the known margin rate.", part=part)
    if pd.isna(loss.fixed_cost):
        more = tr("Operating profit is not known: name fixed_cost under company in the run file.")
        return f"{costs} {more}"
    kept = tr(
        "Fixed cost of {money} stays. Margin and profit are of a whole year; in the first year revenue runs on through notice and "
        "expiry of contracts, and cash is what is there at its end.",
        money=formats.money(loss.fixed_cost),
    )
    return f"{costs} {kept}"


def _multiple(value: float) -> str:
    return "∞" if value == float("inf") else formats.number(value, 2)


def _broken(covenant: Any) -> str:
    return "✗ " if covenant.kept is False else ""
