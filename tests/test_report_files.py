"""Files of a finished run: small enough to send, and the same bytes when rendered again."""

import nbformat
import pytest
from conftest import read_manifest

from kamlib.language import speaking
from kamlib.reports.document import document_of
from kamlib.reports.html import html_of
from kamlib.reports.pdf import pdf_of

MOST_HTML, MOST_PDF = 3 * 2**19, 600 * 2**10


def test_pages_of_clients_are_small_enough_to_send(finished_run):
    for entry in read_manifest(finished_run)["reports"]:
        if entry["client_id"]:
            assert (finished_run / entry["html"]).stat().st_size <= MOST_HTML
            assert (finished_run / entry["pdf"]).stat().st_size <= MOST_PDF


@pytest.mark.parametrize("number", [0, -1])
def test_an_executed_notebook_renders_to_the_very_bytes_of_the_run(finished_run, number):
    entry = read_manifest(finished_run)["reports"][number]
    with speaking("en"):
        notebook = nbformat.read(finished_run / entry["executed"], as_version=4)
        document = document_of(notebook, entry["notebook"])
        assert html_of(document) == (finished_run / entry["html"]).read_text(encoding="utf-8")
        assert pdf_of(document) == (finished_run / entry["pdf"]).read_bytes()
