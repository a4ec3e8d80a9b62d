"""Thresholds of the watch list: who comes on it, and who leaves it."""

import pandas as pd

from kamlib import early_warning, formats
from kamlib.blocks import Block, Column, Kpi, Kpis
from kamlib.early_warning import WarningReview
from kamlib.explore.panel import Answer, Dial, Panel, policy_with
from kamlib.language import listing, tr
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy
from kamlib.tables.shared import table_of
from kamlib.wording.warning_names import INDICATOR_NAMES, WARNING_LEVELS

TURNED = {"overdue_share": 1.0, "ageing_shift": 0.5, "disputes": 0.6, "limit_utilisation": 1.5, "concentration": 0.6}
SHOWN = 12


def explore_warnings(snapshot: Snapshot, policy: Policy) -> Panel:
    """Dials for the scores of the levels, for how long a level holds, and for the limits of five indicators."""
    panel = early_warning.build_panel(snapshot, policy)
    now = early_warning.review_replay(snapshot, early_warning.replay_panel(panel, policy), policy)
    settings = policy.early_warning

    def ask(medium: float, high: float, critical: float, quiet: int, **limits: float) -> Answer:
        bands, limits = [medium, high, critical], {name: round(value, 2) for name, value in limits.items()}
        changes = {"early_warning": {"level_bands": bands, "quiet_months": quiet, "limits": limits}}
        other = policy_with(policy, changes)
        then = early_warning.review_replay(snapshot, early_warning.replay_panel(panel, other), other)
        return Answer(_compared(now, then), changes)

    names = zip(("medium", "high", "critical"), settings.level_bands, strict=True)
    dials = {
        name: Dial(tr("{level} from a score of", level=tr(WARNING_LEVELS[name])), float(band), 0.5, 15.0, 0.5)
        for name, band in names
    }
    dials["quiet"] = Dial(tr("Quieter months before a level falls"), settings.quiet_months, 1, 12, 1)
    for name, most in TURNED.items():
        dials[name] = Dial(tr(INDICATOR_NAMES[name]), getattr(settings.limits, name), 0.01, most, 0.01)
    return Panel(tr("Thresholds of the watch list"), dials, ask)


def _compared(now: WarningReview, then: WarningReview) -> tuple[Block, ...]:
    both = then.clients.set_index("client_id").join(
        now.clients.set_index("client_id")[["rank", "level"]].add_suffix("_now")
    )
    listed, before = both[both["rank"] > 0], both[both["rank_now"] > 0]
    unit = formats.currency_name(then.currency)
    came, went = _names(both[(both["rank"] > 0) & (both["rank_now"] <= 0)]), _names(before[before["rank"] <= 0])
    high = int((both["rank"] >= 2).sum())
    alarms = int((pd.DataFrame(then.replay.levels.level).diff(axis=1).gt(0)).iloc[:, -12:].sum().sum())
    was = int((pd.DataFrame(now.replay.levels.level).diff(axis=1).gt(0)).iloc[:, -12:].sum().sum())
    strip = Kpis(
        (
            Kpi("listed", tr("On the watch list"), formats.number(len(listed)), tr("now {amount}", amount=len(before)), len(listed)),
            Kpi("high", tr("High or critical"), formats.number(high), tr("now {amount}", amount=int((both["rank_now"] >= 2).sum())), high),
            Kpi("open", tr("Open with them, {unit}", unit=unit), formats.money(listed["exposure"].sum()), tr("now {amount}", amount=formats.money(before["exposure"].sum())), listed["exposure"].sum()),
            Kpi("alarms", tr("Rises of a level in twelve months"), formats.number(alarms), tr("now {amount}", amount=was), alarms),
        )
    )  # fmt: skip
    columns = [
        Column("name", tr("Client"), False),
        Column("level", tr("Level"), False),
        Column("level_now", tr("Level by the policy in force"), False),
        Column("score", tr("Score")),
        Column("exposure", tr("Open, {unit}", unit=unit)),
    ]
    rows = both[["name", "level", "level_now", "score", "exposure"]].head(SHOWN)
    values = rows.to_numpy().tolist()
    texts = [
        [name, tr(WARNING_LEVELS[level]), tr(WARNING_LEVELS[old]), formats.number(score, 1), formats.money(money)]
        for name, level, old, score, money in values
    ]
    note = tr("New on the list: {came}. No longer: {went}.", came=came, went=went)
    return strip, table_of(tr("The worst first"), columns, texts, values, note=note)


def _names(clients: pd.DataFrame, most: int = 6) -> str:
    names = clients["name"].head(most).tolist()
    more = [tr("{n} more", n=len(clients) - most)] if len(clients) > most else []
    return listing([*names, *more]) or tr("none")
