"""The alert log: JSON lines that are only ever appended, under a lock, so that two runs at once lose nothing.

Kinds of lines: ``state`` (the levels that a run saw), ``alert`` (opened by a change), ``close`` (decision and
outcome), ``sent`` (alerts delivered on a channel). A line that a crash cut short is passed over.
"""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kamlib.alerting.lines import append, locked, read_lines
from kamlib.errors import DataError, Fault


@dataclass(frozen=True)
class AlertLog:
    """What a log holds.

    Attributes
    ----------
    state : dict or None
        The last one: ``as_of`` and ``clients`` (id → level, score, signals).
    alerts : dict of str to dict
        Id → alert, oldest first; a closed one has ``closed``, ``decision``, ``outcome``, ``by``.
    sent : dict of str to set of str
        Channel → ids that were delivered.
    broken : int
        Lines that could not be read.
    """

    state: dict[str, Any] | None = None
    alerts: dict[str, dict[str, Any]] = field(default_factory=dict)
    sent: dict[str, set[str]] = field(default_factory=dict)
    broken: int = 0

    def unsent(self, channel: str) -> list[dict[str, Any]]:
        """Alerts that this channel has not delivered yet."""
        return [alert for key, alert in self.alerts.items() if key not in self.sent.get(channel, set())]


def read_log(path: Path) -> AlertLog:
    """The content of a log; an absent one is empty.

    Raises
    ------
    DataError
        A file that cannot be read.
    """
    state, broken = None, 0
    alerts: dict[str, dict[str, Any]] = {}
    sent: dict[str, set[str]] = {}
    for line in read_lines(path):
        try:
            entry = json.loads(line)
            kind = entry["event"]
            if kind == "state":
                state = entry
            elif kind == "alert":
                alerts.setdefault(entry["alert_id"], entry)
            elif kind == "close":
                alerts[entry["alert_id"]] = alerts[entry["alert_id"]] | {
                    name: entry[name] for name in ("closed", "decision", "outcome", "by")
                }
            elif kind == "sent":
                sent.setdefault(entry["channel"], set()).update(entry["alert_ids"])
        except (ValueError, KeyError, TypeError):
            broken += 1
    return AlertLog(state, alerts, sent, broken)


def close_alert(path: Path, alert_id: str, decision: str, outcome: str, by: str, closed: str) -> dict[str, Any]:
    """Close an alert with what was decided and what came of it.

    Raises
    ------
    DataError
        No such alert, one that is closed already, or an empty decision.
    """
    with locked(path):
        alert = read_log(path).alerts.get(alert_id)
        if alert is None:
            raise DataError(Fault("alert_id", alert_id, "Use an id that kam alert list shows."))
        if "closed" in alert:
            raise DataError(Fault("alert_id", alert_id, f"It was closed on {alert['closed']}: {alert['decision']}."))
        if not decision.strip():
            raise DataError(Fault("--decision", repr(decision), "Say what was decided."))
        entry = {"event": "close", "alert_id": alert_id, "decision": decision, "outcome": outcome}
        entry |= {"by": by, "closed": closed}
        append(path, [entry])
    return alert | entry


def alert_key(*parts: str) -> str:
    """An id that the same change on the same day always gets.

    Examples
    --------
    >>> alert_key("C1", "2026-09-30", "new", "high")
    '5300d1c3'
    """
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:8]
