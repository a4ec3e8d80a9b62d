"""Databases: SQLite and DuckDB files, and SQL servers by a URL whose secrets come from the environment alone."""

import os
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import ibis

from kamlib.errors import DataError, Fault
from kamlib.ledger.sources.place import RECORD, Place
from kamlib.ledger.sources.rows import write_rows
from kamlib.ledger.sources.text import checked_names

FETCH = 20_000
DUCKDB_TABLES = "select table_name from information_schema.tables where table_schema = 'main' order by 1"
SQLITE_TABLES = "select name from sqlite_master where type in ('table', 'view') and name not like 'sqlite_%' order by 1"
PLACEHOLDER = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
URL_PASSWORD = re.compile(r"://[^:/@\s]*:(?!\$\{)[^@\s]+@")
HIDDEN = "•••"


def table_names(path: Path) -> list[str]:
    """The tables and views of a database file."""
    duck = path.suffix.lower() in (".duckdb", ".ddb")
    try:
        with closing(duckdb.connect(str(path), read_only=True) if duck else _sqlite(path)) as con:
            return [row[0] for row in con.execute(DUCKDB_TABLES if duck else SQLITE_TABLES).fetchall()]
    except (duckdb.Error, sqlite3.Error) as error:
        raise _unreadable(path, error) from error


def write_sqlite_table(place: Place, target: Path) -> None:
    """A table of an SQLite file as a Parquet file of text, row by row."""
    part = _part(place)
    con = _sqlite(place.path)
    try:
        cursor = con.execute(f'select * from "{part.replace(chr(34), chr(34) * 2)}"')
        names = checked_names([column[0] for column in cursor.description], place.name)
        write_rows(target, names, enumerate(_fetched(cursor), start=1))
    except sqlite3.Error as error:
        raise _unreadable(place.path, error) from error
    finally:
        con.close()


def write_duckdb_table(con: ibis.BaseBackend, place: Place, number: int, target: Path) -> None:
    """A table of a DuckDB file as a Parquet file of text; the file is opened for reading only."""
    part = _part(place)
    alias = f"source_{number}"
    con.raw_sql(f"attach '{str(place.path.resolve()).replace(chr(39), chr(39) * 2)}' as {alias} (read_only)")
    try:
        quoted = f'{alias}."{part.replace(chr(34), chr(34) * 2)}"'
        columns = [row[0] for row in con.raw_sql(f"describe {quoted}").fetchall()]
        checked_names(columns, place.name)
        texts = ", ".join(
            f'cast("{c.replace(chr(34), chr(34) * 2)}" as varchar) as "{c.replace(chr(34), chr(34) * 2)}"'
            for c in columns
        )
        copied = str(target).replace("'", "''")
        con.raw_sql(
            f"copy (select {texts}, row_number() over () as {RECORD} from {quoted}) to '{copied}' (format parquet)"
        )
    finally:
        con.raw_sql(f"detach {alias}")


def resolved_url(url: str | None, url_env: str | None) -> tuple[str, list[str]]:
    """The address of a database with its secrets filled in, and the secrets.

    Raises
    ------
    DataError
        A password written into the run file, or a variable that is not set.
    """
    names = [url_env] if url_env else PLACEHOLDER.findall(url or "")
    missing = [name for name in names if not os.environ.get(name)]
    if missing:
        raise DataError(
            Fault("ledger.sources", f"{name} is not set", f"Set the environment variable {name} before the run.")
            for name in missing
        )
    if url and URL_PASSWORD.search(url):
        remedy = "Write ${NAME} in its place and set that environment variable, or use url_env: NAME."
        raise DataError(Fault("ledger.sources.url", "a password stands in the run file", remedy))
    secrets = [os.environ[name] for name in names]
    return (secrets[0] if url_env else PLACEHOLDER.sub(lambda found: os.environ[found.group(1)], url or "")), secrets


def fetch_tables(
    url: str, secrets: list[str], queries: Mapping[str, str], folder: Path, label: str
) -> dict[str, Place]:
    """Each query's rows as a Parquet file of text; the server is asked once, and only for what it is asked.

    Raises
    ------
    DataError
        A query or a connection that fails: what the server said, with every secret left out.
    """
    import sqlalchemy
    from sqlalchemy.exc import SQLAlchemyError

    places, asked, engine = {}, "the address", None
    try:
        engine = sqlalchemy.create_engine(url, hide_parameters=True)
        secrets = [*secrets, *filter(None, [engine.url.password, engine.url.username])]
        with engine.connect().execution_options(stream_results=True, yield_per=FETCH) as connection:
            for table, query in queries.items():
                asked = table
                result = connection.execute(sqlalchemy.text(query))
                names = checked_names([str(name) for name in list(result.keys())], f"{label}: {table}")
                target = folder / f"{label}-{table}.parquet"
                write_rows(target, names, enumerate(result, start=1))
                places[table] = Place(target, label=f"{label}: {table}")
    except (SQLAlchemyError, ImportError, ValueError, OSError) as error:
        if isinstance(error, DataError):
            raise
        told = " ".join(str(getattr(error, "orig", None) or error).split())
        remedy = "Try the query by hand; for the address see the run file and its environment variable."
        raise DataError(Fault(f"{label}: {asked}", _without(told, [url, *secrets]), remedy)) from None
    finally:
        if engine is not None:
            engine.dispose()
    return places


def _without(text: str, secrets: list[str]) -> str:
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text


def _part(place: Place) -> str:
    there = table_names(place.path)
    if place.part in there:
        return place.part
    if not place.part and len(there) == 1:
        return there[0]
    wanted = place.part or "one table"
    raise DataError(Fault(place.path.name, f"no table {wanted}", f"Use one of: {', '.join(there[:20]) or 'none'}."))


def _sqlite(path: Path) -> sqlite3.Connection:
    con = sqlite3.connect(f"file:{path.resolve().as_posix().replace('?', '%3f').replace('#', '%23')}?mode=ro", uri=True)
    con.text_factory = lambda raw: raw.decode("utf-8", "replace")
    return con


def _fetched(cursor: sqlite3.Cursor) -> Iterator[Any]:
    while rows := cursor.fetchmany(FETCH):
        yield from rows


def _unreadable(path: Path, error: Exception) -> DataError:
    return DataError(
        Fault(path.name, f"not a database that can be read ({error})", "Export its tables as CSV or Parquet.")
    )
