"""Charts with one, three and many clients of long and Chinese names: no text is cut off, none is drawn twice."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg

from kamlib import dependence, plots, ranking, stress
from kamlib.ledger.snapshot import Snapshot, snapshot_from_frames
from kamlib.style import house_style

NAMES = (
    "Halden " + "Maritime " * 14,
    "杭州新能源科技发展有限公司" * 6,
    "x" * 120,
    "<script>alert(1)</script>",
    "Ωmega & Söhne",
)


def company(count: int) -> Snapshot:
    """`count` clients billed each month for two years, with names that are hard to draw."""
    draw = np.random.default_rng([7, count])
    months = pd.date_range("2024-10-15", "2026-09-15", freq="MS")
    ids = np.repeat([f"c{n:03d}" for n in range(count)], len(months))
    issued = np.tile(months, count)
    amounts = draw.lognormal(9, 1, len(ids)).round(2)
    invoices = pd.DataFrame(
        {
            "invoice_id": [str(n) for n in range(len(ids))], "client_id": ids, "issue_date": issued,
            "due_date": issued + pd.Timedelta(days=30), "amount": amounts, "currency": "EUR", "cost": amounts * 0.7,
        }
    )  # fmt: skip
    paid = invoices[invoices["issue_date"] < "2026-07-01"]
    receipts = pd.DataFrame(
        {
            "receipt_id": paid["invoice_id"], "client_id": paid["client_id"], "invoice_id": paid["invoice_id"],
            "paid_date": paid["due_date"] + pd.Timedelta(days=9), "amount": paid["amount"], "currency": "EUR",
        }
    )  # fmt: skip
    names = [NAMES[n] if n < len(NAMES) else f"Client {n}" for n in range(count)]
    clients = pd.DataFrame({"client_id": [f"c{n:03d}" for n in range(count)], "name": names})
    frames = {"invoices": invoices, "receipts": receipts, "clients": clients}
    return snapshot_from_frames(frames, "2026-09-30", "EUR", {"fixed_cost": 50_000.0})


def cut_off(ax: Axes) -> list[str]:
    """Texts that reach out of the figure, by more than a pixel."""
    figure = ax.figure
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    renderer, page = canvas.get_renderer(), figure.bbox
    found = []
    for axes in figure.axes:
        boxes = [(text.get_text(), text.get_window_extent()) for text in axes.texts if text.get_text().strip()]
        if axes.axison:
            boxes += [(name, axis.get_tightbbox(renderer)) for name, axis in (("x", axes.xaxis), ("y", axes.yaxis))]
        for name, box in boxes:
            if box is not None and not (
                page.x0 - 1 <= box.x0 and box.x1 <= page.x1 + 1 and page.y0 - 1 <= box.y0 and box.y1 <= page.y1 + 1
            ):
                found.append(f"{name} {box.x0 - page.x0:.0f} {box.x1 - page.x1:.0f} {box.y0 - page.y0:.0f}")
    return found


@pytest.mark.parametrize("count", [1, 3, 60])
def test_no_text_of_a_chart_is_cut_off(count, policy):
    snapshot = company(count)
    review = dependence.review_dependence(snapshot, policy)
    ranked = ranking.review_ranking(snapshot, policy)
    at_risk = stress.money_at_risk(snapshot, policy)
    with house_style():
        drawn = [
            plots.plot_shares(review),
            plots.plot_lorenz(review),
            plots.plot_history(dependence.review_history(snapshot, policy)),
            plots.plot_loss(stress.lose_top(snapshot, 10, "client", 12, stress.cash_model(snapshot, policy))),
            plots.plot_matrix(ranked),
            plots.plot_ranks(ranked),
            plots.plot_waterfall(at_risk.waterfall(at_risk.clients["client_id"].iloc[0])),
        ]
        try:
            assert {n: cut_off(ax) for n, ax in enumerate(drawn) if cut_off(ax)} == {}
        finally:
            plt.close("all")


def test_the_check_can_fail():
    figure, ax = plt.subplots(figsize=(2, 1))
    ax.set_axis_off()
    ax.text(0.9, 0.5, "much too long for so small a figure", transform=ax.transAxes)
    assert cut_off(ax)[0].startswith("much too long")
    plt.close(figure)
