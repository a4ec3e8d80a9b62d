"""Who shows signs of trouble on the snapshot's day: indicators, level, since when, with the months before."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.early_warning.catalogue import CATALOGUE
from kamlib.early_warning.keeping import kept_replay
from kamlib.early_warning.levels import LEVELS, UNKNOWN, since_month
from kamlib.early_warning.panel import Panel, build_panel
from kamlib.early_warning.replay import Replay, replay_panel
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy


@dataclass(frozen=True)
class WarningReview:
    """What `warning_signals` found.

    Attributes
    ----------
    date : Timestamp
    clients : DataFrame, one row a client, worst first
        ``client_id, name, account_manager, level`` (of `LEVELS`, or unknown), ``score, prior_score`` (a quarter
        before), ``coverage, since, hard, exposure`` (open receivables), ``revenue`` (a year's), ``signals``.
    signals : DataFrame, one row a client and indicator
        ``client_id, indicator, status`` (signal, quiet, no data), ``value, limit, strength, weight, unit, since``
        (the month its present status began), ``prior`` (whether it warned a quarter before), ``missing`` (tables
        that the ledger does not have).
    replay : Replay
        The months before.
    """

    date: pd.Timestamp
    currency: str
    clients: pd.DataFrame
    signals: pd.DataFrame
    replay: Replay
    policy: Policy

    @property
    def missing(self) -> tuple[str, ...]:
        """Tables that indicators need and the ledger does not have."""
        needed = {table for indicator in CATALOGUE for table in indicator.needs}
        return tuple(sorted(needed & self.replay.panel.absent))


def replay_warnings(snapshot: Snapshot, policy: Policy) -> Replay:
    """Every indicator and level at the end of each month up to the snapshot's day.

    The column of a month end is what `warning_signals` says on that day.

    Parameters
    ----------
    snapshot : Snapshot
        Of all clients, or narrowed to some by `Snapshot.only`; of one alone, what a run has kept is read.
    policy : Policy
    """
    return kept_replay(snapshot, policy) or replay_panel(build_panel(snapshot, policy), policy)


def warning_signals(snapshot: Snapshot, policy: Policy, client_id: str | None = None) -> WarningReview:
    """The signs of trouble of every client, or of one.

    Parameters
    ----------
    snapshot : Snapshot
    policy : Policy
    client_id : str or None
        One client alone is cheap: only its rows are read.

    Returns
    -------
    WarningReview

    Raises
    ------
    DataError
        A client without any invoice up to the day.
    """
    chosen = snapshot if client_id is None else snapshot.only(client_id)
    return review_replay(chosen, replay_warnings(chosen, policy), policy)


def review_replay(chosen: Snapshot, replay: Replay, policy: Policy) -> WarningReview:
    """The signs of trouble on the last day of a replay."""
    clients = _client_rows(chosen, replay)
    order = {client: position for position, client in enumerate(clients["client_id"])}
    signals = _signal_rows(replay, policy)
    signals = signals.iloc[np.argsort(signals["client_id"].map(order).to_numpy(), kind="stable")]
    return WarningReview(chosen.date, chosen.currency, clients, signals.reset_index(drop=True), replay, policy)


def _client_rows(snapshot: Snapshot, replay: Replay) -> pd.DataFrame:
    panel, levels = replay.panel, replay.levels
    master = snapshot.table("clients").drop_duplicates("client_id").set_index("client_id").reindex(panel.clients)
    before = max(levels.score.shape[1] - 4, 0)
    level = levels.level[:, -1]
    began = _first_month(panel)
    frame = pd.DataFrame(
        {
            "client_id": panel.clients,
            "name": master["name"].where(master["name"].notna(), panel.clients.to_series()).to_numpy(),
            "account_manager": master["account_manager"].to_numpy(),
            "level": [UNKNOWN if rank < 0 else LEVELS[rank] for rank in level],
            "rank": level,
            "score": levels.score[:, -1],
            "prior_score": levels.score[:, before],
            "prior_rank": levels.level[:, before],
            "coverage": levels.coverage[:, -1],
            "since": panel.ends[np.maximum(since_month(levels.level), began)],
            "hard": panel.context.hard[:, -1],
            "exposure": panel.balances.open_amount[:, -1]
            if "receipts" not in panel.absent
            else np.full(len(level), np.nan),
            "revenue": panel.revenue[:, -12:].sum(axis=1),
            "signals": np.add.reduce([on[:, -1] for on in levels.on.values()]),
        }
    )
    worst_first = ["rank", "score", "exposure", "client_id"]
    return frame.sort_values(worst_first, ascending=[False, False, False, True], ignore_index=True)


def _first_month(panel: Panel) -> np.ndarray:
    """The month in which each client first ordered or was invoiced: nothing was quiet before it."""
    return np.minimum(panel.started, len(panel.ends) - 1)


def _signal_rows(replay: Replay, policy: Policy) -> pd.DataFrame:
    panel, parts = replay.panel, []
    before, began = max(len(panel.ends) - 4, 0), _first_month(replay.panel)
    for indicator in CATALOGUE:
        found, on = replay.readings[indicator.name], replay.levels.on[indicator.name]
        unknown = np.isnan(found.strength)
        status = np.where(unknown, -1, on.astype(int))
        parts.append(
            pd.DataFrame(
                {
                    "client_id": panel.clients,
                    "indicator": indicator.name,
                    "status": np.select([status[:, -1] < 0, status[:, -1] > 0], ["no data", "signal"], "quiet"),
                    "value": found.value[:, -1],
                    "limit": found.limit[:, -1],
                    "strength": found.strength[:, -1],
                    "weight": policy.early_warning.weights.get(indicator.name, 0.0),
                    "unit": indicator.unit,
                    "since": panel.ends[np.maximum(since_month(status), began)],
                    "prior": on[:, before],
                    "missing": ", ".join(sorted(panel.absent & set(indicator.needs))),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)
