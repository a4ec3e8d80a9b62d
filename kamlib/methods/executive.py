"""The company on one page."""

from kamlib.language import phrase
from kamlib.methods.definition import Definition

DEFINITIONS = (
    Definition(
        keys=(
            "expected_at_risk",
            "worries",
        ),
        name=phrase("Expected money at risk"),
        says=phrase(
            "Probability that a client of its warning level fails or pays more than 90 days late within the horizon, times its money at risk; the clients with most of it come first."
        ),
        formula=phrase("Σ probability × money at risk (base)"),
        policy=(
            "early_warning.back_test.horizon_months",
            "early_warning.level_bands",
        ),
        tables=(
            "invoices",
            "receipts",
            "contracts",
        ),
        home="executive.review.review_company",
        example="loss_model.asymptotic.expected_loss",
    ),
    Definition(
        keys=("bridge",),
        name=phrase("What moved the money at risk"),
        says=phrase(
            "From the earlier figure to today's: corrected data, changed policy, changed exposure, changed behaviour of clients. Each step is recomputed; the steps add up exactly."
        ),
        formula=phrase("end = start + data + policy + exposure + behaviour"),
        policy=(
            "loss.lgd",
            "stress.replacement_months",
        ),
        tables=(
            "invoices",
            "receipts",
            "contracts",
        ),
        home="executive.bridge.money_bridge",
    ),
    Definition(
        keys=("moved",),
        name=phrase("Warning levels that moved"),
        says=phrase("Clients whose warning level a quarter ago was another one, by what was known on each day."),
        policy=(
            "early_warning.level_bands",
            "early_warning.quiet_months",
        ),
        tables=(
            "invoices",
            "receipts",
        ),
        home="early_warning.changes.changes_since",
    ),
    Definition(
        keys=("confidence",),
        name=phrase("Confidence in the data"),
        says=phrase(
            "How far the figures can be trusted: completeness, freshness and reconciliation of each table behind the section, weighted (weak)."
        ),
        formula=phrase("Σ w × completeness × freshness × reconciliation ÷ Σ w"),
        policy=(
            "confidence.high",
            "confidence.medium",
            "confidence.weights",
            "confidence.fresh_days",
            "confidence.stale_multiple",
            "confidence.accepted_finding",
        ),
        tables=(
            "invoices",
            "receipts",
        ),
        home="ledger.confidence.confidence",
    ),
    Definition(
        keys=("findings",),
        name=phrase("What was found in the data"),
        says=phrase(
            "Each kind of dirt that was looked for and found, with rows, money, example lines and what was done."
        ),
        tables=(
            "invoices",
            "receipts",
            "clients",
        ),
        home="ledger.findings.search.find_dirt",
    ),
    Definition(
        keys=("rows",),
        name=phrase("What became of every row"),
        says=phrase("Rows and money read = used + quarantined, by table and currency, to the cent."),
        formula=phrase("in = used + quarantined"),
        tables=(
            "invoices",
            "receipts",
        ),
        home="ledger.ingest.ingest",
    ),
    Definition(
        keys=("matching",),
        name=phrase("How payments found their invoices"),
        says=phrase(
            "A receipt without an invoice's number is matched by its exact amount, or to the oldest open invoice, as the policy says; the rest is unapplied cash."
        ),
        policy=("receivables.match_payments",),
        tables=(
            "invoices",
            "receipts",
        ),
        home="receivables.matching.match_payments",
    ),
    Definition(
        keys=("provenance",),
        name=phrase("What this rests on"),
        says=phrase("The ledger with its hash, the rows read, used and set aside, and the parameters of this report."),
        tables=("invoices",),
        home="tables.shared.table_provenance",
    ),
)
