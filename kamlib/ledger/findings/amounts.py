"""Money: signs, zeros, credit notes, cancellations, and single rows that outweigh the rest."""

import ibis

from kamlib.ledger.findings.evidence import MONEY, Evidence
from kamlib.ledger.schema import CONVERTED

NO_CURRENCY = "XXX"
SOME_ROWS = 10
HALF = 0.5


def search(evidence: Evidence) -> None:
    """All findings on amounts."""
    for table in [name for name in CONVERTED if name in evidence.sources]:
        good = evidence.good(table)
        evidence.masks(good, table, {"zero_amounts": good.amount == 0, "no_currency": good.currency == NO_CURRENCY})
        _weight(evidence, table)
    if _signs(evidence):
        _cancellations(evidence)


def _signs(evidence: Evidence) -> bool:
    """Credit notes and negative amounts; whether there are any."""
    good = evidence.good("invoices")
    credit = good.kind == "credit_note" if "kind" in good.columns else ibis.literal(False)
    plain = good.kind == "invoice" if "kind" in good.columns else ibis.literal(True)
    tests = {
        "positive_credit_notes": credit & (good.amount > 0),
        "credit_notes": credit & (good.amount <= 0),
        "negative_invoices": plain & (good.amount < 0),
    }
    counts = evidence.masks(good, "invoices", tests)
    return counts["credit_notes"] + counts["negative_invoices"] > 0


def _cancellations(evidence: Evidence) -> None:
    """Negative rows that undo an earlier positive one of the client to the cent."""
    good = evidence.good("invoices")
    keys = ["client_id", "currency", "size"]
    minus = good.filter(good.amount < 0).mutate(size=-good.amount)
    plus = (
        good.filter(good.amount > 0)
        .group_by("client_id", "currency", size=good.amount)
        .agg(first=lambda t: t.issue_date.min())
    )
    pairs = minus.inner_join(plus, keys).filter(lambda t: t.first <= t.issue_date)
    evidence.tell("cancellations", "invoices", pairs)


def _weight(evidence: Evidence, table: str) -> None:
    """A row that is the sum of all others, or more than half of all money in its currency."""
    good = evidence.good(table)
    sums = (
        good.group_by("currency")
        .agg(
            n=lambda t: t.count(),
            total=lambda t: t.amount.cast(MONEY).sum(),
            size=lambda t: t.amount.abs().cast(MONEY).sum(),
            most=lambda t: t.amount.abs().max(),
        )
        .execute()
    )
    for row in sums.itertuples():
        if not row.size or row.n < 4:
            continue
        share = float(row.most) / float(row.size)
        hit = good.filter((good.currency == row.currency) & (good.amount.abs() == row.most))
        sign = hit.filter(hit.amount.cast(MONEY) * 2 == row.total)
        if sign.count().execute():
            evidence.tell("total_row", table, sign)
        elif share > HALF and row.n >= SOME_ROWS:
            evidence.tell("dominant_row", table, hit, part=f"{share * 100:.0f} %")
