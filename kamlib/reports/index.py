"""The index page and the pack: all reports of a run at a glance, from its manifest."""

import base64
import hashlib
from datetime import date
from typing import Any

import nbformat
from markupsafe import Markup

from kamlib import formats
from kamlib.blocks import TEMPLATES, environment, stylesheet
from kamlib.reports.document import document_of
from kamlib.reports.html import font_data
from kamlib.reports.manifest import KEPT, Manifest, put_file
from kamlib.reports.pdf import pack_of

LEVEL_ORDER = {"alarm": 0, "watch": 1, "calm": 2}


def write_index(manifest: Manifest) -> None:
    """Write ``index.html``: one row a client, searchable, sortable, without network."""
    script = (TEMPLATES / "index.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    entries = list(manifest.reports.values())
    page = (
        environment()
        .get_template("index.html.j2")
        .render(
            head=manifest.head,
            portfolio=[entry for entry in entries if entry["unit"] == "portfolio"],
            rows=_rows(entries),
            failed=[entry for entry in entries if entry["status"] == "failed"],
            findings=largest_findings(manifest),
            as_of=_day(manifest.head["as_of"]),
            currency=formats.currency_name(manifest.head["currency"]),
            number=formats.number,
            style=Markup(stylesheet()),
            font=font_data(),
            script=Markup(script),
            script_hash=digest,
            has_quarantine=(manifest.folder / "quarantine.csv").is_file(),
            has_pack=(manifest.folder / "pack.pdf").is_file(),
        )
    )
    put_file(manifest.folder / "index.html", page.encode())


def write_pack(manifest: Manifest) -> None:
    """Write ``pack.pdf``: every report of the run behind one table of contents; none where nothing was made."""
    documents = []
    for entry in manifest.reports.values():
        if entry["status"] in KEPT:
            notebook = nbformat.read(manifest.folder / entry["executed"], as_version=nbformat.NO_CONVERT)
            documents.append(document_of(notebook, entry["notebook"]))
    path = manifest.folder / "pack.pdf"
    if not documents:
        path.unlink(missing_ok=True)
        return
    head = manifest.head
    subtitle = f"Key-account risk as of {_day(head['as_of'])}, {len(documents)} reports"
    footer = f"{head['title']} · as of {_day(head['as_of'])} · data {head['ledger']['sha256'][:12]} · kamlib {head['versions']['kamlib']}"
    put_file(path, pack_of(documents, head["title"], subtitle, footer))


def largest_findings(manifest: Manifest, most: int = 3) -> list[dict[str, Any]]:
    """The findings with the most money behind them, each with its report."""
    told = [entry for entry in manifest.reports.values() if entry["facts"].get("finding")]
    told.sort(key=lambda entry: (-(entry["facts"]["finding_value"] or 0), entry["executed"]))
    return [
        {
            "text": entry["facts"]["finding"],
            "amount": formats.money(entry["facts"]["finding_value"]),
            "label": entry["facts"].get("finding_label", ""),
            "html": entry["html"],
        }
        for entry in told[:most]
    ]


def _rows(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row a client, largest exposure first; its figures come from the report that has them."""
    by_client: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        if entry["unit"] == "client":
            by_client.setdefault(entry["client_id"], []).append(entry)
    return sorted(map(_row, by_client.values()), key=lambda row: -row["exposure"])


def _row(entries: list[dict[str, Any]]) -> dict[str, Any]:
    told = next((entry for entry in entries if entry["facts"].get("level")), entries[0])
    figures, changes = told["facts"].get("figures", {}), told["facts"].get("changes", {})
    exposure, overdue, dso = (figures.get(name) for name in ("exposure", "overdue_share", "dso"))
    change, level = changes.get("exposure"), told["facts"].get("level", "")
    links = [
        {"html": entry["html"], "pdf": entry["pdf"], "name": entry["notebook"].split("/")[-1].replace("_", " ")}
        for entry in entries
        if entry["html"]
    ]
    return {
        "client": told["client"],
        "client_id": told["client_id"],
        "links": links,
        "failed": told["status"] == "failed",
        "level": level,
        "cells": [
            {"text": formats.number(exposure), "sort": _sortable(exposure)},
            {"text": formats.signed(change), "sort": _sortable(change)},
            {"text": formats.share(overdue), "sort": _sortable(overdue)},
            {"text": formats.number(dso), "sort": _sortable(dso)},
        ],
        "exposure": exposure or 0.0,
        "level_order": LEVEL_ORDER.get(level, 3),
    }


def _day(iso: str) -> str:
    return formats.day(date.fromisoformat(iso))


def _sortable(value: float | None) -> str:
    return "" if value is None else repr(float(value))
