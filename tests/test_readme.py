"""The README's commands: each is one that the program takes; those of the first pages are run."""

import re
import shlex

import pytest
import typer
import yaml
from conftest import HOUSE

from kamlib.cli import main  # noqa: F401 - registers every command
from kamlib.cli.app import app

README = (HOUSE / "README.md").read_text(encoding="utf-8")
FENCED = re.compile(r"^```\w*\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def shell_lines() -> list[str]:
    """Every line of a fenced block that starts a command, and every inline `kam …` that is complete."""
    lines = [line.split("  #")[0].strip() for block in FENCED.findall(README) for line in block.splitlines()]
    inline = re.findall(r"`(kam [^`]+)`", FENCED.sub("", README).replace("\n", " "))
    known = [line for line in lines if re.match(r"(kam|make|source|python|papermill|jupyter)\s", line)]
    return list(dict.fromkeys([*known, *[line for line in inline if "…" not in line]]))


def parsed(line: str) -> str:
    """Let the command line take it without running it; what it refuses, as text."""
    group = typer.main.get_command(app)
    name, *arguments = shlex.split(line)[1:]
    if name in group.commands and hasattr(group.commands[name], "commands"):
        group, (name, *arguments) = group.commands[name], arguments
    if name not in group.commands:
        return f"no command {name}"
    try:
        group.commands[name].make_context(name, arguments)
    except Exception as error:  # the library keeps its own class of it
        told = str(getattr(error, "message", error) or error) or type(error).__name__
        return "" if "does not exist" in told else told  # a file of the reader's is not here
    return ""


@pytest.mark.parametrize("line", [line for line in shell_lines() if line.startswith("kam ")])
def test_the_program_takes_every_command_of_the_readme(line):
    if "<run>" not in line and not line.endswith("--help"):
        told = parsed(line)
        assert told == "" or (len(line.split()) == 2 and told.startswith("Missing")), told  # a name alone is no call


def test_a_wrong_command_would_be_found():
    for line in ("kam runn demo", "kam run demo --nothing", "kam new client"):
        assert parsed(line)


def test_make_targets_and_files_named_are_there():
    makefile = (HOUSE / "Makefile").read_text(encoding="utf-8")
    for target in {line.split()[1] for line in shell_lines() if line.startswith("make ")}:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    for line in shell_lines():
        if line.startswith("kam lab "):
            assert (HOUSE / "notebooks" / line.split()[2]).is_file()
    named = set(re.findall(r"`((?:params|notebooks|tests|kamlib)/[\w./-]+\.(?:yaml|ipynb|py))`", README))
    assert {name for name in named if not (HOUSE / name).is_file() and "payment_terms" not in name} == set()


def test_the_tutorial_run_file_reads_the_ledger_beside_it():
    run = yaml.safe_load((HOUSE / "params/tutorial/tutorial.yaml").read_text(encoding="utf-8"))
    assert (HOUSE / "params/tutorial" / run["ledger"]["path"]).is_file()
    assert (HOUSE / run["ledger"]["profile"]).is_file()


@pytest.mark.slow
def test_the_readmes_first_ledger_is_checked_and_reported(tmp_path, run_kam):
    """The block of the README that shows a ledger, saved as it stands, and the two commands below it."""
    sample = next(block for block in FENCED.findall(README) if block.startswith("invoice_id,"))
    (tmp_path / "my_ledger").mkdir()
    (tmp_path / "my_ledger" / "invoices.csv").write_text(sample, encoding="utf-8")
    wanted = [line for line in shell_lines() if "--ledger my_ledger/" in line]
    assert len(wanted) == 2
    for line in wanted:
        done = run_kam(*shlex.split(line)[1:], "--workers", "1") if " run " in line else run_kam(*shlex.split(line)[1:])
        assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "reports/mine/index.html").is_file()
