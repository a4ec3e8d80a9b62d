"""The profile of a client, as tables and a strip of figures; where data is missing, a note says what to bring."""

from collections.abc import Sequence

import pandas as pd

from kamlib import formats
from kamlib.blocks import Column, Kpi, Kpis, Note, Table
from kamlib.client_profile import ClientProfile
from kamlib.language import listing, sentences, tr, trn
from kamlib.relationship import PARTS
from kamlib.tables.shared import table_of
from kamlib.wording.profile_names import (
    BASE_NAMES,
    CLASS_NAMES,
    CLAUSE_NAMES,
    EFFORT_NAMES,
    METHOD_NAMES,
    PART_NAMES,
    STATUS_NAMES,
)


def kpis_profile(profile: ClientProfile) -> Kpis:
    """Share of revenue, what contracts protect, chance of leaving, outlook, relationship, price position."""
    rules, unit, demand = profile.policy.profile, formats.currency_name(profile.currency), profile.demand
    share = profile.revenue / profile.company_revenue if profile.company_revenue > 0 else float("nan")
    protected, chance, outlook = profile.protected_share, profile.churn.probability, demand.outlook
    score = profile.relationship.score if profile.relationship else float("nan")
    moved = profile.bargaining.price_change
    exits = profile.contract.last_exit
    until = tr("no contract") if exits is None else tr("until {day}", day=formats.day(exits))
    at_risk = tr("{amount} {unit} a year at risk", amount=formats.money(profile.revenue_at_risk), unit=unit)
    chance_tone = "alarm" if chance >= rules.churn_alarm else "watch" if chance >= rules.churn_watch else ""
    score_tone = "alarm" if score < rules.relationship_alarm else "watch" if score < rules.relationship_watch else ""
    return Kpis(
        (
            Kpi(
                "revenue_share",
                tr("Share of revenue"),
                formats.share(share),
                f"{formats.money(profile.revenue)} {unit}",
                share,
            ),
            Kpi("protected", tr("Protected by contract"), formats.share(protected, 0), until, protected),
            Kpi("churn", tr("Chance to be lost"), formats.share(chance), at_risk, chance, chance_tone),
            Kpi(
                "outlook",
                tr("Next four quarters"),
                _signed_share(outlook),
                tr("against the last twelve months"),
                outlook,
                "watch" if outlook <= rules.decline_watch else "",
            ),
            Kpi(
                "relationship", tr("Relationship, of 100"), formats.number(score), _weakest(profile), score, score_tone
            ),
            Kpi(
                "price",
                tr("Price against the book"),
                _signed_share(moved, 1),
                tr("change in a year"),
                moved,
                "watch" if moved <= rules.price_watch else "",
            ),
        )
    )


def _weakest(profile: ClientProfile) -> str:
    if profile.relationship is None or profile.relationship.parts.isna().all():
        return tr("no contact is recorded")
    return tr("weakest: {part}", part=tr(PART_NAMES[profile.relationship.parts.idxmin()]))


def _signed_share(value: float, digits: int = 0) -> str:
    text = formats.share(value, digits)
    return f"+{text}" if value > 0 and any(digit in "123456789" for digit in text) else text


def _facts(title: str, rows: Sequence[tuple[str, str, object]], note: str = "", *, key: str) -> Table:
    """A table of what and how much."""
    columns = [Column("what", tr("What"), False), Column("figure", tr("Figure"), False)]
    return table_of(title, columns, [row[:2] for row in rows], [(row[0], row[2]) for row in rows], note=note, key=key)


def table_contracts(profile: ClientProfile) -> Table | Note:
    """Each contract in force: its end, notice, earliest exit, value."""
    position, unit = profile.contract, formats.currency_name(profile.currency)
    if position.contracts.empty:
        return _no_contracts(profile)
    columns = [
        Column("contract", tr("Contract"), False),
        Column("end", tr("Ends"), False),
        Column("notice", tr("Notice, days")),
        Column("renews", tr("Renews itself"), False),
        Column("exit", tr("Earliest exit"), False),
        Column("decide", tr("Decide by"), False),
        Column("value", tr("Value a year, {unit}", unit=unit)),
        Column("minimum", tr("Minimum volume")),
    ]
    rows = position.contracts.sort_values("annual_value", ascending=False)
    values = [
        [r.contract_id, r.end_date, r.notice_days, r.auto_renews, r.exit, r.decide_by, r.annual_value, r.minimum_volume]
        for r in rows.itertuples()
    ]
    texts = [
        [
            str(v[0]),
            tr("open-ended") if pd.isna(v[1]) else _short_day(v[1]),
            formats.number(v[2]),
            tr("yes") if v[3] else tr("no"),
            _short_day(v[4]),
            tr("any day") if pd.isna(v[5]) else _short_day(v[5]),
            formats.number(v[6]),
            formats.number(v[7]),
        ]
        for v in values
    ]
    total = float(rows["annual_value"].sum())
    reading = (
        tr("Notice may be given on any day (policy).")
        if profile.policy.profile.notice_reading == "any_time"
        else tr("A term binds to its end (policy).")
    )
    told = [reading]
    if rows["estimated"].any():
        told.append(tr("Where no value is recorded, revenue that other contracts do not explain stands in."))
    if rows["lapsed"].any():
        told.append(tr("A contract whose recorded end has passed renews itself; its new end is not recorded."))
    if total > 1.25 * profile.revenue > 0:
        told.append(
            tr(
                "The contracts name {total} a year, the client bought for {revenue}: check overlapping contracts.",
                total=formats.money(total),
                revenue=formats.money(profile.revenue),
            )
        )
    return table_of(tr("Contracts in force"), columns, texts, values, note=sentences(*told), key="contracts")


def _short_day(day: pd.Timestamp) -> str:
    """A date for a narrow column, the same in both languages."""
    return f"{day:%Y-%m-%d}"


def _no_contracts(profile: ClientProfile) -> Note:
    ended = profile.contract.ended
    if "contracts" in profile.absent:
        text = tr(
            "The ledger has no contracts. Bring contracts.csv with contract_id, client_id, start_date, end_date, notice_days, annual_value and the clauses: it would show what is protected, until when, and what is missing."
        )
    elif ended:
        text = trn(
            "No contract is in force; {n} has ended.", "No contract is in force; {n} have ended.", ended, n=ended
        )
    else:
        text = tr("No contract with this client is recorded: no revenue is protected.")
    return Note(tr("Contracts in force"), (text,))


def table_clauses(profile: ClientProfile) -> Table | Note:
    """What is missing from the contracts, most money first."""
    position = profile.contract
    if position.contracts.empty:
        return Note(tr("Clauses"), (tr("Without a contract there is no clause to check."),), small=True)
    columns = [
        Column("clause", tr("Clause"), False),
        Column("status", tr("Status"), False),
        Column("how", tr("How the money is set"), False),
        Column("amount", tr("Left open, {unit}", unit=formats.currency_name(profile.currency))),
    ]
    values = [[r.clause, r.status, r.base, r.amount] for r in position.missing.itertuples()]
    texts = [
        [
            tr(CLAUSE_NAMES[r.clause]),
            tr(STATUS_NAMES[r.status]),
            tr(
                "{share} of {base}, {amount}",
                share=formats.share(r.share, 0),
                base=tr(BASE_NAMES[r.base]),
                amount=formats.money(r.base_amount),
            ),
            formats.number(r.amount),
        ]
        for r in position.missing.itertuples()
    ]
    there = position.checklist.loc[position.checklist["status"] == "present", "clause"]
    present = tr("Present in every contract: {clauses}.", clauses=listing(tr(CLAUSE_NAMES[c]) for c in there))
    none = tr("No clause is present in every contract.")
    weak = tr("The shares are conventions of the policy (weak); the amounts overlap and do not add up.")
    return table_of(
        tr("Clauses missing or unknown"),
        columns,
        texts,
        values,
        note=sentences(present if len(there) else none, weak),
        key="clauses",
    )


def table_termination(profile: ClientProfile) -> Table | Note:
    """What ending the contracts would leave unpaid."""
    position = profile.contract
    if position.contracts.empty and not position.custom_stock:
        return Note(
            tr("What termination would cost"),
            (tr("Neither a contract nor stock made for the client is recorded."),),
            small=True,
        )
    columns = [Column("part", tr("Part"), False), Column("amount", formats.currency_name(profile.currency))]
    values = [
        [tr("Stock made for this client"), position.custom_stock],
        [tr("Tools not paid back yet"), position.tooling],
        [tr("Agreed compensation"), 0.0 - position.compensation],
        [tr("Loss on termination"), position.termination_loss],
    ]
    texts = [[name, formats.number(value)] for name, value in values]
    told = []
    if position.unsure_compensation:
        told.append(
            tr(
                "{amount} of compensation is recorded where the clause is absent or unknown: it does not count.",
                amount=formats.number(position.unsure_compensation),
            )
        )
    if "orders" in profile.absent:
        told.append(tr("No orders in the ledger: stock made for the client is not known (orders.custom_stock_cost)."))
    return table_of(
        tr("What termination would cost"), columns, texts, values, total=True, note=sentences(*told), key="termination"
    )


def table_demand(profile: ClientProfile) -> Table:
    """Class, trend, season, break, oddities, silence."""
    demand, rules = profile.demand, profile.policy.profile
    kind = demand.demand_class
    klass = tr(
        "{name}: orders every {interval} months, CV² {variation}",
        name=tr(CLASS_NAMES[kind.name]),
        interval=formats.number(kind.interval, 2),
        variation=formats.number(kind.variation, 2),
    )
    rows = [
        (tr("Whole months seen"), formats.number(len(demand.months)), len(demand.months)),
        (tr("Class (ADI 1.32, CV² 0.49)"), klass, kind.name),
        (tr("Trend a year"), _growth(demand.growth), demand.growth.rate if demand.growth else None),
        (tr("Season"), _season(demand), demand.season.strength if demand.season else None),
        (tr("Break"), _break(demand), None if demand.shift is None else demand.shift.change),
        (tr("Unusual months"), _odd(demand), len(demand.outliers)),
        (tr("Silence"), _silence(demand), demand.silence.days if demand.silence else None),
    ]
    note = tr(
        "Months of revenue. Trend: share of the mean, least squares with Newey–West errors, 95 % interval. Break: sup-F, p below {p}. Unusual: robust z above {z}.",
        p=formats.number(rules.break_p_value, 2),
        z=formats.number(rules.outlier_limit, 1),
    )
    return _facts(tr("How the client orders"), rows, note, key="demand")


def _growth(growth) -> str:
    if growth is None:
        return tr("too few months")
    text = tr(
        "{rate} ({low} to {high})",
        rate=_signed_share(growth.rate, 1),
        low=_signed_share(growth.low, 1),
        high=_signed_share(growth.high, 1),
    )
    return text if growth.certain else sentences(text, tr("not proven"))


def _season(demand) -> str:
    if demand.season is None:
        return tr("needs two years of months")
    pattern = demand.season.pattern
    return tr(
        "strength {strength} of 1; best month {best}, weakest {worst}",
        strength=formats.number(demand.season.strength, 2),
        best=formats.number(pattern.idxmax()),
        worst=formats.number(pattern.idxmin()),
    )


def _break(demand) -> str:
    shift = demand.shift
    if shift is None:
        return tr("none found") if len(demand.months) >= 14 else tr("too few months")
    return tr(
        "after {month} ({first} to {last}): from {before} to {after} a month",
        month=formats.month(shift.label.start_time),
        first=formats.month(shift.first_label.start_time),
        last=formats.month(shift.last_label.start_time),
        before=formats.money(shift.mean_before),
        after=formats.money(shift.mean_after),
    )


def _odd(demand) -> str:
    if demand.outliers.empty:
        return tr("none") if demand.demand_class.name in ("smooth", "erratic") else tr("not judged: too few orders")
    last = demand.outliers.tail(3)
    return listing(
        f"{formats.month(r.period.start_time)} ({formats.signed_money(r.amount)})" for r in last.itertuples()
    )


def _silence(demand) -> str:
    if demand.silence is None:
        return tr("a single order: no gap to compare with")
    return tr(
        "{days} since the last order; usual gap {usual}; {share} of {n} gaps were as long",
        days=formats.days(demand.silence.days),
        usual=formats.days(demand.silence.usual),
        share=formats.share(demand.silence.share_as_long, 0),
        n=formats.number(demand.silence.gaps),
    )


def table_forecast(profile: ClientProfile) -> Table | Note:
    """The next four quarters, by which method, and how well it did."""
    forecast, level = profile.demand.forecast, formats.share(profile.policy.profile.forecast_level, 0)
    if forecast is None:
        text = (
            tr("No invoice since {day}: nothing is forecast for a lost client.", day=formats.day(profile.last_invoice))
            if profile.demand.lost
            else tr("Fewer than three whole months: no forecast.")
        )
        return Note(tr("Next four quarters"), (text,))
    columns = [
        Column("quarter", tr("Quarter from today")),
        Column("amount", tr("Revenue, {unit}", unit=formats.currency_name(profile.currency))),
        Column("low", tr("{level} interval, from", level=level)),
        Column("high", tr("to")),
    ]
    values = [[r.quarter, r.amount, r.low, r.high] for r in forecast.by_quarter.itertuples()]
    texts = [[formats.number(value) for value in row] for row in values]
    return table_of(tr("Next four quarters"), columns, texts, values, note=_tested(forecast), key="forecast")


def _tested(forecast) -> str:
    method = tr(METHOD_NAMES[forecast.method])
    if not forecast.origins:
        return tr("Method: {method}. The history is too short for a back-test.", method=method)
    rest = listing(f"{tr(METHOD_NAMES[name])} {formats.number(mase, 2)}" for name, mase in forecast.mase.items())
    text = trn(
        "Method: {method}. Back-test from {n} past day, MASE of quarterly totals: {rest}.",
        "Method: {method}. Back-test from {n} past days, MASE of quarterly totals: {rest}.",
        forecast.origins,
        method=method,
        n=forecast.origins,
        rest=rest,
    )
    beaten = "" if forecast.beats_naive else tr("No model did better than last year's figure, so that is shown.")
    return sentences(text, beaten)


def table_reliance(profile: ClientProfile) -> Table | Note:
    """Product lines, capacity and development effort that rest on the client."""
    lines, effort = profile.reliance.lines, profile.reliance.effort
    missing = []
    if profile.revenue <= 0:
        missing.append(tr("No revenue in the window: no product line rests on this client."))
    elif lines.empty:
        missing.append(tr("Invoices name no product line: bring invoices.product_line for the share of each line."))
    for kind in ("capacity_hours", "development_hours"):
        if kind not in set(effort["kind"]):
            missing.append(
                tr(
                    "{what}: not recorded; bring service_costs.{column}.",
                    what=tr(EFFORT_NAMES[kind]),
                    column=kind,
                )
            )
    title = tr("What rests on this client")
    if lines.empty and effort.empty:
        return Note(title, tuple(missing))
    columns = [
        Column("what", tr("What"), False),
        Column("own", tr("This client")),
        Column("book", tr("Whole company")),
        Column("share", tr("Share")),
    ]
    values = [[r.product_line, r.own, r.book, r.share] for r in lines.head(8).itertuples()]
    values += [[tr(EFFORT_NAMES[r.kind]), r.own, r.book, r.share] for r in effort.itertuples()]
    texts = [[str(v[0]), formats.number(v[1]), formats.number(v[2]), formats.share(v[3])] for v in values]
    limit = profile.policy.profile.product_line_share
    lives = lines.loc[lines["share"] >= limit, "product_line"]
    told = (
        [
            tr(
                "Lives from this client, at {limit} or more: {lines}.",
                limit=formats.share(limit, 0),
                lines=listing(lives),
            )
        ]
        if len(lives)
        else []
    )
    if len(lines) > 8:
        told.append(tr("{n} further product lines are left out.", n=len(lines) - 8))
    unit = formats.currency_name(profile.currency)
    base = tr("{months} months; product lines in {unit}.", months=profile.policy.concentration.window_months, unit=unit)
    return table_of(title, columns, texts, values, note=sentences(*told, base, *missing), key="reliance")


def table_relationship(profile: ClientProfile) -> Table | Note:
    """The parts of the score, with what was found."""
    found, rules = profile.relationship, profile.policy.profile
    title = tr("How close we are")
    if found is None:
        return Note(
            title,
            (
                tr(
                    "No contact with this client is recorded. Bring interactions.csv with client_id, date, kind, satisfaction, contact and contact_role."
                ),
            ),
        )
    facts = found.facts
    told = {
        "cadence": tr(
            "{n} contacts in {months} months, {planned} planned (one every {days})",
            n=formats.number(facts.contacts),
            months=rules.contact_months,
            planned=formats.number(facts.planned),
            days=formats.days(found.plan_days),
        ),
        "decision_maker": _decider(facts),
        "satisfaction": _satisfaction(facts, rules.satisfaction_top),
        "complaints": tr(
            "{n}, in the window before {prior}",
            n=formats.number(facts.complaints),
            prior=formats.number(facts.prior_complaints),
        ),
        "breadth": _persons(facts.people),
    }
    columns = [
        Column("part", tr("Part"), False),
        Column("found", tr("What was found"), False),
        Column("points", tr("Points of 100")),
        Column("weight", tr("Weight")),
    ]
    values = [[name, told[name], 100 * found.parts[name], rules.relationship_weights[name]] for name in PARTS]
    texts = [[tr(PART_NAMES[v[0]]), v[1], formats.number(v[2]), formats.number(v[3])] for v in values]
    values.append(["score", "", found.score, float("nan")])
    texts.append([tr("Score"), "", formats.number(found.score), ""])
    plan = (
        "" if found.planned_by_client else tr("The plan is the policy's: the clients table has no contact_plan_days.")
    )
    note = sentences(tr("A part without data is left out of the score. Weights are conventions (weak)."), plan)
    return table_of(title, columns, texts, values, total=True, note=note, key="relationship")


def _decider(facts) -> str:
    if pd.notna(facts.last_decision_maker):
        return formats.day(facts.last_decision_maker)
    if facts.roles_known:
        return tr("none was ever met")
    return tr("not recorded: bring interactions.contact_role")


def _satisfaction(facts, top: float) -> str:
    if facts.satisfaction != facts.satisfaction:
        return tr("no rating in the window")
    mean = tr("{mean} of {top}", mean=formats.number(facts.satisfaction, 1), top=formats.number(top))
    if facts.trend != facts.trend:
        return mean
    moved = tr(
        "{slope} a year ({low} to {high})",
        slope=formats.signed(facts.trend, 1),
        low=formats.signed(facts.trend_low, 1),
        high=formats.signed(facts.trend_high, 1),
    )
    return f"{mean}; {moved}"


def _persons(people: int) -> str:
    if people < 0:
        return tr("not recorded: bring interactions.contact")
    if people == 1:
        return tr("one person only: the relation hangs by a single thread")
    return formats.number(people)


def table_churn(profile: ClientProfile) -> Table:
    """The chance to be lost, by which method, and the book's rates."""
    outlook = profile.churn
    book, unit = outlook.book, formats.currency_name(profile.currency)
    rows = [(tr("Chance to be lost"), _chance(profile), outlook.probability)]
    rows.append((tr("How it is found"), _how(profile), outlook.method))
    if outlook.method == "buying":
        rows.append(
            (tr("Order days expected in a year"), formats.number(outlook.expected_orders, 1), outlook.expected_orders)
        )
    at_risk = f"{formats.money(profile.revenue_at_risk)} {unit}"
    rows.append((tr("Revenue of a year at risk"), at_risk, profile.revenue_at_risk))
    rates = book.rates
    if rates.clients:
        text = tr(
            "{rate} of clients ({lost} of {n}), {gross} of revenue; net of growth of those who stayed {net}",
            rate=formats.share(rates.client_rate),
            lost=formats.number(rates.lost),
            n=formats.number(rates.clients),
            gross=formats.share(rates.gross_rate),
            net=formats.share(rates.net_rate),
        )
    else:
        text = tr("needs two years of invoices")
    rows.append((tr("Churn of the whole book"), text, rates.client_rate))
    note = tr(
        "Lost to the book: revenue in the {months} months before the last {months}, none in them.",
        months=profile.policy.concentration.window_months,
    )
    return _facts(
        tr("Will the client stay?"),
        rows,
        sentences(note, _calibration(book) if outlook.method == "buying" else ""),
        key="churn",
    )


def _chance(profile: ClientProfile) -> str:
    outlook = profile.churn
    if outlook.method == "hazard":
        return tr(
            "{chance} within a year (95 % interval {low} to {high})",
            chance=formats.share(outlook.probability),
            low=formats.share(outlook.low),
            high=formats.share(outlook.high),
        )
    if outlook.method == "buying":
        return tr("{chance} that it has gone already", chance=formats.share(outlook.probability))
    if outlook.method == "lost":
        return tr("lost: no invoice since {day}", day=formats.day(profile.last_invoice))
    return tr("not known")


def _how(profile: ClientProfile) -> str:
    outlook = profile.churn
    if outlook.method == "hazard":
        hazard = outlook.hazard
        return tr(
            "discrete hazard of clients under contract: {events} lost in {periods} client-quarters",
            events=formats.number(hazard.events),
            periods=formats.number(hazard.periods),
        )
    if outlook.method == "buying":
        model = outlook.book.model
        return tr(
            "BG/NBD on {n} clients without contract: r {r}, α {alpha}, a {a}, b {b}",
            n=formats.number(model.clients),
            r=formats.number(model.r, 3),
            alpha=formats.number(model.alpha, 3),
            a=formats.number(model.a, 3),
            b=formats.number(model.b, 3),
        )
    if outlook.method == "lost":
        return tr("silent for more than {n} months", n=profile.policy.profile.lost_after_months)
    return tr("too few clients without contract for a model ({why})", why=outlook.book.model_fault)


def _calibration(book) -> str:
    if book.calibration.empty:
        return tr("The history is too short to check the model on a hold-out.")
    return tr(
        "Hold-out: {expected} order days expected, {actual} came.",
        expected=formats.number(book.calibration["expected"].sum()),
        actual=formats.number(book.calibration["actual"].sum()),
    )


def table_bargaining(profile: ClientProfile) -> Table:
    """Prices, credits and terms, this window and the one before."""
    found, rules = profile.bargaining, profile.policy.profile
    columns = [
        Column("measure", tr("Measure"), False),
        Column("now", tr("Now")),
        Column("before", tr("A year before")),
        Column("change", tr("Change")),
    ]
    values, texts = [], []
    for name, now, before in (
        (tr("Price against other clients, same basket"), found.price_now, found.price_before),
        (tr("Credit notes, share of billed"), found.credited_now, found.credited_before),
    ):
        values.append([name, now, before, now - before])
        texts.append([name, formats.share(now), formats.share(before), formats.points(now - before)])
    name = tr("Payment terms, days")
    longer = found.terms_now - found.terms_before
    values.append([name, found.terms_now, found.terms_before, longer])
    texts.append(
        [name, *(formats.number(v, 1) for v in (found.terms_now, found.terms_before)), formats.signed(longer, 1)]
    )
    told = []
    if found.price_now == found.price_now:
        told.append(
            tr(
                "Own unit prices moved by {own} in a year; prices rest on {share} of what was billed.",
                own=_signed_share(found.own_change, 1),
                share=formats.share(found.priced_share, 0),
            )
        )
    elif profile.revenue <= 0:
        told.append(tr("No revenue in the window, so there is no price of today."))
    else:
        told.append(tr("No price for a unit: bring invoices.quantity and invoices.product_line."))
    if found.price_given == found.price_given:
        told.append(
            tr(
                "The move of the price position is worth {amount} a year.",
                amount=formats.signed_money(found.price_given),
            )
        )
    if longer == longer and abs(longer) >= 0.05:
        told.append(
            tr(
                "The change of terms ties up {tied}, at {rate} that costs {cost} a year.",
                tied=formats.signed_money(found.tied),
                rate=formats.share(rules.money_rate, 0),
                cost=formats.signed_money(found.tied_cost),
            )
        )
    return table_of(tr("Who gives way"), columns, texts, values, note=sentences(*told), key="bargaining")


def table_market(profile: ClientProfile) -> Table | Note:
    """Orders against the industry's series, its stress, and who else sells to the client."""
    found, client, title = profile.market, profile.client, tr("Market and competitors")
    wallet, rivals = client.get("share_of_wallet"), client.get("competitors")
    rows = []
    if found is not None and found.sensitivity is not None:
        s = found.sensitivity
        text = tr(
            "{e} % for 1 % of the index (95 % interval {low} to {high})",
            e=formats.number(s.elasticity, 2),
            low=formats.number(s.low, 2),
            high=formats.number(s.high, 2),
        )
        rows.append(
            (
                tr("Orders against {series}", series=found.series),
                text if s.certain else sentences(text, tr("not proven")),
                s.elasticity,
            )
        )
        text = tr(
            "R² {r}, Durbin–Watson {dw}, Breusch–Pagan p {bp}, {n} changes over a quarter, Newey–West with {lags} lags",
            r=formats.number(s.r_squared, 2),
            dw=formats.number(s.durbin_watson, 2),
            bp=formats.number(s.breusch_pagan_p, 2),
            n=s.changes,
            lags=s.lags,
        )
        rows.append((tr("How good the fit is"), text, s.r_squared))
        stress = formats.share(profile.policy.profile.market_stress, 0)
        text = tr(
            "{base} → {after} a year (interval {low} to {high})",
            base=formats.money(profile.revenue),
            after=formats.money(found.stressed),
            low=formats.money(found.stressed_low),
            high=formats.money(found.stressed_high),
        )
        if not s.certain:
            text = tr("no link is proven, so no figure is given")
        rows.append((tr("Market {stress}", stress=stress), text, found.stressed if s.certain else None))
    if found is not None:
        rows.append((tr("Index in twelve months"), _signed_share(found.index_change, 1), found.index_change))
    if wallet is not None:
        rows.append((tr("Our share of what it buys"), formats.share(wallet, 0), wallet))
    if rivals is not None:
        rows.append((tr("Others who sell to it"), str(rivals), str(rivals)))
    missing = []
    if found is None:
        missing.append(
            tr(
                "No market series of the client's industry: bring market.csv with series (named as clients.industry), date, value."
            )
        )
    elif found.sensitivity is None:
        missing.append(tr("Too few months with orders for a regression on the index."))
    if wallet is None:
        missing.append(tr("Share of wallet: bring clients.share_of_wallet and clients.competitors."))
    if not rows:
        return Note(title, tuple(missing))
    return _facts(title, rows, sentences(*missing), key="market")
