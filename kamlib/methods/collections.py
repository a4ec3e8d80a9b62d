"""Overdue money and whom to call."""

from kamlib.language import phrase
from kamlib.methods.definition import Definition

DEFINITIONS = (
    Definition(
        keys=("overdue",),
        name=phrase("Overdue"),
        says=phrase("Open invoices of all clients past their due date."),
        policy=("receivables.match_payments",),
        tables=(
            "invoices",
            "receipts",
        ),
        home="receivables.ageing_schedule",
    ),
    Definition(
        keys=(
            "to_call",
            "worklist",
            "urgency",
        ),
        name=phrase("Whom to call first"),
        says=phrase(
            "Overdue money times the loss rate of the client's grade: what would be lost if nobody called (weak). The stage follows the oldest item that can be asked for: not disputed, less credits and unapplied cash."
        ),
        formula=phrase("urgency = overdue × PD × LGD"),
        policy=(
            "collections.stages",
            "collections.smallest_amount",
            "loss.pd_by_grade",
            "loss.lgd",
        ),
        tables=(
            "invoices",
            "receipts",
            "clients",
        ),
        home="credit.collections.collection_worklist",
    ),
    Definition(
        keys=("interest",),
        name=phrase("Late interest to date"),
        says=phrase(
            "Statutory interest on each overdue, undisputed item, less credits, from its due date, by the rule of the client's region; the fixed sums for the cost of recovery come on top and stand in the letters."
        ),
        formula=phrase("amount × (base rate + margin) × days ÷ 365"),
        source="Directive 2011/7/EU",
        policy=(
            "collections.interest_rules",
            "collections.rule_by_region",
        ),
        tables=(
            "invoices",
            "receipts",
            "clients",
        ),
        home="financing.financing_costs.late_interest",
    ),
    Definition(
        keys=(
            "blocked",
            "policy_change",
        ),
        name=phrase("What another policy would change"),
        says=phrase(
            "Every client graded, limited and blocked under the policy in force and under the one with one threshold moved."
        ),
        policy=(
            "limits.block_overdue_share",
            "limits.block_oldest_days",
            "limits.utilisation",
        ),
        tables=(
            "invoices",
            "receipts",
            "clients",
        ),
        home="credit.what_if.compare_policies",
    ),
)
