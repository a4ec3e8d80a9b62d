"""The generated company has the story it promises, and one seed gives one company."""

import pandas as pd
import pytest

from kamlib.errors import DataError
from kamlib.ledger.schema import TABLES, check_table
from kamlib.samples.company import generate_company, write_company


@pytest.fixture(scope="module")
def company():
    return generate_company(2026)


@pytest.fixture(scope="module")
def revenue(company):
    rates = company["fx"].pivot(index="date", columns="currency", values="rate").resample("D").ffill()
    rates["EUR"] = 1.0
    invoices = company["invoices"]
    rate = rates.stack().rename("rate").reset_index().rename(columns={"date": "issue_date"})
    return invoices.merge(rate, on=["issue_date", "currency"]).assign(money=lambda f: f["amount"] * f["rate"])


def test_size_and_shape(company, revenue):
    assert set(company) == set(TABLES)
    assert 38_000 < len(company["invoices"]) < 42_000
    assert company["invoices"]["issue_date"].max() <= pd.Timestamp("2026-09-30")
    assert company["invoices"]["issue_date"].min() == pd.Timestamp("2023-06-01")
    assert len(company["clients"]) == 160
    assert set(company["invoices"]["currency"]) == {"EUR", "USD", "CNY"}
    assert len(revenue) == len(company["invoices"])
    recent = (
        revenue[revenue["issue_date"] > "2025-09-30"].groupby("client_id")["money"].sum().sort_values(ascending=False)
    )
    shares = recent / recent.sum()
    assert 0.21 < shares.iloc[0] < 0.28
    assert 0.56 < shares.head(5).sum() < 0.64


def test_groups_names_parts_credits_and_unapplied_cash(company):
    clients = company["clients"].set_index("client_id")
    assert clients.loc["C0003", "group_id"] == clients.loc["C0005", "group_id"]
    assert clients["name"].is_unique
    assert clients["name"].str.contains("有限公司").sum() > 10
    assert (company["invoices"]["kind"] == "credit_note").sum() > 300
    assert company["receipts"]["invoice_id"].isna().sum() > 20
    assert company["receipts"]["invoice_id"].duplicated().sum() > 1000


def test_credit_is_granted_to_most_clients(company):
    clients = company["clients"].set_index("client_id")
    granted = clients[clients["status"] != "prospect"]
    assert (granted["credit_limit"].head(11) > 0).all()
    assert granted["credit_limit"].eq(0).sum() > 3
    assert granted["credit_limit"].isna().sum() > 3
    assert set(granted["payment_terms_days"]) == {14, 30, 45, 60, 90}
    assert clients.loc[clients["status"] == "prospect", "credit_limit"].isna().all()


def test_the_defaulted_client_slipped_for_months_then_stopped(company):
    events = company["events"].set_index("kind")
    day = events.loc["insolvency", "date"]
    client = events.loc["insolvency", "client_id"]
    assert day.year == 2025
    invoices = company["invoices"].loc[lambda f: f["client_id"] == client]
    assert invoices["issue_date"].max() <= day
    paid = (
        company["receipts"]
        .loc[lambda f: f["client_id"] == client]
        .merge(invoices[["invoice_id", "due_date"]], on="invoice_id")
    )
    late = (paid["paid_date"] - paid["due_date"]).dt.days
    early = late[paid["due_date"] < day - pd.Timedelta(days=400)].mean()
    slipping = late[paid["due_date"] > day - pd.Timedelta(days=200)].mean()
    assert slipping > early + 25


def test_the_same_seed_gives_the_same_company(tmp_path):
    for name in ("a", "b"):
        write_company(generate_company(7, clients=20, months=30, scale=0.05), tmp_path / name)
    for file in sorted((tmp_path / "a").iterdir()):
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()
    other = generate_company(8, clients=20, months=30, scale=0.05)
    assert not other["invoices"].equals(generate_company(7, clients=20, months=30, scale=0.05)["invoices"])


def test_scale_adds_lines_not_money():
    small, large = (generate_company(1, clients=25, months=30, scale=scale) for scale in (0.2, 2))
    assert len(large["invoices"]) > 8 * len(small["invoices"])
    per_client = [tables["invoices"].groupby("client_id")["amount"].sum() for tables in (small, large)]
    assert (per_client[1] / per_client[0]).median() == pytest.approx(1, abs=0.1)


def test_every_table_fits_its_schema(company):
    for name, frame in company.items():
        assert len(check_table(name, frame)) == len(frame)


def test_arguments_out_of_range_are_told_together():
    with pytest.raises(DataError) as caught:
        generate_company(1, clients=3, months=2)
    assert {fault.field for fault in caught.value.faults} == {"clients", "months"}
