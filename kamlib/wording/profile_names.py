"""Names of clauses, classes, methods and parts, as tables and sentences of a client's profile say them."""

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
BASE_NAMES = {
    "annual_value": phrase("contract value a year"),
    "annual_margin": phrase("margin of a year"),
    "receivables": phrase("open balance"),
    "overdue": phrase("overdue balance"),
    "stranded_cost": phrase("custom stock and tools"),
}
STATUS_NAMES = {"absent": phrase("absent"), "unknown": phrase("unknown"), "present": phrase("present")}
CLASS_NAMES = {
    "smooth": phrase("smooth"),
    "erratic": phrase("erratic"),
    "intermittent": phrase("intermittent"),
    "lumpy": phrase("lumpy"),
    "none": phrase("no demand"),
}
METHOD_NAMES = {
    "theta": phrase("theta method"),
    "croston_sba": phrase("Croston's method (SBA)"),
    "seasonal_naive": phrase("seasonal naive"),
    "mean": phrase("mean"),
}
PART_NAMES = {
    "cadence": phrase("Contacts against the plan"),
    "decision_maker": phrase("Last contact with a decision maker"),
    "satisfaction": phrase("Satisfaction"),
    "complaints": phrase("Complaints"),
    "breadth": phrase("Persons met"),
}
EFFORT_NAMES = {"capacity_hours": phrase("Capacity, hours"), "development_hours": phrase("Development, hours")}
