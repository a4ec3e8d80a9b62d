"""Alerts in words: one line each, and the message that is sent."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from kamlib import formats
from kamlib.language import listing, phrase, tr, trn
from kamlib.wording.warning_names import WARNING_LEVELS, evidence

CHANGE_WORDS = {
    "new": phrase("New"),
    "worse": phrase("Worse"),
    "better": phrase("Better"),
    "cleared": phrase("Cleared"),
}


def alert_reason(change: Any) -> str:
    """Why a level changed: the strongest signals, or that they are gone."""
    signs = [evidence(*reason) for reason in change.reasons]
    if change.hard:
        signs.insert(0, tr("an event on record"))
    return listing(signs) if signs else tr("no sign any more")


def alert_line(alert: dict[str, Any]) -> str:
    """One alert on one line: level, money, reason, who and by when."""
    exposure, action, owner = (alert[name] for name in ("exposure", "action", "owner"))
    before, level = WARNING_LEVELS[alert["before"]], WARNING_LEVELS[alert["level"]]
    line = tr(
        "{name} ({client}): {before} → {level}, {money} {currency} open. {reason}. {action}: {owner}, by {day}. [{key}]",
        name=alert["name"],
        client=alert["client_id"],
        before=tr(before),
        level=tr(level),
        money=formats.money(float("nan") if exposure is None else exposure),
        currency=formats.currency_name(alert["currency"]),
        reason=alert["reason"],
        action=tr(action),
        owner=tr(owner),
        day=formats.day(pd.Timestamp(alert["deadline"])),
        key=alert["alert_id"],
    )
    if not alert.get("playbook"):
        return line
    plan = tr("Plan: kam drill {plan} --client {client}", plan=alert["playbook"], client=alert["client_id"])
    return f"{line} {plan}"


def alert_subject(company: str, alerts: Sequence[dict[str, Any]]) -> str:
    """The subject of a message: how many alerts, of which company."""
    return trn(
        "{company}: {n} change of warning level",
        "{company}: {n} changes of warning level",
        len(alerts),
        company=company,
        n=len(alerts),
    )


def alert_message(company: str, alerts: Sequence[dict[str, Any]]) -> str:
    """The message: alerts by kind of change."""
    parts = [alert_subject(company, alerts)]
    for change, word in CHANGE_WORDS.items():
        own = [alert_line(alert) for alert in alerts if alert["change"] == change]
        if own:
            parts.append("\n".join([f"{tr(word)} ({len(own)})", *[f"  {line}" for line in own]]))
    return "\n\n".join(parts) + "\n"
