"""Receipts against invoices, and invoices against clients."""

from kamlib.ledger.findings.evidence import MONEY, Evidence
from kamlib.ledger.sources import RECORD


def search(evidence: Evidence) -> None:
    """All findings between tables."""
    if "receipts" in evidence.sources:
        _receipts(evidence)
    if "clients" in evidence.sources:
        for table in [name for name in ("invoices", "receipts") if name in evidence.sources]:
            good = evidence.good(table)
            evidence.tell("unknown_clients", table, good.anti_join(evidence.used["clients"], "client_id"))


def _receipts(evidence: Evidence) -> None:
    good = evidence.good("receipts")
    evidence.masks(good, "receipts", {"negative_receipts": good.amount < 0})
    if "invoice_id" not in good.columns:
        evidence.tell("unnamed_receipts", "receipts", good)
        return
    evidence.tell("unnamed_receipts", "receipts", good.filter(good.invoice_id.isnull()))
    named = good.filter(good.invoice_id.notnull())
    bills = evidence.used["invoices"]
    bills = bills.select("invoice_id", billed_to=bills.client_id, billed_on=bills.issue_date, billed=bills.amount)
    evidence.tell("unknown_invoices", "receipts", named.anti_join(bills, "invoice_id"))
    both = named.inner_join(bills, "invoice_id")
    tests = {
        "other_clients_invoice": both.client_id != both.billed_to,
        "paid_before_issue": both.paid_date < both.billed_on,
    }
    evidence.masks(both, "receipts", tests)
    paid = both.group_by("invoice_id", "currency").agg(
        paid=both.amount.cast(MONEY).sum(), billed=both.billed.max().cast(MONEY), **{RECORD: both[RECORD].max()}
    )
    over = paid.filter((paid.billed > 0) & (paid.paid > paid.billed))
    evidence.tell("over_payments", "receipts", over.select(RECORD, "currency", amount=over.paid - over.billed))
