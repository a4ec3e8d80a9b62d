"""Whether a client will stay, what it may demand, and how its market moves, as tables."""

from kamlib import formats
from kamlib.blocks import Column, Note, Table
from kamlib.client_profile import ClientProfile
from kamlib.language import sentences, tr
from kamlib.tables.profile_facts import signed_share, table_of_facts
from kamlib.tables.shared import table_of


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
    known = profile.revenue_at_risk == profile.revenue_at_risk
    at_risk = f"{formats.money(profile.revenue_at_risk)} {unit}" if known else formats.MISSING
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
    return table_of_facts(
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
    if outlook.method == "once":
        return tr("not told: the client bought on a single day")
    if outlook.method == "never":
        return tr("not told: nothing was bought")
    if outlook.method == "insolvent":
        return tr("insolvent since {day}", day=formats.day(profile.insolvency))
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
    if outlook.method == "insolvent":
        return tr("an insolvency is on record")
    if outlook.method == "lost":
        return tr("silent for more than {n} months", n=profile.policy.profile.lost_after_months)
    if outlook.method in ("once", "never"):
        return tr("the model of repeat buying needs a second day with an order")
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
    if found.price_now == found.price_now and found.own_change == found.own_change:
        told.append(
            tr(
                "Own unit prices moved by {own} in a year; prices rest on {share} of what was billed.",
                own=signed_share(found.own_change, 1),
                share=formats.share(found.priced_share, 0),
            )
        )
    elif found.price_now == found.price_now:
        told.append(tr("Prices rest on {share} of what was billed.", share=formats.share(found.priced_share, 0)))
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
    if all(figure != figure for row in values for figure in row[1:]):
        values, texts = [], []  # nothing was billed: a table of dashes says no more than the note
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
        rows.append((tr("Index in twelve months"), signed_share(found.index_change, 1), found.index_change))
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
    return table_of_facts(title, rows, sentences(*missing), key="market")
