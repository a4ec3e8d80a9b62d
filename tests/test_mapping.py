"""The short way of reading a text gives what the long way gives, and no sign that is asked about is overlooked."""

import itertools
import re

import ibis
import pandas as pd
import pytest

from kamlib.ledger.findings import texts
from kamlib.ledger.mapping import ODD, _signs
from kamlib.ledger.profiles import ColumnRule
from kamlib.ledger.reading import filled, is_bad, quick_value, read_column, written
from kamlib.ledger.schema import MONEY, NUMBER, kind_of

CORES = [
    "2026-01-31", "2026-1-5", "2026/02/03", "20260203", "2026-02-03T10:00", "1850-01-01", "9999-12-31",
    "2026-13-01", "31.12.2026", "12/31/2026", "12.5", "1,234.50", "1.234,50", "1.234", "1,234", "1234.5678",
    ".123", "0.125", "1e5", "1E+10", "7.0", "123.00", "inf", "nan", "-0", "12a", "99999999999999", "1_000",
    "invoice", "Invoice", "credit_note", "bogus", "EUR", "eur", "US1", "GBP", "JPYX", "XXX", "yes", "No",
    "TRUE", "是", "否", "maybe", "007", "R-1.0", "1930571429.0", "1.5e+3",
]  # fmt: skip
BLANKS = ["", " ", "\t", "\n", "\r", "\x0b", "\x0c", "\u00a0", "\x1f"]
TEXTS = [None, *BLANKS, *CORES, "x" * 4_001]
TEXTS += [f"{a}{core}{b}" for core, (a, b) in itertools.product(CORES, itertools.product(BLANKS[:4], BLANKS[:4]))]
RULES = {
    "plain": {},
    "comma": {"decimal": ","},
    "days": {"formats": ["%d.%m.%Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d"], "shift_hours": 8},
    "ids": {"zero_pad": 5, "whole_number": True},
    "value": {"value": "EUR"},
    "number": {"value": "7.50"},
    "day": {"value": "2026-03-31"},
    "words": {"values": {"bogus": "invoice"}, "yes": ["是", "Yes"]},
}


@pytest.fixture(scope="module")
def con():
    return ibis.duckdb.connect()


@pytest.mark.parametrize("name", RULES)
def test_the_short_way_reads_what_the_long_way_reads(con, name):
    rule = ColumnRule(column=["text"], **RULES[name])
    source = con.create_table(f"texts_{name}", ibis.memtable(pd.DataFrame({"text": pd.Series(TEXTS, dtype="str")})))
    columns = {}
    for column in ("invoice_id", "issue_date", "due_date", "amount", "currency", "kind", "quantity", "disputed"):
        quick = quick_value(source, "invoices", column, rule)
        long = read_column(source, "invoices", column, rule)
        columns[f"{column} value"] = filled(quick, "invoices", column).identical_to(long.value)
        columns[f"{column} bad"] = is_bad(quick, source, "invoices", column, rule).identical_to(long.bad)
        columns[f"{column} reason"] = long.bad == (long.problem.fill_null("") != "")
    told = source.select("text", **columns).execute()
    wrong = {what: told.loc[~told[what].astype(bool), "text"].tolist()[:5] for what in columns if not told[what].all()}
    assert wrong == {}


@pytest.mark.parametrize("mark", [".", ","])
def test_no_sign_that_is_asked_about_is_overlooked(con, mark):
    rules = {name: ColumnRule(column=["text"], decimal=mark) for name in ("invoice_id", "client_id", "amount", "cost")}
    rules["quantity"] = ColumnRule(column=["text"], decimal=mark, whole_number=True)
    source = con.create_table(
        f"signs_{ord(mark)}", ibis.memtable(pd.DataFrame({"text": pd.Series(TEXTS, dtype="str")}))
    )
    values = {f"_value_{name}": quick_value(source, "invoices", name, rule) for name, rule in rules.items()}
    read = source.mutate(**values)
    signs = _signs(read, "invoices", rules)
    told = read.select(text=written(read.text), **signs).execute().dropna(subset="text")
    for name in rules:
        of = [texts.THREE_DECIMALS[mark], texts.MANY_DECIMALS[mark], texts.OTHER_MARK[mark]]
        asked = of if kind_of("invoices", name) in (MONEY, NUMBER) else [texts.FLOAT, texts.POWER]
        hit = told[[any(re.search(pattern, text) for pattern in asked) for text in told["text"]]]
        assert len(hit)
        assert hit[f"{ODD}{name}"].all(), (name, hit.loc[~hit[f"{ODD}{name}"].astype(bool), "text"].tolist())
