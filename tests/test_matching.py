"""Payments matched to invoices: by number, exact amount, oldest first; nothing lost, nothing known too early."""

import pandas as pd
import pytest
from conftest import make_invoices, make_receipts, real_data
from hypothesis import given, settings
from hypothesis import strategies as st

from kamlib.errors import DataError
from kamlib.ledger.snapshot import snapshot_from_frames
from kamlib.receivables import open_items
from kamlib.receivables.matching import MATCH_METHODS, match_payments


def invoices(*rows):
    frame = pd.DataFrame(rows, columns=["invoice_id", "issue_date", "amount"])
    frame["issue_date"] = pd.to_datetime(frame["issue_date"])
    frame["amount"] = frame["amount"].astype(float)
    return frame.assign(client_id="a", currency="EUR", due_date=frame["issue_date"] + pd.Timedelta(days=30))


def receipts(*rows):
    frame = pd.DataFrame(rows, columns=["receipt_id", "paid_date", "amount", "invoice_id"]).astype(
        {"invoice_id": "str", "amount": "float64"}
    )
    frame["paid_date"] = pd.to_datetime(frame["paid_date"])
    return frame.assign(client_id="a", currency="EUR", reporting_amount=frame["amount"] * 2)


def matched(bills, paid, method="oldest", day="2026-12-31"):
    found = match_payments(bills, paid, day, method)
    return [
        (row.receipt_id, None if pd.isna(row.invoice_id) else row.invoice_id, row.amount, row.match_method)
        for row in found.itertuples()
    ]


BILLS = invoices(("1", "2026-01-01", 100.0), ("2", "2026-02-01", 50.0), ("3", "2026-03-01", 70.0))


def test_a_number_is_never_overruled():
    paid = receipts(("r", "2026-04-01", 50.0, "1"), ("s", "2026-04-01", 100.0, "X9"))
    assert matched(BILLS, paid) == [("r", "1", 50.0, "number"), ("s", "X9", 100.0, "unapplied")]


def test_exactly_one_open_invoice_of_the_amount():
    assert matched(BILLS, receipts(("r", "2026-04-01", 70.0, None)), "amount") == [("r", "3", 70.0, "amount")]
    twice = pd.concat([BILLS, invoices(("4", "2026-03-05", 70.0))], ignore_index=True)
    assert matched(twice, receipts(("r", "2026-04-01", 70.0, None)), "amount") == [("r", None, 70.0, "unapplied")]
    named = receipts(("q", "2026-03-20", 70.0, "3"), ("r", "2026-04-01", 70.0, None))
    assert matched(twice, named, "amount")[1] == ("r", "4", 70.0, "amount")


def test_an_invoice_issued_after_the_payment_is_no_match_by_amount():
    assert matched(BILLS, receipts(("r", "2026-02-15", 70.0, None)), "amount") == [("r", None, 70.0, "unapplied")]


def test_one_payment_of_several_invoices():
    assert matched(BILLS, receipts(("r", "2026-04-01", 150.0, None)), "amount") == [
        ("r", "1", 100.0, "amount"),
        ("r", "2", 50.0, "amount"),
    ]


def test_part_payments_go_to_the_oldest():
    paid = receipts(("r", "2026-01-15", 30.0, None), ("s", "2026-02-15", 90.0, None), ("t", "2026-05-01", 200.0, None))
    assert matched(BILLS, paid) == [
        ("r", "1", 30.0, "oldest"),
        ("s", "1", 70.0, "oldest"),
        ("s", "2", 20.0, "oldest"),
        ("t", "2", 30.0, "oldest"),
        ("t", "3", 70.0, "oldest"),
        ("t", None, 100.0, "unapplied"),
    ]
    assert {how for *_, how in matched(BILLS, paid, "amount")} == {"unapplied"}


def test_a_reversal_takes_back_the_latest_receipt_of_its_size():
    paid = receipts(("r", "2026-04-01", 100.0, None), ("b", "2026-04-09", -100.0, None))
    assert matched(BILLS, paid) == [("r", None, 100.0, "reversal"), ("b", None, -100.0, "reversal")]
    before = matched(BILLS, paid, day="2026-04-05")
    assert before == [("r", "1", 100.0, "amount")]
    named = receipts(
        ("r", "2026-04-01", 100.0, "1"), ("b", "2026-04-09", -100.0, None), ("n", "2026-04-20", 100.0, None)
    )
    assert [row[1] for row in matched(BILLS, named)] == ["1", "1", "1"]
    items = open_items(BILLS, match_payments(BILLS, named, "2026-04-10"), "2026-04-10")
    assert items["open_amount"].tolist() == [100.0, 50.0, 70.0]


def test_a_refund_settles_its_credit_note():
    bills = pd.concat([BILLS, invoices(("c", "2026-03-10", -20.0))], ignore_index=True)
    assert matched(bills, receipts(("r", "2026-04-01", -20.0, None)), "amount") == [("r", "c", -20.0, "amount")]


def test_another_client_or_currency_is_never_paid():
    paid = receipts(("r", "2026-04-01", 70.0, None))
    for column, value in (("client_id", "b"), ("currency", "USD")):
        assert matched(BILLS, paid.assign(**{column: value}))[0][1] is None


def test_unknown_methods_and_empty_tables():
    with pytest.raises(DataError, match="number, amount, oldest"):
        match_payments(BILLS, receipts(), "2026-01-01", "guess")
    for method in MATCH_METHODS:
        assert matched(BILLS, receipts(("r", "2027-01-01", 1.0, None)), method) == []
        assert matched(BILLS.head(0), receipts(("r", "2026-01-01", 1.0, None)), method)[0][3] == "unapplied"


days = st.dates(pd.Timestamp("2026-01-01").date(), pd.Timestamp("2026-06-30").date())
money = st.integers(-300, 2000).map(lambda units: units / 4)
bills_drawn = st.lists(st.tuples(days, money), max_size=7)
paid_drawn = st.lists(st.tuples(days, money, st.sampled_from([None, None, "0", "1", "9"])), max_size=7)


@settings(max_examples=60, deadline=None)
@given(bills_drawn, paid_drawn, st.sampled_from(MATCH_METHODS), days)
def test_parts_add_up_and_later_rows_change_nothing(bills, paid, method, day):
    issued = invoices(*[(str(i), d, a) for i, (d, a) in enumerate(bills)])
    came = receipts(*[(f"r{i}", d, a, n) for i, (d, a, n) in enumerate(paid)])
    found = match_payments(issued, came, day, method)
    known = came[came["paid_date"] <= pd.Timestamp(day)]
    for column in ("amount", "reporting_amount"):
        whole = known.set_index("receipt_id")[column].sort_index()
        assert found.groupby("receipt_id")[column].sum().reindex(whole.index).tolist() == pytest.approx(whole.tolist())
    then = match_payments(issued[issued["issue_date"] <= pd.Timestamp(day)], known, day, method)
    pd.testing.assert_frame_equal(found, then)
    guessed = found[found["match_method"].isin(["amount", "oldest"])]
    left = open_items(issued, found, day).set_index("invoice_id")
    assert (left.loc[guessed["invoice_id"], "open_amount"] * left.loc[guessed["invoice_id"], "amount"] >= 0).all()


def test_the_snapshot_matches_as_its_policy_says():
    paid = make_receipts(invoice_id=["1", None, "3", None], amount=[600.0, 400.0, 300.0, 10.0])
    snapshot = snapshot_from_frames({"invoices": make_invoices(), "receipts": paid}, "2026-03-31", "EUR")
    assert snapshot.receipts["invoice_id"].tolist()[1] == "2"
    assert snapshot.matched_by("number").receipts["invoice_id"].isna().sum() == 2
    assert snapshot.matched_by("oldest").receipts["invoice_id"].tolist()[3] == "5"
    assert snapshot.as_of("2026-03-05").receipts["invoice_id"].tolist() == ["1", "3"]
    assert snapshot.only("c").matched_by("oldest").receipts["match_method"].tolist() == ["oldest"]


@pytest.mark.real_data
def test_classicmodels_payments_find_their_orders():
    lines = pd.read_csv(real_data("classicmodels/orderdetails.csv"))
    orders = pd.read_csv(real_data("classicmodels/orders.csv"), parse_dates=["orderDate"])
    checks = pd.read_csv(real_data("classicmodels/payments.csv"), parse_dates=["paymentDate"])
    totals = (lines["quantityOrdered"] * lines["priceEach"]).groupby(lines["orderNumber"]).sum().round(2)
    bills = pd.DataFrame(
        {
            "invoice_id": orders["orderNumber"].astype(str),
            "client_id": orders["customerNumber"].astype(str),
            "issue_date": orders["orderDate"],
            "amount": orders["orderNumber"].map(totals),
            "currency": "USD",
        }
    )
    paid = pd.DataFrame(
        {
            "receipt_id": checks["checkNumber"],
            "client_id": checks["customerNumber"].astype(str),
            "invoice_id": pd.Series([None] * len(checks), dtype="str"),
            "paid_date": checks["paymentDate"],
            "amount": checks["amount"],
            "currency": "USD",
        }
    )
    found = match_payments(bills, paid, "2005-12-31", "amount")
    by_amount = found[found["match_method"] == "amount"].groupby("receipt_id")["invoice_id"].count()
    assert (len(by_amount), int((by_amount == 1).sum())) == (
        268,
        248,
    )  # of the 250 equal to an order, 2 came ten months before it
    rest = match_payments(bills, paid, "2005-12-31")
    assert (rest["match_method"] == "unapplied").sum() == 0
    assert rest["amount"].sum() == pytest.approx(8_853_839.23)
