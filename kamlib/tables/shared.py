"""What every report ends with, and how any table is built."""

from collections.abc import Sequence
from typing import Any

from kamlib import formats
from kamlib.blocks import Column, Table
from kamlib.ledger.snapshot import Snapshot


def table_provenance(snapshot: Snapshot, **parameters: Any) -> Table:
    """What the figures rest on: the ledger, its hash, rows used, and the parameters of this run."""
    facts = snapshot.facts
    rows = facts.get("rows") or {}
    values = [
        ["Ledger", str(facts.get("source", ""))],
        ["SHA-256 of its files", str(facts.get("sha256", ""))[:16] or formats.MISSING],
        ["Seen up to", f"{snapshot.date:%Y-%m-%d}"],
        [
            "Rows in · used · quarantined",
            " · ".join(formats.number(rows.get(k)) for k in ("in", "used", "quarantined")),
        ],
        ["Optional tables missing", ", ".join(facts.get("missing") or {}) or "none"],
        *[[name, str(value)] for name, value in parameters.items()],
    ]
    return table_of(
        "What this rests on", [Column("what", "What", False), Column("value", "Value", False)], values, values
    )


def table_of(
    title: str,
    columns: Sequence[Column],
    texts: Sequence[Sequence[str]],
    values: Sequence[Sequence[Any]],
    total: bool = False,
    marked: int | None = None,
    note: str = "",
) -> Table:
    """A table block from lists: columns, the cells as text, and the figures behind them."""
    return Table(title, tuple(columns), tuple(map(tuple, texts)), tuple(map(tuple, values)), total, marked, note)
