"""The house itself: imports run downwards, notebooks are thin, nothing names a machine. Each check can fail."""

import ast
import json
import re
import subprocess
from pathlib import Path

import nbformat
import pytest
from conftest import HOUSE

FLOORS = (
    {"errors", "formats", "fonts", "language", "style"},
    {
        "change_detection",
        "churn",
        "concentration",
        "contracts",
        "demand",
        "financing",
        "key_clients",
        "loss_model",
        "model_validation",
        "protection",
        "receivables",
        "relationship",
        "scoring",
        "statements",
    },
    {"alerting", "settings", "policy", "ledger", "samples", "runs"},
    {
        "client_profile",
        "executive",
        "kept",
        "dependence",
        "ranking",
        "early_warning",
        "post_mortem",
        "stress",
        "credit",
        "treatment",
    },
    {"blocks", "methods", "plots", "tables", "wording"},
    {"explore", "monitoring", "reports", "unchanged"},
    {"cli", "__main__"},
)
FLOOR_OF = {name: number for number, names in enumerate(FLOORS) for name in names}
MAX_CELLS, MAX_LINES = 25, 8
THICK = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.For, ast.While, ast.Try, ast.Lambda, ast.AsyncFor)


def kamlib_imports(source: str) -> set[str]:
    """The modules of kamlib that a source imports, as dotted names without the package."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "kamlib":
            parts = node.module.split(".")[1:]
            found |= {".".join([*parts, alias.name]) for alias in node.names} if not parts else {".".join(parts)}
            if parts:
                found |= {".".join([*parts, alias.name]) for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {a.name.removeprefix("kamlib.") for a in node.names if a.name.startswith("kamlib.")}
    return found


def upward_imports(sources: dict[str, str]) -> list[str]:
    """Imports from a higher floor; `sources` maps dotted module names to code."""
    wrong = []
    for module, source in sources.items():
        room = module.split(".")[0]
        for target in kamlib_imports(source):
            other = target.split(".")[0]
            if other in FLOOR_OF and FLOOR_OF[other] > FLOOR_OF[room]:
                wrong.append(f"{module} imports {target}")
    return wrong


def circles(sources: dict[str, str]) -> list[str]:
    """Modules that import each other in a circle."""
    edges = {module: {t for t in kamlib_imports(code) if t in sources} for module, code in sources.items()}
    found = []

    def walk(module: str, path: tuple[str, ...]) -> None:
        if module in path:
            found.append(" → ".join([*path[path.index(module) :], module]))
            return
        for target in edges[module]:
            walk(target, (*path, module))

    for module in edges:
        walk(module, ())
    return found


def our_sources() -> dict[str, str]:
    root = HOUSE / "kamlib"
    return {
        path.relative_to(root).with_suffix("").as_posix().replace("/", "."): path.read_text(encoding="utf-8")
        for path in root.rglob("*.py")
        if path.name != "__init__.py"
    }


def test_every_room_has_a_floor_and_the_package_says_the_same():
    rooms = {module.split(".")[0] for module in our_sources()}
    assert rooms == set(FLOOR_OF)
    told = (HOUSE / "kamlib" / "__init__.py").read_text(encoding="utf-8")
    readme = (HOUSE / "README.md").read_text(encoding="utf-8")
    for room in rooms - {"__main__"}:
        assert f"``{room}``" in told, room
        assert f"`{room}" in readme, room


def test_imports_run_downwards_only():
    assert upward_imports(our_sources()) == []


def test_no_circles():
    assert circles(our_sources()) == []


def test_the_import_checks_can_fail():
    bad = {"formats": "from kamlib.credit import x", "credit": "import kamlib.reports.engine"}
    assert {fault.split(".")[0] for fault in upward_imports(bad)} == {
        "formats imports credit",
        "credit imports reports",
    }
    assert circles({"stress": "from kamlib import credit", "credit": "from kamlib.stress import y"})


def test_importing_kamlib_loads_nothing_heavy():
    code = "import sys, kamlib; print([m for m in ('pandas', 'numpy', 'matplotlib', 'papermill') if m in sys.modules])"
    done = subprocess.run([str(_python()), "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    code = "import sys, kamlib.cli; print([m for m in ('pandas', 'numpy', 'matplotlib', 'papermill', 'ibis') if m in sys.modules])"
    done = subprocess.run([str(_python()), "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def _python() -> Path:
    import sys

    return Path(sys.executable)


def notebook_faults(notebook: nbformat.NotebookNode) -> list[str]:
    """What makes a notebook too thick, unclear, or unclean to keep."""
    faults = []
    cells = notebook.cells
    if len(cells) > MAX_CELLS:
        faults.append(f"{len(cells)} cells")
    if cells[0].cell_type != "markdown" or not cells[0].source.startswith("# "):
        faults.append("no title")
    if "?" not in cells[0].source:
        faults.append("no question")
    code = [cell for cell in cells if cell.cell_type == "code"]
    parameters = [cell for cell in code if "parameters" in cell.metadata.get("tags", [])]
    if len(parameters) != 1:
        faults.append("not one parameters cell")
    for cell in parameters:
        if any("#" not in line for line in cell.source.splitlines()):
            faults.append("a parameter without a comment")
    for cell in code:
        if len(cell.source.splitlines()) > MAX_LINES:
            faults.append(f"{cell.id}: more than {MAX_LINES} lines")
        if any(isinstance(node, THICK) for node in ast.walk(ast.parse(cell.source))):
            faults.append(f"{cell.id}: def, class, loop, lambda or try")
        if cell.outputs or cell.execution_count is not None:
            faults.append(f"{cell.id}: outputs are kept")
    if "tables.table_provenance" not in code[-1].source:
        faults.append("no provenance at the end")
    return faults


NOTEBOOKS = sorted(path for path in (HOUSE / "notebooks").rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_are_thin(path):
    assert notebook_faults(nbformat.read(path, as_version=4)) == []


def test_the_notebook_check_can_fail():
    cell = nbformat.v4.new_code_cell("for x in []:\n" + "    pass\n" * 9, execution_count=3)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("no title"), cell])
    faults = " ".join(notebook_faults(notebook))
    for word in ("no title", "no question", "parameters cell", "lines", "loop", "outputs", "provenance"):
        assert word in faults


def committed_files() -> list[Path]:
    done = subprocess.run(["git", "ls-files"], cwd=HOUSE, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout")
    return [HOUSE / name for name in done.stdout.splitlines() if (HOUSE / name).is_file()]


FORBIDDEN = re.compile(
    "|".join(("pypi" + r"\.org", "python" + "hosted", "registry" + r"\.npm", "/ro" + "ot/", "/wo" + "rk/"))
)


def test_no_committed_file_names_a_registry_or_a_path_of_a_machine():
    for path in committed_files():
        if path.suffix not in (".png",):
            assert not FORBIDDEN.search(path.read_text(encoding="utf-8", errors="replace")), path.name


def test_the_lock_pins_exact_versions_without_addresses():
    lines = (HOUSE / "requirements.lock").read_text(encoding="utf-8").splitlines()
    assert len(lines) > 100
    assert all(re.match(r"^[a-z0-9._-]+==[\w.!+-]+( ;.*)?$", line) for line in lines if line.strip())


def test_json_notebooks_end_with_a_newline_and_stable_ids():
    for path in NOTEBOOKS:
        content = json.loads(path.read_text(encoding="utf-8"))
        ids = [cell["id"] for cell in content["cells"]]
        assert len(set(ids)) == len(ids)
        assert all(cell_id.startswith(path.stem.replace("_", "-")) for cell_id in ids)
