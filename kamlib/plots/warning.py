"""Early warning, drawn: money at risk, and the control charts of the worst clients."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from kamlib import formats
from kamlib.early_warning import ClientCharts, WarningReview, WatchList
from kamlib.language import tr
from kamlib.plots.shared import bare, money_ticks, month_ticks, new_axes, shortened, text_inches
from kamlib.style import ALARM, GREY, INK, LIGHT, POINT, house_style


@house_style()
def plot_watch(watch: WatchList, top: int = 8, ax: Axes | None = None) -> Axes:
    """Expected money at risk of the first clients as bars, the first in colour, with each one's score."""
    rows = watch.clients.head(top)
    if rows.empty:
        ax = ax or new_axes((7.2, 0.6), left=0.2)
        ax.text(0.0, 0.5, tr("No client is on the watch list."), va="center", color=GREY, transform=ax.transAxes)
        ax.set_axis_off()
        return ax
    names = [shortened(name) for name in rows["name"]]
    if ax is None:
        size = (7.2, 0.3 + 0.21 * len(rows))
        ax = new_axes(size, left=max(map(text_inches, names)) + 0.14, bottom=0.1, right=1.1)
    y = np.arange(len(rows))
    money = rows["expected"].fillna(0.0)
    ax.barh(y, money, height=0.62, color=[ALARM] + [LIGHT] * (len(rows) - 1), linewidth=0)
    for position, amount, score in zip(y, rows["expected"], rows["score"], strict=True):
        text = f"{formats.money(amount)} · {formats.number(score, 1)}"
        ax.text(1.01, position, text, va="center", ha="left", transform=ax.get_yaxis_transform())
    bare(ax, y, names)
    ax.set_xlim(0, max(float(money.max()), 1.0))
    return ax


@house_style()
def plot_control(review: WarningReview, charts: tuple[ClientCharts, ...]) -> Axes:
    """Small multiples: days late with their EWMA and limit, orders with what was expected; a ring where the signal came."""
    names = review.clients.set_index("client_id")["name"]
    count = max(len(charts), 1)
    row_height = 1.22
    figure = Figure(figsize=(7.2, row_height * count + 0.1))
    height = 1 / count
    last = None
    for position, chart in enumerate(charts):
        base = 1 - (position + 1) * height
        pair = [
            figure.add_axes((left, base + 0.25 * height, width, 0.52 * height))
            for left, width in ((0.06, 0.41), (0.56, 0.41))
        ]
        name = shortened(str(names[chart.client_id]), 2.0)
        figure.text(0.06, base + 0.84 * height, name, color=INK, fontsize=8.5)
        figure.text(0.47, base + 0.84 * height, tr("days late"), color=GREY, fontsize=7.5, ha="right")
        figure.text(0.97, base + 0.84 * height, tr("orders"), color=GREY, fontsize=7.5, ha="right")
        _draw_delay(pair[0], chart)
        _draw_orders(pair[1], chart)
        last = pair[0]
    if last is None:
        last = figure.add_axes((0.05, 0.1, 0.9, 0.8))
        last.set_axis_off()
        last.text(0.0, 0.5, tr("No client is on the watch list."), color=GREY, va="center")
    return last


def _draw_delay(ax: Axes, chart: ClientCharts) -> None:
    if chart.delay is None:
        ax.set_axis_off()
        ax.text(0.0, 0.5, tr("too short a past"), color=GREY, va="center", fontsize=7.5, transform=ax.transAxes)
        return
    delay = chart.delay
    ax.plot(chart.months, delay.values, color=GREY, linewidth=0.8, marker="o", markersize=1.8)
    ax.plot(chart.months, delay.ewma, color=POINT, linewidth=1.6)
    ax.plot(chart.months, delay.upper, color=INK, linewidth=0.8, linestyle=(0, (4, 3)))
    _ring(ax, chart.months, delay.ewma, chart.delay_signal)
    ax.set_ylim(0, max(10.0, 1.15 * float(np.nanmax([np.nanmax(delay.values), delay.upper.max(), delay.ewma.max()]))))
    _small(ax, chart.months)


def _draw_orders(ax: Axes, chart: ClientCharts) -> None:
    if not chart.ordered.any():
        ax.set_axis_off()
        ax.text(0.0, 0.5, tr("no orders"), color=GREY, va="center", fontsize=7.5, transform=ax.transAxes)
        return
    ax.plot(chart.months, chart.ordered, color=POINT, linewidth=1.2)
    ax.plot(chart.months, chart.expected, color=INK, linewidth=0.8, linestyle=(0, (4, 3)))
    _ring(ax, chart.months, chart.ordered, chart.order_signal)
    ax.set_ylim(0, max(1.0, 1.15 * float(np.nanmax([chart.ordered.max(), np.nanmax(np.nan_to_num(chart.expected))]))))
    ax.yaxis.set_major_formatter(money_ticks())
    _small(ax, chart.months)


def _ring(ax: Axes, months: pd.DatetimeIndex, values: np.ndarray, day: pd.Timestamp | None) -> None:
    if day is not None:
        at = months.get_loc(day)
        ax.plot([day], [values[at]], marker="o", markersize=7, color=ALARM, markerfacecolor="none", markeredgewidth=1.5)


def _small(ax: Axes, months: pd.DatetimeIndex) -> None:
    month_ticks(ax, pd.Series(months[:: max(len(months) // 3, 1)]))
    ax.yaxis.set_major_locator(MaxNLocator(3))
    ax.tick_params(labelsize=7)
