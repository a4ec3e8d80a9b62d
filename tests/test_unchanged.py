"""What is told from hashes alone: the same request on the same files, nothing else."""

import hashlib
import json
import subprocess
import sys

import pytest

from kamlib.unchanged import digest_of_request, stands_as_asked


@pytest.fixture
def asked(tmp_path):
    (tmp_path / "ledger").mkdir()
    (tmp_path / "ledger" / "invoices.csv").write_text("a")
    run = {"run": "r", "ledger": {"path": str(tmp_path / "ledger")}, "out": str(tmp_path / "out")}
    (tmp_path / "r.yaml").write_text(json.dumps(run))
    return {"run_file": str(tmp_path / "r.yaml"), "as_of": "2026-09-30"}


def test_the_same_words_on_the_same_files_have_the_same_digest(asked, tmp_path):
    first = digest_of_request(asked)
    assert first == digest_of_request(dict(asked))
    assert first[0] == tmp_path / "out"
    assert digest_of_request(asked | {"as_of": "2026-08-31"}) != first
    (tmp_path / "ledger" / "receipts.csv").write_text("b")
    second = digest_of_request(asked)
    assert second != first
    (tmp_path / "ledger" / "invoices.csv").write_text("c")
    assert digest_of_request(asked) != second


@pytest.mark.parametrize(
    "changes",
    [
        {"previous": "reports/x"},
        {"ledger": {"sources": [{"url_env": "ERP"}]}},
        {"ledger": {"path": "nowhere.csv"}},
        {"mended": "${HOME}/x.csv"},
        {"ledger": None},
    ],
)
def test_what_rests_on_more_than_files_goes_the_whole_way(asked, tmp_path, changes):
    run = json.loads((tmp_path / "r.yaml").read_text())
    (tmp_path / "r.yaml").write_text(json.dumps(run | changes))
    assert digest_of_request(asked) is None


def test_every_file_must_stand(tmp_path):
    page = tmp_path / "index.html"
    page.write_text("x")
    digest = hashlib.sha256(b"x").hexdigest()
    manifest = {"request": "d", "pages": {"index.html": digest}, "files": {}, "reports": []}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    assert stands_as_asked(tmp_path, "d") == manifest
    assert stands_as_asked(tmp_path, "other") is None
    page.write_text("y")
    assert stands_as_asked(tmp_path, "d") is None
    page.write_text("x")
    (tmp_path / "published.json").write_text("{}")
    assert stands_as_asked(tmp_path, "d") is None


def test_nothing_heavy_is_loaded_for_it():
    code = "import sys, kamlib.unchanged; print([m for m in ('pandas', 'numpy', 'papermill', 'pydantic') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
