"""What findings look at, and how one is counted, priced and shown by example."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import pandas as pd
from ibis.util import gen_name

from kamlib.ledger.findings.catalogue import CATALOGUE
from kamlib.ledger.findings.finding import Finding
from kamlib.ledger.profiles import ColumnRule, Profile
from kamlib.ledger.schema import CONVERTED
from kamlib.ledger.sources import RECORD, SourceFile
from kamlib.policy.findings import FindingRules

SHOWN = 3  # examples of each finding
MONEY = "decimal(38, 4)"


@ibis.udf.agg.builtin(name="min")
def _smallest(number: dt.int64, count: dt.int64) -> dt.Array[dt.int64]: ...


class Evidence:
    """The tables of one ingest: as text, as read, and as used.

    Attributes
    ----------
    mapped : mapping
        Canonical table → typed rows with ``_record`` and ``_bad``.
    used : mapping
        Canonical table → the rows that are used.
    repeats : mapping
        Canonical table → the rows whose key stands a second time.
    signs : mapping
        Canonical table → what the text of its rows shows, see `kamlib.ledger.mapping`.
    rules : FindingRules
        The policy's: from when on something is told.
    """

    def __init__(
        self,
        profile: Profile,
        sources: Mapping[str, SourceFile],
        mapped: Mapping[str, ir.Table],
        used: Mapping[str, ir.Table],
        repeats: Mapping[str, pd.DataFrame],
        signs: Mapping[str, ir.Table],
        rules: FindingRules,
    ) -> None:
        self.profile, self.sources, self.mapped, self.used = profile, sources, mapped, used
        self.repeats, self.signs, self.rules = repeats, signs, rules
        self.texts: dict[tuple[str, str], ir.Table] = {}
        self._days: dict[tuple[str, str], pd.DataFrame] = {}
        self.found: list[Finding] = []
        self._records: list[list[int]] = []

    def good(self, table: str) -> ir.Table:
        """The rows of a table that could be read, with their records."""
        return self.mapped[table].filter(~self.mapped[table]._bad)

    def bad(self, table: str) -> bool:
        """Whether any row of a table could not be read."""
        return bool(self.mapped[table]._bad.any().execute())

    def days(self, table: str, column: str) -> pd.DataFrame:
        """Each day that stands in a column of the readable rows, and how often: ``day, n``; worked out once."""
        if (table, column) not in self._days:
            good = self.good(table)
            counted = good.group_by(day=good[column]).agg(n=lambda t: t.count()).execute()
            self._days[table, column] = counted.dropna(subset="day")
        return self._days[table, column]

    def records(self, table: str) -> ir.Table:
        """The text that rows of a table are read from: without the lines that carry none."""
        rule, records = self.profile.tables[table], self.sources[table].records
        some = rule.only_if or getattr(rule, "where", None) or getattr(rule, "unless", None)
        return records.semi_join(self.mapped[table], RECORD) if some else records

    def header(self, table: str, column: str) -> str | None:
        """The source's header that a canonical column is read from."""
        rule = self.rule(table, column)
        return None if rule is None else next((h for h in rule.column if h in self.sources[table].headers), None)

    def rule(self, table: str, column: str) -> ColumnRule | None:
        """How a canonical column is read; None where it is not."""
        return self.profile.tables[table].rules(table).get(column) if table in self.sources else None

    def masks(self, rows: ir.Table, table: str, tests: Mapping[str, ir.BooleanValue], **values: Any) -> dict[str, int]:
        """Tell all tests that are true of any of `rows`, found in one pass over them; how many rows pass each."""
        found = _measure(rows, table, tests)
        for code, (count, money, first) in found.items():
            if count:
                self.add(Finding(code, table, count, money, (), values, CATALOGUE[code].stops), first)
        return {code: count for code, (count, _, _) in found.items()}

    def tell(self, code: str, table: str, rows: ir.Table, **values: Any) -> None:
        """Add a finding on these rows: counted, priced by currency, with the first records as examples."""
        self.masks(rows, table, {code: ibis.literal(True)}, **values)

    def add(self, finding: Finding, records: list[int] | None = None) -> None:
        """Add a finding that is counted already; records become examples at the end, in one reading of the file."""
        self.found.append(finding)
        self._records.append(records or [])

    def findings(self) -> list[Finding]:
        """All findings, those that stop a run first, with their examples."""
        wanted: dict[str, set[int]] = {}
        for finding, records in zip(self.found, self._records, strict=True):
            wanted.setdefault(finding.table, set()).update(records)
        places = {table: self.sources[table].where(records) for table, records in wanted.items() if records}
        told = [
            replace(f, examples=tuple("{} line {}".format(*places[f.table][r]) for r in records)) if records else f
            for f, records in zip(self.found, self._records, strict=True)
        ]
        order = list(CATALOGUE)
        return sorted(told, key=lambda f: (not f.stops, order.index(f.code), f.table))


def _measure(
    rows: ir.Table, table: str, tests: Mapping[str, ir.BooleanValue]
) -> dict[str, tuple[int, dict[str, str], list[int]]]:
    """Of each test: how many rows pass it, their money by currency, and the first records; in one pass."""
    priced = table in CONVERTED and {"amount", "currency"} <= set(rows.columns)
    sums: dict[str, ir.Value] = {}
    for number, test in enumerate(tests.values()):
        where = test.fill_null(False)
        sums[f"n{number}"] = rows.count(where=where)
        if priced:
            sums[f"total{number}"] = rows.amount.cast(MONEY).sum(where=where)
        if RECORD in rows.columns:
            sums[f"first{number}"] = _smallest(where.ifelse(rows[RECORD], ibis.null("int64")), SHOWN)
    frame = (rows.group_by("currency").agg(**sums) if priced else rows.agg(**sums)).execute()
    found = {}
    for number, code in enumerate(tests):
        hit = frame[frame[f"n{number}"].fillna(0) > 0]
        lists = hit[f"first{number}"] if RECORD in rows.columns else []
        first = sorted(int(record) for records in lists if records is not None for record in records)[:SHOWN]
        money = {}
        if priced:
            named = hit.dropna(subset="currency").sort_values("currency")
            money = money_of(zip(named["currency"], named[f"total{number}"], strict=True))
        found[code] = (int(hit[f"n{number}"].sum()), money, first)
    return found


def count_all(rows: ir.Table, tests: Mapping[str, ir.BooleanValue]) -> dict[str, int]:
    """How many rows pass each test, in one pass."""
    counts = rows.agg(**{name: test.fill_null(False).sum() for name, test in tests.items()}).execute().iloc[0]
    return {name: 0 if pd.isna(count) else int(count) for name, count in counts.items()}


def kept(rows: ir.Table) -> ir.Table:
    """A small result that is asked several times, worked out once."""
    return rows.get_backend().create_table(gen_name("kept"), rows)


def money_of(pairs: Any) -> dict[str, str]:
    """Currency and amount as exact text, to the cent."""
    cent = Decimal("0.01")
    return {c: str((Decimal(0) if pd.isna(total) else Decimal(str(total))).quantize(cent)) for c, total in pairs}
