"""Text files with a delimiter: read by DuckDB, every line accounted for by a second count."""

import csv
from dataclasses import replace
from functools import cache, partial
from itertools import islice
from pathlib import Path

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from kamlib.errors import DataError, Fault, raise_faults
from kamlib.ledger.sources.encoding import Encoding, as_utf8, find_encoding
from kamlib.ledger.sources.place import MAX_COLUMNS, MAX_LINE, RECORD, Place, SourceFile

DELIMITERS = (",", ";", "\t", "|", "^", "~", "\x1f", "¦")
CHUNK = 2**20  # bytes: what a processor's own memory holds
NEWLINE, BLANK = 10, 32  # codes; an empty line begins with one up to the latter


def read_text(con: ibis.BaseBackend, place: Place, number: int, scratch: Path, later: bool = False) -> SourceFile:
    """A text file as records; what is no record stands in `rejected`.

    With `later` it is not taken in now: who reads its columns from the file (``unread``) must ``settle`` it. Fields are quoted by ``"`` alone and no line is a comment: a guessed dialect could lose rows in silence.

    Raises
    ------
    DataError
        An empty file, columns given twice, or a line that cannot be accounted for.
    """
    encoding = Encoding(place.encoding, "named in the profile") if place.encoding else find_encoding(place.path)
    text, notes = as_utf8(place.path, encoding, scratch / f"text_{number}.csv")
    delimiter, names, skipped = read_head(text, place)
    where = str(text.resolve())
    frame = con.read_csv(
        where,
        columns=dict.fromkeys(names, "VARCHAR"),
        auto_detect=False,
        header=True,
        skip=skipped,
        delim=delimiter,
        quote='"',
        escape='"',
        comment="",
        store_rejects=True,
        rejects_limit=0,
        max_line_size=MAX_LINE,
        buffer_size=2 * MAX_LINE,
    )
    take_in = cache(lambda: numbered(con, frame, scratch / f"raw_{number}.parquet"))
    aside = text if text != place.path else None
    nothing = pd.DataFrame(columns=["line", "reason", "row"])
    source = SourceFile(place, tuple(names), take_in, nothing, delimiter, len(names), aside, tuple(notes))
    settle = partial(_settled, con, where, skipped)
    if later:
        return replace(source, unread=frame, settle=settle)
    return settle(source, int(source.records.count().execute()))


def _settled(con: ibis.BaseBackend, where: str, skipped: int, source: SourceFile, count: int) -> SourceFile:
    """The source with the lines that DuckDB could not read, every line accounted for."""
    source = replace(source, rejected=_rejected_lines(con, where), unread=None, settle=None)
    return replace(source, plain=_account_for_lines(Path(where), source, count, skipped))


def numbered(con: ibis.BaseBackend, frame: ir.Table, file: Path) -> ir.Table:
    """The rows of a text file, kept in a Parquet file, with ``_record``: the place of each.

    One thread reads and writes, so that rows stay in their order: of what several threads have read, DuckDB 2.0 swaps
    parts of 32 MiB now and then. Kept like this, a long ledger takes no memory, and a column is read without the rest.
    """
    threads = con.raw_sql("select current_setting('threads')").fetchone()[0]
    con.raw_sql("set threads = 1")
    try:
        con.to_parquet(frame, file)
    finally:
        con.raw_sql(f"set threads = {threads}")
    rows = con.read_parquet(file, file_row_number=True)
    return rows.select(*frame.columns, **{RECORD: rows.file_row_number + 1})


def read_head(text: Path, place: Place) -> tuple[str, list[str], int]:
    """The delimiter and column names of a text file, and how many lines stand before its header."""
    with text.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        skipped = place.header_line - 1 if place.header_line else 0
        for _ in range(skipped):
            stream.readline(MAX_LINE)
        first = ""
        for line in iter(lambda: stream.readline(MAX_LINE), ""):
            if line.strip() or place.header_line:
                first = line
                break
            skipped += 1
        sample = [first, *islice(iter(lambda: stream.readline(65_536), ""), 50)]
    delimiter = place.delimiter or find_delimiter(sample)
    csv.field_size_limit(MAX_LINE)
    names = [name.strip() for name in next(csv.reader([first], delimiter=delimiter), [])]
    if not any(names):
        raise DataError(Fault(place.name, "empty", "Export it with a header line and rows."))
    return delimiter, checked_names(names, place.name), skipped


def checked_names(names: list[str], where: str) -> list[str]:
    """Column names, empty ones numbered.

    Raises
    ------
    DataError
        Too many, or one given twice.
    """
    if len(names) > MAX_COLUMNS:
        raise DataError(Fault(where, f"{len(names):,} columns", f"Export at most {MAX_COLUMNS:,} columns."))
    named = [name or f"column{position:02d}" for position, name in enumerate(names)]
    folded = [name.lower() for name in named]
    raise_faults(
        Fault(f"{where}: {name}", "column given twice", "Keep one of them, so that it is clear which counts.")
        for name in sorted({name for name in named if folded.count(name.lower()) > 1 or name == RECORD})
    )
    return named


def find_delimiter(lines: list[str]) -> str:
    """The mark that cuts most lines into as many fields as the header, and the header into most."""
    header = lines[0]

    def fit(mark: str) -> tuple[float, int, int]:
        if mark not in header:
            return 0.0, 0, 0
        widths = [len(row) for row in csv.reader(lines[:50], delimiter=mark) if row]
        return sum(width == widths[0] for width in widths) / len(widths), widths[0], -DELIMITERS.index(mark)

    csv.field_size_limit(MAX_LINE)
    found = {mark: fit(mark) for mark in DELIMITERS}
    best = max(found, key=lambda mark: (found[mark][0] > 0.5, found[mark][1], found[mark][2]))
    return best if found[best][1] else ","


def _rejected_lines(con: ibis.BaseBackend, place: str) -> pd.DataFrame:
    escaped = place.replace("'", "''")
    query = (
        "select line, any_value(lower(error_message)) as reason, any_value(csv_line) as row "
        "from reject_errors join reject_scans using (scan_id, file_id) "
        f"where file_path = '{escaped}' group by line order by line"
    )
    return con.raw_sql(query).df()


def _account_for_lines(text: Path, source: SourceFile, count: int, skipped: int) -> bool:
    """Every line of the file is the header, part of a record, rejected, or empty; counted without DuckDB.

    Returns whether every record is one line and there are no others, so that the one's number tells the other's.
    """
    place, rejected = source.place, source.rejected
    filled, empty = _count_lines(text)
    before, empty_before = _count_lines(text, skipped) if place.header_line and skipped else (0, 0)
    there, read = filled - before, 1 + count + len(rejected)
    if there <= read:
        return there == read and not len(rejected) and empty == empty_before and not skipped
    records, columns = source.records, source.headers
    inner = ibis.literal(0)
    for name in columns:
        inner = inner + (records[name].length() - records[name].replace("\n", "").length()).fill_null(0)
    breaks = sum(str(row).strip("\r\n").count("\n") for row in rejected["row"].fillna(""))
    read += int(records.agg(inner=inner.sum()).execute()["inner"].iloc[0] or 0) + breaks
    read += sum(name.count("\n") for name in columns)
    if there > read:
        told = f"{there - read:,} of {there:,} lines cannot be accounted for"
        raise DataError(
            Fault(place.name, told, "Look for a quotation mark that is not closed, and export the file again.")
        )
    return False


def _count_lines(path: Path, first: int | None = None) -> tuple[int, int]:
    """Lines of a file that hold anything, and empty ones (of the first lines only, where told)."""
    filled, empty, rest = 0, 0, b""
    with path.open("rb") as stream:
        if first is not None:
            lines = list(islice(stream, first))
            return sum(bool(line.strip()) for line in lines), sum(not line.strip() for line in lines)
        for chunk in iter(lambda: stream.read(CHUNK), b""):
            whole, newline, rest = (rest + chunk).rpartition(b"\n")
            counted = _count_in(whole + newline)
            filled, empty = filled + counted[0], empty + counted[1]
    counted = _count_in(rest)
    return filled + counted[0], empty + counted[1]


def _count_in(data: bytes) -> tuple[int, int]:
    """Filled and empty lines; where none begins with a blank, none is empty and all are counted at once."""
    if not data:
        return 0, 0
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    codes = np.frombuffer(data, dtype=np.uint8)
    breaks = codes == NEWLINE
    if codes[0] > BLANK and not (breaks[:-1] & (codes[1:] <= BLANK)).any():
        return int(np.count_nonzero(breaks)) + (not breaks[-1]), 0
    lines = data.removesuffix(b"\n").split(b"\n")
    filled = sum(bool(line.strip()) for line in lines)
    return filled, len(lines) - filled
