"""The executive summary, drawn: the bridge of money at risk, and the range with each client."""

import numpy as np
from matplotlib.axes import Axes

from kamlib import formats
from kamlib.executive import Bridge, Executive
from kamlib.language import tr
from kamlib.plots.shared import bare, new_axes, shortened, text_inches
from kamlib.style import ALARM, CALM, GREY, INK, LIGHT, POINT, house_style
from kamlib.wording.executive import STEP_NAMES


@house_style()
def plot_bridge(bridge: Bridge, ax: Axes | None = None) -> Axes:
    """A waterfall from the money at risk then to now; what adds is dark, what takes away is light."""
    steps = bridge.steps if bridge.previous else bridge.steps.iloc[2:]
    names = [
        formats.day(bridge.start_date),
        *[tr(STEP_NAMES[step]) for step in steps["step"]],
        formats.day(bridge.end_date),
    ]
    if ax is None:
        ax = new_axes((7.2, 0.4 + 0.25 * len(names)), left=max(map(text_inches, names)) + 0.14, bottom=0.1, right=0.7)
    y = np.arange(len(names))
    lows = [0.0, *steps[["start", "end"]].min(axis=1), 0.0]
    widths = [bridge.start, *steps["amount"].abs(), bridge.end]
    signs = [0.0, *steps["amount"], 0.0]
    colours = [GREY if sign == 0 else ALARM if sign > 0 else CALM for sign in signs]
    colours[0] = colours[-1] = POINT
    ax.barh(y, widths, left=lows, height=0.6, color=colours, linewidth=0)
    texts = [formats.money(bridge.start), *map(formats.signed_money, steps["amount"]), formats.money(bridge.end)]
    for position, low, width, text in zip(y, lows, widths, texts, strict=True):
        ax.annotate(
            text, (low + width, position), (4, 0), textcoords="offset points", va="center", ha="left", color=INK
        )
    bare(ax, y, names)
    ax.set_xlim(0, 1.08 * max(max(low + width for low, width in zip(lows, widths, strict=True)), 1.0))
    return ax


@house_style()
def plot_at_risk(review: Executive, top: int = 8, ax: Axes | None = None) -> Axes:
    """Money at risk of the first clients: a line from low to high, a dot at the base."""
    rows = review.at_risk.clients.head(top)
    names = [shortened(name) for name in rows["name"]]
    if ax is None:
        left = max(map(text_inches, names), default=0.5) + 0.14
        ax = new_axes((7.2, 0.35 + 0.22 * max(len(rows), 1)), left=left, bottom=0.1, right=1.55)
    if rows.empty:
        ax.text(0.0, 0.5, tr("Nothing to show."), ha="left", va="center", color=GREY, transform=ax.transAxes)
        ax.set_axis_off()
        return ax
    y = np.arange(len(rows))
    ax.hlines(y, rows["low"], rows["high"], color=LIGHT, linewidth=5)
    ax.plot(rows["base"], y, "o", color=POINT, markersize=5)
    for position, row in zip(y, rows.itertuples(), strict=True):
        text = f"{formats.money(row.low)} – {formats.money(row.base)} – {formats.money(row.high)}"
        ax.text(1.01, position, text, va="center", ha="left", fontsize=7.5, transform=ax.get_yaxis_transform())
    bare(ax, y, names)
    ax.set_xlim(0, 1.02 * max(float(rows["high"].max()), 1.0))
    return ax
