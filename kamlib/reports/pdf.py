"""Documents as PDF/UA-1 by Typst: one report, or the whole pack with its table of contents."""

import base64
import json
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

import typst

from kamlib.blocks import TEMPLATES
from kamlib.fonts import covered_characters, font_files
from kamlib.language import listing, speaking, tr
from kamlib.reports.document import Document
from kamlib.reports.widths import breakable_words, fit_table, table_lines

STANDARD = "ua-1"  # a missing glyph or alternative text is an error, never a silent gap
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
LONGEST_UNBROKEN = 24  # lines of a table that stays on one page
SUBSTITUTE = "□"
FORMATS = {"image/svg+xml": "svg", "image/png": "png", "image/jpeg": "jpg", "image/gif": "gif"}


def pdf_of(document: Document) -> bytes:
    """One document as PDF."""
    return _compile([document], document.title, document.footer, document.lang, _stamp(document))


def pack_of(documents: Sequence[Document], title: str, subtitle: str, footer: str) -> bytes:
    """Many documents as one PDF with a table of contents, each from a new page."""
    first = documents[0]
    return _compile(documents, title, footer, first.lang, _stamp(first), subtitle)


@cache
def fonts() -> typst.Fonts:
    """The fonts, found once a process; looking at them starts no thread."""
    folders = sorted({str(path.parent) for path in font_files().values()})
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


def _compile(
    documents: Sequence[Document], title: str, footer: str, lang: str, stamp: datetime, subtitle: str | None = None
) -> bytes:
    data = {
        "title": title,
        "subtitle": subtitle or "",
        "author": "kamlib",
        "keywords": [document.title for document in documents][:50],
        "lang": lang,
        "footer": footer,
        "contents": subtitle is not None,
        "words": _words(lang),
        "reports": [document.blocks for document in documents],
        "definitions": _definitions(documents),
        "rows_used": _rows_used(documents),
    }
    return typeset("report.typ", data, stamp)


def typeset(template: str, data: dict[str, Any], stamp: datetime) -> bytes:
    """A template of ours with data, as PDF/UA-1; what the fonts cannot show becomes a box."""
    content = json.dumps(_printable(data), ensure_ascii=False, allow_nan=False)
    compiler = typst.Compiler(
        input=TEMPLATES / template,
        root=TEMPLATES,
        font_paths=fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": content},
    )
    return compiler.compile(format="pdf", pdf_standards=[STANDARD], timestamp=stamp)


def _definitions(documents: Sequence[Document]) -> list[dict[str, Any]]:
    """What the figures of all documents mean, each once, by the names of its tables: how many rows they have is said once."""
    told = {definition["key"]: definition for document in documents for definition in document.definitions}
    with speaking(documents[0].lang):
        return [
            {**definition, "rows": listing(definition["tables"]), "policy": policy_said(definition["policy"])}
            for definition in told.values()
        ]


def _rows_used(documents: Sequence[Document]) -> str:
    """The rows of every table that a definition rests on."""
    found = {name: text for d in documents for told in d.definitions for name, text in told["tables"].items()}
    with speaking(documents[0].lang):
        return listing(found.values())


def policy_said(values: Sequence[dict[str, str]]) -> str:
    """The policy's values that a definition names, by section, without the signs of a file.

    Examples
    --------
    >>> policy_said([{"key": "limits.net_worth_share", "value": "0.1"}, {"key": "limits.steps", "value": "[0.8, 1.0]"}])
    'limits: net worth share 0.1, steps 0.8 – 1.0'
    """
    sections: dict[str, list[str]] = {}
    for entry in values:
        section, _, name = entry["key"].partition(".")
        value = entry["value"].replace(", ", " – ") if entry["value"].startswith("[") else entry["value"]
        plain = value.translate(str.maketrans("", "", "{}[]"))
        sections.setdefault(section, []).append(f"{name.replace('_', ' ').replace('.', ' ')} {plain}".strip())
    return "; ".join(f"{section.replace('_', ' ')}: {', '.join(names)}" for section, names in sections.items())


def _words(lang: str) -> dict[str, Any]:
    """What the template itself says."""
    with speaking(lang):
        return {
            "page": tr("page {number} of {last}", number="{number}", last="{last}"),
            "actions": [tr("What"), tr("Owner"), tr("By"), tr("Why")],
            "definitions": tr("Definitions"),
            "explained": tr(
                "What each figure means, by what rule, from which rows. Where (weak) stands, it rests on a convention of practice, not on evidence."
            ),
            "policy": tr("Policy in force"),
            "rows": tr("Rests on"),
            "used": tr("Rows used"),
            "source": tr("Source"),
            "nothing": tr("Nothing to show."),
            "contents": [tr("Report"), tr("Of"), tr("Level"), tr("Page")],
        }


def _stamp(document: Document) -> datetime:
    """The document's time stamp: its as-of day, so that equal reports have equal bytes."""
    day = document.provenance.get("as_of")
    return datetime.fromisoformat(day).replace(tzinfo=UTC) if day else EPOCH


def _printable(value: Any) -> Any:
    """The data with only characters the fonts can show; a foreign one becomes a box, a control one nothing."""
    if isinstance(value, str):
        return value if value.isascii() and value.isprintable() else "".join(map(_shown, value))
    if isinstance(value, list):
        return [_printable(item) for item in value]
    if isinstance(value, dict):
        if value.get("block") == "image":
            raw = base64.b64decode(value["data"])
            known = {"bytes": list(raw), "format": FORMATS[value["mime"]], "natural": value["mime"] != "image/svg+xml"}
            return {**value, **known, "data": "", "alt": _printable(value["alt"])}
        plain = {key: _printable(item) for key, item in value.items()}
        return _fitted(plain) if value.get("block") == "table" else plain
    return value


def _fitted(table: dict[str, Any]) -> dict[str, Any]:
    """A table with places to break its longest words, the widths of its columns, and whether it may break."""
    rows = [[breakable_words(cell) for cell in row] for row in table["rows"]]
    fit = fit_table(table)
    breaks = table_lines(table, fit) > LONGEST_UNBROKEN
    return {**table, "rows": rows, "widths": fit.widths, "share": fit.share, "size": fit.size, "breaks": breaks}


@cache
def _shown(character: str) -> str:
    if character in "\n\t":
        return character
    if unicodedata.category(character) in ("Cc", "Cf", "Cs"):
        return ""
    return character if ord(character) in covered_characters() else SUBSTITUTE
