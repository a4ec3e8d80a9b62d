"""The names of indicators, levels and outcomes, and an indicator's evidence in words."""

import math

from kamlib import formats
from kamlib.language import phrase, tr

INDICATOR_NAMES = {
    "payment_delay": phrase("Payments later than its own past"),
    "delay_regime": phrase("Payment delay broke upwards"),
    "overdue_share": phrase("Overdue share of what is open"),
    "ageing_shift": phrase("More than 60 days past due, above its usual"),
    "disputes": phrase("Disputed share of what fell due"),
    "limit_utilisation": phrase("Use of the credit limit"),
    "order_drop": phrase("Orders below its own season"),
    "order_silence": phrase("Silence since the last order"),
    "margin_erosion": phrase("Margin rate below a year before"),
    "terms_creep": phrase("Payment terms longer than a year before"),
    "concentration": phrase("Share of our revenue"),
    "contact_silence": phrase("Silence since the last contact"),
    "satisfaction_fall": phrase("Satisfaction below a year before"),
    "altman_distress": phrase("Altman Z″ in distress"),
    "leverage": phrase("Liabilities of assets"),
    "negative_cash_flow": phrase("Operating cash flow of assets"),
    "stale_statements": phrase("Age of the last statements"),
    "rating_down": phrase("External rating down"),
    "adverse_event": phrase("Adverse events"),
    "contract_expiring": phrase("Contract ends without renewal"),
    "uninsured_exposure": phrase("Open and not covered"),
    "industry_fall": phrase("Index of its industry down"),
}
WARNING_LEVELS = {
    "low": phrase("low"),
    "medium": phrase("medium"),
    "high": phrase("high"),
    "critical": phrase("critical"),
    "unknown": phrase("too little known"),
}
TONES = {"low": "calm", "medium": "watch", "high": "alarm", "critical": "alarm", "unknown": "unknown"}
OUTCOME_NAMES = {
    "default": phrase("Default"),
    "late": phrase("More than 90 days late"),
    "lost": phrase("Client lost"),
    "halved": phrase("Revenue halved"),
}
POLICY_WORDS = (
    phrase("No action before the next review"),
    phrase("Ask the client, and check the limit"),
    phrase("Review credit; deliver only within cover"),
    phrase("Stop selling on credit; secure or collect what is owed"),
    phrase("Account manager"),
    phrase("Credit manager"),
    phrase("Finance director"),
)
"""What the policy file says by default; another wording of it is printed as it stands."""


def reading_text(value: float, unit: str) -> str:
    """A reading in its unit: days, shares, points of a share, scores."""
    if value is None or value != value:
        return formats.MISSING
    if math.isinf(value):
        return tr("none")
    if unit == "days":
        return formats.days(value)
    if unit == "months":
        return tr("{n} months", n=formats.number(value))
    if unit == "share":
        return formats.share(value)
    if unit == "points":
        return formats.points(value)
    if unit == "sigmas":
        return tr("{n} sigma", n=formats.number(value, 1))
    return formats.number(value, 0 if unit in ("count", "notches") and value == round(value) else 1)


def evidence(indicator: str, value: float, limit: float, unit: str) -> str:
    """An indicator's name with its value and what it is held against."""
    return tr(
        "{name}: {value} (limit {limit})",
        name=tr(INDICATOR_NAMES[indicator]),
        value=reading_text(value, unit),
        limit=reading_text(limit, unit),
    )


def estimate_text(value: float, low: float, high: float) -> str:
    """A share with its interval; one of nothing is a dash."""
    if value != value:
        return formats.MISSING
    return tr(
        "{value} ({low}–{high})",
        value=formats.share(value, 0),
        low=formats.number(low * 100),
        high=formats.number(high * 100),
    )
