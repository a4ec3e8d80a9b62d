"""The account plan of each key client: what is recorded of needs, proposal, contacts and loyalty, and what is missing."""

from dataclasses import dataclass

import pandas as pd

from kamlib.dependence import window_start
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy
from kamlib.ranking.review import Ranking

COMPLAINTS = ("complaint",)
TEXTS = ("needs", "proposal", "loyalty_measures")


@dataclass(frozen=True)
class AccountPlan:
    """One key client's plan, as far as it is recorded.

    Attributes
    ----------
    client_id, name, manager : str
        An empty manager where none is recorded.
    needs, proposal, loyalty_measures : str
        As written in the clients table; empty where not.
    contacts : DataFrame, one row a person met in the window, latest first
        ``contact, role, last`` (day).
    contact_count : int
        Contacts in the window.
    last_contact, next_contact : Timestamp or NaT
        The latest contact, and the day the next one is due by the client's own plan or the policy.
    satisfaction, prior_satisfaction : float
        Means of the window and of the one before; NaN where nothing was noted.
    complaints : int
    gaps : tuple of str
        What is missing or late: manager, needs, proposal, loyalty_measures, log (no table of contacts at all), contacts, persons, roles, satisfaction,
        overdue.
    """

    client_id: str
    name: str
    manager: str
    needs: str
    proposal: str
    loyalty_measures: str
    contacts: pd.DataFrame
    contact_count: int
    last_contact: pd.Timestamp
    next_contact: pd.Timestamp
    satisfaction: float
    prior_satisfaction: float
    complaints: int
    gaps: tuple[str, ...]


def plan_accounts(snapshot: Snapshot, ranking: Ranking, policy: Policy) -> list[AccountPlan]:
    """One plan a key client, best first; prospects among them, too."""
    start = window_start(snapshot.date, policy.concentration.window_months)
    before = window_start(start, policy.concentration.window_months)
    table = snapshot.table("clients").set_index("client_id")
    meetings = snapshot.table("interactions")
    meetings = meetings[meetings["client_id"].isin(ranking.keys.index)]
    plans = []
    for client_id, row in ranking.keys.iterrows():
        facts = table.loc[client_id] if client_id in table.index else pd.Series(dtype=object)
        own = meetings[meetings["client_id"] == client_id].sort_values("date", ascending=False)
        recent = own[own["date"] > start]
        last = own["date"].max() if len(own) else pd.NaT
        agreed = facts.get("contact_plan_days")
        cadence = policy.key_clients.contact_days if pd.isna(agreed) else float(agreed)
        due = last + pd.Timedelta(days=cadence) if len(own) else pd.NaT
        persons = recent.dropna(subset=["contact"]).drop_duplicates("contact")
        texts = {name: _text(facts.get(name)) for name in TEXTS}
        manager = _text(facts.get("account_manager"))
        satisfaction = float(recent["satisfaction"].mean()) if len(recent) else float("nan")
        gaps = [name for name, text in {"manager": manager, **texts}.items() if not text]
        if snapshot.absent("interactions"):
            gaps.append("log")
        elif recent.empty:
            gaps.append("contacts")
        else:
            gaps += [
                name
                for name, missing in (
                    ("persons", persons.empty),
                    ("roles", len(persons) > 0 and persons["contact_role"].isna().any()),
                    ("satisfaction", satisfaction != satisfaction),
                    ("overdue", due < snapshot.date),
                )
                if missing
            ]
        past = own[(own["date"] <= start) & (own["date"] > before)]
        people = persons[["contact", "contact_role", "date"]].set_axis(["contact", "role", "last"], axis=1)
        plans.append(
            AccountPlan(
                client_id=str(client_id),
                name=str(row["name"]),
                manager=manager,
                **texts,
                contacts=people.reset_index(drop=True),
                contact_count=len(recent),
                last_contact=last,
                next_contact=due,
                satisfaction=satisfaction,
                prior_satisfaction=float(past["satisfaction"].mean()) if len(past) else float("nan"),
                complaints=int(recent["kind"].isin(COMPLAINTS).sum()),
                gaps=tuple(gaps),
            )
        )
    return plans


def _text(value: object) -> str:
    return "" if value is None or pd.isna(value) else str(value)
