"""Which emergency plan a client calls for, and the client's own figures that fill it."""

from dataclasses import dataclass

import pandas as pd

from kamlib.credit.limits import current_limits
from kamlib.errors import DataError, Fault
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy
from kamlib.policy.treatment import Legal
from kamlib.treatment.calendar import InsuranceCalendar
from kamlib.treatment.facts import RiskFacts


@dataclass(frozen=True)
class ClientCase:
    """What an emergency plan says of one client; money in the reporting currency.

    Attributes
    ----------
    limit, insured : float
        Granted, and insured; NaN for none known.
    signs : tuple of (indicator, value, limit, unit)
        That warn, heaviest first.
    triggers : tuple of str
        What plans are found by: hard events on record; without any, signs, warning level and gaps of the cover.
    notify_by, claim_by : Timestamp or NaT
        The next days of the insurance calendar.
    legal_key : str
    """

    client_id: str
    name: str
    manager: str
    date: pd.Timestamp
    currency: str
    exposure: float
    overdue: float
    at_risk: float
    uncovered: float
    protected: float
    revenue: float
    share: float
    limit: float
    insured: float
    level: str
    signs: tuple[tuple[str, float, float, str], ...]
    triggers: tuple[str, ...]
    notify_by: pd.Timestamp
    claim_by: pd.Timestamp
    legal: Legal
    failed: bool


def client_case(
    client_id: str, facts: RiskFacts, calendar: InsuranceCalendar, snapshot: Snapshot, policy: Policy
) -> ClientCase:
    """A client's own figures for its emergency plan.

    Raises
    ------
    DataError
        A client with neither revenue in the window nor a balance.
    """
    found = facts.clients[facts.clients["client_id"] == client_id]
    if found.empty:
        raise DataError(Fault("--client", client_id, "Name a client with revenue in the window or a balance."))
    client = next(found.itertuples(index=False))
    signals = facts.watch.review.signals
    on = signals[(signals["client_id"] == client_id) & (signals["status"] == "signal")]
    on = on.sort_values(["weight", "strength"], ascending=False, kind="stable")
    events = snapshot.table("events")
    kinds = events.loc[events["client_id"] == client_id, "kind"].dropna().unique().tolist()
    own_gaps = calendar.gaps.loc[calendar.gaps["client_id"] == client_id, "gap"].tolist()
    coming = calendar.coming[calendar.coming["client_id"] == client_id].set_index("event")["day"]
    covered = calendar.cover.loc[calendar.cover["client_id"] == client_id, "limit"]
    master = snapshot.table("clients").drop_duplicates("client_id").set_index("client_id")
    in_force = current_limits(master.rename(columns={"credit_limit": "master_limit"}), snapshot.table("decisions"))
    limit = float(in_force.get(client_id, float("nan")))
    key = policy.treatment.legal_by_region.get(client.region, "other")
    happened = tuple(kind for kind in kinds if kind in policy.early_warning.hard_events)
    return ClientCase(
        client_id=client_id,
        name=client.name,
        manager=client.account_manager if isinstance(client.account_manager, str) else "",
        date=snapshot.date,
        currency=snapshot.currency,
        exposure=client.balance,
        overdue=client.overdue,
        at_risk=client.loss,
        uncovered=client.receivable_net,
        protected=client.receivable_loss - client.receivable_net,
        revenue=client.revenue,
        share=client.revenue / facts.clients["revenue"].sum() if facts.clients["revenue"].sum() > 0 else float("nan"),
        limit=limit,
        insured=float(covered.iloc[0]) if len(covered) else float("nan"),
        level=client.level,
        signs=tuple((r.indicator, r.value, r.limit, r.unit) for r in on.itertuples(index=False)),
        triggers=happened or (*on["indicator"], client.level, *own_gaps),
        notify_by=_first(coming, "notify"),
        claim_by=_first(coming, "claim"),
        legal=policy.treatment.legal.get(key, policy.treatment.legal["other"]),
        failed=bool(client.failed),
    )


def _first(days: pd.Series, event: str) -> pd.Timestamp:
    own = days[days.index == event]
    return own.min() if len(own) else pd.NaT
