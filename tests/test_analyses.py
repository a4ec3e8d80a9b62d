"""Dependence, stress and credit review: by hand on three clients, and as properties."""

import numpy as np
import pandas as pd
import pytest
from conftest import make_invoices, make_receipts
from hypothesis import given, settings
from hypothesis import strategies as st

from kamlib import credit, dependence, stress
from kamlib.errors import DataError
from kamlib.ledger.snapshot import snapshot_from_frames
from kamlib.policy import load_policy

DAY = "2026-03-31"
CLIENTS = pd.DataFrame({"client_id": ["a", "b", "c"], "name": ["Alpha", "贝塔", None], "group_id": ["g", "g", None]})


def snapshot(invoices=None, receipts=None, clients=None, company=None, **more):
    frames = {
        "invoices": make_invoices() if invoices is None else invoices,
        "receipts": make_receipts() if receipts is None else receipts,
    }
    if clients is not None:
        frames["clients"] = clients
    return snapshot_from_frames(frames | more, DAY, "EUR", {"fixed_cost": 200.0} if company is None else company)


def test_shares_by_client_and_group_by_hand(policy):
    review = dependence.review_dependence(snapshot(clients=CLIENTS), policy)
    assert review.clients["client_id"].tolist() == ["a", "b", "c"]
    assert review.clients["share"].tolist() == pytest.approx([1000 / 1430, 400 / 1430, 30 / 1430])
    assert review.clients["name"].tolist() == ["Alpha", "贝塔", "c"]
    assert review.groups["share"].tolist() == pytest.approx([1400 / 1430, 30 / 1430])
    assert review.indices.loc["hhi", "client"] == pytest.approx((1000**2 + 400**2 + 30**2) / 1430**2)
    # a owes 250, b 100, c 50 - 20 - 10 unapplied
    assert review.indices.loc["cr1", "exposure"] == pytest.approx(250 / 370)


def test_clients_with_negative_revenue_are_left_out_and_counted(policy):
    invoices = make_invoices(amount=[600.0, 400.0, 300.0, 100.0, 5.0, -20.0])
    review = dependence.review_dependence(snapshot(invoices), policy)
    assert review.left_out == 1
    assert review.clients["share"].sum() == pytest.approx(1)


def test_no_revenue_in_the_window_is_refused(policy):
    with pytest.raises(DataError, match="No positive revenue in the 12 months"):
        dependence.review_dependence(snapshot(make_invoices(kind=["note"] * 6)), policy)


def test_losing_clients_by_hand():
    loss = stress.lose_top(snapshot(clients=CLIENTS), 2)
    assert loss.steps["revenue"].tolist() == [1430, 430, 30]
    assert loss.steps["margin"].tolist() == [430, 130, 10]  # costs 700, 280 and 20
    assert loss.steps["profit"].tolist() == [230, -70, -190]
    assert loss.turns_negative_at == 1
    by_group = stress.lose_top(snapshot(clients=CLIENTS), 5, "group")
    assert by_group.steps["revenue"].tolist() == [1430, 30, 0]
    named = stress.lose_clients(snapshot(clients=CLIENTS), ["c", "b"])
    assert named.steps["revenue"].tolist() == [1430, 1400, 1000]


def test_unknown_costs_and_fixed_costs_stay_unknown():
    without = make_invoices().drop(columns="cost")
    loss = stress.lose_top(snapshot(without), 3)
    assert loss.steps["margin"].isna().all()
    assert loss.turns_negative_at is None
    assert loss.costed_share == 0
    no_fixed = stress.lose_top(snapshot(company={}), 3)
    assert no_fixed.steps["margin"].notna().all()
    assert no_fixed.steps["profit"].isna().all()


def test_partly_known_costs_take_the_clients_own_rate_then_the_books():
    invoices = make_invoices(cost=[300.0, np.nan, np.nan, np.nan, 30.0, -10.0])
    economics = dependence.client_economics(snapshot(invoices), 12).set_index("client_id")
    assert economics.loc["a", "margin"] == pytest.approx(1000 * (300 / 600))
    assert economics.loc["b", "margin"] == pytest.approx(400 * (310 / 630))


def test_stress_refuses_nonsense_all_at_once():
    with pytest.raises(DataError) as caught:
        stress.lose_top(snapshot(), 0, "planet")
    assert {fault.field for fault in caught.value.faults} == {"n", "by"}
    with pytest.raises(DataError, match="zz"):
        stress.lose_clients(snapshot(), ["a", "zz"])


amounts = st.lists(st.floats(1, 1e6), min_size=1, max_size=12)


@settings(max_examples=30, deadline=None)
@given(amounts, st.integers(1, 12))
def test_losing_more_never_leaves_more_and_groups_lose_their_members(values, n):
    count = len(values)
    invoices = pd.DataFrame(
        {
            "invoice_id": [str(i) for i in range(count)],
            "client_id": [f"c{i}" for i in range(count)],
            "issue_date": pd.Timestamp("2026-03-01"),
            "amount": values,
            "currency": "EUR",
            "cost": [0.6 * value for value in values],
        }
    )
    clients = pd.DataFrame({"client_id": invoices["client_id"], "group_id": [f"g{i // 3}" for i in range(count)]})
    whole = snapshot_from_frames({"invoices": invoices, "clients": clients}, DAY, "EUR", {"fixed_cost": 10})
    loss = stress.lose_top(whole, n)
    for measure in ("revenue", "margin", "profit"):
        assert (loss.steps[measure].diff().dropna() <= 0.01).all()
    groups = stress.lose_top(whole, 1, "group")
    members = clients.loc[clients["group_id"] == groups.steps["key"].iloc[1], "client_id"]
    named = stress.lose_clients(whole, members)
    assert groups.steps["revenue"].iloc[1] == pytest.approx(named.steps["revenue"].iloc[-1], abs=0.02)


def test_the_position_of_a_client_by_hand(policy):
    review = credit.review_client(snapshot(clients=CLIENTS), "a", policy)
    now = review.now
    assert now.exposure["receivables"] == 250
    assert (now.overdue, now.open_invoices, now.overdue_share) == (250, 250, 1)
    assert now.ageing.set_index("bucket")["amount"]["1–30"] == 250
    assert now.revenue == 1000
    assert now.company_share == pytest.approx(1000 / 1430)
    assert now.due_count == 2
    assert now.days_late == pytest.approx((10 * 600 + 19 * 400) / 1000)
    assert review.level == "alarm"
    assert "overdue_share_alarm" in review.reasons


def test_full_exposure_counts_every_component(policy):
    invoices = make_invoices(kind=["invoice", "note", "contract_asset", "unbilled", "invoice", "credit_note"])
    invoices["client_id"] = "a"
    orders = pd.DataFrame(
        {
            "order_id": ["o1", "o2"],
            "client_id": "a",
            "order_date": pd.to_datetime(["2026-03-01", "2026-03-02"]),
            "amount": [500.0, 70.0],
            "delivered_amount": [100.0, 90.0],
            "custom_stock_cost": [40.0, np.nan],
        }
    )
    protections = pd.DataFrame(
        {
            "client_id": "a",
            "kind": ["deposit", "insurance", "insurance"],
            "start_date": pd.Timestamp("2025-01-01"),
            "end_date": pd.to_datetime(["2026-12-31", "2026-12-31", "2025-12-31"]),
            "limit": [60.0, 1000.0, 9999.0],
            "insured_share": [np.nan, 0.9, 0.9],
        }
    )
    receipts = make_receipts().iloc[:0]
    review = credit.review_client(snapshot(invoices, receipts, orders=orders, protections=protections), "a", policy)
    expected = {
        "receivables": 630, "notes": 400, "contract_assets": 300, "unbilled": 100,
        "undelivered": 400, "custom_stock": 40, "deposits": -60,
    }  # fmt: skip
    assert review.now.exposure.to_dict() == expected
    assert review.now.total_exposure == sum(expected.values())
    assert review.covered == 900  # the policy that has ended does not count
    assert review.cover_ends == pd.Timestamp("2026-12-31")
    assert review.before.exposure[["undelivered", "custom_stock"]].isna().all()


def test_reclassifying_receivables_leaves_the_exposure(policy):
    as_invoice = credit.review_client(snapshot(receipts=make_receipts().iloc[:0]), "a", policy)
    as_note = make_invoices(kind=["note", "invoice", "invoice", "invoice", "invoice", "invoice"])
    reclassified = credit.review_client(snapshot(as_note, make_receipts().iloc[:0]), "a", policy)
    assert reclassified.now.exposure["receivables"] == as_invoice.now.exposure["receivables"] - 600
    assert reclassified.now.total_exposure == as_invoice.now.total_exposure


def test_three_currencies_at_the_closing_rate(policy):
    invoices = make_invoices(client_id=["a"] * 6, currency=["EUR", "USD", "GBP", "EUR", "EUR", "EUR"])
    receipts = pd.DataFrame(
        {
            "receipt_id": ["r"],
            "client_id": ["a"],
            "invoice_id": ["2"],
            "paid_date": pd.to_datetime(["2026-03-01"]),
            "amount": [90.0],
            "currency": ["EUR"],
        }
    )
    fx = pd.DataFrame(
        {
            "date": pd.to_datetime(["2026-01-01", "2026-01-01", "2026-03-30"]),
            "currency": ["USD", "GBP", "USD"],
            "rate": [0.8, 1.2, 0.9],
        }
    )
    review = credit.review_client(snapshot(invoices, receipts, fx=fx), "a", policy)
    # the 90 EUR pay 100 USD of the 400: 300 USD stay open, at 0.9
    assert review.now.exposure["receivables"] == pytest.approx(600 + 270 + 360 + 100 + 50 - 20)
    with pytest.raises(DataError, match="GBP"):
        credit.review_client(snapshot(invoices, receipts, fx=fx[fx["currency"] == "USD"]), "a", policy)


def one_client(rows, receipts=()):
    invoices = pd.DataFrame(rows, columns=["invoice_id", "issue_date", "due_date", "amount"]).assign(
        client_id="a", currency="EUR"
    )
    for column in ("issue_date", "due_date"):
        invoices[column] = pd.to_datetime(invoices[column])
    paid = pd.DataFrame(receipts, columns=["receipt_id", "invoice_id", "paid_date", "amount"]).assign(
        client_id="a", currency="EUR"
    )
    paid["paid_date"] = pd.to_datetime(paid["paid_date"])
    return snapshot_from_frames(
        {"invoices": invoices, "receipts": paid.astype({"receipt_id": "str", "invoice_id": "str"})}, DAY, "EUR"
    )


@pytest.mark.parametrize(
    ("rows", "receipts", "balance", "level"),
    [
        ([("1", "2026-03-30", "2026-04-30", 10.0)], [], 10, "calm"),
        ([("1", "2026-03-01", "2026-03-01", -10.0)], [], -10, "calm"),
        ([("1", "2026-01-01", "2026-02-01", 10.0)], [("r", "1", "2026-02-01", 10.0)], 0, "calm"),
        ([("1", "2026-01-01", "2026-02-01", 10.0)], [("r", None, "2026-02-01", 25.0)], -15, "calm"),
        ([("1", "2026-01-01", "2026-02-01", 10.0)], [("r", "1", "2026-02-01", 25.0)], -15, "calm"),
        ([("1", "2024-01-01", "2024-02-01", 10.0)], [], 10, "alarm"),
    ],
    ids=["one invoice", "only credit notes", "nothing open", "unapplied cash", "overpaid", "lost two years ago"],
)
def test_unusual_clients(rows, receipts, balance, level, policy):
    review = credit.review_client(one_client(rows, receipts), "a", policy)
    assert review.now.exposure["receivables"] == balance
    assert review.level == level
    assert review.now.ageing["amount"].sum() + review.now.credits == pytest.approx(balance)


def test_month_ends_meet_month_ends():
    start = dependence.window_start
    assert start(pd.Timestamp("2026-09-30"), 3) == pd.Timestamp("2026-06-30")
    assert start(pd.Timestamp("2026-02-28"), 12) == pd.Timestamp("2025-02-28")
    assert start(pd.Timestamp("2026-03-31"), 1) == pd.Timestamp("2026-02-28")
    assert start(pd.Timestamp("2026-03-15"), 12) == pd.Timestamp("2025-03-15")


def test_the_policy_is_what_judges():
    strict = load_policy().model_copy(
        update={"review": load_policy().review.model_copy(update={"overdue_share_alarm": 0.0})}
    )
    calm = one_client([("1", "2026-03-01", "2026-03-20", 1.0), ("2", "2026-03-30", "2026-04-30", 9.0)])
    assert credit.review_client(calm, "a", load_policy()).level == "calm"
    assert credit.review_client(calm, "a", strict).level == "alarm"


def test_insolvency_overrides_and_small_sums_do_not_alarm(policy):
    rows = [("1", "2026-03-30", "2026-04-30", 10.0)]
    base = one_client(rows)
    events = pd.DataFrame({"client_id": ["a"], "date": [pd.Timestamp("2026-03-15")], "kind": ["insolvency"]})
    frames = {
        "invoices": base.invoices[["invoice_id", "client_id", "issue_date", "due_date", "amount", "currency"]],
        "events": events,
    }
    review = credit.review_client(snapshot_from_frames(frames, DAY, "EUR"), "a", policy)
    assert (review.level, review.reasons) == ("alarm", ("insolvency",))
    before = credit.review_client(snapshot_from_frames(frames, "2026-03-31", "EUR").as_of("2026-03-30"), "a", policy)
    assert before.insolvency == pd.Timestamp("2026-03-15")
    old = one_client([("1", "2026-01-01", "2026-02-01", 1.0), ("2", "2026-03-30", "2026-04-30", 100_000.0)])
    assert credit.review_client(old, "a", policy).level == "watch"


def test_worsening_payments_alarm_before_the_average_does(policy):
    months = pd.date_range("2025-01-15", "2026-03-15", freq="MS") + pd.Timedelta(days=14)
    rows = [(str(i), day, day + pd.Timedelta(days=15), 100.0) for i, day in enumerate(months)]
    receipts = [(f"r{i}", str(i), row[2] + pd.Timedelta(days=3 * i), 100.0) for i, row in enumerate(rows)]
    review = credit.review_client(one_client(rows, receipts), "a", policy)
    assert review.trend.low > 0
    assert review.now.days_late < policy.review.days_late_alarm < review.now.recent_days_late
    assert "trend_alarm" in review.reasons


def test_revenue_change_counts_clients_that_left(policy):
    gone = pd.DataFrame(
        {
            "invoice_id": ["z"],
            "client_id": ["z"],
            "issue_date": [pd.Timestamp("2024-06-01")],
            "amount": [500.0],
            "currency": ["EUR"],
        }
    )
    kept = gone.assign(invoice_id="y", client_id="a", amount=1000.0)
    whole = snapshot(
        pd.concat(
            [
                make_invoices(),
                gone.assign(issue_date=pd.Timestamp("2024-04-10")),
                kept.assign(issue_date=pd.Timestamp("2025-03-01")),
            ]
        )
    )
    review = dependence.review_dependence(whole, policy)
    assert review.prior_revenue == 1500
    from kamlib import tables

    table = tables.table_clients(review)
    assert table.rows[-2][0] == "Clients that stopped buying"
    assert table.values[-1][5] == pytest.approx(1430 - 1500)
    assert sum(row[5] for row in table.values[:-1]) == pytest.approx(table.values[-1][5])
    assert sum(row[4] for row in table.values[:-1]) == pytest.approx(1)
