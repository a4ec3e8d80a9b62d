import numpy as np
import pandas as pd
import pytest
from conftest import golden
from hypothesis import given
from hypothesis import strategies as st

from kamlib import model_validation as mv
from kamlib.errors import DataError

outcomes_and_scores = st.lists(
    st.tuples(st.integers(0, 1), st.integers(-20, 20).map(float)), min_size=4, max_size=60
).filter(lambda rows: 0 < sum(y for y, _ in rows) < len(rows))


def test_q09_auc_ks_and_brier():
    example = golden("Q09_auc_brier_sklearn")
    given_, expected = example["inputs"], example["expected"]
    auc = mv.area_under_curve(given_["auc"]["y"], given_["auc"]["score"])
    assert auc == expected["auc"]
    assert 2 * auc - 1 == expected["gini_derived"]
    assert mv.kolmogorov_smirnov(given_["auc"]["y"], given_["auc"]["score"]) == expected["ks_derived"]
    assert mv.brier_score(given_["brier"]["y"], given_["brier"]["p"]) == pytest.approx(expected["brier"], abs=1e-12)


def test_q10_hosmer_lemeshow_on_a_logit_fit():
    import statsmodels.api as sm

    example = golden("Q10_hosmer_lemeshow_caffeine")
    given_, expected = example["inputs"], example["expected"]
    events, count = np.array(given_["events"]), np.array(given_["n"])
    design = sm.add_constant(np.array(given_["dose"], dtype=float))
    fit = sm.GLM(np.column_stack([events, count - events]), design, family=sm.families.Binomial()).fit()
    assert fit.params == pytest.approx([expected["logit_intercept"], expected["logit_slope"]], abs=1e-6)
    hoped = fit.fittedvalues * count
    assert hoped == pytest.approx(expected["expected_events"], abs=1e-4)
    test = mv.hosmer_lemeshow(events, hoped, count)
    assert test.statistic == pytest.approx(expected["chi2_by_dose_11_groups"], abs=1e-5)
    assert test.freedom == expected["df"]
    assert test.p_value == pytest.approx(expected["p"], abs=1e-5)


def test_q08_stability_index():
    example = golden("Q08_psi_geeks")
    given_, expected = example["inputs"], example["expected"]
    assert mv.population_stability_index(given_["expected"], given_["actual"]) == pytest.approx(
        expected["psi"], abs=example["tolerance"]
    )
    parts = mv.stability_contributions(given_["expected"], given_["actual"])
    assert parts == pytest.approx(expected["contributions"], abs=example["tolerance"])


def test_q11_weight_of_evidence_and_the_auc_of_its_bands():
    example = golden("Q11_woe_iv_german")
    given_, expected, tolerance = example["inputs"], example["expected"], example["tolerance"]
    table = mv.weight_of_evidence(given_["good"], given_["bad"])
    assert table["woe"].tolist() == pytest.approx(expected["woe"], abs=tolerance["woe"])
    assert table["information_value"].tolist() == pytest.approx(expected["iv_bin"], abs=tolerance["iv"])
    assert table["information_value"].sum() == pytest.approx(expected["iv"], abs=tolerance["iv"])
    outcomes = np.repeat([0] * 4 + [1] * 4, given_["good"] + given_["bad"])
    riskiness = np.repeat([*-table["woe"], *-table["woe"]], given_["good"] + given_["bad"])
    auc = mv.area_under_curve(outcomes, riskiness)
    assert auc == pytest.approx(expected["auc"], abs=tolerance["auc"])
    assert 2 * auc - 1 == pytest.approx(expected["derived_gini"], abs=1e-12)
    assert mv.kolmogorov_smirnov(outcomes, riskiness) == pytest.approx(expected["derived_ks"], abs=1e-12)


@given(outcomes_and_scores)
def test_auc_is_the_share_of_pairs_in_the_right_order(rows):
    events = [s for y, s in rows if y]
    others = [s for y, s in rows if not y]
    pairs = np.mean([(a > b) + 0.5 * (a == b) for a in events for b in others])
    outcomes, scores = [y for y, _ in rows], [s for _, s in rows]
    auc = mv.area_under_curve(outcomes, scores)
    assert auc == pytest.approx(pairs)
    assert mv.area_under_curve(outcomes, [-s for s in scores]) == pytest.approx(1 - auc)
    assert mv.area_under_curve(outcomes, np.exp(scores)) == pytest.approx(auc)
    assert mv.kolmogorov_smirnov(outcomes, scores) >= abs(2 * auc - 1) / 2 - 1e-9


def test_delong_agrees_with_the_bootstrap():
    rng = np.random.default_rng(3)
    outcomes = np.repeat([0, 1], [300, 100])
    good = rng.normal(size=400) + 1.2 * outcomes
    poor = 0.6 * good + rng.normal(size=400)
    found, gain = mv.auc_interval(outcomes, good), mv.auc_difference(outcomes, good, poor)
    draws = []
    for _ in range(400):
        rows = rng.integers(0, 400, 400)
        pair = [mv.area_under_curve(outcomes[rows], scores[rows]) for scores in (good, poor)]
        draws.append((pair[0], pair[0] - pair[1]))
    spread = np.std(draws, axis=0)
    assert (found.high - found.low) / (2 * 1.96) == pytest.approx(spread[0], rel=0.15)
    assert (gain.high - gain.low) / (2 * 1.96) == pytest.approx(spread[1], rel=0.15)
    assert gain.low > 0


def test_one_kind_of_outcome_has_no_discrimination():
    assert np.isnan(mv.area_under_curve([1, 1], [1, 2]))
    assert np.isnan(mv.kolmogorov_smirnov([0, 0], [1, 2]))
    assert np.isnan(mv.auc_interval([0, 0, 1], [1, 2, 3]).low)
    assert np.isnan(mv.brier_score([], []))


def test_scores_are_checked():
    with pytest.raises(DataError) as caught:
        mv.area_under_curve([0, 2], [0.1, np.nan])
    assert [fault.value for fault in caught.value.faults] == ["other than 0 and 1", "missing"]
    with pytest.raises(DataError, match="one score an outcome"):
        mv.area_under_curve([0, 1], [0.5])
    with pytest.raises(DataError, match="not scores"):
        mv.brier_score([0, 1], [0.5, 1.2])


@given(st.lists(st.tuples(st.integers(0, 1), st.floats(0.01, 0.99)), min_size=1, max_size=80), st.integers(1, 12))
def test_calibration_groups_lose_nothing(rows, groups):
    outcomes, probabilities = [y for y, _ in rows], [p for _, p in rows]
    table = mv.calibration_table(outcomes, probabilities, groups)
    assert len(table) <= groups
    assert table["count"].sum() == len(rows)
    assert table["expected"].sum() == pytest.approx(sum(probabilities))
    assert table["observed"].sum() == sum(outcomes)
    assert table["expected_rate"].is_monotonic_increasing
    assert ((table["low"] <= table["observed_rate"] + 1e-9) & (table["observed_rate"] <= table["high"] + 1e-9)).all()


def test_calibration_of_nothing_is_an_empty_table():
    assert len(mv.calibration_table([], [])) == 0


def test_hosmer_lemeshow_refuses_empty_groups_and_needs_freedom():
    with pytest.raises(DataError, match="Merge groups"):
        mv.hosmer_lemeshow([0, 1], [0.0, 1.0], [5, 5])
    assert np.isnan(mv.hosmer_lemeshow([1, 2], [1.0, 2.0], [5, 5]).p_value)


def test_wilson_by_hand_and_without_trials():
    found = mv.wilson_interval(5, 50)
    assert (round(found.low, 4), round(found.high, 4)) == (0.0435, 0.2136)
    nothing = mv.wilson_interval(0, 0)
    assert np.isnan(nothing.value)
    assert (nothing.low, nothing.high) == (0, 1)


@given(st.lists(st.tuples(st.floats(0, 1e3), st.floats(0, 1e3)), min_size=1, max_size=8))
def test_stability_is_symmetric_not_negative_and_finite(rows):
    before, now = ([a + 1e-3 * (i == 0) for i, a in enumerate(part)] for part in zip(*rows, strict=True))
    value = mv.population_stability_index(before, now)
    assert 0 <= value < np.inf
    assert value == pytest.approx(mv.population_stability_index(now, before))
    assert mv.population_stability_index(before, np.multiply(before, 7)) == pytest.approx(0, abs=1e-9)


def test_stability_and_evidence_refuse_what_they_cannot_use():
    with pytest.raises(DataError) as caught:
        mv.population_stability_index([1, -1], [0, 0, 0])
    assert {fault.field for fault in caught.value.faults} == {"expected", "actual"}
    with pytest.raises(DataError, match="band 1: 0 good, 3 bad"):
        mv.weight_of_evidence([5, 0], [2, 3])
    assert isinstance(mv.weight_of_evidence([5, 1], [2, 3]), pd.DataFrame)
