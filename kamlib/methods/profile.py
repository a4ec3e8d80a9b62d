"""Contracts, demand, relationship, prices and churn."""

from kamlib.language import phrase
from kamlib.methods.definition import Definition

DEFINITIONS = (
    Definition(
        keys=("protected",),
        name=phrase("Protected by contract"),
        says=phrase("The part of a year's revenue that contracts bind if notice is given today."),
        formula=phrase("min(value a year, revenue) × days to the earliest exit ÷ 365"),
        policy=(
            "profile.notice_reading",
            "profile.exit_months",
            "profile.protected_share_watch",
        ),
        tables=(
            "contracts",
            "invoices",
        ),
        home="contracts.protected_revenue",
    ),
    Definition(
        keys=(
            "contracts",
            "renegotiate",
        ),
        name=phrase("Contracts in force"),
        says=phrase(
            "Each contract with its end, notice, earliest exit and the last day to decide; those to be decided on soon are told."
        ),
        formula=phrase("decide by = end − notice"),
        policy=(
            "profile.notice_reading",
            "profile.renegotiate_days",
        ),
        tables=("contracts",),
        home="contracts.earliest_exit",
    ),
    Definition(
        keys=("ladder",),
        name=phrase("Expiry ladder"),
        says=phrase("Annual value of contracts by the time to their recorded end."),
        tables=("contracts",),
        home="contracts.expiry_ladder",
    ),
    Definition(
        keys=("uncovered",),
        name=phrase("Without a contract"),
        says=phrase("Revenue of a year from clients that have no contract in force."),
        policy=("concentration.window_months",),
        tables=(
            "invoices",
            "contracts",
        ),
        home="client_profile.contract_book.review_contracts",
    ),
    Definition(
        keys=("clauses",),
        name=phrase("Clauses missing or unknown"),
        says=phrase(
            "Each clause of the checklist that a contract lacks, with the money it leaves open as a share of its base (weak); amounts overlap."
        ),
        formula=phrase("share × base"),
        policy=("profile.clauses",),
        tables=("contracts",),
        home="contracts.rank_missing_clauses",
    ),
    Definition(
        keys=("termination",),
        name=phrase("What termination would cost"),
        says=phrase("Stock made for the client and tools not paid back, less the agreed compensation."),
        formula=phrase("loss = stranded cost − compensation"),
        tables=(
            "contracts",
            "orders",
        ),
        home="contracts.termination_loss",
    ),
    Definition(
        keys=(
            "client_churn",
            "rates",
        ),
        name=phrase("Churn rates"),
        says=phrase(
            "Clients of the earlier window without revenue in the later one, by number and by revenue; net churn sets growth against losses."
        ),
        formula=phrase("lost ÷ clients of the earlier window"),
        policy=(
            "concentration.window_months",
            "profile.lost_after_months",
        ),
        tables=(
            "invoices",
            "contracts",
        ),
        home="churn.churn_rates",
    ),
    Definition(
        keys=(
            "churn",
            "at_risk",
        ),
        name=phrase("Chance to be lost"),
        says=phrase(
            "Under contract the discrete hazard of the book within a year; without, the chance that the client no longer buys, by BG/NBD. Times a year's revenue: revenue at risk."
        ),
        formula=phrase("revenue at risk = chance × revenue of a year"),
        source="Fader, Hardie & Lee 2005; Singer & Willett 1993",
        policy=(
            "profile.lost_after_months",
            "profile.holdout_share",
            "profile.churn_watch",
            "profile.churn_alarm",
        ),
        tables=(
            "invoices",
            "contracts",
        ),
        home="client_profile.profile.churn_outlook",
        example="churn.bgnbd.alive_probability",
    ),
    Definition(
        keys=("calibration",),
        name=phrase("Does the model of repeat buying hold?"),
        says=phrase(
            "Order days that the model expects in the part of the history kept aside, against those that came."
        ),
        source="Fader, Hardie & Lee 2005",
        policy=("profile.holdout_share",),
        tables=("invoices",),
        home="churn.bgnbd.fit_buying",
        example="churn.bgnbd.buying_summary",
    ),
    Definition(
        keys=(
            "outlook",
            "forecast",
        ),
        name=phrase("Next four quarters"),
        says=phrase(
            "Forecast of revenue by the method that did best over rolling origins on the client's own history, against the last twelve months."
        ),
        formula=phrase("Σ forecast ÷ Σ last twelve months − 1"),
        source="Assimakopoulos & Nikolopoulos 2000; Syntetos & Boylan 2005",
        policy=(
            "profile.forecast_level",
            "profile.decline_watch",
        ),
        tables=("invoices",),
        home="demand.forecasts.forecast_quarters",
        example="demand.forecasts.croston_sba",
    ),
    Definition(
        keys=("demand",),
        name=phrase("How the client orders"),
        says=phrase(
            "Mean interval between months with orders and variation of their size: smooth, erratic, intermittent or lumpy; trend, season, break and silence beside it."
        ),
        formula="ADI 1.32;  CV² 0.49",
        source="Syntetos, Boylan & Croston 2005; Andrews 1993",
        policy=(
            "profile.outlier_limit",
            "profile.break_p_value",
            "profile.silence_share",
        ),
        tables=(
            "invoices",
            "orders",
        ),
        home="demand.classify_demand",
    ),
    Definition(
        keys=("reliance",),
        name=phrase("What rests on this client"),
        says=phrase("The client's share of each product line, of capacity and of development effort."),
        formula=phrase("of this client ÷ whole company"),
        policy=(
            "profile.product_line_share",
            "concentration.window_months",
        ),
        tables=(
            "invoices",
            "service_costs",
        ),
        home="client_profile.standing.client_reliance",
    ),
    Definition(
        keys=("relationship",),
        name=phrase("How close we are"),
        says=phrase(
            "Cadence of contacts, decision maker met, satisfaction, complaints and breadth, each 0 to 100, weighted (weak); a part without data is left out."
        ),
        formula=phrase("Σ w × points ÷ Σ w"),
        policy=(
            "profile.relationship_weights",
            "profile.contact_plan_days",
            "profile.contact_months",
            "profile.decision_maker_days",
            "profile.satisfaction_top",
        ),
        tables=(
            "interactions",
            "clients",
        ),
        home="relationship.weighted_score",
    ),
    Definition(
        keys=(
            "price",
            "bargaining",
        ),
        name=phrase("Price against the book"),
        says=phrase(
            "The client's unit prices against those of all clients for the same basket, and how that position moved in a year; terms and credits beside it."
        ),
        formula=phrase("Σ own price × quantity ÷ Σ book price × quantity"),
        policy=(
            "profile.price_watch",
            "profile.terms_watch_days",
            "profile.money_rate",
        ),
        tables=("invoices",),
        home="relationship.bargaining.price_position",
    ),
    Definition(
        keys=("market",),
        name=phrase("Market of the client"),
        says=phrase(
            "How the client's orders follow the index of its industry, and our part of what it buys of its kind."
        ),
        formula=phrase("β of yearly changes;  share of wallet = revenue ÷ purchases"),
        policy=("profile.market_stress",),
        tables=(
            "invoices",
            "market",
            "clients",
        ),
        home="client_profile.standing.client_market",
        example="demand.market.market_stress",
    ),
)
