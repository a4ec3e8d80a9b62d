"""Lessons: changes of the policy that would have warned earlier, as a diff of its file, with their false alarms."""

import difflib
import re
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pandas as pd

from kamlib.early_warning.levels import LEVELS, Levels, warning_levels
from kamlib.early_warning.outcomes import Outcomes, find_outcomes
from kamlib.early_warning.performance import judge_alarm
from kamlib.early_warning.replay import Replay
from kamlib.policy import Policy
from kamlib.policy.early_warning import EarlyWarning
from kamlib.post_mortem.replay import standing_since

LIMIT_OF = {
    "overdue_share": "overdue_share",
    "ageing_shift": "ageing_shift",
    "disputes": "disputes",
    "limit_utilisation": "limit_utilisation",
    "terms_creep": "terms_creep_days",
    "concentration": "concentration",
    "contact_silence": "contact_silence_days",
    "satisfaction_fall": "satisfaction_fall",
    "leverage": "leverage",
    "uninsured_exposure": "uninsured_share",
    "industry_fall": "industry_fall",
}
"""Indicators whose reading is held against one threshold of the policy, so that a part of it is a part of the other."""


@dataclass(frozen=True)
class Change:
    """One value of the policy, moved.

    Attributes
    ----------
    path : tuple of str
        Below ``early_warning``: ``("weights", "payment_delay")``, ``("limits", …)`` or ``("level_bands",)``.
    before, after : float or tuple of float
    indicator : str
        The one it is about; "" for the bands.
    """

    path: tuple[str, ...]
    before: float | tuple[float, ...]
    after: float | tuple[float, ...]
    indicator: str = ""


@dataclass(frozen=True)
class Lessons:
    """What `draw_lessons` found.

    Attributes
    ----------
    changes : DataFrame, most gained for a false alarm first
        ``change`` (`Change`), ``lead_days, gained_days`` (of the alarm that stood up to the event),
        ``false_alarms, more_false`` (over the history, against today's policy), ``found, more_found`` (outcomes
        of other clients that were warned of), ``diff`` (lines of the policy file).
    tried : int
        Changes that were tried; those without gain are not listed.
    lead_days, false_alarms : float, int
        Of today's policy.
    months, clients : int
        The history that false alarms are counted over.
    """

    changes: pd.DataFrame
    tried: int
    lead_days: float
    false_alarms: int
    months: int
    clients: int


def draw_lessons(replay: Replay, client_id: str, event: pd.Timestamp, policy: Policy, policy_text: str) -> Lessons:
    """Try changes of weights, thresholds and bands, and keep those that would have warned of the case earlier.

    Parameters
    ----------
    replay : Replay
        Of all clients up to today.
    client_id, event
        The case.
    policy : Policy
    policy_text : str
        The policy file, that the diff is made of.
    """
    rules, panel = policy.early_warning, replay.panel
    row = panel.clients.get_loc(client_id)
    past = np.flatnonzero(panel.ends < event)
    rank = LEVELS.index(policy.post_mortem.alarm_level)
    others = _others(find_outcomes(panel, rules), row)

    def judged(levels: Levels) -> tuple[float, int, int]:
        alarm = levels.level >= rank
        since = standing_since(pd.Series(panel.ends[past]), alarm[row, past])
        elsewhere = alarm & (np.arange(len(alarm)) != row)[:, None]
        found = judge_alarm("lesson", elsewhere, panel, others, rules)
        return float((event - since).days) if since is not None else 0.0, found.false, found.found

    lead, false, found = judged(replay.levels)
    rows = []
    tried = candidate_changes(replay, row, past, rank, policy)
    strengths = {name: reading.strength for name, reading in replay.readings.items()}
    for change in tried:
        new_rules, factors = _applied(rules, change)
        new_lead, new_false, new_found = judged(warning_levels(strengths, panel.context.hard, new_rules, factors))
        if new_lead > lead:
            rows.append(
                {
                    "change": change,
                    "lead_days": new_lead,
                    "gained_days": new_lead - lead,
                    "false_alarms": new_false,
                    "more_false": new_false - false,
                    "found": new_found,
                    "more_found": new_found - found,
                    "diff": policy_diff(policy_text, change),
                }
            )
    columns = [
        "change", "lead_days", "gained_days", "false_alarms", "more_false", "found", "more_found", "diff",
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=columns)
    if len(frame):
        price = frame["gained_days"] / (frame["more_false"].clip(lower=0) + 1)
        frame = frame.assign(price=price).sort_values("price", ascending=False, kind="stable").drop(columns="price")
    frame = frame.head(policy.post_mortem.lessons).reset_index(drop=True)
    return Lessons(frame, len(tried), lead, false, len(panel.ends), len(panel.clients) - 1)


def candidate_changes(replay: Replay, row: int, past: np.ndarray, rank: int, policy: Policy) -> list[Change]:
    """What might have warned earlier: more weight or a lower threshold for what showed in the year before, lower bands."""
    rules = policy.early_warning
    year = past[-12:]
    found = []
    for name, reading in replay.readings.items():
        weight = rules.weights.get(name, 0.0)
        strength = reading.strength[row, year]
        if not weight or np.isnan(strength).all():
            continue
        if (strength >= 1).any():
            found.append(Change(("weights", name), weight, weight + 1, name))
        limit = LIMIT_OF.get(name)
        step = policy.post_mortem.threshold_step
        if limit is not None and ((strength >= step) & (strength < 1)).any():
            now = float(getattr(rules.limits, limit))
            found.append(Change(("limits", limit), now, round(now * step, 6), name))
    bands = rules.level_bands
    for place in range(max(rank - 1, 0), rank + 1):
        lower = tuple(band - (k == place) for k, band in enumerate(bands))
        if lower[0] > 0 and all(a < b for a, b in pairwise(lower)):
            found.append(Change(("level_bands",), tuple(bands), lower))
    return found


def _applied(rules: EarlyWarning, change: Change) -> tuple[EarlyWarning, dict[str, float]]:
    """The rules with the change, and the thresholds' factors that stand for it in the readings as they are."""
    if change.path[0] == "weights":
        return rules.model_copy(update={"weights": rules.weights | {change.path[1]: change.after}}), {}
    if change.path[0] == "level_bands":
        return rules.model_copy(update={"level_bands": change.after}), {}
    return rules, {change.indicator: change.after / change.before}


def _others(outcomes: Outcomes, row: int) -> Outcomes:
    """Outcomes of the other clients: the case must not pay for its own lesson."""
    at = np.arange(len(next(iter(outcomes.month.values())))) == row
    month, known = (
        {kind: np.where(at, outcomes.columns, when) for kind, when in times.items()}
        for times in (outcomes.month, outcomes.known)
    )
    return replace(outcomes, month=month, known=known)


def policy_diff(text: str, change: Change) -> tuple[str, ...]:
    """The change as lines of a unified diff of the policy file, comments kept.

    A value that the file does not name, because it is the default, is shown as an added line.

    Examples
    --------
    >>> text = "early_warning:\\n  weights: {disputes: 1, order_drop: 2}\\n"
    >>> policy_diff(text, Change(("weights", "disputes"), 1, 2))
    ('-  weights: {disputes: 1, order_drop: 2}', '+  weights: {disputes: 2, order_drop: 2}')
    """
    section = re.search(r"^early_warning:.*?(?=^\w|\Z)", text, re.M | re.S)
    old = section.group(0) if section else ""
    head = change.path[0]
    block = re.search(rf"^  {head}:.*?(?=^  \w|\Z)", old, re.M | re.S)
    after = _written(change.after)
    if block is None:
        name = f"  {head}: {after}" if len(change.path) == 1 else f"  {head}: {{{change.path[1]}: {after}}}"
        return (f"+{name}",)
    key = change.path[-1]
    new_block, count = re.subn(rf"(\b{key}:\s*)(\[[^\]]*\]|[-\d._]+)", rf"\g<1>{after}", block.group(0), count=1)
    if not count:
        return (f"+    {key}: {after}",)
    lines = difflib.unified_diff(block.group(0).splitlines(), new_block.splitlines(), lineterm="", n=0)
    return tuple(line for line in lines if not line.startswith(("---", "+++", "@@")))


def _written(value: float | tuple[float, ...]) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(f'{item:g}' for item in value)}]"
    return f"{value:g}"
