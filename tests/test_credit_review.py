"""The credit review of unusual clients: every block is made and read, in both languages, and its figures agree."""

import re

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from kamlib import credit, formats, plots, tables, wording
from kamlib.blocks import Block, chart
from kamlib.credit import credit_facts, propose_limits
from kamlib.credit.grading import newest_override
from kamlib.credit.history import client_history, drawn_by_day
from kamlib.credit.journal import decision_states, next_review, review_months
from kamlib.credit.limits import approver_of, block_rules, current_limits, two_digits, utilisation_of, utilisation_step
from kamlib.language import use_language
from kamlib.ledger.snapshot import Snapshot, snapshot_from_frames

DAY = "2026-03-31"
LONG = "Vereinigte Antriebs- und Steuerungstechnik " * 3


def ledger(rows: list[tuple], receipts: list[tuple] = (), **tables_: pd.DataFrame) -> Snapshot:
    """Invoices as (id, issue, due, amount, currency, client) and receipts as (id, invoice, day, amount, client)."""
    invoices = pd.DataFrame(rows, columns=["invoice_id", "issue_date", "due_date", "amount", "currency", "client_id"])
    paid = pd.DataFrame(receipts, columns=["receipt_id", "invoice_id", "paid_date", "amount", "client_id"])
    for frame, column in ((invoices, "issue_date"), (invoices, "due_date"), (paid, "paid_date")):
        frame[column] = pd.to_datetime(frame[column])
    paid = paid.assign(currency="EUR").astype({"receipt_id": "str", "invoice_id": "str", "client_id": "str"})
    return snapshot_from_frames({"invoices": invoices, "receipts": paid} | tables_, DAY, "EUR")


def invoice(number: int, issued: str, due: str, amount: float, currency: str = "EUR", client: str = "a") -> tuple:
    return (str(number), issued, due, amount, currency, client)


def master(name: str, **columns: object) -> pd.DataFrame:
    return pd.DataFrame({"client_id": ["a"], "name": [name], "region": "DACH", "industry": "Machinery"} | columns)


def decisions(*rows: dict) -> pd.DataFrame:
    frame = pd.DataFrame([{"decision_id": str(i), "client_id": "a"} | row for i, row in enumerate(rows)])
    return frame.assign(date=pd.to_datetime(frame["date"]), expires=pd.to_datetime(frame.get("expires")))


def statements(client: str = "a", end: str = "2025-12-31") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "client_id": [client], "period_end": pd.to_datetime([end]), "published_date": pd.to_datetime(["2026-02-28"]),
            "revenue": 12e6, "ebit": 1e6, "interest_expense": 1e5, "net_income": 6e5, "total_assets": 8e6,
            "current_assets": 4e6, "cash": 1e6, "receivables": 1.5e6, "inventory": 1e6, "total_liabilities": 4e6,
            "current_liabilities": 2e6, "retained_earnings": 2e6, "equity": 4e6, "operating_cash_flow": 9e5,
        }
    )  # fmt: skip


OLD = invoice(1, "2025-11-01", "2025-12-01", 900.0)
NEW = invoice(2, "2026-03-10", "2026-04-09", 400.0)
FX = pd.DataFrame({"date": pd.to_datetime(["2024-01-01"] * 2), "currency": ["USD", "CNY"], "rate": [0.9, 0.13]})
CASES = {
    "no statements": lambda: ledger([OLD, NEW]),
    "one invoice": lambda: ledger([NEW]),
    "only credit notes": lambda: ledger([invoice(1, "2026-03-01", "2026-03-01", -50.0)]),
    "nothing open": lambda: ledger([OLD], [("r", "1", "2025-12-10", 900.0, "a")]),
    "unapplied cash above the balance": lambda: ledger([OLD], [("r", None, "2026-01-10", 2_000.0, "a")]),
    "a name of 120 characters": lambda: ledger([OLD, NEW], clients=master(LONG[:120])),
    "a Chinese name": lambda: ledger([OLD, NEW], clients=master("宁海精密机械有限公司", region="China")),
    "three currencies": lambda: ledger(
        [OLD, invoice(2, "2026-01-10", "2026-02-09", 70.0, "USD"), invoice(3, "2026-03-01", "2026-03-31", 600.0, "CNY")],
        [("r", "2", "2026-02-20", 30.0, "a")],
        fx=FX,
    ),
    "a group parent": lambda: ledger(
        [OLD, NEW, invoice(3, "2026-02-01", "2026-03-01", 80.0, client="b")],
        clients=pd.DataFrame({"client_id": ["a", "b"], "name": ["Parent", "Child"], "group_id": ["a", "a"]}),
    ),
    "no limit but one asked for": lambda: ledger([OLD, NEW], statements=statements()),
    "a limit of zero": lambda: ledger([OLD, NEW], clients=master("Zero", credit_limit=0.0)),
    "insolvent": lambda: ledger(
        [OLD],
        events=pd.DataFrame({"client_id": ["a"], "date": pd.to_datetime(["2026-02-01"]), "kind": "insolvency", "severity": "critical"}),
    ),
    "no receipts": lambda: snapshot_from_frames(
        {"invoices": ledger([OLD, NEW]).invoices[["invoice_id", "issue_date", "due_date", "amount", "currency", "client_id"]]}, DAY, "EUR"
    ),
    "everything": lambda: ledger(
        [OLD, NEW],
        clients=master("All", credit_limit=1_000.0, payment_terms_days=30.0, reputation=7.0),
        statements=statements(),
        decisions=decisions(
            {"date": "2026-01-15", "kind": "limit", "before": "500", "after": "1000", "approved_by": "CFO", "reason": "grows"},
            {"date": "2026-02-15", "kind": "override", "after": "BBB", "approved_by": "E. Haas", "reason": "parent pays", "expires": "2026-12-31"},
        ),
        ratings=pd.DataFrame({"client_id": ["a"], "date": pd.to_datetime(["2026-01-01"]), "agency": "X", "grade": "BBB", "recommended_limit": 700.0}),
        protections=pd.DataFrame({"client_id": ["a"], "kind": "insurance", "start_date": pd.to_datetime(["2025-01-01"]), "limit": 500.0, "insured_share": 0.9}),
    ),
}  # fmt: skip


def all_blocks(review: credit.CreditReview) -> list[Block]:
    months = review.now.by_month
    return [
        wording.heading_credit(review), tables.kpis_credit(review), wording.why_credit(review),
        chart(plots.plot_delay(review), wording.caption_delay(review), months),
        chart(plots.plot_ageing(review), wording.caption_ageing(review), review.now.ageing),
        wording.actions_credit(review), wording.say_rests(review), tables.table_limits(review), wording.say_limit(review),
        tables.table_block(review), wording.say_grade(review), tables.table_scorecard(review), wording.say_accounts(review),
        tables.table_accounts(review), tables.table_exposure(review), tables.table_ageing_history(review),
        wording.say_behaviour(review), tables.table_measures(review),
        tables.table_split(review), wording.say_loss(review), tables.table_provision(review),
        wording.say_last_review(review), *tables.tables_journal(review),
    ]  # fmt: skip


def strings(value: object) -> list[str]:
    """Every text that a reader sees; not the figures behind it, nor the drawing."""
    if isinstance(value, dict):
        return [text for key, part in value.items() if key not in ("values", "data", "svg") for text in strings(part)]
    if isinstance(value, list):
        return [text for part in value for text in strings(part)]
    return [value] if isinstance(value, str) else []


def said(blocks: list[Block]) -> str:
    return "\n".join(text for block in blocks for text in strings(block.to_json()))


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("case", CASES)
def test_every_block_of_an_unusual_client_is_made_and_says_no_nan(case, lang, policy):
    use_language(lang)
    try:
        review = credit.review_client(CASES[case](), "a", policy)
        text = said(all_blocks(review))
    finally:
        use_language("en")
    assert not re.search(r"\b(nan|NaN|NaT|inf|None)\b|{\w+}", text)


@pytest.mark.parametrize("case", CASES)
def test_the_facts_of_grade_and_limit_are_those_of_the_position(case, policy):
    snapshot = CASES[case]()
    review = credit.review_client(snapshot, "a", policy)
    facts = review.facts
    if not snapshot.absent("receipts"):
        assert facts["receivables"] == pytest.approx(review.now.exposure["receivables"])
        assert facts["overdue_share"] == pytest.approx(review.now.overdue_share, nan_ok=True)
        assert facts["days_late"] == pytest.approx(review.now.days_late, nan_ok=True)
        assert drawn_by_day(snapshot.only("a")).iloc[-1] == pytest.approx(facts["drawn"], abs=0.02)
    assert facts["revenue"] == pytest.approx(review.now.revenue)
    whole = credit_facts(snapshot, policy).loc["a"]
    assert whole["open_invoices"] == facts["open_invoices"]
    history = review.history.ageing
    assert history.drop(columns="open").sum(axis=1).to_numpy() == pytest.approx(history["open"].to_numpy())
    if len(history):
        assert history["open"].iloc[-1] == pytest.approx(review.now.open_invoices)
        measured = review.history.measures.iloc[-1].astype(float)
        pd.testing.assert_series_equal(measured, review.now.measures.astype(float), check_names=False)


def test_the_split_adds_up_to_the_period_dso(policy):
    review = credit.review_client(CASES["everything"](), "a", policy)
    assert review.split.sum() == pytest.approx(review.now.measures["dso_period"])


def test_later_rows_change_nothing(policy):
    early = CASES["everything"]()
    later = ledger(
        [OLD, NEW, invoice(9, "2026-05-01", "2026-05-31", 9e6)],
        [("late", "1", "2026-05-02", 900.0, "a")],
        **{name: early.table(name) for name in ("clients", "statements", "decisions", "ratings", "protections")},
    )
    later = snapshot_from_frames({name: later.read(name, None) for name in later.tables}, "2026-06-30", "EUR")
    now, then = (credit.review_client(s, "a", policy) for s in (early, later.as_of(DAY)))
    pd.testing.assert_series_equal(now.limit.methods, then.limit.methods)
    assert (now.grade.final, now.grade.score.total, now.block.peak) == (then.grade.final, then.grade.score.total, then.block.peak)  # fmt: skip


def test_an_override_is_shown_beside_the_computed_grade_and_needs_all_its_parts(policy):
    review = credit.review_client(CASES["everything"](), "a", policy)
    assert review.grade.final == "BBB"
    assert review.grade.computed != "BBB"
    text = said([wording.say_grade(review)])
    assert "Set by hand to BBB by E. Haas" in text
    assert f"Computed grade {review.grade.computed}" in text
    row = {
        "date": "2026-02-15",
        "kind": "override",
        "after": "BBB",
        "approved_by": "E",
        "reason": "r",
        "expires": "2026-12-31",
    }
    for lacking, what in (("reason", "reason"), ("approved_by", "author"), ("expires", "expires"), ("after", "grade")):
        found, fault = newest_override(decisions(row | {lacking: None}), policy)
        assert found is None
        assert fault == what


def test_the_limit_by_each_method_by_hand(policy):
    snapshot = ledger([OLD, NEW], clients=master("x", payment_terms_days=30.0), statements=statements())
    facts = credit_facts(snapshot, policy)
    row = propose_limits(facts, pd.Series({"a": "BBB"}), pd.Series({"a": np.nan}), policy).loc["a"]
    assert (row["net_worth"], row["working_capital"], row["monthly_sales"]) == (4e5, 2e5, 1e5)
    assert np.isnan(row["references"])
    known = facts["months_known"]["a"] * 365 / 12  # the first invoice is younger than the window
    assert row["need"] == pytest.approx(1300 / known * (30 + facts["days_late"]["a"]) * 1.2)
    assert row["capacity"] == 2e5
    assert row["reason"] == "need"
    assert row["proposed"] == two_digits(row[["need"]].astype(float)).iloc[0]
    low = propose_limits(facts, pd.Series({"a": "C"}), pd.Series({"a": 50.0}), policy).loc["a"]
    assert (low["proposed"], low["reason"]) == (0.0, "capacity")


def test_only_an_approved_limit_is_in_force(policy):
    facts = credit_facts(CASES["everything"](), policy)
    rows = decisions(
        {"date": "2026-01-01", "kind": "limit", "after": "800", "approved_by": "CFO"},
        {"date": "2026-02-01", "kind": "limit", "after": "5000", "approved_by": None},
        {"date": "2026-02-02", "kind": "limit", "after": "much", "approved_by": "CFO"},
    )
    assert current_limits(facts, rows)["a"] == 800
    assert current_limits(facts, rows.iloc[:0])["a"] == 1_000
    assert decision_states(rows, pd.Timestamp(DAY)).tolist() == ["in force", "proposed", "in force"]


def test_block_rules_at_their_thresholds(policy):
    facts = pd.Series({"open_invoices": 100.0, "overdue_share": 0.3, "oldest_days": 59.0, "insolvency": pd.NaT})
    assert block_rules(facts, 1.0, policy) == {
        "utilisation": False, "overdue_share": True, "oldest_days": False, "insolvency": False,
    }  # fmt: skip
    assert block_rules(facts, 1.01, policy)["utilisation"] is True
    assert block_rules(facts, float("nan"), policy)["utilisation"] is None
    assert [utilisation_step(u, policy) for u in (0.5, 0.8, 0.9, 1.0, float("nan"))] == ["free", "tell", "approve", "stop", ""]  # fmt: skip
    assert utilisation_of(5.0, 0.0) == float("inf")
    assert utilisation_of(-5.0, 0.0) == 0.0


def test_cadence_and_authority_follow_risk_and_amount(policy):
    assert [review_months(grade, "calm", policy) for grade in ("AAA", "BB", "CCC", None)] == [12, 3, 1, 1]
    assert review_months("AAA", "alarm", policy) == 1
    assert next_review(pd.Timestamp("2026-09-30"), "BB", "calm", policy) == pd.Timestamp("2026-12-31")
    names = [approver_of(amount, policy).names["en"] for amount in (50_000, 50_001, 6e6)]
    assert names == ["Credit analyst", "Head of credit", "Credit committee"]


def test_stale_accounts_keep_part_of_their_points_and_are_told(policy):
    fresh = credit.review_client(ledger([OLD, NEW], statements=statements()), "a", policy)
    old = credit.review_client(ledger([OLD, NEW], statements=statements(end="2024-09-30")), "a", policy)
    points = [r.grade.score.contributions.loc["current_ratio", "points"] for r in (fresh, old)]
    assert points[1] == points[0] * policy.scorecard.stale_factor
    assert "stale" in said([wording.say_accounts(old)])
    assert "stale" not in said([wording.say_accounts(fresh)])


def test_history_starts_with_the_first_invoice(policy):
    assert len(client_history(ledger([NEW]).only("a"), policy).ageing) == 1
    assert formats.MISSING in said([tables.table_measures(credit.review_client(ledger([NEW]), "a", policy))])


def test_the_worklist_ranks_by_what_would_be_lost_and_names_stage_and_interest(policy):
    rows = [
        invoice(1, "2025-10-01", "2025-11-01", 900.0),
        invoice(2, "2026-02-01", "2026-03-21", 5_000.0, client="b"),
        invoice(3, "2026-02-01", "2026-03-21", 10.0, client="c"),
    ]
    clients = pd.DataFrame({"client_id": ["a", "b", "c"], "name": ["A", "B", "C"], "region": ["DACH", "Moon", "DACH"]})
    worklist = credit.collection_worklist(ledger(rows, clients=clients), policy)
    found = worklist.clients.set_index("client_id")
    assert list(found.index) == ["a", "b"]
    assert worklist.left_out == 10
    assert found["oldest_days"].tolist() == [150, 10]
    assert [policy.collections.stages[stage].names["en"] for stage in found["stage"]] == ["Legal collection", "Friendly reminder"]  # fmt: skip
    assert found.loc["a", "interest"] == pytest.approx(round(900 * 0.1015 * 150 / 365, 2))
    assert found.loc["b", "interest"] == 0
    assert found.loc["b", "rule"] == ""
    assert found["urgency"].is_monotonic_decreasing
    assert found.loc["a", "urgency"] == pytest.approx(900 * 1.0 * policy.loss.lgd[1])
    table = tables.table_worklist(worklist)
    assert table.rows[1][-1] == formats.MISSING


def test_an_insolvent_client_comes_last_with_its_claim_and_no_reminder(policy):
    rows = [
        invoice(1, "2025-10-01", "2025-11-01", 900.0),
        invoice(2, "2026-02-01", "2026-03-21", 500.0, client="b"),
    ]
    events = pd.DataFrame({"client_id": ["a"], "date": pd.to_datetime(["2026-01-10"]), "kind": "insolvency"})
    clients = pd.DataFrame({"client_id": ["a", "b"], "name": ["Gone", "Alive"]})
    worklist = credit.collection_worklist(ledger(rows, clients=clients, events=events), policy)
    assert worklist.clients["name"].tolist() == ["Alive", "Gone"]
    assert wording.heading_collections(worklist, "x").decision.startswith("Call Alive first")
    table = tables.table_worklist(worklist)
    assert [row[4] for row in table.rows] == ["Friendly reminder", "Claim in the insolvency"]
    alone = credit.collection_worklist(ledger(rows[:1], clients=clients, events=events), policy)
    assert wording.heading_collections(alone, "x").decision.startswith("File the claim against Gone")


def test_nothing_overdue_gives_an_empty_worklist(policy):
    worklist = credit.collection_worklist(ledger([NEW]), policy)
    change = credit.compare_policies(ledger([NEW]), policy, policy)
    blocks = [
        wording.heading_collections(worklist, "x"), wording.actions_collections(worklist),
        tables.table_worklist(worklist), tables.kpis_collections(worklist, change), tables.table_policy_change(change),
    ]  # fmt: skip
    assert "Nothing is overdue." in said(blocks)
    assert change.changed.empty


def test_another_policy_changes_grade_limit_and_block(policy):
    snapshot = ledger([OLD, NEW], clients=master("x", credit_limit=1_000.0))
    other = credit.changed_policy(policy, "limits", "block_oldest_days", 400)
    other = credit.changed_policy(other, "limits", "block_overdue_share", 1.0)
    other = credit.changed_policy(other, "limits", "utilisation", [0.8, 0.9, 2.0])
    change = credit.compare_policies(snapshot, policy, other)
    assert list(change.changed.index) == ["a"]
    assert change.blocked_sales == (1_300.0, 0.0)
    same = credit.compare_policies(snapshot, policy, policy)
    assert same.changed.empty
    with pytest.raises(ValidationError, match="less than or equal"):
        credit.changed_policy(policy, "limits", "block_overdue_share", 3.0)
    with pytest.raises(ValidationError, match="Extra inputs"):
        credit.changed_policy(policy, "limits", "no_such", 3.0)


def review_of(case: str, policy) -> credit.CreditReview:
    return credit.review_client(CASES[case](), "a", policy)


def test_nothing_is_told_as_nothing_and_not_as_a_share_of_it(policy):
    text = said(all_blocks(review_of("one invoice", policy)))
    assert "Nothing that is open is overdue." in text
    assert "0.0\xa0%" not in wording.why_credit(review_of("one invoice", policy)).paragraphs[1]
    assert "; —" not in text
    assert "0\xa0EUR is disputed" not in text


def test_one_invoice_needs_a_limit_that_holds_it(policy):
    review = review_of("one invoice", policy)
    assert review.limit.proposed >= 400
    assert "It rests on" in said([wording.why_credit(review)])
    assert "Ask for the annual accounts" in said([wording.actions_credit(review)])


def test_what_we_owe_the_client_is_not_told_as_exposure(policy):
    review = review_of("unapplied cash above the balance", policy)
    assert review.owed_to_client == 1_100
    text = said(all_blocks(review))
    assert "we owe the client 1,100\xa0EUR" in text
    assert "Full exposure is −" not in text
    assert not review.block.blocked
    assert tables.kpis_credit(review).items[2].tone == ""
    measures = review.now.measures
    assert (
        measures[["dso_period", "best_possible_dso", "average_days_delinquent", "collection_effectiveness"]]
        .isna()
        .all()
    )
    assert review.split.isna().all()


def test_a_table_of_dashes_is_a_sentence(policy):
    for case in CASES:
        review = review_of(case, policy)
        shown = (
            tables.table_measures(review), tables.table_split(review), tables.table_accounts(review),
            tables.table_ageing_history(review), tables.table_provision(review), tables.table_scorecard(review),
        )  # fmt: skip
        for table in shown:
            assert table.rows or table.note, (case, table.title)
            told = {text for row in table.rows for text in row[1:]} - {formats.MISSING}
            assert told or not table.rows, (case, table.title)
    assert "Without a value" in tables.table_scorecard(review_of("no statements", policy)).note


def test_the_most_that_was_drawn_lies_in_the_window(policy):
    long_ago = ledger([invoice(1, "2024-01-10", "2024-02-09", 900.0)], clients=master("x", credit_limit=1_000.0))
    block = credit.review_client(long_ago, "a", policy).block
    assert block.peak_date == pd.Timestamp(DAY) - pd.DateOffset(months=policy.limits.peak_months)
    assert (block.peak, block.peak_drawn) == (0.9, 900)
    paid = ledger(
        [invoice(1, "2024-01-10", "2024-02-09", 900.0)], [("r", "1", "2024-02-10", 900.0, "a")],
        clients=master("x", credit_limit=0.0, reputation=7.0),
        events=pd.DataFrame({"client_id": ["b"], "date": pd.to_datetime(["2026-01-01"]), "kind": "news", "severity": "low"}),
    )  # fmt: skip
    review = credit.review_client(paid, "a", policy)
    assert review.block.peak_drawn == 0
    assert "no limit" not in said([tables.table_block(review), tables.kpis_credit(review)])
    assert "Grant no limit." in wording.heading_credit(review).decision
    assert "Most drawn" not in tables.table_block(review).note


def test_a_credit_note_is_no_invoice(policy):
    snapshot = ledger([OLD, invoice(5, "2026-03-20", "2026-03-20", -100.0)])
    assert credit.review_client(snapshot, "a", policy).now.last_invoice == pd.Timestamp("2025-11-01")
    assert "credit notes alone" in said([wording.why_credit(review_of("only credit notes", policy))])


def test_a_member_of_a_group_says_what_the_group_owes(policy):
    review = review_of("a group parent", policy)
    assert (review.group.clients, review.group.receivables, review.group.overdue) == (2, 1_380, 980)
    assert "its group of 2 clients owes 1,380\xa0EUR" in said([wording.why_credit(review)])
    assert review_of("one invoice", policy).group is None


def test_a_withdrawn_limit_is_not_approved_at_zero(policy):
    old = ledger([invoice(1, "2024-01-10", "2024-02-09", 900.0)], clients=master("x", credit_limit=1_000.0))
    text = said([wording.actions_credit(credit.review_client(old, "a", policy))])
    assert "Withdraw the limit" in text
    assert "limit of 0" not in text
    assert "Ask the insurer" not in text  # nobody covers what is in default
    assert "Decide what to write down of 900\xa0EUR" in text
    assert "annual accounts" not in text
    review = credit.review_client(old, "a", policy)
    assert "default presumed: allowance" in said([tables.kpis_credit(review)])
    assert "All that is open has been overdue for more than 90 days." in wording.why_credit(review).paragraphs


def test_a_client_whose_orders_are_held_is_not_calm(policy):
    prompt = ledger([NEW], clients=master("Alder", credit_limit=100.0))  # not due yet, but above its limit
    review = credit.review_client(prompt, "a", policy)
    assert review.block.blocked
    assert (review.level, review.reasons) == ("watch", ("blocked",))
    roomy = credit.review_client(ledger([NEW], clients=master("Alder", credit_limit=10_000.0)), "a", policy)
    assert (roomy.level, roomy.reasons) == ("calm", ())
