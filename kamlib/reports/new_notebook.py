"""A new notebook from a template: it keeps the rules of the house and runs as it is."""

import re
from pathlib import Path

import nbformat

from kamlib.errors import DataError, Fault, raise_faults
from kamlib.reports.notebooks import NOTEBOOK_FOLDER, PARAMETERS_TAG
from kamlib.settings import HOUSE

NAME = re.compile(r"^[a-z][a-z0-9_]{0,59}$")
LOAD = """from kamlib import blocks, formats, tables
from kamlib.language import use_language
from kamlib.runs import load_snapshot

use_language(lang)
snapshot = load_snapshot(source, as_of)"""
PARAMETERS = """source = "demo"  # a run of params/, or the folder of a snapshot
as_of = ""  # a day such as 2026-06-30; empty: the snapshot's own
lang = "en"  # en or zh"""
BODIES = {
    "portfolio": (
        PARAMETERS,
        'blocks.Heading("{title}", snapshot.facts.get("title", ""), formats.quarter(snapshot.date), "Say here what is to be decided.")',
        'snapshot.revenue.groupby("client_id")["reporting_amount"].sum().nlargest(10).reset_index()',
    ),
    "client": (
        PARAMETERS + '\nclient_id = "C0002"  # the client',
        'own = snapshot.only(client_id)\nblocks.Heading("{title}", client_id, formats.quarter(snapshot.date), "Say here what is to be decided.")',
        'own.revenue[["invoice_id", "issue_date", "due_date", "reporting_amount"]].tail(12)',
    ),
}
BODIES["case"] = BODIES["client"]


def new_notebook(unit: str, name: str, folder: Path = NOTEBOOK_FOLDER) -> Path:
    """Write a notebook that runs as it is, into the folder of what it is run for.

    Parameters
    ----------
    unit : str
        ``portfolio`` (run once), ``client`` (run for each client) or ``case`` (run for each case).
    name : str
        The file's name without suffix: small letters, digits, underscores.

    Raises
    ------
    DataError
        Another unit, another kind of name, or a notebook of this name.
    """
    path = folder / unit / f"{name}.ipynb"
    faults = []
    if unit not in BODIES:
        faults.append(Fault("unit", unit, f"Use one of {', '.join(BODIES)}."))
    if not NAME.match(name):
        faults.append(Fault("name", name, "Use small letters, digits and underscores, as payment_terms."))
    raise_faults(faults)
    if path.exists():
        place = path.relative_to(HOUSE) if path.is_relative_to(HOUSE) else path
        raise DataError(Fault("name", str(place), "There is such a notebook: choose another name."))
    title = (name[:1].upper() + name[1:]).replace("_", " ")
    parameters, heading, first = BODIES[unit]
    stem = name.replace("_", "-")
    cells = [
        nbformat.v4.new_markdown_cell(
            f"# {title}\n\nWhich question does this notebook answer?", metadata={"tags": ["remove-cell"]}
        ),
        nbformat.v4.new_code_cell(parameters, metadata={"tags": [PARAMETERS_TAG]}),
        nbformat.v4.new_code_cell(LOAD),
        nbformat.v4.new_code_cell(heading.replace("{title}", title)),
        nbformat.v4.new_code_cell(first),
        nbformat.v4.new_markdown_cell("## What it rests on"),
        nbformat.v4.new_code_cell("tables.table_provenance(snapshot)"),
    ]
    for number, cell in enumerate(cells):
        cell.id = f"{stem}-{number:02}"
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), path)
    return path
