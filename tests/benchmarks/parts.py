"""Where the time of a report goes: ``python tests/benchmarks/parts.py [--top 3] [notebook …]``.

A row a notebook of the demo, in seconds of the processor, each report in a fork of one warmed process as a run makes
it: reading the snapshot's tables, analysing, drawing (plots built, then written as SVG), the rest of the cells
(engine, blocks as JSON and HTML), saving the notebook, HTML, PDF.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from kamlib.reports.pool import ONE_THREAD

COLUMNS = ("read", "analyse", "plot", "svg", "cells", "save", "html", "pdf")


def main() -> None:
    """Make the demo for a few clients, then each of its notebooks once more, taken apart."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("notebooks", nargs="*")
    reader.add_argument("--top", type=int, default=2, help="clients of the demo; one report a notebook is measured")
    asked = reader.parse_args()
    os.environ.update(ONE_THREAD)
    from kamlib.ledger.snapshot import open_snapshot
    from kamlib.reports import warm
    from kamlib.reports.plan import check_request, plan_tasks
    from kamlib.runs import Selection, load_run

    with tempfile.TemporaryDirectory(prefix="kam-parts-") as scratch:
        run = load_run("demo").model_copy(update={"out": f"{scratch}/demo", "clients": Selection(top=asked.top)})
        command = [sys.executable, "-m", "kamlib", "run", "demo", "--top", str(asked.top), "--out", str(run.folder)]
        subprocess.run(command, check=True, capture_output=True)
        notebooks, policy, _ = check_request(run)
        assert policy is not None
        tasks = plan_tasks(run, notebooks, open_snapshot(run.folder / "snapshot"), policy, "kam")
        assert warm.THREADS >= 1
        print("notebook | " + " | ".join(COLUMNS) + " | all")
        for task in {task.notebook: task for task in tasks}.values():
            if not asked.notebooks or task.notebook in asked.notebooks:
                in_a_fork(lambda task=task: take_apart(task))


def in_a_fork(work: Callable[[], None]) -> None:
    """Do the work in a copy of this process, as each report of a run is made."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            work()
            sys.stdout.flush()
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(pid, 0)
    assert status == 0


def take_apart(task: Any) -> None:
    """Make one report with a clock around each of its parts."""
    import nbformat
    import papermill

    from kamlib import blocks, plots
    from kamlib.ledger import snapshot
    from kamlib.reports.document import document_of
    from kamlib.reports.html import html_of
    from kamlib.reports.pdf import pdf_of
    from kamlib.settings import HOUSE

    spent: Counter[str] = Counter()
    for name in ("read", "read_row_groups"):
        clocked(snapshot.pq.ParquetFile, name, "read", spent)
    for name in dir(plots):
        if name.startswith("plot_"):
            clocked(plots, name, "plot", spent)
    clocked(blocks.FigureCanvasSVG, "print_svg", "svg", spent)
    clocked(blocks.Block, "_repr_mimebundle_", "cells", spent)
    marks = [time.process_time()]
    executed = papermill.execute_notebook(
        nbformat.read(task.notebook_path, as_version=4), None, task.parameters, progress_bar=False, engine_name="kam",
        kernel_name="python3", language="python", cwd=str(HOUSE), request_save_on_cell_execute=False,
    )  # fmt: skip
    marks.append(time.process_time())
    nbformat.writes(executed)
    marks.append(time.process_time())
    document = document_of(executed, task.name)
    html_of(document)
    marks.append(time.process_time())
    pdf_of(document)
    marks.append(time.process_time())
    whole = marks[1] - marks[0]
    spent["analyse"] = whole - sum(spent.values())
    spent |= Counter({name: marks[i + 2] - marks[i + 1] for i, name in enumerate(("save", "html", "pdf"))})
    print(
        f"{task.notebook} | " + " | ".join(f"{spent[name]:.3f}" for name in COLUMNS) + f" | {marks[-1] - marks[0]:.3f}"
    )


def clocked(owner: Any, name: str, part: str, spent: Counter[str]) -> None:
    """Count the processor's seconds of a function, without those of what it calls that is counted, too."""
    work = getattr(owner, name)

    def measured(*given: Any, **named: Any) -> Any:
        before, inner = time.process_time(), sum(spent.values())
        try:
            return work(*given, **named)
        finally:
            spent[part] += time.process_time() - before - (sum(spent.values()) - inner)

    setattr(owner, name, measured)


if __name__ == "__main__":
    main()
