"""The review of one client: what is at stake, how old it is, how it pays, and how that has changed in a quarter."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from kamlib.credit.accounts import Accounts, client_accounts
from kamlib.credit.behaviour import PaymentBehaviour, payment_behaviour
from kamlib.credit.facts import credit_facts
from kamlib.credit.grading import Grade, grade_of
from kamlib.credit.group import GroupPosition, group_position
from kamlib.credit.history import History, client_history, drawn_by_day
from kamlib.credit.journal import LastReview, last_review, next_review
from kamlib.credit.judge import UNKNOWN, judge
from kamlib.credit.limits import METHODS as LIMIT_METHODS
from kamlib.credit.limits import Block, LimitProposal, approver_of, block_of, current_limits, propose_limits
from kamlib.credit.losses import CreditLoss, credit_loss
from kamlib.credit.position import (
    Book,
    Position,
    client_position,
    dso_parts,
    insolvency_day,
    open_book,
    protections_in_force,
)
from kamlib.dependence import window_start
from kamlib.ledger.confidence import Confidence, confidence
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy
from kamlib.policy.authority import Approver
from kamlib.receivables import payments

RESTS_ON = ("invoices", "receipts", "clients", "orders", "protections", "statements", "ratings")


@dataclass(frozen=True)
class CreditReview:
    """What `review_client` found.

    Attributes
    ----------
    client : dict
        ``client_id, name, group_id, industry, region, status, account_manager, since``.
    now, before : Position
        On the snapshot's day and a quarter before.
    trend : DelayTrend or None
        Of monthly days late, without the running month.
    cover : DataFrame
        Protections in force that pay when the client does not: ``kind`` (insurance, guarantee), ``amount``
        (limit times insured share, reporting currency), ``end_date``.
    group : GroupPosition or None
        What its whole group owes; None where it has none.
    insolvency : Timestamp or None
        The day of the first insolvency event known.
    level, reasons
        From `judge`.
    missing : tuple of str
        Tables without rows that this review would have used.
    facts, grade, before_grade
        From `kamlib.credit.facts` and `kamlib.credit.grading`, now and a quarter before (None before the first
        invoice).
    limit, block, loss, accounts, history
        See the modules of these names.
    split, split_before : Series
        Parts of the period DSO, now and a quarter before; see `kamlib.receivables.dso_split`.
    decisions : DataFrame
        All that was decided on the client up to the day.
    last : LastReview or None
    next_review : Timestamp
    approver : Approver
        Who may approve the proposed limit.
    behaviour : PaymentBehaviour
    peak_since_decision : float
        The most that was drawn after the newest decision; NaN without one.
    currencies : tuple of str
        In which the client was billed in the window, most used first.
    confidence : Confidence
        In the data that the recommendation rests on.
    """

    client: dict[str, Any]
    currency: str
    now: Position
    before: Position
    trend: payments.DelayTrend | None
    cover: pd.DataFrame
    group: GroupPosition | None
    insolvency: pd.Timestamp | None
    level: str
    reasons: tuple[str, ...]
    policy: Policy
    missing: tuple[str, ...]
    facts: pd.Series
    grade: Grade
    before_grade: Grade | None
    limit: LimitProposal
    block: Block
    loss: CreditLoss
    accounts: Accounts
    history: History
    split: pd.Series
    split_before: pd.Series
    decisions: pd.DataFrame
    last: LastReview | None
    next_review: pd.Timestamp
    approver: Approver
    behaviour: PaymentBehaviour
    peak_since_decision: float
    currencies: tuple[str, ...]
    confidence: Confidence

    @property
    def covered(self) -> float:
        """Money that insurance and guarantees in force pay at the most."""
        return float(self.cover["amount"].sum())

    @property
    def uncovered(self) -> float:
        """Receivables beyond the cover; what is not delivered yet is not covered either way."""
        return max(float(self.now.exposure["receivables"]) - self.covered, 0.0)

    @property
    def owed_to_client(self) -> float:
        """By how much credits and unapplied cash exceed what is open; 0 where they do not."""
        return max(-float(self.now.exposure["receivables"]), 0.0)

    @property
    def cover_ends(self) -> pd.Timestamp | None:
        """The first day on which a part of the cover ends; None without cover or end."""
        ends = self.cover["end_date"].dropna()
        return ends.min() if len(ends) else None


def review_client(snapshot: Snapshot, client_id: str, policy: Policy) -> CreditReview:
    """Review one client as of the snapshot's day, with the position a quarter before beside it.

    Parameters
    ----------
    snapshot : Snapshot
    client_id : str
    policy : Policy

    Returns
    -------
    CreditReview

    Raises
    ------
    DataError
        A client without any invoice up to the day.
    """
    own = snapshot.only(client_id).coded()
    before_day = day_before(snapshot.date)
    then = own.as_of(before_day)
    book, old_book = open_book(own), open_book(then)
    now = client_position(own, policy, book=book)
    before = client_position(then, policy, comparable=True, book=old_book)
    settled = now.by_month[now.by_month["month"] < snapshot.date.to_period("M").start_time]
    trend = payments.delay_trend(settled.tail(policy.receivables.trend_months))
    insolvency = insolvency_day(own)
    level, reasons = judge(now, policy, trend, insolvency)
    if snapshot.absent("receipts") and insolvency is None:
        level, reasons = UNKNOWN, ()  # what has been paid is not known, so nothing can be judged
    facts, decisions = credit_facts(own, policy, book), own.table("decisions")
    grade = grade_of(facts.iloc[0], decisions, own.date, policy)
    limit = _limit_proposal(facts, grade, decisions, policy)
    last, drawn = last_review(own, policy), drawn_by_day(own)
    since = drawn[drawn.index >= last.decision["date"]] if last is not None else drawn.iloc[:0]
    block = block_of(facts.iloc[0], limit.current, drawn, own.date, policy)
    if level == "calm" and block.blocked:
        level, reasons = "watch", ("blocked",)
    return CreditReview(
        client=_client_facts(own, client_id),
        currency=snapshot.currency,
        now=now,
        before=before,
        trend=trend,
        cover=_cover(own),
        group=group_position(snapshot, client_id),
        insolvency=insolvency,
        level=level,
        reasons=reasons,
        policy=policy,
        missing=tuple(name for name in RESTS_ON if snapshot.absent(name)),
        facts=facts.iloc[0],
        grade=grade,
        before_grade=_grade_then(then, policy, old_book),
        limit=limit,
        block=block,
        loss=credit_loss(snapshot, now.ageing, facts.iloc[0], grade.final, policy),
        accounts=client_accounts(snapshot, client_id, policy),
        history=client_history(own, policy, books={own.date: book, before_day: old_book}),
        split=dso_parts(own, policy, book),
        split_before=dso_parts(then, policy, old_book),
        decisions=decisions.sort_values("date", ascending=False, kind="stable", ignore_index=True),
        last=last,
        next_review=next_review(own.date, grade.final, level, policy),
        approver=approver_of(limit.proposed, policy),
        behaviour=payment_behaviour(book, own.date, policy),
        peak_since_decision=float(since.max()) if len(since) else float("nan"),
        currencies=_currencies(own, policy),
        confidence=confidence(snapshot, client_id, policy, RESTS_ON),
    )


def day_before(day: pd.Timestamp) -> pd.Timestamp:
    """The day that a review compares with: a quarter before."""
    return window_start(day, 3)


def _grade_then(then: Snapshot, policy: Policy, book: Book) -> Grade | None:
    """The grade on an earlier day, from what was known then; None before the first invoice."""
    if book.items.empty:
        return None
    return grade_of(credit_facts(then, policy, book).iloc[0], then.table("decisions"), then.date, policy)


def _limit_proposal(facts: pd.DataFrame, grade: Grade, decisions: pd.DataFrame, policy: Policy) -> LimitProposal:
    grades = pd.Series([grade.final], index=facts.index, dtype=object)
    row = propose_limits(facts, grades, current_limits(facts, decisions), policy).iloc[0]
    return LimitProposal(
        methods=row[list(LIMIT_METHODS)].astype(float),
        capacity=float(row["capacity"]),
        secured=float(row["secured"]),
        current=float(row["current"]),
        proposed=float(row["proposed"]),
        reason=str(row["reason"]),
        terms=policy.limits.terms_by_grade.get(grade.final or ""),
        current_days=float(facts["terms_days"].iloc[0]),
    )


def _currencies(own: Snapshot, policy: Policy) -> tuple[str, ...]:
    recent = own.invoices
    recent = recent[recent["issue_date"] > window_start(own.date, policy.concentration.window_months)]
    return tuple(recent["currency"].value_counts().index)


def _cover(own: Snapshot) -> pd.DataFrame:
    held = protections_in_force(own)
    paying = held[held["kind"].isin(["insurance", "guarantee"])]
    amount = (paying["limit"] * paying["insured_share"].fillna(1.0)).fillna(0.0)
    return pd.DataFrame(
        {"kind": paying["kind"], "amount": amount.round(2), "end_date": paying["end_date"]}
    ).reset_index(drop=True)


def _client_facts(own: Snapshot, client_id: str) -> dict[str, Any]:
    rows = own.table("clients")
    row = rows.iloc[0].to_dict() if len(rows) else {}
    facts = {
        name: row.get(name) for name in ("name", "group_id", "industry", "region", "status", "account_manager", "since")
    }
    cleaned = {name: None if pd.isna(value) else value for name, value in facts.items()}
    return {"client_id": client_id, **cleaned, "name": cleaned["name"] or client_id}
