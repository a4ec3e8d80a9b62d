"""One report, made in a process of its own: run the notebook, render it, put the files in place."""

import hashlib
import logging
import os
import resource
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import papermill
from papermill.exceptions import PapermillExecutionError

from kamlib.reports.document import Document, document_of
from kamlib.reports.html import html_of
from kamlib.reports.pdf import pdf_of
from kamlib.reports.plan import Task
from kamlib.settings import HOUSE

STANDARD_ENGINE = None  # papermill's own


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
        Seconds of each step.
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
    started = time.perf_counter()
    limit_memory(memory_mib)
    logging.getLogger("papermill").setLevel(logging.ERROR)
    executed = Path(folder) / "executed" / f"{task.stem}.ipynb"
    executed.parent.mkdir(parents=True, exist_ok=True)
    partial = executed.with_name(f".{executed.name}.{os.getpid()}")
    parts: dict[str, float] = {}
    try:
        os.chdir(HOUSE)
        notebook = papermill.execute_notebook(
            nbformat.read(task.notebook_path, as_version=4),
            None,
            parameters=task.parameters,
            progress_bar=False,
            engine_name="kam" if engine == "kam" else STANDARD_ENGINE,
            kernel_name="python3",
            cwd=str(HOUSE),
            request_save_on_cell_execute=False,
        )
        parts["execute"] = time.perf_counter() - started
        notebook.metadata["kamlib"] = stamp | {"notebook": task.notebook, "key": task.hash}
        document = document_of(notebook, task.name)
        files = {"ipynb": _place(executed, partial, nbformat.writes(notebook).encode())}
        html = html_of(document)
        parts["html"] = time.perf_counter() - started - sum(parts.values())
        pdf = pdf_of(document)
        parts["pdf"] = time.perf_counter() - started - sum(parts.values())
        target = Path(folder) / task.stem
        target.parent.mkdir(parents=True, exist_ok=True)
        for suffix, content in (("html", html.encode()), ("pdf", pdf)):
            path = target.with_name(f"{target.name}.{suffix}")
            files[suffix] = _place(path, path.with_name(f".{path.name}.{os.getpid()}"), content)
    except PapermillExecutionError as error:
        return Outcome("failed", _reason(error), time.perf_counter() - started, parts=parts)
    except MemoryError:
        return Outcome(
            "failed", f"needed more than {memory_mib} MiB of memory", time.perf_counter() - started, parts=parts
        )
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        reason = f"{type(error).__name__}: {' '.join(str(error).split())[:300]} ({Path(where.filename).name}, line {where.lineno})"
        return Outcome("failed", reason, time.perf_counter() - started, parts=parts)
    finally:
        partial.unlink(missing_ok=True)
    return Outcome("made", "", time.perf_counter() - started, files, facts_of(document), parts)


def limit_memory(mib: int) -> None:
    """Let this process allocate at most `mib` more than it has: a report that eats memory fails alone."""
    with open("/proc/self/status", encoding="ascii") as status:
        now = next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmData:"))
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (now + mib * 2**20, hard))


def facts_of(document: Document) -> dict[str, Any]:
    """The finding, the money behind it, the level, and every figure of the strip by its key."""
    facts: dict[str, Any] = {"figures": {}, "changes": {}}
    for block in document.blocks:
        if block["block"] == "heading" and "finding" not in facts:
            facts |= {name: block[name] for name in ("title", "finding", "finding_value", "level", "decision")}
        elif block["block"] == "kpis":
            facts["figures"] |= {item["key"]: item["value"] for item in block["items"]}
            facts["changes"] |= {item["key"]: item["change"] for item in block["items"] if item["change"] is not None}
    return facts


def _place(path: Path, partial: Path, content: bytes) -> str:
    """Write beside and move into place, so that no half-written file is ever seen."""
    partial.write_bytes(content)
    os.replace(partial, path)
    return hashlib.sha256(content).hexdigest()


def _reason(error: PapermillExecutionError) -> str:
    message = " ".join(str(error.evalue).split())[:300]
    return (
        f"cell {error.exec_count}: {error.ename}: {message}" if message else f"cell {error.exec_count}: {error.ename}"
    )
