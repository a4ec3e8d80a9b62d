"""The rate of each row's day, by which its money is turned into the reporting currency."""

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir
import pandas as pd

from kamlib.errors import DataError, Fault
from kamlib.ledger.currency import day_rates, known_rates
from kamlib.ledger.findings.evidence import Evidence
from kamlib.ledger.schema import CONVERTED, known_on
from kamlib.ledger.sources import RECORD
from kamlib.ledger.work import Work

UNCONVERTED = "unconverted_currencies"
RATE = "_rate"


def convert(
    work: Work, used: dict[str, ir.Table], currency: str, max_age: int, accept: Sequence[str], evidence: Evidence
) -> list[Fault]:
    """A column `RATE` where a table has other currencies, the rate of the row's day; what could not be converted."""
    fx = used["fx"].execute() if "fx" in used else pd.DataFrame(columns=["date", "currency", "rate"])
    faults: list[Fault] = []
    for table in CONVERTED:
        if table not in used:
            continue
        rows, day = used[table], known_on(table)
        if (rows.currency != currency).fill_null(True).sum().execute() in (0, None):
            continue
        pairs = rows.select("currency", date=rows[day]).distinct().execute()
        if UNCONVERTED not in accept or RECORD not in rows.columns:
            try:
                day_rates(pairs, fx, currency, max_age)
            except DataError as error:
                faults += error.faults
                continue
        pairs = pairs.join(known_rates(pairs, fx, currency, max_age))
        rows = _set_aside_unconverted(work, table, rows, pairs[pairs["rate"].isna()], evidence)
        _tell_old_rates(table, rows, pairs[pairs["age_days"] > evidence.rules.usual_rate_age_days], evidence)
        rates = ibis.memtable(pairs.dropna(subset="rate"))
        joined = rows.join(rates, [rows.currency == rates.currency, rows[day] == rates.date])
        used[table] = joined.select(*[rows[name] for name in rows.columns], **{RATE: rates.rate})
    return list(dict.fromkeys(faults))


def _set_aside_unconverted(
    work: Work, table: str, rows: ir.Table, missing: pd.DataFrame, evidence: Evidence
) -> ir.Table:
    """Rows without a rate, where the run accepts that they are left out."""
    if missing.empty:
        return rows
    day = known_on(table)
    for code, days in missing.groupby("currency"):
        wanted = ibis.memtable(days[["currency", "date"]])
        without = rows.join(wanted, [rows.currency == wanted.currency, rows[day] == wanted.date]).select(
            *[rows[name] for name in rows.columns]
        )
        first, last = days["date"].min(), days["date"].max()
        values = {"currency": code, "n": len(days), "start": f"{first:%Y-%m-%d}", "end": f"{last:%Y-%m-%d}"}
        evidence.tell(UNCONVERTED, table, without, **values)
        records = without.select(RECORD).order_by(RECORD).execute()[RECORD]
        told = pd.DataFrame({"record": records, "reason": f"no rate of exchange for {code}"})
        work.quarantine.add_records(table, work.sources[table], told)
        rows = rows.anti_join(without.select(RECORD), RECORD)
    return rows


def _tell_old_rates(table: str, rows: ir.Table, old: pd.DataFrame, evidence: Evidence) -> None:
    day = known_on(table)
    for code, days in old.dropna(subset="rate").groupby("currency"):
        wanted = ibis.memtable(days[["currency", "date"]])
        hit = rows.semi_join(wanted, [rows.currency == wanted.currency, rows[day] == wanted.date])
        evidence.tell("old_rates", table, hit, currency=code, n=int(days["age_days"].max()))
