"""Names that the sentences and the tables of a client's profile share."""

from kamlib.language import phrase

CLAUSE_NAMES = {
    "payment_clause": phrase("Payment terms"),
    "late_interest": phrase("Late interest"),
    "liquidated_damages": phrase("Liquidated damages"),
    "compensation": phrase("Compensation on termination"),
    "force_majeure": phrase("Force majeure"),
    "prepayment": phrase("Prepayment"),
    "retention_of_title": phrase("Retention of title"),
    "price_adjustment": phrase("Price adjustment"),
    "change_of_control": phrase("Change of control"),
    "exclusivity": phrase("Exclusivity"),
    "minimum_volume": phrase("Minimum volume"),
}
METHOD_NAMES = {
    "theta": phrase("theta method"),
    "croston_sba": phrase("Croston's method (SBA)"),
    "seasonal_naive": phrase("seasonal naive"),
    "mean": phrase("mean"),
}
