"""Loaded once by the process that all reports are forked from: everything a report needs, already used once.

A fork is only safe from a process with a single thread, so nothing here may start one: duckdb is not
imported, Typst compiles nothing, Arrow's allocator is told (by `kamlib.reports.pool`) to keep no thread.
"""

import gc
import os

import numpy as np
import pandas as pd
import papermill  # loads the engine by its entry point, so it comes before it
import seaborn  # noqa: F401 - for analysts' own cells

from kamlib import (
    blocks,
    client_profile,
    credit,
    dependence,
    early_warning,
    plots,
    ranking,
    stress,
    tables,
    wording,
)
from kamlib.fonts import covered_characters
from kamlib.language import LANGUAGES, speaking, tr
from kamlib.ledger.snapshot import Snapshot, snapshot_from_frames
from kamlib.policy import Policy, load_policy
from kamlib.reports import engine, making, pdf  # noqa: F401
from kamlib.reports.document import document_of
from kamlib.reports.html import font_data, html_of
from kamlib.runs import code_hash


def _use_everything() -> None:
    """Analyse, draw and render a toy ledger, so that caches, fonts and templates are filled."""
    days = pd.date_range("2025-01-15", "2026-06-15", freq="MS") + pd.Timedelta(days=14)
    count = len(days)
    invoices = pd.DataFrame(
        {
            "invoice_id": np.arange(2 * count).astype(str),
            "client_id": np.repeat(["a", "乙"], count),
            "issue_date": np.tile(days, 2),
            "due_date": np.tile(days + pd.Timedelta(days=30), 2),
            "amount": 100.0,
            "currency": "EUR",
            "cost": 70.0,
        }
    )
    receipts = pd.DataFrame(
        {
            "receipt_id": invoices["invoice_id"],
            "client_id": invoices["client_id"],
            "invoice_id": invoices["invoice_id"],
            "paid_date": invoices["due_date"] + pd.to_timedelta(np.arange(2 * count) % 9, unit="D"),
            "amount": invoices["amount"] * 0.9,
            "currency": "EUR",
        }
    )
    snapshot = snapshot_from_frames(
        {"invoices": invoices, "receipts": receipts}, "2026-06-30", "EUR", {"fixed_cost": 100}
    )
    policy = load_policy()
    review = credit.review_client(snapshot, "a", policy)
    whole = dependence.review_dependence(snapshot, policy)
    loss = stress.lose_top(snapshot, 2)
    history = dependence.review_history(snapshot, policy)
    appetite = dependence.review_appetite(snapshot, whole, policy)
    ranked = ranking.review_ranking(snapshot, policy)
    shown = [
        wording.heading_credit(review),
        tables.kpis_credit(review),
        wording.why_credit(review),
        wording.actions_credit(review),
        tables.table_exposure(review),
        tables.table_ageing_history(review),
        wording.say_rests(review),
        tables.table_limits(review),
        tables.table_scorecard(review),
        wording.say_accounts(review),
        tables.table_accounts(review),
        wording.say_loss(review),
        tables.table_provision(review),
        tables.table_measures(review),
        wording.heading_dependence(whole, loss, "a"),
        tables.kpis_dependence(whole, loss),
        tables.table_indices(whole),
        tables.table_loss(loss, "EUR"),
        wording.note_money_at_risk(stress.money_at_risk(snapshot, policy)),
        tables.table_default_loss(stress.default_loss(snapshot, policy)),
        wording.why_dependence(whole, loss, loss),
        wording.actions_dependence(whole, loss),
        blocks.chart(plots.plot_delay(review), wording.caption_delay(review), review.now.by_month),
        blocks.chart(plots.plot_ageing(review), wording.caption_ageing(review), review.now.ageing),
        blocks.chart(plots.plot_shares(whole), wording.caption_shares(whole), whole.clients[["share"]]),
        blocks.chart(plots.plot_loss(loss), wording.caption_loss(loss, "profit", "EUR"), loss.steps[["profit"]]),
        blocks.chart(plots.plot_lorenz(whole), wording.caption_lorenz(whole), whole.lorenz),
        blocks.chart(plots.plot_history(history), wording.caption_history(history), history.quarters),
        tables.table_appetite(appetite, "EUR"),
        tables.table_scores(ranked),
        blocks.chart(plots.plot_matrix(ranked), wording.caption_matrix(ranked), ranked.clients[["score"]]),
    ]
    shown += _use_profile(snapshot, policy)
    shown += _use_warnings(snapshot, policy)
    _run_a_notebook(shown)


def _use_profile(snapshot: Snapshot, policy: Policy) -> list[blocks.Block]:
    """The client profile of the toy: it loads what statsmodels and scipy need for trends, seasons and intervals."""
    from scipy import special, stats  # noqa: F401
    from statsmodels.discrete import discrete_model  # noqa: F401
    from statsmodels.genmod import generalized_linear_model  # noqa: F401
    from statsmodels.regression import linear_model  # noqa: F401
    from statsmodels.stats import diagnostic, stattools  # noqa: F401
    from statsmodels.tsa import seasonal  # noqa: F401

    profile = client_profile.profile_client(snapshot, "a", policy)
    return [
        wording.heading_profile(profile),
        tables.kpis_profile(profile),
        wording.why_profile(profile),
        wording.actions_profile(profile),
        tables.table_demand(profile),
        tables.table_forecast(profile),
        tables.table_churn(profile),
        tables.table_bargaining(profile),
        blocks.chart(plots.plot_outlook(profile), wording.caption_outlook(profile), profile.contract.curve),
        blocks.chart(plots.plot_exit(profile), wording.caption_exit(profile), profile.contract.curve),
    ]


def _use_warnings(snapshot: Snapshot, policy: Policy) -> list[blocks.Block]:
    """A client's signs of trouble; the season of orders is imported here, as a toy is too short to need it."""
    early_warning.seasonal_profile(np.tile([1.0, 3.0], (1, 12)), 12)
    signs = early_warning.warning_signals(snapshot, policy, "a")
    charts = (early_warning.client_charts(signs.replay, "a", policy),)
    drawn = plots.plot_control(signs, charts)
    return [
        wording.say_signals(signs),
        tables.table_signals(signs),
        blocks.chart(drawn, wording.caption_client(charts[0]), early_warning.chart_data(charts)),
    ]


def _run_a_notebook(shown: list[blocks.Block]) -> None:
    import nbformat

    notebook = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "language": "python", "display_name": ""}}
    )
    notebook.cells = [
        nbformat.v4.new_code_cell("a = 1", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell("a"),
    ]
    executed = papermill.execute_notebook(
        notebook, None, {"a": 2}, engine_name="kam", progress_bar=False, kernel_name="python3"
    )
    document = document_of(executed)
    html_of(document)
    nbformat.writes(executed)
    for block in shown:
        block._repr_mimebundle_()


def thread_count() -> int:
    """Threads of this process; 1 where the system does not tell."""
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        return 1


_use_everything()
for spoken in LANGUAGES:
    with speaking(spoken):
        tr("calm")  # reads the catalogue
font_data()
code_hash()
covered_characters()
pdf.fonts()
gc.collect()
gc.freeze()
PID = os.getpid()
THREADS = thread_count()
