"""What is new, worse, better and cleared since the last time."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from kamlib.early_warning.levels import LEVELS, UNKNOWN
from kamlib.early_warning.months import months_before
from kamlib.early_warning.warnings import WarningReview

CHANGES = ("new", "worse", "better", "cleared")
REASONS = 3


def levels_now(
    review: WarningReview, before: Mapping[str, Mapping[str, Any]] | None = None
) -> dict[str, dict[str, Any]]:
    """The level of each client that is not low, as the log keeps it.

    A client of whom too little is known now keeps the level that it had: a lack of data clears nothing. However often
    the monitor runs, a level falls only when no run within the policy's quiet months has seen it reached.

    Parameters
    ----------
    review : WarningReview
        Of all clients.
    before : mapping or None
        The same of the last time.
    """
    before = before or {}
    day, quiet = review.date, review.policy.early_warning.quiet_months
    panel = review.replay.panel
    raw = dict(zip(panel.clients, review.replay.levels.raw[:, -1], strict=True))
    forgotten = f"{months_before(day, quiet):%Y-%m-%d}"
    kept = {}
    for row in review.clients.itertuples():
        was = before.get(row.client_id, {})
        if row.level == UNKNOWN:
            if was:
                kept[row.client_id] = dict(was)
            continue
        reached = dict.fromkeys(LEVELS[1 : raw[row.client_id] + 1], f"{day:%Y-%m-%d}")
        last = {name: seen for name, seen in was.get("last", {}).items() if seen > forgotten} | reached
        rank = max([row.rank, *[LEVELS.index(name) for name in last]])
        if rank > 0:
            kept[row.client_id] = {"level": LEVELS[rank], "score": round(float(row.score), 2), "last": last}
    return kept


def changes_since(review: WarningReview, before: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    """The clients whose level has changed since the last time.

    Parameters
    ----------
    review : WarningReview
        Of all clients.
    before : mapping
        From `levels_now` of the last time; empty for none.

    Returns
    -------
    DataFrame, one row a changed client, gravest first
        ``client_id, name, change`` (of `CHANGES`), ``level, before, score, exposure, account_manager`` and
        ``reasons``: its strongest signals as (indicator, value, limit, unit).
    """
    now = levels_now(review, before)
    by_client = dict(list(review.signals[review.signals["status"] == "signal"].groupby("client_id")))
    rows = []
    for client in review.clients.itertuples():
        was = before.get(client.client_id, {}).get("level", LEVELS[0])
        is_ = now.get(client.client_id, {}).get("level", LEVELS[0])
        rank, prior = LEVELS.index(is_), LEVELS.index(was)
        if rank == prior:
            continue
        change = ("new" if not prior else "worse") if rank > prior else ("cleared" if not rank else "better")
        signals = by_client.get(client.client_id)
        reasons: tuple = ()
        if signals is not None:
            top = signals.sort_values(["weight", "strength"], ascending=False).head(REASONS)
            reasons = tuple(top[["indicator", "value", "limit", "unit"]].itertuples(index=False, name=None))
        rows.append(
            {
                "client_id": client.client_id,
                "name": client.name,
                "change": change,
                "level": is_,
                "before": was,
                "rank": rank,
                "score": client.score,
                "exposure": client.exposure,
                "account_manager": client.account_manager,
                "hard": client.hard,
                "reasons": reasons,
            }
        )
    columns = ["client_id", "name", "change", "level", "before", "rank", "score", "exposure", "account_manager", "hard"]
    frame = pd.DataFrame(rows, columns=[*columns, "reasons"])
    order = frame["change"].map({change: place for place, change in enumerate(CHANGES)}).astype(float)
    frame = frame.assign(order=order).sort_values(["order", "rank", "exposure"], ascending=[True, False, False])
    return frame.drop(columns="order").reset_index(drop=True)
