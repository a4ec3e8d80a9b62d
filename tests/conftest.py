"""Shared small ledgers and runs. Whole runs are made once a session: they are the slow part."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from filelock import FileLock
from hypothesis import settings

from kamlib.blocks import BLOCK_MIME
from kamlib.ledger.snapshot import Snapshot, snapshot_from_frames
from kamlib.policy import Policy, load_policy

HOUSE = Path(__file__).resolve().parents[1]
REAL_DATA = HOUSE.parent / "shared" / "data"
KAM = [sys.executable, "-m", "kamlib"]
SMALL_RUN = {
    "run": "small",
    "title": "Small & Co",
    "as_of": "2026-09-30",
    "currency": "EUR",
    "ledger": {"sample": {"seed": 5, "clients": 30, "months": 30, "scale": 0.15}},
    "company": {"fixed_cost": 19_500_000},
    "notebooks": ["portfolio/concentration_stress", "client/credit_review"],
    "clients": {"top": 6, "also": ["C0011"]},
}


settings.register_profile("kam", deadline=None)  # a busy machine is no fault
settings.load_profile("kam")


def pytest_configure(config: pytest.Config) -> None:
    """Docstrings of what needs pyspark are run where it is; any other module that cannot be imported is a failure."""
    if find_spec("pyspark") is None:
        config.option.ignore = [*(config.option.ignore or []), str(HOUSE / "kamlib" / "ledger" / "spark")]


def real_data(path: str) -> Path:
    """A file of the real data, or a skip that says why."""
    file = REAL_DATA / path
    if not file.exists():
        pytest.skip(f"real data are not here: {file.name}")
    return file


def golden(name: str) -> dict:
    """A published worked example: source, inputs, expected, tolerance."""
    return json.loads((Path(__file__).parent / "golden" / f"{name}.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def policy() -> Policy:
    return load_policy()


def make_invoices(**changes: list) -> pd.DataFrame:
    """Six invoices of three clients; `changes` replace whole columns."""
    columns = {
        "invoice_id": ["1", "2", "3", "4", "5", "6"],
        "client_id": ["a", "a", "b", "b", "c", "c"],
        "issue_date": pd.to_datetime(
            ["2026-01-10", "2026-02-10", "2026-01-20", "2026-03-05", "2026-02-01", "2026-03-20"]
        ),
        "due_date": pd.to_datetime(
            ["2026-02-09", "2026-03-12", "2026-02-19", "2026-04-04", "2026-03-03", "2026-04-19"]
        ),
        "amount": [600.0, 400.0, 300.0, 100.0, 50.0, -20.0],
        "currency": ["EUR"] * 6,
        "cost": [400.0, 300.0, 200.0, 80.0, 30.0, -10.0],
    }
    return pd.DataFrame(columns | changes)


def make_receipts(**changes: list) -> pd.DataFrame:
    columns = {
        "receipt_id": ["r1", "r2", "r3", "r4"],
        "client_id": ["a", "a", "b", "c"],
        "invoice_id": ["1", "2", "3", None],
        "paid_date": pd.to_datetime(["2026-02-19", "2026-03-10", "2026-03-01", "2026-03-15"]),
        "amount": [600.0, 150.0, 300.0, 10.0],
        "currency": ["EUR"] * 4,
    }
    return pd.DataFrame(columns | changes)


@pytest.fixture
def small_snapshot() -> Snapshot:
    """Three clients, known by heart."""
    frames = {"invoices": make_invoices(), "receipts": make_receipts()}
    return snapshot_from_frames(frames, "2026-03-31", "EUR", {"fixed_cost": 200.0})


@pytest.fixture
def run_kam(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess]:
    """Run the command in a process of its own, as a user does."""

    def run(*arguments: str, timeout: float = 300) -> subprocess.CompletedProcess:
        return subprocess.run(
            [*KAM, *map(str, arguments)], capture_output=True, text=True, timeout=timeout, cwd=tmp_path, check=False
        )

    return run


@pytest.fixture(scope="session")
def finished_run(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The folder of a run of a small generated company, made once for all workers; read it, do not change it."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "finished"
    out = folder / "small"
    with FileLock(f"{folder}.lock"):
        if not (out / "index.html").exists():
            folder.mkdir(exist_ok=True)
            file = folder / "small.yaml"
            file.write_text(json.dumps(SMALL_RUN | {"out": str(out)}), encoding="utf-8")
            done = subprocess.run(
                [*KAM, "run", str(file)], capture_output=True, text=True, timeout=300, cwd=folder, check=False
            )
            assert done.returncode == 0, done.stdout + done.stderr
    return out


@pytest.fixture
def own_run(finished_run: Path, tmp_path: Path) -> tuple[Path, Path]:
    """A copy of the finished run to change: its run file and its folder."""
    out = tmp_path / "small"
    shutil.copytree(finished_run, out)
    file = tmp_path / "small.yaml"
    file.write_text(json.dumps(SMALL_RUN | {"out": str(out)}), encoding="utf-8")
    return file, out


def read_manifest(folder: Path) -> dict:
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def blocks_of(folder: Path, entry: dict) -> list[dict]:
    """The blocks in the outputs of a report's executed notebook."""
    notebook = nbformat.read(folder / entry["executed"], as_version=4)
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    return [output["data"][BLOCK_MIME] for output in outputs if BLOCK_MIME in output.get("data", {})]


CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
]  # fmt: skip


def find_chromium() -> str:
    """The path of a Chromium, or a skip that says why."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("no Chromium on this machine")
    return found
