"""``kam check``: data and parameters only."""

from pathlib import Path
from typing import Annotated, Any

import typer

from kamlib.cli.app import app
from kamlib.cli.shared import Accept, AsOf, Currency, LedgerPath, Mended, ProfileName, RunFile, refuse, requested

DATA_SUFFIXES = (
    ".csv",
    ".tsv",
    ".txt",
    ".parquet",
    ".xlsx",
    ".xlsm",
    ".xls",
    ".sqlite",
    ".sqlite3",
    ".db",
    ".duckdb",
    ".ddb",
)


@app.command()
def check(
    run_file: RunFile = None,
    ledger: LedgerPath = None,
    profile: ProfileName = None,
    as_of: AsOf = None,
    currency: Currency = None,
    accept: Accept = None,
    mended: Mended = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for another program.")] = False,
    write_profile: Annotated[
        Path | None, typer.Option("--write-profile", help="Where the proposed profile of a file goes.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write the proposed profile over an older one.")] = False,
) -> None:
    """Check data and parameters only: what is in, what is quarantined, what is missing.

    Given a data file (export.xlsx) without a profile, it proposes one, shows ten rows as they would be read, and
    writes it to be edited and kept; else nothing is written.
    """
    import json

    from kamlib.errors import DataError

    try:
        if run_file is not None and Path(run_file).suffix.lower() in DATA_SUFFIXES:
            if profile is None:
                _propose(Path(run_file), currency, write_profile, force)
                return
            run_file, ledger = None, Path(run_file)
        wanted = requested(run_file, ledger, profile, as_of, currency, None, None, None, None, None, accept, mended)
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


def _propose(file: Path, currency: str | None, target: Path | None, force: bool) -> None:
    """Propose a profile for a data file, show it, and write it where nothing stands yet."""
    from kamlib.errors import DataError, Fault
    from kamlib.ledger.proposal import profile_text, propose

    place = target or Path(f"{file.stem}.profile.yaml")
    if place.exists() and not force:
        raise DataError(Fault("--write-profile", f"{place} is there", "Give another place, or --force to replace it."))
    proposal = propose(file, currency)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(profile_text(proposal), encoding="utf-8")
    except OSError as error:
        raise DataError(Fault("--write-profile", str(place), f"Give a file that can be written ({error}).")) from error
    _show_proposal(proposal, place)


def _show_proposal(proposal: Any, place: Path) -> None:
    import shlex

    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console(highlight=False, soft_wrap=True)
    for fact in proposal.facts:
        console.print(escape(_printable(fact)))
    for guess in proposal.tables:
        table = Table(title=escape(_printable(f"{guess.table} {guess.part}".strip())), title_justify="left")
        for column in ("column", "read from", "sure", "why"):
            table.add_column(column, justify="right" if column == "sure" else "left")
        for column in guess.columns:
            read = " × ".join(column.rule.get("product", [])) or column.header or f"always {column.rule.get('value')}"
            sure = f"[yellow]{column.confidence:.0%}[/]" if column.confidence < 0.7 else f"{column.confidence:.0%}"
            table.add_row(column.column, escape(_printable(read)), sure, escape(_printable(column.reason)))
        console.print(table)
    rows = Table(title="The first ten invoices, or their lines, as they would be read", title_justify="left")
    for name in proposal.sample.columns:
        rows.add_column(name)
    for row in proposal.sample.itertuples(index=False):
        rows.add_row(*(escape(_printable(_cell(value))) for value in row))
    console.print(rows)
    for name, headers in proposal.unused.items():
        if headers:
            console.print(f"not used of {escape(_printable(name))}: {escape(_printable(', '.join(headers[:60])))}")
    console.print(f"[bold]Written[/] {escape(str(place))}: read its reasons, mend it, then")
    quoted = f"kam run --ledger {shlex.quote(str(proposal.path))} --profile {shlex.quote(str(place))} --as-of DAY"
    console.print(f"  {escape(quoted)}")


def _cell(value: Any) -> str:
    if value is None or value != value:
        return ""
    return value.strftime("%Y-%m-%d") if hasattr(value, "strftime") else str(value)


def _printable(text: str) -> str:
    """A text of a stranger's file for a terminal: no control marks, no marks that turn the writing round."""
    kept = "".join(letter if letter.isprintable() else "·" for letter in text)
    return kept if len(kept) <= 200 else kept[:199] + "…"


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
