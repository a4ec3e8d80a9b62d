"""Post-mortems: published cases to their digits, no look-ahead, losses to the cent, counterfactuals, partial knowledge."""

import numpy as np
import pandas as pd
import pytest
from conftest import golden
from hypothesis import given, settings
from hypothesis import strategies as st

from kamlib import post_mortem as pm
from kamlib import tables, wording
from kamlib.cli.shared import with_cases
from kamlib.errors import DataError
from kamlib.ledger.snapshot import Snapshot, snapshot_from_frames
from kamlib.policy import Policy
from kamlib.policy.post_mortem import PostMortem as Rules
from kamlib.post_mortem.case import Case, CaseFile
from kamlib.post_mortem.counterfactuals import judge_measures, possible_measures, setting_of
from kamlib.post_mortem.ledger_facts import client_book, protections_held
from kamlib.post_mortem.lessons import policy_diff
from kamlib.protection.protection_effects import Protection
from kamlib.reports.batch import checked_ledger
from kamlib.reports.plan import plan_tasks
from kamlib.runs import load_run, parse_run

EVENT = pd.Timestamp("2026-03-16")
MONTHS = pd.date_range("2024-01-05", "2026-08-05", freq="MS") + pd.Timedelta(days=4)


def ledger() -> dict[str, pd.DataFrame]:
    """Eight clients with an invoice a week; x pays ever later from July 2025 on, never from October, and fails."""
    invoices, receipts = [], []
    for number, client in enumerate("abcdefgx"):
        for place, day in enumerate(pd.date_range("2024-01-03", "2026-08-26", freq="W-WED")):
            if client == "x" and day > EVENT:
                continue
            key = f"{client}{place}"
            due = day + pd.Timedelta(days=30)
            invoices.append((key, client, day, due, 1_000.0 + 37 * number + place, "EUR", 700.0))
            late = 5 if client != "x" else 3 + max((due - pd.Timestamp("2025-07-01")).days, 0) // 3
            paid = due + pd.Timedelta(days=late)
            if paid <= pd.Timestamp("2026-08-31") and not (
                client == "x" and (due > pd.Timestamp("2025-11-01") or paid > EVENT)
            ):
                receipts.append((f"r{key}", client, key, paid, 1_000.0 + 37 * number + place, "EUR"))
    receipts.append(("last", "x", None, pd.Timestamp("2026-06-30"), 2_500.55, "EUR"))
    names = ["invoice_id", "client_id", "issue_date", "due_date", "amount", "currency", "cost"]
    return {
        "invoices": pd.DataFrame(invoices, columns=names),
        "receipts": pd.DataFrame(receipts, columns=["receipt_id", "client_id", "invoice_id", "paid_date", "amount", "currency"]),
        "clients": pd.DataFrame(
            {"client_id": list("abcdefgx"), "name": [f"Client {name}" for name in "abcdefgx"], "credit_limit": 9_000.0}
        ),
        "decisions": pd.DataFrame(
            {
                "decision_id": ["d1"],
                "client_id": ["x"],
                "date": [pd.Timestamp("2025-10-20")],
                "kind": ["limit"],
                "approved_by": ["CFO"],
                "before": ["9000"],
                "after": ["15000"],
                "reason": ["Growth"],
            }
        ),
        "protections": pd.DataFrame(
            {
                "client_id": ["x"],
                "kind": ["insurance"],
                "start_date": [pd.Timestamp("2024-01-01")],
                "limit": [8_000.0],
                "insured_share": [0.9],
                "deductible": [500.0],
            }
        ),
        "events": pd.DataFrame(
            {"client_id": ["x"], "date": [EVENT], "kind": ["insolvency"], "severity": ["critical"], "note": ["Failed"]}
        ),
    }  # fmt: skip


FRAMES = ledger()


def snapshot(frames: dict[str, pd.DataFrame] = FRAMES, day: str = "2026-08-31") -> Snapshot:
    return snapshot_from_frames(frames, day, "EUR")


def case_file(tmp_path, **changes) -> CaseFile:
    content = {"name": "X fails", "client": "X", "client_id": "x", "kind": "insolvency", "event_date": EVENT.date()}
    return CaseFile("x", tmp_path / "x.yaml", Case.model_validate(content | changes))


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> pm.PostMortem:
    return pm.review_case(case_file(tmp_path_factory.mktemp("case")), snapshot(), Policy())


def figure(found: pd.DataFrame, name: str, whom: str = "") -> pd.Series:
    return found[(found["name"] == name) & found["whom"].str.contains(whom)].iloc[0]


def test_imagination_and_apple_agree_with_what_was_published():
    expected = golden("K01_imagination_apple")["expected"]
    derived = pm.derived_figures(pm.load_case("imagination_apple").case)
    assert round(figure(derived, "client_share", "2017")["value"], 4) == expected["share_fy2017_derived"]
    assert f"{figure(derived, 'client_share', '2016')['value']:.1%}" in expected["share_fy2016"]
    ends = figure(derived, "revenue_ends")
    assert (ends["value"], ends["high"]) == (pd.Timestamp("2018-07-03"), pd.Timestamp("2019-04-03"))
    told = {str(moment.date) for moment in pm.load_case("imagination_apple").case.timeline}
    assert told == {day for day, _ in expected["timeline"]}


def test_carillion_agrees_with_what_was_published():
    expected = golden("K03_carillion_suppliers")["expected"]
    derived = pm.derived_figures(pm.load_case("carillion_suppliers").case)
    assert figure(derived, "average_owed")["value"] == expected["survey"]["average_gbp"]
    assert figure(derived, "insured_part")["value"] == pytest.approx(expected["insured_share_derived"])
    assert (
        round(figure(derived, "days_outstanding", "Speedy")["value"], 1) == expected["speedy_days_outstanding_derived"]
    )
    gap = figure(derived, "partner_shortfall")
    assert [2 * gap["value"] / 1e6, 2 * gap["high"] / 1e6] == expected["awpr_shortfall_gbp_m"]
    assert figure(derived, "estimate_error", "Balfour")["value"] == pytest.approx(0.10)
    assert figure(derived, "estimate_error", "Galliford")["value"] == pytest.approx(25 / 35 - 1)


def test_gtat_agrees_with_what_was_published():
    expected = golden("K06_gtat_apple")["expected"]
    derived = pm.derived_figures(pm.load_case("gtat_apple").case)
    assert figure(derived, "withheld")["value"] / 1e6 == expected["check_578_minus_439"]
    assert figure(derived, "covenant_gap")["value"] / 1e6 == expected["covenant_shortfall_derived_usd_m"]
    assert round(figure(derived, "runway")["value"], 1) == expected["runway_days_at_last_burn_derived"]
    assert round(figure(derived, "implied_price")["value"]) == expected["implied_price_derived_usd"]
    assert figure(derived, "first_recovery")["value"] / 1e6 == expected["recovery_first_500_derived_usd_m"]


def test_published_cases_run_without_a_ledger_cite_their_sources_and_say_what_they_cannot_tell():
    for file in pm.list_cases():
        if file.case.client_id is None:
            review = pm.review_case(file, None, Policy())
            assert "no_ledger" in review.untold
            said = " ".join(wording.say_untold(review).paragraphs)
            assert all(source in said for source in file.case.sources)
            assert tables.table_derived(review).rows
            assert tables.tables_replay(review)[0].kind == "note"


def test_the_insured_claim_pays_the_published_sum_and_names_the_other_order():
    example = golden("M04_credit_insurance_deductible")
    nothing = pd.DataFrame({"date": [], "amount": [], "payer": []})
    for order, paid, other in (("before_share", 40_500, 40_000), ("after_share", 40_000, 40_500)):
        cover = Protection("insurance", 50_000, 0.9, example["inputs"]["deductible"], order)
        loss = pm.loss_of(50_000, nothing, [cover], 0.0, 0.0, EVENT, Rules(), 0.0)
        assert (loss.protected, loss.other_order, loss.total) == (paid, other, 50_000 - paid)


cents = st.integers(0, 10**9).map(lambda value: value / 100)
held = st.lists(
    st.builds(Protection, st.sampled_from(("insurance", "guarantee", "deposit")), cents, st.floats(0, 1), cents),
    max_size=3,
)


@given(cents, st.lists(cents, max_size=3), held, cents, cents)
def test_the_waterfall_adds_up_to_the_cent(exposure, back, protections, margin, stock):
    received = pd.DataFrame({"date": [EVENT + pd.Timedelta(days=90)] * len(back), "amount": back, "payer": "recovery"})
    loss = pm.loss_of(exposure, received, protections, margin, stock, EVENT, Rules())
    in_cents = (100 * loss.steps["amount"]).round().astype("int64").sum()
    assert in_cents == round(100 * loss.total)
    assert 0 <= loss.receivable_loss <= loss.exposure
    assert loss.receivable_loss == pytest.approx(loss.exposure - loss.recovered - loss.protected, abs=0.005)


def test_the_case_is_found_as_it_was_made(found):
    items = FRAMES["invoices"].query("client_id == 'x'")
    paid = FRAMES["receipts"].query("client_id == 'x' and invoice_id == invoice_id")
    owed = round(items["amount"].sum() - paid["amount"].sum(), 2)
    assert found.loss.exposure == owed
    assert found.loss.recovered == 2_500.55
    assert found.loss.protected == 8_000 * 0.9 - 500
    assert found.replay.alarm_now is not None
    assert found.lead_days > 60
    assert found.replay.months["date"].max() < EVENT
    assert found.untold == ("no_policy_then",) or set(found.untold) <= {"no_policy_then", "short_ledger"}


def test_the_base_of_the_counterfactuals_is_the_loss_and_nothing_is_counted_twice(found):
    judged = found.counterfactuals
    assert judged.base == found.loss.receivable_loss
    assert judged.unprotected == pytest.approx(judged.base + found.loss.protected, abs=0.01)
    assert (judged.measures["avoided"] >= 0).all()
    assert (judged.measures["avoided"] <= judged.base + 0.005).all()
    assert (judged.pairs["together"] <= judged.base + 0.005).all()
    assert judged.bundle["added"].sum() <= judged.base + 0.01
    assert judged.bundle["net"].iloc[-1] >= judged.measures["net"].max() - 0.02
    stopped = judged.measures.query("name == 'alarm'").sort_values("value")
    assert stopped["avoided"].is_monotonic_decreasing
    assert stopped["revenue_lost"].is_monotonic_decreasing


OWN = snapshot().only("x")
BOOK = client_book(OWN, EVENT)
SETTING = setting_of(BOOK, protections_held(OWN, Case(name="x", client="x", client_id="x", kind="loss", event_date=EVENT.date()), EVENT, Policy()), 2_500.55, EVENT, Policy())  # fmt: skip
MEASURES, _ = possible_measures(SETTING, BOOK, EVENT, pd.Timestamp("2025-10-31"), 6_000.0, Policy())


@settings(max_examples=60, deadline=None)
@given(st.sets(st.integers(0, len(MEASURES) - 1)), st.integers(0, len(MEASURES) - 1))
def test_one_measure_more_never_loses_more_before_its_cost(chosen, more):
    some = [MEASURES[place] for place in sorted(chosen)]
    assert SETTING.loss([*some, MEASURES[more]]) <= SETTING.loss(some) + 0.005
    assert SETTING.loss(some) == SETTING.loss(some[::-1])
    assert SETTING.loss() <= SETTING.loss(held=()) + 0.005


def test_an_obeyed_limit_is_never_exceeded():
    limit = next(measure for measure in MEASURES if measure.name == "limit")
    assert limit.refused.any()
    assert not limit.refused.all()
    left = float((SETTING.items["open"] * limit.factor).sum())
    assert left <= BOOK.limit_on(EVENT)
    nothing = judge_measures(SETTING, [], ())
    assert nothing.base == SETTING.loss()
    assert nothing.measures.empty
    assert nothing.bundle.empty


def without_later(frames: dict[str, pd.DataFrame], day: pd.Timestamp) -> dict[str, pd.DataFrame]:
    known = {
        "invoices": "issue_date",
        "receipts": "paid_date",
        "decisions": "date",
        "protections": "start_date",
        "events": "date",
    }
    return {name: frame[frame[known[name]] <= day] if name in known else frame for name, frame in frames.items()}


def test_the_replay_equals_that_of_truncated_files_and_later_rows_change_nothing(found, tmp_path):
    own = snapshot(without_later(FRAMES, EVENT), str(EVENT.date()))
    short = pm.review_case(case_file(tmp_path), own, Policy(), outlook=False)
    pd.testing.assert_frame_equal(short.replay.months, found.replay.months)
    pd.testing.assert_frame_equal(short.replay.indicators, found.replay.indicators)
    changed = dict(FRAMES)
    changed["receipts"] = FRAMES["receipts"].assign(
        amount=FRAMES["receipts"]["amount"].where(FRAMES["receipts"]["paid_date"] <= EVENT, 1.0)
    )
    later = pm.review_case(case_file(tmp_path), snapshot(changed), Policy(), outlook=False)
    pd.testing.assert_frame_equal(later.replay.months, found.replay.months)


def test_a_policy_of_then_is_replayed_beside_todays(tmp_path):
    (tmp_path / "then.yaml").write_text("early_warning: {level_bands: [30, 31, 32]}\n", encoding="utf-8")
    review = pm.review_case(case_file(tmp_path, policy_then="then.yaml"), snapshot(), Policy(), outlook=False)
    assert review.replay.alarm_then is None
    assert review.replay.alarm_now is not None
    assert np.isnan(review.lead_days)
    assert "no_policy_then" not in review.untold
    with pytest.raises(DataError):
        pm.review_case(case_file(tmp_path, policy_then="nowhere.yaml"), snapshot(), Policy())


def test_lessons_gain_days_and_are_lines_of_the_policy_file(found):
    for row in found.lessons.changes.itertuples():
        assert row.gained_days > 0
        assert len(row.diff) in (1, 2)
    assert tables.table_lessons(found).rows or wording.say_lessons(found).paragraphs
    text = "early_warning:\n  weights: {disputes: 1}\n  limits:\n    disputes: 0.15   # weak\nother: 1\n"
    change = pm.Change(("limits", "disputes"), 0.15, 0.12, "disputes")
    assert policy_diff(text, change) == ("-    disputes: 0.15   # weak", "+    disputes: 0.12   # weak")
    assert policy_diff(text, pm.Change(("level_bands",), (3, 6, 9), (3, 5, 9))) == ("+  level_bands: [3, 5, 9]",)


def test_look_alikes_share_a_sign_and_are_nearest_first(found):
    alike = found.lookalikes
    assert alike is not None
    assert "x" not in set(alike.clients["client_id"])
    assert alike.clients["distance"].is_monotonic_increasing
    assert all(len(shared) for shared in alike.clients["shared"])
    assert wording.say_lookalikes(found).paragraphs


def shown(review: pm.PostMortem) -> str:
    blocks = [
        wording.heading_case(review),
        tables.kpis_case(review),
        wording.why_case(review),
        wording.actions_case(review),
        tables.table_timeline(review),
        *tables.tables_replay(review),
        *tables.tables_case_loss(review),
        *tables.tables_counterfactuals(review),
        wording.say_lookalikes(review),
        tables.table_lookalikes(review),
        wording.say_lessons(review),
        tables.table_lessons(review),
        wording.say_untold(review),
        tables.table_library(pm.review_library([], None, Policy(), review), review),
    ]
    return " ".join(str(block.to_json()) for block in blocks)


def test_what_is_missing_is_said(tmp_path):
    bare = {"invoices": FRAMES["invoices"]}
    review = pm.review_case(case_file(tmp_path), snapshot(bare), Policy())
    assert {"no_receipts", "no_decisions", "no_protections", "no_events"} <= set(review.untold)
    assert review.loss is None
    assert "Payments are not known" in shown(review)
    unknown = pm.review_case(case_file(tmp_path, client_id="nobody"), snapshot(), Policy())
    assert unknown.untold == ("no_invoices",)
    assert "no invoice of this client" in shown(unknown)
    future = pm.review_case(case_file(tmp_path), snapshot(day="2026-02-28"), Policy())
    assert not future.happened
    assert "if it came today" in shown(future)
    assert future.loss.recovered == 0


def test_a_won_case_lost_nothing(tmp_path):
    review = pm.review_case(case_file(tmp_path, client_id="a", won=True, worked=["A visit"]), snapshot(), Policy())
    assert review.loss.receivable_loss == 0
    assert review.loss.total == 0
    assert "Nothing was lost" in shown(review)
    assert "A visit" in shown(review)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ({"name": "x", "client": "y", "kind": "loss", "event_date": "2026-01-01"}, "client_id"),
        ({"name": "x", "client": "y", "client_id": "z", "kind": "grief", "event_date": "2026-01-01"}, "kind"),
        ({"name": "x", "client": "y", "kind": "loss", "event_date": "2026-01-01", "figures": {}}, "sources"),
        (
            {"name": "x", "client": "y", "client_id": "z", "kind": "loss", "event_date": "2026-01-01", "colour": 1},
            "colour",
        ),
    ],
)
def test_a_case_file_is_refused_by_name(tmp_path, content, problem):
    import json

    path = tmp_path / "case.yaml"
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(DataError, match=problem):
        pm.load_case(path)


def test_a_case_of_published_figures_is_planned_without_a_ledger(tmp_path):
    file = pm.load_case("gtat_apple")
    content = {"run": "g", "title": "g", "as_of": "2014-12-31", "currency": "USD", "out": str(tmp_path / "g")}
    run = parse_run(content | {"ledger": {"figures": str(file.path)}, "cases": [str(file.path)]}, "test")
    with checked_ledger(run) as (prepared, notebooks, policy):
        from kamlib.ledger.snapshot import open_snapshot

        tasks = plan_tasks(run, notebooks, open_snapshot(prepared), policy, "kam")
    assert [task.unit for task in tasks] == ["case"]
    assert tasks[0].stem.startswith("cases/gtat-apple-")
    assert tasks[0].parameters["case_file"].endswith("gtat_apple.yaml")
    wrong = run.model_copy(update={"cases": ["nowhere"]})
    with pytest.raises(DataError), checked_ledger(wrong):
        pass


def test_a_case_alone_leaves_out_what_the_run_file_says_to_other_notebooks(tmp_path):
    run = with_cases(None, None, None, tmp_path / "out", None, ["ulster_pumps"])
    assert load_run("demo").parameters
    assert run.notebooks == ["case/post_mortem"]
    assert run.parameters == {}
