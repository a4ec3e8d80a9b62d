"""The command as its user meets it: refusals with every fault, exit codes, nothing left behind."""

import json
import re
import shutil

import nbformat
import pytest
import yaml
from conftest import HOUSE, SMALL_RUN

from kamlib.cli.shared import requested
from kamlib.errors import DataError

GOOD = "invoice_id,client_id,issue_date,amount,currency\n1,a,2026-01-10,600,EUR\n2,b,2026-02-10,60,EUR\n"


@pytest.fixture
def ledger(tmp_path):
    folder = tmp_path / "ledger"
    folder.mkdir()
    (folder / "invoices.csv").write_text(GOOD, encoding="utf-8")
    return folder


@pytest.fixture
def run_file(tmp_path, ledger):
    """A function that writes a run file with changes and returns its path."""

    def write(**changes):
        base = {
            "run": "bad",
            "title": "Bad",
            "as_of": "2026-03-31",
            "ledger": {"path": str(ledger)},
            "out": str(tmp_path / "out"),
        }
        path = tmp_path / "bad.yaml"
        path.write_text(yaml.safe_dump(base | changes), encoding="utf-8")
        return path

    return write


def refused(done, tmp_path, *words):
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert "nothing was written" in done.stderr
    for word in words:
        assert word in done.stderr, done.stderr
    assert not (tmp_path / "out").exists()
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("kam-")]


def test_an_address_of_no_engine_is_refused_before_it_is_asked_what_has_changed(run_kam, run_file, tmp_path):
    done = run_kam("run", run_file(), "--engine-url", "http://x")
    refused(done, tmp_path, "1 fault;", "--engine-url: http://x", "local[2]", "spark://host:port", "duckdb")


def test_the_engine_is_asked_for_like_everything_else(run_file):
    file = str(run_file(engine_url="local[2]"))
    asked = [file, *[None] * 8]
    assert requested(*asked).engine_url == "local[2]"
    assert requested(*asked, engine_url="duckdb").engine_url == "duckdb"
    with pytest.raises(DataError, match="engine_url"):
        requested(*asked, engine_url="spark")


def test_all_faults_of_a_request_are_told_at_once(run_kam, run_file, tmp_path):
    bare = tmp_path / "nb" / "client" / "bare.ipynb"
    bare.parent.mkdir(parents=True)
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")]), bare)
    broken = bare.with_name("broken.ipynb")
    broken.write_text("{}")
    twin = bare.with_name("credit_review.ipynb")
    shutil.copy(HOUSE / "notebooks" / "client" / "credit_review.ipynb", twin)
    policy = tmp_path / "policy.yaml"
    policy.write_text("concentration: {window_months: soon, colour: red}\nplanets: 9\n")
    file = run_file(
        notebooks=["client/credit_review", str(bare), str(broken), str(twin), "client/unheard_of"],
        parameters={"client/credit_review": {"colour": "red", "policy_file": 7}},
        policy=str(policy),
        ledger={"path": str(tmp_path / "nowhere.csv"), "profile": "canonical"},
    )
    refused(
        run_kam("run", file), tmp_path,
        "no parameters cell", "cannot be read as a notebook", "another file name", "client/unheard_of", "unknown parameter", "7 is a int", "Give a str",
        "'soon'", "colour", "planets", "nowhere.csv",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"as_of": "2020-01-01"}, ["as_of", "before the first invoice", "2026-01-10"]),
        ({"as_of": "someday"}, ["as_of", "'someday'"]),
        ({"clients": {"ids": ["a", "zz", "yy"]}}, ["zz", "yy", "there are 2"]),
        ({"clients": {"top": 0}}, ["clients.top"]),
        ({"clients": {"where": {"planet": ["x"]}}}, ["planet"]),
        ({"planet": 1}, ["planet", "unknown key"]),
        ({"ledger": {"path": "x.csv", "sample": {"seed": 1}}}, ["path", "sample"]),
        ({"ledger": {"path": "x.csv", "profile": "sapp"}}, ["sapp", "sap_open_items"]),
        ({"run": "../x"}, ["letters, digits"]),
        ({"limits": {"timeout_seconds": -1}}, ["timeout_seconds"]),
        ({"currency": "euro"}, ["currency"]),
        ({"currency": "USD"}, ["fx.EUR"]),
        ({"as_of": "9999-12-31"}, ["as_of", "2199"]),
        ({"clients": {}}, ["all: true"]),
        ({"policy": ""}, ["policy"]),
        ({"max_rate_age_days": 10**12}, ["max_rate_age_days"]),
        ({"ledger": {"sample": {"seed": -1}}}, ["seed"]),
        ({"limits": {"memory_mib": 10**14}}, ["memory_mib"]),
        ({"out": "bad.yaml/below"}, ["out", "is a file"]),
        ({"out": "/proc/nope/x"}, ["out"]),
        ({"out": "x" * 300}, ["out"]),
        ({"parameters": {"client/credit_review": {"client_id": "b"}}}, ["set by the run itself"]),
    ],
)
def test_wrong_requests_are_refused(changes, words, run_kam, run_file, tmp_path):
    refused(run_kam("run", run_file(**changes)), tmp_path, *words)


def test_broken_yaml_and_missing_files_are_refused(run_kam, tmp_path):
    broken = tmp_path / "broken.yaml"
    broken.write_text("run: [unclosed")
    refused(run_kam("run", broken), tmp_path, "broken.yaml", "YAML")
    broken.write_text("run: x\ntitle: x\nas_of: 2024-13-45\nledger: {sample: {seed: 1}}\n")
    refused(run_kam("run", broken), tmp_path, "month must be in 1..12")
    broken.write_text('run: x\ntitle: "\\ud800"\nas_of: 2024-12-31\n')
    refused(run_kam("run", broken), tmp_path, "broken.yaml")
    broken.write_text("run: " + "[" * 200_000)
    refused(run_kam("run", broken), tmp_path, "broken.yaml")
    refused(run_kam("run", "demo", "--clients", " ,"), tmp_path, "at least one client")
    refused(run_kam("run", "nobody.yaml"), tmp_path, "nobody.yaml")
    refused(run_kam("run"), tmp_path, "--ledger")
    refused(run_kam("run", "--ledger", "x.csv"), tmp_path, "--as-of")
    refused(run_kam("run", "demo", "--engine", "magic"), tmp_path, "kam or standard")


def test_a_ledger_that_cannot_be_read_is_refused(run_kam, ledger, run_file, tmp_path):
    file = run_file()
    (ledger / "invoices.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40)
    refused(run_kam("run", file), tmp_path, "invoices.csv")
    (ledger / "invoices.csv").write_text("invoice_id,client_id,issue_date,amount\n1,a,2026-01-01,5\n")
    refused(run_kam("run", file), tmp_path, "currency", "missing column")


def test_check_says_what_is_in_and_writes_nothing(run_kam, run_file, ledger, tmp_path):
    (ledger / "invoices.csv").write_text(GOOD + "3,,2026-01-01,5,EUR\n")
    done = run_kam("check", run_file())
    assert done.returncode == 0, done.stderr
    for words in (
        "invoices",
        "in 660.00" if "in 660.00" in done.stdout else "in 665.00",
        "no receipts",
        "2 reports" if "2 reports" in done.stdout else "3 reports",
    ):
        assert words in done.stdout
    assert not (tmp_path / "out").exists()
    content = json.loads(run_kam("check", run_file(), "--json").stdout)
    assert content["ok"]
    assert content["ledger"]["tables"]["invoices"]["rows_quarantined"] == 1
    assert content["ledger"]["tables"]["invoices"]["totals"]["EUR"] == {
        "in": "665.00",
        "used": "660.00",
        "quarantined": "5.00",
    }
    done = run_kam("check", run_file(as_of="2020-01-01"), "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["faults"][0]["field"] == "as_of"


@pytest.mark.slow
def test_a_ledger_given_by_arguments_alone(run_kam, ledger, tmp_path):
    (ledger / "invoices.csv").write_text(GOOD + "3,,2026-01-01,5,EUR\n")
    done = run_kam("run", "--ledger", ledger, "--as-of", "2026-03-31", "--top", "1", "--out", "out")
    assert done.returncode == 0, done.stdout + done.stderr
    made = re.search(r"(\d+) made, 0 skipped, 0 failed", done.stdout)
    assert made is not None
    assert int(made[1]) > 9  # every notebook, one client
    assert "1 rows quarantined" in done.stdout
    assert (tmp_path / "out" / "quarantine.csv").read_text().count("client_id is empty") == 1


def test_help_names_every_option_of_the_readme(run_kam):
    text = run_kam("run", "--help").stdout
    for option in (
        "--ledger",
        "--profile",
        "--as-of",
        "--top",
        "--clients",
        "--out",
        "--workers",
        "--engine",
        "--fresh",
        "--retry-failed",
    ):
        assert option in text
        assert option in (HOUSE / "README.md").read_text(encoding="utf-8")


def test_the_demos_run_file_and_policy_are_valid(run_kam):
    from kamlib.policy import load_policy
    from kamlib.runs import load_run

    assert load_run("demo").run == "demo"
    assert load_policy().concentration.window_months == 12
    assert SMALL_RUN["run"] == "small"


@pytest.mark.slow
def test_any_file_and_folder_name_will_do(run_kam, ledger, tmp_path):
    place = ledger.rename(tmp_path / "Q1 O'Neil & Söhne")
    assert run_kam("check", "--ledger", place, "--as-of", "2026-03-31").returncode == 0
    done = run_kam("run", "--ledger", place, "--as-of", "2026-03-31", "--top", "1", "--out", "out/my {reports}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "out" / "my {reports}" / "index.html").is_file()
