"""Rows in an order. DuckDB sorts a long table sooner, and in less memory, with numbers for texts of which there are few.

To Ibis they stay texts. The numbers are in the order of the texts, so that no row stands elsewhere for it.
"""

from collections.abc import Mapping, Sequence

import ibis
import ibis.expr.types as ir
from ibis.util import gen_name

from kamlib.ledger.schema import TABLES, TEXT, kind_of

LONG = 100_000  # rows from which on numbers are repaid
FEW = 100_000  # different texts of a column


def in_order(con: ibis.BaseBackend, table: str, rows: ir.Table, order: Sequence[str]) -> ir.Table:
    """A view of rows in the order of some columns; what is then selected from it is worked out after they are sorted.

    A column that is the same text in every row stays a number, which is written sooner. The others are texts again:
    of numbers DuckDB 2.0 writes a list that differs from run to run.

    Parameters
    ----------
    con : ibis backend
    table : str
        The canonical table whose columns they have.
    rows : ibis table
    order : sequence of str
    """
    unordered = con.create_view(gen_name("unordered"), rows)
    many = con.name == "duckdb" and rows.count().execute() >= LONG
    types, single = _numbers(con, table, unordered) if many else ({}, [])
    if not types:
        return con.create_view(gen_name("ordered"), unordered.order_by(order))
    by = ", ".join(f'"{name}"' for name in order)
    constant = _constant(unordered, single)
    texts = {name: "varchar" for name in types if name not in constant}
    numbered = f"select * {_as(types)} from {unordered.get_name()}"
    return con.sql(f"select * {_as(texts)} from (from ({numbered}) order by {by})", schema=unordered.schema())


def _as(types: Mapping[str, str]) -> str:
    columns = [f'cast("{name}" as {of}) as "{name}"' for name, of in types.items()]
    return f"replace ({', '.join(columns)})" if columns else ""


def _constant(rows: ir.Table, single: Sequence[str]) -> list[str]:
    """Which of the columns that have one text have it in every row."""
    if not single:
        return []
    gaps = rows.agg(**{name: rows[name].isnull().any() for name in single}).execute().iloc[0]
    return [name for name in single if not gaps[name]]


def _numbers(con: ibis.BaseBackend, table: str, rows: ir.Table) -> tuple[dict[str, str], list[str]]:
    """Column → the type of DuckDB that numbers its texts, of those that have few; and the columns that have but one."""
    own, key = TABLES[table].columns, TABLES[table].metadata["key"]
    texts = [name for name in rows.columns if name in own and name not in key and kind_of(table, name) == TEXT]
    types: dict[str, str] = {}
    single: list[str] = []
    if not texts:
        return types, single
    different = rows.agg(**{name: rows[name].approx_nunique() for name in texts}).execute().iloc[0]
    for name in [name for name in texts if 0 < different[name] <= FEW]:
        such = rows.filter(rows[name].notnull()).select(name).distinct()
        such = con.create_table(gen_name("texts"), such.order_by(name))
        if such.count().execute() == 1:
            single.append(name)
        types[name] = gen_name("numbered")
        con.raw_sql(f"create type {types[name]} as enum (from {such.get_name()})")
    return types, single
