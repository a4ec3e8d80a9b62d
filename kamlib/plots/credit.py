"""The credit review of a client, drawn."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from kamlib.credit import CreditReview
from kamlib.language import tr
from kamlib.plots.shared import HALF, money_ticks, month_ticks, new_axes, nothing_drawn
from kamlib.style import ALARM, LIGHT, POINT, house_style


@house_style()
def plot_delay(review: CreditReview, ax: Axes | None = None) -> Axes:
    """Days late by the month invoices fell due; the running month is hollow: its invoices may still be paid."""
    months = review.now.by_month
    ax = ax or new_axes(HALF, left=0.36, right=0.3)
    if months.empty:
        return nothing_drawn(ax, tr("no invoice fell due"))
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
    top = max(10, 1.2 * months["days_late"].max())
    if len(settled):
        last = settled.iloc[-1]
        fell = len(settled) > 1 and settled["days_late"].iloc[-2] > last["days_late"]
        below = fell and last["days_late"] > 0.15 * top  # the line comes from above: the figure stands under it
        ax.annotate(
            f"{last['days_late']:.0f}",
            (last["month"], last["days_late"]),
            xytext=(0, -12 if below else 8),
            textcoords="offset points",
            ha="center",
            color=POINT,
        )
    ax.set_ylim(0, top)
    month_ticks(ax, months["month"])
    ax.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    return ax


@house_style()
def plot_ageing(review: CreditReview, ax: Axes | None = None) -> Axes:
    """Open invoices by age now (colour) and a quarter before (grey)."""
    now, before = review.now.ageing, review.before.ageing
    ax = ax or new_axes(HALF, left=0.62)
    if not (now["amount"].any() or before["amount"].any()):
        return nothing_drawn(ax, tr("nothing is open, nor was a quarter before"))
    x = np.arange(len(now))
    ax.bar(x - 0.2, before["amount"], width=0.36, color=LIGHT, linewidth=0)
    ax.bar(x + 0.2, now["amount"], width=0.36, color=[POINT] + [ALARM] * (len(now) - 1), linewidth=0)
    names = [tr("not due") if bucket == "not due" else bucket for bucket in now["bucket"]]
    ax.set_xticks(x, names, fontsize=7.5)
    ax.yaxis.set_major_locator(MaxNLocator(4))
    ax.yaxis.set_major_formatter(money_ticks())
    ax.tick_params(axis="x", length=0)
    return ax
