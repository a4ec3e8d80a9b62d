"""Where rows stand (a file, a sheet of it, a table of a database), and what was read from there."""

import csv
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import ibis.expr.types as ir
import pandas as pd

RECORD = "_record"
MAX_LINE = 32 * 2**20
MAX_COLUMNS = 2_000


@dataclass(frozen=True)
class Place:
    """One table of text in a source, before it is read.

    Attributes
    ----------
    path : Path
        The file; of an SQL database, the Parquet file that its rows were fetched to.
    part : str
        A sheet of a workbook or a table of a database; empty for the only one, or the first.
    header_line : int
        The line of the column names, from 1; 0 takes the first line that holds anything.
    encoding, delimiter : str
        Of a text file; empty to find out.
    joins : tuple of (Place, left header, right header)
        Tables whose columns are looked up for each row.
    label : str
        How it is called where that is not the file's name.
    more : tuple of Place
        Further places of the same table: their rows follow.
    """

    path: Path
    part: str = ""
    header_line: int = 0
    encoding: str = ""
    delimiter: str = ""
    joins: tuple[tuple["Place", str, str], ...] = ()
    label: str = ""
    more: tuple["Place", ...] = ()

    @property
    def name(self) -> str:
        """How faults, findings and the quarantine call it."""
        own = self.label or (f"{self.path.name}: {self.part}" if self.part else self.path.name)
        return ", ".join([own, *(place.name for place in self.more)])

    @property
    def every(self) -> "list[Place]":
        """It and every place that it is made of, each alone."""
        alone = [replace(self, joins=(), more=()), *(other for other, _, _ in self.joins)]
        return [*alone, *(inner for place in self.more for inner in place.every)]


@dataclass(frozen=True)
class SourceFile:
    """One table of a source.

    Attributes
    ----------
    place : Place
    headers : tuple of str
        The columns that can be read, joined ones included.
    take_in : callable
        Gives `records`; the same table each time.
    rejected : DataFrame
        ``line, reason, row``: lines that are no records of this file (too few or many fields, bad quotes); of several
        files with ``file``.
    delimiter : str
        Between fields of a text file; empty for the others.
    width : int
        How many columns the text file itself has; looked-up ones are not among them.
    text : Path or None
        The UTF-8 text that was read, where the file itself is in another encoding.
    notes : tuple of str
        What was found out while reading: encoding, delimiter, what was taken out.
    plain : bool
        Whether the header stands on the first line and every other line is one record.
    unread : ibis table or None
        Of a text file that is not taken in yet: its columns as DuckDB reads them from the file, in its order.
    settle : callable or None
        Then: the same source, its lines accounted for, once it is known how many records have been read.
    parts : tuple of (int, SourceFile)
        Of several files: after which record each begins.
    """

    place: Place
    headers: tuple[str, ...]
    take_in: Callable[[], ir.Table]
    rejected: pd.DataFrame
    delimiter: str = ""
    width: int = 0
    text: Path | None = None
    notes: tuple[str, ...] = field(default=())
    plain: bool = False
    unread: ir.Table | None = None
    settle: "Callable[[SourceFile, int], SourceFile] | None" = None
    parts: "tuple[tuple[int, SourceFile], ...]" = ()

    @cached_property
    def records(self) -> ir.Table:
        """Every column text, and ``_record``, the number of the record from 1 (of a workbook, the sheet's row)."""
        return self.take_in()

    @property
    def path(self) -> Path:
        """The file it was read from."""
        return self.place.path

    @property
    def name(self) -> str:
        """How faults, findings and the quarantine call it."""
        return self.place.name

    @property
    def names(self) -> list[str]:
        """The name of each of its files."""
        return [part.name for _, part in self.parts] or [self.name]

    def where(self, records: Iterable[int]) -> dict[int, tuple[str, int]]:
        """The file of each record, and the line on which it begins there."""
        if not self.parts:
            return {number: (self.name, line) for number, line in self.lines(records).items()}
        found: dict[int, tuple[str, int]] = {}
        wanted = sorted(set(records), reverse=True)
        for after, part in reversed(self.parts):
            own = [number - after for number in wanted if number > after]
            wanted = wanted[len(own) :]
            found |= {number + after: place for number, place in part.where(own).items()}
        return found

    def lines(self, records: Iterable[int]) -> dict[int, int]:
        """The line of the file on which each record begins; elsewhere than in text, its number."""
        wanted = set(records)
        if not self.delimiter or not wanted:
            return {number: number for number in wanted}
        if self.plain:
            return {number: number + 1 for number in wanted}
        found: dict[int, int] = {}
        csv.field_size_limit(MAX_LINE)
        with (self.text or self.path).open(encoding="utf-8-sig", errors="replace", newline="") as stream:
            for _ in range(self.place.header_line - 1):
                stream.readline()
            skipped = max(self.place.header_line - 1, 0)
            rows = csv.reader(stream, delimiter=self.delimiter)
            number, begins = -1, 1  # the header is the first that is as wide
            for row in rows:
                if len(row) == self.width:
                    number += 1
                    if number in wanted:
                        found[number] = begins + skipped
                        if len(found) == len(wanted):
                            break
                begins = rows.line_num + 1
        return {number: found.get(number, number + 1) for number in wanted}


def hash_files(files: Mapping[str, Place | Path]) -> str:
    """SHA-256 over the files of a ledger, by name and content."""
    digest = hashlib.sha256()
    paths = set()
    for place in files.values():
        paths |= {place} if isinstance(place, Path) else {each.path for each in place.every}
    for path in sorted(paths):
        with path.open("rb") as stream:
            digest.update(f"{path.name}\0{hashlib.file_digest(stream, 'sha256').hexdigest()}\n".encode())
    return digest.hexdigest()
