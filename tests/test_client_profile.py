"""The profile of a client on hand-made ledgers: the edge cases read through, in both languages."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kamlib import client_profile, early_warning, plots, relationship, tables, wording
from kamlib.client_profile.profile import judge_profile
from kamlib.demand import market
from kamlib.language import use_language
from kamlib.ledger.snapshot import snapshot_from_frames
from kamlib.policy import Policy
from kamlib.relationship import bargaining
from kamlib.samples.small import small_ledger

DAY = "2026-09-30"
OF_PROFILE = [
    "contracts",
    "clauses",
    "termination",
    "demand",
    "forecast",
    "reliance",
    "relationship",
    "churn",
    "bargaining",
    "market",
]


def invoices_of(days, client="a", **columns) -> pd.DataFrame:
    days = pd.to_datetime(pd.Series(days))
    return pd.DataFrame(
        {
            "invoice_id": [f"{client}{i}" for i in range(len(days))],
            "client_id": client,
            "issue_date": days,
            "amount": 100.0,
            "currency": "EUR",
        }
        | columns
    )


def contracts_of(**columns) -> pd.DataFrame:
    one = {
        "contract_id": ["k1"],
        "client_id": ["a"],
        "start_date": [pd.Timestamp("2025-01-01")],
        "end_date": [pd.Timestamp("2027-12-31")],
        "notice_days": [92.0],
        "annual_value": [1200.0],
    }
    return pd.DataFrame(one | columns)


def shown(profile) -> str:
    """Everything the notebook shows of a profile, as text."""
    blocks = [wording.heading_profile(profile), tables.kpis_profile(profile), wording.why_profile(profile)]
    blocks += [wording.actions_profile(profile), wording.limits_profile(profile)]
    blocks += [getattr(tables, f"table_{name}")(profile) for name in OF_PROFILE]
    blocks += [wording.caption_outlook(profile), wording.caption_exit(profile)]
    plots.plot_outlook(profile), plots.plot_exit(profile)
    return str(blocks)


def profile_of(policy, invoices, client="a", **frames):
    snapshot = snapshot_from_frames({"invoices": invoices, **frames}, DAY, "EUR")
    return client_profile.profile_client(snapshot, client, policy)


@pytest.fixture(params=["en", "zh"])
def language(request):
    use_language(request.param)
    yield request.param
    use_language("en")


def test_one_order_is_a_profile_that_says_what_it_cannot(policy, language):
    profile = profile_of(policy, invoices_of(["2026-09-10"]))
    assert profile.demand.forecast is None
    assert profile.churn.method == "unknown"
    assert profile.level == "calm"
    text = shown(profile)
    assert "contracts.csv" in text
    assert "interactions.csv" in text
    assert "market.csv" in text
    assert "invoices.quantity" in text


def test_ten_years_of_orders(policy, language):
    profile = profile_of(policy, invoices_of(pd.date_range("2016-09-30", DAY, freq="MS") + pd.Timedelta(days=9)))
    assert len(profile.demand.months) == 120
    assert profile.demand.forecast.by_quarter["amount"].tolist() == pytest.approx([300.0] * 4)
    assert profile.demand.demand_class.name == "smooth"
    assert shown(profile)


def test_a_client_lost_two_years_ago(policy, language):
    frames = {"contracts": contracts_of(end_date=[pd.Timestamp("2024-12-31")])}
    days = pd.date_range("2022-01-01", "2024-09-15", freq="MS")
    profile = profile_of(policy, invoices_of(days), **frames)
    assert profile.demand.lost
    assert profile.churn.method == "lost"
    assert profile.level == "alarm"
    assert profile.contract.ended == 1
    assert profile.revenue_at_risk == 0
    assert shown(profile)


def test_overlapping_contracts_are_added_and_questioned(policy):
    both = contracts_of(
        contract_id=["k1", "k2"],
        client_id=["a", "a"],
        start_date=pd.to_datetime(["2025-01-01", "2025-06-01"]),
        end_date=pd.to_datetime(["2027-12-31", "2027-06-30"]),
        notice_days=[92.0, 31.0],
        annual_value=[1200.0, 1200.0],
    )
    profile = profile_of(policy, invoices_of(pd.date_range("2025-10-01", DAY, freq="MS")), contracts=both)
    assert profile.contract.curve["protected"].head(4).tolist() == pytest.approx([200.0, 100.0, 100.0, 0.0])
    assert profile.protected_share == pytest.approx(400 / 1200)
    assert "check overlapping contracts" in shown(profile)


def test_an_open_ended_contract_protects_for_its_notice(policy, language):
    profile = profile_of(
        policy,
        invoices_of(pd.date_range("2025-10-01", DAY, freq="MS")),
        contracts=contracts_of(end_date=pd.to_datetime([None]).astype("datetime64[us]"), annual_value=[np.nan]),
    )
    assert profile.contract.contracts["estimated"].all()
    assert profile.contract.contracts["annual_value"].item() == pytest.approx(profile.revenue)
    assert profile.contract.curve["protected"].head(4).gt(0).tolist() == [True, True, True, False]
    assert shown(profile)


def test_termination_counts_compensation_only_where_it_is_agreed(policy):
    orders = pd.DataFrame(
        {
            "order_id": ["o"],
            "client_id": "a",
            "order_date": [pd.Timestamp("2026-09-01")],
            "amount": 10.0,
            "custom_stock_cost": 500.0,
        }
    )
    invoices = invoices_of(pd.date_range("2025-10-01", DAY, freq="MS"))
    for clause, loss, unsure in (("present", 400.0, 0.0), ("absent", 700.0, 300.0), (None, 700.0, 300.0)):
        contract = contracts_of(compensation=[clause], termination_compensation=[300.0], tooling_cost=[200.0])
        found = profile_of(policy, invoices, contracts=contract, orders=orders).contract
        assert (found.termination_loss, found.unsure_compensation) == (loss, unsure)


def test_nothing_later_than_the_day_is_seen(policy):
    early = invoices_of(pd.date_range("2024-01-01", "2026-06-20", freq="MS"))
    later = invoices_of(pd.date_range("2026-07-01", DAY, freq="MS"), amount=9e6).assign(
        invoice_id=lambda f: "x" + f["invoice_id"]
    )
    whole = snapshot_from_frames({"invoices": pd.concat([early, later])}, DAY, "EUR").as_of("2026-06-30")
    known = snapshot_from_frames({"invoices": early}, "2026-06-30", "EUR")
    assert shown(client_profile.profile_client(whole, "a", policy)) == shown(
        client_profile.profile_client(known, "a", policy)
    )


def book_frames() -> dict[str, pd.DataFrame]:
    """Fourteen clients; the first two under contract, every third fell silent."""
    parts = [
        invoices_of(
            pd.date_range("2023-10-05", "2025-09-30" if n % 3 == 2 else DAY, freq=f"{20 + 3 * n}D"), f"c{n:02d}"
        )
        for n in range(14)
    ]
    held = pd.concat([contracts_of(contract_id=[f"k{n}"], client_id=[f"c{n:02d}"]) for n in range(2)])
    return {"invoices": pd.concat(parts, ignore_index=True), "contracts": held}


def test_clients_with_and_without_contract_go_their_own_way(policy, language):
    snapshot = snapshot_from_frames(book_frames(), DAY, "EUR")
    held, silent, live = (client_profile.profile_client(snapshot, c, policy) for c in ("c00", "c05", "c03"))
    assert held.churn.method == "hazard"
    assert 0 < held.churn.low < held.churn.probability < held.churn.high < 1 or held.churn.low == 0
    assert silent.churn.method == live.churn.method == "buying"
    assert silent.churn.alive < live.churn.alive
    assert shown(held)
    assert shown(silent)


def test_the_book_of_contracts(policy, language):
    found = client_profile.review_contracts(snapshot_from_frames(book_frames(), DAY, "EUR"), policy)
    assert len(found.contracts) == 2
    assert found.ladder["annual_value"].sum() == 2400.0
    assert found.curve["protected"].head(3).tolist() == pytest.approx([200.0] * 3)
    assert set(found.at_risk["client_id"]) <= {f"c{n:02d}" for n in range(14)}
    blocks = [
        wording.heading_contracts(found, "t"),
        tables.kpis_contracts(found),
        wording.why_contracts(found),
        wording.actions_contracts(found),
        wording.caption_protected(found),
        wording.limits_contracts(found),
    ]
    blocks += [
        getattr(tables, f"table_{n}")(found)
        for n in ["renegotiate", "ladder", "uncovered", "at_risk", "rates", "calibration"]
    ]
    plots.plot_protected(found)
    assert "nan" not in str([b.rows for b in blocks if hasattr(b, "rows")])


def test_a_book_without_contracts_says_so(policy, language, small_snapshot):
    found = client_profile.review_contracts(small_snapshot, policy)
    assert found.absent
    assert "contracts.csv" in str(tables.table_renegotiate(found))
    assert wording.heading_contracts(found, "t").decision
    assert tables.table_at_risk(found).paragraphs
    assert plots.plot_protected(found)


def test_relationship_parts_by_hand():
    end = pd.Timestamp(DAY)
    rows = [
        ("2026-09-01", "visit", 8.0, "x", "buyer"),
        ("2026-06-02", "call", 6.0, "x", "decision_maker"),
        ("2026-05-01", "complaint", np.nan, "y", None),
    ]
    contacts = pd.DataFrame(rows, columns=["date", "kind", "satisfaction", "contact", "contact_role"]).assign(
        date=lambda f: pd.to_datetime(f["date"])
    )
    facts = relationship.contact_facts(contacts, end - pd.Timedelta(days=365), end, 73.0)
    parts = relationship.relationship_parts(facts, end, 90, 10)
    assert parts.to_dict() == pytest.approx(
        {"cadence": 0.4, "decision_maker": 2 - 120 / 90, "satisfaction": 0.7, "complaints": 3 / 7, "breadth": 0.5}
    )
    never = relationship.contact_facts(contacts.iloc[[0]], end - pd.Timedelta(days=365), end, 73.0)
    assert relationship.relationship_parts(never, end, 90, 10)["decision_maker"] == 0


def test_a_price_below_the_others_is_a_ratio_below_one():
    own = pd.DataFrame({"period": [1, 1], "product_line": ["x", "y"], "amount": [90.0, 50.0], "quantity": [10.0, 5.0]})
    book = pd.DataFrame(
        {"period": [1, 1], "product_line": ["x", "y"], "amount": [290.0, 50.0], "quantity": [30.0, 5.0]}
    )
    prices = bargaining.relative_prices(own, book)
    assert prices["ratio"].iloc[0] == pytest.approx(0.9)
    assert np.isnan(prices["ratio"].iloc[1])  # nobody else buys it
    assert bargaining.price_position(prices) == pytest.approx(0.9)


def test_the_elasticity_that_was_put_in_is_found_and_two_wanderers_have_none():
    rng = np.random.default_rng(5)
    months = pd.period_range("2021-01", periods=60, freq="M")
    index = pd.Series(100 * np.exp(np.cumsum(rng.normal(0, 0.03, 60))), index=months)
    orders = 50 * (index / 100) ** 1.5 * np.exp(rng.normal(0, 0.01, 60))
    found = market.market_sensitivity(orders, index)
    assert found.low < 1.5 < found.high
    assert found.certain
    assert market.market_sensitivity(orders, index * 0 + 100) is None
    assert market.market_sensitivity(orders * 0, index) is None
    assert market.market_sensitivity(orders.head(10), index) is None


def many(client: str = "b") -> pd.DataFrame:
    """Twelve other clients that come back, so that the model of repeat buying stands."""
    days = pd.date_range("2024-01-10", "2026-09-10", freq="31D")
    return pd.concat([invoices_of(days[n % 3 :: 1 + n % 4], f"{client}{n}-") for n in range(12)], ignore_index=True)


def test_credit_notes_alone_are_a_profile_that_asks_what_they_are_for(policy, language):
    notes = invoices_of(["2026-08-03", "2026-09-03"], amount=-50.0, kind="credit_note")
    profile = profile_of(policy, pd.concat([notes, many()], ignore_index=True))
    assert profile.churn.method == "never"
    assert pd.isna(profile.last_invoice)
    assert shown(profile)
    if language == "en":
        assert "what the credit notes are for" in wording.heading_profile(profile).decision


def test_a_single_order_is_not_said_to_be_safe_however_long_ago(policy):
    for day, method in (("2026-09-12", "once"), ("2024-05-02", "lost")):
        profile = profile_of(policy, pd.concat([invoices_of([day]), many()], ignore_index=True))
        assert profile.churn.method == method
        assert tables.kpis_profile(profile).items[2].text in ("—", "100.0\xa0%")


def test_few_orders_tell_no_trend_season_break_or_forecast(policy):
    profile = profile_of(policy, invoices_of(["2024-05-02", "2026-05-12", "2026-08-12"]))
    demand = profile.demand
    assert (demand.growth, demand.season, demand.shift) == (None, None, None)
    assert demand.forecast is not None
    assert profile_of(policy, invoices_of(["2026-05-12"])).demand.forecast is None
    young = profile_of(policy, invoices_of(["2026-06-02", "2026-07-02", "2026-08-12"]))
    assert pd.isna(young.demand.outlook)  # four months are no year to compare with
    assert "no whole year" in wording.why_profile(young).paragraphs[1]


def test_an_insolvent_client_is_not_asked_what_it_plans_to_buy(policy, language):
    events = pd.DataFrame({"client_id": ["a"], "date": [pd.Timestamp("2026-06-10")], "kind": ["insolvency"]})
    days = pd.date_range("2025-01-01", "2026-05-01", freq="MS")
    profile = profile_of(policy, invoices_of(days), events=events)
    assert profile.level == "alarm"
    assert profile.demand.forecast is None
    assert shown(profile)
    actions = wording.actions_profile(profile).items
    assert len(actions) == 1
    if language == "en":
        assert "insolvent since 10\xa0June\xa02026" in wording.heading_profile(profile).decision
    assert wording.heading_profile(profile).finding_value == profile.revenue > 0


def test_credit_notes_beyond_what_was_billed_put_no_price_on_bargaining(policy):
    rows = invoices_of(
        ["2025-06-01", "2026-02-01", "2026-06-01"], amount=[200.0, 50.0, -240.0], product_line="p",
        quantity=[4.0, 1.25, 4.8], kind=["invoice", "invoice", "credit_note"],
    )  # fmt: skip
    others = many().assign(product_line="p", quantity=1.0)
    profile = profile_of(policy, pd.concat([rows, others], ignore_index=True))
    assert profile.revenue < 0
    assert pd.isna(profile.bargaining.price_given)
    assert "price_watch" not in profile.reasons
    assert profile.revenue_at_risk == 0 or pd.isna(profile.revenue_at_risk)


def test_a_profile_heeds_the_early_warning_of_its_client():
    snapshot = small_ledger()
    stopped, prompt = (client_profile.profile_client(snapshot, client, Policy()) for client in "CA")
    told = early_warning.warning_signals(snapshot, Policy()).clients.set_index("client_id")["level"]
    assert (stopped.warning, prompt.warning) == (told["C"], told["A"])
    worse = replace(prompt, warning="critical")
    assert judge_profile(worse)[0] == "alarm"
    assert "critical" in wording.heading_profile(replace(worse, reasons=judge_profile(worse)[1])).decision
