import numpy as np
import pandas as pd
import pytest
from conftest import golden, make_invoices, make_receipts
from hypothesis import given
from hypothesis import strategies as st

from kamlib import receivables as rc
from kamlib.errors import DataError

money = st.floats(1, 1e7)


def test_r01_dso_from_average_receivables():
    example = golden("R01_dso_simple")
    given_ = example["inputs"]
    found = rc.days_sales_outstanding(
        given_["avg_receivables"], given_["annual_sales"], given_["days"], method="average"
    )
    assert found == pytest.approx(example["expected"]["dso"], abs=example["tolerance"])


def test_r03_dso_by_count_back():
    example = golden("R03_dso_countback")
    given_ = example["inputs"]
    found = rc.days_sales_outstanding(
        given_["ending_receivables"],
        given_["monthly_credit_sales_oldest_first"],
        given_["days_per_month"],
        method="countback",
    )
    assert found == pytest.approx(example["expected"]["exact"], abs=1e-9)


def test_r05_collection_effectiveness_index():
    example = golden("R05_cei")
    given_ = example["inputs"]
    found = rc.collection_effectiveness_index(
        given_["beginning_receivables"],
        given_["credit_sales_3_months"],
        given_["ending_total"],
        given_["ending_current"],
        given_["n_months"],
    )
    assert found * 100 == pytest.approx(example["expected"]["exact"], abs=1e-9)


def test_r07_best_possible_dso_and_average_days_delinquent():
    example = golden("R07_bpdso_add")
    given_, expected = example["inputs"], example["expected"]
    total, current = given_["total_receivables"], given_["current_receivables"]
    sales, days = given_["credit_sales"], given_["days"]
    assert rc.days_sales_outstanding(total, sales, days) == expected["dso"]
    assert rc.best_possible_dso(current, sales, days) == expected["best_possible_dso"]
    assert rc.average_days_delinquent(total, current, sales, days) == expected["average_days_delinquent"]


@given(st.floats(1, 1e6), st.floats(0.05, 11.5))
def test_count_back_equals_period_dso_on_level_sales(sales, months_open):
    balance = sales * months_open
    level = [sales] * 12
    by_period = rc.days_sales_outstanding(balance, level, 360)
    by_countback = rc.days_sales_outstanding(balance, level, 30, method="countback")
    assert by_countback == pytest.approx(by_period, rel=1e-9)


def test_measures_without_meaning_are_nan_not_zero():
    assert np.isnan(rc.days_sales_outstanding(100, 0, 30))
    assert np.isnan(rc.days_sales_outstanding(500, [100, 100], 30, method="countback"))
    assert np.isnan(rc.collection_effectiveness_index(0, 0, 0, 0))
    assert np.isnan(rc.receivables_turnover(100, 0))


def test_turnover_names_its_basis():
    assert rc.receivables_turnover(1200, 200) == 6
    assert rc.receivables_turnover(1200, [100, 300], basis="average") == 6
    with pytest.raises(DataError, match="closing balance alone"):
        rc.receivables_turnover(1200, [100, 300])
    with pytest.raises(DataError, match="year_end, average"):
        rc.receivables_turnover(1200, 200, basis="median")


def test_every_fault_of_a_dso_is_told_at_once():
    with pytest.raises(DataError) as caught:
        rc.days_sales_outstanding(float("nan"), 100, 0, method="magic")
    assert {fault.field for fault in caught.value.faults} == {"receivables", "days", "method"}


def test_open_items_by_hand():
    items = rc.open_items(make_invoices(), make_receipts(), "2026-03-31").set_index("invoice_id")
    assert items["open_amount"].to_dict() == {"1": 0, "2": 250, "3": 0, "4": 100, "5": 50, "6": -20}
    assert items.loc["1", "settled_date"] == pd.Timestamp("2026-02-19")
    assert items.loc["1", "days_past_due"] == 10
    assert pd.isna(items.loc["2", "settled_date"])
    assert items.loc["2", "days_past_due"] == 19
    assert rc.unapplied_cash(make_invoices(), make_receipts(), "2026-03-31")["receipt_id"].tolist() == ["r4"]


def test_part_payments_overpayments_and_credit_notes():
    invoices = make_invoices()
    receipts = pd.DataFrame(
        {
            "receipt_id": list("pqrst"),
            "client_id": ["a", "a", "b", "c", "c"],
            "invoice_id": ["1", "1", "3", "5", "6"],
            "paid_date": pd.to_datetime(["2026-02-01", "2026-02-20", "2026-02-25", "2026-03-01", "2026-03-25"]),
            "amount": [200.0, 400.0, 310.0, 50.0, -20.0],
        }
    )
    items = rc.open_items(invoices, receipts, "2026-03-31").set_index("invoice_id")
    assert items.loc["1", "settled_date"] == pd.Timestamp("2026-02-20")
    assert items.loc["3", "open_amount"] == -10
    assert items.loc["6", "settled_date"] == pd.Timestamp("2026-03-25")
    assert items.loc["6", "open_amount"] == 0


def test_nothing_later_than_the_day_is_seen():
    early = rc.open_items(make_invoices(), make_receipts(), "2026-02-15")
    assert early["invoice_id"].tolist() == ["1", "2", "3", "5"]
    assert early["paid_amount"].sum() == 0


@given(
    st.lists(st.tuples(money, st.integers(-400, 400)), min_size=1, max_size=30),
    st.lists(st.integers(1, 200), min_size=1, max_size=6, unique=True),
)
def test_buckets_sum_to_the_open_balance(rows, edges):
    day = pd.Timestamp("2026-06-30")
    amounts = pd.Series([amount for amount, _ in rows])
    due = day + pd.to_timedelta(pd.Series([shift for _, shift in rows]), unit="D")
    table = rc.ageing_schedule(amounts, due, day, sorted(edges))
    assert table["amount"].sum() == pytest.approx(amounts.sum())
    assert table["items"].sum() == len(rows)
    assert len(table) == len(edges) + 2


def test_ageing_edges_belong_to_the_bucket_they_end():
    day = pd.Timestamp("2026-06-30")
    due = day - pd.to_timedelta(pd.Series([0, 1, 30, 31, 120, 121]), unit="D")
    table = rc.ageing_schedule(pd.Series([1.0, 2, 4, 8, 16, 32]), due, day)
    assert table.set_index("bucket")["amount"].to_dict() == {
        "not due": 1,
        "1–30": 6,
        "31–60": 8,
        "61–90": 0,
        "91–120": 16,
        "> 120": 32,
    }


def test_ageing_refuses_bad_edges_and_missing_due_dates_together():
    with pytest.raises(DataError) as caught:
        rc.ageing_schedule(pd.Series([1.0]), pd.Series([pd.NaT]), "2026-01-01", (30, 30))
    assert {fault.field for fault in caught.value.faults} == {"edges", "due_dates"}


def level_items(terms: int = 20, day: str = "2026-06-30") -> pd.DataFrame:
    """One invoice of 100 a day, each paid on its due date."""
    issued = pd.date_range(end=day, periods=200, freq="D")
    due = issued + pd.Timedelta(days=terms)
    is_open = due > pd.Timestamp(day)
    return pd.DataFrame(
        {"issue_date": issued, "due_date": due, "amount": 100.0, "open_amount": np.where(is_open, 100.0, 0.0)}
    )


def test_on_level_sales_paid_on_time_the_terms_are_the_whole_dso():
    parts = rc.dso_split(level_items(20), "2026-06-30", 90)
    assert parts.round(9).to_dict() == {
        "terms": 20,
        "sales_timing": 0,
        "lateness": 0,
        "disputes": 0,
        "credits": 0,
    }


def cents(least: int, most: int) -> st.SearchStrategy[float]:
    """Money to the cent."""
    return st.integers(100 * least, 100 * most).map(lambda amount: amount / 100)


@given(
    st.lists(
        st.tuples(cents(-500, 5_000), st.floats(0, 1.1), st.integers(0, 300), st.integers(0, 90), st.booleans()),
        min_size=1,
        max_size=40,
    ),
    cents(0, 500),
)
def test_the_parts_of_dso_add_up_to_it(rows, unapplied):
    day = pd.Timestamp("2026-06-30")
    amount, open_share, age, terms, disputed = (list(column) for column in zip(*rows, strict=True))
    issued = day - pd.to_timedelta(pd.Series(age), unit="D")
    items = pd.DataFrame(
        {
            "issue_date": issued,
            "due_date": issued + pd.to_timedelta(pd.Series(terms), unit="D"),
            "amount": amount,
            "open_amount": np.multiply(amount, np.subtract(1.05, open_share)),
            "disputed": disputed,
        }
    )
    parts = rc.dso_split(items, day, 90, unapplied)
    sales = items.loc[items["issue_date"] > day - pd.Timedelta(days=90), "amount"].sum()
    if sales <= 0:
        assert parts.isna().all()
    else:
        whole = rc.days_sales_outstanding(items["open_amount"].sum() - unapplied, sales, 90)
        assert parts.sum() == pytest.approx(whole, rel=1e-9, abs=1e-6)
        assert parts["disputes"] >= 0
        assert parts["credits"] <= 1e-9


def test_lateness_disputes_and_early_payment_stand_in_their_own_parts():
    items = level_items(20).assign(disputed=False)
    base = rc.dso_split(items, "2026-06-30", 90)
    late, early, disputed = items.copy(), items.copy(), items.copy()
    late.loc[150, "open_amount"] = 100.0
    early.loc[195, "open_amount"] = 0.0
    disputed.loc[150, ["open_amount", "disputed"]] = [100.0, True]
    assert rc.dso_split(late, "2026-06-30", 90)["lateness"] == pytest.approx(base["lateness"] + 1)
    assert rc.dso_split(early, "2026-06-30", 90)["lateness"] == pytest.approx(base["lateness"] - 1)
    assert rc.dso_split(disputed, "2026-06-30", 90)["disputes"] == pytest.approx(1)


def test_the_history_of_ageing_sees_each_day_as_it_was():
    invoices, receipts = make_invoices(), make_receipts()
    ends = rc.quarter_ends("2026-03-31", 8)
    assert len(ends) == 8
    assert ends[0] == pd.Timestamp("2024-06-30")
    history = rc.ageing_history(invoices, receipts, ends)
    assert history["date"].tolist() == ends
    newest = rc.open_items(invoices, receipts, "2026-03-31")
    assert history.drop(columns="date").iloc[-1].sum() == newest["open_amount"].clip(lower=0).sum()
    assert history.drop(columns="date").iloc[:-1].to_numpy().sum() == 0
    assert rc.quarter_ends("2026-08-15", 2) == [pd.Timestamp("2026-06-30"), pd.Timestamp("2026-08-15")]


def test_roll_rates_are_nan_where_nothing_could_roll():
    history = pd.DataFrame(
        {"date": pd.to_datetime(["2026-02-28", "2026-01-31"]), "not due": [90.0, 100.0], "1–30": [30.0, 0.0]}
    )
    rolls = rc.roll_rates(history.assign(**{"> 30": 0.0}))
    assert rolls["rate"].tolist()[0] == 0.3
    assert np.isnan(rolls["rate"].tolist()[1])
    assert rolls["months"].tolist() == [1, 1]
