"""Which thresholds of the policy a position crosses, and the level of attention that calls for."""

import pandas as pd

from kamlib import receivables as rc
from kamlib.credit.position import Position
from kamlib.policy import Policy
from kamlib.receivables import payments

LEVELS = ("calm", "watch", "alarm")
UNKNOWN = "unknown"


def judge(
    position: Position,
    policy: Policy,
    trend: payments.DelayTrend | None = None,
    insolvency: pd.Timestamp | None = None,
) -> tuple[str, tuple[str, ...]]:
    """The level of attention a position calls for, and which thresholds it crosses.

    An open balance of an insolvent client is an alarm whatever else. Where credits cover what is open, nothing
    is. Overdue money below ``minor_revenue_share`` of the company's revenue is never more than a watch.

    Returns
    -------
    (str, tuple of str)
        One of `LEVELS` and the crossed thresholds' names; alarm if any alarm threshold is crossed.
    """
    limits = policy.review
    if position.exposure["receivables"] <= rc.CENT:
        return "calm", ()
    if insolvency is not None:
        return "alarm", ("insolvency",)
    worsening = trend is not None and trend.low > 0
    alarms = {
        "overdue_share_alarm": position.overdue_share >= limits.overdue_share_alarm,
        "days_late_alarm": position.days_late >= limits.days_late_alarm,
        "old_share_alarm": position.old_share >= limits.old_share_alarm,
        "trend_alarm": worsening and position.recent_days_late >= limits.days_late_alarm,
    }
    watches = {
        "overdue_share_watch": position.overdue_share >= limits.overdue_share_watch,
        "days_late_watch": position.days_late >= limits.days_late_watch,
        "trend_watch": worsening and position.recent_days_late >= limits.days_late_watch,
    }
    minor = position.overdue < limits.minor_revenue_share * position.company_revenue
    crossed = tuple(name for name, is_crossed in alarms.items() if is_crossed)
    if crossed:
        return "watch" if minor else "alarm", crossed
    crossed = tuple(name for name, is_crossed in watches.items() if is_crossed)
    return ("watch", crossed) if crossed and not minor else ("calm", ())
