"""The generated company as canonical tables: one seed, one company."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv

from kamlib.errors import Fault, raise_faults
from kamlib.samples import context, plans, profile, trade
from kamlib.samples.clients import DEFAULTED, INDUSTRIES, draw_clients, draw_credit_terms, draw_prospects

ANNUAL_REVENUE = 96_000_000.0
TRAITS = ("share", "path", "terms", "delay", "spread", "margin", "currency")


def generate_company(
    seed: int,
    *,
    clients: int = 150,
    prospects: int = 10,
    months: int = 40,
    end: str = "2026-09-30",
    scale: float = 1.0,
    default_client: int | None = DEFAULTED,
) -> dict[str, pd.DataFrame]:
    """Every canonical table of an invented supplier of drives and sensors.

    Parameters
    ----------
    seed : int
        The same seed and arguments give the same company, byte for byte.
    clients, prospects : int
        How many; one client makes a quarter of the last year's revenue and five make 60 %, two large ones
        belong to one group, and the eleventh became insolvent in the year before the last.
    months : int
        Length of history up to `end`; at least 30.
    end : str
        Last day, the end of a month.
    scale : float
        Multiplies the number of invoices (1 gives some 40 thousand), not the money.
    default_client : int or None
        Position of the client that becomes insolvent, to try warnings with; None for a company without a default.

    Returns
    -------
    dict of str to DataFrame
        Canonical table → rows.

    Raises
    ------
    DataError
        Arguments out of range.
    """
    raise_faults(
        Fault(name, str(value), f"Give at least {least}.")
        for name, value, least in (("clients", clients, 20), ("months", months, 30), ("scale", scale, 0.05))
        if value < least
    )
    if default_client is not None and not 0 <= default_client < clients:
        raise_faults(
            [Fault("default_client", str(default_client), f"Give a position from 0 to {clients - 1}, or None.")]
        )
    rng = np.random.default_rng(seed)
    last = pd.Timestamp(end)
    periods = pd.period_range(end=last.to_period("M"), periods=months, freq="M")
    default_day = last - trade.DEFAULT_DAY
    month_ends = periods.end_time.normalize()
    drawn = draw_clients(rng, clients, default_client)
    rates = trade.draw_rates(rng, periods[0].start_time, last)
    invoices = trade.draw_invoices(rng, drawn, periods, ANNUAL_REVENUE, scale)
    notes = trade.draw_credit_notes(rng, invoices)
    items = pd.concat([invoices, notes[notes["issue_date"] <= last]], ignore_index=True)
    items["quantity"] = profile.draw_quantities(np.random.default_rng([seed, 91]), items)
    items["currency"] = drawn["currency"].to_numpy()[items["client"]]
    items[["amount", "cost"]] = _in_own_currency(items, rates)
    receipts = trade.draw_receipts(rng, drawn, items, last)
    first = items.groupby("client_id")["issue_date"].min()
    master = drawn.drop(columns=list(TRAITS)).assign(since=drawn["client_id"].map(first))
    granted = draw_credit_terms(np.random.default_rng([seed, 31]), drawn, ANNUAL_REVENUE)
    account = profile.draw_account_facts(np.random.default_rng([seed, 92]), drawn)
    planned = plans.draw_account_plans(np.random.default_rng([seed, 41]), drawn, ANNUAL_REVENUE)
    master = pd.concat([master, granted, account, planned], axis=1)
    tables = {
        "invoices": items.drop(columns="client"),
        "receipts": receipts,
        "clients": pd.concat([master, draw_prospects(rng, prospects, 1)], ignore_index=True),
        "orders": context.draw_orders(rng, drawn, ANNUAL_REVENUE, month_ends),
        "contracts": context.draw_contracts(rng, drawn, ANNUAL_REVENUE, last),
        "protections": context.draw_protections(rng, drawn, ANNUAL_REVENUE, last),
        "statements": context.draw_statements(rng, drawn, last),
        "ratings": context.draw_ratings(rng, drawn, month_ends, default_day),
        "interactions": context.draw_interactions(rng, drawn, month_ends),
        "service_costs": context.draw_service_costs(rng, drawn, ANNUAL_REVENUE, month_ends),
        "events": context.draw_events(drawn, default_day, last),
        "market": context.draw_market(rng, INDUSTRIES, month_ends),
        "fx": rates,
        "decisions": context.draw_decisions(drawn, default_day, ANNUAL_REVENUE),
    }
    kept = {
        "contracts": profile.draw_contract_money(np.random.default_rng([seed, 93]), tables["contracts"]),
        "interactions": profile.draw_persons(np.random.default_rng([seed, 94]), tables["interactions"]),
        "service_costs": profile.draw_hours(np.random.default_rng([seed, 95]), tables["service_costs"]),
    }
    return tables | {name: pd.concat([tables[name], more], axis=1) for name, more in kept.items()}


def write_company(tables: dict[str, pd.DataFrame], folder: Path) -> None:
    """One CSV a table, as a company's own export would be."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in tables.items():
        plain = frame.copy()
        for column in plain.select_dtypes("datetime"):
            plain[column] = plain[column].dt.strftime("%Y-%m-%d")
        table = pa.Table.from_pandas(plain, preserve_index=False)
        pyarrow.csv.write_csv(table, folder / f"{name}.csv")


def append_journal(decisions: Path, journal: Path) -> None:
    """The rows of a journal of one's own after the generated decisions."""
    both = [pd.read_csv(path, dtype=str, keep_default_na=False) for path in (decisions, journal)]
    pd.concat(both, ignore_index=True).to_csv(decisions, index=False)


def _in_own_currency(items: pd.DataFrame, rates: pd.DataFrame) -> np.ndarray:
    """Amounts drawn in euro, turned into each client's own currency at the rate of the day."""
    left = items[["issue_date", "currency"]].assign(row=range(len(items))).sort_values("issue_date")
    right = rates.rename(columns={"date": "issue_date"}).sort_values("issue_date")
    joined = pd.merge_asof(left, right, on="issue_date", by="currency").sort_values("row")
    rate = joined["rate"].fillna(1.0).to_numpy()
    return (items[["amount", "cost"]].to_numpy() / rate[:, None]).round(2)
