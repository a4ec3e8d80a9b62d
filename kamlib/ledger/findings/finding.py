"""One kind of dirt in one table; plain values only, so that reports read it without a database."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Finding:
    """One kind of dirt in one table.

    Attributes
    ----------
    code : str
        Its name in the catalogue.
    table : str
    count : int
        Rows that have it.
    money : mapping
        Their amount by currency, as exact text.
    examples : tuple of str
        File and line of the first ones.
    values : mapping
        What its sentence names.
    stops, accepted : bool
        Whether it stops a run, and whether the run file has accepted it by name.
    """

    code: str
    table: str
    count: int
    money: Mapping[str, str] = field(default_factory=dict)
    examples: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    stops: bool = False
    accepted: bool = False

    def to_json(self) -> dict[str, Any]:
        """As a plain dict."""
        return asdict(self)
