"""The command ``kam``: arguments in, one screen out. Everything heavy is imported when it is needed."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(
    name="kam",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Key-account risk: from a ledger to a pack of reports.",
)

RunFile = Annotated[str | None, typer.Argument(help="A run file, or its name in params/. Without one, give --ledger.")]
LedgerPath = Annotated[
    Path | None, typer.Option("--ledger", help="A file or folder to read instead of the run file's.")
]
ProfileName = Annotated[
    str | None, typer.Option("--profile", help="How it is read: a name in params/profiles, or a YAML file.")
]
AsOf = Annotated[str | None, typer.Option("--as-of", help="The last day that is seen, as 2026-09-30.")]
Currency = Annotated[str | None, typer.Option(help="The reporting currency, as EUR.")]


@app.command()
def run(
    run_file: RunFile = None,
    ledger: LedgerPath = None,
    profile: ProfileName = None,
    as_of: AsOf = None,
    currency: Currency = None,
    title: Annotated[str | None, typer.Option(help="The company's name on the reports.")] = None,
    top: Annotated[int | None, typer.Option(help="Reports for the N largest clients.")] = None,
    clients: Annotated[
        str | None, typer.Option(help="Reports for these clients only: ids, separated by commas.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="The folder of the reports.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Reports at a time; all processors by default.")] = None,
    engine: Annotated[str, typer.Option(help="kam, or standard for papermill's own with a kernel.")] = "kam",
    fresh: Annotated[bool, typer.Option("--fresh", help="Make every report, changed or not.")] = False,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Make only what had failed or is missing.")
    ] = False,
) -> None:
    """Make the reports of a run."""
    from kamlib.errors import DataError, Fault

    try:
        if engine not in ("kam", "standard"):
            raise DataError(Fault("--engine", engine, "Use kam or standard."))
        wanted = _requested(run_file, ledger, profile, as_of, currency, title, top, clients, out)
        from kamlib.reports.batch import Options, make_run

        options = Options(workers, engine, fresh, retry_failed, partial=clients is not None, created=_now())
        with _Progress() as progress:
            result = make_run(wanted, options, progress)
    except DataError as error:
        _refuse(error)
    _show_result(result)
    raise typer.Exit(result.exit_code)


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
        wanted = _requested(run_file, ledger, profile, as_of, currency, None, None, None, None)
        from kamlib.reports.batch import check_run

        snapshot, report, tasks, set_aside = check_run(wanted)
    except DataError as error:
        if as_json:
            faults = [{"field": f.field, "value": f.value, "remedy": f.remedy} for f in error.faults]
            print(json.dumps({"ok": False, "faults": faults}, ensure_ascii=False, indent=1))
            raise typer.Exit(2) from None
        _refuse(error)
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


def main() -> None:
    """Entry point of the command."""
    app()


def _requested(
    run_file: str | None,
    ledger: Path | None,
    profile: str | None,
    as_of: str | None,
    currency: str | None,
    title: str | None,
    top: int | None,
    clients: str | None,
    out: Path | None,
):
    """The run that the arguments ask for: a run file with changes, or one made of arguments alone."""
    from kamlib.errors import DataError, Fault
    from kamlib.runs import load_run, parse_run

    if run_file is None and ledger is None:
        raise DataError(
            Fault(
                "arguments",
                "neither a run file nor --ledger",
                "Give kam run params/demo.yaml, or --ledger FILE --as-of DAY.",
            )
        )
    content: dict[str, Any] = load_run(run_file).model_dump(mode="json") if run_file else {}
    if ledger is not None:
        content["ledger"] = {"path": str(ledger), "profile": profile or "canonical"}
        content.setdefault("title", ledger.stem)
        content.setdefault("run", _plain_name(out.name if out else ledger.stem))
    elif profile is not None:
        content["ledger"]["profile"] = profile
    changes = {"as_of": as_of, "currency": currency, "title": title, "out": str(out) if out else None}
    content |= {name: value for name, value in changes.items() if value is not None}
    if "as_of" not in content:
        raise DataError(Fault("--as-of", "missing", "Give the last day that is to be seen, as 2026-09-30."))
    if top is not None:
        content["clients"] = {"top": top}
    if clients is not None and not clients.strip(" ,"):
        raise DataError(Fault("--clients", repr(clients), "Name at least one client, as C0001,C0002."))
    if clients is not None:
        content["clients"] = {"ids": [client.strip() for client in clients.split(",") if client.strip()]}
    return parse_run(content, run_file or "arguments")


def _plain_name(text: str) -> str:
    """A run's name from any file's: letters, digits, dots, dashes and underscores."""
    import re

    return re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-._")[:60] or "run"


def _now() -> str:
    from datetime import datetime

    return datetime.now().astimezone().isoformat(timespec="seconds")


class _Progress:
    """Live progress on a terminal, a line now and then elsewhere."""

    def __init__(self) -> None:
        from rich.console import Console

        self.console = Console(stderr=True)
        self.failed = 0
        self.bar: Any = None

    def __enter__(self) -> "_Progress":
        if self.console.is_terminal:
            self.status = self.console.status("Reading and checking the ledger …")
            self.status.start()
        return self

    def __call__(self, done: int, total: int, task: Any, outcome: Any) -> None:
        self.failed += outcome is not None and outcome.status == "failed"
        if self.console.is_terminal:
            self._draw(done, total)
        elif task is not None and (outcome.status == "failed" or done == total or done % max(total // 10, 1) == 0):
            print(f"{done} of {total} done, {self.failed} failed, {total - done} to go", file=sys.stderr, flush=True)

    def _draw(self, done: int, total: int) -> None:
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        if self.bar is None:
            self.status.stop()
            self.bar = Progress(
                TextColumn("{task.fields[made]} done · {task.fields[failed]} failed · {task.fields[left]} to go"),
                BarColumn(),
                TextColumn("ETA"),
                TimeRemainingColumn(),
                console=self.console,
            )
            self.bar.start()
            self.task = self.bar.add_task("", total=total, made=0, failed=0, left=total)
        self.bar.update(self.task, completed=done, made=done - self.failed, failed=self.failed, left=total - done)

    def __exit__(self, *_: Any) -> None:
        if self.bar is not None:
            self.bar.stop()
        elif self.console.is_terminal:
            self.status.stop()


def _show_result(result: Any) -> None:
    from collections import Counter

    from rich.console import Console
    from rich.markup import escape

    from kamlib.reports.index import largest_findings

    manifest, console = result.manifest, Console(highlight=False, soft_wrap=True)
    made, skipped, failed = (manifest.count(status) for status in ("made", "skipped", "failed"))
    console.print(
        f"[bold]{made} made, {skipped} skipped, {failed} failed[/] in {result.seconds:.1f} s · as of {manifest.head['as_of']}"
    )
    for reason, count in Counter(result.reasons.values()).most_common(4):
        console.print(f"  {count} × {escape(reason)}")
    for entry in manifest.reports.values():
        if entry["status"] == "failed":
            who = entry["client_id"] or "portfolio"
            console.print(f"  [red]failed[/] {escape(who)} · {escape(entry['notebook'])}: {escape(entry['reason'])}")
    findings = largest_findings(manifest)
    if findings:
        console.print("[bold]Largest findings[/]")
        for finding in findings:
            console.print(f"  {escape(finding['amount'])} {escape(finding['label'])} · {escape(finding['text'])}")
    ledger = manifest.head["ledger"]
    if ledger["rows_quarantined"]:
        console.print(
            f"[bold]{ledger['rows_quarantined']:,} rows quarantined[/], see {escape(str(manifest.folder / 'quarantine.csv'))}"
        )
    console.print(f"[bold]Open[/] {escape(str(manifest.folder / 'index.html'))}")


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
    for file, columns in report["unused"].items():
        console.print(f"{escape(file)}: columns not used: {escape(', '.join(columns))}")
    for name, adds in report["missing"].items():
        console.print(f"no {name}: it would add {adds}")
    console.print(f"A run would make {len(tasks)} reports.")


def _refuse(error: Any) -> None:
    from rich.console import Console
    from rich.markup import escape

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    count = len(error.faults)
    console.print(f"[bold red]Refused[/]: {count} fault{'s' if count > 1 else ''}; nothing was written.")
    for fault in error.faults:
        console.print(f"  [bold]{escape(fault.field)}[/]: {escape(fault.value)}\n    {escape(fault.remedy)}")
    raise typer.Exit(2)
