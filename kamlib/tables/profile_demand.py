"""How a client orders and what comes next, as tables."""

from kamlib import formats
from kamlib.blocks import Column, Note, Table
from kamlib.client_profile import ClientProfile
from kamlib.client_profile.demand import LEAST_ORDERS
from kamlib.language import listing, sentences, tr, trn
from kamlib.tables.profile_facts import signed_share, table_of_facts
from kamlib.tables.shared import table_of
from kamlib.wording.profile_names import (
    CLASS_NAMES,
    METHOD_NAMES,
)


def table_demand(profile: ClientProfile) -> Table:
    """Class, trend, season, break, oddities, silence."""
    demand, rules = profile.demand, profile.policy.profile
    kind = demand.demand_class
    klass = tr("too few orders")
    if demand.order_months > 1:
        klass = tr(
            "{name}: orders every {interval} months, CV² {variation}",
            name=tr(CLASS_NAMES[kind.name]),
            interval=formats.number(kind.interval, 2),
            variation=formats.number(kind.variation, 2),
        )
    rows = [
        (tr("Whole months seen"), formats.number(len(demand.months)), len(demand.months)),
        (tr("Class (ADI 1.32, CV² 0.49)"), klass, kind.name),
        (tr("Trend a year"), _growth(demand), demand.growth.rate if demand.growth else None),
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
    return table_of_facts(tr("How the client orders"), rows, note, key="demand")


def _too_few(demand) -> str:
    """What is lacking for a trend, a season or a break."""
    return tr("too few orders") if demand.order_months < LEAST_ORDERS else tr("too few months")


def _growth(demand) -> str:
    growth = demand.growth
    if growth is None:
        return _too_few(demand)
    text = tr(
        "{rate} ({low} to {high})",
        rate=signed_share(growth.rate, 1),
        low=signed_share(growth.low, 1),
        high=signed_share(growth.high, 1),
    )
    return text if growth.certain else sentences(text, tr("not proven"))


def _season(demand) -> str:
    if demand.season is None:
        return tr("needs two years of months") if demand.order_months >= LEAST_ORDERS else _too_few(demand)
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
        looked = len(demand.months) >= 14 and demand.order_months >= LEAST_ORDERS
        return tr("none found") if looked else _too_few(demand)
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
    if forecast is None and profile.insolvency is not None:
        day = formats.day(profile.insolvency)
        return Note(tr("Next four quarters"), (tr("Insolvent since {day}: nothing is forecast.", day=day),))
    if forecast is None:
        text = (
            tr("No invoice since {day}: nothing is forecast for a lost client.", day=formats.day(profile.last_invoice))
            if profile.demand.lost
            else tr("Fewer than three whole months with orders: no forecast.")
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
