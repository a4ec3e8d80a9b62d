"""As-of: what became known later changes nothing."""

import dataclasses

import pandas as pd
import pytest
from conftest import make_invoices, make_receipts
from hypothesis import given, settings
from hypothesis import strategies as st

from kamlib import credit, dependence, stress
from kamlib.errors import DataError
from kamlib.ledger.schema import TABLES, check_table, known_on
from kamlib.ledger.snapshot import open_snapshot, snapshot_from_frames
from kamlib.policy import load_policy
from kamlib.samples.company import generate_company

DAY = pd.Timestamp("2026-03-31")
COMPANY = generate_company(3, clients=20, prospects=2, months=30, scale=0.05)


def figures(result) -> object:
    """Every figure of a result, in a form that compares by value."""
    if dataclasses.is_dataclass(result):
        return {f.name: figures(getattr(result, f.name)) for f in dataclasses.fields(result) if f.name != "policy"}
    if isinstance(result, pd.DataFrame):
        return result.to_json(date_format="iso", double_precision=12)
    if isinstance(result, pd.Series):
        return result.to_json(double_precision=12)
    return repr(result)


def all_figures(snapshot) -> list:
    """Everything both notebooks show."""
    policy = load_policy()
    clients = snapshot.invoices["client_id"].unique()[:2]
    return [
        figures(dependence.review_dependence(snapshot, policy)),
        figures(stress.lose_top(snapshot, 5)),
        figures(stress.lose_top(snapshot, 5, "group")),
        *[figures(credit.review_client(snapshot, client, policy)) for client in clients],
    ]


def test_rows_known_later_change_no_figure_of_the_generated_company():
    """The whole ledger seen as of a past day equals the ledger as it was exported on that day."""
    day = "2025-12-31"
    then = {name: frame[~(frame[known_on(name)] > pd.Timestamp(day))] for name, frame in COMPANY.items()}
    now = all_figures(with_rates(COMPANY, "2026-09-30").as_of(day))
    assert now == all_figures(with_rates(then, day))


def with_rates(tables, day):
    """A snapshot in memory; money twins by a made-up rate a currency, as the ingest would add by fx."""
    rates = {"EUR": 1.0, "USD": 0.9, "CNY": 0.13}
    frames = dict(tables)
    for name, columns in (("invoices", ("amount", "cost")), ("receipts", ("amount",))):
        rate = frames[name]["currency"].map(rates)
        frames[name] = frames[name].assign(**{f"reporting_{column}": frames[name][column] * rate for column in columns})
    return snapshot_from_frames(frames, day, "EUR", {"fixed_cost": 1e6})


later = st.integers(1, 900)


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("abcz"), later, st.floats(-1e6, 1e6)), min_size=1, max_size=8),
    st.lists(st.tuples(st.sampled_from(["2", "4", "5", None]), later, st.floats(1, 1e6)), max_size=8),
)
def test_any_rows_dated_later_change_no_figure(new_invoices, new_receipts):
    base = {"invoices": make_invoices(), "receipts": make_receipts()}
    expected = all_figures(snapshot_from_frames(base, DAY, "EUR", {"fixed_cost": 200}))
    invoices = pd.DataFrame(
        [
            {
                "invoice_id": f"late{i}",
                "client_id": c,
                "issue_date": DAY + pd.Timedelta(days=d),
                "amount": a,
                "currency": "EUR",
            }
            for i, (c, d, a) in enumerate(new_invoices)
        ]
    )
    invoices["due_date"] = invoices["issue_date"] + pd.Timedelta(days=30)
    receipts = pd.DataFrame(
        [
            {
                "receipt_id": f"x{i}",
                "client_id": "a",
                "invoice_id": n,
                "paid_date": DAY + pd.Timedelta(days=d),
                "amount": a,
            }
            for i, (n, d, a) in enumerate(new_receipts)
        ],
        columns=["receipt_id", "client_id", "invoice_id", "paid_date", "amount"],
    ).assign(currency="EUR")
    grown = {
        "invoices": pd.concat([base["invoices"], invoices], ignore_index=True),
        "receipts": pd.concat([base["receipts"], receipts.astype({"invoice_id": "str"})], ignore_index=True),
    }
    assert all_figures(snapshot_from_frames(grown, DAY, "EUR", {"fixed_cost": 200})) == expected


def test_the_comparison_can_fail(small_snapshot):
    changed = {"invoices": make_invoices(amount=[600.0, 400.0, 300.0, 101.0, 50.0, -20.0]), "receipts": make_receipts()}
    assert all_figures(small_snapshot) != all_figures(snapshot_from_frames(changed, DAY, "EUR", {"fixed_cost": 200}))


def test_a_snapshot_never_widens(small_snapshot):
    earlier = small_snapshot.as_of("2026-02-28")
    assert earlier.invoices["issue_date"].max() <= pd.Timestamp("2026-02-28")
    with pytest.raises(DataError, match="2026-02-28"):
        earlier.as_of("2026-03-01")


def test_one_client_is_read_without_the_others(finished_run):
    snapshot = open_snapshot(finished_run / "snapshot")
    own = snapshot.only("C0004")
    assert set(own.invoices["client_id"]) == set(own.receipts["client_id"]) == {"C0004"}
    whole = snapshot.invoices
    expected = whole[whole["client_id"] == "C0004"].reset_index(drop=True)
    pd.testing.assert_frame_equal(own.invoices, expected)
    assert own.daily_revenue.sum() == pytest.approx(snapshot.revenue["reporting_amount"].sum())


def test_unknown_clients_tables_and_folders_are_refused(small_snapshot, tmp_path):
    with pytest.raises(DataError, match="nobody"):
        small_snapshot.only("nobody")
    with pytest.raises(DataError, match="invoices, receipts"):
        small_snapshot.table("planets")
    with pytest.raises(DataError, match="kam run"):
        open_snapshot(tmp_path)


def test_absent_tables_are_empty_with_their_columns(small_snapshot):
    for name, schema in TABLES.items():
        assert set(schema.columns) <= set(small_snapshot.table(name).columns)
    assert small_snapshot.table("orders").empty


def test_frames_that_break_the_schema_are_refused_with_every_fault():
    bad = make_invoices(kind=["gift"] * 6).drop(columns=["currency"]).assign(colour="red")
    with pytest.raises(DataError) as caught:
        check_table("invoices", bad)
    fields = {fault.field for fault in caught.value.faults}
    assert {"invoices.kind", "invoices.currency", "invoices.colour"} <= fields


def test_a_written_snapshot_conforms_to_the_schemas(finished_run):
    snapshot = open_snapshot(finished_run / "snapshot")
    for name in snapshot.tables:
        frame = snapshot.table(name)
        twins = [column for column in frame if column.startswith("reporting_")]
        checked = check_table(name, frame.drop(columns=twins))
        assert len(checked) == len(frame) > 0


def test_a_view_is_worked_out_once_and_coded_ids_keep_rows_and_order():
    """Same figures on numbers as on ids; what a caller changes in a frame is not seen by the next."""
    days = pd.to_datetime(["2026-01-05", "2026-02-05", "2026-02-05"])
    invoices = pd.DataFrame(
        {"invoice_id": ["R9", "R10", "R2"], "client_id": "a", "issue_date": days, "due_date": days, "currency": "EUR"}
    ).assign(amount=[100.0, 50.0, 70.0])
    receipts = pd.DataFrame(
        {"receipt_id": ["x", "b"], "client_id": "a", "invoice_id": [None, "R10"], "currency": "EUR"}
    ).assign(paid_date=pd.to_datetime(["2026-02-10", "2026-02-11"]), amount=[160.0, 50.0])
    whole = snapshot_from_frames({"invoices": invoices, "receipts": receipts}, "2026-03-01", "EUR")
    own = whole.only("a").matched_by("oldest")
    coded = own.coded()
    assert coded.receipts["amount"].tolist() == own.receipts["amount"].tolist() == [100.0, 60.0, 50.0]
    order = ["R10", "R2", "R9"]
    assert [order[int(code)] for code in coded.receipts["invoice_id"]] == own.receipts["invoice_id"].tolist()
    changed = own.receipts
    changed["amount"] = 0.0
    assert own.receipts["amount"].sum() == 210.0
    calls = []
    assert own.once("calls", lambda view: calls.append(view.date)) is None
    own.once("calls", lambda view: calls.append(view.date))
    own.as_of("2026-02-20").once("calls", lambda view: calls.append(view.date))
    assert [f"{day:%m-%d}" for day in calls] == ["03-01", "02-20"]
