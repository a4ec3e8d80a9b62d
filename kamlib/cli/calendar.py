"""``kam calendar``: the insurance dates as a file for any diary."""

from pathlib import Path
from typing import Annotated

import typer

from kamlib.cli.app import app
from kamlib.cli.shared import refuse


@app.command()
def calendar(
    run_file: Annotated[str, typer.Argument(help="The run file, or its name in params/.")],
    out: Annotated[Path | None, typer.Option("--out", help="The .ics file; beside the reports if not given.")] = None,
) -> None:
    """Write when insurers want to know what, as an .ics file."""
    from kamlib.errors import DataError, Fault

    try:
        from kamlib.language import tr, use_language
        from kamlib.policy import load_policy
        from kamlib.runs import load_run, load_snapshot
        from kamlib.treatment import diary_file, insurance_calendar
        from kamlib.wording.treatment_cover import diary_entries

        run = load_run(run_file)
        use_language(run.lang)
        snapshot = load_snapshot(run_file)
        found = insurance_calendar(snapshot, load_policy(run.policy))
        entries = diary_entries(found)
        place = out or run.folder.parent / f"{run.folder.name}.insurance.ics"
        name = tr("{company}: credit insurance", company=run.title)
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(diary_file(entries, name, snapshot.date.date()))
        except OSError as error:
            raise DataError(Fault("--out", str(place), f"Give a place that can be written to. ({error})")) from error
    except DataError as error:
        refuse(error)
    if found.absent:
        typer.echo("There is no table of protections: the calendar is empty.")
    typer.echo(f"{len(entries)} dates written to {place}")
