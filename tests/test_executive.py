"""The company on one page: the bridge adds up, the worries are ranked, what is missing is said."""

import json
import shutil

import numpy as np
import pandas as pd
import pytest
from conftest import SMALL_RUN, make_invoices

from kamlib import executive, plots, tables, wording
from kamlib.errors import DataError
from kamlib.executive import STEPS
from kamlib.language import use_language
from kamlib.ledger.snapshot import open_snapshot, snapshot_from_frames
from kamlib.policy import load_policy
from kamlib.runs import Previous, load_previous
from kamlib.stress import money_at_risk

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def snapshot(finished_run):
    return open_snapshot(finished_run / "snapshot")


@pytest.fixture(scope="module")
def review(snapshot):
    return executive.review_company(snapshot, load_policy())


def adds_up(bridge):
    rows = bridge.clients
    assert np.allclose(rows["start"] + rows[list(STEPS)].sum(axis=1), rows["end"], atol=0.011)
    steps = bridge.steps
    assert steps["start"].iloc[0] == pytest.approx(bridge.start)
    assert steps["end"].iloc[-1] == pytest.approx(bridge.end, abs=0.5)


def test_the_bridge_adds_up_and_ends_at_todays_figure(review):
    adds_up(review.bridge)
    assert review.bridge.end == pytest.approx(review.at_risk.total["base"], abs=0.5)
    assert review.bridge.clients[["data", "policy"]].abs().to_numpy().sum() == 0
    assert not review.bridge.previous


def test_each_step_of_the_bridge_is_its_own_cause(snapshot):
    policy = load_policy()
    harsher = policy.model_copy(
        update={"loss": policy.loss.model_copy(update={"lgd": tuple(min(x * 1.5, 1.0) for x in policy.loss.lgd)})}
    )
    then = snapshot.as_of("2026-06-30")
    now = money_at_risk(snapshot, policy)
    same = executive.money_bridge(now, snapshot, policy, Previous("q2", then, policy))
    adds_up(same)
    assert same.clients[["data", "policy"]].abs().to_numpy().sum() == 0
    assert same.start == pytest.approx(money_at_risk(then, policy).total["base"], abs=0.5)
    stricter = executive.money_bridge(money_at_risk(snapshot, harsher), snapshot, harsher, Previous("q2", then, policy))
    adds_up(stricter)
    assert stricter.clients["policy"].sum() > 0
    assert stricter.clients["data"].abs().sum() == 0
    gone = then.only(*sorted(set(then.invoices["client_id"]))[3:])
    corrected = executive.money_bridge(now, snapshot, policy, Previous("q2", gone, policy))
    adds_up(corrected)
    assert corrected.clients["data"].abs().sum() > 0
    assert corrected.clients["policy"].abs().sum() == 0


def test_paying_later_is_behaviour_and_selling_more_is_exposure():
    days = pd.date_range("2025-01-05", periods=18, freq="MS")
    base = {
        "invoice_id": [f"i{n}" for n in range(18)], "client_id": ["a"] * 18, "issue_date": days,
        "due_date": days + pd.Timedelta(days=30), "amount": [100.0] * 18, "currency": ["EUR"] * 18, "cost": [60.0] * 18,
    }  # fmt: skip
    invoices = make_invoices(**base)

    def receipts(unpaid_from):
        paid = invoices[invoices["issue_date"] < unpaid_from]
        return pd.DataFrame(
            {
                "receipt_id": "r" + paid["invoice_id"], "client_id": "a", "invoice_id": paid["invoice_id"],
                "paid_date": paid["issue_date"] + pd.Timedelta(days=35), "amount": paid["amount"], "currency": "EUR",
            }
        )  # fmt: skip

    later = snapshot_from_frames({"invoices": invoices, "receipts": receipts("2026-03-01")}, "2026-06-30", "EUR")
    bridge = executive.money_bridge(money_at_risk(later, load_policy()), later, load_policy())
    moved = bridge.clients.iloc[0]
    assert moved["behaviour"] > 0
    assert moved["behaviour"] == pytest.approx(moved["end"] - moved["start"], rel=0.35)


def test_worries_are_ranked_by_expected_money_and_reasoned(review):
    assert 1 <= len(review.worries) <= 5
    known = review.worries["expected"].dropna()
    assert known.is_monotonic_decreasing
    hard = review.watch.review.clients.loc[review.watch.review.clients["hard"], "client_id"]
    assert not set(hard) & set(review.worries["client_id"])
    table = tables.table_worries(review)
    assert all(row[4] and row[5] for row in table.rows)


def test_the_summary_speaks_both_languages_with_the_same_figures(review):
    def printed():
        blocks = [tables.kpis_executive(review), tables.table_bridge(review), wording.heading_executive(review, "X")]
        values = [item.value for item in blocks[0].items]
        return [blocks[1].values[-1][1:], values, blocks[2].finding_value], wording.why_executive(review).paragraphs

    english, words = printed()
    use_language("zh")
    try:
        chinese, said = printed()
    finally:
        use_language("en")
    assert english[0] == chinese[0]
    assert np.allclose([v or 0 for v in english[1]], [v or 0 for v in chinese[1]], equal_nan=True)
    assert words != said
    assert all(any("\u4e00" <= c <= "\u9fff" for c in text) for text in said)


def test_invoices_alone_still_make_a_summary():
    lonely = snapshot_from_frames({"invoices": make_invoices()}, "2026-03-31", "EUR")
    review = executive.review_company(lonely, load_policy())
    told = wording.why_executive(review).paragraphs
    assert any("not known" in text for text in told)
    assert tables.kpis_executive(review).items[3].text == "—"
    plots.plot_bridge(review.bridge)
    plots.plot_at_risk(review)
    assert tables.table_worries(review).rows


def test_an_earlier_run_is_read_with_the_policy_it_had(finished_run, tmp_path):
    assert load_previous("") is None
    with pytest.raises(DataError, match="earlier run"):
        load_previous(tmp_path)
    shutil.copytree(finished_run, tmp_path / "q2")
    manifest = tmp_path / "q2" / "manifest.json"
    content = json.loads(manifest.read_text(encoding="utf-8"))
    content["policy"]["loss"]["lgd"] = [0.1, 0.2, 0.3]
    manifest.write_text(json.dumps(content), encoding="utf-8")
    previous = load_previous(tmp_path / "q2")
    assert previous.policy.loss.lgd == (0.1, 0.2, 0.3)
    assert previous.run == SMALL_RUN["run"]


def test_clients_in_default_stand_on_page_one_with_an_action(review):
    lost = review.in_default
    assert len(lost)
    assert (lost["balance"] > 0).all()
    hard = review.watch.review.clients.set_index("client_id")["hard"]
    assert hard[lost["client_id"]].all()
    name = lost["name"].iloc[0]
    assert name in " ".join(wording.why_executive(review).paragraphs)
    assert any(action.what.startswith(name) for action in wording.actions_executive(review).items)
