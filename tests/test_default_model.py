import numpy as np
import pandas as pd
import pytest
from conftest import real_data

from kamlib import model_validation as mv
from kamlib.errors import DataError
from kamlib.scoring import default_model as dm
from kamlib.statements import altman_ratios, altman_z

COLUMNS = {
    "Net Sales": "revenue",
    "EBIT": "ebit",
    "Net Income": "net_income",
    "Total Assets": "total_assets",
    "Current assets": "current_assets",
    "Total Receivable": "receivables",
    "Inventory": "inventory",
    "Total Liabilities": "total_liabilities",
    "Total Current Liabilitie": "current_liabilities",
    "Retained Earnings": "retained_earnings",
    "Market Value": "market_value",
}


def draw(rows: int = 600, seed: int = 1) -> tuple[pd.DataFrame, pd.Series]:
    rng = np.random.default_rng(seed)
    features = pd.DataFrame({"a": rng.normal(size=rows), "b": rng.exponential(size=rows)})
    chance = 1 / (1 + np.exp(2.5 - features["a"] - 0.8 * features["b"]))
    return features, pd.Series((rng.random(rows) < chance).astype(int))


def test_the_fit_is_the_penalised_optimum():
    features, outcomes = draw()
    model = dm.fit_default_model(features, outcomes, penalty=5)
    design = dm._design(features, model.grids, model.missing)
    chance = 1 / (1 + np.exp(-design @ model.coefficients))
    pull = 5 * np.concatenate([[0.0], model.coefficients[1:]])
    assert design.T @ (outcomes - chance) - pull == pytest.approx(np.zeros(design.shape[1]), abs=1e-4)
    assert chance.sum() == pytest.approx(outcomes.sum(), abs=1e-3)
    assert (model.rows, model.events) == (600, outcomes.sum())


def test_more_penalty_moves_everyone_towards_the_average():
    features, outcomes = draw()
    spread = [
        dm.probability_of_default(dm.fit_default_model(features, outcomes, penalty), features)["probability"].std()
        for penalty in (1, 50, 5_000)
    ]
    assert spread[0] > spread[1] > spread[2]


def test_the_scale_of_a_feature_does_not_matter():
    features, outcomes = draw()
    curved = features.assign(b=np.exp(features["b"]))
    chances = [dm.probability_of_default(dm.fit_default_model(table, outcomes), table) for table in (features, curved)]
    pd.testing.assert_frame_equal(*chances, rtol=1e-3)


def test_intervals_hold_the_probability_and_widen_with_fewer_rows():
    features, outcomes = draw()
    wide = dm.probability_of_default(dm.fit_default_model(features.head(80), outcomes.head(80), 1), features)
    narrow = dm.probability_of_default(dm.fit_default_model(features, outcomes, 1), features)
    for found in (wide, narrow):
        assert ((found["low"] <= found["probability"]) & (found["probability"] <= found["high"])).all()
    assert wide["logit_error"].median() > narrow["logit_error"].median()


def test_missing_values_get_a_flag_and_empty_features_drop_out():
    features, outcomes = draw()
    features = features.assign(b=features["b"].where(outcomes == 0), gone=np.nan)
    model = dm.fit_default_model(features, outcomes, 1)
    assert model.features == ("a", "b")
    assert model.missing == ("b",)
    found = dm.probability_of_default(model, pd.DataFrame({"a": [0.0, 0.0], "b": [1.0, np.nan]}))
    assert found["probability"].iloc[1] > found["probability"].iloc[0]


def test_what_cannot_be_fitted_is_told():
    features, _ = draw(20)
    with pytest.raises(DataError, match="use the rate of the grade"):
        dm.fit_default_model(features, pd.Series([1] + [0] * 19))
    with pytest.raises(DataError) as caught:
        dm.fit_default_model(features[[]], pd.Series([2.0] * 20), penalty=-1)
    assert {fault.field for fault in caught.value.faults} == {"outcomes", "features", "penalty"}
    model = dm.fit_default_model(*draw())
    with pytest.raises(DataError, match=r"features\.b: missing"):
        dm.probability_of_default(model, features[["a"]])


def test_thin_data_go_to_the_grade_and_much_data_away_from_it():
    assert dm.shrunk_default_rate(0, 0, 0.03).value == pytest.approx(0.03)
    assert dm.shrunk_default_rate(3_000, 10_000, 0.03).value == pytest.approx(0.3, abs=0.01)
    zero = dm.shrunk_default_rate(0, 30, 0.03)
    assert 0 < zero.low < zero.value < zero.high
    unknown = dm.shrunk_probability(float("nan"), float("nan"), 0.03)
    assert unknown.value == pytest.approx(0.03)
    assert unknown.low < 0.03 < unknown.high
    sure = dm.shrunk_probability(0.2, 0.2, 0.03)
    thin = dm.shrunk_probability(0.2, 2.0, 0.03)
    assert 0.03 < thin.value < sure.value < 0.2
    with pytest.raises(DataError) as caught:
        dm.shrunk_default_rate(5, 3, 0, weight=0)
    assert len(caught.value.faults) == 3
    with pytest.raises(DataError, match="above 0"):
        dm.shrunk_probability(0.2, 1, 1.0)


def test_features_by_hand_and_without_most_figures():
    years = pd.to_datetime(["2024-12-31", "2025-12-31"])
    accounts = pd.DataFrame(
        {"client_id": "a", "period_end": years, "total_assets": [100.0, 50.0], "net_income": [-1.0, -2.0]}
    )
    found = dm.statement_features(accounts)
    assert found["assets_growth"].tolist() == [pytest.approx(np.nan, nan_ok=True), pytest.approx(np.log(0.5))]
    assert found["loss_twice"].tolist() == [0, 1]
    assert found["income_change"].iloc[1] == pytest.approx(-1 / 50)
    assert found["current_ratio"].isna().all()
    gap = dm.statement_features(accounts.assign(period_end=pd.to_datetime(["2022-12-31", "2025-12-31"])))
    assert gap["assets_growth"].isna().all()


def test_recalibration_sets_the_level_and_keeps_the_order():
    features, outcomes = draw()
    later, happened = draw(2_000, seed=2)
    happened = happened | (np.random.default_rng(5).random(2_000) < 0.1)
    model = dm.fit_default_model(features, outcomes, 30)
    before, after = (
        dm.probability_of_default(m, later)["probability"]
        for m in (model, dm.recalibrated(model, later, happened.astype(int)))
    )
    assert after.sum() == pytest.approx(happened.sum(), rel=1e-4)
    assert before.rank().equals(after.rank())
    with pytest.raises(DataError, match="Too few to recalibrate"):
        dm.recalibrated(model, later.head(3), pd.Series([0, 0, 0]))


@pytest.mark.real_data
def test_american_firms_are_told_apart_better_than_by_altman_and_by_eight_ratios():
    import statsmodels.api as sm

    raw = pd.read_parquet(real_data("american_bankruptcy/american_bankruptcy.parquet"))
    firms = raw.rename(columns=COLUMNS)[[*COLUMNS.values(), "company_name", "year"]]
    firms = firms.assign(
        client_id=firms["company_name"], period_end=pd.to_datetime(firms["year"].astype(str) + "-12-31")
    )
    firms["equity"] = firms["total_assets"] - firms["total_liabilities"]
    last_year = raw.groupby("company_name")["year"].transform("max")
    failed = ((raw["Company Status"] == "failed") & (raw["year"] == last_year)).astype(int)
    features = dm.statement_features(firms)
    known, later = firms["year"] <= 2007, firms["year"] >= 2011
    fitted = dm.fit_default_model(features[known], failed[known])
    between = (firms["year"] > 2007) & (firms["year"] < 2011)
    model = dm.recalibrated(fitted, features[between], failed[between])
    ours = dm.probability_of_default(model, features[later])["probability"]

    ratios = altman_ratios(
        working_capital=firms["current_assets"] - firms["current_liabilities"],
        total_assets=firms["total_assets"],
        retained_earnings=firms["retained_earnings"],
        ebit=firms["ebit"],
        equity=firms["equity"],
        total_liabilities=firms["total_liabilities"],
    )
    altman = -altman_z(**ratios, variant="Z''")
    eight = ["working_capital", "retained_earnings", "ebit", "market_share", "asset_turnover", "liabilities_share"]
    plain = features[[*eight, "net_income", "current_ratio"]]
    plain = plain.clip(plain[known].quantile(0.01), plain[known].quantile(0.99), axis=1)
    plain = sm.add_constant((plain - plain[known].mean()) / plain[known].std())
    logit = sm.GLM(failed[known], plain[known], family=sm.families.Binomial()).fit()

    outcomes = failed[later]
    auc = mv.auc_interval(outcomes, ours)
    over_altman = mv.auc_difference(outcomes, ours, altman[later])
    over_eight = mv.auc_difference(outcomes, ours, logit.predict(plain[later]))
    groups = mv.calibration_table(outcomes, ours)
    assert mv.area_under_curve(outcomes, altman[later]) == pytest.approx(0.781, abs=0.001)
    assert mv.area_under_curve(outcomes, logit.predict(plain[later])) == pytest.approx(0.888, abs=0.001)
    # measured: 0.908 [0.889, 0.928]; better than Altman by 0.127 [0.104, 0.150], than the eight ratios by 0.020 [0.003, 0.037]
    assert auc.value > 0.90
    assert over_altman.low > 0.10
    assert over_eight.low > 0
    assert mv.kolmogorov_smirnov(outcomes, ours) > 0.65
    assert mv.brier_score(outcomes, ours) < outcomes.mean() * (1 - outcomes.mean())
    assert mv.hosmer_lemeshow(groups["observed"], groups["expected"], groups["count"], 0).p_value > 0.05
    edges = ours.quantile(np.linspace(0.1, 0.9, 9)).to_numpy()
    then, now = (
        np.bincount(np.searchsorted(edges, ours[firms["year"][later].between(*years)]), minlength=10)
        for years in ((2011, 2014), (2015, 2018))
    )
    assert mv.population_stability_index(then, now) < 0.10
