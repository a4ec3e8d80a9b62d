"""The language that reports are written in: one choice a process, sentences from gettext catalogues.

The English sentence is the key. Chinese stands in ``kamlib/locale/zh/<room>.po``, one catalogue a room; a test
holds that every sentence in the code and in the notebooks is there. Figures go in as named values, so both
languages print the same ones.
"""

import gettext
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

from kamlib.errors import DataError, Fault

LANGUAGES = ("en", "zh")
CATALOGUES = Path(__file__).parent / "locale"
_current: ContextVar[str] = ContextVar("language", default="en")


def use_language(lang: str) -> None:
    """Choose the language of everything that is said from here on in this process.

    Raises
    ------
    DataError
        A language that there is no catalogue for.
    """
    if lang not in LANGUAGES:
        raise DataError(Fault("lang", str(lang), f"Use one of {', '.join(LANGUAGES)}."))
    _current.set(lang)


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    """A language for the length of a block: a document is printed in its own."""
    before = current_language()
    use_language(lang)
    try:
        yield
    finally:
        use_language(before)


def current_language() -> str:
    """The language in use: ``en`` unless `use_language` chose another."""
    return _current.get()


def tr(message: str, /, **values: Any) -> str:
    """A sentence in the language in use, with its ``{named}`` values filled in.

    Examples
    --------
    >>> tr("{name} owes nothing.", name="Halden")
    'Halden owes nothing.'
    """
    text = _catalogue(current_language()).gettext(message) if message else ""
    return text.format_map(values) if values else text


def trn(singular: str, plural: str, count: int, /, **values: Any) -> str:
    """A sentence that depends on a count; `count` itself is not filled in unless it is among the values.

    Examples
    --------
    >>> trn("{n} client", "{n} clients", 2, n=2)
    '2 clients'
    """
    return _catalogue(current_language()).ngettext(singular, plural, count).format_map(values)


def phrase(message: str) -> str:
    """A sentence that is kept in a constant and said later by `tr`: it goes into the catalogue unchanged."""
    return message


def sentences(*parts: str) -> str:
    """Sentences one after the other: Chinese sets no blank between them."""
    return ("" if current_language() == "zh" else " ").join(part for part in parts if part)


def listing(items: Iterable[str]) -> str:
    """An enumeration: ``a, b and c``, or ``a、b和c``."""
    parts = list(items)
    comma, last = ("、", "和") if current_language() == "zh" else (", ", " and ")
    return comma.join(parts[:-1]) + last + parts[-1] if len(parts) > 1 else "".join(parts)


@cache
def _catalogue(lang: str) -> gettext.NullTranslations:
    """All rooms' catalogues of a language; English needs none."""
    whole: gettext.NullTranslations = gettext.NullTranslations()
    if lang == "en":
        return whole
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for file in sorted((CATALOGUES / lang).glob("*.po")):
        compiled = io.BytesIO()
        with file.open("rb") as stream:
            write_mo(compiled, read_po(stream, locale=lang))
        compiled.seek(0)
        room = gettext.GNUTranslations(compiled)
        room.add_fallback(whole)
        whole = room
    return whole
