"""What losing large clients does to revenue, contribution margin and operating profit."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.dependence import client_economics
from kamlib.errors import Fault, raise_faults
from kamlib.financing.break_even import break_even_revenue
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy
from kamlib.stress.cash import CashModel, cash_model
from kamlib.stress.exits import days_held
from kamlib.stress.shocks import losing

BY = ("client", "group")
WEEKS = 52


@dataclass(frozen=True)
class ClientLoss:
    """A year without some clients; amounts of the window, fixed cost unchanged.

    Attributes
    ----------
    steps : DataFrame, one row a step from no loss on
        ``lost`` (how many), ``key, name`` (of the one lost at this step), ``revenue, revenue_lost_share,
        margin, profit`` (what is left of a whole year); ``break_even`` (revenue that would pay the fixed cost at the
        margin rate that is left); and, the contracts kept: ``first_year_revenue, first_year_profit, cash`` (at
        the end of twelve months: revenue runs on through notice and expiry). NaN where it is not known.
    by : {"client", "group"}
    fixed_cost : float
        Of the window; NaN where the run file does not tell, and then ``profit`` is NaN too.
    costed_share : float
        Share of revenue whose cost is known; where it is 0, ``margin`` is NaN.
    floor : float
        Minimum cash of the run file; 0 where it names none.
    """

    steps: pd.DataFrame
    by: str
    fixed_cost: float
    costed_share: float
    floor: float = 0.0

    @property
    def turns_negative_at(self) -> int | None:
        """The fewest lost, in this order, with which operating profit is negative; None if it never is."""
        negative = self.steps.loc[self.steps["profit"] < 0, "lost"]
        return int(negative.iloc[0]) if len(negative) else None

    @property
    def cash_short_at(self) -> int | None:
        """The fewest lost with which cash after twelve months lies below the minimum; None if it never does."""
        short = self.steps.loc[self.steps["cash"] < self.floor, "lost"]
        return int(short.iloc[0]) if len(short) else None


def lose_top(
    snapshot: Snapshot, n: int, by: str = "client", window_months: int = 12, model: CashModel | None = None
) -> ClientLoss:
    """Lose the 1, 2, … `n` largest clients or groups by revenue.

    Parameters
    ----------
    snapshot : Snapshot
    n : int
        At least 1; with fewer clients than `n`, all are lost in the last step.
    by : {"client", "group"}
        Whether clients under common control go together.
    window_months : int
        The months before the snapshot's day that stand for a year's trade.
    model : CashModel or None
        Read already by `kamlib.stress.cash.cash_model`; None reads one by the code's own policy.

    Returns
    -------
    ClientLoss

    Raises
    ------
    DataError
        `n` below 1 or an unknown `by`.

    References
    ----------
    Cost-volume-profit analysis: operating profit = contribution margin - fixed cost, which stays.
    """
    faults = []
    if n < 1:
        faults.append(Fault("n", str(n), "Give a whole number of at least 1."))
    if by not in BY:
        faults.append(Fault("by", by, f"Use one of {', '.join(BY)}."))
    raise_faults(faults)
    economics = client_economics(snapshot, window_months)
    units = _units(economics, by)
    return _ladder(snapshot, economics, units[units["revenue"] > 0].head(n), by, window_months, model)


def lose_clients(
    snapshot: Snapshot, clients: Iterable[str], window_months: int = 12, model: CashModel | None = None
) -> ClientLoss:
    """Lose named clients, in the order given.

    Raises
    ------
    DataError
        A client without revenue in the window.
    """
    economics = client_economics(snapshot, window_months)
    units = _units(economics, "client").set_index("key", drop=False)
    wanted = list(dict.fromkeys(clients))
    raise_faults(
        Fault("clients", client, "Name a client with revenue in the window.")
        for client in wanted
        if client not in units.index
    )
    return _ladder(snapshot, economics, units.loc[wanted].reset_index(drop=True), "client", window_months, model)


def _units(economics: pd.DataFrame, by: str) -> pd.DataFrame:
    key = "client_id" if by == "client" else "group_id"
    ordered = economics.sort_values(["revenue", "client_id"], ascending=[False, True])
    units = ordered.groupby(key, as_index=False, sort=False).agg(
        name=("name", " + ".join), revenue=("revenue", "sum"), margin=("margin", "sum"), members=("client_id", "size")
    )
    units = units.rename(columns={key: "key"}).sort_values(
        ["revenue", "key"], ascending=[False, True], ignore_index=True
    )
    if economics["margin"].isna().all():
        units["margin"] = np.nan
    return units


def _ladder(
    snapshot: Snapshot, economics: pd.DataFrame, lost: pd.DataFrame, by: str, months: int, model: CashModel | None
) -> ClientLoss:
    revenue, margin = float(economics["revenue"].sum()), float(economics["margin"].sum(min_count=1))
    annual = snapshot.company.get("fixed_cost")
    fixed = float(annual) * months / 12 if annual is not None else float("nan")
    left = revenue - np.concatenate([[0.0], lost["revenue"].cumsum()])
    margin_left = margin - np.concatenate([[0.0], lost["margin"].cumsum()])
    steps = pd.DataFrame(
        {
            "lost": np.arange(len(lost) + 1),
            "key": ["", *lost["key"]],
            "name": ["", *lost["name"]],
            "members": [0, *lost["members"]],
            "revenue": left.round(2),
            "revenue_lost_share": 1 - left / revenue if revenue > 0 else np.nan,
            "margin": margin_left.round(2),
            "profit": (margin_left - fixed).round(2),
        }
    )
    runs_on, cash = _within_a_year(snapshot, economics, lost, by, months, model)
    first_year = left + runs_on["revenue"].to_numpy()
    steps["first_year_revenue"] = first_year.round(2)
    steps["first_year_profit"] = (margin_left + runs_on["margin"].to_numpy() - fixed).round(2)
    steps["cash"] = cash.round(2)
    rates = np.divide(margin_left, left, out=np.full(len(left), np.nan), where=left > 0)
    steps["break_even"] = [round(break_even_revenue(fixed, rate), 2) for rate in rates]
    costed = float(economics["costed_revenue"].sum() / revenue) if revenue > 0 else 0.0
    floor = float(snapshot.company.get("minimum_cash") or 0.0)
    return ClientLoss(steps, by, fixed, costed, floor)


def _within_a_year(
    snapshot: Snapshot, economics: pd.DataFrame, lost: pd.DataFrame, by: str, months: int, model: CashModel | None
) -> tuple[pd.DataFrame, np.ndarray]:
    """What the lost clients still bring before their contracts end, and cash after twelve months, after each step."""
    key = "client_id" if by == "client" else "group_id"
    step = economics[key].map(pd.Series(np.arange(1, len(lost) + 1), index=lost["key"])).astype(float)
    held = economics["client_id"].map(days_held(snapshot)).astype(float).fillna(0.0)
    part = (held / (365 * months / 12)).clip(upper=1.0)
    brought = pd.DataFrame({name: economics[name] * part for name in ("revenue", "margin")})
    brought = brought.groupby(step).sum(min_count=1).reindex(range(1, len(lost) + 1))
    brought.loc[0] = 0.0
    if economics["margin"].isna().all():
        return brought.sort_index().cumsum(), np.full(len(lost) + 1, np.nan)
    model = model or cash_model(snapshot, Policy(), WEEKS)
    damage = model.damage(losing(model.clients.index, model.clients.index))[:, -1]
    of_step = model.clients.index.map(pd.Series(step.to_numpy(), index=economics["client_id"]))
    taken = np.bincount(np.nan_to_num(of_step.to_numpy(dtype=float)).astype(int), damage, len(lost) + 1)
    taken[0] = 0.0
    return brought.sort_index().cumsum(), model.calm_path[-1] - np.cumsum(taken)
