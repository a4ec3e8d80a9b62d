"""What one ingest holds on its way: the sources, the typed tables, what was set aside and what is to be told."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pandas as pd

from kamlib.ledger.engine import handed_over
from kamlib.ledger.mending import mend, read_mended
from kamlib.ledger.profiles import Profile, TableRule
from kamlib.ledger.quarantine import Quarantine
from kamlib.ledger.schema import TABLES
from kamlib.ledger.sources import Place, SourceFile, hash_files, read_sources


@dataclass
class Work:
    """One ledger while it is read.

    Attributes
    ----------
    con : ibis backend
        The engine, see `kamlib.ledger.engine`; what is more than its memory goes to disk.
    sources : dict
        Canonical table → source.
    target : Path
        The folder of the snapshot.
    scratch : Path
        A folder for what is needed until the snapshot is written.
    mapped : dict
        Canonical table → typed rows with ``_record`` and ``_bad``.
    signs : dict
        Canonical table → ``_record``, what rows are worth, and what their text shows: see `kamlib.ledger.mapping`.
    repeated : dict
        Canonical table → the rows whose key stands a second time.
    unfitting : dict
        Canonical table → how many records fit no table, counted with it.
    notes : dict
        Canonical table → sentences about how it was read.
    """

    con: ibis.BaseBackend
    profile: Profile
    sources: dict[str, SourceFile]
    target: Path
    scratch: Path
    sha256: str
    quarantine: Quarantine = field(default_factory=Quarantine)
    mapped: dict[str, ir.Table] = field(default_factory=dict)
    signs: dict[str, ir.Table] = field(default_factory=dict)
    repeated: dict[str, pd.DataFrame] = field(default_factory=dict)
    unfitting: dict[str, int] = field(default_factory=dict)
    notes: dict[str, list[str]] = field(default_factory=dict)


def open_work(
    files: Mapping[str, Place],
    profile: Profile,
    target: Path,
    scratch: Path,
    mended: Path | None,
    reader: ibis.BaseBackend,
    con: ibis.BaseBackend,
) -> Work:
    """The sources of a ledger, opened by `reader` for the engine `con`.

    Where both are one, a file that one plain table comes from is left to be read straight into it.
    """
    later = set() if mended or con is not reader else _read_once(files, profile)
    read = read_sources(reader, files.values(), scratch, later=later)
    sources = {table: read[place] for table, place in files.items()}
    if mended is not None:
        sources = mend(reader, sources, read_mended(mended))
    if con is not reader:
        sources = handed_over(sources, con, scratch)
    notes = {table: list(source.notes) for table, source in sources.items()}
    return Work(con, profile, sources, target, scratch, hash_files(files), notes=notes)


def conditional(rule: TableRule) -> bool:
    """Whether only some of a file's records carry a row of the table."""
    return bool(rule.only_if or rule.where or rule.unless)


def _read_once(files: Mapping[str, Place], profile: Profile) -> set[Place]:
    """The places whose every record is a row of one table, whose text is needed for what is odd in them alone."""
    readers = Counter(each.path for place in files.values() for each in place.every)
    plain = {
        table: not (conditional(rule) or rule.one_row_per or not TABLES[table].metadata["key"])
        for table, rule in profile.tables.items()
    }
    return {place for table, place in files.items() if plain[table] and len(place.every) == readers[place.path] == 1}
