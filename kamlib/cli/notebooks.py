"""``kam lab``, ``kam new``, ``kam strip``: notebooks opened in JupyterLab, made from a template, cleaned for a commit."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from kamlib.cli.app import app
from kamlib.cli.shared import refuse


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def lab(context: typer.Context) -> None:
    """Open JupyterLab in notebooks/; further arguments go to it."""
    from kamlib.reports.notebooks import NOTEBOOK_FOLDER

    os.execv(sys.executable, [sys.executable, "-m", "jupyterlab", f"--notebook-dir={NOTEBOOK_FOLDER}", *context.args])


@app.command()
def new(
    unit: Annotated[str, typer.Argument(help="What it is run for: portfolio, client or case.")],
    name: Annotated[str, typer.Argument(help="Its file name, as payment_terms.")],
) -> None:
    """Make a new notebook that runs as it is; a run file that names no notebooks takes it along."""
    from kamlib.errors import DataError
    from kamlib.reports.new_notebook import new_notebook

    try:
        path = new_notebook(unit, name)
    except DataError as error:
        refuse(error)
    print(
        f"{path}\nThe next kam run takes it along, unless its run file lists notebooks: then add {unit}/{name} there."
    )


@app.command()
def strip(
    paths: Annotated[list[Path], typer.Argument(help="Notebook files.", exists=True, dir_okay=False)],
) -> None:
    """Take outputs out of notebooks before they are committed; ends with 1 where a file had to be changed."""
    from kamlib.reports.stripping import strip_notebook

    changed = [path for path in paths if strip_notebook(path)]
    for path in changed:
        print(f"stripped {path}")
    raise typer.Exit(1 if changed else 0)
