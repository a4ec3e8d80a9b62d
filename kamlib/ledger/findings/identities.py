"""Clients under several names: what that does to concentration."""

import pandas as pd

from kamlib.concentration import herfindahl_index
from kamlib.ledger.findings.evidence import Evidence
from kamlib.ledger.findings.finding import Finding
from kamlib.ledger.schema import REVENUE_KINDS
from kamlib.ledger.sources import RECORD


def search(evidence: Evidence) -> None:
    """Ids with more than one spelling of their name, and the index by id and by name."""
    if "clients" not in evidence.sources or "name" not in evidence.mapped["clients"].columns:
        return
    clients = evidence.good("clients")
    spelt = clients.filter(clients.name.notnull()).group_by("client_id").agg(n=lambda t: t.name.nunique())
    many = spelt.filter(spelt.n > 1).order_by([spelt.n.desc(), spelt.client_id]).execute()
    if many.empty:
        return
    records = clients.semi_join(spelt.filter(spelt.n > 1), "client_id").order_by(RECORD).limit(3).execute()[RECORD]
    by_id, by_name = _indices(evidence)
    values = {
        "n": len(many),
        "example": str(many["client_id"].iloc[0]),
        "most": int(many["n"].iloc[0]),
        "hhi_id": by_id,
        "hhi_name": by_name,
    }
    evidence.add(Finding("many_names", "clients", len(many), {}, (), values), [int(record) for record in records])


def _indices(evidence: Evidence) -> tuple[str, str]:
    """HHI points by id and by name as written; a dash where names do not stand beside the invoices."""
    if evidence.sources["clients"] is not evidence.sources["invoices"]:
        return "—", "—"
    bills, clients = evidence.good("invoices"), evidence.mapped["clients"]
    if "kind" in bills.columns:
        bills = bills.filter(bills.kind.isin(REVENUE_KINDS))
    rows = bills.inner_join(clients.select(RECORD, "name"), RECORD)
    points = []
    for key in ("client_id", "name"):
        sums = (
            rows.filter(rows[key].notnull()).group_by(key).agg(total=lambda t: t.amount.cast("float64").sum()).execute()
        )
        totals = pd.Series(sums["total"]).clip(lower=0)
        points.append(f"{herfindahl_index(totals) * 10_000:,.0f}" if totals.sum() > 0 else "—")
    return points[0], points[1]
