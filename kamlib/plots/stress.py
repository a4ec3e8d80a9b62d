"""What losing clients does, drawn."""

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from kamlib.plots.shared import HALF, money_ticks, new_axes
from kamlib.stress import ClientLoss
from kamlib.style import ALARM, GREY, INK, POINT, house_style


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
    ax.yaxis.set_major_formatter(money_ticks())
    ax.set_xlabel("clients lost" if loss.by == "client" else "groups lost")
    ax.tick_params(axis="x", length=0)
    return ax


def shown_measure(loss: ClientLoss) -> str:
    """The furthest measure that is known: profit, else margin, else revenue."""
    return next(name for name in ("profit", "margin", "revenue") if loss.steps[name].notna().all())
