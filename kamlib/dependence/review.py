"""How dependent the company is on its clients: shares by client and group, indices, change on a year before."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib import concentration
from kamlib.concentration import bootstrap_intervals, concentration_indices
from kamlib.dependence.economics import (
    client_economics,
    client_names,
    group_names,
    open_balances,
    reaches_back,
    resampling_sums,
    revenue_by_client,
    window_start,
)
from kamlib.errors import DataError, Fault
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy
from kamlib.receivables import CENT

MEASURES = ("revenue", "margin", "exposure")


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
        Columns ``client`` and ``group`` (revenue of the window), ``margin`` and ``margin_group`` (its contribution
        margin), ``exposure`` and ``exposure_group`` (open balances), ``prior`` (revenue by client, the window
        before), ``ledger`` (by client, all revenue up to the date); NaN where nothing can be computed. Clients
        and groups whose amount is zero or less stand outside.
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
    if not reaches_back(snapshot, months):
        prior = prior.iloc[:0]  # a part of a year is no year to compare with
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
    }
    balances = open_balances(snapshot)
    if snapshot.absent("receipts"):
        balances = balances.iloc[:0]  # what is billed says nothing of what is open
    owner = client_names(snapshot, balances.index.to_series()).set_index("client_id")["group_id"]
    for name, amounts, group in (
        ("margin", economics.set_index("client_id")["margin"], economics.set_index("client_id")["group_id"]),
        ("exposure", balances, owner),
    ):
        columns[name] = amounts[amounts > CENT]
        summed = amounts.groupby(group.reindex(amounts.index)).sum(min_count=1)
        columns[f"{name}_group"] = summed[summed > CENT]
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


def index_intervals(snapshot: Snapshot, policy: Policy) -> pd.DataFrame:
    """Bootstrap intervals of every index on revenue, margin and exposure, by client and by group.

    Invoices are resampled, not clients: see `kamlib.concentration.bootstrap_intervals`.

    Returns
    -------
    DataFrame, one row an index of `INDICES`
        Columns are pairs: ``client, group, margin, margin_group, exposure, exposure_group`` × ``low, high``.
    """
    settings = policy.concentration.bootstrap
    sums = resampling_sums(snapshot, policy.concentration.window_months)
    found = {}
    for measure in MEASURES:
        known = sums[(sums[measure] > CENT) & sums[f"{measure}_squares"].notna()]
        alone, together = ("client", "group") if measure == "revenue" else (measure, f"{measure}_group")
        shared = known["group_id"].duplicated().any()
        arguments = {"draws": settings.draws, "level": settings.level, "seed": settings.seed}
        found[alone] = bootstrap_intervals(known[measure], known[f"{measure}_squares"], **arguments)
        found[together] = (
            bootstrap_intervals(known[measure], known[f"{measure}_squares"], known["group_id"], **arguments)
            if shared
            else found[alone]
        )
    return pd.concat(found, axis=1)


def _rank(economics: pd.DataFrame) -> pd.DataFrame:
    return economics.sort_values(["revenue", "client_id"], ascending=[False, True], ignore_index=True)


def _by_group(ranked: pd.DataFrame) -> pd.DataFrame:
    by = ranked.groupby("group_id", sort=False)
    groups = by.agg(members=("client_id", "size"), revenue=("revenue", "sum"))
    groups.insert(0, "name", group_names(ranked).reindex(groups.index))
    groups["margin"] = by["margin"].sum(min_count=1)
    groups = groups.reset_index().sort_values(["revenue", "group_id"], ascending=[False, True], ignore_index=True)
    groups["share"] = concentration.revenue_shares(groups["revenue"])
    return groups
