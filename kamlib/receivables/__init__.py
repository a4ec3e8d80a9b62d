"""What clients owe, how old it is, how well it is collected, and what of it will not come in.

Frames in, numbers or small frames out. Amounts of one call are in one currency; days are calendar days.
"""

from kamlib.receivables.ageing import (
    AGEING_EDGES,
    ageing_history,
    ageing_schedule,
    bucket_labels,
    quarter_ends,
    roll_rates,
)
from kamlib.receivables.collection import (
    DSO_PARTS,
    average_days_delinquent,
    best_possible_dso,
    collection_effectiveness_index,
    days_sales_outstanding,
    dso_split,
    receivables_turnover,
)
from kamlib.receivables.impairment import (
    STAGES,
    expected_credit_loss,
    flow_rates,
    impairment_stage,
    loss_rates,
    material_days_past_due,
    payment_lags,
    provision_matrix,
)
from kamlib.receivables.open_items import CENT, open_items, unapplied_cash

__all__ = [
    "AGEING_EDGES",
    "CENT",
    "DSO_PARTS",
    "STAGES",
    "ageing_history",
    "ageing_schedule",
    "average_days_delinquent",
    "best_possible_dso",
    "bucket_labels",
    "collection_effectiveness_index",
    "days_sales_outstanding",
    "dso_split",
    "expected_credit_loss",
    "flow_rates",
    "impairment_stage",
    "loss_rates",
    "material_days_past_due",
    "open_items",
    "payment_lags",
    "provision_matrix",
    "quarter_ends",
    "receivables_turnover",
    "roll_rates",
    "unapplied_cash",
]
