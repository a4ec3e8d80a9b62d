"""The index page: all reports of a run at a glance, from its manifest."""

import base64
import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any

from markupsafe import Markup

from kamlib import formats
from kamlib.blocks import TEMPLATES, Column, environment, stylesheet
from kamlib.language import current_language, listing, tr
from kamlib.reports.html import font_data
from kamlib.reports.manifest import Manifest, put_file

LEVEL_ORDER = {"alarm": 0, "watch": 1, "calm": 2, "unknown": 3}


def write_index(manifest: Manifest) -> None:
    """Write ``index.html``: one row a client, searchable, sortable, without network."""
    script = (TEMPLATES / "index.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    entries = list(manifest.reports.values())
    portfolio = [entry | {"name": report_name(entry)} for entry in entries if entry["unit"] != "client"]
    rows = _rows(entries)
    page = (
        environment()
        .get_template("index.html.j2")
        .render(
            lang=current_language(),
            head=manifest.head,
            portfolio=portfolio,
            decisions=_decisions(portfolio),
            strip=next((entry["facts"]["strip"] for entry in portfolio if entry["facts"].get("strip")), []),
            columns=_columns(manifest.head["currency"]),
            rows=rows,
            levels=_levels(rows),
            failed=[entry for entry in entries if entry["status"] == "failed"],
            findings=largest_findings(manifest),
            as_of=_day(manifest.head["as_of"]),
            currency=formats.currency_name(manifest.head["currency"]),
            missing=listing(manifest.head["ledger"]["missing"]),
            number=formats.number,
            style=Markup(stylesheet()),
            font=font_data(),
            script=Markup(script),
            script_hash=digest,
            has_quarantine=(manifest.folder / "quarantine.csv").is_file(),
            has_pack=(manifest.folder / "pack.pdf").is_file(),
            has_workbook=(manifest.folder / "workbook.xlsx").is_file(),
        )
    )
    put_file(manifest.folder / "index.html", page.encode())


def _decisions(portfolio: list[dict[str, Any]], most: int = 4) -> list[dict[str, Any]]:
    """The reports that ask for a decision: the first of the run, as it is the summary, then the gravest."""
    told = [entry for entry in portfolio if entry["html"] and entry["facts"].get("decision")]
    told[1:] = sorted(told[1:], key=lambda entry: LEVEL_ORDER.get(entry["facts"].get("level", ""), 9))
    return told[:most]


def report_name(entry: dict[str, Any]) -> str:
    """What a report is called: the name of its notebook, as words."""
    stem = entry["notebook"].split("/")[-1].replace("_", " ")
    name = tr(stem[:1].upper() + stem[1:])
    return f"{name} · {entry['client']}" if entry.get("unit") == "case" and entry.get("client") else name


def largest_findings(manifest: Manifest, most: int = 3) -> list[dict[str, Any]]:
    """The gravest findings, those with the most money behind them first, each with its report."""
    told = [entry for entry in manifest.reports.values() if entry["facts"].get("finding")]
    told.sort(
        key=lambda entry: (
            LEVEL_ORDER.get(entry["facts"].get("level", ""), 9),
            -(entry["facts"]["finding_value"] or 0),
            entry["executed"],
        )
    )
    company = f"{manifest.head['title']}: "  # stands at the head of the page
    return [
        {
            "text": _begun(entry["facts"]["finding"].removeprefix(company)),
            "name": report_name(entry),
            "amount": formats.money(entry["facts"]["finding_value"]),
            "label": entry["facts"].get("finding_label", ""),
            "html": entry["html"],
        }
        for entry in told[:most]
    ]


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]


def _rows(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row a client, largest exposure first; its figures come from the report that has them."""
    by_client: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        if entry["unit"] == "client":
            by_client.setdefault(entry["client_id"], []).append(entry)
    return sorted(map(_row, by_client.values()), key=lambda row: -row["exposure"])


def _columns(currency: str) -> list[Column]:
    return [
        Column("client", tr("Client"), False),
        Column("client_id", tr("Id"), False),
        Column("level", tr("Level"), False),
        Column("exposure", tr("Full exposure, {currency}", currency=formats.currency_name(currency))),
        Column("change", tr("Receivables on the quarter")),
        Column("overdue_share", tr("Overdue")),
        Column("dso", tr("DSO, days")),
        Column("days_late", tr("Days late, by month")),
    ]


def _levels(rows: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The levels that occur, worst first, for the filter."""
    words = {row["level"]: row["level_word"] for row in rows if row["level"]}
    return [{"key": key, "word": words[key]} for key in sorted(words, key=lambda key: LEVEL_ORDER.get(key, 9))]


def _row(entries: list[dict[str, Any]]) -> dict[str, Any]:
    judged = [entry for entry in entries if entry["facts"].get("level")]
    told = next((entry for entry in judged if "exposure" in entry["facts"].get("figures", {})), (judged or entries)[0])
    facts = told["facts"]
    figures, changes = facts.get("figures", {}), facts.get("changes", {})
    links = [
        {"html": entry["html"], "pdf": entry["pdf"], "name": report_name(entry)} for entry in entries if entry["html"]
    ]
    labels = [column.label for column in _columns("XXX")][4:]
    exposure = figures.get("exposure")
    cells = [
        (tr("Full exposure"), exposure, formats.money),
        (labels[0], changes.get("exposure"), formats.signed_money),
        (labels[1], figures.get("overdue_share"), formats.share),
        (labels[2], figures.get("dso"), formats.number),
    ]
    history = facts.get("histories", {}).get("days_late", [])
    return {
        "client": told["client"],
        "client_id": told["client_id"],
        "links": links,
        "failed": told["status"] == "failed",
        "level": facts.get("level", ""),
        "level_word": facts.get("level_word", ""),
        "cells": [
            *[
                {"label": label, "text": write(value), "sort": _sortable(value), "points": ""}
                for label, value, write in cells
            ],
            {
                "label": labels[3],
                "text": formats.days(figures.get("days_late")),
                "sort": _sortable(figures.get("days_late")),
                "points": sparkline(history),
            },
        ],
        "exposure": exposure or 0.0,
        "level_order": LEVEL_ORDER.get(facts.get("level", ""), 9),
    }


def sparkline(values: Sequence[float | None], width: int = 84, height: int = 18) -> str:
    """The points of a small line from zero up, as SVG wants them; none for fewer than three values.

    Examples
    --------
    >>> sparkline([0, 5, 10], 20, 10)
    '0.0,9.0 10.0,5.0 20.0,1.0'
    """
    known = [(place, value) for place, value in enumerate(values) if value is not None]
    if len(known) < 3:
        return ""
    top, step = max(1e-9, *(value for _, value in known)), width / (len(values) - 1)
    return " ".join(
        f"{place * step:.1f},{height - 1 - max(value, 0) / top * (height - 2):.1f}" for place, value in known
    )


def _day(iso: str) -> str:
    return formats.day(date.fromisoformat(iso))


def _sortable(value: float | None) -> str:
    return "" if value is None else repr(float(value))
