"""Where a ledger's expressions are worked out: DuckDB, or Spark where a run names an address of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

import ibis
import ibis.expr.types as ir
from ibis.util import gen_name

from kamlib.ledger.address import DUCKDB, check_engine
from kamlib.ledger.sources import SourceFile

LONG = 64 * 2**20  # bytes from which on Spark's compiling of expressions is repaid


@contextmanager
def engines(url: str, memory: str, scratch: Path, size: int = 0) -> Iterator[tuple[ibis.BaseBackend, ibis.BaseBackend]]:
    """The DuckDB that reads sources, and the engine that works on what was read: the same one without an address.

    Parameters
    ----------
    url : str
        ``local[2]`` or ``spark://host:port``; ``duckdb`` or empty for DuckDB.
    memory : str
        As ``1500MB``, of each engine; beyond it, it spills to disk.
    scratch : Path
        For what they spill and hand over; machines of a cluster must see it by the same path.
    size : int
        Bytes of the ledger.

    Raises
    ------
    DataError
        An address of no engine, or one that cannot be reached.
    """
    check_engine(url, "engine_url")
    reader = ibis.duckdb.connect(memory_limit=memory, temp_directory=str(scratch))
    try:
        if url in DUCKDB:
            yield reader, reader
            return
        from kamlib.ledger.spark.session import session

        with session(url, memory, scratch, size < LONG) as spark:
            from kamlib.ledger.spark.tables import SparkTables

            yield reader, SparkTables().connect(spark, reader, scratch)
    finally:
        reader.disconnect()


def handed_over(sources: dict[str, SourceFile], engine: ibis.BaseBackend, scratch: Path) -> dict[str, SourceFile]:
    """The sources with their records where the engine can read them: each as a Parquet file, once it is asked for.

    Text is read by DuckDB on any engine: Spark does not tell which lines it could not read, and no line may be lost.
    """
    made = {id(source): replace(source, take_in=_take_in(source, engine, scratch)) for source in sources.values()}
    return {table: made[id(source)] for table, source in sources.items()}


def _take_in(source: SourceFile, engine: ibis.BaseBackend, scratch: Path) -> Callable[[], ir.Table]:
    @cache
    def take_in() -> ir.Table:
        file = scratch / f"{gen_name('records')}.parquet"
        source.records.to_parquet(file)
        return engine.read_parquet(file)

    return take_in
