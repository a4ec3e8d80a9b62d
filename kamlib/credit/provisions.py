"""The expected credit loss of the whole portfolio: the provision matrix by client, and who stands in which stage."""

from dataclasses import dataclass

import pandas as pd

from kamlib import receivables as rc
from kamlib.credit.losses import portfolio_flows
from kamlib.credit.position import Book, open_book
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy


@dataclass(frozen=True)
class PortfolioProvision:
    """What of all receivables is expected not to come in.

    Attributes
    ----------
    currency : str
    matrix : DataFrame
        See `kamlib.receivables.provision_matrix`, over all clients; empty where payments are not known.
    clients : DataFrame, index client_id, largest allowance first
        ``open_invoices, allowance`` (they sum to those of `matrix`), ``oldest_days`` (by which a material part is past
        due), ``stage`` of IFRS 9, ``insolvent``.
    flows : DataFrame
        See `kamlib.receivables.flow_rates`.
    unlinked_share : float
        Part of the money received that names no invoice: the rates are too high by what it paid.
    """

    currency: str
    matrix: pd.DataFrame
    clients: pd.DataFrame
    flows: pd.DataFrame
    unlinked_share: float

    @property
    def allowance(self) -> float:
        """Of the whole portfolio; NaN where payments are not known."""
        return float(self.matrix["allowance"].sum()) if len(self.matrix) else float("nan")

    @property
    def by_stage(self) -> pd.DataFrame:
        """Index stage 1 to 3: ``clients, open_invoices, allowance``."""
        grouped = self.clients.groupby("stage").agg(
            clients=("stage", "size"), open_invoices=("open_invoices", "sum"), allowance=("allowance", "sum")
        )
        return grouped.reindex(list(rc.STAGES), fill_value=0)


def provision_portfolio(snapshot: Snapshot, policy: Policy, book: Book | None = None) -> PortfolioProvision:
    """The provision of every client with open invoices, by the company's own flow rates.

    Parameters
    ----------
    snapshot : Snapshot
        The whole portfolio, or some clients of it; the flow rates are the company's either way.
    policy : Policy
        Sections ``receivables`` and ``impairment``; the materiality of ``limits``.
    book : Book or None
        From `kamlib.credit.position.open_book` of the same snapshot, where it is at hand.

    References
    ----------
    IFRS 9 5.5.15 (simplified approach), B5.5.35 (provision matrix), 5.5.11 and B5.5.37 (stages).

    Examples
    --------
    >>> from kamlib.policy import Policy
    >>> from kamlib.samples.small import small_ledger
    >>> provision_portfolio(small_ledger(), Policy()).clients["allowance"].round(2).to_dict()
    {'C': 51349.98, 'B': 2699.96, 'A': 1318.29}
    """
    rules, edges, day = policy.impairment, policy.receivables.ageing_edges, snapshot.date
    flows, unlinked = portfolio_flows(snapshot, policy)
    empty = pd.DataFrame(columns=["open_invoices", "allowance", "oldest_days", "stage", "insolvent"])
    if not len(flows):
        none = pd.DataFrame(columns=["bucket", "balance", "historical_rate", "loss_rate", "allowance"])
        return PortfolioProvision(snapshot.currency, none, empty, flows, unlinked)
    trade = (book or open_book(snapshot)).trade
    owed = trade[trade["open_reporting"] > rc.CENT]
    rates = rc.loss_rates(flows["flow_rate"])
    whole = rc.ageing_schedule(owed["open_reporting"], owed["due_date"], day, edges).set_index("bucket")["amount"]
    matrix = rc.provision_matrix(whole, rates, rules.overlay)
    rate_of = dict(zip(matrix["bucket"], matrix["loss_rate"], strict=True))
    age = (day - owed["due_date"]).dt.days.astype(float)
    bucket = pd.cut(age, [-float("inf"), 0, *edges, float("inf")], labels=list(rate_of)).astype(str)
    insolvent = set(snapshot.table("events").query("kind == 'insolvency'")["client_id"])
    rows = {}
    for client, own in owed.groupby("client_id")["open_reporting"]:
        days = rc.material_days_past_due(own, age[own.index], policy.limits.materiality)
        rows[client] = {
            "open_invoices": float(own.sum()),
            "allowance": float((own * bucket[own.index].map(rate_of).astype(float)).sum()),
            "oldest_days": days,
            "stage": rc.impairment_stage(days, client in insolvent, rules.increase_days, rules.default_days),
            "insolvent": client in insolvent,
        }
    clients = pd.DataFrame.from_dict(rows, orient="index", columns=list(empty)).rename_axis("client_id")
    return PortfolioProvision(
        snapshot.currency, matrix, clients.sort_values("allowance", ascending=False, kind="stable"), flows, unlinked
    )
