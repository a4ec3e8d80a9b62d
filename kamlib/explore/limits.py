"""The limit policy: who gets another limit, and whose deliveries stop."""

from kamlib import credit, formats, tables
from kamlib.blocks import Kpi, Kpis
from kamlib.explore.panel import Answer, Dial, Panel, policy_with
from kamlib.language import tr
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy


def explore_limits(snapshot: Snapshot, policy: Policy) -> Panel:
    """Dials for the rules that block deliveries and for the shares that a limit is made of."""
    book = credit.graded_book(snapshot, policy)
    settings = policy.limits

    def ask(oldest: int, overdue: float, stop: float, **shares: float) -> Answer:
        steps = [step for step in settings.utilisation[:2] if step < stop]
        utilisation = (
            [*steps, *[round(stop, 2)]] if len(steps) == 2 else [round(stop * part, 3) for part in (0.8, 0.9, 1)]
        )
        values = {"block_oldest_days": oldest, "block_overdue_share": round(overdue, 2), "utilisation": utilisation}
        changes = {"limits": values | {name: round(value, 2) for name, value in shares.items()}}
        change = credit.compare_policies(snapshot, policy, policy_with(policy, changes), book)
        now, then = change.blocked_sales
        blocked, total = int(change.clients["blocked_if"].sum()), float(change.clients["proposed_if"].sum())
        was = float(change.clients["proposed"].sum())
        unit = formats.currency_name(snapshot.currency)
        strip = Kpis(
            (
                Kpi("blocked", tr("Blocked clients"), formats.number(blocked), tr("now {amount}", amount=int(change.clients["blocked"].sum())), blocked),
                Kpi("sales", tr("Sales of blocked clients, {unit}", unit=unit), formats.money(then), tr("now {amount}", amount=formats.money(now)), then),
                Kpi("limits", tr("Limits proposed, {unit}", unit=unit), formats.money(total), tr("now {amount}", amount=formats.money(was)), total),
            )
        )  # fmt: skip
        return Answer((strip, tables.table_policy_change(change, 12)), changes)

    dials = {
        "oldest": Dial(tr("Blocked from days past due"), settings.block_oldest_days, 1, 180, 1),
        "overdue": Dial(tr("Blocked from an overdue share"), settings.block_overdue_share, 0.05, 1.0, 0.05),
        "stop": Dial(tr("Blocked from a use of the limit"), settings.utilisation[2], 0.5, 1.5, 0.05),
        "net_worth_share": Dial(tr("Of the client's net worth"), settings.net_worth_share, 0.01, 0.5, 0.01),
        "working_capital_share": Dial(tr("Of its working capital"), settings.working_capital_share, 0.01, 0.5, 0.01),
        "monthly_sales_share": Dial(tr("Of its monthly sales"), settings.monthly_sales_share, 0.01, 0.5, 0.01),
        "need_headroom": Dial(tr("Headroom over its need"), settings.need_headroom, 1.0, 3.0, 0.05),
    }
    return Panel(tr("Limit policy"), dials, ask)
