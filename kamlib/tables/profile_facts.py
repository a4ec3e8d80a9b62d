"""What the tables of a client's profile share."""

from collections.abc import Sequence

from kamlib import formats
from kamlib.blocks import Column, Table
from kamlib.language import tr
from kamlib.tables.shared import table_of


def signed_share(value: float, digits: int = 0) -> str:
    """A share with its sign: ``+3 %``."""
    text = formats.share(value, digits)
    return f"+{text}" if value > 0 and any(digit in "123456789" for digit in text) else text


def table_of_facts(title: str, rows: Sequence[tuple[str, str, object]], note: str = "", *, key: str) -> Table:
    """A table of what and how much."""
    columns = [Column("what", tr("What"), False), Column("figure", tr("Figure"), False)]
    return table_of(title, columns, [row[:2] for row in rows], [(row[0], row[2]) for row in rows], note=note, key=key)
