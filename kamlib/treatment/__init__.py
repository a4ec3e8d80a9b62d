"""What to do about risks: register, mitigations and their price, insurance dates, emergency plans, actions scored."""

from kamlib.treatment.calendar import InsuranceCalendar, insurance_calendar
from kamlib.treatment.diary import DiaryEntry, diary_file
from kamlib.treatment.drill import ClientCase, client_case
from kamlib.treatment.facts import RiskFacts, risk_facts
from kamlib.treatment.mitigations import (
    MITIGATIONS,
    Effect,
    client_bundles,
    client_effect,
    compare_mitigations,
    discount_rates,
)
from kamlib.treatment.plan import MitigationPlan, plan_mitigations
from kamlib.treatment.playbooks import FIGURES, Playbook, chosen_playbook, playbook_for, read_playbooks
from kamlib.treatment.proposals import propose_entries
from kamlib.treatment.register import Register, build_register, read_register
from kamlib.treatment.review import Treatment, review_treatment
from kamlib.treatment.scoring import Scored, score_actions

__all__ = [
    "FIGURES",
    "MITIGATIONS",
    "ClientCase",
    "DiaryEntry",
    "Effect",
    "InsuranceCalendar",
    "MitigationPlan",
    "Playbook",
    "Register",
    "RiskFacts",
    "Scored",
    "Treatment",
    "build_register",
    "chosen_playbook",
    "client_bundles",
    "client_case",
    "client_effect",
    "compare_mitigations",
    "diary_file",
    "discount_rates",
    "insurance_calendar",
    "plan_mitigations",
    "playbook_for",
    "propose_entries",
    "read_playbooks",
    "read_register",
    "review_treatment",
    "risk_facts",
    "score_actions",
]
