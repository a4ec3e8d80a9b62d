"""Whole rows: set aside, repeated, swallowed by a quotation mark, without a client."""

import ibis

from kamlib.ledger.findings.catalogue import CATALOGUE
from kamlib.ledger.findings.evidence import SHOWN, Evidence, kept, money_of
from kamlib.ledger.findings.finding import Finding
from kamlib.ledger.schema import TABLES
from kamlib.ledger.sources import RECORD, SourceFile

FEWEST_COLUMNS = 3  # a text with one comma is no row of two fields


def search(evidence: Evidence) -> None:
    """All findings on rows."""
    for table in evidence.sources:
        for source in [part for _, part in evidence.sources[table].parts] or [evidence.sources[table]]:
            _swallowed(evidence, table, source)
        _set_aside(evidence, table)
        _repeats(evidence, table)
    _booked_twice(evidence)


def _set_aside(evidence: Evidence, table: str) -> None:
    mapped = evidence.mapped[table]
    nobody = mapped.client_id.isnull() if table == "invoices" else ibis.literal(False)
    if evidence.bad(table):
        evidence.masks(mapped, table, {"no_client": mapped._bad & nobody, "unreadable_rows": mapped._bad & ~nobody})
    lines = evidence.sources[table].rejected
    if len(lines):
        evidence.add(Finding("unreadable_rows", table, len(lines), {}, _first_lines(evidence, table)))


def _first_lines(evidence: Evidence, table: str) -> tuple[str, ...]:
    source = evidence.sources[table]
    first = source.rejected.head(SHOWN)
    files = first["file"] if source.parts else [source.name] * len(first)
    return tuple(f"{file} line {line}" for file, line in zip(files, first["line"], strict=True))


def _repeats(evidence: Evidence, table: str) -> None:
    again = evidence.repeats.get(table)
    if again is not None and len(again):
        for code, rows in (("duplicates", again[again["same"]]), ("same_number", again[~again["same"]])):
            if len(rows):
                money = {}
                if {"amount", "currency"} <= set(rows.columns):
                    sums = rows.groupby("currency")["amount"].sum()
                    money = money_of(sums.items())
                records = [int(record) for record in rows[RECORD].head(SHOWN)]
                evidence.add(Finding(code, table, len(rows), money, (), {}, CATALOGUE[code].stops), records)
        return
    rule = evidence.profile.tables[table]
    if TABLES[table].metadata["key"] and not getattr(rule, "add_up", None):
        return
    good = evidence.good(table)
    source = evidence.sources[table]
    columns = source.headers
    records = source.records.semi_join(good, RECORD)
    place = ibis.row_number().over(group_by=list(columns), order_by=RECORD)
    again = records.mutate(place=place).filter(lambda t: t.place > 0)
    wanted = [name for name in ("amount", "currency") if name in good.columns]
    evidence.tell("repeated_lines", table, good.select(RECORD, *wanted).semi_join(again.select(RECORD), RECORD))


def _booked_twice(evidence: Evidence) -> None:
    """Another number, but the same client, day, due day and amount."""
    rule = evidence.profile.tables["invoices"]
    if getattr(rule, "add_up", None):
        return
    good = evidence.good("invoices")
    keys = [name for name in ("client_id", "issue_date", "due_date", "amount", "currency") if name in good.columns]
    rows = good.filter(good.amount != 0).select(RECORD, "invoice_id", *keys)
    digest = rows.client_id.hash() ^ rows.issue_date.hash() ^ rows.amount.hash()
    digested = rows.mutate(digest=digest)  # one number is grouped sooner than all keys; few rows are left then
    some = kept(digested.group_by("digest").agg(n=lambda t: t.count()).filter(lambda t: t.n > 1).select("digest"))
    if not some.count().execute():
        return
    rows = kept(digested.semi_join(some, "digest").drop("digest"))
    many = rows.group_by(keys).agg(n=lambda t: t.count()).filter(lambda t: t.n > 1)
    alike = rows.semi_join(many, [rows[name].identical_to(many[name]) for name in keys])
    line = ibis.row_number().over(group_by="invoice_id", order_by=RECORD)
    first = alike.mutate(line=line).filter(lambda t: t.line == 0).drop("line")  # of an invoice that has several
    rows = first.mutate(place=ibis.row_number().over(group_by=keys, order_by=RECORD))
    evidence.tell("possible_duplicates", "invoices", rows.filter(rows.place > 0))


def _swallowed(evidence: Evidence, table: str, source: SourceFile) -> None:
    """Rows that stand inside a field of another: a quotation mark was opened and not closed."""
    if not source.delimiter or len(source.headers) < FEWEST_COLUMNS or source.plain:
        return
    records, columns, least = source.records, source.headers, evidence.rules.inner_lines
    suspects = records.filter(ibis.or_(*[records[name].contains("\n") for name in columns])).execute()
    found: list[tuple[int, int]] = []
    for row in suspects.to_dict("records"):
        hidden = max(_rows_inside(str(row[name] or ""), source.delimiter, len(columns)) for name in columns)
        if hidden >= least:
            inner = sum(str(row[name] or "").count("\n") for name in columns)
            found.append((source.lines([int(row[RECORD])])[int(row[RECORD])], inner))
    for row in source.rejected.itertuples():
        text = str(row.row or "").strip("\r\n")
        if _rows_inside(text, source.delimiter, len(columns)) > least:
            found.append((int(row.line), text.count("\n")))
    for line, inner in sorted(set(found)):
        values = {"n": inner, "start": line, "end": line + inner}
        evidence.add(Finding("swallowed_lines", table, inner + 1, {}, (), values, True))


def _rows_inside(text: str, delimiter: str, width: int) -> int:
    return sum(line.count(delimiter) >= width - 1 for line in text.splitlines()) if "\n" in text else 0
