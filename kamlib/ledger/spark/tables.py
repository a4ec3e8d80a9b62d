"""Tables on Spark for Ibis: small results and files as DuckDB gives them."""

import shutil
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
import pandas as pd
from ibis.backends.pyspark import Backend
from ibis.formats.pandas import PandasData
from ibis.util import gen_name

from kamlib.ledger.spark.dialect import SparkCompiler


class SparkTables(Backend):
    """Ibis' tables on Spark.

    A small result comes as Arrow, so that its types are those that DuckDB's has, and a file is written as one: Spark
    sorts the rows into parts, which DuckDB puts one after the other.
    """

    compiler = SparkCompiler()

    def do_connect(self, session: Any, writer: ibis.BaseBackend, scratch: Path) -> None:
        """Use a session; `writer` is a DuckDB, and `scratch` a folder that all machines of the engine see."""
        self.register_options()
        super().do_connect(session)
        self._writer, self._scratch = writer, scratch

    def execute(self, expr: ir.Expr, /, *, params: Any = None, limit: Any = None, **kwargs: Any) -> Any:
        """The result in memory, in pandas' types."""
        self._run_pre_execute_hooks(expr)
        table = expr.as_table()
        found = self._session.sql(self.compile(table, params=params, limit=limit)).toArrow()
        columns = {
            name: column.to_pylist() if column.null_count else column.to_pandas()
            for name, column in zip(found.column_names, found.columns, strict=True)
        }
        return expr.__pandas_result__(PandasData.convert_table(pd.DataFrame(columns), table.schema()))

    def to_parquet(self, expr: ir.Table, /, path: str | Path, **kwargs: Any) -> None:
        """One file, its rows in the order of the expression."""
        self._run_pre_execute_hooks(expr)
        parts = self._scratch / gen_name("parts")
        self._session.sql(self.compile(expr)).write.parquet(str(parts))
        files = [str(file) for file in sorted(parts.glob("part-*.parquet"))]
        rows = self._writer.read_parquet(files).cast(expr.schema())
        self._writer.to_parquet(rows, path, **kwargs)
        shutil.rmtree(parts)

    def _register_in_memory_table(self, op: ops.InMemoryTable) -> None:
        rows = self._session.createDataFrame(op.data.to_pyarrow(op.schema))
        rows.createOrReplaceTempView(op.name)
