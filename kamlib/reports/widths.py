"""How wide the columns of a printed table are: figures get what they need, words share the rest."""

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any

LINE, SIZE, SMALLEST = 493.0, 8.0, 6.5  # points: a line of an A4 page, the size of a table's text, the least size
GAP = 1.6  # between two columns, in ems
SHORTEST, COMFORTABLE, LONGEST = 5.0, 17.0, 52.0  # of a column of words, in ems
SHARES = (0.5, 0.75, 1.0)  # of the line: a narrow table keeps figures near their names
LONGEST_WORD, STRETCH, BREAK = 26, 18, "\u200b"
EMS = {
    **dict.fromkeys("ijl|I", 0.27),
    **dict.fromkeys(" !,.:;'()[]/\\ft-r\u202f\u00a0", 0.36),
    **dict.fromkeys("mwMW%@", 0.92),
    **dict.fromkeys("ABCDEFGHJKLNOPQRSTUVXYZ", 0.7),
}
"""Widths of Inter's characters, rounded up, where they are not those of a figure."""
FIGURE = 0.63


@dataclass(frozen=True)
class Fit:
    """How a table stands on a page: relative widths of its columns, its part of the line, the size of its text."""

    widths: list[float]
    share: float
    size: float


def fit_table(block: dict[str, Any]) -> Fit:
    """How wide a table and its columns are printed.

    All texts stand on one line where they fit; else no figure and no word is broken, and what is left of the line goes
    to the columns of words that need least to stand on one line. Text becomes smaller where names would otherwise be broken
    over many lines.

    Examples
    --------
    >>> columns = [{"label": "Client", "numeric": False}, {"label": "Open", "numeric": True}]
    >>> fit = fit_table({"columns": columns, "rows": [["Halden", "1,234"], ["Norvik", "7"]]})
    >>> fit.share, fit.size, fit.widths[0] > fit.widths[1]
    (0.5, 8.0, True)
    """
    columns, rows = block["columns"], block["rows"]
    if not columns:
        return Fit([], 1.0, SIZE)
    cells = [[row[number] for row in rows] for number in range(len(columns))]
    pairs = list(zip(columns, cells, strict=True))
    whole = [min(max(map(text_width, [column["label"], *texts])), LONGEST) + GAP for column, texts in pairs]
    line = LINE / SIZE
    if sum(whole) <= line:
        share = next(part for part in SHARES if sum(whole) <= part * line)
        return Fit([round(width, 2) for width in whole], share, SIZE)
    least = [_needed(column, texts) for column, texts in pairs]
    wished = [
        width if column["numeric"] else max(width, min(full, COMFORTABLE))
        for column, width, full in zip(columns, least, whole, strict=True)
    ]
    size = min(max(SIZE * line / sum(wished), SMALLEST), SIZE)
    told = [width if column["numeric"] else full for column, width, full in zip(columns, least, whole, strict=True)]
    widths = _shared_out(least, told, LINE / size - sum(least))
    widths = _shared_out(widths, whole, LINE / size - sum(widths))
    return Fit([round(width, 2) for width in widths], 1.0, round(size, 2))


def _shared_out(least: Sequence[float], whole: Sequence[float], spare: float) -> list[float]:
    """Room given to columns until they stand on one line, those that need least of it first.

    Examples
    --------
    >>> _shared_out([5.0, 5.0], [8.0, 30.0], 9.0)
    [8.0, 11.0]
    """
    widths = list(least)
    hungry = sorted(range(len(least)), key=lambda number: whole[number] - least[number])
    for place, number in enumerate(hungry):
        part = min(max(whole[number] - least[number], 0.0), max(spare, 0.0) / (len(hungry) - place))
        widths[number] += part
        spare -= part
    return widths


def table_lines(block: dict[str, Any], fit: Fit) -> int:
    """How many lines a table's rows take, about, where it stands so.

    Examples
    --------
    >>> columns = [{"label": "What", "numeric": False}]
    >>> table_lines({"columns": columns, "rows": [["word " * 40], ["one"]]}, Fit([50.0], 1.0, 8.0))
    3
    """
    scale = fit.share * LINE / fit.size / max(sum(fit.widths), 1.0)
    rooms = [max(width * scale - GAP, 1.0) for width in fit.widths]
    return sum(
        max(math.ceil(text_width(text) / room) or 1 for text, room in zip(row, rooms, strict=True))
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


def text_width(text: str) -> float:
    """About how wide a text is, in ems; a Chinese character is one, and keeps a small distance from Latin ones.

    Examples
    --------
    >>> text_width("年"), round(text_width("2026年"), 2)
    (1.0, 3.77)
    """
    width = sum(map(_em, text))
    if text.isascii():
        return width
    wide = [unicodedata.east_asian_width(character) in "WF" for character in text]
    return width + 0.25 * sum(one != other for one, other in pairwise(wide))


def _em(character: str) -> float:
    if character.isascii():
        return EMS.get(character, FIGURE)
    return 1.0 if unicodedata.east_asian_width(character) in "WF" else EMS.get(character, 0.7)


def _needed(column: dict[str, Any], texts: Sequence[str]) -> float:
    """The least width: no word of the header is cut, no figure is broken."""
    words = column["label"].split(" ")
    if column["numeric"]:
        halves = text_width(column["label"]) / 2 + GAP if len(words) > 1 else 0.0  # a header takes two lines, or three
        return max(*map(text_width, chain(texts, words)), min(halves, SHORTEST)) + GAP
    parts = chain(words, *(text.split(" ") for text in texts))
    longest = max(map(_unbroken, parts), default=0.0)
    return max(longest, min(max(map(text_width, texts), default=0.0), SHORTEST)) + GAP


def _unbroken(part: str) -> float:
    """The width that must not be cut: Chinese may be broken anywhere, and so may a word that is too long."""
    if len(part) > LONGEST_WORD:
        return STRETCH * FIGURE
    width = text_width(part)
    return width if part.isascii() or any(character.isdigit() for character in part) else min(width, SHORTEST)
