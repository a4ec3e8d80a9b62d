"""Dependence on clients, drawn."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from kamlib import formats
from kamlib.dependence import ConcentrationHistory, Dependence
from kamlib.language import tr
from kamlib.plots.shared import HALF, bare, new_axes, percent, shortened, text_inches
from kamlib.style import ALARM, GREY, INK, LIGHT, POINT, house_style


@house_style()
def plot_shares(dependence: Dependence, top: int = 10, ax: Axes | None = None) -> Axes:
    """The largest clients' shares of revenue as bars, the largest in colour, a year before as a tick."""
    rows = dependence.clients.head(top)
    names = [shortened(name) for name in rows["name"]]
    if ax is None:
        height = 0.45 + 0.21 * len(rows)
        ax = new_axes((7.2, height), left=max(map(text_inches, names)) + 0.14, bottom=0.12, right=0.62)
    y = np.arange(len(rows))
    ax.barh(y, rows["share"], height=0.62, color=[POINT] + [LIGHT] * (len(rows) - 1), linewidth=0)
    ax.vlines(rows["prior_share"], y - 0.38, y + 0.38, color=INK, linewidth=1.2)
    for position, share in zip(y, rows["share"], strict=True):
        ax.text(1.01, position, formats.share(share), va="center", ha="left", transform=ax.get_yaxis_transform())
    return bare(ax, y, names)


@house_style()
def plot_lorenz(dependence: Dependence, ax: Axes | None = None) -> Axes:
    """The Lorenz curve of revenue against equality."""
    ax = ax or new_axes(HALF, left=0.5, right=0.26)
    curve = dependence.lorenz
    ax.plot([0, 1], [0, 1], color=GREY, linewidth=0.8)
    ax.plot(curve["client_share"], curve["amount_share"], color=POINT, linewidth=1.8)
    ax.fill_between(
        curve["client_share"], curve["amount_share"], curve["client_share"], color=POINT, alpha=0.08, linewidth=0
    )
    ax.text(0.46, 0.52, tr("equal shares"), rotation=33, color=GREY, ha="center", va="bottom")
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(percent())
        axis.set_ticks([0, 0.25, 0.5, 0.75, 1])
    ax.set(xlim=(0, 1), ylim=(0, 1.02))
    return ax


@house_style()
def plot_history(history: ConcentrationHistory, ax: Axes | None = None) -> Axes:
    """The HHI at the end of each quarter, its first and last value on the line."""
    rows = history.quarters
    ax = ax or new_axes(HALF, left=0.5, right=0.42)
    if rows.empty:
        ax.text(0.5, 0.5, tr("no history"), ha="center", va="center", color=GREY, transform=ax.transAxes)
        ax.set_axis_off()
        return ax
    points = rows["hhi"].to_numpy(float) * 1e4
    x = np.arange(len(rows))
    ax.plot(x, points, color=POINT, linewidth=1.8, marker="o", markersize=3)
    for place in {0, len(rows) - 1}:
        ax.annotate(
            formats.number(points[place]), (place, points[place]), xytext=(0, 7), textcoords="offset points",
            ha="right" if place else "left", color=POINT,
        )  # fmt: skip
    ax.set_ylim(0, 1.25 * points.max())
    step = max(1, (len(rows) - 1) // 2)
    ticks = list(range(len(rows) - 1, -1, -step))
    ax.set_xticks(ticks, [formats.month(rows["date"].iloc[tick]) for tick in ticks])
    ax.yaxis.set_major_locator(MaxNLocator(4))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: formats.number(value)))
    return ax


@house_style()
def plot_causes(history: ConcentrationHistory, top: int = 8, ax: Axes | None = None) -> Axes:
    """The clients that changed the HHI most: what raised it to the right, what lowered it to the left."""
    rows = history.clients.head(top)
    points = rows["contribution"].to_numpy(float) * 1e4
    names = [shortened(name, 2.2) for name in rows["name"]]
    if ax is None:
        left = max([text_inches(name) for name in names], default=0.5) + 0.14
        ax = new_axes((7.2, 0.4 + 0.21 * max(len(rows), 1)), left=left, bottom=0.12, right=0.3)
    if rows.empty:
        ax.text(0.5, 0.5, tr("no history"), ha="center", va="center", color=GREY, transform=ax.transAxes)
        ax.set_axis_off()
        return ax
    y = np.arange(len(rows))
    ax.barh(y, points, height=0.62, color=np.where(points > 0, ALARM, POINT), linewidth=0)
    ax.axvline(0, color=INK, linewidth=0.8)
    reach = max(abs(points).max(), 1e-9)
    for place, value in zip(y, points, strict=True):
        side = "left" if value >= 0 else "right"
        ax.text(value + np.copysign(0.01 * reach, value), place, formats.signed(value, 1), va="center", ha=side)
    bare(ax, y, names)
    ax.spines["left"].set_visible(False)
    low, high = min(points.min(), 0.0), max(points.max(), 0.0)
    room = 0.15 * max(high - low, 1e-9)  # for the figure at a bar's end
    ax.set_xlim(low - room * bool(low < 0), high + room)
    return ax
