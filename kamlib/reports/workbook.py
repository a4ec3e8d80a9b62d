"""All tables of a run as one Excel workbook: typed cells, a contents sheet with links, never a formula from data.

Tables with the same title in the reports of several clients share a sheet, with the client before each row.
"""

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import xlsxwriter

from kamlib.language import tr
from kamlib.reports.document import Document

SHEET_NAME_LENGTH = 31  # Excel's own limit
FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
ISO_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
MOST_ROWS = 1_000_000
WIDEST, NARROWEST = 48, 9


@dataclass
class Sheet:
    """One table, or the tables of one title, as rows of (values, texts)."""

    title: str
    labels: list[str]
    numeric: list[bool]
    rows: list[tuple[list[Any], list[str]]] = field(default_factory=list)


def workbook_of(documents: Iterable[Document], title: str, created: date) -> bytes:
    """The tables and figures of documents as an Excel file; equal documents give equal bytes.

    Parameters
    ----------
    documents : iterable of Document
        In the order of the pack. A document's provenance may hold ``client_id`` and ``client``.
    title : str
        The company, for the contents sheet and the file's properties.
    created : date
        Written as the file's date.
    """
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(stream, options)
    book.set_properties(
        {"title": title, "author": "kamlib", "created": datetime(created.year, created.month, created.day)}
    )
    sheets = _sheets(documents)
    writer = _Writer(book)
    contents = book.add_worksheet(_sheet_name(tr("Contents"), set()))
    taken = {contents.get_name().casefold()}
    names = []
    for sheet in sheets:
        names.append(_sheet_name(sheet.title, taken))
        writer.write_sheet(names[-1], sheet)
    writer.write_contents(contents, title, created, list(zip(names, sheets, strict=True)))
    book.close()
    return stream.getvalue()


def _sheets(documents: Iterable[Document]) -> list[Sheet]:
    """Tables gathered by title and columns, in the order in which they first appear."""
    found: dict[tuple[str, ...], Sheet] = {}
    for document in documents:
        who = [document.provenance.get(name) or "" for name in ("client_id", "client")]
        for block in document.blocks:
            if block["block"] == "kpis":
                labels = [tr("Figure"), tr("Value"), tr("Note")]
                numeric, total = [False, True, False], False
                rows = [
                    ([k["label"], k["value"], k["note"]], [k["label"], k["text"], k["note"]]) for k in block["items"]
                ]
                title = tr("Key figures")
            elif block["block"] == "table" and block["columns"]:
                labels = [column["label"] for column in block["columns"]]
                numeric, total = [column["numeric"] for column in block["columns"]], block["total"]
                rows = [(list(v), list(t)) for v, t in zip(block["values"], block["rows"], strict=True)]
                title = block["title"] or document.title
            else:
                continue
            of_client = bool(who[0])
            front = [tr("Client id"), tr("Client")] if of_client else []
            key = (title, *front, *labels)
            sheet = found.setdefault(key, Sheet(title, [*front, *labels], [False] * len(front) + numeric))
            for values, texts in rows[:-1] if total and of_client else rows:
                sheet.rows.append(([*who, *values], [*who, *texts]) if of_client else (values, texts))
    return list(found.values())


def _sheet_name(title: str, taken: set[str]) -> str:
    """A name that Excel takes and that no other sheet has; `taken` holds them in lower case and grows."""
    plain = FORBIDDEN.sub(" ", title).strip("' ") or "Table"
    name, serial = plain[:SHEET_NAME_LENGTH].strip(), 1
    while name.casefold() in taken or name.casefold() == "history":  # a name Excel keeps for itself
        serial += 1
        ending = f" {serial}"
        name = plain[: SHEET_NAME_LENGTH - len(ending)].strip() + ending
    taken.add(name.casefold())
    return name


class _Writer:
    """Cells with their formats, made once a workbook."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.book = book
        self._formats: dict[str, Any] = {}
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"})
        self.title = book.add_format({"bold": True, "font_size": 16})
        self.link = book.add_format({"font_color": "#0b5fa5", "underline": 1})

    def number_format(self, pattern: str) -> Any:
        """A format for a pattern of digits."""
        if pattern not in self._formats:
            self._formats[pattern] = self.book.add_format({"num_format": pattern})
        return self._formats[pattern]

    def write_sheet(self, name: str, sheet: Sheet) -> None:
        """Headers, rows, filters and widths of one sheet."""
        page = self.book.add_worksheet(name)
        page.freeze_panes(1, 2 if len(sheet.labels) > 4 else 1)
        for column, label in enumerate(sheet.labels):
            page.write_string(0, column, label, self.head)
        for row, (values, texts) in enumerate(sheet.rows[:MOST_ROWS], start=1):
            for column, (value, text) in enumerate(zip(values, texts, strict=True)):
                self._write_cell(page, row, column, value, text)
        if sheet.rows:
            page.autofilter(0, 0, min(len(sheet.rows), MOST_ROWS), len(sheet.labels) - 1)
        for column, label in enumerate(sheet.labels):
            page.set_column(column, column, _width([label, *[texts[column] for _, texts in sheet.rows[:200]]]))

    def _write_cell(self, page: Any, row: int, column: int, value: Any, text: str) -> None:
        if value is None or value == "":
            return
        if isinstance(value, bool):
            page.write_string(row, column, text)
        elif isinstance(value, (int, float)):
            page.write_number(row, column, value, self.number_format(_pattern(value, text)))
        elif ISO_DAY.match(str(value)) and "1900-03-01" <= value <= "9999-12-31":
            page.write_datetime(row, column, datetime.fromisoformat(value), self.number_format("yyyy-mm-dd"))
        else:
            page.write_string(row, column, str(value)[:32_767])

    def write_contents(self, page: Any, title: str, created: date, sheets: Sequence[tuple[str, Sheet]]) -> None:
        """The first sheet: what is in the workbook, with a link to each sheet."""
        page.write_string(0, 0, title, self.title)
        page.write_string(1, 0, tr("Every table of the run, as of {day}.", day=created.isoformat()))
        for column, label in enumerate((tr("Table"), tr("Rows"), tr("Columns"))):
            page.write_string(3, column, label, self.head)
        for row, (name, sheet) in enumerate(sheets, start=4):
            target = name.replace("'", "''")
            page.write_url(row, 0, f"internal:'{target}'!A1", self.link, sheet.title[:255])
            page.write_number(row, 1, len(sheet.rows))
            page.write_string(row, 2, ", ".join(sheet.labels)[:32_767])
        page.set_column(0, 0, WIDEST)
        page.set_column(2, 2, 90)


def _pattern(value: float, text: str) -> str:
    """How Excel shows a number: as the report does, with as many digits; short money keeps its cents."""
    if "%" in text:
        return "0.0%" if "." in text else "0%"
    decimals = re.search(r"\.(\d+)$", text.replace(",", ""))
    if decimals:
        return "#,##0." + "0" * min(len(decimals[1]), 6)
    return "#,##0" if float(value).is_integer() or re.search(r"\d$", text) else "#,##0.00"


def _width(texts: Sequence[str]) -> int:
    longest = max(sum(2 if ord(character) > 0x2E80 else 1 for character in text) for text in texts)
    return min(max(longest + 2, NARROWEST), WIDEST)
