"""Every kind of source gives the same snapshot; secrets stay in the environment."""

import contextlib
import json
import os
import shutil
import socket
import sqlite3
import subprocess
from pathlib import Path

import duckdb
import ibis
import pandas as pd
import pytest
from conftest import KAM

from kamlib.errors import DataError
from kamlib.ledger.ingest import ingest
from kamlib.ledger.origins import Source
from kamlib.ledger.profiles import load_profile
from kamlib.ledger.sources import RECORD, find_files
from kamlib.ledger.sources.encoding import find_encoding
from kamlib.ledger.sources.several import gather_sources
from kamlib.ledger.sources.text import numbered

INVOICES = [
    ("0001", "a", "2026-01-10", "2026-02-09", "600.00", "EUR"),
    ("0002", "b", "2026-01-11", None, "1234.56", "EUR"),
    ("C-3", "a", "2026-02-01", "2026-03-03", "-20.5", "EUR"),
]
CLIENTS = [("a", "Müller & Söhne «Ölmühle»", "1000.00"), ("b", "宁海精密机械有限公司", None)]
HEADERS = {
    "invoices": ["invoice_id", "client_id", "issue_date", "due_date", "amount", "currency"],
    "clients": ["client_id", "name", "credit_limit"],
}
ROWS = {"invoices": INVOICES, "clients": CLIENTS}


def as_text(table, mark=",", rows=None):
    lines = [HEADERS[table], *(rows or ROWS[table])]
    return "".join(
        mark.join(f'"{cell}"' if mark in (cell or "") else (cell or "") for cell in row) + "\n" for row in lines
    )


def read(path, out, profile="canonical"):
    profile = load_profile(profile) if isinstance(profile, str) else profile
    return ingest(find_files(path, profile), profile, out, source="test")


def frames(out):
    return {name: pd.read_parquet(out / f"{name}.parquet") for name in ("invoices", "clients")}


def same(left, right):
    for name, frame in frames(left).items():
        pd.testing.assert_frame_equal(frame, frames(right)[name])


@pytest.fixture
def plain(tmp_path):
    """The ledger read from UTF-8 files with commas: what every other source must equal."""
    folder = tmp_path / "plain"
    folder.mkdir()
    for table in ROWS:
        (folder / f"{table}.csv").write_text(as_text(table), encoding="utf-8")
    read(folder, tmp_path / "plain_out")
    return tmp_path / "plain_out"


def typed(table):
    frame = pd.DataFrame(ROWS[table], columns=HEADERS[table])
    for name in frame.columns:
        if name.endswith("_date"):
            frame[name] = pd.to_datetime(frame[name])
        if name in ("amount", "credit_limit"):
            frame[name] = frame[name].astype(float)
    return frame


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", ";"),
        ("utf-8-sig", "\t"),
        ("utf-16", ","),
        ("utf-16-le", "|"),
        ("utf-32", "^"),
        ("gb18030", "~"),
        ("gb18030", ","),
    ],
)
def test_any_encoding_and_delimiter(mark, encoding, plain, tmp_path):
    folder = tmp_path / "other"
    folder.mkdir()
    for table in ROWS:
        (folder / f"{table}.csv").write_bytes(as_text(table, mark).replace("ü", "u").encode(encoding))
    report = read(folder, tmp_path / "out")
    left, right = frames(plain), frames(tmp_path / "out")
    pd.testing.assert_frame_equal(left["invoices"], right["invoices"])
    assert right["clients"]["name"].tolist()[1] == "宁海精密机械有限公司"
    if encoding not in ("utf-8", "utf-8-sig"):
        assert any(encoding.split("-")[0] in note for note in report.tables["clients"].notes)


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("cp1252", ["Müller & Söhne", "Café Élan", "Señor Núñez", "Blåbær AS"]),
        ("cp1251", ["Завод имени Петрова", "Северная торговая компания", "Промышленность"]),
        ("gb18030", ["苏安新能源有限公司", "青岭电子科技有限公司"]),
    ],
)
def test_eight_bit_encodings_are_found_by_their_letters(encoding, names, tmp_path):
    file = tmp_path / "clients.csv"
    file.write_bytes(as_text("clients", rows=[(str(i), names[i % len(names)], "") for i in range(40)]).encode(encoding))
    found = find_encoding(file)
    text = file.read_bytes().decode(found.name)
    assert all(name in text for name in names), found


def test_a_workbook_with_a_sheet_for_each_table(plain, tmp_path):
    book = tmp_path / "ledger.xlsx"
    with pd.ExcelWriter(book, engine="openpyxl") as writer:
        for table in ROWS:
            typed(table).to_excel(writer, sheet_name=table.title(), index=False)
    read(book, tmp_path / "out")
    same(plain, tmp_path / "out")


def test_rows_of_a_workbook_are_named_as_it_shows_them(tmp_path):
    book = tmp_path / "invoices.xlsx"
    frame = typed("invoices").astype(object)
    frame.loc[1, "amount"] = "ten"
    frame.to_excel(book, index=False, startrow=3, startcol=2)
    profile = load_profile("canonical")
    assert read(book, tmp_path / "out", profile).tables["invoices"].rows_quarantined == 1
    told = pd.read_csv(tmp_path / "out" / "quarantine.csv")
    assert told["line"].tolist() == [6]
    assert told["file"].tolist() == ["invoices.xlsx: Sheet1"]


def test_sqlite_and_duckdb(plain, tmp_path):
    lite = sqlite3.connect(tmp_path / "ledger.sqlite")
    for table in ROWS:
        typed(table).to_sql(table, lite, index=False)
    lite.close()
    duck = duckdb.connect(str(tmp_path / "ledger.duckdb"))
    for table in ROWS:
        frame = typed(table)  # noqa: F841
        duck.execute(f"create table {table} as select * from frame")
    duck.close()
    for name in ("ledger.sqlite", "ledger.duckdb"):
        read(tmp_path / name, tmp_path / f"{name}-out")
        same(plain, tmp_path / f"{name}-out")


def test_several_sources_make_one_ledger(plain, tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "invoices.csv").write_text(as_text("invoices"), encoding="utf-8")
    typed("clients").to_parquet(tmp_path / "clients.parquet")
    only = {"title": "t", "origin": "o", "tables": {"clients": {"file": "clients", "columns": "canonical"}}}
    file = tmp_path / "clients.profile.yaml"
    file.write_text(json.dumps(only))
    sources = [Source(path=str(tmp_path / "a")), Source(path=str(tmp_path / "clients.parquet"), profile=str(file))]
    places, profile = gather_sources(sources, tmp_path)
    ingest(places, profile, tmp_path / "out", source="test")
    same(plain, tmp_path / "out")
    with pytest.raises(DataError, match=r"invoices\.csv twice"):
        gather_sources([sources[0], sources[0]], tmp_path)
    with pytest.raises(DataError, match="no invoices"):
        gather_sources([sources[1], Source(path=str(tmp_path / "a"), profile=str(file))], tmp_path)


def test_a_table_may_come_from_several_files(tmp_path):
    head, rows = HEADERS["invoices"], [list(row) for row in INVOICES]
    parts = {
        "january": [rows[0], ["0007", "", "2026-01-12", "", "5.00", "EUR"]],
        "february": [rows[1], rows[2], rows[0]],
    }
    parts["february"].insert(1, ["0008", "a", "2026-02-30", "", "9.00", "EUR"])
    for folder, lines in parts.items():
        (tmp_path / folder).mkdir()
        text = "\n".join(",".join(cell or "" for cell in row) for row in [head, *lines])
        (tmp_path / folder / "invoices.csv").write_text(text + "\nonly,two\n", encoding="utf-8")
    sources = [Source(path=str(tmp_path / folder)) for folder in parts]
    places, profile = gather_sources(sources, tmp_path)
    report = ingest(places, profile, tmp_path / "out", source="test")
    table = report.tables["invoices"]
    assert (table.rows_in, table.rows_used, table.rows_quarantined) == (8, 3, 5)
    assert table.totals["EUR"] == {"in": "2428.06", "used": "1814.06", "quarantined": "614.00"}
    aside = pd.read_csv(tmp_path / "out" / "quarantine.csv", dtype=str, keep_default_na=False)
    assert sorted(zip(aside["file"], aside["line"], strict=True)) == [
        ("february/invoices.csv", "3"),
        ("february/invoices.csv", "5"),
        ("february/invoices.csv", "6"),
        ("invoices.csv", "3"),
        ("invoices.csv", "4"),
    ]
    assert "the same row stands on line 2 of invoices.csv" in set(aside["reason"])
    examples = [example for finding in report.findings for example in finding.examples]
    assert "february/invoices.csv line 5" in examples
    aside["row"] = aside["row"].str.replace("2026-02-30", "2026-02-28").replace("only,two", "9,a,2026-03-01,,1.00,EUR")
    aside.to_csv(tmp_path / "mended.csv", index=False)
    again = ingest(places, profile, tmp_path / "again", source="test", mended=tmp_path / "mended.csv")
    table = again.tables["invoices"]
    assert (table.rows_in, table.rows_used, table.rows_quarantined) == (8, 5, 3)  # one number 9 of the two is used


def test_a_table_read_in_two_ways_is_refused(tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.csv").write_text(as_text("invoices"), encoding="utf-8")
    rules = {name: name for name in HEADERS["invoices"]} | {"amount": {"column": "amount", "minus": True}}
    other = {"title": "t", "origin": "t", "tables": {"invoices": {"columns": rules}}}
    (tmp_path / "other.yaml").write_text(json.dumps(other))
    sources = [
        Source(path=str(tmp_path / "a.csv")),
        Source(path=str(tmp_path / "b.csv"), profile=str(tmp_path / "other.yaml")),
    ]
    with pytest.raises(DataError, match=r"in a\.csv and in b\.csv, read in different ways"):
        gather_sources(sources, tmp_path)


def test_what_is_wrong_with_a_source_is_told(tmp_path, monkeypatch):
    monkeypatch.delenv("KAM_TEST_URL", raising=False)
    with pytest.raises(DataError, match="KAM_TEST_URL is not set"):
        gather_sources([Source(url_env="KAM_TEST_URL", queries={"invoices": "select 1"})], tmp_path)
    with pytest.raises(DataError, match="a password stands in the run file"):
        gather_sources(
            [Source(url="postgresql://me:hunter2@host/db", queries={"invoices": "select 1"})], tmp_path / "b"
        )
    for wrong in ({"path": "x", "url_env": "Y"}, {"url_env": "Y"}, {"path": "x", "queries": {"invoices": "select 1"}}):
        with pytest.raises(ValueError, match="give"):
            Source(**wrong)
    (tmp_path / "ledger.sqlite").write_bytes(b"no database at all, only text " * 50)
    with pytest.raises(DataError, match="not a database"):
        find_files(tmp_path / "ledger.sqlite", load_profile("canonical"))
    (tmp_path / "invoices.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    with pytest.raises(DataError, match="not a workbook"):
        find_files(tmp_path / "invoices.xlsx", load_profile("canonical"))


POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres")) if Path("/usr/lib/postgresql").is_dir() else []
CANARY = "c4nary-Xy77-secret"


@pytest.fixture(scope="module")
def postgres(tmp_path_factory):
    """Debian's postgresql on loopback in a scratch folder; its port."""
    if not POSTGRES:
        pytest.skip("postgresql is not installed on this machine")
    folder = tmp_path_factory.mktemp("pg")
    place, binaries = Path("/tmp") / f"kam-pg-{os.getpid()}", POSTGRES[-1].parent
    place.mkdir(mode=0o700)
    as_user = []
    if os.getuid() == 0:  # the server refuses to run as root
        if not shutil.which("runuser"):
            pytest.skip("postgresql does not run as root, and there is no runuser")
        shutil.chown(place, "postgres", "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (place / "password").write_text(CANARY)
    os.chmod(place / "password", 0o644)

    def call(*arguments):
        done = subprocess.run(
            [*as_user, *map(str, arguments)], capture_output=True, text=True, cwd=place, timeout=120, check=False
        )
        assert done.returncode == 0, done.stderr + done.stdout

    call(
        binaries / "initdb",
        "-D",
        place / "data",
        "-U",
        "analyst",
        "--auth=scram-sha-256",
        f"--pwfile={place / 'password'}",
        "-E",
        "UTF8",
        "--no-sync",
    )
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories='' -c fsync=off"
    call(binaries / "pg_ctl", "-D", place / "data", "-o", options, "-l", place / "log", "-w", "start")
    try:
        yield port
    finally:
        with contextlib.suppress(AssertionError):
            call(binaries / "pg_ctl", "-D", place / "data", "-m", "immediate", "-w", "stop")
        shutil.rmtree(place, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def filled_postgres(postgres):
    import psycopg

    with psycopg.connect(
        f"host=127.0.0.1 port={postgres} user=analyst password={CANARY} dbname=postgres", autocommit=True
    ) as con:
        con.execute("drop table if exists faktura; drop table if exists kunden")
        con.execute(
            "create table faktura (invoice_id text, client_id text, issue_date date, due_date date, amount numeric(12,2), currency char(3))"
        )
        con.execute("create table kunden (client_id text, name text, credit_limit numeric(12,2))")
        for table, rows in (("faktura", INVOICES), ("kunden", CLIENTS)):
            for row in rows:
                con.execute(f"insert into {table} values ({', '.join(['%s'] * len(row))})", row)
    return postgres


def test_postgresql_gives_the_same_ledger(filled_postgres, plain, tmp_path, monkeypatch):
    monkeypatch.setenv("KAM_TEST_PASSWORD", CANARY)
    source = Source(
        url=f"postgresql+psycopg://analyst:${{KAM_TEST_PASSWORD}}@127.0.0.1:{filled_postgres}/postgres",
        queries={"invoices": "select * from faktura order by 1", "clients": "select * from kunden order by 1"},
        name="erp",
    )
    places, profile = gather_sources([source], tmp_path / "scratch")
    report = ingest(places, profile, tmp_path / "out", source="erp")
    assert report.rows == (5, 5, 0)
    same(plain, tmp_path / "out")


def test_a_failing_query_tells_no_secret(filled_postgres, tmp_path, monkeypatch):
    url = f"postgresql+psycopg://analyst:{CANARY}@127.0.0.1:{filled_postgres}/postgres"
    monkeypatch.setenv("KAM_TEST_URL", url)
    with pytest.raises(DataError) as caught:
        gather_sources([Source(url_env="KAM_TEST_URL", queries={"invoices": "select * from nowhere"})], tmp_path)
    assert "nowhere" in str(caught.value)
    assert CANARY not in str(caught.value)
    monkeypatch.setenv("KAM_TEST_URL", url.replace(CANARY, f"{CANARY}-wrong"))
    with pytest.raises(DataError) as caught:
        gather_sources([Source(url_env="KAM_TEST_URL", queries={"invoices": "select 1"})], tmp_path / "other")
    assert CANARY not in str(caught.value)


@pytest.mark.slow
def test_no_secret_in_anything_that_a_run_writes(filled_postgres, tmp_path):
    url = f"postgresql+psycopg://analyst:{CANARY}@127.0.0.1:{filled_postgres}/postgres"
    queries = {"invoices": "select * from faktura order by 1", "clients": "select * from kunden order by 1"}
    run = {
        "run": "pg",
        "title": "From a database",
        "as_of": "2026-03-31",
        "currency": "EUR",
        "clients": {"all": True},
        "ledger": {"sources": [{"url_env": "KAM_TEST_URL", "queries": queries, "name": "erp"}]},
        "out": str(tmp_path / "out"),
    }
    (tmp_path / "pg.yaml").write_text(json.dumps(run))
    command = [*KAM, "run", str(tmp_path / "pg.yaml"), "--workers", "1"]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=300, check=False, env=os.environ | {"KAM_TEST_URL": url}
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert CANARY not in done.stdout + done.stderr
    written = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert {"manifest.json", "snapshot.json", "index.html", "pack.pdf"} <= {path.name for path in written}
    assert any(path.suffix == ".ipynb" for path in written)
    for path in written:
        assert CANARY.encode() not in path.read_bytes(), path.name


def test_a_record_is_the_place_in_a_long_file(tmp_path):
    """DuckDB keeps parts of a text file of many MiB in another order now and then: its rowid would be wrong."""
    file, rows = tmp_path / "long.csv", 700_000
    con = ibis.duckdb.connect()
    con.raw_sql(f"copy (select i as id, repeat('x', 90) as text from range({rows}) t(i)) to '{file}' (header)")
    assert file.stat().st_size > 2 * 32 * 2**20
    for attempt in range(2):
        table = numbered(con, con.read_csv(file, all_varchar=True), tmp_path / f"long_{attempt}.parquet")
        assert table.filter(table.id.cast("int64") + 1 != table[RECORD]).count().execute() == 0
