"""Every row of a table checked: what cannot be used goes to the quarantine with its reasons."""

from collections.abc import Mapping
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pandas as pd

from kamlib.errors import DataError, Fault, raise_faults
from kamlib.ledger.findings.evidence import kept
from kamlib.ledger.gathering import add_up, gather, without_repeats
from kamlib.ledger.mapping import BAD, map_rows
from kamlib.ledger.profiles import ColumnRule
from kamlib.ledger.reading import read_column, taken
from kamlib.ledger.schema import required_columns
from kamlib.ledger.sources import RECORD, told_as_fault
from kamlib.ledger.work import Work, conditional

FITS_NOTHING = "fits no table of the profile"


def refuse_missing_columns(work: Work) -> None:
    """Raise a fault for every column without which a table cannot be read."""
    faults = []
    for table, source in work.sources.items():
        rules = work.profile.tables[table].rules(table)
        for column in required_columns(table):
            if not rules[column].reads(source.headers):
                wanted = " or ".join(rules[column].column or rules[column].product)
                remedy = f"Add it, or map {column} to another of: {', '.join(source.headers[:20])}."
                faults.append(Fault(f"{source.name}: {wanted}", "missing column", remedy))
        faults += [
            Fault(f"{source.name}: {header}", "missing column", "Add it, or leave its condition out of the profile.")
            for header in work.profile.tables[table].conditions
            if header not in source.headers
        ]
    raise_faults(faults)


def unused_columns(work: Work) -> dict[str, list[str]]:
    """Source → the columns that no table reads."""
    read: dict[str, set[str | None]] = {}
    for table, source in work.sources.items():
        rule = work.profile.tables[table]
        headers = set().union(*(column.used(source.headers) for column in rule.rules(table).values()))
        joined = {header for join in rule.join for header in join.headers}
        read.setdefault(source.name, set()).update(headers, joined, rule.conditions, rule.unless)
    unused = {s.name: [h for h in s.headers if h not in read[s.name]] for s in work.sources.values()}
    return {name: headers for name, headers in unused.items() if headers}


def set_aside_unfitting(work: Work) -> dict[str, list[int]]:
    """Records that no table of the profile takes by its conditions, counted with the first that reads their file."""
    readers: dict[tuple[Path, str], list[str]] = {}
    for table, source in work.sources.items():
        readers.setdefault((source.place.path, source.place.part), []).append(table)
    unfitting = {}
    for tables in readers.values():
        if any(not conditional(work.profile.tables[table]) for table in tables):
            continue
        first = work.sources[tables[0]]
        takers = [taken(work.sources[table].records, work.profile.tables[table]) for table in tables]
        fitting = [rows.select(RECORD) for rows in takers]
        every = ibis.union(*fitting) if len(fitting) > 1 else fitting[0]
        rest = first.records.select(RECORD).anti_join(kept(every), RECORD)
        records = [int(record) for record in rest.order_by(RECORD).execute()[RECORD]]
        if records:
            told = pd.DataFrame({"record": records, "reason": FITS_NOTHING})
            work.quarantine.add_records(tables[0], first, told)
            work.unfitting[tables[0]] = len(records)
            unfitting[tables[0]] = records
    return unfitting


def check_tables(work: Work) -> dict[str, ir.Table]:
    """Canonical table → its usable rows; what is wrong with files is told of all of them at once."""
    used, faults = {}, []
    for table in work.sources:
        try:
            used[table] = check_rows(work, table)
        except DataError as error:
            faults += error.faults
    raise_faults(faults)
    return used


def check_rows(work: Work, table: str) -> ir.Table:
    """The usable rows of a table; the others go to the quarantine with their reasons."""
    source, rule = work.sources[table], work.profile.tables[table]
    rules = {column: r for column, r in rule.rules(table).items() if r.reads(source.headers)}
    if source.unread is not None and source.settle is not None:
        with told_as_fault(source.place):
            map_rows(work, table, source.unread, rules)
        count = int(work.mapped[table].count().execute())
        source = work.sources[table] = source.settle(source, count)
    else:
        map_rows(work, table, taken(source.records, rule), rules)
    _note_meanings(work, table, rules)
    work.quarantine.add_lines(table, source)
    mapped = work.mapped[table]
    if mapped[BAD].any().execute():
        _set_aside_bad(work, table, rules)
    used = mapped.filter(~mapped[BAD]).drop(BAD)
    if rule.one_row_per and rule.add_up:
        return add_up(work, table, used, rule)
    return gather(used, rule.one_row_per) if rule.one_row_per else without_repeats(work, table, used)


def _set_aside_bad(work: Work, table: str, rules: Mapping[str, ColumnRule]) -> None:
    """The rows that cannot be used, read once more for the reasons why."""
    source, mapped = work.sources[table], work.mapped[table]
    bad = kept(mapped.filter(mapped[BAD]).select(RECORD))
    records = source.records.semi_join(bad, RECORD)
    problems = [read_column(records, table, column, rule).problem for column, rule in rules.items()]
    reason = ibis.literal("").join([problem.fill_null("") + ";" for problem in problems])
    told = records.select(record=records[RECORD], reason=reason).order_by("record").execute()
    told["reason"] = told["reason"].str.replace(r";+", "; ", regex=True).str.strip("; ")
    work.quarantine.add_records(table, source, told)


def _note_meanings(work: Work, table: str, rules: Mapping[str, ColumnRule]) -> None:
    """Tell how many lines a profile takes for something else by how a value begins."""
    for column, rule in rules.items():
        if not rule.prefixes:
            continue
        records = taken(work.sources[table].records, work.profile.tables[table])
        header = rule.header(records.columns)
        for begin, meant in rule.prefixes.items():
            lines = int(records.filter(records[header].strip().startswith(begin)).count().execute())
            if lines:
                work.notes[table].append(f"{lines:,} lines whose {header} begins with {begin}: {column} is {meant}")
