"""An earlier run to compare with: the ledger and the policy that it saw."""

import json
from dataclasses import dataclass
from pathlib import Path

from kamlib.errors import DataError, Fault
from kamlib.ledger.snapshot import Snapshot, open_snapshot
from kamlib.policy import Policy
from kamlib.settings import checked_model, house_path


@dataclass(frozen=True)
class Previous:
    """An earlier run to compare with: the ledger and the policy that it saw."""

    run: str
    snapshot: Snapshot
    policy: Policy


def load_previous(folder: str | Path) -> Previous | None:
    """The run that a folder holds; None for an empty name.

    Raises
    ------
    DataError
        No run there, or one whose policy this version of the code cannot read.
    """
    if not str(folder):
        return None
    path = house_path(folder)
    try:
        head = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        remedy = "Give the folder of an earlier run, or leave it empty."
        raise DataError(Fault("previous", str(folder), remedy)) from error
    policy = checked_model(Policy, head.get("policy") or {}, f"policy of {path.name}")
    return Previous(head["run"], open_snapshot(path / "snapshot"), policy)
