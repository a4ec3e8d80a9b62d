"""Dependence on clients, drawn."""

import numpy as np
from matplotlib.axes import Axes

from kamlib import formats
from kamlib.dependence import Dependence
from kamlib.plots.shared import HALF, bare, new_axes, percent, shortened, text_width
from kamlib.style import GREY, INK, LIGHT, POINT, house_style


@house_style()
def plot_shares(dependence: Dependence, top: int = 10, ax: Axes | None = None) -> Axes:
    """The largest clients' shares of revenue as bars, the largest in colour, a year before as a tick."""
    rows = dependence.clients.head(top)
    names = [shortened(name) for name in rows["name"]]
    if ax is None:
        height = 0.45 + 0.21 * len(rows)
        ax = new_axes((7.2, height), left=max(map(text_width, names)) + 0.14, bottom=0.12, right=0.62)
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
    ax.text(0.46, 0.52, "equal shares", rotation=33, color=GREY, ha="center", va="bottom")
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(percent())
        axis.set_ticks([0, 0.25, 0.5, 0.75, 1])
    ax.set(xlim=(0, 1), ylim=(0, 1.02))
    return ax
