"""How far figures can be trusted: completeness × freshness × reconciliation of each table behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pandas as pd

from kamlib.errors import DataError, Fault
from kamlib.ledger.schema import ADDS, TABLES, known_on
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy
from kamlib.policy.confidence import ConfidenceRules

LEVELS = ("low", "medium", "high")
EXPECTED = {
    "invoices": ("due_date",),
    "receipts": ("invoice_id",),
    "clients": ("name", "industry"),
    "contracts": ("notice_days",),
    "protections": ("limit",),
    "statements": ("revenue", "total_assets", "equity"),
}
"""Columns that a table is little use without."""
AGEING_BY_CLIENT = ("statements", "ratings")  # an old one of these is a gap; a client who buys nothing is a fact


@dataclass(frozen=True)
class Reason:
    """Why a figure is not fully sure, as a code and the numbers of the sentence (`wording.say_confidence` says it).

    Attributes
    ----------
    code : str
        ``missing, no_rows, quarantined_rows, quarantined_money, unfilled, stale, unmatched, accepted``.
    table : str
    values : mapping
        What the sentence names: a share, a column, days.
    cost : float
        By how much it lowers the score.
    """

    code: str
    table: str
    values: Mapping[str, Any] = field(default_factory=dict)
    cost: float = 0.0


@dataclass(frozen=True)
class TableConfidence:
    """One table's part: three fractions in [0, 1] and their product; all zero for a table that is missing."""

    table: str
    weight: float
    present: bool
    completeness: float
    freshness: float
    reconciliation: float
    rows: int
    last_day: str | None
    reasons: tuple[Reason, ...]

    @property
    def score(self) -> float:
        """Completeness × freshness × reconciliation."""
        return self.completeness * self.freshness * self.reconciliation


@dataclass(frozen=True)
class Confidence:
    """The badge: its level, the score behind it, each table's part, and the reasons, costliest first."""

    level: str
    score: float
    parts: tuple[TableConfidence, ...]
    reasons: tuple[Reason, ...]
    client_id: str | None = None


def confidence(
    snapshot: Snapshot,
    client_id: str | None = None,
    policy: Policy | None = None,
    names: Sequence[str] | None = None,
) -> Confidence:
    """How far what is said on the day of the snapshot can be trusted.

    The score is the mean of the tables' scores by the policy's weights; a missing table counts zero. The level is
    never above that of the invoices alone.

    Parameters
    ----------
    snapshot : Snapshot
    client_id : str or None
        One client's rows; None judges the whole ledger.
    policy : Policy or None
        Its section ``confidence``; None takes the defaults.
    names : sequence of str or None
        The tables that the section rests on; None takes all that the policy weighs.

    Returns
    -------
    Confidence

    Raises
    ------
    DataError
        A name that is no canonical table, or a client without an invoice.

    Examples
    --------
    >>> from kamlib.ledger.snapshot import snapshot_from_frames
    >>> invoices = pd.DataFrame({"invoice_id": ["1"], "client_id": ["a"], "amount": [5.0], "currency": ["EUR"],
    ...     "issue_date": pd.to_datetime(["2026-01-05"]), "due_date": pd.to_datetime(["2026-02-04"])})
    >>> snapshot = snapshot_from_frames({"invoices": invoices}, "2026-01-31", "EUR")
    >>> confidence(snapshot, names=["invoices"]).level
    'high'
    >>> confidence(snapshot, names=["invoices", "receipts"]).reasons[0].code
    'missing'
    """
    rules = (policy or Policy()).confidence
    wanted = list(dict.fromkeys(names or rules.weights))
    unknown = [name for name in wanted if name not in TABLES]
    if unknown:
        raise DataError(Fault("names", name, f"Use one of {', '.join(TABLES)}.") for name in unknown)
    seen = snapshot if client_id is None else snapshot.only(client_id)
    parts = tuple(_judge(seen, name, rules, client_id) for name in wanted)
    total = sum(part.weight for part in parts)
    score = sum(part.score * part.weight for part in parts) / total
    level = _level(score, rules)
    invoices = next((part for part in parts if part.table == "invoices"), None)
    if invoices is not None:
        level = min(level, _level(invoices.score, rules), key=LEVELS.index)
    reasons = [
        Reason(reason.code, reason.table, reason.values, reason.cost * part.weight / total)
        for part in parts
        for reason in part.reasons
    ]
    return Confidence(level, score, parts, tuple(sorted(reasons, key=lambda reason: -reason.cost)), client_id)


def _level(score: float, rules: ConfidenceRules) -> str:
    return "high" if score >= rules.high else "medium" if score >= rules.medium else "low"


def _judge(snapshot: Snapshot, name: str, rules: ConfidenceRules, client_id: str | None) -> TableConfidence:
    weight = rules.weights.get(name, 1.0)
    if name not in snapshot.tables:
        code = "missing" if snapshot.absent(name) else "no_rows"
        full = 0.0 if code == "missing" else 1.0  # a table that is there without rows says that nothing happened
        reasons = (Reason(code, name, {"adds": ADDS.get(name, "")}, 1.0 - full),)
        return TableConfidence(name, weight, code == "no_rows", full, full, full, 0, None, reasons)
    rows = snapshot.receipts if name == "receipts" else snapshot.table(name)
    reasons: list[Reason] = []
    complete = _completeness(snapshot, name, rows, reasons)
    fresh, last = _freshness(snapshot, name, rows, rules, client_id, reasons)
    reconciled = _reconciliation(snapshot, name, rows, rules, reasons)
    return TableConfidence(name, weight, True, complete, fresh, reconciled, len(rows), last, tuple(reasons))


def _report(snapshot: Snapshot, name: str) -> Mapping[str, Any]:
    return snapshot.facts.get("ledger", {}).get("tables", {}).get(name, {})


def _completeness(snapshot: Snapshot, name: str, rows: pd.DataFrame, reasons: list[Reason]) -> float:
    """The share of rows that could be used, times how far the columns that count are filled."""
    report = _report(snapshot, name)
    share = 1.0
    if report.get("rows_in"):
        share = report["rows_used"] / report["rows_in"]
        if share < 1:
            values = {"n": report["rows_quarantined"], "total": report["rows_in"], "share": 1 - share}
            reasons.append(Reason("quarantined_rows", name, values, 1 - share))
    if rows.empty:
        return share
    filled = {column: _filled(rows, column) for column in EXPECTED.get(name, ()) if name != "receipts"}
    for column, part in filled.items():
        if part < 1:
            values = {"column": column, "share": 1 - part}
            reasons.append(Reason("unfilled", name, values, (1 - part) / len(filled)))
    return share * (sum(filled.values()) / len(filled) if filled else 1.0)


def _filled(rows: pd.DataFrame, column: str) -> float:
    if column == "due_date" and "due_basis" in rows:
        return float((rows["due_basis"].fillna("stated") == "stated").mean())
    return float(rows[column].notna().mean())


def _freshness(
    snapshot: Snapshot,
    name: str,
    rows: pd.DataFrame,
    rules: ConfidenceRules,
    client_id: str | None,
    reasons: list[Reason],
) -> tuple[float, str | None]:
    """One while the last row is as young as it should be, falling to zero at a multiple of that age."""
    last = _last_day(snapshot, name, rows, client_id)
    allowed = rules.fresh_days.get(name)
    told = None if last is None else f"{last:%Y-%m-%d}"
    if allowed is None or last is None:
        return 1.0, told
    age = (snapshot.date - last).days
    fresh = min(1.0, max(0.0, (rules.stale_multiple - age / allowed) / (rules.stale_multiple - 1)))
    if fresh < 1:
        reasons.append(Reason("stale", name, {"days": age, "allowed": allowed, "last_day": told}, 1 - fresh))
    return fresh, told


def _last_day(snapshot: Snapshot, name: str, rows: pd.DataFrame, client_id: str | None) -> pd.Timestamp | None:
    """The last day of a table, as far as it was known: the whole ledger's where a client's own says nothing."""
    column = "period_end" if name == "statements" else known_on(name)
    own = rows[column].max() if column and len(rows) else pd.NaT
    if client_id is not None and name not in AGEING_BY_CLIENT:
        if name == "invoices":
            own = snapshot.daily_revenue.index.max()
        elif _report(snapshot, name).get("last_day"):
            own = min(pd.Timestamp(_report(snapshot, name)["last_day"]), snapshot.date)
    return None if pd.isna(own) else pd.Timestamp(own)


def _reconciliation(
    snapshot: Snapshot, name: str, rows: pd.DataFrame, rules: ConfidenceRules, reasons: list[Reason]
) -> float:
    """The share of the money that came in and is used, that is matched, and whose findings were not waved through."""
    used = 1.0
    for currency, totals in _report(snapshot, name).get("totals", {}).items():
        aside, came = abs(Decimal(totals["quarantined"])), abs(Decimal(totals["in"]))
        part = float(aside / max(came, aside)) if aside else 0.0
        if part > 0:
            values = {"amount": float(aside), "currency": currency, "share": part}
            reasons.append(Reason("quarantined_money", name, values, part))
            used = min(used, 1 - part)
    if name == "receipts" and len(rows):
        money = rows["reporting_amount"].abs()
        loose = float(money[rows["invoice_id"].isna()].sum() / money.sum()) if money.sum() else 0.0
        if loose > 0:
            reasons.append(Reason("unmatched", name, {"share": loose}, loose))
            used *= 1 - loose
    for finding in snapshot.facts.get("ledger", {}).get("findings", []):
        if finding.get("accepted") and finding.get("table") == name:
            reasons.append(Reason("accepted", name, {"finding": finding["code"]}, 1 - rules.accepted_finding))
            used *= rules.accepted_finding
    return used
