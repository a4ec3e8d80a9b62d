"""Weekly cash of the company, client by client, so that any set of clients can be shocked."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from kamlib.dependence import client_economics
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy
from kamlib.stress.collections import Receivables, collection_kernel, payment_chances, read_receivables
from kamlib.stress.exits import days_held
from kamlib.stress.shocks import no_shock

DAYS_A_MONTH = 365 / 12
NEEDED = ("fixed_cost", "opening_cash")
QUARTER = 13  # weeks


@dataclass(frozen=True)
class CashModel:
    """All that a cash path needs, read once.

    Attributes
    ----------
    clients : DataFrame, index client_id, largest revenue first
        ``name, group_id, revenue`` and ``margin`` a year, ``days_held`` by contracts.
    receivables : Receivables
    weeks : int
    company : mapping
        What the run file tells.
    margin_assumed : bool
        Whether no cost is known, so that margins rest on the policy's rate.
    """

    clients: pd.DataFrame
    receivables: Receivables
    weeks: int
    company: dict
    policy: Policy
    margin_assumed: bool

    @property
    def missing(self) -> tuple[str, ...]:
        """Facts of the company without which there is no level of cash."""
        return tuple(name for name in NEEDED if self.company.get(name) is None)

    @property
    def floor(self) -> float:
        """Cash that must not be undercut; zero where the run file names none."""
        return float(self.company.get("minimum_cash") or 0.0)

    def receipts(self, shock: pd.DataFrame) -> np.ndarray:
        """Money expected from each client in each week: of what is open, and of what it buys from here on.

        Returns
        -------
        array, shape (n_clients, weeks)
        """
        return self._from_open(shock) + self._collected(self.sales(shock), shock)

    def sales(self, shock: pd.DataFrame) -> np.ndarray:
        """What each client is billed in each week, at its last year's pace, after the shock."""
        return self._pace(shock) * (1 - shock["price"].to_numpy())[:, None]

    def damage(self, shock: pd.DataFrame) -> np.ndarray:
        """Cash that each client's shock has cost by the end of each week; rising in every part of the shock.

        What is not sold is not bought either, but its cost falls away no sooner than its money would have come:
        what is ordered already cannot be cancelled. So a loss never improves cash on the way.

        Returns
        -------
        array, shape (n_clients, weeks)
        """
        calm = no_shock(self.clients.index)
        lost = self.receipts(calm) - self.receipts(shock)
        variable = 1 - self._rate
        spared = self._collected(self._pace(calm) - self._pace(shock), shock) * variable[:, None]
        return np.cumsum(lost - spared, axis=1)

    @cached_property
    def calm_path(self) -> np.ndarray:
        """Cash at the end of each week if nothing happens; NaN where the company does not tell enough.

        Returns
        -------
        array, shape (weeks,)
        """
        calm = no_shock(self.clients.index)
        income = self.receipts(calm).sum(axis=0)
        weekly_cost = float((self.clients["revenue"] * (1 - self._rate)).sum()) * 7 / 365
        fixed = float(self.company.get("fixed_cost", np.nan)) * 7 / 365
        service = float(self.company.get("interest") or 0.0) + float(self.company.get("principal") or 0.0)
        debt = np.where(np.arange(1, self.weeks + 1) % QUARTER == 0, service / 4, 0.0)
        opening = float(self.company.get("opening_cash", np.nan))
        return opening + np.cumsum(income - weekly_cost - fixed - debt)

    def path(self, shock: pd.DataFrame) -> np.ndarray:
        """Cash at the end of each week after a shock."""
        return self.calm_path - self.damage(shock).sum(axis=0)

    def balances(self, shock: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        """What each client owes at the end of each week, and what of it is too old to be lent on.

        Returns
        -------
        two arrays, shape (n_clients, weeks + 1)
            The first column is the snapshot's own day.
        """
        limit = self.policy.stress.borrowing_base.ineligible_after_days
        items, later, stopped = self.receivables.items, shock["later_days"], _stopped_days(shock)
        chances = payment_chances(self.receivables, self.weeks, later, stopped)
        gone = shock["fails"].reindex(items["client_id"]).to_numpy(dtype=bool)
        chances[gone] = 0.0
        left = (
            np.hstack([np.ones((len(items), 1)), 1 - np.cumsum(chances, axis=1)]) * items["amount"].to_numpy()[:, None]
        )
        age = 7 * np.arange(self.weeks + 1) - items["due_days"].to_numpy()[:, None]
        owed, old = self._by_client(left), self._by_client(left * (age > limit))
        sales = self.sales(shock)
        paid = np.cumsum(self._collected(sales, shock), axis=1)
        owed[:, 1:] += np.cumsum(sales, axis=1) - paid
        old_after = int(np.ceil((limit + float(self.receivables.terms.mean())) / 7))
        if old_after < self.weeks:
            billed_then = np.cumsum(sales, axis=1)[:, : self.weeks - old_after]
            old[:, 1 + old_after :] += np.clip(billed_then - paid[:, old_after:], 0, None)
        return np.clip(owed, 0, None), np.minimum(np.clip(old, 0, None), np.clip(owed, 0, None))

    @property
    def _rate(self) -> np.ndarray:
        revenue = self.clients["revenue"].to_numpy()
        return np.divide(self.clients["margin"].to_numpy(), revenue, out=np.zeros(len(revenue)), where=revenue > 0)

    def _pace(self, shock: pd.DataFrame) -> np.ndarray:
        """Sales of each week at the old price."""
        week_ends = 7 * np.arange(1, self.weeks + 1)
        bought = np.clip((self.clients["days_held"].to_numpy()[:, None] - week_ends + 7) / 7, 0, 1)
        part = np.where(shock["leaves"].to_numpy()[:, None], bought, 1.0)
        part = np.where(shock["fails"].to_numpy()[:, None], 0.0, part) * (1 - shock["volume"].to_numpy())[:, None]
        return part * (self.clients["revenue"].to_numpy() * 7 / 365)[:, None]

    def _from_open(self, shock: pd.DataFrame) -> np.ndarray:
        items = self.receivables.items
        chances = payment_chances(self.receivables, self.weeks, shock["later_days"], _stopped_days(shock))
        expected = self._by_client(chances * items["amount"].to_numpy()[:, None])
        expected[shock["fails"].to_numpy(dtype=bool)] = 0.0
        return expected

    def _collected(self, sales: np.ndarray, shock: pd.DataFrame) -> np.ndarray:
        kernel = collection_kernel(self.receivables, self.weeks, shock["later_days"])
        cash = np.zeros_like(sales)
        for lag in range(self.weeks):
            if kernel[:, lag].any():
                cash[:, lag:] += sales[:, : self.weeks - lag] * kernel[:, [lag]]
        stopped = _stopped_days(shock).to_numpy() / 7
        for row in np.flatnonzero(stopped > 0):
            until = min(int(np.ceil(stopped[row])), self.weeks)
            held_back = cash[row, :until].sum()
            cash[row, :until] = 0.0
            if until < self.weeks:
                cash[row, until] += held_back
        return cash

    def _by_client(self, rows: np.ndarray) -> np.ndarray:
        position = self.clients.index.get_indexer(self.receivables.items["client_id"])
        sums = np.zeros((len(self.clients), rows.shape[1]))
        np.add.at(sums, position, rows)
        return sums


def cash_model(snapshot: Snapshot, policy: Policy, weeks: int | None = None) -> CashModel:
    """Read what a cash path needs: economics, open items, delays, contracts, and the company's own facts."""
    months = policy.concentration.window_months
    economics = client_economics(snapshot, months)
    economics = economics[economics["revenue"] > 0].sort_values(["revenue", "client_id"], ascending=[False, True])
    assumed = bool(economics["margin"].isna().all())
    margin = economics["revenue"] * policy.stress.assumed_margin_rate if assumed else economics["margin"]
    clients = economics.assign(margin=margin).set_index("client_id")[["name", "group_id", "revenue", "margin"]]
    clients[["revenue", "margin"]] *= 12 / months
    clients["days_held"] = days_held(snapshot).reindex(clients.index).fillna(0.0)
    receivables = read_receivables(snapshot, policy, clients.index)
    weeks = weeks or policy.stress.survival_weeks
    return CashModel(clients, receivables, weeks, dict(snapshot.company), policy, assumed)


def _stopped_days(shock: pd.DataFrame) -> pd.Series:
    return shock["stopped_months"] * DAYS_A_MONTH
