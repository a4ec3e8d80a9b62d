"""How fast reports are made, as ratios within one run on this machine: ``make bench``.

Each line begins with its ratio. Nothing here is a test: a noisy machine moves both sides of a ratio.
"""

import ast
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kamlib.ledger.snapshot import open_snapshot
from kamlib.reports.plan import Task, check_request, plan_tasks
from kamlib.reports.pool import ONE_THREAD, Pool
from kamlib.runs import Run, load_run

WORKERS = 2
BASELINE_REPORTS = 8
CHROMIUM = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--no-pdf-header-footer",
]  # fmt: skip


def planned(scratch: Path) -> tuple[Run, list[Task]]:
    """The demo, made once by its command into a scratch folder and then planned again."""
    run = load_run("demo").model_copy(update={"out": str(scratch / "demo")})
    seconds = [timed_command("run", "demo", "--out", str(run.folder)) for _ in range(2)]
    print(
        f"{seconds[0] / seconds[1]:.1f}× the time of an unchanged run: {seconds[0]:.1f} s the whole demo, {seconds[1]:.1f} s unchanged"
    )
    notebooks, policy, faults = check_request(run)
    assert not faults, faults
    return run, plan_tasks(run, notebooks, open_snapshot(run.folder / "snapshot"), policy, "kam")


def timed_command(*arguments: str) -> float:
    """Seconds of one ``kam`` command as a whole process."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "kamlib", *arguments], check=True, capture_output=True)
    return time.perf_counter() - started


def ours(tasks: list[Task], folder: Path, workers: int, pool: Pool) -> float:
    """Seconds a report by our pool, which is warm."""
    pool.workers = workers
    started = time.perf_counter()
    outcomes = [outcome for _, outcome in pool.run(tasks, str(folder), "kam", 2048, lambda _: {"as_of": "2026-09-30"})]
    assert {outcome.status for outcome in outcomes} == {"made"}, outcomes
    return (time.perf_counter() - started) / len(tasks)


def conventional(task: Task, folder: Path, chromium: str) -> None:
    """One report by papermill, nbconvert and a printing Chromium, as their commands."""
    stem = folder / task.stem.replace("/", "-")
    options = [part for name, value in task.parameters.items() for part in ("-r", name, str(value))]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": True}
    subprocess.run(
        [sys.executable, "-m", "papermill", task.notebook_path, f"{stem}.ipynb", *options, "-k", "python3"], **quiet
    )
    subprocess.run(
        [sys.executable, "-m", "jupyter", "nbconvert", "--to", "html", "--no-input", f"{stem}.ipynb"], **quiet
    )
    profile = f"{stem}.profile"
    command = [
        chromium,
        *CHROMIUM,
        f"--user-data-dir={profile}",
        f"--print-to-pdf={stem}.pdf",
        Path(f"{stem}.html").as_uri(),
    ]
    subprocess.run(command, **quiet)
    assert Path(f"{stem}.pdf").stat().st_size > 1000


def plain_script(tasks: list[Task], folder: Path) -> float:
    """Seconds a report for the same cells as a plain script in this warm process, and the same rendering."""
    import nbformat

    from kamlib.blocks import BLOCK_MIME
    from kamlib.reports import warm  # noqa: F401 - loads and uses everything once
    from kamlib.reports.document import Document, _paired
    from kamlib.reports.html import html_of
    from kamlib.reports.pdf import pdf_of

    def make(task: Task) -> None:
        names: dict = {}
        blocks = []
        for cell in nbformat.read(task.notebook_path, as_version=4).cells:
            if cell.cell_type == "markdown" and cell.source.startswith("## "):
                blocks.append({"block": "section", "title": cell.source[3:]})
            if cell.cell_type != "code":
                continue
            tree = ast.parse(cell.source)
            shown = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
            exec(compile(tree, "cell", "exec"), names)
            if "parameters" in cell.metadata.get("tags", []):
                names |= task.parameters
            if shown is not None:
                value = eval(compile(ast.Expression(shown.value), "cell", "eval"), names)
                blocks.append(value._repr_mimebundle_()[BLOCK_MIME])
        document = Document(task.name, _paired(blocks))
        (folder / "plain.html").write_text(html_of(document), encoding="utf-8")
        (folder / "plain.pdf").write_bytes(pdf_of(document))

    make(tasks[1])
    started = time.perf_counter()
    for task in tasks:
        make(task)
    return (time.perf_counter() - started) / len(tasks)


def main() -> None:
    """Measure and print."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    print(
        f"Python {platform.python_version()} on {platform.machine()}, {os.cpu_count()} processors, {WORKERS} reports at a time"
    )
    with tempfile.TemporaryDirectory(prefix="kam-bench-") as name:
        scratch = Path(name)
        run, tasks = planned(scratch)
        started = time.perf_counter()
        pool = Pool(WORKERS, 120)
        pool.warm_up()
        ours(tasks[:WORKERS], run.folder, WORKERS, pool)
        start_up = time.perf_counter() - started
        own = [ours(tasks, run.folder, WORKERS, pool)]
        if chromium is None:
            print("no Chromium on this machine: the conventional way cannot be measured")
        else:
            few = tasks[:BASELINE_REPORTS]
            started = time.perf_counter()
            with ThreadPoolExecutor(WORKERS) as threads:
                list(threads.map(lambda task: conventional(task, scratch, chromium), few))
            other = (time.perf_counter() - started) / len(few)
            own.append(ours(tasks, run.folder, WORKERS, pool))
            mean = sum(own) / len(own)
            print(
                f"{other / mean:.1f}× the reports a minute of papermill + nbconvert + Chromium: {60 / mean:.0f} against "
                f"{60 / other:.1f} ({mean:.3f} s against {other:.2f} s a report; {len(tasks)} and {len(few)} reports)"
            )
            whole = (start_up + mean * len(tasks)) / len(tasks)
            print(
                f"{other / whole:.1f}× the same for a run of {len(tasks)} reports with our start-up of {start_up:.1f} s counted in"
            )
        single = ours(tasks, run.folder, 1, pool)
        os.environ.update(ONE_THREAD)
        script = plain_script(tasks, scratch)
        print(
            f"{single / script:.2f}× the time of the same cells as a plain script in one warm process, rendering in both: "
            f"{single:.3f} s against {script:.3f} s a report, one at a time"
        )


if __name__ == "__main__":
    main()
