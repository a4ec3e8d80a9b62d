"""Who is a key client."""

from kamlib.language import phrase
from kamlib.methods.definition import Definition

DEFINITIONS = (
    Definition(
        keys=(
            "key_clients",
            "key_share",
            "scores",
        ),
        name=phrase("Key clients"),
        says=phrase(
            "Points of each criterion times its weight; key are the best ones with at least the policy's points. Share: their part of revenue."
        ),
        formula=phrase("score = Σ w × points;  Σ w = 1"),
        source="Saaty 1980",
        policy=(
            "key_clients.key_count",
            "key_clients.key_score",
            "key_clients.weights",
            "key_clients.missing",
            "key_clients.scale",
            "key_clients.max_consistency_ratio",
        ),
        tables=(
            "invoices",
            "clients",
            "interactions",
            "orders",
            "service_costs",
        ),
        home="key_clients.scoring.score_clients",
    ),
    Definition(
        keys=("rules",),
        name=phrase("The criteria"),
        says=phrase("Each criterion's weight, its way from value to points, and of how many clients it is known."),
        policy=(
            "key_clients.rules",
            "key_clients.weights",
        ),
        tables=(
            "invoices",
            "clients",
        ),
        home="key_clients.points.points_of",
    ),
    Definition(
        keys=("firm_keys",),
        name=phrase("Firm key clients"),
        says=phrase(
            "Weights are shaken by a Dirichlet distribution around the policy's; firm is who stays key in most of the draws."
        ),
        formula=phrase("share of draws in which the client is key"),
        policy=(
            "key_clients.shaking.draws",
            "key_clients.shaking.concentration",
            "key_clients.shaking.firm",
            "key_clients.shaking.seed",
        ),
        tables=(
            "invoices",
            "clients",
        ),
        home="key_clients.stability.rank_stability",
    ),
    Definition(
        keys=("what_if",),
        name=phrase("What a single change would do"),
        says=phrase("One weight or threshold moved at a time: who would enter, who would leave."),
        policy=(
            "key_clients.weights",
            "key_clients.key_count",
            "key_clients.key_score",
        ),
        tables=(
            "invoices",
            "clients",
        ),
        home="ranking.review.review_ranking",
        example="key_clients.points.points_of",
    ),
    Definition(
        keys=("tiers",),
        name=phrase("Tiers by revenue"),
        says=phrase(
            "Clients by revenue, largest first: A up to the first cut of the sum, B up to the second, C the rest."
        ),
        source="Pareto 1906",
        policy=("key_clients.tiers",),
        tables=("invoices",),
        home="key_clients.tiers.abc_tiers",
    ),
    Definition(
        keys=(
            "clients_costing_money",
            "profit",
        ),
        name=phrase("Profit after cost to serve"),
        says=phrase("Contribution margin less the cost to serve the client; below zero the client costs money."),
        formula=phrase("revenue − cost of goods − cost to serve"),
        source="Kaplan & Narayanan 2001",
        policy=("concentration.window_months",),
        tables=(
            "invoices",
            "service_costs",
        ),
        home="key_clients.tiers.whale_curve",
    ),
)
