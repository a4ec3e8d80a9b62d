"""Real exports go through and agree with what is known of them; skipped where the data are not at hand."""

import json
import subprocess

import pandas as pd
import pytest
from conftest import KAM, blocks_of, read_manifest, real_data

from kamlib import concentration, dependence
from kamlib.ledger.ingest import ingest
from kamlib.ledger.profiles import load_profile, parse_profile
from kamlib.ledger.snapshot import SNAPSHOT_FILE, open_snapshot
from kamlib.ledger.sources import find_files
from kamlib.receivables import open_items, payments

pytestmark = pytest.mark.real_data
IBM = "ibm_receivables/WA_Fn-UseC_-Accounts-Receivable.csv"
ISO, DMY = "highradius_open_items/open_items_iso_dates.csv", "highradius_open_items/open_items_dmy_dates.csv"


def read(path, profile, out, as_of):
    file = real_data(path)
    profile = load_profile(profile) if isinstance(profile, str) else profile
    report = ingest(find_files(file, profile), profile, out, source=file.name)
    facts = {"as_of": as_of, "currency": report.currency, "source": report.source, "sha256": report.sha256}
    (out / SNAPSHOT_FILE).write_text(json.dumps(facts), encoding="utf-8")
    return open_snapshot(out), report


def test_ibm_is_as_concentrated_as_known(tmp_path, policy):
    snapshot, report = read(IBM, "ibm_receivables", tmp_path / "ibm", "2014-12-31")
    assert report.rows == (2466 * 2 + 100, 2466 * 2 + 100, 0)
    whole = snapshot.revenue.groupby("client_id")["reporting_amount"].sum()
    assert round(concentration.herfindahl_index(whole) * 10_000) == 109
    for k, percent in ((1, 1.79), (5, 8.35), (10, 15.69)):
        assert round(concentration.concentration_ratio(whole, k) * 100, 2) == percent
    review = dependence.review_dependence(snapshot.as_of("2013-12-31"), policy)
    assert round(review.indices.loc["hhi", "ledger"] * 10_000) == 109


def test_ibm_days_to_settle_and_days_late_recompute_exactly(tmp_path):
    snapshot, _ = read(IBM, "ibm_receivables", tmp_path / "ibm", "2014-12-31")
    items = open_items(snapshot.invoices, snapshot.receipts, snapshot.date).set_index("invoice_id")
    file = pd.read_csv(real_data(IBM), dtype={"invoiceNumber": str}).set_index("invoiceNumber")
    assert (items["open_amount"] == 0).all()
    assert round(payments.delay_rate(items["days_past_due"]), 3) == 0.356
    late = items["days_past_due"].clip(lower=0)
    assert (late.reindex(file.index) == file["DaysLate"]).all()
    settle = (items["settled_date"] - items["issue_date"]).dt.days
    assert (settle.reindex(file.index) == file["DaysToSettle"]).all()
    assert int(snapshot.invoices["disputed"].sum()) == 561


def test_both_open_item_files_give_the_same_snapshot(tmp_path):
    _, iso = read(ISO, "sap_open_items", tmp_path / "iso", "2020-06-30")
    _, dmy = read(DMY, "sap_open_items", tmp_path / "dmy", "2020-06-30")
    for name in ("invoices", "clients", "receipts", "daily_totals"):
        assert (tmp_path / "iso" / f"{name}.parquet").read_bytes() == (
            tmp_path / "dmy" / f"{name}.parquet"
        ).read_bytes()
    assert iso.tables["invoices"].rows_used == dmy.tables["invoices"].rows_used == 9681
    assert iso.tables["invoices"].totals == dmy.tables["invoices"].totals
    joined = {finding.code: finding for finding in iso.findings}
    assert joined["joined_zeros"].values["n"] == 141
    assert joined["many_names"].values["most"] == 11
    points = [joined["many_names"].values[key] for key in ("hhi_id", "hhi_written", "hhi_name")]
    assert points == ["467", "412", "46"]


def test_open_items_by_id_as_written_and_by_sap_number(tmp_path):
    """The known 412 points count 141 clients twice: SAP's leading zeros are not significant, and the other
    file has lost them all, so only the joined ids can agree."""
    joined, _ = read(ISO, "sap_open_items", tmp_path / "joined", "2020-06-30")
    content = load_profile("sap_open_items").model_dump()
    for table in content["tables"].values():
        table["columns"]["client_id"]["zero_pad"] = 0
    as_written, _ = read(ISO, parse_profile(content, "as written"), tmp_path / "written", "2020-06-30")
    raw = as_written.revenue.groupby("client_id")["reporting_amount"].sum()
    assert len(raw) == 694
    assert round(concentration.herfindahl_index(raw) * 10_000) == 412
    assert round(concentration.concentration_ratio(raw, 1) * 100, 1) == 17.4
    assert round(concentration.concentration_ratio(raw, 5) * 100, 1) == 32.1
    one = joined.revenue.groupby("client_id")["reporting_amount"].sum()
    assert len(one) == 553
    assert round(concentration.herfindahl_index(one) * 10_000) == 467
    assert round(concentration.concentration_ratio(one, 1) * 100, 1) == 18.5


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    """A function that makes the pack of a real ledger, once, and returns its folder."""
    made = {}

    def make(path, profile, day):
        if path not in made:
            out = tmp_path_factory.mktemp("pack") / "out"
            options = ["--profile", profile, "--as-of", day, "--top", "3", "--title", "Open items", "--out", str(out)]
            command = [*KAM, "run", "--ledger", str(real_data(path)), *options]
            done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
            assert done.returncode == 0, done.stdout + done.stderr
            made[path] = out
        return made[path]

    return make


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "profile", "day"),
    [
        (IBM, "ibm_receivables", "2013-09-30"),
        (ISO, "sap_open_items", "2020-05-31"),
        (DMY, "sap_open_items", "2020-05-31"),
    ],
)
def test_real_ledgers_become_packs(path, profile, day, pack):
    out = pack(path, profile, day)
    manifest = read_manifest(out)
    assert {entry["status"] for entry in manifest["reports"]} == {"made"}
    assert len(manifest["reports"]) > 9
    assert "nan" not in (out / "index.html").read_text(encoding="utf-8").lower().split("<main")[1]


@pytest.mark.slow
def test_both_open_item_files_give_the_same_reports(pack):
    shown = []
    for path in (ISO, DMY):
        out = pack(path, "sap_open_items", "2020-05-31")
        entries = read_manifest(out)["reports"]
        entries = [
            entry for entry in entries if entry["notebook"] != "portfolio/data_findings"
        ]  # tells the files apart
        shown.append([blocks_of(out, entry)[:-1] for entry in entries])  # all but where it came from
    assert shown[0] == shown[1]
    assert len(shown[0]) > 9
