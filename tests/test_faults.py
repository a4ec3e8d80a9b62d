"""What a run survives: notebooks that misbehave, killed processes, a full disk, a file that changes while it is read."""

import hashlib
import os
import random
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psutil
import pytest
from conftest import HOUSE, KAM, read_manifest
from tiny import tiny_notebook, tiny_run

from kamlib.errors import DataError
from kamlib.reports import kin, pool
from kamlib.reports.plan import client_folder
from kamlib.runs import parse_run, snapshots

pytestmark = pytest.mark.slow
MOMENT = re.compile(rb"Made [^<]{10,60} by kamlib")  # the index page says when it was made
SEED = 13  # of the instants at which a run is killed
CELLS = {
    "forks": "import os\nos.fork()",
    "daemon": "import subprocess, time\nsubprocess.Popen(['sleep', '98762'], start_new_session=True)",
    "daemon_killed": "import subprocess, os\nsubprocess.Popen(['sleep', '98763'], start_new_session=True)\nos.abort()",
    "segfaults": "import ctypes\nctypes.string_at(0)",
    "hangs_in_c": "import ctypes\nctypes.CDLL(None).pause()",
    "writes_much": "for _ in range(100): print('x' * 1_000_000)",
    "killed_once": "import os, signal\nfrom pathlib import Path\nmark = Path(MARK)\nif not mark.exists():\n    mark.touch()\n    os.kill(os.getpid(), signal.SIGKILL)",
    "raises": "from pathlib import Path\nPath(COUNT).open('a').write('x')\nraise ValueError('no')",
}
FAILED = {
    "daemon_killed": "killed by signal 6",
    "segfaults": "killed by signal 11",
    "hangs_in_c": "stopped after 8 seconds",
    "raises": "ValueError: no",
}


def content(out: Path) -> dict[str, str]:
    """Every page of a run by its hash, and the manifest without times."""
    pages = [path for path in sorted(out.rglob("*")) if path.suffix in {".html", ".pdf", ".xlsx", ".parquet"}]
    found = {
        path.relative_to(out).as_posix(): hashlib.sha256(MOMENT.sub(b"", path.read_bytes())).hexdigest()
        for path in pages
    }
    manifest = read_manifest(out)
    del manifest["pages"]  # the index page says when it was made; all pages are above
    manifest["files"] = {name: digest for name, digest in manifest["files"].items() if name.endswith(".parquet")}
    for entry in manifest["reports"]:
        for name in ("seconds", "status", "reason"):
            del entry[name]
        del entry["sha256"]["ipynb"]  # papermill writes times into it
    return found | {"manifest": {name: value for name, value in manifest.items() if name != "created"}}


def left_over(out: Path) -> list[str]:
    mark = {kin.MARK: str(out.resolve())}.items()
    found = []
    for process in psutil.process_iter():
        try:
            if mark <= process.environ().items():
                found.append(" ".join(process.cmdline()))
        except psutil.Error:
            continue
    return found


def test_what_misbehaves_fails_alone_and_leaves_nothing(tmp_path, run_kam):
    count, mark = tmp_path / "count", tmp_path / "mark"
    sources = {
        name: source.replace("MARK", repr(str(mark))).replace("COUNT", repr(str(count)))
        for name, source in CELLS.items()
    }
    names = [tiny_notebook(tmp_path, name, source) for name, source in sources.items()]
    limits = {"timeout_seconds": 8, "memory_mib": 400}
    file, out = tiny_run(tmp_path, 1, notebooks=names, limits=limits)
    done = run_kam("run", str(file))
    assert done.returncode == 1, done.stderr
    for entry in read_manifest(out)["reports"]:
        name = entry["notebook"].split("/")[-1]
        assert entry["status"] == ("failed" if name in FAILED else "made"), entry
        assert FAILED.get(name, "") in entry["reason"]
    assert count.read_text() == "x"  # a notebook's own exception is never tried again
    assert mark.exists()
    page = (out / "clients" / client_folder("C1") / "writes_much.html").read_text(encoding="utf-8")
    assert len(page) < 3_000_000
    assert "beyond 200,000 characters was left out" in page
    assert left_over(out) == []
    assert not [p for p in psutil.process_iter(["cmdline"]) if {"98762", "98763"} & set(p.info["cmdline"] or [])]
    assert not list(out.glob(".making-*"))


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """A run's file, its folder, what stands in it when nothing happens, and how many seconds that takes."""
    file, out = tiny_run(tmp_path_factory.mktemp("undisturbed"))
    started = time.monotonic()
    subprocess.run([*KAM, "run", str(file)], check=True, capture_output=True)
    return file, out, content(out), time.monotonic() - started


@pytest.mark.parametrize("kills", [3, pytest.param(50, marks=pytest.mark.long)])
def test_a_run_killed_at_any_instant_ends_as_if_undisturbed(undisturbed, kills):
    file, out, wanted, seconds = undisturbed
    beside = sorted(path.name for path in out.parent.iterdir())
    chance = random.Random(SEED)
    finished = 0
    for _ in range(kills):
        shutil.rmtree(out)
        process = subprocess.Popen([*KAM, "run", str(file)], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.2, 1.0) * seconds)
        finished += process.poll() is not None
        process.kill()
        process.wait()
        again = subprocess.run([*KAM, "run", str(file)], capture_output=True, text=True, check=False)
        assert again.returncode == 0, again.stderr
        assert content(out) == wanted
        assert [path.name for path in out.rglob(".*")] == [".run.lock"]
        assert sorted(path.name for path in out.parent.iterdir()) == beside
        assert left_over(out) == []
    assert finished < kills


def test_a_worker_killed_by_the_system_is_tried_once_more(tmp_path):
    file, out = tiny_run(tmp_path)
    process = subprocess.Popen([*KAM, "run", str(file)], stdout=subprocess.PIPE, text=True)
    killed = None
    while killed is None and process.poll() is None:
        for work in out.glob(".making-*"):
            killed = int(work.name.removeprefix(".making-"))
            os.kill(killed, signal.SIGKILL)
            break
        time.sleep(0.02)
    said, _ = process.communicate(timeout=120)
    assert killed
    assert process.returncode == 0, said
    assert read_manifest(out)["reports"][0]["status"] == "made"


def test_ctrl_c_ends_everything_and_is_resumed(tmp_path):
    file, out = tiny_run(tmp_path)
    process = subprocess.Popen(
        [*KAM, "run", str(file)],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # whoever runs the tests may ignore it
    )
    while not list(out.glob(".making-*")):
        assert process.poll() is None
        time.sleep(0.02)
    asked = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert time.monotonic() - asked < 20  # under a second on a quiet machine
    assert process.returncode == 130
    assert "Interrupted" in said
    time.sleep(0.3)
    assert left_over(out) == []
    assert subprocess.run([*KAM, "run", str(file)], capture_output=True, check=False).returncode == 0


def test_a_full_disk_is_told_and_the_next_run_goes_on(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = shutil.which("mount") and os.geteuid() == 0
    if (
        not mounted
        or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=150k", "none", str(disk)], check=False).returncode
    ):
        pytest.skip("no small file system can be mounted here")
    try:
        file, _ = tiny_run(tmp_path, out=str(disk / "out"))
        done = subprocess.run([*KAM, "run", str(file)], capture_output=True, text=True, check=False)
        assert done.returncode in (1, 2), done.stderr
        assert "No space left" in done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        subprocess.run(["mount", "-o", "remount,size=200m", str(disk)], check=True)
        again = subprocess.run([*KAM, "run", str(file)], capture_output=True, text=True, check=False)
        assert again.returncode == 0, again.stderr
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_folder_that_cannot_be_written_is_refused(tmp_path):
    if os.geteuid() == 0 and not shutil.which("setpriv"):
        pytest.skip("root writes everywhere")
    file, out = tiny_run(tmp_path)
    out.mkdir()
    file.chmod(0o644)
    out.chmod(0o555)
    for folder in (tmp_path, *tmp_path.parents):
        if folder == tmp_path or (folder.stat().st_uid == os.geteuid() and folder.name.startswith(("pytest", "popen"))):
            folder.chmod(0o755)
    less = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
    if less and subprocess.run([*less, *KAM, "--help"], capture_output=True, check=False, cwd="/").returncode:
        pytest.skip("another user cannot run this Python")
    done = subprocess.run([*less, *KAM, "run", str(file)], capture_output=True, text=True, check=False, cwd="/")
    assert done.returncode == 2, done.stderr
    assert "Permission denied" in done.stderr
    assert "can be made or written to" in done.stderr


def test_a_source_that_changes_while_it_is_read_is_refused(tmp_path, monkeypatch):
    ledger = tmp_path / "invoices.csv"
    ledger.write_text(
        "invoice_id,client_id,issue_date,due_date,amount,currency\nR1,C01,2026-07-03,2026-08-02,1250.00,EUR\n"
    )
    run = parse_run(
        {
            "run": "x",
            "title": "x",
            "as_of": "2026-09-30",
            "out": str(tmp_path / "out"),
            "ledger": {"path": str(ledger)},
        },
        "x",
    )
    build = snapshots.build_snapshot

    def while_read(*arguments):
        build(*arguments)
        with ledger.open("a") as stream:
            stream.write("R2,C01,2026-07-04,2026-08-02,99.00,EUR\n")

    monkeypatch.setattr(snapshots, "build_snapshot", while_read)
    with pytest.raises(DataError, match="changed while it was read"), snapshots.prepared_snapshot(run):
        pass
    assert sorted(path.name for path in tmp_path.iterdir()) == ["invoices.csv"]


def test_no_decision_rests_on_the_time_of_day():
    """The clock may jump back: only the command's stamp and papermill's notes of a cell read it."""
    readers = {
        path.relative_to(HOUSE).as_posix()
        for path in (HOUSE / "kamlib").rglob("*.py")
        if any(call in path.read_text(encoding="utf-8") for call in ("time.time(", "datetime.now(", "date.today("))
    }
    assert readers == {"kamlib/cli/shared.py", "kamlib/reports/engine.py"}


def test_the_longest_notebooks_come_first():
    from types import SimpleNamespace

    from kamlib.reports.batch import _longest_first

    tasks = [SimpleNamespace(notebook=name) for name in ("a", "b", "c")]
    earlier = {"1": {"notebook": "b", "seconds": 1.0}, "2": {"notebook": "c", "seconds": 3.0}}
    assert [task.notebook for task in _longest_first(tasks, earlier)] == ["c", "b", "a"]


def test_a_page_process_that_fails_is_told(tmp_path):
    one = pool.Pool(1, 10)
    assert one.call(_hang, tmp_path, 0.5) == "stopped after 0.5 seconds"
    assert one.call(_fall, tmp_path, 30) == "ValueError: no"


def _hang() -> None:
    time.sleep(60)


def _fall() -> None:
    raise ValueError("no")
