"""The hook before a commit: committed notebooks are as it leaves them, and it leaves the rest of a notebook alone."""

import shutil

import nbformat
import yaml
from conftest import HOUSE
from test_house import NOTEBOOKS

from kamlib.reports.stripping import strip_notebook


def test_the_hook_changes_no_cell_of_a_committed_notebook(tmp_path):
    for path in NOTEBOOKS:
        copy = tmp_path / path.name
        shutil.copy(path, copy)
        strip_notebook(copy)
        assert nbformat.read(copy, as_version=4).cells == nbformat.read(path, as_version=4).cells, path.name


def test_outputs_counts_marks_and_strange_ids_go_and_source_and_tags_stay(tmp_path):
    path = tmp_path / "some_notes.ipynb"
    code = nbformat.v4.new_code_cell("1 + 1", execution_count=7, metadata={"tags": ["parameters"], "collapsed": True})
    code.outputs = [nbformat.v4.new_output("stream", text="2")]
    text = nbformat.v4.new_markdown_cell("# Title")
    text.id = "some-notes-00"
    nbformat.write(nbformat.v4.new_notebook(cells=[text, code], metadata={"widgets": {"x": 1}}), path)
    assert strip_notebook(path)
    clean = nbformat.read(path, as_version=4)
    assert [cell.source for cell in clean.cells] == ["# Title", "1 + 1"]
    assert clean.cells[1].metadata == {"tags": ["parameters"]}
    assert clean.cells[1].outputs == []
    assert clean.cells[1].execution_count is None
    assert [cell.id for cell in clean.cells] == ["some-notes-00", "some-notes-n01"]
    assert "widgets" not in clean.metadata
    assert not strip_notebook(path)


def test_the_command_says_what_it_changed_and_the_hook_calls_it(tmp_path, run_kam):
    path = tmp_path / "own.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1", execution_count=1)]), path)
    assert run_kam("strip", str(path)).returncode == 1
    done = run_kam("strip", str(path))
    assert (done.returncode, done.stdout) == (0, "")
    hooks = yaml.safe_load((HOUSE / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"][0]["hooks"]
    assert hooks[0]["entry"].endswith("kam strip")
