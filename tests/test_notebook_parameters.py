"""A bad value in the parameters cell is told with its remedy, below the cell and in a run."""

import nbformat
import papermill
import pytest
from conftest import HOUSE

from kamlib import stress
from kamlib.errors import DataError, Fault
from kamlib.language import use_language
from kamlib.policy import load_policy
from kamlib.runs import load_snapshot


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda s: load_snapshot(5), "source: 5 is a int. Give a text in quotes"),
        (lambda s: load_snapshot("demo", 20260630), 'as_of: 20260630. Give a day such as "2026-06-30"'),
        (lambda s: load_snapshot("demo", "30.06.2026"), 'as_of: \'30.06.2026\'. Give a day such as "2026-06-30"'),
        (lambda s: load_snapshot("no such run"), "no such run"),
        (lambda s: load_policy(3), "policy_file: 3 is a int"),
        (lambda s: use_language("fr"), "lang: fr. Use one of en, zh"),
        (lambda s: s.only(2), "client_id: 2 is a int. Give the id as a text"),
        (lambda s: s.only("Z"), "client_id: Z. Use a client with an invoice"),
        (lambda s: stress.lose_top(s, 3, "town"), "by: town. Use one of client, group"),
    ],
)  # fmt: skip
def test_each_parameter_is_checked_with_its_remedy(call, words, small_snapshot):
    with pytest.raises(DataError) as caught:
        call(small_snapshot)
    assert words in str(caught.value)


def test_the_cell_shows_the_faults_and_not_the_way_through_the_code():
    error = DataError([Fault("as_of", "5", "Give a day."), Fault("lang", "fr", "Use one of en, zh.")])
    assert error._render_traceback_() == [
        "Please mend this and run the cell again:",
        "  as_of: 5. Give a day.",
        "  lang: fr. Use one of en, zh.",
    ]


@pytest.mark.filterwarnings("ignore")
def test_a_notebook_run_with_a_bad_value_says_so_in_its_output(tmp_path):
    out = tmp_path / "out.ipynb"
    with pytest.raises(papermill.PapermillExecutionError):
        papermill.execute_notebook(
            HOUSE / "notebooks/portfolio/contracts.ipynb", out, {"as_of": 20260630}, engine_name="kam",
            progress_bar=False, kernel_name="python3",
        )  # fmt: skip
    errors = [
        output
        for cell in nbformat.read(out, as_version=4).cells
        for output in cell.get("outputs", [])
        if output.output_type == "error"
    ]
    assert len(errors) == 1
    assert errors[0].traceback == [
        "Please mend this and run the cell again:",
        '  as_of: 20260630. Give a day such as "2026-06-30", or "" for the latest.',
    ]
