"""What of all receivables may be lost and when the rest will come, the grades of a quarter, past defaults: as tables."""

import pandas as pd

from kamlib import formats
from kamlib.blocks import Column, Table
from kamlib.credit.default_history import DefaultHistory
from kamlib.credit.grade_shift import GradeShift
from kamlib.credit.payment_outlook import PaymentOutlook
from kamlib.credit.provisions import PortfolioProvision
from kamlib.language import tr
from kamlib.tables.credit_grade import bucket_name
from kamlib.tables.shared import table_of
from kamlib.wording.credit_grade import STAGE_WORDS


def table_book_provision(found: PortfolioProvision) -> Table:
    """The provision matrix over all clients."""
    unit = formats.currency_name(found.currency)
    columns = [
        Column("bucket", tr("Days past due"), False),
        Column("balance", tr("Open invoices, {unit}", unit=unit)),
        Column("rate", tr("Lost in the end")),
        Column("allowance", tr("Allowance, {unit}", unit=unit)),
    ]
    matrix = found.matrix
    values = [[bucket_name(row.bucket), row.balance, row.loss_rate, row.allowance] for row in matrix.itertuples()]
    if values:
        values.append([tr("All"), float(matrix["balance"].sum()), float("nan"), found.allowance])
    texts = [[r[0], formats.number(r[1]), formats.share(r[2]), formats.number(r[3])] for r in values]
    share = formats.share(found.unlinked_share)
    note = tr("{share} of the money received names no invoice: by so much the rates are too high.", share=share)
    if not values:
        note = tr("No provision matrix: what was paid is not known. Bring the table of receipts.")
    title = tr("Expected credit loss of the portfolio")
    return table_of(title, columns, texts, values, total=bool(values), note=note, key="book_provision")


def table_stages(found: PortfolioProvision) -> Table:
    """Clients, money and allowance by stage of IFRS 9."""
    unit = formats.currency_name(found.currency)
    columns = [
        Column("stage", tr("IFRS 9 flag"), False),
        Column("clients", tr("Clients")),
        Column("open", tr("Open invoices, {unit}", unit=unit)),
        Column("allowance", tr("Allowance, {unit}", unit=unit)),
    ]
    rows = found.by_stage.itertuples()
    values = [[tr(STAGE_WORDS[row.Index]), row.clients, row.open_invoices, row.allowance] for row in rows]
    texts = [[row[0], *map(formats.number, row[1:])] for row in values]
    note = tr("By the days that a material part of what is open today is past due.")
    return table_of(tr("Clients by stage"), columns, texts, values, note=note, key="stages")


def table_grade_shift(found: GradeShift) -> Table:
    """Clients by grade a quarter before and now, with each grade's part of the index."""
    columns = [
        Column("grade", tr("Grade"), False),
        Column("before", tr("Clients, {day}", day=formats.day(found.before))),
        Column("now", tr("Clients, {day}", day=formats.day(found.date))),
        Column("part", tr("Part of the PSI")),
    ]
    values = [[row.Index, row.before, row.now, row.change_part] for row in found.grades.itertuples()]
    values.append([tr("All"), *found.graded, found.psi])
    texts = [[r[0], formats.number(r[1]), formats.number(r[2]), formats.number(r[3], 3)] for r in values]
    then, now = (formats.number(count) for count in found.ungraded)
    note = tr(
        "Too little known for a grade: {then} clients then, {now} now; they are in no band. Of few clients, a single one that enters an "
        "empty grade moves the index.",
        then=then,
        now=now,
    )
    return table_of(tr("Grades of the portfolio"), columns, texts, values, total=True, note=note, key="grade_shift")


def table_defaults(found: DefaultHistory) -> Table:
    """The defaults of each past year, with the interval of the rate."""
    columns = [
        Column("start", tr("Year from"), False),
        Column("clients", tr("Clients")),
        Column("defaults", tr("Defaults")),
        Column("rate", tr("Rate")),
        Column("low", tr("95 % from")),
        Column("high", tr("to")),
    ]
    rows = found.cohorts.itertuples()
    values = [[formats.day(r.start), r.clients, r.defaults, r.rate, r.low, r.high] for r in rows]
    texts = [[r[0], formats.number(r[1]), formats.number(r[2]), *map(formats.share, r[3:])] for r in values]
    note = tr(
        "Default: insolvency, or late invoices that are material against a year's purchases, not against what is open."
    )
    if not values:
        note = tr("The ledger is too short: a cohort needs a year before it and a year after it.")
    return table_of(tr("Defaults year by year"), columns, texts, values, note=note, key="default_history")


def table_outlook(found: PaymentOutlook, currency: str) -> Table:
    """When the open invoices are expected to be paid, month by month."""
    unit = formats.currency_name(currency)
    columns = [
        Column("month", tr("Month"), False),
        Column("invoices", tr("Invoices")),
        Column("open", tr("Expected to come, {unit}", unit=unit)),
        Column("late", tr("Of it late")),
    ]
    rows = found.by_month.itertuples()
    values = [[_month(row.Index), row.invoices, row.open_amount, row.expected_late] for row in rows]
    if values:
        sums = [sum(row[n] for row in values) for n in (1, 2, 3)]
        values.append([tr("All"), *sums])
    texts = [[row[0], *map(formats.number, row[1:])] for row in values]
    note = tr(
        "By the median delay of each client's own payments. Not foreseen: never paid so late before, or never paid."
    )
    return table_of(
        tr("When the money will come"), columns, texts, values, total=bool(values), note=note, key="payment_outlook"
    )


def _month(month: pd.Timestamp) -> str:
    return tr("not foreseen") if pd.isna(month) else formats.month(month)


def table_chances(found: DefaultHistory, names: pd.Series, top: int = 10) -> Table:
    """The clients likeliest to default within a year, each with its interval and where it is from."""
    columns = [
        Column("name", tr("Client"), False),
        Column("probability", tr("Probability of default")),
        Column("low", tr("95 % from")),
        Column("high", tr("to")),
        Column("method", tr("From"), False),
    ]
    words = {"model": tr("our model"), "grade": tr("its grade"), "in default": tr("in default")}
    likeliest = found.clients.sort_values("probability", ascending=False, kind="stable").head(top)
    values = [
        [str(names.get(row.Index, row.Index)), row.probability, row.low, row.high, words[row.method]]
        for row in likeliest.itertuples()
    ]
    texts = [[r[0], *[formats.share(value, 2) for value in r[1:4]], r[4]] for r in values]
    note = tr(
        "Of {count} active clients; from a grade, the range is the policy's.", count=formats.number(len(found.clients))
    )
    return table_of(tr("Likeliest to default within a year"), columns, texts, values, note=note, key="chances")
