"""Words that every report uses."""

from kamlib import formats
from kamlib.blocks import Note
from kamlib.language import phrase, tr
from kamlib.ledger.schema import ADDS
from kamlib.ledger.snapshot import Snapshot

LEVEL_WORDS = {
    "calm": phrase("calm"),
    "watch": phrase("watch"),
    "alarm": phrase("alarm"),
    "unknown": phrase("payments not known"),
}

TABLE_NAMES = {
    "invoices": phrase("invoices"),
    "receipts": phrase("receipts"),
    "clients": phrase("clients"),
    "orders": phrase("orders"),
    "contracts": phrase("contracts"),
    "protections": phrase("protections"),
    "statements": phrase("financial statements"),
    "ratings": phrase("ratings"),
    "interactions": phrase("contacts with the client"),
    "service_costs": phrase("costs to serve"),
    "events": phrase("events"),
    "market": phrase("market series"),
    "fx": phrase("rates of exchange"),
    "decisions": phrase("decisions"),
}


def say_limits(snapshot: Snapshot, names: tuple[str, ...]) -> Note:
    """What the report cannot show, and which table would change that."""
    missing = [
        tr("There is no table of {table}: it would add {adds}.", table=tr(TABLE_NAMES[name]), adds=tr(ADDS[name]))
        for name in names
        if name not in snapshot.tables
    ]
    own = tr("Open balances are at the rate of the last day known, revenue at the rate of each day.")
    disputed = tr("Whether an invoice is disputed has no date, so it is shown as of today.")
    return Note(tr("Limits"), (*missing, own, disputed), small=True)


def money_in(currency: str, amount: float) -> str:
    """An amount with its currency, or alone where none is stated."""
    if currency == formats.NO_CURRENCY or amount != amount:
        return formats.money(amount)
    return f"{formats.money(amount)}{formats.NBSP}{formats.currency_name(currency)}"


def decided_text(value: object) -> str:
    """What a decision changed from or to: an amount with its thousands, anything else in its own words.

    Examples
    --------
    >>> decided_text("250000"), decided_text("BB"), decided_text("")
    ('250,000', 'BB', '')
    """
    try:
        return formats.number(float(str(value)))
    except ValueError:
        return str(value)


def lowered(text: str) -> str:
    """A sentence that goes on after a dash or a colon: its first letter small, unless it is an acronym's.

    Examples
    --------
    >>> lowered("Stop deliveries"), lowered("DSO rises")
    ('stop deliveries', 'DSO rises')
    """
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
