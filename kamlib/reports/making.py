"""One report, made in a process of its own: run the notebook, render it, put the files in place."""

import hashlib
import logging
import multiprocessing
import os
import resource
import shutil
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat

from kamlib.language import use_language
from kamlib.reports.document import Document, document_of, narrowed
from kamlib.reports.html import html_of
from kamlib.reports.kin import adopt_orphans, die_with_parent, end_descendants, end_marked
from kamlib.reports.pdf import pdf_of
from kamlib.reports.plan import Task
from kamlib.settings import HOUSE

WORK_PREFIX = ".making-"


@dataclass(frozen=True)
class Outcome:
    """What became of a task.

    Attributes
    ----------
    status : str
        ``made`` or ``failed``.
    reason : str
        Why it failed, in one line.
    files : dict
        Suffix → SHA-256 of each file that was written.
    facts : dict
        The heading's finding and every figure of the strip, for the index page and the last screen.
    parts : dict
        Seconds of the processor of each step: ``start`` since the process began, ``execute``, ``html``, ``pdf``, ``place``.
    """

    status: str
    reason: str = ""
    seconds: float = 0.0
    files: dict[str, str] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    parts: dict[str, float] = field(default_factory=dict)


def make_report(task: Task, folder: str, engine: str, memory_mib: int, stamp: dict[str, Any]) -> Outcome:
    """Run and render one report.

    Parameters
    ----------
    task : Task
    folder : str
        The run's folder.
    engine : str
        ``kam``, or ``standard`` for papermill's own with a kernel.
    memory_mib : int
        What this process may allocate beyond what it has now.
    stamp : dict
        What goes into the report's footer and provenance: run, as_of, data hash, versions.
    """
    clock = _Clock()
    if os.getpgrp() != os.getpid() and multiprocessing.parent_process() is not None:
        os.setpgid(0, 0)  # Ctrl-C at the terminal reaches the run alone, which then ends its reports
    die_with_parent()
    adopt_orphans()
    limit_memory(memory_mib)
    use_language(stamp["lang"])
    logging.getLogger("papermill").setLevel(logging.ERROR)
    root = Path(folder)
    work = root / f"{WORK_PREFIX}{os.getpid()}"
    work.mkdir(parents=True)
    places = {"ipynb": root / "executed" / f"{task.stem}.ipynb"}
    places |= {suffix: root / f"{task.stem}.{suffix}" for suffix in ("html", "pdf")}
    clock.mark("start")
    try:
        document = _run_and_render(task, engine, work, stamp, clock)
        files = {suffix: _put(work / f"report.{suffix}", place) for suffix, place in places.items()}
        clock.mark("place")
    except Exception as error:
        if (work / "report.ipynb").exists():
            _put(work / "report.ipynb", places["ipynb"])
        return Outcome("failed", _reason(error, memory_mib), clock.total, parts=clock.parts)
    finally:
        shutil.rmtree(work, ignore_errors=True)
        end_descendants(os.getpid())
    return Outcome("made", "", clock.total, files, facts_of(document), clock.parts)


def _run_and_render(task: Task, engine: str, work: Path, stamp: dict[str, Any], clock: "_Clock") -> Document:
    """Leave ``report.ipynb``, ``report.html`` and ``report.pdf`` in `work`; the notebook also when a cell raised."""
    import papermill  # here, as the run itself never needs it; the warmed process has it

    own = os.getpid()
    os.chdir(work)  # papermill fills braces in a path with parameters, so it gets one without any
    try:
        notebook = papermill.execute_notebook(
            nbformat.read(task.notebook_path, as_version=4),
            "report.ipynb",
            parameters=task.parameters,
            progress_bar=False,
            engine_name="kam" if engine == "kam" else None,
            kernel_name="python3",
            language="python",
            cwd=str(HOUSE),
            request_save_on_cell_execute=False,
        )
    finally:
        if os.getpid() != own:
            os._exit(0)  # a cell has forked: the copy makes no second report
    clock.mark("execute")
    in_force = narrowed(stamp.get("in_force", {}), notebook)
    notebook.metadata["kamlib"] = (
        stamp | {"in_force": in_force} | {"notebook": task.notebook, "key": task.hash, "depends_on": task.key}
    )
    (work / "report.ipynb").write_text(nbformat.writes(notebook), encoding="utf-8")
    document = document_of(notebook, task.name)
    (work / "report.html").write_text(html_of(document), encoding="utf-8")
    clock.mark("html")
    (work / "report.pdf").write_bytes(pdf_of(document))
    clock.mark("pdf")
    return document


def sweep(folder: Path) -> None:
    """Take away what killed reports and killed runs have left behind; call it while holding the folder."""
    end_marked(folder)
    for work in folder.glob(f"{WORK_PREFIX}*"):
        shutil.rmtree(work, ignore_errors=True)
    for partial in folder.glob(".*.*"):
        if partial.is_file() and partial.suffix[1:].isdigit():  # as `put_file` names what is not whole yet
            partial.unlink(missing_ok=True)


class _Clock:
    """Seconds since the start, and of the processor for each step."""

    def __init__(self) -> None:
        self._started, self._last = time.perf_counter(), 0.0
        self.parts: dict[str, float] = {}

    def mark(self, step: str) -> None:
        """End a step here."""
        now = time.process_time()
        self.parts[step], self._last = now - self._last, now

    @property
    def total(self) -> float:
        """Seconds so far."""
        return time.perf_counter() - self._started


def limit_memory(mib: int) -> None:
    """Let this process allocate at most `mib` more than it has: a report that eats memory fails alone."""
    with open("/proc/self/status", encoding="ascii") as status:
        now = next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmData:"))
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (now + mib * 2**20, hard))


def facts_of(document: Document) -> dict[str, Any]:
    """The finding, the money behind it, the level, who acts first and by when, and every figure of the strip by its key."""
    facts: dict[str, Any] = {"figures": {}, "changes": {}, "histories": {}, "strip": []}
    for block in document.blocks:
        if block["block"] == "heading" and "finding" not in facts:
            facts |= {
                name: block[name]
                for name in ("title", "finding", "finding_value", "finding_label", "level", "level_word", "decision")
            }
        elif block["block"] == "kpis":
            facts["figures"] |= {item["key"]: item["value"] for item in block["items"]}
            facts["changes"] |= {item["key"]: item["change"] for item in block["items"] if item["change"] is not None}
            facts["histories"] |= {item["key"]: item["history"] for item in block["items"] if item["history"]}
            facts["strip"] += [
                {name: item[name] for name in ("label", "text", "note", "tone")} for item in block["items"]
            ]
        elif block["block"] == "actions" and block["items"] and "first" not in facts:
            facts["first"] = {name: block["items"][0][name] for name in ("owner", "by")}
    return facts


def _put(made: Path, place: Path) -> str:
    """Move a whole file into its place, so that no half-written one is ever seen there; returns its SHA-256."""
    place.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(made.read_bytes()).hexdigest()
    os.replace(made, place)
    return digest


def _reason(error: Exception, memory_mib: int) -> str:
    """Why a report failed, in one line."""
    from papermill.exceptions import PapermillExecutionError

    if isinstance(error, PapermillExecutionError):
        message = " ".join(str(error.evalue).split())[:300]
        limit = f" (limit {memory_mib:,} MiB)" if error.ename == "MemoryError" else ""
        return f"cell {error.exec_count}: {error.ename}{limit}" + (f": {message}" if message else "")
    if isinstance(error, MemoryError):
        return f"needed more than {memory_mib} MiB of memory"
    where = traceback.extract_tb(error.__traceback__)[-1]
    message = " ".join(str(error).split())[:300]
    return f"{type(error).__name__}: {message} ({Path(where.filename).name}, line {where.lineno})"
