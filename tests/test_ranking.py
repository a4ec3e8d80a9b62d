"""The ranking of clients: values by hand, certainty, the matrix, what-if, account plans, thin ledgers."""

import json

import numpy as np
import pandas as pd
import pytest
from conftest import make_invoices, make_receipts, real_data

from kamlib import plots, ranking, tables, wording
from kamlib.errors import DataError
from kamlib.language import use_language
from kamlib.ledger.snapshot import snapshot_from_frames
from kamlib.policy import load_policy
from kamlib.ranking.criteria import order_stability
from kamlib.samples.company import generate_company

DAY = "2026-09-30"


def policy_with(**changes):
    whole = load_policy()
    section = whole.key_clients.__class__.model_validate(whole.key_clients.model_dump() | changes)
    return whole.model_copy(update={"key_clients": section})


def ledger(rows, day=DAY, **more):
    invoices = pd.DataFrame(rows, columns=["client_id", "issue_date", "amount"])
    invoices["issue_date"] = pd.to_datetime(invoices["issue_date"])
    invoices = invoices.assign(invoice_id=[str(i) for i in range(len(invoices))], currency="EUR")
    return snapshot_from_frames({"invoices": invoices} | more, day, "EUR")


@pytest.fixture(scope="module")
def company():
    tables_ = generate_company(7, clients=40, months=30, scale=0.1)
    for name in ("invoices", "receipts"):
        tables_[name]["currency"] = "EUR"
    wanted = ("invoices", "receipts", "clients", "orders", "interactions", "service_costs")
    return snapshot_from_frames({name: tables_[name] for name in wanted}, DAY, "EUR")


@pytest.fixture(scope="module")
def review(company):
    return ranking.review_ranking(company, load_policy())


def test_values_by_hand(policy):
    clients = pd.DataFrame(
        {
            "client_id": ["a", "b", "p"],
            "name": ["Alpha", None, "Prospect"],
            "status": ["current", "current", "prospect"],
            "potential_revenue": [np.nan, 800.0, 1600.0],
            "reputation": [8.0, np.nan, 9.0],
            "industry_leader": [False, False, True],
        }
    )
    rows = [("a", f"2026-{month:02d}-10", 50.0) for month in range(1, 10)] + [("a", "2024-10-10", 300.0)]
    rows += [("b", "2026-02-10", 350.0)]
    costs = pd.DataFrame({"client_id": ["a"], "period": [pd.Timestamp("2026-03-31")], "amount": [45.0]})
    talks = pd.DataFrame(
        {"client_id": ["a", "a"], "date": pd.to_datetime(["2026-05-01", "2024-05-01"]), "satisfaction": [8.0, 2.0]}
    )
    snapshot = ledger(rows, clients=clients, service_costs=costs, interactions=talks)
    people = ranking.criteria.ranked_clients(snapshot, 12)
    values = ranking.criterion_values(snapshot, people, policy)
    assert values["current_revenue"].to_dict() == pytest.approx({"a": 450 / 800, "b": 350 / 800, "p": 0})
    assert values.loc["b", "potential_revenue"] == 1.0
    assert values.loc["a", "growth"] == pytest.approx(0.5)
    assert np.isnan(values.loc["b", "growth"])
    assert values.loc["a", "cost_to_serve"] == pytest.approx(0.1)
    assert values.loc["b", "cost_to_serve"] == 0
    assert np.isnan(values.loc["p", "cost_to_serve"])
    assert values.loc["a", "satisfaction"] == 8
    assert people.loc["p", ["prospect", "industry_leader"]].tolist() == [True, True]
    assert people.loc["b", "name"] == "b"


def test_stability_counts_variation_and_gaps():
    even = [("even", f"2026-{month:02d}-10", 10.0) for month in range(4, 10)]
    gaps = [("gaps", f"2026-{month:02d}-10", 10.0) for month in (4, 6, 8)]
    wild = [("wild", f"2026-{month:02d}-10", amount) for month, amount in zip(range(4, 10), (1, 9) * 3, strict=True)]
    young = [("young", f"2026-{month:02d}-10", 10.0) for month in (7, 8, 9)]
    rare = [("rare", "2026-04-10", 10.0)]
    snapshot = ledger(even + gaps + wild + young + rare)
    found = order_stability(snapshot, pd.Index(["even", "gaps", "wild", "young", "rare"]), 6, 3)
    assert found["even"] == found["young"] == 1
    assert found["gaps"] == pytest.approx(0.5)
    assert found["wild"] == pytest.approx(1 / (1 + 0.8))
    assert np.isnan(found["rare"])


def test_every_place_can_be_explained(review):
    assert review.scores.contributions.sum(axis=1).to_numpy() == pytest.approx(review.clients["score"].to_numpy())
    assert review.clients["rank"].is_monotonic_increasing
    keys = review.keys
    assert len(keys) <= review.policy.key_clients.key_count
    assert (keys["score"] >= review.policy.key_clients.key_score).all()
    assert review.clients["prospect"].any()
    assert review.clients["share"].sum() == pytest.approx(1)
    assert review.tiers["share"].sum() == pytest.approx(1)
    quadrants = ("key", "key_development", "maintenance", "opportunistic")
    assert review.clients.loc[~review.clients["prospect"], "quadrant"].isin(quadrants).all()
    assert (review.clients.loc[review.clients["strength"].isna(), "quadrant"] == "").all()
    said = wording.why_ranking(review).paragraphs[0]
    assert "is first with" in said


def test_what_if_is_what_a_run_with_that_weight_says(company, review, policy):
    row = review.what_if[(review.what_if["change"] == "off") & (review.what_if["name"] == "reputation")].iloc[0]
    without = ranking.review_ranking(company, policy, {"reputation": 0.0})
    now, then = set(review.keys.index), set(without.keys.index)
    assert set(row["enter"]) == then - now
    assert set(row["leave"]) == now - then
    assert "reputation" not in without.scores.weights


def test_flags_per_client_and_per_group(policy):
    clients = pd.DataFrame({"client_id": list("abcd"), "group_id": ["g", "g", "x", "y"]})
    rows = [("a", "2026-05-01", 30.0), ("b", "2026-05-01", 25.0), ("c", "2026-05-01", 40.0), ("d", "2026-05-01", 5.0)]
    review = ranking.review_ranking(ledger(rows, clients=clients), policy)
    assert review.clients["flag"].to_dict() == {"a": "major", "b": "major", "c": "major", "d": ""}
    assert review.groups.set_index("group_id")["flag"].to_dict() == {"g": "mono", "x": "major"}
    assert wording.heading_ranking(review, "X").level == "alarm"


def test_comparisons_in_pairs_replace_weights_and_bad_ones_are_refused(company):
    good = (
        ("current_revenue", "reputation", 3.0),
        ("current_revenue", "need_for_product", 3.0),
        ("need_for_product", "reputation", 1.0),
    )
    review = ranking.review_ranking(company, policy_with(pairwise=good))
    assert review.scores.weights.to_dict() == pytest.approx(
        {"current_revenue": 0.6, "reputation": 0.2, "need_for_product": 0.2}
    )
    assert "consistency ratio 0.000" in tables.table_rules(review).note
    bad = (good[0], good[1], ("need_for_product", "reputation", 9.0))
    with pytest.raises(DataError, match="consistency ratio"):
        ranking.review_ranking(company, policy_with(pairwise=bad))
    accepted = ranking.review_ranking(company, policy_with(pairwise=bad, accept_inconsistent=True))
    assert accepted.consistency_ratio > 0.1


def test_custom_criteria_are_typed_in_the_policy_and_win_over_the_ledger(company):
    typed = {"strategic_fit": {"C0009": 10.0}, "reputation": {"C0009": 1.0}}
    review = ranking.review_ranking(company, policy_with(typed=typed), {"strategic_fit": 5.0})
    assert review.points.loc["C0009", ["strategic_fit", "reputation"]].tolist() == [10, 1]
    assert review.points["strategic_fit"].notna().sum() == 1
    wide = ranking.review_ranking(company, policy_with(typed=typed, scale=100, key_score=55, cuts=(55, 55)))
    assert wide.points.loc["C0009", "strategic_fit"] == 100
    assert wide.clients["score"].between(1, 100).all()
    with pytest.raises(DataError, match="no such criterion"):
        ranking.review_ranking(company, load_policy(), {"unheard_of": 1.0})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"key_score": 11}, "from 1 to 10"),
        ({"tiers": (0.9, 0.8)}, "rising shares"),
        ({"weights": {"reputation": 0}}, "one of them above"),
        ({"rules": {"growth": {"rule": "bands"}}}, "rising edges"),
        ({"rules": {"growth": {"rule": "linear", "worst": 1, "best": 1}}}, "different anchors"),
        ({"rules": {"growth": {"rule": "linear", "worst": 0, "best": 1, "log": True}}}, "above zero"),
    ],
)
def test_policies_that_cannot_be_used(changes, said):
    with pytest.raises(ValueError, match=said):
        policy_with(**changes)


def test_plans_list_what_is_recorded_and_what_is_missing(company, review, policy):
    plans = ranking.plan_accounts(company, review, policy)
    assert [plan.client_id for plan in plans] == review.keys.index.tolist()
    clients = company.table("clients").set_index("client_id")
    for plan in plans:
        assert ("needs" in plan.gaps) == pd.isna(clients.loc[plan.client_id, "needs"])
        assert ("overdue" in plan.gaps) == bool(plan.next_contact < company.date)
    notes = wording.notes_plans(plans)
    assert len(notes) == len(plans)
    assert wording.notes_plans([])[0].paragraphs == ("No key client, so no account plan.",)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_thin_ledgers_say_what_they_lack(lang, policy):
    thin = snapshot_from_frames({"invoices": make_invoices().drop(columns="cost")}, "2026-03-31", "EUR")
    use_language(lang)
    try:
        review = ranking.review_ranking(thin, policy)
        plans = ranking.plan_accounts(thin, review, policy)
        shown = [
            wording.heading_ranking(review, "Small"), tables.kpis_ranking(review), wording.why_ranking(review),
            wording.actions_ranking(review, plans), tables.table_scores(review), tables.table_rules(review),
            tables.table_what_if(review), tables.table_tiers(review), tables.table_major(review),
            tables.table_profit(review), *wording.notes_plans(plans), wording.note_ranking(review),
        ]  # fmt: skip
        for plot in (plots.plot_matrix, plots.plot_ranks, plots.plot_whale):
            assert plot(review).figure is not None
        captions = [wording.caption_matrix(review), wording.caption_ranks(review), wording.caption_whale(review)]
    finally:
        use_language("en")
    assert all(block.to_json() for block in shown)
    assert review.whale.empty
    assert review.strength_known == ("tenure",)
    assert (" only: read" if lang == "en" else "仅由") in captions[0].title
    assert all("log" in plan.gaps and "contacts" not in plan.gaps for plan in plans)
    assert len(wording.actions_ranking(review, plans).items) == 1
    assert set(review.scores.unknown) >= {"potential_revenue", "reputation", "cost_to_serve"}
    assert ("not known" if lang == "en" else "不详") in captions[2].title


def test_no_revenue_is_refused(policy):
    with pytest.raises(DataError, match="No revenue in the 12 months"):
        ranking.review_ranking(snapshot_from_frames({"invoices": make_invoices()}, "2028-03-31", "EUR"), policy)


def test_later_rows_change_nothing(policy):
    late = make_invoices(issue_date=pd.to_datetime(["2026-01-10"] * 5 + ["2026-05-20"]))
    both = snapshot_from_frames({"invoices": late, "receipts": make_receipts()}, "2026-06-30", "EUR")
    early = snapshot_from_frames({"invoices": late.iloc[:5]}, "2026-03-31", "EUR")
    then = ranking.review_ranking(both.as_of("2026-03-31"), policy).clients
    pd.testing.assert_frame_equal(then, ranking.review_ranking(early, policy).clients)


def test_names_in_the_matrix_do_not_collide(review):
    ax = plots.plot_matrix(review)
    ax.figure.canvas.draw()
    names = {str(name)[:6] for name in review.clients["name"]}
    boxes = [text.get_window_extent() for text in ax.texts if text.get_text()[:6] in names]
    assert len(boxes) >= 8
    for place, one in enumerate(boxes):
        for other in boxes[place + 1 :]:
            wide = min(one.x1, other.x1) - max(one.x0, other.x0)
            high = min(one.y1, other.y1) - max(one.y0, other.y0)
            assert wide < 3 or high < 3


@pytest.mark.real_data
def test_highradius_goes_through_and_its_parts_add_up(tmp_path, policy):
    from kamlib import dependence
    from kamlib.ledger.ingest import ingest
    from kamlib.ledger.profiles import load_profile
    from kamlib.ledger.snapshot import SNAPSHOT_FILE, open_snapshot
    from kamlib.ledger.sources import find_files

    file = real_data("highradius_open_items/open_items_iso_dates.csv")
    profile = load_profile("sap_open_items")
    report = ingest(find_files(file, profile), profile, tmp_path / "hr", source=file.name)
    facts = {"as_of": "2020-05-21", "currency": report.currency, "source": report.source, "sha256": report.sha256}
    (tmp_path / "hr" / SNAPSHOT_FILE).write_text(json.dumps(facts), encoding="utf-8")
    whole = open_snapshot(tmp_path / "hr")
    review = ranking.review_ranking(whole, policy)
    assert review.strength_known == ("tenure",)
    assert len(review.keys) == policy.key_clients.key_count
    history = dependence.review_history(whole, policy).quarters
    parts = history[["entry", "exit", "growth", "shrinkage"]].sum(axis=1).iloc[1:]
    assert parts.to_numpy() == pytest.approx(history["hhi"].diff().iloc[1:].to_numpy(), abs=1e-12)
