"""Warnings judged by what came after, and what is shown of them: also for tiny companies and without outcomes."""

import json
import re

import numpy as np
import pandas as pd
import pytest
from conftest import make_invoices, make_receipts

from kamlib import plots, tables, wording
from kamlib.early_warning import (
    back_test,
    chart_data,
    client_charts,
    replay_warnings,
    review_early_warning,
    warning_signals,
    worst_charts,
)
from kamlib.early_warning.outcomes import find_outcomes
from kamlib.early_warning.performance import judge_alarm
from kamlib.errors import DataError
from kamlib.language import use_language
from kamlib.ledger.snapshot import Snapshot, snapshot_from_frames
from kamlib.policy import Policy
from kamlib.samples.company import generate_company

NAN = re.compile(r"\bnan\b")


def in_euro(seed: int, **arguments) -> Snapshot:
    tables_ = generate_company(seed, clients=24, months=36, scale=0.2, **arguments)
    for name in ("invoices", "receipts"):
        tables_[name]["currency"] = "EUR"
    return snapshot_from_frames(tables_, "2026-09-30", "EUR", {})


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return in_euro(11)


@pytest.fixture(scope="module")
def watch(snapshot, policy):
    return review_early_warning(snapshot, policy)


@pytest.fixture(params=["en", "zh"])
def language(request):
    use_language(request.param)
    yield request.param
    use_language("en")


def test_outcomes_are_dated_by_the_ledger(snapshot, policy):
    replay = replay_warnings(snapshot, policy)
    outcomes = find_outcomes(replay.panel, policy.early_warning)
    row = replay.panel.clients.get_loc("C0011")
    insolvent = snapshot.table("events").query("kind == 'insolvency'")["date"].item()
    end = replay.panel.ends[outcomes.month["default"][row]]
    assert end - pd.DateOffset(months=1) < insolvent <= end
    assert (outcomes.month["default"] < len(replay.panel.ends)).sum() == 1
    lost = outcomes.month["lost"] < len(replay.panel.ends)
    assert (outcomes.known["lost"][lost] > outcomes.month["lost"][lost]).all()


def test_a_company_without_a_default_has_none(policy):
    without = in_euro(11, default_client=None)
    tested = back_test(replay_warnings(without, policy), policy)
    assert tested.counts["default"] == 0
    assert tested.by_outcome[0][1].outcomes == 0
    assert np.isnan(tested.by_outcome[0][1].recall.value)
    moved = in_euro(11, default_client=4).table("events").query("kind == 'insolvency'")
    assert moved["client_id"].tolist() == ["C0005"]
    with pytest.raises(DataError, match="position from 0 to 23"):
        in_euro(11, default_client=24)


def test_a_perfect_and_a_blind_alarm(snapshot, policy):
    replay = replay_warnings(snapshot, policy)
    panel, rules = replay.panel, policy.early_warning
    outcomes = find_outcomes(panel, rules)
    first = outcomes.first()
    month = np.arange(len(panel.ends))[None, :]
    ahead = first[:, None] - month
    perfect = judge_alarm("perfect", (ahead > 0) & (ahead <= 6), panel, outcomes, rules)
    assert perfect.found == perfect.outcomes > 0
    assert perfect.false == 0
    assert perfect.lead_months.value <= 6
    assert perfect.saved > 0
    blind = judge_alarm("blind", np.zeros(panel.revenue.shape, dtype=bool), panel, outcomes, rules)
    assert (blind.alarms, blind.found, blind.saved) == (0, 0, 0.0)
    assert blind.recall.high < 1
    always = judge_alarm("always", np.ones(panel.revenue.shape, dtype=bool), panel, outcomes, rules)
    assert always.found == always.outcomes
    assert always.alarms == always.true + always.false + always.undecided


def test_alarms_after_the_last_month_change_nothing_before_it(snapshot, policy):
    replay = replay_warnings(snapshot, policy)
    outcomes = find_outcomes(replay.panel, policy.early_warning)
    alarm = replay.levels.level >= 1
    later = alarm.copy()
    later[:, 25:] = ~later[:, 25:]
    for name in ("precision", "recall", "net"):
        first, second = (
            getattr(judge_alarm("x", one, replay.panel, outcomes, policy.early_warning, 0, 24), name)
            for one in (alarm, later)
        )
        assert first == second


def test_odds_are_shrunk_and_rise_with_the_level(watch):
    odds = watch.tested.odds
    assert list(odds) == ["low", "medium", "high", "critical"]
    assert all(found.low <= found.value <= found.high for found in odds.values())
    assert odds["low"].value < odds["critical"].value


def test_the_watch_list_is_probability_times_exposure(watch):
    clients = watch.clients
    assert (clients["level"] != "low").all()
    assert not clients["hard"].any()
    assert clients["expected"].to_numpy() == pytest.approx((clients["probability"] * clients["exposure"]).to_numpy())
    assert clients["expected"].is_monotonic_decreasing
    assert watch.defaulted["client_id"].tolist() == ["C0011"]


def test_charts_mark_the_month_of_the_signal(snapshot, policy):
    replay = replay_warnings(snapshot, policy)
    row = replay.panel.clients.get_loc("C0011")
    chart = client_charts(replay, "C0011", policy)
    on = replay.levels.on["payment_delay"][row]
    at = replay.panel.ends.get_loc(chart.delay_signal)
    assert wording.caption_client(chart).title.startswith("Delays left their own range")
    assert on[at]
    assert not on[at - 1]


def test_everything_is_shown_in_both_languages(watch, language):
    charts = worst_charts(watch, 3)
    shown = [
        wording.heading_warning(watch, "Small & Co"),
        tables.kpis_warning(watch),
        wording.why_warning(watch),
        wording.actions_warning(watch),
        tables.table_watch(watch),
        tables.table_changes(watch),
        tables.table_levels(watch),
        tables.table_outcomes(watch),
        tables.table_indicators(watch),
        tables.table_tuning(watch),
        wording.say_back_test(watch),
        wording.say_signals(watch.review),
        tables.table_signals(watch.review),
    ]
    text = " ".join(json.dumps(block.to_json(), allow_nan=False, ensure_ascii=False) for block in shown)
    assert np.isinf(watch.review.signals["value"]).any()  # a contract without an end
    assert not NAN.search(text)
    assert ("观察名单" in text) == (language == "zh")
    assert plots.plot_watch(watch).patches
    assert plots.plot_control(watch.review, charts).figure.axes
    assert set(chart_data(charts)["client_id"]) == set(watch.clients["client_id"].head(3))
    assert wording.caption_control(charts).alt
    assert wording.caption_watch(watch).title


def test_tiny_companies_are_shown_too(policy: Policy):
    for frames in (
        {"invoices": make_invoices(), "receipts": make_receipts()},
        {"invoices": make_invoices()},
        {"invoices": make_invoices().head(1)},
    ):
        tiny = snapshot_from_frames(frames, "2026-03-31", "EUR")
        watch = review_early_warning(tiny, policy)
        assert wording.heading_warning(watch, "x").level in ("calm", "watch", "alarm", "unknown")
        assert tables.kpis_warning(watch).items
        assert plots.plot_watch(watch).figure
        assert plots.plot_control(watch.review, worst_charts(watch)).figure
        for block in (tables.table_watch(watch), tables.table_tuning(watch), tables.table_outcomes(watch)):
            assert not NAN.search(str(block.to_json()))
        alone = warning_signals(tiny, policy, "a")
        shown = tables.table_signals(alone)
        assert len(shown.rows) < 22  # what is far from its limit, or without data, is named below
        assert "Without data" in shown.note
        assert wording.say_signals(alone).paragraphs
