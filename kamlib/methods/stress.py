"""What losing clients would do, and what is at risk with each."""

from kamlib.language import phrase
from kamlib.methods.definition import Definition

DEFINITIONS = (
    Definition(
        keys=("money_at_risk",),
        name=phrase("Money at risk"),
        says=phrase(
            "What the loss of a client would cost: receivables lost, margin lost until it is replaced, stock made for it and cost of contracts, less deposits, guarantees, insurance and compensation; low, base and high. The sum counts each client alone."
        ),
        formula=phrase(
            "receivables × LGD + margin × months ÷ 12 × missing part + stock × part lost + committed cost − protections"
        ),
        policy=(
            "loss.lgd",
            "stress.replacement_months",
            "stress.missing_while_replacing",
            "stress.notice_honoured",
            "stress.compensation_paid",
            "stress.stock_lost",
            "stress.committed_cost",
        ),
        tables=(
            "invoices",
            "receipts",
            "contracts",
            "orders",
            "protections",
        ),
        home="stress.at_risk.money_at_risk",
    ),
    Definition(
        keys=(
            "left_without_top",
            "loss",
        ),
        name=phrase("Losing the largest"),
        says=phrase(
            "Revenue, margin, operating profit and cash of a whole year without the n largest; fixed cost stays. The first year keeps what contracts bind."
        ),
        formula=phrase(
            "profit = Σ margin of those that stay − fixed cost;  break-even revenue = fixed cost ÷ margin rate"
        ),
        policy=(
            "concentration.lose_up_to",
            "concentration.window_months",
            "stress.assumed_margin_rate",
        ),
        tables=(
            "invoices",
            "contracts",
        ),
        home="stress.losing.lose_top",
        example="financing.break_even.break_even_revenue",
    ),
    Definition(
        keys=(
            "weeks",
            "survival",
        ),
        name=phrase("Weeks of survival"),
        says=phrase(
            "Weeks until own cash falls below its minimum if the largest client goes: by contract, or by failing. Receipts come by each client's own delays; the credit line follows the borrowing base."
        ),
        formula=phrase("first week with cash < minimum;  borrowing base = advance rate × eligible receivables"),
        source="OCC, Asset-Based Lending (2014)",
        policy=(
            "stress.survival_weeks",
            "stress.borrowing_base.ineligible_after_days",
            "stress.borrowing_base.concentration_cap",
            "stress.borrowing_base.cross_ageing_share",
            "stress.borrowing_base.advance_rate",
            "stress.covenants",
        ),
        tables=(
            "invoices",
            "receipts",
            "contracts",
        ),
        home="stress.survive.survival",
        example="financing.lending.borrowing_base",
    ),
    Definition(
        keys=("scenarios",),
        name=phrase("Scenarios of the policy"),
        says=phrase(
            "Each scenario of the policy: volume, price, later payment or stopped payment of the largest, and what happens to the rest."
        ),
        formula=phrase("margin lost = Σ margin × volume + revenue × price"),
        policy=(
            "stress.scenarios",
            "stress.survival_weeks",
        ),
        tables=(
            "invoices",
            "receipts",
        ),
        home="stress.survive.compare_scenarios",
    ),
    Definition(
        keys=("reverse",),
        name=phrase("The smallest losses that break us"),
        says=phrase(
            "The fewest clients whose loss breaks profit, cash or a covenant: found exactly, with the proof that one fewer never does."
        ),
        formula=phrase("smallest set with Σ damage > room"),
        policy=(
            "stress.covenants",
            "stress.survival_weeks",
        ),
        tables=(
            "invoices",
            "receipts",
            "contracts",
        ),
        home="stress.reverse.reverse_stress",
        example="stress.reverse.smallest_set",
    ),
    Definition(
        keys=("replacement",),
        name=phrase("Months to replace a client"),
        says=phrase(
            "Months in which prospects of the pipeline, or new clients at today's pace, make up for the client's revenue."
        ),
        formula=phrase("months = revenue ÷ (pipeline × success ÷ months of the pipeline)"),
        policy=(
            "stress.replacement_months",
            "stress.pipeline_success",
            "stress.pipeline_months",
            "stress.missing_while_replacing",
        ),
        tables=(
            "invoices",
            "clients",
        ),
        home="stress.replace.replace_clients",
    ),
    Definition(
        keys=("default_loss",),
        name=phrase("Losses from defaults"),
        says=phrase(
            "Loss of a year on what is owed today, net of protections: expected, value at risk and expected shortfall, by simulation with one factor and sectors (Gaussian and t copula) and by CreditRisk+."
        ),
        formula="EL = Σ PD × LGD × EAD;  VaR = quantile of L;  ES = E[L | L ≥ VaR]",
        source="Vasicek 2002; Credit Suisse 1997; Basel II",
        policy=(
            "loss.pd_by_grade",
            "loss.unrated_grade",
            "loss.lgd",
            "loss.rho",
            "loss.sector_share",
            "loss.degrees_of_freedom",
            "loss.pd_volatility",
            "loss.scenarios",
            "loss.seed",
            "loss.levels",
        ),
        tables=(
            "invoices",
            "receipts",
            "protections",
            "ratings",
            "clients",
        ),
        home="stress.default_loss.default_loss",
        example="loss_model.asymptotic.vasicek_quantile",
    ),
    Definition(
        keys=("default_clients",),
        name=phrase("Who makes the tail"),
        says=phrase(
            "Each client's part of the expected shortfall: its mean loss in the scenarios at or beyond the value at risk. The parts add up."
        ),
        formula="ESᵢ = E[Lᵢ | L ≥ VaR]",
        source="Tasche 1999",
        policy=(
            "loss.levels",
            "loss.scenarios",
            "loss.seed",
        ),
        tables=(
            "invoices",
            "receipts",
            "protections",
            "ratings",
        ),
        home="stress.default_loss.default_loss",
        example="loss_model.simulation.simulate_losses",
    ),
)
