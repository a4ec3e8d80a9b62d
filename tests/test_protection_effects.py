"""Payouts and exposure rules against the published claim, and what must hold for any of them."""

import numpy as np
import pytest
from conftest import golden
from hypothesis import given
from hypothesis import strategies as st

from kamlib.errors import DataError
from kamlib.protection import protection_effects as pe

money = st.floats(0, 1e9).map(lambda value: round(value, 2))
share = st.floats(0, 1)
agreement = st.builds(
    pe.Protection, st.sampled_from(pe.PAYOUT_ORDER), money, share, money, st.sampled_from(pe.DEDUCTIBLE_ORDERS)
)


def test_deductible_before_and_after_the_share_to_the_published_digits():
    example = golden("M04_credit_insurance_deductible")
    given_, expected = example["inputs"], example["expected"]
    arguments = (given_["covered_loss"], 1 - given_["coinsurance"], given_["deductible"])
    assert pe.insurance_payout(*arguments, deductible_order="before_share") == pytest.approx(
        expected["payout"], abs=example["tolerance"]
    )
    assert pe.insurance_payout(*arguments, deductible_order="after_share") == pytest.approx(40_000, abs=1e-9)


@given(money, st.lists(agreement, max_size=4))
def test_the_waterfall_adds_up_to_the_cent_and_no_one_pays_more_than_is_left(loss, held):
    steps = pe.payout_waterfall(loss, held)
    left = steps[-1].left if steps else loss
    assert round(100 * loss) == sum(round(100 * step.paid) for step in steps) + round(100 * left)
    assert all(step.paid >= 0 and step.left >= 0 for step in steps)
    assert left == pytest.approx(float(pe.loss_after(loss, held)), rel=1e-9, abs=0.03)


@given(money, st.lists(agreement, max_size=3), agreement)
def test_one_protection_more_never_loses_more(loss, held, more):
    assert pe.loss_after(loss, [*held, more]) <= pe.loss_after(loss, held) + 1e-6


@given(money, money, share, share, money, st.sampled_from(pe.DEDUCTIBLE_ORDERS))
def test_a_greater_loss_pays_no_less_and_a_greater_share_no_less(loss, more, small, added, deductible, order):
    large = min(small + added, 1.0)
    paid = pe.insurance_payout(loss, small, deductible, deductible_order=order)
    assert pe.insurance_payout(loss, large, deductible, deductible_order=order) >= paid
    grown = pe.insurance_payout(loss + more, small, deductible, deductible_order=order)
    assert -1e-6 <= grown - paid <= more + 1e-6


@given(money, share, money)
def test_the_deductible_before_the_share_never_pays_less(loss, insured, deductible):
    before = pe.insurance_payout(loss, insured, deductible, deductible_order="before_share")
    assert before >= pe.insurance_payout(loss, insured, deductible) - 1e-6


def test_no_protection_leaves_the_loss_and_other_orders_are_kept():
    assert pe.payout_waterfall(100.0, []) == ()
    held = [pe.Protection("insurance", 50, 0.9), pe.Protection("deposit", 80)]
    assert [step.paid for step in pe.payout_waterfall(100.0, held)] == [80, 18]
    assert [step.paid for step in pe.payout_waterfall(100.0, held, ("insurance", "deposit"))] == [45, 55]
    assert [step.kind for step in pe.payout_waterfall(100.0, held, ("deposit",))] == ["deposit"]


@given(money, share, st.integers(1, 12), st.floats(1, 90), st.floats(0, 900))
def test_exposure_rules_never_raise_what_is_owed(owed, prepaid, parts, apart, days):
    for left in (
        pe.capped_exposure(owed, 100),
        pe.prepaid_exposure(owed, prepaid),
        pe.shorter_terms_exposure(owed, 60, days),
        pe.instalments_left(owed, parts, apart, days),
    ):
        assert 0 <= left <= owed * (1 + 1e-12)  # to the last digits of a float


def test_arrays_give_what_numbers_give():
    losses = np.array([-5.0, 0.0, 4_000.0, 90_000.0])
    cover = pe.Protection("insurance", 60_000, 0.85, 2_500)
    assert cover.pays(losses).tolist() == [cover.pays(float(loss)) for loss in losses]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (lambda: pe.Protection("promise"), "kind"),
        (lambda: pe.Protection("insurance", share=1.2), "share"),
        (lambda: pe.Protection("insurance", deductible=-1), "deductible"),
        (lambda: pe.Protection("deposit", limit=float("nan")), "limit"),
        (lambda: pe.insurance_payout(1, 0.9, deductible_order="never"), "deductible_order"),
        (lambda: pe.payout_waterfall(1, [], ("deposit", "deposit")), "order"),
        (lambda: pe.prepaid_exposure(1, 2), "prepaid_share"),
        (lambda: pe.shorter_terms_exposure(1, 0, 3), "days"),
        (lambda: pe.instalments_left(1, 0, 30, 3), "instalments"),
    ],
)
def test_what_cannot_be_is_refused_by_name(wrong, field):
    with pytest.raises(DataError) as caught:
        wrong()
    assert caught.value.faults[0].field == field
