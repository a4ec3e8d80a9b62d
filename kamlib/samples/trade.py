"""The trade of the generated company: invoices, credit notes, receipts, rates of exchange."""

import numpy as np
import pandas as pd

MONTHLY_INVOICES = 1_000
DEFAULT_DAY = pd.Timedelta(days=408)  # before the end: the insolvency of the defaulted client
TRACE = pd.Timedelta(days=330)  # its payments slip this long before


def monthly_revenue(rng: np.random.Generator, clients: pd.DataFrame, months: int, annual: float) -> np.ndarray:
    """Revenue a client and month, scaled so that the last twelve months have the drawn shares.

    Returns
    -------
    array, shape (n_clients, months)
    """
    age = np.arange(months) - (months - 1)  # 0 in the last month, negative before
    season = 1 + 0.08 * np.sin(2 * np.pi * age / 12)
    curves = {
        "steady": 1.04 ** (age / 12),
        "growing": 1.35 ** (age / 12),
        "shrinking": 0.72 ** (age / 12),
        "slipping": 1.02 ** (age / 12),
        "improving": 1.06 ** (age / 12),
        "churned": np.where(age < -rng.integers(3, 11), 1.0, 0.0),
        "defaulted": np.where(age < -14, 1.0, np.where(age < -12, 0.5, 0.0)) * 1.25 ** ((age + 14) / 12),
    }
    shape = np.stack([curves[path] for path in clients["path"]])
    shape = shape * season * rng.lognormal(0, 0.12, shape.shape)
    window = shape[:, -12:].sum(axis=1)
    gone = (clients["path"] == "defaulted").to_numpy() | (window == 0)
    window[gone] = shape[gone][:, :12].sum(axis=1)
    return shape * (clients["share"].to_numpy() * annual / window)[:, None]


def draw_invoices(
    rng: np.random.Generator, clients: pd.DataFrame, months: pd.PeriodIndex, annual: float, scale: float
) -> pd.DataFrame:
    """Invoices with their cost; one row a line, amounts still in the reporting currency.

    Parameters
    ----------
    scale : float
        Multiplies how many there are, not how much is sold.
    """
    revenue = monthly_revenue(rng, clients, len(months), annual)
    pace = 1.5 + 55 * np.sqrt(clients["share"].to_numpy())
    pace = pace / pace.sum() * MONTHLY_INVOICES * scale
    expected = np.where(revenue > 0, np.maximum(pace[:, None], 0.6), 0.0)
    counts = rng.poisson(expected)
    client, month = (index.ravel() for index in np.indices(counts.shape))
    rows = np.repeat(np.arange(counts.size), counts.ravel())
    client, month = client[rows], month[rows]
    mean = revenue[client, month] / expected[client, month]
    amount = np.round(mean * rng.lognormal(-0.08, 0.4, rows.size), 2)
    lengths = months.days_in_month.to_numpy()
    starts = months.start_time.to_numpy()
    issued = starts[month] + (rng.random(rows.size) * lengths[month]).astype(int) * np.timedelta64(1, "D")
    margin = clients["margin"].to_numpy()[client] * rng.normal(1, 0.06, rows.size)
    invoices = pd.DataFrame(
        {
            "client": client,
            "client_id": clients["client_id"].to_numpy()[client],
            "issue_date": issued,
            "amount": np.maximum(amount, 20.0),
            "kind": "invoice",
            "product_line": rng.choice(
                ["Drives", "Sensors", "Spare parts", "Service"], rows.size, p=[0.5, 0.2, 0.2, 0.1]
            ),
            "disputed": rng.random(rows.size) < 0.02,
        }
    )
    invoices["cost"] = np.round(invoices["amount"] * (1 - margin), 2)
    invoices["due_date"] = invoices["issue_date"] + pd.to_timedelta(clients["terms"].to_numpy()[client], unit="D")
    default_day = months[-1].end_time.normalize() - DEFAULT_DAY
    after = (clients["path"].to_numpy()[client] == "defaulted") & (invoices["issue_date"] > default_day)
    invoices = invoices[~after].sort_values(["issue_date", "client_id"], kind="stable", ignore_index=True)
    invoices["invoice_id"] = [f"R{i + 1:07d}" for i in range(len(invoices))]
    return invoices


def draw_credit_notes(rng: np.random.Generator, invoices: pd.DataFrame) -> pd.DataFrame:
    """Credit notes for two in a hundred invoices, a part of the amount each."""
    chosen = invoices[rng.random(len(invoices)) < 0.02].copy()
    part = rng.uniform(0.05, 0.3, len(chosen))
    chosen["amount"] = -np.round(chosen["amount"] * part, 2)
    chosen["cost"] = -np.round(chosen["cost"] * part * 0.5, 2)
    chosen["issue_date"] = chosen["issue_date"] + pd.to_timedelta(rng.integers(8, 40, len(chosen)), unit="D")
    chosen["due_date"] = chosen["issue_date"]
    chosen["kind"], chosen["disputed"] = "credit_note", False
    chosen["invoice_id"] = [f"N{i + 1:06d}" for i in range(len(chosen))]
    return chosen


def draw_receipts(
    rng: np.random.Generator, clients: pd.DataFrame, items: pd.DataFrame, end: pd.Timestamp
) -> pd.DataFrame:
    """Money received: on time or late, in parts, now and then without naming its invoice."""
    client, path = items["client"].to_numpy(), clients["path"].to_numpy()[items["client"]]
    months_to_end = (end - items["due_date"]).dt.days.to_numpy() / 30.4
    delay = clients["delay"].to_numpy()[client] + rng.normal(0, 1, len(items)) * clients["spread"].to_numpy()[client]
    delay = delay + np.where(path == "slipping", np.clip(9 - months_to_end, 0, 9) * 4.0, 0)
    delay = delay - np.where(path == "improving", np.clip(12 - months_to_end, 0, 8) * 1.2, 0)
    delay = delay + np.where(items["disputed"], rng.uniform(30, 90, len(items)), 0)
    default_day = end - DEFAULT_DAY
    failing = np.clip((items["due_date"] - (default_day - TRACE)).dt.days.to_numpy() / TRACE.days, 0, None)
    failing = np.where(path == "defaulted", failing, 0)
    delay = np.maximum(delay + 110 * failing, -12).round()
    paid = items["due_date"] + pd.to_timedelta(delay, unit="D")
    paid = paid.clip(lower=items["issue_date"] + pd.Timedelta(days=1))
    never = (failing > 0.72) | ((path == "defaulted") & (paid > default_day)) | (rng.random(len(items)) < 0.0004)
    short = np.where(rng.random(len(items)) < 0.003, 0.97, 1.0)
    first_part = np.where(rng.random(len(items)) < 0.1, 0.6, 1.0)
    whole = np.round(items["amount"].to_numpy() * short, 2)
    first = np.round(whole * first_part, 2)
    later = paid + pd.to_timedelta(rng.integers(12, 45, len(items)), unit="D")
    columns = ["client_id", "invoice_id", "currency"]
    parts = [
        items[columns].assign(paid_date=paid, amount=first)[~never],
        items[columns].assign(paid_date=later, amount=np.round(whole - first, 2))[~never & (first_part < 1)],
    ]
    receipts = pd.concat(parts, ignore_index=True)
    receipts = receipts[(receipts["paid_date"] <= end) & (receipts["amount"] != 0)]
    receipts = pd.concat(
        [receipts, _recovery(items, receipts, path == "defaulted", default_day, end)], ignore_index=True
    )
    receipts = receipts.sort_values(["paid_date", "invoice_id"], kind="stable", ignore_index=True)
    recent = (end - receipts["paid_date"]).dt.days < 45  # bookkeeping has named the invoices of older ones
    receipts.loc[rng.random(len(receipts)) < np.where(recent, 0.03, 0.0003), "invoice_id"] = None
    receipts.insert(0, "receipt_id", [f"B{i + 1:07d}" for i in range(len(receipts))])
    return receipts


def _recovery(
    items: pd.DataFrame, receipts: pd.DataFrame, of_defaulted: np.ndarray, default_day: pd.Timestamp, end: pd.Timestamp
) -> pd.DataFrame:
    """A first payment of the insolvency administrator: 8 % of what was left, naming no invoice."""
    failed = items[of_defaulted]
    day = default_day + pd.Timedelta(days=210)
    if failed.empty or day > end:
        return receipts.iloc[:0]
    left = failed["amount"].sum() - receipts.loc[receipts["client_id"] == failed["client_id"].iloc[0], "amount"].sum()
    row = {"client_id": failed["client_id"].iloc[0], "currency": failed["currency"].iloc[0], "paid_date": day}
    return pd.DataFrame([{**row, "invoice_id": None, "amount": round(left * 0.08, 2)}])


def draw_rates(rng: np.random.Generator, start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    """Euro for one US dollar and one yuan on every working day: a random walk around invented levels."""
    days = pd.bdate_range(start - pd.Timedelta(days=7), end)
    frames = []
    for currency, level, step in (("USD", 0.92, 0.0035), ("CNY", 0.1285, 0.003)):
        walk = np.exp(np.cumsum(rng.normal(0, step, len(days)))) * level
        frames.append(pd.DataFrame({"date": days, "currency": currency, "rate": walk.round(6)}))
    return pd.concat(frames, ignore_index=True)
