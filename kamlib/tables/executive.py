"""The executive summary as tables and a strip of figures."""

from kamlib import formats
from kamlib.blocks import Column, Kpi, Kpis, Table
from kamlib.executive import STEPS, Executive
from kamlib.language import tr, trn
from kamlib.tables.confidence import kpi_confidence
from kamlib.tables.shared import table_of
from kamlib.wording.executive import STEP_NAMES, level_word, note_worries, worry_reason


def kpis_executive(review: Executive) -> Kpis:
    """Money at risk and its change, what is expected, dependence, survival, confidence."""
    total, bridge = review.at_risk.total, review.bridge
    unit = formats.currency_name(review.currency)
    low, high = formats.money(total["low"]), formats.money(total["high"])
    change = bridge.end - bridge.start
    indices, prior = review.dependence.indices["client"], review.dependence.indices["prior"]
    over = len(review.appetite.broken)
    months = review.policy.early_warning.back_test.horizon_months
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
                tr("Expected at risk, {unit}", unit=unit),
                formats.money(review.expected),
                tr("money × chance within {months} months", months=months),
                review.expected,
            ),
            Kpi(
                "top_share",
                tr("Largest client, of revenue"),
                formats.share(indices["cr1"]),
                tr(
                    "limit {limit}; {change} on a year before",
                    limit=formats.share(review.policy.concentration.appetite.single_client, 0),
                    change=formats.points(indices["cr1"] - prior["cr1"]),
                ),
                float(indices["cr1"]),
                "alarm" if over else "calm",
            ),
            _kpi_survival(review),
            kpi_confidence(review.confidence),
        )
    )


def _kpi_survival(review: Executive) -> Kpi:
    found = review.survival
    label = tr("Cash without that client")
    if found.path["liquidity"].isna().all():
        return Kpi("weeks", label, formats.MISSING, tr("the run file tells no cash"))
    weeks = found.weeks_of_liquidity
    if weeks is None:
        return Kpi(
            "weeks",
            label,
            tr("> {weeks} weeks", weeks=len(found.path)),
            tr("above the minimum of {floor}", floor=formats.money(found.floor)),
            None,
            "calm",
        )
    text = trn("{n} week", "{n} weeks", weeks, n=weeks)
    return Kpi("weeks", label, text, tr("until minimum cash"), weeks, "alarm")


def table_worries(review: Executive) -> Table:
    """The clients to worry about most, each with its money, its chance and one reason."""
    months = review.policy.early_warning.back_test.horizon_months
    columns = [
        Column("name", tr("Client"), False),
        Column("base", tr("At risk, {unit}", unit=formats.currency_name(review.currency))),
        Column("level", tr("Warning"), False),
        Column("probability", tr("Chance in {months} months", months=months)),
        Column("expected", tr("Expected at risk")),
        Column("reason", tr("Because it"), False),
    ]
    values, texts = [], []
    for _, row in review.worries.iterrows():
        level, reason = level_word(row["level"]), worry_reason(review, row)
        chance, expected = formats.share(row["probability"]), formats.money(row["expected"])
        values.append([row["name"], row["base"], level, row["probability"], row["expected"], reason])
        texts.append([row["name"], formats.money(row["base"]), level, chance, expected, reason])
    title = tr("The clients to worry about most")
    return table_of(title, columns, texts, values, note=note_worries(review), key="worries")


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
        others = trn("{n} further client", "{n} further clients", len(rest), n=formats.number(len(rest)))
        values.append([others, *rest[figures].sum().round(2)])
    values.append([tr("All"), *frame[figures].sum().round(2)])
    texts = [
        [name, _thousands(start), *map(_signed_thousands, steps), _thousands(end)]
        for name, start, *steps, end in values
    ]
    title = tr("What moved the money at risk, thousand {unit}", unit=formats.currency_name(review.currency))
    return table_of(title, columns, texts, values, total=True, key="bridge")


def _thousands(amount: float) -> str:
    return formats.number(amount / 1000)


def _signed_thousands(amount: float) -> str:
    return formats.signed(amount / 1000)


def table_moved(review: Executive) -> Table:
    """Clients whose warning level rose or fell within a quarter, those with most money at risk first."""
    rows = review.moved.sort_values(["base", "rank"], ascending=False, kind="stable").head(8)
    levels = ["low", "medium", "high", "critical"]
    columns = [
        Column("name", tr("Client"), False),
        Column("base", tr("At risk, {unit}", unit=formats.currency_name(review.currency))),
        Column("before", tr("A quarter before"), False),
        Column("now", tr("Now"), False),
    ]
    before = [levels[int(rank)] if rank >= 0 else "unknown" for rank in rows["prior_rank"]]
    words = [
        [level_word(old), f"{'▲' if rank > prior else '▼'} {level_word(level)}"]
        for old, level, rank, prior in zip(before, rows["level"], rows["rank"], rows["prior_rank"], strict=True)
    ]
    told = list(zip(rows["name"], rows["base"], words, strict=True))
    texts = [[name, formats.money(base), *said] for name, base, said in told]
    values = [[name, base, *said] for name, base, said in told]
    note = (
        tr("{count} clients moved; these have most money at risk.", count=formats.number(len(review.moved)))
        if len(review.moved) > len(rows)
        else ""
    )
    return table_of(tr("Warning levels that moved"), columns, texts, values, note=note, key="moved")
