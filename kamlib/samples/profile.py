"""What the generated company records for the client profile: pieces and prices, persons met, plans, tools, rivals.

Every part is drawn by a generator of its own, so that what is drawn elsewhere stays as it is.
"""

import numpy as np
import pandas as pd

UNIT_PRICES = {"Drives": 420.0, "Sensors": 65.0, "Spare parts": 28.0, "Service": 110.0}
RIVALS = ("Orvane Drives", "Kestbury Motion", "Tolmar Automation")
ROLES = ("buyer", "engineer", "decision_maker")


def draw_quantities(rng: np.random.Generator, items: pd.DataFrame) -> pd.Series:
    """Pieces on each invoice, from its amount in euro: larger clients pay less for a piece, and the largest ever
    less; credit notes have none."""
    list_price = items["product_line"].map(UNIT_PRICES).astype(float)
    position = items["client"].to_numpy()
    rebate = np.select([position < 3, position < 10], [0.08, 0.04], 0.0)
    years = (items["issue_date"].max() - items["issue_date"]).dt.days.to_numpy() / 365.25
    creep = np.where(position == 0, 0.035 * (years.max() - years), 0.0)
    inflation = 1.02 ** (years.max() - years)
    price = list_price * (1 - rebate - creep) * inflation * rng.normal(1, 0.015, len(items))
    pieces = np.maximum(np.round(items["amount"] / price), 1.0)
    return pieces.where(items["amount"] > 0)


def draw_account_facts(rng: np.random.Generator, clients: pd.DataFrame) -> pd.DataFrame:
    """Contact plan of the sixty largest clients; for the thirty largest our share of what they buy, and who else
    sells to them."""
    n = len(clients)
    plan = np.where(np.arange(n) < 10, 21.0, np.where(np.arange(n) < 60, 45.0, np.nan))
    known = np.arange(n) < 30
    share = np.round(rng.uniform(0.2, 0.9, n), 2)
    rivals = [", ".join(rng.choice(RIVALS, int(rng.integers(1, 3)), replace=False)) for _ in range(n)]
    return pd.DataFrame(
        {
            "contact_plan_days": plan,
            "share_of_wallet": np.where(known, share, np.nan),
            "competitors": np.where(known, rivals, None),
        }
    )


def draw_contract_money(rng: np.random.Generator, contracts: pd.DataFrame) -> pd.DataFrame:
    """Interest clause, minimum volume and tools not paid back yet of each contract."""
    n = len(contracts)
    committed = np.where(rng.random(n) < 0.35, 0.5, np.where(rng.random(n) < 0.5, 0.0, np.nan))
    tools = np.where(rng.random(n) < 0.3, rng.uniform(0.005, 0.05, n), 0.0)
    return pd.DataFrame(
        {
            "late_interest": rng.choice(["present", "absent", "unknown"], n, p=[0.5, 0.4, 0.1]),
            "minimum_volume": np.round(committed * contracts["annual_value"].to_numpy(), -3),
            "tooling_cost": np.round(tools * contracts["annual_value"].to_numpy(), -3),
        }
    )


def draw_persons(rng: np.random.Generator, interactions: pd.DataFrame) -> pd.DataFrame:
    """Who was met: up to four persons a client, of the first ones one decides; the third client has one person only."""
    index = interactions["client_id"].str[1:].astype(int).to_numpy()
    person = rng.integers(0, 1 + index % 4, len(interactions))
    person = np.where(index == 3, 0, person)
    role = np.where(person == 3, 2, np.where((person == 0) & (index % 3 != 0), 2, person % 2))
    return pd.DataFrame(
        {
            "contact": [f"Person {who + 1}" for who in person],
            "contact_role": np.array(ROLES)[role],
        }
    )


def draw_hours(rng: np.random.Generator, costs: pd.DataFrame) -> pd.DataFrame:
    """Machine hours and development hours spent on each client a month; one client in five has projects."""
    index = costs["client_id"].str[1:].astype(int).to_numpy()
    capacity = np.round(costs["amount"].to_numpy() / 95.0 * rng.lognormal(0, 0.1, len(costs)), 1)
    projects = np.where(index % 5 == 2, 1.0, 0.0)
    development = np.round(projects * costs["amount"].to_numpy() / 160.0 * rng.lognormal(0, 0.3, len(costs)), 1)
    return pd.DataFrame({"development_hours": development, "capacity_hours": capacity})
