"""The clients to worry about: what is at stake times how likely, where it is heading, and what changed."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.change_detection.control_charts import CusumChart, EwmaChart, cusum_chart, ewma_chart
from kamlib.early_warning.back_test import BackTest, back_test
from kamlib.early_warning.payment_signs import baseline
from kamlib.early_warning.reading import mean_and_spread
from kamlib.early_warning.replay import Replay
from kamlib.early_warning.trade_signs import expected_orders
from kamlib.early_warning.warnings import WarningReview, warning_signals
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy

RISING, STEADY, FALLING = "rising", "steady", "falling"


@dataclass(frozen=True)
class ClientCharts:
    """A client's control charts with the months they stand for.

    Attributes
    ----------
    months : DatetimeIndex
    delay : EwmaChart or None
        Of days late by month; None with too short a past.
    orders : CusumChart or None
        Of orders less what the season would bring, in standard deviations.
    ordered, expected : array
        Orders by month, and what the client's baseline and season would bring in the recent ones (NaN before).
    delay_signal, order_signal : Timestamp or None
        When the present signal of the indicator came; else the first of the history.
    """

    client_id: str
    months: pd.DatetimeIndex
    delay: EwmaChart | None
    orders: CusumChart | None
    ordered: np.ndarray
    expected: np.ndarray
    delay_signal: pd.Timestamp | None
    order_signal: pd.Timestamp | None


@dataclass(frozen=True)
class WatchList:
    """What `watch_list` found.

    Attributes
    ----------
    clients : DataFrame, one row a client that is not low, most money first
        The columns of `WarningReview.clients` and ``probability, low, high, expected`` (probability × exposure),
        ``trend`` (of the score against a quarter before), ``new`` and ``gone`` (tuples of indicators).
    defaulted : DataFrame
        Clients on which a hard event has happened: known, not warned of.
    """

    clients: pd.DataFrame
    defaulted: pd.DataFrame
    review: WarningReview
    tested: BackTest

    @property
    def expected(self) -> float:
        """Probability times exposure over the whole list."""
        return float(self.clients["expected"].sum())


def watch_list(review: WarningReview, tested: BackTest) -> WatchList:
    """Rank the clients by probability × exposure.

    Parameters
    ----------
    review : WarningReview
        Of all clients.
    tested : BackTest
        Whose odds by level are the probabilities.
    """
    clients = review.clients.copy()
    estimates = clients["level"].map(tested.odds)
    for column, part in (("probability", "value"), ("low", "low"), ("high", "high")):
        values = [getattr(found, part) if hasattr(found, part) else np.nan for found in estimates]
        clients[column] = pd.Series(values, index=clients.index, dtype=float)
    clients["expected"] = clients["probability"] * clients["exposure"]
    change = clients["score"] - clients["prior_score"]
    clients["trend"] = np.select([change >= 1, change <= -1], [RISING, FALLING], STEADY)
    on = review.signals["status"] == "signal"
    fresh = review.signals[on & ~review.signals["prior"]].groupby("client_id")["indicator"].agg(tuple)
    gone = review.signals[~on & review.signals["prior"]].groupby("client_id")["indicator"].agg(tuple)
    for column, names in (("new", fresh), ("gone", gone)):
        clients[column] = [names.get(client, ()) for client in clients["client_id"]]
    listed = clients[(clients["rank"] > 0) & ~clients["hard"]]
    listed = listed.sort_values(["expected", "rank", "score"], ascending=False, kind="stable", ignore_index=True)
    return WatchList(listed, clients[clients["hard"]].reset_index(drop=True), review, tested)


def client_charts(replay: Replay, client_id: str, policy: Policy) -> ClientCharts:
    """The EWMA of a client's delays and the CUSUM of its orders, as the indicators see them today.

    Parameters
    ----------
    replay : Replay
    client_id : str
    policy : Policy
    """
    panel, charts = replay.panel, policy.early_warning.charts
    row, last = panel.clients.get_loc(client_id), len(panel.ends) - 1
    late = panel.balances.delay[row]
    mean, spread, count = mean_and_spread(baseline(late[None, :], last, policy.early_warning))
    delay = None
    if count[0] >= charts.min_months:
        sigma = max(float(np.nan_to_num(spread[0])), charts.delay_floor_days)
        delay = ewma_chart(late, charts.ewma_lambda, charts.ewma_width, float(mean[0]), sigma)
    expected = np.full(len(panel.ends), np.nan)
    orders = None
    usual, deviation, count = expected_orders(panel, last, policy.early_warning)
    if last > charts.recent_months + charts.min_months and count[row] >= charts.min_months and usual[row].mean() > 0:
        expected[-usual.shape[1] :] = usual[row]
        unit = max(float(np.nan_to_num(deviation[row])), 0.05 * float(usual[row].mean()))
        gap = (panel.orders[row] - expected) / unit
        orders = cusum_chart(gap, charts.cusum_k, charts.cusum_h, mean=0.0, sigma=1.0)
    return ClientCharts(
        client_id=client_id,
        months=panel.ends,
        delay=delay,
        orders=orders,
        ordered=panel.orders[row],
        expected=expected,
        delay_signal=_signal_month(replay, "payment_delay", row),
        order_signal=_signal_month(replay, "order_drop", row),
    )


def review_early_warning(snapshot: Snapshot, policy: Policy) -> WatchList:
    """The whole of it for a snapshot: signals today, the back-test of its history, the watch list.

    Parameters
    ----------
    snapshot : Snapshot
        Of all clients.
    policy : Policy
    """
    review = warning_signals(snapshot, policy)
    return watch_list(review, back_test(review.replay, policy))


def _signal_month(replay: Replay, indicator: str, row: int) -> pd.Timestamp | None:
    """The beginning of the last run of months in which an indicator warned."""
    on = np.flatnonzero(replay.levels.on[indicator][row])
    if not len(on):
        return None
    breaks = np.flatnonzero(np.diff(on) > 1)
    return replay.panel.ends[on[breaks[-1] + 1 if len(breaks) else 0]]


def worst_charts(watch: WatchList, count: int = 5) -> tuple[ClientCharts, ...]:
    """The control charts of the first clients of the list."""
    review = watch.review
    return tuple(
        client_charts(review.replay, client, review.policy) for client in watch.clients["client_id"].head(count)
    )


def chart_data(charts: tuple[ClientCharts, ...]) -> pd.DataFrame:
    """The figures of control charts, one row a client and month: ``days_late, average, limit, ordered, expected``."""
    columns = ["client_id", "month", "days_late", "average", "limit", "ordered", "expected"]
    parts = [
        pd.DataFrame(
            {
                "client_id": chart.client_id,
                "month": chart.months,
                "days_late": chart.delay.values if chart.delay else np.nan,
                "average": chart.delay.ewma if chart.delay else np.nan,
                "limit": chart.delay.upper if chart.delay else np.nan,
                "ordered": chart.ordered,
                "expected": chart.expected,
            }
        )
        for chart in charts
    ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
