"""What happens to each client: the one form in which every stress is told."""

from collections.abc import Collection

import pandas as pd

from kamlib.policy.stress import Scenario

CALM = {"volume": 0.0, "price": 0.0, "later_days": 0.0, "stopped_months": 0.0, "leaves": False, "fails": False}


def no_shock(client_ids: pd.Index) -> pd.DataFrame:
    """Nothing happens to anyone.

    Returns
    -------
    DataFrame, index client_id
        ``volume, price`` (parts lost), ``later_days, stopped_months``, ``leaves`` (buys on through notice and
        expiry, then nothing; pays what it owes), ``fails`` (buys and pays nothing from today on).
    """
    return pd.DataFrame({name: [value] * len(client_ids) for name, value in CALM.items()}, index=client_ids)


def shock_of(scenario: Scenario, ranked: pd.Index) -> pd.DataFrame:
    """A named scenario on clients, the largest first."""
    shock = no_shock(ranked)
    hit = shock.index[: scenario.largest]
    rest = shock.index[scenario.largest :]
    shock.loc[hit, ["volume", "price", "later_days", "stopped_months"]] = [
        scenario.volume,
        scenario.price,
        float(scenario.later_days),
        float(scenario.stopped_months),
    ]
    shock.loc[rest, ["volume", "later_days"]] = [scenario.others_volume, float(scenario.others_later_days)]
    return shock


def losing(client_ids: pd.Index, lost: Collection[str], how: str = "leaves") -> pd.DataFrame:
    """Some clients gone: they leave in good order, or fail owing what they owe."""
    shock = no_shock(client_ids)
    shock.loc[shock.index.isin(list(lost)), how] = True
    return shock
