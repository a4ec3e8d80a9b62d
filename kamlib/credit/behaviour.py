"""How a client pays, with what is sure of it: interval, break, season and disputes of its delays."""

from dataclasses import dataclass

import pandas as pd

from kamlib.change_detection.structural_breaks import StructuralBreak, structural_break
from kamlib.credit.position import Book
from kamlib.dependence import window_start
from kamlib.policy import Policy
from kamlib.receivables import payments

SEASON_MONTHS = 36
BREAK_MONTHS = 12  # fewer whole months tell no break


@dataclass(frozen=True)
class PaymentBehaviour:
    """What the payments of a client tell, beyond their average and trend.

    Attributes
    ----------
    late : Estimate
        Amount-weighted days late of the behaviour window with its interval.
    regime : StructuralBreak or None
        Of the mean of monthly days late; None with too few whole months.
    regime_month : Timestamp
        The first month after the break; NaT without a certain one.
    season : DelaySeason or None
    disputes : DisputeRecord
    """

    late: payments.Estimate
    regime: StructuralBreak | None
    regime_month: pd.Timestamp
    season: payments.DelaySeason | None
    disputes: payments.DisputeRecord


def payment_behaviour(book: Book, day: pd.Timestamp, policy: Policy) -> PaymentBehaviour:
    """Interval, break, season and disputes of a client's payments.

    Parameters
    ----------
    book : Book
        Of the day.
    day : Timestamp
    policy : Policy
        Windows of the section ``receivables``.
    """
    trade, rules = book.trade, policy.receivables
    due = payments.due_items(trade, window_start(day, rules.behaviour_months), day)
    long = payments.due_items(trade, window_start(day, SEASON_MONTHS), day)
    by_month = payments.delay_by_month(long, "reporting_amount")
    settled = by_month[by_month["month"] < day.to_period("M").start_time].reset_index(drop=True)
    recent = settled.tail(rules.trend_months).reset_index(drop=True)
    regime = structural_break(recent["days_late"]) if len(recent) >= BREAK_MONTHS else None
    certain = regime is not None and regime.p_value < 0.05
    return PaymentBehaviour(
        late=payments.days_late_interval(due["days_past_due"], due["reporting_amount"]),
        regime=regime,
        regime_month=recent["month"].iloc[regime.before_count] if certain else pd.NaT,
        season=payments.delay_season(settled),
        disputes=payments.dispute_record(due.assign(amount=due["reporting_amount"], open_amount=due["open_reporting"])),
    )
