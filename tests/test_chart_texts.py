"""Charts with one, three and many clients of long and Chinese names: no text is cut off, none is drawn twice."""

from dataclasses import replace
from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from kamlib import client_profile, credit, dependence, early_warning, executive, plots, ranking, stress, treatment
from kamlib.language import speaking
from kamlib.ledger.snapshot import Snapshot, snapshot_from_frames
from kamlib.policy import Policy
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
        said = [*axes.texts, *figure.texts]
        boxes = [(text.get_text(), text.get_window_extent()) for text in said if text.get_text().strip()]
        if axes.axison:
            boxes += [(name, axis.get_tightbbox(renderer)) for name, axis in (("x", axes.xaxis), ("y", axes.yaxis))]
        for name, box in boxes:
            if box is not None and not (
                page.x0 - 1 <= box.x0 and box.x1 <= page.x1 + 1 and page.y0 - 1 <= box.y0 and box.y1 <= page.y1 + 1
            ):
                found.append(f"{name} {box.x0 - page.x0:.0f} {box.x1 - page.x1:.0f} {box.y0 - page.y0:.0f}")
    return found


def on_each_other(ax: Axes) -> list[str]:
    """Pairs of texts that share more than a pixel and a half each way."""
    figure = ax.figure
    FigureCanvasAgg(figure).draw()
    shown = [(text.get_text(), text.get_window_extent()) for text in figure.texts]
    for axes in figure.axes:
        shown += [(text.get_text(), text.get_window_extent()) for text in axes.texts]
        if axes.axison:
            shown += [
                (text.get_text(), text.get_window_extent()) for axis in (axes.xaxis, axes.yaxis) for text in seen(axis)
            ]
    found = []
    for (one, box), (other, beside) in combinations([pair for pair in shown if pair[0].strip()], 2):
        wide = min(box.x1, beside.x1) - max(box.x0, beside.x0)
        high = min(box.y1, beside.y1) - max(box.y0, beside.y0)
        if wide > 1.5 and high > 1.5:
            found.append(f"{one[:20]} | {other[:20]}")
    return found


def seen(axis: Axis) -> list[Text]:
    """The labels of an axis that are drawn: within its limits, with the axis' own name."""
    low, high = sorted(axis.get_view_interval())
    place = 0 if axis.axis_name == "x" else 1
    labels = [text for text in axis.get_ticklabels() if low - 1e-9 <= text.get_position()[place] <= high + 1e-9]
    return [*labels, axis.label] if axis.get_visible() else []


def all_charts(snapshot: Snapshot, policy: Policy) -> dict[str, Axes]:
    """Every chart that a ledger without a case gives, and those of its first two clients."""
    review = dependence.review_dependence(snapshot, policy)
    history = dependence.review_history(snapshot, policy)
    ranked = ranking.review_ranking(snapshot, policy)
    model = stress.cash_model(snapshot, policy)
    company = executive.review_company(snapshot, policy)
    at_risk, watch = company.at_risk, company.watch
    treated = treatment.review_treatment(snapshot, policy)
    charts = early_warning.worst_charts(watch, 5)
    largest = review.clients["client_id"].head(1).tolist()
    gone, failed = (stress.survival(snapshot, policy, largest, how, model=model) for how in ("leaves", "fails"))
    drawn = {
        "shares": plots.plot_shares(review),
        "lorenz": plots.plot_lorenz(review),
        "history": plots.plot_history(history),
        "causes": plots.plot_causes(history),
        "loss": plots.plot_loss(stress.lose_top(snapshot, 10, "client", 12, model)),
        "survival": plots.plot_survival(gone, failed),
        "matrix": plots.plot_matrix(ranked),
        "ranks": plots.plot_ranks(ranked),
        "whale": plots.plot_whale(ranked),
        "waterfall": plots.plot_waterfall(at_risk.waterfall(at_risk.clients["client_id"].iloc[0])),
        "watch": plots.plot_watch(watch),
        "control": plots.plot_control(watch.review, charts),
        "bridge": plots.plot_bridge(company.bridge),
        "at_risk": plots.plot_at_risk(company),
        "heat": plots.plot_heat(treated.register),
        "frontier": plots.plot_frontier(treated.plan),
        "protected": plots.plot_protected(client_profile.review_contracts(snapshot, policy)),
        "nobody_watched": plots.plot_watch(replace(watch, clients=watch.clients.iloc[:0])),
        "nobody_charted": plots.plot_control(watch.review, ()),
        "nothing_at_risk": plots.plot_at_risk(
            replace(company, at_risk=replace(at_risk, clients=at_risk.clients.iloc[:0]))
        ),
        "empty_register": plots.plot_heat(replace(treated.register, entries=treated.register.entries.iloc[:0])),
        "no_history": plots.plot_causes(replace(history, clients=history.clients.iloc[:0])),
    }
    for client in ("c000", "c001")[: len(review.clients)]:
        seen_by = credit.review_client(snapshot, client, policy)
        profile = client_profile.profile_client(snapshot, client, policy)
        drawn[f"delay {client}"] = plots.plot_delay(seen_by)
        drawn[f"ageing {client}"] = plots.plot_ageing(seen_by)
        drawn[f"outlook {client}"] = plots.plot_outlook(profile)
        drawn[f"exit {client}"] = plots.plot_exit(profile)
    return drawn


@pytest.mark.parametrize(("count", "lang"), [(1, "en"), (3, "zh"), pytest.param(500, "en", marks=pytest.mark.slow)])
def test_no_text_of_a_chart_is_cut_off_or_lies_on_another(count, lang, policy):
    with speaking(lang), house_style():
        drawn = all_charts(company(count), policy)
        try:
            assert {name: cut_off(ax) for name, ax in drawn.items() if cut_off(ax)} == {}
            assert {name: on_each_other(ax) for name, ax in drawn.items() if on_each_other(ax)} == {}
        finally:
            plt.close("all")


def test_the_check_can_fail():
    figure, ax = plt.subplots(figsize=(2, 1))
    ax.set_axis_off()
    ax.text(0.9, 0.5, "much too long for so small a figure", transform=ax.transAxes)
    ax.text(0.9, 0.5, "on it", transform=ax.transAxes)
    assert cut_off(ax)[0].startswith("much too long")
    assert on_each_other(ax) == ["much too long for so | on it"]
    plt.close(figure)
