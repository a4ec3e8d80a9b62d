"""Blocks, charts and sentences: the figures shown are the figures computed."""

import re

import numpy as np
import pandas as pd
import pytest
from test_analyses import CLIENTS, one_client, snapshot

from kamlib import blocks, credit, dependence, plots, stress, tables, wording
from kamlib.ledger.snapshot import snapshot_from_frames

UNUSUAL = {
    "nothing open": ([("1", "2026-01-01", "2026-02-01", 10.0)], [("r", "1", "2026-02-01", 10.0)]),
    "only credit notes": ([("1", "2026-03-01", "2026-03-01", -10.0)], []),
    "future due": ([("1", "2026-03-30", "2027-04-30", 10.0)], []),
    "two years ago": ([("1", "2024-01-01", "2024-02-01", 10.0)], []),
}


def everything_of(review):
    return [
        wording.heading_credit(review), tables.kpis_credit(review), wording.why_credit(review), wording.actions_credit(review),
        tables.table_exposure(review), tables.table_ageing_history(review), tables.table_measures(review),
        blocks.chart(plots.plot_delay(review), wording.caption_delay(review), review.now.by_month),
        blocks.chart(plots.plot_ageing(review), wording.caption_ageing(review), review.now.ageing),
    ]  # fmt: skip


def words_of(content) -> str:
    return re.sub(r"\s+", " ", str(content))


@pytest.mark.parametrize("case", UNUSUAL, ids=str)
def test_unusual_clients_read_without_nan_or_errors(case, policy):
    review = credit.review_client(one_client(*UNUSUAL[case]), "a", policy)
    for block in everything_of(review):
        bundle = block._repr_mimebundle_()
        assert "nan" not in words_of(bundle["text/html"]).lower().replace("finance", "")
        assert bundle[blocks.BLOCK_MIME]["block"] == block.kind
        assert bundle["text/plain"]


def test_a_portfolio_of_one_of_three_and_of_many(policy):
    for count in (1, 3, 400):
        invoices = pd.DataFrame(
            {
                "invoice_id": [str(i) for i in range(count)],
                "client_id": [f"c{i:04d}" for i in range(count)],
                "issue_date": pd.Timestamp("2026-03-01"),
                "amount": np.linspace(1000, 100, count),
                "currency": "EUR",
            }
        )
        clients = pd.DataFrame(
            {
                "client_id": invoices["client_id"],
                "name": [f"A very long client name of number {i} " * 4 for i in range(count)],
            }
        )
        whole = snapshot_from_frames({"invoices": invoices, "clients": clients}, "2026-03-31", "EUR")
        review, loss = dependence.review_dependence(whole, policy), stress.lose_top(whole, 10)
        chart = blocks.chart(
            plots.plot_shares(review), wording.caption_shares(review), review.clients.head(10)[["share"]]
        )
        assert len(chart.data) == min(count, 10)
        assert "…" in chart.svg
        assert wording.heading_dependence(review, loss, "We").decision
        assert tables.table_clients(review).rows[-1][0] == "All"


def test_page_table_and_sentence_show_one_figure(policy):
    review = dependence.review_dependence(snapshot(clients=CLIENTS), policy)
    loss = stress.lose_top(snapshot(clients=CLIENTS), 2)
    kpis = {item.key: item for item in tables.kpis_dependence(review, loss).items}
    table = tables.table_clients(review)
    assert kpis["top_share"].value == review.clients["share"].iloc[0] == table.values[0][3]
    assert kpis["top_share"].text == table.rows[0][3] == "69.9\u00a0%"
    why = " ".join(wording.why_dependence(review, loss, loss).paragraphs)
    assert "69.9\u00a0%" in why
    heading = wording.heading_dependence(review, loss, "We")
    assert (
        heading.decision
        == "Decide how to hold or replace Alpha: losing the largest client turns operating profit negative."
    )
    caption = wording.caption_loss(loss, plots.shown_measure(loss), "EUR")
    assert caption.title == "Losing the largest client turns operating profit negative"


def test_a_chart_draws_the_figures_it_carries(policy):
    loss = stress.lose_top(snapshot(clients=CLIENTS), 2)
    ax = plots.plot_loss(loss)
    assert [bar.get_height() for bar in ax.patches] == loss.steps["profit"].tolist()
    chart = blocks.chart(ax, wording.caption_loss(loss, "profit", "EUR"), loss.steps[["lost", "profit"]])
    assert [record["profit"] for record in chart.data] == loss.steps["profit"].tolist()
    assert "clients lost" in chart.svg
    assert ax.get_ylim()[0] < 0 < ax.get_ylim()[1]


def test_charts_leave_matplotlibs_settings_alone(policy):
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    review = credit.review_client(snapshot(clients=CLIENTS), "a", policy)
    everything_of(review)
    assert dict(mpl.rcParams) == before


def test_a_chart_is_the_same_bytes_twice(policy):
    review = credit.review_client(snapshot(clients=CLIENTS), "a", policy)
    drawn = [
        blocks.chart(plots.plot_ageing(review), wording.caption_ageing(review), review.now.ageing).svg for _ in range(2)
    ]
    assert drawn[0] == drawn[1]


def test_text_in_charts_is_escaped(policy):
    clients = CLIENTS.assign(name=["<script>&", "b", "c"])
    review = dependence.review_dependence(snapshot(clients=clients), policy)
    svg = blocks.chart(plots.plot_shares(review), wording.caption_shares(review), review.clients[["share"]]).svg
    assert "<script>" not in svg
    assert "&lt;script&gt;&amp;" in svg


def test_the_three_levels_ask_for_different_things(policy):
    cases = {
        "calm": [("1", "2026-03-30", "2026-04-30", 10.0)],
        "watch": [("1", "2026-03-01", "2026-03-20", 2.0), ("2", "2026-03-30", "2026-04-30", 8.0)],
        "alarm": [("1", "2026-01-01", "2026-02-01", 10.0)],
    }
    asked = {
        level: wording.heading_credit(credit.review_client(one_client(rows), "a", policy))
        for level, rows in cases.items()
    }
    assert [heading.level for heading in asked.values()] == list(cases)
    assert len({heading.decision for heading in asked.values()}) == 3


def test_without_receipts_nothing_is_said_of_payments(policy):
    from conftest import make_invoices

    whole = snapshot_from_frames({"invoices": make_invoices()}, "2026-03-31", "EUR")
    review = credit.review_client(whole, "a", policy)
    assert review.level == credit.UNKNOWN
    heading = wording.heading_credit(review)
    assert heading.decision.startswith("Add the receipts")
    assert {item.key for item in tables.kpis_credit(review).items} == {"billed", "past_due", "revenue_share"}
    told = " ".join([*wording.why_credit(review).paragraphs, heading.finding, wording.caption_delay(review).title])
    assert "late on average" not in told
    assert [action.what for action in wording.actions_credit(review).items] == [
        "Add the receipts to the ledger and run again"
    ]


def test_jupyterlab_shows_blocks_as_the_reports_do():
    chart = blocks.Chart("Finding", "", "", "", "<svg></svg>", half=True)
    assert "class='kam half'" in blocks.render_block(chart.to_json())
    assert "class='kam'" in blocks.render_block(blocks.Section("Part").to_json())
    head = blocks.render_block(blocks.Heading("", "Title", "", "").to_json())
    assert ".jp-RenderedHTMLCommon .kam table" in head
    assert ".jp-" not in blocks.stylesheet()
    prose = blocks.Prose(({"type": "paragraph", "children": [{"type": "text", "text": "a < b"}]},))
    assert "<p>a &lt; b</p>" in blocks.render_block(prose.to_json())
