"""What a client's annual accounts say in its review: ratios over the years, its industry's quartiles, Altman's score."""

from dataclasses import dataclass

import pandas as pd

from kamlib.credit.facts import DAYS_A_MONTH, altman_scores
from kamlib.kept import kept_table
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy
from kamlib.statements import financial_ratios, industry_quartiles, quartile_position
from kamlib.statements.ratios import QUARTILES

YEARS = 4
PEERS = "peer_quartiles.parquet"  # as which a run keeps them
SHOWN_RATIOS = (
    "current_ratio", "quick_ratio", "liabilities_share", "interest_cover", "cash_flow_to_liabilities",
    "ebit_margin", "return_on_assets", "asset_turnover", "receivables_days", "revenue_growth",
)  # fmt: skip


@dataclass(frozen=True)
class Accounts:
    """The statements of a client known on the day.

    Attributes
    ----------
    ratios : DataFrame, index ratio
        One column a year's end (Timestamp), oldest first; of `SHOWN_RATIOS`.
    quartiles : DataFrame, index ratio
        ``lower_quartile, median, upper_quartile, clients`` of the client's industry among our own clients, and
        ``place`` (the quarter the client stands in, 1 the weakest); empty where too few report.
    altman : DataFrame, one row a year
        ``period_end, variant, z, zone``.
    months : float
        From the newest year's end to the day; NaN without statements.
    stale : bool
        Older than the policy's ``stale_months``.
    absent : bool
        The ledger has no statements at all.
    """

    ratios: pd.DataFrame
    quartiles: pd.DataFrame
    altman: pd.DataFrame
    industry: str | None
    published: pd.Timestamp
    months: float
    stale: bool
    absent: bool

    @property
    def known(self) -> bool:
        """Whether there is any statement."""
        return len(self.altman) > 0


def client_accounts(snapshot: Snapshot, client_id: str, policy: Policy, years: int = YEARS) -> Accounts:
    """The accounts of one client beside its industry.

    Parameters
    ----------
    snapshot : Snapshot
        Whole: the industry's clients are read, of ``clients`` and ``statements`` only.
    client_id : str
    policy : Policy
        Section ``scorecard``.
    years : int
        How many of the newest are shown.
    """
    statements = snapshot.only(client_id).table("statements").sort_values("period_end", kind="stable")
    clients = snapshot.only(client_id).table("clients")
    industry = clients["industry"].iloc[0] if len(clients) else None
    industry = None if pd.isna(industry) else str(industry)
    ratios = financial_ratios(statements).tail(years).set_index("period_end")[list(SHOWN_RATIOS)].T
    newest = statements["period_end"].max() if len(statements) else pd.NaT
    months = (snapshot.date - newest).days / DAYS_A_MONTH if len(statements) else float("nan")
    return Accounts(
        ratios=ratios.rename_axis(index="ratio", columns=None),
        quartiles=_quartiles(snapshot, client_id, industry, policy) if len(statements) else _no_quartiles(),
        altman=altman_scores(statements, snapshot.only(client_id), policy).tail(years).reset_index(drop=True),
        industry=industry,
        published=statements["published_date"].iloc[-1] if len(statements) else pd.NaT,
        months=months,
        stale=months > policy.scorecard.stale_months,
        absent=snapshot.absent("statements"),
    )


def _no_quartiles() -> pd.DataFrame:
    return pd.DataFrame(columns=[*QUARTILES, "clients", "place"], dtype=float)


def _quartiles(snapshot: Snapshot, client_id: str, industry: str | None, policy: Policy) -> pd.DataFrame:
    if industry is None:
        return _no_quartiles()
    kept = kept_table(snapshot, policy, PEERS)
    table = peer_quartiles(snapshot, policy, industry) if kept is None else kept
    table = table[(table["industry"] == industry) & table["ratio"].isin(SHOWN_RATIOS)].set_index("ratio")
    own = financial_ratios(_recent(snapshot.only(client_id), policy)).tail(1)
    if table.empty or own.empty:
        return _no_quartiles()
    limits = table[list(QUARTILES)].to_numpy(dtype=float)
    places = [quartile_position(own[name].iloc[0], name, row) for name, row in zip(table.index, limits, strict=True)]
    return table.assign(place=pd.Series(places, index=table.index, dtype=float))[[*QUARTILES, "clients", "place"]]


def peer_quartiles(snapshot: Snapshot, policy: Policy, industry: str | None = None) -> pd.DataFrame:
    """The quartiles of our own clients by industry, from their statements that are not long out of date.

    Parameters
    ----------
    snapshot : Snapshot
        Of all clients.
    policy : Policy
        Section ``scorecard``.
    industry : str or None
        One alone; None for all.

    Returns
    -------
    DataFrame
        See `kamlib.statements.industry_quartiles`.
    """
    industries = snapshot.table("clients").set_index("client_id")["industry"]
    peers = industries if industry is None else industries[industries == industry]
    rows = _recent(snapshot, policy)
    ratios = financial_ratios(rows[rows["client_id"].isin(peers.index)])
    return industry_quartiles(ratios, peers, policy.scorecard.peers_at_least)


def _recent(snapshot: Snapshot, policy: Policy) -> pd.DataFrame:
    rows = snapshot.table("statements")
    return rows[rows["period_end"] > snapshot.date - pd.DateOffset(months=2 * policy.scorecard.stale_months)]
