"""Lose the largest clients or groups, and see when profit and cash turn."""

from kamlib import blocks, formats, plots, stress, tables, wording
from kamlib.blocks import Kpi, Kpis
from kamlib.explore.panel import Answer, Dial, Panel
from kamlib.language import tr
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy

MOST = 20


def explore_losses(snapshot: Snapshot, policy: Policy) -> Panel:
    """Dials for how many go, whether groups go together, and for how many weeks cash is followed."""
    model = stress.cash_model(snapshot, policy)
    window = policy.concentration.window_months

    def ask(count: int, by: str, how: str, weeks: int) -> Answer:
        loss = stress.lose_top(snapshot, count, by, window, model)
        chosen = _members(model, loss.steps["key"].iloc[1:].tolist(), by)
        course = stress.survival(snapshot, policy, chosen, how, model=model)
        course_failed = stress.survival(snapshot, policy, chosen, "fails", model=model)
        last = loss.steps.iloc[-1]
        path = course.path[course.path["week"] <= weeks]
        short = path.loc[path["cash"] < course.floor, "week"]
        lasts = (
            formats.number(float(short.iloc[0]))
            if len(short)
            else formats.MISSING
            if course.missing
            else tr("over {n}", n=weeks)
        )
        unit = formats.currency_name(snapshot.currency)
        strip = Kpis(
            (
                Kpi("revenue", tr("Revenue of a whole year, {unit}", unit=unit), formats.money(last["revenue"]), value=last["revenue"]),
                Kpi("profit", tr("Operating profit of a whole year"), formats.money(last["profit"]), value=last["profit"]),
                Kpi("first", tr("Operating profit of the first year, contracts kept"), formats.money(last["first_year_profit"]), value=last["first_year_profit"]),
                Kpi("cash", tr("Cash after {n} weeks", n=weeks), formats.money(path["cash"].iloc[-1]), value=path["cash"].iloc[-1]),
                Kpi("weeks", tr("Weeks until own cash is below its minimum"), lasts),
            )
        )  # fmt: skip
        measure = plots.shown_measure(loss)
        caption = wording.caption_loss(loss, measure, snapshot.currency)
        drawn = blocks.chart(plots.plot_loss(loss), caption, loss.steps[["lost", measure]], half=True)
        name = tr("the set of the {n} largest", n=count)
        said = wording.caption_survival(course, course_failed, name, snapshot.currency)
        cash = blocks.chart(plots.plot_survival(course, course_failed), said, course.path, half=True)
        shown = (strip, drawn, cash, tables.table_loss(loss, snapshot.currency))
        return Answer(shown, {"concentration": {"lose_up_to": count}, "stress": {"survival_weeks": weeks}})

    dials = {
        "count": Dial(tr("How many are lost"), min(3, MOST), 1, MOST, 1),
        "by": Dial(tr("Lost together"), "client", choices=((tr("single clients"), "client"), (tr("groups"), "group"))),
        "how": Dial(tr("How they go"), "leaves", choices=((tr("by contract"), "leaves"), (tr("they fail"), "fails"))),
        "weeks": Dial(tr("Weeks followed"), model.weeks, 4, model.weeks, 1),
    }
    return Panel(tr("Lose the largest"), dials, ask)


def _members(model: stress.CashModel, keys: list[str], by: str) -> list[str]:
    """The clients of the units that are lost."""
    named = model.clients.index if by == "client" else model.clients["group_id"]
    return model.clients.index[named.isin(keys)].tolist()
