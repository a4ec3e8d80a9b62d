"""The journal of decisions: validated, only added to, safe under several writers, read by the next run."""

import csv
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from typer.testing import CliRunner

from kamlib.cli import app
from kamlib.credit import review_client
from kamlib.errors import DataError
from kamlib.ledger.journal import COLUMNS, append_decision
from kamlib.ledger.schema import TABLES
from kamlib.ledger.snapshot import open_snapshot
from kamlib.policy import load_policy
from kamlib.runs import keep_snapshot, parse_run, prepared_snapshot

ROW = {
    "client_id": "C1",
    "date": "2026-09-30",
    "kind": "limit",
    "proposed_by": "A",
    "reason": 'r, "x"\nline',
    "after": "500",
}


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_decision_is_added_and_the_others_stay(tmp_path):
    path = tmp_path / "ledger" / "decisions.csv"
    assert [append_decision(path, ROW), append_decision(path, ROW | {"approved_by": "CFO"})] == ["J00001", "J00002"]
    found = rows(path)
    assert [row["decision_id"] for row in found] == ["J00001", "J00002"]
    assert found[0]["reason"] == ROW["reason"]
    assert (found[0]["approved_by"], found[1]["approved_by"]) == ("", "CFO")


def test_the_columns_are_those_of_the_canonical_table():
    assert tuple(TABLES["decisions"].columns)[: len(COLUMNS)] == COLUMNS


def test_two_hundred_writers_lose_nothing(tmp_path):
    path = tmp_path / "decisions.csv"
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda number: append_decision(path, ROW | {"reason": str(number)}), range(200)))
    assert len(set(ids)) == 200
    assert sorted(int(row["reason"]) for row in rows(path)) == list(range(200))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"client_id": " "}, "client_id"),
        ({"kind": "raise"}, "Use one of limit"),
        ({"date": "30.9.2026"}, "Give a day"),
        ({"after": "much"}, "Give the new limit"),
        ({"kind": "override", "after": "BBB"}, "incomplete"),
        ({"who": "x"}, "unknown column"),
    ],
)
def test_a_faulty_decision_is_refused_and_nothing_is_written(tmp_path, change, message):
    with pytest.raises(DataError, match=message):
        append_decision(tmp_path / "decisions.csv", ROW | change)
    assert not (tmp_path / "decisions.csv").exists()


def test_a_file_of_other_columns_is_left_alone(tmp_path):
    path = tmp_path / "decisions.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(DataError, match="Name a journal"):
        append_decision(path, ROW)
    assert path.read_text(encoding="utf-8") == "a,b\n1,2\n"


def test_the_command_writes_and_refuses(tmp_path):
    path = tmp_path / "decisions.csv"
    command = [
        sys.executable,
        "-m",
        "kamlib",
        "decide",
        str(path),
        "--client",
        "C1",
        "--kind",
        "limit",
        "--date",
        "2026-09-30",
    ]
    command += ["--reason", "grows", "--proposed-by", "A"]
    done = subprocess.run([*command, "--after", "500"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert rows(path)[0]["after"] == "500"
    refused = subprocess.run([*command, "--after", "x"], capture_output=True, text=True, check=False)
    assert refused.returncode == 2
    assert len(rows(path)) == 1


def journal_run(tmp_path, journal, ledger=None):
    """The snapshot of a small ledger and a journal beside it."""
    folder = tmp_path / "books"
    folder.mkdir(exist_ok=True)
    (folder / "invoices.csv").write_text(
        "invoice_id,client_id,issue_date,due_date,amount,currency\nR1,C1,2026-07-03,2026-08-02,1250.00,EUR\n"
    )
    content = {
        "run": "x", "title": "X", "as_of": "2026-10-31", "out": str(tmp_path / "out"), "journal": str(journal),
        "ledger": ledger or {"path": str(folder)},
    }  # fmt: skip
    with prepared_snapshot(parse_run(content, "x.yaml")) as prepared:
        keep_snapshot(prepared, tmp_path / "out" / "snapshot")
    return open_snapshot(tmp_path / "out" / "snapshot")


def test_what_is_decided_is_in_the_next_review(tmp_path):
    """Review, decide, run again: the decision stands in the review, in force and with the limit it set."""
    journal = tmp_path / "decided.csv"
    policy = load_policy()
    before = review_client(journal_run(tmp_path, journal), "C1", policy)
    assert before.last is None
    arguments = [
        "decide", str(journal), "--client", "C1", "--kind", "limit", "--after", "4000", "--date", "2026-10-02",
        "--reason", "orders grow", "--proposed-by", "E. Haas", "--approved-by", "CFO",
    ]  # fmt: skip
    assert CliRunner().invoke(app, arguments).exit_code == 0
    after = review_client(journal_run(tmp_path, journal), "C1", policy)
    assert after.last.decision["reason"] == "orders grow"
    assert after.limit.current == 4_000


def test_a_journal_beside_decisions_of_the_ledger_is_refused(tmp_path):
    journal = tmp_path / "decided.csv"
    append_decision(journal, ROW)
    journal_run(tmp_path, journal)
    (tmp_path / "books" / "decisions.csv").write_text(journal.read_text())
    with pytest.raises(DataError, match="the ledger has decisions, too"):
        journal_run(tmp_path, journal)


def test_a_journal_follows_the_decisions_of_a_generated_company(tmp_path):
    journal = tmp_path / "decided.csv"
    append_decision(journal, ROW | {"client_id": "C0001"})
    sample = {"sample": {"seed": 3, "clients": 20, "prospects": 0, "months": 30, "scale": 0.05}}
    decided = journal_run(tmp_path, journal, sample).table("decisions")
    assert "J00001" in set(decided["decision_id"])
    assert len(decided) > 1
