"""The policy's values in force and the rows of each table, as definitions show them."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from kamlib.language import LANGUAGES, current_language
from kamlib.ledger.snapshot import Snapshot
from kamlib.methods.registry import DEFINITIONS
from kamlib.policy import Policy

LONGEST = 160


def values_in_force(policy: Policy) -> dict[str, str]:
    """Every value that a definition names, by its dotted key, as a person would write it.

    Examples
    --------
    >>> values_in_force(Policy())["concentration.window_months"]
    '12'
    """
    names = sorted({name for definition in DEFINITIONS for name in definition.policy})
    return {name: _said(_value(policy, name)) for name in names}


def whole_policy(policy: Policy) -> dict[str, str]:
    """Every value of the policy, one a line; lists and tables of values in one.

    Examples
    --------
    >>> whole_policy(Policy())["receivables.ageing_edges"]
    '[30, 60, 90, 120]'
    """
    return {name: _said(value) for name, value in _leaves(policy, "")}


def rows_used(snapshot: Snapshot) -> dict[str, int]:
    """Rows that figures rest on, by table, of the whole ledger."""
    read = snapshot.facts.get("ledger", {}).get("tables", {})
    return {name: int(table["rows_used"]) for name, table in read.items() if table.get("rows_used")}


def _leaves(model: BaseModel, above: str) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name in type(model).model_fields:
        value, path = getattr(model, name), f"{above}{name}"
        found += _leaves(value, f"{path}.") if isinstance(value, BaseModel) else [(path, value)]
    return found


def _value(policy: Policy, name: str) -> Any:
    value: Any = policy
    for part in name.split("."):
        value = getattr(value, part)
    return value


def _said(value: Any) -> str:
    text = json.dumps(_plain(value), ensure_ascii=False).replace('"', "")
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return _plain(value.model_dump(exclude_none=True))
    if isinstance(value, Mapping):
        if value and set(value) <= set(LANGUAGES):  # a name in each language
            return _plain(value.get(current_language()) or next(iter(value.values())))
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)
