"""Revenue, shares and indices of concentration."""

from kamlib.language import phrase
from kamlib.methods.definition import Definition

DEFINITIONS = (
    Definition(
        keys=("revenue",),
        name=phrase("Revenue of the window"),
        says=phrase(
            "What was invoiced in the months before the as-of day, credit notes deducted, in the reporting currency at the rate of each day."
        ),
        formula=phrase("Σ invoices − Σ credit notes"),
        policy=("concentration.window_months",),
        tables=(
            "invoices",
            "fx",
        ),
        home="dependence.economics.revenue_by_client",
    ),
    Definition(
        keys=("revenue_share",),
        name=phrase("Share of revenue"),
        says=phrase("The client's part of the company's revenue in the window."),
        formula=phrase("revenue of the client ÷ revenue of all"),
        policy=("concentration.window_months",),
        tables=("invoices",),
        home="concentration.revenue_shares",
    ),
    Definition(
        keys=("top_share",),
        name=phrase("Share of the largest client"),
        says=phrase("Revenue of the largest client over all revenue of the window. The bands are conventions (weak)."),
        formula="CR1 = s₁",
        source="Curry & George 1983",
        policy=(
            "concentration.window_months",
            "concentration.single_client_bands",
        ),
        tables=("invoices",),
        home="concentration.concentration_ratio",
    ),
    Definition(
        keys=("top_five_share",),
        name=phrase("Share of the five largest"),
        says=phrase(
            "Revenue of the five largest clients over all revenue of the window; half of it and more is of concern (weak)."
        ),
        formula="CR5 = s₁ + … + s₅",
        source="Curry & George 1983",
        policy=(
            "concentration.window_months",
            "concentration.top_five_concerning",
        ),
        tables=("invoices",),
        home="concentration.concentration_ratio",
    ),
    Definition(
        keys=("hhi_points",),
        name=phrase("Herfindahl–Hirschman index"),
        says=phrase(
            "The sum of the squared shares, times 10,000; raw, not normalised by the number of clients. Its inverse is the number of equal clients that would be as concentrated."
        ),
        formula="HHI = Σ sᵢ²;  N = 1 ÷ HHI",
        source="Herfindahl 1950; Hirschman 1964",
        policy=(
            "concentration.window_months",
            "concentration.appetite.hhi",
            "concentration.antitrust_hhi",
        ),
        tables=("invoices",),
        home="concentration.herfindahl_index",
    ),
    Definition(
        keys=(
            "clients",
            "groups",
        ),
        name=phrase("The largest clients and groups"),
        says=phrase("Revenue of the window by client, or by group under common control, beside the window before."),
        formula="sᵢ = rᵢ ÷ Σ r",
        source="ASC 280-10-50-42",
        policy=("concentration.window_months",),
        tables=(
            "invoices",
            "clients",
        ),
        home="dependence.review.review_dependence",
        example="concentration.indices.revenue_shares",
    ),
    Definition(
        keys=("indices",),
        name=phrase("Indices of concentration"),
        says=phrase(
            "Each index on revenue, margin and open balances, by client and by group. Gini in the 1/n form; entropy and Theil in natural logarithms."
        ),
        formula="CRₖ = Σᵢ≤ₖ sᵢ;  HHI = Σ sᵢ²;  G = Σ (2i − n − 1) xᵢ ÷ (n Σ x);  H = −Σ sᵢ ln sᵢ;  T = ln n − H;  HTI = 1 ÷ (2 Σ i sᵢ − 1)",
        source="Hall & Tideman 1967; Theil 1967",
        policy=("concentration.window_months",),
        tables=(
            "invoices",
            "receipts",
            "clients",
        ),
        home="concentration.uncertainty.concentration_indices",
    ),
    Definition(
        keys=("intervals",),
        name=phrase("How sure the indices are"),
        says=phrase("Percentile bootstrap: invoices are drawn again with replacement, and each index computed anew."),
        formula=phrase("quantiles of the index over the draws"),
        source="Efron & Tibshirani 1993",
        policy=(
            "concentration.bootstrap.draws",
            "concentration.bootstrap.level",
            "concentration.bootstrap.seed",
        ),
        tables=("invoices",),
        home="concentration.bootstrap_intervals",
    ),
    Definition(
        keys=("history",),
        name=phrase("What changed the HHI"),
        says=phrase(
            "The change of the HHI from quarter to quarter, split into clients that came, went, grew and shrank; the parts add up."
        ),
        formula=phrase("ΔHHI = entries + exits + growth + shrinkage"),
        policy=(
            "concentration.history_quarters",
            "concentration.window_months",
        ),
        tables=("invoices",),
        home="concentration.split_change",
    ),
    Definition(
        keys=("appetite",),
        name=phrase("Limits of the risk appetite"),
        says=phrase("Each figure against the most that the policy accepts, and the money above it."),
        formula=phrase("over = max(figure − limit, 0) × base"),
        source="BIS LEX20",
        policy=(
            "concentration.appetite.single_client",
            "concentration.appetite.hhi",
            "concentration.appetite.segments",
            "concentration.appetite.exposure_to_equity",
            "concentration.appetite.near",
        ),
        tables=(
            "invoices",
            "clients",
            "receipts",
        ),
        home="dependence.appetite.review_appetite",
        example="concentration.dilution.largest_that_fits",
    ),
    Definition(
        keys=("plan",),
        name=phrase("What brings a broken limit back"),
        says=phrase(
            "The least new revenue from others that brings the figure to its limit, and the months to it at today's pace."
        ),
        formula=phrase("new revenue = part ÷ limit − total"),
        policy=("concentration.appetite.plan_axis",),
        tables=("invoices",),
        home="concentration.dilution.revenue_needed",
    ),
    Definition(
        keys=("segments",),
        name=phrase("Where new revenue may come from"),
        says=phrase(
            "The largest need of all broken limits, spread over the segments in proportion to the room below their own limits."
        ),
        formula=phrase("need × room of the segment ÷ all room"),
        policy=(
            "concentration.appetite.segments",
            "concentration.appetite.plan_axis",
        ),
        tables=(
            "invoices",
            "clients",
        ),
        home="dependence.planner.plan_diversification",
    ),
    Definition(
        keys=("axes",),
        name=phrase("Concentration on other axes"),
        says=phrase("Shares and HHI of revenue by industry, region, product line and account manager."),
        formula="HHI = Σ sᵢ²",
        policy=(
            "concentration.window_months",
            "concentration.appetite.segments",
        ),
        tables=(
            "invoices",
            "clients",
        ),
        home="dependence.axes.review_axes",
        example="concentration.indices.herfindahl_index",
    ),
    Definition(
        keys=("top_five",),
        name=phrase("The five largest customers"),
        says=phrase(
            "The five largest by sales of the year, by group, as China's rules on annual reports want them: together, related parties, new ones."
        ),
        formula=phrase("Σ sales of the five ÷ sales of the year"),
        source="CSRC, standards for the contents of annual reports",
        policy=("concentration.window_months",),
        tables=(
            "invoices",
            "clients",
        ),
        home="dependence.disclosure.review_disclosure",
        example="concentration.indices.concentration_ratio",
    ),
    Definition(
        keys=(
            "major_customers",
            "major",
        ),
        name=phrase("Major customers"),
        says=phrase(
            "Groups under common control that bring at least the major-customer share of revenue; above the mono-client share the company lives from one."
        ),
        formula=phrase("share of revenue ≥ limit"),
        source="ASC 280-10-50-42; IFRS 8.34",
        policy=(
            "key_clients.major_customer",
            "key_clients.mono_client",
        ),
        tables=(
            "invoices",
            "clients",
        ),
        home="ranking.review.review_ranking",
        example="concentration.indices.revenue_shares",
    ),
)
