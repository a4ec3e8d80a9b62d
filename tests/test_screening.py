"""Screening: admitted, with conditions, refused; what is missing is told; faults in the file are told at once."""

import pytest
import yaml
from conftest import HOUSE

from kamlib import tables, wording
from kamlib.credit.screening import load_screening, screen
from kamlib.errors import DataError
from kamlib.language import use_language
from kamlib.reports.paper import write_paper

SAMPLE = HOUSE / "params" / "screening" / "varden_distribution.yaml"


def changed(tmp_path, **changes):
    content = yaml.safe_load(SAMPLE.read_text(encoding="utf-8")) | changes
    file = tmp_path / "one.yaml"
    file.write_text(
        yaml.safe_dump({k: v for k, v in content.items() if v is not ...}, allow_unicode=True), encoding="utf-8"
    )
    return load_screening(file)


def test_the_sample_is_admitted_with_conditions_and_the_lowest_limit(policy):
    found = screen(load_screening("varden_distribution"), policy)
    assert found.decision == "conditions"
    assert found.conditions == ("major_finding",)
    assert found.bounds == {"requested": 600_000, "net_worth": 380_000, "references": 350_000}
    assert found.limit == 350_000
    assert found.days_late == pytest.approx((350 * 14 + 120 * 38) / 1470)
    assert found.missing == ()


def test_a_strong_applicant_is_accepted(tmp_path, policy):
    good = {"date": "2026-06-30", "agency": "a", "grade": "AAA"}
    rows = [{"source": s, "days_late": 0, "high_credit": 900_000} for s in ("bank", "supplier")]
    figures = yaml.safe_load(SAMPLE.read_text(encoding="utf-8"))["statements"][0]["figures"]
    rich = figures | {
        "total_liabilities": 3_000_000,
        "equity": 8_200_000,
        "current_liabilities": 2_000_000,
        "ebit": 2_500_000,
    }
    statement = {"period_end": "2025-12-31", "published_date": "2026-05-20", "figures": rich}
    visit = [{"topic": "site", "finding": "fine", "severity": "good"}]
    screened = changed(tmp_path, statements=[statement], ratings=[good], references=rows, visit=visit, reputation=10)
    found = screen(screened, policy)
    assert (found.decision, found.conditions, found.limit) == ("accept", (), 600_000)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"visit": [{"topic": "tax", "finding": "books are false", "severity": "critical"}]}, "critical_finding"),
        ({"news": [{"date": "2026-08-01", "kind": "insolvency", "severity": "critical"}]}, "insolvency"),
        (
            {
                "ratings": [{"date": "2026-08-01", "agency": "a", "grade": "D"}],
                "statements": [],
                "references": [{"source": "x", "days_late": 90}],
                "reputation": 1,
            },
            "grade",
        ),
    ],
)
def test_what_refuses(tmp_path, policy, changes, reason):
    found = screen(changed(tmp_path, **changes), policy)
    assert found.decision == "refuse"
    assert reason in found.against
    assert found.limit == 0


def test_news_after_the_day_is_not_seen(tmp_path, policy):
    later = [{"date": "2026-10-01", "kind": "insolvency", "severity": "critical"}]
    assert screen(changed(tmp_path, news=later), policy).decision == "conditions"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_empty_file_is_no_error_and_admits_against_prepayment_only(tmp_path, policy, lang):
    nothing = {name: [] for name in ("statements", "ratings", "references", "visit")}
    found = screen(changed(tmp_path, **nothing, news=..., reputation=..., owner=...), policy)
    assert found.decision == "conditions"
    assert "no_grade" in found.conditions
    assert found.limit != found.limit
    assert found.missing == ("statements", "ratings", "references", "visit", "news")
    use_language(lang)
    try:
        shown = (
            wording.heading_screening(found),
            tables.kpis_screening(found),
            wording.why_screening(found),
            wording.actions_screening(found),
            tables.table_criteria(found),
            tables.table_evidence(found),
        )
        paths = write_paper(shown, tmp_path / "out", "paper", "footer", {"as_of": "2026-09-30"})
    finally:
        use_language("en")
    assert [path.suffix for path in paths] == [".html", ".pdf"]
    assert "Varden Distribution" in paths[0].read_text(encoding="utf-8")


def test_faults_of_the_file_are_told_together(tmp_path):
    statement = {"period_end": "2025-12-31", "figures": {"turnover": 1.0}}
    with pytest.raises(DataError) as caught:
        changed(tmp_path, kind="friend", statements=[statement], colour="red")
    assert len(caught.value.faults) == 3
    assert "is no figure of a statement" in str(caught.value)


def test_the_command_writes_a_paper_and_refuses_an_unknown_file(run_kam, tmp_path):
    done = run_kam("screen", "varden_distribution", "--out", tmp_path / "paper")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("conditions: Accept with conditions")
    assert (tmp_path / "paper" / "varden_distribution.pdf").read_bytes().startswith(b"%PDF")
    done = run_kam("screen", "nobody")
    assert done.returncode == 2
    assert "Refused" in done.stderr
