"""A small run of every notebook on a ledger whose every text is hostile, made twice.

The texts are shown and never obeyed, and both runs hold the same bytes.
"""

import csv
import io
import json
import re
import shutil
import subprocess
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pypdf
import pytest
from conftest import CHROMIUM_FLAGS, KAM, find_chromium, read_manifest

HOSTILE = (
    "<script>alert(1)</script>", "</title><img src=x onerror=alert(2)>", "\"quotes\" & 'apostrophes'", '#read("/etc/passwd")',
    "=cmd|' /C calc'!A0", "\u202egnp.exe", "👩‍🚀 emoji 株式会社", "x" * 120,
)  # fmt: skip
AS_OF = date(2026, 9, 30)
SAME = ("*.html", "*.pdf", "*.xlsx")

pytestmark = [pytest.mark.slow, pytest.mark.long]


def write_ledger(folder: Path) -> None:
    """A client for each trick: its id, its name and every other text of it."""
    tables: dict[str, list[dict]] = {
        name: [] for name in ("invoices", "receipts", "clients", "events", "interactions", "contracts", "decisions")
    }
    for number, text in enumerate(HOSTILE):
        own = {"client_id": text}
        for month in range(26):
            issued = AS_OF - timedelta(days=30 * month + 5 + number)
            known = {"currency": "EUR", "amount": 1000 * (number + 1) + 37 * (month % 5)}
            invoice = f"{text[:8]}-{number}-{month}"
            tables["invoices"].append(
                own
                | known
                | {"invoice_id": invoice, "issue_date": issued, "product_line": text, "cost": known["amount"] * 0.7}
            )
            if month > 2:
                paid = {"receipt_id": invoice, "invoice_id": invoice, "paid_date": issued + timedelta(days=31 + number)}
                tables["receipts"].append(own | known | paid)
        spoken = (
            "name",
            "industry",
            "region",
            "account_manager",
            "needs",
            "proposal",
            "loyalty_measures",
            "competitors",
        )
        tables["clients"].append(own | dict.fromkeys(spoken, text) | {"credit_limit": 9000})
        day = {"date": AS_OF - timedelta(days=40)}
        tables["events"].append(own | day | {"kind": text, "severity": "high", "source": text, "note": text})
        tables["interactions"].append(
            own | day | {"kind": text, "satisfaction": 4, "contact": text, "contact_role": text, "note": text}
        )
        clauses = dict.fromkeys(("payment_clause", "liquidated_damages", "force_majeure", "exclusivity"), text)
        tables["contracts"].append(
            own | clauses | {"contract_id": f"{number}{text}", "start_date": "2025-01-01", "annual_value": 5000}
        )
        said = dict.fromkeys(("proposed_by", "approved_by", "before", "after", "reason", "outcome"), text)
        tables["decisions"].append(own | day | said | {"decision_id": f"{number}{text}", "kind": "terms"})
    folder.mkdir()
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, rows[0])
            writer.writeheader()
            writer.writerows(rows)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The same run made twice: the first is set aside before the second takes its place."""
    folder = tmp_path_factory.mktemp("hostile")
    write_ledger(folder / "ledger")
    out = folder / "run"
    content = {
        "run": "hostile", "title": HOSTILE[0] + HOSTILE[3], "as_of": f"{AS_OF}", "currency": "EUR",
        "ledger": {"path": str(folder / "ledger")}, "clients": {"ids": [HOSTILE[1], HOSTILE[5]]},
        "company": {"fixed_cost": 90_000, "opening_cash": 20_000, "minimum_cash": 5_000, "own_equity": 50_000},
        "out": str(out),
    }  # fmt: skip
    file = folder / "hostile.yaml"
    file.write_text(json.dumps(content), encoding="utf-8")
    for workers in ("1", "2"):
        done = subprocess.run(
            [*KAM, "run", str(file), "--workers", workers], capture_output=True, text=True, timeout=900, cwd=folder
        )
        assert done.returncode == 0, done.stdout + done.stderr
        if workers == "1":
            out.rename(folder / "before")
    return folder / "before", out


def files_of(run: Path) -> dict[str, bytes]:
    found = [path for pattern in SAME for path in run.rglob(pattern)]
    return {path.relative_to(run).as_posix(): path.read_bytes() for path in found}


def test_a_run_made_twice_holds_the_same_bytes(runs):
    one, another = map(files_of, runs)
    assert {"index.html", "pack.pdf", "workbook.xlsx", "portfolio/executive_summary.pdf"} <= set(one)
    assert {name for name in one.keys() | another.keys() if one.get(name) != another.get(name)} == set()


def test_names_are_shown_as_text_and_obeyed_by_nobody(runs):
    from playwright.sync_api import sync_playwright

    pages = sorted(runs[0].rglob("*.html"))
    told = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_FLAGS)
        page = browser.new_page()
        page.on("dialog", lambda dialog: (told.append(dialog.message), dialog.dismiss()))
        page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: told.append(str(error)))
        page.on("request", lambda asked: None if asked.url.startswith(("file:", "data:")) else told.append(asked.url))
        shown = {}
        for path in pages:
            page.goto(path.as_uri())
            shown[path.stem] = page.evaluate("document.body.textContent")
            assert page.locator("img[src=x]").count() == 0
        browser.close()
    assert told == []
    assert all(name in shown["executive_summary"] + shown["concentration_stress"] for name in HOSTILE[:7])
    assert HOSTILE[1] in shown["index"]


def test_no_warning_of_a_machine_is_printed(runs):
    for path in runs[0].rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"[a-z]Warning:", text), path
        assert "site-packages" not in text, path


def test_the_pack_says_them_and_opens_no_file(runs):
    text = "".join(page.extract_text() for page in pypdf.PdfReader(runs[0] / "pack.pdf").pages)
    assert "root:" not in text
    assert '#read("/etc/passwd")' in " ".join(text.split())
    assert "\u202e" not in text


def test_file_names_are_plain(runs):
    names = [path.relative_to(runs[0]).as_posix() for path in runs[0].rglob("*")]
    assert all(name.isascii() and not set(name) & set("<>\"'#=| ") for name in names)
    assert max(map(len, names)) < 120
    assert {entry["client_id"] for entry in read_manifest(runs[0])["reports"]} >= {HOSTILE[1], HOSTILE[5]}


def test_the_workbook_opens_in_libreoffice_and_holds_no_formula(runs, tmp_path):
    book = openpyxl.load_workbook(io.BytesIO((runs[0] / "workbook.xlsx").read_bytes()))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d", "b", "inlineStr"}
    assert any(cell.value == HOSTILE[4] for cell in cells)
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("no LibreOffice on this machine")
    profile = (tmp_path / "profile").as_uri()
    command = [office, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf", "--outdir", tmp_path]
    subprocess.run([*map(str, command), str(runs[0] / "workbook.xlsx")], check=True, capture_output=True, timeout=180)
    assert (tmp_path / "workbook.pdf").stat().st_size > 1000
