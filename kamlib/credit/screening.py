"""Screening before the first order: a prospect or partner on the scorecard of clients, from what can be found out.

A file tells statements, ratings, references, news and what a visit found. The scorecard is that of the credit review;
what only a ledger could tell is missing there, and treated by the policy's rule for missing values.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import pandas as pd
from pydantic import Field, model_validator

from kamlib.credit.facts import STATEMENT_FACTS, statement_facts
from kamlib.credit.grading import Grade, grade_of
from kamlib.ledger.schema import TABLES
from kamlib.ledger.snapshot import snapshot_from_frames
from kamlib.policy import Policy
from kamlib.settings import HOUSE, Strict, checked_model, named_file, read_yaml

SCREENING_FOLDER = HOUSE / "params" / "screening"
ID = "screened"
ACCEPT, CONDITIONS, REFUSE = "accept", "conditions", "refuse"
FIGURES = tuple(
    name for name in TABLES["statements"].columns if name not in ("client_id", "period_end", "published_date")
)


class Statement(Strict):
    """One year's accounts; figures by the names of the canonical table."""

    period_end: date
    published_date: date | None = None
    figures: dict[str, float]

    @model_validator(mode="after")
    def _known_figures(self) -> "Statement":
        unknown = sorted(set(self.figures) - set(FIGURES))
        if unknown:
            raise ValueError(f"{', '.join(unknown)} is no figure of a statement; use {', '.join(FIGURES)}")
        return self


class Rating(Strict):
    """A grade of an agency."""

    date: date
    agency: str
    grade: str


class Reference(Strict):
    """What another supplier or a bank says."""

    source: str = Field(min_length=1)
    days_late: float | None = Field(None, ge=0)
    high_credit: float | None = Field(None, ge=0)
    years: float | None = Field(None, ge=0)
    note: str = ""


class Finding(Strict):
    """What a visit found."""

    topic: str = Field(min_length=1)
    finding: str
    severity: Literal["good", "minor", "major", "critical"]


class News(Strict):
    """An event that became known."""

    date: date
    kind: str
    severity: Literal["low", "medium", "high", "critical"]
    note: str = ""


class Screened(Strict):
    """The content of a screening file."""

    name: str = Field(min_length=1)
    kind: Literal["prospect", "distributor", "supplier"] = "prospect"
    as_of: date
    currency: str = Field(pattern="^[A-Z]{3}$")
    industry: str | None = None
    region: str | None = None
    reputation: float | None = Field(None, ge=1, le=10)
    requested_limit: float | None = Field(None, ge=0)
    expected_revenue: float | None = Field(None, ge=0)
    owner: str = ""
    statements: list[Statement] = []
    ratings: list[Rating] = []
    references: list[Reference] = []
    visit: list[Finding] = []
    news: list[News] | None = None


@dataclass(frozen=True)
class Admission:
    """What `screen` found.

    Attributes
    ----------
    decision : str
        ``accept``, ``conditions`` or ``refuse``.
    against, conditions : tuple of str
        Names of what refuses, and of what calls for a condition.
    grade : Grade
    days_late : float
        Of the references, weighted by their highest credit (plainly where none tells it); NaN without any.
    limit : float
        The lowest of what is asked for, the policy's share of the equity and the median of the references' highest
        credit; NaN without equity and references; 0 when refused.
    bounds : dict
        Each of the three.
    missing : tuple of str
        Kinds of evidence the file does not hold.
    """

    screened: Screened
    decision: str
    against: tuple[str, ...]
    conditions: tuple[str, ...]
    grade: Grade
    statement: pd.Series
    days_late: float
    limit: float
    bounds: dict[str, float]
    missing: tuple[str, ...]
    policy: Policy


def load_screening(name: str | Path) -> Screened:
    """Read a screening file by path, or by its name in ``params/screening``.

    Raises
    ------
    DataError
        No such file, unknown keys, wrong values: every fault at once.
    """
    path = named_file(name, SCREENING_FOLDER)
    return checked_model(Screened, read_yaml(path) or {}, path.name)


def screen(screened: Screened, policy: Policy) -> Admission:
    """Grade a prospect or partner and decide on its admission; nothing later than the file's day is seen.

    Raises
    ------
    DataError
        Figures that break the tables' rules.
    """
    day = pd.Timestamp(screened.as_of)
    facts = _facts(screened, day, policy)
    grade = grade_of(facts, _no_decisions(), day, policy)
    late = _reference_days(screened.references)
    bounds = _bounds(screened, facts, policy)
    against = _against(screened, day, grade, policy)
    conditions = _conditions(screened, day, grade, policy)
    known = [value for value in bounds.values() if value == value]
    evidence = any(bounds[name] == bounds[name] for name in ("net_worth", "references"))
    lists = {
        "statements": screened.statements,
        "ratings": screened.ratings,
        "references": screened.references,
        "visit": screened.visit,
    }
    return Admission(
        screened=screened,
        decision=REFUSE if against else CONDITIONS if conditions else ACCEPT,
        against=against,
        conditions=conditions,
        grade=grade,
        statement=facts[list(STATEMENT_FACTS)],
        days_late=late,
        limit=0.0 if against else min(known) if evidence else float("nan"),
        bounds=bounds,
        missing=(
            *(name for name, rows in lists.items() if not rows),
            *(() if screened.news is not None else ("news",)),
        ),
        policy=policy,
    )


def _facts(screened: Screened, day: pd.Timestamp, policy: Policy) -> pd.Series:
    """The facts of the scorecard; what only a ledger could tell is NaN."""
    card, nothing = policy.scorecard, float("nan")
    rows = [
        {
            "client_id": ID,
            "period_end": pd.Timestamp(s.period_end),
            "published_date": pd.Timestamp(s.published_date or s.period_end),
            **s.figures,
        }
        for s in screened.statements
    ]
    client = {"client_id": ID, "name": screened.name, "industry": screened.industry, "region": screened.region}
    invoice = {"invoice_id": "-", "client_id": ID, "issue_date": day, "amount": 0.0, "currency": screened.currency}
    frames = {"invoices": pd.DataFrame([invoice]), "clients": pd.DataFrame([client])}
    if rows:
        frames["statements"] = pd.DataFrame(rows)
    found = statement_facts(snapshot_from_frames(frames, day, screened.currency), policy)
    facts = found.loc[ID] if ID in found.index else pd.Series(dict.fromkeys(STATEMENT_FACTS, nothing), dtype=object)
    recent = [
        r for r in screened.ratings if day - pd.DateOffset(months=card.rating_months) < pd.Timestamp(r.date) <= day
    ]
    newest = max(recent, key=lambda rating: rating.date, default=None)
    news = [n for n in screened.news or () if pd.Timestamp(n.date) <= day]
    fresh = [n for n in news if pd.Timestamp(n.date) > day - pd.DateOffset(months=card.event_months)]
    points = max((card.severity_points.get(n.severity, 0.0) for n in fresh), default=0.0)
    more = {
        "days_late": _reference_days(screened.references),
        "overdue_share": nothing,
        "oldest_days": nothing,
        "delay_rate": nothing,
        "months_known": nothing,
        "adverse_event": nothing if screened.news is None else points,
        "rating": nothing if newest is None else card.rating_points.get(newest.grade, nothing),
        "reputation": nothing if screened.reputation is None else screened.reputation,
        "insolvency": min((pd.Timestamp(n.date) for n in news if n.kind == "insolvency"), default=pd.NaT),
    }
    return pd.concat([facts.astype(object), pd.Series(more, dtype=object)])


def _no_decisions() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype="object") for name in TABLES["decisions"].columns})


def _reference_days(references: list[Reference]) -> float:
    told = [r for r in references if r.days_late is not None]
    if not told:
        return float("nan")
    weights = [r.high_credit or 0.0 for r in told]
    if not sum(weights) > 0:
        weights = [1.0] * len(told)
    return sum(w * r.days_late for w, r in zip(weights, told, strict=True)) / sum(weights)


def _bounds(screened: Screened, facts: pd.Series, policy: Policy) -> dict[str, float]:
    equity = facts["equity"]
    credits = pd.Series([r.high_credit for r in screened.references if r.high_credit is not None], dtype=float)
    return {
        "requested": float("nan") if screened.requested_limit is None else screened.requested_limit,
        "net_worth": float("nan") if pd.isna(equity) else max(policy.screening.net_worth_share * float(equity), 0.0),
        "references": float(credits.median()) if len(credits) else float("nan"),
    }


def _rank(grade: str | None, policy: Policy) -> int:
    order = list(policy.scorecard.grades)
    return order.index(grade) if grade in order else len(order)


def _against(screened: Screened, day: pd.Timestamp, grade: Grade, policy: Policy) -> tuple[str, ...]:
    """What refuses an admission outright."""
    found = {
        "insolvency": grade.insolvent,
        "critical_finding": any(f.severity == "critical" for f in screened.visit),
        "grade": grade.final is not None
        and _rank(grade.final, policy) > _rank(policy.screening.conditions_from, policy),
    }
    return tuple(name for name, holds in found.items() if holds)


def _conditions(screened: Screened, day: pd.Timestamp, grade: Grade, policy: Policy) -> tuple[str, ...]:
    """What calls for a condition."""
    rules, late = policy.screening, _reference_days(screened.references)
    found = {
        "no_grade": grade.final is None,
        "weak_grade": grade.final is not None and _rank(grade.final, policy) > _rank(rules.accept_from, policy),
        "thin": grade.final is not None and grade.thin,
        "stale": grade.stale,
        "few_references": len(screened.references) < rules.least_references,
        "late_references": late > rules.late_reference_days,
        "no_visit": not screened.visit,
        "major_finding": any(f.severity == "major" for f in screened.visit),
    }
    return tuple(name for name, holds in found.items() if holds)
