"""The profile of a client and the book of contracts, drawn."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from kamlib import formats
from kamlib.client_profile import ClientProfile, ContractBook
from kamlib.language import tr
from kamlib.plots.shared import HALF, money_ticks, new_axes, nothing_drawn
from kamlib.style import GREY, INK, LIGHT, POINT, house_style

QUARTERS_SHOWN = 8
LEAST_MONTHS = 8


@house_style()
def plot_outlook(profile: ClientProfile, ax: Axes | None = None) -> Axes:
    """Revenue of the last quarters (grey) and the next four (colour) with the interval of the forecast."""
    ax = ax or new_axes(HALF, left=0.62)
    past, forecast = past_quarters(profile).to_numpy(), profile.demand.forecast
    if not past.any() and forecast is None:
        return nothing_drawn(ax, tr("no revenue in these quarters"))
    x = np.arange(-len(past), 0)
    ax.bar(x, past, width=0.7, color=LIGHT, linewidth=0)
    if forecast is not None:
        ahead = forecast.by_quarter
        middle = ahead["amount"]
        ax.bar(ahead["quarter"] - 1, middle, width=0.7, color=POINT, linewidth=0)
        spread = np.vstack([middle - ahead["low"], ahead["high"] - middle])
        ax.errorbar(
            ahead["quarter"] - 1, middle, yerr=np.maximum(spread, 0), fmt="none", ecolor=INK, elinewidth=0.9, capsize=2
        )
        ax.axvline(-0.5, color=GREY, linewidth=0.7)
    ends = [-len(past), -1] if len(past) > 1 else [-1]
    ends += [3] if forecast is not None else []
    if forecast is None:
        ax.set_xlim(-max(len(past), 4) - 0.5, 0)  # a single bar is no wall
    last = profile.demand.months.index[-1]
    ax.set_xticks(ends, [formats.month((last + 3 * (int(end) + 1)).start_time) for end in ends], fontsize=7.5)
    return _money_axis(ax)


def past_quarters(profile: ClientProfile) -> pd.Series:
    """Revenue of the last eight spans of three whole months, the oldest first."""
    months = profile.demand.months
    whole = months.iloc[len(months) % 3 :].to_numpy().reshape(-1, 3).sum(axis=1)
    return pd.Series(whole if len(whole) else [float(months.sum())]).tail(QUARTERS_SHOWN)


@house_style()
def plot_exit(profile: ClientProfile, ax: Axes | None = None) -> Axes:
    """Revenue under contract in each coming month if the client gives notice today; in colour the minimum volume."""
    ax = ax or new_axes(HALF, left=0.62)
    return _curve(ax, profile.contract.curve)


@house_style()
def plot_protected(book: ContractBook, ax: Axes | None = None) -> Axes:
    """The same of the whole book, if every client gave notice today."""
    ax = ax or new_axes((7.2, 2.2), left=0.62)
    return _curve(ax, book.curve)


def _curve(ax: Axes, curve: pd.DataFrame) -> Axes:
    if not curve["protected"].any():
        return nothing_drawn(ax, tr("no revenue is under contract"))
    last = int(np.flatnonzero(curve["protected"])[-1])
    curve = curve.iloc[: max(last + 3, LEAST_MONTHS)]  # months with nothing left would be an empty half of the chart
    x = np.arange(len(curve))
    ax.bar(x, curve["protected"], width=0.8, color=LIGHT, linewidth=0)
    ax.bar(x, curve["committed"], width=0.8, color=POINT, linewidth=0)
    shown = [0, len(curve) // 2, len(curve) - 1]
    ax.set_xticks(shown, [formats.month(curve["month"].iloc[i]) for i in shown], fontsize=7.5)
    return _money_axis(ax)


def _money_axis(ax: Axes) -> Axes:
    ax.set_ylim(min(0.0, ax.get_ylim()[0]), None)
    ax.yaxis.set_major_locator(MaxNLocator(4))
    ax.yaxis.set_major_formatter(money_ticks())
    ax.tick_params(axis="x", length=0)
    return ax
