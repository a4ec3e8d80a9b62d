"""Files made to harm: bounded memory, a clear outcome, never a traceback."""

import io
import json
import resource
import subprocess
import zipfile

import pandas as pd
import pytest
from conftest import KAM

from kamlib.errors import DataError
from kamlib.ledger.ingest import ingest
from kamlib.ledger.profiles import load_profile
from kamlib.ledger.sources import find_files

HEADER = "invoice_id,client_id,issue_date,due_date,amount,currency\n"
GOOD = "1,a,2026-01-10,2026-02-09,600.00,EUR\n"


def read(path, out):
    profile = load_profile("canonical")
    return ingest(find_files(path, profile), profile, out, source="hostile")


def folder_of(tmp_path, content, name="invoices.csv"):
    folder = tmp_path / "in"
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def workbook(sheet: bytes | str, tmp_path, repeat: int = 1):
    """A workbook with one sheet of this XML, its middle repeated."""
    kinds = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/></Types>'
    )
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    book = (
        f'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="{relation}">'
        '<sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>'
    )
    links = "http://schemas.openxmlformats.org/package/2006/relationships"
    path = tmp_path / "invoices.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", kinds)
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{links}"><Relationship Id="r1" Type="{relation}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr("xl/workbook.xml", book)
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{links}"><Relationship Id="r1" Type="{relation}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        )
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as stream:
            stream.write(b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>')
            for _ in range(repeat):
                stream.write(sheet if isinstance(sheet, bytes) else sheet.encode())
            stream.write(b"</sheetData></worksheet>")
    return path


def test_a_zip_bomb_in_a_workbook_is_refused_in_bounded_memory(tmp_path):
    path = workbook(b"<row>" + b" " * (2**20 - 11) + b"</row>", tmp_path, repeat=900)
    assert path.stat().st_size < 2 * 2**20
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(DataError, match="unpacks to more than 768 MiB"):
        read(path, tmp_path / "out")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * 1024


def test_two_cells_at_the_ends_of_a_sheet_are_refused(tmp_path):
    far = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="{}1048576"><v>1</v></c></row>'
    with pytest.raises(DataError, match="columns"):
        read(workbook(far.format("XFD"), tmp_path), tmp_path / "out")
    with pytest.raises(DataError, match="1,048,576 rows by 702 columns"):
        read(workbook(far.format("ZZ"), tmp_path), tmp_path / "out")


def test_ten_thousand_columns(tmp_path):
    wide = ",".join(f"c{i}" for i in range(10_000)) + "\n" + ",".join("1" for _ in range(10_000)) + "\n"
    with pytest.raises(DataError, match="10,000 columns"):
        read(folder_of(tmp_path, wide), tmp_path / "out")


def test_a_cell_of_five_megabytes_is_set_aside(tmp_path):
    report = read(folder_of(tmp_path, HEADER + GOOD + f"2,{'x' * 5_000_000},2026-01-10,,5,EUR\n"), tmp_path / "out")
    assert (report.tables["invoices"].rows_used, report.tables["invoices"].rows_quarantined) == (1, 1)


def test_zero_bytes_are_taken_out_and_told(tmp_path):
    report = read(folder_of(tmp_path, HEADER + GOOD + "2,b\0\0,2026-01-10,,5,EUR\n"), tmp_path / "out")
    assert report.tables["invoices"].rows_used == 2
    assert any("2 zero bytes were taken out" in note for note in report.tables["invoices"].notes)
    assert set(pd.read_parquet(tmp_path / "out" / "invoices.parquet")["client_id"]) == {"a", "b"}


NAMES = [
    "=cmd|' /C calc'!A0", "../../../etc/passwd", "..\\..\\x", "O'Brien \"& Sons\"", "<script>alert(1)</script>", "\u202eevil\u202c",
    "🧨 Ünïcödé 株式会社", "[red]rich[/red]", "{{7*7}} #let x = 1", "-- drop table", "%s %d {0}", "a" * 300, "NaN", "null", "con", "\ufeffbom",
]  # fmt: skip


@pytest.mark.slow
def test_hostile_ids_and_names_make_a_whole_pack(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    rows = [
        {"invoice_id": f"I{i}", "client_id": name, "issue_date": "2026-01-10", "amount": 100 + i, "currency": "EUR"}
        for i, name in enumerate(NAMES)
    ]
    pd.DataFrame(rows).to_csv(folder / "invoices.csv", index=False)
    pd.DataFrame({"client_id": NAMES, "name": NAMES}).to_csv(folder / "clients.csv", index=False)
    out = tmp_path / "out" / "pack"
    command = [
        *KAM,
        "run",
        "--ledger",
        str(folder),
        "--as-of",
        "2026-03-31",
        "--top",
        "4",
        "--workers",
        "1",
        "--out",
        str(out),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    entries = json.loads((out / "manifest.json").read_text())["reports"]
    assert {entry["status"] for entry in entries} == {"made"}
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["pack"]
    for page in out.rglob("*.html"):
        assert "<script>alert" not in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("invoices.csv", b""),
        ("invoices.csv", b"\n\n\n"),
        ("invoices.csv", b"\x00" * 5000),
        ("invoices.csv", b"\xff\xfe"),
        ("invoices.csv", b'"' * 4000),
        ("invoices.csv", HEADER.encode() + b'1,"never closed,2026-01-10,,5,EUR\n' * 3),
        ("invoices.csv", bytes(range(256)) * 64),
        ("invoices.xlsx", b"PK\x05\x06" + b"\0" * 18),
        ("invoices.xlsx", b"not a zip"),
        ("invoices.parquet", b"PAR1" * 8),
        ("invoices.sqlite", b"SQLite format 3\0" + b"\xff" * 400),
        ("invoices.duckdb", b"DUCK" * 300),
    ],
)
def test_no_traceback_ever(name, content, tmp_path):
    folder = folder_of(tmp_path, content, name)
    for place in (folder, folder / name):
        with pytest.raises(DataError):
            read(place, tmp_path / "out")
        assert not (tmp_path / "out").exists()


def test_the_command_refuses_garbage_in_words(run_kam, tmp_path):
    (tmp_path / "x.xlsx").write_bytes(b"not a zip")
    buffer = io.BytesIO()
    zipfile.ZipFile(buffer, "w").close()
    (tmp_path / "y.xlsx").write_bytes(buffer.getvalue())
    (tmp_path / "z.db").write_bytes(b"x" * 5000)
    for name in ("x.xlsx", "y.xlsx", "z.db"):
        done = run_kam("check", name)
        assert done.returncode == 2, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        assert name in done.stderr
