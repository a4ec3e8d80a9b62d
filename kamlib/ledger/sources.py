"""A ledger's files as tables of text, each record numbered, and the lines that are no records told apart."""

import csv
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import duckdb
import ibis
import ibis.expr.types as ir
import pandas as pd

from kamlib.errors import DataError, Fault, raise_faults
from kamlib.ledger.profiles import Profile

SUFFIXES = (".csv", ".tsv", ".txt", ".parquet")
DELIMITERS = (",", ";", "\t", "|")
MAX_LINE = 32 * 2**20
MAX_COLUMNS = 2_000
RECORD = "_record"


@dataclass(frozen=True)
class SourceFile:
    """One file of a ledger, read once.

    Attributes
    ----------
    path : Path
    records : ibis table
        Every column text, and ``_record``, the number of the record from 1.
    rejected : DataFrame
        ``line, reason, row``: lines that are no records of this file (too few or many fields, bad quotes).
    delimiter : str
        Between fields; empty for Parquet.
    """

    path: Path
    records: ir.Table
    rejected: pd.DataFrame
    delimiter: str

    @property
    def headers(self) -> list[str]:
        """The file's own columns."""
        return [name for name in self.records.columns if name != RECORD]

    def lines(self, records: Iterable[int]) -> dict[int, int]:
        """The line of the file on which each record begins; of Parquet, which has no lines, its number."""
        wanted = set(records)
        if not self.delimiter or not wanted:
            return {number: number for number in wanted}
        found: dict[int, int] = {}
        with _open_text(self.path) as stream:
            rows = csv.reader(stream, delimiter=self.delimiter)
            number, begins = -1, 1  # the header is the first that is as wide
            for row in rows:
                if len(row) == len(self.headers):
                    number += 1
                    if number in wanted:
                        found[number] = begins
                begins = rows.line_num + 1
        return {number: found.get(number, number + 1) for number in wanted}

    def filled(self, header: str | None) -> ir.Table:
        """The records in which a column is not empty; all of them for None."""
        if header is None:
            return self.records
        return self.records.filter(self.records[header].strip().nullif("").notnull())


def find_files(path: Path, profile: Profile) -> dict[str, Path]:
    """The file of each table of a profile that is there.

    Parameters
    ----------
    path : Path
        One file, or a folder that holds a file for each table.
    profile : Profile
        Names the file of each table.

    Raises
    ------
    DataError
        Nothing at `path`, a suffix that is not read, or no file for the invoices.
    """
    if not path.exists():
        raise DataError(Fault("ledger", str(path), "Give the path of an existing file or folder."))
    files: dict[str, Path] = {}
    for table, rule in profile.tables.items():
        if path.is_dir():
            stem = rule.file or table
            found = [path / f"{stem}{suffix}" for suffix in SUFFIXES if (path / f"{stem}{suffix}").is_file()]
            if found:
                files[table] = found[0]
        elif rule.file is None or rule.file == path.stem or table == "invoices":
            files[table] = path
    faults = []
    if "invoices" not in files:
        there = ", ".join(sorted(file.name for file in path.iterdir())[:8]) if path.is_dir() else path.name
        remedy = f"Name the file of the invoices invoices.csv, or give the file itself. Found: {there or 'nothing'}."
        faults.append(Fault("ledger", str(path), remedy))
    faults += [
        Fault("ledger", file.name, f"Export it as one of {', '.join(SUFFIXES)}.")
        for file in dict.fromkeys(files.values())
        if file.suffix.lower() not in SUFFIXES
    ]
    raise_faults(faults)
    return files


def hash_files(files: Mapping[str, Path]) -> str:
    """SHA-256 over the files of a ledger, by name and content."""
    digest = hashlib.sha256()
    for path in sorted(set(files.values())):
        with path.open("rb") as stream:
            digest.update(f"{path.name}\0{hashlib.file_digest(stream, 'sha256').hexdigest()}\n".encode())
    return digest.hexdigest()


def read_sources(con: ibis.BaseBackend, paths: list[Path]) -> dict[Path, SourceFile]:
    """Read each file into the DuckDB of `con`.

    Fields are quoted by ``"`` alone and no line is a comment: a guessed dialect could lose rows in silence.

    Raises
    ------
    DataError
        One fault for every file that cannot be read, or of which a line cannot be accounted for.
    """
    sources, faults = {}, []
    for number, path in enumerate(paths):
        try:
            sources[path] = (
                _read_parquet(con, path, number) if path.suffix.lower() == ".parquet" else _read_csv(con, path, number)
            )
        except DataError as error:
            faults += error.faults
        except (duckdb.Error, OSError, csv.Error) as error:
            problem = " ".join(str(error).split("\n")[0].split())
            faults.append(Fault(path.name, problem, "Export it again as a UTF-8 CSV with a header line, or Parquet."))
    raise_faults(faults)
    return sources


def _read_parquet(con: ibis.BaseBackend, path: Path, number: int) -> SourceFile:
    frame = con.read_parquet(path)
    frame = frame.cast(dict.fromkeys(frame.columns, "string"))
    records = con.create_table(f"raw_{number}", frame.mutate(**{RECORD: ibis.row_number() + 1}))
    return SourceFile(path, records, pd.DataFrame(columns=["line", "reason", "row"]), "")


def _read_csv(con: ibis.BaseBackend, path: Path, number: int) -> SourceFile:
    delimiter, names, skipped = _read_head(path)
    place = str(path.resolve())
    frame = con.read_csv(
        place,
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
        buffer_size=4 * MAX_LINE,
    )
    records = con.create_table(f"raw_{number}", frame.mutate(**{RECORD: ibis.row_number() + 1}))
    rejected = _rejected_lines(con, place)
    _account_for_lines(path, records, rejected)
    return SourceFile(path, records, rejected, delimiter)


def _read_head(path: Path) -> tuple[str, list[str], int]:
    """The delimiter and column names of a text file, and how many blank lines stand before its header."""
    with path.open("rb") as stream:
        if b"\0" in stream.read(65_536):
            remedy = "Export it as a CSV in UTF-8 (UTF-16 and binary files are not read)."
            raise DataError(Fault(path.name, "not UTF-8 text", remedy))
    skipped, first = 0, ""
    with _open_text(path) as stream:
        for line in stream:
            if line.strip():
                first = line
                break
            skipped += 1
    delimiter = max(DELIMITERS, key=lambda mark: (first.count(mark), -DELIMITERS.index(mark)))
    names = [name.strip() for name in next(csv.reader([first], delimiter=delimiter), [])]
    if not names:
        raise DataError(Fault(path.name, "empty", "Export it with a header line and rows."))
    if len(names) > MAX_COLUMNS:
        raise DataError(Fault(path.name, f"{len(names):,} columns", f"Export at most {MAX_COLUMNS:,} columns."))
    names = [name or f"column{position:02d}" for position, name in enumerate(names)]
    folded = [name.lower() for name in names]
    raise_faults(
        Fault(f"{path.name}: {name}", "column given twice", "Keep one of them, so that it is clear which counts.")
        for name in sorted({name for name in names if folded.count(name.lower()) > 1})
    )
    return delimiter, names, skipped


def _rejected_lines(con: ibis.BaseBackend, place: str) -> pd.DataFrame:
    escaped = place.replace("'", "''")
    query = (
        "select line, any_value(lower(error_message)) as reason, any_value(csv_line) as row "
        "from reject_errors join reject_scans using (scan_id, file_id) "
        f"where file_path = '{escaped}' group by line order by line"
    )
    return con.raw_sql(query).df()


def _account_for_lines(path: Path, records: ir.Table, rejected: pd.DataFrame) -> None:
    """Every line of the file is the header, part of a record, rejected, or empty; counted without DuckDB."""
    columns = [name for name in records.columns if name != RECORD]
    inner = ibis.literal(0)
    for name in columns:
        inner = inner + (records[name].length() - records[name].replace("\n", "").length()).fill_null(0)
    counts = records.agg(records=records.count(), inner=inner.sum()).execute().iloc[0]
    breaks = sum(str(row).strip("\r\n").count("\n") for row in rejected["row"].fillna(""))
    header_breaks = sum(name.count("\n") for name in columns)
    read = 1 + header_breaks + int(counts["records"]) + int(counts["inner"] or 0) + len(rejected) + breaks
    there = _filled_lines(path)
    if there > read:
        told = f"{there - read:,} of {there:,} lines cannot be accounted for"
        raise DataError(
            Fault(path.name, told, "Look for a quotation mark that is not closed, and export the file again.")
        )


def _filled_lines(path: Path) -> int:
    """Lines of a file that hold anything; a line break inside quotes counts."""
    count = 0
    with path.open("rb") as stream:
        for line in stream:
            count += (
                bool(line.strip())
                if b"\r" not in line.strip()
                else sum(bool(part.strip()) for part in line.split(b"\r"))
            )
    return count


def _open_text(path: Path) -> TextIO:
    csv.field_size_limit(MAX_LINE)
    return path.open(encoding="utf-8-sig", errors="replace", newline="")
