"""Whose process is whose: what a report has started goes with it, even what has left its group or session.

An orphan goes to the nearest ancestor that asked for orphans, so a report keeps its own, and the run takes what a
killed report has left. What outlives a killed run still carries the run's folder in its environment. Linux only;
elsewhere nothing is found.
"""

import contextlib
import ctypes
import multiprocessing
import os
import signal
import sys
from pathlib import Path

MARK = "KAM_RUN_FOLDER"
SET_PARENT_DEATH_SIGNAL, SET_CHILD_SUBREAPER = 1, 36


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends."""
    _prctl(SET_CHILD_SUBREAPER, 1)


def die_with_parent() -> None:
    """End when the process this one was forked from ends: a killed run leaves no report behind that still writes."""
    own = multiprocessing.parent_process()
    if own is None or own.pid == os.getppid():
        return  # spawned: the system would watch a thread of the parent, not the parent
    _prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)


def mark(folder: Path) -> None:
    """From here on, what this process starts carries the folder of the run."""
    os.environ[MARK] = str(folder.resolve())


def end_descendants(of: int, but: frozenset[int] = frozenset()) -> list[int]:
    """Kill every descendant of a process, apart from `but` and what these have started; returns who was killed."""
    killed: list[int] = []
    for _ in range(50):  # what forks while it is looked for is found the next time
        children = _children()
        found, front = [], [child for child in children.get(of, []) if child not in but]
        while front:
            found += front
            front = [grandchild for child in front for grandchild in children.get(child, [])]
        found = [pid for pid in found if pid not in killed]
        if not found:
            break
        for pid in found:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        killed += found
    if of == os.getpid():
        for pid in killed:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)
    return killed


def children_of(pid: int) -> frozenset[int]:
    """The processes that have this one as parent."""
    return frozenset(_children().get(pid, []))


def end_marked(folder: Path) -> None:
    """Kill what a dead run of this folder has left; call it only while holding the folder."""
    wanted = f"{MARK}={folder.resolve()}".encode()
    family = _ancestry(os.getpid())
    for pid in _every_process():
        try:
            environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if wanted in environment and not family & _ancestry(pid, until=os.getpid()) and pid not in family:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)


def _ancestry(pid: int, until: int = 0) -> set[int]:
    """A process and its ancestors; with `until`, only that one if it is among them."""
    found, parents = set(), {child: parent for parent, group in _children().items() for child in group}
    while pid and pid not in found:
        found.add(pid)
        pid = parents.get(pid, 0)
    return found & {until} if until else found


def _children() -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for pid in _every_process():
        try:
            text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        found.setdefault(int(text.rpartition(")")[2].split()[1]), []).append(pid)
    return found


def _every_process() -> list[int]:
    try:
        return [int(name) for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return []


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)
