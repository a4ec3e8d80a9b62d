"""The snapshot that a run or a notebook opens: the one that is there if nothing has changed, else a new one."""

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kamlib.errors import DataError, Fault
from kamlib.ledger.snapshot import SNAPSHOT_FILE, Snapshot, open_snapshot
from kamlib.runs.building import (
    build_snapshot,
    describe_again,
    gather_files,
    key_of,
    snapshot_key,
    write_figures,
)
from kamlib.runs.run import Run, load_run
from kamlib.settings import check_day, check_texts, house_path


def load_snapshot(source: str, as_of: str | None = None) -> Snapshot:
    """The ledger as a notebook opens it.

    Parameters
    ----------
    source : str
        The folder of a snapshot, or a run of ``params/`` by name or path, whose ledger is then read first
        if that has not been done yet.
    as_of : str or None
        An earlier day than the snapshot's own, as 2026-06-30; "" for none.

    Raises
    ------
    DataError
        Nothing of that name, or faults in the run or its ledger.
    """
    check_texts(source=source)
    day = check_day("as_of", as_of)
    folder = house_path(source)
    if not (folder / SNAPSHOT_FILE).is_file():
        run = load_run(source)
        folder = run.folder / "snapshot"
        with prepared_snapshot(run) as prepared:
            keep_snapshot(prepared, folder)
    snapshot = open_snapshot(folder)
    return snapshot.as_of(day) if day else snapshot


def action_log_of(source: str) -> Path:
    """The action log of a run, by the `source` that its notebooks get: a run's name or the folder of its snapshot."""
    folder = house_path(source)
    if (folder / SNAPSHOT_FILE).is_file():
        place = folder.resolve().parent
        return place.parent / f"{place.name}.actions.jsonl"
    return load_run(source).action_log


@contextmanager
def prepared_snapshot(run: Run) -> Iterator[Path]:
    """The folder of the run's snapshot: the one that is there if nothing has changed, else a new one aside.

    The new one is thrown away unless `keep_snapshot` moves it to its place.

    Raises
    ------
    DataError
        Whatever is wrong with the ledger; then nothing is written.
    """
    kept = run.folder / "snapshot"
    parent = _existing_parent(run.folder)
    _sweep_aside(parent)
    with tempfile.TemporaryDirectory(prefix=f"{_aside_prefix(os.getpid())}", dir=parent) as aside:
        target = Path(aside) / "snapshot"
        if run.ledger.figures:
            write_figures(run, target)
            yield target
            return
        files, profile = (None, None) if run.ledger.sample else gather_files(run, Path(aside))
        key = snapshot_key(run, profile, files)
        if key_of(kept) == key:
            describe_again(kept, target, run)
            yield target if target.is_dir() else kept
            return
        build_snapshot(run, profile, files, target, key)
        if files is not None and snapshot_key(run, profile, files) != key:
            remedy = "Let the export come to its end, then run again: figures from two states of a file would be wrong."
            raise DataError(Fault("ledger", f"{run.source} changed while it was read", remedy))
        yield target


def keep_snapshot(prepared: Path, place: Path) -> None:
    """Move a prepared snapshot to its place; what was there is replaced as a whole."""
    old = place.with_name(f".{place.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if prepared == place:
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists():
        os.replace(place, old)
    os.replace(prepared, place)
    shutil.rmtree(old, ignore_errors=True)


def _aside_prefix(pid: int | str) -> str:
    return f"kam-{socket.gethostname()}-{pid}-"


def _sweep_aside(parent: Path) -> None:
    """Take away what runs of this machine that are dead have left aside."""
    for folder in parent.glob(_aside_prefix("*") + "*"):
        pid = folder.name.removeprefix(_aside_prefix("")[:-1]).split("-")[0]
        if pid.isdigit() and not Path(f"/proc/{pid}").exists() and Path("/proc/self").exists():
            shutil.rmtree(folder, ignore_errors=True)


def _existing_parent(folder: Path) -> Path:
    """The nearest folder above that is there: on the same disk, so that a move is atomic."""
    return next(parent for parent in folder.resolve().parents if parent.is_dir())
