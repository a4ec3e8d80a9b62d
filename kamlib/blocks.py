"""What a cell shows: a block. One object, three faces: JupyterLab, the HTML report, the PDF.

A block carries its figures (`value`) beside their text, so that the index page, a test and a workbook read
the very numbers that the page prints. Its mimebundle holds ``text/html`` and ``BLOCK_MIME``, which the
exporters read. Strings in blocks are plain text: templates escape them.
"""

import io
import math
import warnings
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import jinja2
import pandas as pd
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG

from kamlib.language import tr
from kamlib.style import house_style

BLOCK_MIME = "application/vnd.kamlib.block+json"
TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Block:
    """Base of all blocks; `kind` names the template's macro."""

    kind: ClassVar[str]

    def to_json(self) -> dict[str, Any]:
        """Plain lists, dicts, numbers and texts; NaN and infinity, which JSON does not have, become null."""
        return {"block": self.kind, **_plain(asdict(self))}

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        content = self.to_json()
        return {"text/plain": self.summary(), "text/html": str(render_block(content)), BLOCK_MIME: content}

    def summary(self) -> str:
        """One line of text, for a terminal."""
        return f"{self.kind}: {getattr(self, 'title', '')}"


@dataclass(frozen=True)
class Heading(Block):
    """The head of a report: what it is, of whom, what is to be decided, the finding and the money behind it."""

    kind: ClassVar[str] = "heading"
    kicker: str
    title: str
    period: str
    decision: str
    level: str = ""
    level_word: str = ""
    finding: str = ""
    finding_value: float = 0.0
    finding_label: str = ""


@dataclass(frozen=True)
class Kpi:
    """One figure of the strip: `key` names it for the index page, `value` is the number behind `text`, `change`
    what it moved by since the comparison in `note`, `history` its earlier values and itself, oldest first."""

    key: str
    label: str
    text: str
    note: str = ""
    value: float | None = None
    tone: str = ""
    change: float | None = None
    history: tuple[float, ...] = ()


@dataclass(frozen=True)
class Kpis(Block):
    """The strip of figures below the head."""

    kind: ClassVar[str] = "kpis"
    items: tuple[Kpi, ...]

    def summary(self) -> str:
        """Label and text of each figure."""
        return " | ".join(f"{item.label}: {item.text}" for item in self.items)


@dataclass(frozen=True)
class Column:
    """A column of a table: `key`, its header, the unit in the header, and whether it holds numbers."""

    key: str
    label: str
    numeric: bool = True


@dataclass(frozen=True)
class Table(Block):
    """Rows of text, with the figures behind them in `values`; the last row may be a total; `key` names its definition.

    A `running` table of names and values is a paragraph on paper.
    """

    kind: ClassVar[str] = "table"
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    values: tuple[tuple[Any, ...], ...]
    total: bool = False
    marked: int | None = None
    note: str = ""
    key: str = ""
    running: bool = False


@dataclass(frozen=True)
class Caption:
    """The words around a chart: its finding as the title, what is drawn, the text for who cannot see it."""

    title: str
    subtitle: str
    alt: str
    source: str = ""


@dataclass(frozen=True)
class Chart(Block):
    """A drawing as SVG with its caption and the figures it draws."""

    kind: ClassVar[str] = "chart"
    title: str
    subtitle: str
    alt: str
    source: str
    svg: str
    data: tuple[dict[str, Any], ...] = ()
    half: bool = False


@dataclass(frozen=True)
class Note(Block):
    """Paragraphs of text."""

    kind: ClassVar[str] = "note"
    title: str
    paragraphs: tuple[str, ...]
    small: bool = False


@dataclass(frozen=True)
class Section(Block):
    """A heading within a page, as Markdown's second level gives it."""

    kind: ClassVar[str] = "section"
    title: str


@dataclass(frozen=True)
class Prose(Block):
    """Running text with emphasis and code: nodes as `kamlib.reports.document` reads them from Markdown."""

    kind: ClassVar[str] = "prose"
    nodes: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Action:
    """Something to do: what, who, by when, why."""

    what: str
    owner: str
    by: str
    why: str


@dataclass(frozen=True)
class Actions(Block):
    """The list of what is to be done; empty, it says that nothing is."""

    kind: ClassVar[str] = "actions"
    title: str
    items: tuple[Action, ...]
    empty: str = field(default_factory=lambda: tr("Nothing is to be done before the next review."))


@dataclass(frozen=True)
class WhatIf(Block):
    """A choice of clients to lose, reckoned in the HTML page by its own script; on paper the tables beside it stand.

    `content` holds what the script reads: ``clients`` (``id, name, revenue, margin, kept, cash``), the company's
    ``revenue, margin, fixed, cash, floor``, ``measures``, ``buttons``, ``units`` and ``words``.
    """

    kind: ClassVar[str] = "what_if"
    title: str
    note: str
    content: dict[str, Any]


def chart(ax: Axes, caption: Caption, data: pd.DataFrame, half: bool = False) -> Chart:
    """A drawn axes as a block.

    Parameters
    ----------
    ax : Axes
        Whose figure is drawn once, as SVG with its text as text.
    caption : Caption
    data : DataFrame
        The figures that are drawn; kept in the block for tests and readers.
    half : bool
        Whether two such charts may stand side by side.
    """
    stream = io.StringIO()
    with house_style(), warnings.catch_warnings():
        warnings.filterwarnings(
            "ignore", "Glyph .* missing from font"
        )  # text stays text: the reader's font may have it
        FigureCanvasSVG(ax.figure).print_svg(stream, metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    svg = stream.getvalue()
    svg = svg[svg.index("<svg") :]
    records = tuple(_plain(record) for record in data.to_dict("records"))
    return Chart(caption.title, caption.subtitle, caption.alt, caption.source, svg, records, half)


@cache
def environment() -> jinja2.Environment:
    """The Jinja environment of every template: everything is escaped unless it is markup of our own."""
    loader = jinja2.FileSystemLoader(TEMPLATES)
    made = jinja2.Environment(
        loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    made.globals["tr"] = tr
    return made


@cache
def stylesheet() -> str:
    """The CSS that reports and JupyterLab share."""
    return (TEMPLATES / "style.css").read_text(encoding="utf-8")


@cache
def jupyter_style() -> str:
    """The shared CSS, and what JupyterLab needs beside it."""
    return stylesheet() + (TEMPLATES / "jupyter.css").read_text(encoding="utf-8")


def render_block(content: dict[str, Any]) -> Markup:
    """A block's JSON as HTML; a heading brings the style along, for JupyterLab."""
    module = environment().get_template("blocks.html.j2").module
    html = module.block(content)
    if content["block"] == Heading.kind:
        return Markup("<style>{}</style><div class='kam'>{}</div>").format(Markup(jupyter_style()), html)
    look = "kam half" if content.get("half") else "kam"
    return Markup("<div class='{}'>{}</div>").format(look, html)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, pd.Timestamp):
        return None if pd.isna(value) else value.date().isoformat()
    if hasattr(value, "item"):
        value = value.item()
    if value is pd.NaT or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return value
