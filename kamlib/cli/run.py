"""``kam run``: make the reports of a run."""

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from kamlib.cli.app import app
from kamlib.cli.shared import (
    Accept,
    AsOf,
    Currency,
    EngineUrl,
    LedgerPath,
    Mended,
    ProfileName,
    RunFile,
    now,
    refuse,
    requested,
    with_cases,
)

INTERRUPTED = 130


@app.command()
def run(
    run_file: RunFile = None,
    ledger: LedgerPath = None,
    profile: ProfileName = None,
    as_of: AsOf = None,
    currency: Currency = None,
    accept: Accept = None,
    mended: Mended = None,
    title: Annotated[str | None, typer.Option(help="The company's name on the reports.")] = None,
    top: Annotated[int | None, typer.Option(help="Reports for the N largest clients.")] = None,
    clients: Annotated[
        str | None, typer.Option(help="Reports for these clients only: ids, separated by commas.")
    ] = None,
    case: Annotated[
        list[str] | None,
        typer.Option("--case", help="The post-mortem of a case file, or of its name in params/cases; may be repeated."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="The folder of the reports.")] = None,
    lang: Annotated[str | None, typer.Option(help="The language of the reports: en or zh.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Reports at a time; all processors by default.")] = None,
    engine: Annotated[str, typer.Option(help="kam, or standard for papermill's own with a kernel.")] = "kam",
    engine_url: EngineUrl = "",
    fresh: Annotated[bool, typer.Option("--fresh", help="Make every report, changed or not.")] = False,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Make only what had failed or is missing.")
    ] = False,
    dask: Annotated[str, typer.Option(help="Make the reports on a Dask cluster: tcp://host:port.")] = "",
    storage: Annotated[
        str, typer.Option(help="With --dask: a folder that all machines see, or s3://bucket/folder.")
    ] = "",
    supersede: Annotated[
        bool, typer.Option("--supersede", help="Replace a published run; it is kept beside the new one.")
    ] = False,
) -> None:
    """Make the reports of a run."""
    from kamlib.errors import DataError, Fault
    from kamlib.ledger.address import check_engine

    try:
        if engine not in ("kam", "standard"):
            raise DataError(Fault("--engine", engine, "Use kam or standard."))
        check_engine(engine_url, "--engine-url")
        asked = {
            "run_file": run_file, "ledger": ledger, "profile": profile, "as_of": as_of, "currency": currency,
            "title": title, "top": top, "out": out, "lang": lang, "accept": accept, "mended": mended, "engine": engine,
        }  # fmt: skip
        request = (
            _unchanged(asked, look=not (fresh or retry_failed or supersede)) if clients is None and not case else ""
        )
        content = with_cases(run_file, ledger, as_of, out, lang, case, engine_url) if case else None
        wanted = content or requested(
            run_file, ledger, profile, as_of, currency, title, top, clients, out, lang, accept, mended, engine_url
        )
        from kamlib.reports.batch import Options, make_run

        options = Options(
            workers,
            engine,
            fresh,
            retry_failed,
            partial=clients is not None or bool(case),
            supersede=supersede,
            created=now(),
            request=request,
            dask=dask,
            storage=storage,
        )
        with _Progress() as progress:
            result = make_run(wanted, options, progress)
    except DataError as error:
        refuse(error)
    except OSError as error:  # a full disk, a folder without rights
        print(f"Stopped: {error}. What was made stays; mend it, then kam run goes on from there.", file=sys.stderr)
        raise typer.Exit(2) from error
    except KeyboardInterrupt:
        print("Interrupted: what was made stays, kam run goes on from there.", file=sys.stderr)
        os._exit(INTERRUPTED)  # no thread that still waits for a report holds the terminal
    _show_result(result)
    raise typer.Exit(result.exit_code)


def _unchanged(asked: dict[str, Any], look: bool) -> str:
    """The digest of a request; where its run stands as asked for, say so and leave, before anything heavy is loaded."""
    import time

    started = time.perf_counter()
    from kamlib.unchanged import UNCHANGED, digest_of_request, stands_as_asked

    found = digest_of_request(asked)
    if found is None:
        return ""
    folder, digest = found
    manifest = stands_as_asked(folder, digest) if look else None
    if manifest is not None:
        count = len(manifest["reports"])
        print(
            f"0 made, {count} skipped, 0 failed in {time.perf_counter() - started:.1f} s · as of {manifest['as_of']}\n"
            f"  {count} × {UNCHANGED}\nOpen {folder / 'index.html'}"
        )
        raise typer.Exit(0)
    return digest


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
