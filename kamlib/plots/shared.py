"""What every chart is drawn with: axes of measured margins, names cut to fit, ticks."""

import unicodedata

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from kamlib import formats
from kamlib.style import FONT_SIZE, GREY

EMPTY = 0.5  # inches high: a chart that has nothing to draw
HALF = (3.5, 2.3)  # inches: two stand side by side; a wide one is 7.2


def new_axes(
    size: tuple[float, float], left: float, bottom: float = 0.32, right: float = 0.12, top: float = 0.08
) -> Axes:
    """An axes with margins in inches: measured, not searched for, so that a chart is drawn only once."""
    width, height = size
    rectangle = (left / width, bottom / height, (width - left - right) / width, (height - bottom - top) / height)
    return Figure(figsize=size).add_axes(rectangle)


def text_inches(text: str, size: float = FONT_SIZE) -> float:
    """About how wide a text is, in inches; a Chinese character is as wide as it is high."""
    return sum(map(_em_width, text)) * size / 72


def _em_width(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WF" or character == "…":
        return 1.02
    return 0.86 if character in "mwMW@%" else 0.68 if character.isupper() else 0.56


def shortened(text: str, width: float = 1.9) -> str:
    """A name cut to a width in inches, with an ellipsis."""
    if text_inches(text) <= width:
        return text
    while text and text_inches(text) > width - 0.1:
        text = text[:-1]
    return f"{text.rstrip()}…"


def percent() -> FuncFormatter:
    """Ticks as whole per cent."""
    return FuncFormatter(lambda value, _: formats.share(value, 0))


def bare(ax: Axes, y: np.ndarray, names: list[str]) -> Axes:
    """Horizontal bars without an axis of numbers: each bar carries its own."""
    ax.set_yticks(y, names)
    ax.invert_yaxis()
    ax.xaxis.set_visible(False)
    ax.spines["bottom"].set_visible(False)
    ax.set_xlim(0, None)
    return ax


def month_ticks(ax: Axes, months: pd.Series) -> None:
    """A tick at the first month and every sixth (or the last), named by month and year."""
    ends = months.iloc[[0, -1]] if len(months) > 1 else months
    shown = months.iloc[::6] if len(months) > 6 else ends
    ax.set_xticks(shown, [formats.month(month) for month in shown])


def money_ticks() -> FuncFormatter:
    """Ticks as short money."""
    return FuncFormatter(lambda value, _: formats.money(value))


def nothing_drawn(ax: Axes, why: str) -> Axes:
    """An axes without a drawing: what is missing is said where it would stand, and takes little room."""
    if ax.figure.axes == [ax]:
        ax.figure.set_figheight(EMPTY)
    ax.text(0.5, 0.5, why, ha="center", va="center", color=GREY, transform=ax.transAxes)
    ax.set_axis_off()
    return ax
