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
