"""The whole of it: the register, the mitigations picked, the calendar, the plans called for, the actions scored."""

from dataclasses import dataclass
from pathlib import Path

from kamlib.alerting.actions import ActionLog
from kamlib.early_warning import WatchList
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy
from kamlib.treatment.calendar import InsuranceCalendar, insurance_calendar
from kamlib.treatment.drill import ClientCase, client_case
from kamlib.treatment.facts import RiskFacts, risk_facts
from kamlib.treatment.plan import MitigationPlan, plan_mitigations
from kamlib.treatment.proposals import propose_entries
from kamlib.treatment.register import Register, build_register, read_register
from kamlib.treatment.scoring import Scored, score_actions

DANGEROUS = 3


@dataclass(frozen=True)
class Treatment:
    """What `review_treatment` found.

    Attributes
    ----------
    cases : tuple of ClientCase
        The three clients with most expected money.
    """

    facts: RiskFacts
    plan: MitigationPlan
    register: Register
    calendar: InsuranceCalendar
    scored: Scored
    cases: tuple[ClientCase, ...]
    policy: Policy


def review_treatment(
    snapshot: Snapshot,
    policy: Policy,
    register_file: str | Path = "",
    actions: ActionLog | Path | str | None = None,
    budget: float | None = None,
    watch: WatchList | None = None,
) -> Treatment:
    """What to do, what it costs and who does it by when.

    Parameters
    ----------
    snapshot : Snapshot
        Of all clients.
    policy : Policy
    register_file : str or Path
        Empty reads ``params/risk_register.yaml``.
    actions : ActionLog, Path, str or None
        See `score_actions`; None for none.
    budget : float or None
        For mitigations, a year; None takes the policy's.

    Raises
    ------
    DataError
        A register file that cannot be read.
    """
    entries = read_register(register_file)
    facts = risk_facts(snapshot, policy, watch)
    plan = plan_mitigations(facts, policy, budget)
    proposed = propose_entries(snapshot, facts, plan, policy)
    calendar = insurance_calendar(snapshot, policy)
    names = facts.clients["client_id"].head(DANGEROUS)
    return Treatment(
        facts=facts,
        plan=plan,
        register=build_register(proposed, entries, facts, snapshot.date, snapshot.currency, policy),
        calendar=calendar,
        scored=score_actions(ActionLog() if actions is None else actions, snapshot, policy),
        cases=tuple(client_case(client, facts, calendar, snapshot, policy) for client in names),
        policy=policy,
    )
