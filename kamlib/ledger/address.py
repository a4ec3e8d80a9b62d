"""The address of the engine that works on a ledger: its form, told before anything heavy is loaded, and its version."""

import re
from importlib.metadata import version

from kamlib.errors import DataError, Fault

DUCKDB = ("", "duckdb")
SPARK = re.compile(r"local(\[(\*|\d{1,3})\])?|spark://[^\s/]+:\d+(,[^\s/]+:\d+)*")
WANTED = "use local[2] for Spark on this machine, spark://host:port for a cluster, duckdb or nothing for DuckDB in this process"


def is_engine(url: str) -> bool:
    """Whether an address has the form of one.

    Examples
    --------
    >>> [is_engine(url) for url in ("", "duckdb", "local[2]", "spark://10.0.0.1:7077", "local[two]", "http://x")]
    [True, True, True, True, False, False]
    """
    return url in DUCKDB or SPARK.fullmatch(url) is not None


def check_engine(url: str, field: str) -> None:
    """Refuse an address of no engine.

    Parameters
    ----------
    url : str
    field : str
        Where it was given.

    Raises
    ------
    DataError
        One fault that tells what can be given.
    """
    if not is_engine(url):
        raise DataError(Fault(field, url, f"{WANTED[0].upper()}{WANTED[1:]}."))


def engine_at(url: str) -> dict[str, str]:
    """The name and the version of the engine at an address; of Spark, that of its client here."""
    name, package = ("DuckDB", "duckdb") if url in DUCKDB else ("Spark", "pyspark")
    return {"name": name, "version": version(package)}
