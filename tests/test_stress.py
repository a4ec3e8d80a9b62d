"""Loss of clients, survival and reverse stress: by hand, against brute force, and what always holds."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from conftest import golden, make_invoices, make_receipts
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from kamlib import stress
from kamlib.errors import DataError
from kamlib.financing import break_even, lending
from kamlib.ledger.snapshot import snapshot_from_frames
from kamlib.policy import load_policy
from kamlib.policy.stress import Scenario, Stress
from kamlib.runs import parse_run
from kamlib.stress.reverse import ALREADY, FOUND, NEVER, UNKNOWN, smallest_set
from kamlib.stress.shocks import losing, no_shock, shock_of
from kamlib.stress.survive import follow

DAY = "2026-03-31"
QUICK = (Phase.explicit, Phase.generate)  # a whole ledger each: too slow to shrink
COMPANY = {
    "fixed_cost": 200.0,
    "opening_cash": 400.0,
    "minimum_cash": 50.0,
    "credit_line": 500.0,
    "debt": 300.0,
    "interest": 20.0,
    "principal": 30.0,
    "tax_rate": 0.25,
    "covenants": {"dscr": 1.1},
}


def snapshot(company=COMPANY, **frames):
    tables = {"invoices": make_invoices(), "receipts": make_receipts()} | frames
    return snapshot_from_frames(tables, DAY, "EUR", company)


def a_year_of_trade(amounts, margin=0.4, groups=None):
    """Twelve monthly invoices of each client, all paid on the day but the last two."""
    rows = [
        {
            "invoice_id": f"{client}-{month}",
            "client_id": f"c{client}",
            "issue_date": issued,
            "due_date": issued + pd.Timedelta(days=30),
            "amount": amount,
            "currency": "EUR",
            "cost": amount * (1 - margin),
        }
        for client, amount in enumerate(amounts)
        for month, issued in enumerate(pd.date_range("2025-04-01", periods=12, freq="MS") + pd.Timedelta(days=14))
    ]
    invoices = pd.DataFrame(rows)
    paid = invoices[invoices["due_date"] <= DAY]
    receipts = pd.DataFrame(
        {
            "receipt_id": "r" + paid["invoice_id"],
            "client_id": paid["client_id"],
            "invoice_id": paid["invoice_id"],
            "paid_date": paid["due_date"],
            "amount": paid["amount"],
            "currency": "EUR",
        }
    )
    clients = pd.DataFrame({"client_id": [f"c{i}" for i in range(len(amounts))]})
    if groups is not None:
        clients["group_id"] = groups
    return {"invoices": invoices, "receipts": receipts, "clients": clients}


def test_operating_leverage_of_published_examples():
    tickets, oslo = golden("S01_dol_tickets"), golden("S03_dol_oslo")
    given_, expected = tickets["inputs"], tickets["expected"]
    margin = given_["units"] * (given_["price"] - given_["variable_cost"])
    income = margin - given_["fixed_costs"]
    leverage = break_even.degree_of_operating_leverage(margin, income)
    assert (margin, income) == (expected["contribution_margin"], expected["net_operating_income"])
    assert leverage == pytest.approx(expected["degree_operating_leverage"])
    assert income * (1 + leverage * given_["sales_change"]) == pytest.approx(expected["income_after_+10pct"])
    even = break_even.break_even_revenue(given_["fixed_costs"], 1 - given_["variable_cost"] / given_["price"])
    assert even / given_["price"] == pytest.approx(expected["derived"]["break_even_units"])
    safety = break_even.margin_of_safety(given_["units"] * given_["price"], even)
    assert 100 * safety == pytest.approx(expected["derived"]["margin_of_safety_pct"])
    leverage = break_even.degree_of_operating_leverage(oslo["inputs"]["contribution_margin"], oslo["inputs"]["noi"])
    assert round(leverage, 2) == oslo["expected"]["dol"]
    assert 100 * leverage * oslo["inputs"]["sales_change"] == pytest.approx(oslo["expected"]["exact_pct_increase"])
    assert np.isnan(break_even.degree_of_operating_leverage(10, -1))
    assert np.isnan(break_even.break_even_revenue(10, 0))
    assert np.isnan(break_even.margin_of_safety(0, 10))


def test_cover_of_debt_service_of_a_published_example():
    example = golden("S04_dscr")
    one, two, expected = example["inputs"]["case1"], example["inputs"]["case2"], example["expected"]
    assert lending.debt_service_coverage(one["noi"], 0, one["debt_service"]) == expected["dscr1"]
    ebit = two["net_income"] + two["interest"] + two["taxes"]
    cover = lending.debt_service_coverage(ebit, two["interest"], two["principal"], two["tax_rate"])
    assert cover == pytest.approx(expected["dscr2_exact"])
    assert round(cover, 2) == expected["dscr2"]
    assert np.isnan(lending.debt_service_coverage(10, 0, 0))


def test_one_late_debtor_collapses_the_borrowing_base():
    balances, rules = [600.0, 200.0, 200.0], (0.8, 1.0, 0.25)
    assert lending.borrowing_base(balances, [0, 0, 0], *rules) == 800
    assert lending.borrowing_base(balances, [149, 0, 0], *rules) == pytest.approx(0.8 * 851)
    assert lending.borrowing_base(balances, [150, 0, 0], *rules) == pytest.approx(0.8 * 400)
    assert lending.borrowing_base(balances, [0, 0, 0], 0.8, 0.3, 0.25) == pytest.approx(0.8 * (300 + 400))
    assert lending.borrowing_base([-5.0], [0], *rules) == 0
    with pytest.raises(DataError, match="concentration_cap: 2"):
        lending.borrowing_base(balances, [0, 0, 0], 0.8, 2, 0.25)


def test_losing_with_contracts_break_even_and_cash():
    contracts = pd.DataFrame(
        {
            "contract_id": ["k"],
            "client_id": ["a"],
            "start_date": [pd.Timestamp("2025-01-01")],
            "notice_days": [73.0],
        }
    )
    plain, held = stress.lose_top(snapshot(), 2), stress.lose_top(snapshot(contracts=contracts), 2)
    assert plain.steps["first_year_revenue"].tolist() == plain.steps["revenue"].tolist()
    assert held.steps["first_year_revenue"].tolist() == [1430, 430 + 200, 30 + 200]
    assert held.steps["first_year_profit"].tolist() == [230, -70 + 60, -190 + 60]
    assert held.steps["cash"].iloc[1] > plain.steps["cash"].iloc[1]
    assert plain.steps["break_even"].iloc[0] == pytest.approx(200 / (430 / 1430), abs=0.01)
    path = stress.survival(snapshot(), lost=["a", "b"]).path
    assert plain.steps["cash"].iloc[2] == pytest.approx(path["cash"].iloc[-1], abs=0.02)
    assert plain.cash_short_at is None
    dear = stress.lose_top(snapshot(company=COMPANY | {"fixed_cost": 400.0}), 2)
    assert dear.cash_short_at == int(np.argmax(dear.steps["cash"] < 50))
    assert stress.lose_top(snapshot(company={}), 2).steps["cash"].isna().all()
    named = stress.lose_clients(snapshot(), ["b", "a"])
    assert named.steps["cash"].iloc[-1] == plain.steps["cash"].iloc[-1]


def test_without_facts_of_the_company_survival_says_what_is_missing():
    found = stress.survival(snapshot(company={}), lost=["a"])
    assert found.missing == ("fixed_cost", "opening_cash")
    assert found.weeks_of_cash is None
    assert found.path["cash"].isna().all()
    assert found.covenants["kept"].tolist() == [None, None, None]
    answers = stress.reverse_stress(snapshot(company={})).answers
    assert set(answers["status"]) == {UNKNOWN}
    assert stress.reverse_stress(snapshot(company={})).smallest is None


def test_open_items_follow_the_clients_own_delays():
    frames = a_year_of_trade([100.0, 100.0])
    late = frames["receipts"]["client_id"] == "c1"
    frames["receipts"].loc[late, "paid_date"] += pd.Timedelta(days=21)
    frames["receipts"] = frames["receipts"][frames["receipts"]["paid_date"] <= DAY]
    model = stress.cash_model(snapshot(**frames), load_policy())
    receipts = model.receipts(no_shock(model.clients.index))
    assert model.receivables.own_history.all()
    prompt, slow = model.receivables.delays.loc["c0"], model.receivables.delays.loc["c1"]
    assert (prompt == 0).all()
    assert (slow == 21).all()
    first = [int(np.flatnonzero(row)[0]) for row in receipts[[model.clients.index.get_loc(c) for c in ("c0", "c1")]]]
    assert first == [1, 0]  # the one due on 14 April is paid then, the one due on 17 March three weeks late
    owed = model.receivables.items.groupby("client_id")["amount"].sum()
    assert owed.to_dict() == {"c0": 100, "c1": 200}


def test_payments_unknown_is_said_and_money_comes_when_due():
    whole = snapshot_from_frames({"invoices": make_invoices()}, DAY, "EUR", COMPANY)
    found = stress.survival(whole)
    assert not found.payments_known
    model = stress.cash_model(whole, load_policy())
    assert model.receivables.items["due_days"].min() >= 0


def test_stopped_payments_taint_the_borrowing_base():
    frames = a_year_of_trade([800.0, 100.0, 100.0])
    whole = snapshot(COMPANY | {"credit_line": 1e6}, **frames)
    model = stress.cash_model(whole, load_policy())
    calm = no_shock(model.clients.index)
    stopped = calm.copy()
    stopped.loc["c0", "stopped_months"] = 8.0
    worst, best = follow(model, stopped, whole.date), follow(model, calm, whole.date)
    assert worst.line_now == best.line_now
    assert worst.line_after < 0.6 * best.line_after
    assert worst.lowest_cash < best.lowest_cash


def test_covenants_say_whose_limit_it_is():
    covenants = stress.survival(snapshot(), lost=["a"]).covenants.set_index("covenant")
    assert covenants["agreed"].to_dict() == {"dscr": True, "leverage": False, "minimum_cash": True}
    assert covenants.loc["dscr", "value"] == pytest.approx(-70 / (20 + 30 / 0.75))
    assert covenants.loc["leverage", "value"] == float("inf")
    assert covenants["kept"].tolist() == [False, False, True]


def test_scenarios_by_name_hit_whom_they_say(policy):
    ranked = pd.Index(["a", "b", "c"])
    scenario = Scenario(names={"en": "x"}, largest=2, volume=0.5, later_days=60, others_volume=0.1)
    shock = shock_of(scenario, ranked)
    assert shock["volume"].tolist() == [0.5, 0.5, 0.1]
    assert shock["later_days"].tolist() == [60, 60, 0]
    table = stress.compare_scenarios(snapshot(), policy)
    assert table["number"].tolist() == list(range(-1, len(policy.stress.scenarios)))
    assert table["margin_lost"].iloc[0] == 0
    assert table["margin_lost"].iloc[1] == pytest.approx(150)
    assert table["margin_lost"].iloc[2] == pytest.approx(100)


def test_replacement_by_the_pipeline_and_by_what_was_won(policy):
    clients = pd.DataFrame(
        {
            "client_id": ["a", "b", "p"],
            "status": ["current", "current", "prospect"],
            "potential_revenue": [None, None, 480.0],
        }
    ).astype({"potential_revenue": float})
    found = stress.replace_clients(snapshot(clients=clients), policy)
    assert found.pipeline_a_month == pytest.approx(480 * 0.25 / 12)
    own = found.clients.set_index("client_id").loc["a"]
    assert own["months_pipeline"] == pytest.approx(1000 / 10)
    assert np.isnan(own["months_won"])
    assert own["margin_lost"] == pytest.approx(300 / 12 * 100 * 0.5)
    bare = stress.replace_clients(snapshot(), policy)
    assert (bare.clients["months"] == policy.stress.replacement_months[1]).all()
    old = make_invoices()
    old.loc[2:3, "issue_date"] = pd.Timestamp("2024-01-01")
    old.loc[3, "issue_date"] = pd.Timestamp("2026-03-01")
    won = stress.replace_clients(snapshot(invoices=old), policy)
    assert won.won_a_month == pytest.approx((1000 + 30) / 12)


def brute_force(damage, room, money):
    """The fewest rows, then the least money, by trying every set."""
    rows = range(len(damage))
    for count in range(1, len(damage) + 1):
        sets = [c for c in combinations(rows, count) if (damage[list(c)].sum(axis=0) > room + 1e-9).any()]
        if sets:
            return count, min(sum(money[i] for i in c) for c in sets)
    return None


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_reverse_search_agrees_with_brute_force(data):
    n, columns = data.draw(st.integers(1, 7)), data.draw(st.integers(1, 3))
    whole = st.integers(-5, 60)
    damage = np.array(data.draw(st.lists(st.lists(whole, min_size=columns, max_size=columns), min_size=n, max_size=n)))
    money = np.array(data.draw(st.lists(st.integers(0, 100), min_size=n, max_size=n)), dtype=float)
    room = np.array(data.draw(st.lists(st.integers(0, 150), min_size=columns, max_size=columns)), dtype=float)
    status, chosen, column = smallest_set(damage.astype(float), room, money)
    expected = brute_force(damage, room, money)
    if expected is None:
        assert status == NEVER
        return
    assert status == FOUND
    assert (len(chosen), money[chosen].sum()) == expected
    assert damage[chosen, column].sum() > room[column]
    assert smallest_set(damage.astype(float), room * 0 - 1, money)[0] == ALREADY
    assert smallest_set(damage.astype(float), room * np.nan, money)[0] == UNKNOWN


def test_reverse_search_for_thousands_of_clients_with_its_proof():
    rng = np.random.default_rng(1)
    money = rng.pareto(1.1, 5_000) * 1e4
    damage = np.cumsum(rng.uniform(0.1, 0.4, (5_000, 12)) * money[:, None] / 12, axis=1)
    room = np.linspace(0.3, 0.4, 12) * damage[:, -1].sum()
    status, chosen, column = smallest_set(damage, room, money)
    assert status == FOUND
    assert damage[chosen, column].sum() > room[column]
    fewer = np.sort(damage, axis=0)[::-1][: len(chosen) - 1].sum(axis=0)
    assert (fewer <= room).all()


def test_the_answer_of_the_reverse_stress_carries_its_proof():
    whole = snapshot(COMPANY | {"fixed_cost": 700.0}, **a_year_of_trade([60.0, 50.0, 40.0, 30.0, 20.0]))
    found = stress.reverse_stress(whole)
    answers = found.answers.set_index("criterion")
    profit = answers.loc["profit"]
    assert profit["room"] == pytest.approx(0.4 * 12 * 200 - 700)
    assert profit["names"] == ("c0",)  # 288 of 260
    assert profit["damage"] > profit["room"] >= profit["most_of_fewer"]
    assert (answers.loc[answers["status"] == FOUND, "most_of_fewer"] <= answers["room"] + 0.01).all()
    assert found.smallest["count"] == answers.loc[answers["status"] == FOUND, "count"].min()
    fails = stress.reverse_stress(whole, how="fails").answers.set_index("criterion")
    if {fails.loc["minimum_cash", "status"], answers.loc["minimum_cash", "status"]} == {FOUND}:
        assert fails.loc["minimum_cash", "count"] <= answers.loc["minimum_cash", "count"]
    with pytest.raises(DataError, match="how: dies"):
        stress.reverse_stress(whole, by="planet", how="dies")


@settings(max_examples=15, deadline=None, phases=QUICK)
@given(
    st.lists(st.floats(10, 5_000), min_size=2, max_size=6),
    st.tuples(st.floats(0, 1), st.floats(0, 0.4), st.floats(0, 90), st.floats(0, 8)),
    st.floats(0, 1),
)
def test_zero_stress_is_the_base_and_harsher_never_loses_less(amounts, blow, milder):
    whole = snapshot(**a_year_of_trade(amounts))
    model = stress.cash_model(whole, load_policy())
    calm = no_shock(model.clients.index)
    base = follow(model, calm, whole.date)
    assert base.path["cash"].tolist() == base.path["base_cash"].tolist()
    assert base.profit == base.base_profit
    columns = ["volume", "price", "later_days", "stopped_months"]
    hard, soft = calm.copy(), calm.copy()
    hard.loc["c0", columns] = blow
    soft.loc["c0", columns] = [value * milder for value in blow]
    harder, softer = follow(model, hard, whole.date), follow(model, soft, whole.date)
    for worse, better in ((harder, softer), (softer, base)):
        assert (worse.path["cash"] <= better.path["cash"] + 0.02).all()
        assert worse.profit <= better.profit + 1e-6
        weeks = [float("inf") if s.weeks_of_cash is None else s.weeks_of_cash for s in (worse, better)]
        assert weeks[0] <= weeks[1]
    gone, failed = (follow(model, losing(calm.index, ["c0"], how), whole.date) for how in ("leaves", "fails"))
    assert (failed.path["cash"] <= gone.path["cash"] + 0.02).all()
    assert (gone.path["cash"] <= base.path["cash"] + 0.02).all()


@settings(max_examples=10, deadline=None, phases=QUICK)
@given(st.lists(st.floats(10, 5_000), min_size=3, max_size=6))
def test_one_more_lost_is_never_better_and_a_group_is_its_members(amounts):
    groups = ["g", "g", *[f"h{i}" for i in range(len(amounts) - 2)]]
    whole = snapshot(**a_year_of_trade(amounts, groups=groups))
    steps = stress.lose_top(whole, 10).steps
    for measure in ("revenue", "margin", "profit", "first_year_revenue", "first_year_profit", "cash"):
        assert (steps[measure].diff().dropna() <= 0.02).all(), measure
    by_group = stress.lose_top(whole, 10, "group").steps
    at = by_group.index[by_group["key"] == "g"][0]
    members = stress.lose_clients(whole, ["c0", "c1"]).steps
    for measure in ("revenue", "profit", "cash"):
        lost = by_group[measure].iloc[at - 1] - by_group[measure].iloc[at]
        assert lost == pytest.approx(members[measure].iloc[0] - members[measure].iloc[-1], abs=0.05)


def test_errors_of_survival_policy_and_run_file():
    with pytest.raises(DataError, match="how: dies"):
        stress.survival(snapshot(), how="dies", weeks=0)
    with pytest.raises(DataError, match="lost: zz"):
        stress.survival(snapshot(), lost=["zz"])
    with pytest.raises(ValueError, match="none below the one before"):
        Stress(replacement_months=(12, 10, 18))
    with pytest.raises(ValueError, match="none above the one before"):
        Stress(notice_honoured=(0.5, 0.7, 0.0))
    with pytest.raises(DataError, match="unknown key"):
        parse_run(
            {"run": "x", "title": "x", "as_of": DAY, "ledger": {"path": "x"}, "company": {"covenants": {"dcsr": 1.2}}},
            "x",
        )


def test_nothing_later_than_the_day_is_seen():
    frames = a_year_of_trade([100.0, 50.0])
    later = frames["receipts"].head(1).assign(receipt_id="late", paid_date=pd.Timestamp("2026-05-01"))
    more = frames | {"receipts": pd.concat([frames["receipts"], later], ignore_index=True)}
    assert stress.survival(snapshot(**frames)).path.equals(stress.survival(snapshot(**more)).path)


def test_one_client_and_a_book_of_credits():
    one = snapshot(**a_year_of_trade([100.0]))
    assert stress.reverse_stress(one).answers["status"].isin([FOUND, ALREADY, NEVER]).all()
    assert stress.survival(one, lost=["c0"], how="fails").path["cash"].notna().all()
    credits = make_invoices(amount=[600.0, -900.0, 300.0, 100.0, 50.0, -20.0])
    assert stress.survival(snapshot(invoices=credits)).path["cash"].notna().all()
