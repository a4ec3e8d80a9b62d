"""What the loss of clients does: to revenue, profit and cash, to survival, to covenants, and how little it takes.

One module a question; the names below are the room's face.
"""

from kamlib.stress.at_risk import MoneyAtRisk, money_at_risk
from kamlib.stress.cash import CashModel, cash_model
from kamlib.stress.choosing import LossParts, loss_parts
from kamlib.stress.default_loss import DefaultLoss, default_loss
from kamlib.stress.exits import days_held
from kamlib.stress.losing import ClientLoss, lose_clients, lose_top
from kamlib.stress.replace import Replacement, replace_clients
from kamlib.stress.reverse import ReverseStress, reverse_stress
from kamlib.stress.survive import Survival, compare_scenarios, survival

__all__ = [
    "CashModel",
    "ClientLoss",
    "DefaultLoss",
    "LossParts",
    "MoneyAtRisk",
    "Replacement",
    "ReverseStress",
    "Survival",
    "cash_model",
    "compare_scenarios",
    "days_held",
    "default_loss",
    "lose_clients",
    "lose_top",
    "loss_parts",
    "money_at_risk",
    "replace_clients",
    "reverse_stress",
    "survival",
]
