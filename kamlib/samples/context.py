"""What the generated company knows of its clients beside the trade: accounts, contracts, contacts, events."""

import numpy as np
import pandas as pd

GRADES = ("AA", "A", "BBB", "BB", "B", "CCC")


def draw_statements(rng: np.random.Generator, clients: pd.DataFrame, end: pd.Timestamp) -> pd.DataFrame:
    """Four years of annual accounts of the clients that publish them, some late, one worse each year."""
    rows = []
    for position, client in enumerate(clients.head(60).itertuples()):
        sales = rng.lognormal(18.2, 0.7) * (4 if position < 5 else 1)
        failing = client.path == "defaulted"
        years = range(end.year - 4, end.year - (2 if failing else 0))
        for step, year in enumerate(years):
            decay = (
                0.35 * step if failing else 0.03 * step if client.path in ("slipping", "shrinking") else -0.01 * step
            )
            revenue = sales * 1.04**step * (1 - 0.3 * decay)
            assets = revenue * rng.uniform(0.7, 1.0)
            equity = assets * max(0.42 - 0.5 * decay + rng.normal(0, 0.02), 0.01)
            ebit = revenue * (0.085 - 0.22 * decay + rng.normal(0, 0.008))
            interest = (assets - equity) * 0.03
            figures = {
                "revenue": revenue,
                "ebit": ebit,
                "interest_expense": interest,
                "net_income": (ebit - interest) * 0.75,
                "total_assets": assets,
                "current_assets": assets * 0.52,
                "cash": assets * max(0.11 - 0.12 * decay, 0.01),
                "receivables": assets * 0.2,
                "inventory": assets * (0.19 + 0.05 * decay),
                "total_liabilities": assets - equity,
                "current_liabilities": (assets - equity) * (0.55 + 0.2 * decay),
                "retained_earnings": equity * 0.6,
                "equity": equity,
                "operating_cash_flow": ebit * 0.8 - revenue * 0.02,
            }
            late = 120 + int(rng.integers(0, 60)) + (90 if failing and step else 0)
            period_end = pd.Timestamp(year, 12, 31)
            rows.append(
                {
                    "client_id": client.client_id,
                    "period_end": period_end,
                    "published_date": period_end + pd.Timedelta(days=late),
                }
                | {name: round(value, -3) for name, value in figures.items()}
            )
    frame = pd.DataFrame(rows)
    return frame[frame["published_date"] <= end]


def draw_ratings(
    rng: np.random.Generator, clients: pd.DataFrame, days: pd.DatetimeIndex, default_day: pd.Timestamp
) -> pd.DataFrame:
    """An external grade a half-year for the larger clients; the defaulted one falls, late as ratings do."""
    rows = []
    for client in clients.head(80).itertuples():
        level = int(rng.integers(0, 4))
        for day in days[::6]:
            if client.path == "defaulted":
                level = 2 if day < default_day - pd.Timedelta(days=200) else 4 if day < default_day else 5
            elif rng.random() < (0.3 if client.path == "slipping" else 0.08):
                level = min(level + 1, 4)
            rows.append(
                {
                    "client_id": client.client_id,
                    "date": day,
                    "agency": "Invented Ratings",
                    "grade": GRADES[level],
                    "score": 90.0 - 14 * level,
                }
            )
    return pd.DataFrame(rows)


def draw_contracts(rng: np.random.Generator, clients: pd.DataFrame, annual: float, end: pd.Timestamp) -> pd.DataFrame:
    """Framework contracts of the fifty largest clients, with what their clauses say."""
    rows = []
    for number, client in enumerate(clients.head(50).itertuples()):
        start = end - pd.Timedelta(days=int(rng.integers(200, 1_100)))
        clauses = {
            name: str(rng.choice(["present", "absent", "unknown"], p=[0.6, 0.3, 0.1]))
            for name in (
                "payment_clause",
                "liquidated_damages",
                "compensation",
                "force_majeure",
                "prepayment",
                "retention_of_title",
                "price_adjustment",
                "change_of_control",
                "exclusivity",
            )
        }
        rows.append(
            {
                "contract_id": f"K{number + 1:04d}",
                "client_id": client.client_id,
                "start_date": start.normalize(),
                "end_date": (start + pd.Timedelta(days=int(rng.choice([730, 1_095, 1_460])))).normalize(),
                "notice_days": float(rng.choice([30, 60, 90, 180])),
                "auto_renews": bool(rng.random() < 0.5),
                "annual_value": round(client.share * annual, -3),
                **clauses,
                "termination_compensation": round(client.share * annual * 0.03, -3),
            }
        )
    return pd.DataFrame(rows)


def draw_protections(rng: np.random.Generator, clients: pd.DataFrame, annual: float, end: pd.Timestamp) -> pd.DataFrame:
    """Credit insurance on every second large client, guarantees and deposits on some others."""
    rows = []
    for position, client in enumerate(clients.head(60).itertuples()):
        exposure = client.share * annual / 5
        kind = ("insurance", "none", "insurance", "guarantee", "insurance", "deposit", "none")[position % 7]
        if kind == "none":
            continue
        limit = round(exposure * (0.12 if kind == "deposit" else float(rng.uniform(0.4, 1.0))), -3)
        rows.append(
            {
                "client_id": client.client_id,
                "kind": kind,
                "start_date": end - pd.Timedelta(days=1_000),
                "end_date": end + pd.Timedelta(days=int(rng.integers(20, 300))),
                "limit": limit,
                "insured_share": 0.9 if kind == "insurance" else 1.0,
                "deductible": 5_000.0 if kind == "insurance" else 0.0,
                "annual_cost": round(limit * 0.004, 0),
                "max_extension_days": 60.0,
            }
        )
    return pd.DataFrame(rows)


def draw_interactions(rng: np.random.Generator, clients: pd.DataFrame, days: pd.DatetimeIndex) -> pd.DataFrame:
    """Visits, calls and complaints of the sixty largest clients, with how satisfied they sounded."""
    many = clients.head(60)
    client = rng.integers(0, len(many), 45 * len(days))
    frame = pd.DataFrame({"client_id": many["client_id"].to_numpy()[client]})
    frame["date"] = days.to_numpy()[rng.integers(0, len(days), len(frame))] - pd.to_timedelta(
        rng.integers(0, 28, len(frame)), unit="D"
    )
    frame["kind"] = rng.choice(["visit", "call", "complaint", "review"], len(frame), p=[0.3, 0.5, 0.1, 0.1])
    tired = np.isin(many["path"].to_numpy()[client], ["shrinking", "slipping", "defaulted"])
    frame["satisfaction"] = np.clip(rng.normal(7.6 - 1.5 * tired, 1.2), 1, 10).round()
    return frame.sort_values(["date", "client_id"], ignore_index=True)


def draw_service_costs(
    rng: np.random.Generator, clients: pd.DataFrame, annual: float, days: pd.DatetimeIndex
) -> pd.DataFrame:
    """What serving a client costs each month: logistics, support, visits."""
    grid = pd.MultiIndex.from_product([clients["client_id"], days], names=["client_id", "period"]).to_frame(index=False)
    base = np.repeat(clients["share"].to_numpy() * annual / 12 * rng.uniform(0.01, 0.06, len(clients)), len(days))
    grid["amount"] = np.round(base * rng.lognormal(0, 0.15, len(grid)) + 150, 2)
    return grid


def draw_orders(rng: np.random.Generator, clients: pd.DataFrame, annual: float, days: pd.DatetimeIndex) -> pd.DataFrame:
    """Monthly orders of the eighty largest clients; the last two months are not delivered in full."""
    alive = clients[~clients["path"].isin(["churned", "defaulted"])].head(80)
    frames = []
    for age, day in enumerate(days[::-1]):
        amount = np.round(alive["share"].to_numpy() * annual / 12 * rng.lognormal(0, 0.2, len(alive)), 2)
        delivered = np.round(amount * (0.35 if age == 0 else 0.8 if age == 1 else 1.0), 2)
        frames.append(
            pd.DataFrame(
                {
                    "client_id": alive["client_id"].to_numpy(),
                    "order_date": day - pd.Timedelta(days=12),
                    "promised_date": day + pd.Timedelta(days=40),
                    "amount": amount,
                    "delivered_amount": delivered,
                    "custom_stock_cost": np.round(
                        (amount - delivered) * np.where(np.arange(len(alive)) % 4 == 0, 0.3, 0.0), 2
                    ),
                }
            )
        )
    orders = pd.concat(frames[::-1], ignore_index=True)
    orders.insert(0, "order_id", [f"O{i + 1:06d}" for i in range(len(orders))])
    return orders


def draw_events(clients: pd.DataFrame, default_day: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    """The story of the defaulted client, and two pieces of news of others."""
    story = [
        row
        for failed in clients.loc[clients["path"] == "defaulted", "client_id"]
        for row in (
            (failed, -250, "late_filing", "medium", "Annual accounts filed three months late"),
            (failed, -140, "management_change", "medium", "Finance director left without a successor"),
            (failed, -45, "litigation", "high", "A supplier sued for unpaid invoices"),
            (failed, 0, "insolvency", "critical", "Insolvency proceedings opened"),
        )
    ]
    others = [
        (
            clients["client_id"].iloc[1],
            (end - default_day).days - 35,
            "restructuring",
            "medium",
            "Plant closure announced",
        ),
        (
            clients["client_id"].iloc[5],
            (end - default_day).days - 80,
            "second_source",
            "low",
            "A second supplier was qualified",
        ),
    ]
    return pd.DataFrame(
        {
            "client_id": client,
            "date": default_day + pd.Timedelta(days=offset),
            "kind": kind,
            "severity": severity,
            "source": "generated",
            "note": note,
        }
        for client, offset, kind, severity, note in (*story, *others)
    )


def draw_market(rng: np.random.Generator, industries: tuple[str, ...], days: pd.DatetimeIndex) -> pd.DataFrame:
    """A monthly index of each industry, 100 at the start."""
    frames = [
        pd.DataFrame(
            {
                "series": name,
                "date": days,
                "value": (100 * np.exp(np.cumsum(rng.normal(0.001, 0.012, len(days))))).round(2),
            }
        )
        for name in industries
    ]
    return pd.concat(frames, ignore_index=True)


def draw_decisions(clients: pd.DataFrame, default_day: pd.Timestamp, annual: float) -> pd.DataFrame:
    """Limits decided in the past, one of them raised shortly before the default."""
    rows = []
    for failed in clients[clients["path"] == "defaulted"].itertuples():
        limit = round(failed.share * annual / 6, -4)
        growth, raised = "Growth of orders", "raised although payments slipped"
        rows.append((failed.client_id, -420, "limit", f"{limit:.0f}", f"{limit * 1.3:.0f}", growth, raised))
        rows.append((failed.client_id, -60, "terms", "60 days", "30 days", "Late payments", "too late"))
    rows.append((clients["client_id"].iloc[0], 120, "limit", "4000000", "5000000", "Growth of orders", ""))
    return pd.DataFrame(
        {
            "decision_id": f"D{i + 1:03d}",
            "client_id": client,
            "date": default_day + pd.Timedelta(days=offset),
            "kind": kind,
            "proposed_by": "E. Haas",
            "approved_by": "CFO",
            "before": before,
            "after": after,
            "reason": reason,
            "outcome": outcome,
        }
        for i, (client, offset, kind, before, after, reason, outcome) in enumerate(rows)
    )
