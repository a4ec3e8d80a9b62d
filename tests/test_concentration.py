import numpy as np
import pandas as pd
import pytest
from conftest import golden
from hypothesis import given
from hypothesis import strategies as st

from kamlib import concentration as cn
from kamlib.errors import DataError

amounts = st.lists(st.floats(0.01, 1e9), min_size=1, max_size=40)
INDICES = (
    cn.herfindahl_index,
    cn.effective_number,
    cn.gini_coefficient,
    cn.hall_tideman_index,
    cn.theil_index,
    cn.shannon_entropy,
)


def test_c01_ineq_sales_of_ten_firms():
    example = golden("C01_ineq_sales10")
    x, expected = example["inputs"]["x"], example["expected"]
    derived = expected["derived"]
    found = {
        cn.herfindahl_index(x): expected["hhi"],
        cn.hall_tideman_index(x): expected["rosenbluth_hall_tideman"],
        cn.gini_coefficient(x): expected["gini_uncorrected_1_over_n"],
        cn.effective_number(x): derived["effective_number_1_over_hhi"],
        cn.herfindahl_index(x, normalised=True): derived["hhi_normalised"],
        cn.gini_coefficient(x, corrected=True): derived["gini_corrected"],
        cn.theil_index(x): derived["theil_T"],
        cn.shannon_entropy(x): derived["shannon_nats"],
        cn.concentration_ratio(x, 1): derived["CR1"],
        cn.concentration_ratio(x, 3): derived["CR3"],
        cn.concentration_ratio(x, 5): derived["CR5"],
    }
    for value, printed in found.items():
        assert value == pytest.approx(printed, abs=example["tolerance"])


def test_c02_desctools_fifteen_values():
    example = golden("C02_desctools_15a")
    x, expected = example["inputs"]["x"], example["expected"]
    derived = expected["derived"]
    assert cn.herfindahl_index(x) == pytest.approx(expected["hhi"], abs=5e-8)
    assert cn.effective_number(x) == pytest.approx(derived["effective_number"], abs=5e-8)
    assert cn.herfindahl_index(x, normalised=True) == pytest.approx(derived["hhi_normalised"], abs=5e-8)
    assert cn.gini_coefficient(x) == pytest.approx(derived["gini_uncorrected"], abs=5e-8)
    assert cn.concentration_ratio(x, 4) == pytest.approx(derived["CR4"], abs=5e-8)
    assert cn.shannon_entropy(x) == pytest.approx(derived["shannon_nats"], abs=5e-8)
    assert cn.hall_tideman_index(x) == pytest.approx(derived["hall_tideman"], abs=5e-8)


def test_c04_concstats_shares_with_absent_firms():
    example = golden("C04_concstats_vignette")
    x, expected = example["inputs"]["shares"], example["expected"]
    assert cn.effective_number(x) == pytest.approx(expected["numbers_equivalent"], abs=0.005)
    assert cn.concentration_ratio(x, 1) * 100 == pytest.approx(expected["top1_pct"])
    assert cn.concentration_ratio(x, 3) * 100 == pytest.approx(expected["top3_pct"])
    assert cn.concentration_ratio(x, 5) * 100 == pytest.approx(expected["top5_pct"])
    assert cn.herfindahl_index(x) == pytest.approx(expected["hhi"], abs=5e-7)
    assert cn.herfindahl_index(x, normalised=True) == pytest.approx(expected["hhi_normalised"], abs=5e-7)
    assert cn.shannon_entropy(x, base=2) == pytest.approx(expected["shannon_bits"], abs=5e-7)
    assert cn.shannon_entropy(x, base=expected["n_firms"]) == pytest.approx(expected["shannon_normalised"], abs=5e-7)


@given(amounts, st.floats(0.001, 1000))
def test_scaling_money_changes_nothing(x, factor):
    for index in INDICES:
        assert index(np.array(x) * factor) == pytest.approx(index(x), rel=1e-6, abs=1e-9)


@given(amounts, st.randoms())
def test_row_order_is_irrelevant(x, random):
    shuffled = list(x)
    random.shuffle(shuffled)
    for index in INDICES:
        assert index(shuffled) == pytest.approx(index(x), rel=1e-9, abs=1e-12)


@given(st.lists(st.floats(0.01, 1e6), min_size=2, max_size=30))
def test_merging_two_clients_never_lowers_the_hhi(x):
    merged = [x[0] + x[1], *x[2:]]
    assert cn.herfindahl_index(merged) >= cn.herfindahl_index(x) - 1e-12


@given(amounts)
def test_gini_is_twice_the_area_below_equality(x):
    curve = cn.lorenz_curve(x)
    area = np.trapezoid(curve["client_share"] - curve["amount_share"], curve["client_share"])
    assert cn.gini_coefficient(x) == pytest.approx(2 * area, abs=1e-9)


@given(amounts)
def test_gini_and_hall_tideman_are_one_identity(x):
    # gini = 1 - 1 / (n · Rosenbluth), by two separate formulas
    assert cn.gini_coefficient(x) == pytest.approx(1 - 1 / (len(x) * cn.hall_tideman_index(x)), abs=1e-9)


@given(amounts)
def test_bounds_and_order_of_ratios(x):
    n = len(x)
    assert 1 / n - 1e-12 <= cn.herfindahl_index(x) <= 1 + 1e-12
    ratios = [cn.concentration_ratio(x, k) for k in range(1, n + 2)]
    assert ratios == sorted(ratios)
    assert ratios[-1] == pytest.approx(1)
    assert cn.revenue_shares(pd.Series(x)).sum() == pytest.approx(1)


def test_one_client_is_total_concentration():
    assert cn.herfindahl_index([7]) == cn.herfindahl_index([7], normalised=True) == 1
    assert cn.gini_coefficient([7], corrected=True) == 0
    assert cn.shannon_entropy([7]) == 0


@pytest.mark.parametrize(
    ("bad", "said"),
    [([], "no rows"), ([1, -2], "-2.00"), ([1, float("nan")], "missing"), ([0, 0], "total of zero")],
)
def test_unusable_amounts_are_refused_with_a_remedy(bad, said):
    for index in (*INDICES, cn.lorenz_curve, lambda x: cn.concentration_ratio(x, 1)):
        with pytest.raises(DataError, match=said) as caught:
            index(bad)
        assert all(fault.field and fault.remedy.endswith(".") for fault in caught.value.faults)


def test_k_below_one_is_refused():
    with pytest.raises(DataError, match="at least 1"):
        cn.concentration_ratio([1, 2], 0)


def test_c05_concstats_three_firms():
    example = golden("C05_concstats_3firms")
    x, expected, near = example["inputs"]["shares"], example["expected"], example["tolerance"]
    assert len(x) == expected["n_firms"]
    assert cn.effective_number(x) == pytest.approx(expected["numbers_equivalent"], abs=near)
    assert cn.concentration_ratio(x, 1) * 100 == pytest.approx(expected["top1_pct"])
    assert cn.herfindahl_index(x) == pytest.approx(expected["hhi"], abs=near)
    assert cn.shannon_entropy(x, base=3) == pytest.approx(expected["shannon_normalised"], abs=near)


books = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0.01, 1e6), min_size=1, max_size=8).map(pd.Series)


@given(books, books)
def test_the_parts_of_a_change_add_up_and_turn_with_time(before, after):
    split = cn.split_change(before, after)
    change = cn.herfindahl_index(after) - cn.herfindahl_index(before)
    assert split["contribution"].sum() == pytest.approx(change, abs=1e-9)
    back = cn.split_change(after, before)["contribution"].reindex(split.index)
    assert back.to_numpy() == pytest.approx(-split["contribution"].to_numpy(), abs=1e-9)


def test_what_clients_did_is_named_and_a_small_newcomer_dilutes():
    before = pd.Series({"big": 70.0, "left": 20.0, "grew": 5.0, "same": 5.0, "fell": 10.0})
    after = pd.Series({"big": 70.0, "new": 2.0, "grew": 9.0, "same": 5.0, "fell": 4.0})
    split = cn.split_change(before, after)
    kinds = {"big": "none", "left": "exit", "new": "entry", "grew": "growth", "same": "none", "fell": "shrinkage"}
    assert split["kind"].to_dict() == kinds
    assert split.loc["new", "contribution"] < 0 < split.loc["left", "contribution"]
    assert split.loc[["big", "same"], "contribution"].tolist() == [0, 0]


def test_changes_that_cannot_be_split():
    with pytest.raises(DataError) as caught:
        cn.split_change(pd.Series([-1.0]), pd.Series([0.0]))
    assert {fault.field for fault in caught.value.faults} == {"before", "after"}


limits = st.floats(0.02, 0.99)


@given(amounts, limits)
def test_new_revenue_brings_a_share_to_its_limit(x, limit):
    part, total = max(x), sum(x)
    needed = cn.revenue_needed(part, total, limit)
    assert part / (total + needed) <= limit * (1 + 1e-9) or needed == 0
    if part > limit * total * (1 + 1e-9):
        assert part / (total + needed) == pytest.approx(limit)
        m = cn.equal_clients_needed(part, total, limit)
        assert needed / m / (total + needed) <= limit * (1 + 1e-9)
        assert m == 1 or needed / (m - 1) / (total + needed) > limit * (1 - 1e-9)
        fits = cn.largest_that_fits(part, total, limit)
        assert fits == pytest.approx(limit * (total - part + fits), rel=1e-6, abs=1e-6)
    else:
        assert cn.largest_that_fits(part, total, limit) == pytest.approx(part)


def first_that_works(works, top):
    """The smallest amount on a fine grid for which `works`, as a brute force."""
    grid = np.linspace(0, top, 20_001)
    return next((x for x in grid if works(x)), np.inf)


@pytest.mark.parametrize("new_clients", [None, 1, 3, 40])
@pytest.mark.parametrize("limit", [0.05, 0.12, 0.2])
def test_new_revenue_for_the_hhi_against_brute_force(new_clients, limit):
    present = [60.0, 25.0, 10.0, 5.0]
    found = cn.revenue_needed_for_index(present, limit, new_clients)
    newcomers = new_clients or 1_000_000
    squares = sum(x * x for x in present)
    brute = first_that_works(lambda x: (squares + x * x / newcomers) / (100 + x) ** 2 <= limit, 400)
    assert found == pytest.approx(brute, abs=0.03) or (np.isinf(found) and np.isinf(brute))


def test_the_largest_that_fits_the_hhi_against_brute_force():
    others = [20.0, 15.0, 10.0, 10.0, 5.0]
    squares, total = sum(x * x for x in others), sum(others)
    found = cn.largest_that_fits_index([80.0, *others], 0.25)
    grid = np.linspace(80, 0, 80_001)
    brute = next(y for y in grid if (squares + y * y) / (total + y) ** 2 <= 0.25)
    assert found == pytest.approx(brute, abs=0.002)
    assert np.isnan(cn.largest_that_fits_index([80.0, 5.0, 5.0], 0.1))
    assert cn.largest_that_fits_index([1.0, 1.0], 0.5) == 1.0


def test_months_against_stepping_month_by_month():
    def stepped(part, total, limit, part_pace, rest_pace):
        return first_that_works(lambda t: part + part_pace * t <= limit * (total + (part_pace + rest_pace) * t), 300)

    for part_pace, rest_pace in ((0.0, 2.0), (0.3, 2.0), (-1.0, 0.5), (-0.2, -0.1)):
        found = cn.months_until(30.0, 100.0, 0.2, part_pace, rest_pace)
        assert found == pytest.approx(stepped(30.0, 100.0, 0.2, part_pace, rest_pace), abs=0.03)
    assert np.isinf(cn.months_until(30.0, 100.0, 0.2, 1.0, 2.0))
    assert cn.months_until(10.0, 100.0, 0.2, 9.0, 0.0) == 0


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: cn.revenue_needed(2, 1, 0.5), "between zero and a positive total"),
        (lambda: cn.largest_that_fits(1, 2, 0), "above 0 and up to 1"),
        (lambda: cn.revenue_needed_for_index([1, 2], 2), "above 0 and up to 1"),
        (lambda: cn.largest_that_fits_index([1, 2], 0), "above 0 and up to 1"),
        (lambda: cn.revenue_needed_for_index([1, 2], 0.5, 0), "at least 1"),
    ],
)
def test_plans_that_cannot_be_made(call, said):
    with pytest.raises(DataError, match=said):
        call()


def test_the_gamma_bootstrap_agrees_with_resampling_every_invoice():
    rng = np.random.default_rng(11)
    counts = np.array([60, 40, 30, 20, 12, 8])
    owner = np.repeat(np.arange(6), counts)
    lines = rng.lognormal(0, 0.6, owner.size) * np.array([5, 3, 2, 2, 1, 1])[owner]
    totals, squares = np.bincount(owner, lines), np.bincount(owner, lines**2)
    found = cn.bootstrap_intervals(pd.Series(totals), pd.Series(squares), draws=4_000, seed=1)
    weights = rng.poisson(1, (4_000, owner.size))
    drawn = np.stack([(weights * lines)[:, owner == i].sum(axis=1) for i in range(6)], axis=1)
    for name, index in (("hhi", cn.herfindahl_index), ("gini", cn.gini_coefficient)):
        values = np.array([index(row) for row in drawn])
        low, high = np.quantile(values - values.mean() + index(totals), [0.05, 0.95])
        assert found.loc[name, "high"] - found.loc[name, "low"] == pytest.approx(high - low, rel=0.1)
        assert found.loc[name, "low"] == pytest.approx(low, abs=0.1 * (high - low))


@given(amounts)
def test_intervals_hold_the_index_and_certain_amounts_have_none(x):
    series = pd.Series(x)
    point = cn.concentration_indices(series).drop("count")
    shaken = cn.bootstrap_intervals(series, series**2 / 9, draws=20, seed=2).drop("count")
    assert (shaken["low"] <= point + 1e-12).all()
    assert (point <= shaken["high"] + 1e-12).all()
    certain = cn.bootstrap_intervals(series, series * 0, draws=20).drop("count")
    assert certain["low"].to_numpy() == pytest.approx(point.to_numpy(), rel=1e-6, abs=1e-9)
    assert certain["high"].to_numpy() == pytest.approx(point.to_numpy(), rel=1e-6, abs=1e-9)


def test_groups_are_added_up_before_the_indices_are_taken():
    amounts_, squares = pd.Series([5.0, 4.0, 1.0]), pd.Series([0.0, 0.0, 0.0])
    found = cn.bootstrap_intervals(amounts_, squares, pd.Series(["g", "h", "h"]), draws=20)
    assert found.loc["hhi", "low"] == pytest.approx(0.5)
    assert cn.bootstrap_intervals(pd.Series([], dtype=float), pd.Series([], dtype=float)).isna().all(axis=None)


def test_intervals_refuse_nonsense_all_at_once():
    with pytest.raises(DataError) as caught:
        cn.bootstrap_intervals(pd.Series([0.0]), pd.Series([1.0]), draws=3, level=1)
    assert {fault.field for fault in caught.value.faults} == {"totals", "draws", "level"}
