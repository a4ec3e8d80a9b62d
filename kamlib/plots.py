"""Charts: a result and an axes in, the axes out. Nothing is computed here but where ink goes.

Grey for context, one colour for the point, labels on the data, no grid box. Text stays text in the SVG.
"""

import unicodedata

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from kamlib import formats
from kamlib.credit import CreditReview
from kamlib.dependence import Dependence
from kamlib.stress import ClientLoss
from kamlib.style import ALARM, FONT_SIZE, GREY, INK, LIGHT, POINT, house_style

HALF = (3.5, 2.3)  # inches: two stand side by side; a wide one is 7.2


def new_axes(
    size: tuple[float, float], left: float, bottom: float = 0.32, right: float = 0.12, top: float = 0.08
) -> Axes:
    """An axes with margins in inches: measured, not searched for, so that a chart is drawn only once."""
    width, height = size
    rectangle = (left / width, bottom / height, (width - left - right) / width, (height - bottom - top) / height)
    return Figure(figsize=size).add_axes(rectangle)


def text_width(text: str, size: float = FONT_SIZE) -> float:
    """About how wide a text is, in inches; a Chinese character is as wide as it is high."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return (wide * 1.0 + (len(text) - wide) * 0.56) * size / 72


def shortened(text: str, width: float = 1.9) -> str:
    """A name cut to a width in inches, with an ellipsis."""
    if text_width(text) <= width:
        return text
    while text and text_width(text) > width - 0.1:
        text = text[:-1]
    return f"{text.rstrip()}…"


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
    return _bare(ax, y, names)


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
        axis.set_major_formatter(_percent())
        axis.set_ticks([0, 0.25, 0.5, 0.75, 1])
    ax.set(xlim=(0, 1), ylim=(0, 1.02))
    return ax


@house_style()
def plot_loss(loss: ClientLoss, ax: Axes | None = None) -> Axes:
    """What is left of profit (of margin, or of revenue, where no more is known) after losing 0, 1, 2 … clients."""
    measure = shown_measure(loss)
    values = loss.steps[measure].to_numpy()
    if ax is None:
        ax = new_axes(HALF, left=0.62, bottom=0.46)
    colours = [GREY if step == 0 else ALARM if value < 0 else POINT for step, value in enumerate(values)]
    ax.bar(loss.steps["lost"], values, color=colours, width=0.66, linewidth=0)
    ax.axhline(0, color=INK, linewidth=0.8)
    ax.spines["bottom"].set_visible(False)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=11))
    ax.yaxis.set_major_locator(MaxNLocator(5))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: formats.money(value)))
    ax.set_xlabel("clients lost" if loss.by == "client" else "groups lost")
    ax.tick_params(axis="x", length=0)
    return ax


def shown_measure(loss: ClientLoss) -> str:
    """The furthest measure that is known: profit, else margin, else revenue."""
    return next(name for name in ("profit", "margin", "revenue") if loss.steps[name].notna().all())


@house_style()
def plot_delay(review: CreditReview, ax: Axes | None = None) -> Axes:
    """Days late by the month invoices fell due; the running month is hollow: its invoices may still be paid."""
    months = review.now.by_month
    ax = ax or new_axes(HALF, left=0.36, right=0.3)
    if months.empty:
        ax.text(0.5, 0.5, "no invoice fell due", ha="center", va="center", color=GREY, transform=ax.transAxes)
        ax.set_axis_off()
        return ax
    settled = months[months["month"] < review.now.date.to_period("M").start_time]
    ax.plot(settled["month"], settled["days_late"], color=POINT, linewidth=1.8, marker="o", markersize=3)
    running = months.iloc[len(settled) :]
    ax.plot(
        running["month"],
        running["days_late"],
        color=POINT,
        marker="o",
        markersize=3.5,
        markerfacecolor="white",
        linewidth=0,
    )
    if len(settled):
        last = settled.iloc[-1]
        ax.annotate(
            f"{last['days_late']:.0f}",
            (last["month"], last["days_late"]),
            xytext=(0, 8),
            textcoords="offset points",
            ha="center",
            color=POINT,
        )
    ax.set_ylim(0, max(10, 1.2 * months["days_late"].max()))
    _month_ticks(ax, months["month"])
    ax.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    return ax


@house_style()
def plot_ageing(review: CreditReview, ax: Axes | None = None) -> Axes:
    """Open invoices by age now (colour) and a quarter before (grey)."""
    now, before = review.now.ageing, review.before.ageing
    ax = ax or new_axes(HALF, left=0.62)
    x = np.arange(len(now))
    ax.bar(x - 0.2, before["amount"], width=0.36, color=LIGHT, linewidth=0)
    ax.bar(x + 0.2, now["amount"], width=0.36, color=[POINT] + [ALARM] * (len(now) - 1), linewidth=0)
    ax.set_xticks(x, now["bucket"], fontsize=7.5)
    ax.yaxis.set_major_locator(MaxNLocator(4))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: formats.money(value)))
    ax.tick_params(axis="x", length=0)
    return ax


def _percent() -> FuncFormatter:
    return FuncFormatter(lambda value, _: formats.share(value, 0))


def _bare(ax: Axes, y: np.ndarray, names: list[str]) -> Axes:
    """Horizontal bars without an axis of numbers: each bar carries its own."""
    ax.set_yticks(y, names)
    ax.invert_yaxis()
    ax.xaxis.set_visible(False)
    ax.spines["bottom"].set_visible(False)
    ax.set_xlim(0, None)
    return ax


def _month_ticks(ax: Axes, months: pd.Series) -> None:
    """A tick at the first month and every sixth (or the last), named by month and year."""
    ends = months.iloc[[0, -1]] if len(months) > 1 else months
    shown = months.iloc[::6] if len(months) > 6 else ends
    ax.set_xticks(shown, [f"{month:%b %Y}" for month in shown])
