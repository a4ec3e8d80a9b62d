"""How long the company lives after a shock: weekly cash, the credit line, covenants."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.errors import Fault, raise_faults
from kamlib.financing.lending import borrowing_base, debt_service_coverage
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy
from kamlib.stress.cash import CashModel, cash_model
from kamlib.stress.shocks import losing, shock_of

HOW = ("leaves", "fails")


@dataclass(frozen=True)
class Survival:
    """What `survival` found, in the reporting currency.

    Attributes
    ----------
    path : DataFrame, one row a week
        ``week, date, cash`` (own, without borrowing), ``line`` (what may be borrowed then), ``liquidity`` (both
        together), ``base_cash`` (if nothing had happened). NaN where the company's facts are missing.
    floor : float
        Minimum cash.
    weeks_of_cash, weeks_of_liquidity : int or None
        Whole weeks until own cash, or cash and line together, first lies below the floor; None within the horizon.
    covenants : DataFrame, one row a covenant
        ``covenant, value, limit, kept, agreed``: DSCR and leverage on a year's profit after the shock, and minimum
        cash. ``agreed`` tells whether the limit is the company's own or the policy's usual one.
    profit, base_profit : float
        Operating profit of a whole year after the shock, and before; NaN without fixed cost.
    line_now, line_after : float
        What may be borrowed today, and at the worst of the horizon.
    missing : tuple of str
        Facts of the company that the run file does not tell.
    margin_assumed, payments_known : bool
        Whether margins rest on the policy's rate, and whether delays are learnt from payments.
    lost : tuple of str
    """

    path: pd.DataFrame
    floor: float
    weeks_of_cash: int | None
    weeks_of_liquidity: int | None
    covenants: pd.DataFrame
    profit: float
    base_profit: float
    line_now: float
    line_after: float
    missing: tuple[str, ...]
    margin_assumed: bool
    payments_known: bool
    lost: tuple[str, ...]

    @property
    def cash_after(self) -> float:
        """Own cash at the end of the horizon."""
        return float(self.path["cash"].iloc[-1])

    @property
    def lowest_cash(self) -> float:
        """The least own cash within the horizon."""
        return float(self.path["cash"].min())


def survival(
    snapshot: Snapshot,
    policy: Policy | None = None,
    lost: Collection[str] = (),
    how: str = "leaves",
    shock: pd.DataFrame | None = None,
    weeks: int | None = None,
    model: CashModel | None = None,
) -> Survival:
    """Follow cash week by week after a shock.

    Open items are paid by each client's own delays, sales go on at last year's pace, cost follows them, fixed cost and
    debt service are paid. Sales tax and income tax are not counted.

    Parameters
    ----------
    snapshot : Snapshot
    policy : Policy or None
        None takes the defaults of the code.
    lost : collection of str
        Clients that go.
    how : {"leaves", "fails"}
        They buy on through notice and expiry and pay what they owe; or they buy and pay nothing from today on.
    shock : DataFrame or None
        In place of `lost`: any mix, see `kamlib.stress.shocks.no_shock`.
    weeks : int or None
        Horizon; None takes the policy's.
    model : CashModel or None
        One that has been read already, so that several questions read the ledger once.

    Returns
    -------
    Survival

    Raises
    ------
    DataError
        A client without revenue in the window, an unknown `how`, or a horizon below one week.
    """
    policy = policy or Policy()
    faults = [Fault("how", how, f"Use one of {', '.join(HOW)}.")] if how not in HOW else []
    if weeks is not None and weeks < 1:
        faults.append(Fault("weeks", str(weeks), "Give at least 1."))
    raise_faults(faults)
    model = model or cash_model(snapshot, policy, weeks)
    raise_faults(
        Fault("lost", client, "Name a client with revenue in the window.")
        for client in lost
        if client not in model.clients.index
    )
    return follow(model, losing(model.clients.index, lost, how) if shock is None else shock, snapshot.date, tuple(lost))


def follow(model: CashModel, shock: pd.DataFrame, day: pd.Timestamp, lost: tuple[str, ...] = ()) -> Survival:
    """The path of a model that has been read already; see `survival`."""
    cash = model.path(shock)
    line = credit_line(model, shock)
    path = pd.DataFrame(
        {
            "week": np.arange(1, model.weeks + 1),
            "date": day + pd.to_timedelta(7 * np.arange(1, model.weeks + 1), unit="D"),
            "cash": cash.round(2),
            "line": line[1:].round(2),
            "liquidity": (cash + line[1:]).round(2),
            "base_cash": model.calm_path.round(2),
        }
    )
    base_profit = float(model.clients["margin"].sum()) - float(model.company.get("fixed_cost", np.nan))
    profit = base_profit - float(margin_lost(model, shock).sum())
    known = not model.missing
    return Survival(
        path=path,
        floor=model.floor,
        weeks_of_cash=_weeks_until(path["cash"], model.floor) if known else None,
        weeks_of_liquidity=_weeks_until(path["liquidity"], model.floor) if known else None,
        covenants=_covenants(model, profit, path["cash"].min()),
        profit=profit,
        base_profit=base_profit,
        line_now=float(line[0]),
        line_after=float(line[1:].min()),
        missing=model.missing,
        margin_assumed=model.margin_assumed,
        payments_known=model.receivables.payments_known,
        lost=lost,
    )


def margin_lost(model: CashModel, shock: pd.DataFrame) -> pd.Series:
    """Contribution margin of a whole year that each client's shock takes, after any notice has run out."""
    clients = model.clients
    gone = shock["leaves"] | shock["fails"]
    kept = (1 - shock["volume"]).where(~gone, 0.0)
    return clients["margin"] - kept * (clients["margin"] - clients["revenue"] * shock["price"])


def credit_line(model: CashModel, shock: pd.DataFrame) -> np.ndarray:
    """What may be borrowed today and at the end of each week: the line agreed, at most the borrowing base."""
    rules = model.policy.stress.borrowing_base
    base = borrowing_base(
        *model.balances(shock),
        advance_rate=float(model.company.get("advance_rate") or rules.advance_rate),
        concentration_cap=rules.concentration_cap,
        cross_ageing_share=rules.cross_ageing_share,
    )
    return np.minimum(base, float(model.company.get("credit_line") or 0.0))


def compare_scenarios(snapshot: Snapshot, policy: Policy, model: CashModel | None = None) -> pd.DataFrame:
    """Every scenario of the policy beside the base.

    Returns
    -------
    DataFrame, one row a scenario, the first the base
        ``number`` (position in the policy; −1 for the base), ``margin_lost, profit, lowest_cash, cash_after,
        line_after, weeks_of_cash`` (NaN: not within the horizon).
    """
    model = model or cash_model(snapshot, policy)
    rows = []
    shocks = [losing(model.clients.index, ())]
    shocks += [shock_of(scenario, model.clients.index) for scenario in policy.stress.scenarios]
    for number, shock in enumerate(shocks, -1):
        found = follow(model, shock, snapshot.date)
        weeks = float("nan") if found.weeks_of_cash is None else float(found.weeks_of_cash)
        lost = float(margin_lost(model, shock).sum())
        rows.append((number, lost, found.profit, found.lowest_cash, found.cash_after, found.line_after, weeks))
    names = ["number", "margin_lost", "profit", "lowest_cash", "cash_after", "line_after", "weeks_of_cash"]
    return pd.DataFrame(rows, columns=names)


def covenant_limits(model: CashModel) -> dict[str, tuple[float, bool]]:
    """DSCR and leverage: the limit, and whether the company's own or the policy's usual one."""
    agreed, usual = model.company.get("covenants") or {}, model.policy.stress.covenants
    return {name: (float(agreed.get(name) or getattr(usual, name)), name in agreed) for name in ("dscr", "leverage")}


def _covenants(model: CashModel, profit: float, lowest: float) -> pd.DataFrame:
    company, limits = model.company, covenant_limits(model)
    interest, principal = (float(company.get(name, np.nan)) for name in ("interest", "principal"))
    dscr = debt_service_coverage(profit, interest, principal, company.get("tax_rate"))
    debt = float(company.get("debt", np.nan))
    leverage = debt / profit if profit > 0 else float("inf") if debt > 0 and profit <= 0 else float("nan")
    rows = [
        ("dscr", dscr, *limits["dscr"]),
        ("leverage", leverage, *limits["leverage"]),
        ("minimum_cash", float(lowest), model.floor, company.get("minimum_cash") is not None),
    ]
    frame = pd.DataFrame(rows, columns=["covenant", "value", "limit", "agreed"])
    kept = np.where(frame["covenant"] == "leverage", frame["value"] <= frame["limit"], frame["value"] >= frame["limit"])
    frame["kept"] = [
        bool(is_kept) if value == value else None for is_kept, value in zip(kept, frame["value"], strict=True)
    ]
    return frame


def _weeks_until(values: pd.Series, floor: float) -> int | None:
    below = np.flatnonzero(values.to_numpy() < floor)
    return int(below[0]) if len(below) else None
