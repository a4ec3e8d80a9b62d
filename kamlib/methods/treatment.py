"""What is to be done about risks: the register, mitigations and their price, insurance dates, actions."""

from kamlib.language import phrase
from kamlib.methods.definition import Definition

DEFINITIONS = (
    Definition(
        keys=("register_expected", "risk_register"),
        name=phrase("Expected loss of the register"),
        says=phrase(
            "Each risk as money and the probability of a year, proposed from the analyses and edited in the register's file. Inherent: nothing protects; today: protections in force; planned: with the mitigations picked. Entries are not added up as if they came together."
        ),
        formula=phrase("expected = probability × money today;  planned ≤ today ≤ inherent"),
        policy=(
            "treatment.clients",
            "treatment.materiality",
            "treatment.chances",
            "treatment.order_drop",
            "treatment.market_fall",
            "treatment.expiry_months",
            "treatment.accept_below",
            "treatment.avoid_from",
            "loss.pd_by_grade",
        ),
        tables=("invoices", "receipts", "clients", "contracts", "orders", "protections", "ratings"),
        home="treatment.register.build_register",
        example="loss_model.asymptotic.expected_loss",
    ),
    Definition(
        keys=("risk_evidence",),
        name=phrase("Evidence of an entry"),
        says=phrase(
            "The sign, contract, limit or balance that an entry was proposed for, with its figures, and whether a person has edited it."
        ),
        policy=("treatment.materiality", "treatment.chances"),
        tables=("invoices", "receipts", "contracts", "orders", "ratings", "events"),
        home="treatment.proposals.propose_entries",
    ),
    Definition(
        keys=("past_review",),
        name=phrase("Entries past their review"),
        says=phrase(
            "Entries whose day of review has passed: the day that the register's file names, else so many months after the as-of day as the policy gives the treatment."
        ),
        policy=("treatment.review_months",),
        home="treatment.register.next_review",
    ),
    Definition(
        keys=("risk_appetite",),
        name=phrase("Risk appetite by kind"),
        says=phrase(
            "Expected loss a year of all entries of a kind against what the policy accepts: a share of a year's contribution margin (weak)."
        ),
        formula=phrase("over = Σ expected of the kind > share × contribution margin"),
        policy=("treatment.appetite",),
        tables=("invoices", "receipts", "contracts"),
        home="treatment.register.build_register",
        example="loss_model.asymptotic.expected_loss",
    ),
    Definition(
        keys=("plan_saved", "mitigations_picked"),
        name=phrase("What the plan saves"),
        says=phrase(
            "Of all sets of a few mitigations a client, the one with most worth less cost within the budget, searched exactly. Several for one client count one after the other on what is left, never more than their sum. The tail is valued on the same simulated years."
        ),
        formula=phrase(
            "worth = saved × (probability + price of the tail × chance in the tail);  max Σ (worth − cost) with Σ cost ≤ budget"
        ),
        source="Rockafellar and Uryasev 2000",
        policy=(
            "treatment.budget",
            "treatment.bundle",
            "treatment.compared",
            "treatment.level",
            "treatment.tail_price",
            "loss.scenarios",
            "loss.seed",
        ),
        tables=("invoices", "receipts", "clients", "protections", "ratings"),
        home="treatment.plan.plan_mitigations",
        example="protection.mitigation.pick_under_budget",
    ),
    Definition(
        keys=("mitigations_alone",),
        name=phrase("A mitigation alone"),
        says=phrase(
            "What one mitigation costs a year, what it saves once the client fails, and what it does to cash and revenue. It pays from the chance of loss at which it saves what it costs. Prices are the policy's (weak)."
        ),
        formula=phrase("expected saved = probability × (loss − loss with it);  pays from = cost ÷ saved"),
        policy=("treatment.instruments", "treatment.tail_price", "treatment.level"),
        tables=("invoices", "receipts", "protections", "ratings"),
        home="treatment.mitigations.compare_mitigations",
        example="protection.mitigation.break_even_probability",
    ),
    Definition(
        keys=("cover_gap", "insurance_cover", "insurance_gaps"),
        name=phrase("Gap of the cover"),
        says=phrase(
            "What insured clients owe above their insured limits, today and at the last week ends; beside it the largest balances that nothing covers, days of notice that have passed, and cover that ends soon."
        ),
        formula=phrase("gap = max(owed − insured limit, 0)"),
        policy=(
            "treatment.calendar.weeks",
            "treatment.calendar.smallest_amount",
            "treatment.calendar.uncovered_shown",
            "treatment.calendar.renew_days",
        ),
        tables=("invoices", "receipts", "protections"),
        home="treatment.calendar.insurance_calendar",
    ),
    Definition(
        keys=("insurance_dates",),
        name=phrase("Dates of the insurance"),
        says=phrase(
            "By when an insurer wants to know of invoices past due, and until when a claim can be made; your own policy counts before these figures (weak)."
        ),
        formula=phrase(
            "extension = due + extension days;  notice = extension + notice days;  default = due + waiting days;  claim = default + claim days"
        ),
        policy=(
            "treatment.calendar.extension_days",
            "treatment.calendar.notify_days",
            "treatment.calendar.protracted_days",
            "treatment.calendar.counted_from",
            "treatment.calendar.claim_days",
            "treatment.calendar.renew_days",
        ),
        tables=("invoices", "receipts", "protections"),
        home="treatment.calendar.insurance_calendar",
    ),
    Definition(
        keys=("overdue_actions", "actions_scored"),
        name=phrase("Actions in time"),
        says=phrase(
            "Every action of the log as it was known on the day: done in time, done late, overdue or open. Saved is what was told at its end, else money at risk with the client when it was opened less today's, whatever the cause."
        ),
        formula=phrase("in time = done by their deadline ÷ (done + overdue)"),
        policy=("treatment.people", "treatment.owners"),
        tables=("invoices", "receipts", "clients", "contracts", "orders", "protections"),
        home="treatment.scoring.score_actions",
    ),
)
