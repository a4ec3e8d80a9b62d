"""What the loss of clients does: to revenue, profit and cash, to survival, to covenants, and how little it takes.

One module a question; the names below are the room's face.
"""

from kamlib.stress.at_risk import MoneyAtRisk, money_at_risk
from kamlib.stress.exits import days_held
from kamlib.stress.losing import ClientLoss, lose_clients, lose_top

__all__ = ["ClientLoss", "MoneyAtRisk", "days_held", "lose_clients", "lose_top", "money_at_risk"]
