"""The proposal itself: which column of a file is which canonical one, how sure, and why."""

import csv
import tempfile
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

import ibis
import pandas as pd

from kamlib.errors import DataError, Fault
from kamlib.ledger.profiles import Profile, TableRule, parse_profile
from kamlib.ledger.proposal import evidence
from kamlib.ledger.proposal.names import PRICE, QUANTITY, SYNONYMS, likeness, plain
from kamlib.ledger.reading import read_column, taken
from kamlib.ledger.schema import DAY, MONEY, NUMBER, kind_of, required_columns
from kamlib.ledger.sources import RECORD, Place, SourceFile, parts_of, read_sources
from kamlib.ledger.sources.excel import sheet_rows
from kamlib.ledger.sources.reading import SUFFIXES, TEXTS, WORKBOOKS
from kamlib.ledger.sources.rows import said
from kamlib.ledger.sources.text import DELIMITERS

SAMPLE = 2_000
LEAST = 0.45  # a guess below it is not made
FAMILIES = ("invoices", "receipts", "clients", "orders")


@dataclass(frozen=True)
class ColumnGuess:
    """One canonical column: the header it is read from, how sure that is in [0, 1], why, and the rule."""

    column: str
    header: str | None
    confidence: float
    reason: str
    rule: dict


@dataclass(frozen=True)
class TableGuess:
    """One canonical table of the file."""

    table: str
    part: str
    columns: tuple[ColumnGuess, ...]
    rule: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Proposal:
    """What a file seems to hold.

    Attributes
    ----------
    path : Path
    tables : tuple of TableGuess
    facts : tuple of str
        Encoding, delimiter, header's line and their evidence.
    unused : dict
        Part → headers that no guess reads.
    sample : DataFrame
        Ten rows of the invoices as they would be read.
    """

    path: Path
    tables: tuple[TableGuess, ...]
    facts: tuple[str, ...]
    unused: dict[str, list[str]]
    sample: pd.DataFrame

    @property
    def content(self) -> dict:
        """The profile, as a YAML file holds it."""
        tables = {t.table: {**t.rule, "columns": {c.column: c.rule for c in t.columns}} for t in self.tables}
        return {
            "title": f"{self.path.name}, proposed by kam check",
            "origin": "proposed from headers and values; not confirmed",
            "tables": tables,
        }

    @property
    def profile(self) -> Profile:
        """The profile, checked."""
        return parse_profile(self.content, "proposal")


def propose(path: Path, currency: str | None = None) -> Proposal:
    """Look at a file never seen and say which column is what.

    Parameters
    ----------
    path : Path
        Text, workbook, Parquet, SQLite or DuckDB.
    currency : str or None
        For a file that names none.

    Raises
    ------
    DataError
        A file that cannot be read, or in which no invoices can be made out.
    """
    if not path.is_file() or path.suffix.lower() not in SUFFIXES:
        raise DataError(Fault("file", str(path), f"Give one of {', '.join(SUFFIXES)}."))
    facts: list[str] = []
    guesses: dict[str, TableGuess] = {}
    unused: dict[str, list[str]] = {}
    parts = parts_of(path)
    with tempfile.TemporaryDirectory(prefix="kam-propose-") as folder:
        scratch = Path(folder)
        con = ibis.duckdb.connect(str(scratch / "propose.duckdb"), memory_limit="1500MB", temp_directory=folder)
        try:
            sources = {}
            for number, part in enumerate(parts[:20]):
                (scratch / str(number)).mkdir()
                source = _opened(con, path, part, scratch / str(number), facts, alone=len(parts) == 1)
                if source is not None:
                    sources[part] = source
            for part, source in sources.items():
                for guess in _tables_of(source, part if len(parts) > 1 else "", currency):
                    if guess.table not in guesses or _sureness(guess) > _sureness(guesses[guess.table]):
                        guesses[guess.table] = guess
            if "invoices" not in guesses:
                raise _no_invoices(path, sources)
            kept = {guess.part for guess in guesses.values()}
            for part, source in sources.items():
                if part in kept or len(parts) == 1:
                    read = {c.header for g in guesses.values() if g.part in (part, "") for c in g.columns}
                    unused[source.name] = [header for header in source.headers if header not in read]
            tables = tuple(guesses[name] for name in FAMILIES if name in guesses)
            proposal = Proposal(path, tables, tuple(facts), unused, pd.DataFrame())
            chosen = sources[guesses["invoices"].part or parts[0]]
            return replace(proposal, sample=_ten_rows(chosen, proposal.profile.tables["invoices"]))
        finally:
            con.disconnect()


def _opened(
    con: ibis.BaseBackend, path: Path, part: str, scratch: Path, facts: list[str], alone: bool
) -> SourceFile | None:
    place = Place(path, part)
    header_line, delimiter = _header_line(place, scratch)
    place = replace(place, header_line=header_line, delimiter=delimiter)
    try:
        source = read_sources(con, [place], scratch, first=int(scratch.name))[place]
    except DataError:
        if alone:
            raise
        return None  # an empty sheet beside others
    facts += source.notes or ((f"{path.name}: read as UTF-8 (every byte is valid)",) if source.delimiter else ())
    if source.delimiter:
        facts.append(f"{source.name}: fields end at {source.delimiter!r}, {len(source.headers)} columns")
    if header_line > 1:
        facts.append(f"{source.name}: the header stands on line {header_line}; what is above it is not read")
    return source


def _header_line(place: Place, scratch: Path) -> tuple[int, str]:
    """The line of the header where titles stand above it (else 0), and the delimiter where that had to be found so."""
    suffix = place.path.suffix.lower()
    if suffix in WORKBOOKS:
        rows = [(number, [said(value) or "" for value in row]) for number, row in islice(sheet_rows(place), 30)]
        return _first_full(rows), ""
    if suffix not in TEXTS:
        return 0, ""
    from kamlib.ledger.sources.encoding import as_utf8, find_encoding

    text, _ = as_utf8(place.path, find_encoding(place.path), scratch / "head.csv")
    with text.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        lines = [stream.readline(65_536) for _ in range(40)]
    best: tuple[int, str, list] = (1, "", [])
    for mark in DELIMITERS:
        rows = [
            (n, next(csv.reader([line], delimiter=mark), [])) for n, line in enumerate(lines, start=1) if line.strip()
        ]
        width = max((sum(bool(cell.strip()) for cell in row) for _, row in rows), default=0)
        if width > best[0]:
            best = (width, mark, rows)
    line = _first_full(best[2])
    return (line, best[1]) if line > 1 else (0, "")


def _first_full(rows: list[tuple[int, list[str]]]) -> int:
    """The first row that is as full as the fullest; 0 where that is the first of all."""
    filled = {number: sum(bool(cell.strip()) for cell in row) for number, row in rows}
    if not filled:
        return 0
    enough = max(filled.values()) * 0.7
    found = next(number for number, _ in rows if filled[number] >= enough)
    return 0 if found == rows[0][0] else found


def _tables_of(source: SourceFile, part: str, currency: str | None) -> list[TableGuess]:
    values = source.records.limit(SAMPLE).drop(RECORD).execute()
    values = values.apply(lambda column: column.str.strip().replace("", None))
    base = {"file": part} if part else {}
    if source.place.header_line:
        base["header_line"] = source.place.header_line
    if source.place.delimiter:
        base["delimiter"] = source.place.delimiter
    if source.text is not None and source.notes and "read as" in source.notes[0]:
        base["encoding"] = source.notes[0].split("read as ")[1].split(" ")[0]
    guesses = []
    for table in FAMILIES:
        guess = _guess(table, values, currency, use_values=not part)
        if guess is not None:
            guesses.append(TableGuess(table, part, guess, dict(base)))
    return _arranged(guesses, values)


def _arranged(guesses: list[TableGuess], values: pd.DataFrame) -> list[TableGuess]:
    """What stands beside invoices in one table is settled there: receipts by line, clients once each; no orders."""
    found = {guess.table: guess for guess in guesses}
    if "invoices" not in found:
        return [g for g in guesses if not set(required_columns(g.table)) - {c.column for c in g.columns}]
    kept = [_of_lines(found["invoices"], values)]
    invoice = {c.column: c for c in kept[0].columns}
    if "receipts" in found:
        paid = {c.column: c for c in found["receipts"].columns}
        if paid["paid_date"].header != invoice["issue_date"].header:
            named = ColumnGuess(
                "receipt_id",
                invoice["invoice_id"].header,
                0.6,
                "one settlement a line",
                invoice["invoice_id"].rule | {"prefix": "settlement-"},
            )
            columns = {
                **paid,
                "receipt_id": named,
                "invoice_id": replace(invoice["invoice_id"]),
                "client_id": invoice["client_id"],
            }
            columns = {"amount": invoice["amount"], "currency": invoice["currency"], **columns}
            rule = found["receipts"].rule | {"only_if": paid["paid_date"].header}
            kept.append(TableGuess("receipts", found["receipts"].part, tuple(columns.values()), rule))
    if "clients" in found and len(found["clients"].columns) > 1:
        columns = [invoice["client_id"] if c.column == "client_id" else c for c in found["clients"].columns]
        kept.append(
            TableGuess(
                "clients", found["clients"].part, tuple(columns), found["clients"].rule | {"one_row_per": "client_id"}
            )
        )
    return kept


def _of_lines(guess: TableGuess, values: pd.DataFrame) -> TableGuess:
    """Invoices whose numbers repeat are given by lines: added up, or one amount that stands on each."""
    columns = {column.column: column for column in guess.columns}
    number, amount = columns["invoice_id"], columns["amount"]
    if evidence.distinct_share(values[number.header]) > 0.98:
        return guess
    called = {plain(header): header for header in values.columns}
    factors = [next((called[name] for name in names if name in called), None) for names in (QUANTITY, PRICE)]
    groups = values.groupby(number.header)[amount.header].nunique()
    rule = guess.rule | {"one_row_per": "invoice_id"}
    if all(factors) and amount.header == factors[1]:
        reason = f"the invoice number repeats, so lines are added up; each is {factors[0]} times {factors[1]}"
        columns["amount"] = replace(amount, confidence=0.7, reason=reason, rule={"product": factors})
        rule |= {"add_up": ["amount"]}
    elif (groups > 1).any():
        columns["amount"] = replace(
            amount, reason=f"{amount.reason}; the invoice number repeats, so lines are added up"
        )
        rule |= {"add_up": ["amount"]}
    else:
        columns["amount"] = replace(
            amount, reason=f"{amount.reason}; it stands on every line of an invoice and counts once"
        )
    return replace(guess, columns=tuple(columns.values()), rule=rule)


def _guess(table: str, values: pd.DataFrame, currency: str | None, use_values: bool) -> tuple[ColumnGuess, ...] | None:
    """The best header for each canonical column; None where a required one is not found."""
    scored = []
    for column in SYNONYMS[table]:
        for position, header in enumerate(values.columns):
            guess = _score(table, column, header, values[header], use_values)
            if guess is not None:
                scored.append((guess.confidence, -position, guess))
    taken_headers: set[str | None] = set()
    found: dict[str, ColumnGuess] = {}
    for _, _, guess in sorted(scored, key=lambda item: (-item[0], -item[1])):
        if guess.column not in found and (
            guess.header not in taken_headers or (table == "clients" and guess.column == "name")
        ):
            found[guess.column] = guess
            taken_headers.add(guess.header)
    if "currency" in SYNONYMS[table] and "currency" not in found:
        code = currency or "XXX"
        why = "given" if currency else "no column holds currency codes: put yours in its place"
        found["currency"] = ColumnGuess("currency", None, 0.9 if currency else 0.3, why, {"value": code})
    if table == "receipts" and "receipt_id" not in found and "invoice_id" in found:
        found["receipt_id"] = replace(found["invoice_id"], column="receipt_id")
    needed = ["paid_date"] if table == "receipts" and use_values else required_columns(table)
    if any(column not in found for column in needed):
        return None
    return tuple(found[column] for column in SYNONYMS[table] if column in found)


def _score(table: str, column: str, header: str, values: pd.Series, use_values: bool) -> ColumnGuess | None:
    """How well one header fits one canonical column; None where its values speak against it or nothing speaks for it."""
    named, like = likeness(table, column, header)
    kind, rule, filled = kind_of(table, column), {"column": header}, values.notna().any()
    told = [f"called like {like!r}"] if named else [f"its header says nothing ({header[:40]!r})"]
    fit = 0.5
    if kind == DAY and filled:
        dates = evidence.date_evidence(values)
        if dates.share < 0.6:
            return None
        fit = dates.share if dates.sure else 0.4
        told.append(dates.reason)
        rule["formats"] = list(dates.formats)
    elif kind in (MONEY, NUMBER) and filled:
        share, mark, why = evidence.number_evidence(values)
        if share < 0.6 or (not named and evidence.date_evidence(values).share > 0.6):
            return None
        decimals = values.dropna().str.contains(r"[.,]\d{1,2}$").mean()
        fit = share if named else share * (0.5 + 0.5 * decimals)
        told.append(f"{share:.0%} of the values are numbers; {why}")
        rule |= {"decimal": mark} if mark == "," else {}
    elif column == "currency":
        words = evidence.currency_words(values)
        fit = 1.0 if words else evidence.code_share(values)
        rule |= {"values": words} if words else {}
        if fit < 0.8:
            return None
        told.append(f"{fit:.0%} of the values are currency codes{' or known words' if words else ''}")
    elif column in ("invoice_id", "receipt_id", "order_id", "client_id"):
        distinct = evidence.distinct_share(values)
        fit = distinct if column != "client_id" else 1 - distinct / 2
        told.append(f"{distinct:.0%} of the values are distinct")
        if not named and (
            table != "invoices" or not use_values or (column == "client_id" and distinct > 0.9) or _says_more(values)
        ):
            return None
        if evidence.float_ids(values):
            rule["whole_number"] = True
            told.append("the .0 of a float column is cut")
    if not named and not (use_values and column in required_columns("invoices") and table == "invoices"):
        return None
    confidence = 0.75 * named + 0.25 * fit if named else 0.6 * fit
    return ColumnGuess(column, header, round(confidence, 2), "; ".join(told), rule) if confidence >= LEAST else None


def _says_more(values: pd.Series) -> bool:
    """Whether values are dates, decimals or codes, and so no ids."""
    decimals = values.dropna().str.contains(r"\d[.,]\d{1,2}$").mean() if values.notna().any() else 1.0
    return bool(decimals > 0.3 or evidence.date_evidence(values).share > 0.6 or evidence.code_share(values) > 0.6)


def _sureness(guess: TableGuess) -> float:
    return sum(column.confidence for column in guess.columns)


def _ten_rows(source: SourceFile, rule: TableRule) -> pd.DataFrame:
    rows = taken(source.records, rule)
    rules = {column: r for column, r in rule.rules("invoices").items() if r.reads(source.headers)}
    read = {column: read_column(rows, "invoices", column, r).value for column, r in rules.items()}
    return rows.select(rows[RECORD], **read).order_by(RECORD).limit(10).drop(RECORD).execute()


def _no_invoices(path: Path, sources: dict[str, SourceFile]) -> DataError:
    headers = [header for source in sources.values() for header in source.headers][:15]
    remedy = (
        "Write a profile by hand from params/profiles/sap_open_items.yaml: an id, a client, a date and an amount for each "
        f"invoice are needed. Found: {', '.join(headers) or 'nothing'}."
    )
    return DataError(Fault(path.name, "no invoices can be made out in it", remedy))
