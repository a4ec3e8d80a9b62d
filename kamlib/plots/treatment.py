"""Risk treatment, drawn."""

import numpy as np
from matplotlib.axes import Axes

from kamlib import formats
from kamlib.language import phrase, tr
from kamlib.plots.shared import HALF, money_ticks, new_axes
from kamlib.style import ALARM, GREY, INK, LIGHT, POINT, house_style
from kamlib.treatment import MitigationPlan, Register

BANDS = 5
MOST_NUMBERS = 6
LIKELY = (phrase("rare"), phrase("unlikely"), phrase("possible"), phrase("likely"), phrase("very likely"))
MONEY = (phrase("slight"), phrase("small"), phrase("medium"), phrase("large"), phrase("grave"))


@house_style()
def plot_heat(register: Register, planned: bool = False, top: int = 20, ax: Axes | None = None) -> Axes:
    """Entries by number in the bands of likelihood and money, unprotected or with the plan; darker is worse."""
    ax = ax or new_axes(HALF, left=0.82, bottom=0.3, right=0.1)
    grade = np.add.outer(np.arange(BANDS), np.arange(BANDS)) / (2 * (BANDS - 1))
    for row in range(BANDS):
        for column in range(BANDS):
            ax.add_patch(
                _cell(column, row, grade[row, column])
            )  # fmt: skip
    entries = register.entries.head(top).reset_index(drop=True)
    money = entries["planned_band" if planned else "inherent_band"]
    cells: dict[tuple[int, int], list[int]] = {}
    for number, place in enumerate(zip(money, entries["likelihood_band"], strict=True), 1):
        cells.setdefault(place, []).append(number)
    for (column, row), numbers in cells.items():
        told = ", ".join(map(str, numbers[:MOST_NUMBERS])) + ("…" if len(numbers) > MOST_NUMBERS else "")
        half = (len(numbers) + 1) // 2
        if 3 < len(numbers) <= MOST_NUMBERS:
            told = ", ".join(map(str, numbers[:half])) + ",\n" + ", ".join(map(str, numbers[half:]))
        elif len(numbers) > MOST_NUMBERS:
            told = ", ".join(map(str, numbers[:3])) + ",\n" + ", ".join(map(str, numbers[3:5])) + "…"
        dark = grade[row, column] > 0.9
        ax.text(column + 0.5, row + 0.5, told, ha="center", va="center", color="white" if dark else INK, fontsize=6.5)
    ax.set(xlim=(0, BANDS), ylim=(0, BANDS))
    ax.set_xticks(np.arange(BANDS) + 0.5, [tr(word) for word in MONEY])
    ax.set_yticks(np.arange(BANDS) + 0.5, [tr(word) for word in LIKELY])
    ax.tick_params(length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)
    return ax


def _cell(column: int, row: int, grade: float):
    from matplotlib.patches import Rectangle

    return Rectangle(
        (column + 0.02, row + 0.02), 0.96, 0.96, facecolor=ALARM, alpha=0.06 + 0.74 * grade**2, linewidth=0
    )


@house_style()
def plot_frontier(plan: MitigationPlan, ax: Axes | None = None) -> Axes:
    """Cost and worth of every efficient set, single mitigations in grey, the pick as a dot, the budget as a line."""
    ax = ax or new_axes((7.2, 2.6), left=0.72, bottom=0.34, right=0.5, top=0.14)
    rows = plan.frontier
    right = max(1.35 * plan.cost, 1.1 * plan.budget if np.isfinite(plan.budget) else 0.0, 1.0)
    shown = rows[rows["cost"] <= right]
    ends = np.append(shown["cost"], right)
    ax.step(ends, np.append(shown["worth"], shown["worth"].iloc[-1]), where="post", color=POINT, linewidth=1.8)
    single = plan.alone[(plan.alone["cost"] <= right)]
    ax.plot(single["cost"], single["worth"], "o", color=LIGHT, markersize=3, zorder=1)
    ax.axline((0, 0), slope=1, color=GREY, linewidth=0.7, linestyle=(0, (3, 3)))
    ax.plot([plan.cost], [plan.worth], "o", color=POINT, markersize=7)
    ax.annotate(
        tr("the pick: {worth} for {cost}", worth=formats.money(plan.worth), cost=formats.money(plan.cost)),
        (plan.cost, plan.worth), xytext=(8, -12 if plan.worth > 0 else 8), textcoords="offset points", color=POINT,
    )  # fmt: skip
    if np.isfinite(plan.budget):
        ax.axvline(plan.budget, color=GREY, linewidth=0.8)
        word = tr("budget")
        ax.text(plan.budget, 1.0, f"{word} ", color=GREY, transform=ax.get_xaxis_transform(), ha="right", va="top")
    left = min(0.0, float(shown["cost"].min()) if len(shown) else 0.0)
    top = max(float(shown["worth"].max()), plan.worth, right * 0.2, 1.0) * 1.12
    ax.set(xlim=(left, right), ylim=(0, top))
    end = min(0.94 * right, 0.94 * top, 0.97 * plan.budget)  # before the line of equal worth and cost leaves
    ax.text(end, end, tr("worth = cost "), color=GREY, ha="right", va="bottom", fontsize=6.5)
    ax.xaxis.set_major_formatter(money_ticks())
    ax.yaxis.set_major_formatter(money_ticks())
    return ax
