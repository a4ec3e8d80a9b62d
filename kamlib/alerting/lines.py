"""Files of JSON lines that are only ever appended, under a lock: what the logs of alerts and of actions share.

A line that a crash cut short stays a line of its own, which readers pass over.
"""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from kamlib.errors import DataError, Fault

LOCK_SECONDS = 60


def append(path: Path, entries: Sequence[dict[str, Any]]) -> None:
    """Add lines in one write that is on the disk when this returns; call it while `locked`."""
    if not entries:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(entry, ensure_ascii=False, sort_keys=True) + "\n" for entry in entries)
    with path.open("ab+") as stream:
        end = stream.seek(0, os.SEEK_END)
        if end:
            stream.seek(end - 1)
            text = text if stream.read(1) == b"\n" else "\n" + text  # what a crash cut short stays a line of its own
        stream.write(text.encode())
        stream.flush()
        os.fsync(stream.fileno())


@contextmanager
def locked(path: Path, part: str = "", kind: str = "alert_log") -> Iterator[None]:
    """Hold the log (or a named part of its work) alone, against other processes, too.

    Raises
    ------
    DataError
        Another run holds it for longer than `LOCK_SECONDS`, or the place cannot be written to.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path.with_name(f".{path.name}{part}.lock"), timeout=LOCK_SECONDS)
        lock.acquire()
    except Timeout as error:
        raise DataError(Fault(kind, str(path), "Another run holds it; wait for it to end.")) from error
    except OSError as error:
        raise DataError(Fault(kind, str(path), f"Give a place that can be written to. ({error})")) from error
    try:
        yield
    finally:
        lock.release()


def read_lines(path: Path, kind: str = "alert_log") -> list[str]:
    """The lines of a log that say anything; an absent one has none.

    Raises
    ------
    DataError
        A file that cannot be read.
    """
    try:
        return [line for line in path.read_text(encoding="utf-8", errors="replace").split("\n") if line.strip()]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise DataError(Fault(kind, str(path), f"Give a readable file. ({error.strerror})")) from error
