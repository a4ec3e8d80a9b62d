"""A whole run: everything checked first, then the reports in parallel, then the index, the pack, the manifest."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kamlib.errors import DataError, Fault, raise_faults
from kamlib.language import use_language
from kamlib.ledger.quarantine import rows_set_aside
from kamlib.ledger.snapshot import Snapshot, open_snapshot
from kamlib.methods import rows_used, values_in_force
from kamlib.policy import Policy
from kamlib.reports import index
from kamlib.reports.holding import held
from kamlib.reports.keeping import keep_portfolio
from kamlib.reports.kin import die_with_parent
from kamlib.reports.making import Outcome, sweep
from kamlib.reports.manifest import (
    KEPT,
    Manifest,
    hash_data,
    hash_pages,
    new_manifest,
    pages_stand,
    put_file,
    read_entries,
    remove_files,
    why_made,
    why_unchanged,
)
from kamlib.reports.notebooks import NotebookFacts
from kamlib.reports.pack import footer_of, write_pack
from kamlib.reports.plan import Task, check_request, plan_tasks
from kamlib.reports.pool import Pool
from kamlib.reports.publishing import check_open, set_aside
from kamlib.runs import Run, keep_snapshot, prepared_snapshot

SAVE_EVERY = 2.0  # seconds between two saves of the manifest while reports are made
REPORTS_A_LIMIT = 50  # for so many reports, the pack may take as long as one report


@dataclass(frozen=True)
class Options:
    """How a run is made, not what."""

    workers: int | None = None
    engine: str = "kam"
    fresh: bool = False
    retry_failed: bool = False
    partial: bool = False
    supersede: bool = False
    created: str = ""
    request: str = ""
    dask: str = ""
    storage: str = ""


@dataclass(frozen=True)
class RunResult:
    """What a run made: the manifest, why each report was run or not, and how long it took."""

    manifest: Manifest
    reasons: dict[str, str]
    seconds: float

    @property
    def exit_code(self) -> int:
        """0 when every report is there, 1 when some failed."""
        return 1 if self.manifest.count("failed") else 0


Progress = Callable[[int, int, Task | None, Outcome | None], None]


def make_run(run: Run, options: Options, progress: Progress) -> RunResult:
    """Check, plan and make a run.

    Parameters
    ----------
    run : Run
    options : Options
    progress : callable
        Called with (reports done, reports to make, task, outcome) at the start and after each report.

    Raises
    ------
    DataError
        Anything wrong with the request or the ledger, all of it; then nothing has been written.
    """
    started = time.perf_counter()
    use_language(run.lang)
    pool = _pool_for(run, options)
    if options.fresh or not read_entries(run.folder):
        pool.warm_up(run.folder)  # while the ledger is read
    with checked_ledger(run) as (prepared, notebooks, policy), ExitStack() as stack:
        snapshot = open_snapshot(prepared)
        tasks = plan_tasks(run, notebooks, snapshot, policy, options.engine)
        raise_faults(check_open(run.folder, options.supersede))
        kept = set_aside(run.folder)
        run.folder.mkdir(parents=True, exist_ok=True)
        if kept and prepared.is_relative_to(run.folder):  # the ledger has not changed: its snapshot stays with both
            shutil.copytree(kept / prepared.relative_to(run.folder), prepared)
        stack.enter_context(held(run.folder, run.run, options.created))
        sweep(run.folder)
        _put_quarantine(prepared, run.folder)
        keep_snapshot(prepared, run.folder / "snapshot")
        if any(task.unit == "client" for task in tasks):
            keep_portfolio(open_snapshot(run.folder / "snapshot"), policy)
        clients = snapshot.table("invoices")["client_id"].nunique()
        return _make_held(run, options, tasks, policy, pool, progress, started, clients)


def _pool_for(run: Run, options: Options) -> Pool:
    workers = options.workers or os.cpu_count() or 1
    if not options.dask:
        return Pool(workers, run.limits.timeout_seconds)
    from kamlib.reports.cluster import Cluster

    storage = options.storage or str(run.folder.resolve().with_name(f"{run.folder.name}.storage"))
    return Cluster(workers, run.limits.timeout_seconds, options.dask, storage)


def _make_held(
    run: Run,
    options: Options,
    tasks: list[Task],
    policy: Policy,
    pool: Pool,
    progress: Progress,
    started: float,
    clients: int,
) -> RunResult:
    """Make what is to be made, in a folder that this run holds; `clients` are known to its ledger."""
    earlier = read_entries(run.folder)
    snapshot = open_snapshot(run.folder / "snapshot")
    manifest = new_manifest(run, snapshot, policy, options.created, clients)
    manifest.earlier = earlier
    to_make, reasons = _sort_out(tasks, earlier, manifest, options)
    progress(0, len(to_make), None, None)
    try:
        _make(to_make, pool, run, manifest, options.engine, progress, snapshot, policy)
    except BaseException:
        manifest.write()  # what was made is not made again
        raise
    finally:
        sweep(run.folder)
    manifest.earlier = {}
    manifest.reports = {stem: manifest.reports[stem] for stem in _in_order(tasks, manifest)}
    if to_make or set(earlier) != set(manifest.reports) or not pages_stand(run.folder):
        limit = run.limits.timeout_seconds * (1 + len(manifest.reports) // REPORTS_A_LIMIT)
        fault = pool.call(write_pages, run.folder.resolve(), limit, manifest, run.lang)
        if fault:
            raise DataError(
                Fault("pack", fault, "The reports are made: run again for the index, the pack and the workbook.")
            )
    manifest.head["request"] = options.request
    manifest.head["pages"] = hash_pages(run.folder)
    manifest.head["files"] = hash_data(run.folder)
    remove_files(run.folder, [entry for stem, entry in earlier.items() if stem not in manifest.reports])
    manifest.write()
    return RunResult(manifest, reasons, time.perf_counter() - started)


@contextmanager
def checked_ledger(run: Run) -> Iterator[tuple[Path, list[NotebookFacts], Policy]]:
    """The prepared snapshot of a run with its notebooks and policy, every fault of the three told at once."""
    notebooks, policy, faults = check_request(run)
    if any(fault.field == "out" for fault in faults):
        raise_faults(faults)  # without a place, the ledger cannot be read either
    with ExitStack() as stack:
        try:
            prepared = stack.enter_context(prepared_snapshot(run))
        except DataError as error:
            raise DataError([*faults, *error.faults]) from error
        raise_faults(faults)
        yield prepared, notebooks, policy


def _sort_out(
    tasks: list[Task], earlier: dict[str, dict[str, Any]], manifest: Manifest, options: Options
) -> tuple[list[Task], dict[str, str]]:
    """Which tasks must be run and why; the others are entered as skipped with their reason."""
    to_make, reasons = [], {}
    for task in tasks:
        entry = earlier.get(task.stem)
        unchanged = None if options.fresh else why_unchanged(task, entry, manifest.folder)
        if options.retry_failed and entry is not None and entry["status"] in KEPT:
            unchanged = unchanged or "not retried: it had not failed"
        if unchanged and entry is not None:
            manifest.reports[task.stem] = entry | {"status": "skipped", "reason": unchanged}
            reasons[task.stem] = unchanged
        else:
            to_make.append(task)
            reasons[task.stem] = "made afresh, as asked" if options.fresh else why_made(task, entry)
    if options.partial:
        _carry_over(tasks, earlier, manifest)
    return _longest_first(to_make, earlier), reasons


def _longest_first(tasks: list[Task], earlier: dict[str, dict[str, Any]]) -> list[Task]:
    """Tasks by the seconds that their notebook took before, so that no long one is left alone at the end."""
    took: dict[str, float] = {}
    for entry in earlier.values():
        took[entry["notebook"]] = max(took.get(entry["notebook"], 0.0), entry["seconds"])
    return sorted(tasks, key=lambda task: -took.get(task.notebook, 0.0))


def write_pages(manifest: Manifest, lang: str) -> None:
    """The pages over all reports: pack, workbook, index; in a process that the run can stop."""
    die_with_parent()
    use_language(lang)
    write_pack(manifest)
    index.write_index(manifest)


def _carry_over(tasks: list[Task], earlier: dict[str, dict[str, Any]], manifest: Manifest) -> None:
    """Keep the reports that this narrower run does not name, as long as they rest on the same data and policy."""
    chosen = {task.stem for task in tasks}
    now = tasks[0].key if tasks else {}
    for stem, entry in earlier.items():
        same = all(entry["key"].get(part) == now.get(part) for part in ("data", "policy", "code"))
        if stem not in chosen and entry["status"] in KEPT and same:
            manifest.reports[stem] = entry | {
                "status": "skipped",
                "reason": "kept: not named in this run, and nothing it rests on has changed",
            }


def _make(
    tasks: list[Task],
    pool: Pool,
    run: Run,
    manifest: Manifest,
    engine: str,
    progress: Progress,
    snapshot: Snapshot,
    policy: Policy,
) -> None:
    head = manifest.head
    stamp = {
        "run": run.run,
        "as_of": head["as_of"],
        "data_sha256": head["ledger"]["sha256"],
        "versions": head["versions"],
        "lang": run.lang,
        "in_force": {"policy": values_in_force(policy), "rows": rows_used(snapshot)},
    }

    def stamp_of(task: Task) -> dict[str, Any]:
        footer = footer_of(head, task.key["notebook"])
        subject = f"{task.client_name} ({task.client_id})" if task.client_id else run.title
        whose = {"client_id": task.client_id, "client": task.client_name} if task.client_id else {}
        return stamp | {"footer": footer, "parameters": task.parameters, "subject": subject} | whose

    saved = time.monotonic()
    made = pool.run(tasks, str(run.folder.resolve()), engine, run.limits.memory_mib, stamp_of)
    for done, (task, outcome) in enumerate(made, start=1):
        manifest.enter(task, outcome)
        progress(done, len(tasks), task, outcome)
        if time.monotonic() - saved > SAVE_EVERY:
            manifest.write()
            saved = time.monotonic()


def _in_order(tasks: list[Task], manifest: Manifest) -> list[str]:
    """Stems in the order of the plan, then those kept from before."""
    planned = [task.stem for task in tasks if task.stem in manifest.reports]
    return [*planned, *[stem for stem in manifest.reports if stem not in set(planned)]]


def _put_quarantine(prepared: Path, folder: Path) -> None:
    """The quarantine file beside the reports, only if there is any."""
    source, place = prepared / "quarantine.csv", folder / "quarantine.csv"
    if source.is_file():
        put_file(place, source.read_bytes())
    else:
        place.unlink(missing_ok=True)


def check_run(run: Run) -> tuple[Snapshot, dict[str, Any], list[Task], list[str]]:
    """Data and parameters only: the ledger's report, what would be made, and the rows set aside; nothing is kept.

    Raises
    ------
    DataError
        As `make_run`.
    """
    with checked_ledger(run) as (prepared, notebooks, policy):
        snapshot = open_snapshot(prepared)
        tasks = plan_tasks(run, notebooks, snapshot, policy, "kam")
        return snapshot, snapshot.facts["ledger"], tasks, rows_set_aside(prepared)
