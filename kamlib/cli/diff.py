"""``kam diff``: which figures moved between two runs, and why."""

from pathlib import Path
from typing import Annotated, Any

import typer

from kamlib.cli.app import app
from kamlib.cli.shared import refuse


@app.command()
def diff(
    before: Annotated[Path, typer.Argument(help="The folder of the earlier run.")],
    after: Annotated[Path, typer.Argument(help="The folder of the later run.")],
    most: Annotated[int, typer.Option("--most", min=1, help="Show this many figures.")] = 25,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for another program.")] = False,
) -> None:
    """Compare two runs: the figures that moved, and what differs in data, policy, notebooks and code."""
    import json

    from kamlib.errors import DataError
    from kamlib.reports.comparison import compare_runs

    try:
        found = compare_runs(before, after)
    except DataError as error:
        refuse(error)
    if as_json:
        parts = ("figures", "words", "causes", "policy", "ledger")
        content = {part: json.loads(getattr(found, part).to_json(orient="records")) for part in parts}
        content |= {"only_before": found.only_before, "only_after": found.only_after}
        print(json.dumps(content, ensure_ascii=False, indent=1))
    else:
        _show(found, most)


def _show(found: Any, most: int) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from kamlib import formats

    console = Console(highlight=False)
    for title, frame in (("Policy", found.policy), ("Ledger and versions", found.ledger)):
        for row in frame.itertuples():
            console.print(
                f"{title}: [bold]{escape(row.what)}[/] {escape(row.before) or '—'} → {escape(row.after) or '—'}"
            )
    for changed, reports in found.causes.groupby("changed", sort=False):
        console.print(f"{len(reports)} reports: {escape(str(changed))} changed")
    for word, names in (("gone", found.only_before), ("new", found.only_after)):
        if names:
            console.print(
                f"{len(names)} reports {word}: {escape(', '.join(names[:5]))}{' …' if len(names) > 5 else ''}"
            )
    levels = found.words[found.words["what"] == "level"]
    for row in levels.head(most).itertuples():
        who = f"{row.report.split('/')[-1]} {escape(row.client)}".strip()
        console.print(f"{who}: level {escape(row.before) or '—'} → {escape(row.after) or '—'}")
    if len(levels) < len(found.words):
        console.print(f"{len(found.words) - len(levels)} decisions read differently (compare_runs shows them)")
    if found.figures.empty:
        crossed = len(found.words) or found.policy.empty
        console.print("No figure moved." if crossed else "No figure moved: none crosses what differs in the policy.")
        return
    table = Table(title=f"{len(found.figures):,} figures moved", title_justify="left")
    for column in ("report", "client", "figure", "before", "after", "change"):
        name = column in ("report", "client", "figure")
        table.add_column(column, justify="left" if name else "right", overflow="fold", no_wrap=not name)
    for row in found.figures.head(most).itertuples():
        figures = [formats.number(value, _digits(value)) for value in (row.before, row.after)]
        relative = formats.signed(None if row.relative is None else row.relative * 100, 1)
        table.add_row(row.report.split("/")[-1], escape(row.client or "—"), row.figure, *figures, f"{relative} %")
    console.print(table)


def _digits(value: float | None) -> int:
    return 0 if value is None or abs(value) >= 1000 else 1 if abs(value) >= 10 else 4
