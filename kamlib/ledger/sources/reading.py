"""Any place read: the kind of file decides by which module."""

import csv
import sqlite3
import tempfile
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb
import ibis
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from kamlib.errors import DataError, Fault, raise_faults
from kamlib.ledger.sources import databases, excel
from kamlib.ledger.sources.encoding import Encoding, as_utf8, find_encoding
from kamlib.ledger.sources.place import RECORD, Place, SourceFile
from kamlib.ledger.sources.rows import read_parquet
from kamlib.ledger.sources.text import checked_names, read_head, read_text

TEXTS = (".csv", ".tsv", ".txt")
WORKBOOKS = (".xlsx", ".xlsm", ".xls")
SQLITES = (".sqlite", ".sqlite3", ".db")
DUCKDBS = (".duckdb", ".ddb")
READ_ERRORS = (duckdb.Error, sqlite3.Error, pa.ArrowException, OSError, csv.Error, LookupError, UnicodeError)
SUFFIXES = (*TEXTS, ".parquet", *WORKBOOKS, *SQLITES, *DUCKDBS)


def read_sources(
    con: ibis.BaseBackend,
    places: Iterable[Place],
    scratch: Path,
    first: int = 0,
    later: Collection[Place] = (),
) -> dict[Place, SourceFile]:
    """Read each place into the DuckDB of `con`; a file that several tables come from is read once.

    `first` numbers the tables of text that are made, where the same DuckDB reads more later; text files among `later`
    are left to be read from the file itself.

    Raises
    ------
    DataError
        One fault for every place that cannot be read, or of which a line cannot be accounted for.
    """
    bare: dict[Place, SourceFile] = {}
    faults: list[Fault] = []
    wanted = list(dict.fromkeys(places))
    for place in dict.fromkeys(each for whole in wanted for each in whole.every):
        try:
            with told_as_fault(place):
                bare[place] = _read(con, place, first + len(bare) + len(faults), scratch, place in later)
        except DataError as error:
            faults += error.faults
    raise_faults(faults)
    return {place: _together(con, place, bare) for place in wanted}


@contextmanager
def told_as_fault(place: Place) -> Iterator[None]:
    """What goes wrong while a place is read, as a fault of it."""
    try:
        yield
    except READ_ERRORS as error:
        problem = " ".join(str(error).split("\n")[0].split())
        remedy = "Export it again as a UTF-8 CSV with a header line, or Parquet."
        raise DataError(Fault(place.name, problem, remedy)) from error


def parts_of(path: Path) -> list[str]:
    """The sheets of a workbook or the tables of a database; one empty name for other files."""
    if path.suffix.lower() in WORKBOOKS:
        return excel.sheet_names(path)
    return databases.table_names(path) if path.suffix.lower() in (*SQLITES, *DUCKDBS) else [""]


def headers_of(place: Place) -> list[str]:
    """The column names of a place, without reading the rest."""
    suffix = place.path.suffix.lower()
    if suffix == ".parquet":
        return pq.read_schema(place.path).names
    with tempfile.TemporaryDirectory(prefix="kam-head-") as scratch:
        if suffix in TEXTS:
            encoding = Encoding(place.encoding, "") if place.encoding else find_encoding(place.path)
            return read_head(as_utf8(place.path, encoding, Path(scratch) / "text")[0], place)[1]
        con = ibis.duckdb.connect()
        try:
            return list(_read(con, place, 0, Path(scratch)).headers)
        finally:
            con.disconnect()


def _read(con: ibis.BaseBackend, place: Place, number: int, scratch: Path, later: bool = False) -> SourceFile:
    suffix = place.path.suffix.lower()
    if suffix in TEXTS:
        return read_text(con, place, number, scratch, later)
    if suffix == ".parquet":
        checked_names([name for name in pq.read_schema(place.path).names if name != RECORD], place.name)
        return read_parquet(con, place, number)
    target = scratch / f"rows_{number}.parquet"
    if suffix in WORKBOOKS:
        excel.write_sheet(place, target)
    elif suffix in SQLITES:
        databases.write_sqlite_table(place, target)
    else:
        databases.write_duckdb_table(con, place, number, target)
    return read_parquet(con, place, number, target)


def _bare(place: Place) -> Place:
    return replace(place, joins=(), more=())


def _together(con: ibis.BaseBackend, place: Place, bare: dict[Place, SourceFile]) -> SourceFile:
    """The records of a place and of what follows it, numbered through; a column that one has not is empty there."""
    parts = [_joined(con, replace(each, more=()), bare) for each in (place, *place.more)]
    if len(parts) == 1:
        return parts[0]
    headers = tuple(dict.fromkeys(name for part in parts for name in part.headers))
    begins, tables, last = [], [], 0
    for part in parts:
        here = part.records
        columns = {name: here[name] if name in part.headers else ibis.null("string") for name in headers}
        tables.append(here.select(**columns, **{RECORD: (here[RECORD] + last).cast("int64")}))
        begins.append((last, part))
        last += int(here[RECORD].max().execute() or 0)
    whole = con.create_table(f"whole_{abs(hash(place)) % 10**12}", ibis.union(*tables))
    rejected = pd.concat([part.rejected.assign(file=part.name) for part in parts], ignore_index=True)
    notes = tuple(dict.fromkeys(note for part in parts for note in part.notes))
    return SourceFile(place, headers, lambda: whole, rejected, notes=notes, parts=tuple(begins))


def _joined(con: ibis.BaseBackend, place: Place, bare: dict[Place, SourceFile]) -> SourceFile:
    """The records of a place with the columns of others looked up; no record is lost or doubled by it."""
    source = bare[_bare(place)]
    if not place.joins:
        return source
    records, faults = source.records, []
    for other_place, left, right in place.joins:
        other = bare[_bare(other_place)]
        lacking = [
            (s.name, h) for s, h in ((source, left), (other, right)) if h not in s.headers and h not in records.columns
        ]
        if lacking:
            faults += [
                Fault(f"{n}: {h}", "missing column", "Add it, or mend the join of the profile.") for n, h in lacking
            ]
            continue
        key = other.records[right].strip()
        found = other.records.mutate(_key=key).filter(lambda t: t._key.nullif("").notnull())
        if found.count().execute() != found["_key"].nunique().execute():
            faults.append(
                Fault(f"{other.name}: {right}", "stands more than once", "Join a table that has it once a row.")
            )
            continue
        added = [name for name in other.headers if name not in records.columns]
        looked_up = found.select("_key", *added)
        records = records.mutate(_key=records[left].strip()).left_join(looked_up, "_key").drop("_key", "_key_right")
    raise_faults(faults)
    headers = tuple(name for name in records.columns if name != RECORD)
    joined = con.create_table(f"joined_{abs(hash(place)) % 10**12}", records.select(*headers, RECORD))
    return replace(source, place=place, headers=headers, take_in=lambda: joined)
