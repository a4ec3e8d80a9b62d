"""What was found in the data, what became of every row, and how payments found their invoices."""

from decimal import Decimal

from kamlib import formats
from kamlib.blocks import Column, Table
from kamlib.language import phrase, tr
from kamlib.ledger.snapshot import Snapshot
from kamlib.tables.shared import table_of
from kamlib.wording.confidence import table_name
from kamlib.wording.findings import say_done, say_found, say_money

MATCH_NAMES = {
    "number": phrase("by the invoice's number"),
    "amount": phrase("by exact amount"),
    "oldest": phrase("oldest invoice first"),
    "reversal": phrase("taken back"),
    "unapplied": phrase("not matched: unapplied cash"),
}


def table_findings(snapshot: Snapshot) -> Table:
    """Every finding: table, what, how many rows, how much money, where, and what was done."""
    columns = [
        Column("table", tr("Table"), False),
        Column("found", tr("Found"), False),
        Column("rows", tr("Rows")),
        Column("money", tr("Money"), False),
        Column("where", tr("Lines, for example"), False),
        Column("done", tr("What was done"), False),
    ]
    texts, values = [], []
    for finding in snapshot.facts.get("ledger", {}).get("findings", []):
        done = say_done(finding)
        if finding["accepted"]:
            done = tr("accepted by the run file; {done}", done=done)
        where = ", ".join(example.rpartition(" ")[2] for example in finding["examples"]) or formats.MISSING
        count = formats.number(finding["count"])
        texts.append([table_name(finding["table"]), say_found(finding), count, say_money(finding), where, done])
        values.append([finding["table"], finding["code"], finding["count"], finding["money"], finding["examples"], ""])
    return table_of(tr("What was found in the data"), columns, texts, values, key="findings")


def table_rows(snapshot: Snapshot) -> Table:
    """Rows and money of each table: in, used, quarantined; the first is the sum of the others, to the cent."""
    columns = [
        Column("table", tr("Table"), False),
        Column("unit", tr("Counted in"), False),
        Column("in", tr("In")),
        Column("used", tr("Used")),
        Column("quarantined", tr("Quarantined")),
    ]
    texts, values = [], []
    for name, part in snapshot.facts.get("ledger", {}).get("tables", {}).items():
        counts = [part["rows_in"], part["rows_used"], part["rows_quarantined"]]
        texts.append([table_name(name), tr("rows"), *map(formats.number, counts)])
        values.append([name, "rows", *counts])
        for currency, totals in part["totals"].items():
            money = [float(Decimal(totals[key])) for key in ("in", "used", "quarantined")]
            texts.append([table_name(name), formats.currency_name(currency), *map(formats.money_full, money)])
            values.append([name, currency, *money])
    return table_of(tr("Nothing is lost: in = used + quarantined"), columns, texts, values, key="rows")


def table_matching(snapshot: Snapshot) -> Table:
    """How the receipts known on the day found their invoices, in the reporting currency."""
    receipts = snapshot.receipts
    columns = [
        Column("method", tr("Matched"), False),
        Column("receipts", tr("Receipts")),
        Column("amount", tr("Amount, {currency}", currency=formats.currency_name(snapshot.currency))),
    ]
    groups = receipts.groupby("match_method").agg(n=("receipt_id", "nunique"), amount=("reporting_amount", "sum"))
    known = groups.reindex([name for name in MATCH_NAMES if name in groups.index])
    texts = [[tr(MATCH_NAMES[r.Index]), formats.number(r.n), formats.number(r.amount)] for r in known.itertuples()]
    values = [[r.Index, int(r.n), float(r.amount)] for r in known.itertuples()]
    note = tr(
        "A receipt that is shared out counts with every method. The policy says how far (receivables.match_payments)."
    )
    return table_of(tr("How payments found their invoices"), columns, texts, values, note=note, key="matching")
