"""The action log: who does what by when, what it shall save, and what came of it. JSON lines, only ever appended."""

import json
import math
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from kamlib.alerting.lines import append, locked, read_lines
from kamlib.errors import DataError, Fault, raise_faults

KIND = "action_log"


@dataclass(frozen=True)
class ActionLog:
    """What a log holds.

    Attributes
    ----------
    actions : tuple of dict
        Oldest first: ``action_id, client_id`` (empty: the company), ``what, owner, deadline, expected_saved, risk``
        (the register's entry, or empty), ``opened``; a closed one has ``closed, outcome, saved`` (None: not told), ``by``.
    broken : int
        Lines that could not be read.
    """

    actions: tuple[dict[str, Any], ...] = ()
    broken: int = 0

    def known_on(self, day: date) -> tuple[dict[str, Any], ...]:
        """The actions as they stood on a day: later ones are not there, later ends have not come."""
        told, ends = f"{day:%Y-%m-%d}", ("closed", "outcome", "saved", "by")
        return tuple(
            action
            if action.get("closed", "")[:10] <= told
            else {name: value for name, value in action.items() if name not in ends}
            for action in self.actions
            if action["opened"][:10] <= told
        )


def read_actions(path: Path) -> ActionLog:
    """The content of a log; an absent one is empty.

    Raises
    ------
    DataError
        A file that cannot be read.
    """
    actions: dict[str, dict[str, Any]] = {}
    broken = 0
    for line in read_lines(path, KIND):
        try:
            entry = json.loads(line)
            name = entry["action_id"]
            if entry["event"] == "action":
                date.fromisoformat(entry["deadline"])
                date.fromisoformat(entry["opened"][:10])
                entry = {**entry, "expected_saved": float(entry["expected_saved"]), "owner": str(entry["owner"])}
                actions.setdefault(name, {**entry, "what": str(entry["what"]), "client_id": str(entry["client_id"])})
            elif entry["event"] == "close":
                saved = entry["saved"]
                found = {part: str(entry[part]) for part in ("closed", "outcome", "by")}
                actions[name] = actions[name] | found | {"saved": None if saved is None else float(saved)}
        except (ValueError, KeyError, TypeError):
            broken += 1
    return ActionLog(tuple(actions.values()), broken)


def add_action(
    path: Path,
    what: str,
    owner: str,
    deadline: str,
    expected_saved: float,
    opened: str,
    client_id: str = "",
    risk: str = "",
) -> dict[str, Any]:
    """Write down something to be done.

    Parameters
    ----------
    path : Path
        The log; it is made where it is not there yet.
    what, owner : str
        Neither may be empty: what nobody owns is not done.
    deadline : str
        A day, not before `opened`.
    expected_saved : float
        Money, reporting currency, at least 0.
    opened : str
        The moment, ISO; its day counts.
    client_id, risk : str
        Whom it is about (empty: the company), and which entry of the risk register.

    Returns
    -------
    dict
        The action with its id.

    Raises
    ------
    DataError
        Every fault at once; then nothing is written.
    """
    raise_faults(_faults(what, owner, deadline, expected_saved, opened))
    with locked(path, kind=KIND):
        known = {action["action_id"] for action in read_actions(path).actions}
        number = len(known) + 1
        while f"A{number:04d}" in known:
            number += 1
        action = {
            "event": "action", "action_id": f"A{number:04d}", "client_id": client_id, "what": what.strip(),
            "owner": owner.strip(), "deadline": deadline, "expected_saved": float(expected_saved), "risk": risk,
            "opened": opened,
        }  # fmt: skip
        append(path, [action])
    return action


def close_action(
    path: Path, action_id: str, outcome: str, closed: str, saved: float | None = None, by: str = ""
) -> dict[str, Any]:
    """Close an action with what came of it.

    Parameters
    ----------
    saved : float or None
        Money saved, where someone knows it; else it is measured by `kamlib.treatment.score_actions`.

    Raises
    ------
    DataError
        No such action, one that is closed already, a day before it was opened, or an empty outcome.
    """
    with locked(path, kind=KIND):
        action = next((found for found in read_actions(path).actions if found["action_id"] == action_id), None)
        if action is None:
            raise DataError(Fault("action_id", action_id, "Use an id that kam action list shows."))
        faults = []
        if "closed" in action:
            remedy = f"It was closed on {action['closed'][:10]}: {action['outcome']}."
            faults.append(Fault("action_id", action_id, remedy))
        if not outcome.strip():
            faults.append(Fault("--outcome", repr(outcome), "Say what came of it."))
        if closed[:10] < action["opened"][:10]:
            faults.append(Fault("--date", closed[:10], f"Give a day from {action['opened'][:10]} on."))
        if saved is not None and not math.isfinite(saved):
            faults.append(Fault("--saved", str(saved), "Give an amount of money, or leave it out."))
        raise_faults(faults)
        entry = {"event": "close", "action_id": action_id, "outcome": outcome.strip(), "saved": saved}
        entry |= {"closed": closed, "by": by}
        append(path, [entry])
    return action | entry


def _faults(what: str, owner: str, deadline: str, expected_saved: float, opened: str) -> list[Fault]:
    faults = [
        Fault(name, "empty", remedy)
        for name, value, remedy in (
            ("what", what, "Say what is to be done."),
            ("owner", owner, "Name one person: what nobody owns is not done."),
        )
        if not value.strip()
    ]
    try:
        if date.fromisoformat(deadline) < date.fromisoformat(opened[:10]):
            faults.append(Fault("deadline", deadline, f"Give a day from {opened[:10]} on: this one is past."))
    except ValueError:
        faults.append(Fault("deadline", deadline, "Give a day such as 2026-10-31."))
    if not (math.isfinite(expected_saved) and expected_saved >= 0):
        faults.append(Fault("expected_saved", str(expected_saved), "Give the money it shall save, at least 0."))
    return faults
