"""A long table sorted by numbers for its texts is the table sorted by the texts."""

import ibis
import pandas as pd
import pyarrow.parquet as pq
import pytest
from dirty import dirty_rows

from kamlib.ledger import sorting
from kamlib.ledger.findings.catalogue import STOPPING
from kamlib.ledger.ingest import ingest
from kamlib.ledger.profiles import load_profile
from kamlib.ledger.sources import find_files

CLIENTS = ["b", "B", "ä", "北京", "a b", "A-1", "10", "9", None]


def ordered(con, rows, **limits):
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ({"LONG": 1} | limits).items():
            patch.setattr(sorting, name, value)
        return sorting.in_order(con, "receipts", rows, ["client_id", "paid_date"])


@pytest.fixture
def receipts():
    con = ibis.duckdb.connect()
    frame = pd.DataFrame({"receipt_id": [str(i) for i in range(90)], "client_id": CLIENTS * 10, "paid_date": range(90)})
    frame["currency"] = ["EUR", "CNY", None] * 30
    return con, con.create_table("rows", ibis.memtable(frame))


def test_rows_stand_where_their_texts_put_them(receipts):
    con, rows = receipts
    plain = ordered(con, rows, LONG=1_000).execute()
    assert plain["client_id"].dropna().tolist() == sorted(plain["client_id"].dropna())  # by code points
    pd.testing.assert_frame_equal(ordered(con, rows).execute(), plain)


def test_only_a_text_that_is_everywhere_stays_a_number(receipts):
    con, rows = receipts
    numbered = ordered(con, rows.mutate(currency=ibis.literal("EUR")))
    types = con.raw_sql(f"describe {con.compile(numbered)}").df().set_index("column_name")["column_type"]
    assert (types["client_id"], types["currency"]) == ("VARCHAR", "ENUM('EUR')")
    gaps = ordered(con, rows.mutate(currency=rows.currency.nullif("CNY")))
    types = con.raw_sql(f"describe {con.compile(gaps)}").df().set_index("column_name")["column_type"]
    assert types["currency"] == "VARCHAR"


def test_only_few_texts_are_numbered(receipts):
    con, rows = receipts
    assert "numbered" not in con.compile(ordered(con, rows, FEW=1))
    assert con.compile(ordered(con, rows, FEW=3)).count("numbered") == 1  # the currency


def test_a_long_snapshot_is_the_same_to_the_byte_each_time(tmp_path):
    """With a number for each text, DuckDB 2.0 would write a rare one into parts of the file where it does not stand."""
    rows = [
        f"i{i},c{i % 97:03},2026-01-{i % 28 + 1:02},{i % 9}.00,EUR,{'rare' if i % 30_000 == 7 else f'line {i % 5}'}\n"
        for i in range(120_000)
    ]
    folder, profile = tmp_path / "ledger", load_profile("canonical")
    folder.mkdir()
    head = "invoice_id,client_id,issue_date,amount,currency,product_line\n"
    (folder / "invoices.csv").write_text(head + "".join(rows), encoding="utf-8")
    found = set()
    for attempt in range(3):
        out = tmp_path / str(attempt)
        ingest(find_files(folder, profile), profile, out, source="x", accept=STOPPING)
        found.add((out / "invoices.parquet").read_bytes())
    assert len(found) == 1


def test_a_snapshot_has_the_same_rows_and_ranges_of_clients_with_numbers(tmp_path, monkeypatch):
    folder, profile = dirty_rows(tmp_path / "ledger"), load_profile("canonical")
    for name, least in (("plain", 10**9), ("numbered", 1)):
        monkeypatch.setattr(sorting, "LONG", least)
        ingest(find_files(folder, profile), profile, tmp_path / name, source="x", currency="EUR", accept=STOPPING)
    for path in sorted((tmp_path / "plain").glob("*.parquet")):
        one, other = pq.ParquetFile(path), pq.ParquetFile(tmp_path / "numbered" / path.name)
        assert other.read().to_pydict() == one.read().to_pydict(), path.name
        if "client_id" in one.schema_arrow.names:
            at = one.schema_arrow.get_field_index("client_id")
            ranges = [file.metadata.row_group(0).column(at).statistics for file in (one, other)]
            assert (ranges[0].min, ranges[0].max) == (ranges[1].min, ranges[1].max)
