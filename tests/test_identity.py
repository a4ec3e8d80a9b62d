"""Who is who: spellings proposed, merges applied only when confirmed, groups by control and by dependence."""

import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kamlib.errors import DataError
from kamlib.ledger.identity import confirmed_merges, connected_groups, plain_name, propose_merges
from kamlib.ledger.ingest import ingest
from kamlib.ledger.profiles import load_profile
from kamlib.ledger.sources import find_files

INVOICES = """invoice_id,client_id,issue_date,due_date,amount,currency
1,a,2026-01-10,2026-02-09,600.00,EUR
2,b,2026-01-11,2026-02-10,50.00,EUR
3,c,2026-01-12,2026-02-11,7.00,EUR
"""
CLIENTS = "client_id,name,depends_on,dependence_share\na,Halden Maritime Ltd,,\nb,HALDEN MARITIME,,\nc,Nordhavn,a,0.6\n"


@pytest.fixture
def read(tmp_path):
    folder = tmp_path / "ledger"
    folder.mkdir()
    (folder / "invoices.csv").write_text(INVOICES)
    (folder / "clients.csv").write_text(CLIENTS)

    def run(name, identity=None):
        profile = load_profile("canonical")
        return ingest(find_files(folder, profile), profile, tmp_path / name, source="test", identity=identity)

    return run


def test_proposals_are_written_and_change_nothing_until_confirmed(read, tmp_path):
    report = read("first")
    told = {finding.code: finding for finding in report.findings}
    assert told["similar_clients"].values["n"] == 1
    file = tmp_path / "first" / "identity.yaml"
    content = yaml.safe_load(file.read_text())
    assert content["merges"][0]["keep"] == "a"
    assert confirmed_merges(file) == {}
    again = read("second", file)
    assert again.merged_ids == 0
    content["merges"][0]["confirmed"] = True
    file.write_text(yaml.safe_dump(content))
    merged = read("third", file)
    assert merged.merged_ids == 1
    totals = pd.read_parquet(tmp_path / "third" / "invoices.parquet").groupby("client_id")["amount"].sum()
    assert totals.to_dict() == {"a": 650.0, "c": 7.0}
    clients = merged.tables["clients"]
    assert (clients.rows_in, clients.rows_used, clients.rows_quarantined) == (3, 2, 1)
    assert "merged into a" in pd.read_csv(tmp_path / "third" / "quarantine.csv")["reason"].iloc[0]


def test_clients_that_depend_on_another_are_one_group(read, tmp_path):
    report = read("out")
    clients = pd.read_parquet(tmp_path / "out" / "clients.parquet").set_index("client_id")
    assert clients.loc["a", "group_id"] == clients.loc["c", "group_id"]
    assert pd.isna(clients.loc["b", "group_id"])
    assert "dependent_clients" in {finding.code for finding in report.findings}


@pytest.mark.parametrize(
    ("merges", "told"),
    [
        ([("a", "z")], "no such client"),
        ([("a", "b"), ("c", "b")], "into both"),
        ([("a", "b"), ("b", "a")], "circle"),
        ([("a", "a")], "into itself"),
    ],
)
def test_impossible_merges_are_told(read, tmp_path, merges, told):
    file = tmp_path / "identity.yaml"
    entries = [{"keep": keep, "merge": [merge], "confirmed": True} for keep, merge in merges]
    file.write_text(yaml.safe_dump({"merges": entries}))
    with pytest.raises(DataError, match=told):
        read("out", file)


def test_names_are_compared_without_forms_marks_and_order():
    assert plain_name("Halden  Maritime, Inc.") == plain_name("The maritime HALDEN corp")
    assert plain_name("Ltd") == "ltd"
    names = pd.DataFrame({"client_id": list("abcd"), "name": ["Müller AG", "MULLER", "Miller AG", None]})
    assert [(pair.keep, pair.merge) for pair in propose_merges(names, 0.95)] == [("a", "b")]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from("abcdef"),
            st.sampled_from(["G", "H", None]),
            st.sampled_from([*"abcdef", None]),
            st.sampled_from([0.2, 0.5, 0.9, None]),
        ),
        unique_by=lambda row: row[0],
    )
)
def test_groups_hold_control_and_dependence_and_ignore_the_order(rows):
    clients = pd.DataFrame(rows, columns=["client_id", "group_id", "depends_on", "dependence_share"])
    groups = connected_groups(clients, 0.5)
    for row in clients.itertuples():
        same = clients.loc[clients["group_id"] == row.group_id, "client_id"]
        assert groups[same].nunique() <= 1
        if row.depends_on in groups.index and row.dependence_share is not None and row.dependence_share >= 0.5:
            assert groups[row.client_id] == groups[row.depends_on]
    assert groups.sort_index().equals(connected_groups(clients.iloc[::-1], 0.5).sort_index())
