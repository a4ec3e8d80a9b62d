"""Every shipped notebook in both languages: the same figures, and no sentence in the wrong language."""

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import papermill
import pytest
from conftest import HOUSE

from kamlib.language import speaking, tr
from kamlib.reports.document import Document, document_of
from kamlib.reports.notebooks import inspect_notebook, shipped_notebooks
from kamlib.wording import disclosure

NOTEBOOKS = shipped_notebooks()
TEXTS = {
    "heading": ("kicker", "period", "decision", "level_word", "finding", "finding_label"),
    "table": ("title", "note"),
    "chart": ("title", "subtitle", "alt", "source"),
    "note": ("title",),
    "actions": ("title", "empty"),
    "section": ("title",),
}
NO_SENTENCE: set[str] = set()  # three English words that may stand in a Chinese page
THREE_WORDS = re.compile(r"[A-Za-z][a-z’']+(?: [A-Za-z][a-z’']+){2,}")
COMMAND = re.compile(r"\bkam(?: [a-z_]+)+")  # what to type
AS_WRITTEN = re.compile(r"(?:来源|现行政策)[:：].*")  # sources and values of the policy
SHORTENED = re.compile(r"[\w .,&'-]+…")  # a long name on a chart
CHINESE = re.compile(r"[\u4e00-\u9fff]")
POLICY = {"methods", "policy", "provenance"}  # tables that print the policy, or the ledger's own words, as they stand


def executed(name: str, lang: str, source: Path, client: str) -> Document:
    """A notebook run in this process, as a document."""
    facts = inspect_notebook(name)
    given = {"source": str(source), "client_id": client, "lang": lang}
    logging.getLogger("papermill").setLevel(logging.ERROR)
    with speaking(lang):
        notebook = papermill.execute_notebook(
            nbformat.read(facts.path, as_version=4),
            None,
            {key: value for key, value in given.items() if key in facts.parameters},
            engine_name="kam",
            progress_bar=False,
            kernel_name="python3",
            cwd=str(HOUSE),
        )
        notebook.metadata["kamlib"] = {"lang": lang, "as_of": "2026-09-30"}
        return document_of(notebook, name)


pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def both(finished_run: Path) -> dict[str, dict[str, Document]]:
    """Notebook → language → document, of a small generated company."""
    source = finished_run / "snapshot"
    client = "C0002"
    return {name: {lang: executed(name, lang, source, client) for lang in ("en", "zh")} for name in NOTEBOOKS}


@pytest.fixture(scope="module")
def names(finished_run: Path) -> list[str]:
    """Short texts from the data, the longest first: names, places and people stand in any language."""
    words = {json.loads((finished_run / "snapshot" / "snapshot.json").read_text(encoding="utf-8"))["title"]}
    for path in (finished_run / "snapshot").glob("*.parquet"):
        data = pd.read_parquet(path)
        for column in data.select_dtypes(include=["object", "string"]).columns:
            if not column.endswith("_id"):
                words |= set(data[column].dropna().astype(str).unique()[:500])
    return sorted(words - {""}, key=len, reverse=True)


def is_draft(block: dict[str, Any], lang: str) -> bool:
    """Whether a block is a draft of the disclosure in the other language, or prints the policy as it stands."""
    other = disclosure.TITLES["zh" if lang == "en" else "en"]
    with speaking(lang):
        title = tr(other)
    return block.get("title") == title or block.get("key", "").split("_")[0] in POLICY


def flat(document: Document) -> list[dict[str, Any]]:
    """All blocks, paired charts one by one."""
    return [chart for block in document.blocks for chart in block.get("charts", [block])]


def figures_of(block: dict[str, Any]) -> Any:
    """The numbers of a block, without any word."""
    kind = block["block"]
    if kind == "kpis":
        return [(item["key"], item["value"], item["change"], item["history"], item["tone"]) for item in block["items"]]
    if kind == "table":
        numeric = [column["numeric"] for column in block["columns"]]
        kept = [
            [v for v, is_number in zip(row, numeric, strict=True) if is_number and not isinstance(v, str)]
            for row in block["values"]
        ]
        return block.get("key", ""), len(block["rows"]), kept
    if kind == "chart":
        return [[v for v in record.values() if isinstance(v, (int, float))] for record in block["data"]]
    if kind == "heading":
        return block["level"], block["finding_value"]
    return len(block.get("items") or block.get("paragraphs") or [])


def texts_of(block: dict[str, Any]) -> Iterator[str]:
    """Every text of a block that a reader sees."""
    kind = block["block"]
    yield from (block.get(name) or "" for name in TEXTS.get(kind, ()))
    yield from block.get("paragraphs", [])
    if kind == "kpis":
        yield from (item[name] for item in block["items"] for name in ("label", "text", "note"))
    elif kind == "actions":
        yield from (item[name] for item in block["items"] for name in ("what", "owner", "by", "why"))
    elif kind == "table":
        yield from (column["label"] for column in block["columns"])
        yield from (cell for row in block["rows"] for cell in row)
    elif kind == "chart":
        yield from re.findall(r"<text[^>]*>([^<]*)<", block["svg"])


def english_left(text: str, names: list[str]) -> list[str]:
    """Three English words on end that are no name from the data."""
    for name in names:
        if len(name) > 3:
            text = text.replace(name, "·")
    for as_it_is in (SHORTENED, COMMAND, AS_WRITTEN):
        text = as_it_is.sub("·", text)
    return [found for found in THREE_WORDS.findall(text) if found not in NO_SENTENCE]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_figures_are_the_same_in_both_languages(both, name):
    english, chinese = (flat(both[name][lang]) for lang in ("en", "zh"))
    assert [block["block"] for block in english] == [block["block"] for block in chinese]
    for one, other in zip(english, chinese, strict=True):
        assert figures_of(one) == figures_of(other), one.get("title") or one["block"]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_no_english_sentence_is_left_in_chinese_pages(both, names, name):
    pages = [block for block in flat(both[name]["zh"]) if not is_draft(block, "zh")]
    found = {left for block in pages for text in texts_of(block) for left in english_left(text, names)}
    found |= {left for told in both[name]["zh"].definitions for left in english_left(told["says"] + told["name"], [])}
    assert found == set()


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_no_chinese_stands_in_english_pages_but_names_and_drafts(both, names, name):
    found = set()
    for block in [block for block in flat(both[name]["en"]) if not is_draft(block, "en")]:
        for text in texts_of(block):
            for word in names:
                text = text.replace(word, "·")
            text = SHORTENED.sub("·", text)
            if CHINESE.search(text):
                found.add(text[:80])
    assert found == set()


def test_the_checks_can_fail():
    assert english_left("金额 the sum is wrong 应收", []) == ["the sum is wrong"]
    assert english_left("演练：kam drill client_stops_paying --client C1", []) == []
    assert english_left("Halden Maritime Group 应收", ["Halden Maritime Group"]) == []
    table = {"block": "table", "columns": [{"numeric": True}], "rows": [["1"]], "values": [[1.0]]}
    assert figures_of(table) != figures_of(table | {"values": [[2.0]]})
