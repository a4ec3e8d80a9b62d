"""A file never seen gets a profile that really works; what cannot be known is said."""

import json
import sqlite3

import pandas as pd
import pytest
import yaml
from conftest import real_data

from kamlib.errors import DataError
from kamlib.ledger.ingest import ingest
from kamlib.ledger.profiles import parse_profile
from kamlib.ledger.proposal import profile_text, propose
from kamlib.ledger.proposal.evidence import date_evidence, number_evidence
from kamlib.ledger.proposal.names import likeness
from kamlib.ledger.sources import find_files

GERMAN = "Offene Posten;;;;;\nStand 31.03.2026;;;;;\n;;;;;\nRechnung Nr.;Kunde;Rechnungsdatum;Fällig am;Betrag;Währung\n" + "".join(
    f"{9000 + i};Müller {i % 4};{1 + i % 28:02d}.0{1 + i % 3}.2026;{1 + i % 28:02d}.0{3 + i % 3}.2026;1.{200 + i},5{i % 10};EUR\n" for i in range(40)
)  # fmt: skip
CHINESE = "发票号码,客户名称,开票日期,到期日期,价税合计,币种,业务员\n" + "".join(
    f"00{i},宁海{i % 3}有限公司,2026年{1 + i % 3:02d}月{1 + i % 28:02d}日,2026年0{4 + i % 3}月01日,{100 + i}.50,人民币,王敏\n" for i in range(30)
)  # fmt: skip
WIDGETS = "_widget_1,_widget_2,_widget_3,_widget_4\n" + "".join(
    f"A{i},K{i % 4},2026-01-{1 + i % 28:02d},{50 + i}.25\n" for i in range(40)
)


def works(path, tmp_path, currency=None):
    """Propose, write, read back, ingest."""
    proposal = propose(path, currency)
    content = yaml.safe_load(profile_text(proposal))
    profile = parse_profile(content, "written")
    report = ingest(find_files(path, profile), profile, tmp_path / "out", source="proposed")
    return proposal, report, pd.read_parquet(tmp_path / "out" / "invoices.parquet")


def header_of(proposal, table, column):
    guess = next(guess for guess in proposal.tables if guess.table == table)
    return next((c.header for c in guess.columns if c.column == column), None)


def test_a_german_export_in_cp1252_with_titles_above_its_header(tmp_path):
    file = tmp_path / "op.csv"
    file.write_bytes(GERMAN.encode("cp1252"))
    proposal, report, used = works(file, tmp_path)
    assert report.tables["invoices"].rows_used == 40
    assert used["amount"].min() == 1200.5
    assert used["issue_date"].max() == pd.Timestamp("2026-03-27")
    assert used["client_id"].str.startswith("Müller").all()
    told = " ".join(proposal.facts)
    assert "cp1252" in told
    assert "line 4" in told


def test_a_chinese_export_in_gb18030(tmp_path):
    file = tmp_path / "fapiao.csv"
    file.write_bytes(CHINESE.encode("gb18030"))
    proposal, report, used = works(file, tmp_path)
    assert report.tables["invoices"].rows_used == 30
    assert used["amount"].sum() == sum(100.5 + i for i in range(30))
    assert header_of(proposal, "clients", "account_manager") == "业务员"
    assert set(used["currency"]) == {"CNY"}


def test_headers_that_say_nothing_are_guessed_from_values_and_marked_unsure(tmp_path):
    file = tmp_path / "form.csv"
    file.write_text(WIDGETS)
    proposal, report, used = works(file, tmp_path, "CNY")
    assert report.tables["invoices"].rows_used == 40
    assert set(used["client_id"]) == {"K0", "K1", "K2", "K3"}
    guess = {c.column: c for c in proposal.tables[0].columns}
    assert all(guess[name].confidence < 0.7 for name in ("invoice_id", "client_id", "issue_date", "amount"))
    assert guess["currency"].rule == {"value": "CNY"}


def test_a_workbook_and_a_database_with_a_part_for_each_table(tmp_path):
    invoices = pd.DataFrame(
        {
            "Invoice No": ["1", "2"],
            "Customer": ["a", "b"],
            "Invoice Date": pd.to_datetime(["2026-01-05", "2026-01-16"]),
            "Total": [10.5, 20.0],
        }
    )
    payments = pd.DataFrame(
        {
            "Payment No": ["p1"],
            "Customer": ["a"],
            "Invoice No": ["1"],
            "Payment Date": pd.to_datetime(["2026-02-02"]),
            "Amount paid": [10.5],
        }
    )
    clients = pd.DataFrame({"Customer": ["a", "b"], "Customer name": ["One", "Two"], "Credit limit": [100, 0]})
    sheets = {"Sales": invoices, "Cash": payments, "Customers": clients}
    with pd.ExcelWriter(tmp_path / "book.xlsx", engine="openpyxl") as writer:
        for name, frame in sheets.items():
            frame.to_excel(writer, sheet_name=name, index=False)
    con = sqlite3.connect(tmp_path / "book.sqlite")
    for name, frame in sheets.items():
        frame.to_sql(name, con, index=False)
    con.close()
    for name in ("book.xlsx", "book.sqlite"):
        _, report, used = works(tmp_path / name, tmp_path / name.split(".")[1], "EUR")
        assert {table: part.rows_used for table, part in report.tables.items()} == {
            "invoices": 2,
            "receipts": 1,
            "clients": 2,
        }
        assert used["amount"].sum() == 30.5


def test_lines_are_added_up_to_invoices(tmp_path):
    file = tmp_path / "lines.csv"
    file.write_text(
        "InvoiceNo,CustomerID,InvoiceDate,Quantity,UnitPrice\n1,a,2026-01-05,3,2.50\n1,a,2026-01-05,1,0.50\n2,b,2026-01-06,2,1.25\n"
    )
    _, report, used = works(file, tmp_path, "GBP")
    assert used["amount"].tolist() == [8.0, 2.5]
    assert report.tables["invoices"].rows_in == 3


def test_dates_are_told_apart_by_what_cannot_be_a_month():
    clear = date_evidence(pd.Series(["13/02/2026", "01/03/2026"]))
    assert (clear.formats, clear.sure) == (("%d/%m/%Y",), True)
    assert "1 of 2 values are no dates as %m/%d/%Y" in clear.reason
    assert date_evidence(pd.Series(["02/13/2026", "01/03/2026"])).formats == ("%m/%d/%Y",)
    unclear = date_evidence(pd.Series(["01/02/2026", "03/04/2026"]))
    assert not unclear.sure
    assert "either way round" in unclear.reason


def test_decimal_marks_and_names():
    assert number_evidence(pd.Series(["1.234,50", "7,5"]))[:2] == (1.0, ",")
    assert number_evidence(pd.Series(["1,234.50", "7.5"]))[:2] == (1.0, ".")
    assert number_evidence(pd.Series(["x", "7"]))[0] == 0.5
    assert likeness("invoices", "invoice_id", "InvoiceNo.")[0] > 0.9
    assert likeness("invoices", "due_date", "到期日期（天）")[0] > 0.7
    assert likeness("invoices", "due_date", "colour") == (0.0, "")


def test_what_holds_no_invoices_is_refused_with_what_was_found(tmp_path):
    file = tmp_path / "zoo.csv"
    file.write_text("animal,legs\ncat,4\nhen,2\n")
    with pytest.raises(DataError, match="no invoices can be made out"):
        propose(file)
    with pytest.raises(DataError, match="Give one of"):
        propose(tmp_path / "nothing.csv")


def test_hostile_headers_stay_data(tmp_path):
    headers = ["Invoice No", "Customer\u202e", "Invoice Date", "Amount", 'x: [1, 2]" # }', "<b>=cmd()</b>"]
    frame = pd.DataFrame(
        [[str(i), "a", f"2026-01-{10 + i}", f"{i}.50", "!!python/object:x", "{{7*7}}"] for i in range(9)],
        columns=headers,
    )
    frame.to_csv(tmp_path / "hostile.csv", index=False)
    proposal, report, _ = works(tmp_path / "hostile.csv", tmp_path, "EUR")
    assert report.tables["invoices"].rows_used == 9
    assert "\u202e" not in profile_text(proposal)


def test_the_command_writes_a_profile_that_the_command_reads(run_kam, tmp_path):
    (tmp_path / "export.csv").write_text(GERMAN, encoding="utf-8")
    done = run_kam("check", "export.csv")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Rechnungsdatum" in done.stdout
    assert (tmp_path / "export.profile.yaml").is_file()
    again = run_kam("check", "export.csv")
    assert again.returncode == 2
    assert "--force" in again.stderr
    checked = run_kam("check", "export.csv", "--profile", "export.profile.yaml", "--as-of", "2026-03-31", "--json")
    assert checked.returncode == 0, checked.stderr
    assert json.loads(checked.stdout)["ledger"]["tables"]["invoices"]["rows_used"] == 40


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("path", "rows", "receipts"),
    [
        ("ibm_receivables/WA_Fn-UseC_-Accounts-Receivable.csv", 2466, 2466),
        ("highradius_open_items/open_items_dmy_dates.csv", 9681, None),
        ("highradius_open_items/open_items_iso_dates.csv", 9681, None),
    ],
)
def test_real_exports_get_a_profile_that_reads_every_row(path, rows, receipts, tmp_path):
    _, report, _ = works(real_data(path), tmp_path, "USD")
    assert report.tables["invoices"].rows_used == rows
    if receipts:
        assert report.tables["receipts"].rows_used == receipts
