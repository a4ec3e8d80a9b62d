"""The journal of decisions: a CSV of the canonical columns that is only ever added to, safe under several writers."""

import csv
import io
import os
from datetime import date
from pathlib import Path

from kamlib.errors import DataError, Fault, raise_faults

COLUMNS = (
    "decision_id", "client_id", "date", "kind", "proposed_by", "approved_by", "before", "after", "reason", "expires",
    "outcome",
)  # fmt: skip
KINDS = ("limit", "terms", "override", "review", "block", "security")


def append_decision(path: Path, decision: dict[str, str]) -> str:
    """Add one decision to a journal, which is made where it is not there yet.

    Parameters
    ----------
    path : Path
        A CSV of the columns `COLUMNS`; named ``decisions.csv`` in a ledger's folder, a run reads it by itself.
    decision : dict
        Texts by column but ``decision_id``, which is given here; what is left out stays empty.

    Returns
    -------
    str
        The new row's id.

    Raises
    ------
    DataError
        Every fault of the decision at once; or a journal with other columns. Then nothing is written.
    """
    raise_faults(_faults(decision))
    try:
        import fcntl
    except ImportError:  # no locks on this system: a single writer is assumed
        fcntl = None
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8", newline="") as file:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        rows = list(csv.reader(file))
        if rows and tuple(rows[0]) != COLUMNS:
            remedy = f"Name a journal with the columns {', '.join(COLUMNS)}."
            raise DataError(Fault(path.name, ", ".join(rows[0])[:120], remedy))
        taken = {row[0] for row in rows[1:] if row}
        number = len(rows) or 1
        while f"J{number:05d}" in taken:
            number += 1
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        if not rows:
            writer.writerow(COLUMNS)
        writer.writerow([f"J{number:05d}", *[decision.get(name, "") for name in COLUMNS[1:]]])
        file.seek(0, os.SEEK_END)
        file.write(text.getvalue())  # one write below the lock: all of the row or none
        file.flush()
        os.fsync(file.fileno())
    return f"J{number:05d}"


def _faults(decision: dict[str, str]) -> list[Fault]:
    faults = [
        Fault(name, "unknown column", f"Use one of {', '.join(COLUMNS[1:])}.")
        for name in set(decision) - set(COLUMNS[1:])
    ]
    for name in ("client_id", "date", "kind", "proposed_by", "reason"):
        if not decision.get(name, "").strip():
            faults.append(Fault(name, "missing", "A decision needs a client, a day, a kind, a proposer and a reason."))
    kind = decision.get("kind", "")
    if kind and kind not in KINDS:
        faults.append(Fault("kind", kind, f"Use one of {', '.join(KINDS)}."))
    for name in ("date", "expires"):
        if decision.get(name) and not _is_day(decision[name]):
            faults.append(Fault(name, decision[name], "Give a day such as 2026-09-30."))
    if kind == "limit" and not _is_amount(decision.get("after", "")):
        faults.append(Fault("after", decision.get("after", ""), "Give the new limit as a number of at least 0."))
    if kind == "override" and not (decision.get("approved_by") and decision.get("expires") and decision.get("after")):
        faults.append(Fault("override", "incomplete", "Give after (the grade), approved_by and expires."))
    return faults


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_amount(text: str) -> bool:
    try:
        return 0 <= float(text) < float("inf")
    except ValueError:
        return False
