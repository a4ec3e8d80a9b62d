"""What became of every row: counted and added up by two separate ways, that of the source and that of the snapshot."""

from dataclasses import asdict, dataclass, field
from decimal import Decimal

import ibis.expr.types as ir
import pandas as pd

from kamlib.ledger.findings.finding import Finding
from kamlib.ledger.reading import MONEY_TYPE
from kamlib.ledger.schema import CONVERTED, known_on
from kamlib.ledger.work import Work


@dataclass(frozen=True)
class TableReport:
    """What became of one table's rows. Totals are text, exact to the cent, per currency."""

    rows_in: int
    rows_used: int
    rows_quarantined: int
    first_day: str | None = None
    last_day: str | None = None
    totals: dict[str, dict[str, str]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class LedgerReport:
    """What was read from where, what was set aside, and what is missing."""

    source: str
    sha256: str
    currency: str
    tables: dict[str, TableReport]
    missing: dict[str, str]
    unused: dict[str, list[str]]
    findings: tuple[Finding, ...] = ()
    merged_ids: int = 0

    def to_json(self) -> dict:
        """As plain lists and dicts, for the manifest and `kam check --json`."""
        return asdict(self)

    @property
    def rows(self) -> tuple[int, int, int]:
        """Rows in, used and quarantined, over all tables."""
        tables = self.tables.values()
        return sum(t.rows_in for t in tables), sum(t.rows_used for t in tables), sum(t.rows_quarantined for t in tables)


def reconcile(work: Work, table: str) -> TableReport:
    """Count and add up the source and the snapshot by two separate ways, and refuse a difference."""
    snapshot = work.con.read_parquet(work.target / f"{table}.parquet")
    source, rule = work.sources[table], work.profile.tables[table]
    set_aside = work.quarantine.count(table)
    rows_in = int(work.mapped[table].count().execute()) + len(source.rejected) + work.unfitting.get(table, 0)
    rows_used = int(snapshot.count().execute())
    if rule.one_row_per:
        lines = rows_in - set_aside
        work.notes[table].append(f"{rows_used:,} rows gathered from {lines:,} lines, one row a {rule.one_row_per}")
        rows_in, rows_used = (rows_in, lines) if rule.add_up else (rows_used + set_aside, rows_used)
    if rows_in != rows_used + set_aside:
        raise AssertionError(f"{table}: {rows_in} rows in, {rows_used} used, {set_aside} quarantined")
    day = snapshot[known_on(table)]
    days = snapshot.agg(first=day.min(), last=day.max()).execute().iloc[0]
    first, last = (None if pd.isna(d) else f"{d:%Y-%m-%d}" for d in (days["first"], days["last"]))
    totals = _totals(work, table, snapshot) if table in CONVERTED else {}
    return TableReport(rows_in, rows_used, set_aside, first, last, totals, tuple(work.notes[table]))


def _totals(work: Work, table: str, snapshot: ir.Table) -> dict[str, dict[str, str]]:
    key = work.profile.tables[table].one_row_per
    once = bool(key) and not work.profile.tables[table].add_up  # every line repeats the whole amount
    mapped = work.mapped[table]
    money = mapped.select(**({"key": mapped[key]} if once else {}), currency=mapped.currency, amount=mapped.amount)
    money = money.distinct() if once else money
    came = money.group_by("currency").agg(total=lambda t: t.amount.sum()).execute()
    kept = snapshot.group_by("currency").agg(total=lambda t: t.amount.cast(MONEY_TYPE).sum()).execute()
    used = {row.currency: Decimal(row.total or 0) for row in kept.itertuples()}
    totals = {}
    for row in came.dropna(subset="currency").sort_values("currency").itertuples():
        total = Decimal(0) if pd.isna(row.total) else Decimal(row.total)
        part = used.get(row.currency, Decimal(0))
        figures = {"in": total, "used": part, "quarantined": total - part}
        totals[row.currency] = {name: str(figure.quantize(Decimal("0.01"))) for name, figure in figures.items()}
    return totals
