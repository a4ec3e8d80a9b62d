"""Money at risk with each client: what its loss would cost, less what is protected; low, base and high."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.contracts import in_force
from kamlib.dependence import client_economics, client_names, open_balances
from kamlib.errors import DataError, Fault
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy
from kamlib.protection.protection_effects import insurance_payout
from kamlib.stress.exits import days_held

LEVELS = ("low", "base", "high")
COSTS = ("receivable_loss", "margin_lost", "stranded_stock", "contract_cost")
RELIEFS = ("deposit", "guarantee", "insurance", "compensation")
PARTS = (*COSTS, *RELIEFS)
DAYS_A_MONTH = 365 / 12


@dataclass(frozen=True)
class MoneyAtRisk:
    """What `money_at_risk` found, in the reporting currency.

    Attributes
    ----------
    clients : DataFrame, one row a client with revenue or a balance, most at risk first (base)
        ``client_id, name, group_id, revenue, balance, low, base, high``, the eight `PARTS` of the base (reliefs
        are negative: parts sum to ``base``), ``protected`` (all reliefs, positive), ``margin_assumed``. Without
        receipts ``balance`` and ``receivable_loss`` are NaN and not in the sum.
    parts : DataFrame, one row a client, level and part
        ``client_id, level, part, amount``; amounts of a client and level sum to its figure.
    assumptions : dict
        Name → (low, base, high) of the policy, in the order of the text.
    margin_assumed : bool
        Whether no cost is known at all, so that every margin rests on the policy's rate.
    missing : tuple of str
        Optional tables that are absent: what they would tell counts as nothing.
    """

    date: pd.Timestamp
    currency: str
    clients: pd.DataFrame
    parts: pd.DataFrame
    assumptions: dict[str, tuple[float, float, float]]
    margin_assumed: bool
    missing: tuple[str, ...]

    @property
    def total(self) -> pd.Series:
        """``low, base, high`` of all clients together; no one expects to lose them all at once."""
        return self.clients[list(LEVELS)].sum()

    def of(self, client_id: str) -> pd.Series:
        """One client's row of `clients`.

        Raises
        ------
        DataError
            A client with neither revenue in the window nor a balance.
        """
        found = self.clients[self.clients["client_id"] == client_id]
        if found.empty:
            raise DataError(Fault("client_id", client_id, "Name a client with revenue in the window or a balance."))
        return found.iloc[0]

    def waterfall(self, client_id: str, level: str = "base") -> pd.DataFrame:
        """``part, amount, start, end`` from nothing to the client's figure, the parts that are zero left out."""
        self.of(client_id)
        own = self.parts[(self.parts["client_id"] == client_id) & (self.parts["level"] == level)]
        steps = own.loc[own["amount"] != 0, ["part", "amount"]].reset_index(drop=True)
        end = steps["amount"].cumsum()
        return steps.assign(start=end - steps["amount"], end=end)


def money_at_risk(snapshot: Snapshot, policy: Policy) -> MoneyAtRisk:
    """What losing each client would cost, one at a time, less what protects against it.

    A client's figure = loss on its open balance (times LGD) + contribution margin that is missing while it is
    replaced + custom stock that no one else buys + cost already spent on undelivered orders − deposit, guarantee
    and insurance (each at most what is left of the receivable loss, in this order) − termination compensation (at
    most margin, stock and contract cost together). It is what is lost *if* the client goes, not weighted by how
    likely that is: see `kamlib.loss_model.expected_loss`.

    Parameters
    ----------
    snapshot : Snapshot
    policy : Policy
        Sections ``stress`` and ``loss``: each assumption has a low, a base and a high.

    Returns
    -------
    MoneyAtRisk
        ``low ≤ base ≤ high`` for every client.

    References
    ----------
    LGD: Basel II §287–288. Months to replace a client and the other ranges are conventions from practice (weak).

    Examples
    --------
    One client owes 100,000 and brought a margin of 30,000: 45 % of the balance, and half of the margin for 15 months.

    >>> from kamlib.ledger.snapshot import snapshot_from_frames
    >>> bill = {"invoice_id": ["R1"], "client_id": ["C1"], "issue_date": ["2026-08-01"], "due_date": ["2026-08-31"]}
    >>> bill |= {"amount": [120_000.0], "currency": ["EUR"], "cost": [90_000.0]}
    >>> paid = {"receipt_id": ["P1"], "client_id": ["C1"], "invoice_id": ["R1"], "paid_date": ["2026-09-01"]}
    >>> paid |= {"amount": [20_000.0], "currency": ["EUR"]}
    >>> frames = {"invoices": pd.DataFrame(bill), "receipts": pd.DataFrame(paid)}
    >>> found = money_at_risk(snapshot_from_frames(frames, "2026-09-30", "EUR"), Policy())
    >>> found.clients[["receivable_loss", "margin_lost", "low", "base", "high"]].values.tolist()
    [[45000.0, 18750.0, 45000.0, 63750.0, 97500.0]]
    """
    stress, months = policy.stress, policy.concentration.window_months
    frame, margin_assumed = _facts(snapshot, policy, months)
    reliefs = _protections(snapshot, frame["client_id"])
    tables = []
    for number, level in enumerate(LEVELS):
        replaced = stress.replacement_months[number]
        gap = (replaced - frame["days_held"] / DAYS_A_MONTH * stress.notice_honoured[number]).clip(lower=0.0)
        amounts = pd.DataFrame(
            {
                "receivable_loss": frame["balance"].clip(lower=0) * policy.loss.lgd[number],
                "margin_lost": frame["margin"].clip(lower=0) / months * gap * stress.missing_while_replacing,
                "stranded_stock": frame["custom_stock"] * stress.stock_lost[number],
                "contract_cost": frame["undelivered_cost"] * stress.committed_cost[number],
            }
        )
        left = amounts["receivable_loss"]
        paid = {}
        for kind, pays in (
            ("deposit", lambda loss: loss.clip(upper=reliefs["deposit"])),
            ("guarantee", lambda loss: loss.clip(upper=reliefs["guarantee"])),
            ("insurance", lambda loss: _insured(loss, reliefs)),
        ):
            relief = pays(left).clip(lower=0.0)
            left = left - relief
            paid[kind] = -relief
        own = amounts[["margin_lost", "stranded_stock", "contract_cost"]].sum(axis=1)
        paid["compensation"] = -own.clip(upper=frame["compensation"] * stress.compensation_paid[number])
        level_parts = pd.concat([amounts, pd.DataFrame(paid)], axis=1)[list(PARTS)].round(2) + 0.0
        tables.append(level_parts.assign(client_id=frame["client_id"], level=level))
    wide = pd.concat(tables, ignore_index=True)
    wide["total"] = wide[list(PARTS)].sum(axis=1).round(2)
    totals = wide.pivot(index="client_id", columns="level", values="total").reindex(columns=list(LEVELS))
    totals = totals.rename_axis(columns=None).reset_index()
    base = wide[wide["level"] == "base"].drop(columns=["level", "total"])
    clients = frame[["client_id", "name", "group_id", "revenue", "balance", "margin_assumed"]]
    clients = clients.merge(totals, on="client_id")
    clients = clients.merge(base, on="client_id")
    clients["protected"] = -clients[list(RELIEFS)].sum(axis=1) + 0.0
    if snapshot.absent("receipts"):
        clients[["balance", "receivable_loss"]] = np.nan
    clients = clients.sort_values(["base", "client_id"], ascending=[False, True], ignore_index=True)
    parts = wide.melt(["client_id", "level"], list(PARTS), "part", "amount")
    ranges = {
        "lgd": policy.loss.lgd,
        "replacement_months": stress.replacement_months,
        "missing_while_replacing": (stress.missing_while_replacing,) * 3,
        "notice_honoured": stress.notice_honoured,
        "stock_lost": stress.stock_lost,
        "committed_cost": stress.committed_cost,
        "compensation_paid": stress.compensation_paid,
    }
    if margin_assumed:
        ranges["assumed_margin_rate"] = (stress.assumed_margin_rate,) * 3
    missing = tuple(name for name in ("receipts", "orders", "contracts", "protections") if snapshot.absent(name))
    return MoneyAtRisk(snapshot.date, snapshot.currency, clients, parts, ranges, margin_assumed, missing)


def _facts(snapshot: Snapshot, policy: Policy, months: int) -> tuple[pd.DataFrame, bool]:
    """Revenue, margin, balance, notice, stock and compensation a client; and whether all margins are assumed."""
    economics = client_economics(snapshot, months)[["client_id", "revenue", "costed_revenue", "margin"]]
    balance = open_balances(snapshot).rename("balance")
    if snapshot.absent("receipts"):
        balance[:] = 0.0  # what has been paid is not known
    frame = economics.merge(balance, left_on="client_id", right_index=True, how="outer")
    for column in ("revenue", "costed_revenue", "balance"):
        frame[column] = frame[column].fillna(0.0)
    frame = frame[(frame["revenue"] > 0) | (frame["balance"] > 0)].reset_index(drop=True)
    all_assumed = bool(len(economics) and economics["margin"].isna().all())
    frame["margin_assumed"] = frame["costed_revenue"] <= 0
    frame["margin"] = (
        frame["revenue"] * policy.stress.assumed_margin_rate if all_assumed else frame["margin"].fillna(0.0)
    )
    orders, contracts = snapshot.table("orders"), snapshot.table("contracts")
    undelivered = (orders["amount"] - orders["delivered_amount"].fillna(0.0)).clip(lower=0)
    by_client = {
        "custom_stock": orders.groupby("client_id")["custom_stock_cost"].sum(),
        "undelivered": undelivered.groupby(orders["client_id"]).sum(),
        "compensation": in_force(contracts, snapshot.date).groupby("client_id")["termination_compensation"].sum(),
        "days_held": days_held(snapshot),
    }
    for name, values in by_client.items():
        frame[name] = frame["client_id"].map(values).astype(float).fillna(0.0)
    rate = (frame["margin"] / frame["revenue"]).where(frame["revenue"] > 0, 0.0).clip(0, 1)
    frame["undelivered_cost"] = frame["undelivered"] * (1 - rate)
    names = client_names(snapshot, frame["client_id"])
    return frame.merge(names, on="client_id", how="left"), all_assumed


def _protections(snapshot: Snapshot, clients: pd.Series) -> pd.DataFrame:
    """What each kind in force pays at the most, one row a client: limits, and the insured share and deductible."""
    rows = snapshot.table("protections")
    rows = rows[~(rows["end_date"] < snapshot.date)]
    rows = rows.assign(limit=rows["limit"].fillna(0.0), share=rows["insured_share"].fillna(1.0))
    found = pd.DataFrame(index=clients.index)
    for kind in ("deposit", "guarantee", "insurance"):
        held = rows[rows["kind"] == kind]
        pays = held["limit"] * (held["share"] if kind == "guarantee" else 1.0)
        found[kind] = clients.map(pays.groupby(held["client_id"]).sum()).astype(float).fillna(0.0)
    insured = rows[rows["kind"] == "insurance"]
    weighted = (insured["limit"] * insured["share"]).groupby(insured["client_id"]).sum()
    found["covered"] = clients.map(weighted).astype(float).fillna(0.0)
    found["deductible"] = clients.map(insured.groupby("client_id")["deductible"].sum()).astype(float).fillna(0.0)
    return found


def _insured(loss: pd.Series, reliefs: pd.DataFrame) -> pd.Series:
    """Insured share of the loss up to the limit, less the deductible (taken after the share)."""
    share = np.divide(
        reliefs["covered"], reliefs["insurance"], out=np.zeros(len(loss)), where=reliefs["insurance"].to_numpy() > 0
    )
    return insurance_payout(loss, share.clip(0, 1), reliefs["deductible"], reliefs["insurance"])
