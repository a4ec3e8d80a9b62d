"""A run's folder: held by one run at a time, verified against its manifest, published and superseded."""

import json
import subprocess
import sys
import time

import pytest
from conftest import read_manifest

from kamlib.errors import DataError
from kamlib.reports.holding import held
from kamlib.reports.publishing import files_of, publish_run, verify_run

pytestmark = pytest.mark.slow
HOLD = """
import sys, time
from pathlib import Path
from kamlib.reports.holding import held
with held(Path(sys.argv[1]), "other", "2026-10-01T08:00"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path):
    """A process that holds a folder."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline().strip() == "held"
    yield process
    process.kill()
    process.communicate()


def test_a_second_run_is_refused_with_who_holds_the_folder(holder, tmp_path):
    with (
        pytest.raises(DataError, match=f"run other, process {holder.pid} on .*, since 2026-10-01T08:00"),
        held(tmp_path, "mine", ""),
    ):
        pass


def test_the_lock_of_a_killed_run_binds_nobody(holder, tmp_path):
    holder.kill()
    holder.wait()
    for _ in range(50):
        try:
            with held(tmp_path, "mine", "now"):
                assert json.loads((tmp_path / ".run.holder.json").read_text())["run"] == "mine"
            break
        except DataError:
            time.sleep(0.1)
    else:
        pytest.fail("the lock of a dead process still binds")
    assert not (tmp_path / ".run.holder.json").exists()


def test_a_run_stands_until_a_file_is_touched(own_run, run_kam):
    _, out = own_run
    assert verify_run(out).stands
    names = set(files_of(read_manifest(out)))
    assert {
        "index.html",
        "pack.pdf",
        "workbook.xlsx",
        "snapshot/invoices.parquet",
        "portfolio/concentration_stress.pdf",
    } <= names
    page = out / "portfolio" / "concentration_stress.html"
    page.write_bytes(page.read_bytes() + b" ")
    (out / "pack.pdf").unlink()
    (out / "clients" / "stray.txt").write_text("x", encoding="utf-8")
    state = verify_run(out)
    assert state.changed == ("portfolio/concentration_stress.html",)
    assert (state.missing, state.unknown) == (("pack.pdf",), ("clients/stray.txt",))
    done = run_kam("verify", str(out))
    assert done.returncode == 1
    assert "changed: portfolio/concentration_stress.html" in done.stdout
    with pytest.raises(DataError, match=r"concentration_stress\.html was changed"):
        publish_run(out, "2026-10-01")


def test_a_published_run_is_replaced_only_on_request_and_kept(own_run, run_kam):
    file, out = own_run
    done = run_kam("publish", str(out))
    assert done.returncode == 0, done.stderr
    before = read_manifest(out)
    refused = run_kam("run", str(file))
    assert refused.returncode == 2
    assert "was published on" in refused.stderr
    assert "--supersede" in refused.stderr
    assert read_manifest(out) == before
    assert run_kam("publish", str(out)).returncode == 2
    replaced = run_kam("run", str(file), "--supersede", "--top", "1")
    assert replaced.returncode == 0, replaced.stderr
    kept = out.with_name(f"{out.name}.superseded-1")
    assert read_manifest(kept) == before
    assert verify_run(kept).published
    assert verify_run(out).stands
    assert not verify_run(out).published


def test_a_changed_manifest_of_a_published_run_is_told(own_run):
    _, out = own_run
    publish_run(out, "2026-10-01")
    content = read_manifest(out) | {"title": "Another"}
    (out / "manifest.json").write_text(json.dumps(content), encoding="utf-8")
    state = verify_run(out)
    assert state.sealed_manifest_changed
    assert not state.stands


def test_a_folder_without_a_manifest_is_refused(tmp_path):
    with pytest.raises(DataError, match="it holds a manifest"):
        verify_run(tmp_path)
