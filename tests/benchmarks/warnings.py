"""How well the warnings do: on other generated companies, on IBM's invoices, and how long a large replay takes.

``python tests/benchmarks/warnings.py [seeds|ibm|speed]``; prints tables, asserts nothing. The data of IBM are not part
of the project: see ``REAL_DATA`` in tests/conftest.py.
"""

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from kamlib.early_warning import LEVELS, back_test, replay_warnings
from kamlib.early_warning.back_test import tune_thresholds
from kamlib.early_warning.levels import warning_levels
from kamlib.early_warning.outcomes import find_outcomes
from kamlib.early_warning.reading import trailing
from kamlib.ledger.snapshot import Snapshot, snapshot_from_frames
from kamlib.policy import load_policy
from kamlib.samples.company import generate_company

IBM = Path(__file__).resolve().parents[3] / "shared/data/ibm_receivables/WA_Fn-UseC_-Accounts-Receivable.csv"
HIGH = LEVELS.index("high")


def company(seed: int, **arguments) -> Snapshot:
    """A generated company as a snapshot, all of it in euro by the rate of each day."""
    tables = generate_company(seed, **arguments)
    rates = tables.pop("fx").sort_values("date")
    for name, day in (("invoices", "issue_date"), ("receipts", "paid_date")):
        frame = tables[name].assign(row=range(len(tables[name]))).sort_values(day)
        rate = pd.merge_asof(frame, rates.rename(columns={"date": day}), on=day, by="currency").sort_values("row")
        rate = rate["rate"].fillna(1.0).to_numpy()
        frame = tables[name].assign(reporting_amount=tables[name]["amount"] * rate)
        tables[name] = frame.assign(reporting_cost=frame["cost"] * rate) if "cost" in frame else frame
    return snapshot_from_frames(tables, arguments.get("end", "2026-09-30"), "EUR")


def other_seeds() -> None:
    """Twenty other companies with the default at another client, and the same without one."""
    policy = load_policy()
    rows = []
    for number in range(20):
        seed, planted = 3000 + number, [10, 14, 25, 40, 55][number % 5]
        for where in (planted, None):
            replay = replay_warnings(company(seed, default_client=where), policy)
            found = back_test(replay, policy)
            default = found.by_outcome[0][1]
            high = found.levels[1]
            row = {"seed": seed, "default at": "nowhere" if where is None else f"C{where + 1:04d}"}
            row["lead, months"] = default.lead_months.value if default.found else np.nan
            row |= {"found": default.found, "alarms": high.alarms, "true": high.true, "false": high.false}
            row |= {"false a client-year": round(high.false_per_year.value, 3), "client-months high": 0}
            row["client-months high"] = int((replay.levels.level >= HIGH).sum())
            rows.append(row)
    table = pd.DataFrame(rows)
    print(table.to_string(index=False))
    planted = table[table["default at"] != "nowhere"]
    print(
        f"\ndefault found in {planted['found'].sum()} of {len(planted)}; median lead {planted['lead, months'].median()} months"
    )
    print(table.groupby(table["default at"] == "nowhere")[["alarms", "false", "false a client-year"]].mean().round(3))


def ibm() -> None:
    """Rank clients by whether payments will worsen next quarter: by the warnings, and by last quarter's delay alone."""
    raw = pd.read_csv(IBM)
    day = lambda column: pd.to_datetime(raw[column], format="%m/%d/%Y")
    invoices = pd.DataFrame(
        {
            "invoice_id": raw["invoiceNumber"].astype(str),
            "client_id": raw["customerID"],
            "issue_date": day("InvoiceDate"),
            "due_date": day("DueDate"),
            "amount": raw["InvoiceAmount"],
            "currency": "XXX",
            "disputed": raw["Disputed"] == "Yes",
        }
    )
    receipts = invoices[["invoice_id", "client_id", "amount", "currency"]].assign(paid_date=day("SettledDate"))
    receipts["receipt_id"] = receipts["invoice_id"]
    snapshot = snapshot_from_frames({"invoices": invoices, "receipts": receipts}, "2013-12-31", "XXX")
    policy = load_policy()
    replay = replay_warnings(snapshot, policy)
    panel = replay.panel
    split = int(np.searchsorted(panel.ends, pd.Timestamp("2012-12-31")))
    factors = tune_thresholds(replay, policy, find_outcomes(panel, policy.early_warning), split)
    strengths = {name: found.strength for name, found in replay.readings.items()}
    untuned = replay.levels.score
    tuned = warning_levels(strengths, panel.context.hard, policy.early_warning, factors).score
    known = {name: s for name, s in strengths.items() if not np.isnan(s).all()}
    graded = np.add.reduce(
        [np.clip(np.nan_to_num(s), 0, 2) * policy.early_warning.weights[name] for name, s in known.items()]
    )
    delay = quarter_delay(panel.balances.delay)
    ahead = np.pad(delay, ((0, 0), (0, 3)), constant_values=np.nan)[:, 3:]
    rows = []
    for month in range(split, len(panel.ends) - 3):
        now, then = delay[:, month], ahead[:, month]
        ok = ~np.isnan(now) & ~np.isnan(then)
        part = {"client": np.flatnonzero(ok), "worse": (then > now)[ok], "delay": now[ok]}
        rows.append(
            pd.DataFrame(part | {"untuned": untuned[ok, month], "tuned": tuned[ok, month], "graded": graded[ok, month]})
        )
    data = pd.concat(rows, ignore_index=True)
    print(f"{len(data)} client-months of 2013, {data['worse'].mean():.0%} worsened in the next quarter")
    print("moved by tuning on 2012:", {name: factor for name, factor in factors.items() if factor != 1})
    for name in ("delay", "untuned", "tuned", "graded"):
        print(f"{name:8s} AUC {auc(data['worse'], data[name]):.3f}")
    rng = np.random.default_rng(2013)
    by_client = dict(list(data.groupby("client")))
    ids = list(by_client)
    for name in ("untuned", "tuned", "graded"):
        differences = []
        for _ in range(500):
            drawn = pd.concat([by_client[i] for i in rng.choice(ids, len(ids))])
            differences.append(auc(drawn["worse"], drawn[name]) - auc(drawn["worse"], drawn["delay"]))
        low, high = np.quantile(differences, [0.025, 0.975])
        whole = auc(data["worse"], data[name]) - auc(data["worse"], data["delay"])
        print(f"{name} less delay alone: {whole:+.3f}, 95 % interval {low:+.3f} to {high:+.3f} (clients drawn anew)")


def quarter_delay(delay: np.ndarray) -> np.ndarray:
    """The mean of the last three months' delays, of those in which something was paid."""
    seen = ~np.isnan(delay)
    total, count = trailing(np.where(seen, delay, 0.0), 3), trailing(seen.astype(float), 3)
    return np.divide(total, count, out=np.full(delay.shape, np.nan), where=count > 0)


def auc(outcome: pd.Series, score: pd.Series) -> float:
    """The probability that a worsening client ranks above another (ties count half)."""
    rank = score.rank()
    events = outcome.sum()
    return float((rank[outcome].sum() - events * (events + 1) / 2) / (events * (len(outcome) - events)))


def speed() -> None:
    """A replay and back-test of 1,000 clients over 40 months."""
    snapshot = company(7, clients=1000, months=40, scale=5.0)
    rows = len(snapshot.invoices)
    started = time.perf_counter()
    replay = replay_warnings(snapshot, load_policy())
    replayed = time.perf_counter()
    back_test(replay, load_policy())
    print(f"{rows:,} invoices: replay {replayed - started:.1f} s, back-test {time.perf_counter() - replayed:.1f} s")


if __name__ == "__main__":
    chosen = sys.argv[1:] or ["speed", "seeds", "ibm"]
    for part in chosen:
        {"seeds": other_seeds, "ibm": ibm, "speed": speed}[part]()
