"""``kam check``: data and parameters only."""

from typing import Annotated, Any

import typer

from kamlib.cli.app import app
from kamlib.cli.shared import AsOf, Currency, LedgerPath, ProfileName, RunFile, refuse, requested


@app.command()
def check(
    run_file: RunFile = None,
    ledger: LedgerPath = None,
    profile: ProfileName = None,
    as_of: AsOf = None,
    currency: Currency = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for another program.")] = False,
) -> None:
    """Check data and parameters only: what is in, what is quarantined, what is missing. Nothing is written."""
    import json

    from kamlib.errors import DataError

    try:
        wanted = requested(run_file, ledger, profile, as_of, currency, None, None, None, None)
        from kamlib.reports.batch import check_run

        snapshot, report, tasks, set_aside = check_run(wanted)
    except DataError as error:
        if as_json:
            faults = [{"field": f.field, "value": f.value, "remedy": f.remedy} for f in error.faults]
            print(json.dumps({"ok": False, "faults": faults}, ensure_ascii=False, indent=1))
            raise typer.Exit(2) from None
        refuse(error)
    if as_json:
        planned = [{"notebook": task.notebook, "client_id": task.client_id or None} for task in tasks]
        content = {
            "ok": True,
            "as_of": f"{snapshot.date:%Y-%m-%d}",
            "ledger": report,
            "set_aside": set_aside,
            "reports": planned,
        }
        print(json.dumps(content, ensure_ascii=False, indent=1))
    else:
        _show_check(report, tasks, set_aside)


def _show_check(report: dict[str, Any], tasks: list[Any], set_aside: list[str]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console(highlight=False)
    table = Table(title=f"{report['source']}, in {report['currency']}", title_justify="left")
    for column in ("table", "rows in", "used", "quarantined", "first day", "last day"):
        table.add_column(column, justify="left" if column in ("table", "first day", "last day") else "right")
    for name, part in report["tables"].items():
        counts = [f"{part[key]:,}" for key in ("rows_in", "rows_used", "rows_quarantined")]
        table.add_row(name, *counts, part["first_day"] or "", part["last_day"] or "")
    console.print(table)
    for line in set_aside[:10]:
        console.print(f"  [yellow]set aside[/] {escape(line)}")
    if len(set_aside) > 10:
        console.print(f"  … and {len(set_aside) - 10:,} more: kam run writes them all to quarantine.csv")
    for name, part in report["tables"].items():
        for currency, total in part["totals"].items():
            console.print(
                f"{name} {currency}: in {total['in']}, used {total['used']}, quarantined {total['quarantined']}"
            )
        for note in part["notes"]:
            console.print(f"{name}: {escape(note)}")
    _show_findings(report["findings"])
    for file, columns in report["unused"].items():
        console.print(f"{escape(file)}: columns not used: {escape(', '.join(columns))}")
    for name, adds in report["missing"].items():
        console.print(f"no {name}: it would add {adds}")
    console.print(f"A run would make {len(tasks)} reports.")


def _show_findings(findings: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.markup import escape

    from kamlib.wording.findings import say_done, say_found, say_money

    console = Console(highlight=False, soft_wrap=True)
    if findings:
        console.print(f"[bold]Found in the data[/] ({len(findings)})")
    for finding in findings:
        mark = "[bold red]accepted[/] " if finding["accepted"] else ""
        money = f", {say_money(finding)}" if finding["money"] else ""
        rows = f"{finding['count']:,} row{'' if finding['count'] == 1 else 's'}"
        console.print(f"  {mark}{finding['table']}: {escape(say_found(finding))} — {rows}{money}")
        where = f" ({'; '.join(finding['examples'])})" if finding["examples"] else ""
        console.print(f"    {escape(say_done(finding))}{escape(where)}", style="dim")
