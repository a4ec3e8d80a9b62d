"""How far the figures can be trusted, in words."""

from kamlib import formats
from kamlib.blocks import Note
from kamlib.language import listing, phrase, sentences, tr
from kamlib.ledger.confidence import Confidence, Reason
from kamlib.ledger.schema import ADDS
from kamlib.wording.shared import TABLE_NAMES

LEVEL_NAMES = {"high": phrase("high"), "medium": phrase("medium"), "low": phrase("low")}
COLUMN_NAMES = {
    "due_date": phrase("due date"),
    "name": phrase("name"),
    "industry": phrase("industry"),
    "notice_days": phrase("notice period"),
    "limit": phrase("limit"),
    "revenue": phrase("revenue"),
    "total_assets": phrase("total assets"),
    "equity": phrase("equity"),
}
SAID_REASONS = 3  # the costliest; the table shows them all


def table_name(name: str) -> str:
    """A canonical table's name for a reader."""
    return tr(TABLE_NAMES[name])


def confidence_badge(found: Confidence) -> str:
    """One line for a heading or a strip: level, score, and the costliest reason."""
    level, score = tr(LEVEL_NAMES[found.level]), formats.share(found.score, 0)
    if not found.reasons:
        return tr("Confidence in the data: {level} ({score})", level=level, score=score)
    reason = say_reason(found.reasons[0])
    return tr("Confidence in the data: {level} ({score}) — {reason}", level=level, score=score, reason=reason)


def say_confidence(found: Confidence) -> Note:
    """The badge with its reasons, and what each missing table would add."""
    present = [reason for reason in found.reasons if reason.code != "missing"]
    said = [say_reason(reason) for reason in present[:SAID_REASONS]]
    lines = [
        tr("The score is {score} of 100.", score=formats.number(found.score * 100)),
        tr("It is lowered by: {reasons}.", reasons=listing(said)) if said else "",
    ]
    missing = [
        tr("There is no table of {table}: it would add {adds}.", table=table_name(r.table), adds=tr(ADDS[r.table]))
        for r in found.reasons
        if r.code == "missing"
    ]
    title = tr("Confidence in the data: {level}", level=tr(LEVEL_NAMES[found.level]))
    return Note(title, (sentences(*lines), *missing), small=True)


def say_reason(reason: Reason, own_table: bool = False) -> str:
    """A reason as part of a sentence; `own_table` leaves out the table where it stands beside."""
    said = _said(reason)
    if own_table or reason.code in ("missing", "no_rows"):
        return said
    return tr("{table}: {reason}", table=table_name(reason.table), reason=said)


def _said(reason: Reason) -> str:
    values, table = reason.values, table_name(reason.table)
    part = formats.share(values.get("share"))
    if reason.code == "missing":
        return tr("no table of {table}", table=table)
    if reason.code == "no_rows":
        return tr("the table of {table} has no rows", table=table)
    if reason.code == "quarantined_rows":
        return tr("{share} of the rows could not be used", share=part)
    if reason.code == "quarantined_money":
        amount = formats.money(values["amount"])
        currency = formats.currency_name(values["currency"])
        return tr("{amount} {currency} ({share}) could not be used", amount=amount, currency=currency, share=part)
    if reason.code == "unfilled":
        column = COLUMN_NAMES[values["column"]]
        return tr("{share} without a {column}", share=part, column=tr(column))
    if reason.code == "stale":
        return tr(
            "the last row is {days} old, {allowed} are allowed",
            days=formats.days(values["days"]),
            allowed=formats.number(values["allowed"]),
        )
    if reason.code == "unmatched":
        return tr("{share} of the money belongs to no invoice", share=part)
    return tr("accepted although it stops a run: {finding}", finding=values["finding"].replace("_", " "))
