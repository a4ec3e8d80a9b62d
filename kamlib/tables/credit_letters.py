"""A client's account as tables of a letter: amounts to the cent, in the currency of the invoices."""

from typing import Any

import pandas as pd

from kamlib import formats
from kamlib.blocks import Column, Table
from kamlib.credit.letters import ClientAccount
from kamlib.language import phrase, tr

KIND_WORDS = {
    "invoice": phrase("Invoice"),
    "credit_note": phrase("Credit note"),
    "debit_note": phrase("Debit note"),
}


def table_balance(account: ClientAccount) -> Table:
    """What is owed, credited and paid, a line a currency."""
    columns = [
        Column("currency", tr("Currency"), False),
        Column("owed", tr("Open invoices")),
        Column("credits", tr("Credits and over-payments")),
        Column("unapplied", tr("Payments not allocated")),
        Column("balance", tr("Balance")),
        Column("overdue", tr("Of it overdue")),
    ]
    names = [column.key for column in columns[1:]]
    values = [[code, *account.totals.loc[code, names]] for code in account.totals.index]
    return _money_table(tr("Balance"), columns, values)


def table_open_items(account: ClientAccount, currency: str) -> Table:
    """Every open item of one currency by due date, with its total."""
    items = account.items[account.items["currency"] == currency]
    columns = [
        Column("invoice", tr("Number"), False),
        Column("kind", tr("Kind"), False),
        Column("issued", tr("Issued"), False),
        Column("due", tr("Due"), False),
        Column("days", tr("Days late")),
        Column("amount", tr("Amount")),
        Column("open", tr("Open")),
    ]
    values: list[list[Any]] = []
    for row in items.itertuples():
        kind = tr(KIND_WORDS.get(row.kind, KIND_WORDS["invoice"]))
        told = tr("{kind} · disputed", kind=kind) if row.disputed and row.open_amount > 0 else kind
        late = row.days_past_due if row.open_amount > 0 else float("nan")
        values.append([row.invoice_id, told, row.issue_date, row.due_date, late, row.amount, row.open_amount])
    total = [tr("Total"), "", "", "", "", "", float(items["open_amount"].sum())]
    title = tr("Open items, {unit}", unit=formats.currency_name(currency))
    return _money_table(title, columns, [*values, total], total=True)


def table_cash(account: ClientAccount) -> Table:
    """Payments that name no invoice."""
    columns = [
        Column("receipt", tr("Payment"), False),
        Column("paid", tr("Received"), False),
        Column("currency", tr("Currency"), False),
        Column("amount", tr("Amount")),
    ]
    values = [[row.receipt_id, row.paid_date, row.currency, row.amount] for row in account.cash.itertuples()]
    note = tr("Please tell us which invoices they are for.")
    return _money_table(tr("Payments not allocated"), columns, values, note=note)


def table_letter_ageing(account: ClientAccount) -> Table:
    """The open invoices by days past due, a line a currency."""
    table = account.ageing
    names = {"not due": tr("not due")}
    columns = [Column("currency", tr("Currency"), False), *[Column(b, names.get(b, b)) for b in table.columns]]
    values = [[code, *table.loc[code]] for code in table.index]
    note = tr("Days past due; credits and payments not allocated are not in it.")
    return _money_table(tr("Open invoices by age"), columns, values, note=note)


def table_asked(account: ClientAccount, currency: str) -> Table:
    """What a reminder asks for in one currency, item by item, with its total."""
    items = account.asked_items[account.asked_items["currency"] == currency]
    claimed = account.stage is not None and account.stage.tone in ("final", "legal") and account.rule is not None
    columns = [
        Column("invoice", tr("Number"), False),
        Column("issued", tr("Issued"), False),
        Column("due", tr("Due"), False),
        Column("days", tr("Days late")),
        Column("open", tr("Open")),
        *([Column("interest", tr("Late interest"))] if claimed else []),
    ]
    values: list[list[Any]] = []
    for row in items.itertuples():
        values.append([row.invoice_id, row.issue_date, row.due_date, row.days_past_due, row.asked])
        values[-1] += [row.interest] if claimed else []
    total = [tr("Total"), "", "", "", account.totals.at[currency, "asked"]]
    total += [account.totals.at[currency, "interest"]] if claimed else []
    title = tr("Overdue items, {unit}", unit=formats.currency_name(currency))
    return _money_table(title, columns, [*values, total], total=True)


def _money_table(
    title: str, columns: list[Column], values: list[list[Any]], total: bool = False, note: str = ""
) -> Table:
    """Cells as text by what they are: words stay, days are whole, the rest is money to the cent.

    A letter has no definitions, so its tables need no key.
    """
    shown = [[_text(value, columns[i].key) for i, value in enumerate(row)] for row in values]
    plain = [[_plain(value) for value in row] for row in values]
    return Table(title, tuple(columns), tuple(map(tuple, shown)), tuple(map(tuple, plain)), total, note=note)


def _text(value: Any, key: str) -> str:
    if isinstance(value, str):
        return formats.currency_name(value) if key == "currency" else value
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    return formats.number(value) if key == "days" else formats.money_full(value)


def _plain(value: Any) -> Any:
    return f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else value
