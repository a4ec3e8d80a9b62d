"""The nbconvert exporters ``kam-html`` and ``kam-pdf``: any notebook, as the reports look."""

from typing import Any

from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from traitlets import Bool

from kamlib.reports.document import Document, document_of
from kamlib.reports.html import html_of
from kamlib.reports.pdf import pdf_of


class _KamExporter(Exporter):
    show_code = Bool(False, help="Print the code of cells too.").tag(config=True)

    def _document(self, nb: NotebookNode, resources: Any, kwargs: dict) -> tuple[Document, Any]:
        notebook, resources = super().from_notebook_node(nb, resources, **kwargs)
        name = (resources.get("metadata") or {}).get("name") or "notebook"
        return document_of(notebook, name, self.show_code), resources


class KamHTMLExporter(_KamExporter):
    """One HTML file without external addresses; it holds no script but our own."""

    export_from_notebook = "kamlib HTML report"
    file_extension = ".html"
    output_mimetype = "text/html"

    def from_notebook_node(self, nb: NotebookNode, resources: Any = None, **kwargs: Any) -> tuple[str, Any]:
        """The notebook as HTML."""
        document, resources = self._document(nb, resources, kwargs)
        return html_of(document), resources


class KamPDFExporter(_KamExporter):
    """A tagged PDF (PDF/UA-1) by Typst; no LaTeX, no browser."""

    export_from_notebook = "kamlib PDF report"
    file_extension = ".pdf"
    output_mimetype = "application/pdf"

    def from_notebook_node(self, nb: NotebookNode, resources: Any = None, **kwargs: Any) -> tuple[bytes, Any]:
        """The notebook as PDF."""
        document, resources = self._document(nb, resources, kwargs)
        return pdf_of(document), resources
