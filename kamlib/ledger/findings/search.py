"""All searches for dirt, one after the other, and what of it stops a run."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from kamlib.errors import Fault
from kamlib.ledger.findings import amounts, dates, identities, receipts, rows, texts
from kamlib.ledger.findings.catalogue import CATALOGUE
from kamlib.ledger.findings.evidence import Evidence
from kamlib.ledger.findings.finding import Finding


def find_dirt(evidence: Evidence, accept: Sequence[str] = ()) -> list[Finding]:
    """Everything found in a ledger, what stops a run first.

    Parameters
    ----------
    evidence : Evidence
    accept : sequence of str
        Names of stopping findings that the run file accepts.
    """
    for subject in (dates, texts, amounts, rows, receipts, identities):
        subject.search(evidence)
    return [replace(f, accepted=f.stops and f.code in accept) for f in evidence.findings()]


def stopping_faults(findings: Iterable[Finding]) -> list[Fault]:
    """A fault for each finding that stops the run and is not accepted."""
    faults = []
    for finding in findings:
        if finding.stops and not finding.accepted:
            entry = CATALOGUE[finding.code]
            what = entry.what.format_map(finding.values)
            rows = f"{finding.count:,} rows" if finding.count != 1 else "1 row"
            where = f" ({', '.join(finding.examples)})" if finding.examples else ""
            done = entry.done.format_map(finding.values)
            remedy = (
                f"What a run would do with them: {done}. To go on all the same, accept it by name in the run file — "
                f"accept: [{finding.code}] — and every report will say so."
            )
            faults.append(Fault(f"{finding.table}: {finding.code}", f"{what}: {rows}{where}", remedy))
    return faults
