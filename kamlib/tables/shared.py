"""What every report ends with, and how any table is built."""

from collections.abc import Sequence
from typing import Any

from kamlib import formats
from kamlib.blocks import Column, Table
from kamlib.language import listing, phrase, tr, trn
from kamlib.ledger.snapshot import Snapshot
from kamlib.wording.confidence import table_name
from kamlib.wording.findings import say_acceptance

PARAMETERS = {
    "client": phrase("Client"),
    "policy": phrase("Policy file"),
    "register": phrase("Register file"),
    "case": phrase("Case file"),
    "weights": phrase("Weights"),
    "window_months": phrase("Window in months"),
    "previous": phrase("Compared with"),
    "moved": phrase("Threshold moved"),
    "before": phrase("Run before"),
    "after": phrase("Run after"),
}
"""Parameters of notebooks by the names that readers get; one not named here keeps its own."""
DEFAULTS = (phrase("a quarter before"),)


def table_provenance(snapshot: Snapshot, **parameters: Any) -> Table:
    """What the figures rest on: the ledger, its hash, rows used, and the parameters of this run."""
    facts = snapshot.facts
    rows = facts.get("rows") or {}
    accepted = say_acceptance(snapshot)
    values = [
        [tr("Ledger"), str(facts.get("source", ""))],
        [tr("SHA-256 of its files"), str(facts.get("sha256", ""))[:16] or formats.MISSING],
        [tr("Seen up to"), f"{snapshot.date:%Y-%m-%d}"],
        [
            tr("Rows in · used · quarantined"),
            " · ".join(formats.number(rows.get(k)) for k in ("in", "used", "quarantined")),
        ],
        [tr("Clients are counted by"), _counted_by(snapshot)],
        *([[tr("Accepted although figures may be wrong by it"), accepted]] if accepted else []),
        [tr("Optional tables missing"), listing(map(table_name, facts.get("missing") or {})) or tr("none")],
        *parameters_said(parameters),
    ]
    columns = [Column("what", tr("What"), False), Column("value", tr("Value"), False)]
    return table_of(tr("What this rests on"), columns, values, values, key="provenance", running=True)


def parameters_said(parameters: dict[str, Any]) -> list[list[str]]:
    """The parameters of a run by their names in words."""
    return [
        [tr(PARAMETERS[name]) if name in PARAMETERS else name, _said(str(value))] for name, value in parameters.items()
    ]


def _said(value: str) -> str:
    return tr(value) if value in DEFAULTS else value


def _counted_by(snapshot: Snapshot) -> str:
    merged = snapshot.facts.get("ledger", {}).get("merged_ids", 0)
    if not merged:
        return tr("client id; groups by group_id")
    return trn(
        "client id, {n} of them merged by identity.yaml; groups by group_id",
        "client id, {n} of them merged by identity.yaml; groups by group_id",
        merged,
        n=merged,
    )


def table_of(
    title: str,
    columns: Sequence[Column],
    texts: Sequence[Sequence[str]],
    values: Sequence[Sequence[Any]],
    total: bool = False,
    marked: int | None = None,
    note: str = "",
    key: str = "",
    running: bool = False,
) -> Table:
    """A table block from lists: columns, cells as text, the figures behind them; `key` leads to its definition."""
    rows, figures = tuple(map(tuple, texts)), tuple(map(tuple, values))
    return Table(title, tuple(columns), rows, figures, total, marked, note, key, running)
