"""Points, weights, scores, tiers, stability: published examples, properties, every refusal."""

import numpy as np
import pandas as pd
import pytest
from conftest import golden
from hypothesis import given, settings
from hypothesis import strategies as st

from kamlib import key_clients as kc
from kamlib.errors import DataError


def weights_of(comparisons):
    return kc.ahp_weights(kc.pairwise_matrix(comparisons))


def test_a01_saatys_drinks():
    example = golden("A01_ahp_drinks")
    weights, ratio = weights_of(example["inputs"]["comparisons"])
    for name, printed in example["expected"]["weights"].items():
        assert weights[name] == pytest.approx(printed, abs=example["tolerance"]["weights"]), name
    assert round(weights["water"], 3) == 0.327
    assert round(ratio, 3) == example["expected"]["CR_saaty"] == 0.022


def test_a03_the_leader_by_a_hierarchy():
    example = golden("A03_ahp_leader")
    inputs, expected, near = example["inputs"], example["expected"], example["tolerance"]
    criteria, ratio = weights_of(inputs["criteria"])
    assert criteria.to_dict() == pytest.approx(expected["criteria_weights"], abs=near["weights"])
    assert ratio == pytest.approx(expected["criteria_CR"], abs=near["CR"])
    local, local_ratio = weights_of(inputs["alternatives"]["Experience"])
    assert local.to_dict() == pytest.approx(expected["experience_local"], abs=near["weights"])
    assert local_ratio == pytest.approx(expected["experience_CR"], abs=near["CR"])
    priorities = pd.DataFrame({name: weights_of(rows)[0] for name, rows in inputs["alternatives"].items()})
    assert (priorities @ criteria).to_dict() == pytest.approx(expected["target_weights"], abs=near["weights"])


@given(st.lists(st.floats(0.1, 9), min_size=3, max_size=8))
def test_comparisons_that_agree_give_back_their_weights(values):
    names = [f"c{i}" for i in range(len(values))]
    pairs = [(names[i], names[j], values[i] / values[j]) for i in range(len(names)) for j in range(i)]
    weights, ratio = weights_of(pairs)
    assert weights[names].to_numpy() == pytest.approx(np.array(values) / sum(values))
    assert ratio == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        ([("a", "a", 2)], "two different"),
        ([("a", "b", 0)], "positive number"),
        ([("a", "b", 2), ("b", "a", 2)], "given twice"),
        ([("a", "b", 2), ("b", "c", 2)], "not compared"),
    ],
)
def test_comparisons_that_cannot_be_used(pairs, said):
    with pytest.raises(DataError, match=said):
        kc.pairwise_matrix(pairs)


def test_matrices_that_cannot_be_used():
    with pytest.raises(DataError, match="1 to 10 criteria"):
        kc.ahp_weights(pd.DataFrame(np.ones((2, 3))))
    with pytest.raises(DataError, match="not reciprocal"):
        kc.ahp_weights(pd.DataFrame([[1.0, 3.0], [3.0, 1.0]]))
    assert kc.ahp_weights(pd.DataFrame([[1.0]]))[1] == 0.0


def test_rules_turn_values_into_points():
    values = pd.Series([0.5, np.nan, -0.1, 0.1])
    bands = kc.points_of(values, kc.Rule("bands", edges=(-0.2, 0.0, 0.2)), 100)
    assert bands.tolist()[::2] == [100.0, 34.0]
    assert bands.isna().tolist() == [False, True, False, False]
    assert kc.points_of(pd.Series([0.2, 0.0, 0.05]), kc.Rule("linear", worst=0.1, best=0.0)).tolist() == [1, 10, 5.5]
    assert kc.points_of(pd.Series([7.0]), kc.Rule("percentile")).tolist() == [5.5]
    less_is_better = kc.Rule("percentile", worst=1, best=0)
    assert kc.points_of(pd.Series([3.0, 1.0, 3.0]), less_is_better).tolist() == [3.25, 10, 3.25]
    assert kc.points_of(pd.Series([0.0, 8.0]), kc.Rule("typed", worst=1, best=10), 100).tolist() == [1, 78]
    assert kc.rescaled(10, 10, 100) == 100


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (kc.Rule("guess"), "percentile, linear"),
        (kc.Rule("linear", worst=1, best=1), "two different anchors"),
        (kc.Rule("linear", worst=0, best=1, log=True), "positive anchors"),
        (kc.Rule("bands", edges=(2.0, 1.0)), "rising edges"),
    ],
)
def test_rules_that_cannot_be_used(rule, said):
    with pytest.raises(DataError, match=said):
        kc.points_of(pd.Series([1.0]), rule)


POINTS = pd.DataFrame(
    {"revenue": [9.0, 6.0, 2.0], "fit": [np.nan, 7.0, 3.0], "nobody": [np.nan] * 3}, index=["a", "b", "c"]
)


def test_missing_points_follow_the_stated_policy():
    weights = {"revenue": 1, "fit": 1, "nobody": 5, "off": 0}
    middle = kc.score_clients(POINTS, weights)
    assert middle.unknown == ("nobody",)
    assert middle.weights.to_dict() == {"revenue": 0.5, "fit": 0.5}
    assert middle.table["score"].to_dict() == {"a": 7.25, "b": 6.5, "c": 2.5}
    assert kc.score_clients(POINTS, weights, "worst").table["score"]["a"] == 5.0
    assert kc.score_clients(POINTS, weights, "reweight").table["score"]["a"] == 9.0
    assert middle.table["known_weight"].to_dict() == {"a": 0.5, "b": 1.0, "c": 1.0}


def test_scores_that_cannot_be_made():
    cases = [
        (POINTS, {"other": 1}, "no such criterion"),
        (POINTS.iloc[:0], {"revenue": 1}, "no clients"),
        (POINTS * 100, {"revenue": 1}, "off the scale"),
        (POINTS, {"nobody": 1}, "none above zero"),
        (POINTS, {"revenue": -1}, "at least 0"),
    ]
    for points, weights, said in cases:
        with pytest.raises(DataError, match=said):
            kc.score_clients(points, weights)
    with pytest.raises(DataError, match="worst, middle, reweight"):
        kc.score_clients(POINTS, {"revenue": 1}, "guess")


tables = st.lists(st.lists(st.floats(1, 10), min_size=3, max_size=3), min_size=1, max_size=12)


@given(tables, st.floats(0.01, 100))
def test_contributions_add_up_and_scaling_weights_changes_nothing(rows, factor):
    points = pd.DataFrame(rows, columns=list("xyz"))
    weights = {"x": 3.0, "y": 2.0, "z": 1.0}
    scores = kc.score_clients(points, weights)
    assert scores.contributions.sum(axis=1).to_numpy() == pytest.approx(scores.table["score"].to_numpy())
    assert scores.table["score"].between(1 - 1e-9, 10 + 1e-9).all()
    assert scores.table["rank"].is_monotonic_increasing
    scaled = kc.score_clients(points, {name: weight * factor for name, weight in weights.items()})
    assert scaled.table["score"].to_dict() == pytest.approx(scores.table["score"].to_dict())


@settings(max_examples=20, deadline=None)
@given(tables)
def test_better_in_every_criterion_is_never_behind(rows):
    points = pd.DataFrame(rows, columns=list("xyz"))
    points.loc["best"] = 10.0
    scores = kc.score_clients(points, {"x": 1, "y": 1, "z": 1})
    shaken = kc.rank_stability(scores, 1, draws=50)
    assert shaken.loc["best", "key_rate"] == 1.0
    assert shaken.loc["best", ["rank_low", "rank_high"]].tolist() == [1, 1]
    assert (shaken["rank_low"] <= shaken["rank_high"]).all()


def test_ranks_of_shaken_weights_by_brute_force():
    rng = np.random.default_rng(3)
    points = pd.DataFrame(rng.uniform(1, 10, (30, 4)).round(), columns=list("wxyz"))
    points.iloc[3, 1] = points.iloc[9, 2] = np.nan
    scores = kc.score_clients(points, dict.fromkeys("wxyz", 1), "reweight")
    found = kc.rank_stability(scores, 5, 6.0, draws=200, concentration=20, level=0.8, seed=7)
    weights = np.random.default_rng(7).dirichlet(scores.weights.to_numpy() * 20, 200)
    ranks, key = [], []
    for weight in weights:
        total = (scores.points * weight).sum(axis=1) / (scores.points.notna() * weight).sum(axis=1)
        rank = total.round(9).rank(method="min", ascending=False)
        ranks.append(rank)
        key.append((rank <= 5) & (total >= 6.0))
    assert found["key_rate"].tolist() == pytest.approx(pd.concat(key, axis=1).mean(axis=1).tolist())
    ordered = np.sort(pd.concat(ranks, axis=1).to_numpy(), axis=1)
    assert found["rank_low"].tolist() == ordered[:, 19].tolist()
    assert found["rank_high"].tolist() == ordered[:, 180].tolist()


def test_stability_refuses_nonsense_all_at_once():
    scores = kc.score_clients(POINTS, {"revenue": 1})
    with pytest.raises(DataError) as caught:
        kc.rank_stability(scores, 0, draws=1, concentration=0, level=2)
    assert {fault.field for fault in caught.value.faults} == {"top", "draws", "concentration", "level"}


def test_tiers_and_whale_curve():
    amounts = pd.Series({"a": 60.0, "b": 20.0, "c": 15.0, "d": 5.0, "e": 0.0, "f": -9.0})
    assert kc.abc_tiers(amounts).tolist() == ["A", "A", "B", "C", "C", "C"]
    assert kc.abc_tiers(pd.Series([0.0, 0.0])).tolist() == ["C", "C"]
    assert kc.abc_tiers(pd.Series([7.0])).tolist() == ["A"]
    with pytest.raises(DataError, match="rising shares"):
        kc.abc_tiers(amounts, (0.9, 0.8))
    with pytest.raises(DataError, match="missing"):
        kc.abc_tiers(pd.Series([np.nan]))
    curve = kc.whale_curve(pd.Series([5.0, -3.0, 2.0]))
    assert curve["cumulative"].tolist() == [0, 5, 7, 4]
    assert curve["profit_share"].max() == 1.75
    assert kc.whale_curve(pd.Series([-1.0]))["profit_share"].isna().all()
    with pytest.raises(DataError, match="profits"):
        kc.whale_curve(pd.Series([], dtype=float))


def test_quadrants_and_what_is_not_known():
    attractive, strong = pd.Series([6, 6, 2, 2, np.nan]), pd.Series([6, 2, 6, 2, 6])
    found = kc.quadrant_of(attractive, strong, (5.5, 5.5)).tolist()
    assert found == [*kc.QUADRANTS, ""]


def test_comparisons_may_come_as_plain_rows_with_rounded_inverses():
    rows = [[1, 3, 5], [0.33, 1, 2], [0.2, 0.5, 1]]
    plain, ratio = kc.ahp_weights(rows)
    framed, same = kc.ahp_weights(pd.DataFrame(rows))
    assert np.allclose(plain, framed)
    assert ratio == pytest.approx(same)
    assert plain.sum() == pytest.approx(1)
    for wrong in ([[1, 3], [2, 1]], [[1, 2], [0.5]], [[1, 2, 3]]):
        with pytest.raises(DataError):
            kc.ahp_weights(wrong)
