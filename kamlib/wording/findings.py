"""What was found in the data, in sentences."""

from collections.abc import Mapping
from typing import Any

from kamlib import formats
from kamlib.blocks import Note
from kamlib.language import listing, sentences, tr, trn
from kamlib.ledger.findings.catalogue import CATALOGUE
from kamlib.ledger.snapshot import Snapshot
from kamlib.wording.confidence import table_name


def say_found(finding: Mapping[str, Any]) -> str:
    """What was found."""
    return tr(CATALOGUE[finding["code"]].what, **finding["values"])


def say_done(finding: Mapping[str, Any]) -> str:
    """What was done about it, or is to be done."""
    values = finding["values"] | {"done_here": tr(str(finding["values"].get("done_here", "")))}
    return tr(CATALOGUE[finding["code"]].done, **values)


def say_money(finding: Mapping[str, Any]) -> str:
    """Its money by currency, to the cent."""
    amounts = [f"{formats.money_full(float(a))} {formats.currency_name(c)}" for c, a in finding["money"].items()]
    return listing(amounts) or formats.MISSING


def say_acceptance(snapshot: Snapshot) -> str:
    """Which findings the run has accepted although figures may be wrong by them; empty where none."""
    findings = snapshot.facts.get("ledger", {}).get("findings", [])
    told = [
        tr(
            "{table}: {found} ({n} rows)",
            table=table_name(f["table"]),
            found=say_found(f),
            n=formats.number(f["count"]),
        )
        for f in findings
        if f["accepted"]
    ]
    return "; ".join(told)


def say_findings(snapshot: Snapshot) -> Note:
    """How many kinds of dirt there are, and whether figures rest on any that was waved through."""
    findings = snapshot.facts.get("ledger", {}).get("findings", [])
    if not findings:
        return Note(tr("Data findings"), (tr("Nothing was found that needs attention."),))
    aside = sum(part["rows_quarantined"] for part in snapshot.facts["ledger"]["tables"].values())
    number = trn(
        "{n} kind of finding in the data.", "{n} kinds of findings in the data.", len(findings), n=len(findings)
    )
    lost = (
        trn("{n} row could not be used.", "{n} rows could not be used.", aside, n=formats.number(aside))
        if aside
        else ""
    )
    accepted = say_acceptance(snapshot)
    warned = tr("Accepted by the run although figures may be wrong by it: {accepted}.", accepted=accepted)
    return Note(tr("Data findings"), (sentences(number, lost), *([warned] if accepted else [])))
