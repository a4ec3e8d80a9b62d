import numpy as np
import pandas as pd
import pytest
from conftest import golden, make_invoices, make_receipts
from hypothesis import given
from hypothesis import strategies as st

from kamlib import receivables as rc
from kamlib.errors import DataError

shares = st.floats(0, 1)


def test_r09_provision_matrix():
    example = golden("R09_ifrs9_IE12")
    given_, expected = example["inputs"], example["expected"]
    balances = pd.Series(given_["gross"], index=given_["buckets"])
    matrix = rc.provision_matrix(balances, given_["loss_rate"])
    assert matrix["allowance"].tolist() == pytest.approx(expected["allowance_by_bucket"], abs=1e-6)
    assert matrix["balance"].sum() == expected["gross_total"]
    assert rc.expected_credit_loss(balances, given_["loss_rate"]) == pytest.approx(expected["total"], abs=1e-6)


def test_r10_provision_matrix_from_flow_rates():
    example = golden("R10_ifrscommunity_flow_rate")
    given_, expected = example["inputs"], example["expected"]
    day = pd.Timestamp("2026-12-31")
    paid = [given_[name] for name in ("paid_on_time", "paid_1_30", "paid_31_60", "paid_61_90")]
    lags = pd.DataFrame(
        {
            "due_date": day - pd.Timedelta(days=200),
            "lag_days": [0.0, 15.0, 45.0, 75.0],
            "billed": [given_["cohort_sales"], 0.0, 0.0, 0.0],
            "paid": paid,
        }
    )
    flows = rc.flow_rates(lags, day, (30, 60, 90), loss_days=120)
    assert flows["reached_amount"].tolist() == expected["reaching_bucket"]
    rates = rc.loss_rates(flows["flow_rate"])
    assert (rates * 100).tolist() == pytest.approx(expected["loss_rate_pct"], abs=0.05)
    matrix = rc.provision_matrix(pd.Series(given_["ageing_balances"], index=flows["bucket"]), rates)
    assert matrix["allowance"].tolist() == pytest.approx(expected["allowance"], abs=0.5)
    assert round(matrix["allowance"].sum()) == expected["total"] == 27_567


def test_r12_rates_with_an_overlay():
    example = golden("R12_asc326_rates")
    given_ = example["inputs"]
    balances = pd.Series(1.0, index=given_["buckets"])
    matrix = rc.provision_matrix(balances, given_["historical_loss_rate"], overlay=1.10)
    assert matrix["loss_rate"].tolist() == pytest.approx(
        example["expected"]["adjusted_rate_if_plus_10pct"], abs=example["tolerance"]
    )


@given(st.lists(st.tuples(st.floats(0, 1e7), shares), min_size=1, max_size=8), st.floats(0, 3), st.floats(0, 3))
def test_losses_stay_within_the_balance_and_rise_with_the_overlay(rows, overlay, other):
    balances, rates = pd.Series([balance for balance, _ in rows]), [rate for _, rate in rows]
    low, high = sorted((overlay, other))
    first, second = (rc.expected_credit_loss(balances, rates, factor) for factor in (low, high))
    assert 0 <= first <= second + 1e-6
    assert second <= balances.sum() * (1 + 1e-12)


@given(st.lists(shares, min_size=1, max_size=7))
def test_older_buckets_never_lose_less(flows):
    rates = rc.loss_rates(flows)
    assert (np.diff(rates) >= -1e-15).all()
    assert rates[0] == pytest.approx(np.prod(flows))


def test_a_bucket_in_credit_takes_no_allowance_and_a_floor_holds():
    matrix = rc.provision_matrix(pd.Series({"not due": -100.0, "1–30": 50.0}), [0.0, 0.0], floor=0.01)
    assert matrix["allowance"].tolist() == [0, 0.5]


def test_wrong_rates_are_told_together():
    with pytest.raises(DataError) as caught:
        rc.provision_matrix(pd.Series([1.0]), [0.5, 2.0], overlay=-1)
    assert [fault.field for fault in caught.value.faults] == ["rates", "rates", "overlay"]
    with pytest.raises(DataError, match="fractions"):
        rc.loss_rates([0.5, float("nan")])
    with pytest.raises(DataError, match="more days than the last bucket's 120"):
        rc.flow_rates(pd.DataFrame(), "2026-01-01", loss_days=120)


def test_flow_rates_by_hand_see_nothing_later_and_tell_what_is_assumed():
    invoices, receipts = make_invoices(), make_receipts()
    lags = rc.payment_lags(invoices, receipts)
    assert lags["billed"].sum() == invoices.loc[invoices["amount"] > 0, "amount"].sum()
    table = rc.flow_rates(lags, "2026-03-31", (30,), loss_days=90)
    # due by then: 600 paid 10 days late, 400 with 150 paid early, 300 paid 10 days late, 50 unpaid
    assert table["reached_amount"].tolist() == [1350, 900, 0]
    assert table["flowed_amount"].tolist() == [1200, 0, 0]
    assert table["assumed"].tolist() == [False, False, True]
    assert table["flow_rate"].tolist() == [pytest.approx(1200 / 1350), 0, 1]
    early = rc.flow_rates(lags, "2026-02-20", (30,), loss_days=90)
    assert early["reached_amount"].iloc[0] == 900
    late_receipt = pd.DataFrame(
        {"receipt_id": ["z"], "client_id": ["c"], "invoice_id": ["5"], "paid_date": [pd.Timestamp("2027-01-01")]}
        | {"amount": [50.0], "currency": ["EUR"]}
    )
    again = rc.payment_lags(invoices, pd.concat([receipts, late_receipt]))
    pd.testing.assert_frame_equal(rc.flow_rates(again, "2026-03-31", (30,), loss_days=90), table)
    nothing = rc.flow_rates(rc.payment_lags(invoices.head(0), receipts.head(0)), "2026-03-31")
    assert nothing["assumed"].all()


def test_stages_follow_material_days():
    days = pd.Series([-5.0, 40.0, 400.0])
    assert rc.material_days_past_due(pd.Series([900.0, 95.0, 5.0]), days) == 40
    assert rc.material_days_past_due(pd.Series([900.0, 95.0, 5.0]), days, materiality=0) == 400
    assert rc.material_days_past_due(pd.Series([900.0, -95.0, 5.0]), days) == 0
    assert np.isnan(rc.material_days_past_due(pd.Series([-1.0]), pd.Series([9.0])))
    assert rc.impairment_stage(float("nan")) == 1
    assert rc.impairment_stage(0, insolvent=True) == 3
    assert set(rc.STAGES) == {1, 2, 3}
