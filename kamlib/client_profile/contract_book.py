"""All contracts together: revenue they protect month by month, what to renegotiate, and the churn of the book."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib import churn
from kamlib import contracts as ct
from kamlib.churn import bgnbd
from kamlib.client_profile.book import Book, book_of
from kamlib.client_profile.contract import contracts_in_force
from kamlib.dependence import client_names, revenue_by_client
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy


@dataclass(frozen=True)
class ContractBook:
    """What `review_contracts` found.

    Attributes
    ----------
    contracts : DataFrame, one row a contract in force
        As in `ContractPosition`, with ``name`` and ``revenue`` (of the client in the window).
    renegotiate : DataFrame
        Those to be decided on within the policy's days or past it, largest first, with ``why``: ``ends``,
        ``renews`` or ``lapsed``.
    uncovered : DataFrame
        ``client_id, name, revenue`` of clients without a contract in force, largest first.
    curve : DataFrame
        ``month, protected, committed`` if every client gave notice today.
    ladder : DataFrame
    at_risk : DataFrame
        ``client_id, name, revenue, probability, amount`` of churn, most money first.
    revenue : float
        Of the window.
    """

    date: pd.Timestamp
    currency: str
    contracts: pd.DataFrame
    renegotiate: pd.DataFrame
    uncovered: pd.DataFrame
    curve: pd.DataFrame
    ladder: pd.DataFrame
    at_risk: pd.DataFrame
    book: Book
    revenue: float
    policy: Policy
    absent: bool

    @property
    def protected_year(self) -> float:
        """Revenue of the next twelve months under contract if everybody gave notice today."""
        return float(self.curve["protected"].head(12).sum())


def review_contracts(snapshot: Snapshot, policy: Policy) -> ContractBook:
    """The contracts of all clients as of the snapshot's day, and the churn of the book."""
    rules, day = policy.profile, snapshot.date
    revenue = revenue_by_client(snapshot, policy.concentration.window_months)
    every = snapshot.table("contracts")
    parts = [
        contracts_in_force(own, day, max(float(revenue.get(client, 0.0)), 0.0), policy)
        for client, own in every.groupby("client_id")
    ]
    running = pd.concat(parts, ignore_index=True) if parts else contracts_in_force(every, day, 0.0, policy)
    names = client_names(snapshot, pd.Series([*revenue.index, *running["client_id"]], dtype="str"))
    name_of = names.set_index("client_id")["name"]
    running = running.assign(
        name=running["client_id"].map(name_of),
        revenue=running["client_id"].map(revenue).astype(float).fillna(0.0),
    )
    committed = running["minimum_volume"].fillna(0.0).clip(upper=running["annual_value"])
    curves = [
        ct.protected_revenue(running["exit"], value, day, rules.exit_months, running["start_date"])
        for value in (running["annual_value"], committed)
    ]
    covered = set(running["client_id"])
    free = revenue[(revenue > 0) & ~revenue.index.isin(list(covered))].sort_values(ascending=False)
    book = book_of(snapshot, policy)
    return ContractBook(
        date=day,
        currency=snapshot.currency,
        contracts=running.sort_values(["annual_value", "contract_id"], ascending=[False, True], ignore_index=True),
        renegotiate=_renegotiate(running, day, rules.renegotiate_days),
        uncovered=pd.DataFrame(
            {"client_id": free.index, "name": name_of.reindex(free.index).to_numpy(), "revenue": free.to_numpy()}
        ),
        curve=curves[0].assign(committed=curves[1]["protected"]),
        ladder=ct.expiry_ladder(running, day),
        at_risk=_at_risk(snapshot, book, revenue, name_of),
        book=book,
        revenue=float(revenue.sum()),
        policy=policy,
        absent=snapshot.absent("contracts"),
    )


def _renegotiate(running: pd.DataFrame, day: pd.Timestamp, within: int) -> pd.DataFrame:
    """Contracts whose last day to decide lies within so many days, or whose recorded end has passed."""
    soon = running["decide_by"].between(day - pd.Timedelta(days=within), day + pd.Timedelta(days=within))
    found = running[running["lapsed"] | (soon & (running["end_date"] >= day))]
    why = np.where(found["lapsed"], "lapsed", np.where(found["auto_renews"], "renews", "ends"))
    return found.assign(why=why).sort_values(
        ["annual_value", "contract_id"], ascending=[False, True], ignore_index=True
    )


def _at_risk(snapshot: Snapshot, book: Book, revenue: pd.Series, name_of: pd.Series) -> pd.DataFrame:
    """A year's revenue times the chance of churn, client by client; clients that no method reaches are left out."""
    live = revenue[revenue > 0]
    held = live[live.index.isin(snapshot.table("contracts")["client_id"].unique())]
    chance = pd.Series(np.nan, index=live.index)
    lives = book.lives.set_index("client_id")
    if len(lives):
        periods = churn.client_periods(book.lives["quarters"], book.lives["lost"])
        ages = lives["quarters"].reindex(held.index).fillna(1).astype(int) + 1
        by_age = {age: churn.over_periods(churn.discrete_hazard(periods, age).probability, 4) for age in ages.unique()}
        chance.loc[held.index] = ages.map(by_age)
        chance.loc[held.index[lives["lost"].reindex(held.index, fill_value=False).to_numpy(dtype=bool)]] = 1.0
    if book.model is not None:
        invoices = snapshot.revenue
        bought = invoices.loc[invoices["reporting_amount"] > 0, ["client_id", "issue_date"]]
        bought = bought[bought["client_id"].isin(live.index.difference(held.index))]
        known = bgnbd.buying_summary(bought.rename(columns={"issue_date": "date"}), snapshot.date)
        alive = bgnbd.alive_probability(book.model, known["frequency"], known["recency"], known["age"])
        chance.loc[known.index] = 1 - alive
    found = pd.DataFrame(
        {
            "client_id": live.index,
            "name": name_of.reindex(live.index).to_numpy(),
            "revenue": live.to_numpy(),
            "probability": chance.to_numpy(),
        }
    ).dropna(subset=["probability"])
    found["amount"] = found["revenue"] * found["probability"]
    return found.sort_values(["amount", "client_id"], ascending=[False, True], ignore_index=True)
