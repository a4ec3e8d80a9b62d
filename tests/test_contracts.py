"""Contracts: the exit curve by hand, what the clauses say, and that more protection never protects less."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamlib import contracts as ct

TODAY = pd.Timestamp("2026-09-30")


def three_contracts() -> pd.DataFrame:
    """A term of which 92 days are left with 30 days' notice, an open-ended one, and one that renews itself."""
    return pd.DataFrame(
        {
            "contract_id": ["fixed", "open", "rolling"],
            "start_date": pd.to_datetime(["2025-01-01", "2024-06-01", "2025-12-01"]),
            "end_date": pd.to_datetime(["2026-12-31", None, "2026-11-30"]),
            "notice_days": [30.0, 61.0, 92.0],
            "auto_renews": [False, False, True],
            "annual_value": [120.0, 240.0, 360.0],
        }
    )


def test_earliest_exit_by_hand_when_notice_may_be_given_on_any_day():
    exits = ct.earliest_exit(three_contracts(), TODAY)
    assert exits.dt.strftime("%Y-%m-%d").tolist() == ["2026-10-30", "2026-11-30", "2026-12-31"]


def test_earliest_exit_by_hand_when_a_term_binds_to_its_end():
    exits = ct.earliest_exit(three_contracts(), TODAY, "to_term_end")
    # 92 days from today are past 30 November, so the third renews once for its 364 days
    assert exits.dt.strftime("%Y-%m-%d").tolist() == ["2026-12-31", "2026-11-30", "2027-11-29"]


def test_exit_curve_by_hand():
    contracts = three_contracts()
    curve = ct.protected_revenue(ct.earliest_exit(contracts, TODAY), contracts["annual_value"], TODAY, 4)
    # October: 30 of 31 days of 10, all of 20 and of 30; November: 20 + 30; December: 30; January: nothing
    assert curve["protected"].round(6).tolist() == [round(10 * 30 / 31 + 50, 6), 50.0, 30.0, 0.0]
    assert curve["month"].dt.strftime("%Y-%m-%d").tolist() == ["2026-10-01", "2026-11-01", "2026-12-01", "2027-01-01"]


def test_no_recorded_notice_binds_a_term_to_its_end_and_an_open_contract_not_at_all():
    contracts = three_contracts().assign(notice_days=float("nan"))
    assert ct.earliest_exit(contracts, TODAY).tolist() == [
        pd.Timestamp("2026-12-31"),
        TODAY,
        pd.Timestamp("2026-11-30"),
    ]


@pytest.mark.parametrize("reading", ct.READINGS)
def test_a_contract_that_has_ended_protects_nothing_unless_it_renews(reading):
    ended = three_contracts().assign(end_date=pd.Timestamp("2026-06-30"))
    exits = ct.earliest_exit(ended, TODAY, reading)
    assert exits.iloc[:2].tolist() == [TODAY, TODAY]
    assert exits.iloc[2] > TODAY


def test_a_signed_contract_that_has_not_begun_protects_from_its_start():
    contract = three_contracts().iloc[[1]].assign(start_date=pd.Timestamp("2026-11-01"), notice_days=92.0)
    exits = ct.earliest_exit(contract, TODAY)
    curve = ct.protected_revenue(exits, contract["annual_value"], TODAY, 3, contract["start_date"])
    assert curve["protected"].tolist() == [0.0, 20.0, 20.0]


def test_overlapping_contracts_add_up():
    contracts = three_contracts()
    exits = ct.earliest_exit(contracts, TODAY)
    whole = ct.protected_revenue(exits, contracts["annual_value"], TODAY, 12)["protected"].sum()
    parts = sum(
        ct.protected_revenue(exits.iloc[[i]], contracts["annual_value"].iloc[[i]], TODAY, 12)["protected"].sum()
        for i in range(3)
    )
    assert whole == pytest.approx(parts)


contract = st.fixed_dictionaries(
    {
        "start": st.integers(-2000, -1),
        "end": st.one_of(st.none(), st.integers(-100, 1500)),
        "notice": st.integers(0, 400),
        "longer": st.integers(0, 400),
        "renews": st.booleans(),
        "value": st.floats(0, 1e7),
    }
)


@given(st.lists(contract, min_size=1, max_size=5), st.sampled_from(ct.READINGS))
def test_longer_notice_never_protects_less(drawn, reading):
    frame = pd.DataFrame(
        {
            "start_date": [TODAY + pd.Timedelta(days=c["start"] - 200) for c in drawn],
            "end_date": pd.to_datetime(
                [None if c["end"] is None else TODAY + pd.Timedelta(days=c["end"]) for c in drawn]
            ),
            "notice_days": [float(c["notice"]) for c in drawn],
            "auto_renews": [c["renews"] for c in drawn],
        }
    )
    frame["end_date"] = frame["end_date"].astype("datetime64[us]")
    value = pd.Series([c["value"] for c in drawn])
    longer = frame.assign(notice_days=frame["notice_days"] + [float(c["longer"]) for c in drawn])
    curves = [ct.protected_revenue(ct.earliest_exit(f, TODAY, reading), value, TODAY, 24) for f in (frame, longer)]
    assert (curves[1]["protected"] >= curves[0]["protected"] - 1e-6).all()


@given(st.floats(0, 1e9), st.floats(0, 1e9), st.floats(0, 1e9), st.floats(0, 1))
def test_losing_compensation_never_lowers_the_termination_loss(stock, tooling, compensation, kept):
    assert ct.termination_loss(stock, tooling, compensation * kept) >= ct.termination_loss(stock, tooling, compensation)
    assert ct.termination_loss(stock, tooling, compensation) <= stock + tooling


def test_clauses_are_present_absent_or_unknown():
    contracts = pd.DataFrame({"compensation": ["present", "No", None], "minimum_volume": [5.0, 0.0, float("nan")]})
    found = ct.clause_checklist(contracts, ("compensation", "minimum_volume", "exclusivity")).set_index("clause")
    assert found.loc["compensation", ["present", "absent", "unknown", "status"]].tolist() == [1, 1, 1, "absent"]
    assert found.loc["minimum_volume", "status"] == "absent"
    assert found.loc["exclusivity", ["unknown", "status"]].tolist() == [3, "unknown"]
    assert ct.clause_checklist(contracts.iloc[:1], ("compensation",))["status"].item() == "present"


def test_what_is_missing_is_ranked_by_money_and_unknown_money_comes_last():
    checklist = pd.DataFrame({"clause": ["a", "b", "c", "d"], "status": ["absent", "unknown", "present", "absent"]})
    bases = {"small": 100.0, "large": 1000.0}
    rules = {"a": ("small", 0.5), "b": ("large", 0.1), "c": ("large", 1.0), "d": ("not there", 1.0)}
    ranked = ct.rank_missing_clauses(checklist, bases, rules)
    assert ranked["clause"].tolist() == ["b", "a", "d"]
    assert ranked["amount"].tolist()[:2] == [100.0, 50.0]


def test_the_ladder_holds_every_contract_once():
    contracts = three_contracts()
    ended = pd.concat([contracts, contracts.iloc[[0]].assign(end_date=pd.Timestamp("2026-09-29"))])
    ladder = ct.expiry_ladder(ended, TODAY).set_index("step")
    assert ladder["contracts"].to_dict() == {
        "expired": 1,
        "≤ 90": 1,
        "91–180": 1,
        "181–365": 0,
        "> 365": 0,
        "open_ended": 1,
    }
    assert ladder["annual_value"].sum() == ended["annual_value"].sum()
    assert ct.expiry_ladder(contracts.iloc[:0], TODAY)["contracts"].sum() == 0


def test_the_day_to_decide_is_the_notice_before_a_renewal():
    days = ct.decision_day(three_contracts())
    assert days.iloc[0] == pd.Timestamp("2026-12-31")
    assert pd.isna(days.iloc[1])
    assert days.iloc[2] == pd.Timestamp("2026-08-30")
