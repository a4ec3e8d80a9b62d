"""Any notebook prints: as HTML without scripts, as tagged PDF, through nbconvert too."""

import base64
import json
import re
import subprocess
import sys

import nbformat
import pypdf
import pytest
from conftest import HOUSE
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from kamlib.blocks import BLOCK_MIME, Kpi, Kpis, Note, Table
from kamlib.reports.document import document_of
from kamlib.reports.html import html_of
from kamlib.reports.pdf import pack_of, pdf_of

HOSTILE = (
    "<script>alert(1)</script>",
    "</title><h1>x",
    "\"quotes\" 'and' `ticks`",
    '#read("/etc/passwd")',
    '#import "x.typ": *',
    "=cmd|' /C calc'!A0",
    "{{ 7 * 7 }} {% raw %}",
    "\u202egnp.exe",
    "👩‍🚀 emoji",
    "\x00\x07null",
    "$x^2$ *not bold* _or_ \\backslash",
    "客户" * 60,
    "x" * 120,
)
PNG = base64.b64encode(
    bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
        "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
    )
).decode()


def display(data, **metadata):
    return new_output("display_data", data=data, metadata=metadata)


def notebook(*cells):
    return new_notebook(cells=list(cells))


def code(*outputs, source="x", **metadata):
    return new_code_cell(source, outputs=list(outputs), metadata=metadata)


def pdf_text(content: bytes) -> str:
    import io

    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


EVERYTHING = notebook(
    new_markdown_cell(
        "# A title\n\nText with **bold**, *slanted*, `code`, [a link](https://example.org) and\n[a bad one](javascript:alert(1))."
    ),
    new_markdown_cell(
        "## Section\n\n- one\n- two\n    1. inner\n\n> quoted\n\n```\ncode block\n```\n\n---\n\n| a | b |\n|---|--:|\n| x | 1 |"
    ),
    new_markdown_cell("hidden words", metadata={"tags": ["remove-cell"]}),
    code(
        display(
            {
                "text/plain": "plain frame",
                "text/html": "<table><tr><th></th><th>amount</th></tr><tr><th>r</th><td>1.5</td></tr></table>",
            }
        )
    ),
    code(
        display(
            {
                "application/vnd.dataresource+json": {
                    "schema": {"fields": [{"name": "name", "type": "string"}, {"name": "n", "type": "number"}]},
                    "data": [{"name": "Halden", "n": 12.5}, {"name": None, "n": None}],
                },
                "text/html": "<table><tr><td>not this</td></tr></table>",
            }
        )
    ),
    code(display({"image/png": PNG, "text/plain": "<Figure>"})),
    code(
        display(
            {
                "image/svg+xml": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script><text>svg</text></svg>'
            }
        )
    ),
    code(display({"text/markdown": "from *markdown*"})),
    code(display({"text/html": "<b>only</b> html <script>alert(2)</script>"})),
    code(display({"text/latex": "$e=mc^2$"})),
    code(new_output("stream", name="stdout", text="streamed \x1b[31mred\x1b[0m\n")),
    code(new_output("error", ename="ValueError", evalue="bad", traceback=["\x1b[31mValueError\x1b[39m: bad"])),
    code(display({BLOCK_MIME: Note("Noted", ("A paragraph.",)).to_json(), "text/plain": "note"})),
)


def test_every_kind_of_output_prints_in_both_faces():
    document = document_of(EVERYTHING, "name")
    assert document.title == "A title"
    html, text = html_of(document), pdf_text(pdf_of(document))
    for words in ("A title", "bold", "slanted", "Section", "inner", "quoted", "code block", "amount", "1.5", "Halden", "12.5",
                  "from", "only html", "e=mc^2", "streamed red", "ValueError: bad", "A paragraph."):  # fmt: skip
        assert words in html, words
        assert words.replace("ffi", "ffi") in text, words
    for words in ("hidden words", "not this", "plain frame"):
        assert words not in html
        assert words not in text


def test_nothing_in_the_page_can_run_or_call_out():
    html = html_of(document_of(EVERYTHING, "name"))
    assert "default-src 'none'" in html
    scripts = re.findall(r"<script[^>]*>", html)
    assert scripts == ['<script type="application/json" id="provenance">']
    assert "javascript:" not in html
    external = re.findall(r"""(?:src|href|url)\s*[=(]\s*["']?(?!data:)(\w+:[^"')\s]+)""", html)
    assert external == ["https://example.org"]  # a link to follow, nothing that is loaded


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_strings_are_text_everywhere(name):
    blocks = [
        Kpis((Kpi("k", name, name, name),)),
        Note(name, (name,)),
        Table(name, (), (), ()),
    ]
    cells = [code(display({BLOCK_MIME: block.to_json()})) for block in blocks]
    head = {
        "block": "heading",
        "title": name,
        **dict.fromkeys(("kicker", "period", "decision", "level", "level_word", "finding"), name),
    }
    executed = notebook(
        code(display({BLOCK_MIME: head | {"level": "alarm", "finding_value": 1.0}})),
        *cells,
        code(new_output("stream", name="stdout", text=name)),
    )
    executed.metadata["kamlib"] = {"footer": name, "as_of": "2026-09-30", "client": name}
    document = document_of(executed)
    html = html_of(document)
    assert html.count("<script") == 1
    assert html.count("<title>") == html.count("</title>") == 1
    assert "{{ 7 * 7 }}" in html or "{{" not in name
    text = pdf_text(pdf_of(document))
    assert "root:" not in text
    assert "49" not in text or "49" in name
    for word in re.findall(r"[A-Za-z0-9]{4,12}", name)[:2]:
        assert word in text.replace("\n", "")
    pack = pack_of([document, document], name, name, name)
    assert pack.startswith(b"%PDF")


def test_pdfs_are_tagged_titled_and_bookmarked():
    import io

    reader = pypdf.PdfReader(io.BytesIO(pack_of([document_of(EVERYTHING)] * 2, "Pack", "two", "foot")))
    catalog = reader.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in catalog
    assert catalog["/Lang"].startswith("en")
    assert reader.metadata.title == "Pack"
    assert [item.title for item in reader.outline if not isinstance(item, list)] == ["A title", "A title"]
    assert b"pdfuaid" in catalog["/Metadata"].get_data()
    assert "page 1 of 5" in reader.pages[0].extract_text()


def test_a_picture_without_words_would_be_an_error():
    block = {
        "block": "chart",
        "title": "t",
        "subtitle": "",
        "alt": None,
        "source": "",
        "svg": "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>",
        "half": False,
    }
    executed = notebook(code(display({BLOCK_MIME: block})))
    with pytest.raises(RuntimeError, match="alt"):
        pdf_of(document_of(executed))


def test_equal_documents_have_equal_bytes():
    documents = [document_of(EVERYTHING) for _ in range(2)]
    assert pdf_of(documents[0]) == pdf_of(documents[1])
    assert html_of(documents[0]) == html_of(documents[1])


def test_an_empty_notebook_prints_its_name():
    assert "quiet" in html_of(document_of(notebook(), "quiet"))
    assert "quiet" in pdf_text(pdf_of(document_of(notebook(), "quiet")))


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "suffix"), [("kam-html", "html"), ("kam-pdf", "pdf")])
def test_nbconvert_uses_the_exporters_alone(kind, suffix, tmp_path):
    path = tmp_path / "any.ipynb"
    nbformat.write(EVERYTHING, path)
    command = [sys.executable, "-m", "jupyter", "nbconvert", "--to", kind, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=HOUSE)
    assert done.returncode == 0, done.stderr
    content = path.with_suffix(f".{suffix}").read_bytes()
    words = pdf_text(content) if suffix == "pdf" else content.decode()
    assert "A title" in words


def test_code_is_printed_only_when_asked():
    executed = notebook(code(source="secret_name = 1"))
    assert "secret_name" not in json.dumps(document_of(executed).blocks)
    assert "secret_name" in json.dumps(document_of(executed, show_code=True).blocks)
