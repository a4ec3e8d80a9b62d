"""A paper made without a notebook: blocks in, one HTML and one PDF file out, as every report looks."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kamlib.blocks import Block
from kamlib.language import current_language
from kamlib.reports.document import Document
from kamlib.reports.html import html_of
from kamlib.reports.manifest import put_file
from kamlib.reports.pdf import pdf_of


def write_paper(
    blocks: Sequence[Block], folder: Path, name: str, footer: str, provenance: dict[str, Any]
) -> list[Path]:
    """Write ``<name>.html`` and ``<name>.pdf`` into a folder; each stands there whole or not at all.

    Parameters
    ----------
    blocks : sequence of Block
        The first is the heading.
    folder : Path
        Made where it is not there.
    name : str
        Of the files, without suffix.
    footer : str
    provenance : dict
        Stands inside the files; its ``as_of`` is their time stamp.
    """
    content = [block.to_json() for block in blocks]
    document = Document(content[0]["title"], content, current_language(), footer, provenance)
    folder.mkdir(parents=True, exist_ok=True)
    pages = {"html": html_of(document).encode(), "pdf": pdf_of(document)}
    for suffix, page in pages.items():
        put_file(folder / f"{name}.{suffix}", page)
    return [folder / f"{name}.{suffix}" for suffix in pages]
