"""Monitoring: what changed since the last run, kept in the alert log and sent where the run file says."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from kamlib.alerting.delivery import channels, deliver
from kamlib.alerting.log import AlertLog, alert_key, append, locked, read_log
from kamlib.alerting.settings import Monitor
from kamlib.early_warning import WarningReview, warning_signals
from kamlib.early_warning.changes import changes_since, levels_now
from kamlib.errors import DataError, Fault
from kamlib.language import current_language, use_language
from kamlib.ledger.snapshot import Snapshot, open_snapshot
from kamlib.policy import load_policy
from kamlib.runs import Run, prepared_snapshot
from kamlib.treatment.playbooks import playbook_for, read_playbooks
from kamlib.wording.alerts import alert_message, alert_reason, alert_subject


@dataclass(frozen=True)
class Monitored:
    """What a run of the monitor did.

    Attributes
    ----------
    alerts : tuple of dict
        Opened by this run, by kind of change.
    listed : int
        Clients above low.
    overdue : tuple of dict
        Alerts past their deadline that nobody has closed.
    sent, unsent : dict of str to int
        Channel → alerts delivered, and still to be delivered.
    failures : dict of str to str
        Channel → what went wrong.
    """

    as_of: pd.Timestamp
    log: Path
    alerts: tuple[dict[str, Any], ...]
    listed: int
    overdue: tuple[dict[str, Any], ...]
    sent: dict[str, int]
    unsent: dict[str, int]
    failures: dict[str, str]
    broken: int


def monitor_run(run: Run, now: str) -> Monitored:
    """Read the ledger, log what changed since the last time, and send what has not been sent.

    Running it twice on the same day and data opens nothing twice. What cannot be sent stays in the log and is tried
    again the next time.

    Parameters
    ----------
    run : Run
    now : str
        The moment, as the log shall tell it.

    Raises
    ------
    DataError
        Faults in the ledger, or a day before the last one in the log.
    """
    with prepared_snapshot(run) as folder:
        return monitor_snapshot(open_snapshot(folder), run, now)


def monitor_snapshot(snapshot: Snapshot, run: Run, now: str) -> Monitored:
    """The same for a snapshot that is already open."""
    use_language(run.lang)
    review = warning_signals(snapshot, load_policy(run.policy))
    path = run.alert_log
    with locked(path):
        opened = _log_changes(path, review, now)
    return _send(path, run.title, run.monitor, review, opened, now)


def _log_changes(path: Path, review: WarningReview, now: str) -> list[dict[str, Any]]:
    log = read_log(path)
    day = f"{review.date:%Y-%m-%d}"
    if log.state and log.state["as_of"] > day:
        remedy = f"The log already knows {log.state['as_of']}; choose that day or a later one, or another log."
        raise DataError(Fault("as_of", day, remedy))
    before = log.state["clients"] if log.state else {}
    changes = changes_since(review, before)
    opened = [_alert(change, review, day, now) for change in changes.itertuples()]
    opened = [alert for alert in opened if alert["alert_id"] not in log.alerts]
    clients = levels_now(review, before)
    state = {"event": "state", "as_of": day, "at": now, "clients": clients}
    unchanged = log.state and log.state["as_of"] == day and log.state["clients"] == clients
    append(path, [*opened, *([] if unchanged else [state])])
    return opened


def _alert(change: Any, review: WarningReview, day: str, now: str) -> dict[str, Any]:
    act = review.policy.early_warning.levels[change.level]
    return {
        "event": "alert",
        "alert_id": alert_key(change.client_id, day, change.before, change.level),
        "client_id": change.client_id,
        "name": change.name,
        "change": change.change,
        "level": change.level,
        "before": change.before,
        "score": round(float(change.score), 2),
        "exposure": None if pd.isna(change.exposure) else round(float(change.exposure), 2),
        "currency": review.currency,
        "reason": alert_reason(change),
        "action": act.action,
        "playbook": _playbook(change),
        "owner": act.named(change.account_manager) or act.owner,
        "deadline": f"{review.date + pd.Timedelta(days=act.days):%Y-%m-%d}",
        "as_of": day,
        "opened": now,
    }


def _playbook(change: Any) -> str:
    """The emergency plan that a change for the worse calls for; empty where none does, or none can be read."""
    if change.change not in ("new", "worse"):
        return ""
    try:
        books = read_playbooks(current_language())
    except DataError:
        return ""
    found = playbook_for(books, [*[reason[0] for reason in change.reasons], change.level])
    return found.name if found else ""


def _send(
    path: Path, title: str, monitor: Monitor, review: WarningReview, opened: list[dict[str, Any]], now: str
) -> Monitored:
    sent: dict[str, int] = {}
    unsent: dict[str, int] = {}
    failures: dict[str, str] = {}
    for name, way in channels(monitor).items():
        with locked(path, f".{name}"):  # two runs at once must not send the same alert twice
            waiting = read_log(path).unsent(name)
            if not waiting:
                continue
            failure = deliver(
                way, alert_subject(title, waiting), alert_message(title, waiting), waiting, monitor.timeout_seconds
            )
            if failure:
                unsent[name], failures[name] = len(waiting), failure
                continue
            with locked(path):
                ids = [alert["alert_id"] for alert in waiting]
                append(path, [{"event": "sent", "channel": name, "alert_ids": ids, "at": now}])
            sent[name] = len(waiting)
    log = read_log(path)
    return Monitored(
        as_of=review.date,
        log=path,
        alerts=tuple(opened),
        listed=int((review.clients["rank"] > 0).sum()),
        overdue=tuple(overdue_alerts(log, review.date)),
        sent=sent,
        unsent=unsent,
        failures=failures,
        broken=log.broken,
    )


def overdue_alerts(log: AlertLog, day: pd.Timestamp) -> list[dict[str, Any]]:
    """Alerts that call for something, are past their deadline and not closed."""
    asking = (alert for alert in log.alerts.values() if alert["change"] in ("new", "worse"))
    return [alert for alert in asking if "closed" not in alert and alert["deadline"] < f"{day:%Y-%m-%d}"]
