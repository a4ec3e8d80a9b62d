"""What a run keeps of all clients is, to the last bit, what a report would work out for itself."""

import shutil
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kamlib.client_profile.book import book_of, review_book
from kamlib.credit.accounts import client_accounts
from kamlib.credit.facts import FACTS, credit_facts
from kamlib.credit.losses import portfolio_flows
from kamlib.credit.review import day_before, review_client
from kamlib.early_warning import replay_warnings
from kamlib.kept import KEPT, kept_rows
from kamlib.ledger.snapshot import Snapshot, open_snapshot
from kamlib.policy import Policy, load_policy
from kamlib.reports.keeping import keep_portfolio
from kamlib.runs import keep_snapshot, parse_run, prepared_snapshot


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """A snapshot of a generated company beside which a run has kept its results."""
    folder = tmp_path_factory.mktemp("kept")
    content = {
        "run": "kept", "title": "Kept", "as_of": "2026-06-30", "out": str(folder),
        "ledger": {"sample": {"seed": 5, "clients": 24, "scale": 0.2}},
    }  # fmt: skip
    with prepared_snapshot(parse_run(content, "kept")) as prepared:
        keep_snapshot(prepared, folder / "snapshot")
    snapshot = open_snapshot(folder / "snapshot")
    keep_portfolio(snapshot, load_policy())
    return snapshot


@pytest.fixture
def bare(kept: Snapshot) -> Snapshot:
    """The same ledger without anything kept."""
    return replace(open_snapshot(kept.folder), folder=None)


def clients_of(snapshot: Snapshot) -> list[str]:
    return sorted(snapshot.invoices["client_id"].unique())


def assert_alike(found: Any, wanted: Any) -> None:
    """Equal through dataclasses, dicts, frames and arrays, to the last bit."""
    assert type(found) is type(wanted) or isinstance(found, type(wanted))
    if is_dataclass(wanted):
        for field in fields(wanted):
            assert_alike(getattr(found, field.name), getattr(wanted, field.name))
    elif isinstance(wanted, dict):
        assert list(found) == list(wanted)
        for key, value in wanted.items():
            assert_alike(found[key], value)
    elif isinstance(wanted, pd.DataFrame):
        pd.testing.assert_frame_equal(found, wanted, check_exact=True)
    elif isinstance(wanted, pd.Series):
        pd.testing.assert_series_equal(found, wanted, check_exact=True)
    elif isinstance(wanted, np.ndarray):
        assert found.dtype == wanted.dtype
        np.testing.assert_array_equal(found, wanted)
    elif isinstance(wanted, pd.Index):
        pd.testing.assert_index_equal(found, wanted)
    else:
        assert found == wanted or (found != found and wanted != wanted)


def test_kept_facts_are_those_of_each_client_and_of_all(kept, bare, policy):
    for day in (kept.date, day_before(kept.date)):
        whole = bare.as_of(day)
        assert kept_rows(kept.as_of(day), policy, FACTS) is not None
        for client in clients_of(whole):
            found = credit_facts(kept.as_of(day).only(client).coded(), policy).iloc[0]
            wanted = credit_facts(whole.only(client).coded(), policy).iloc[0]
            assert list(found.index) == list(wanted.index)
            assert [a for a in found if pd.notna(a)] == [b for b in wanted if pd.notna(b)]
        pd.testing.assert_frame_equal(
            credit_facts(kept.as_of(day), policy), credit_facts(whole, policy), check_exact=True, check_dtype=False
        )


def test_the_kept_replay_of_a_client_is_its_own(kept, bare, policy):
    for client in clients_of(bare):
        assert_alike(replay_warnings(kept.only(client), policy), replay_warnings(bare.only(client), policy))


def test_the_kept_book_is_the_one_worked_out(kept, bare, policy):
    again, fresh = book_of(kept, policy), review_book(bare, policy)
    assert (again.rates, again.model, again.levels) == (fresh.rates, fresh.model, fresh.levels)
    pd.testing.assert_frame_equal(again.calibration, fresh.calibration, check_dtype=False)
    pd.testing.assert_frame_equal(again.lives, fresh.lives, check_dtype=False)


def test_a_review_is_the_same_with_and_without_what_is_kept(kept, bare, policy):
    for client in clients_of(bare)[:5]:
        found, wanted = review_client(kept, client, policy), review_client(bare, client, policy)
        for name in (field.name for field in fields(wanted) if field.name != "facts"):  # compared above
            assert_alike(getattr(found, name), getattr(wanted, name))


def test_kept_flow_rates_are_those_of_all_payments(kept, bare, policy):
    (found, unlinked), (wanted, share) = (portfolio_flows(snapshot, policy) for snapshot in (kept, bare))
    pd.testing.assert_frame_equal(found, wanted, check_exact=True)
    assert unlinked == share
    assert len(wanted)


def test_quartiles_of_an_industry_are_those_of_all_industries(kept, bare, policy):
    found = [client_accounts(snapshot, clients_of(bare)[0], policy).quartiles for snapshot in (kept, bare)]
    pd.testing.assert_frame_equal(*found, check_dtype=False)


@pytest.mark.parametrize(
    "other",
    [
        lambda snapshot, policy: (snapshot.as_of("2026-03-15"), policy),
        lambda snapshot, policy: (snapshot.matched_by("number"), policy),
        lambda snapshot, policy: (snapshot, changed(policy)),
        lambda snapshot, policy: (replace(snapshot, facts={**snapshot.facts, "key": "another ledger"}), policy),
    ],
)
def test_nothing_is_kept_of_another_day_matching_policy_or_ledger(kept, policy, other):
    snapshot, rules = other(kept, policy)
    assert kept_rows(snapshot, rules, FACTS) is None


def changed(policy: Policy) -> Policy:
    return policy.model_copy(update={"limits": policy.limits.model_copy(update={"materiality": 0.11})})


def test_what_is_there_stays_and_what_is_out_of_date_goes(kept, policy, tmp_path):
    shutil.copytree(kept.folder, tmp_path / "snapshot")
    snapshot = open_snapshot(tmp_path / "snapshot")
    before = contents(tmp_path / "snapshot" / KEPT)
    times = [path.stat().st_mtime_ns for path in sorted((tmp_path / "snapshot" / KEPT).iterdir())]
    keep_portfolio(snapshot, policy)
    assert times == [path.stat().st_mtime_ns for path in sorted((tmp_path / "snapshot" / KEPT).iterdir())]
    keep_portfolio(snapshot, changed(policy))
    other = contents(tmp_path / "snapshot" / KEPT)
    assert not set(other) & set(before)
    keep_portfolio(snapshot, policy)
    assert contents(tmp_path / "snapshot" / KEPT) == before  # byte for byte


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}
