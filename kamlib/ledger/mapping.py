"""A source's text into a typed table, in one pass: what is wrong with a row, and what its text shows, as columns.

What a text shows is looked for here, where the text passes by: ``_text_<column>`` is a day as it is written,
``_odd_<column>`` tells that a number or an id may be written in a way that `kamlib.ledger.findings.texts` asks about.
Only where there is such a sign, the text is read again.
"""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from kamlib.ledger.profiles import ColumnRule
from kamlib.ledger.reading import as_written, filled, is_bad, quick_value, written
from kamlib.ledger.schema import DAY, MONEY, NUMBER, TEXT, kind_of
from kamlib.ledger.sources import RECORD
from kamlib.ledger.sources.text import numbered
from kamlib.ledger.work import Work

BAD = "_bad"
VALUE, SHOWN, ODD = "_value_", "_text_", "_odd_"
IDS = ("client_id", "invoice_id", "receipt_id", "order_id", "contract_id", "group_id")


def map_rows(work: Work, table: str, records: ir.Table, rules: Mapping[str, ColumnRule]) -> None:
    """Typed rows of a table with ``_record`` and ``_bad`` into `work`, and the signs of their text.

    Parameters
    ----------
    work : Work
    table : str
    records : ibis table
        Text, with ``_record``; or as it stands in a file, whose records are then numbered by their place.
    rules : mapping
        Of the columns that are there to be read.
    """
    con = work.con
    values = {f"{VALUE}{name}": quick_value(records, table, name, rule) for name, rule in rules.items()}
    read = con.create_view(f"{table}_values", records.mutate(**values))  # each value is worked out once
    bad = ibis.or_(*[is_bad(read[f"{VALUE}{name}"], read, table, name, rule) for name, rule in rules.items()])
    columns = {name: filled(read[f"{VALUE}{name}"], table, name) for name in rules}
    signs = _signs(read, table, rules)
    number = {RECORD: read[RECORD]} if RECORD in records.columns else {}
    typed = read.select(**number, **{BAD: bad}, **columns, **signs)
    file = work.scratch / f"{table}_read.parquet"
    made = con.create_table(f"{table}_read", typed) if number else numbered(con, typed, file)
    work.mapped[table] = made.select(RECORD, BAD, *rules)
    worth = [name for name in ("amount", "currency") if name in rules]
    work.signs[table] = made.select(RECORD, *worth, *signs)


def asked_ids(table: str, column: str) -> bool:
    """Whether it is asked how a spreadsheet has written these ids."""
    return column in IDS and (column == "client_id" or table in ("invoices", "receipts"))


def _signs(read: ir.Table, table: str, rules: Mapping[str, ColumnRule]) -> dict[str, ir.Value]:
    signs: dict[str, ir.Value] = {}
    for name, rule in rules.items():
        header, kind = next((h for h in rule.column if h in read.columns), None), kind_of(table, name)
        if header is None:
            continue
        raw = read[header]
        if kind == DAY:
            signs[f"{SHOWN}{name}"] = raw
        elif kind in (MONEY, NUMBER):
            other, mark = (",", ".") if rule.decimal == "." else (".", ",")
            signs[f"{ODD}{name}"] = raw.contains(other) | raw.like(
                f"%{mark}___%"
            )  # three places and more, or both marks
        elif asked_ids(table, name):
            text = read[f"{VALUE}{name}"] if as_written(rule) else written(raw)
            signs[f"{ODD}{name}"] = text.endswith("0").ifelse(text.contains(".0"), False) | text.contains("+")
        elif name == "name" and kind == TEXT:
            signs[f"{ODD}{name}"] = raw.notnull()
    return signs
