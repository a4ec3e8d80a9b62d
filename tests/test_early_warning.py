"""Signs of trouble: each indicator on ledgers known by heart, levels, and nothing seen before it was known."""

import numpy as np
import pandas as pd
import pytest
from conftest import golden, make_invoices, make_receipts
from hypothesis import given, settings
from hypothesis import strategies as st

from kamlib.early_warning import CATALOGUE, replay_warnings, seasonal_profile, warning_levels, warning_signals
from kamlib.early_warning.balances import client_balances
from kamlib.early_warning.context import rating_rank
from kamlib.early_warning.levels import persistent
from kamlib.early_warning.months import month_days
from kamlib.errors import DataError
from kamlib.ledger.schema import known_on
from kamlib.ledger.snapshot import Snapshot, snapshot_from_frames
from kamlib.policy import Policy
from kamlib.policy.early_warning import WEIGHTS, EarlyWarning
from kamlib.receivables import open_items, unapplied_cash
from kamlib.samples.company import generate_company


@pytest.fixture(scope="module")
def company() -> dict[str, pd.DataFrame]:
    """A generated company in one currency, small."""
    tables = generate_company(11, clients=24, months=34, scale=0.2)
    for name in ("invoices", "receipts"):
        tables[name]["currency"] = "EUR"
    return tables


def until(tables: dict[str, pd.DataFrame], day: str) -> Snapshot:
    """A snapshot of files that end on a day."""
    cut = {}
    for name, frame in tables.items():
        column = known_on(name)
        cut[name] = frame[~(frame[column] > pd.Timestamp(day))].reset_index(drop=True)
    return snapshot_from_frames({name: frame for name, frame in cut.items() if len(frame)}, day, "EUR")


def trade(orders: list[float], delays: list[float], first: str = "2023-01-31") -> Snapshot:
    """One client with an invoice a month, each paid so many days after its due date, beside a steady one."""
    days = pd.date_range(first, periods=len(orders), freq="ME") - pd.Timedelta(days=20)
    frames = []
    for client, amounts, late in (("a", orders, delays), ("b", [1000.0] * len(orders), [0.0] * len(orders))):
        frames.append(
            pd.DataFrame(
                {
                    "invoice_id": [f"{client}{i}" for i in range(len(days))],
                    "client_id": client,
                    "issue_date": days,
                    "due_date": days + pd.Timedelta(days=10),
                    "amount": amounts,
                    "currency": "EUR",
                    "late": late,
                }
            )
        )
    invoices = pd.concat(frames, ignore_index=True)
    invoices = invoices[invoices["amount"] > 0]
    receipts = pd.DataFrame(
        {
            "receipt_id": invoices["invoice_id"],
            "client_id": invoices["client_id"],
            "invoice_id": invoices["invoice_id"],
            "paid_date": invoices["due_date"] + pd.to_timedelta(invoices["late"], unit="D"),
            "amount": invoices["amount"],
            "currency": "EUR",
        }
    )
    end = pd.date_range(first, periods=len(orders), freq="ME")[-1]
    frames = {"invoices": invoices.drop(columns="late"), "receipts": receipts[receipts["paid_date"] <= end]}
    return snapshot_from_frames(frames, end, "EUR")


def status_of(snapshot: Snapshot, policy: Policy, indicator: str, client: str = "a") -> pd.Series:
    signals = warning_signals(snapshot, policy).signals.set_index(["client_id", "indicator"])
    return signals.loc[(client, indicator)]


def test_there_are_fifteen_indicators_and_each_has_a_weight():
    assert len(CATALOGUE) >= 15
    assert {indicator.name for indicator in CATALOGUE} == set(WEIGHTS)


def test_the_season_of_the_published_series():
    example = golden("W07_decompose_additive")
    series = np.array([example["inputs"]["x"]], dtype=float)
    found = seasonal_profile(series, example["inputs"]["period"])[0]
    assert found == pytest.approx(example["expected"]["seasonal_4"], abs=example["tolerance"]["seasonal"])
    from statsmodels.tsa.seasonal import seasonal_decompose

    whole = seasonal_decompose(series[0], model="additive", period=4)
    for part in ("trend", "resid"):
        expected = np.array(example["expected"][part], dtype=float)
        assert getattr(whole, part) == pytest.approx(expected, abs=example["tolerance"][part], nan_ok=True)


@pytest.mark.parametrize("day", ["2024-12-31", "2025-06-30", "2026-02-28"])
def test_a_replay_is_what_a_run_on_the_files_of_that_day_says(company, policy, day):
    whole = replay_warnings(until(company, "2026-09-30"), policy)
    then = replay_warnings(until(company, day), policy)
    column = whole.panel.ends.get_loc(pd.Timestamp(day))
    rows = whole.panel.clients.get_indexer(then.panel.clients)
    assert whole.panel.ends[: column + 1].equals(then.panel.ends)
    for name, found in then.readings.items():
        for part in ("value", "strength"):
            expected = getattr(whole.readings[name], part)[rows, : column + 1]
            np.testing.assert_allclose(getattr(found, part), expected, atol=1e-6, err_msg=name)
    assert (whole.levels.level[rows, : column + 1] == then.levels.level).all()


def test_one_client_alone_is_judged_as_among_all(company, policy):
    snapshot = until(company, "2026-09-30")
    everyone = warning_signals(snapshot, policy)
    for client in ("C0001", "C0002", "C0011"):
        alone = warning_signals(snapshot, policy, client)
        among = everyone.signals[everyone.signals["client_id"] == client].reset_index(drop=True)
        pd.testing.assert_frame_equal(alone.signals, among, atol=1e-6)
        assert alone.clients["level"].item() == everyone.clients.set_index("client_id").loc[client, "level"]


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**6), st.integers(0, 400))
def test_balances_are_those_of_the_open_items(seed, back):
    rng = np.random.default_rng(seed)
    count = 30
    issued = pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 500, count), unit="D")
    invoices = pd.DataFrame(
        {
            "invoice_id": [f"i{i}" for i in range(count)],
            "client_id": rng.choice(["a", "b"], count),
            "issue_date": issued,
            "due_date": issued + pd.to_timedelta(rng.integers(0, 60, count), unit="D"),
            "amount": np.round(rng.uniform(10, 900, count), 2) * np.where(rng.random(count) < 0.1, -1, 1),
            "currency": "EUR",
        }
    )
    chosen = rng.choice(np.flatnonzero(invoices["amount"] > 0), 25)
    receipts = pd.DataFrame(
        {
            "receipt_id": [f"r{i}" for i in range(25)],
            "client_id": invoices["client_id"].to_numpy()[chosen],
            "invoice_id": np.where(rng.random(25) < 0.15, None, invoices["invoice_id"].to_numpy()[chosen]),
            "paid_date": issued[chosen] + pd.to_timedelta(rng.integers(-20, 150, 25), unit="D"),
            "amount": np.round(invoices["amount"].to_numpy()[chosen] * rng.choice([0.5, 1.0], 25), 2),
            "currency": "EUR",
        }
    )
    day = pd.Timestamp("2026-06-30") - pd.Timedelta(days=back)
    snapshot = snapshot_from_frames({"invoices": invoices, "receipts": receipts}, "2026-06-30", "EUR")
    ends = month_days(snapshot.daily_revenue.index.min(), day)
    clients = pd.Index(["a", "b"])
    invoices, receipts = snapshot.invoices, snapshot.table("receipts")
    found = client_balances(
        invoices[invoices["issue_date"] <= day], receipts[receipts["paid_date"] <= day], clients, ends
    )
    items, loose = open_items(invoices, receipts, day), unapplied_cash(invoices, receipts, day)
    for row, client in enumerate(clients):
        own = items[items["client_id"] == client]
        owed = own[(own["amount"] > 0) & (own["open_amount"] > 0)]
        credit = own.loc[own["open_amount"] < 0, "open_amount"].sum()
        cash = loose.loc[loose["client_id"] == client, "amount"].sum()
        offset = cash - credit
        assert found.open_amount[row, -1] == pytest.approx(max(owed["open_amount"].sum() - offset, 0.0), abs=0.02)
        late = owed.loc[owed["due_date"] < day, "open_amount"].sum()
        assert found.overdue[row, -1] == pytest.approx(max(late - offset, 0.0), abs=0.02)
    assert (found.overdue <= found.open_amount + 0.011).all()
    assert (found.over_90 <= found.over_60 + 0.011).all()


def test_rising_delays_are_found_and_steady_ones_are_not(policy):
    steady = trade([1000.0] * 30, [4.0, 6.0, 5.0] * 10)
    assert status_of(steady, policy, "payment_delay")["status"] == "quiet"
    rising = trade([1000.0] * 30, [4.0, 6.0, 5.0] * 8 + [12.0, 18.0, 24.0, 30.0, 36.0, 40.0])
    row = status_of(rising, policy, "payment_delay")
    assert row["status"] == "signal"
    assert row["value"] > row["limit"] > 5
    assert status_of(rising, policy, "delay_regime")["status"] == "signal"
    assert status_of(rising, policy, "payment_delay", "b")["status"] == "quiet"


def test_a_drop_against_the_own_season_is_found_and_the_season_is_not(policy):
    season = [1000.0 + 400.0 * np.sin(2 * np.pi * month / 12) for month in range(42)]
    delays = [0.0] * 42
    assert status_of(trade(season, delays), policy, "order_drop")["status"] == "quiet"
    fallen = [*season[:38], *[0.5 * amount for amount in season[38:]]]
    assert status_of(trade(fallen, delays), policy, "order_drop")["status"] == "signal"
    silent = [*season[:37], 0.0, 0.0, 0.0, 0.0, 0.0]
    row = status_of(trade(silent, delays), policy, "order_silence")
    assert row["status"] == "signal"
    assert row["value"] == 170  # from 11 January to 30 June


def test_tables_bring_their_signs(policy):
    base = trade([1000.0] * 20, [0.0] * 20)
    end = base.date
    account = {"client_id": "a", "total_assets": 100.0, "current_assets": 30.0, "current_liabilities": 50.0}
    account |= {"retained_earnings": -20.0, "ebit": -5.0, "equity": 8.0, "total_liabilities": 92.0}
    account |= {"operating_cash_flow": -3.0, "period_end": end - pd.Timedelta(days=500)}
    frames = {
        "invoices": base.invoices[["invoice_id", "client_id", "issue_date", "due_date", "amount", "currency"]],
        "receipts": base.receipts[["receipt_id", "client_id", "invoice_id", "paid_date", "amount", "currency"]],
        "clients": pd.DataFrame({"client_id": ["a", "b"], "industry": "Rail", "credit_limit": [0.0, 5e6]}),
        "statements": pd.DataFrame([{**account, "published_date": end - pd.Timedelta(days=300)}]),
        "ratings": pd.DataFrame(
            {"client_id": "a", "date": [end - pd.Timedelta(days=200), end], "grade": ["BBB", "BB-"], "agency": "x"}
        ),
        "events": pd.DataFrame({"client_id": ["a"], "date": [end], "kind": ["litigation"], "severity": ["high"]}),
        "contracts": pd.DataFrame(
            {
                "contract_id": ["1"],
                "client_id": ["a"],
                "start_date": end - pd.DateOffset(years=1),
                "end_date": end + pd.Timedelta(days=30),
            }
        ),
        "interactions": pd.DataFrame({"client_id": ["a"], "date": end - pd.Timedelta(days=120), "kind": "call"}),
        "market": pd.DataFrame({"series": "Rail", "date": pd.date_range(end=end, periods=12, freq="ME")}).assign(
            value=np.linspace(100, 70, 12)
        ),
    }
    open_now = frames["invoices"].iloc[[0]].assign(invoice_id="late", issue_date=end - pd.Timedelta(days=100))
    open_now["due_date"] = end - pd.Timedelta(days=95)
    frames["invoices"] = pd.concat([frames["invoices"], open_now], ignore_index=True)
    found = warning_signals(snapshot_from_frames(frames, end, "EUR"), policy)
    own = found.signals[found.signals["client_id"] == "a"].set_index("indicator")
    warned = set(own.index[own["status"] == "signal"])
    assert warned >= {
        "altman_distress",
        "leverage",
        "negative_cash_flow",
        "stale_statements",
        "rating_down",
        "adverse_event",
        "contract_expiring",
        "contact_silence",
        "industry_fall",
        "limit_utilisation",
        "overdue_share",
        "ageing_shift",
    }
    assert own.loc["uninsured_exposure", "missing"] == "protections"
    assert own.loc["uninsured_exposure", "status"] == "no data"
    assert found.clients.set_index("client_id").loc["a", "level"] == "critical"
    other = found.signals[found.signals["client_id"] == "b"].set_index("indicator")
    assert other.loc["altman_distress", "status"] == "no data"
    assert other.loc["adverse_event", "status"] == "quiet"


def test_what_has_no_data_counts_neither_for_nor_against():
    rules = EarlyWarning()
    on, off, unknown = np.array([[2.0]]), np.array([[0.0]]), np.array([[np.nan]])
    hard = np.array([[False]])
    names = list(WEIGHTS)
    known = dict.fromkeys(names, off) | {"adverse_event": on}
    assert warning_levels(known, hard, rules).score.item() == 3
    half = known | dict.fromkeys(names[:5], unknown)
    weight = sum(WEIGHTS.values())
    scaled = warning_levels(half, hard, rules)
    assert scaled.coverage.item() == pytest.approx(1 - sum(WEIGHTS[name] for name in names[:5]) / weight)
    assert scaled.score.item() == pytest.approx(3 / scaled.coverage.item())
    blind = dict.fromkeys(names, unknown) | {"adverse_event": on}
    assert warning_levels(blind, hard, rules).raw.item() == -1
    assert warning_levels(blind, np.array([[True]]), rules).raw.item() == 3
    assert warning_levels(known, hard, rules, {"adverse_event": 3.0}).score.item() == 0


@given(st.lists(st.integers(0, 3), min_size=1, max_size=30), st.integers(1, 5))
def test_a_level_rises_at_once_and_falls_after_quiet_months(raw, quiet):
    found = persistent(np.array([raw]), quiet)[0]
    assert (found >= raw).all()
    for month in range(1, len(raw)):
        if found[month] < found[month - 1]:
            assert max(raw[max(month - quiet + 1, 0) : month + 1]) < found[month - 1]
            assert month >= quiet
    assert persistent(found[None, :], 1)[0].tolist() == found.tolist()


def test_invoices_alone_leave_payments_unknown(policy):
    frames = {"invoices": make_invoices()}
    found = warning_signals(snapshot_from_frames(frames, "2026-03-31", "EUR"), policy)
    pay = found.signals[found.signals["indicator"].isin(["payment_delay", "overdue_share"])]
    assert set(pay["status"]) == {"no data"}
    assert set(pay["missing"]) == {"receipts"}
    assert set(found.clients["level"]) <= {"unknown", "low"}
    assert found.clients["exposure"].isna().all()
    assert "receipts" in found.missing


def test_a_tiny_ledger_and_an_unknown_client(small_snapshot, policy):
    found = warning_signals(small_snapshot, policy)
    assert len(found.clients) == 3
    with pytest.raises(DataError, match="kam check"):
        warning_signals(small_snapshot, policy, "nobody")
    frames = {"invoices": make_invoices().head(1), "receipts": make_receipts().head(1)}
    alone = warning_signals(snapshot_from_frames(frames, "2026-01-10", "EUR"), policy)
    assert len(alone.clients) == 1


def test_grades_of_agencies():
    assert rating_rank("A-") > rating_rank("A") > rating_rank("A+") > rating_rank("AA")
    assert np.isnan(rating_rank(None))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"weights": {"gut_feeling": 1}}, "give weights"),
        ({"level_bands": [3, 2, 9]}, "rising scores"),
        ({"levels": {}}, "action to each"),
    ],
)
def test_a_wrong_policy_is_told(change, words):
    with pytest.raises(ValueError, match=words):
        EarlyWarning(**change)


def test_credit_notes_alone_are_watched_without_an_order(policy):
    notes = pd.DataFrame(
        {
            "invoice_id": ["n1", "b1"],
            "client_id": ["a", "b"],
            "issue_date": pd.to_datetime(["2026-08-03", "2025-01-10"]),
            "due_date": pd.to_datetime(["2026-08-03", "2025-02-10"]),
            "amount": [-50.0, 100.0],
            "currency": "EUR",
            "kind": ["credit_note", "invoice"],
        }
    )
    review = warning_signals(snapshot_from_frames({"invoices": notes}, "2026-09-30", "EUR"), policy, "a")
    assert review.clients["level"].tolist() != []


def test_nothing_was_quiet_before_the_first_invoice(policy):
    old = pd.DataFrame({"client_id": "b", "issue_date": pd.to_datetime(["2022-09-10"])})
    new = pd.DataFrame({"client_id": "a", "issue_date": pd.to_datetime(["2026-09-12"])})
    rows = pd.concat([old, new], ignore_index=True)
    rows = rows.assign(invoice_id=["1", "2"], due_date=rows["issue_date"], amount=100.0, currency="EUR")
    review = warning_signals(snapshot_from_frames({"invoices": rows}, "2026-09-30", "EUR"), policy, "a")
    assert (review.clients["since"] >= pd.Timestamp("2026-09-01")).all()
    assert (review.signals["since"] >= pd.Timestamp("2026-09-01")).all()
