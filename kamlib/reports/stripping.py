"""Notebooks as they are committed: no outputs, no counts, ids from the file's name, one line an entry of JSON."""

from pathlib import Path

import nbformat
from nbformat import NotebookNode

KEPT_METADATA = ("tags",)
KERNEL = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}


def strip_notebook(path: Path) -> bool:
    """Take outputs, counts and an editor's marks out of a notebook file; ids that do not begin with its name are renewed.

    Returns
    -------
    bool
        Whether anything had to be changed.
    """
    text = path.read_text(encoding="utf-8")
    notebook = nbformat.reads(text, as_version=4)
    notebook.metadata = NotebookNode(KERNEL)
    stem = path.stem.replace("_", "-")
    taken = {cell.get("id") for cell in notebook.cells}
    for number, cell in enumerate(notebook.cells):
        cell.metadata = NotebookNode({key: cell.metadata[key] for key in KEPT_METADATA if key in cell.metadata})
        if not str(cell.get("id", "")).startswith(stem):
            cell.id = next(
                name for name in (f"{stem}-n{serial:02}" for serial in range(number, 10_000)) if name not in taken
            )
            taken.add(cell.id)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    clean = nbformat.writes(notebook).rstrip("\n") + "\n"
    if clean == text:
        return False
    path.write_text(clean, encoding="utf-8")
    return True
