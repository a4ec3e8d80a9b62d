"""A ledger's files as tables of text, each record numbered, and the lines that are no records told apart."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import ibis
import ibis.expr.types as ir
import pandas as pd

from kamlib.errors import DataError, Fault, raise_faults
from kamlib.ledger.profiles import Profile

SUFFIXES = (".csv", ".tsv", ".txt", ".parquet")
RECORD = "_record"


@dataclass(frozen=True)
class SourceFile:
    """One file of a ledger, read once.

    Attributes
    ----------
    path : Path
    records : ibis table
        Every column text, and ``_record``, the number of the record from 1.
    rejected : DataFrame
        ``line, reason, row``: lines that are no records of this file (too few or many fields, bad quotes).
    """

    path: Path
    records: ir.Table
    rejected: pd.DataFrame

    @property
    def headers(self) -> list[str]:
        """The file's own columns."""
        return [name for name in self.records.columns if name != RECORD]

    def line(self, record: int) -> int:
        """The line a record stands on: the header and rejected lines count too.

        A quoted field that holds line breaks counts as one line.
        """
        line = record if self.path.suffix.lower() == ".parquet" else record + 1
        for rejected in sorted(int(number) for number in self.rejected["line"]):
            if rejected > line:
                break
            line += 1
        return line

    def filled(self, header: str | None) -> ir.Table:
        """The records in which a column is not empty; all of them for None."""
        if header is None:
            return self.records
        return self.records.filter(self.records[header].strip().nullif("").notnull())


def find_files(path: Path, profile: Profile) -> dict[str, Path]:
    """The file of each table of a profile that is there.

    Parameters
    ----------
    path : Path
        One file, or a folder that holds a file for each table.
    profile : Profile
        Names the file of each table.

    Raises
    ------
    DataError
        Nothing at `path`, a suffix that is not read, or no file for the invoices.
    """
    if not path.exists():
        raise DataError(Fault("ledger", str(path), "Give the path of an existing file or folder."))
    files: dict[str, Path] = {}
    for table, rule in profile.tables.items():
        if path.is_dir():
            stem = rule.file or table
            found = [path / f"{stem}{suffix}" for suffix in SUFFIXES if (path / f"{stem}{suffix}").is_file()]
            if found:
                files[table] = found[0]
        elif rule.file is None or rule.file == path.stem or table == "invoices":
            files[table] = path
    faults = []
    if "invoices" not in files:
        faults.append(Fault("ledger", str(path), "Add a file for the invoices, the one required table."))
    faults += [
        Fault("ledger", file.name, f"Export it as one of {', '.join(SUFFIXES)}.")
        for file in dict.fromkeys(files.values())
        if file.suffix.lower() not in SUFFIXES
    ]
    raise_faults(faults)
    return files


def hash_files(files: Mapping[str, Path]) -> str:
    """SHA-256 over the files of a ledger, by name and content."""
    digest = hashlib.sha256()
    for path in sorted(set(files.values())):
        with path.open("rb") as stream:
            digest.update(f"{path.name}\0{hashlib.file_digest(stream, 'sha256').hexdigest()}\n".encode())
    return digest.hexdigest()


def read_sources(con: ibis.BaseBackend, paths: list[Path]) -> dict[Path, SourceFile]:
    """Read each file into the DuckDB of `con`.

    Raises
    ------
    DataError
        One fault for every file that cannot be read.
    """
    sources, faults = {}, []
    for number, path in enumerate(paths):
        try:
            if path.suffix.lower() == ".parquet":
                frame = con.read_parquet(path)
                frame = frame.cast(dict.fromkeys(frame.columns, "string"))
            else:
                frame = con.read_csv(path, all_varchar=True, header=True, store_rejects=True)
            records = con.create_table(f"raw_{number}", frame.mutate(**{RECORD: ibis.row_number() + 1}))
            sources[path] = SourceFile(path, records, _rejected_lines(con, path))
        except (duckdb.Error, OSError) as error:
            problem = " ".join(str(error).split("\n")[0].split())
            faults.append(Fault(path.name, problem, "Export it again as a UTF-8 CSV with a header line, or Parquet."))
    raise_faults(faults)
    return sources


def _rejected_lines(con: ibis.BaseBackend, path: Path) -> pd.DataFrame:
    if path.suffix.lower() == ".parquet":
        return pd.DataFrame(columns=["line", "reason", "row"])
    query = (
        "select line, any_value(lower(error_message)) as reason, any_value(csv_line) as row "
        "from reject_errors join reject_scans using (scan_id, file_id) "
        f"where file_path = '{str(path).replace(chr(39), chr(39) * 2)}' group by line order by line"
    )
    return con.raw_sql(query).df()
