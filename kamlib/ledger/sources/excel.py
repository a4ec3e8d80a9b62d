"""Workbooks: each sheet a table. Looked over as a stream first, so that a hostile file cannot fill the memory."""

import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import python_calamine

from kamlib.errors import DataError, Fault
from kamlib.ledger.sources.place import MAX_COLUMNS, Place
from kamlib.ledger.sources.rows import said, write_rows
from kamlib.ledger.sources.text import checked_names

MAX_UNPACKED = 768 * 2**20  # bytes of one workbook
MAX_CELLS = 12_000_000  # of one sheet: what calamine holds at once, some 400 MiB
CHUNK = 2**20
CELL = re.compile(rb'<(?:\w+:)?c [^>]{0,400}?\br="([A-Z]{1,3})([0-9]{1,7})"')


def sheet_names(path: Path) -> list[str]:
    """The sheets of a workbook, in its order."""
    with _opened(path) as book:
        return list(book.sheet_names)


def sheet_rows(place: Place) -> Iterator[tuple[int, list[Any]]]:
    """The rows of a sheet that hold anything, with their numbers as the workbook shows them.

    Raises
    ------
    DataError
        A sheet that is not there, a file that is no workbook, or one that unpacks to more than is sane.
    """
    with _opened(place.path) as book:
        part = place.part or book.sheet_names[0]
        if part not in book.sheet_names:
            remedy = f"Use one of its sheets: {', '.join(book.sheet_names[:20])}."
            raise DataError(Fault(place.path.name, f"no sheet {part}", remedy))
        for number, row in enumerate(book.get_sheet_by_name(part).iter_rows(), start=1):
            if any(value not in ("", None) for value in row):
                yield number, row


def write_sheet(place: Place, target: Path) -> None:
    """A sheet as a Parquet file of text; its header is the first row that holds anything, or the one named."""
    rows = sheet_rows(place)
    header: Sequence[Any] | None = next((row for number, row in rows if number >= place.header_line), None)
    if header is None:
        raise DataError(Fault(place.name, "empty", "Export it with a header line and rows."))
    names = [(said(value) or "").strip() for value in header]
    while names and not names[-1]:
        names.pop()
    write_rows(target, checked_names(names, place.name), rows)


def _opened(path: Path) -> python_calamine.CalamineWorkbook:
    remedy = "Save it again as .xlsx, or export the sheet as CSV."
    try:
        if path.suffix.lower() != ".xls":
            _look_over(path)
        book = python_calamine.CalamineWorkbook.from_path(path)
    except python_calamine.PasswordError as error:
        raise DataError(Fault(path.name, "protected by a password", "Save it without one.")) from error
    except (
        python_calamine.CalamineError,
        zipfile.BadZipFile,
        OSError,
        EOFError,
        NotImplementedError,
        RuntimeError,
    ) as e:
        raise DataError(Fault(path.name, f"not a workbook that can be read ({str(e)[:80]})", remedy)) from e
    if not book.sheet_names:
        raise DataError(Fault(path.name, "no sheets", remedy))
    return book


def _look_over(path: Path) -> None:
    """Count what the workbook unpacks to and how far its cells reach, without keeping any of it."""
    remedy = "Export the sheet as CSV: so large a workbook is not opened."
    total = 0
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            cells = "worksheets/" in member.filename
            rows, columns, tail = 0, 0, b""
            with archive.open(member) as stream:
                for chunk in iter(lambda: stream.read(CHUNK), b""):
                    total += len(chunk)
                    if total > MAX_UNPACKED:
                        raise DataError(Fault(path.name, f"unpacks to more than {MAX_UNPACKED >> 20} MiB", remedy))
                    if cells:
                        for letters, number in CELL.findall(tail + chunk):
                            rows, columns = max(rows, int(number)), max(columns, _column(letters))
                        tail = chunk[-500:]
            if columns > MAX_COLUMNS:
                raise DataError(Fault(path.name, f"{columns:,} columns", f"Export at most {MAX_COLUMNS:,} columns."))
            if rows * columns > MAX_CELLS:
                raise DataError(Fault(path.name, f"{rows:,} rows by {columns:,} columns in one sheet", remedy))


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
