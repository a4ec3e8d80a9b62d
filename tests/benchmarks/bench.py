"""How fast reports are made, as ratios within one run on this machine: ``make bench``.

Each line begins with its ratio. Seconds are of the processor, so that other work on the machine counts little; where
the clock is meant, it is said. Nothing here is a test: a noisy machine moves both sides of a ratio.
"""

import argparse
import ast
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from kamlib.ledger.snapshot import open_snapshot
from kamlib.reports.keeping import keep_portfolio
from kamlib.reports.making import WORK_PREFIX, Outcome
from kamlib.reports.plan import Task, check_request, plan_tasks
from kamlib.reports.pool import ONE_THREAD, Pool
from kamlib.runs import Run, Selection, keep_snapshot, load_run, parse_run, prepared_snapshot

WORKERS = 2
OWN_LINES = 2_000  # of a client whose reports are compared at several sizes of the ledger
BY_CLIENT = ("client/credit_review", "client/client_profile")
CHROMIUM = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--no-pdf-header-footer",
]  # fmt: skip


def planned(scratch: Path, top: int) -> tuple[Run, list[Task]]:
    """The demo, made once by its command into a scratch folder and then planned again."""
    run = load_run("demo").model_copy(update={"out": str(scratch / "demo"), "clients": Selection(top=top)})
    seconds = [timed_command("run", "demo", "--top", str(top), "--out", str(run.folder)) for _ in range(2)]
    print(
        f"1/{seconds[0] / seconds[1]:.0f} of the whole demo is an unchanged run: {seconds[1]:.2f} s against "
        f"{seconds[0]:.1f} s by the clock"
    )
    notebooks, policy, faults = check_request(run)
    assert not faults, faults
    return run, plan_tasks(run, notebooks, open_snapshot(run.folder / "snapshot"), policy, "kam")


def timed_command(*arguments: str) -> float:
    """Seconds of one ``kam`` command as a whole process."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "kamlib", *arguments], check=True, capture_output=True)
    return time.perf_counter() - started


@dataclass(frozen=True)
class Cost:
    """Seconds a report: of the processor, and by the clock."""

    processor: float
    clock: float


def ours(tasks: list[Task], folder: Path, workers: int, pool: Pool, title: str = "") -> Cost:
    """What a report takes in our pool, which is warm; its own share in starting them is counted."""
    pool.workers = workers
    pool.warm_up(folder)
    pool.call(time.sleep, folder, 60, 0)  # the warmed process is there
    before, clock = time.process_time(), time.perf_counter()
    stamp = {"as_of": "2026-09-30", "lang": "en"}
    made = list(pool.run(tasks, str(folder.resolve()), "kam", 2048, lambda _: stamp))
    starting, clock = (time.process_time() - before) / len(tasks), (time.perf_counter() - clock) / len(tasks)
    assert {outcome.status for _, outcome in made} == {"made"}, made
    if title:
        where_time_goes(title, made)
        print(f"  and {starting:.3f} s a report in the process that starts them")
    return Cost(starting + sum(sum(outcome.parts.values()) for _, outcome in made) / len(tasks), clock)


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
    """Seconds of the processor a report for the same cells as a plain script in this warm process, rendered alike."""
    import IPython.display
    import nbformat

    from kamlib.blocks import BLOCK_MIME
    from kamlib.reports import warm  # noqa: F401 - loads and uses everything once
    from kamlib.reports.document import Document, _paired
    from kamlib.reports.html import html_of
    from kamlib.reports.pdf import pdf_of

    def make(task: Task) -> None:
        blocks: list[dict] = []

        def display(*values: object) -> None:
            blocks.extend(value._repr_mimebundle_()[BLOCK_MIME] for value in values)

        names: dict = {"display": display}
        IPython.display.display = display  # some cells import it
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
                if value is not None:
                    display(value)
        document = Document(task.name, _paired(blocks))
        (folder / "plain.html").write_text(html_of(document), encoding="utf-8")
        (folder / "plain.pdf").write_bytes(pdf_of(document))

    for task in {task.notebook: task for task in tasks}.values():
        make(task)  # warm for its very notebook
    started = time.process_time()
    for task in tasks:
        make(task)
    return (time.process_time() - started) / len(tasks)


PARTS = "abcdef"


def where_time_goes(title: str, made: list[tuple[Task, Outcome]]) -> None:
    """Mean seconds of each step, a row a notebook."""
    steps = list(made[0][1].parts)
    print(f"{title}, mean seconds a report: notebook | {' | '.join(steps)} | all")
    for name in dict.fromkeys(task.notebook for task, _ in made):
        outcomes = [outcome for task, outcome in made if task.notebook == name]
        means = [sum(outcome.parts.get(step, 0.0) for outcome in outcomes) / len(outcomes) for step in steps]
        print(f"  {name} | {' | '.join(f'{mean:.3f}' for mean in means)} | {sum(means):.3f}")


def unshared_mib(folder: Path, found: list[float], stop: threading.Event) -> None:
    """Note the unshared memory of every report process of a run, again and again."""
    while not stop.wait(0.1):
        for work in folder.glob(f"{WORK_PREFIX}*"):
            try:
                lines = Path(f"/proc/{work.name.removeprefix(WORK_PREFIX)}/smaps_rollup").read_text().splitlines()
            except OSError:
                continue
            found.append(sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024)


def most_unshared(tasks: list[Task], folder: Path, pool: Pool) -> float:
    """The most unshared memory of a process that makes a report of any notebook, in MiB."""
    stop, found = threading.Event(), []
    watcher = threading.Thread(target=unshared_mib, args=(folder, found, stop))
    watcher.start()
    ours(list({task.notebook: task for task in tasks}.values()), folder, WORKERS, pool)
    stop.set()
    watcher.join()
    return max(found)


def at_size(scratch: Path, clients: int, scale: float) -> tuple[dict[str, float], int]:
    """Seconds of the processor a report by notebook, and the invoices of a generated company.

    The reports are those of the four clients whose own invoices are nearest to `OWN_LINES` in number, so that it is the
    ledger that grows and not the client.
    """
    sample = {"seed": 2026, "clients": clients, "scale": scale}
    changes = {
        "run": f"size-{clients}-{scale}", "title": "Size", "as_of": "2026-09-30", "ledger": {"sample": sample},
        "notebooks": list(BY_CLIENT), "out": str(scratch / f"size-{clients}-{scale}"),
    }  # fmt: skip
    run = parse_run(changes, "bench")
    with prepared_snapshot(run) as prepared:
        keep_snapshot(prepared, run.folder / "snapshot")
    notebooks, policy, _ = check_request(run)
    keep_portfolio(open_snapshot(run.folder / "snapshot"), policy)
    snapshot = open_snapshot(run.folder / "snapshot")
    lines = snapshot.invoices["client_id"].value_counts()
    like = (lines - OWN_LINES).abs().sort_values(kind="stable").index[:4]
    run = run.model_copy(update={"clients": Selection(ids=list(like))})
    tasks = plan_tasks(run, notebooks, snapshot, policy, "kam")
    pool = Pool(WORKERS, 600)
    cost = {}
    for name in BY_CLIENT:
        own = [task for task in tasks if task.notebook == name]
        cost[name] = min(ours(own, run.folder, WORKERS, pool).processor for _ in range(3))
    return cost, int(lines.sum())


def size_ratios(scratch: Path, few: int, many: int, small: float, large: float) -> None:
    """Part c: cost per report by clients, then by lines."""
    base, base_lines = at_size(scratch, few, small)
    for clients, scale in ((many, small), (many, large)):  # more lines come with more clients, not with longer ones
        cost, lines = at_size(scratch, clients, scale)
        for name in BY_CLIENT:
            print(
                f"{cost[name] / base[name]:.2f}× the cost of a {name} at {clients:,} clients and {lines:,} lines against "
                f"{few:,} and {base_lines:,}: {cost[name]:.3f} s against {base[name]:.3f} s"
            )


def help_ratio() -> None:
    """Part f: ``kam --help`` beside a Python that does nothing."""
    own = min(processor_of(sys.executable, "-m", "kamlib", "--help") for _ in range(5))
    bare = min(processor_of(sys.executable, "-c", "pass") for _ in range(5))
    print(f"{own:.2f} s kam --help ({bare:.2f} s python -c pass)")


def processor_of(*command: str) -> float:
    """Seconds of the processor that a command takes, with what it starts and waits for."""
    before = waited_for()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return waited_for() - before


def waited_for() -> float:
    """Seconds of the processor of all processes that this one has started and seen end."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Measure what is asked for and print: ``bench.py a d --clients 50 1000 --scale 0.15 1.5``."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("parts", nargs="*", default=list(PARTS), choices=[*PARTS, []])
    reader.add_argument("--top", type=int, default=24, help="clients of the demo")
    reader.add_argument("--clients", type=int, nargs=2, default=[50, 1000])
    reader.add_argument("--scale", type=float, nargs=2, default=[0.15, 1.5], help="of the generated company's lines")
    asked = reader.parse_args()
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors, {WORKERS} at a time, load average {load}")
    with tempfile.TemporaryDirectory(prefix="kam-bench-") as name:
        scratch = Path(name)
        if set(asked.parts) & set("abde"):
            run, tasks = planned(scratch, asked.top)
            pool = Pool(WORKERS, 600)
            if "e" in asked.parts:
                print(f"{most_unshared(tasks, run.folder, pool):.0f} MiB unshared at most in a report's process")
            if "a" in asked.parts:
                against_conventional(tasks, scratch, ours(tasks, run.folder, WORKERS, pool, "ours, two at a time"))
            if "b" in asked.parts:
                single = ours(tasks, run.folder, 1, pool, "ours, one at a time").processor
                os.environ.update(ONE_THREAD)
                script = plain_script(tasks, scratch)
                print(
                    f"{single / script:.2f}× the time of the same cells as a plain script in one warm process, rendering in "
                    f"both: {single:.3f} s against {script:.3f} s a report, one at a time"
                )
        if "c" in asked.parts:
            size_ratios(scratch, *asked.clients, *asked.scale)
        if "f" in asked.parts:
            help_ratio()


def against_conventional(tasks: list[Task], scratch: Path, own: Cost) -> None:
    """Part a: one report of every notebook by the conventional commands."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        print("no Chromium on this machine: the conventional way cannot be measured")
        return
    few = list({task.notebook: task for task in tasks}.values())
    weights = {task.notebook: sum(other.notebook == task.notebook for other in tasks) for task in few}
    seconds: dict[str, float] = {}
    clocks: dict[str, float] = {}
    for pair in (few[start : start + WORKERS] for start in range(0, len(few), WORKERS)):
        before, clock = waited_for(), time.perf_counter()
        with ThreadPoolExecutor(WORKERS) as threads:
            list(threads.map(lambda task: conventional(task, scratch, chromium), pair))
        seconds |= {task.notebook: (waited_for() - before) / len(pair) for task in pair}
        clocks |= {task.notebook: (time.perf_counter() - clock) / len(pair) for task in pair}
    processor, clock = (sum(found[name] * n for name, n in weights.items()) / len(tasks) for found in (seconds, clocks))
    print(
        f"{processor / own.processor:.1f}× cheaper than papermill + nbconvert + Chromium: {own.processor:.3f} s of the "
        f"processor against {processor:.3f} s a report, two at a time; each notebook once, weighted by its share of "
        f"{len(tasks)} reports"
    )
    print(
        f"{clock / own.clock:.1f}× faster by the clock: {own.clock:.3f} s against {clock:.3f} s a report, two at a time"
    )
    for name, cost in seconds.items():
        print(f"  {name}: {cost:.2f} s by the conventional way (of a pair, the mean)")


if __name__ == "__main__":
    main()
