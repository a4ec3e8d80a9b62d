"""Portfolio loss: published tables to their digits, two routes to one figure, and what always holds."""

import numpy as np
import pandas as pd
import pytest
from conftest import golden
from hypothesis import given, settings
from hypothesis import strategies as st

from kamlib import loss_model
from kamlib.errors import DataError

LEVELS = (0.95, 0.99, 0.999)


def equal_clients(n=60, pd_=0.02):
    return pd.DataFrame({"client_id": [f"c{i}" for i in range(n)], "pd": pd_, "lgd": 0.5, "ead": 2.0})


def test_creditrisk_plus_reference_example_to_the_dollar():
    example = golden("P01_crplus_1A")
    given_, expected = example["inputs"], example["expected"]
    frame = pd.DataFrame(
        {"pd": given_["pd"], "pd_sd": given_["pd_sd"], "lgd": given_["lgd"], "ead": given_["exposure"]}
    )
    assert loss_model.expected_loss(frame["pd"], frame["lgd"], frame["ead"]) == pytest.approx(14_221_863, abs=1)
    result = loss_model.creditriskplus(frame, given_["loss_unit_L"])
    assert result.expected_loss == pytest.approx(expected["expected_loss"], abs=1)
    assert result.probabilities[0] == pytest.approx(expected["prob_zero_loss"], abs=5e-7)
    for level, loss in expected["percentiles"].items():
        assert result.value_at_risk(float(level) / 100) == pytest.approx(loss, abs=1)
    assert result.standard_deviation == pytest.approx(expected["derived"]["loss_sd_banded"], rel=1e-6)
    parts = result.contributions(0.99)
    assert parts.sum() == pytest.approx(expected["sum_risk_contributions"], abs=5)
    assert (parts.nlargest(5).index + 1).tolist() == [25, 24, 22, 21, 14]


def test_a_bernoulli_simulation_of_that_portfolio_has_a_thinner_tail():
    given_ = golden("P01_crplus_1A")["inputs"]
    frame = pd.DataFrame({"pd": given_["pd"], "lgd": 1.0, "ead": given_["exposure"]})
    panjer = loss_model.creditriskplus(frame, given_["loss_unit_L"], volatility=0.0)
    simulated = loss_model.simulate_losses(frame, 0.0, 100_000, seed=3)
    assert simulated.value_at_risk(0.999) < panjer.value_at_risk(0.999)
    error = simulated.standard_error("expected_loss")
    assert simulated.expected_loss == pytest.approx(panjer.expected_loss, abs=3 * error)


def test_basel_annex_5_cells():
    example = golden("P04_basel2_annex5")
    given_, expected = example["inputs"], example["expected"]
    for turnover in (50, 5):
        capital = loss_model.irb_capital(given_["pd"], given_["lgd"], given_["maturity_years"], turnover=turnover)
        printed = expected[f"risk_weight_pct_corporate_turnover{turnover}"]
        assert 1250 * capital == pytest.approx(printed, abs=example["tolerance"])
    derived = expected["derived_PD_1pct"]
    assert loss_model.irb_correlation(0.01) == pytest.approx(derived["R"])
    assert loss_model.irb_capital(0.01, 0.45, 2.5) == pytest.approx(derived["K"])


def test_hull_25_cells_and_example():
    example = golden("P08_hull_wcdr_table")
    given_ = example["inputs"]
    cells = 0
    for rho, row in example["expected"]["wcdr_pct_by_rho"].items():
        rates = loss_model.vasicek_quantile(given_["pd"], float(rho), given_["confidence"])
        assert 100 * rates == pytest.approx(row, abs=example["tolerance"]["wcdr_pct"])
        cells += len(row)
    assert cells == 25
    case = example["expected"]["example"]
    rate = loss_model.vasicek_quantile(case["pd"], case["rho"], 0.999)
    assert rate * case["lgd"] * case["exposure"] == pytest.approx(case["loss_at_wcdr_derived"], abs=1)


def test_expected_and_unexpected_loss_of_one_client():
    example = golden("P10_el_ul_single")
    given_, expected = example["inputs"], example["expected"]
    one = [given_[name] for name in ("pd", "lgd", "ead")]
    assert loss_model.expected_loss(*one) == pytest.approx(expected["el"])
    loss = loss_model.unexpected_loss(*one, given_["sd_lgd"])
    assert loss == pytest.approx(expected["ul_exact"], abs=0.001)
    assert loss == pytest.approx(expected["ul_printed"], abs=100)


def test_limits_of_the_vasicek_quantile_and_capital():
    assert loss_model.vasicek_quantile(0.02, 0.0, 0.9) == 0.02
    assert loss_model.vasicek_quantile(0.02, 1.0, 0.97) == 0
    assert loss_model.vasicek_quantile(0.02, 1.0, 0.99) == 1
    assert loss_model.vasicek_quantile([0.0, 1.0], 0.2, 0.99).tolist() == [0, 1]
    assert loss_model.irb_capital([0.0, 1.0], 0.45, 2.5).tolist() == [0, 0]
    assert loss_model.irb_capital(0.01, 0.45, 1, "residential_mortgage") == loss_model.irb_capital(
        0.01, 0.45, 5, "residential_mortgage"
    )
    assert float(loss_model.irb_correlation(0.0, "other_retail")) == pytest.approx(0.16)


@pytest.mark.parametrize("rho", [0.0, 0.15, 0.4])
def test_simulation_agrees_with_the_exact_distribution(rho):
    frame = equal_clients().assign(ead=np.tile([2.0, 4.0, 10.0], 20))
    exact = loss_model.finite_one_factor(frame, rho, unit=1.0)
    simulated = loss_model.simulate_losses(frame, rho, 200_000, seed=11)
    assert exact.probabilities.sum() == pytest.approx(1)
    expected = loss_model.expected_loss(frame["pd"], frame["lgd"], frame["ead"])
    assert exact.expected_loss == pytest.approx(expected, rel=1e-9)
    assert simulated.expected_loss == pytest.approx(expected, abs=3 * simulated.standard_error("expected_loss"))
    assert simulated.standard_deviation == pytest.approx(exact.standard_deviation, rel=0.02)
    assert exact.client_variance.sum() == pytest.approx(exact.standard_deviation**2, rel=1e-6)
    for q in LEVELS:
        for measure in ("value_at_risk", "expected_shortfall"):
            error = max(simulated.standard_error(measure, q), 0.5)  # a quantile moves by whole units
            assert getattr(simulated, measure)(q) == pytest.approx(getattr(exact, measure)(q), abs=3 * error)


def test_a_fine_portfolio_comes_near_vasicek_and_the_adjustment_nearer():
    fine = equal_clients(2_000, 0.03)
    limit = 2_000 * loss_model.vasicek_quantile(0.03, 0.2, 0.99)
    simulated = loss_model.simulate_losses(fine, 0.2, 100_000, seed=5)
    error = simulated.standard_error("value_at_risk", 0.99)
    adjusted = limit + loss_model.granularity_adjustment(fine, 0.2, 0.99)
    assert simulated.value_at_risk(0.99) == pytest.approx(adjusted, abs=3 * error)
    coarse = equal_clients(100, 0.03)
    exact = loss_model.finite_one_factor(coarse, 0.2, 1.0).value_at_risk(0.99)
    limit = 100 * loss_model.vasicek_quantile(0.03, 0.2, 0.99)
    adjusted = limit + loss_model.granularity_adjustment(coarse, 0.2, 0.99)
    assert limit < adjusted
    assert abs(adjusted - exact) < abs(limit - exact)
    half = loss_model.granularity_adjustment(coarse.assign(ead=4.0), 0.2, 0.99)
    assert half == pytest.approx(2 * loss_model.granularity_adjustment(coarse, 0.2, 0.99))


def test_the_number_of_workers_changes_nothing_and_the_seed_does():
    frame = equal_clients().assign(sector=np.tile(["x", "y"], 30))
    options = {"rho": 0.2, "scenarios": 9_000, "sector_share": 0.4, "copula": "t"}
    one = loss_model.simulate_losses(frame, seed=1, **options)
    three = loss_model.simulate_losses(frame, seed=1, workers=3, **options)
    other = loss_model.simulate_losses(frame, seed=2, **options)
    assert (one.losses == three.losses).all()
    assert (one.defaulted == three.defaulted).all()
    assert (one.losses != other.losses).any()


def test_t_copula_and_a_bad_sector_fatten_the_tail():
    frame = equal_clients(200, 0.02).assign(sector=np.repeat(["x", "y"], 100))
    options = {"rho": 0.2, "scenarios": 40_000, "seed": 4, "sector_share": 0.4}
    normal = loss_model.simulate_losses(frame, **options)
    student = loss_model.simulate_losses(frame, copula="t", **options)
    bad = loss_model.simulate_losses(frame, sector_at={"x": -2.33}, **options)
    assert student.value_at_risk(0.999) > normal.value_at_risk(0.999)
    assert student.expected_loss == pytest.approx(normal.expected_loss, rel=0.1)
    assert bad.expected_loss > normal.expected_loss
    assert bad.contributions(0.99).iloc[:100].sum() > bad.contributions(0.99).iloc[100:].sum()


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 0.6), st.floats(0, 1), st.floats(0, 1e6)), min_size=1, max_size=15),
    st.floats(0, 0.9),
    st.sampled_from(["gaussian", "t"]),
    st.sampled_from([0.5, *LEVELS]),
)
def test_shortfall_is_above_the_quantile_and_contributions_add_up(rows, rho, copula, q):
    frame = pd.DataFrame(rows, columns=["pd", "lgd", "ead"])
    results = [loss_model.simulate_losses(frame, rho, 1_500, seed=1, copula=copula)]
    unit = max(float((frame["lgd"] * frame["ead"]).max()) / 50, 1.0)
    results.append(loss_model.creditriskplus(frame, unit))
    results.append(loss_model.finite_one_factor(frame, rho, unit))
    for result in results:
        assert result.expected_shortfall(q) >= result.value_at_risk(q) * (1 - 1e-9) >= 0
    simulated, panjer, exact = results
    assert simulated.contributions(q).sum() == pytest.approx(simulated.expected_shortfall(q), rel=1e-9, abs=1e-6)
    assert panjer.contributions(q).sum() == pytest.approx(panjer.value_at_risk(q), rel=1e-9, abs=1e-6)
    assert exact.contributions(q).sum() == pytest.approx(exact.value_at_risk(q), rel=1e-6, abs=2 * unit * len(frame))
    total = float((frame["lgd"] * frame["ead"]).sum())
    assert simulated.losses.max() <= total * (1 + 1e-12)


def test_convergence_band_narrows_around_the_last_figure():
    simulated = loss_model.simulate_losses(equal_clients(), 0.2, 40_000, seed=8)
    band = simulated.convergence(0.99)
    assert band["scenarios"].iloc[-1] == 40_000
    assert band["value_at_risk"].iloc[-1] == simulated.value_at_risk(0.99)
    assert (band["low"] <= band["value_at_risk"]).all()
    assert (band["value_at_risk"] <= band["high"]).all()
    width = band["high"] - band["low"]
    assert width.iloc[-1] <= width.iloc[0]


def test_two_sectors_of_creditrisk_plus_are_independent():
    frame = equal_clients(40).assign(sector=np.repeat(["x", "y"], 20))
    split = loss_model.creditriskplus(frame, 1.0, volatility=1.0)
    joint = loss_model.creditriskplus(frame.drop(columns="sector"), 1.0, volatility=1.0)
    half = loss_model.creditriskplus(frame.iloc[:20], 1.0, volatility=1.0)
    assert split.standard_deviation**2 == pytest.approx(2 * half.standard_deviation**2, rel=1e-6)
    assert split.standard_deviation < joint.standard_deviation
    assert split.client_variance.sum() == pytest.approx(split.standard_deviation**2, rel=1e-6)


def test_nothing_at_stake_loses_nothing():
    frame = equal_clients().assign(ead=0.0)
    for result in (
        loss_model.simulate_losses(frame, 0.2, 1_000, seed=1),
        loss_model.creditriskplus(frame, 1.0),
        loss_model.finite_one_factor(frame, 0.2, 1.0),
    ):
        assert result.value_at_risk(0.999) == result.expected_shortfall(0.999) == result.expected_loss == 0
        assert result.contributions(0.99).sum() == 0
    assert loss_model.granularity_adjustment(frame, 0.2, 0.99) == 0


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda f: loss_model.simulate_losses(f.drop(columns="lgd"), 0.2, 10, 1), "lgd: missing"),
        (lambda f: loss_model.simulate_losses(f.iloc[:0], 0.2, 10, 1), "at least one client"),
        (lambda f: loss_model.simulate_losses(f.assign(pd=1.2), 0.2, 10, 1), "between 0 and 1"),
        (lambda f: loss_model.simulate_losses(f.assign(ead=-1.0), 0.2, 10, 1), "of at least 0"),
        (lambda f: loss_model.simulate_losses(f, 1.0, 0, -1, "joe", 0, 2, {"z": 1}, 0), "copula: joe"),
        (lambda f: loss_model.simulate_losses(f, 0.2, 10, 1).value_at_risk(1.0), "both left out"),
        (lambda f: loss_model.simulate_losses(f, 0.2, 10, 1).standard_error("mode", 0.9), "measure: mode"),
        (lambda f: loss_model.creditriskplus(f, 0.0, -1), "volatility: -1"),
        (lambda f: loss_model.creditriskplus(f, 1e-5), "Give a larger one"),
        (lambda f: loss_model.finite_one_factor(f, 1.0, 0.0), "correlation below 1"),
        (lambda f: loss_model.finite_one_factor(f, 0.5, 1e-5), "Give a larger one"),
        (lambda f: loss_model.granularity_adjustment(f, 0.0, 0.9), "above 0 and below 1"),
        (lambda f: loss_model.irb_capital(0.1, 0.4, 2.5, "shipping", -1), "asset_class: shipping"),
        (lambda f: loss_model.vasicek_quantile(2, 0.1, 0.9), "pd: 2"),
        (lambda f: loss_model.expected_loss(0.1, 2, 1), "lgd: 2"),
    ],
)
def test_every_fault_is_told(call, words):
    with pytest.raises(DataError, match=words):
        call(equal_clients())
