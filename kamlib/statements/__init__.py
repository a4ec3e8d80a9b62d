"""What a client's annual accounts say: ratios over the years, and Altman's scores of distress."""

from kamlib.statements.altman import altman_by_year, altman_ratios, altman_variant, altman_z, altman_zone
from kamlib.statements.ratios import (
    LOWER_IS_SAFER,
    RATIOS,
    financial_ratios,
    industry_quartiles,
    quartile_position,
    statements_age_months,
    statements_are_stale,
)

__all__ = [
    "LOWER_IS_SAFER",
    "RATIOS",
    "altman_by_year",
    "altman_ratios",
    "altman_variant",
    "altman_z",
    "altman_zone",
    "financial_ratios",
    "industry_quartiles",
    "quartile_position",
    "statements_age_months",
    "statements_are_stale",
]
