"""A case looked back on: what was known, what was lost, what would have saved it, what it teaches."""

from kamlib.language import phrase
from kamlib.methods.definition import Definition

DEFINITIONS = (
    Definition(
        keys=("case_exposure",),
        name=phrase("Owed at the event"),
        says=phrase(
            "Open invoices of the client on the day of the event, credit notes and unapplied cash deducted, at that day's rates of exchange; for a case without a ledger what its published figures say."
        ),
        formula=phrase("max(Σ open invoices − credits − unapplied cash, 0)"),
        tables=("invoices", "receipts"),
        home="post_mortem.ledger_facts.client_book",
        example="receivables.open_items.open_items",
    ),
    Definition(
        keys=("case_loss", "case_total", "case_lgd", "case_loss_steps"),
        name=phrase("Loss of the case"),
        says=phrase(
            "What was owed, less what came back, less what protections pay by their terms, in the policy's order, each on what is left; then waiting (discounted), margin lost while replacing and stock, by money at risk on the day. To the cent."
        ),
        formula=phrase("lost = owed − received − protections;  LGD = (lost + waiting) ÷ owed"),
        source="Basel Committee, Guidance on paragraph 468 (2005)",
        policy=(
            "post_mortem.discount_rate",
            "post_mortem.payout_days",
            "post_mortem.payout_order",
            "post_mortem.deductible_order",
        ),
        tables=("invoices", "receipts", "protections", "contracts", "orders"),
        home="post_mortem.loss.loss_of",
    ),
    Definition(
        keys=("case_lead", "replay_signs"),
        name=phrase("Warned ahead"),
        says=phrase(
            "Days from the month end since when the alarm stood without a break up to the event. The policy of then and today's are replayed on what was known by each month end."
        ),
        formula=phrase("days = event − first day of the last unbroken run at the alarm level"),
        policy=("post_mortem.alarm_level", "post_mortem.years_before", "early_warning.weights", "early_warning.limits"),
        tables=("invoices", "receipts", "orders", "statements", "ratings", "events", "interactions"),
        home="post_mortem.replay.replay_case",
        example="post_mortem.replay.standing_since",
    ),
    Definition(
        keys=("replay_months",),
        name=phrase("The case month by month"),
        says=phrase(
            "Score and level by either policy, what was open, the limit in force and its use, and the block rules of today's policy that would have held deliveries, each from what was known at that month end."
        ),
        formula=phrase("used = drawn ÷ limit in force on the day"),
        policy=("early_warning.level_bands", "limits.utilisation", "post_mortem.years_before"),
        tables=("invoices", "receipts", "orders", "decisions", "events"),
        home="post_mortem.replay.replay_case",
        example="early_warning.levels.persistent",
    ),
    Definition(
        keys=("replay_decisions",),
        name=phrase("Decided and asked for"),
        says=phrase(
            "Each decision on record, and each rise of the level, beside the action that the policy of early warning asks for at that level."
        ),
        policy=("early_warning.levels",),
        tables=("decisions", "invoices", "receipts", "events"),
        home="post_mortem.replay.replay_case",
    ),
    Definition(
        keys=("case_timeline",),
        name=phrase("What happened when"),
        says=phrase(
            "Events, decisions, payments and changes of level on one axis, from the ledger and the case file; each with its source where it was published."
        ),
        policy=("post_mortem.years_before",),
        tables=("invoices", "receipts", "decisions", "events", "interactions"),
        home="post_mortem.timeline.case_timeline",
    ),
    Definition(
        keys=("case_saved", "measures_alone", "measures_pairs", "measures_together"),
        name=phrase("What a measure would have saved"),
        says=phrase(
            "A measure lowers each open invoice by a factor, or adds a protection to what is left: any set of measures has one loss, whatever their order, so nothing is counted twice. Cost is that of the whole window; sizes are conventions (weak)."
        ),
        formula=phrase(
            "net = loss avoided − cost − margin of refused orders;  pays from = (cost + margin) ÷ years ÷ avoided"
        ),
        policy=("post_mortem.counterfactuals", "post_mortem.payout_order", "post_mortem.deductible_order"),
        tables=("invoices", "receipts", "decisions", "protections"),
        home="post_mortem.counterfactuals.judge_measures",
        example="protection.protection_effects.payout_waterfall",
    ),
    Definition(
        keys=("lookalikes",),
        name=phrase("Look-alikes"),
        says=phrase(
            "Clients whose signs today are near those of the case some months before its event: 0 is the same, 1 as far as a client without any sign. A shared sign is needed; how often such likeness came true before stands below."
        ),
        formula="d = √(Σ w (s − s′)² ÷ Σ w s²)",
        policy=(
            "post_mortem.lookalike_months",
            "post_mortem.lookalikes",
            "post_mortem.least_shared",
            "early_warning.weights",
        ),
        tables=("invoices", "receipts", "orders", "statements", "ratings", "events"),
        home="post_mortem.lookalikes.find_lookalikes",
        example="post_mortem.lookalikes.distances",
    ),
    Definition(
        keys=("lessons",),
        name=phrase("Changes of the policy"),
        says=phrase(
            "One weight, threshold or band moved and replayed: kept where the case would have been warned of earlier, with the false alarms that it brings over all other clients. One case proves nothing."
        ),
        formula=phrase("order = days gained ÷ (1 + further false alarms)"),
        policy=("post_mortem.lessons", "post_mortem.threshold_step", "post_mortem.alarm_level"),
        tables=("invoices", "receipts", "orders", "events"),
        home="post_mortem.lessons.draw_lessons",
        example="post_mortem.lessons.policy_diff",
    ),
    Definition(
        keys=("case_library",),
        name=phrase("All cases beside each other"),
        says=phrase("Every case file with its kind, outcome, warning, money owed, loss given default and what worked."),
        policy=("post_mortem.alarm_level",),
        home="post_mortem.review.review_library",
    ),
    Definition(
        keys=("case_published",),
        name=phrase("What the published figures give"),
        says=phrase(
            "Shares, days outstanding, runway and recovery reckoned from a case's published figures alone, each with how."
        ),
        home="post_mortem.published.derived_figures",
    ),
)
