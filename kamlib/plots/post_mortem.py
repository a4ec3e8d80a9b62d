"""Post-mortems, drawn: the timeline on one axis."""

from collections.abc import Sequence

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kamlib import formats
from kamlib.plots.shared import money_ticks
from kamlib.post_mortem import PostMortem
from kamlib.style import ALARM, GREY, INK, LIGHT, POINT, house_style

LANES = ("signal", "decision", "contact", "event", "payment")
BAR_DAYS = 22


@house_style()
def plot_timeline(found: PostMortem, numbered: pd.DataFrame, lane_names: Sequence[str]) -> Axes:
    """Money above, what happened below, the event as a line through both; the returned axes is the lower one."""
    line, money = found.timeline, not found.timeline.exposure.empty
    height, lanes = (3.5 if money else 1.7), 1.28
    figure = Figure(figsize=(7.2, height))
    left, width = 0.115, 0.865
    lower = figure.add_axes((left, 0.27 / height, width, lanes / height))
    axes = [lower]
    if money:
        bottom = (lanes + 0.42) / height
        upper = figure.add_axes((left, bottom, width, 1 - bottom - 0.07 / height), sharex=lower)
        _draw_money(upper, found)
        axes.append(upper)
    for ax in axes:
        ax.axvline(line.event, color=ALARM, linewidth=1.1)
    _draw_lanes(lower, line.marks, numbered, lane_names, line.event)
    days = (line.start - pd.Timedelta(days=12), max(line.today, line.event) + pd.Timedelta(days=12))
    lower.set_xlim(*days)
    months = pd.date_range(line.start.normalize(), days[1] - (days[1] - days[0]) * 0.04, freq="QS")
    ticks = months if len(months) <= 6 else months[:: int(np.ceil(len(months) / 6))]
    lower.set_xticks(mdates.date2num(ticks), [formats.month(day) for day in ticks])
    return lower


def _draw_money(ax: Axes, found: PostMortem) -> None:
    line = found.timeline
    ax.bar(line.payments.index, line.payments, width=BAR_DAYS, color=LIGHT, linewidth=0)
    ax.plot(line.exposure.index, line.exposure, color=POINT, linewidth=1.8)
    if len(line.limits):
        days = [*line.limits["date"].clip(lower=line.start), line.today]
        amounts = [*line.limits["amount"], line.limits["amount"].iloc[-1]]
        ax.step(days, amounts, where="post", color=INK, linewidth=0.9, linestyle=(0, (4, 3)))
    top = max([float(line.exposure.max()), float(line.payments.max()), 1.0, *line.limits["amount"].fillna(0.0)])
    ax.set_ylim(0, 1.12 * top)
    ax.yaxis.set_major_formatter(money_ticks())
    ax.tick_params(labelbottom=False)


def _draw_lanes(
    ax: Axes, marks: pd.DataFrame, numbered: pd.DataFrame, names: Sequence[str], event: pd.Timestamp
) -> None:
    for place, kind in enumerate(LANES):
        rows = marks[marks["kind"] == kind]
        ax.axhline(place, color=LIGHT, linewidth=0.6, zorder=0)
        colour = POINT if kind in ("signal", "decision") else ALARM if kind == "event" else GREY
        ax.plot(rows["date"], [place] * len(rows), linestyle="none", marker="o", markersize=3.4, color=colour)
    last: dict[str, pd.Timestamp] = {}
    for mark in numbered.itertuples():
        near = abs((mark.date - event).days) < 12 or (mark.kind in last and (mark.date - last[mark.kind]).days < 18)
        ax.annotate(
            str(mark.number),
            (mark.date, LANES.index(mark.kind)),
            (7 if near else 0, 4),
            textcoords="offset points",
            ha="center",
            fontsize=6.5,
        )
        last[mark.kind] = mark.date
    ax.set_yticks(range(len(LANES)), list(names))
    ax.set_ylim(len(LANES) - 0.5, -0.8)
    ax.spines["left"].set_visible(False)
