"""Three clients and two years of monthly invoices: small enough to follow by hand, for worked examples."""

from functools import cache

import pandas as pd

from kamlib.ledger.snapshot import Snapshot, snapshot_from_frames

CLIENTS = {"A": ("Alder", 40_000.0, 0), "B": ("Birch", 20_000.0, 20), "C": ("Cedar", 10_000.0, 0)}
"""Client → name, amount of each invoice, days by which it pays late."""
STOPS = pd.Timestamp("2026-01-01")
DAY = "2026-06-30"


@cache
def small_ledger() -> Snapshot:
    """Alder pays on the day, Birch 20 days late, Cedar has paid nothing since January 2026; each is billed monthly.

    Returns
    -------
    Snapshot
        Of 30 June 2026, in EUR. Invoices of the 15th, due in 30 days, cost 70 %; Alder's limit is 100,000, Birch's
        20,000, of which an insurer bears 90 %.

    Examples
    --------
    >>> small_ledger().table("invoices").groupby("client_id")["amount"].agg(["size", "sum"]).to_numpy().tolist()
    [[24.0, 960000.0], [24.0, 480000.0], [24.0, 240000.0]]
    """
    issued = pd.date_range("2024-07-01", periods=24, freq="MS") + pd.Timedelta(days=14)
    bills, paid = [], []
    for client, (_, amount, late) in CLIENTS.items():
        rows = pd.DataFrame({"client_id": client, "issue_date": issued, "amount": amount, "currency": "EUR"})
        rows["invoice_id"] = [f"{client}{number:02}" for number in range(1, len(rows) + 1)]
        rows["due_date"] = rows["issue_date"] + pd.Timedelta(days=30)
        bills.append(rows.assign(cost=0.7 * amount))
        received = rows.assign(receipt_id=rows["invoice_id"], paid_date=rows["due_date"] + pd.Timedelta(days=late))
        stopped = (client == "C") & (received["paid_date"] >= STOPS)
        seen = received["paid_date"] <= pd.Timestamp(DAY)
        paid.append(
            received.loc[seen & ~stopped, ["receipt_id", "client_id", "invoice_id", "paid_date", "amount", "currency"]]
        )
    clients = pd.DataFrame({"client_id": list(CLIENTS), "name": [name for name, _, _ in CLIENTS.values()]})
    clients["credit_limit"] = [100_000.0, 20_000.0, float("nan")]
    cover = {
        "client_id": ["B"],
        "kind": ["insurance"],
        "limit": [20_000.0],
        "insured_share": [0.9],
    }
    cover |= {"start_date": pd.to_datetime(["2026-01-01"]), "end_date": pd.to_datetime(["2026-12-31"])}
    tables = {
        "invoices": pd.concat(bills, ignore_index=True),
        "receipts": pd.concat(paid, ignore_index=True),
        "clients": clients,
        "protections": pd.DataFrame(cover),
    }
    return snapshot_from_frames(tables, DAY, "EUR")
