"""The quarantine mended and fed back: the rows are used, and the accounting still closes."""

import json

import pandas as pd
import pytest

from kamlib.errors import DataError
from kamlib.ledger.ingest import ingest
from kamlib.ledger.profiles import load_profile
from kamlib.ledger.sources import find_files

LINES = [
    "invoice_id,client_id,issue_date,due_date,amount,currency",
    "1,a,2026-01-10,2026-02-09,600.00,EUR",
    "2,,2026-01-11,2026-02-10,50.00,EUR",
    "3,a,2026-01-12,2026-02-11,ten,EUR",
    "4,a,2026-01-13",
    "5,a,2026-01-14,2026-02-13,7.00,EUR",
]


def read(folder, out, mended=None):
    profile = load_profile("canonical")
    return ingest(find_files(folder, profile), profile, out, source="test", mended=mended)


@pytest.fixture
def aside(tmp_path):
    """A ledger of five rows of which three are set aside, and their quarantine."""
    folder = tmp_path / "ledger"
    folder.mkdir()
    (folder / "invoices.csv").write_text("\n".join(LINES) + "\n", encoding="utf-8")
    report = read(folder, tmp_path / "first")
    assert report.tables["invoices"].rows_quarantined == 3
    return folder, pd.read_csv(tmp_path / "first" / "quarantine.csv", dtype=str, keep_default_na=False)


def mended_row(row: str, **changes: str) -> str:
    return json.dumps(json.loads(row) | changes)


def test_mended_rows_are_used_and_the_sums_close(aside, tmp_path):
    folder, rows = aside
    by_line = rows.set_index("line")["row"]
    rows["row"] = [
        mended_row(by_line["3"], client_id="b"),
        mended_row(by_line["4"], amount="10.00"),
        "4,a,2026-01-13,2026-02-12,3.00,EUR",
    ]
    rows.to_csv(tmp_path / "mended.csv", index=False)
    report = read(folder, tmp_path / "second", tmp_path / "mended.csv")
    table = report.tables["invoices"]
    assert (table.rows_in, table.rows_used, table.rows_quarantined) == (5, 5, 0)
    assert table.totals["EUR"] == {"in": "670.00", "used": "670.00", "quarantined": "0.00"}
    used = pd.read_parquet(tmp_path / "second" / "invoices.parquet").set_index("invoice_id")
    assert used.loc["2", "client_id"] == "b"
    assert used.loc["4", "amount"] == 3.0


def test_rows_left_as_they_were_are_set_aside_again(aside, tmp_path):
    folder, rows = aside
    rows.to_csv(tmp_path / "mended.csv", index=False)
    first = pd.read_csv(tmp_path / "first" / "quarantine.csv")
    again = read(folder, tmp_path / "second", tmp_path / "mended.csv")
    assert again.tables["invoices"].rows_quarantined == 3
    pd.testing.assert_frame_equal(first, pd.read_csv(tmp_path / "second" / "quarantine.csv"))


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("row", "not json", "Keep the row as JSON"),
        ("row", '{"colour": "red"}', "colour"),
        ("file", "other.csv", r"invoices\.csv"),
        ("record", "99", "record 99"),
    ],
)
def test_what_cannot_be_fed_back_is_told(aside, tmp_path, column, value, told):
    folder, rows = aside
    rows.loc[rows["line"] == "3", column] = value
    rows.to_csv(tmp_path / "mended.csv", index=False)
    with pytest.raises(DataError, match=told):
        read(folder, tmp_path / "second", tmp_path / "mended.csv")
    assert not (tmp_path / "second").exists()


def test_files_that_are_no_quarantine_are_told(aside, tmp_path):
    folder, _ = aside
    with pytest.raises(DataError, match="quarantine"):
        read(folder, tmp_path / "second", tmp_path / "nowhere.csv")
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(DataError, match="missing column"):
        read(folder, tmp_path / "third", tmp_path / "other.csv")
