"""A text's day on Spark as DuckDB reads it: a format of ``strptime`` as what a text must look like, and how it is read."""

import re
from dataclasses import dataclass

from kamlib.errors import DataError, Fault

PARTS = {"Y": ("1900", "y"), "m": ("1", "M"), "d": ("1", "d"), "H": ("0", "H"), "M": ("0", "m"), "S": ("0", "s")}
"""What stands for a part that a format has not, and the letter by which Spark reads it; in the order of reading."""
WHOLE = {"%c": "%Y-%m-%d %H:%M:%S", "%x": "%Y-%m-%d", "%X": "%H:%M:%S", "%T": "%H:%M:%S"}
BLANK = r"[ \t\n\r\x0b\f]"
"""Blanks as DuckDB has them: ASCII alone."""
TWO = r"\d{1,2}+"
MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"


def _short(names: str) -> str:
    return "|".join(name[:3] for name in names.split("|"))


GROUPS = {
    "Y": r"(?<Y>\d{1,4}+)",
    "m": f"(?<m>{TWO})",
    "d": f"(?<d>{TWO})",
    "H": f"(?<H>{TWO})",
    "I": f"(?<H>{TWO})",
    "M": f"(?<M>{TWO})",
    "S": f"(?<S>{TWO})",
    "p": "(?<p>(?i:am|pm))",
    "b": f"(?<m>(?i:{_short(MONTHS)}))",
    "B": f"(?<m>(?i:{MONTHS}))",
    "a": f"(?i:{_short(DAYS)})",
    "A": f"(?i:{DAYS})",
    "f": r"\d{1,6}+",
    "g": r"\d{1,3}+",
}
YEARS = {"19": r"(?<Y>69|[7-9]\d)", "20": r"(?<Y>[0-5]\d|6[0-8])", "200": r"(?<Y>\d)(?!\d)"}
"""What stands before a year of two figures, or of one."""
ZONES = {"${z}:${n}": r"(?<z>[+-]\d\d):?(?<n>\d\d)", "${z}:00": r"(?<z>[+-]\d\d)"}


@dataclass(frozen=True)
class DayPattern:
    """One way to read a text.

    Attributes
    ----------
    looks : str
        A regular expression of Java, which matches any text: only where it is one of the format, its groups are filled.
    parts : str
        The groups put in order.
    letters : str
        By which letters Spark reads that; empty for a moment with a time zone, which it reads by itself.
    """

    looks: str
    parts: str
    letters: str


def day_patterns(written: str) -> list[DayPattern]:
    """The ways to read a text by a format of ``strptime``, of which the first that fits counts.

    Parts of a second are no part of a day and are passed over.

    Raises
    ------
    DataError
        A format with a part that is not read here, such as the week of a year.

    Examples
    --------
    >>> [way] = day_patterns("%d.%m.%Y")
    >>> way.parts, way.letters
    ('${Y}|${m}|${d}|0|0|0', 'y|M|d|H|m|s')
    """
    for short, long in WHOLE.items():
        written = written.replace(short, long)
    return [
        _pattern(written, before, year, zone, of) for before, year in _years(written) for zone, of in _zones(written)
    ]


def _years(written: str) -> list[tuple[str, str]]:
    return list(YEARS.items()) if "%y" in written else [("", "")]


def _zones(written: str) -> list[tuple[str, str]]:
    return list(ZONES.items()) if "%z" in written else [("", "")]


def _pattern(written: str, before: str, year: str, zone: str, of_zone: str) -> DayPattern:
    groups = GROUPS | {"y": year, "z": of_zone}
    looks, letters = "", set()
    for part in re.findall(r"%-?[A-Za-z%]|\s+|.", written, flags=re.DOTALL):
        if part == "%%" or not part.startswith("%"):
            looks += f"{BLANK}+" if part.isspace() else re.escape(part[-1])
            continue
        if part[-1] not in groups or (zone and part[-1] in "bBp"):
            remedy = "Read such a ledger with DuckDB (without an engine_url), or write its days as 2026-09-30."
            raise DataError(Fault("engine_url", f"{part} in the date format {written} cannot be read on Spark", remedy))
        looks += groups[part[-1]]
        letters.add(part[-1])
    first = "" if written[:1].isspace() else f"{BLANK}*"
    looks = rf"^{first}{looks}{BLANK}*\z|(?s:^.*\z)"
    texts = {name: f"${{{name}}}" if f"(?<{name}>" in looks else absent for name, (absent, _) in PARTS.items()}
    texts["Y"] = before + texts["Y"]
    if zone:
        return DayPattern(looks, "{Y}-{m}-{d}T{H}:{M}:{S}".format_map(texts) + zone, "")
    read = {name: letter for name, (_, letter) in PARTS.items()}
    read["m"] = "MMMM" if "B" in letters else "MMM" if "b" in letters else "M"
    if {"I", "p"} <= letters:
        return DayPattern(looks, "|".join([*texts.values(), "${p}"]), "|".join([*(read | {"H": "h"}).values(), "a"]))
    return DayPattern(looks, "|".join(texts.values()), "|".join(read.values()))
