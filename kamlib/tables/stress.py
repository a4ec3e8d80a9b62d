"""What losing clients does, as tables."""

import pandas as pd

from kamlib import formats
from kamlib.blocks import Column, Table
from kamlib.stress import ClientLoss
from kamlib.tables.shared import table_of


def table_loss(loss: ClientLoss, currency: str) -> Table:
    """What is left after each loss."""
    unit = formats.currency_name(currency)
    columns = [
        Column("lost", "Lost"),
        Column("name", "The last one lost", False),
        Column("revenue", f"Revenue left, {unit}"),
        Column("revenue_lost_share", "Revenue lost"),
        Column("margin", "Contribution margin"),
        Column("profit", "Operating profit"),
    ]
    frame = loss.steps.assign(name=loss.steps["name"].where(loss.steps["lost"] > 0, "none"))
    values = frame[[column.key for column in columns]].to_numpy().tolist()
    texts = [
        [
            formats.number(lost),
            name,
            formats.number(revenue),
            formats.share(share),
            formats.number(margin),
            formats.number(profit),
        ]
        for lost, name, revenue, share, margin, profit in values
    ]
    marked = loss.turns_negative_at
    return table_of(f"Losing the largest, by {loss.by}", columns, texts, values, marked=marked, note=_loss_note(loss))


def _loss_note(loss: ClientLoss) -> str:
    if loss.costed_share == 0:
        return "No costs in the ledger: margin and profit are not known. Add the column cost to the invoices."
    costs = "Margin from the cost of each invoice."
    if loss.costed_share < 0.999:
        costs = (
            f"Cost is known for {formats.share(loss.costed_share, 0)} of revenue; the rest has the known margin rate."
        )
    if pd.isna(loss.fixed_cost):
        return f"{costs} Operating profit is not known: name fixed_cost under company in the run file."
    return f"{costs} Fixed cost of {formats.money(loss.fixed_cost)} stays."
