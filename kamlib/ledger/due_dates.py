"""Due dates where a ledger states none: by a client's terms, agreed or usual, else by the run's."""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir
import pandas as pd

from kamlib.ledger.findings.evidence import Evidence
from kamlib.ledger.work import Work


def fill_due_dates(work: Work, used: Mapping[str, ir.Table], terms: int, evidence: Evidence) -> ir.Table:
    """Where no due date is stated: the client's agreed terms, else its usual ones, else the run's."""
    invoices = used["invoices"]
    if "due_date" not in invoices.columns:
        invoices = invoices.mutate(due_date=ibis.null("timestamp"))
    stated = invoices.due_date.notnull()
    if int((~stated).sum().execute() or 0) == 0:
        return invoices.mutate(due_basis=ibis.literal("stated"))
    days = (invoices.due_date.epoch_seconds() - invoices.issue_date.epoch_seconds()) // 86_400
    usual = _usual_terms(
        invoices.filter(stated & (days >= 0)).select("client_id", usual=days), evidence.rules.usual_terms_rows
    )
    agreed = _agreed_terms(used)
    joined = invoices.left_join(usual, "client_id").drop("client_id_right")
    joined = joined.left_join(agreed, "client_id").drop("client_id_right")
    basis = ibis.cases(
        (joined.due_date.notnull(), "stated"),
        (joined.agreed.notnull(), "agreed_terms"),
        (joined.usual.notnull(), "usual_terms"),
        else_="default_terms",
    )
    after = ibis.coalesce(joined.agreed, joined.usual, ibis.literal(terms)).cast("int64")
    filled = joined.mutate(
        due_basis=basis, due_date=joined.due_date.fill_null(joined.issue_date + after.as_interval("D"))
    )
    filled = work.con.create_table("invoices_due", filled.drop("agreed", "usual"))
    counts = filled.due_basis.value_counts(name="n").execute().set_index("due_basis")["n"]
    told = {name: f"{counts.get(f'{name}_terms', 0):,}" for name in ("agreed", "usual", "default")}
    missing = filled.filter(filled.due_basis != "stated")
    evidence.tell("missing_due_dates", "invoices", missing, days=terms, **told)
    return filled


def _usual_terms(rows: ir.Table, least: int) -> ir.Table:
    """The most frequent terms of each client that has rows enough; of several, the shortest."""
    counted = rows.group_by("client_id", "usual").agg(n=lambda t: t.count())
    rank = ibis.row_number().over(group_by="client_id", order_by=[ibis.desc("n"), "usual"])
    ranked = counted.mutate(rank=rank, rows=counted.n.sum().over(group_by="client_id"))
    return ranked.filter(lambda t: (t.rank == 0) & (t.rows >= least)).select("client_id", "usual")


def _agreed_terms(used: Mapping[str, ir.Table]) -> ir.Table:
    if "clients" in used and "payment_terms_days" in used["clients"].columns:
        clients = used["clients"]
        return clients.filter(clients.payment_terms_days >= 0).select(
            "client_id", agreed=clients.payment_terms_days.cast("int64")
        )
    return ibis.memtable(pd.DataFrame({"client_id": pd.Series(dtype="str"), "agreed": pd.Series(dtype="int64")}))
