"""A run as its user makes it: the folder, the manifest, faults, skipping, no mixing."""

import json
import os
import re
import subprocess
import time
from pathlib import Path

import nbformat
import pypdf
import pytest
from conftest import KAM, SMALL_RUN, blocks_of, read_manifest
from tiny import tiny_run

from kamlib import credit
from kamlib.ledger.snapshot import open_snapshot
from kamlib.policy import load_policy
from kamlib.reports.plan import client_folder

pytestmark = pytest.mark.slow


def kam(*arguments, cwd, timeout=300):
    return subprocess.run(
        [*KAM, *map(str, arguments)], capture_output=True, text=True, timeout=timeout, cwd=cwd, check=False
    )


def reports(folder):
    return {entry["client_id"] or "portfolio": entry for entry in read_manifest(folder)["reports"]}


def test_the_folder_is_as_promised(finished_run):
    content = read_manifest(finished_run)
    for name in ("index.html", "pack.pdf", "portfolio/concentration_stress.html", "portfolio/concentration_stress.pdf"):
        assert (finished_run / name).is_file(), name
    assert not (finished_run / "quarantine.csv").exists()
    assert set(content) == {
        "run",
        "title",
        "as_of",
        "currency",
        "created",
        "versions",
        "ledger",
        "policy",
        "pages",
        "files",
        "request",
        "reports",
    }
    assert {"source", "sha256", "rows_in", "rows_used", "rows_quarantined", "totals"} <= set(content["ledger"])
    assert content["ledger"]["rows_in"] == content["ledger"]["rows_used"] + content["ledger"]["rows_quarantined"] > 1000
    assert len(content["reports"]) == 8
    for entry in content["reports"]:
        assert {
            "unit",
            "client_id",
            "notebook",
            "status",
            "reason",
            "seconds",
            "html",
            "pdf",
            "sha256",
            "parameters",
            "key",
        } <= set(entry)
        assert entry["status"] == "made"
        for path in (entry["html"], entry["pdf"], entry["executed"]):
            assert (finished_run / path).is_file()
        if entry["client_id"]:
            assert entry["html"] == f"clients/{client_folder(entry['client_id'])}/credit_review.html"
    leftovers = [p.name for p in finished_run.rglob("*") if p.name.startswith(".")]
    assert leftovers == [".run.lock"]  # stays: a lock that is taken away could be held twice
    assert [p.name for p in finished_run.parent.iterdir() if p.name.startswith("kam-")] == []


def test_each_report_holds_its_own_client_and_nobody_elses(finished_run):
    snapshot, policy = open_snapshot(finished_run / "snapshot"), load_policy()
    entries = {key: entry for key, entry in reports(finished_run).items() if key != "portfolio"}
    assert len(entries) == 7
    names = snapshot.table("clients").set_index("client_id")["name"].to_dict()
    charts = {}
    for client, entry in entries.items():
        expected = credit.review_client(snapshot, client, policy)
        blocks = blocks_of(finished_run, entry)
        figures = {
            item["key"]: item["value"] for block in blocks if block["block"] == "kpis" for item in block["items"]
        }
        assert figures["exposure"] == pytest.approx(expected.now.total_exposure)
        share = figures["overdue_share"]
        assert (float("nan") if share is None else share) == pytest.approx(expected.now.overdue_share, nan_ok=True)
        drawn = [block for block in blocks if block["block"] == "chart"]
        ageing = [record["amount"] for record in drawn[1]["data"]]
        assert ageing == pytest.approx(expected.now.ageing["amount"].tolist())
        charts[client] = [block["svg"] for block in drawn]
        html = (finished_run / entry["html"]).read_text(encoding="utf-8")
        text = "".join(page.extract_text() for page in pypdf.PdfReader(finished_run / entry["pdf"]).pages)
        assert names[client] in html
        for other, name in names.items():
            if other != client:
                assert not re.search(rf"\b{other}\b", html + text), (client, other)
                assert name not in html
    assert len({tuple(svgs) for svgs in charts.values()}) == len(charts)


def test_the_index_figures_are_the_reports_figures(finished_run):
    page = (finished_run / "index.html").read_text(encoding="utf-8")
    for client, entry in reports(finished_run).items():
        if client != "portfolio":
            exposure = entry["facts"]["figures"]["exposure"]
            assert f'data-sort="{float(exposure)!r}"' in page


def test_the_pack_holds_every_report(finished_run):
    reader = pypdf.PdfReader(finished_run / "pack.pdf")
    titles = [item.title for item in reader.outline if not isinstance(item, list)]
    assert len(titles) == 9
    assert titles[-1] == "Definitions"


def test_unchanged_is_skipped_and_says_why(tmp_path):
    file, out = tiny_run(tmp_path, clients=3)
    assert kam("run", file, cwd=tmp_path).returncode == 0
    before = {p: p.stat().st_mtime_ns for p in out.rglob("*.html")}
    done = kam("run", file, cwd=tmp_path)
    assert done.returncode == 0
    assert "0 made, 3 skipped, 0 failed" in done.stdout
    assert "unchanged: same data" in done.stdout
    assert {p: p.stat().st_mtime_ns for p in out.rglob("*.html")} == before

    touched = out / reports(out)["C2"]["html"]
    touched.write_text("touched", encoding="utf-8")
    done = kam("run", file, cwd=tmp_path)
    assert "1 made, 2 skipped" in done.stdout
    assert "touched" in done.stdout
    assert touched.read_text(encoding="utf-8") != "touched"

    (out / "pack.pdf").unlink()
    assert "0 made, 3 skipped" in kam("run", file, cwd=tmp_path).stdout
    assert (out / "pack.pdf").is_file()

    done = kam("run", file, "--clients", "C1", "--fresh", cwd=tmp_path)
    assert "1 × made afresh, as asked" in done.stdout
    assert len(reports(out)) == 3  # the others are kept

    done = kam("run", file, "--as-of", "2026-08-31", cwd=tmp_path)
    assert "3 made" in done.stdout
    assert "changed: the data" in done.stdout


NOTEBOOKS = {
    "raises": "raise ValueError(client_id)",
    "exits": "import os\nos._exit(3)",
    "leaves": "import sys\nsys.exit(1)",
    "killed": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
    "hangs": "import time\ntime.sleep(3600)",
    "eats": "a = []\nwhile True: a.append(bytearray(50_000_000))",
    "leaves_children": "import subprocess, time\nsubprocess.Popen(['sleep', '98761'])\ntime.sleep(3600)",
}
REASONS = {
    "raises": "ValueError: C0002",
    "exits": "ended by itself (exit code 3)",
    "leaves": "SystemExit",
    "killed": "killed by signal 9",
    "hangs": "stopped after",
    "eats": "MemoryError (limit 400 MiB)",
    "leaves_children": "stopped after",
}


def bad_notebook(folder: Path, name: str, only: str = "C0002") -> Path:
    """A copy of no notebook of ours: it shows its client, and misbehaves for one."""
    path = folder / "nb" / "client" / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    body = "\n".join("    " + line for line in NOTEBOOKS[name].splitlines())
    cells = [
        nbformat.v4.new_code_cell(
            'source = ""  # a snapshot\nclient_id = ""  # a client', metadata={"tags": ["parameters"]}
        ),
        nbformat.v4.new_code_cell("print('client', client_id)"),
        nbformat.v4.new_code_cell(f'if client_id == "{only}":\n{body}'),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


def test_what_misbehaves_fails_alone(finished_run, tmp_path):
    out = tmp_path / "faults"
    notebooks = [str(bad_notebook(tmp_path, name)) for name in NOTEBOOKS]
    run = SMALL_RUN | {
        "out": str(out),
        "notebooks": notebooks,
        "clients": {"ids": ["C0001", "C0002", "C0003"]},
        "limits": {"timeout_seconds": 8, "memory_mib": 400},
    }
    file = tmp_path / "faults.yaml"
    file.write_text(json.dumps(run), encoding="utf-8")
    done = kam("run", file, cwd=tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"{2 * len(NOTEBOOKS)} made, 0 skipped, {len(NOTEBOOKS)} failed" in done.stdout
    for entry in read_manifest(out)["reports"]:
        name = entry["notebook"].split("/")[-1]
        if entry["client_id"] == "C0002":
            assert entry["status"] == "failed"
            assert REASONS[name] in entry["reason"], entry["reason"]
            assert not (out / f"clients/{client_folder('C0002')}/{name}.html").exists()
            assert f"C0002 · client/{name}: " in done.stdout
        else:
            assert entry["status"] == "made"
            assert f"client {entry['client_id']}" in (out / entry["html"]).read_text(encoding="utf-8")
    raised = nbformat.read(out / "executed" / "clients" / client_folder("C0002") / "raises.ipynb", as_version=4)
    assert any(o.output_type == "error" for c in raised.cells if c.cell_type == "code" for o in c.outputs)
    assert "Failed" in (out / "index.html").read_text(encoding="utf-8")
    assert left_over_processes(out) == []

    done = kam("run", file, "--retry-failed", cwd=tmp_path)
    assert done.returncode == 1
    assert f"{len(NOTEBOOKS)} × it had failed" in done.stdout
    assert f"0 made, {2 * len(NOTEBOOKS)} skipped, {len(NOTEBOOKS)} failed" in done.stdout


def left_over_processes(out):
    """Processes that still have this run's folder on their command line or as environment."""
    time.sleep(0.5)
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if (str(out.parent) in command and "kamlib" in command) or "sleep 98761" in command:
            found.append(command)
    return found


def test_the_standard_engine_makes_the_same_page(finished_run, tmp_path):
    out = tmp_path / "standard"
    file = tmp_path / "standard.yaml"
    run = SMALL_RUN | {"out": str(out), "clients": {"ids": ["C0003"]}, "notebooks": ["client/credit_review"]}
    file.write_text(json.dumps(run), encoding="utf-8")
    assert kam("run", file, "--engine", "standard", cwd=tmp_path).returncode == 0
    entry = reports(out)["C0003"]
    theirs, ours = blocks_of(out, entry), blocks_of(finished_run, reports(finished_run)["C0003"])
    assert theirs[:-1] == ours[:-1]  # the last one names the source folder's parameters


def test_ids_that_look_alike_have_folders_of_their_own():
    ids = ["A/B", "A-B", "a b", "../../etc", "客户", "", "x" * 300, "CON", ".", "A\\B"]
    folders = [client_folder(client) for client in ids]
    assert len(set(folders)) == len(ids)
    assert all(re.fullmatch(r"[a-z0-9-]{5,60}", folder) for folder in folders)
