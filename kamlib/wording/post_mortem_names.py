"""The names that post-mortems use: parts of a loss, measures, published figures, what cannot be told."""

from kamlib import formats
from kamlib.language import current_language, phrase, tr
from kamlib.post_mortem import PostMortem
from kamlib.post_mortem.case import Words
from kamlib.wording.shared import money_in

PART_NAMES = {
    "exposure": phrase("Owed at the event"),
    "recovery": phrase("Received since"),
    "sale": phrase("Sale of what secured it"),
    "deposit": phrase("Deposit"),
    "retention_of_title": phrase("Retention of title"),
    "guarantee": phrase("Guarantee"),
    "insurance": phrase("Insurance"),
    "waiting": phrase("Waiting (discounted)"),
    "margin_lost": phrase("Margin lost while replacing"),
    "stranded_stock": phrase("Stranded stock and cost"),
}
KIND_NAMES = {
    "default": phrase("Default"),
    "insolvency": phrase("Insolvency"),
    "loss": phrase("Loss of the client"),
    "dispute": phrase("Dispute"),
}
MARK_NAMES = {
    "event": phrase("Event"),
    "signal": phrase("Signal"),
    "decision": phrase("Decision"),
    "contact": phrase("Contact"),
    "payment": phrase("Payment"),
}
BLOCK_NAMES = {
    "utilisation": phrase("limit used up"),
    "overdue_share": phrase("overdue share"),
    "oldest_days": phrase("oldest item"),
    "insolvency": phrase("insolvency"),
}
DERIVED_NAMES = {
    "client_share": phrase("Share of the client in revenue, year to {whom}"),
    "days_outstanding": phrase("Days outstanding, {whom}"),
    "provided_part": phrase("Provided for of the receivable, {whom}"),
    "estimate_error": phrase("Booked against the middle of the first estimate, {whom}"),
    "owed_part": phrase("Creditors asked that are owed money"),
    "average_owed": phrase("Owed to each of them on average"),
    "insured_part": phrase("Insured part of what is owed"),
    "partner_shortfall": phrase("Shortfall that each remaining partner bears"),
    "revenue_ends": phrase("Revenue ends by the notice"),
    "withheld": phrase("Last instalment withheld"),
    "covenant_gap": phrase("Cash below the covenant"),
    "runway": phrase("Days of cash at the last quarter's burn"),
    "implied_price": phrase("Price a unit that would repay the claim"),
    "first_recovery": phrase("Recovery from the first units"),
}
UNTOLD = {
    "no_ledger": phrase("No ledger: payments, limits and signals month by month cannot be replayed."),
    "no_invoices": phrase(
        "The ledger has no invoice of this client up to the event: nothing can be replayed or counted."
    ),
    "no_receipts": phrase("Payments are not known: what was owed, lost and late cannot be told. Bring receipts."),
    "no_decisions": phrase("No table of decisions: what was decided then cannot be told. Bring decisions."),
    "no_protections": phrase(
        "No table of protections: none is counted. Bring protections, or name them in the case file."
    ),
    "no_events": phrase("No table of events: news cannot have warned. Bring events."),
    "no_exposure": phrase("What was owed at the event was not published: a loss on receivables cannot be told."),
    "no_alarm": phrase("No alarm stood before the event: what acting on it would have saved cannot be told."),
    "no_policy_then": phrase("The case names no policy of then, so today's is used for both."),
    "no_recoveries": phrase("What has been recovered is not told: the loss is an upper bound."),
    "margin_unknown": phrase("Margin is not among the figures: the margin lost is not in the loss."),
    "short_ledger": phrase("The ledger begins later than the window: its first months are blank."),
    "future": phrase("The event lies after the last day that is seen: the loss is what it would be if it came today."),
}
MEASURE_WORDS = {
    "limit": phrase("the limit obeyed"),
    "alarm": phrase("acting on the alarm"),
    "terms": phrase("shorter terms"),
    "instalments": phrase("instalments"),
}
DECISION_WORDS = {
    "limit": phrase("Limit"),
    "terms": phrase("Terms"),
    "override": phrase("Override"),
    "review": phrase("Review"),
    "block": phrase("Block"),
    "security": phrase("Security"),
}
WHY_NOT = {
    "no_ledger": phrase("no ledger"),
    "no_limit": phrase("no limit on record"),
    "no_alarm": phrase("no alarm stood"),
    "short_already": phrase("terms were no longer than that"),
}


def said(words: Words) -> str:
    """Words of a case file in the language in use, else in the one that they are written in."""
    if isinstance(words, str):
        return words
    return words.get(current_language()) or next(iter(words.values()), "")


def measure_name(name: str, value: float) -> str:
    """A measure by its name and size."""
    if name == "limit":
        return tr("Limit obeyed")
    if name == "alarm":
        return tr("Deliveries stopped {days} days after the alarm", days=formats.number(value))
    if name == "terms":
        return tr("Terms of {days} days throughout", days=formats.number(value))
    if name == "instalments":
        return tr("Overdue in {n} instalments", n=formats.number(value))
    if name == "prepayment":
        return tr("{part} prepayment throughout", part=formats.share(value, 0))
    if name == "guarantee":
        return tr("Guarantee for {part} of the usual exposure", part=formats.share(value, 0))
    if name == "insurance":
        return tr("Insurance bought, {part} insured", part=formats.share(value, 0))
    return tr("Retention of title, {part} fetched", part=formats.share(value, 0))


def part_name(part: str) -> str:
    """A step of the loss waterfall."""
    return tr(PART_NAMES[part])


def derived_name(name: str, whom: str) -> str:
    """A figure that follows from published ones."""
    return tr(DERIVED_NAMES[name], whom=whom) if "{whom}" in DERIVED_NAMES[name] else tr(DERIVED_NAMES[name])


def case_money(found: PostMortem, amount: float) -> str:
    """Money in the currency of the case."""
    return money_in(found.currency, amount)
