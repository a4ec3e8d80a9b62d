"""Rows of any origin as a Parquet file of text, in batches of bounded size."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import ibis
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from kamlib.ledger.sources.place import RECORD, Place, SourceFile

BATCH = 20_000


def write_rows(path: Path, names: Sequence[str], rows: Iterable[tuple[int, Sequence[Any]]]) -> None:
    """Numbered rows as a Parquet file of text columns and ``_record``."""
    schema = pa.schema([*[(name, pa.string()) for name in names], (RECORD, pa.int64())])
    with pq.ParquetWriter(path, schema, compression="zstd", compression_level=1) as writer:
        for batch in _batches(rows):
            columns = [[said(row[i]) if i < len(row) else None for _, row in batch] for i in range(len(names))]
            arrays = [pa.array(column, pa.string()) for column in columns]
            writer.write_table(pa.table([*arrays, pa.array([number for number, _ in batch])], schema=schema))


def said(value: Any) -> str | None:
    """A typed value as the text that a plain export would show."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if value != value:
            return None
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else format(Decimal(repr(value)), "f")
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d" if value.time() == time() else "%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    return bytes(value).decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else str(value)


def read_parquet(con: ibis.BaseBackend, place: Place, number: int, path: Path | None = None) -> SourceFile:
    """A Parquet file as records of text; numbered by its own ``_record`` where it has one."""
    frame = con.read_parquet(path or place.path)
    names = [name for name in frame.columns if name != RECORD]
    record = frame[RECORD].cast("int64") if RECORD in frame.columns else ibis.row_number() + 1
    records = con.create_table(
        f"raw_{number}", frame.select(**{n: frame[n].cast("string") for n in names}, _record=record)
    )
    return SourceFile(place, tuple(names), lambda: records, pd.DataFrame(columns=["line", "reason", "row"]))


def _batches(rows: Iterable[tuple[int, Sequence[Any]]]) -> Iterator[list[tuple[int, Sequence[Any]]]]:
    rows = iter(rows)
    while batch := list(islice(rows, BATCH)):
        yield batch
