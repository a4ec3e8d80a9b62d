"""The whole run in one file: ``pack.pdf`` with every report, ``workbook.xlsx`` with every table."""

from datetime import date
from typing import Any

import nbformat

from kamlib import formats
from kamlib.language import tr
from kamlib.reports.document import Document, document_of
from kamlib.reports.manifest import KEPT, Manifest, put_file
from kamlib.reports.pdf import pack_of
from kamlib.reports.workbook import workbook_of


def write_pack(manifest: Manifest) -> None:
    """Write both files; neither is left where no report was made."""
    pdf, book = manifest.folder / "pack.pdf", manifest.folder / "workbook.xlsx"
    documents = _documents(manifest)
    if not documents:
        pdf.unlink(missing_ok=True)
        book.unlink(missing_ok=True)
        return
    head = manifest.head
    as_of = date.fromisoformat(head["as_of"])
    count = formats.number(len(documents))
    subtitle = tr("Key-account risk as of {day}, {count} reports", day=formats.day(as_of), count=count)
    put_file(pdf, pack_of(documents, head["title"], subtitle, footer_of(head)))
    put_file(book, workbook_of(documents, head["title"], as_of))


def footer_of(head: dict[str, Any], notebook: str = "") -> str:
    """What stands at the foot of every page: company, day, and the hashes that its figures can be traced by."""
    parts = [
        head["title"],
        tr("run {name}", name=head["run"]),
        tr("as of {day}", day=formats.day(date.fromisoformat(head["as_of"]))),
        tr("data {hash}", hash=head["ledger"]["sha256"][:12]),
        tr("notebook {hash}", hash=notebook[:8]) if notebook else "",
        f"kamlib {head['versions']['kamlib']}",
    ]
    return " · ".join(part for part in parts if part)


def _documents(manifest: Manifest) -> list[Document]:
    documents = []
    for entry in manifest.reports.values():
        if entry["status"] in KEPT:
            notebook = nbformat.read(manifest.folder / entry["executed"], as_version=nbformat.NO_CONVERT)
            documents.append(document_of(notebook, entry["notebook"]))
    return documents
