"""Actions scored: done in time or not, what they saved against what was expected, what is overdue."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from kamlib.alerting.actions import ActionLog, read_actions
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy
from kamlib.runs import action_log_of
from kamlib.settings import house_path
from kamlib.stress import money_at_risk

OVERDUE, OPEN, IN_TIME, LATE = "overdue", "open", "in time", "late"
COLUMNS = (
    "action_id", "client_id", "name", "what", "owner", "opened", "deadline", "closed", "expected_saved", "outcome",
    "saved", "measured", "days_late", "status", "owner_known",
)  # fmt: skip


@dataclass(frozen=True)
class Scored:
    """What `score_actions` found, in the reporting currency.

    Attributes
    ----------
    actions : DataFrame, overdue first, then by deadline
        ``action_id, client_id, name, what, owner, opened, deadline, closed, expected_saved, outcome, saved`` (as told
        at its end; else ``measured`` of an ended one), ``measured`` (money at risk with the client on the day it was
        opened less today's; NaN for the company, or where the ledger did not know the client then), ``days_late``
        (past the deadline, of open ones so far), ``status`` (overdue, open, in time, late), ``owner_known``.
    log : Path or None
    broken : int
        Lines that could not be read.
    """

    actions: pd.DataFrame
    date: pd.Timestamp
    currency: str
    log: Path | None = None
    broken: int = 0

    def with_status(self, *status: str) -> pd.DataFrame:
        """The actions of a status."""
        return self.actions[self.actions["status"].isin(status)]

    @property
    def overdue(self) -> pd.DataFrame:
        """Past their deadline and not closed, latest first."""
        return self.with_status(OVERDUE)

    @property
    def done(self) -> pd.DataFrame:
        """Closed, in time or late."""
        return self.with_status(IN_TIME, LATE)

    @property
    def in_time_share(self) -> float:
        """Of what fell due or is done, the part done in time; NaN where nothing was due."""
        due = self.with_status(OVERDUE, IN_TIME, LATE)
        return float((due["status"] == IN_TIME).mean()) if len(due) else float("nan")

    @property
    def effect(self) -> tuple[float, float]:
        """Money saved by what is done, and what was expected of it; only actions whose effect is known."""
        known = self.done[self.done["saved"].notna()]
        return float(known["saved"].sum()), float(known["expected_saved"].sum())


def score_actions(log: ActionLog | Path | str, snapshot: Snapshot, policy: Policy) -> Scored:
    """Score every action that was known on the snapshot's day.

    Parameters
    ----------
    log : ActionLog, Path or str
        A log, its file (``….jsonl``), or the ``source`` of a notebook, beside whose run the file stands.
    snapshot : Snapshot
        Of all clients; the day of the score is its own.
    policy : Policy

    Returns
    -------
    Scored

    Notes
    -----
    The measured effect is all that changed with the client since, not what the action alone did: a told one takes
    its place.
    """
    path = None
    if not isinstance(log, ActionLog):
        named = isinstance(log, Path) or log.endswith(".jsonl")
        path = house_path(log) if named else action_log_of(log)
        log = read_actions(path)
    day = snapshot.date
    actions = [dict(action) for action in log.known_on(day)]
    frame = pd.DataFrame(actions).reindex(columns=list(COLUMNS))
    for column in ("opened", "deadline", "closed"):
        texts = frame[column].where(frame[column].notna(), None)
        frame[column] = pd.to_datetime(texts.map(lambda text: str(text)[:10], na_action="ignore")).astype(
            "datetime64[us]"
        )
    for column in ("expected_saved", "saved"):
        frame[column] = frame[column].astype(float)
    master = snapshot.table("clients").drop_duplicates("client_id").set_index("client_id")
    frame["client_id"] = frame["client_id"].astype("object").fillna("")
    named = frame["client_id"].map(master["name"].to_dict()).astype("object")
    frame["name"] = named.where(named.notna(), frame["client_id"])
    frame["measured"] = _measured(frame, snapshot, policy)
    ended = frame["closed"].notna()
    frame["saved"] = frame["saved"].where(frame["saved"].notna() | ~ended, frame["measured"])
    late = (frame["closed"].fillna(day) - frame["deadline"]).dt.days.astype(float)
    frame["days_late"] = late.clip(lower=0)
    frame["status"] = np.select([ended & (late > 0), ended, late > 0], [LATE, IN_TIME, OVERDUE], OPEN)
    known = {*policy.treatment.people, *policy.treatment.owners.values(), *master["account_manager"].dropna()}
    frame["owner_known"] = frame["owner"].isin(list(known))
    frame["first"] = frame["status"] != OVERDUE
    frame = frame.sort_values(["first", "deadline", "action_id"], ignore_index=True).drop(columns="first")
    return Scored(frame, day, snapshot.currency, path, log.broken)


def _measured(frame: pd.DataFrame, snapshot: Snapshot, policy: Policy) -> pd.Series:
    """Money at risk with the client on the day the action was opened, less today's."""
    found = pd.Series(np.nan, index=frame.index)
    asked = frame[frame["client_id"] != ""]
    if asked.empty:
        return found
    now = money_at_risk(snapshot, policy).clients.set_index("client_id")["base"]
    for day, own in asked.groupby("opened"):
        then = money_at_risk(snapshot.as_of(day), policy).clients.set_index("client_id")["base"]
        before = own["client_id"].map(then).astype(float)
        found[own.index] = before - own["client_id"].map(now).astype(float).fillna(0.0)
    return found
