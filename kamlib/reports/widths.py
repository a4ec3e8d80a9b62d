"""How wide the columns of a printed table are: figures get what they need, words share the rest."""

import math
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

PAGE = 108.0  # figures' widths that a line of a page holds at the size of a table's text
GAP = 3.0
SHORTEST, LONGEST = 9.0, 44.0
MOST = 90.0  # of a column that has more to say than the others
LONGEST_WORD, STRETCH, BREAK = 26, 18, "\u200b"


def column_widths(block: dict[str, Any]) -> list[float]:
    """Relative widths of a table's columns, in widths of a figure.

    A column of numbers is as wide as its widest cell and the longest word of its header; the others share what is
    left of the page by how much they have to say, none below its longest word.

    Examples
    --------
    >>> columns = [{"label": "Client", "numeric": False}, {"label": "Open", "numeric": True}]
    >>> column_widths({"columns": columns, "rows": [["Halden", "1,234"], ["Norvik", "7"]]})
    [100.0, 8.0]
    """
    columns, rows = block["columns"], block["rows"]
    if not columns:
        return []
    cells = [[row[number] for row in rows] for number in range(len(columns))]
    widths = [_needed(column, texts) for column, texts in zip(columns, cells, strict=True)]
    words = [number for number, column in enumerate(columns) if not column["numeric"]]
    left = PAGE - sum(width for number, width in enumerate(widths) if number not in words)
    wanted = [min(max(map(text_length, [columns[n]["label"], *cells[n]])) + GAP, MOST) for n in words]
    least = [min(max(widths[number], SHORTEST), LONGEST) for number in words]
    if words:
        spare = max(left - sum(least), 0.0)
        appetite = [max(want - low, 0.0) for want, low in zip(wanted, least, strict=True)]
        total = sum(appetite)
        for place, number in enumerate(words):
            part = appetite[place] / total if total else 1 / len(words)
            widths[number] = least[place] + spare * part
    return [round(width, 2) for width in widths]


def table_lines(block: dict[str, Any], widths: Sequence[float]) -> int:
    """How many lines a table's rows take, about, with columns of these widths.

    Examples
    --------
    >>> columns = [{"label": "What", "numeric": False}]
    >>> table_lines({"columns": columns, "rows": [["word " * 60], ["one"]]}, [100.0])
    4
    """
    scale = PAGE / max(sum(widths), 1.0)
    rooms = [max(width * scale - GAP, 1.0) for width in widths]
    return sum(
        max(math.ceil(text_length(text) / room) or 1 for text, room in zip(row, rooms, strict=True))
        for row in block["rows"]
    )


def breakable_words(text: str) -> str:
    """A text whose longest words may be broken: after a sign within them, or else anywhere.

    Examples
    --------
    >>> breakable_words("short words stay")
    'short words stay'
    >>> breakable_words("a" * 60).count(BREAK)
    3
    """
    return " ".join(_with_breaks(word) if len(word) > LONGEST_WORD else word for word in text.split(" "))


def _with_breaks(word: str) -> str:
    parts = re.findall(rf"[^./_=,;:-]{{0,{STRETCH - 1}}}[./_=,;:-]|.{{1,{STRETCH}}}", word)
    return BREAK.join(parts)


def text_length(text: str) -> float:
    """The length of a text in figures; a Chinese character counts two."""
    return sum(2.0 if unicodedata.east_asian_width(character) in "WF" else 1.0 for character in text)


def _needed(column: dict[str, Any], texts: Sequence[str]) -> float:
    """The least width: no word of the header is cut, no figure is broken."""
    parts = list(texts) if column["numeric"] else [part for text in texts for part in text.split(" ")]
    header = column["label"].split(" ")
    longest = max((_unbroken(part) for part in parts), default=0.0)
    return max(longest, max(map(text_length, header)) * 0.95) + GAP


def _unbroken(part: str) -> float:
    """The length that must not be cut: Chinese may be broken anywhere, and so may a word that is too long."""
    length = text_length(part)
    if len(part) > LONGEST_WORD:
        return float(STRETCH)
    return length if part.isascii() or any(character.isdigit() for character in part) else min(length, SHORTEST)
