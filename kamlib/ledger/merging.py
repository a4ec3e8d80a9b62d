"""Who is who in the tables of one ledger: confirmed merges applied, likely ones proposed, dependent clients grouped."""

from collections.abc import Mapping
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pandas as pd

from kamlib.errors import Fault, raise_faults
from kamlib.ledger.findings.evidence import Evidence
from kamlib.ledger.identity import IDENTITY_FILE, confirmed_merges, connected_groups, propose_merges, write_proposals
from kamlib.ledger.sources import RECORD
from kamlib.ledger.work import Work
from kamlib.policy.identity import Identity


def merge_ids(work: Work, used: dict[str, ir.Table], path: Path | None, evidence: Evidence) -> int:
    """The confirmed merges of an identity file, in every table; how many ids are merged."""
    merges = confirmed_merges(path) if path else {}
    if path is None or not merges:
        return 0
    pairs = ibis.memtable(pd.DataFrame({"client_id": list(merges), "kept": list(merges.values())}))
    known = set(used["invoices"].select("client_id").distinct().execute()["client_id"])
    if "clients" in used:
        known |= set(used["clients"].client_id.execute())
    remedy = f"Take it out of {path.name}, or correct the id."
    raise_faults(Fault(f"identity: {name}", "no such client", remedy) for name in sorted(set(merges) - known))
    evidence.tell("merged_ids", "invoices", used["invoices"].semi_join(pairs, "client_id"), n=len(merges))
    if "clients" in used:
        _drop_merged_clients(work, used, merges)
    for table in [name for name, rows in used.items() if "client_id" in rows.columns]:
        used[table] = used[table].mutate(client_id=used[table].client_id.substitute(merges))
    return len(merges)


def _drop_merged_clients(work: Work, used: dict[str, ir.Table], merges: Mapping[str, str]) -> None:
    """One row a client is left: that of the id that is kept, else the first of those merged into it."""
    clients = used["clients"]
    there = set(clients.client_id.execute())
    taken: set[str] = set(there - set(merges))
    gone = []
    for client in sorted(set(merges) & there):
        if merges[client] in taken:
            gone.append(client)
        taken.add(merges[client])
    dropped = clients.filter(clients.client_id.isin(gone or [""]))
    if RECORD in clients.columns and gone:
        told = dropped.select(record=RECORD, client=dropped.client_id).order_by("record").execute()
        told["reason"] = "merged into " + told["client"].map(merges).astype(str) + " as identity.yaml says"
        work.quarantine.add_records("clients", work.sources["clients"], told[["record", "reason"]])
    used["clients"] = clients.filter(clients.client_id.notin(gone or [""]))


def propose_identity(work: Work, used: dict[str, ir.Table], same: Identity, evidence: Evidence) -> None:
    """Spellings that may be one client, to a file beside the snapshot; groups by economic dependence."""
    if "clients" not in used:
        return
    clients = used["clients"]
    if "depends_on" in clients.columns and "dependence_share" in clients.columns:
        used["clients"] = clients = _connect(clients, same.dependence_share, evidence)
    if "name" not in clients.columns:
        return
    spelt = evidence.good("clients").select("client_id", "name").distinct().execute()
    pairs = propose_merges(clients.select("client_id", "name").execute(), same.min_similarity)
    write_proposals(work.target / IDENTITY_FILE, pairs, spelt)
    if pairs:
        ids = list({client for pair in pairs for client in (pair.keep, pair.merge)})
        bills = used["invoices"].semi_join(ibis.memtable(pd.DataFrame({"client_id": ids})), "client_id")
        evidence.tell("similar_clients", "invoices", bills, n=len(pairs), example=pairs[0].evidence)


def _connect(clients: ir.Table, share: float, evidence: Evidence) -> ir.Table:
    """Clients that depend on one another get one ``group_id``."""
    columns = [n for n in ("client_id", "group_id", "depends_on", "dependence_share") if n in clients.columns]
    groups = connected_groups(clients.select(*columns).execute(), share)
    groups = groups[groups.duplicated(keep=False)]
    leaning = clients.filter(clients.depends_on.notnull() & (clients.dependence_share >= share))
    evidence.tell("dependent_clients", "clients", leaning, part=f"{share:.0%}")
    if groups.empty:
        return clients
    table = ibis.memtable(groups.rename("connected").reset_index())
    joined = clients.left_join(table, "client_id")
    own = clients.group_id if "group_id" in clients.columns else ibis.null("string")
    kept = [clients[name] for name in clients.columns if name != "group_id"]
    return joined.select(*kept, group_id=ibis.coalesce(table.connected, own))
