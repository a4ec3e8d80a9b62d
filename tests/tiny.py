"""The smallest run that is one: two clients, one notebook of two cells; what is tested is the run, not its figures."""

import json
from pathlib import Path

import nbformat

GIVEN = 'source = ""  # a snapshot\nclient_id = ""  # a client'
SHOWS = (
    "from kamlib.runs import load_snapshot\nload_snapshot(source).only(client_id).invoices[['issue_date', 'amount']]"
)


def tiny_notebook(folder: Path, name: str, source: str = SHOWS) -> str:
    """The path of a notebook for clients whose second cell is `source`."""
    path = folder / "client" / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    given = nbformat.v4.new_code_cell(GIVEN, id=f"{name}-0", metadata={"tags": ["parameters"]})
    cells = [
        given,
        nbformat.v4.new_code_cell(source, id=f"{name}-1"),
        nbformat.v4.new_code_cell("print('after', client_id)", id=f"{name}-2"),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return str(path)


def tiny_ledger(folder: Path, clients: int = 2) -> Path:
    """A folder with nine invoices of each client."""
    rows = ["invoice_id,client_id,issue_date,due_date,amount,currency"]
    for client in range(1, clients + 1):
        rows += [
            f"R{client}-{month},C{client},2026-{month:02}-03,2026-{month:02}-28,{1000 + client}.50,EUR"
            for month in range(1, 10)
        ]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "invoices.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def tiny_run(folder: Path, clients: int = 2, **changes) -> tuple[Path, Path]:
    """The file of a run in `folder` and its output folder; `changes` replace keys of the run file."""
    folder.mkdir(parents=True, exist_ok=True)
    content = {
        "run": "tiny",
        "title": "Tiny & Co",
        "as_of": "2026-09-30",
        "currency": "EUR",
        "ledger": {"path": str(tiny_ledger(folder / "ledger", clients))},
        "clients": {"all": True},
        "out": str(folder / "out"),
    }
    content["notebooks"] = changes.pop("notebooks", None) or [tiny_notebook(folder, "tiny")]
    file = folder / "run.yaml"
    file.write_text(json.dumps(content | changes), encoding="utf-8")
    return file, Path((content | changes)["out"])
