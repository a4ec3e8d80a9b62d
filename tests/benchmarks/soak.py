"""Whether many reports leave anything behind: ``python tests/benchmarks/soak.py [2000]``.

Tiny reports by one warmed process, in ten parts; after each, memory, open descriptors and children of the run and of
the process that reports are forked from, and files in the run's folder and in the folder of temporary files.
"""

import argparse
import os
import sys
import tempfile
import time
from dataclasses import replace
from multiprocessing import forkserver, util
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tiny import tiny_run

from kamlib.ledger.snapshot import open_snapshot
from kamlib.reports.plan import Task, check_request, plan_tasks
from kamlib.reports.pool import Pool
from kamlib.runs import keep_snapshot, load_run, prepared_snapshot

PARTS = 10
STAMP = {"as_of": "2026-09-30", "lang": "en"}


def planned(folder: Path) -> tuple[Path, Task]:
    """The folder of a tiny run whose snapshot is there, and its one report."""
    file, out = tiny_run(folder, 1)
    run = load_run(str(file))
    with prepared_snapshot(run) as prepared:
        keep_snapshot(prepared, out / "snapshot")
    notebooks, policy, faults = check_request(run)
    assert policy is not None
    assert not faults
    (task,) = plan_tasks(run, notebooks, open_snapshot(out / "snapshot"), policy, "kam")
    return out, task


def state(out: Path) -> dict[str, int]:
    """What is held now."""
    found = {}
    for name, pid in (("run", os.getpid()), ("warm", forkserver._forkserver._forkserver_pid)):
        process = psutil.Process(pid)
        found[f"{name} MiB"] = process.memory_info().rss // 2**20
        found[f"{name} descriptors"] = process.num_fds()
        found[f"{name} children"] = len(process.children())
        found[f"{name} threads"] = process.num_threads()
    found["work folders"] = len(list(out.glob(".making-*")))
    found["temporary files"] = len(os.listdir(tempfile.gettempdir()))
    return found


def main() -> None:
    """Make them and print a row a part."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("reports", nargs="?", type=int, default=2_000)
    each = max(reader.parse_args().reports // PARTS, 1)
    with tempfile.TemporaryDirectory(prefix="kam-soak-") as scratch:
        tempfile.tempdir = os.environ["TMPDIR"] = f"{scratch}/temporary"  # ours alone
        os.mkdir(tempfile.tempdir)
        out, task = planned(Path(scratch))
        pool = Pool(os.cpu_count() or 1, 120)
        made, started = 0, time.perf_counter()
        for part in range(PARTS):
            tasks = [replace(task, stem=f"clients/n{number}/tiny") for number in range(each)]
            outcomes = [outcome for _, outcome in pool.run(tasks, str(out), "kam", 2048, lambda _: STAMP)]
            assert {outcome.status for outcome in outcomes} == {"made"}, outcomes
            made += len(outcomes)
            held = state(out)
            if part == 0:
                print("reports | " + " | ".join(held))
            print(f"{made} | " + " | ".join(map(str, held.values())), flush=True)
        print(f"{(time.perf_counter() - started) / made:.3f} s a report by the clock")
        util._exit_function()  # what it keeps in the folder of temporary files goes before that folder


if __name__ == "__main__":
    main()
