"""Grade, accounts, limit, loss and journal of a client, as tables."""

from typing import Any

import pandas as pd

from kamlib import formats
from kamlib.blocks import Column, Table
from kamlib.credit import METHODS, CreditReview
from kamlib.credit.journal import decision_states
from kamlib.credit.limits import RULES
from kamlib.language import listing, phrase, sentences, tr
from kamlib.policy.scorecard import CRITERIA
from kamlib.tables.credit import bucket_name, used_text
from kamlib.tables.shared import table_of
from kamlib.wording.shared import decided_text

CRITERION_NAMES = {
    "days_late": phrase("Days late, weighted by amount"),
    "overdue_share": phrase("Overdue share of open invoices"),
    "oldest_days": phrase("Oldest material item, days past due"),
    "delay_rate": phrase("Invoices paid late"),
    "months_known": phrase("Months since the first invoice"),
    "adverse_event": phrase("Worst adverse event (0 none, 100 critical)"),
    "altman_position": phrase("Altman's score (0 at distress, 1 at safety)"),
    "liabilities_share": phrase("Liabilities to total assets"),
    "interest_cover": phrase("Interest cover (times)"),
    "current_ratio": phrase("Current ratio"),
    "rating": phrase("External rating (points)"),
    "reputation": phrase("Reputation, as typed (1 to 10)"),
}
GROUP_NAMES = {
    "behaviour": phrase("behaviour"),
    "history": phrase("history"),
    "financials": phrase("accounts"),
    "bureau": phrase("agencies"),
    "reputation": phrase("reputation"),
}
RATIO_NAMES = {
    "current_ratio": phrase("Current ratio"),
    "quick_ratio": phrase("Quick ratio"),
    "liabilities_share": phrase("Liabilities to total assets"),
    "interest_cover": phrase("Interest cover (times)"),
    "cash_flow_to_liabilities": phrase("Operating cash flow to liabilities"),
    "ebit_margin": phrase("EBIT margin"),
    "return_on_assets": phrase("Return on assets"),
    "asset_turnover": phrase("Asset turnover (times)"),
    "receivables_days": phrase("Its own receivables (days)"),
    "revenue_growth": phrase("Growth of revenue"),
}
METHOD_NAMES = {
    "net_worth": phrase("Share of net worth"),
    "working_capital": phrase("Share of working capital"),
    "monthly_sales": phrase("Share of its average monthly sales"),
    "references": phrase("Median of agencies and trade references"),
    "need": phrase("Need: purchases a day × (terms + days late) × head-room"),
}
RULE_NAMES = {
    "utilisation": phrase("Limit used"),
    "overdue_share": phrase("Overdue share of open invoices"),
    "oldest_days": phrase("Oldest material item, days past due"),
    "insolvency": phrase("Insolvency known"),
}
STATE_NAMES = {"proposed": phrase("proposed"), "in force": phrase("in force"), "expired": phrase("expired")}
KIND_NAMES = {
    "limit": phrase("limit"),
    "terms": phrase("terms"),
    "override": phrase("grade set by hand"),
    "review": phrase("review"),
    "block": phrase("block"),
    "security": phrase("security"),
}
SHARES = ("overdue_share", "delay_rate", "liabilities_share", "cash_flow_to_liabilities", "ebit_margin", "return_on_assets", "revenue_growth")  # fmt: skip
SHOWN_DECISIONS = 8


def _value(name: str, value: float) -> str:
    if value == float("inf"):
        return "∞"
    if name in SHARES:
        return formats.share(value)
    whole = ("days_late", "oldest_days", "months_known", "adverse_event", "rating", "reputation", "receivables_days")
    return formats.number(value, 0 if name in whole else 2)


def table_scorecard(review: CreditReview) -> Table:
    """Every criterion with its value, points, weight and contribution; the score below."""
    columns = [
        Column("criterion", tr("Criterion"), False),
        Column("group", tr("Area"), False),
        Column("value", tr("Value")),
        Column("points", tr("Points of 100")),
        Column("weight", tr("Weight")),
        Column("contribution", tr("Contribution")),
    ]
    score = review.grade.score
    unknown = score.contributions.index[~score.contributions["known"] & (score.contributions["weight"] <= 0)]
    values: list[list[Any]] = []
    for name, row in score.contributions.iterrows():
        if review.policy.scorecard.criteria[name].weight <= 0 or name in unknown:
            continue
        points = row["points"] if row["known"] else float("nan")
        group = tr(GROUP_NAMES[CRITERIA[name]])
        label = tr(CRITERION_NAMES[name])
        values.append([label, group, review.grade.values[name], points, row["weight"], row["contribution"], name])
    texts = [
        [r[0], r[1], _value(r[6], r[2]), formats.number(r[3]), formats.share(r[4], 0), formats.number(r[5], 1)]
        for r in values
    ]
    texts.append([tr("Score"), "", "", "", formats.share(1.0, 0), formats.number(score.total, 1)])
    rows = [row[:6] for row in values] + [[tr("Score"), "", float("nan"), float("nan"), 1.0, score.total]]
    lacking = [tr(CRITERION_NAMES[name]) for name in unknown if review.policy.scorecard.criteria[name].weight > 0]
    dropped = tr("Without a value: {names}.", names=listing(lacking)) if lacking else ""
    missing = {
        "reweight": tr("A criterion without a value drops out, and the others share its weight."),
        "worst": tr("A criterion without a value counts with 0 points."),
    }[score.rule]
    scale = ", ".join(f"{grade} ≥ {floor:g}" for grade, floor in review.policy.scorecard.grades.items())
    stale = ""
    if review.grade.stale:
        stale = tr(
            "The accounts are stale: their points are cut to {share}.",
            share=formats.share(review.policy.scorecard.stale_factor, 0),
        )
    note = tr("Points on a line from worst to best of the policy (weak). {missing} Scale: {scale}. {stale}", missing=missing, scale=scale, stale=stale)  # fmt: skip
    return table_of(
        tr("Scorecard"), columns, texts, rows, total=True, note=sentences(note.strip(), dropped), key="scorecard"
    )


def table_accounts(review: CreditReview) -> Table:
    """Ratios of the years reported beside the industry's quartiles, and Altman's score."""
    accounts = review.accounts
    years = list(accounts.ratios.columns)
    columns = [
        Column("ratio", tr("Ratio"), False),
        *[Column(f"{year:%Y-%m-%d}", f"{year:%Y-%m}") for year in years],
    ]
    if len(accounts.quartiles):
        columns += [
            Column("lower_quartile", tr("Lower quartile")),
            Column("median", tr("Median")),
            Column("upper_quartile", tr("Upper quartile")),
            Column("place", tr("Quarter")),
        ]
    values, texts = [], []
    if not accounts.known:
        return table_of(tr("Ratios of the annual accounts"), columns, texts, values, note=tr("No accounts, no ratios."), key="accounts")  # fmt: skip
    for name in accounts.ratios.index:
        known = name in accounts.quartiles.index
        quartiles = [
            float(accounts.quartiles.loc[name, column]) if known else float("nan")
            for column in ("lower_quartile", "median", "upper_quartile", "place")
        ]
        row = [float(accounts.ratios.loc[name, year]) for year in years]
        values.append([tr(RATIO_NAMES[name]), *row, *quartiles])
        shown = [_value(name, value) for value in [*row, *quartiles[:3]]]
        texts.append([values[-1][0], *shown, formats.number(quartiles[3])])
    width = len(columns)
    for row in [_altman_row(review)]:
        values.append(row)
        texts.append([row[0], *[formats.number(value, 2) for value in row[1:]]])
    values, texts = [row[:width] for row in values], [row[:width] for row in texts]
    peers = accounts.quartiles["clients"].max() if len(accounts.quartiles) else 0
    if peers:
        note = tr(
            "Quartiles of the industry. Quarter: 1 the weakest, 4 the strongest of {count} clients of ours in {industry}, not of the market.",
            count=formats.number(peers),
            industry=accounts.industry,
        )
    else:
        note = tr("No quartiles: fewer than {count} clients of its industry report.", count=review.policy.scorecard.peers_at_least)  # fmt: skip
    return table_of(tr("Ratios of the annual accounts"), columns, texts, values, note=note, key="accounts")


def _altman_row(review: CreditReview) -> list[Any]:
    altman = review.accounts.altman
    newest = altman["variant"].iloc[-1]
    sign = newest.replace("''", "″").replace("'", "′")
    by_year = altman[altman["variant"] == newest].set_index("period_end")["z"]
    scores = [float(by_year.get(year, float("nan"))) for year in review.accounts.ratios.columns]
    return [tr("Altman's {variant}", variant=sign), *scores, *[float("nan")] * 4]


def table_limits(review: CreditReview) -> Table:
    """The limit by each method, the bounds, what is in force and what is proposed."""
    limit, unit = review.limit, formats.currency_name(review.currency)
    columns = [Column("method", tr("Method"), False), Column("limit", tr("Limit, {unit}", unit=unit))]
    rows = [[tr(METHOD_NAMES[name]), float(limit.methods[name])] for name in METHODS]
    grade = review.grade.final or formats.MISSING
    part = review.policy.limits.capacity_by_grade.get(review.grade.final or "", float("nan"))
    capacity = tr(
        "Capacity: median of the first four × {part} for grade {grade}", part=formats.share(part, 0), grade=grade
    )
    rows.append([capacity, limit.capacity])
    rows.append([tr("Secured: insurance, guarantees, deposits in force"), limit.secured])
    rows.append([tr("In force now"), limit.current])
    rows.append([tr("Proposed"), limit.proposed])
    texts = [[label, formats.number(value)] for label, value in rows]
    rules = review.policy.limits
    note = tr(
        "{worth} of net worth, {capital} of working capital, {sales} of a month's sales by its newest accounts; "
        "head-room {room} times. All of them are rules of thumb (weak). A dash: no accounts or no references on record.",
        worth=formats.share(rules.net_worth_share, 0),
        capital=formats.share(rules.working_capital_share, 0),
        sales=formats.share(rules.monthly_sales_share, 0),
        room=formats.number(rules.need_headroom, 1),
    )
    return table_of(tr("The limit by each method"), columns, texts, rows, total=True, note=note, key="limits")


def table_block(review: CreditReview) -> Table:
    """Each block rule with the client's figure, the threshold and what follows."""
    columns = [
        Column("rule", tr("Rule"), False),
        Column("value", tr("Now")),
        Column("threshold", tr("Blocks from")),
        Column("result", tr("Result"), False),
    ]
    rules, facts = review.policy.limits, review.facts
    insolvent = tr("yes") if review.block.rules["insolvency"] else tr("no")
    shown = {
        "utilisation": (review.block.utilisation, used_text(review.block.utilisation), tr("over {share}", share=formats.share(rules.utilisation[2], 0))),
        "overdue_share": (facts["overdue_share"], formats.share(facts["overdue_share"]), formats.share(rules.block_overdue_share, 0)),
        "oldest_days": (facts["oldest_days"], formats.number(facts["oldest_days"]), formats.number(rules.block_oldest_days)),
        "insolvency": (float(bool(review.block.rules["insolvency"])), insolvent, tr("yes")),
    }  # fmt: skip
    words = {True: tr("▲ blocks"), False: tr("● passes"), None: tr("not known")}
    values = [[tr(RULE_NAMES[name]), float(shown[name][0]), shown[name][2], words[review.block.rules[name]]] for name in RULES]  # fmt: skip
    texts = [[tr(RULE_NAMES[name]), shown[name][1], shown[name][2], words[review.block.rules[name]]] for name in RULES]
    block, notes = review.block, []
    if block.peak_drawn > 0:
        drawn, unit = formats.money(block.peak_drawn), formats.currency_name(review.currency)
        peak = tr(
            "Most drawn in {months} months: {drawn} {unit} on {day}.",
            months=rules.peak_months,
            drawn=drawn,
            unit=unit,
            day=formats.day(block.peak_date),
        )
        notes.append(peak)
    if facts["open_invoices"] > 0 and facts["drawn"] <= 0:
        notes.append(tr("Credits and unapplied cash cover what is open: its age blocks nothing."))
    steps = tr(
        "Used: open items of all kinds against the limit in force. From {tell} sales is told, from {approve} each order is "
        "approved, over {stop} deliveries stop (weak).",
        tell=formats.share(rules.utilisation[0], 0),
        approve=formats.share(rules.utilisation[1], 0),
        stop=formats.share(rules.utilisation[2], 0),
    )
    return table_of(tr("Block rules"), columns, texts, values, note=sentences(steps, *notes), key="block")


def table_provision(review: CreditReview) -> Table:
    """The provision matrix of the company's own flow rates on this client's ageing."""
    matrix, unit = review.loss.matrix, formats.currency_name(review.currency)
    columns = [
        Column("bucket", tr("Days past due"), False),
        Column("balance", tr("Open invoices, {unit}", unit=unit)),
        Column("flow", tr("Flows on")),
        Column("rate", tr("Lost in the end")),
        Column("allowance", tr("Allowance, {unit}", unit=unit)),
    ]
    flows = review.loss.flows
    values = [
        [bucket_name(row.bucket), row.balance, flow, row.loss_rate, row.allowance]
        for row, flow in zip(matrix.itertuples(), flows["flow_rate"] if len(flows) else [], strict=True)
    ]
    if values:
        values.append([tr("All"), float(matrix["balance"].sum()), float("nan"), float("nan"), review.loss.allowance])
    texts = [
        [r[0], formats.number(r[1]), formats.share(r[2]), formats.share(r[3]), formats.number(r[4])] for r in values
    ]
    rules = review.policy.impairment
    note = tr(
        "Flow rates of all clients' invoices due in {months} months; still open after {days} days counts as lost; outlook × {overlay}. "
        "{share} of the money received names no invoice: by so much the rates are too high.",
        months=rules.flow_months,
        days=rules.loss_days,
        overlay=formats.number(rules.overlay, 2),
        share=formats.share(review.loss.unlinked_share),
    )
    if review.now.credits < 0:
        note = sentences(
            note,
            tr(
                "Credits and unapplied cash of {amount} are not set off in it.",
                amount=formats.number(-review.now.credits),
            ),
        )
    if values and review.now.open_invoices <= 0:
        values, texts, note = [], [], tr("Nothing is open: nothing is provided for.")
    elif not values:
        note = tr("No provision matrix: what was paid is not known. Bring the table of receipts.")
    return table_of(tr("Provision matrix (IFRS 9, simplified approach)"), columns, texts, values, total=bool(values), note=note, key="provision")  # fmt: skip


def tables_journal(review: CreditReview) -> tuple[Table, ...]:
    """What was decided on the client before, newest first; no table where nothing is on record."""
    if review.decisions.empty:
        return ()
    columns = [
        Column("date", tr("Day"), False),
        Column("kind", tr("Decision"), False),
        Column("before", tr("From"), False),
        Column("after", tr("To"), False),
        Column("by", tr("Proposed by · approved by"), False),
        Column("reason", tr("Reason"), False),
        Column("state", tr("State"), False),
    ]
    rows = review.decisions.head(SHOWN_DECISIONS)
    states = decision_states(rows, review.now.date)
    texts = []
    for (_, row), state in zip(rows.iterrows(), states, strict=True):
        text = {name: "" if pd.isna(row[name]) else str(row[name]) for name in row.index}
        name = text["kind"]
        kind = tr(KIND_NAMES[name]) if name in KIND_NAMES else name
        people = " · ".join(text[name] or formats.MISSING for name in ("proposed_by", "approved_by"))
        amounts = [decided_text(text[name]) for name in ("before", "after")]
        texts.append([formats.day(row["date"]), kind, *amounts, people, text["reason"], tr(STATE_NAMES[state])])
    return (table_of(tr("What was decided before"), columns, texts, texts, key="journal"),)
