"""Money at risk: by hand on three clients, and what holds for any ledger."""

import numpy as np
import pandas as pd
import pytest
from conftest import make_invoices, make_receipts
from hypothesis import given, settings
from hypothesis import strategies as st

from kamlib import stress
from kamlib.errors import DataError
from kamlib.ledger.snapshot import snapshot_from_frames
from kamlib.policy import load_policy

DAY = "2026-03-31"


def snapshot(**more):
    return snapshot_from_frames({"invoices": make_invoices(), "receipts": make_receipts()} | more, DAY, "EUR")


def protections(*rows):
    frame = pd.DataFrame(rows, columns=["client_id", "kind", "limit", "insured_share", "deductible"])
    return frame.assign(start_date=pd.Timestamp("2025-01-01"), end_date=pd.Timestamp("2026-12-31"))


def test_a_client_by_hand(policy):
    orders = pd.DataFrame(
        {
            "order_id": ["o"],
            "client_id": ["a"],
            "order_date": [pd.Timestamp("2026-03-01")],
            "amount": [500.0],
            "delivered_amount": [100.0],
            "custom_stock_cost": [40.0],
        }
    )
    contracts = pd.DataFrame(
        {
            "contract_id": ["k"],
            "client_id": ["a"],
            "start_date": [pd.Timestamp("2025-01-01")],
            "end_date": [pd.Timestamp("2027-01-01")],
            "notice_days": [365 / 12 * 2],
            "termination_compensation": [50.0],
        }
    )
    held = protections(("a", "deposit", 20.0, np.nan, np.nan), ("a", "insurance", 60.0, 0.9, 5.0))
    result = stress.money_at_risk(snapshot(orders=orders, contracts=contracts, protections=held), policy)
    own = result.of("a")
    # owes 250, margin 300 a year, 15 months to replace less half of two months' notice, half missing meanwhile
    assert own["receivable_loss"] == 112.5
    assert own["margin_lost"] == pytest.approx(300 / 12 * 14 * 0.5)
    assert own["stranded_stock"] == 30
    assert own["contract_cost"] == pytest.approx(400 * 0.7 * 0.25)
    assert own["deposit"] == -20
    assert own["insurance"] == -(60 * 0.9 - 5)
    assert own["compensation"] == -25
    assert own["base"] == pytest.approx(112.5 + 175 + 30 + 70 - 20 - 49 - 25)
    steps = result.waterfall("a")
    assert steps["end"].iloc[-1] == pytest.approx(own["base"])
    assert steps["start"].iloc[1:].tolist() == pytest.approx(steps["end"].iloc[:-1].tolist())
    with pytest.raises(DataError, match="Name a client with revenue"):
        result.of("zz")


def test_without_costs_the_margin_is_assumed_and_said(policy):
    whole = snapshot_from_frames({"invoices": make_invoices().drop(columns="cost")}, DAY, "EUR")
    result = stress.money_at_risk(whole, policy)
    assert result.margin_assumed
    assert result.assumptions["assumed_margin_rate"] == (0.3, 0.3, 0.3)
    assert result.of("a")["margin_lost"] == pytest.approx(1000 * 0.3 / 12 * 15 * 0.5)
    assert np.isnan(result.of("a")["receivable_loss"])  # what has been paid is not known
    assert result.missing == ("receipts", "orders", "contracts", "protections")


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0, 2_000), min_size=5, max_size=5), st.floats(0, 1))
def test_parts_add_up_and_worse_assumptions_never_cost_less(limits, share):
    held = protections(
        ("a", "insurance", limits[0], share, limits[1] / 10),
        ("a", "guarantee", limits[2], share, np.nan),
        ("b", "deposit", limits[3], np.nan, np.nan),
        ("b", "insurance", limits[4], share, np.nan),
    )
    policy = load_policy()
    clients = stress.money_at_risk(snapshot(protections=held), policy).clients
    assert (clients["low"] <= clients["base"] + 0.011).all()
    assert (clients["base"] <= clients["high"] + 0.011).all()
    sums = clients[list(stress.at_risk.PARTS)].sum(axis=1)
    assert sums.tolist() == pytest.approx(clients["base"].tolist(), abs=0.005)
    bare = stress.money_at_risk(snapshot(), policy)
    assert (clients.set_index("client_id")["base"] <= bare.clients.set_index("client_id")["base"] + 0.011).all()
    assert (clients[["deposit", "guarantee", "insurance"]].sum(axis=1) + clients["receivable_loss"] >= -0.011).all()


def test_how_long_contracts_hold():
    rows = [
        ("notice only", None, 60.0, False, 60),
        ("ends first", "2026-04-10", 60.0, False, 10),
        ("renews itself", "2026-04-10", 60.0, True, 60),
        ("fixed term", "2026-04-10", None, False, 10),
        ("has ended", "2026-01-01", 60.0, False, 0),
        ("says nothing", None, None, False, 0),
    ]
    contracts = pd.DataFrame(rows, columns=["client_id", "end_date", "notice_days", "auto_renews", "expected"])
    contracts = contracts.assign(
        contract_id=contracts["client_id"],
        start_date=pd.Timestamp("2025-01-01"),
        end_date=pd.to_datetime(contracts["end_date"]),
    )
    found = stress.days_held(snapshot(contracts=contracts.drop(columns="expected")))
    assert found.to_dict() == {row[0]: row[4] for row in rows}
