"""A notebook from the template keeps the rules of the house and joins the next run."""

import nbformat
import pytest
from test_house import notebook_faults

from kamlib.errors import DataError
from kamlib.reports.new_notebook import BODIES, new_notebook
from kamlib.reports.notebooks import inspect_notebook, shipped_notebooks


@pytest.mark.parametrize("unit", sorted(BODIES))
def test_a_new_notebook_keeps_the_rules(unit, tmp_path):
    path = new_notebook(unit, "payment_terms", tmp_path)
    assert notebook_faults(nbformat.read(path, as_version=4)) == []
    assert inspect_notebook(str(path)).unit == unit
    with pytest.raises(DataError, match="choose another name"):
        new_notebook(unit, "payment_terms", tmp_path)


@pytest.mark.parametrize(
    ("unit", "name", "words"),
    [("client", "../x", "small letters"), ("client", "Two Words", "small letters"), ("town", "x", "Use one of")],
)
def test_wrong_names_are_refused(unit, name, words, tmp_path):
    with pytest.raises(DataError, match=words):
        new_notebook(unit, name, tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_run_that_names_no_notebooks_takes_all_with_the_summary_first(tmp_path):
    for unit, name in (("portfolio", "a"), ("portfolio", "executive_summary"), ("client", "b"), ("case", "c")):
        new_notebook(unit, name, tmp_path)
    assert shipped_notebooks(tmp_path) == ["portfolio/executive_summary", "portfolio/a", "client/b"]


@pytest.mark.slow
def test_new_notebooks_run_as_they_are(finished_run, tmp_path, run_kam):
    import json

    from conftest import SMALL_RUN, read_manifest

    names = [str(new_notebook(unit, f"own_{unit}", tmp_path)) for unit in ("portfolio", "client")]
    file = tmp_path / "own.yaml"
    run = SMALL_RUN | {"notebooks": names, "clients": {"top": 1}, "out": str(tmp_path / "out")}
    file.write_text(json.dumps(run), encoding="utf-8")
    done = run_kam("run", str(file))
    assert done.returncode == 0, done.stdout + done.stderr
    titles = [entry["facts"]["title"] for entry in read_manifest(tmp_path / "out")["reports"]]
    assert titles == ["Small & Co", "C0001"]
