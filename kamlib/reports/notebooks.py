"""What a notebook is run for and which parameters it takes, read without running it."""

import ast
import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import nbformat

from kamlib.errors import DataError, Fault
from kamlib.settings import HOUSE

NOTEBOOK_FOLDER = HOUSE / "notebooks"
UNITS = ("portfolio", "client", "case", "reference")
RUN_BY_DEFAULT = ("portfolio", "client", "reference")
FIRST = "portfolio/executive_summary"
PARAMETERS_TAG = "parameters"


@dataclass(frozen=True)
class NotebookFacts:
    """A notebook before it runs.

    Attributes
    ----------
    name : str
        ``unit/stem``, as run files name it.
    unit : str
        The folder: what it is run for, one of `UNITS`.
    parameters : dict
        Name → default value, from the cell tagged ``parameters``.
    sha256 : str
        Of the cells' sources and tags: outputs and layout do not count.
    """

    name: str
    path: Path
    unit: str
    parameters: dict[str, Any]
    sha256: str


def shipped_notebooks(folder: Path = NOTEBOOK_FOLDER, units: tuple[str, ...] = RUN_BY_DEFAULT) -> list[str]:
    """The notebooks that a run makes when it names none: what is run once or for each client, and the methods."""
    names = [path for unit in units for path in sorted((folder / unit).glob("*.ipynb"))]
    found = [path.relative_to(folder).with_suffix("").as_posix() for path in names]
    return sorted(found, key=lambda name: name != FIRST)


@cache
def inspect_notebook(name: str) -> NotebookFacts:
    """Read a notebook by its name below ``notebooks/`` or by path.

    Raises
    ------
    DataError
        No such notebook, no readable one, no parameters cell, or one that holds more than literals.
    """
    path = Path(name) if name.endswith(".ipynb") else NOTEBOOK_FOLDER / f"{name}.ipynb"
    if not path.is_file():
        known = sorted(
            p.relative_to(NOTEBOOK_FOLDER).with_suffix("").as_posix() for p in NOTEBOOK_FOLDER.rglob("*.ipynb")
        )
        raise DataError(Fault("notebooks", name, f"Use one of {', '.join(known)}, or the path of a notebook."))
    unit = path.resolve().parent.name
    if unit not in UNITS:
        raise DataError(
            Fault("notebooks", name, f"Put it into a folder named {', '.join(UNITS)}: that says what it is run for.")
        )
    try:
        notebook = nbformat.read(path, as_version=4)
        cells = [(cell.cell_type, cell.source, sorted(cell.metadata.get("tags", []))) for cell in notebook.cells]
    except Exception as error:  # nbformat lets through whatever its parts raise
        problem = " ".join(str(error).split())[:120]
        remedy = f"It cannot be read as a notebook ({problem}): save it again from JupyterLab."
        raise DataError(Fault("notebooks", name, remedy)) from error
    digest = hashlib.sha256(json.dumps(cells).encode()).hexdigest()
    tagged = [source for kind, source, tags in cells if kind == "code" and PARAMETERS_TAG in tags]
    if not tagged:
        remedy = "Add a code cell of plain assignments, tagged parameters."
        raise DataError(Fault(f"notebook {name}", "no parameters cell", remedy))
    return NotebookFacts(f"{unit}/{path.stem}", path, unit, _literals(tagged[0], name), digest)


def check_parameters(notebook: NotebookFacts, given: dict[str, Any]) -> list[Fault]:
    """What is wrong with parameters given to a notebook: unknown names, wrong types."""
    faults = []
    for name, value in given.items():
        field = f"parameters of {notebook.name}: {name}"
        if name not in notebook.parameters:
            faults.append(Fault(field, "unknown parameter", f"Use one of {', '.join(notebook.parameters)}."))
            continue
        default = notebook.parameters[name]
        fits = default is None or type(value) is type(default) or (isinstance(default, float) and type(value) is int)
        if not fits:
            remedy = f"Give a {type(default).__name__} such as {default!r}."
            faults.append(Fault(field, f"{value!r} is a {type(value).__name__}", remedy))
        elif not _is_json(value):
            faults.append(
                Fault(field, repr(value), "Give a text, a number, true or false, or a list or mapping of these.")
            )
    return faults


def _literals(source: str, name: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    try:
        for statement in ast.parse(source).body:
            if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
                raise ValueError(ast.unparse(statement))
            target = statement.targets[0]
            if not isinstance(target, ast.Name):
                raise ValueError(ast.unparse(statement))
            values[target.id] = ast.literal_eval(statement.value)
    except (SyntaxError, ValueError) as error:
        remedy = "The parameters cell may hold only lines of the form name = literal."
        raise DataError(Fault(f"notebook {name}: parameters cell", str(error), remedy)) from error
    return values


def _is_json(value: Any) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_json(item) for key, item in value.items())
    if isinstance(value, list):
        return all(map(_is_json, value))
    return isinstance(value, (str, int, float, bool, type(None)))
