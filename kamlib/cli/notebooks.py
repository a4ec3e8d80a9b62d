"""``kam lab``, ``kam new``: notebooks opened in JupyterLab, and a new one from a template."""

import os
import sys
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
