"""Dates that were swapped, mixed, impossible, missing, or far off."""

from itertools import combinations, pairwise

import ibis
import ibis.expr.types as ir
import pandas as pd

from kamlib.ledger.findings.evidence import Evidence, kept
from kamlib.ledger.reading import parse_day, written
from kamlib.ledger.schema import DAY, kind_of, known_on
from kamlib.ledger.sources import RECORD

FEW = 3  # fewer are slips of the pen, not a column read the wrong way round
LEAST = {"ambiguous_dates": 1, "wrong_day_order": FEW}
LONG_TERMS = 366
MANY_DAYS, MANY_ROWS = 8, 30  # so many different days of the month in so many rows, and none after the 12th
GAP_MONTHS = 6
USUAL_SHARE = 0.05  # terms that so many invoices have are usual ones


def search(evidence: Evidence) -> None:
    """All findings on dates."""
    for table in evidence.sources:
        columns = [c for c in evidence.mapped[table].columns if c not in (RECORD, "_bad") and kind_of(table, c) == DAY]
        _formats(evidence, table, [column for column in columns if evidence.header(table, column)])
    for table in [name for name in ("invoices", "receipts") if name in evidence.sources]:
        _never_after_12(evidence, table, known_on(table))
    _terms(evidence)
    _gap(evidence)


def _formats(evidence: Evidence, table: str, columns: list[str]) -> None:
    """What the other formats, and the day and month swapped, would have made of the text.

    A ledger has millions of rows and few days: each way of writing one is looked at once.
    """
    rows, typed = evidence.records(table), evidence.mapped[table]
    wanted = [name for name in ("amount", "currency") if name in typed.columns]
    for column in columns:
        texts = rows.select(RECORD, text=written(rows[evidence.header(table, column)]))
        different = kept(texts.filter(texts.text.notnull()).group_by("text").agg(n=lambda t: t.count()))
        of = _tests(different.text, evidence.rule(table, column).formats)
        weighted = {code: test.fill_null(False).ifelse(different.n, 0).sum() for code, test in of.items()}
        counted = different.agg(**weighted).execute().iloc[0]
        counts = {code: 0 if pd.isna(count) else int(count) for code, count in counted.items()}
        hits = {code: of[code] for code, few in LEAST.items() if counts.get(code, 0) >= few}
        used = {code: counts[code] for code in of if code not in LEAST}
        if sum(n > 0 for n in used.values()) > 1:
            main = max(used, key=lambda code: used[code])
            hits["mixed_date_formats"] = ibis.or_(*[of[code] for code in used if code != main])
        for code, test in hits.items():
            such = kept(different.filter(test.fill_null(False)).select("text"))
            hit = kept(texts.filter(texts.text.isin(such.text)).select(RECORD))
            evidence.tell(code, table, hit.inner_join(typed.select(RECORD, *wanted), RECORD), column=column)


def _tests(text: ir.StringValue, formats: list[str]) -> dict[str, ir.BooleanValue]:
    """Which format reads a text first, whether two read it differently, and whether only a swapped one does."""
    days = [parse_day(text, pattern) for pattern in formats]
    swapped = [parse_day(text, _swapped(pattern)) for pattern in formats if _swapped(pattern)]
    tests = {f"n{i}": days[i].notnull() & _none_of(days[:i]) for i in range(len(days))}
    if len(days) > 1:
        tests["ambiguous_dates"] = ibis.or_(*[a != b for a, b in combinations(days, 2)])
    if swapped:
        tests["wrong_day_order"] = ibis.coalesce(*days).isnull() & ibis.coalesce(*swapped).notnull()
    return tests


def _none_of(days: list[ir.Value]) -> ir.BooleanValue:
    return ibis.and_(ibis.literal(True), *[day.isnull() for day in days])


def _swapped(pattern: str) -> str | None:
    """The format with day and month the other way round; None where it has not both."""
    if "%d" not in pattern or "%m" not in pattern:
        return None
    return pattern.replace("%d", "\0").replace("%m", "%d").replace("\0", "%m")


def _never_after_12(evidence: Evidence, table: str, column: str) -> None:
    good = evidence.good(table)
    day = good[column].day()
    facts = good.agg(n=good.count(), days=day.nunique(), last=day.max()).execute().iloc[0]
    if facts["n"] >= MANY_ROWS and facts["days"] >= MANY_DAYS and facts["last"] <= 12:
        evidence.tell("never_after_12", table, good, column=column, n=int(facts["days"]))


def _terms(evidence: Evidence) -> None:
    """Due dates against issue dates: impossible terms, and those that a swap of day and month would mend."""
    good = evidence.good("invoices")
    if "due_date" not in good.columns:
        return
    both = good.filter(good.due_date.notnull())
    terms = _days(both.due_date, both.issue_date)
    rows = both.mutate(terms=terms)
    tests = {"due_before_issue": rows.terms < 0, "long_terms": rows.terms > LONG_TERMS}
    evidence.masks(rows, "invoices", tests)
    counted = rows.filter(rows.terms.between(0, LONG_TERMS)).group_by("terms").agg(n=lambda t: t.count()).execute()
    usual = counted.loc[counted["n"] >= max(2, USUAL_SHARE * counted["n"].sum()), "terms"].astype(int).tolist()
    if not usual:
        return
    longest = max(usual)
    odd = rows.filter((rows.terms < 0) | (rows.terms > longest + 20))
    if odd.count().execute() < FEW:
        return
    issue, due = _other_way(odd.issue_date), _other_way(odd.due_date)
    mended = [_days(odd.due_date, issue), _days(due, odd.issue_date), _days(due, issue)]
    swapped = odd.filter(ibis.or_(*[days.isin(usual) for days in mended]).fill_null(False))
    count = int(swapped.count().execute())
    if count >= FEW and 2 * count >= odd.count().execute():
        evidence.tell("swapped_dates", "invoices", swapped)


def _days(end: ir.Value, start: ir.Value) -> ir.Value:
    return (end.epoch_seconds() - start.epoch_seconds()) // 86_400


def _other_way(day: ir.Value) -> ir.Value:
    """The day with its month and day of the month swapped; null where that is no date."""
    return parse_day(day.strftime("%Y-%d-%m"), "%Y-%m-%d")


def _gap(evidence: Evidence) -> None:
    """Half a year without a single invoice between the first and the last."""
    good = evidence.good("invoices")
    months = good.select(month=good.issue_date.truncate("M")).distinct().order_by("month").execute()["month"]
    for before, after in pairwise(months.dropna()):
        if (after.year - before.year) * 12 + after.month - before.month > GAP_MONTHS:
            span = good.filter(good.issue_date.truncate("M") == ibis.timestamp(after.to_pydatetime()))
            first = pd.Timestamp(before) + pd.offsets.MonthEnd(0)
            values = {"start": f"{first:%Y-%m-%d}", "end": f"{pd.Timestamp(after):%Y-%m-%d}"}
            evidence.tell("half_year_gap", "invoices", span.order_by("issue_date").limit(1), **values)
