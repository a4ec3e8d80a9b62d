"""Rows that cannot be used, kept with their file, line, reason and content."""

import json
from pathlib import Path

import ibis
import pandas as pd

from kamlib.ledger.sources import RECORD, SourceFile

QUARANTINE_FILE = "quarantine.csv"
COLUMNS = ["table", "file", "line", "reason", "row", "record"]


def rows_set_aside(folder: Path) -> list[str]:
    """What stands in the quarantine file of a snapshot's folder, a line a row."""
    path = folder / QUARANTINE_FILE
    if not path.is_file():
        return []
    rows = pd.read_csv(path, dtype=str)
    return [f"{row.file} line {row.line}: {row.reason}" for row in rows.itertuples()]


class Quarantine:
    """Collects what is set aside while a ledger is read."""

    def __init__(self) -> None:
        self.rows = pd.DataFrame(columns=COLUMNS)

    def __len__(self) -> int:
        return len(self.rows)

    def count(self, table: str) -> int:
        """How many rows of a table are set aside."""
        return int((self.rows["table"] == table).sum())

    def add_lines(self, table: str, source: SourceFile) -> None:
        """Set aside the lines of a file that are no records at all."""
        files = source.rejected["file"] if source.parts else source.name
        self._add(source.rejected.assign(table=table, file=files, record=""))

    def add_records(self, table: str, source: SourceFile, told: pd.DataFrame) -> None:
        """Set aside records.

        Parameters
        ----------
        table : str
            The canonical table they would have been rows of.
        source : SourceFile
            Where they stand.
        told : DataFrame
            ``record, reason``.
        """
        if told.empty:
            return
        numbers = [int(number) for number in told["record"]]
        places = source.where(numbers)
        wanted = ibis.memtable(pd.DataFrame({RECORD: numbers}))
        records = source.records.semi_join(wanted, RECORD).execute().set_index(RECORD)
        content = records.astype(object).where(records.notna(), "").to_dict("index")
        rows = {
            "table": table,
            "file": [places[number][0] for number in numbers],
            "line": [places[number][1] for number in numbers],
            "reason": told["reason"].to_numpy(),
            "row": [json.dumps(content[number], ensure_ascii=False) for number in numbers],
            "record": [str(number) for number in numbers],
        }
        self._add(pd.DataFrame(rows))

    def write(self, path: Path) -> None:
        """A CSV file by table, file and line; no file when nothing was set aside."""
        if len(self):
            self.rows.sort_values(["table", "file", "line"], kind="stable").to_csv(path, index=False)

    def _add(self, rows: pd.DataFrame) -> None:
        if len(rows):
            rows = rows.assign(line=rows["line"].astype("int64"))
            self.rows = pd.concat([self.rows, rows[COLUMNS]] if len(self.rows) else [rows[COLUMNS]], ignore_index=True)
