"""From files to a snapshot: nothing lost, every fault told."""

import json
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kamlib.errors import DataError
from kamlib.ledger.ingest import ingest
from kamlib.ledger.profiles import load_profile, parse_profile
from kamlib.ledger.sources import find_files

HEADER = "invoice_id,client_id,issue_date,due_date,amount,currency,kind,cost,disputed"
GOOD = "1,a,2026-01-10,2026-02-09,600.00,EUR,invoice,400,no"


def read(folder, out, profile=None, **options):
    """Ingest a folder of canonical files (or by another profile)."""
    profile = profile or load_profile("canonical")
    return ingest(find_files(folder, profile), profile, out, source="test", **options)


@pytest.fixture
def ledger(tmp_path):
    """A function that writes a ledger folder from lines and reads it."""

    def write(*lines, **more):
        folder = tmp_path / "ledger"
        folder.mkdir(exist_ok=True)
        (folder / "invoices.csv").write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
        for name, content in more.items():
            (folder / f"{name}.csv").write_text(content, encoding="utf-8")
        return folder

    return write


def quarantined(out):
    frame = pd.read_csv(out / "quarantine.csv")
    return dict(zip(frame["line"], frame["reason"], strict=True))


def test_bad_rows_are_set_aside_with_line_and_every_reason(ledger, tmp_path):
    folder = ledger(
        GOOD,
        "2,,2026-01-11,2026-02-09,10,EUR,invoice,,no",
        "3,a,2026-02-30,2026-03-09,ten,EUR,invoice,,no",
        "4,a,2026-01-12,2026-02-09,10,Euro,invoice,,no",
        "5,a,2026-01-12,2026-02-09,10,EUR,gift,,maybe",
        '6,"b ""quoted"", Ltd",2026-01-12,2026-02-09,"1,234.50",EUR,,,yes',
    )
    report = read(folder, tmp_path / "out")
    table = report.tables["invoices"]
    assert (table.rows_in, table.rows_used, table.rows_quarantined) == (6, 2, 4)
    reasons = quarantined(tmp_path / "out")
    assert "client_id is empty" in reasons[3]
    assert "issue_date «2026-02-30»" in reasons[4]
    assert "amount «ten»: must be a number" in reasons[4]
    assert "ISO 4217" in reasons[5]
    assert "kind «gift»: must be one of invoice" in reasons[6]
    assert "disputed «maybe»: must be yes or no" in reasons[6]
    used = pd.read_parquet(tmp_path / "out" / "invoices.parquet")
    assert used["amount"].tolist() == [600.0, 1234.5]
    assert used["kind"].tolist() == ["invoice", "invoice"]


def test_lines_with_too_few_or_many_fields_are_kept_with_their_number(ledger, tmp_path):
    folder = ledger(
        GOOD, "2,a,2026-01-11", GOOD.replace("1,", "3,", 1), GOOD.replace("1,", "4,", 1) + ",extra,more", "5,,,,,,,,"
    )
    report = read(folder, tmp_path / "out")
    assert report.tables["invoices"].rows_in == 5
    reasons = quarantined(tmp_path / "out")
    assert sorted(reasons) == [3, 5, 6]
    assert "columns" in reasons[3]
    assert "client_id is empty" in reasons[6]


def test_repeats_are_set_aside_and_told_apart(ledger, tmp_path):
    folder = ledger(GOOD, GOOD, GOOD.replace("600.00", "601.00"))
    report = read(folder, tmp_path / "out")
    assert report.tables["invoices"].rows_used == 1
    reasons = quarantined(tmp_path / "out")
    assert reasons[3] == "the same row stands on line 2"
    assert "invoice_id is used on line 2 with other content" in reasons[4]
    assert report.tables["invoices"].totals["EUR"] == {"in": "1801.00", "used": "600.00", "quarantined": "1201.00"}


def test_missing_columns_are_refused_all_at_once_and_leave_nothing(ledger, tmp_path):
    folder = ledger(receipts="receipt_id,client_id,amount,currency\n1,a,5,EUR\n")
    (folder / "invoices.csv").write_text("invoice_id,issue_date,amount\n1,2026-01-01,5\n")
    with pytest.raises(DataError) as caught:
        read(folder, tmp_path / "out")
    fields = {fault.field for fault in caught.value.faults}
    assert fields == {"invoices.csv: client_id", "invoices.csv: currency", "receipts.csv: paid_date"}
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("content", ["", HEADER + "\n", HEADER + "\n,,,,,,,,\n"])
def test_an_empty_ledger_is_refused(content, tmp_path):
    folder = tmp_path / "ledger"
    folder.mkdir()
    (folder / "invoices.csv").write_text(content)
    with pytest.raises(DataError):
        read(folder, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_unreadable_and_unknown_files_are_refused(tmp_path):
    profile = load_profile("canonical")
    with pytest.raises(DataError, match="existing file"):
        find_files(tmp_path / "nowhere", profile)
    (tmp_path / "invoices.docx").write_text("x")
    with pytest.raises(DataError, match=r"\.csv"):
        find_files(tmp_path / "invoices.docx", profile)
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="invoices"):
        find_files(tmp_path / "empty", profile)
    (tmp_path / "invoices.parquet").write_bytes(b"not parquet")
    with pytest.raises(DataError, match=r"invoices\.parquet"):
        read(tmp_path / "invoices.parquet", tmp_path / "out")


def test_money_is_converted_at_the_rate_of_the_day(ledger, tmp_path):
    fx = "date,currency,rate\n2026-01-09,USD,0.90\n2026-02-01,USD,0.95\n"
    folder = ledger(GOOD, "2,a,2026-01-10,2026-02-01,100,USD,,50,", fx=fx)
    read(folder, tmp_path / "out", currency="EUR")
    used = pd.read_parquet(tmp_path / "out" / "invoices.parquet").set_index("invoice_id")
    assert used.loc["2", "reporting_amount"] == 90.0
    assert used.loc["2", "reporting_cost"] == 45.0
    assert used.loc["1", "reporting_amount"] == 600.0


def test_rates_are_crossed_when_the_reporting_currency_has_its_own(ledger, tmp_path):
    fx = "date,currency,rate\n2026-01-10,USD,0.90\n2026-01-10,GBP,1.20\n"
    folder = ledger("2,a,2026-01-10,2026-02-01,100,GBP,,,", fx=fx)
    read(folder, tmp_path / "out", currency="USD")
    used = pd.read_parquet(tmp_path / "out" / "invoices.parquet")
    assert used["reporting_amount"].iloc[0] == pytest.approx(133.33)


def test_a_missing_or_old_rate_names_currency_and_days(ledger, tmp_path):
    fx = "date,currency,rate\n2025-12-01,USD,0.90\n"
    folder = ledger(GOOD, "2,a,2026-01-10,2026-02-01,100,USD,,,", "3,a,2026-01-11,2026-02-01,100,CHF,,,", fx=fx)
    with pytest.raises(DataError) as caught:
        read(folder, tmp_path / "out", currency="EUR")
    assert {fault.field for fault in caught.value.faults} == {"fx.USD", "fx.CHF"}
    assert "2026-01-10" in str(caught.value)


def test_missing_due_dates_come_from_the_terms_and_are_told(ledger, tmp_path):
    report = read(ledger("1,a,2026-01-10,,5,EUR,,,"), tmp_path / "out", default_terms_days=14)
    used = pd.read_parquet(tmp_path / "out" / "invoices.parquet")
    assert used["due_date"].iloc[0] == pd.Timestamp("2026-01-24")
    assert used["due_basis"].tolist() == ["default_terms"]
    (finding,) = report.findings
    assert (finding.code, finding.count, finding.money, finding.values["default"]) == (
        "missing_due_dates",
        1,
        {"EUR": "5.00"},
        "1",
    )


def test_absent_tables_are_told_with_what_they_would_add(ledger, tmp_path):
    report = read(ledger(GOOD), tmp_path / "out")
    assert "clients" in report.missing
    assert "groups" in report.missing["clients"]
    assert report.unused == {}


def test_parquet_reads_as_csv_does(ledger, tmp_path):
    folder = ledger(GOOD, GOOD.replace("1,", "2,", 1))
    read(folder, tmp_path / "csv")
    frame = pd.read_csv(folder / "invoices.csv", parse_dates=["issue_date", "due_date"], dtype={"invoice_id": str})
    other = tmp_path / "typed"
    other.mkdir()
    frame.to_parquet(other / "invoices.parquet")
    read(other, tmp_path / "parquet")
    pd.testing.assert_frame_equal(
        *[pd.read_parquet(tmp_path / name / "invoices.parquet") for name in ("csv", "parquet")]
    )


def test_semicolons_and_decimal_commas(tmp_path):
    file = tmp_path / "export.csv"
    file.write_text("Nr;Kunde;Datum;Betrag\n1;a;05.01.2026;1.234,56\n2;a;06.01.2026;-7,5\n", encoding="utf-8")
    columns = {
        "invoice_id": "Nr",
        "client_id": "Kunde",
        "issue_date": {"column": "Datum", "formats": ["%d.%m.%Y"]},
        "amount": {"column": "Betrag", "decimal": ","},
        "currency": {"value": "EUR"},
    }
    profile = parse_profile({"title": "t", "origin": "o", "tables": {"invoices": {"columns": columns}}}, "test")
    report = read(file, tmp_path / "out", profile)
    assert report.tables["invoices"].totals["EUR"]["in"] == "1227.06"


def test_profiles_tell_every_fault_at_once():
    content = {
        "title": "t",
        "origin": "o",
        "tables": {"invoices": {"columns": {"invoice_id": "x", "colour": "y"}}, "planets": {"columns": "canonical"}},
    }
    with pytest.raises(DataError) as caught:
        parse_profile(content, "test")
    told = str(caught.value)
    for word in ("planets", "colour", "client_id, issue_date, amount, currency"):
        assert word in told
    with pytest.raises(DataError, match="ibm_receivables"):
        load_profile("sapp")


texts = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters='\0\r\n"'), max_size=8)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            texts, st.sampled_from(["a", "b", ""]), st.sampled_from(["2026-01-05", "05/01/2026", "", "x"]), texts
        ),
        max_size=12,
    )
)
def test_every_row_is_used_or_quarantined_and_totals_reconcile(ledger, tmp_path_factory, rows):
    lines = [f'"{key}","{client}",{day},,"{amount}",EUR,,,' for key, client, day, amount in rows]
    out = tmp_path_factory.mktemp("property") / "out"
    table = read(ledger(GOOD.replace("1,", "known,", 1), *lines), out).tables["invoices"]
    assert table.rows_in == table.rows_used + table.rows_quarantined == len(rows) + 1
    for totals in table.totals.values():
        assert Decimal(totals["in"]) == Decimal(totals["used"]) + Decimal(totals["quarantined"])
    kept = len(pd.read_csv(out / "quarantine.csv")) if (out / "quarantine.csv").exists() else 0
    assert kept == table.rows_quarantined


def test_the_quarantine_keeps_the_row_as_it_was(ledger, tmp_path):
    read(ledger(GOOD, "2,=cmd(),never,,5,EUR,,,"), tmp_path / "out")
    row = json.loads(pd.read_csv(tmp_path / "out" / "quarantine.csv")["row"].iloc[0])
    assert row["client_id"] == "=cmd()"
    assert row["issue_date"] == "never"


def write(tmp_path, content, name="invoices.csv"):
    folder = tmp_path / "raw"
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def test_a_relative_path_loses_nothing(ledger, tmp_path, monkeypatch):
    folder = ledger(GOOD, "2,a,2026-01-11")
    monkeypatch.chdir(tmp_path)
    report = read(folder.relative_to(tmp_path), tmp_path / "out")
    assert report.tables["invoices"].rows_quarantined == 1


def test_an_unclosed_quote_takes_its_own_row_only(ledger, tmp_path):
    rows = [f'"I{i}","Co, {i}",2026-01-10,,5,EUR,,,' for i in range(20)]
    report = read(ledger(*rows, 'I79,"C1,2026-01-10,,5,EUR,,,'), tmp_path / "out")
    assert (report.tables["invoices"].rows_used, report.tables["invoices"].rows_quarantined) == (20, 1)
    assert pd.read_parquet(tmp_path / "out" / "invoices.parquet")["client_id"].iloc[0] == "Co, 0"


def test_ids_that_look_like_comments_are_rows(ledger, tmp_path):
    rows = [GOOD.replace("1,", f"{mark}{i},", 1) for i, mark in enumerate("#" * 3 + "//"[:1] * 3)]
    assert read(ledger(*rows), tmp_path / "out").tables["invoices"].rows_used == 6


def test_lines_are_counted_as_an_editor_counts_them(tmp_path):
    content = f'\n\n{HEADER}\n\n1,a,2026-01-10,,5,EUR,,,\n2,"b\nb",2026-01-10,,5,EUR,,,\n\n3,,2026-01-10,,5,EUR,,,\n'
    read(write(tmp_path, content), tmp_path / "out")
    assert list(quarantined(tmp_path / "out")) == [9]


def test_a_line_that_nobody_read_is_refused(ledger, tmp_path, monkeypatch):
    from kamlib.ledger.sources import text

    counted = text._count_lines
    monkeypatch.setattr(text, "_count_lines", lambda path, first=None: (counted(path, first)[0] + 2, 0))
    with pytest.raises(DataError, match="2 of 4 lines cannot be accounted for"):
        read(ledger(GOOD), tmp_path / "out")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "not text"),
        (b"", "empty"),
        ("invoice_id,client_id,issue_date,amount,currency,Amount\n1,a,2026-01-01,5,EUR,6\n", "given twice"),
        (",".join(f"c{i}" for i in range(3000)) + "\n", "3,000 columns"),
    ],
)
def test_files_that_are_no_ledger_are_refused_with_a_remedy(content, said, tmp_path):
    with pytest.raises(DataError, match=said):
        read(write(tmp_path, content), tmp_path / "out")


def test_values_beyond_sense_are_quarantined(ledger, tmp_path):
    fx = "date,currency,rate\n2026-01-01,EUR,inf\n2026-01-01,USD,1e300\n2026-01-01,CHF,nan\n2026-01-02,GBP,1.2\n"
    folder = ledger(
        GOOD,
        "2,a,2026-01-11,,9999999999999999.99,EUR,,,",
        f"3,{'x' * 5_000_000},2026-01-11,,5,EUR,,,",
        "4,a,1700-01-01,,5,EUR,,,",
        "5,a,9999-12-31,,5,EUR,,,",
        "6,a,2026-01-11,9999-12-31,5,EUR,,,",
        "7,a,2026-01-11,,inf,EUR,,,",
        fx=fx,
    )
    report = read(folder, tmp_path / "out")
    assert report.tables["invoices"].rows_quarantined == 5
    assert report.tables["fx"].rows_quarantined == 3
    reasons = pd.read_csv(tmp_path / "out" / "quarantine.csv").query("table == 'invoices'").set_index("line")["reason"]
    for line, word in (
        (3, "below 10,000"),
        (4, "at most 4,000"),
        (5, "1900-01-01"),
        (6, "2199-12-31"),
        (8, "must be a number"),
    ):
        assert word in reasons[line]
    used = pd.read_parquet(tmp_path / "out" / "invoices.parquet").set_index("invoice_id")
    assert used.loc["6", "due_date"] == pd.Timestamp("2026-02-10")  # never means by the terms


def test_receipts_for_unknown_invoices_are_told(ledger, tmp_path):
    receipts = "receipt_id,client_id,invoice_id,paid_date,amount,currency\nr1,a,R9999,2026-02-01,5,EUR\nr2,a,1,2026-02-01,5,EUR\n"
    report = read(ledger(GOOD, receipts=receipts), tmp_path / "out")
    (finding,) = report.findings
    assert (finding.code, finding.count, finding.examples) == ("unknown_invoices", 1, ("receipts.csv line 2",))


def test_totals_beside_the_snapshot_are_exact(ledger, tmp_path):
    """Floating point adds up 0.1 three times to a little more, and threads to a little else each time."""
    lines = [f"{number},a,2026-01-10,2026-02-09,0.10,EUR,invoice,,no" for number in range(3)]
    read(ledger(*lines), tmp_path / "out")
    assert pd.read_parquet(tmp_path / "out" / "daily_totals.parquet")["revenue"].tolist() == [0.3]
    assert pd.read_parquet(tmp_path / "out" / "payment_lags.parquet")["billed"].tolist() == [0.3]
