"""Stress as charts, tables and sentences: on a whole ledger, and where costs, payments or company facts are missing."""

import pytest
from conftest import make_invoices, make_receipts

from kamlib import blocks, plots, stress, tables, wording
from kamlib.language import use_language
from kamlib.ledger.snapshot import snapshot_from_frames

COMPANY = {"fixed_cost": 200.0, "opening_cash": 50.0, "interest": 5.0, "principal": 5.0, "debt": 100.0}
CASES = {
    "whole": ({"receipts": make_receipts()}, COMPANY, True),
    "no company facts": ({"receipts": make_receipts()}, {}, True),
    "no costs": ({"receipts": make_receipts()}, COMPANY, False),
    "invoices alone": ({}, {}, False),
    "one client": ({}, COMPANY, True),
}


@pytest.fixture(params=["en", "zh"])
def lang(request):
    use_language(request.param)
    yield request.param
    use_language("en")


@pytest.mark.parametrize("case", CASES)
def test_every_block_is_made_whatever_is_missing(case, lang, policy):
    frames, company, costs = CASES[case]
    invoices = make_invoices() if costs else make_invoices().drop(columns="cost")
    if case == "one client":
        invoices["client_id"] = "a"
    whole = snapshot_from_frames({"invoices": invoices} | frames, "2026-03-31", "EUR", company)
    model = stress.cash_model(whole, policy)
    loss = stress.lose_top(whole, 5, model=model)
    gone, failed = (stress.survival(whole, policy, ["a"], how, model=model) for how in ("leaves", "fails"))
    reverse = stress.reverse_stress(whole, policy, model=model)
    at_risk, defaults = stress.money_at_risk(whole, policy), stress.default_loss(whole, policy)
    steps = at_risk.waterfall("a")
    shown = [
        blocks.chart(plots.plot_loss(loss), wording.caption_loss(loss, plots.shown_measure(loss), "EUR"), loss.steps),
        blocks.chart(
            plots.plot_survival(gone, failed), wording.caption_survival(gone, failed, "Alpha", "EUR"), failed.path
        ),
        blocks.chart(plots.plot_waterfall(steps), wording.caption_waterfall(at_risk), steps),
        tables.table_loss(loss, "EUR"),
        tables.table_survival(gone, failed),
        tables.table_scenarios(stress.compare_scenarios(whole, policy, model), policy, "EUR"),
        tables.table_reverse(reverse, "EUR"),
        tables.table_replacement(stress.replace_clients(whole, policy), "EUR"),
        tables.table_money_at_risk(at_risk),
        tables.table_default_loss(defaults),
        tables.table_default_clients(defaults),
        wording.note_survival(gone, failed),
        wording.note_reverse(reverse),
        wording.note_money_at_risk(at_risk),
        wording.note_default_loss(defaults),
    ]
    for block in shown:
        assert block._repr_mimebundle_()["text/html"]
        if isinstance(block, blocks.Table):
            assert all(len(row) == len(block.columns) for row in (*block.rows, *block.values)), block.title
            assert "nan" not in str(block.rows).lower()
    said = " ".join(" ".join(block.paragraphs) for block in shown if isinstance(block, blocks.Note))
    if lang == "en":
        assert ("the policy's assumption" in said) == (not costs)
        assert ("every margin is assumed at 30" in said) == (not costs)
        assert ("name fixed_cost and opening_cash under company" in said) == (not company)
        assert ("what is owed needs receipts" in said) == ("receipts" not in frames)
    assert len(tables.tables_default(defaults)) == (2 if "receipts" in frames else 0)
    assert len(tables.tables_loss(loss, loss, "EUR")) == 1
    figures = shown[8].values
    assert figures[0][2] == at_risk.clients["base"].iloc[0]


def test_the_least_that_breaks_is_said_with_its_figures(policy):
    whole = snapshot_from_frames(
        {"invoices": make_invoices(), "receipts": make_receipts()}, "2026-03-31", "EUR", COMPANY
    )
    reverse = stress.reverse_stress(whole, policy)
    least = reverse.smallest
    said = " ".join(wording.note_reverse(reverse).paragraphs)
    assert all(name in said for name in least["names"])
    assert "proved" in said


def test_labels_that_would_touch_are_moved_apart():
    from kamlib.plots.stress import apart

    assert apart([0.0, 0.1, 5.0], 1.0) == [0.0, 1.0, 5.0]
    assert apart([5.0, 5.0, 5.0], 1.0) == [5.0, 6.0, 7.0]
