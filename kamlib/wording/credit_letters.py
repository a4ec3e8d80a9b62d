"""Letters to clients about their account, in sentences: a statement, and a reminder in the tone of its stage."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from kamlib import formats
from kamlib.credit.letters import ClientAccount
from kamlib.language import current_language, listing, sentences, tr, trn
from kamlib.policy.collections import Stage

CLAIMING = ("final", "legal")


@dataclass(frozen=True)
class Letter:
    """The words of a letter: `before` and `after` its tables."""

    subject: str
    greeting: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    closing: str


def amount_in(currency: str, amount: float) -> str:
    """An amount to the cent with its currency, which is left out where none is stated."""
    if currency == formats.NO_CURRENCY:
        return formats.money_full(amount)
    return f"{currency}{formats.NBSP}{formats.money_full(amount)}"


def amounts_in(totals: pd.Series) -> str:
    """The amounts of several currencies that are not nil: ``EUR 1,200.00 and USD 80.00``."""
    return listing(amount_in(code, float(amount)) for code, amount in totals.items() if round(float(amount), 2))


def words_of_statement(account: ClientAccount) -> Letter:
    """The statement of account."""
    day, totals = formats.day(account.date), account.totals
    owed, credit = totals["balance"].clip(lower=0), totals["balance"].clip(upper=0)
    told = []
    if owed.sum() > 0:
        told.append(tr("The balance in our favour is {amount}.", amount=amounts_in(owed)))
    if credit.sum() < 0:
        told.append(tr("The balance in your favour is {amount}.", amount=amounts_in(-credit)))
    if totals["overdue"].sum() > 0:
        told.append(tr("{amount} are overdue.", amount=amounts_in(totals["overdue"])))
    if not told:
        told.append(tr("Nothing is open on either side."))
    intro = tr("This is your account with us as of {day}, by our books.", day=day)
    compare = tr("Please compare it with yours, and tell us of any difference with the number of the item.")
    subject = tr("Statement of account as of {day}", day=day)
    return Letter(subject, _greeting(), (sentences(intro, *told),), (compare,), tr("Yours faithfully,"))


def words_of_reminder(account: ClientAccount) -> Letter:
    """The reminder, in the tone of the account's stage."""
    tone, asked = account.stage.tone, amounts_in(account.totals["asked"])
    values = {"day": formats.day(account.date), "by": formats.day(account.pay_by), "amount": asked}
    count, oldest = len(account.asked_items), formats.days(account.oldest_days)
    listed = trn(
        "By our books as of {day} the item below is unpaid and past due, by {oldest}: {amount}.",
        "By our books as of {day} the {count} items below are unpaid and past due, the oldest by {oldest}: {amount}.",
        count, count=count, oldest=oldest, **values,
    )  # fmt: skip
    if tone == "friendly":
        before = (listed, tr("It may have been overlooked. Please pay {amount} by {by}.", **values))
    elif tone == "firm":
        before = (
            listed,
            tr("We ask you to pay {amount} by {by}, or to tell us in writing what stands against it.", **values),
        )
    elif tone == "final":
        text = tr(
            "This is our last request: please pay {amount} by {by}. After that day we hand the claim to legal collection without further notice.",
            **values,
        )
        before = (listed, text)
    else:
        before = (listed, tr("We are handing the claim to legal collection. Payment of {amount} that reaches us by {by} still stops it.", **values))  # fmt: skip
    after = [*_interest(account, tone), *_left_out(account)]
    if tone in ("friendly", "firm"):
        after.append(tr("If you have paid in the last few days, please take this letter as settled."))
    subject = sentences(stage_words(account) + ("：" if current_language() == "zh" else ":"), asked)
    return Letter(subject, _greeting(), before, tuple(after), tr("Yours faithfully,"))


def stage_words(account: ClientAccount) -> str:
    """The policy's name of the account's stage in the language in use."""
    return stage_word(account.stage)


def _greeting() -> str:
    return tr("Dear Sir or Madam,")


def _interest(account: ClientAccount, tone: str) -> list[str]:
    """Statutory late interest: reserved by a firm letter, claimed by a final one, not mentioned by a friendly one."""
    rule = account.rule
    if tone == "friendly":
        return []
    if rule is None:
        return [tr("We reserve the right to claim late interest by the law that applies.")]
    name = rule.names.get(current_language()) or next(iter(rule.names.values()))
    rate = formats.share(rule.base_rate + rule.margin, 2)
    interest = amounts_in(account.totals["interest"])
    if not interest:
        return []
    values = {"interest": interest, "day": formats.day(account.date), "rate": rate, "rule": name}
    if tone not in CLAIMING:
        return [
            tr(
                "Statutory late interest has come to {interest} by {day} ({rate} a year; {rule}). We reserve the right to claim it.",
                **values,
            )
        ]
    claimed = tr(
        "Beside the amount above we claim statutory late interest of {interest} up to {day} ({rate} a year; {rule}); it runs on until you pay.",
        **values,
    )
    fixed = account.fixed_sum
    extra = (
        tr("For the cost of recovery the same law gives us {amount}.", amount=amount_in(rule.currency, fixed))
        if fixed > 0
        else ""
    )
    return [sentences(claimed, extra)]


def _left_out(account: ClientAccount) -> list[str]:
    """What the amount asked for does not hold."""
    totals, told = account.totals, []
    if totals["set_off"].sum() > 0:
        told.append(
            tr(
                "Credits and payments not allocated of {amount} are set off against the oldest items.",
                amount=amounts_in(totals["set_off"]),
            )
        )
    if totals["disputed"].sum() > 0:
        told.append(
            tr(
                "Not asked for here are {amount} in dispute; of them we write separately.",
                amount=amounts_in(totals["disputed"]),
            )
        )
    return told


def say_letters(accounts: Sequence[ClientAccount], letters: int, stages: Sequence[Stage], place: str) -> list[str]:
    """What was written, line by line: how many letters to how many clients, the reminders by stage, and where they lie."""
    reminders = [account.stage for account in accounts if account.stage is not None]
    clients = trn("{n} client", "{n} clients", len(accounts), n=formats.number(len(accounts)))
    written = trn("{n} letter", "{n} letters", letters, n=formats.number(letters))
    of_them = trn("{n} reminder", "{n} reminders", len(reminders), n=formats.number(len(reminders)))
    first = tr(
        "{letters} to {clients}: a statement each, {reminders}", letters=written, clients=clients, reminders=of_them
    )
    counts = [(stage, reminders.count(stage)) for stage in stages]
    rows = [f"  {count} × {stage_word(stage)}" for stage, count in counts if count]
    return [first, *rows, tr("Written to {place}", place=place)]


def stage_word(stage: Stage) -> str:
    """The name of a stage of reminder in the language in use, or in the first that the policy gives."""
    return stage.names.get(current_language()) or next(iter(stage.names.values()))
