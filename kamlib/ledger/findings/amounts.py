"""Money: signs, zeros, credit notes, cancellations, and single rows that outweigh the rest."""

import ibis
import ibis.expr.types as ir
import pandas as pd

from kamlib.ledger.findings.evidence import MONEY, Evidence, kept
from kamlib.ledger.schema import CONVERTED
from kamlib.ledger.sources import RECORD

NO_CURRENCY = "XXX"  # ISO 4217: no currency


def search(evidence: Evidence) -> None:
    """All findings on amounts."""
    for table in [name for name in CONVERTED if name in evidence.sources]:
        good = evidence.good(table)
        facts = _facts(good)
        tests = {"zero_amounts": good.amount == 0, "no_currency": good.currency == NO_CURRENCY}
        there = {"zero_amounts": facts["zeros"].any(), "no_currency": (facts["currency"] == NO_CURRENCY).any()}
        if table == "invoices":
            signed, some = _signs(good, facts)
            tests, there = tests | signed, there | some
        told = {code: test for code, test in tests.items() if there[code]}
        counts = evidence.masks(good, table, told) if told else {}
        _weight(evidence, table, facts)
        if counts.get("credit_notes") or counts.get("negative_invoices"):
            _cancellations(evidence)


def _facts(good: ir.Table) -> pd.DataFrame:
    """How many rows and how much money, by currency and kind: what the findings need to know, in one pass."""
    keys = [name for name in ("currency", "kind") if name in good.columns]
    sums = good.group_by(keys).agg(
        n=lambda t: t.count(),
        zeros=(good.amount == 0).sum(),
        pluses=(good.amount > 0).sum(),
        minuses=(good.amount < 0).sum(),
        total=lambda t: t.amount.cast(MONEY).sum(),
        size=lambda t: t.amount.abs().cast(MONEY).sum(),
        most=lambda t: t.amount.abs().max(),
    )
    return sums.execute()


def _signs(good: ir.Table, facts: pd.DataFrame) -> tuple[dict[str, ir.BooleanValue], dict[str, bool]]:
    """Credit notes and negative amounts: the tests, and whether there are any."""
    kind = facts["kind"] if "kind" in facts else pd.Series("invoice", index=facts.index)
    credit = good.kind == "credit_note" if "kind" in good.columns else ibis.literal(False)
    plain = good.kind == "invoice" if "kind" in good.columns else ibis.literal(True)
    tests = {
        "positive_credit_notes": credit & (good.amount > 0),
        "credit_notes": credit & (good.amount <= 0),
        "negative_invoices": plain & (good.amount < 0),
    }
    notes = kind == "credit_note"
    return tests, {
        "positive_credit_notes": bool(facts.loc[notes, "pluses"].sum()),
        "credit_notes": bool(facts.loc[notes, ["minuses", "zeros"]].sum().sum()),
        "negative_invoices": bool(facts.loc[kind == "invoice", "minuses"].sum()),
    }


def _cancellations(evidence: Evidence) -> None:
    """Negative rows that undo an earlier positive one of the client to the cent."""
    good = evidence.good("invoices")
    keys = ["client_id", "currency", "size"]
    wanted = good.select(RECORD, "client_id", "currency", "issue_date", "amount")
    minus = kept(wanted.filter(wanted.amount < 0).mutate(size=-wanted.amount))
    plus = (
        wanted.filter(wanted.amount > 0).mutate(size=wanted.amount).semi_join(minus, keys)
    )  # few are left to be grouped
    first = plus.group_by(keys).agg(first=lambda t: t.issue_date.min())
    pairs = minus.inner_join(first, keys).filter(lambda t: t.first <= t.issue_date)
    evidence.tell("cancellations", "invoices", pairs)


def _weight(evidence: Evidence, table: str, facts: pd.DataFrame) -> None:
    """A row that is the sum of all others, or more than half of all money in its currency."""
    good = evidence.good(table)
    sums = facts.groupby("currency", as_index=False).agg({"n": "sum", "total": "sum", "size": "sum", "most": "max"})
    for row in sums.itertuples():
        if not row.size:
            continue
        doubled = row.n >= evidence.rules.total_rows and 2 * row.most == abs(row.total)
        share = float(row.most) / float(row.size)
        hit = good.filter((good.currency == row.currency) & (good.amount.abs() == row.most))
        if doubled and hit.filter(hit.amount.cast(MONEY) * 2 == row.total).count().execute():
            evidence.tell("total_row", table, hit.filter(hit.amount.cast(MONEY) * 2 == row.total))
        elif share > evidence.rules.dominant_share and row.n >= evidence.rules.dominant_rows:
            evidence.tell("dominant_row", table, hit, part=f"{share * 100:.0f} %")
