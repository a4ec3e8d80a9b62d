"""The company on one page: how much is at risk, with whom, how long it would live, what changed, what to decide."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.dependence import AppetiteReview, Dependence, review_appetite, review_dependence, window_start
from kamlib.early_warning import WatchList, review_early_warning
from kamlib.executive.bridge import Bridge, money_bridge
from kamlib.ledger.confidence import Confidence, confidence
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy
from kamlib.receivables import CENT
from kamlib.runs import Previous
from kamlib.stress import MoneyAtRisk, Survival, money_at_risk, survival

WORRIES = 5


@dataclass(frozen=True)
class Executive:
    """What `review_company` found.

    Attributes
    ----------
    at_risk : MoneyAtRisk
    bridge : Bridge
        From the last run, or a quarter before, to today.
    dependence : Dependence
    appetite : AppetiteReview
    survival : Survival
        Cash week by week after the largest client has left.
    watch : WatchList
    worries : DataFrame, at most five rows, most expected money first
        ``client_id, name, account_manager, level, low, base, high`` (money at risk), ``probability`` (of its warning
        level, from the back-test; NaN where it is not known), ``expected`` (probability × base), ``share`` (of
        revenue), the strongest sign ``indicator, value, limit, unit`` (None where nothing warns) and the newest event of
        the last year, ``event, event_date``.
    moved : DataFrame
        Clients whose warning level changed within a quarter: ``client_id, name, level, rank, prior_rank`` and ``base``,
        the money at risk with them.
    confidence : Confidence
    """

    date: pd.Timestamp
    currency: str
    at_risk: MoneyAtRisk
    bridge: Bridge
    dependence: Dependence
    appetite: AppetiteReview
    survival: Survival
    watch: WatchList
    worries: pd.DataFrame
    moved: pd.DataFrame
    confidence: Confidence
    policy: Policy

    @property
    def largest(self) -> pd.Series:
        """The largest client by revenue."""
        return self.dependence.clients.iloc[0]

    @property
    def expected(self) -> float:
        """Probability × money at risk over all clients that have not defaulted; NaN without probabilities."""
        rows = _expectations(self.at_risk, self.watch)
        return float(rows["expected"].sum(min_count=1))

    @property
    def in_default(self) -> pd.DataFrame:
        """Clients that have defaulted and still owe: ``client_id, name, balance``, the largest first."""
        told = self.watch.review.clients
        rows = self.at_risk.clients[["client_id", "name", "balance"]]
        rows = rows[rows["client_id"].isin(list(told.loc[told["hard"], "client_id"])) & (rows["balance"] > CENT)]
        return rows.sort_values("balance", ascending=False, kind="stable", ignore_index=True)

    @property
    def critical(self) -> int:
        """How many clients stand at the gravest level, those in default not counted."""
        told = self.watch.review.clients
        return int(((told["level"] == "critical") & ~told["hard"]).sum())


def review_company(snapshot: Snapshot, policy: Policy, previous: Previous | None = None) -> Executive:
    """Everything page one of the executive summary says.

    Parameters
    ----------
    snapshot : Snapshot
    policy : Policy
    previous : Previous or None
        The run before, for what has changed since; None compares with a quarter before.

    Raises
    ------
    DataError
        A ledger without revenue in the policy's window.
    """
    dependence = review_dependence(snapshot, policy)
    at_risk = money_at_risk(snapshot, policy)
    watch = review_early_warning(snapshot, policy)
    largest = str(dependence.clients["client_id"].iloc[0])
    changed = watch.review.clients
    changed = changed[(changed["rank"] != changed["prior_rank"]) & ~changed["hard"]]
    held = at_risk.clients.set_index("client_id")["base"]
    changed = changed.assign(base=changed["client_id"].map(held).astype(float).fillna(0.0))
    return Executive(
        date=snapshot.date,
        currency=snapshot.currency,
        at_risk=at_risk,
        bridge=money_bridge(at_risk, snapshot, policy, previous),
        dependence=dependence,
        appetite=review_appetite(snapshot, dependence, policy),
        survival=survival(snapshot, policy, (largest,)),
        watch=watch,
        worries=_worries(snapshot, at_risk, watch, dependence),
        moved=changed[["client_id", "name", "level", "rank", "prior_rank", "base"]].reset_index(drop=True),
        confidence=confidence(snapshot, policy=policy),
        policy=policy,
    )


def _expectations(at_risk: MoneyAtRisk, watch: WatchList) -> pd.DataFrame:
    """Money at risk beside the probability of each client's warning level, without those that have defaulted."""
    told = watch.review.clients[["client_id", "account_manager", "level", "hard"]]
    rows = at_risk.clients[["client_id", "name", "low", "base", "high"]].merge(told, on="client_id", how="left")
    rows = rows[~rows["hard"].fillna(False).astype(bool)]
    odds = {level: getattr(found, "value", np.nan) for level, found in watch.tested.odds.items()}
    rows["probability"] = [odds.get(level, np.nan) for level in rows["level"]]
    return rows.assign(expected=rows["probability"] * rows["base"])


def _worries(snapshot: Snapshot, at_risk: MoneyAtRisk, watch: WatchList, dependence: Dependence) -> pd.DataFrame:
    rows = _expectations(at_risk, watch)
    rows = rows.sort_values(["expected", "base"], ascending=False, kind="stable", na_position="last").head(WORRIES)
    signals = watch.review.signals
    on = signals[signals["status"] == "signal"].sort_values(["weight", "strength"], ascending=False, kind="stable")
    first = on.drop_duplicates("client_id")[["client_id", "indicator", "value", "limit", "unit"]]
    rows = rows.merge(first, on="client_id", how="left").drop(columns="hard")
    share = dependence.clients.set_index("client_id")["share"]
    rows["share"] = rows["client_id"].map(share).astype(float).fillna(0.0)
    rows["indicator"] = rows["indicator"].astype(object).where(rows["indicator"].notna(), None)
    return rows.merge(_newest_events(snapshot), on="client_id", how="left").reset_index(drop=True)


def _newest_events(snapshot: Snapshot) -> pd.DataFrame:
    """``client_id, event, event_date`` of each client's last event within a year."""
    events = snapshot.table("events")
    events = events[events["date"] > window_start(snapshot.date, 12)].sort_values("date", kind="stable")
    last = events.drop_duplicates("client_id", keep="last").rename(columns={"kind": "event", "date": "event_date"})
    return last[["client_id", "event", "event_date"]]
