"""Two runs compared: what moved, and why."""

import json

import pytest
from conftest import read_manifest

from kamlib.errors import DataError
from kamlib.reports.comparison import compare_runs

pytestmark = pytest.mark.slow


def test_a_run_does_not_differ_from_itself(finished_run, run_kam):
    found = compare_runs(finished_run, finished_run)
    assert found.figures.empty
    assert found.policy.empty
    assert found.words.empty
    assert found.ledger.empty
    assert set(found.causes["changed"]) == {"nothing"}
    done = run_kam("diff", str(finished_run), str(finished_run))
    assert "No figure moved." in done.stdout


def test_moved_figures_come_with_their_cause(finished_run, own_run, run_kam):
    _, out = own_run
    content = read_manifest(out)
    content["policy"]["receivables"]["sales_days"] = 60
    content["ledger"]["tables"]["invoices"]["rows_used"] += 1
    one = next(entry for entry in content["reports"] if entry["client_id"] == "C0002")
    one["facts"]["figures"]["exposure"] *= 1.5
    one["facts"]["figures"]["dso"] = None
    one["facts"]["level_word"] = "other"
    one["key"]["policy"] = "other"
    content["reports"] = [entry for entry in content["reports"] if entry["client_id"] != "C0003"]
    (out / "manifest.json").write_text(json.dumps(content), encoding="utf-8")
    found = compare_runs(finished_run, out)
    assert list(found.figures["figure"]) == ["dso", "exposure"]
    assert found.figures["relative"].iloc[1] == pytest.approx(0.5)
    assert found.words[["client_id", "what", "after"]].to_numpy().tolist() == [["C0002", "level", "other"]]
    assert found.policy.to_dict("records") == [{"what": "receivables.sales_days", "before": "90", "after": "60"}]
    assert list(found.ledger["what"]) == ["invoices: rows used"]
    changed = found.causes[found.causes["changed"] != "nothing"]
    assert changed[["client_id", "changed"]].to_numpy().tolist() == [["C0002", "the policy"]]
    assert all("c0003" in stem for stem in found.only_before)
    done = run_kam("diff", str(finished_run), str(out))
    assert done.returncode == 0
    assert "receivables.sales_days 90 → 60" in done.stdout
    assert "2 figures moved" in done.stdout
    assert "→ other" in done.stdout
    told = json.loads(run_kam("diff", str(finished_run), str(out), "--json").stdout)
    assert told["only_before"] == list(found.only_before)


def test_a_folder_that_is_no_run_is_refused(finished_run, tmp_path):
    with pytest.raises(DataError, match="it holds a manifest"):
        compare_runs(finished_run, tmp_path)
