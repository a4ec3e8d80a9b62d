"""Panels: a turn of a dial asks the functions of the batch, and the lines shown are the policy that was asked with."""

import json
from pathlib import Path

import pytest
import yaml

from kamlib import credit, early_warning, explore, ranking, stress
from kamlib.errors import DataError
from kamlib.explore.panel import policy_with
from kamlib.explore.runs import finished_runs
from kamlib.language import use_language
from kamlib.ledger.snapshot import snapshot_from_frames
from kamlib.samples.company import generate_company

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
PANELS = ("explore_losses", "explore_warnings", "explore_scoring", "explore_limits")


@pytest.fixture(scope="module")
def company():
    facts = {"fixed_cost": 2_400_000, "opening_cash": 4_200_000, "minimum_cash": 1_500_000}
    return snapshot_from_frames(generate_company(7, clients=30, months=30, scale=0.15), "2026-09-30", "EUR", facts)


@pytest.fixture(scope="module", params=PANELS)
def panel(request, company, policy):
    return getattr(explore, request.param)(company, policy)


def pasted(panel) -> dict:
    text = panel.pasted.value.split("<pre>")[1].split("</pre>")[0]
    return yaml.safe_load(text)


def move(dial) -> None:
    if hasattr(dial, "options"):
        dial.value = next(value for _, value in dial.options if value != dial.value)
    else:
        dial.value = dial.value + dial.step if dial.value + dial.step <= dial.max else dial.value - dial.step


def test_every_dial_moves_the_answer_and_the_lines_are_a_policy(panel, policy):
    for name, dial in panel.dials.items():
        before = panel.shown.value, panel.pasted.value
        move(dial)
        assert "tone-alarm'>" not in panel.shown.value[:40], name
        assert (panel.shown.value, panel.pasted.value) != before, name
        policy_with(policy, pasted(panel))


def test_the_answers_are_those_of_the_batch(company, policy):
    panel = explore.explore_losses(company, policy)
    panel.dials["count"].value = 5
    steps = stress.lose_top(company, 5, "client", 12, stress.cash_model(company, policy)).steps
    assert steps["name"].iloc[-1] in panel.shown.value
    panel = explore.explore_limits(company, policy)
    panel.dials["oldest"].value = 10
    change = credit.compare_policies(company, policy, policy_with(policy, pasted(panel)))
    assert f"{len(change.changed)} of {len(change.clients)} clients change" in panel.shown.value


def test_trying_weights_agrees_with_a_ranking_under_them(company, policy):
    weights = policy.key_clients.weights | {"current_revenue": 0.9}
    tried = ranking.try_weights(ranking.review_ranking(company, policy), weights, 6, 5.0)
    other = policy_with(policy, {"key_clients": {"weights": weights, "key_count": 6, "key_score": 5.0}})
    whole = ranking.review_ranking(company, other).clients
    assert tried["score"].round(9).to_dict() == whole["score"].round(9).to_dict()
    assert set(tried.index[tried["key"]]) == set(whole.index[whole["key"]])


def test_a_panel_of_warnings_agrees_with_a_fresh_review(company, policy):
    panel = early_warning.build_panel(company, policy)
    other = policy_with(policy, {"early_warning": {"limits": {"overdue_share": 0.05}, "level_bands": [2, 4, 6]}})
    tried = early_warning.review_replay(company, early_warning.replay_panel(panel, other), other)
    fresh = early_warning.warning_signals(company, other)
    assert tried.clients["level"].tolist() == fresh.clients["level"].tolist()


def test_grades_are_not_read_again_for_limits_but_are_for_the_scorecard(company, policy):
    book = credit.graded_book(company, policy)
    for changes in (
        {"limits": {"block_oldest_days": 5}},
        {"scorecard": {"grades": {**policy.scorecard.grades, "A": 88}}},
    ):
        other = policy_with(policy, changes)
        one, two = (credit.compare_policies(company, policy, other, known) for known in (book, None))
        assert one.clients.equals(two.clients)


def test_what_the_policy_does_not_allow_is_told_in_place_of_the_answer(company, policy):
    panel = explore.explore_warnings(company, policy)
    panel.dials["medium"].value = 12.0
    assert "three rising scores" in panel.shown.value
    assert panel.pasted.value == ""
    panel = explore.explore_scoring(company, policy)
    for name, dial in panel.dials.items():
        if name not in ("count", "score"):
            dial.value = 0.0
    assert "weights" in panel.shown.value


def test_panels_speak_chinese(company, policy):
    use_language("zh")
    try:
        panel = explore.explore_losses(company, policy)
    finally:
        use_language("en")
    panel.dials["count"].value = 2
    assert "流失数量" in panel.dials["count"].description
    assert "全年收入" in panel.shown.value


@pytest.mark.slow
def test_runs_are_compared_or_their_lack_is_told(finished_run, tmp_path, monkeypatch):
    blocks = explore.explore_runs(str(finished_run), str(finished_run))
    assert "No figure moved" in blocks[0].title
    monkeypatch.setattr("kamlib.explore.runs.finished_runs", list)
    assert "not two finished runs" in explore.explore_runs()[0].title
    with pytest.raises(DataError):
        explore.explore_runs(str(tmp_path), str(finished_run))


def test_the_last_two_runs_of_one_company_are_compared(tmp_path):
    for place, (name, title) in enumerate((("old", "Ours"), ("other", "Theirs"), ("new", "Ours"))):
        (tmp_path / name).mkdir()
        head = {"as_of": f"2026-0{place + 1}-28", "title": title}
        (tmp_path / name / "manifest.json").write_text(json.dumps(head), encoding="utf-8")
    assert [Path(name).name for name in finished_runs(tmp_path)] == ["other", "old", "new"]
