"""Many machines on one: a scheduler and two workers as processes of their own, one lost midway; the pages are the same."""

import hashlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import KAM, read_manifest
from tiny import SHOWS, tiny_notebook, tiny_run

pytest.importorskip("distributed", reason="Dask is not here: install kamlib[dask]")
pytestmark = pytest.mark.slow
MOMENT = re.compile(rb"Made [^<]{10,60} by kamlib")  # the index page says when it was made
CLIENTS = 6
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def cluster(tmp_path):
    """Address of a scheduler on loopback, and its two workers."""
    port = free_port()
    environment = os.environ | {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "10"}
    address = f"tcp://127.0.0.1:{port}"
    scheduler = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", str(port)]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-dashboard"]
    worker += ["--no-nanny", "--host", "127.0.0.1", "--local-directory", str(tmp_path / "dask")]
    processes = [subprocess.Popen([*scheduler, "--no-dashboard"], env=environment, cwd=tmp_path, **QUIET)]
    processes += [subprocess.Popen(worker, env=environment, cwd=tmp_path, **QUIET) for _ in range(2)]
    yield address, processes[1:]
    for process in reversed(processes):
        process.terminate()
    for process in processes:
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def pages(out: Path) -> dict[str, str]:
    found = [path for path in sorted(out.rglob("*")) if path.suffix in {".html", ".pdf", ".xlsx"}]
    return {
        path.relative_to(out).as_posix(): hashlib.sha256(MOMENT.sub(b"", path.read_bytes())).hexdigest()
        for path in found
    }


def make_twice(folder: Path, address: str, *options: str, kill: subprocess.Popen | None = None) -> None:
    """The run on the cluster, its pages kept; then the same here into the same folder: it must be the same."""
    slow = tiny_notebook(folder, "tiny", f"import time\ntime.sleep(0.5)\n{SHOWS}")
    file, out = tiny_run(folder, CLIENTS, notebooks=[slow])
    process = subprocess.Popen(
        [*KAM, "run", str(file), "--dask", address, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if kill is not None:
        while process.poll() is None and not list(out.glob("clients/*/*.html")):
            time.sleep(0.05)
        kill.send_signal(signal.SIGKILL)
    said, _ = process.communicate(timeout=240)
    assert process.returncode == 0, said
    assert {entry["status"] for entry in read_manifest(out)["reports"]} == {"made"}
    far = pages(out)
    assert len(far) == 2 * CLIENTS + 3
    subprocess.run([*KAM, "run", str(file), "--fresh"], check=True, capture_output=True)
    assert pages(out) == far


def test_a_lost_worker_s_reports_are_made_by_the_other(cluster, tmp_path):
    address, workers = cluster
    make_twice(tmp_path, address, kill=workers[0])
    assert workers[0].wait(5) == -signal.SIGKILL


@pytest.fixture
def store(monkeypatch):
    """A local S3 server with a bucket; whoever starts after this finds it through the environment."""
    pytest.importorskip("s3fs", reason="s3fs is not here: pip install -r requirements-s3.lock")
    pytest.importorskip("moto", reason="no local S3 server: pip install -r requirements-s3.lock")
    port = free_port()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    server = subprocess.Popen([sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], **QUIET)
    import s3fs

    for _ in range(100):
        try:
            s3fs.S3FileSystem(skip_instance_cache=True).mkdir("kam-test")
            break
        except Exception:
            time.sleep(0.3)
    yield "s3://kam-test/runs"
    server.terminate()
    server.wait(10)


def test_files_go_through_an_object_store(store, cluster, tmp_path):
    make_twice(tmp_path, cluster[0], "--storage", store)


def test_no_scheduler_is_refused(tmp_path, run_kam):
    file, _ = tiny_run(tmp_path)
    done = run_kam("run", str(file), "--dask", f"tcp://127.0.0.1:{free_port()}")
    assert done.returncode == 2
    assert "Give the address of a running scheduler" in done.stderr
