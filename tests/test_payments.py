import numpy as np
import pandas as pd
import pytest
from conftest import make_invoices, make_receipts

from kamlib.receivables import open_items, payments


def months(values, weights=None):
    index = pd.date_range("2025-01-01", periods=len(values), freq="MS")
    return pd.DataFrame({"month": index, "days_late": values, "amount": weights or [1.0] * len(values)})


def test_behaviour_of_three_clients_by_hand():
    items = open_items(make_invoices(), make_receipts(), "2026-03-31")
    due = payments.due_items(items, "2025-12-31", "2026-03-31")
    assert due["invoice_id"].tolist() == ["1", "2", "3", "5"]
    # 10 days on 600, 19 so far on 400, 10 on 300, 28 so far on 50
    assert payments.weighted_days_late(due["days_past_due"], due["amount"]) == pytest.approx(
        (10 * 600 + 19 * 400 + 10 * 300 + 28 * 50) / 1350
    )
    assert payments.delay_rate(due["days_past_due"]) == 1.0


def test_unpaid_invoices_count_with_the_days_so_far():
    paid = open_items(make_invoices(), make_receipts(), "2026-03-31")
    never = open_items(make_invoices(), make_receipts().iloc[:0], "2026-03-31")
    late = [payments.weighted_days_late(f["days_past_due"], f["amount"].abs()) for f in (paid, never)]
    assert late[1] > late[0]


def test_a_trend_is_found_with_its_interval():
    noise = np.random.default_rng(1).normal(0, 1, 18)
    trend = payments.delay_trend(months((5 + 2 * np.arange(18) + noise).tolist()))
    assert trend.low < 2 < trend.high
    assert trend.certain


def test_no_trend_from_noise_too_few_months_or_a_level_line():
    noise = np.random.default_rng(2).normal(10, 3, 18)
    assert not payments.delay_trend(months(noise.tolist())).certain
    assert payments.delay_trend(months([1.0, 2.0, 3.0])) is None
    assert payments.delay_trend(months([4.0] * 12)).slope == 0


def test_nothing_due_gives_nan():
    empty = pd.Series(dtype=float)
    assert np.isnan(payments.delay_rate(empty))
    assert np.isnan(payments.weighted_days_late(empty, empty))


def test_months_weigh_days_by_money():
    items = pd.DataFrame(
        {
            "due_date": pd.to_datetime(["2026-01-05", "2026-01-20", "2026-02-01"]),
            "days_past_due": [30.0, -4.0, 6.0],
            "amount": [100.0, 300.0, 50.0],
        }
    )
    table = payments.delay_by_month(items)
    assert table["days_late"].tolist() == [7.5, 6.0]
    assert table["delay_rate"].tolist() == [0.5, 1.0]


def test_the_interval_of_days_late_agrees_with_the_bootstrap():
    rng = np.random.default_rng(7)
    days, amounts = pd.Series(rng.normal(8, 15, 300).round()), pd.Series(rng.lognormal(5, 0.8, 300))
    found = payments.days_late_interval(days, amounts)
    draws = []
    for _ in range(600):
        rows = rng.integers(0, 300, 300)
        draws.append(payments.weighted_days_late(days.iloc[rows], amounts.iloc[rows]))
    assert found.value == payments.weighted_days_late(days, amounts)
    assert [found.low, found.high] == pytest.approx(np.quantile(draws, [0.025, 0.975]), abs=0.8)


def test_one_invoice_has_no_interval_and_one_giant_counts_as_few():
    one = payments.days_late_interval(pd.Series([5.0]), pd.Series([10.0]))
    assert one.value == 5
    assert np.isnan(one.low)
    assert np.isnan(payments.days_late_interval(pd.Series([], dtype=float), pd.Series([], dtype=float)).value)
    giant = payments.days_late_interval(pd.Series([5.0, 60.0, 0.0]), pd.Series([1e6, 1.0, 1.0]))
    assert np.isnan(giant.high)


def test_a_season_is_found_where_there_is_one_and_not_where_there_is_none():
    month = pd.Series(pd.date_range("2023-01-01", periods=36, freq="MS"))
    noise = np.random.default_rng(1).normal(0, 1, 36)
    flat = pd.DataFrame({"month": month, "days_late": 10 + 0.2 * np.arange(36) + noise, "amount": 100.0})
    seasonal = flat.assign(days_late=flat["days_late"] + 8.0 * (month.dt.quarter == 4))
    found = payments.delay_season(seasonal)
    assert found.p_value < 0.001
    assert found.effects.sum() == pytest.approx(0)
    assert found.effects[4] == pytest.approx(6, abs=1)
    rng = np.random.default_rng(2)
    alarms = [payments.delay_season(flat.assign(days_late=rng.normal(9, 2, 36))).p_value < 0.05 for _ in range(100)]
    assert sum(alarms) <= 12
    assert payments.delay_season(flat.head(20)) is None
    assert payments.delay_season(flat.assign(days_late=3.0)) is None


def test_disputes_of_nothing_are_unknown():
    none = pd.DataFrame({"amount": [], "open_amount": [], "days_past_due": [], "disputed": []}, dtype=float)
    record = payments.dispute_record(none)
    assert np.isnan(record.invoice_share)
    assert record.open_amount == 0
