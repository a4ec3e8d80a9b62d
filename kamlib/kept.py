"""What a run has worked out of all clients, kept beside its snapshot: a report of one client need not do it again.

A result is kept under a stamp of all that it rests on: ledger, day, matching, policy and code. Whoever asks for another
of these finds nothing, and works it out.
"""

import hashlib
import json
from functools import lru_cache
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy
from kamlib.runs import code_hash

KEPT = "kept"  # the folder, in that of the snapshot


def kept_file(snapshot: Snapshot, policy: Policy, name: str) -> Path | None:
    """Where a result of the whole ledger on the snapshot's day is kept, whether it is there or not.

    Parameters
    ----------
    snapshot : Snapshot
        Its choice of clients does not count.
    policy : Policy
    name : str
        Of the result, with its suffix.

    Returns
    -------
    Path or None
        None for a ledger in memory.
    """
    if snapshot.folder is None:
        return None
    rests_on = [
        snapshot.facts.get("key"),
        f"{snapshot.date:%Y-%m-%d}",
        snapshot.matching,
        policy.model_dump_json(),
        code_hash(),
    ]
    stamp = hashlib.sha256(json.dumps(rests_on).encode()).hexdigest()[:16]
    return snapshot.folder / KEPT / f"{stamp}-{name}"


def kept_table(snapshot: Snapshot, policy: Policy, name: str) -> pd.DataFrame | None:
    """A kept table of the whole ledger; None where it is not kept. It is shared: do not write to it."""
    place = kept_file(snapshot, policy, name)
    return _read(place) if place is not None and place.is_file() else None


def kept_rows(snapshot: Snapshot, policy: Policy, name: str) -> pd.DataFrame | None:
    """A kept table with one row a client: those of the snapshot's clients, all of them for a whole one.

    Returns
    -------
    DataFrame or None, index client_id
        None where nothing is kept, or not of every client that is asked for.
    """
    table = kept_table(snapshot, policy, name)
    if table is None:
        return None
    if snapshot.client_ids is None:
        return table.copy(deep=False)
    there = all(client in table.index for client in snapshot.client_ids)
    return table.loc[sorted(snapshot.client_ids)] if there else None


@lru_cache(maxsize=8)
def _read(place: Path) -> pd.DataFrame:
    return pq.ParquetFile(place).read(use_threads=False).to_pandas()  # read_table would import pyarrow.dataset
