"""What was found in the data, in sentences."""

from collections.abc import Mapping
from typing import Any

from kamlib import formats
from kamlib.blocks import Heading, Note
from kamlib.language import listing, sentences, tr, trn
from kamlib.ledger.confidence import Confidence
from kamlib.ledger.findings.catalogue import CATALOGUE
from kamlib.ledger.snapshot import Snapshot
from kamlib.wording.confidence import LEVEL_NAMES, say_reason, table_name


def heading_findings(snapshot: Snapshot, found: Confidence) -> Heading:
    """The head of the report on the data: can the figures be used, and what is to be mended first."""
    findings = snapshot.facts.get("ledger", {}).get("findings", [])
    accepted = [finding for finding in findings if finding["accepted"]]
    worst = found.reasons[0] if found.reasons else None
    if accepted:
        decision = tr("Mend the data before deciding: {found}.", found=say_found(accepted[0]))
    elif worst is not None and found.level != "high":
        decision = tr("Use the figures with care, and mend first: {reason}.", reason=say_reason(worst))
    else:
        decision = tr("The figures can be used.")
    name = LEVEL_NAMES[found.level]
    return Heading(
        kicker=tr("Data findings"),
        title=str(snapshot.facts.get("title") or snapshot.facts.get("source", "")),
        period=formats.quarter(snapshot.date),
        decision=decision,
        level={"high": "calm", "medium": "watch", "low": "alarm"}[found.level],
        level_word=tr("confidence {level}", level=tr(name)),
        finding=trn(
            "{n} kind of finding in the data.", "{n} kinds of findings in the data.", len(findings), n=len(findings)
        ),
    )


def say_found(finding: Mapping[str, Any]) -> str:
    """What was found."""
    entry = CATALOGUE[finding["code"]]
    return tr(entry.what, **finding["values"])


def say_done(finding: Mapping[str, Any]) -> str:
    """What was done about it, or is to be done."""
    entry, here = CATALOGUE[finding["code"]], str(finding["values"].get("done_here", ""))
    return tr(entry.done, **(finding["values"] | {"done_here": tr(here)}))


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
