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
    Definition(
        keys=("book_provision",),
        name=phrase("Expected credit loss of the portfolio"),
        says=phrase(
            "Open invoices of all clients by age, times the part of each age that the company's own flow rates end in loss, times the outlook."
        ),
        formula=phrase("Σ open invoices of the bucket × loss rate × outlook"),
        source="IFRS 9 5.5.15, B5.5.35",
        policy=("impairment.flow_months", "impairment.loss_days", "impairment.overlay", "receivables.ageing_edges"),
        tables=("invoices", "receipts"),
        home="credit.provisions.provision_portfolio",
    ),
    Definition(
        keys=("stages",),
        name=phrase("Clients by stage"),
        says=phrase(
            "Stage 2 from the presumed increase in risk, stage 3 from the presumed default or insolvency, by the days that a material part of the open invoices is past due."
        ),
        source="IFRS 9 5.5.11, B5.5.37",
        policy=("impairment.increase_days", "impairment.default_days", "limits.materiality"),
        tables=("invoices", "receipts", "events"),
        home="credit.provisions.provision_portfolio",
    ),
    Definition(
        keys=("grade_shift",),
        name=phrase("Population stability index"),
        says=phrase(
            "How far the clients' own grades have moved between two quarters, each graded from what was known on its day (weak): 0 is no change; the bands say when the scorecard is to be checked."
        ),
        formula="PSI = Σ (q − p) · ln(q ÷ p)",
        source="Siddiqi, Credit Risk Scorecards (2006)",
        policy=("scorecard.stability_bands", "scorecard.grades"),
        tables=("invoices", "receipts", "clients", "statements", "ratings", "decisions"),
        home="model_validation.population_stability_index",
    ),
    Definition(
        keys=("default_history",),
        name=phrase("Defaults year by year"),
        says=phrase(
            "Of the clients active and not in default on a day, those that became insolvent or left undisputed invoices that are material together unpaid past the days of default within twelve months; the interval is Wilson's."
        ),
        source="EBA/GL/2016/07",
        policy=(
            "impairment.default_days",
            "impairment.least_default_amount",
            "impairment.least_defaults",
            "limits.materiality",
            "loss.pd_by_grade",
        ),
        tables=("invoices", "receipts", "events"),
        home="credit.default_history.default_history",
    ),
    Definition(
        keys=("chances",),
        name=phrase("Likeliest to default within a year"),
        says=phrase(
            "A logit on how clients have paid and bought, drawn towards the grade's rate as far as it is unsure; with too few defaults seen, the grade's rate and the policy's range; a client in default has 1."
        ),
        policy=("impairment.least_defaults", "loss.pd_by_grade", "loss.pd_range", "loss.unrated_grade"),
        tables=("invoices", "receipts", "events"),
        home="credit.default_history.default_history",
    ),
    Definition(
        keys=("payment_outlook",),
        name=phrase("When the money will come"),
        says=phrase(
            "Each open invoice on the day that the median delay of the client's own paid invoices gives, among those paid at least as late as it already is; late is what is past due, else its chance of being paid late."
        ),
        policy=("receivables.match_payments",),
        tables=("invoices", "receipts"),
        home="credit.payment_outlook.payment_outlook",
    ),
)
