"""Time and memory of reading a long ledger, against DuckDB merely reading and grouping the same file.

    python tests/benchmarks/scale.py 0.1 1 5 20        # millions of invoice lines; needs disk, not memory

Each part runs in a process of its own, so that its peak of memory is its own. A benchmark, not a timed test.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MEMORY = "700MB"
DRAW = """
copy (select 'I' || lpad(cast(i as varchar), 9, '0') as invoice_id, 'C' || lpad(cast(hash(i) % 5000 as varchar), 5, '0') as client_id,
    cast(date '2023-01-01' + cast(hash(i + 7) % 1300 as int) as varchar) as issue_date,
    cast(date '2023-01-01' + cast(hash(i + 7) % 1300 + 30 as int) as varchar) as due_date,
    cast(cast((hash(i + 3) % 1000000) / 100.0 as decimal(12, 2)) as varchar) as amount, 'EUR' as currency,
    'line ' || cast(hash(i + 5) % 12 as varchar) as product_line from range({rows}) t(i)) to '{file}' (header)
"""
GROUP = """
select client_id, count(*), sum(cast(amount as decimal(20, 4))), min(cast(issue_date as date)), max(cast(due_date as date))
from read_csv('{file}', all_varchar = true, header = true) group by client_id
"""


def part(name: str, file: str, target: str) -> None:
    """One measured part, in this process: prints seconds and the peak of resident memory."""
    import duckdb

    started = time.perf_counter()
    if name == "duckdb":
        con = duckdb.connect(config={"memory_limit": MEMORY})
        con.execute(GROUP.format(file=file)).fetchall()
        rows = None
    else:
        from kamlib.ledger.ingest import ingest
        from kamlib.ledger.profiles import load_profile
        from kamlib.ledger.sources import find_files

        profile = load_profile("canonical")
        report = ingest(
            find_files(Path(file).parent, profile), profile, Path(target), source="scale", memory_limit=MEMORY
        )
        rows = report.tables["invoices"].rows_used
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak_mib": peak, "rows": rows}))


def measure(millions: float, folder: Path) -> dict:
    """Draw a ledger, then both parts."""
    import duckdb

    rows, file = int(millions * 1e6), folder / "ledger" / "invoices.csv"
    file.parent.mkdir()
    duckdb.connect(config={"memory_limit": MEMORY}).execute(DRAW.format(rows=rows, file=file))
    told = {}
    for name in ("duckdb", "kam"):
        command = [sys.executable, __file__, "--part", name, str(file), str(folder / name)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(done.stderr)
        told[name] = json.loads(done.stdout.splitlines()[-1])
    assert told["kam"]["rows"] == rows
    return told | {"mib": file.stat().st_size / 2**20}


def main() -> None:
    """One line for each number of lines."""
    print(
        "| million lines | file MiB | DuckDB s | kam s | ratio | kam peak MiB |\n|---|---|---|---|---|---|", flush=True
    )
    for millions in [float(given) for given in sys.argv[1:]] or [0.1, 1.0]:
        with tempfile.TemporaryDirectory(prefix="kam-scale-") as folder:
            told = measure(millions, Path(folder))
        duck, kam = told["duckdb"], told["kam"]
        ratio = kam["seconds"] / duck["seconds"]
        print(
            f"| {millions:g} | {told['mib']:.0f} | {duck['seconds']:.1f} | {kam['seconds']:.1f} | {ratio:.1f} | {kam['peak_mib']:.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    part(*sys.argv[2:]) if sys.argv[1:2] == ["--part"] else main()
