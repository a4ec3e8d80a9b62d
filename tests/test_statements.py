import numpy as np
import pandas as pd
import pytest
from conftest import golden
from hypothesis import given
from hypothesis import strategies as st

from kamlib import statements as fs
from kamlib.errors import DataError


def accounts(**changes) -> pd.DataFrame:
    columns = {
        "client_id": ["a", "a"],
        "period_end": pd.to_datetime(["2024-12-31", "2025-12-31"]),
        "revenue": [1000.0, 1100.0],
        "ebit": [80.0, 55.0],
        "interest_expense": [20.0, 25.0],
        "net_income": [45.0, 20.0],
        "total_assets": [800.0, 900.0],
        "current_assets": [400.0, 420.0],
        "cash": [50.0, 30.0],
        "receivables": [200.0, 240.0],
        "inventory": [150.0, 150.0],
        "total_liabilities": [500.0, 620.0],
        "current_liabilities": [250.0, 350.0],
        "retained_earnings": [180.0, 190.0],
        "equity": [300.0, 280.0],
        "operating_cash_flow": [60.0, -10.0],
        "market_value": [np.nan, np.nan],
    }
    return pd.DataFrame(columns | changes)


def test_q01_altman_from_ratios():
    example = golden("Q01_altman_ratios")
    found = fs.altman_z(**example["inputs"], variant="Z")
    assert found == pytest.approx(example["expected"]["exact"], abs=1e-12)
    assert fs.altman_zone(found, "Z") == "grey"


def test_q04_altman_from_accounts():
    example = golden("Q04_altman_brainmass")
    given_ = dict(example["inputs"])
    given_["equity"], given_["total_liabilities"] = given_.pop("market_equity"), given_.pop("total_debt")
    found = fs.altman_z(**fs.altman_ratios(**given_), variant="Z")
    assert found == pytest.approx(example["expected"]["z"], abs=1e-12)


def test_altman_weights_by_hand_and_spelling_of_the_variant():
    assert fs.altman_z(1, 1, 1, 1, 1, "Z'") == pytest.approx(0.717 + 0.847 + 3.107 + 0.420 + 0.998)
    assert fs.altman_z(1, 1, 1, 1, variant="Z''") == pytest.approx(6.56 + 3.26 + 6.72 + 1.05)
    assert fs.altman_z(1, 1, 1, 1, variant="Z″") == fs.altman_z(1, 1, 1, 1, variant="Z''")
    assert np.isnan(fs.altman_z(1, 1, 1, 1))
    with pytest.raises(DataError, match="Use one of Z, Z', Z''"):
        fs.altman_z(1, 1, 1, 1, 1, variant="M")
    with pytest.raises(DataError, match="Use one of Z"):
        fs.altman_zone(1.0, "Y")


@pytest.mark.parametrize(("variant", "low", "high"), [("Z", 1.81, 2.99), ("Z'", 1.23, 2.90), ("Z''", 1.10, 2.60)])
def test_the_cuts_themselves_are_grey(variant, low, high):
    assert [fs.altman_zone(z, variant) for z in (low - 0.001, low, high, high + 0.001)] == [
        "distress",
        "grey",
        "grey",
        "safe",
    ]
    assert fs.altman_zone(float("nan"), variant) is None


def test_the_variant_follows_listing_industry_and_market():
    assert fs.altman_variant(5e6, True) == "Z"
    assert fs.altman_variant(float("nan"), True) == "Z'"
    assert fs.altman_variant(5e6, False) == fs.altman_variant(None, None) == "Z''"
    assert fs.altman_variant(5e6, True, emerging_market=True) == "Z''"


def test_altman_by_year_names_its_variant_and_uses_the_right_equity():
    table = fs.altman_by_year(accounts(), manufacturers={"a": True})
    assert table["variant"].tolist() == ["Z'", "Z'"]
    assert table["z"].iloc[0] == pytest.approx(
        0.717 * 150 / 800 + 0.847 * 180 / 800 + 3.107 * 0.1 + 0.42 * 300 / 500 + 0.998 * 1.25
    )
    listed = fs.altman_by_year(accounts(market_value=[900.0, np.nan]), manufacturers={"a": True})
    assert listed["variant"].tolist() == ["Z", "Z'"]
    assert fs.altman_by_year(accounts())["variant"].unique().tolist() == ["Z''"]
    gone = fs.altman_by_year(accounts().drop(columns="retained_earnings"))
    assert gone["z"].isna().all()
    assert gone["zone"].isna().all()
    assert len(fs.altman_by_year(accounts().head(0))) == 0


def test_ratios_by_hand():
    newest = fs.financial_ratios(accounts()).iloc[-1]
    assert newest["current_ratio"] == pytest.approx(1.2)
    assert newest["quick_ratio"] == pytest.approx(270 / 350)
    assert newest["cash_ratio"] == pytest.approx(30 / 350)
    assert newest["working_capital_share"] == pytest.approx(70 / 900)
    assert newest["liabilities_share"] == pytest.approx(620 / 900)
    assert newest["debt_to_equity"] == pytest.approx(620 / 280)
    assert newest["interest_cover"] == pytest.approx(2.2)
    assert newest["cash_flow_to_liabilities"] == pytest.approx(-10 / 620)
    assert newest["cash_flow_margin"] == pytest.approx(-10 / 1100)
    assert newest["accruals_share"] == pytest.approx(30 / 900)
    assert newest["ebit_margin"] == pytest.approx(0.05)
    assert newest["return_on_assets"] == pytest.approx(20 / 900)
    assert newest["asset_turnover"] == pytest.approx(1100 / 900)
    assert newest["receivables_days"] == pytest.approx(240 / 1100 * 365)
    assert newest["inventory_days"] == pytest.approx(150 / 1100 * 365)
    assert newest["revenue_growth"] == pytest.approx(0.1)


def test_ratios_without_meaning_are_nan():
    table = fs.financial_ratios(accounts(equity=[-5.0, 0.0], interest_expense=[0.0, 0.0], ebit=[10.0, -10.0]))
    assert table["debt_to_equity"].isna().all()
    assert table["interest_cover"].tolist()[0] == np.inf
    assert np.isnan(table["interest_cover"].tolist()[1])
    assert np.isnan(table["revenue_growth"].iloc[0])
    gap = accounts(period_end=pd.to_datetime(["2023-12-31", "2025-12-31"]))
    assert fs.financial_ratios(gap)["revenue_growth"].isna().all()
    bare = fs.financial_ratios(accounts()[["client_id", "period_end", "revenue"]])
    assert bare[[n for n in fs.RATIOS if n != "revenue_growth"]].isna().all(axis=None)
    assert list(fs.financial_ratios(accounts().head(0)).columns) == ["client_id", "period_end", *fs.RATIOS]


@given(st.floats(0.01, 1e4))
def test_ratios_do_not_depend_on_the_unit_of_money(factor):
    money = [c for c in accounts().columns if c not in ("client_id", "period_end")]
    scaled = accounts().assign(**{name: accounts()[name] * factor for name in money})
    pd.testing.assert_frame_equal(fs.financial_ratios(scaled), fs.financial_ratios(accounts()))


def test_quartiles_take_each_client_once_and_need_enough_of_them():
    clients = [f"c{i}" for i in range(6)]
    ratios = pd.DataFrame(
        {
            "client_id": clients + clients,
            "period_end": [pd.Timestamp("2024-12-31")] * 6 + [pd.Timestamp("2025-12-31")] * 6,
            "current_ratio": [99.0] * 6 + [1, 2, 3, 4, 5, np.inf],
            "inventory_days": [99.0] * 6 + [10.0, 20, 30, 40, 50, 60],
        }
    )
    industries = pd.Series(["Energy"] * 6, index=clients)
    table = fs.industry_quartiles(ratios, industries, min_clients=5)
    assert table["ratio"].tolist() == ["current_ratio", "inventory_days"]
    assert table.loc[0, ["lower_quartile", "median", "upper_quartile", "clients"]].tolist() == [2, 3, 4, 5]
    current, inventory = table[["lower_quartile", "median", "upper_quartile"]].to_numpy()
    assert fs.quartile_position(1.5, "current_ratio", current) == 1
    assert fs.quartile_position(4.0, "current_ratio", current) == 4
    assert fs.quartile_position(12.0, "inventory_days", inventory) == 4
    assert fs.quartile_position(99.0, "inventory_days", inventory) == 1
    assert fs.quartile_position(float("nan"), "inventory_days", inventory) is None
    assert len(fs.industry_quartiles(ratios, industries.head(3))) == 0
    assert len(fs.industry_quartiles(ratios.head(0), industries)) == 0


def test_age_of_the_statements():
    frame = accounts()
    assert fs.statements_age_months(frame, "2026-09-30") == 9
    assert fs.statements_age_months(frame, "2027-03-30") == 14
    assert fs.statements_age_months(frame, "2027-03-31") == 15
    assert fs.statements_are_stale(frame, "2027-03-31") is False
    assert fs.statements_are_stale(frame, "2027-04-30") is True
    assert fs.statements_are_stale(frame.head(0), "2026-09-30") is None
    assert np.isnan(fs.statements_age_months(frame.head(0), "2026-09-30"))
