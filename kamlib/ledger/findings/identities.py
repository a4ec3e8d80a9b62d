"""Clients under several names: what that does to concentration."""

from kamlib.concentration import herfindahl_index
from kamlib.ledger.findings.evidence import SHOWN, Evidence
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
    records = clients.semi_join(spelt.filter(spelt.n > 1), "client_id").order_by(RECORD).limit(SHOWN).execute()[RECORD]
    values = {
        "n": len(many),
        "example": str(many["client_id"].iloc[0]),
        "most": int(many["n"].iloc[0]),
        **_indices(evidence),
    }
    evidence.add(Finding("many_names", "clients", len(many), {}, (), values), [int(record) for record in records])


def _indices(evidence: Evidence) -> dict[str, str]:
    """HHI points by id, by id and by name as written; a dash where names do not stand beside the invoices."""
    if evidence.sources["clients"] is not evidence.sources["invoices"]:
        return dict.fromkeys(("hhi_id", "hhi_written", "hhi_name"), "—")
    bills, clients = evidence.good("invoices"), evidence.mapped["clients"]
    if "kind" in bills.columns:
        bills = bills.filter(bills.kind.isin(REVENUE_KINDS))
    records = evidence.records("invoices")
    written = records.select(RECORD, written=records[evidence.header("invoices", "client_id")].strip())
    rows = bills.inner_join(clients.select(RECORD, "name"), RECORD).inner_join(written, RECORD)
    points = {}
    for key, column in (("hhi_id", "client_id"), ("hhi_written", "written"), ("hhi_name", "name")):
        named = rows.filter(rows[column].notnull())
        totals = named.group_by(column).agg(total=lambda t: t.amount.cast("float64").sum()).execute()["total"]
        totals = totals.clip(lower=0)
        points[key] = f"{herfindahl_index(totals) * 10_000:,.0f}" if totals.sum() > 0 else "—"
    return points
