"""A snapshot made by Spark against the one by DuckDB, row by row; and what is told where Spark cannot be had."""

import json
import shutil
import sys
from importlib.metadata import version
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from dirty import dirty_lines, dirty_rows

from kamlib.errors import DataError
from kamlib.ledger.findings.catalogue import STOPPING
from kamlib.ledger.ingest import ingest
from kamlib.ledger.profiles import load_profile
from kamlib.ledger.sources import find_files
from kamlib.runs import keep_snapshot, parse_run, prepared_snapshot
from kamlib.samples.company import generate_company, write_company

SAMPLED = ("invoices", "receipts", "clients", "fx")


def _spark_missing() -> str:
    try:
        import pyspark  # noqa: F401
    except ImportError:
        return "pyspark is not installed: pip install -r requirements-spark.lock"
    return "" if shutil.which("java") else "Java is not found"


needs_spark = pytest.mark.skipif(bool(_spark_missing()), reason=_spark_missing() or "it is there")


def read(folder: Path, target: Path, profile: str = "canonical", **options):
    how = load_profile(profile)
    return ingest(find_files(folder, how), how, target, source="test", **options)


def assert_same_snapshot(folder: Path, tmp_path: Path, profile: str = "canonical", **options):
    """Both engines' snapshots have the same files, rows, types and texts, and the same report; DuckDB's is given."""
    one, other = tmp_path / "duckdb", tmp_path / "spark"
    report = read(folder, one, profile, **options)
    assert read(folder, other, profile, engine_url="local[2]", **options).to_json() == report.to_json()
    assert sorted(path.name for path in other.iterdir()) == sorted(path.name for path in one.iterdir())
    for path in one.iterdir():
        if path.suffix != ".parquet":
            assert (other / path.name).read_bytes() == path.read_bytes(), path.name
            continue
        ours, theirs = pq.read_table(path), pq.read_table(other / path.name)
        assert theirs.column_names == ours.column_names
        for name in ours.column_names:
            assert theirs[name].combine_chunks().equals(ours[name].combine_chunks()), f"{path.name}: {name}"
    return report


@needs_spark
@pytest.mark.slow
def test_a_generated_company_is_the_same_on_both_engines(tmp_path):
    frames = generate_company(3, clients=20, prospects=2, months=30, scale=0.1)
    folder = tmp_path / "ledger"
    write_company({name: frames[name] for name in SAMPLED}, folder)
    report = assert_same_snapshot(folder, tmp_path)
    assert report.tables["invoices"].rows_used > 1_000


@needs_spark
@pytest.mark.slow
def test_dirty_rows_are_the_same_on_both_engines(tmp_path, capfd, monkeypatch):
    folder = dirty_rows(tmp_path / "ledger")
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    options = {"currency": "EUR", "accept": STOPPING, "identity": folder / "identity.yaml"}
    report = assert_same_snapshot(folder, tmp_path, **options)
    found = {finding.code for finding in report.findings}
    assert {"duplicates", "possible_duplicates", "unreadable_rows", "missing_due_dates", "over_payments"} <= found
    assert report.merged_ids == 2
    assert report.tables["invoices"].rows_quarantined > 100
    assert list(here.iterdir()) == []  # neither a warehouse nor a metastore is left behind
    assert capfd.readouterr() == ("", "")


@needs_spark
@pytest.mark.slow
def test_lines_that_are_added_up_and_gathered_are_the_same_on_both_engines(tmp_path):
    folder = dirty_lines(tmp_path / "ledger")
    options = {"currency": "EUR", "accept": STOPPING}
    report = assert_same_snapshot(folder, tmp_path, str(folder / "profile.yaml"), **options)
    assert {"ambiguous_dates", "mixed_date_formats", "joined_zeros", "fits_no_table"} <= {
        f.code for f in report.findings
    }


def test_without_pyspark_it_is_told_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark", None)
    folder = dirty_rows(tmp_path / "ledger")
    with pytest.raises(DataError, match=r"engine_url: local\[2\], and pyspark is not installed.*kamlib\[spark\]"):
        read(folder, tmp_path / "out", engine_url="local[2]")
    assert not (tmp_path / "out").exists()


@needs_spark
def test_without_java_it_is_told_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    folder = dirty_rows(tmp_path / "ledger")
    with pytest.raises(DataError, match=r"Java is not found\. Install Java 17"):
        read(folder, tmp_path / "out", engine_url="local[2]")


def test_a_date_format_that_spark_does_not_read_is_told():
    from kamlib.ledger.spark.days import day_patterns

    with pytest.raises(DataError, match="%U in the date format %Y %U"):
        day_patterns("%Y %U")


def test_a_snapshot_tells_its_engine_and_does_not_depend_on_it(tmp_path):
    content = {"run": "x", "title": "x", "as_of": "2026-09-30", "currency": "EUR", "accept": list(STOPPING)}
    content |= {"ledger": {"path": str(dirty_rows(tmp_path / "ledger"))}, "out": str(tmp_path / "out")}
    with prepared_snapshot(parse_run(content, "x")) as folder:
        keep_snapshot(folder, tmp_path / "out" / "snapshot")
    told = json.loads((tmp_path / "out" / "snapshot" / "snapshot.json").read_text(encoding="utf-8"))
    assert told["engine"] == {"name": "DuckDB", "version": version("duckdb")}
    for url in ("duckdb", "local[2]"):
        with prepared_snapshot(parse_run(content | {"engine_url": url}, "x")) as folder:
            assert folder == tmp_path / "out" / "snapshot"  # that which is there


def test_an_address_of_no_engine_is_refused(tmp_path):
    content = {"run": "x", "title": "x", "as_of": "2026-09-30", "ledger": {"path": "x"}}
    assert parse_run(content | {"engine_url": "spark://10.0.0.1:7077"}, "x").engine_url == "spark://10.0.0.1:7077"
    with pytest.raises(DataError, match=r"engine_url: 'http://x'\. use local"):
        parse_run(content | {"engine_url": "http://x"}, "x")
    with pytest.raises(DataError, match=r"engine_url: http://x\. Use local"):
        read(dirty_rows(tmp_path / "ledger"), tmp_path / "out", engine_url="http://x")
