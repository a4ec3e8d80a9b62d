"""The engine puts out what a kernel puts out, cell by cell."""

import json
import re
import subprocess
import sys

import nbformat
import papermill
import pytest
from conftest import HOUSE
from edge_cells import edge_notebook

VOLATILE = re.compile(r"ipykernel_\d+|0x[0-9a-f]{6,}")


def execute(notebook, engine, path, **parameters):
    """Run a notebook by an engine in this process; it comes back even when a cell raised."""
    raised = None
    try:
        papermill.execute_notebook(
            notebook,
            str(path),
            parameters,
            engine_name=engine,
            progress_bar=False,
            kernel_name="python3",
            cwd=str(HOUSE),
        )
    except papermill.exceptions.PapermillExecutionError as error:
        raised = error.ename
    return nbformat.read(path, as_version=4), raised


def execute_by_command(notebook, engine, path):
    """Run a notebook by papermill's own command, as a user would; the last line of its errors comes along."""
    source = path.with_name("input.ipynb")
    nbformat.write(notebook, source)
    command = [sys.executable, "-m", "papermill", str(source), str(path), "--no-progress-bar", "--cwd", str(HOUSE)]
    command += ["--engine", engine] if engine else []
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    return nbformat.read(path, as_version=4), done.stderr.strip().splitlines()[-1:]


def shown(notebook):
    """What each code cell shows, without ids that differ from process to process."""
    cells = [c for c in notebook.cells if c.cell_type == "code"]
    return [(cell.source, VOLATILE.sub("…", json.dumps([cell.execution_count, cell.outputs]))) for cell in cells]


@pytest.mark.slow
def test_every_edge_case_is_put_out_as_by_a_kernel(tmp_path):
    ours, error = execute_by_command(edge_notebook(), "kam", tmp_path / "kam.ipynb")
    theirs, error_there = execute_by_command(edge_notebook(), "", tmp_path / "kernel.ipynb")
    for own, other in zip(shown(ours), shown(theirs), strict=True):
        assert own == other
    assert error == error_there == ["KeyError: 'missing key'"]
    assert ours.metadata.language_info == theirs.metadata.language_info
    statuses = [[cell.metadata.get("papermill", {}).get("status") for cell in nb.cells] for nb in (ours, theirs)]
    assert statuses[0] == statuses[1]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["portfolio/concentration_stress", "client/credit_review"])
def test_the_reports_notebooks_are_the_same_both_ways(name, finished_run, tmp_path):
    path = HOUSE / "notebooks" / f"{name}.ipynb"
    source = str(finished_run / "snapshot")
    ours, _ = execute(str(path), "kam", tmp_path / "kam.ipynb", source=source)
    theirs, _ = execute(str(path), None, tmp_path / "kernel.ipynb", source=source)
    assert shown(ours) == shown(theirs)


def test_the_parity_test_can_fail():
    one = edge_notebook(("1",))
    other = edge_notebook(("1",))
    one.cells[0].outputs = [nbformat.v4.new_output("stream", name="stdout", text="a")]
    other.cells[0].outputs = [nbformat.v4.new_output("stream", name="stderr", text="a")]
    assert shown(one) != shown(other)


def test_the_notebook_is_saved_with_its_error(tmp_path):
    executed, raised = execute(edge_notebook(("print('kept')", "1 / 0", "2")), "kam", tmp_path / "out.ipynb")
    assert raised == "ZeroDivisionError"
    codes = [cell for cell in executed.cells if cell.cell_type == "code"]
    assert codes[0].outputs[0].text == "kept\n"
    assert codes[1].outputs[0].ename == "ZeroDivisionError"
    assert codes[2].outputs == []


def test_streams_of_this_process_come_back_after_a_run(tmp_path, capsys):
    execute(edge_notebook(("import sys\nsys.stdout = None",)), "kam", tmp_path / "out.ipynb")
    print("still here")
    assert "still here" in capsys.readouterr().out


def test_two_runs_in_one_process_share_no_names(tmp_path):
    execute(edge_notebook(("secret = 1",)), "kam", tmp_path / "a.ipynb")
    _, raised = execute(edge_notebook(("secret",)), "kam", tmp_path / "b.ipynb")
    assert raised == "NameError"
