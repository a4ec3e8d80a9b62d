"""A sign of trouble as a reader who does not know the indicators would say it."""

from typing import Any

from kamlib import formats
from kamlib.language import phrase, tr
from kamlib.wording.warning_names import evidence, reading_text

REASONS = {
    "payment_delay": phrase("pays {value} late; from its own past, {limit} would be usual at most"),
    "delay_regime": phrase("has paid {value} later since a break within the year (limit {limit})"),
    "overdue_share": phrase("{value} of what it owes is overdue (limit {limit})"),
    "ageing_shift": phrase("more than 60 days past due: {value} of what it owes above its usual (limit {limit})"),
    "disputes": phrase("disputes {value} of what fell due (limit {limit})"),
    "limit_utilisation": phrase("uses {value} of its credit limit (warning from {limit})"),
    "order_drop": phrase("orders fell below its own season by {value} (limit {limit})"),
    "order_silence": phrase("has not ordered for {value} (limit {limit})"),
    "margin_erosion": phrase("margin fell {value} within a year (limit {limit})"),
    "terms_creep": phrase("payment terms grew by {value} within a year (limit {limit})"),
    "concentration": phrase("brings {value} of our revenue (limit {limit})"),
    "contact_silence": phrase("nobody has spoken with it for {value} (limit {limit})"),
    "satisfaction_fall": phrase("satisfaction fell by {value} of 10 points within a year (limit {limit})"),
    "altman_distress": phrase("accounts in distress: Altman Z″ {value} (limit {limit})"),
    "leverage": phrase("liabilities are {value} of its assets (limit {limit})"),
    "negative_cash_flow": phrase("its operations lose cash: {value} of assets a year"),
    "stale_statements": phrase("last accounts are {value} old (limit {limit})"),
    "industry_fall": phrase("the index of its industry fell {value} (limit {limit})"),
    "uninsured_exposure": phrase("{value} of what it owes is not covered (limit {limit})"),
}
EVENT_KINDS = {
    "restructuring": phrase("restructuring"),
    "litigation": phrase("litigation"),
    "insolvency": phrase("insolvency"),
    "bankruptcy": phrase("bankruptcy"),
    "payment_stop": phrase("payment stop"),
    "fraud": phrase("fraud"),
    "late_filing": phrase("accounts filed late"),
    "management_change": phrase("change of management"),
    "second_source": phrase("second supplier qualified"),
}
"""Kinds of events that the sample and the policy name; another one is printed as it stands."""


def reason_text(indicator: str, value: float, limit: float, unit: str, event: Any = None, day: Any = None) -> str:
    """One sign of trouble in plain words, with its figure and what it is held against.

    `event` and `day` are the kind and the date of the client's newest event, for a sign that rests on one.
    """
    if indicator == "adverse_event" and isinstance(event, str):
        kind = tr(EVENT_KINDS[event]) if event in EVENT_KINDS else event.replace("_", " ")
        return tr("{event} on {day}", event=kind, day=formats.day(day))
    if indicator == "rating_down":
        return tr(
            "external rating down (grades: {value})", value=formats.number(value, 0 if value == round(value) else 1)
        )
    if indicator == "contract_expiring":
        if value < 0:
            return tr("its contract ended {days} ago and nothing renews it", days=formats.days(-value))
        return tr("its contract ends in {days} and nothing renews it", days=formats.days(value))
    if indicator not in REASONS:
        return evidence(indicator, value, limit, unit)
    shown = abs(value) if indicator == "negative_cash_flow" else value
    return tr(
        REASONS[indicator], value=reading_text(shown, unit).lstrip("+"), limit=reading_text(limit, unit).lstrip("+")
    )
