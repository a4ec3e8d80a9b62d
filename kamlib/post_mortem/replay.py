"""The replay: what the policy of then and of today would have said at each month end, from what was known by then."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.credit.facts import credit_facts
from kamlib.credit.limits import RULES, block_rules, utilisation_of
from kamlib.early_warning import CATALOGUE, LEVELS, replay_warnings
from kamlib.early_warning.replay import Replay
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy
from kamlib.post_mortem.ledger_facts import ClientBook


@dataclass(frozen=True)
class CaseReplay:
    """One client month by month up to the event.

    Attributes
    ----------
    months : DataFrame, one row a month end, rising
        ``date, exposure, limit, paid, score_then, level_then, score_now, level_now`` (positions on `LEVELS`, −1
        unknown), ``utilisation, blocked_by`` (tuple of block rules of today's policy).
    indicators : DataFrame, one row an indicator that ever warned
        ``indicator, first_then, first_now, standing`` (since when it warned without a break up to the event, else
        NaT), ``months_on, months_known``.
    changes : DataFrame
        ``date, before, after``: every change of level by today's policy.
    alarm_then, alarm_now : Timestamp or None
        Since when the alarm stood up to the event, by each policy; None where it did not.
    first_then, first_now : Timestamp or None
        The first month in the window at the alarm's level.
    decisions : DataFrame
        ``date, kind, before, after, reason, outcome, level, signals`` (how many indicators warned at the last month
        end known then), ``demanded`` (name of the level whose action the policy asked for).
    """

    months: pd.DataFrame
    indicators: pd.DataFrame
    changes: pd.DataFrame
    alarm_then: pd.Timestamp | None
    alarm_now: pd.Timestamp | None
    first_then: pd.Timestamp | None
    first_now: pd.Timestamp | None
    decisions: pd.DataFrame
    event: pd.Timestamp

    def lead_days(self, policy: str = "now") -> float:
        """Days from the alarm that stood to the event; NaN without one."""
        alarm = self.alarm_now if policy == "now" else self.alarm_then
        return float((self.event - alarm).days) if alarm is not None else float("nan")


def replay_case(
    own: Snapshot, event: pd.Timestamp, book: ClientBook, policy: Policy, policy_then: Policy
) -> CaseReplay:
    """Replay one client up to the event.

    Parameters
    ----------
    own : Snapshot
        Narrowed to the client; `event` lies on or before its day.
    event : Timestamp
    book : ClientBook
    policy, policy_then : Policy
        Today's, and the one in force then.

    Returns
    -------
    CaseReplay
        Months end before the event: what the event itself told is no warning of it.
    """
    before = own.as_of(last_month_end(own, event))
    now = replay_warnings(before, policy)
    then = now if policy_then == policy else replay_warnings(before, policy_then)
    ends = now.panel.ends
    start = event - pd.Timedelta(days=round(365 * policy.post_mortem.years_before))
    inside = np.flatnonzero(ends > start)
    months = pd.DataFrame(
        {
            "date": ends[inside],
            "exposure": now.panel.balances.open_amount[0, inside],
            "limit": [book.limit_on(day) for day in ends[inside]],
            "paid": _paid(book, ends)[inside],
            "score_then": then.levels.score[0, inside],
            "level_then": then.levels.level[0, inside],
            "score_now": now.levels.score[0, inside],
            "level_now": now.levels.level[0, inside],
        }
    )
    if own.absent("receipts"):
        months[["exposure", "paid"]] = np.nan
    credit = [_blocks(before, day, book, policy) for day in months["date"]]
    months["utilisation"] = [found[0] for found in credit]
    months["blocked_by"] = [found[1] for found in credit]
    rank, rank_then = (LEVELS.index(rules.post_mortem.alarm_level) for rules in (policy, policy_then))
    level = months["level_now"].to_numpy()
    moved = np.flatnonzero(np.diff(level)) + 1
    changes = pd.DataFrame(
        {"date": months["date"].iloc[moved], "before": level[moved - 1], "after": level[moved]}
    ).reset_index(drop=True)
    return CaseReplay(
        months=months,
        indicators=_indicators(now, then, inside),
        changes=changes,
        alarm_then=standing_since(months["date"], months["level_then"].to_numpy() >= rank_then),
        alarm_now=standing_since(months["date"], level >= rank),
        first_then=_first(months["date"], months["level_then"].to_numpy() >= rank_then),
        first_now=_first(months["date"], level >= rank),
        decisions=_decisions(own, event, now),
        event=event,
    )


def last_month_end(own: Snapshot, event: pd.Timestamp) -> pd.Timestamp:
    """The last month end before the event; the day before it where the client's first invoice is younger than that."""
    end = (event - pd.offsets.MonthEnd(1)).normalize()
    return end if (own.invoices["issue_date"] <= end).any() else event - pd.Timedelta(days=1)


def standing_since(days: pd.Series, on: np.ndarray) -> pd.Timestamp | None:
    """Since when a flag has stood without a break up to the last day; None where it does not stand there.

    Examples
    --------
    >>> days = pd.Series(pd.to_datetime(["2026-01-31", "2026-02-28", "2026-03-31"]))
    >>> standing_since(days, np.array([True, False, True])), standing_since(days, np.array([True, True, False]))
    (Timestamp('2026-03-31 00:00:00'), None)
    """
    if not len(on) or not on[-1]:
        return None
    quiet = np.flatnonzero(~on)
    return days.iloc[quiet[-1] + 1 if len(quiet) else 0]


def _first(days: pd.Series, on: np.ndarray) -> pd.Timestamp | None:
    return days.iloc[int(on.argmax())] if on.any() else None


def _paid(book: ClientBook, ends: pd.DatetimeIndex) -> np.ndarray:
    month = np.searchsorted(ends.to_numpy(), book.receipts["paid_date"].to_numpy())
    inside = month < len(ends)
    return np.bincount(month[inside], weights=book.receipts["amount"].to_numpy()[inside], minlength=len(ends))


def _blocks(before: Snapshot, day: pd.Timestamp, book: ClientBook, policy: Policy) -> tuple[float, tuple[str, ...]]:
    """Utilisation and the block rules that held deliveries on a day, from what was known on it."""
    then = before.as_of(day)
    if then.invoices.empty:
        return float("nan"), ()
    facts = credit_facts(then, policy).iloc[0]
    used = utilisation_of(float(facts["drawn"]), book.limit_on(day))
    rules = block_rules(facts, used, policy)
    return used, tuple(name for name in RULES if rules.get(name) is True)


def _indicators(now: Replay, then: Replay, inside: np.ndarray) -> pd.DataFrame:
    days, rows = pd.Series(now.panel.ends[inside]), []
    for indicator in CATALOGUE:
        name = indicator.name
        on, on_then = now.levels.on[name][0, inside], then.levels.on[name][0, inside]
        known = ~np.isnan(now.readings[name].strength[0, inside])
        if on.any() or on_then.any():
            first = [_first(days, flags) for flags in (on_then, on)]
            rows.append((name, *first, standing_since(days, on), int(on.sum()), int(known.sum())))
    columns = ["indicator", "first_then", "first_now", "standing", "months_on", "months_known"]
    frame = pd.DataFrame(rows, columns=columns)
    for name in columns[1:4]:
        frame[name] = pd.to_datetime(frame[name])
    return frame.sort_values(["standing", "first_now"], kind="stable", ignore_index=True)


def _decisions(own: Snapshot, event: pd.Timestamp, now: Replay) -> pd.DataFrame:
    rows = own.table("decisions").sort_values("date", kind="stable")
    rows = rows[rows["date"] <= event]
    place = np.searchsorted(now.panel.ends.to_numpy(), rows["date"].to_numpy(), side="right") - 1
    signals = np.add.reduce([on[0].astype(int) for on in now.levels.on.values()])
    known = place >= 0
    frame = rows[["date", "kind", "before", "after", "reason", "outcome"]].reset_index(drop=True)
    frame["level"] = np.where(known, now.levels.level[0, np.maximum(place, 0)], -1)
    frame["signals"] = np.where(known, signals[np.maximum(place, 0)], 0)
    frame["demanded"] = [LEVELS[rank] if rank > 0 else "" for rank in frame["level"]]
    return frame
