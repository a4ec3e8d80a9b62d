"""PDF pages: tags in order, bookmarks, headers over page breaks, wide and tall tables, no title alone at a page's foot."""

import io
import re
from collections import Counter
from itertools import pairwise
from typing import Any

import pikepdf
import pypdf
import pytest

from kamlib.blocks import Column, Kpi, Kpis, Table
from kamlib.methods.registry import DEFINITIONS
from kamlib.reports.document import Document, told_definitions
from kamlib.reports.pdf import pack_of, pdf_of

SVG = "<svg xmlns='http://www.w3.org/2000/svg' width='90' height='30'><rect width='9' height='9'/></svg>"
CHART = {"block": "chart", "title": "A finding", "subtitle": "unit", "alt": "Bars rise", "source": "", "svg": SVG}
HEAD = {
    "block": "heading", "kicker": "Kind", "title": "Halden", "period": "2026 Q3", "decision": "Decide.",
    "level": "alarm", "level_word": "alarm", "finding": "", "finding_value": 0.0, "finding_label": "",
}  # fmt: skip


def table(rows: int, columns: int, title: str, cell: str = "1,234") -> dict[str, Any]:
    heads = tuple(Column(f"c{n}", f"Head {n}", n > 0) for n in range(columns))
    body = tuple(tuple(cell if n else f"row {r}" for n in range(columns)) for r in range(rows))
    return Table(title, heads, body, body, key="top_five").to_json()


def section(title: str) -> dict[str, Any]:
    return {"block": "section", "title": title}


def document(*blocks: dict[str, Any]) -> Document:
    content = [HEAD, *blocks]
    return Document("Halden", content, "en", "the foot", {"as_of": "2026-09-30"}, told_definitions(content, {}))


def tags(content: bytes) -> list[pikepdf.Object]:
    """Every structure element, in reading order."""
    found: list[pikepdf.Object] = []

    def walk(node: Any) -> None:
        for child in node if isinstance(node, pikepdf.Array) else [node]:
            if isinstance(child, pikepdf.Dictionary) and "/S" in child:
                found.append(child)
            if isinstance(child, pikepdf.Dictionary) and "/K" in child:
                walk(child.K)

    with pikepdf.open(io.BytesIO(content)) as pdf:
        walk(pdf.Root.StructTreeRoot)
        return [pikepdf.Object.parse(pikepdf.Dictionary(_plain(tag)).unparse()) for tag in found]


def _plain(tag: pikepdf.Object) -> dict[str, Any]:
    return {name: tag[name] for name in ("/S", "/Alt") if name in tag}


def pages_of(content: bytes) -> list[list[str]]:
    reader = pypdf.PdfReader(io.BytesIO(content))
    return [[line for line in page.extract_text().splitlines() if line.strip()] for page in reader.pages]


def test_the_tag_tree_says_what_everything_is():
    strip = Kpis((Kpi("dso", "DSO, days", "40", "note", 40.0),)).to_json()
    shown = tags(pdf_of(document(strip, section("Evidence"), CHART, table(3, 4, "Small table"))))
    count = Counter(str(tag.S) for tag in shown)
    assert count["/H1"] == 1
    assert count["/H2"] == 2  # the section and the definitions
    assert count["/Table"] == 1
    assert count["/TR"] == 4
    assert count["/TH"] == 4
    assert count["/TD"] == 12
    assert count["/Figure"] == 1
    assert count["/Link"] >= 2  # the figure and the table lead to their definitions
    assert count["/P"] > 0
    figures = [tag for tag in shown if str(tag.S) == "/Figure"]
    assert [str(tag.Alt) for tag in figures] == ["Bars rise"]
    levels = [int(str(tag.S)[2:]) for tag in shown if str(tag.S)[2:].isdigit() and str(tag.S).startswith("/H")]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_headers_are_repeated_and_a_tall_table_loses_no_row():
    pages = pages_of(pdf_of(document(table(120, 5, "Long table"))))
    with_rows = [page for page in pages if any(line.startswith("row ") for line in page)]
    assert len(with_rows) >= 2
    assert all(any("Head 0" in line for line in page) for page in with_rows)
    text = "\n".join(line for page in pages for line in page)
    assert all(f"row {n}" in text for n in range(120))


def test_few_rows_of_much_text_break_over_pages():
    pages = pages_of(pdf_of(document(table(6, 2, "Wordy", cell="many words " * 150))))
    words = sum(line.count("words") for page in pages for line in page)
    assert len(pages) >= 2
    assert words == 6 * 150


def test_a_table_of_twenty_columns_stays_on_the_page():
    content = pdf_of(document(table(10, 20, "Wide table")))
    assert 0 < edge_of(content) <= 595 - 40


def test_a_name_of_120_letters_stays_on_the_page():
    content = pdf_of(document(table(3, 4, "Long names", cell="x" * 120)))
    assert 0 < edge_of(content) <= 595 - 40


def edge_of(content: bytes) -> float:
    """How far right the text reaches, in points; a page is 595 wide."""
    furthest = 0.0

    def visit(text: str, matrix: list[float], place: list[float], font: Any, size: float) -> None:
        nonlocal furthest
        if text.strip():
            x = matrix[0] * place[4] + matrix[4]
            furthest = max(furthest, x)

    for page in pypdf.PdfReader(io.BytesIO(content)).pages:
        page.extract_text(visitor_text=visit)
    return furthest


@pytest.mark.parametrize("rows", [1, 4, 7, 11])
def test_no_title_stands_alone_at_the_foot_of_a_page(rows):
    blocks = [
        part for n in range(12) for part in (section(f"Section {n}"), table(rows + n % 5, 3, f"Table {n}"), CHART)
    ]
    for page in pages_of(pdf_of(document(*blocks))):
        body = [line for line in page if "the foot" not in line and "page " not in line]
        assert not body[-1].startswith(("Section", "Table")), body[-3:]


def test_the_pack_has_one_table_of_contents_with_pages_that_are_true():
    documents = [document(table(90, 4, f"Table {n}")) for n in range(3)]
    content = pack_of(documents, "Pack", "three reports", "the foot")
    reader = pypdf.PdfReader(io.BytesIO(content))
    top = [item for item in reader.outline if not isinstance(item, list)]
    assert [item.title for item in top] == ["Halden", "Halden", "Halden", "Definitions"]
    contents = reader.pages[0].extract_text()
    for item in top:
        assert str(reader.get_destination_page_number(item) + 1) in contents
    assert sum("three reports" in "".join(page) for page in pages_of(content)) == 1
    assert f"page {len(reader.pages)} of {len(reader.pages)}" in reader.pages[-1].extract_text()


def feet_of(content: bytes, page: int = -1) -> list[float]:
    """How far down the text of the left and the right half of a page reaches, above its foot, in points from the top."""
    lowest = [0.0, 0.0]

    def visit(text: str, matrix: list[float], place: list[float], font: Any, size: float) -> None:
        x, y = (matrix[0] * place[4] + matrix[4], matrix[3] * place[5] + matrix[5])
        if text.strip() and 50 < y < 780:
            half = int(x > 297)
            lowest[half] = max(lowest[half], 842 - y)

    pypdf.PdfReader(io.BytesIO(content)).pages[page].extract_text(visitor_text=visit)
    return lowest


@pytest.mark.parametrize("count", [6, 14, len(DEFINITIONS)])
def test_the_columns_of_the_definitions_end_at_about_the_same_height(count):
    strip = Kpis(tuple(Kpi(d.keys[0], "x", "1", "", 1.0) for d in DEFINITIONS[:count])).to_json()
    content = pdf_of(document(strip))
    left, right = feet_of(content)
    assert abs(left - right) < 90, (left, right)
    text = "\n".join(line for page in pages_of(content) for line in page)
    assert text.count("Policy in force") > 0
    assert not re.search(r"\b[a-z]+\.[a-z]+_[a-z_]+ = ", text)  # a key of the policy file is no word
    if count < 15:
        assert len(pages_of(content)) <= 2


def test_names_and_values_run_on_in_a_paragraph():
    running = {**table(5, 2, "What this rests on"), "running": True}
    pages = [tags(pdf_of(document(block))) for block in (running, {**running, "running": False})]
    assert [sum(str(tag.S) == "/Table" for tag in shown) for shown in pages] == [0, 1]
    text = "\n".join(line for page in pages_of(pdf_of(document(running))) for line in page)
    assert all(f"row {n}" in text for n in range(5))
