"""What a client owes, how it pays, its grade and its limit."""

from kamlib.language import phrase
from kamlib.methods.definition import Definition

DEFINITIONS = (
    Definition(
        keys=("exposure",),
        name=phrase("Full exposure"),
        says=phrase(
            "All that would be lost or stuck if the client stopped today: receivables, notes, contract assets, unbilled deliveries, orders not delivered and stock made for it, less deposits."
        ),
        formula=phrase("receivables + notes + contract assets + unbilled + undelivered + custom stock − deposits"),
        tables=(
            "invoices",
            "receipts",
            "orders",
            "protections",
        ),
        home="credit.position.client_position",
    ),
    Definition(
        keys=("billed",),
        name=phrase("Billed"),
        says=phrase("What was invoiced; whether it was paid is not known, as there are no receipts."),
        tables=("invoices",),
        home="credit.position.client_position",
    ),
    Definition(
        keys=("past_due",),
        name=phrase("Past its due date"),
        says=phrase("What was invoiced and is past its due date, paid or not."),
        tables=("invoices",),
        home="credit.position.client_position",
    ),
    Definition(
        keys=("limit_used",),
        name=phrase("Limit used"),
        says=phrase(
            "Open items of all kinds against the limit in force, today and at the highest in the months before."
        ),
        formula=phrase("drawn ÷ limit"),
        policy=(
            "limits.utilisation",
            "limits.peak_months",
        ),
        tables=(
            "invoices",
            "receipts",
            "clients",
            "decisions",
        ),
        home="credit.limits.utilisation_of",
    ),
    Definition(
        keys=("overdue_share",),
        name=phrase("Overdue share"),
        says=phrase("Open invoices past their due date over all open invoices."),
        formula=phrase("overdue ÷ open invoices"),
        policy=(
            "review.overdue_share_watch",
            "review.overdue_share_alarm",
        ),
        tables=(
            "invoices",
            "receipts",
        ),
        home="receivables.ageing_schedule",
    ),
    Definition(
        keys=("days_late",),
        name=phrase("Days late"),
        says=phrase(
            "Mean days from due date to payment, weighted by amount, of the invoices that fell due in the window; open ones count up to today, early ones count as none."
        ),
        formula=phrase("Σ amount × max(days, 0) ÷ Σ amount"),
        policy=(
            "receivables.behaviour_months",
            "review.days_late_watch",
            "review.days_late_alarm",
        ),
        tables=(
            "invoices",
            "receipts",
        ),
        home="receivables.payments.weighted_days_late",
    ),
    Definition(
        keys=("dso",),
        name=phrase("DSO by count-back"),
        says=phrase(
            "Days of the most recent sales that the open invoices stand for: each period's sales are taken off, newest first, until nothing is left."
        ),
        formula=phrase("days of the periods used up + rest ÷ daily sales of the last one"),
        source="Credit Research Foundation, Ratios and Formulas",
        policy=("receivables.sales_days",),
        tables=(
            "invoices",
            "receipts",
        ),
        home="receivables.days_sales_outstanding",
    ),
    Definition(
        keys=("measures",),
        name=phrase("Collection measures"),
        says=phrase(
            "DSO by the period method and by count-back, best possible DSO on what is not yet due, average days delinquent as their difference, CEI, and turnover on year-end and on average receivables: each by its own name."
        ),
        formula=phrase(
            "DSO = receivables ÷ sales × days;  BPDSO = current ÷ sales × days;  ADD = DSO − BPDSO;  CEI = (begin + sales − end) ÷ (begin + sales − current) × 100"
        ),
        source="Credit Research Foundation, Ratios and Formulas",
        policy=(
            "receivables.sales_days",
            "receivables.behaviour_months",
            "receivables.trend_months",
        ),
        tables=(
            "invoices",
            "receipts",
        ),
        home="receivables.collection.collection_effectiveness_index",
    ),
    Definition(
        keys=("split",),
        name=phrase("Where the days of DSO come from"),
        says=phrase(
            "The days of the period DSO: terms granted, lateness, disputes, less unapplied cash; the parts add up."
        ),
        formula=phrase("Σ parts = DSO by the period method"),
        policy=("receivables.sales_days",),
        tables=(
            "invoices",
            "receipts",
        ),
        home="receivables.dso_split",
    ),
    Definition(
        keys=("ageing_history",),
        name=phrase("Age of open invoices"),
        says=phrase(
            "Open invoices by days past their due date, each as it was known on its day; credits and unapplied cash stand outside the buckets."
        ),
        formula=phrase("Σ buckets = open invoices"),
        policy=("receivables.ageing_edges",),
        tables=(
            "invoices",
            "receipts",
        ),
        home="receivables.ageing_schedule",
    ),
    Definition(
        keys=("expected_loss",),
        name=phrase("Expected loss of a year"),
        says=phrase(
            "What is owed and not protected, times the default rate of the grade, times the loss given default; low, base and high."
        ),
        formula="EL = PD × LGD × EAD",
        source="Basel II §287–288",
        policy=(
            "loss.pd_by_grade",
            "loss.pd_range",
            "loss.lgd",
            "loss.unrated_grade",
        ),
        tables=(
            "invoices",
            "receipts",
            "protections",
        ),
        home="credit.losses.credit_loss",
    ),
    Definition(
        keys=(
            "scorecard",
            "grade",
            "score",
            "known",
            "criteria",
        ),
        name=phrase("Scorecard and grade"),
        says=phrase(
            "Each criterion from 0 points at its worst to 100 at its best, weighted; the score leads to the grade. A criterion without a value follows the policy's rule for missing data."
        ),
        formula=phrase("score = Σ w × points ÷ Σ w"),
        policy=(
            "scorecard.missing",
            "scorecard.grades",
            "scorecard.least_known",
            "scorecard.no_grade_below",
            "scorecard.stale_months",
            "scorecard.stale_factor",
        ),
        tables=(
            "invoices",
            "receipts",
            "statements",
            "ratings",
            "events",
            "clients",
        ),
        home="scoring.scorecard.weighted_score",
    ),
    Definition(
        keys=("accounts",),
        name=phrase("Ratios of the annual accounts"),
        says=phrase(
            "Liquidity, leverage, coverage and turnover of the years published, beside the quartiles of our clients of its industry, and Altman's score."
        ),
        formula="Z″ = 6.56 x₁ + 3.26 x₂ + 6.72 x₃ + 1.05 x₄",
        source="Altman 1968, 1983, 1995",
        policy=(
            "scorecard.manufacturing",
            "scorecard.emerging_regions",
            "scorecard.peers_at_least",
            "scorecard.stale_months",
        ),
        tables=(
            "statements",
            "clients",
        ),
        home="statements.altman.altman_z",
    ),
    Definition(
        keys=(
            "limits",
            "limit",
        ),
        name=phrase("The limit by each method"),
        says=phrase(
            "Net worth, working capital, month's sales, trade references: the median is the capacity, cut by the grade; the need is the balance at usual sales (of a young client since its first invoice), terms and delay. The lower of the two is proposed."
        ),
        formula=phrase("min(capacity × part by grade, need × part by grade)"),
        policy=(
            "limits.net_worth_share",
            "limits.working_capital_share",
            "limits.monthly_sales_share",
            "limits.need_headroom",
            "limits.capacity_by_grade",
            "limits.need_by_grade",
            "limits.smallest_change",
        ),
        tables=(
            "statements",
            "invoices",
            "receipts",
            "protections",
            "decisions",
        ),
        home="credit.limits.propose_limits",
    ),
    Definition(
        keys=("block",),
        name=phrase("Block rules"),
        says=phrase(
            "Utilisation, overdue share and the oldest material item, each against the policy's threshold (weak)."
        ),
        formula=phrase("blocked if any figure ≥ its threshold"),
        source="EBA/GL/2016/07",
        policy=(
            "limits.utilisation",
            "limits.block_overdue_share",
            "limits.block_oldest_days",
            "limits.materiality",
        ),
        tables=(
            "invoices",
            "receipts",
            "clients",
        ),
        home="credit.limits.block_of",
    ),
    Definition(
        keys=("provision",),
        name=phrase("Provision matrix"),
        says=phrase(
            "Flow from bucket to bucket of all clients' invoices, multiplied up to the loss, on this client's ageing, times the outlook."
        ),
        formula=phrase("allowance = Σ open × Π flow rates × overlay"),
        source="IFRS 9 B5.5.35",
        policy=(
            "impairment.flow_months",
            "impairment.loss_days",
            "impairment.overlay",
            "impairment.increase_days",
            "impairment.default_days",
            "receivables.ageing_edges",
        ),
        tables=(
            "invoices",
            "receipts",
        ),
        home="receivables.impairment.provision_matrix",
    ),
    Definition(
        keys=("journal",),
        name=phrase("What was decided before"),
        says=phrase(
            "Decisions on the client: proposed, approved, in force; a limit counts once approved, an override until it expires."
        ),
        policy=(
            "authority.approvers",
            "authority.review_months",
        ),
        tables=("decisions",),
        home="credit.journal.decision_states",
    ),
    Definition(
        keys=(
            "reference_days_late",
            "evidence",
        ),
        name=phrase("References, visit, news"),
        says=phrase(
            "What trade references, a visit and news tell of a prospect or partner, weighted by credit and years."
        ),
        policy=(
            "screening.least_references",
            "screening.late_reference_days",
        ),
        home="credit.screening.screen",
    ),
)
