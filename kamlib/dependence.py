"""How dependent the company is on its clients: economics by client and group, indices, change on a year before."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib import concentration
from kamlib.errors import DataError, Fault
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy
from kamlib.receivables import CENT

INDICES = ("cr1", "cr3", "cr5", "cr10", "hhi", "effective_number", "gini", "hall_tideman", "theil", "entropy", "count")


@dataclass(frozen=True)
class Dependence:
    """What `review_dependence` found.

    Attributes
    ----------
    snapshot_date, window_start : Timestamp
        Revenue is counted after `window_start` and up to `snapshot_date`.
    currency : str
    clients : DataFrame, one row a client with positive revenue, largest first
        ``client_id, name, group_id, revenue, share, prior_revenue, change, prior_share``; the last two are NaN
        where the ledger does not reach a year back.
    groups : DataFrame, the same by group under common control
        ``group_id, name, members, revenue, share``.
    indices : DataFrame, one row an index of `INDICES`
        Columns ``client`` and ``group`` (revenue of the window), ``prior`` (by client, the window before),
        ``ledger`` (by client, all revenue up to the date), ``exposure`` (by client, open balances); NaN where
        nothing can be computed.
    lorenz : DataFrame
        Of revenue by client.
    prior_revenue : float
        Of all clients in the window before, also of those lost since; NaN where the ledger does not reach back.
    left_out : int
        Clients with revenue in the window that sums to zero or less: they have no share.
    has_groups : bool
        Whether any two clients belong to one group.
    """

    snapshot_date: pd.Timestamp
    window_start: pd.Timestamp
    currency: str
    clients: pd.DataFrame
    groups: pd.DataFrame
    indices: pd.DataFrame
    lorenz: pd.DataFrame
    prior_revenue: float
    left_out: int
    has_groups: bool
    policy: Policy

    @property
    def revenue(self) -> float:
        """Of the window, all clients."""
        return float(self.clients["revenue"].sum())


def review_dependence(snapshot: Snapshot, policy: Policy) -> Dependence:
    """Shares and indices of concentration as of the snapshot's day.

    Raises
    ------
    DataError
        No revenue in the window.
    """
    months = policy.concentration.window_months
    start = window_start(snapshot.date, months)
    economics = client_economics(snapshot, months)
    ranked = _rank(economics[economics["revenue"] > CENT])
    if ranked.empty:
        day = f"{snapshot.date:%Y-%m-%d}"
        raise DataError(
            Fault(
                "as_of",
                day,
                f"No positive revenue in the {months} months before: choose another day, or check the amounts.",
            )
        )
    ranked["share"] = concentration.revenue_shares(ranked["revenue"])
    prior = revenue_by_client(snapshot.as_of(start), months).rename("prior_revenue")
    ranked = ranked.join(prior, on="client_id").fillna({"prior_revenue": 0.0})
    all_prior = prior[prior > CENT]
    ranked["change"] = ranked["revenue"] - ranked["prior_revenue"] if len(all_prior) else np.nan
    ranked["prior_share"] = ranked["prior_revenue"].clip(lower=0) / all_prior.sum() if len(all_prior) else np.nan
    groups = _by_group(ranked)
    ledger = snapshot.revenue.groupby("client_id")["reporting_amount"].sum()
    columns = {
        "client": ranked["revenue"],
        "group": groups["revenue"],
        "prior": all_prior,
        "ledger": ledger[ledger > CENT],
        "exposure": open_balances(snapshot).loc[lambda balance: balance > CENT],
    }
    indices = pd.DataFrame({name: concentration_indices(amounts) for name, amounts in columns.items()})
    return Dependence(
        snapshot_date=snapshot.date,
        window_start=start,
        currency=snapshot.currency,
        clients=ranked,
        groups=groups,
        indices=indices,
        lorenz=concentration.lorenz_curve(ranked["revenue"]),
        prior_revenue=float(prior.sum()) if len(all_prior) else float("nan"),
        left_out=int((economics["revenue"] <= CENT).sum()),
        has_groups=bool((groups["members"] > 1).any()),
        policy=policy,
    )


def concentration_indices(amounts: pd.Series) -> pd.Series:
    """Every index of `INDICES` of one set of amounts; NaN for an empty set."""
    if amounts.empty:
        return pd.Series(np.nan, index=list(INDICES))
    values = {f"cr{k}": concentration.concentration_ratio(amounts, k) for k in (1, 3, 5, 10)}
    values |= {
        "hhi": concentration.herfindahl_index(amounts),
        "effective_number": concentration.effective_number(amounts),
        "gini": concentration.gini_coefficient(amounts),
        "hall_tideman": concentration.hall_tideman_index(amounts),
        "theil": concentration.theil_index(amounts),
        "entropy": concentration.shannon_entropy(amounts),
        "count": float((amounts > 0).sum()),
    }
    return pd.Series(values)[list(INDICES)]


def window_start(day: pd.Timestamp, months: int) -> pd.Timestamp:
    """The day after which a window of whole months up to `day` begins; month ends meet month ends."""
    if day.is_month_end:
        return (day - pd.offsets.MonthEnd(months)).normalize()
    return (day - pd.DateOffset(months=months)).normalize()


def revenue_by_client(snapshot: Snapshot, months: int) -> pd.Series:
    """Revenue of each client in the months up to the snapshot's day, in the reporting currency."""
    revenue = snapshot.revenue
    recent = revenue[revenue["issue_date"] > window_start(snapshot.date, months)]
    return recent.groupby("client_id")["reporting_amount"].sum()


def client_economics(snapshot: Snapshot, months: int) -> pd.DataFrame:
    """Revenue and contribution margin of each client in the months up to the snapshot's day.

    Returns
    -------
    DataFrame, one row a client
        ``client_id, name, group_id, revenue, costed_revenue, margin``. A client whose cost is known in part
        has the margin rate of that part on all its revenue; where it is not known at all, the rate of the
        whole book; where no cost is known of anyone, ``margin`` is NaN.
    """
    revenue = snapshot.revenue
    recent = revenue[revenue["issue_date"] > window_start(snapshot.date, months)]
    costed = recent["reporting_cost"].notna()
    lines = pd.DataFrame(
        {
            "client_id": recent["client_id"],
            "revenue": recent["reporting_amount"],
            "costed_revenue": recent["reporting_amount"].where(costed, 0.0),
            "known_margin": (recent["reporting_amount"] - recent["reporting_cost"]).where(costed, 0.0),
        }
    )
    sums = lines.groupby("client_id", as_index=False).sum()
    total = sums["costed_revenue"].sum()
    book_rate = sums["known_margin"].sum() / total if total > CENT else np.nan
    own_rate = (sums["known_margin"] / sums["costed_revenue"]).where(sums["costed_revenue"] > CENT)
    estimated = sums["revenue"] * own_rate.fillna(book_rate)
    whole = (sums["revenue"] - sums["costed_revenue"]).abs() < CENT
    sums["margin"] = sums["known_margin"].where(whole & (total > CENT), estimated)
    return sums.drop(columns="known_margin").merge(client_names(snapshot, sums["client_id"]), on="client_id")


def client_names(snapshot: Snapshot, client_ids: pd.Series) -> pd.DataFrame:
    """``client_id, name, group_id`` of clients; the id stands in where the table is silent."""
    known = snapshot.table("clients")[["client_id", "name", "group_id"]]
    names = pd.DataFrame({"client_id": client_ids.unique()}).merge(known, on="client_id", how="left")
    for column in ("name", "group_id"):
        names[column] = names[column].astype("str").where(names[column].notna(), names["client_id"])
    return names


def open_balances(snapshot: Snapshot) -> pd.Series:
    """What each client owes on the day: billed less received, each currency at its closing rate."""
    invoices, receipts = snapshot.invoices, snapshot.receipts
    billed = invoices.groupby(["client_id", "currency"])["amount"].sum()
    received = receipts.groupby(["client_id", "currency"])["amount"].sum()
    balance = billed.sub(received, fill_value=0.0).rename("amount").reset_index()
    balance["rate"] = balance["currency"].map(
        {code: snapshot.closing_rate(code) for code in balance["currency"].unique()}
    )
    balance["amount"] = (balance["amount"] * balance["rate"]).round(2)
    return balance.groupby("client_id")["amount"].sum()


def _rank(economics: pd.DataFrame) -> pd.DataFrame:
    return economics.sort_values(["revenue", "client_id"], ascending=[False, True], ignore_index=True)


def _by_group(ranked: pd.DataFrame) -> pd.DataFrame:
    groups = ranked.groupby("group_id", as_index=False, sort=False).agg(
        name=("name", " + ".join), members=("client_id", "size"), revenue=("revenue", "sum"), margin=("margin", "sum")
    )
    groups = groups.sort_values(["revenue", "group_id"], ascending=[False, True], ignore_index=True)
    groups["share"] = concentration.revenue_shares(groups["revenue"])
    return groups
