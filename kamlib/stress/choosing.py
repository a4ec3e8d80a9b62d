"""What each client adds to the loss of any set of clients: the figures behind a page where one chooses."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.dependence import client_economics
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy
from kamlib.stress.cash import CashModel, cash_model
from kamlib.stress.exits import days_held
from kamlib.stress.losing import WEEKS
from kamlib.stress.shocks import losing


@dataclass(frozen=True)
class LossParts:
    """A year's trade, and what each client takes along; the loss of a set is the sum of its clients' parts.

    Attributes
    ----------
    clients : DataFrame, index client_id, largest revenue first
        ``name, revenue, margin`` (of a whole year), ``kept_margin`` (its contracts still bring in the first year),
        ``cash`` (lost by the end of twelve months). NaN where it is not known.
    revenue, margin, fixed_cost, cash : float
        Of the whole company before any loss; NaN where it is not known.
    floor : float
        Minimum cash of the run file; 0 where it names none.
    """

    clients: pd.DataFrame
    currency: str
    revenue: float
    margin: float
    fixed_cost: float
    cash: float
    floor: float


def loss_parts(snapshot: Snapshot, policy: Policy, model: CashModel | None = None) -> LossParts:
    """What every client with revenue adds to a loss; sums agree with `kamlib.stress.lose_clients`.

    Parameters
    ----------
    snapshot : Snapshot
    policy : Policy
        Its window is the year.
    model : CashModel or None
        Read already by `kamlib.stress.cash_model`.
    """
    months = policy.concentration.window_months
    economics = client_economics(snapshot, months)
    annual = snapshot.company.get("fixed_cost")
    clients = economics.sort_values(["revenue", "client_id"], ascending=[False, True]).set_index("client_id")
    part = (clients.index.map(days_held(snapshot)).astype(float).fillna(0.0) / (365 * months / 12)).to_numpy()
    clients["kept_margin"] = clients["margin"] * np.minimum(part, 1.0)
    clients["cash"], level = np.nan, float("nan")
    if clients["margin"].notna().any():
        model = model or cash_model(snapshot, policy, WEEKS)
        damage = model.damage(losing(model.clients.index, model.clients.index))[:, -1]
        clients["cash"] = pd.Series(damage, index=model.clients.index).reindex(clients.index)
        level = float(model.calm_path[-1])
    return LossParts(
        clients=clients.loc[clients["revenue"] > 0, ["name", "revenue", "margin", "kept_margin", "cash"]],
        currency=snapshot.currency,
        revenue=float(economics["revenue"].sum()),
        margin=float(economics["margin"].sum(min_count=1)),
        fixed_cost=float(annual) * months / 12 if annual is not None else float("nan"),
        cash=level,
        floor=float(snapshot.company.get("minimum_cash") or 0.0),
    )
