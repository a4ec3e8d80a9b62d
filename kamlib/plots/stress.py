"""What losing clients does, drawn."""

from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from kamlib import formats
from kamlib.language import phrase, tr
from kamlib.plots.shared import bare, money_ticks, new_axes, shortened
from kamlib.stress import ClientLoss, Survival
from kamlib.style import ALARM, GREY, INK, POINT, house_style

WIDE = (7.2, 2.3)
PARTS = {
    "receivable_loss": phrase("Receivables lost"),
    "margin_lost": phrase("Margin while replacing"),
    "stranded_stock": phrase("Custom stock"),
    "contract_cost": phrase("Contract cost"),
    "deposit": phrase("Deposit"),
    "guarantee": phrase("Guarantee"),
    "insurance": phrase("Insurance"),
    "compensation": phrase("Compensation"),
}


@house_style()
def plot_loss(loss: ClientLoss, ax: Axes | None = None) -> Axes:
    """What is left of profit (of margin, or of revenue, where no more is known) after losing 0, 1, 2 … clients."""
    measure = shown_measure(loss)
    values = loss.steps[measure].to_numpy()
    if ax is None:
        ax = new_axes(WIDE, left=0.62, bottom=0.46)
    colours = [GREY if step == 0 else ALARM if value < 0 else POINT for step, value in enumerate(values)]
    ax.bar(loss.steps["lost"], values, color=colours, width=0.66, linewidth=0)
    ax.axhline(0, color=INK, linewidth=0.8)
    ax.spines["bottom"].set_visible(False)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=11))
    ax.yaxis.set_major_locator(MaxNLocator(5))
    ax.yaxis.set_major_formatter(money_ticks())
    ax.set_xlabel(tr("clients lost") if loss.by == "client" else tr("groups lost"))
    ax.tick_params(axis="x", length=0)
    return ax


def shown_measure(loss: ClientLoss) -> str:
    """The furthest measure that is known: profit, else margin, else revenue."""
    return next(name for name in ("profit", "margin", "revenue") if loss.steps[name].notna().all())


@house_style()
def plot_survival(gone: Survival, failed: Survival, ax: Axes | None = None) -> Axes:
    """Own cash by week: as now, if the client leaves by contract, if it fails; the floor as a line."""
    ax = ax or new_axes(WIDE, left=0.62, right=1.3, bottom=0.5)
    if failed.missing:
        ax.text(0.5, 0.5, tr("cash is not known"), ha="center", va="center", color=GREY, transform=ax.transAxes)
        ax.set_axis_off()
        return ax
    lines = (
        (gone.path["base_cash"], GREY, tr("as now")),
        (gone.path["cash"], POINT, tr("it leaves")),
        (failed.path["cash"], ALARM, tr("it fails")),
    )
    weeks, heights = gone.path["week"], [line.iloc[-1] for line, _, _ in lines]
    for line, colour, _ in lines:
        ax.plot(weeks, line, color=colour, linewidth=1.6)
    low = min(gone.floor, *(line.min() for line, _, _ in lines), 0.0)
    high = max(gone.floor, *(line.max() for line, _, _ in lines))
    gap = (high - low) * 0.08 or 1.0
    for position, place in zip(apart(heights, gap), range(3), strict=True):
        ax.text(weeks.iloc[-1] + 0.7, position, lines[place][2], color=lines[place][1], va="center")
    ax.axhline(gone.floor, color=INK, linewidth=0.8, linestyle=(0, (4, 3)))
    ax.text(weeks.iloc[0], gone.floor, tr("minimum"), color=INK, va="bottom", fontsize=7.5)
    ax.set_xlim(weeks.iloc[0], weeks.iloc[-1])
    ax.set_ylim(low - gap, high + gap)
    ax.set_xlabel(tr("weeks from now"))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8))
    ax.yaxis.set_major_locator(MaxNLocator(5))
    ax.yaxis.set_major_formatter(money_ticks())
    return ax


@house_style()
def plot_waterfall(
    steps: pd.DataFrame, ax: Axes | None = None, names: list[str] | None = None, total: str | None = None
) -> Axes:
    """From what would be lost to what is at risk: losses in the alarm colour, reliefs in the other, the rest dark.

    `names` and `total` take the place of the names of the parts and of the last bar.
    """
    if ax is None:
        ax = new_axes((7.2, 0.5 + 0.24 * (len(steps) + 1)), left=1.9, bottom=0.1, right=0.7)
    y = np.arange(len(steps) + 1)
    ax.barh(
        y[:-1],
        steps["amount"],
        left=steps["start"],
        height=0.62,
        color=[ALARM if amount > 0 else POINT for amount in steps["amount"]],
        linewidth=0,
    )
    left = float(steps["end"].iloc[-1]) if len(steps) else 0.0
    ax.barh(y[-1:], [left], height=0.62, color=INK, linewidth=0)
    for position, amount in zip(y, [*steps["amount"], left], strict=True):
        ax.text(1.01, position, formats.money(amount), va="center", transform=ax.get_yaxis_transform())
    names = names or [tr(PARTS[part]) for part in steps["part"]]
    return bare(ax, y, [*map(shortened, names), total or tr("At risk")])


def apart(heights: list[float], gap: float) -> list[float]:
    """Where labels go that shall not touch: in the order of the heights, at least a gap between them."""
    placed = list(heights)
    order = np.argsort(heights)
    for below, above in pairwise(order):
        placed[above] = max(placed[above], placed[below] + gap)
    return placed
