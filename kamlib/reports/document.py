"""A notebook as a document: a list of blocks as plain JSON, whatever its cells have put out.

Blocks of kamlib pass as they are. Markdown, tables of data frames, pictures, text, streams and errors are
turned into blocks of their own kinds (``section, prose, table, image, code``), so that any notebook prints.
"""

import base64
import re
from dataclasses import dataclass, field
from typing import Any

import mistune
from bs4 import BeautifulSoup
from nbformat import NotebookNode

from kamlib import formats
from kamlib.blocks import BLOCK_MIME, Column, Table
from kamlib.language import current_language, listing, speaking, tr
from kamlib.methods import definition_of, definitions_used, keys_of
from kamlib.wording.confidence import table_name

DATA_MIME = "application/vnd.dataresource+json"
IMAGES = ("image/svg+xml", "image/png", "image/jpeg", "image/gif")
HIDDEN_TAG = "remove-cell"
PARAMETER_TAGS = {"parameters", "injected-parameters"}
SAFE_LINK = re.compile(r"^(https?://|mailto:)", re.IGNORECASE)
MAX_ROWS = 500
_markdown = mistune.create_markdown(renderer="ast", plugins=["table", "strikethrough"])


@dataclass(frozen=True)
class Document:
    """What is printed: title, language, blocks, where it came from, and what its figures and tables mean."""

    title: str
    blocks: list[dict[str, Any]]
    lang: str = "en"
    footer: str = ""
    provenance: dict[str, Any] = field(default_factory=dict)
    definitions: list[dict[str, Any]] = field(default_factory=list)


def document_of(notebook: NotebookNode, name: str = "notebook", show_code: bool = False) -> Document:
    """Read an executed notebook as a document.

    Parameters
    ----------
    notebook : NotebookNode
        Version 4; cells tagged ``remove-cell`` are left out.
    name : str
        The title where neither a heading block nor a Markdown heading gives one.
    show_code : bool
        Whether the code of cells is printed too.
    """
    facts = dict(notebook.metadata.get("kamlib", {}))
    lang = facts.get("lang") or current_language()
    with speaking(lang):
        blocks = [block for cell in notebook.cells for block in _from_cell(cell, show_code)]
    head = next((block for block in blocks if block["block"] == "heading"), None)
    if head is not None and not head["kicker"]:
        head["kicker"] = facts.get("subject", "")  # whose page it is, where the notebook does not say
    if head is None:
        first = next((block for block in blocks if block["block"] == "section"), None)
        head = _plain_heading(first["title"] if first else name) | {"kicker": facts.get("subject", "")}
        blocks = [head, *[block for block in blocks if block is not first]]
    with speaking(lang):
        told = told_definitions(blocks, facts.get("in_force", {}))
    return Document(head["title"], _paired(blocks), lang, facts.get("footer", ""), facts, told)


def told_definitions(blocks: list[dict[str, Any]], in_force: dict[str, Any]) -> list[dict[str, Any]]:
    """The definitions that blocks need, in the language in use; the blocks get the anchors that lead to them.

    Parameters
    ----------
    blocks : list of dict
        Each figure and each table with a definition gets ``define``, the name of its anchor.
    in_force : dict
        ``policy`` (dotted key → text) and ``rows`` (table → rows used), as the run has stamped them; may be empty.
    """
    for block in blocks:
        for part in block["items"] if block["block"] == "kpis" else [block] if keys_of(block) else []:
            found = definition_of(part["key"])
            part["define"] = found.key if found else ""
    values, rows = in_force.get("policy", {}), in_force.get("rows", {})
    return [
        {
            "key": definition.key,
            "name": tr(definition.name),
            "says": tr(definition.says),
            "formula": tr(definition.formula),
            "source": definition.source,
            "policy": [{"key": key, "value": values.get(key, "")} for key in definition.policy],
            "rows": listing(_rows_text(name, rows) for name in definition.tables if not rows or name in rows),
            "tables": {
                table_name(name): _rows_text(name, rows) for name in definition.tables if not rows or name in rows
            },
            "home": f"kamlib.{definition.home}",
        }
        for definition in definitions_used(blocks)
    ]


def narrowed(in_force: dict[str, Any], notebook: NotebookNode) -> dict[str, Any]:
    """Of all values in force, those that the figures of an executed notebook rest on."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    shown = [output["data"][BLOCK_MIME] for output in outputs if BLOCK_MIME in output.get("data", {})]
    used = definitions_used(shown)
    kept = {
        "policy": {name for definition in used for name in definition.policy},
        "rows": {name for definition in used for name in definition.tables},
    }
    return {part: {k: v for k, v in in_force.get(part, {}).items() if k in names} for part, names in kept.items()}


def _rows_text(table: str, rows: dict[str, int]) -> str:
    name = table_name(table)
    return tr("{table}: {rows} rows", table=name, rows=formats.number(rows[table])) if table in rows else name


def _from_cell(cell: NotebookNode, show_code: bool) -> list[dict[str, Any]]:
    """What a cell prints; its Markdown in the language in use, where the catalogue has it."""
    tags = set(cell.metadata.get("tags", []))
    if HIDDEN_TAG in tags:
        return []
    if cell.cell_type == "markdown":
        return _from_markdown(tr(cell.source))
    blocks: list[dict[str, Any]] = []
    if cell.cell_type == "code":
        if show_code and cell.source.strip() and not tags & PARAMETER_TAGS:
            blocks.append(_code(cell.source))
        for output in cell.outputs:
            blocks += _from_output(output)
    return blocks


def _from_markdown(source: str) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = []
    for token in _markdown(source):
        if token["type"] == "heading" and token["attrs"]["level"] == 1:
            blocks.append(_plain_heading(_words(token)))
        elif token["type"] == "heading" and token["attrs"]["level"] == 2:
            blocks.append({"block": "section", "title": _words(token)})
        elif token["type"] == "table":
            blocks.append(_from_markdown_table(token))
        else:
            nodes = _nodes([token])
            if nodes and blocks and blocks[-1]["block"] == "prose":
                blocks[-1]["nodes"] += nodes
            elif nodes:
                blocks.append({"block": "prose", "nodes": nodes})
    return blocks


def _plain_heading(title: str) -> dict[str, Any]:
    empty = dict.fromkeys(("kicker", "period", "decision", "level", "level_word", "finding", "finding_label"), "")
    return {"block": "heading", "title": title, "finding_value": 0.0, **empty}


def _nodes(tokens: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Mistune's tokens as the few node types that the templates know; unknown ones become their text."""
    nodes: list[dict[str, Any]] = []
    for token in tokens:
        kind, children = token["type"], token.get("children", [])
        if kind == "blank_line":
            continue
        if kind in ("paragraph", "strong", "emphasis", "heading"):
            nodes.append({"type": kind, "children": _nodes(children)})
        elif kind == "block_text":
            nodes += _nodes(children)
        elif kind == "codespan":
            nodes.append({"type": "code", "text": token["raw"]})
        elif kind == "block_code":
            nodes.append({"type": "codeblock", "text": token["raw"].rstrip("\n")})
        elif kind == "list":
            items = [{"type": "item", "children": _nodes(item.get("children", []))} for item in children]
            nodes.append({"type": "list", "ordered": token["attrs"]["ordered"], "children": items})
        elif kind == "block_quote":
            nodes.append({"type": "quote", "children": _nodes(children)})
        elif kind == "link":
            url = token["attrs"]["url"] if SAFE_LINK.match(token["attrs"]["url"]) else ""
            nodes.append({"type": "link", "url": url, "children": _nodes(children)})
        elif kind == "thematic_break":
            nodes.append({"type": "rule"})
        elif kind == "linebreak":
            nodes.append({"type": "break"})
        elif kind == "softbreak":
            nodes.append({"type": "text", "text": " "})
        else:
            nodes.append({"type": "text", "text": _words(token)})
    return nodes


def _words(token: dict[str, Any]) -> str:
    return token.get("raw") or "".join(_words(child) for child in token.get("children", []))


def _from_markdown_table(token: dict[str, Any]) -> dict[str, Any]:
    head, *body = token["children"]
    rows = [[_words(cell) for cell in row["children"]] for part in body for row in part["children"]]
    right = [cell.get("attrs", {}).get("align") == "right" for cell in head["children"]]
    return _table([_words(cell) for cell in head["children"]], rows, right)


def _from_output(output: NotebookNode) -> list[dict[str, Any]]:
    if output.output_type == "stream":
        return [_code(output.text)] if output.text.strip() else []
    if output.output_type == "error":
        return [_code("\n".join(output.traceback) or f"{output.ename}: {output.evalue}")]
    return _from_bundle(output.data, output.get("metadata", {}))


def _from_bundle(data: dict[str, Any], metadata: dict[str, Any]) -> list[dict[str, Any]]:
    """The best printable form of a mimebundle."""
    if BLOCK_MIME in data:
        return [data[BLOCK_MIME]]
    if DATA_MIME in data:
        return [_from_resource(data[DATA_MIME])]
    for mime in IMAGES:
        if mime in data:
            alt = metadata.get(mime, {}).get("alt") or metadata.get("alt") or _text(data.get("text/plain", "Picture"))
            return [_image(mime, _text(data[mime]), alt)]
    if "text/markdown" in data:
        return _from_markdown(_text(data["text/markdown"]))
    if "text/html" in data:
        found = BeautifulSoup(_text(data["text/html"]), "lxml")
        tables = [_from_html_table(table) for table in found.find_all("table") if table.find("tr")]
        if tables:
            return tables
        if "text/plain" not in data:
            text = found.get_text(" ", strip=True)
            return [_code(text)] if text else []
    text = _text(data.get("text/plain", data.get("text/latex", "")))
    return [_code(text)] if text.strip() else []


def _text(value: Any) -> str:
    return "".join(value) if isinstance(value, list) else str(value)


def _code(text: str) -> dict[str, Any]:
    from nbconvert.filters import strip_ansi  # here, as the run itself makes no document

    return {"block": "code", "text": strip_ansi(text).rstrip()}


def _image(mime: str, content: str, alt: str) -> dict[str, Any]:
    data = base64.b64encode(content.encode()).decode() if mime == "image/svg+xml" else "".join(content.split())
    return {"block": "image", "mime": mime, "data": data, "alt": alt or "Picture"}


def _from_resource(resource: dict[str, Any]) -> dict[str, Any]:
    fields = resource["schema"]["fields"]
    names = [f["name"] for f in fields]
    rows = [[_cell(record.get(name)) for name in names] for record in resource["data"]]
    return _table([str(name) for name in names], rows, [f["type"] in ("integer", "number") for f in fields])


def _from_html_table(table: Any) -> dict[str, Any]:
    rows = [[cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])] for row in table.find_all("tr")]
    width = max(map(len, rows))
    rows = [[""] * (width - len(row)) + row for row in rows]
    head, body = rows[0], rows[1:]
    numeric = [bool(body) and all(_is_number(row[i]) for row in body) for i in range(width)]
    return _table(head, body, numeric)


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"[-+−]?[\d,.\s]*\d[\d,.]*\s?%?|NaN|nan|—|", text))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:,.6g}" if isinstance(value, float) else str(value)


def _table(labels: list[str], rows: list[list[str]], numeric: list[bool]) -> dict[str, Any]:
    columns = tuple(Column(label, label, is_number) for label, is_number in zip(labels, numeric, strict=True))
    shown = tuple(tuple(row) for row in rows[:MAX_ROWS])
    left_out = len(rows) - len(shown)
    note = tr("{count} further rows are in the notebook.", count=formats.number(left_out)) if left_out else ""
    return Table("", columns, shown, shown, note=note).to_json()


def _paired(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Two half-width charts in a row share a line."""
    out: list[dict[str, Any]] = []
    for block in blocks:
        is_half = block["block"] == "chart" and block.get("half")
        if is_half and out and out[-1]["block"] == "pair" and len(out[-1]["charts"]) == 1:
            out[-1]["charts"].append(block)
        elif is_half:
            out.append({"block": "pair", "charts": [block]})
        else:
            out.append(block)
    return out
