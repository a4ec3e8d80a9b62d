"""The insurance calendar in sentences, and as entries of a diary."""

from kamlib import formats
from kamlib.language import sentences, tr, trn
from kamlib.treatment import DiaryEntry, InsuranceCalendar
from kamlib.wording.shared import money_in
from kamlib.wording.treatment_names import (
    EVENT_NAMES,
)


def say_cover(calendar: InsuranceCalendar) -> str:
    """What is above its insured limit, and the next date."""
    if calendar.absent:
        return tr(
            "There is no table of protections: what is insured, and by when an insurer wants to know, is not known."
        )
    if not calendar.payments_known:
        return tr("Without receipts it is not known what is open: the insurance calendar stays empty.")
    coming = calendar.coming
    parts = []
    over = calendar.cover[calendar.cover["gap"] > 0]
    if len(over):
        parts.append(
            trn(
                "{n} insured client owes more than its limit, by {money}.",
                "{n} insured clients owe more than their limits, by {money} together.",
                len(over),
                n=len(over),
                money=formats.money(calendar.gap_amount),
            )
        )
    if len(coming):
        first = coming.iloc[0]
        parts.append(
            tr(
                "The next date of the insurance calendar is {day}: {event}, {name}.",
                day=formats.day(first["day"]),
                event=tr(EVENT_NAMES[first.event]),
                name=first["name"],
            )
        )
    return sentences(*parts) or tr("The cover holds, and no date is due.")


def diary_entries(calendar: InsuranceCalendar) -> list[DiaryEntry]:
    """The days to come as diary entries."""
    found = []
    for row in calendar.coming.itertuples():
        summary = tr("{event}: {name}", event=tr(EVENT_NAMES[row.event]), name=row.name)
        told = tr(
            "{money}, {n} invoices open past due. Client {client}.",
            money=money_in(calendar.currency, row.amount),
            n=int(row.invoices),
            client=row.client_id,
        )
        if row.event == "renew":
            told = tr(
                "Insured limit {money}. Client {client}.",
                money=money_in(calendar.currency, row.amount),
                client=row.client_id,
            )
        key = f"{row.client_id}|{row.event}|{row.day:%Y-%m-%d}"
        found.append(DiaryEntry(key, row.day.date(), summary, told))
    return found
