"""The workbook: typed cells, hostile strings as text, equal bytes; opened by openpyxl and by LibreOffice."""

import io
import shutil
import subprocess
from datetime import date, datetime

import openpyxl
import pytest

from kamlib.blocks import Column, Kpi, Kpis, Table
from kamlib.reports.document import Document
from kamlib.reports.workbook import workbook_of

HOSTILE = [
    "=cmd|' /C calc'!A0",
    "@SUM(A1)",
    "<script>",
    "http://x.example/",
    "\u202eevil",
    "1e5",
    "大客户😀",
    "x" * 40_000,
]
COLUMNS = (Column("name", "Client", False), Column("share", "Share"), Column("day", "Day", False), Column("n", "Money"))


def document(name: str, *rows: tuple, client: str = "", title: str = "Sales / by: client") -> Document:
    texts = tuple((str(row[0]), "12.3 %", "3 May", "1,234.50") for row in rows)
    table = Table(title, COLUMNS, texts, tuple(rows), total=bool(client))
    kpis = Kpis((Kpi("exposure", "Exposure", "9.4 m", "up", 9_412_345.67), Kpi("none", "None", "—", "", None)))
    facts = {"client_id": client, "client": f"Client {client}"} if client else {}
    return Document(name, [kpis.to_json(), table.to_json()], provenance=facts)


def opened(*documents: Document) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(workbook_of(documents, "=Meridian", date(2026, 9, 30))))


def test_cells_are_typed_and_headers_frozen():
    book = opened(document("a", ("Halden", 0.123, "2026-05-03", 1234.5)))
    sheet = book["Sales   by  client"]
    name, share, day, money = sheet[2]
    assert (name.value, share.value, day.value, money.value) == ("Halden", 0.123, datetime(2026, 5, 3), 1234.5)
    assert (share.number_format, money.number_format, day.is_date) == ("0.0%", "#,##0.00", True)
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:D2"
    figures = book["Key figures"]
    assert [cell.value for cell in figures[2]] == ["Exposure", 9_412_345.67, "up"]
    assert figures["B3"].value is None


def test_tables_of_clients_share_a_sheet_without_their_totals():
    one = document("a", ("A", 0.1, "2026-05-03", 1.0), ("Total", 0.1, "2026-05-03", 1.0), client="C1")
    two = document("b", ("B", 0.2, "2026-05-03", 2.0), ("Total", 0.2, "2026-05-03", 2.0), client="C2")
    rows = list(opened(one, two)["Sales   by  client"].values)
    assert rows[0][:3] == ("Client id", "Client", "Client")
    assert [row[:3] for row in rows[1:]] == [("C1", "Client C1", "A"), ("C2", "Client C2", "B")]


@pytest.mark.parametrize("text", HOSTILE)
def test_strings_from_data_stay_strings(text):
    book = opened(document("a", (text, 0.1, "2026-05-03", 1.0), title=text[:50]))
    cell = book[book.sheetnames[2]]["A2"]
    assert cell.data_type in ("s", "inlineStr")
    assert cell.value == text[:32_767]
    assert cell.hyperlink is None


def test_contents_link_to_every_sheet_whatever_its_title():
    titles = ["Sheet", "sheet", "History", "a" * 60, "a" * 60 + "b", "'quoted'", "[x]:*?/\\", ""]
    book = opened(*[document("doc", ("A", n / 10, "2026-05-03", 1.0), title=title) for n, title in enumerate(titles)])
    contents = book.worksheets[0]
    targets = [contents.cell(row, 1).hyperlink.location for row in range(5, 5 + len(book.sheetnames) - 1)]
    assert [target.split("!")[0].strip("'").replace("''", "'") for target in targets] == book.sheetnames[1:]
    assert len({name.casefold() for name in book.sheetnames}) == len(book.sheetnames)


def test_equal_documents_give_equal_bytes():
    made = [workbook_of([document("a", ("A", 0.1, "2026-05-03", 1.0))], "M", date(2026, 9, 30)) for _ in range(2)]
    assert made[0] == made[1]


@pytest.mark.slow
def test_libreoffice_opens_the_workbook_of_a_run(finished_run, tmp_path):
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("no LibreOffice on this machine")
    command = [office, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1", "--outdir", tmp_path]  # fmt: skip
    subprocess.run(
        [*map(str, command), str(finished_run / "workbook.xlsx")], check=True, capture_output=True, timeout=400
    )
    book = openpyxl.load_workbook(finished_run / "workbook.xlsx", read_only=True)
    assert len(list(tmp_path.glob("*.csv"))) == len(book.sheetnames)
    assert not any("Err:" in path.read_text(encoding="utf-8") for path in tmp_path.glob("*.csv"))
