"""How long a client that leaves still buys: what its contracts hold."""

import numpy as np
import pandas as pd

from kamlib.ledger.snapshot import Snapshot


def days_held(snapshot: Snapshot) -> pd.Series:
    """Days for which the contracts in force still bring revenue if the client leaves on the snapshot's day.

    A client may end a contract with its notice, and one that does not renew itself ends on its last day at the
    latest. Without a notice it runs to its last day. What has ended, or says neither, holds nothing; of several
    contracts the longest counts.

    Returns
    -------
    Series, index client_id
        Days, at least 0; clients without a contract are not in it.
    """
    contracts = snapshot.table("contracts")
    left = (contracts["end_date"] - snapshot.date).dt.days.astype(float)
    ends = left.where(~contracts["auto_renews"] | contracts["notice_days"].isna(), np.inf)
    held = np.fmin(contracts["notice_days"].astype(float).fillna(np.inf), ends.fillna(np.inf))
    held = held.where(np.isfinite(held), 0.0).clip(lower=0.0)
    return held.groupby(contracts["client_id"]).max().rename("days_held")
