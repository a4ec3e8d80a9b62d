"""Demand and forecasts: the classes at their cuts, the published decomposition's engine, theta by two routes, back-tests."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamlib import demand
from kamlib.demand import forecasts


@pytest.mark.parametrize(
    ("series", "name"),
    [
        ([10, 10, 10, 10], "smooth"),
        ([1, 100, 1, 1], "erratic"),
        ([10, 0, 10, 0, 10], "intermittent"),
        ([1, 0, 100, 0, 0, 1, 1], "lumpy"),
        ([0, 0], "none"),
    ],
)
def test_the_four_classes(series, name):
    assert demand.classify_demand(pd.Series(series, dtype=float)).name == name


def test_the_cut_of_the_interval_is_intermittent_itself():
    series = pd.Series([1.0] * 25 + [0.0] * 8)  # 33 ÷ 25 = 1.32
    assert demand.classify_demand(series).name == "intermittent"
    assert demand.classify_demand(series.iloc[:-1]).name == "smooth"


def test_a_trend_is_found_with_its_interval_and_noise_is_not():
    rng = np.random.default_rng(2)
    rising = demand.yearly_growth(pd.Series(100 + np.arange(48) + rng.normal(0, 2, 48)))
    assert rising.certain
    assert rising.low < 12 / (100 + 23.5) < rising.high
    assert demand.yearly_growth(pd.Series([5.0] * 11)) is None
    assert demand.yearly_growth(pd.Series([5.0] * 24)).rate == 0


def test_a_season_is_split_off_and_adds_up_to_nothing():
    index = pd.period_range("2023-01", periods=36, freq="M")
    values = pd.Series(100 + 10 * np.cos(2 * np.pi * index.month / 12), index=index)
    season = demand.split_season(values)
    assert season.strength > 0.99
    assert season.pattern.idxmax() == 12
    assert season.pattern.sum() == pytest.approx(0, abs=1e-9)
    assert demand.split_season(values.iloc[:20]) is None


def test_silence_of_a_single_order_is_not_judged():
    assert demand.order_silence(pd.Series([pd.Timestamp("2026-01-01")] * 3), pd.Timestamp("2026-03-01")) is None


def test_theta_agrees_with_statsmodels():
    from statsmodels.tsa.forecasting.theta import ThetaModel

    rng = np.random.default_rng(1)
    values = 100 + np.arange(40) + rng.normal(0, 10, 40)
    index = pd.period_range("2023-01", periods=40, freq="M")
    theirs = ThetaModel(pd.Series(values, index=index), deseasonalize=False).fit(use_mle=False).forecast(12)
    ours, _, _ = forecasts.theta_path(values, 12)
    assert ours == pytest.approx(theirs.to_numpy(), rel=0.01)


def test_a_forecast_that_does_not_beat_last_year_is_not_shown():
    pattern = pd.Series(np.tile([0.0, 0, 90, 10, 0, 40, 0, 0, 0, 30, 0, 80], 4))
    found = forecasts.forecast_quarters(pattern, True, 0.8)
    assert found.method == "seasonal_naive"
    assert not found.beats_naive
    assert found.by_quarter["amount"].tolist() == [90, 50, 0, 110]
    rng = np.random.default_rng(4)
    noisy = forecasts.forecast_quarters(pd.Series(100 + rng.normal(0, 20, 60)), False, 0.8)
    assert noisy.method == "theta"
    assert noisy.mase["theta"] < noisy.mase["seasonal_naive"]


def test_a_short_history_gives_the_mean_and_no_back_test():
    found = forecasts.forecast_quarters(pd.Series([3.0, 6.0, 9.0]), False, 0.8)
    assert (found.method, found.origins) == ("mean", 0)
    assert found.by_quarter["amount"].tolist() == [18.0] * 4


def test_the_interval_holds_about_as_often_as_it_says():
    rng = np.random.default_rng(7)
    inside = []
    for _ in range(150):
        series = 100 + rng.normal(0, 10, 48)
        found = forecasts.forecast_path(series[:36], "theta")
        actual = series[36:].reshape(-1, 3).sum(axis=1)
        inside.append(np.abs(actual - found.quarters) <= 1.2816 * found.quarter_errors)
    assert 0.7 < np.mean(inside) < 0.9


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=50), st.booleans())
def test_no_series_breaks_a_forecast(values, sparse):
    found = forecasts.forecast_quarters(pd.Series(values), sparse, 0.8)
    assert (found.by_quarter["low"] <= found.by_quarter["amount"] + 1e-6).all()
    assert (found.by_quarter["amount"] >= 0).all()


@given(st.floats(0.01, 100))
def test_scaling_money_changes_no_mase(factor):
    values = np.array([5.0, 3, 8, 2, 9, 4, 7, 6, 1, 8, 3, 5] * 3) + np.arange(36)
    one = forecasts.back_test(values, ("theta", "seasonal_naive"), 4)
    other = forecasts.back_test(values * factor, ("theta", "seasonal_naive"), 4)
    assert other == pytest.approx(one)
