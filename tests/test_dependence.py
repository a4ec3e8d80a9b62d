"""Concentration as analyses: history, limits, plan, axes, disclosure — by hand on small ledgers."""

import numpy as np
import pandas as pd
import pytest

from kamlib import concentration, dependence, plots, tables, wording
from kamlib.language import use_language
from kamlib.ledger.snapshot import snapshot_from_frames

DAY = "2026-09-30"


def ledger(rows, clients=None, company=None, receipts=None):
    """Invoices from (client, month, amount)."""
    invoices = pd.DataFrame(rows, columns=["client_id", "month", "amount"])
    invoices["issue_date"] = pd.to_datetime(invoices.pop("month") + "-15")
    invoices["invoice_id"] = [str(i) for i in range(len(invoices))]
    invoices["currency"] = "EUR"
    invoices["cost"] = invoices["amount"] * 0.7
    frames = {"invoices": invoices}
    if clients is not None:
        frames["clients"] = clients
    if receipts is not None:
        frames["receipts"] = receipts
    return snapshot_from_frames(frames, DAY, "EUR", company or {})


MONTHS = [f"{month:%Y-%m}" for month in pd.date_range("2023-10-01", "2026-09-01", freq="MS")]
PAID = pd.DataFrame(
    {
        "receipt_id": ["r"], "client_id": ["small"], "invoice_id": ["1"],
        "paid_date": [pd.Timestamp("2026-09-01")], "amount": [1.0], "currency": ["EUR"],
    }
)  # fmt: skip
CLIENTS = pd.DataFrame(
    {
        "client_id": ["big", "twin", "small", "new"],
        "name": ["Big", "Twin", "小公司", "New"],
        "group_id": ["g", "g", "s", "n"],
        "industry": ["Rail", "Rail", "Food", None],
        "region": [None] * 4,
        "related_party": [False, True, False, False],
    }
)


def trade(months=MONTHS):
    rows = []
    for place, month in enumerate(months):
        rows += [("big", month, 50.0 + place), ("twin", month, 10.0), ("small", month, 30.0)]
        if month >= "2026-01":
            rows.append(("new", month, 5.0))
        if month < "2025-06":
            rows.append(("gone", month, 12.0))
    return rows


@pytest.fixture
def whole():
    return ledger(trade(), CLIENTS, {"own_equity": 100.0}, PAID)


def test_history_is_what_each_day_would_have_said_and_its_parts_add_up(whole, policy):
    history = dependence.review_history(whole, policy)
    rows = history.quarters
    assert len(rows) == 9
    assert rows["date"].iloc[0] == pd.Timestamp("2024-09-30")
    for row in rows.itertuples():
        then = dependence.revenue_by_client(whole.as_of(row.date), 12)
        assert row.hhi == pytest.approx(concentration.herfindahl_index(then))
    parts = rows[["entry", "exit", "growth", "shrinkage"]].sum(axis=1)
    assert parts.iloc[1:].to_numpy() == pytest.approx(rows["hhi"].diff().iloc[1:].to_numpy(), abs=1e-12)
    assert history.clients["contribution"].sum() == pytest.approx(history.change)
    kinds = history.clients.set_index("client_id")["kind"]
    assert kinds.to_dict() == {"big": "growth", "gone": "exit", "new": "entry", "twin": "none", "small": "none"}


def test_a_short_ledger_is_told_by_single_quarters(policy):
    history = dependence.review_history(ledger(trade(MONTHS[-13:])), policy)
    assert history.window_months == 3
    assert len(history.quarters) == 4
    assert "seasons may show" in wording.note_causes(history).paragraphs[-1]
    first = dependence.review_history(ledger([("a", "2026-09", 5.0)]), policy)
    assert len(first.quarters) <= 1
    assert "too short" in wording.caption_history(first).title
    assert plots.plot_causes(first).texts
    assert plots.plot_history(first).figure is not None


def test_limits_by_group_with_the_money_over_them(whole, policy):
    review = dependence.review_dependence(whole, policy)
    appetite = dependence.review_appetite(whole, review, policy)
    rows = appetite.limits.set_index(["kind", "key"])
    total = review.revenue
    group = review.groups.set_index("group_id").loc["g"]
    single = rows.loc[("single_client", "g")]
    assert single["value"] == pytest.approx(group["revenue"] / total)
    assert single["over_amount"] == pytest.approx(group["revenue"] - 0.2 * total)
    assert (single["band"], single["status"]) == ("severe", "over")
    assert rows.loc[("top_five", ""), "value"] == pytest.approx(1)
    assert rows.loc[("industry", "Rail"), "status"] == "over"
    owed = dependence.open_balances(whole)
    exposure = rows.loc[("exposure", "g")]
    assert exposure["value"] == pytest.approx(owed[["big", "twin"]].sum() / 100)
    assert set(appetite.axes["axis"]) == {"industry"}
    assert (appetite.axes["segment"] == "").any()
    assert "Not recorded, so not judged: region" in wording.note_appetite(appetite).paragraphs[0]


def test_the_plan_meets_each_limit_when_it_is_carried_out(whole, policy):
    review = dependence.review_dependence(whole, policy)
    appetite = dependence.review_appetite(whole, review, policy)
    plan = dependence.plan_diversification(review, appetite, policy)
    steps = plan.steps.set_index("kind")
    single = plan.steps[(plan.steps["kind"] == "single_client") & (plan.steps["who"] == "Big + Twin")].iloc[0]
    group = review.groups.set_index("group_id").loc["g", "revenue"]
    assert group / (review.revenue + single["needed"]) == pytest.approx(0.2)
    assert single["shrink_to"] / (review.revenue - single["shrink_by"]) == pytest.approx(0.2)
    assert single["margin_lost"] == pytest.approx(0.3 * single["shrink_by"])
    squares = (review.groups["revenue"] ** 2).sum()
    assert squares / (review.revenue + steps.loc["hhi", "needed"]) ** 2 == pytest.approx(0.1)
    assert np.isnan(steps.loc["exposure", "needed"].max())
    assert plan.needed == plan.steps["needed"].max()
    assert plan.segments["proposed"].sum() + plan.unplaced == pytest.approx(plan.needed)
    assert (plan.segments["proposed"] <= plan.segments["room"] + 1e-9).all()
    said = " ".join(wording.note_plan(plan).paragraphs)
    assert "Assumed" in said


def test_months_follow_the_change_on_the_year_before(policy):
    rows = [("big", month, 30.0) for month in MONTHS]
    rows += [(f"c{i}", month, 8.0 if month < "2025-10" else 10.0) for month in MONTHS for i in range(9)]
    review = dependence.review_dependence(ledger(rows), policy)
    appetite = dependence.review_appetite(ledger(rows), review, policy)
    step = dependence.plan_diversification(review, appetite, policy).steps.set_index("kind").loc["single_client"]
    # 360 of 1,440; needs 360 more; the others gained 9 × 2 × 12 = 216 in a year, 18 a month
    assert step["needed"] == pytest.approx(360)
    assert step["months_still"] == step["months_both"] == pytest.approx(20)
    assert step["new_clients"] == 1


def test_without_equity_payments_or_clients_it_is_said(policy):
    bare = ledger(trade())
    review = dependence.review_dependence(bare, policy)
    appetite = dependence.review_appetite(bare, review, policy)
    assert appetite.limits.set_index("kind").loc["exposure", "status"] == "unknown"
    assert "own_equity" in wording.note_appetite(appetite).paragraphs[0]
    assert review.indices["exposure"].isna().all()
    plan = dependence.plan_diversification(review, appetite, policy)
    assert "No segment is recorded" in tables.table_segments(plan, "EUR").note
    paid = ledger(trade(), company={"own_equity": 5.0})
    told = wording.note_appetite(dependence.review_appetite(paid, review, policy)).paragraphs[0]
    assert "payments are not known" in told


def test_intervals_hold_the_indices_by_client_and_group(whole, policy):
    review = dependence.review_dependence(whole, policy)
    intervals = dependence.index_intervals(whole, policy)
    for side in ("client", "group", "margin", "margin_group", "exposure", "exposure_group"):
        for name in ("cr1", "hhi", "gini", "theil"):
            low, high = intervals.loc[name, (side, "low")], intervals.loc[name, (side, "high")]
            assert low - 1e-12 <= review.indices.loc[name, side] <= high + 1e-12, (side, name)
    assert intervals.equals(dependence.index_intervals(whole, policy))
    table = tables.table_intervals(review, intervals)
    assert "–" in table.rows[0][1]


def test_open_items_sum_to_the_open_balances(whole):
    items = dependence.economics.open_items(whole).groupby("client_id")["amount"].sum()
    balances = dependence.open_balances(whole)
    assert items.to_dict() == pytest.approx(balances[balances.abs() > 0.01].to_dict())


def test_disclosure_in_both_languages_whatever_the_reports(whole, policy):
    review = dependence.review_dependence(whole, policy)
    disclosure = dependence.review_disclosure(whole, review, policy)
    assert disclosure.major["group_id"].tolist() == ["g", "s"]
    top = disclosure.top.set_index("group_id")
    assert top["named"].to_dict() == {"g": "dominant", "s": "depended", "n": "new"}
    assert top.loc["g", "related_revenue"] == pytest.approx(120)
    for lang in ("en", "zh"):
        use_language(lang)
        try:
            english, chinese = wording.notes_disclosure(disclosure)
        finally:
            use_language("en")
        assert "each accounted for 10" in english.paragraphs[0]
        assert "前五名客户销售额EUR" in chinese.paragraphs[1]
        assert "related parties came to EUR 120" in english.paragraphs[1]
    assert tables.table_top_five(disclosure).rows[0][4:] == ("yes", "no", "dominant")


def test_disclosure_says_what_it_cannot_know(policy):
    bare = ledger([("a", "2026-09", 1.0)])
    disclosure = dependence.review_disclosure(bare, dependence.review_dependence(bare, policy), policy)
    english, _ = wording.notes_disclosure(disclosure)
    assert "not recorded" in english.paragraphs[1]
    assert "does not reach a year back" in english.paragraphs[1]
    many = ledger([(f"c{i}", "2026-09", 1.0) for i in range(20)])
    none = dependence.review_disclosure(many, dependence.review_dependence(many, policy), policy)
    assert "no single external customer" in wording.notes_disclosure(none)[0].paragraphs[0]


def test_antitrust_bands_never_stand_without_their_sentence(whole, policy):
    review = dependence.review_dependence(whole, policy)
    appetite = dependence.review_appetite(whole, review, policy)
    said = wording.note_antitrust(appetite, review).paragraphs[0]
    assert "highly concentrated" in said
    assert "not a company's dependence" in said


def test_one_client_and_negative_totals_are_told_in_words(policy):
    from kamlib import stress

    alone = ledger([("only", "2026-09", 9.0), ("minus", "2026-09", -2.0)])
    review = dependence.review_dependence(alone, policy)
    loss = stress.lose_top(alone, 3)
    said = " ".join(wording.why_dependence(review, loss, loss).paragraphs)
    assert "only client" in said
    assert "1 client whose revenue sums to zero or less" in said
    appetite = dependence.review_appetite(alone, review, policy)
    plan = dependence.plan_diversification(review, appetite, policy)
    assert plan.steps["needed"].notna().any()
    for block in (
        tables.table_indices(review),
        tables.table_intervals(review, dependence.index_intervals(alone, policy)),
        tables.table_appetite(appetite, "EUR"),
        tables.table_plan(plan, "EUR"),
        tables.table_axes(appetite, "EUR"),
        tables.table_history(dependence.review_history(alone, policy)),
    ):
        assert block.columns


def test_a_part_of_a_year_is_no_year_to_compare_with(policy):
    short = ledger(trade(MONTHS[-15:]))
    review = dependence.review_dependence(short, policy)
    assert np.isnan(review.prior_revenue)
    assert review.clients["change"].isna().all()
    assert dependence.review_disclosure(short, review, policy).top["new"].isna().all()
    assert dependence.reaches_back(ledger(trade()), 12)
    assert not dependence.reaches_back(short, 12)
