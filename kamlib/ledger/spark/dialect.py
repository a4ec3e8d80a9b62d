"""The operations that Spark has other words for, or another meaning: Ibis expressions are compiled so that both agree.

What is the same here and on DuckDB stands nowhere: it is Ibis' own.
"""

import re
import string

import ibis.expr.operations as ops
import sqlglot.expressions as sge
from ibis.backends.sql.compilers.base import NULL
from ibis.backends.sql.compilers.pyspark import PySparkCompiler

from kamlib.ledger.spark.days import BLANK, day_patterns

DIGITS = r"\d++(?:_\d++)*+"
NUMBER = rf"^{BLANK}*+[+-]?(?:{DIGITS}(?:\.(?:{DIGITS})?+)?+|\.{DIGITS})(?:[eE][+-]?{DIGITS})?+{BLANK}*+\z"
"""A number as DuckDB knows it; Java's ``1d``, ``0x1p3`` and ``NaN`` are none."""


class SparkCompiler(PySparkCompiler):
    """Ibis' compiler for Spark with DuckDB's meaning of what kamlib's expressions use."""

    __slots__ = ()
    SIMPLE_OPS = PySparkCompiler.SIMPLE_OPS | {ops.Hash: "xxhash64"}

    def visit_ScalarUDF(self, op, **kw):
        """``try_strptime`` by what the text looks like; other functions by their name."""
        if op.__func_name__ != "try_strptime":
            return super().visit_ScalarUDF(op, **kw)
        read = []
        for way in day_patterns(op.pattern.value):
            parts = self.f.regexp_replace(kw["text"], sge.convert(way.looks), sge.convert(way.parts))
            if way.letters:
                read.append(self.f.anon.try_to_timestamp(parts, sge.convert(way.letters)))
            else:
                read.append(self.cast(sge.TryCast(this=parts, to=sge.DataType.build("timestamptz")), op.dtype))
        return self.f.coalesce(*read)

    def visit_AggUDF(self, op, *, where, **kw):
        """DuckDB's ``min`` of several; other functions by their name."""
        if op.__func_name__ != "min":
            return super().visit_AggUDF(op, where=where, **kw)
        number, count = kw.values()
        number = number if where is None else self.if_(where, number, NULL)
        return self.f.anon.min_by(number, number, count)

    def visit_TryCast(self, op, *, arg, to):
        """A number from a text only where DuckDB sees one."""
        if not (op.arg.dtype.is_string() and to.is_numeric()):
            return super().visit_TryCast(op, arg=arg, to=to)
        plain = self.f.replace(self.visit_Strip(op, arg=arg), "_", "")
        return self.if_(self.f.anon.rlike(arg, sge.convert(NUMBER)), super().visit_TryCast(op, arg=plain, to=to), NULL)

    def visit_Strip(self, op, *, arg):
        """All blanks of ASCII: Spark's own takes spaces alone."""
        return self.f.anon.btrim(arg, string.whitespace)

    def visit_Round(self, op, *, arg, digits):
        """By the binary number, as DuckDB rounds, and not by its shortest text."""
        if not op.arg.dtype.is_floating() or not getattr(op.digits, "value", None):
            return super().visit_Round(op, arg=arg, digits=digits)
        shift = self.cast(sge.convert(10**op.digits.value), op.dtype)
        return self.f.round(arg * shift, 0) / shift

    def visit_IsInf(self, op, *, arg):
        """Ibis' own says no of every number."""
        return arg.isin(self.POS_INF, self.NEG_INF)

    def visit_RegexSearch(self, op, *, arg, pattern):
        r"""``$`` is the very end: Java's would let a line break follow."""
        return self.f.anon.rlike(arg, _ending(op.pattern.value))

    def visit_RegexReplace(self, op, *, arg, pattern, replacement):
        r"""A group is put in by ``$1``, not ``\1``; see `visit_RegexSearch`."""
        put_in = re.sub(r"\\(\d)", r"$\1", op.replacement.value)
        return self.f.regexp_replace(arg, _ending(op.pattern.value), sge.convert(put_in))

    def visit_TimestampTruncate(self, op, *, arg, unit):
        """A moment without a time zone, as it was."""
        return self.cast(super().visit_TimestampTruncate(op, arg=arg, unit=unit), op.dtype)


def _ending(pattern: str) -> sge.Expression:
    return sge.convert(pattern.replace("$", r"\z"))
