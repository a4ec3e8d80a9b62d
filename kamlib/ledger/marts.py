"""The files of a snapshot: canonical tables sorted by client and day, and totals of the whole company by day."""

import ibis
import ibis.expr.types as ir

from kamlib.ledger.conversion import RATE
from kamlib.ledger.schema import CONVERTED, DAY, DEFAULTS, FLAG, MONEY, NUMBER, REVENUE_KINDS, TABLES, kind_of, known_on
from kamlib.ledger.sorting import in_order
from kamlib.ledger.work import Work

ROW_GROUP = 16_384  # small, so that one client's rows are read without the rest
EXACT = "decimal(38, 8)"  # whose sum no order of adding changes: that of numbers in floating point it does
NARROW = {DAY: "date", MONEY: "float64"}
SNAPSHOT_TYPES = {DAY: "timestamp", MONEY: "float64", NUMBER: "float64"}


def write_table(work: Work, table: str, rows: ir.Table) -> None:
    """The canonical columns of a table, sorted by client and day, as Parquet.

    Rows are sorted with the columns that were read, which are fewer than are written, and as narrow as can be.
    """
    key = TABLES[table].metadata["key"]
    order = dict.fromkeys(["client_id", known_on(table), *(key or TABLES[table].columns)])  # a key leaves no ties
    narrow = rows.mutate(**_narrow(rows, table))
    rows = in_order(work.con, table, narrow, [name for name in order if name in rows.columns])
    canonical = {name: _canonical(rows, table, name) for name in TABLES[table].columns}
    for name in CONVERTED.get(table, ()):
        canonical[f"reporting_{name}"] = _reporting(rows, name)
    work.con.to_parquet(rows.select(**canonical), work.target / f"{table}.parquet", row_group_size=ROW_GROUP)


def _narrow(rows: ir.Table, table: str) -> dict[str, ir.Value]:
    """Money and days in half the bytes."""
    kinds = {name: kind_of(table, name) for name in rows.columns if name in TABLES[table].columns}
    types = {name: NARROW[kind] for name, kind in kinds.items() if kind in NARROW}
    return {name: rows[name].cast(of) for name, of in types.items()}


def _reporting(rows: ir.Table, name: str) -> ir.Value:
    """A money column in the reporting currency, to the cent."""
    if name not in rows.columns:
        return ibis.null("float64")
    rate = rows[RATE] if RATE in rows.columns else ibis.literal(1.0)
    return (rows[name] * rate).round(2)


def write_marts(work: Work) -> None:
    """What reports of single clients need of the whole company, from the snapshot's own tables."""
    invoices = work.con.read_parquet(work.target / "invoices.parquet")
    days = work.con.create_table("revenue_days", _revenue_days(invoices))
    _write_daily_totals(work, days)
    _write_payment_lags(work, invoices)
    _write_product_days(work, days)


def _revenue_days(invoices: ir.Table) -> ir.Table:
    """Revenue of the whole company by day and product line, and what of it has a price for a unit; exact."""
    revenue = invoices.filter(invoices.kind.isin(REVENUE_KINDS))
    priced = (revenue.quantity > 0) & (revenue.reporting_amount > 0)
    return revenue.group_by(product_line=revenue.product_line, date=revenue.issue_date).agg(
        revenue=revenue.reporting_amount.cast(EXACT).sum(),
        priced_amount=priced.ifelse(revenue.reporting_amount, 0.0).cast(EXACT).sum(),
        quantity=priced.ifelse(revenue.quantity, 0.0).cast(EXACT).sum(),
    )


def _write_daily_totals(work: Work, days: ir.Table) -> None:
    """Revenue of the whole company by day: a client's share needs no other client's rows."""
    daily = days.group_by("date").agg(revenue=lambda t: t.revenue.sum().cast("float64")).order_by("date")
    work.con.to_parquet(daily, work.target / "daily_totals.parquet")


def _write_payment_lags(work: Work, invoices: ir.Table) -> None:
    """What fell due each day and how late it was paid, over all clients: a provision matrix needs no more."""
    owed = invoices.filter(invoices.kind.isin(REVENUE_KINDS), invoices.reporting_amount > 0)
    at_once = ibis.literal(0).cast("float64")  # a plain 0.0 is a decimal to DuckDB
    billed = owed.select("due_date", lag_days=at_once, billed=owed.reporting_amount, paid=ibis.literal(0.0))
    rows = billed
    if "receipts" in work.sources:
        receipts = work.con.read_parquet(work.target / "receipts.parquet")
        revenue_ids = invoices.filter(invoices.kind.isin(REVENUE_KINDS)).select("invoice_id")
        matched = receipts.join(owed.select("invoice_id", "due_date"), "invoice_id")
        late = ibis.greatest((matched.paid_date.date() - matched.due_date.date()).cast("int64").cast("float64"), 0.0)
        linked = matched.select("due_date", lag_days=late, billed=ibis.literal(0.0), paid=matched.reporting_amount)
        loose = receipts.anti_join(revenue_ids, "invoice_id")
        unlinked = loose.select(
            due_date=loose.paid_date,
            lag_days=ibis.null("float64"),
            billed=ibis.literal(0.0),
            paid=loose.reporting_amount,
        )
        rows = billed.union(linked).union(unlinked)
    lags = rows.group_by("due_date", "lag_days").agg(
        billed=lambda t: _exact_sum(t.billed), paid=lambda t: _exact_sum(t.paid)
    )
    work.con.to_parquet(lags.order_by(["due_date", "lag_days"]), work.target / "payment_lags.parquet")


def _write_product_days(work: Work, days: ir.Table) -> None:
    """Revenue by product line and day: how prices and volumes moved."""
    sold = days.filter(days.product_line.notnull())
    sums = {name: sold[name].cast("float64") for name in ("revenue", "priced_amount", "quantity")}
    product_days = sold.select("product_line", "date", **sums).order_by(["product_line", "date"])
    work.con.to_parquet(product_days, work.target / "product_days.parquet")


def _canonical(rows: ir.Table, table: str, name: str) -> ir.Value:
    """A column in the type that the snapshot keeps; empty where the source has none."""
    kind = kind_of(table, name)
    if name in rows.columns:
        return rows[name].cast("timestamp") if kind == DAY else rows[name]
    default = DEFAULTS.get((table, name), False if kind == FLAG else None)
    return ibis.literal(default) if default is not None else ibis.null(SNAPSHOT_TYPES.get(kind, "string"))


def _exact_sum(values: ir.Value) -> ir.Value:
    return values.cast(EXACT).sum().cast("float64")
