"""Letters to clients as PDF: a statement of account for each, a reminder where something is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

from kamlib import formats
from kamlib.blocks import Table
from kamlib.credit.letters import ClientAccount
from kamlib.language import speaking, tr
from kamlib.reports.manifest import put_file
from kamlib.reports.pdf import typeset
from kamlib.reports.plan import client_folder
from kamlib.runs.run import Sender
from kamlib.tables.credit_letters import (
    table_asked,
    table_balance,
    table_cash,
    table_letter_ageing,
    table_open_items,
)
from kamlib.wording.credit_letters import Letter, words_of_reminder, words_of_statement

STATEMENT, REMINDER = "statement.pdf", "reminder.pdf"


@dataclass(frozen=True)
class Writer:
    """Who writes: the company's title and the sender of the run file."""

    name: str
    sender: Sender


def statement_of(account: ClientAccount, writer: Writer) -> bytes:
    """The statement of account as PDF, in the client's language."""
    with speaking(account.language):
        currencies = account.items["currency"].unique()
        tables = [
            *([table_balance(account)] if len(account.totals) else []),
            *[table_open_items(account, currency) for currency in currencies],
            *([table_cash(account)] if len(account.cash) else []),
            *([table_letter_ageing(account)] if len(account.ageing) else []),
        ]
        return _typeset(account, writer, words_of_statement(account), tables)


def reminder_of(account: ClientAccount, writer: Writer) -> bytes:
    """The reminder as PDF, in the client's language; the account has a stage."""
    with speaking(account.language):
        asked = account.totals.index[account.totals["asked"] > 0]
        tables = [table_asked(account, currency) for currency in asked]
        return _typeset(account, writer, words_of_reminder(account), tables)


def write_letters(accounts: Sequence[ClientAccount], writer: Writer, folder: Path, whole: bool) -> list[Path]:
    """Write the letters, a folder a client; all are set before the first is written.

    Parameters
    ----------
    accounts : sequence of ClientAccount
    writer : Writer
    folder : Path
        Made where it is not there.
    whole : bool
        These are all the letters of the day: those of other clients that lie there from an earlier try are taken
        away, as what they ask for may have been paid since.
    """
    letters: dict[Path, bytes] = {}
    for account in accounts:
        place = folder / client_folder(account.client_id)
        letters[place / STATEMENT] = statement_of(account, writer)
        if account.stage is not None:
            letters[place / REMINDER] = reminder_of(account, writer)
    touched = {path.parent for path in letters}
    for place in [path for path in folder.glob("*/") if whole] or touched:
        for name in (STATEMENT, REMINDER):
            if place / name not in letters:
                (place / name).unlink(missing_ok=True)
        if place.is_dir() and not any(place.iterdir()):
            place.rmdir()
    for path, content in letters.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        put_file(path, content)
    return list(letters)


def _typeset(account: ClientAccount, writer: Writer, words: Letter, tables: list[Table]) -> bytes:
    """A letter on the company's paper."""
    bank = writer.sender.bank
    data: dict[str, Any] = {
        "lang": account.language,
        "title": f"{words.subject} · {account.name}",
        "sender": {"name": writer.name, "address": writer.sender.address},
        "recipient": account.name,
        "facts": [[tr("Date"), formats.day(account.date)], [tr("Your number"), account.client_id]],
        "subject": words.subject,
        "greeting": words.greeting,
        "before": list(words.before),
        "tables": [table.to_json() for table in tables],
        "after": list(words.after),
        "pay": [tr("Please pay to"), *bank] if bank else [],
        "closing": words.closing,
        "signed": [writer.name, *writer.sender.contact],
        "footer": f"{writer.name} · {account.name}",
        "page": tr("page {number} of {last}", number="{number}", last="{last}"),
    }
    return typeset("letter.typ", data, account.date.to_pydatetime().replace(tzinfo=UTC))
