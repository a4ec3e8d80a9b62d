"""Time and memory of reading a long ledger, against what DuckDB needs for less with the same file in the same run.

    python tests/benchmarks/ingest.py                  # 0.1, 1 and 5 million invoice lines
    python tests/benchmarks/ingest.py 20               # or as many millions as are named; needs disk, not memory

Beside ours stand DuckDB reading the file as text and grouping it by client (money added up, first and last day), and
DuckDB reading it typed and writing it as Parquet in the order of a snapshot, with no check at all. Each part runs in a
process of its own, so that its peak of memory is its own; a ratio is one of processor time, which other work on the
machine moves less than the clock. A benchmark, not a timed test.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MEMORY = "1500MB"
DRAW = """
copy (select 'I' || lpad(cast(i as varchar), 9, '0') as invoice_id,
    'C' || lpad(cast(hash(i) % 5000 as varchar), 5, '0') as client_id,
    cast(date '2023-01-01' + cast(hash(i + 7) % 1300 as int) as varchar) as issue_date,
    cast(date '2023-01-01' + cast(hash(i + 7) % 1300 + 30 as int) as varchar) as due_date,
    cast(cast(if(hash(i + 11) % 50 = 0, -1, 1) * (hash(i + 3) % 1000000) / 100.0 as decimal(12, 2)) as varchar) as amount,
    'EUR' as currency, if(hash(i + 11) % 50 = 0, 'credit_note', 'invoice') as kind,
    'line ' || cast(hash(i + 5) % 12 as varchar) as product_line,
    cast(cast((hash(i + 3) % 700000) / 100.0 as decimal(12, 2)) as varchar) as cost
    from range({rows}) t(i)) to '{file}' (header)
"""
GROUP = """
select client_id, count(*), sum(cast(amount as decimal(20, 4))), min(cast(issue_date as date)), max(cast(due_date as date))
from read_csv('{file}', all_varchar = true, header = true) group by client_id
"""
SORT = """
copy (select * from read_csv('{file}', header = true) order by client_id, issue_date, invoice_id)
to '{target}' (format parquet, row_group_size 16384)
"""


def part(name: str, file: str, target: str) -> None:
    """One measured part, in this process: prints processor and clock seconds and the peak of resident memory."""
    import duckdb

    rows, before, started = None, processor_seconds(), time.perf_counter()
    if name == "kam":
        from kamlib.ledger.ingest import ingest
        from kamlib.ledger.profiles import load_profile
        from kamlib.ledger.sources import find_files

        profile, folder = load_profile("canonical"), Path(file).parent
        before, started = processor_seconds(), time.perf_counter()
        report = ingest(find_files(folder, profile), profile, Path(target), source="long", memory_limit=MEMORY)
        rows = report.tables["invoices"].rows_used
    else:
        con = duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": f"{target}.spill"})
        con.execute({"group": GROUP, "sort": SORT}[name].format(file=file, target=target)).fetchall()
    seconds, clock = processor_seconds() - before, time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"cpu": seconds, "clock": clock, "peak_mib": peak, "rows": rows}))


def processor_seconds() -> float:
    """Of this process, its own and the system's on its behalf."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def measure(millions: float, folder: Path) -> dict:
    """Draw a ledger, then every part."""
    import duckdb

    rows, file = round(millions * 1e6), folder / "ledger" / "invoices.csv"
    file.parent.mkdir()
    duckdb.connect(config={"memory_limit": MEMORY}).execute(DRAW.format(rows=rows, file=file))
    told = {}
    for name in ("group", "sort", "kam"):
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
        "| million lines | file MiB | DuckDB groups, CPU s | DuckDB sorts, CPU s | kam CPU s (clock) | ratios | kam peak MiB |"
    )
    print("|---|---|---|---|---|---|---|", flush=True)
    for millions in [float(given) for given in sys.argv[1:]] or [0.1, 1.0, 5.0]:
        with tempfile.TemporaryDirectory(prefix="kam-long-") as folder:
            told = measure(millions, Path(folder))
        group, sort, kam = told["group"], told["sort"], told["kam"]
        ratios = f"{kam['cpu'] / group['cpu']:.1f} and {kam['cpu'] / sort['cpu']:.1f}"
        print(
            f"| {millions:g} | {told['mib']:.0f} | {group['cpu']:.1f} | {sort['cpu']:.1f} | "
            f"{kam['cpu']:.1f} ({kam['clock']:.0f}) | {ratios} | {kam['peak_mib']:.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    part(*sys.argv[2:]) if sys.argv[1:2] == ["--part"] else main()
