"""Dirt between tables, currencies accepted by name, terms filled in, and what every report says of it."""

import json

import pandas as pd
import pytest

from kamlib import tables, wording
from kamlib.errors import DataError
from kamlib.language import use_language
from kamlib.ledger.findings.catalogue import CATALOGUE, STOPPING, check_accepted
from kamlib.ledger.findings.finding import Finding
from kamlib.ledger.ingest import ingest
from kamlib.ledger.profiles import load_profile
from kamlib.ledger.snapshot import SNAPSHOT_FILE, open_snapshot
from kamlib.ledger.sources import find_files
from kamlib.policy.findings import FindingRules
from kamlib.runs import parse_run

INVOICES = """invoice_id,client_id,issue_date,due_date,amount,currency
1,a,2026-01-10,2026-02-09,600.00,EUR
2,a,2026-01-20,2026-02-19,50.00,EUR
3,a,2026-02-10,2026-03-12,70.00,EUR
4,a,2026-02-20,,80.00,EUR
5,b,2026-03-10,,90.00,EUR
6,c,2026-03-11,,95.00,USD
"""
RECEIPTS = """receipt_id,client_id,invoice_id,paid_date,amount,currency
r1,a,1,2026-02-01,700.00,EUR
r2,a,2,2026-01-02,50.00,EUR
r3,b,3,2026-03-01,10.00,EUR
r4,a,99,2026-03-01,5.00,EUR
r5,a,,2026-03-01,60.00,EUR
r6,a,,2026-03-02,-1.00,EUR
"""
CLIENTS = "client_id,name,payment_terms_days\na,Halden,\nb,Nordhavn,14\n"


@pytest.fixture
def read(tmp_path):
    folder = tmp_path / "ledger"
    folder.mkdir()
    for name, content in (("invoices", INVOICES), ("receipts", RECEIPTS), ("clients", CLIENTS)):
        (folder / f"{name}.csv").write_text(content)

    def run(**options):
        profile = load_profile("canonical")
        options = {"currency": "EUR", "accept": ["unconverted_currencies"]} | options
        return ingest(find_files(folder, profile), profile, tmp_path / "out", source="test", **options)

    return run


def test_a_currency_without_rates_stops_unless_it_is_accepted(read, tmp_path):
    with pytest.raises(DataError, match=r"fx\.USD: no rate for 1 days"):
        read(accept=[])
    report = read()
    totals = report.tables["invoices"].totals
    assert totals["USD"] == {"in": "95.00", "used": "0.00", "quarantined": "95.00"}
    found = {finding.code: finding for finding in report.findings}["unconverted_currencies"]
    assert (found.accepted, found.count, found.money) == (True, 1, {"USD": "95.00"})
    assert "no rate of exchange for USD" in pd.read_csv(tmp_path / "out" / "quarantine.csv")["reason"].iloc[0]


def test_receipts_are_held_against_invoices_and_clients(read):
    found = {(finding.table, finding.code): finding for finding in read().findings}
    expected = {
        "over_payments": (1, {"EUR": "100.00"}),
        "paid_before_issue": (1, {"EUR": "50.00"}),
        "other_clients_invoice": (1, {"EUR": "10.00"}),
        "unknown_invoices": (1, {"EUR": "5.00"}),
        "unnamed_receipts": (2, {"EUR": "59.00"}),
        "negative_receipts": (1, {"EUR": "-1.00"}),
    }
    for code, (count, money) in expected.items():
        finding = found["receipts", code]
        assert (finding.count, finding.money) == (count, money), code
    assert found["receipts", "paid_before_issue"].examples == ("receipts.csv line 3",)
    assert found["invoices", "unknown_clients"].count == 1


def test_due_dates_come_from_agreed_then_usual_then_the_run_s_terms(read, tmp_path):
    read(default_terms_days=10)
    used = pd.read_parquet(tmp_path / "out" / "invoices.parquet").set_index("invoice_id")
    days = (used["due_date"] - used["issue_date"]).dt.days
    assert used.loc[["1", "4", "5"], "due_basis"].tolist() == ["stated", "usual_terms", "agreed_terms"]
    assert days[["4", "5"]].tolist() == [30, 14]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_findings_matching_and_acceptance_are_shown_in_both_languages(read, tmp_path, lang):
    report = read()
    facts = {"as_of": "2026-03-31", "currency": "EUR", "ledger": report.to_json()}
    (tmp_path / "out" / SNAPSHOT_FILE).write_text(json.dumps(facts), encoding="utf-8")
    snapshot = open_snapshot(tmp_path / "out")
    use_language(lang)
    try:
        table = tables.table_findings(snapshot)
        assert [row[1] for row in table.values] == [finding.code for finding in report.findings]
        rows = tables.table_rows(snapshot)
        assert all(row[2] == pytest.approx(row[3] + row[4]) for row in rows.values)
        matched = {row[0]: row[1] for row in tables.table_matching(snapshot).values}
        assert matched == {"number": 3, "amount": 1, "unapplied": 2}
        said = " ".join(wording.say_findings(snapshot).paragraphs)
        provenance = " ".join(row[1] for row in tables.table_provenance(snapshot).rows)
        assert "USD" in said
        assert "USD" in provenance
    finally:
        use_language("en")


def test_only_findings_that_stop_can_be_accepted():
    check_accepted(STOPPING)
    with pytest.raises(DataError, match="ambiguous_dates"):
        check_accepted(["credit_notes"])
    content = {"run": "x", "title": "x", "as_of": "2026-01-01", "ledger": {"path": "x"}, "accept": ["everything"]}
    with pytest.raises(DataError, match="everything"):
        parse_run(content, "test")


def test_every_finding_says_what_and_what_was_done():
    for code, entry in CATALOGUE.items():
        assert entry.what, code
        assert entry.done, code
        assert Finding(code, "invoices", 1).to_json()["count"] == 1


def test_what_is_a_total_a_swallowed_row_and_a_swapped_day_is_the_policys(tmp_path):
    head = "invoice_id,client_id,issue_date,due_date,amount,currency\n"

    def found(name, rows, **rules):
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        (folder / "invoices.csv").write_text(head + "".join(rows), encoding="utf-8")
        profile = load_profile("canonical")
        out, accepted = tmp_path / f"{name}-{len(rules)}", STOPPING
        places = find_files(folder, profile)
        report = ingest(places, profile, out, source="t", accept=accepted, rules=FindingRules(**rules))
        return {finding.code: finding.count for finding in report.findings}

    bills = [f"{i},a,2026-01-1{i},2026-02-1{i},{i + 1}0.00,EUR\n" for i in range(3)]
    total = [*bills, "9,sum,2026-01-20,2026-02-20,60.00,EUR\n"]
    assert found("total", total)["total_row"] == 1
    assert "total_row" not in found("total", total, total_rows=5)
    swallowed = [*bills, '7,"a\n8,a,2026-01-12,2026-02-12,5.00,EUR\n",2026-01-12,2026-02-12,5.00,EUR\n']
    assert "swallowed_lines" in found("swallowed", swallowed)
    assert "swallowed_lines" not in found("swallowed", swallowed, inner_lines=2)
    usual = [f"u{i},a,2026-01-{i + 13},2026-02-{i + 12},7.00,EUR\n" for i in range(12)]
    odd = [f"s{i},b,2026-04-0{i},2026-03-05,8.00,EUR\n" for i in range(1, 5)]  # nothing mends these
    swapped = [f"s{i},b,2026-0{i}-02,2026-03-0{i + 2},8.00,EUR\n" for i in range(4, 8)]
    counts = found("swapped", [*usual, *swapped])
    assert counts["swapped_dates"] >= 3
    half = found("half", [*usual, *swapped, *odd])
    assert "swapped_dates" in half
    assert "swapped_dates" not in found("half", [*usual, *swapped, *odd], swapped_share=0.95)


def test_only_a_rate_older_than_usual_is_told(tmp_path):
    folder = tmp_path / "ledger"
    folder.mkdir()
    head = "invoice_id,client_id,issue_date,due_date,amount,currency\n"
    days = {"1": "2026-01-10", "2": "2026-01-11", "3": "2026-01-15"}  # Saturday, Sunday, and six days after Friday
    rows = [f"{number},a,{day},2026-03-01,10.00,USD\n" for number, day in days.items()]
    (folder / "invoices.csv").write_text(head + "".join(rows) + "4,a,2026-01-09,2026-03-01,10.00,EUR\n")
    (folder / "fx.csv").write_text("date,currency,rate\n2026-01-09,USD,0.9\n")
    profile = load_profile("canonical")

    def old(out, **rules):
        places = find_files(folder, profile)
        report = ingest(places, profile, tmp_path / out, source="t", currency="EUR", rules=FindingRules(**rules))
        return [(f.count, f.values["n"]) for f in report.findings if f.code == "old_rates"]

    assert old("usual") == [(1, 6)]
    assert old("none", usual_rate_age_days=0) == [(3, 6)]
    assert old("all", usual_rate_age_days=6) == []
