"""Text columns of a source into typed canonical columns: Ibis expressions, one column at a time."""

from dataclasses import dataclass

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from kamlib.ledger.profiles import ColumnRule, TableRule, describe_kinds
from kamlib.ledger.schema import (
    DAY,
    DEFAULTS,
    FIRST_DAY,
    FLAG,
    LAST_DAY,
    MAX_MONEY,
    MAX_TEXT,
    MONEY,
    NUMBER,
    TABLES,
    TEXT,
    kind_of,
    required_columns,
)

MONEY_TYPE = "decimal(20, 4)"  # exact to the last place that any currency has
CODE = "^[A-Z]{3}$"
COMMON_CODES = ["EUR", "USD", "GBP", "CNY", "JPY", "CHF", "XXX"]  # tried before the dear test of any code
TIMES = ("%H", "%I", "%M", "%S", "%T", "%X", "%c", "%f", "%p", "%z", "%Z")  # what a format may tell beyond the day
NO_WORDS = ["false", "no", "n", "0", "f", "否"]
GROUPED = {".": r"^[-+]?\d{1,3}(,\d{3})+(\.\d+)?$", ",": r"^[-+]?\d{1,3}(\.\d{3})*(,\d+)?$"}


@ibis.udf.scalar.builtin(name="try_strptime", signature=((dt.string, dt.string), dt.timestamp))
def _try_strptime(text, pattern): ...


def parse_day(text: ir.StringValue, pattern: str) -> ir.TimestampValue:
    """The day that a text means by one format; null where it does not fit."""
    return _try_strptime(text, pattern).truncate("D")


def written(text: ir.StringValue) -> ir.StringValue:
    """A text without the blanks around it; null where nothing is left.

    Stripping is dear (DuckDB compares every letter with a set), so that it is done only where an end is blank.
    """
    blank = (text < "!") | (text.right(1) < "!")
    return blank.ifelse(text.strip().nullif(""), text)


@dataclass(frozen=True)
class ReadColumn:
    """One canonical column read from text.

    Attributes
    ----------
    value : ibis expression
        The typed value, null where it cannot be read.
    bad : ibis expression of bool
        Whether the row must be quarantined for it.
    problem : ibis expression of text
        ``column «what was found»: what it must be``, null where nothing is wrong.
    """

    value: ir.Value
    bad: ir.BooleanValue
    problem: ir.StringValue


def read_column(source: ir.Table, table: str, column: str, rule: ColumnRule) -> ReadColumn:
    """The typed expression of a canonical column, what makes a row unusable, and why.

    Parameters
    ----------
    source : ibis table
        All columns text.
    table, column : str
        The canonical column to read.
    rule : ColumnRule
        Whose column is known to be in `source` (or whose value is constant).
    """
    text, value = _read(source, kind_of(table, column), rule)
    limits = _limits(value, table, column)
    wrong = text.notnull() & value.isnull()
    for broken, _ in limits:
        wrong = wrong | broken
    cases = [(broken.fill_null(False), words) for broken, words in limits]
    readable = describe_kinds(table, column)
    expected = ibis.cases(*cases, else_=readable) if cases else ibis.literal(readable)
    found = ibis.literal(f"{column} «") + text.left(60) + "»: must be " + expected
    bad, problem = wrong.fill_null(False), wrong.fill_null(False).ifelse(found, ibis.null("string"))
    if column in required_columns(table):
        bad = bad | text.isnull()
        problem = text.isnull().ifelse(f"{column} is empty: it is required", problem)
    return ReadColumn(filled(value, table, column), bad, problem)


def quick_value(source: ir.Table, table: str, column: str, rule: ColumnRule) -> ir.Value:
    """The value that `_read` finds, by a short way where the text is written as most are.

    What is not is read the long way: DuckDB works that out for those rows alone.
    """
    kind, header = kind_of(table, column), rule.header(source.columns)
    value = _read(source, kind, rule)[1]
    turned = rule.product or rule.minus or rule.minus_if or rule.values or rule.prefixes
    if header is None or turned:
        return value
    raw = source[header]
    if kind == DAY:
        first = rule.formats[0]
        whole_day = not rule.shift_hours and not any(part in first for part in TIMES)
        return _else_long(_try_strptime(raw, first) if whole_day else _typed(raw, kind, rule), value)
    if kind in (MONEY, NUMBER):
        return _else_long(_plain_number(raw, kind), value) if rule.decimal == "." else value
    if kind == FLAG:
        yes = [word.lower() for word in rule.yes]
        return ibis.cases((raw.isin(yes), True), (raw.isin(NO_WORDS), False), else_=value)
    known = COMMON_CODES if column == "currency" else TABLES[table].columns[column].metadata["one_of"]
    return raw.isin(known).ifelse(raw, value) if known and as_written(rule) else value


def _else_long(quick: ir.Value, long: ir.Value) -> ir.Value:
    """A value read the short way, else the long way: in a case, as DuckDB works out for all rows what else repeats."""
    return ibis.coalesce(quick, quick.isnull().ifelse(long, ibis.null(long.type())))


def as_written(rule: ColumnRule) -> bool:
    """Whether a text is kept as it is written."""
    return not (rule.values or rule.prefixes or rule.whole_number or rule.zero_pad or rule.prefix or rule.product)


def is_bad(value: ir.Value, source: ir.Table, table: str, column: str, rule: ColumnRule) -> ir.BooleanValue:
    """Whether `read_column` would find a row unusable for a column, from the value that was read."""
    if column == "currency":
        bad = ibis.cases((value.isin(COMMON_CODES), False), else_=~value.re_search(CODE))
    elif TABLES[table].columns[column].metadata["one_of"]:
        bad = value.notin(TABLES[table].columns[column].metadata["one_of"])
    else:
        bad = ibis.or_(ibis.literal(False), *[broken for broken, _ in _limits(value, table, column)])
    if column in required_columns(table):
        return bad.fill_null(False) | value.isnull()
    stands = _read(source, kind_of(table, column), rule)[0].notnull()
    return value.isnull().ifelse(stands, bad.fill_null(False))


def taken(records: ir.Table, rule: TableRule) -> ir.Table:
    """The records that carry a row of a table, by the conditions of its rule."""
    conditions = [written(records[rule.only_if]).notnull()] if rule.only_if else []
    for header, words in rule.where.items():
        conditions.append(_word(records, header).isin([word.lower() for word in words]))
    for header, words in rule.unless.items():
        if header not in records.columns:
            continue  # nothing can be excluded by a column that is not there
        conditions.append(~_word(records, header).isin([word.lower() for word in words]))
    return records.filter(*conditions) if conditions else records


def _word(records: ir.Table, header: str) -> ir.StringValue:
    return written(records[header]).lower().fill_null("")


def _read(source: ir.Table, kind: str, rule: ColumnRule) -> tuple[ir.StringValue, ir.Value]:
    """What stands there, as text to tell, and its value."""
    header = rule.header(source.columns)
    if rule.product:
        texts = [written(source[name]) for name in rule.product]
        value = _typed(texts[0], kind, rule)
        for factor in texts[1:]:
            value = value * _typed(factor, kind, rule)
        text = texts[0] + ibis.literal(" × ") + texts[1] if len(texts) > 1 else texts[0]
        value = value.cast(MONEY_TYPE) if kind == MONEY else value
    else:
        text = written(source[header] if header else ibis.literal(rule.value))
        text = text.fill_null(rule.value) if rule.value is not None else text
        value = _typed(_said_otherwise(text, rule), kind, rule)
    if rule.minus:
        value = -value
    for name, words in rule.minus_if.items():
        if name in source.columns:
            value = _word(source, name).isin([word.lower() for word in words]).ifelse(-value, value)
    return text, value


def _said_otherwise(text: ir.StringValue, rule: ColumnRule) -> ir.StringValue:
    """The canonical word for a value, by the profile's own list of words or of beginnings."""
    cases = [(text.lower() == word.lower(), meant) for word, meant in rule.values.items()]
    cases += [(text.startswith(begin), meant) for begin, meant in rule.prefixes.items()]
    if not cases:
        return text
    rest = text if rule.otherwise is None else text.notnull().ifelse(rule.otherwise, ibis.null("string"))
    return ibis.cases(*cases, else_=rest)


def _limits(value: ir.Value, table: str, column: str) -> list[tuple[ir.BooleanValue, str]]:
    """What a readable value may still do wrong, with the words for what it should be."""
    checks, kind = TABLES[table].columns[column].metadata, kind_of(table, column)
    limits = []
    if kind == TEXT:
        limits.append((value.length() > MAX_TEXT, f"a text of at most {MAX_TEXT:,} characters"))
    if kind == DAY:
        limits.append((value < ibis.timestamp(FIRST_DAY), f"a date from {FIRST_DAY} on"))
        if column in required_columns(table):
            limits.append((value > ibis.timestamp(LAST_DAY), f"a date from {FIRST_DAY} to {LAST_DAY}"))
    if kind == MONEY:
        limits.append((value.abs() >= MAX_MONEY, f"a number below {MAX_MONEY:,.0f}"))
    if column == "currency":
        limits.append((~value.re_search(CODE), "an ISO 4217 code such as EUR"))
    if checks["one_of"]:
        limits.append((value.notin(checks["one_of"]), f"one of {', '.join(checks['one_of'])}"))
    if checks["at_least"] is not None:
        limits.append((value < checks["at_least"], f"a number of at least {checks['at_least']:g}"))
    if checks["at_most"] is not None:
        limits.append((value > checks["at_most"], f"a number from {checks['at_least']:g} to {checks['at_most']:g}"))
    return limits


def _typed(text: ir.StringValue, kind: str, rule: ColumnRule) -> ir.Value:
    if kind == DAY:
        moment = ibis.coalesce(*[_try_strptime(text, pattern) for pattern in rule.formats])
        if rule.shift_hours:
            moment = moment + ibis.interval(seconds=int(rule.shift_hours * 3600))
        return moment.truncate("D")
    if kind == FLAG:
        word = text.lower()
        yes, no = [w.lower() for w in rule.yes], NO_WORDS
        return ibis.cases((word.isin(yes), True), (word.isin(no), False), else_=ibis.null("boolean"))
    if kind == TEXT:
        return _text(text, rule)
    other = "," if rule.decimal == "." else "."
    marked = text.contains(",") if rule.decimal == "." else text.contains(".") | text.contains(",")
    grouped = marked & text.re_search(GROUPED[rule.decimal])  # the dear test only where it can matter
    plain = grouped.ifelse(text.replace(other, "").replace(",", "."), text)
    return _plain_number(plain, kind)


def _plain_number(text: ir.StringValue, kind: str) -> ir.Value:
    if kind == MONEY:
        return text.try_cast(MONEY_TYPE)
    number = text.try_cast("float64")
    return (number.isinf() | number.isnan()).ifelse(ibis.null("float64"), number)


def _text(text: ir.StringValue, rule: ColumnRule) -> ir.StringValue:
    if rule.whole_number:
        text = text.re_replace(r"^(\d+)\.0+$", r"\1")
    if rule.zero_pad:
        padded = ibis.literal("0" * rule.zero_pad) + text
        text = (text.re_search(r"^\d+$") & (text.length() < rule.zero_pad)).ifelse(padded.right(rule.zero_pad), text)
    return ibis.literal(rule.prefix) + text if rule.prefix else text


def filled(value: ir.Value, table: str, column: str) -> ir.Value:
    """A value that was read, with what an empty cell means; a day after the last one is never, so that none is left."""
    if kind_of(table, column) == FLAG:
        return value.fill_null(False)
    if kind_of(table, column) == DAY and column not in required_columns(table):
        return (value > ibis.timestamp(LAST_DAY)).ifelse(ibis.null("timestamp"), value)
    default = DEFAULTS.get((table, column))
    return value.fill_null(default) if default else value
