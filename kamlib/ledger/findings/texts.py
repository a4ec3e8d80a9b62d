"""Numbers and ids as they are written: decimal marks, floats, lost zeros, broken letters."""

import ibis
import ibis.expr.types as ir

from kamlib.language import phrase
from kamlib.ledger.findings.evidence import Evidence, count_all, kept
from kamlib.ledger.reading import written
from kamlib.ledger.schema import MONEY, NUMBER, TEXT, kind_of
from kamlib.ledger.sources import RECORD

FEW = 3
MANY = 1_000
IDS = ("client_id", "invoice_id", "receipt_id", "order_id", "contract_id", "group_id")
THREE_DECIMALS = {".": r"^[-+]?[1-9]\d{0,2}\.\d{3}$", ",": r"^[-+]?[1-9]\d{0,2},\d{3}$"}
MANY_DECIMALS = {".": r"\.\d{4,}$|\d{4,}\.\d{3}$|^[-+]?0?\.\d{3}$", ",": r",\d{4,}$|\d{4,},\d{3}$|^[-+]?0?,\d{3}$"}
OTHER_MARK = {".": r"^[-+]?\d{1,3}(\.?\d{3})*,\d{1,2}$", ",": r"^[-+]?\d{1,3}(,?\d{3})*\.\d{1,2}$"}
FLOAT, POWER = r"^\d+\.0+$", r"^\d(\.\d+)?[eE]\+\d+$"
CUT = phrase("the .0 is cut, as the profile says")
UNCUT = phrase("used as they stand: put whole_number: true into the profile")
BROKEN = "\ufffd|Ã[\u0080-\u00bf]|â€|锟斤拷"


def search(evidence: Evidence) -> None:
    """All findings on how values are written: one search for any of them, then each only where there is any."""
    for table in evidence.sources:
        asked = _asked(evidence, table)
        if not asked:
            continue
        records = evidence.records(table)
        texts = {column: written(records[evidence.header(table, column)]) for column in asked}
        any_of = {column: "|".join(f"(?:{pattern})" for pattern in of.values()) for column, of in asked.items()}
        there = count_all(records, {column: texts[column].re_search(any_of[column]) for column in asked})
        for column, of in asked.items():
            if there[column]:
                hit = records.filter(texts[column].re_search(any_of[column]))
                text = written(hit[evidence.header(table, column)])
                counts = count_all(hit, {code: text.re_search(pattern) for code, pattern in of.items()})
                _tell(evidence, table, column, counts, of)
    _alike(evidence)


def _asked(evidence: Evidence, table: str) -> dict[str, dict[str, str]]:
    """What is searched for in the text of each column."""
    asked: dict[str, dict[str, str]] = {}
    for column in evidence.mapped[table].columns:
        if column in (RECORD, "_bad") or evidence.header(table, column) is None:
            continue
        rule, kind = evidence.rule(table, column), kind_of(table, column)
        if kind in (MONEY, NUMBER):
            patterns = {"three": THREE_DECIMALS, "many": MANY_DECIMALS, "other": OTHER_MARK}
            asked[column] = {code: of[rule.decimal] for code, of in patterns.items()}
        elif column in IDS and (column == "client_id" or table in ("invoices", "receipts")):
            asked[column] = {"float_ids": FLOAT, "scientific_ids": POWER}
        elif column == "name" and kind == TEXT:
            asked[column] = {"broken_letters": BROKEN}
    return asked


def _tell(evidence: Evidence, table: str, column: str, counts: dict[str, int], patterns: dict[str, str]) -> None:
    rule = evidence.rule(table, column)
    if counts.get("three") and not counts["many"]:
        _with_example(evidence, "ambiguous_numbers", table, column, patterns["three"], mark=rule.decimal)
    if counts.get("other", 0) >= FEW:
        _with_example(evidence, "other_decimal_mark", table, column, patterns["other"])
    for code in ("float_ids", "scientific_ids", "broken_letters"):
        if counts.get(code):
            _with_example(evidence, code, table, column, patterns[code], done_here=CUT if rule.whole_number else UNCUT)


def _with_example(evidence: Evidence, code: str, table: str, column: str, pattern: str, **values: str) -> None:
    rows = _texts(evidence, table, column)
    hit = rows.filter(rows.text.re_search(pattern).fill_null(False))
    example = str(hit.order_by(RECORD).limit(1).execute()["text"].iloc[0])[:60]
    evidence.tell(code, table, hit, column=column, example=example, **values)


def _texts(evidence: Evidence, table: str, column: str) -> ir.Table:
    """A column as it is written, with the row's money beside it."""
    records, typed = evidence.records(table), evidence.mapped[table]
    wanted = [name for name in ("amount", "currency") if name in typed.columns]
    rows = records.select(RECORD, text=written(records[evidence.header(table, column)]))
    return rows.inner_join(typed.select(RECORD, *wanted), RECORD)


def _alike(evidence: Evidence) -> None:
    """Client ids, over all tables, that are the same but for leading zeros, or but for case, blanks and marks."""
    tables = [table for table in ("invoices", "receipts", "clients") if evidence.header(table, "client_id")]
    if "invoices" not in tables:
        return
    rule = evidence.rule("invoices", "client_id")
    spelt = {table: _different(evidence, table) for table in tables}  # each spelling once: clients are few
    for code, key_of in (("zeros", _without_zeros), ("marks", _without_marks)):
        keyed = {t: of.mutate(spelt=_whole(of.text, rule.whole_number)) for t, of in spelt.items()}
        keyed = {t: of.mutate(key=key_of(of.spelt)) for t, of in keyed.items()}
        every = ibis.union(*[of.select("key", "spelt").distinct() for of in keyed.values()], distinct=True)
        many = every.group_by("key").agg(
            n=lambda t: t.count(),
            short=lambda t: t.spelt.min(),
            long=lambda t: t.spelt.max(),
            length=lambda t: t.spelt.length().max(),
        )
        many = many.filter(many.key.notnull() & (many.key != "") & (many.n > 1))
        told = many.order_by("key").limit(MANY).execute()
        if len(told):
            name = "similar_ids" if code == "marks" else "joined_zeros" if rule.zero_pad else "lost_zeros"
            values = {
                "column": "client_id",
                "n": int(many.count().execute()),
                "example": f"{told['short'].iloc[0]} / {told['long'].iloc[0]}",
                "length": int(told["length"].max()),
            }
            hit = kept(keyed["invoices"].semi_join(many, "key").select("text"))
            texts = _texts(evidence, "invoices", "client_id")
            evidence.tell(name, "invoices", texts.filter(texts.text.isin(hit.text)), **values)


def _different(evidence: Evidence, table: str) -> ir.Table:
    records = evidence.records(table)
    return kept(records.select(text=written(records[evidence.header(table, "client_id")])).distinct())


def _whole(text: ir.StringValue, cut: bool) -> ir.StringValue:
    return text.re_replace(r"^(\d+)\.0+$", r"\1") if cut else text


def _without_zeros(text: ir.StringValue) -> ir.StringValue:
    return text.re_search(r"^\d+$").ifelse(text.re_replace("^0+", ""), ibis.null("string"))


def _without_marks(text: ir.StringValue) -> ir.StringValue:
    return text.lower().re_replace(r"[\s\x{00a0}\x{200b}._/-]+", "")
