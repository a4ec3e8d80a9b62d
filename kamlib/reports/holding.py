"""One run at a time in a folder: who holds it is told, and a lock that a dead run has left binds nobody."""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from kamlib.errors import DataError, Fault

LOCK = ".run.lock"
HOLDER = ".run.holder.json"


@contextmanager
def held(folder: Path, run: str, moment: str) -> Iterator[None]:
    """Hold a run's folder while reports are made in it.

    The system lets go of the lock when its process ends, however it ends.

    Raises
    ------
    DataError
        Another run holds the folder: which, since when, and as which process.
    """
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        remedy = "Wait until it has ended, end it, or choose another folder with --out."
        raise DataError(Fault("out", f"{folder} is held by {_holder(folder)}", remedy)) from error
    try:
        facts = {"run": run, "process": os.getpid(), "host": socket.gethostname(), "since": moment}
        (folder / HOLDER).write_text(json.dumps(facts), encoding="utf-8")
        yield
    finally:
        (folder / HOLDER).unlink(missing_ok=True)
        lock.release()


def _holder(folder: Path) -> str:
    try:
        facts = json.loads((folder / HOLDER).read_text(encoding="utf-8"))
        return f"run {facts['run']}, process {facts['process']} on {facts['host']}, since {facts['since']}"
    except (OSError, ValueError, KeyError):
        return "another run"
