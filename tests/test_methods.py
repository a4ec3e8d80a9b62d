"""Every figure leads to its definition, the policy in force, its rows and the code that computes it."""

import ast
import importlib
import re

import pytest
from conftest import HOUSE, blocks_of, read_manifest

from kamlib.errors import DataError
from kamlib.language import use_language
from kamlib.ledger.schema import TABLES
from kamlib.methods import (
    DEFINITIONS,
    Definition,
    definition_of,
    definitions_used,
    rows_used,
    values_in_force,
    whole_policy,
    worked_example,
)
from kamlib.policy import Policy
from kamlib.reports.document import told_definitions
from kamlib.tables.methods import blocks_methods, table_terms

OWN = re.compile(r"methods_\w+|policy")  # the report on methods itself


def keys_in_the_code() -> set[str]:
    """Every key that a table or a figure of the strip is made with, read without running."""
    found = set()
    for path in (HOUSE / "kamlib" / "tables").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Kpi":
                found |= {node.args[0].value}
            elif isinstance(node, ast.Call):
                found |= {k.value.value for k in node.keywords if k.arg == "key" and isinstance(k.value, ast.Constant)}
    return {key for key in found if isinstance(key, str)}


def made_without_key(source: str) -> list[int]:
    """Lines on which a table is made without a key."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    makers = [node for node in calls if getattr(node.func, "id", "") in ("table_of", "_facts", "_performance")]
    return [node.lineno for node in makers if not any(k.arg == "key" for k in node.keywords)]


def test_every_key_has_a_definition():
    keys = keys_in_the_code()
    assert len(keys) > 120
    assert {key for key in keys if definition_of(key) is None and not OWN.fullmatch(key)} == set()


def test_every_table_has_a_key():
    for path in (HOUSE / "kamlib" / "tables").glob("*.py"):
        if path.stem == "credit_letters":  # what a client gets explains itself
            continue
        assert made_without_key(path.read_text(encoding="utf-8")) == [], path.name
    assert made_without_key("table_of('a', [], [], [])") == [1]


def test_no_key_is_defined_twice_and_none_is_left_over():
    keys = [key for definition in DEFINITIONS for key in definition.keys]
    assert len(set(keys)) == len(keys)
    assert set(keys) - keys_in_the_code() == set()


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda definition: definition.key)
def test_what_a_definition_names_is_there(definition):
    values = values_in_force(Policy())
    assert all(values[name] != "" for name in definition.policy)
    assert set(definition.tables) <= set(TABLES)
    parts = definition.home.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        try:
            found = importlib.import_module("kamlib." + ".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        break
    for part in parts[cut:]:
        found = getattr(found, part)
    assert callable(found) or hasattr(found, "__doc__")


def test_values_in_force_are_those_of_the_policy():
    changed = Policy.model_validate({"concentration": {"window_months": 6}})
    assert values_in_force(changed)["concentration.window_months"] == "6"
    whole = whole_policy(changed)
    assert whole["concentration.window_months"] == "6"
    assert whole["stress.covenants.dscr"] if "stress.covenants.dscr" in whole else "dscr" in whole["stress.covenants"]


def test_blocks_get_anchors_and_definitions_their_rows():
    blocks = [
        {"block": "kpis", "items": [{"key": "hhi_points"}, {"key": "unheard_of"}]},
        {"block": "table", "key": "top_five"},
        {"block": "note"},
    ]
    assert [definition.key for definition in definitions_used(blocks)] == ["hhi_points", "top_five"]
    in_force = {"policy": {"concentration.window_months": "12"}, "rows": {"invoices": 1234}}
    told = told_definitions(blocks, in_force)
    assert [item["define"] for item in blocks[0]["items"]] == ["hhi_points", ""]
    assert told[0]["rows"] == "invoices: 1,234 rows"
    assert {"key": "concentration.window_months", "value": "12"} in told[0]["policy"]


def test_rows_used_are_read_from_the_ledger(small_snapshot):
    assert rows_used(small_snapshot) == {}


def test_each_report_of_a_run_explains_all_its_figures(finished_run):
    seen = 0
    for entry in read_manifest(finished_run)["reports"]:
        page = (finished_run / entry["html"]).read_text(encoding="utf-8")
        anchors = re.findall(r'href="#def-([a-z_]+)"', page)
        assert set(anchors) == set(re.findall(r'id="def-([a-z_]+)"', page))
        shown = blocks_of(finished_run, entry)
        keys = [item["key"] for block in shown if block["block"] == "kpis" for item in block["items"]]
        assert all(definition_of(key).key in anchors for key in keys)
        assert re.search(r"<span>Policy in force: [a-z_.]+ = \S", page)
        assert re.search(r"[\d,]{4,} rows", page)
        assert "run small" in page
        seen += len(anchors)
    assert seen > 100


PLAIN = {
    "moved", "findings", "rows", "provenance", "worse", "uncovered", "reliance", "risk_evidence", "overdue_actions",
    "replay_decisions", "case_timeline", "case_library", "segments", "scenarios", "expected", "reference_days_late",
}  # fmt: skip
"""Lists, records and plain sums: their sentence and formula say all."""


def test_measures_have_worked_examples_and_they_run():
    without = {definition.key for definition in DEFINITIONS if worked_example(definition) is None}
    assert without == PLAIN
    assert len(DEFINITIONS) - len(without) >= 90


def counts_wrongly():
    """A trial whose example goes stale."""


def test_a_stale_example_is_told(monkeypatch):
    monkeypatch.setattr(counts_wrongly, "__doc__", ">>> 1 + 1\n3\n")
    monkeypatch.setattr("kamlib.methods.examples.counts_wrongly", counts_wrongly, raising=False)
    stale = Definition(("x",), "x", "x", "methods.examples.counts_wrongly")
    with pytest.raises(DataError, match="1 \\+ 1 gives 2, not 3"):
        worked_example(stale)
    with pytest.raises(DataError, match="Name a module of kamlib"):
        worked_example(Definition(("x",), "x", "x", "nowhere.at_all"))


def test_the_page_of_methods_holds_every_measure_and_both_languages():
    blocks = [block.to_json() for block in blocks_methods(Policy())]
    heads = [
        node["children"][0]["text"] for block in blocks for node in block.get("nodes", []) if node["type"] == "heading"
    ]
    assert heads == [definition.name for definition in DEFINITIONS]
    shown = [node["text"] for block in blocks for node in block.get("nodes", []) if node["type"] == "codeblock"]
    assert len(shown) == len(set(shown)) > 50
    terms = table_terms()
    assert ["Herfindahl–Hirschman index", "赫芬达尔–赫希曼指数", "Concentration"] in [list(row) for row in terms.rows]
    use_language("zh")
    try:
        assert table_terms().rows[0][0] != terms.rows[0][1]
        assert table_terms().columns[0].label == "中文"
        assert sorted(row[0] for row in table_terms().rows) == sorted(row[1] for row in terms.rows)
    finally:
        use_language("en")
