"""What the generated company's sales force writes down of its larger clients: what they could buy, need, and are offered."""

import numpy as np
import pandas as pd

NEEDS = ("Shorter delivery times", "Drives that save energy", "One contact for all plants", "Spare parts within a day")
PROPOSALS = (
    "Consignment stock at the main plant",
    "Retrofit programme over two years",
    "Frame contract with price steps",
)
MEASURES = ("Quarterly review with both managements", "Bonus on yearly volume", "Training of the client's engineers")
RECORDED = 40  # the largest clients, of which most is written down


def draw_account_plans(rng: np.random.Generator, clients: pd.DataFrame, annual: float) -> pd.DataFrame:
    """Potential revenue of seven in ten clients, and account plans of the largest, each with a gap here and there.

    Parameters
    ----------
    rng : Generator
        Seeded by the caller.
    clients : DataFrame
        From `draw_clients`.
    annual : float
        Revenue of the company in a year.

    Returns
    -------
    DataFrame, the rows of `clients`
        ``potential_revenue, needs, proposal, loyalty_measures``; empty where nothing is recorded.
    """
    n = len(clients)
    wallet = clients["share"].to_numpy() * annual * rng.uniform(1.05, 3.0, n)
    drawn = {"potential_revenue": np.where(rng.random(n) < 0.7, np.round(wallet, -3), np.nan)}
    for name, texts, rate in (
        ("needs", NEEDS, 0.8),
        ("proposal", PROPOSALS, 0.6),
        ("loyalty_measures", MEASURES, 0.5),
    ):
        written = (rng.random(n) < rate) & (np.arange(n) < RECORDED)
        drawn[name] = np.where(written, rng.choice(texts, n), None)
    return pd.DataFrame(drawn, index=clients.index)
