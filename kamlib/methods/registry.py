"""All definitions, and the ones that a list of blocks needs."""

from collections.abc import Iterable, Mapping
from typing import Any

from kamlib.methods import (
    collections,
    concentration,
    credit,
    early_warning,
    executive,
    post_mortem,
    profile,
    ranking,
    stress,
    treatment,
)
from kamlib.methods.definition import Definition

SECTIONS: dict[str, tuple[Definition, ...]] = {
    "executive": executive.DEFINITIONS,
    "concentration": concentration.DEFINITIONS,
    "stress": stress.DEFINITIONS,
    "ranking": ranking.DEFINITIONS,
    "credit": credit.DEFINITIONS,
    "collections": collections.DEFINITIONS,
    "early_warning": early_warning.DEFINITIONS,
    "profile": profile.DEFINITIONS,
    "treatment": treatment.DEFINITIONS,
    "post_mortem": post_mortem.DEFINITIONS,
}
DEFINITIONS = tuple(definition for section in SECTIONS.values() for definition in section)
_BY_KEY = {key: definition for definition in DEFINITIONS for key in definition.keys}


def definition_of(key: str) -> Definition | None:
    """The definition of a figure's or a table's key; None where there is none.

    Examples
    --------
    >>> definition_of("hhi_points").home
    'concentration.herfindahl_index'
    """
    return _BY_KEY.get(key)


def definitions_used(blocks: Iterable[Mapping[str, Any]]) -> list[Definition]:
    """The definitions of every figure and table in blocks, in the order of the page, each once."""
    used = [definition_of(key) for block in blocks for key in keys_of(block)]
    return list(dict.fromkeys(definition for definition in used if definition is not None))


def keys_of(block: Mapping[str, Any]) -> list[str]:
    """The keys that a block shows: those of a strip's figures, or a table's own."""
    if block["block"] == "kpis":
        return [item["key"] for item in block["items"]]
    return [block["key"]] if block["block"] == "table" and block.get("key") else []
