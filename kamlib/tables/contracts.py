"""The book of contracts and its churn, as tables and a strip of figures."""

from kamlib import formats
from kamlib.blocks import Column, Kpi, Kpis, Note, Table
from kamlib.client_profile import ContractBook
from kamlib.language import phrase, sentences, tr
from kamlib.tables.shared import table_of

STEP_NAMES = {"expired": phrase("past its recorded end"), "open_ended": phrase("open-ended")}
WHY_NAMES = {
    "ends": phrase("ends"),
    "renews": phrase("renews itself unless notice is given"),
    "lapsed": phrase("recorded end has passed"),
}
ROWS = 15


def kpis_contracts(book: ContractBook) -> Kpis:
    """Protected share, contracts, what is to be decided, churn rates, revenue at risk."""
    unit, rates = formats.currency_name(book.currency), book.book.rates
    share = min(book.protected_year / book.revenue, 1.0) if book.revenue > 0 else float("nan")
    soon, at_risk = float(book.renegotiate["annual_value"].sum()), float(book.at_risk["amount"].sum())
    free = float(book.uncovered["revenue"].sum())
    return Kpis(
        (
            Kpi(
                "protected",
                tr("Protected for a year"),
                formats.share(share, 0),
                f"{formats.money(book.protected_year)} {unit}",
                share,
            ),
            Kpi(
                "contracts",
                tr("Contracts in force"),
                formats.number(len(book.contracts)),
                tr("of {n} clients", n=book.contracts["client_id"].nunique()),
                float(len(book.contracts)),
            ),
            Kpi(
                "renegotiate",
                tr("To decide this quarter"),
                formats.number(len(book.renegotiate)),
                tr("{amount} {unit} a year", amount=formats.money(soon), unit=unit),
                soon,
            ),
            Kpi(
                "uncovered",
                tr("Without a contract, {unit}", unit=unit),
                formats.money(free),
                tr("{n} clients", n=len(book.uncovered)),
                free,
            ),
            Kpi(
                "client_churn",
                tr("Churn of clients"),
                formats.share(rates.client_rate),
                tr("of revenue {share}", share=formats.share(rates.gross_rate)),
                rates.client_rate,
            ),
            Kpi(
                "at_risk",
                tr("Revenue at risk of churn, {unit}", unit=unit),
                formats.money(at_risk),
                tr("a year, all clients"),
                at_risk,
            ),
        )
    )


def table_renegotiate(book: ContractBook) -> Table | Note:
    """Contracts to be decided on, largest first."""
    title = tr("Contracts to renegotiate this quarter")
    if book.absent:
        return Note(
            title,
            (tr("The ledger has no contracts. Bring contracts.csv: it would show what is protected and what ends."),),
        )
    if book.renegotiate.empty:
        return Note(
            title, (tr("No contract has to be decided on within {n} days.", n=book.policy.profile.renegotiate_days),)
        )
    columns = [
        Column("client", tr("Client"), False),
        Column("contract", tr("Contract"), False),
        Column("why", tr("Why"), False),
        Column("end", tr("Ends"), False),
        Column("decide", tr("Decide by"), False),
        Column("value", tr("Value a year, {unit}", unit=formats.currency_name(book.currency))),
    ]
    rows = book.renegotiate.head(ROWS)
    values = [
        [r.name, r.contract_id, r.why, r.end_date, r.decide_by, r.annual_value] for r in rows.itertuples(index=False)
    ]
    texts = [
        [v[0], v[1], tr(WHY_NAMES[v[2]]), formats.day(v[3]), formats.day(v[4]), formats.number(v[5])] for v in values
    ]
    left = len(book.renegotiate) - len(rows)
    return table_of(
        title,
        columns,
        texts,
        values,
        note=tr("{n} smaller ones are left out.", n=left) if left else "",
        key="renegotiate",
    )


def table_ladder(book: ContractBook) -> Table:
    """Annual value by the time to the recorded end."""
    columns = [
        Column("step", tr("Days to the end"), False),
        Column("contracts", tr("Contracts")),
        Column("value", tr("Value a year, {unit}", unit=formats.currency_name(book.currency))),
    ]
    values = [[r.step, r.contracts, r.annual_value] for r in book.ladder.itertuples()]
    values.append(["total", int(book.ladder["contracts"].sum()), float(book.ladder["annual_value"].sum())])
    names = [*(tr(STEP_NAMES[v[0]]) if v[0] in STEP_NAMES else str(v[0]) for v in values[:-1]), tr("All")]
    texts = [[name, formats.number(v[1]), formats.number(v[2])] for name, v in zip(names, values, strict=True)]
    return table_of(tr("Expiry ladder"), columns, texts, values, total=True, key="ladder")


def table_uncovered(book: ContractBook) -> Table | Note:
    """The largest clients without a contract in force."""
    title = tr("Largest clients without a contract")
    if book.absent or book.uncovered.empty:
        text = (
            tr("No client of this size is without a contract.")
            if not book.absent
            else tr("Not known without contracts in the ledger.")
        )
        return Note(title, (text,), small=True)
    columns = [
        Column("client", tr("Client"), False),
        Column("id", tr("Id"), False),
        Column("revenue", tr("Revenue of a year, {unit}", unit=formats.currency_name(book.currency))),
    ]
    values = [[r.name, r.client_id, r.revenue] for r in book.uncovered.head(10).itertuples(index=False)]
    return table_of(title, columns, [[v[0], v[1], formats.number(v[2])] for v in values], values, key="uncovered")


def table_at_risk(book: ContractBook) -> Table | Note:
    """Clients by revenue at risk of churn."""
    title = tr("Revenue at risk of churn")
    if book.at_risk.empty:
        return Note(title, (tr("Neither contracts nor enough repeat buyers: no chance of churn can be given."),))
    columns = [
        Column("client", tr("Client"), False),
        Column("revenue", tr("Revenue of a year, {unit}", unit=formats.currency_name(book.currency))),
        Column("chance", tr("Chance to be lost")),
        Column("amount", tr("At risk")),
    ]
    values = [[r.name, r.revenue, r.probability, r.amount] for r in book.at_risk.head(10).itertuples(index=False)]
    texts = [[v[0], formats.number(v[1]), formats.share(v[2]), formats.number(v[3])] for v in values]
    values.append(["all", float(book.at_risk["revenue"].sum()), float("nan"), float(book.at_risk["amount"].sum())])
    texts.append([tr("All"), formats.number(values[-1][1]), "", formats.number(values[-1][3])])
    note = tr(
        "Under contract: chance to be lost within a year by the discrete hazard of the book. Without: chance that the client has gone already, by BG/NBD."
    )
    return table_of(title, columns, texts, values, total=True, note=note, key="at_risk")


def table_calibration(book: ContractBook) -> Table | Note:
    """The model of repeat buying against what came in the hold-out."""
    title, model, found = tr("Does the model of repeat buying hold?"), book.book.model, book.book.calibration
    if model is None or found.empty:
        return Note(
            title, (tr("Too few clients without a contract, or too short a history, for a check."),), small=True
        )
    columns = [
        Column("group", tr("Clients by expected orders, fewest first")),
        Column("clients", tr("Clients")),
        Column("expected", tr("Order days expected")),
        Column("actual", tr("Order days that came")),
    ]
    values = [[int(r.group), int(r.clients), r.expected, r.actual] for r in found.itertuples()]
    sums = found[["clients", "expected", "actual"]].sum()
    values.append([float("nan"), int(sums["clients"]), float(sums["expected"]), float(sums["actual"])])
    texts = [[formats.number(v) for v in row] for row in values]
    texts[-1][0] = tr("All")
    note = tr(
        "BG/NBD by maximum likelihood on {n} clients, weeks: r {r}, α {alpha}, a {a}, b {b}, log-likelihood {ll}. The last {share} of the history is the hold-out.",
        n=formats.number(model.clients),
        r=formats.number(model.r, 4),
        alpha=formats.number(model.alpha, 4),
        a=formats.number(model.a, 4),
        b=formats.number(model.b, 4),
        ll=formats.number(model.log_likelihood, 2),
        share=formats.share(book.policy.profile.holdout_share, 0),
    )
    return table_of(title, columns, texts, values, total=True, note=note, key="calibration")


def table_rates(book: ContractBook) -> Table:
    """Churn rates, each with its definition."""
    rates, months = book.book.rates, book.policy.concentration.window_months
    columns = [Column("rate", tr("Rate"), False), Column("value", tr("Value")), Column("how", tr("Definition"), False)]
    first = tr(
        "of {n} clients with revenue in the {months} months before the last {months}, part without any in the last {months}",
        n=formats.number(rates.clients),
        months=months,
    )
    values = [
        [tr("Client churn"), rates.client_rate, first],
        [tr("Gross revenue churn"), rates.gross_rate, tr("their part of the revenue of the earlier window")],
        [
            tr("Net revenue churn"),
            rates.net_rate,
            tr("1 − revenue of all the earlier clients now ÷ then: growth is set against losses"),
        ],
    ]
    lives = book.book.lives
    told = tr(
        "Under contract: {lost} of {n} clients lost in {q} client-quarters.",
        lost=int(lives["lost"].sum()) if len(lives) else 0,
        n=len(lives),
        q=int(lives["quarters"].sum()) if len(lives) else 0,
    )
    short = "" if rates.clients else tr("The ledger does not reach back two windows.")
    texts = [[v[0], formats.share(v[1]), v[2]] for v in values]
    return table_of(tr("Churn rates"), columns, texts, values, note=sentences(told, short), key="rates")
