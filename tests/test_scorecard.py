import numpy as np
import pandas as pd
import pytest
from conftest import golden
from hypothesis import given
from hypothesis import strategies as st

from kamlib.errors import DataError
from kamlib.scoring import scorecard as sc

SCALE = {"A": 80.0, "BBB": 65.0, "BB": 50.0, "B": 0.0}


def test_q05_points_to_double_the_odds():
    example = golden("Q05_scorecard_pdo")
    given_, expected = example["inputs"], example["expected"]
    scale = (given_["score0"], given_["odds0_good_bad"], given_["pdo"])
    factor, offset = sc.points_scale(*scale)
    assert factor == pytest.approx(expected["factor"], abs=example["tolerance"]["factor"])
    assert offset == pytest.approx(expected["offset"], abs=example["tolerance"]["offset"])
    for name, score in expected["derived_scores"].items():
        assert sc.scorecard_points(float(name.removeprefix("odds_")), *scale) == pytest.approx(score, abs=1e-9)
    assert sc.probability_from_points(600, *scale) == pytest.approx(expected["derived_pd_at_600"], abs=1e-12)


@given(st.floats(1e-6, 1 - 1e-6), st.floats(1, 200))
def test_points_and_probability_are_ways_back(probability, double):
    score = sc.scorecard_points((1 - probability) / probability, points_to_double=double)
    assert sc.probability_from_points(score, points_to_double=double) == pytest.approx(probability, rel=1e-6)


def test_points_take_series_and_refuse_what_is_not_odds():
    found = sc.scorecard_points(pd.Series([50.0, 100.0]))
    assert found.tolist() == pytest.approx([600, 620])
    assert sc.probability_from_points(found).tolist() == pytest.approx([1 / 51, 1 / 101])
    assert sc.scorecard_points(0.0) == -np.inf
    with pytest.raises(DataError, match="at least 0"):
        sc.scorecard_points(-1.0)
    with pytest.raises(DataError) as caught:
        sc.points_scale(base_odds=0, points_to_double=-1)
    assert {fault.field for fault in caught.value.faults} == {"base_odds", "points_to_double"}


def test_bands_include_their_lower_edge():
    assert [sc.band_points(v, (1, 2), (0, 50, 100)) for v in (0.99, 1, 2, 99)] == [0, 50, 100, 100]
    assert np.isnan(sc.band_points(float("nan"), (1,), (0, 100)))
    with pytest.raises(DataError) as caught:
        sc.band_points(1, (2, 2), (0, 120))
    assert len(caught.value.faults) == 3


def test_lines_run_both_ways_and_stop_at_their_ends():
    assert [sc.linear_points(v, worst=60, best=0) for v in (-5, 0, 30, 60, 90)] == [100, 100, 50, 0, 0]
    assert sc.linear_points(0.5, worst=0, best=1) == 50
    assert np.isnan(sc.linear_points(float("nan"), 0, 1))
    with pytest.raises(DataError, match="another value"):
        sc.linear_points(1, 2, 2)


def test_missing_values_by_either_rule():
    points = pd.Series({"a": 80.0, "b": np.nan, "c": 40.0})
    weights = pd.Series({"a": 2.0, "b": 1.0, "c": 1.0})
    reweighted = sc.weighted_score(points, weights)
    assert reweighted.total == pytest.approx((160 + 40) / 3)
    assert reweighted.missing == ("b",)
    assert reweighted.known_weight == 0.75
    assert reweighted.contributions["weight"].sum() == pytest.approx(1)
    worst = sc.weighted_score(points, weights, missing="worst")
    assert worst.total == pytest.approx(50)
    assert worst.contributions["contribution"].sum() == pytest.approx(worst.total)
    nothing = sc.weighted_score(pd.Series({"a": np.nan}), weights, missing="worst")
    assert np.isnan(nothing.total)
    assert nothing.known_weight == 0


def test_a_criterion_switched_off_is_not_missed():
    points = pd.Series({"a": 80.0, "b": np.nan})
    found = sc.weighted_score(points, pd.Series({"a": 1.0, "b": 0.0}))
    assert (found.total, found.missing, found.known_weight) == (80, (), 1)


@given(st.dictionaries(st.sampled_from("abcdef"), st.tuples(st.floats(0, 100), st.floats(0.1, 9)), min_size=1))
def test_the_score_lies_between_its_points_and_more_points_never_lower_it(rows):
    points = pd.Series({name: point for name, (point, _) in rows.items()})
    weights = pd.Series({name: weight for name, (_, weight) in rows.items()})
    score = sc.weighted_score(points, weights)
    assert points.min() - 1e-9 <= score.total <= points.max() + 1e-9
    better = points.clip(lower=50)
    assert sc.weighted_score(better, weights).total >= score.total - 1e-9


def test_every_fault_of_a_score_is_told_at_once():
    with pytest.raises(DataError) as caught:
        sc.weighted_score(pd.Series({"a": 120.0, "b": 1.0}), pd.Series({"a": -1.0}), missing="ignore")
    assert {fault.field for fault in caught.value.faults} == {"missing", "weights.b", "points.a", "weights"}


def test_grades():
    assert [sc.grade_client(s, SCALE) for s in (100, 80, 79.9, 50, 0, -1)] == ["A", "A", "BBB", "BB", "B", "B"]
    assert sc.grade_client(float("nan"), SCALE) is None
    assert sc.notches_between("B", "A", list(SCALE)) == -3
    with pytest.raises(DataError, match="falling"):
        sc.grade_client(50, {"A": 10, "B": 20})


def test_an_override_needs_reason_author_and_expiry_and_ends():
    override = sc.Override("A", "parent guarantees", "E. Haas", pd.Timestamp("2026-12-31"))
    assert sc.final_grade("BB", override, "2026-12-31") == "A"
    assert sc.final_grade("BB", override, "2027-01-01") == "BB"
    assert sc.final_grade("BB", None, "2026-12-31") == "BB"
    assert sc.final_grade(None, override, "2026-12-31") == "A"
    with pytest.raises(DataError) as caught:
        sc.Override("A", " ", "", pd.NaT)
    assert [fault.field for fault in caught.value.faults] == ["override.reason", "override.author", "override.expires"]
