"""The book of contracts and its churn, in sentences."""

import pandas as pd

from kamlib import formats
from kamlib.blocks import Action, Actions, Caption, Heading, Note
from kamlib.client_profile import ContractBook
from kamlib.language import sentences, tr


def _money(book: ContractBook, amount: float) -> str:
    if book.currency == formats.NO_CURRENCY:
        return formats.money(amount)
    return f"{formats.money(amount)}{formats.NBSP}{formats.currency_name(book.currency)}"


def heading_contracts(book: ContractBook, title: str) -> Heading:
    """The head of the book of contracts."""
    soon = book.renegotiate
    value = float(soon["annual_value"].sum())
    if book.absent:
        decision = tr("Bring the contracts: without them nothing can be said of what is protected.")
        finding = tr(
            "The ledger has no contracts; {amount} of revenue stands unprotected as far as is known.",
            amount=_money(book, book.revenue),
        )
    elif len(soon):
        decision = tr(
            "Decide on {n} contracts worth {amount} a year before they end or renew.",
            n=len(soon),
            amount=_money(book, value),
        )
        finding = tr("{amount} a year is up for renegotiation this quarter.", amount=_money(book, value))
    else:
        decision = tr("No contract has to be decided on this quarter; look at what is missing from them.")
        finding = tr(
            "{amount} of the next twelve months is protected by contract.", amount=_money(book, book.protected_year)
        )
    return Heading(
        kicker=tr("Contracts and churn"),
        title=title,
        period=formats.quarter(book.date),
        decision=decision,
        finding=finding,
        finding_value=value if len(soon) else 0.0,
        finding_label=tr("up for renegotiation"),
    )


def why_contracts(book: ContractBook) -> Note:
    """Protection, what runs without a contract, churn."""
    rates, parts = book.book.rates, []
    if not book.absent:
        committed = float(book.curve["committed"].head(12).sum())
        parts.append(
            tr(
                "If every client gave notice today, {protected} of the next twelve months would stay under contract, {committed} of it as minimum volume; {free} a year is bought without any.",
                protected=_money(book, book.protected_year),
                committed=_money(book, committed),
                free=_money(book, float(book.uncovered["revenue"].sum())),
            )
        )
    if rates.clients:
        parts.append(
            tr(
                "Of {n} clients of the year before, {lost} brought nothing in the last one, and with them {gross} of revenue went; net of the growth of the others revenue churn was {net}.",
                n=formats.number(rates.clients),
                lost=formats.number(rates.lost),
                gross=formats.share(rates.gross_rate),
                net=formats.share(rates.net_rate),
            )
        )
    if len(book.at_risk):
        top = book.at_risk.iloc[0]
        parts.append(
            tr(
                "{total} of a year's revenue is at risk of churn, most of it with {name} ({amount}).",
                total=_money(book, float(book.at_risk["amount"].sum())),
                name=top["name"],
                amount=_money(book, top["amount"]),
            )
        )
    return Note(tr("Why"), tuple(parts) or (tr("One year of invoices and no contracts: nothing can be compared yet."),))


def caption_protected(book: ContractBook) -> Caption:
    """Revenue under contract by month."""
    months = int((book.curve["protected"] > 0).sum())
    first = float(book.curve["protected"].iloc[0]) if len(book.curve) else 0.0
    fallen = book.curve.loc[book.curve["protected"] < first / 2, "month"]
    if not months:
        title = tr("No revenue is under contract")
    elif len(fallen):
        title = tr("Half of what contracts protect today is gone by {month}", month=formats.month(fallen.iloc[0]))
    else:
        title = tr("Contracts protect revenue over all {n} months shown", n=len(book.curve))
    subtitle = tr(
        "Revenue under contract by month if every client gave notice today, {unit}; colour: minimum volume",
        unit=formats.currency_name(book.currency),
    )
    return Caption(title, subtitle, tr("Bar chart. {title}.", title=title))


def actions_contracts(book: ContractBook) -> Actions:
    """The contracts to decide on first, and the largest client without one."""
    items, quarter = [], formats.day(book.date + pd.Timedelta(days=92))
    for row in book.renegotiate.head(4).itertuples(index=False):
        by = formats.day(row.decide_by) if row.decide_by >= book.date else quarter
        what = tr("Renegotiate contract {contract} with {name}", contract=row.contract_id, name=row.name)
        items.append(Action(what, tr("Sales"), by, tr("worth {amount} a year", amount=_money(book, row.annual_value))))
    if not book.absent and len(book.uncovered):
        top = book.uncovered.iloc[0]
        why = tr("{amount} a year without a contract", amount=_money(book, top["revenue"]))
        items.append(Action(tr("Offer {name} a framework contract", name=top["name"]), tr("Sales"), quarter, why))
    return Actions(tr("What to do"), tuple(items), tr("Nothing is to be done before the next review."))


def limits_contracts(book: ContractBook) -> Note:
    """What the book of contracts cannot know."""
    reading = (
        tr("Notice may be given on any day (policy).")
        if book.policy.profile.notice_reading == "any_time"
        else tr("A term binds to its end (policy).")
    )
    return Note(
        tr("Limits"),
        (
            sentences(
                reading,
                tr(
                    "Values are those of the register; a client may buy less than a contract names unless a minimum volume binds it."
                ),
            ),
        ),
        small=True,
    )
