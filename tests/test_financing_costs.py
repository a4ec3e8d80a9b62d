from datetime import date

import numpy as np
import pytest
from conftest import golden
from hypothesis import given
from hypothesis import strategies as st

from kamlib.errors import DataError
from kamlib.financing import financing_costs as fc


def test_m01_late_interest_in_the_united_kingdom():
    example = golden("M01_late_interest_uk")
    first, second = example["inputs"]["cases"]
    expected = example["expected"]
    assert fc.late_interest(first["debt"], first["rate"], 365) == pytest.approx(expected["annual_case1"])
    assert fc.late_interest(first["debt"], first["rate"], 1, rounding="daily") == expected["daily_case1"]
    assert fc.late_interest(second["debt"], second["rate"], 1, rounding="daily") == expected["daily_case2"]
    assert fc.late_interest(first["debt"], first["rate"], 50) == pytest.approx(
        expected["derived_50_days_case1"], abs=1e-12
    )


def test_m03_late_interest_of_45_days():
    example = golden("M03_late_interest_45d")
    given_, expected = example["inputs"], example["expected"]
    rate = fc.statutory_rate({date(2024, 1, 1): given_["base_rate"]}, 0.08, "2024-06-30")
    found = fc.late_interest(given_["debt"], rate, given_["days"])
    assert found == pytest.approx(expected["interest_exact"], abs=1e-12)
    assert found == pytest.approx(expected["printed"], abs=example["tolerance"])


def test_rounding_first_or_last_is_named_and_differs():
    assert fc.late_interest(1000, 0.085, 50, rounding="daily") == pytest.approx(11.5)
    assert fc.late_interest(1000, 0.085, 50, rounding="end") == 11.64
    assert fc.late_interest(1000, 0.085, -3) == 0


def test_m08_a_discount_as_a_rate_a_year():
    example = golden("M08_discount_2_10_net30")
    for method, expected in (
        ("nominal_365", "nominal_365"),
        ("nominal_360", "nominal_360"),
        ("effective_365", "ear_365"),
    ):
        assert fc.discount_rate(**example["inputs"], method=method) == pytest.approx(
            example["expected"][expected], abs=example["tolerance"]
        )


def test_m10_factoring():
    example = golden("M10_factoring_joan")
    given_, expected = example["inputs"], example["expected"]
    found = fc.factoring_result(
        given_["receivables"],
        given_["receivables"] * (1 - given_["receivables_reduction"]),
        given_["advance_pct"],
        given_["factor_rate"],
        given_["overdraft_rate"],
        fee=given_["credit_sales"] * given_["factor_fee_pct_sales"],
        admin_saving=given_["admin_expenses"] * given_["admin_saving"],
    )
    assert found.fee == pytest.approx(expected["factor_fee"])
    assert found.advance_interest == pytest.approx(expected["factor_interest"])
    assert found.interest_saving == pytest.approx(expected["interest_saving"])
    assert found.total_cost == pytest.approx(expected["total_cost"])
    assert found.total_benefit == pytest.approx(expected["total_benefit"])
    assert found.net_benefit == pytest.approx(expected["net_benefit"])


def test_m12_factoring_with_more_sales_and_a_discount():
    example = golden("M12_factoring_mixed")
    given_, expected = example["inputs"], example["expected"]
    sales = given_["sales"] * (1 + given_["growth"])
    early = sales * given_["early_share"] * given_["early_days"] / 365
    late = sales * (1 - given_["early_share"]) * given_["late_days"] / 365
    assert (early, late) == pytest.approx((expected["new_receivables_early"], expected["new_receivables_late"]), abs=1)
    found = fc.factoring_result(
        0,
        early + late,
        given_["advance_pct"],
        given_["factor_rate"],
        given_["overdraft_rate"],
        fee=given_["sales"] * given_["fee_pct_current_sales"],
        extra_contribution=given_["sales"] * given_["growth"] * given_["contribution_ratio"],
    )
    assert -found.net_benefit == pytest.approx(expected["total_exact"], abs=1e-6)


@given(st.floats(0, 1e7), st.floats(0, 0.3), st.floats(0, 500), st.floats(0, 500))
def test_interest_is_additive_in_days_and_never_negative(amount, rate, first, second):
    parts = fc.late_interest(amount, rate, first) + fc.late_interest(amount, rate, second)
    assert fc.late_interest(amount, rate, first + second) == pytest.approx(parts, rel=1e-9, abs=1e-9)
    assert parts >= 0


@given(st.floats(0.001, 0.2), st.integers(0, 30), st.integers(1, 90))
def test_compounding_costs_more_than_the_nominal_rate(discount, days, more):
    terms = (discount, days, days + more)
    assert fc.discount_rate(*terms, "effective_365") >= fc.discount_rate(*terms) - 1e-9
    assert fc.discount_rate(*terms) / fc.discount_rate(*terms, "nominal_360") == pytest.approx(365 / 360)


def test_the_rate_in_force_counts():
    rates = {date(2026, 1, 1): 0.03, date(2026, 7, 1): 0.02}
    assert fc.statutory_rate(rates, 0.08, "2026-06-30") == pytest.approx(0.11)
    assert fc.statutory_rate(rates, 0.08, "2026-07-01") == pytest.approx(0.10)
    assert np.isnan(fc.statutory_rate(rates, 0.08, "2025-12-31"))


def test_every_fault_is_told_at_once():
    with pytest.raises(DataError) as caught:
        fc.late_interest(-1, -0.1, 5, day_count=0, rounding="up")
    assert {fault.field for fault in caught.value.faults} == {"amount", "annual_rate", "day_count", "rounding"}
    with pytest.raises(DataError) as caught:
        fc.discount_rate(1.0, 30, 30, "monthly")
    assert {fault.field for fault in caught.value.faults} == {"discount", "net_days", "method"}
    with pytest.raises(DataError) as caught:
        fc.factoring_result(-1, -1, 1.5, 0.1, 0.1, 0)
    assert len(caught.value.faults) == 3
