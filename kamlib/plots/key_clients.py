"""Who is a key client, drawn: the matrix, the rank intervals, the whale curve."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.ticker import MaxNLocator

from kamlib import formats
from kamlib.language import tr
from kamlib.plots.shared import HALF, new_axes, percent, shortened, text_inches
from kamlib.ranking import Ranking
from kamlib.style import ALARM, FONT_SIZE, GREY, INK, LIGHT, POINT, house_style

MATRIX = (7.2, 4.3)  # inches
MARGINS = {"left": 0.5, "bottom": 0.46, "right": 0.12, "top": 0.1}
LABEL_SIZE = FONT_SIZE - 1
CORNERS = ((1, 0), (-1, 0), (0, 1), (0, -1), (0.8, 0.8), (-0.8, 0.8), (0.8, -0.8), (-0.8, -0.8))
QUADRANT_PLACES = (("key", 1, 1), ("key_development", 0, 1), ("maintenance", 1, 0), ("opportunistic", 0, 0))


def shown_in_matrix(ranking: Ranking, top: int = 30) -> pd.DataFrame:
    """The clients that the matrix draws: the best scores and every major customer, the largest first."""
    placed = ranking.clients[ranking.clients["quadrant"] != ""]
    shown = placed[(np.arange(len(placed)) < top) | (placed["flag"] != "")]
    return shown.sort_values("revenue", ascending=False, kind="stable")


@house_style()
def plot_matrix(ranking: Ranking, ax: Axes | None = None) -> Axes:
    """Attractiveness over relative strength; bubbles by revenue, key clients in colour, a trail from a period before."""
    settings, rows = ranking.policy.key_clients, shown_in_matrix(ranking)
    ax = ax or new_axes(MATRIX, **MARGINS)
    x, y = rows["strength"].to_numpy(float), rows["attractiveness"].to_numpy(float)
    ax.set(
        xlim=_limits([*x, *rows["prior_strength"].dropna(), settings.cuts[1]], settings.scale),
        ylim=_limits([*y, *rows["prior_attractiveness"].dropna(), settings.cuts[0]], settings.scale),
    )
    ax.set_xlabel(tr("Our relative strength with the client, points"))
    ax.set_ylabel(tr("Attractiveness, points"))
    ax.axvline(settings.cuts[1], color=LIGHT, linewidth=0.8)
    ax.axhline(settings.cuts[0], color=LIGHT, linewidth=0.8)
    words = {
        "key": tr("Key"),
        "key_development": tr("Key development"),
        "maintenance": tr("Maintenance"),
        "opportunistic": tr("Opportunistic"),
    }
    for name, right, above in QUADRANT_PLACES:
        ax.text(0.995 if right else 0.005, 0.992 if above else 0.008, words[name], transform=ax.transAxes,
                ha="right" if right else "left", va="top" if above else "bottom", color=GREY)  # fmt: skip
    ax.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    ax.yaxis.set_major_locator(MaxNLocator(6, integer=True))
    if rows.empty:
        ax.text(0.5, 0.5, tr("nothing is known of either axis"), ha="center", color=GREY, transform=ax.transAxes)
        return ax
    trail = rows["prior_strength"].notna() & rows["prior_attractiveness"].notna()
    ends = rows.loc[trail, ["prior_strength", "prior_attractiveness", "strength", "attractiveness"]].to_numpy(float)
    ax.add_collection(LineCollection(ends.reshape(-1, 2, 2), colors=LIGHT, linewidths=1.0, zorder=1), autolim=False)
    largest = max(float(rows["revenue"].max()), 1e-9)
    areas = 14 + 900 * rows["revenue"].to_numpy(float) / largest
    colours = np.where(rows["key"], POINT, np.where(rows["prospect"], "white", GREY))
    ax.scatter(x, y, s=areas, c=colours, alpha=0.75, edgecolors=np.where(rows["prospect"], POINT, "white"),
               linewidths=0.8, zorder=2)  # fmt: skip
    _label(ax, rows, x, y, np.sqrt(areas / np.pi) / 72)
    return ax


def _limits(points: list[float], scale: float) -> tuple[float, float]:
    """An axis that holds the points and the cut, with room around, and ends with the scale."""
    room = 0.07 * scale
    return max(1 - 0.03 * scale, min(points) - room), min(1.05 * scale, max(points) + room)


def _label(ax: Axes, rows: pd.DataFrame, x: np.ndarray, y: np.ndarray, radii: np.ndarray) -> None:
    """Names beside their bubbles, the largest first, each where it covers no other name and the fewest bubbles.

    A name that finds no free place is left out: the table below has it.
    """
    box = ax.get_position()
    width, height = ax.figure.get_size_inches() * (box.width, box.height)
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    px, py = (x - left) / (right - left) * width, (y - bottom) / (top - bottom) * height
    taken: list[tuple[float, float, float, float]] = []
    for place, name in enumerate(rows["name"]):
        text = shortened(str(name), 1.3)
        w, h = text_inches(text, LABEL_SIZE), LABEL_SIZE * 1.2 / 72
        best = None
        for dx, dy in CORNERS:
            reach = radii[place] + 0.03
            cx, cy = px[place] + dx * (reach + w / 2), py[place] + dy * (reach + h / 2)
            area = (cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2)
            outside = area[0] < 0 or area[1] < 0 or area[2] > width or area[3] > height
            if outside or any(_cover(area, other) for other in taken):
                continue
            near_x = np.clip(px, area[0], area[2]) - px
            near_y = np.clip(py, area[1], area[3]) - py
            covered = int((near_x**2 + near_y**2 < radii**2).sum())
            if best is None or covered < best[0]:
                best = (covered, cx, cy, area)
        if best is None or best[0] > 1:
            continue
        taken.append(best[3])
        ax.text(best[1] / width, best[2] / height, text, transform=ax.transAxes, ha="center", va="center",
                fontsize=LABEL_SIZE, color=INK, zorder=3)  # fmt: skip


def _cover(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


@house_style()
def plot_ranks(ranking: Ranking, ax: Axes | None = None) -> Axes:
    """Rank and rank interval of the key clients and the next behind them; the line is the cut."""
    count = ranking.policy.key_clients.key_count
    rows = ranking.clients.head(count + 6)
    names = [shortened(str(name), 2.2) for name in rows["name"]]
    if ax is None:
        left = max(map(text_inches, names)) + 0.14
        ax = new_axes((7.2, 0.62 + 0.2 * len(rows)), left=left, bottom=0.42, right=0.3)
    y = np.arange(len(rows))
    colours = np.where(rows["key"], POINT, GREY)
    ax.hlines(y, rows["rank_low"], rows["rank_high"], color=colours, linewidth=2.2, alpha=0.55)
    ax.scatter(rows["rank"], y, c=colours, s=22, zorder=3)
    if len(ranking.clients) > count:
        ax.axvline(count + 0.5, color=ALARM, linewidth=0.9)
    ax.set_yticks(y, names)
    ax.invert_yaxis()
    ax.set_xlim(0.4, float(rows["rank_high"].max()) + 0.8)
    ax.xaxis.set_major_locator(MaxNLocator(6, integer=True, min_n_ticks=1))
    ax.set_xlabel(tr("rank"))
    ax.spines["left"].set_visible(False)
    return ax


@house_style()
def plot_whale(ranking: Ranking, ax: Axes | None = None) -> Axes:
    """Cumulative profit over clients, the most profitable first; its peak is named."""
    ax = ax or new_axes(HALF, left=0.5, right=0.3)
    curve = ranking.whale
    if curve.empty or curve["profit_share"].isna().all():
        said = tr("profit by client is not known") if curve.empty else tr("all clients together make no profit")
        ax.text(0.5, 0.5, said, ha="center", va="center", color=GREY, transform=ax.transAxes)
        ax.set_axis_off()
        return ax
    peak = int(curve["profit_share"].to_numpy().argmax())
    shown = np.unique(np.concatenate([np.linspace(0, len(curve) - 1, 200).astype(int), [peak]]))
    drawn = curve.iloc[shown]
    ax.axhline(1, color=LIGHT, linewidth=0.8)
    ax.plot(drawn["client_share"], drawn["profit_share"], color=POINT, linewidth=1.8)
    top = curve.iloc[peak]
    ax.plot(top["client_share"], top["profit_share"], "o", color=POINT, markersize=4)
    ax.annotate(formats.share(top["profit_share"], 0), (top["client_share"], top["profit_share"]),
                xytext=(-4, 6), textcoords="offset points", ha="right", color=POINT)  # fmt: skip
    ax.set(xlim=(0, 1.01), ylim=(min(0, float(drawn["profit_share"].min())), 1.18 * float(top["profit_share"])))
    ax.xaxis.set_major_formatter(percent())
    ax.yaxis.set_major_formatter(percent())
    ax.xaxis.set_ticks([0, 0.25, 0.5, 0.75, 1])
    ax.yaxis.set_major_locator(MaxNLocator(4))
    return ax
