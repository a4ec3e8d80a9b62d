"""The executive summary as tables and a strip of figures."""

from kamlib import formats
from kamlib.blocks import Column, Kpi, Kpis, Table
from kamlib.executive import STEPS, Executive
from kamlib.language import tr
from kamlib.tables.confidence import kpi_confidence
from kamlib.tables.shared import table_of
from kamlib.wording.executive import STEP_NAMES, level_word, worry_action, worry_reason


def kpis_executive(review: Executive) -> Kpis:
    """Money at risk and its change, what is expected, dependence, survival, confidence."""
    total, bridge = review.at_risk.total, review.bridge
    unit = formats.currency_name(review.currency)
    low, high = formats.money(total["low"]), formats.money(total["high"])
    change = bridge.end - bridge.start
    indices, prior = review.dependence.indices["client"], review.dependence.indices["prior"]
    over = len(review.appetite.broken)
    return Kpis(
        (
            Kpi(
                "money_at_risk",
                tr("Money at risk, {unit}", unit=unit),
                formats.money(total["base"]),
                tr(
                    "{low} to {high}; {change} since {day}",
                    low=low,
                    high=high,
                    change=formats.signed_money(change),
                    day=formats.day(bridge.start_date),
                ),
                float(total["base"]),
                change=change,
            ),
            Kpi(
                "expected_at_risk",
                tr("Expected, {unit}", unit=unit),
                formats.money(review.expected),
                tr("probability × money at risk"),
                review.expected,
            ),
            Kpi(
                "top_share",
                tr("Largest client"),
                formats.share(indices["cr1"]),
                tr("{change} on a year before", change=formats.points(indices["cr1"] - prior["cr1"])),
                float(indices["cr1"]),
                "alarm" if over else "calm",
            ),
            _kpi_survival(review),
            kpi_confidence(review.confidence),
        )
    )


def _kpi_survival(review: Executive) -> Kpi:
    found = review.survival
    label = tr("Weeks without it")
    if found.path["liquidity"].isna().all():
        return Kpi("weeks", label, formats.MISSING, tr("the run file tells no cash"))
    weeks = found.weeks_of_liquidity
    if weeks is None:
        return Kpi(
            "weeks",
            label,
            tr("over {weeks}", weeks=len(found.path)),
            tr("above minimum cash"),
            None,
            "calm",
        )
    return Kpi("weeks", label, formats.number(weeks), tr("until minimum cash"), weeks, "alarm")


def table_worries(review: Executive) -> Table:
    """The clients to worry about most, each with one reason and one action."""
    columns = [
        Column("name", tr("Client"), False),
        Column("base", tr("At risk, {unit}", unit=formats.currency_name(review.currency))),
        Column("range", tr("Low to high")),
        Column("level", tr("Warning"), False),
        Column("reason", tr("Because"), False),
        Column("action", tr("Action"), False),
    ]
    values, texts = [], []
    for _, row in review.worries.iterrows():
        words = [level_word(row["level"]), worry_reason(review, row), worry_action(review, row)]
        span = f"{formats.money(row['low'])} – {formats.money(row['high'])}"
        values.append([row["name"], row["base"], span, *words])
        texts.append([row["name"], formats.money(row["base"]), span, *words])
    title = tr("The clients to worry about most")
    note = tr("Ranked by probability of the warning level × money at risk if the client goes.")
    return table_of(title, columns, texts, values, note=note, key="worries")


def table_bridge(review: Executive, top: int = 8) -> Table:
    """The bridge by client: those that moved most, the rest, and the sum."""
    bridge = review.bridge
    frame = bridge.clients
    shown = [step for step in STEPS if bridge.previous or frame[step].abs().sum() > 0]
    figures = ["start", *shown, "end"]
    order = (frame["end"] - frame["start"]).abs().sort_values(ascending=False, kind="stable").index
    rows, rest = frame.loc[order[:top]], frame.loc[order[top:]]
    columns = [
        Column("name", tr("Client"), False),
        Column("start", formats.day(bridge.start_date)),
        *[Column(step, tr(STEP_NAMES[step])) for step in shown],
        Column("end", formats.day(bridge.end_date)),
    ]
    values = rows[["name", *figures]].to_numpy().tolist()
    if len(rest):
        values.append([tr("{count} further clients", count=formats.number(len(rest))), *rest[figures].sum().round(2)])
    values.append([tr("All"), *frame[figures].sum().round(2)])
    texts = [
        [name, formats.number(start), *map(formats.signed, steps), formats.number(end)]
        for name, start, *steps, end in values
    ]
    title = tr("What moved the money at risk, {unit}", unit=formats.currency_name(review.currency))
    return table_of(title, columns, texts, values, total=True, key="bridge")


def table_moved(review: Executive) -> Table:
    """Clients whose warning level rose or fell within a quarter, the gravest first."""
    rows = review.moved.sort_values(["rank", "prior_rank"], ascending=[False, True], kind="stable").head(8)
    levels = ["low", "medium", "high", "critical"]
    columns = [
        Column("name", tr("Client"), False),
        Column("before", tr("A quarter before"), False),
        Column("now", tr("Now"), False),
    ]
    before = [levels[int(rank)] if rank >= 0 else "unknown" for rank in rows["prior_rank"]]
    texts = [
        [name, level_word(old), f"{'▲' if rank > prior else '▼'} {level_word(level)}"]
        for name, old, level, rank, prior in zip(
            rows["name"], before, rows["level"], rows["rank"], rows["prior_rank"], strict=True
        )
    ]
    note = (
        tr("{count} clients moved.", count=formats.number(len(review.moved))) if len(review.moved) > len(rows) else ""
    )
    return table_of(tr("Warning levels that moved"), columns, texts, texts, note=note, key="moved")
