"""Numbers and ids as they are written: decimal marks, floats, lost zeros, broken letters."""

import ibis
import ibis.expr.types as ir

from kamlib.language import phrase
from kamlib.ledger.findings.evidence import Evidence, count_all, kept
from kamlib.ledger.mapping import ODD
from kamlib.ledger.reading import as_written, written
from kamlib.ledger.schema import MONEY, NUMBER, kind_of
from kamlib.ledger.sources import RECORD

MANY = 1_000  # ids that differ in writing alone: of more, the length that they are padded to is found from so many
THREE_DECIMALS = {".": r"^[-+]?[1-9]\d{0,2}\.\d{3}$", ",": r"^[-+]?[1-9]\d{0,2},\d{3}$"}
MANY_DECIMALS = {".": r"\.\d{4,}$|\d{4,}\.\d{3}$|^[-+]?0?\.\d{3}$", ",": r",\d{4,}$|\d{4,},\d{3}$|^[-+]?0?,\d{3}$"}
OTHER_MARK = {".": r"^[-+]?\d{1,3}(\.?\d{3})*,\d{1,2}$", ",": r"^[-+]?\d{1,3}(,?\d{3})*\.\d{1,2}$"}
FLOAT, POWER = r"^\d+\.0+$", r"^\d(\.\d+)?[eE]\+\d+$"
CUT = phrase("the .0 is cut, as the profile says")
UNCUT = phrase("used as they stand: put whole_number: true into the profile")
BROKEN = "\ufffd|Ã[\u0080-\u00bf]|â€|锟斤拷"


def search(evidence: Evidence) -> None:
    """All findings on how values are written: the text is read again only where the first reading has seen a sign."""
    for table in evidence.sources:
        asked, signs = _asked(evidence, table), evidence.signs[table]
        odd = count_all(signs, {column: signs[f"{ODD}{column}"] for column in asked}) if asked else {}
        for column in [column for column in asked if odd[column]]:
            hit = _texts(evidence, table, column)
            of = asked[column]
            _tell(evidence, table, column, count_all(hit, {code: hit.text.re_search(of[code]) for code in of}), of)
    _alike(evidence)


def _asked(evidence: Evidence, table: str) -> dict[str, dict[str, str]]:
    """What is searched for in the text of each column."""
    asked: dict[str, dict[str, str]] = {}
    for column in [name.removeprefix(ODD) for name in evidence.signs[table].columns if name.startswith(ODD)]:
        rule, kind = evidence.rule(table, column), kind_of(table, column)
        if kind in (MONEY, NUMBER):
            patterns = {"three": THREE_DECIMALS, "many": MANY_DECIMALS, "other": OTHER_MARK}
            asked[column] = {code: of[rule.decimal] for code, of in patterns.items()}
        else:
            ids = {"float_ids": FLOAT, "scientific_ids": POWER}
            asked[column] = {"broken_letters": BROKEN} if column == "name" else ids
    return asked


def _tell(evidence: Evidence, table: str, column: str, counts: dict[str, int], patterns: dict[str, str]) -> None:
    rule = evidence.rule(table, column)
    if counts.get("three") and not counts["many"]:
        _with_example(evidence, "ambiguous_numbers", table, column, patterns["three"], mark=rule.decimal)
    if counts.get("other", 0) >= evidence.rules.few:
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
    """A column as it is written, in the rows with a sign of something odd, their money beside it; worked out once."""
    key = (table, column)
    if key not in evidence.texts:
        signs = evidence.signs[table]
        odd = signs.filter(signs[f"{ODD}{column}"].fill_null(False))
        evidence.texts[key] = kept(_with_text(evidence, table, column, odd))
    return evidence.texts[key]


def _with_text(evidence: Evidence, table: str, column: str, rows: ir.Table) -> ir.Table:
    worth = [name for name in ("amount", "currency") if name in rows.columns]
    records = evidence.sources[table].records
    texts = records.select(RECORD, text=written(records[evidence.header(table, column)]))
    return texts.inner_join(rows.select(RECORD, *worth), RECORD)


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
            texts = _with_text(evidence, "invoices", "client_id", evidence.signs["invoices"])
            evidence.tell(name, "invoices", texts.filter(texts.text.isin(hit.text)), **values)


def _different(evidence: Evidence, table: str) -> ir.Table:
    """Each spelling of a client's id once."""
    if as_written(evidence.rule(table, "client_id")):
        typed = evidence.mapped[table]
        return kept(typed.select(text=typed.client_id).distinct())
    records = evidence.records(table)
    return kept(records.select(text=written(records[evidence.header(table, "client_id")])).distinct())


def _whole(text: ir.StringValue, cut: bool) -> ir.StringValue:
    return text.re_replace(r"^(\d+)\.0+$", r"\1") if cut else text


def _without_zeros(text: ir.StringValue) -> ir.StringValue:
    return text.re_search(r"^\d+$").ifelse(text.re_replace("^0+", ""), ibis.null("string"))


def _without_marks(text: ir.StringValue) -> ir.StringValue:
    return text.lower().re_replace(r"[\s\x{00a0}\x{200b}._/-]+", "")
