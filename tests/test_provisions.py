import numpy as np
import pandas as pd
import pytest
from conftest import make_invoices, make_receipts

from kamlib import receivables as rc
from kamlib.credit.payment_outlook import payment_outlook
from kamlib.credit.provisions import provision_portfolio
from kamlib.ledger.snapshot import snapshot_from_frames
from kamlib.samples.company import generate_company

DAY = "2026-09-30"


@pytest.fixture(scope="module")
def generated():
    frames = generate_company(5, clients=30, months=30, scale=0.15, end=DAY)
    euros = {
        name: frames[name].assign(currency="EUR", reporting_amount=frames[name]["amount"])
        for name in ("invoices", "receipts")
    }
    return snapshot_from_frames(frames | euros, DAY, "EUR")


def test_the_clients_provisions_sum_to_the_portfolios(small_snapshot, policy):
    found = provision_portfolio(small_snapshot, policy)
    assert found.clients["open_invoices"].sum() == pytest.approx(found.matrix["balance"].sum()) == 400
    assert found.clients["allowance"].sum() == pytest.approx(found.allowance)
    assert 0 <= found.allowance <= 400
    assert found.by_stage["clients"].sum() == len(found.clients) == 3
    assert found.by_stage["allowance"].sum() == pytest.approx(found.allowance)
    assert found.clients.loc["c", "oldest_days"] == 28


def test_a_harsher_outlook_never_provides_less_and_a_client_alone_has_its_part(small_snapshot, policy):
    base = provision_portfolio(small_snapshot, policy)
    harsh = policy.model_copy(update={"impairment": policy.impairment.model_copy(update={"overlay": 1.5})})
    assert provision_portfolio(small_snapshot, harsh).allowance >= base.allowance
    alone = provision_portfolio(small_snapshot.only("b"), policy)
    assert alone.allowance == pytest.approx(base.clients.loc["b", "allowance"])


def test_without_receipts_nothing_is_provided_and_nothing_forecast(policy):
    snapshot = snapshot_from_frames({"invoices": make_invoices()}, "2026-03-31", "EUR")
    found = provision_portfolio(snapshot, policy)
    assert np.isnan(found.allowance)
    assert len(found.clients) == 0
    assert found.by_stage["clients"].sum() == 0
    outlook = payment_outlook(snapshot)
    assert outlook.model is None
    assert len(outlook.invoices) == 0


def test_insolvency_is_stage_three_whatever_the_days(policy):
    events = pd.DataFrame({"client_id": ["b"], "date": [pd.Timestamp("2026-03-01")], "kind": ["insolvency"]})
    frames = {"invoices": make_invoices(), "receipts": make_receipts(), "events": events}
    found = provision_portfolio(snapshot_from_frames(frames, "2026-03-31", "EUR"), policy)
    assert found.clients["stage"].to_dict() == {"a": 1, "b": 3, "c": 1}


def test_the_outlook_of_a_few_invoices(small_snapshot):
    outlook = payment_outlook(small_snapshot)
    rows = outlook.invoices.set_index("invoice_id")
    assert outlook.model.method == "past_average"
    assert rows["open_amount"].to_dict() == {"2": 250, "5": 50, "4": 100}
    assert rows.loc["2", "late_probability"] == rows.loc["5", "late_probability"] == 1
    assert 0 < rows.loc["4", "late_probability"] < 1
    assert rows.loc["4", "expected_date"] == pd.Timestamp("2026-04-14")  # b has paid once, ten days late
    assert pd.isna(rows.loc["2", "expected_date"])  # a has never paid so late
    assert outlook.expected_late <= rows["open_amount"].sum()
    alone = payment_outlook(small_snapshot.only("b"))
    assert alone.invoices["invoice_id"].tolist() == ["4"]


def test_the_generated_company(generated, policy):
    found = provision_portfolio(generated, policy)
    assert found.clients["allowance"].sum() == pytest.approx(found.allowance)
    assert found.matrix["loss_rate"].is_monotonic_increasing
    assert set(found.clients["stage"]) <= set(rc.STAGES)
    outlook = payment_outlook(generated)
    assert outlook.invoices["late_probability"].between(0, 1).all()
    known = outlook.invoices.dropna(subset="expected_date")
    assert (known["early_date"] <= known["expected_date"]).all()
    overdue = known[known["days_past_due"] >= 0]
    assert (overdue["expected_date"] > generated.date).all()
    assert outlook.model.trial is not None


def test_the_names_relied_on_stand_in_the_credit_package():
    from kamlib import credit

    assert credit.scorecard_points(50) == pytest.approx(600)
    assert credit.population_stability_index([1, 1], [1, 1]) == 0
    assert credit.late_interest(1_000, 0.1, 365) == pytest.approx(100)
