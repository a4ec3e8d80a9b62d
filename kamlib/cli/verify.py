"""``kam verify`` and ``kam publish``: whether a run still stands as it was made, and sealing it."""

from pathlib import Path
from typing import Annotated, Any

import typer

from kamlib.cli.app import app
from kamlib.cli.shared import now, refuse

RunFolder = Annotated[Path, typer.Argument(help="The folder of a run, as reports/demo.")]


@app.command()
def verify(folder: RunFolder) -> None:
    """Check every file of a run against its manifest. Exit code 1 when any was touched."""
    from kamlib.errors import DataError
    from kamlib.reports.publishing import verify_run

    try:
        state = verify_run(folder)
    except DataError as error:
        refuse(error)
    _show(state)
    raise typer.Exit(0 if state.stands else 1)


@app.command()
def publish(folder: RunFolder) -> None:
    """Seal a finished run: it is not written to again; kam run --supersede keeps it beside a new one."""
    from kamlib.errors import DataError
    from kamlib.reports.publishing import publish_run

    try:
        state = publish_run(folder, now())
    except DataError as error:
        refuse(error)
    _show(state)


def _show(state: Any) -> None:
    for word, names in (("changed", state.changed), ("missing", state.missing), ("not of this run", state.unknown)):
        for name in names:
            print(f"{word}: {name}")
    if state.sealed_manifest_changed:
        print("changed: manifest.json, since it was published")
    standing = "as they were made" if state.stands else "not as they were made"
    print(f"{state.checked:,} files, {standing}" + (f"; published {state.published}" if state.published else ""))
