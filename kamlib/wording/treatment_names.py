"""The names of risks, treatments, mitigations, dates and gaps, and the evidence of an entry in words."""

from typing import Any

import pandas as pd

from kamlib import formats
from kamlib.language import listing, phrase, tr
from kamlib.wording.warning_names import WARNING_LEVELS, evidence

RISK_KINDS = {
    "market": phrase("Market"),
    "credit": phrase("Credit"),
    "operational": phrase("Operational"),
    "contract": phrase("Contract"),
    "demand": phrase("Demand"),
    "dependence": phrase("Dependence"),
    "concentration": phrase("Concentration"),
}
TREATMENT_WORDS = {
    "accept": phrase("accept"),
    "transfer": phrase("transfer"),
    "reduce": phrase("reduce"),
    "avoid": phrase("avoid"),
}
MITIGATION_NAMES = {
    "insurance": phrase("credit insurance"),
    "guarantee": phrase("guarantee or letter of credit"),
    "deposit": phrase("deposit"),
    "prepayment": phrase("part prepayment"),
    "instalments": phrase("instalments for what is overdue"),
    "retention_of_title": phrase("retention of title"),
    "limit_cut": phrase("lower limit"),
    "shorter_terms": phrase("shorter terms"),
    "factoring": phrase("factoring without recourse"),
    "early_discount": phrase("early-payment discount"),
    "diversification": phrase("revenue won elsewhere"),
}
EVENT_NAMES = {
    "extension": phrase("Extension ends"),
    "notify": phrase("Notify the insurer"),
    "default": phrase("Protracted default"),
    "claim": phrase("Last day for the claim"),
    "renew": phrase("Renew the cover"),
}
GAP_NAMES = {
    "over_limit": phrase("above the insured limit"),
    "uncovered": phrase("nothing covers it"),
    "missed": phrase("a day to notify or claim has passed"),
    "ends_soon": phrase("the cover ends soon"),
}
GAP_ACTIONS = {
    "over_limit": (
        phrase("Bring what is owed below the insured limit, or ask for more"),
        phrase("{money} above the limit"),
    ),
    "uncovered": (phrase("Ask for cover, a guarantee or prepayment"), phrase("{money} owed, nothing covers it")),
    "missed": (phrase("Tell the insurer at once"), phrase("{money} for which a day to notify or claim has passed")),
    "ends_soon": (phrase("Renew the cover"), phrase("{money} of cover ends on {day}")),
}
"""What a gap in the cover calls for, and why."""
STATUS_WORDS = {
    "overdue": phrase("▲ overdue"),
    "open": phrase("● open"),
    "in time": phrase("✓ in time"),
    "late": phrase("■ late"),
}
OWNER_WORDS = (phrase("Head of sales"),)
LIMIT_WORDS = {
    "top_five": phrase("the five largest clients"),
    "hhi": phrase("the HHI"),
    "industry": phrase("an industry"),
    "region": phrase("a region"),
    "product_line": phrase("a product line"),
    "account_manager": phrase("an account manager"),
}


def mitigations_text(kinds: tuple[str, ...]) -> str:
    """Mitigations as an enumeration."""
    return listing([tr(MITIGATION_NAMES[kind]) for kind in kinds])


def risk_name(entry: Any) -> str:
    """Whom or what an entry is about."""
    if entry.origin == "own":
        return str(entry.evidence[1])
    if entry.kind == "market":
        return str(entry.evidence[1])
    if entry.kind == "concentration":
        return entry.evidence[3] or tr(LIMIT_WORDS.get(entry.evidence[2], entry.evidence[2]))
    return str(entry.name)


def risk_evidence(entry: Any) -> str:
    """Why an entry is there, with its figures."""
    code, *told = entry.evidence
    if code == "failed":
        return tr("insolvency on record, {money} owed", money=formats.money(told[2]))
    if code == "credit":
        return tr(
            "warning level {level}, grade {grade}, {money} owed",
            level=tr(WARNING_LEVELS[told[0]]),
            grade=told[1],
            money=formats.money(told[2]),
        )
    if code in ("demand", "operational"):
        return evidence(*told) if told else tr("no sign; orders halve for a year")
    if code == "contract":
        return tr("the contract ends on {day} unrenewed", day=formats.day(pd.Timestamp(told[0])))
    if code in ("dependence", "concentration"):
        value, limit = told[-2:]
        if told[1:2] == ["hhi"]:
            return tr(
                "{value} points (limit {limit})", value=formats.number(value * 1e4), limit=formats.number(limit * 1e4)
            )
        return tr("{share} of revenue (limit {limit})", share=formats.share(value), limit=formats.share(limit))
    if code == "market":
        share = formats.share(told[1])
        return (
            tr("{share} of revenue, its index falls", share=share) if told[2] else tr("{share} of revenue", share=share)
        )
    return tr("entered by hand")
