"""Control charts against their published examples, and what must hold for any series."""

import random

import numpy as np
import pandas as pd
import pytest
from conftest import golden
from hypothesis import given
from hypothesis import strategies as st

from kamlib.change_detection.structural_breaks import f_statistics
from kamlib.early_warning import cusum_chart, ewma_chart, page_hinkley, structural_break
from kamlib.errors import DataError

SERIES = st.lists(st.floats(-1e4, 1e4), min_size=14, max_size=60)


def test_ewma_of_the_nist_handbook():
    example = golden("W01_ewma_nist")
    given_, expected, tolerance = example["inputs"], example["expected"], example["tolerance"]
    chart = ewma_chart(given_["x"], given_["lambda"], given_["L"], given_["target"], given_["sigma"])
    assert chart.ewma == pytest.approx(expected["ewma_incl_start"][1:], abs=tolerance["ewma"])
    assert chart.upper[-1] == pytest.approx(expected["ucl_steady"], abs=tolerance["limits"])
    assert chart.lower[-1] == pytest.approx(expected["lcl_steady"], abs=tolerance["limits"])
    assert chart.upper[0] == pytest.approx(expected["ucl_exact"], abs=1e-9)
    assert list(chart.signals) == expected["out_of_control"]


def test_cusum_of_montgomery_and_runger():
    example = golden("W03_cusum_montgomery_runger")
    x, expected = example["inputs"]["x"], example["expected"]
    in_units = cusum_chart(x, example["inputs"]["K"], example["inputs"]["H"], mean=99, sigma=1)
    in_sigmas = cusum_chart(x, 0.5, 5, mean=99, sigma=2)
    for chart in (in_units, in_sigmas):
        assert chart.upper == pytest.approx(expected["upper"], abs=1e-6)
        assert chart.lower == pytest.approx(expected["lower"], abs=1e-6)
        assert chart.first_signal is expected["signal"]


def test_plain_cusum():
    example = golden("W04_cumsum_table16_7")
    chart = cusum_chart(example["inputs"]["x"], 0.5, 5, mean=example["inputs"]["target"])
    assert chart.cumulative == pytest.approx(example["expected"]["S"], abs=example["tolerance"])


def test_the_nile_breaks_in_1898():
    from statsmodels.datasets import nile

    expected = golden("W05_nile_breakpoint")["expected"]
    data = nile.load_pandas().data
    found = structural_break(pd.Series(data["volume"].to_numpy(), index=data["year"].astype(int)), trim=0.15)
    assert found.sup_f == pytest.approx(expected["supF"], abs=0.005)
    assert (found.before_count, found.label) == (expected["break_obs"], expected["break_year"])
    assert [found.first_label, found.last_label] == expected["ci_years"]
    assert found.p_value < 1e-10


def test_page_hinkley_of_river():
    example = golden("W06_page_hinkley")
    rng = random.Random(12345)
    stream = rng.choices([0, 1], k=1000) + rng.choices(range(4, 8), k=1000)
    given_ = example["inputs"]
    found = page_hinkley(stream, given_["delta"], given_["lambda"], given_["alpha"], given_["min_instances"])
    assert [[position, stream[position]] for position in found] == example["expected"]["detections"]
    assert page_hinkley(stream, given_["delta"], given_["lambda"], mode="down") == ()


@given(SERIES, st.floats(0.5, 20), st.floats(-100, 100))
def test_charts_follow_a_change_of_unit(values, scale, shift):
    series = np.array(values)
    moved = series * scale + shift
    for first, second in (
        (ewma_chart(series, 0.2, 3), ewma_chart(moved, 0.2, 3)),
        (cusum_chart(series, 0.5, 5), cusum_chart(moved, 0.5, 5)),
    ):
        assert second.mean == pytest.approx(first.mean * scale + shift, abs=1e-6)
        assert second.sigma == pytest.approx(first.sigma * scale, abs=1e-6)
    assert cusum_chart(-series, 0.5, 5).upper == pytest.approx(cusum_chart(series, 0.5, 5).lower, abs=1e-6)


@given(SERIES)
def test_f_statistics_equal_two_regressions(values):
    series = np.round(np.array(values), 2)
    whole = ((series - series.mean()) ** 2).sum()
    statistics = f_statistics(series[None, :], 0.15)[0]
    for count in np.flatnonzero(np.isfinite(statistics)) + 1:
        parts = sum(((part - part.mean()) ** 2).sum() for part in (series[:count], series[count:]))
        if parts > 1e-6 * whole:
            expected = (whole - parts) / (parts / (len(series) - 2))
            assert statistics[count - 1] == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_the_p_value_is_that_of_white_noise():
    rng = np.random.default_rng(8)
    statistics = np.nanmax(f_statistics(rng.normal(size=(4000, 200)), 0.15), axis=1)
    assert 0.03 < (statistics > 8.68).mean() < 0.07


def test_missing_values_move_nothing():
    chart = ewma_chart([1.0, np.nan, 3.0], 0.5, 3, mean=0, sigma=1)
    assert chart.ewma.tolist() == [0.5, 0.5, 1.75]
    assert cusum_chart([1.0, np.nan, 3.0], 0, 5, mean=0, sigma=1).upper.tolist() == [1.0, 1.0, 4.0]
    assert structural_break([np.nan] * 20) is None
    assert structural_break([3.0] * 20) is None
    assert structural_break([1.0, 2.0]) is None


def test_early_limits_are_narrower():
    wide, narrow = (ewma_chart([1.2] * 50, 0.2, 3, 0, 1, steady=steady) for steady in (True, False))
    assert narrow.upper[0] < wide.upper[0]
    assert narrow.upper[-1] == pytest.approx(wide.upper[-1], rel=1e-4)
    assert wide.first_signal is not None


@pytest.mark.parametrize(
    ("call", "field"),
    [
        (lambda: ewma_chart([], 0.2, 3), "values"),
        (lambda: ewma_chart([1.0], 0, 3), "lam"),
        (lambda: ewma_chart([1.0], 0.2, 0), "L"),
        (lambda: ewma_chart([1.0], 0.2, 3, sigma=-1), "sigma"),
        (lambda: cusum_chart([1.0], -1, 3), "k"),
        (lambda: cusum_chart([1.0], 1, 0), "h"),
        (lambda: page_hinkley([1.0], 0, 1, mode="sideways"), "mode"),
        (lambda: structural_break([1.0], trim=0.5), "trim"),
    ],
)
def test_what_cannot_be_charted_is_told(call, field):
    with pytest.raises(DataError, match=field):
        call()
