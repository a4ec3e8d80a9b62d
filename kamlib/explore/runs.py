"""Two runs side by side as blocks: which figures moved, and what differs in data, policy, notebooks and code."""

from pathlib import Path

import pandas as pd

from kamlib import formats
from kamlib.blocks import Block, Column, Heading, Note
from kamlib.language import tr
from kamlib.methods import definition_of
from kamlib.reports.comparison import Comparison, compare_runs
from kamlib.reports.index import report_name
from kamlib.runs import REPORT_FOLDER
from kamlib.settings import house_path
from kamlib.tables.shared import table_of

SHOWN = 25


def finished_runs(folder: Path = REPORT_FOLDER) -> list[str]:
    """The folders of finished runs, the latest as-of day last, of one day the one made last; other companies' first."""
    import json

    heads = []
    for file in folder.glob("*/manifest.json"):
        head = json.loads(file.read_text(encoding="utf-8"))
        heads.append((head["as_of"], file.stat().st_mtime, str(file.parent), head.get("title")))
    heads.sort(key=lambda head: head[:3])
    ours = [head for head in heads if head[3] == heads[-1][3]]
    return [name for *_, name, _ in [*[head for head in heads if head not in ours], *ours]]


def explore_runs(before: str = "", after: str = "") -> tuple[Block, ...]:
    """What moved between two runs; empty names take the last two of ``reports/``, of one company where there are two.

    Raises
    ------
    DataError
        A folder without a manifest.
    """
    known = finished_runs()
    if not (before and after) and len(known) < 2:
        lacking = tr("There are not two finished runs in reports/ to compare.")
        remedy = tr("Make them, for example: kam run demo --top 3 --out reports/before, then with another policy, then open this notebook again.")  # fmt: skip
        return (_heading(lacking, 0), Note("", (remedy,)))
    left, right = house_path(before or known[-2]), house_path(after or known[-1])
    found = compare_runs(left, right)
    moved = len(found.figures)
    said = (
        tr("{n} figures moved from {before} to {after}.", n=moved, before=left.name, after=right.name)
        if moved
        else tr("No figure moved from {before} to {after}.", before=left.name, after=right.name)
    )
    words = (_words(found),) if len(found.words) else ()
    return (_heading(said, moved), _figures(found), *words, *_causes(found))


def _heading(said: str, moved: int) -> Heading:
    return Heading(tr("Two runs compared"), said, "", "", finding=said, finding_value=float(moved))


def _figures(found: Comparison) -> Block:
    columns = [
        Column("report", tr("Report"), False),
        Column("client", tr("Client"), False),
        Column("figure", tr("Figure"), False),
        Column("before", tr("Before")),
        Column("after", tr("After")),
        Column("relative", tr("Change, %")),
    ]
    frame = found.figures[[column.key for column in columns]].head(SHOWN)
    values = frame.astype(object).where(frame.notna(), None).to_numpy().tolist()
    texts = [
        [
            report_name({"notebook": report}),
            client or formats.MISSING,
            _name(figure),
            _figure(a),
            _figure(b),
            _percent(relative),
        ]
        for report, client, figure, a, b, relative in values
    ]
    note = tr("The largest {shown} of {n}.", shown=len(texts), n=len(found.figures))
    return table_of(tr("What moved"), columns, texts, values, note=note)


def _name(key: str) -> str:
    """A figure as its definition calls it; with its key where it is not the first that the definition explains."""
    found = definition_of(key)
    if found is None:
        return key
    return tr(found.name) if found.key == key else f"{tr(found.name)} ({key})"


def _percent(value: float | None) -> str:
    return formats.MISSING if value is None else formats.signed(value * 100, 1)


def _figure(value: float | None) -> str:
    small = value is not None and abs(value) < 1000
    return formats.number(value, 4 if small and abs(value) < 10 else 1 if small else 0)


def _words(found: Comparison) -> Block:
    """Levels and decisions that read differently."""
    names = {"level": tr("Level"), "decision": tr("Decision")}
    columns = [
        Column("report", tr("Report"), False),
        Column("client", tr("Client"), False),
        Column("what", tr("What"), False),
        Column("before", tr("Before"), False),
        Column("after", tr("After"), False),
    ]
    values = found.words.head(SHOWN)[[column.key for column in columns]].to_numpy().tolist()
    texts = [
        [report_name({"notebook": report}), client or formats.MISSING, names[what], before, after]
        for report, client, what, before, after in values
    ]
    note = tr("{shown} of {n}, levels first.", shown=len(texts), n=len(found.words))
    return table_of(tr("What reads differently"), columns, texts, values, note=note)


def _causes(found: Comparison) -> list[Block]:
    counts = found.causes["changed"].value_counts()
    reasons = table_of(
        tr("What changed behind the reports"),
        [Column("changed", tr("Changed"), False), Column("reports", tr("Reports"))],
        [[str(name), formats.number(count)] for name, count in counts.items()],
        [[str(name), int(count)] for name, count in counts.items()],
    )
    titles = (tr("Policy"), tr("Ledger and versions"))
    parts = zip(titles, (found.policy, found.ledger), strict=True)
    return [reasons, *[_differences(title, frame) for title, frame in parts if len(frame)]]


def _differences(title: str, frame: pd.DataFrame) -> Block:
    columns = [
        Column("what", tr("What"), False),
        Column("before", tr("Before"), False),
        Column("after", tr("After"), False),
    ]
    rows = [[str(value) for value in row] for row in frame.to_numpy().tolist()]
    return table_of(title, columns, rows, rows)
