"""The portfolio's expected loss, outlook, grades and defaults as shown on the page of collections, in both languages."""

import numpy as np
import pandas as pd
import pytest
from conftest import make_invoices

from kamlib import credit, tables, wording
from kamlib.credit.grade_shift import STABLE, grade_shift
from kamlib.language import use_language
from kamlib.ledger.snapshot import snapshot_from_frames
from kamlib.model_validation import population_stability_index


@pytest.fixture(params=["en", "zh"])
def language(request):
    use_language(request.param)
    yield request.param
    use_language("en")


def shown(snapshot, policy):
    provision, outlook = credit.provision_portfolio(snapshot, policy), credit.payment_outlook(snapshot)
    shift, history = grade_shift(snapshot, policy), credit.default_history(snapshot, policy)
    made = [
        wording.say_book_provision(provision), tables.table_book_provision(provision), tables.table_stages(provision),
        wording.say_outlook(outlook, "EUR"), tables.table_outlook(outlook, "EUR"),
        wording.say_grade_shift(shift), tables.table_grade_shift(shift), wording.say_defaults(history),
        tables.table_defaults(history), tables.table_chances(history, pd.Series({"a": "Halden"})),
    ]  # fmt: skip
    return provision, outlook, shift, {getattr(block, "key", n): block for n, block in enumerate(made)}


def test_the_tables_show_the_sums_of_the_analyses(small_snapshot, policy, language):
    provision, outlook, shift, blocks = shown(small_snapshot, policy)
    assert blocks["book_provision"].values[-1][-1] == pytest.approx(provision.allowance)
    assert sum(row[3] for row in blocks["stages"].values) == pytest.approx(provision.allowance)
    assert blocks["payment_outlook"].values[-1][2] == pytest.approx(outlook.invoices["open_amount"].sum())
    assert blocks["payment_outlook"].values[-1][3] == pytest.approx(outlook.expected_late)
    assert tuple(blocks["grade_shift"].values[-1][1:3]) == shift.graded
    assert "Halden" in [row[0] for row in blocks["chances"].values]


def test_without_receipts_the_page_says_what_is_not_known(policy, language):
    bare = snapshot_from_frames({"invoices": make_invoices()}, "2026-03-31", "EUR")
    provision, _, _, blocks = shown(bare, policy)
    assert np.isnan(provision.allowance)
    texts = [" ".join(block.paragraphs) for block in blocks.values() if hasattr(block, "paragraphs")]
    assert all(texts)
    assert not any("nan" in text for text in texts)


def test_the_index_of_the_grades_is_of_the_days_own_knowledge(small_snapshot, policy):
    same = grade_shift(small_snapshot, policy, months=0)
    if same.verdict:
        assert (same.psi, same.verdict) == (0.0, STABLE)
    found = grade_shift(small_snapshot, policy, months=1)
    if found.verdict:
        expected = population_stability_index(found.grades["before"], found.grades["now"])
        assert found.psi == pytest.approx(expected) == pytest.approx(found.grades["change_part"].sum())
    assert sum(found.graded) + sum(found.ungraded) > 0
    first = grade_shift(small_snapshot, policy, months=24)
    assert (first.graded[0], first.verdict) == (0, "")
