"""Confidence: completeness × freshness × reconciliation, table by table, with the reasons."""

import pandas as pd
import pytest
from conftest import make_invoices, make_receipts

from kamlib.errors import DataError
from kamlib.language import use_language
from kamlib.ledger.confidence import LEVELS, confidence
from kamlib.ledger.snapshot import Snapshot, snapshot_from_frames
from kamlib.policy import Policy
from kamlib.tables import kpi_confidence, table_confidence
from kamlib.wording import confidence_badge, say_confidence

TRADE = ("invoices", "receipts")


def with_facts(snapshot: Snapshot, **report) -> Snapshot:
    facts = dict(snapshot.facts) | {"ledger": report}
    return Snapshot(snapshot.date, snapshot.currency, facts, snapshot.tables, snapshot.read)


def test_a_whole_and_fresh_ledger_is_trusted():
    frames = {"invoices": make_invoices(), "receipts": make_receipts(invoice_id=["1", "2", "3", "5"])}
    found = confidence(snapshot_from_frames(frames, "2026-03-31", "EUR"), names=TRADE)
    assert (found.level, found.score, found.reasons) == ("high", 1.0, ())
    assert "high" in confidence_badge(found)


def test_a_missing_table_counts_zero_and_says_what_it_would_add():
    found = confidence(snapshot_from_frames({"invoices": make_invoices()}, "2026-03-31", "EUR"), names=TRADE)
    assert found.score == pytest.approx(4 / 7)
    assert found.level == "low"
    assert [reason.code for reason in found.reasons] == ["missing"]
    assert "how late clients pay" in " ".join(say_confidence(found).paragraphs)
    assert table_confidence(found).values[1][6] == 0


def test_a_stale_ledger_loses_its_freshness(small_snapshot):
    frames = {"invoices": make_invoices()}
    days = pd.Timestamp("2026-03-20")
    fresh = confidence(snapshot_from_frames(frames, days + pd.Timedelta(days=45), "EUR"), names=["invoices"])
    older = confidence(snapshot_from_frames(frames, days + pd.Timedelta(days=90), "EUR"), names=["invoices"])
    dead = confidence(snapshot_from_frames(frames, days + pd.Timedelta(days=180), "EUR"), names=["invoices"])
    assert fresh.score == 1
    assert older.score == pytest.approx(2 / 3)
    assert dead.score == 0
    assert [reason.code for reason in older.reasons] == ["stale"]


def test_money_without_an_invoice_lowers_reconciliation(small_snapshot):
    found = confidence(small_snapshot, names=["receipts"])
    assert found.parts[0].reconciliation == pytest.approx(1 - 10 / 1060)
    assert found.reasons[0].code == "unmatched"


def test_quarantined_rows_and_money_and_accepted_findings_count(small_snapshot):
    tables = {
        "invoices": {
            "rows_in": 10,
            "rows_used": 9,
            "rows_quarantined": 1,
            "totals": {"EUR": {"in": "1000.00", "used": "800.00", "quarantined": "200.00"}},
        }
    }
    findings = [{"code": "ambiguous_dates", "table": "invoices", "accepted": True}]
    found = confidence(with_facts(small_snapshot, tables=tables, findings=findings), names=["invoices"])
    part = found.parts[0]
    assert part.completeness == pytest.approx(0.9)
    assert part.reconciliation == pytest.approx(0.8 * 0.7)
    assert part.score == pytest.approx(0.9 * 0.8 * 0.7)
    assert {reason.code for reason in found.reasons} == {"quarantined_rows", "quarantined_money", "accepted"}
    assert "ambiguous dates" in " ".join(say_confidence(found).paragraphs)


def test_the_level_is_never_above_the_invoices(small_snapshot):
    tables = {"invoices": {"rows_in": 2, "rows_used": 1, "rows_quarantined": 1}}
    found = confidence(with_facts(small_snapshot, tables=tables), names=["invoices", "receipts"])
    assert found.level == "low"
    assert LEVELS.index(found.level) <= 0


def test_a_client_is_judged_by_its_own_rows_but_a_quiet_one_is_not_stale(small_snapshot):
    found = confidence(small_snapshot, "a", names=TRADE)
    assert found.score == 1.0
    other = confidence(small_snapshot, "c", names=TRADE)
    assert other.parts[1].reconciliation == 0.0
    assert found.client_id == "a"


def test_unknown_tables_and_clients_are_told(small_snapshot):
    with pytest.raises(DataError, match="planets"):
        confidence(small_snapshot, names=["planets"])
    with pytest.raises(DataError, match="client_id"):
        confidence(small_snapshot, "nobody")


def test_scores_are_fractions_whatever_is_there(small_snapshot):
    found = confidence(small_snapshot)
    assert 0 <= found.score <= 1
    assert all(0 <= getattr(p, n) <= 1 for p in found.parts for n in ("completeness", "freshness", "reconciliation"))
    assert sum(reason.cost for reason in found.reasons) >= 1 - found.score - 1e-9


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_badge_and_table_in_both_languages(small_snapshot, lang):
    use_language(lang)
    try:
        found = confidence(small_snapshot)
        assert ("Confidence" in confidence_badge(found)) == (lang == "en")
        assert kpi_confidence(found).value == found.score
        assert len(table_confidence(found).rows) == len(found.parts)
        assert say_confidence(found).paragraphs
    finally:
        use_language("en")


@pytest.mark.parametrize(
    "rules",
    [
        {"high": 0.5, "medium": 0.7},
        {"weights": {"receipts": 1}},
        {"weights": {"invoices": 0}},
        {"fresh_days": {"invoices": 0}},
    ],
)
def test_impossible_rules_are_refused(rules):
    with pytest.raises(ValueError, match=r"medium|weight|fresh_days"):
        Policy.model_validate({"confidence": rules})


def test_an_alarm_below_its_watch_is_refused():
    with pytest.raises(ValueError, match="days_late_alarm must not be below"):
        Policy.model_validate({"review": {"days_late_watch": 40}})
