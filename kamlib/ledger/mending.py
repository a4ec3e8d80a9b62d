"""A mended ``quarantine.csv`` fed back: its rows take the place of those that were set aside."""

import csv
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import ibis
import pandas as pd

from kamlib.errors import DataError, Fault, raise_faults
from kamlib.ledger.sources import RECORD, SourceFile

NEEDED = ["table", "file", "line", "record", "row"]


def read_mended(path: Path) -> pd.DataFrame:
    """The rows of a quarantine file, as text.

    Raises
    ------
    DataError
        No such file, or not one with the columns that a run has written.
    """
    try:
        rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    except (OSError, ValueError) as error:
        raise DataError(Fault("mended", path.name, "Give the quarantine.csv of a run, mended.")) from error
    missing = [name for name in NEEDED if name not in rows.columns]
    raise_faults(
        Fault(f"mended: {name}", "missing column", "Leave the columns as the run wrote them.") for name in missing
    )
    return rows


def mend(con: ibis.BaseBackend, sources: Mapping[str, SourceFile], mended: pd.DataFrame) -> dict[str, SourceFile]:
    """The sources with mended rows in the place of those they were.

    Parameters
    ----------
    con : ibis backend
        Where the sources' records are.
    sources : mapping
        Canonical table → source.
    mended : DataFrame
        From `read_mended`. In ``row`` a record stands as JSON, column by column, and a line that is no record as
        it was in the file.

    Returns
    -------
    dict
        Canonical table → source. A row left as it was, or left out, is set aside again.

    Raises
    ------
    DataError
        Unknown files, rows that cannot be read, and rows mended twice in different ways: every fault at once.
    """
    by_name = {name: source for source in sources.values() for name in source.names}
    faults = [
        Fault("mended", f"file {name}", f"Give rows of {', '.join(by_name)}.")
        for name in mended["file"].unique()
        if name not in by_name
    ]
    fresh: dict[str, SourceFile] = {}
    known = mended[mended["file"].isin(by_name)]
    sourced = known["file"].map(lambda file: by_name[file].name)
    for number, (name, rows) in enumerate(known.groupby(sourced, sort=False)):
        try:
            fresh[str(name)] = _mend_source(con, by_name[rows["file"].iloc[0]], rows, number)
        except DataError as error:
            faults += error.faults
    raise_faults(faults)
    return {table: fresh.get(source.name, source) for table, source in sources.items()}


def _mend_source(con: ibis.BaseBackend, source: SourceFile, rows: pd.DataFrame, number: int) -> SourceFile:
    lines = rows[rows["record"] == ""]
    records, faults = _records(source, rows[rows["record"] != ""])
    added, done, more = _lines(source, lines)
    raise_faults([*faults, *more])
    last = int(source.records[RECORD].max().execute() or 0)
    content = {**records, **{last + i + 1: row for i, row in enumerate(added)}}
    if not content:
        return source
    frame = pd.DataFrame([{RECORD: key, **row} for key, row in content.items()])
    frame = frame.reindex(columns=[*source.headers, RECORD]).astype(
        dict.fromkeys(source.headers, "str") | {RECORD: "int64"}
    )
    new = con.create_table(f"mended_{number}", ibis.memtable(frame))
    kept = source.records.anti_join(new, RECORD)
    same = new.select(**{name: new[name].cast(source.records[name].type()) for name in kept.columns})
    whole = con.create_table(f"whole_{number}", kept.union(same))
    rejected = source.rejected[[place not in done for place in _places(source)]]
    return replace(source, take_in=lambda: whole, rejected=rejected)


def _records(source: SourceFile, rows: pd.DataFrame) -> tuple[dict[int, dict[str, Any]], list[Fault]]:
    """Record number → its mended content; a row that stands there for several tables may be mended in any of them."""
    found: dict[int, dict[str, Any]] = {}
    faults = []
    numbers = [int(record) for record in rows["record"] if record.isdigit()]
    before = source.records.filter(source.records[RECORD].isin(numbers or [0])).execute().set_index(RECORD)
    before = before.astype(object).where(before.notna(), "").to_dict("index")
    for row in rows.itertuples():
        where = f"mended: {row.file} line {row.line}"
        try:
            content = json.loads(row.row)
            unknown = [name for name in content if name not in source.headers]
            key = int(row.record)
        except (ValueError, TypeError):
            faults.append(Fault(where, str(row.row), "Keep the row as JSON: change values between the quotes only."))
            continue
        if unknown or key not in before:
            remedy = "Change values only; the file must be the one that the run has read."
            faults.append(Fault(where, ", ".join(unknown) or f"record {key}", remedy))
            continue
        filled = before[key] | {name: "" if value is None else str(value) for name, value in content.items()}
        if filled != before[key] and found.setdefault(key, filled) != filled:
            faults.append(Fault(where, "mended in two ways", "Mend it once, or in the same way everywhere."))
    return found, faults


def _places(source: SourceFile) -> list[tuple[str, str]]:
    """The file and line of each line that was no record."""
    files = source.rejected["file"] if source.parts else [source.name] * len(source.rejected)
    return list(zip(files, source.rejected["line"].astype(str), strict=True))


def _lines(source: SourceFile, rows: pd.DataFrame) -> tuple[list[dict[str, str]], set[tuple[str, str]], list[Fault]]:
    """Lines that were no records and have become some."""
    added, done, faults = [], set(), []
    there, parts = set(_places(source)), {part.name: part for _, part in source.parts}
    for row in rows.drop_duplicates(["file", "line"]).itertuples():
        own = parts.get(row.file, source)
        known = (row.file, row.line) in there
        if not known:
            told = "Change rows only; the file must be the one that the run has read."
            faults.append(Fault(f"mended: {row.file}", f"line {row.line}", told))
        fields = next(csv.reader([row.row.strip("\r\n")], delimiter=own.delimiter or ","), [])
        if len(fields) == len(own.headers) and known:
            added.append(dict(zip(own.headers, fields, strict=True)))
            done.add((row.file, row.line))
    return added, done, faults
