"""What accounting and securities rules want told about large customers: the figures behind the drafts."""

from dataclasses import dataclass

import pandas as pd

from kamlib.dependence.appetite import TOP
from kamlib.dependence.economics import client_names, reaches_back, revenue_by_client
from kamlib.dependence.review import Dependence
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy
from kamlib.receivables import CENT


@dataclass(frozen=True)
class Disclosure:
    """What `review_disclosure` found; entities under common control count as one customer.

    Attributes
    ----------
    start, end : Timestamp
        First and last day of the period.
    currency : str
    revenue : float
        Of all clients in the period.
    major : DataFrame, one row a customer at or above the threshold (ASC 280-10-50-42, IFRS 8.34)
        ``group_id, name, members, revenue, share``.
    threshold, dominant : float
        10 %, and 50 %, from the policy.
    top : DataFrame, the five largest (China: rules on annual reports)
        The same columns with ``related_revenue, related`` (any of its members is a related party), ``new`` (not among the
        five a year before; None where the ledger does not reach back) and ``named``: why it must be named —
        dominant, new, depended — or an empty text.
    related_known : bool
        Whether the clients table is there to tell related parties.
    """

    start: pd.Timestamp
    end: pd.Timestamp
    currency: str
    revenue: float
    major: pd.DataFrame
    threshold: float
    dominant: float
    top: pd.DataFrame
    related_known: bool

    @property
    def top_share(self) -> float:
        """Of the five largest together."""
        return float(self.top["share"].sum())

    @property
    def related_revenue(self) -> float:
        """Of related parties among the five largest."""
        return float(self.top["related_revenue"].sum())


def review_disclosure(snapshot: Snapshot, review: Dependence, policy: Policy) -> Disclosure:
    """Major customers and the five largest, by group, over the window of the policy.

    References
    ----------
    FASB ASC 280-10-50-42; IFRS 8.34; CSRC, Standards on the content and format of information disclosure No. 2
    (annual reports): five largest customers, related parties, customers above 50 %, new or heavily depended on.
    """
    rules = policy.key_clients
    columns = ["group_id", "name", "members", "revenue", "share"]
    groups = review.groups[columns]
    top = groups.head(TOP).reset_index(drop=True)
    clients = snapshot.table("clients")
    related = set(clients.loc[clients["related_party"].fillna(False).astype(bool), "client_id"])
    of_related = review.clients[review.clients["client_id"].isin(related)]
    top["related_revenue"] = (
        top["group_id"].map(of_related.groupby("group_id")["revenue"].sum()).astype(float).fillna(0.0)
    )
    top["related"] = top["related_revenue"] > 0
    before = _top_before(snapshot, review, policy.concentration.window_months)
    top["new"] = [None if before is None else group not in before for group in top["group_id"]]
    top["named"] = [
        "dominant" if row.share > rules.mono_client else "new" if row.new else
        "depended" if row.share >= rules.major_customer else ""
        for row in top.itertuples(index=False)
    ]  # fmt: skip
    return Disclosure(
        start=review.window_start + pd.Timedelta(days=1),
        end=review.snapshot_date,
        currency=review.currency,
        revenue=review.revenue,
        major=groups[groups["share"] >= rules.major_customer].reset_index(drop=True),
        threshold=rules.major_customer,
        dominant=rules.mono_client,
        top=top,
        related_known=not snapshot.absent("clients"),
    )


def _top_before(snapshot: Snapshot, review: Dependence, months: int) -> set[str] | None:
    """The five largest groups a year before; None where there was no revenue."""
    if not reaches_back(snapshot, months):
        return None
    prior = revenue_by_client(snapshot.as_of(review.window_start), months)
    prior = prior[prior > CENT].rename("revenue").rename_axis("client_id").reset_index()
    if prior.empty:
        return None
    named = prior.merge(client_names(snapshot, prior["client_id"]), on="client_id")
    sums = named.groupby("group_id")["revenue"].sum().reset_index()
    return set(sums.sort_values(["revenue", "group_id"], ascending=[False, True])["group_id"].head(TOP))
