"""What findings look at, and how one is counted, priced and shown by example."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import ibis.expr.types as ir
import pandas as pd
from ibis.util import gen_name

from kamlib.ledger.findings.catalogue import CATALOGUE
from kamlib.ledger.findings.finding import Finding
from kamlib.ledger.profiles import ColumnRule, Profile
from kamlib.ledger.schema import CONVERTED
from kamlib.ledger.sources import RECORD, SourceFile

SHOWN = 3  # examples of each finding
MONEY = "decimal(38, 4)"


class Evidence:
    """The tables of one ingest: as text, as read, and as used.

    Attributes
    ----------
    mapped : mapping
        Canonical table → typed rows with ``_record`` and ``_bad``.
    used : mapping
        Canonical table → the rows that are used.
    """

    def __init__(
        self,
        profile: Profile,
        sources: Mapping[str, SourceFile],
        mapped: Mapping[str, ir.Table],
        used: Mapping[str, ir.Table],
        repeats: Mapping[str, pd.DataFrame],
    ) -> None:
        self.profile, self.sources, self.mapped, self.used, self.repeats = profile, sources, mapped, used, repeats
        self.found: list[Finding] = []
        self._records: list[list[int]] = []

    def good(self, table: str) -> ir.Table:
        """The rows of a table that could be read, with their records."""
        return self.mapped[table].filter(~self.mapped[table]._bad)

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
        """Count all tests in one pass over `rows`, then tell those that are true anywhere; the counts."""
        filled = {code: test.fill_null(False) for code, test in tests.items()}
        counts = count_all(rows, filled)
        for code, test in filled.items():
            if counts[code]:
                self.tell(code, table, rows.filter(test), **values)
        return counts

    def tell(self, code: str, table: str, rows: ir.Table, **values: Any) -> None:
        """Add a finding on these rows: counted, priced by currency, with the first records as examples."""
        entry = CATALOGUE[code]
        count, money = self._measure(table, rows)
        if count:
            first = (
                rows.select(RECORD).order_by(RECORD).limit(SHOWN).execute()[RECORD] if RECORD in rows.columns else []
            )
            self.add(Finding(code, table, count, money, (), values, entry.stops), list(map(int, first)))

    def add(self, finding: Finding, records: list[int] | None = None) -> None:
        """Add a finding that is counted already; records become examples at the end, in one reading of the file."""
        self.found.append(finding)
        self._records.append(records or [])

    def findings(self) -> list[Finding]:
        """All findings, those that stop a run first, with their examples."""
        wanted: dict[str, set[int]] = {}
        for finding, records in zip(self.found, self._records, strict=True):
            wanted.setdefault(finding.table, set()).update(records)
        lines = {table: self.sources[table].lines(records) for table, records in wanted.items() if records}
        told = [
            replace(f, examples=tuple(f"{file_name(self.sources[f.table])} line {lines[f.table][r]}" for r in records))
            if records
            else f
            for f, records in zip(self.found, self._records, strict=True)
        ]
        order = list(CATALOGUE)
        return sorted(told, key=lambda f: (not f.stops, order.index(f.code), f.table))

    def _measure(self, table: str, rows: ir.Table) -> tuple[int, dict[str, str]]:
        if table not in CONVERTED or not {"amount", "currency"} <= set(rows.columns):
            return int(rows.count().execute()), {}
        sums = rows.group_by("currency").agg(n=lambda t: t.count(), total=lambda t: t.amount.cast(MONEY).sum())
        frame = sums.execute()
        named = frame.dropna(subset="currency").sort_values("currency")
        return int(frame["n"].sum()), money_of(zip(named["currency"], named["total"], strict=True))


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


def file_name(source: SourceFile) -> str:
    """How a source is named to a reader."""
    return getattr(source, "name", None) or source.path.name
