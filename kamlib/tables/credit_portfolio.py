"""Collections and the credit policy over the whole portfolio, as tables and a strip of figures."""

from kamlib import formats
from kamlib.blocks import Column, Kpi, Kpis, Table
from kamlib.credit.collections import Worklist
from kamlib.credit.what_if import PolicyChange
from kamlib.language import tr
from kamlib.tables.shared import table_of
from kamlib.wording.credit_portfolio import stage_name


def kpis_collections(worklist: Worklist, change: PolicyChange) -> Kpis:
    """Overdue money, clients to call, late interest, sales blocked now and under the other policy."""
    clients, unit = worklist.clients, formats.currency_name(worklist.currency)
    overdue = float(clients["overdue"].sum()) + worklist.left_out
    now, then = change.blocked_sales
    interest, urgency = float(clients["interest"].sum()), float(clients["urgency"].sum())
    return Kpis(
        (
            Kpi("overdue", tr("Overdue, {unit}", unit=unit), formats.money(overdue), tr("of all clients"), overdue),
            Kpi("to_call", tr("Clients to call"), formats.number(len(clients)), tr("most urgent first"), len(clients)),
            Kpi("urgency", tr("Lost if nobody calls, {unit}", unit=unit), formats.money(urgency), tr("overdue × loss rate (weak)"), urgency),
            Kpi("interest", tr("Late interest to date, {unit}", unit=unit), formats.money(interest), tr("statutory, claimable"), interest),
            Kpi("blocked", tr("Sales of blocked clients, {unit}", unit=unit), formats.money(now), tr("under the other policy {amount}", amount=formats.money(then)), now),
        )
    )  # fmt: skip


def table_worklist(worklist: Worklist, top: int = 25) -> Table:
    """The clients to call, the most urgent first."""
    columns = [
        Column("name", tr("Client"), False),
        Column("owner", tr("Owner"), False),
        Column("overdue", tr("Overdue, {unit}", unit=formats.currency_name(worklist.currency))),
        Column("oldest_days", tr("Oldest, days")),
        Column("stage", tr("Stage"), False),
        Column("grade", tr("Grade"), False),
        Column("urgency", tr("Overdue × loss rate")),
        Column("interest", tr("Late interest")),
    ]
    values, texts = [], []
    for row in worklist.clients.head(top).itertuples():
        stage = stage_name(worklist, row.stage, row.insolvent)
        owner = row.account_manager if isinstance(row.account_manager, str) else formats.MISSING
        grade = row.grade if isinstance(row.grade, str) else formats.MISSING
        interest = row.interest if row.rule else float("nan")
        values.append([row.name, owner, row.overdue, row.oldest_days, stage, grade, row.urgency, interest])
        figures = [formats.number(row.overdue), formats.number(row.oldest_days), formats.number(row.urgency)]
        texts.append([row.name, owner, *figures[:2], stage, grade, figures[2], formats.number(interest)])
    note = tr(
        "{shown} of {count} clients; {left} overdue of clients below {least} is left out. Loss rate: the grade's probability of default, or the "
        "age of the oldest item where that is more, × loss given default (weak). Stage and late interest are of what can be asked for: not "
        "disputed, less credits and unapplied cash. Interest at the policy's rates of today, without fixed sums; a dash: no rule for the "
        "client's region. kam letters writes the statements of account and reminders.",
        shown=min(top, len(worklist.clients)),
        count=len(worklist.clients),
        left=formats.number(worklist.left_out),
        least=formats.number(worklist.policy.collections.smallest_amount),
    )
    return table_of(tr("Whom to call first"), columns, texts, values, note=note, key="worklist")


def table_policy_change(change: PolicyChange, top: int = 25) -> Table:
    """The clients whose grade, proposed limit or block the other policy changes."""
    unit = formats.currency_name(change.currency)
    columns = [
        Column("name", tr("Client"), False),
        Column("revenue", tr("Revenue, {unit}", unit=unit)),
        Column("grade", tr("Grade"), False),
        Column("grade_if", tr("Grade then"), False),
        Column("proposed", tr("Limit proposed")),
        Column("proposed_if", tr("Limit then")),
        Column("blocked", tr("Blocked"), False),
        Column("blocked_if", tr("Blocked then"), False),
    ]
    changed = change.changed
    words = {True: tr("▲ blocked"), False: tr("● free")}
    values, texts = [], []
    for row in changed.head(top).itertuples():
        grades = [grade if isinstance(grade, str) else formats.MISSING for grade in (row.grade, row.grade_if)]
        blocks = [words[bool(blocked)] for blocked in (row.blocked, row.blocked_if)]
        values.append([row.name, row.revenue, *grades, row.proposed, row.proposed_if, *blocks])
        money = [formats.number(value) for value in (row.revenue, row.proposed, row.proposed_if)]
        texts.append([row.name, money[0], *grades, *money[1:], *blocks])
    note = tr(
        "{changed} of {count} clients change; the largest are shown.", changed=len(changed), count=len(change.clients)
    )
    return table_of(tr("What the other policy would change"), columns, texts, values, note=note, key="policy_change")
