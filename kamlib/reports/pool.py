"""Reports in parallel, each in a fresh process forked from a warmed one, with a limit of time and memory.

No process serves two reports: a crash, a leak or a kill takes its own report alone, and nothing of one
client can reach another's page.
"""

import multiprocessing
import multiprocessing.forkserver
import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, wait
from concurrent.futures import TimeoutError as FutureTimeout
from multiprocessing import resource_tracker
from multiprocessing.forkserver import ensure_running
from pathlib import Path
from typing import Any

import pebble
from pebble import ProcessExpired

from kamlib.reports.kin import adopt_orphans, children_of, end_descendants, mark
from kamlib.reports.making import Outcome, make_report
from kamlib.reports.plan import Task

WARM = "kamlib.reports.warm"
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",  # Arrow's jemalloc starts a thread at import otherwise
    "MPLBACKEND": "agg",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}


class Pool:
    """Starts reports, at most `workers` at a time.

    Parameters
    ----------
    workers : int
        Processes at a time.
    timeout : float
        Seconds after which a report is stopped.
    """

    def __init__(self, workers: int, timeout: float) -> None:
        self.workers, self.timeout = workers, timeout
        self._context: Any = None

    def warm_up(self, folder: Path) -> None:
        """Start the process that reports are forked from; it loads what they need while this one goes on."""
        if self._context is not None:
            return
        os.environ.update(ONE_THREAD)
        mark(folder)
        self._context = multiprocessing.get_context(_start_method())
        if self._context.get_start_method() == "forkserver":
            self._context.set_forkserver_preload(["__main__", WARM])
            ensure_running()

    def run(
        self, tasks: list[Task], folder: str, engine: str, memory_mib: int, stamp: Callable[[Task], dict[str, Any]]
    ) -> Iterator[tuple[Task, Outcome]]:
        """Make the reports of `tasks`; yields each with its outcome as soon as it is there."""
        if not tasks:
            return
        self.warm_up(Path(folder))
        self._check_warmth()
        adopt_orphans()
        own = children_of(os.getpid())
        waiting, again = list(reversed(tasks)), set()
        running: dict[Any, Task] = {}
        start = pebble.concurrent.process(timeout=self.timeout, context=self._context)(make_report)
        try:
            while waiting or running:
                while waiting and len(running) < self.workers:
                    task = waiting.pop()
                    running[start(task, folder, engine, memory_mib, stamp(task))] = task
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    task = running.pop(future)
                    self._end_orphans(own)
                    if self._taken_away(future) and task.stem not in again:
                        again.add(task.stem)
                        waiting.append(task)
                    else:
                        yield task, self._outcome(future)
        finally:
            for future in running:
                future.cancel()
            patience = time.monotonic() + 3.0
            while running and multiprocessing.active_children() and time.monotonic() < patience:
                time.sleep(0.05)
            self._end_orphans(own)

    def call(self, function: Callable[..., None], folder: Path, timeout: float, *arguments: Any) -> str:
        """Run a function in a process forked from the warmed one; returns what went wrong, empty for nothing."""
        self.warm_up(folder)
        future = pebble.concurrent.process(timeout=timeout, context=self._context)(function)(*arguments)
        try:
            future.result()
            return ""
        except FutureTimeout:
            return f"stopped after {timeout:g} seconds"
        except ProcessExpired as error:
            return f"its process ended by itself ({_exit_words(error.exitcode)})"
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        finally:
            future.cancel()

    def _taken_away(self, future: Any) -> bool:
        """Whether the system took a report's process away: no fault of its notebook, so it is made once more."""
        error = future.exception()
        return isinstance(error, ProcessExpired) and error.exitcode == -signal.SIGKILL

    def _end_orphans(self, own: frozenset[int]) -> None:
        """Kill what ended reports have left running: it has come to this process, beside its own children."""
        ours = {process.pid for process in multiprocessing.active_children()}
        server = getattr(multiprocessing.forkserver._forkserver, "_forkserver_pid", None)
        tracker = getattr(resource_tracker._resource_tracker, "_pid", None)
        end_descendants(os.getpid(), own | ours | {server, tracker})

    def _outcome(self, future: Any) -> Outcome:
        try:
            return future.result()
        except FutureTimeout:
            return Outcome("failed", f"stopped after {self.timeout:g} seconds", self.timeout)
        except ProcessExpired as error:
            return Outcome("failed", f"its process ended by itself ({_exit_words(error.exitcode)})")
        except Exception as error:
            return Outcome("failed", f"{type(error).__name__}: {error}")

    def _check_warmth(self) -> None:
        """Ask one forked process whether the warming worked; else start each report's process afresh."""
        if self._context.get_start_method() != "forkserver":
            return
        probe = pebble.concurrent.process(timeout=120, context=self._context)(probe_warmth)
        forked_warm, threads = probe().result()
        if not forked_warm or threads != 1:
            self._context = multiprocessing.get_context("spawn")


def probe_warmth() -> tuple[bool, int]:
    """Whether this process was forked from a warmed one, and how many threads that one had."""
    import sys

    loaded = WARM in sys.modules
    from kamlib.reports import warm

    return loaded and os.getpid() != warm.PID, warm.THREADS


def _start_method() -> str:
    return "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"


def _exit_words(code: int | None) -> str:
    return f"killed by signal {-code}" if code is not None and code < 0 else f"exit code {code}"
