"""A replay as a file of arrays, each client's apart: the review of one client reads its own alone."""

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from kamlib.early_warning.balances import Balances
from kamlib.early_warning.catalogue import CATALOGUE
from kamlib.early_warning.context import Context
from kamlib.early_warning.levels import Levels
from kamlib.early_warning.panel import Panel
from kamlib.early_warning.reading import Reading
from kamlib.early_warning.replay import Replay
from kamlib.kept import kept_file
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy

REPLAY_FILE = "warnings.npz"
OF_COMPANY = ("clients", "ends", "company_revenue", "absent")  # of the panel: not by client
PARTS = ("balances", "context")
OF_PANEL = tuple(field.name for field in fields(Panel) if field.name not in (*OF_COMPANY, *PARTS))
OF_LEVELS = tuple(field.name for field in fields(Levels) if field.name != "on")


def write_replay(replay: Replay, place: Path) -> None:
    """Keep a replay of all clients as compressed arrays, one a client."""
    panel, arrays = replay.panel, dict(_by_client(replay))
    clients = len(panel.clients)
    rows = np.hstack([array.reshape(clients, -1).astype(float) for array in arrays.values()])
    layout = [f"{name} {array.dtype.str} {array.ndim}" for name, array in arrays.items()]
    np.savez_compressed(
        place,
        layout=np.array(layout),
        clients=np.array(panel.clients.tolist(), dtype=str),
        ends=panel.ends.to_numpy(),
        company_revenue=panel.company_revenue,
        absent=np.array(sorted(panel.absent), dtype=str),
        **{f"client {number}": row for number, row in enumerate(rows)},
    )


def kept_replay(own: Snapshot, policy: Policy) -> Replay | None:
    """The replay of the one client of a narrowed snapshot from what a run has kept; None where that is not there."""
    place = kept_file(own, policy, REPLAY_FILE)
    if own.client_ids is None or len(own.client_ids) != 1 or place is None or not place.is_file():
        return None
    with np.load(place) as kept:
        found = np.flatnonzero(kept["clients"] == own.client_ids[0])
        if not len(found):
            return None
        ends = pd.DatetimeIndex(kept["ends"])
        arrays = _split(kept[f"client {found[0]}"], kept["layout"].tolist(), len(ends))
        panel = {"clients": pd.Index(own.client_ids), "ends": ends, "company_revenue": kept["company_revenue"]}
        panel["absent"] = frozenset(kept["absent"].tolist())
    panel |= {name: arrays[name] for name in OF_PANEL}
    panel |= {"balances": _filled(Balances, "balances", arrays), "context": _filled(Context, "context", arrays)}
    signs = [indicator.name for indicator in CATALOGUE]
    readings = {name: _filled(Reading, f"readings.{name}", arrays) for name in signs}
    numbers = {name: arrays[f"levels.{name}"] for name in OF_LEVELS}
    return Replay(Panel(**panel), readings, Levels({name: arrays[f"levels.on.{name}"] for name in signs}, **numbers))


def _by_client(replay: Replay) -> Iterator[tuple[str, np.ndarray]]:
    """Every array of a replay whose rows are clients, by its path."""
    yield from ((name, getattr(replay.panel, name)) for name in OF_PANEL)
    for name in PARTS:
        yield from _members(name, getattr(replay.panel, name))
    for name, found in replay.readings.items():
        yield from _members(f"readings.{name}", found)
    yield from ((f"levels.on.{name}", on) for name, on in replay.levels.on.items())
    yield from ((f"levels.{name}", getattr(replay.levels, name)) for name in OF_LEVELS)


def _members(path: str, part: Any) -> Iterator[tuple[str, np.ndarray]]:
    return ((f"{path}.{field.name}", getattr(part, field.name)) for field in fields(part))


def _filled(kind: type, path: str, arrays: dict[str, np.ndarray]) -> Any:
    return kind(**{field.name: arrays[f"{path}.{field.name}"] for field in fields(kind)})


def _split(row: np.ndarray, layout: list[str], months: int) -> dict[str, np.ndarray]:
    """One client's numbers as the arrays that they were, each with one row."""
    arrays, start = {}, 0
    for told in layout:
        name, dtype, dimensions = told.split(" ")
        width = months if dimensions == "2" else 1
        values = row[start : start + width].astype(dtype)
        arrays[name] = values.reshape(1, -1) if dimensions == "2" else values
        start += width
    return arrays
