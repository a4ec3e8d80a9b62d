"""The indicators, in the order in which they are told."""

from types import MappingProxyType

import numpy as np

from kamlib.early_warning import payment_signs as pay
from kamlib.early_warning import standing_signs as standing
from kamlib.early_warning import trade_signs as trade
from kamlib.early_warning.panel import Panel
from kamlib.early_warning.reading import Indicator, Reading
from kamlib.policy.early_warning import EarlyWarning

CATALOGUE = (
    Indicator("payment_delay", pay.payment_delay, "days", ("receipts",)),
    Indicator("delay_regime", pay.delay_regime, "days", ("receipts",)),
    Indicator("overdue_share", pay.overdue_share, "share", ("receipts",)),
    Indicator("ageing_shift", pay.ageing_shift, "points", ("receipts",)),
    Indicator("disputes", pay.disputes, "share"),
    Indicator("limit_utilisation", pay.limit_utilisation, "share", ("receipts",)),
    Indicator("order_drop", trade.order_drop, "sigmas"),
    Indicator("order_silence", trade.order_silence, "days"),
    Indicator("margin_erosion", trade.margin_erosion, "points"),
    Indicator("terms_creep", trade.terms_creep, "days"),
    Indicator("concentration", trade.concentration, "share"),
    Indicator("contact_silence", trade.contact_silence, "days", ("interactions",)),
    Indicator("satisfaction_fall", trade.satisfaction_fall, "score", ("interactions",)),
    Indicator("altman_distress", standing.altman_distress, "score", ("statements",)),
    Indicator("leverage", standing.leverage, "share", ("statements",)),
    Indicator("negative_cash_flow", standing.negative_cash_flow, "share", ("statements",)),
    Indicator("stale_statements", standing.stale_statements, "months", ("statements",)),
    Indicator("rating_down", standing.rating_down, "notches", ("ratings",)),
    Indicator("adverse_event", standing.adverse_event, "count", ("events",)),
    Indicator("contract_expiring", trade.contract_expiring, "days", ("contracts",)),
    Indicator("uninsured_exposure", pay.uninsured_exposure, "share", ("receipts", "protections")),
    Indicator("industry_fall", trade.industry_fall, "share", ("market", "clients")),
)
BY_NAME = MappingProxyType({indicator.name: indicator for indicator in CATALOGUE})


def read_all(panel: Panel, rules: EarlyWarning) -> dict[str, Reading]:
    """Every indicator's reading; all missing where a table that it needs is."""
    nothing = np.full(panel.revenue.shape, np.nan)
    return {
        indicator.name: Reading(nothing, nothing, nothing)
        if panel.absent & set(indicator.needs)
        else indicator.measure(panel, rules)
        for indicator in CATALOGUE
    }
