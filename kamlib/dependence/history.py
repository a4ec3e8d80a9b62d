"""How the concentration came about: eight quarters of indices, each change split by what clients did."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.concentration import concentration_indices, split_change
from kamlib.dependence.economics import client_names, window_start
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy
from kamlib.receivables import CENT

CHANGES = ("entry", "exit", "growth", "shrinkage")
QUARTER = 3  # months


@dataclass(frozen=True)
class ConcentrationHistory:
    """What `review_history` found.

    Attributes
    ----------
    quarters : DataFrame, one row a quarter's end, oldest first
        ``date``, the indices ``hhi, cr1, cr5, effective_number, count``, and from the second row on ``change`` of
        the HHI with its parts ``entry, exit, growth, shrinkage``, which add up to it.
    clients : DataFrame, one row a client, the largest contribution first
        ``client_id, name, kind`` (of the whole span), ``before, after`` (revenue at its two ends) and
        ``contribution`` to the change of the HHI from the first to the last row of `quarters`.
    window_months : int
        Months of revenue behind each row: the policy's, or a quarter where the ledger is too short for it.
    """

    quarters: pd.DataFrame
    clients: pd.DataFrame
    window_months: int

    @property
    def change(self) -> float:
        """Of the HHI over the whole span; NaN for a single row."""
        hhi = self.quarters["hhi"]
        return float(hhi.iloc[-1] - hhi.iloc[0]) if len(hhi) > 1 else float("nan")


def review_history(snapshot: Snapshot, policy: Policy) -> ConcentrationHistory:
    """Indices by client at the end of each quarter up to the snapshot's day, and why the HHI changed.

    Each row looks at the months of the policy's window up to its own day, so that seasons do not show. Days whose
    window begins before the ledger does are left out; where fewer than three days remain, single quarters are
    looked at instead.
    """
    settings = policy.concentration
    revenue = snapshot.revenue[["client_id", "issue_date", "reporting_amount"]]
    dates = [_quarters_back(snapshot.date, step) for step in range(settings.history_quarters, -1, -1)]
    months = settings.window_months
    shown = _covered(revenue, dates, months)
    if len(shown) < 3 and months > QUARTER:
        months, shown = QUARTER, _covered(revenue, dates, QUARTER)
    windows = {date: _amounts(revenue, date, months) for date in shown}
    windows = {date: amounts for date, amounts in windows.items() if len(amounts)}
    rows, before = [], None
    for date, amounts in windows.items():
        indices = concentration_indices(amounts)
        row = {"date": date} | indices[["hhi", "cr1", "cr5", "effective_number", "count"]].to_dict()
        if before is not None:
            split = split_change(before, amounts)
            parts = split.groupby("kind")["contribution"].sum()
            row |= {"change": split["contribution"].sum(), **{kind: parts.get(kind, 0.0) for kind in CHANGES}}
        rows.append(row)
        before = amounts
    columns = ["date", "hhi", "cr1", "cr5", "effective_number", "count", "change", *CHANGES]
    quarters = pd.DataFrame(rows).reindex(columns=columns)
    clients = pd.DataFrame(columns=["client_id", "name", "kind", "before", "after", "contribution"])
    if len(windows) > 1:
        first, *_, last = windows.values()
        clients = split_change(first, last).rename_axis("client_id").reset_index()
        clients = clients.merge(client_names(snapshot, clients["client_id"])[["client_id", "name"]], on="client_id")
        order = np.lexsort((clients["client_id"].to_numpy(dtype=object), -clients["contribution"].abs().to_numpy()))
        clients = clients.iloc[order].reset_index(drop=True)
    return ConcentrationHistory(quarters, clients, months)


def _quarters_back(day: pd.Timestamp, quarters: int) -> pd.Timestamp:
    return window_start(day, QUARTER * quarters) if quarters else day


def _covered(revenue: pd.DataFrame, dates: list[pd.Timestamp], months: int) -> list[pd.Timestamp]:
    """The days whose window lies within the ledger; the month of the first invoice counts as whole."""
    if revenue.empty:
        return []
    first = revenue["issue_date"].min().to_period("M").start_time - pd.Timedelta(days=1)
    return [date for date in dates if window_start(date, months) >= first]


def _amounts(revenue: pd.DataFrame, date: pd.Timestamp, months: int) -> pd.Series:
    within = (revenue["issue_date"] > window_start(date, months)) & (revenue["issue_date"] <= date)
    amounts = revenue[within].groupby("client_id")["reporting_amount"].sum()
    return amounts[amounts > CENT]
