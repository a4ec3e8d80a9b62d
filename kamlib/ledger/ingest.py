"""A ledger's files into a Parquet snapshot: mapped, checked, reconciled, and nothing lost.

Rows in = rows used + rows quarantined, and so are the totals of each currency, to the cent. Ibis
expressions on DuckDB do the work, so that memory stays bounded however long the ledger is.
"""

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import ibis
import ibis.expr.types as ir

from kamlib.errors import DataError, Fault, raise_faults
from kamlib.ledger.accounts import LedgerReport, TableReport, reconcile
from kamlib.ledger.checking import check_tables, refuse_missing_columns, set_aside_unfitting, unused_columns
from kamlib.ledger.conversion import convert
from kamlib.ledger.due_dates import fill_due_dates
from kamlib.ledger.engine import engines
from kamlib.ledger.findings.evidence import SHOWN, Evidence
from kamlib.ledger.findings.finding import Finding
from kamlib.ledger.findings.search import find_dirt, stopping_faults
from kamlib.ledger.marts import write_marts, write_table
from kamlib.ledger.merging import merge_ids, propose_identity
from kamlib.ledger.profiles import Profile
from kamlib.ledger.quarantine import QUARANTINE_FILE
from kamlib.ledger.schema import ADDS
from kamlib.ledger.sources import Place
from kamlib.ledger.work import Work, open_work
from kamlib.policy.findings import FindingRules
from kamlib.policy.identity import Identity

__all__ = ["LedgerReport", "TableReport", "ingest"]


def ingest(
    files: Mapping[str, Place],
    profile: Profile,
    target: Path,
    *,
    source: str,
    currency: str | None = None,
    default_terms_days: int = 30,
    max_rate_age_days: int = 7,
    memory_limit: str = "1500MB",
    engine_url: str = "",
    accept: Sequence[str] = (),
    mended: Path | None = None,
    identity: Path | None = None,
    same: Identity | None = None,
    rules: FindingRules | None = None,
) -> LedgerReport:
    """Read, check and write a ledger as a snapshot folder.

    Parameters
    ----------
    files : mapping
        Canonical table → place, from `find_files`.
    profile : Profile
        How they are read.
    target : Path
        A new folder for the snapshot; on any error it is not left behind.
    source : str
        How reports name the origin.
    currency : str or None
        The reporting currency; None takes the one that most invoices are in.
    default_terms_days : int
        For invoices without a due date.
    max_rate_age_days : int
        How old a rate of exchange may be.
    memory_limit : str
        The engine's; beyond it, it spills to disk.
    engine_url : str
        ``duckdb`` or empty for DuckDB; ``local[2]`` or ``spark://host:port`` gives the same snapshot by Spark.
    accept : sequence of str
        Findings that would stop the ingest and are accepted by name, see `kamlib.ledger.findings.catalogue.STOPPING`.
    mended : Path or None
        A ``quarantine.csv`` of the same files whose rows have been mended.
    identity : Path or None
        An ``identity.yaml`` whose confirmed merges are applied.
    same : Identity or None
        The policy's rules for which spellings are proposed as one client and which clients form a group.
    rules : FindingRules or None
        The policy's numbers from which on something odd is told.

    Returns
    -------
    LedgerReport

    Raises
    ------
    DataError
        An engine that is not there, unreadable files, missing required columns, no usable invoice, missing rates, findings that would make
        figures wrong and are not accepted.
    """
    target.mkdir(parents=True)
    try:
        with tempfile.TemporaryDirectory(prefix="kam-ingest-") as folder:
            scratch = Path(folder)
            size = sum(path.stat().st_size for path in {each.path for place in files.values() for each in place.every})
            with engines(engine_url, memory_limit, scratch, size) as (reader, con):
                work = open_work(files, profile, target, scratch, mended, reader, con)
                return _run(
                    work,
                    source,
                    currency,
                    default_terms_days,
                    max_rate_age_days,
                    accept,
                    identity,
                    same or Identity(),
                    rules or FindingRules(),
                )
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise


def _run(
    work: Work,
    source: str,
    currency: str | None,
    terms: int,
    max_age: int,
    accept: Sequence[str],
    identity: Path | None,
    same: Identity,
    rules: FindingRules,
) -> LedgerReport:
    """Every table in turn, then money in the reporting currency, then the snapshot's files."""
    refuse_missing_columns(work)
    unfitting = set_aside_unfitting(work)
    used = check_tables(work)
    if used["invoices"].count().execute() == 0:
        first = work.quarantine.rows["reason"].iloc[0] if len(work.quarantine) else "the file has no rows"
        raise DataError(Fault("invoices", f"no usable row ({first})", "Check the export and the profile."))
    currency = currency or _most_used(used["invoices"])
    evidence = Evidence(work.profile, work.sources, work.mapped, used, work.repeated, work.signs, rules)
    for table, records in unfitting.items():
        evidence.add(Finding("fits_no_table", table, len(records)), records[:SHOWN])
    merged = merge_ids(work, used, identity, evidence)
    propose_identity(work, used, same, evidence)
    used["invoices"] = fill_due_dates(work, used, terms, evidence)
    faults = convert(work, used, currency, max_age, accept, evidence)
    findings = find_dirt(evidence, accept)
    raise_faults([*faults, *stopping_faults(findings)])
    for table, rows in used.items():
        write_table(work, table, rows)
    reports = {table: reconcile(work, table) for table in used}
    write_marts(work)
    work.quarantine.write(work.target / QUARANTINE_FILE)
    missing = {table: adds for table, adds in ADDS.items() if table not in used}
    return LedgerReport(source, work.sha256, currency, reports, missing, unused_columns(work), tuple(findings), merged)


def _most_used(invoices: ir.Table) -> str:
    """The currency of most invoices; of several, the first by its code."""
    counts = invoices.group_by("currency").agg(n=lambda t: t.count())
    return counts.order_by(ibis.desc("n"), "currency").limit(1).execute()["currency"].iloc[0]
