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
    numbered = ordered(con, rows)
    assert "ENUM" in str(con.raw_sql(f"describe {con.compile(numbered)}").df()["column_type"].tolist())
    pd.testing.assert_frame_equal(numbered.execute(), plain)


def test_only_few_and_short_texts_are_numbered(receipts):
    con, rows = receipts
    for limits in ({"FEW": 1, "CLIENTS": 3}, {"LETTERS": 1, "CLIENTS": 3}):
        assert "cast" not in con.compile(ordered(con, rows, **limits)).lower()


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
