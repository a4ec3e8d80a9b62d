"""Dates that were swapped, mixed, impossible, missing, or far off."""

from itertools import combinations, pairwise

import ibis
import ibis.expr.types as ir
import pandas as pd

from kamlib.ledger.findings.evidence import Evidence, kept
from kamlib.ledger.mapping import SHOWN
from kamlib.ledger.reading import parse_day, written
from kamlib.ledger.schema import DAY, kind_of, known_on
from kamlib.ledger.sources import RECORD

MONTHS = 12  # a day after it is no month


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
    signs = evidence.signs[table]
    least = {"ambiguous_dates": 1, "wrong_day_order": evidence.rules.few}
    for column in columns:
        texts = signs.mutate(text=signs[f"{SHOWN}{column}"])
        spelt = texts.group_by("text").agg(n=lambda t: t.count())
        clean = spelt.mutate(text=written(spelt.text)).filter(lambda t: t.text.notnull())
        different = kept(clean.group_by("text").agg(n=lambda t: t.n.sum()))
        of = _tests(different.text, evidence.rule(table, column).formats)
        weighted = {code: test.fill_null(False).ifelse(different.n, 0).sum() for code, test in of.items()}
        counted = different.agg(**weighted).execute().iloc[0]
        counts = {code: 0 if pd.isna(count) else int(count) for code, count in counted.items()}
        hits = {code: of[code] for code, few in least.items() if counts.get(code, 0) >= few}
        used = {code: counts[code] for code in of if code not in least}
        if sum(n > 0 for n in used.values()) > 1:
            main = max(used, key=lambda code: used[code])
            hits["mixed_date_formats"] = ibis.or_(*[of[code] for code in used if code != main])
        for code, test in hits.items():
            such = kept(different.filter(test.fill_null(False)).select("text"))
            evidence.tell(code, table, texts.filter(written(texts.text).isin(such.text)), column=column)


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
    days, rules = evidence.days(table, column), evidence.rules
    numbers = days["day"].dt.day
    if days["n"].sum() >= rules.many_rows and numbers.nunique() >= rules.many_days and numbers.max() <= MONTHS:
        evidence.tell("never_after_12", table, evidence.good(table), column=column, n=numbers.nunique())


def _terms(evidence: Evidence) -> None:
    """Due dates against issue dates: impossible terms, and those that a swap of day and month would mend."""
    good, rules = evidence.good("invoices"), evidence.rules
    if "due_date" not in good.columns:
        return
    both = good.filter(good.due_date.notnull())
    rows = both.mutate(terms=_days(both.due_date, both.issue_date))
    every = rows.group_by("terms").agg(n=lambda t: t.count()).execute()  # few, and they tell all counts
    early, late = every["terms"] < 0, every["terms"] > rules.long_terms_days
    if early.any():
        evidence.tell("due_before_issue", "invoices", rows.filter(rows.terms < 0))
    if late.any():
        evidence.tell("long_terms", "invoices", rows.filter(rows.terms > rules.long_terms_days))
    counted = every[~early & ~late]
    enough = max(rules.usual_terms_least, rules.usual_terms_share * counted["n"].sum())
    usual = counted.loc[counted["n"] >= enough, "terms"].astype(int).tolist()
    if not usual:
        return
    longest = max(usual) + rules.odd_terms_days
    count_odd = int(every.loc[early | (every["terms"] > longest), "n"].sum())
    if count_odd < rules.few:
        return
    odd = rows.filter((rows.terms < 0) | (rows.terms > longest))
    issue, due = _other_way(odd.issue_date), _other_way(odd.due_date)
    mended = [_days(odd.due_date, issue), _days(due, odd.issue_date), _days(due, issue)]
    swapped = odd.filter(ibis.or_(*[days.isin(usual) for days in mended]).fill_null(False))
    count = int(swapped.count().execute())
    if count >= rules.few and count >= rules.swapped_share * count_odd:
        evidence.tell("swapped_dates", "invoices", swapped)


def _days(end: ir.Value, start: ir.Value) -> ir.Value:
    return (end.epoch_seconds() - start.epoch_seconds()) // 86_400


def _other_way(day: ir.Value) -> ir.Value:
    """The day with its month and day of the month swapped; null where that is no date."""
    return parse_day(day.strftime("%Y-%d-%m"), "%Y-%m-%d")


def _gap(evidence: Evidence) -> None:
    """Half a year without a single invoice between the first and the last."""
    good = evidence.good("invoices")
    days = evidence.days("invoices", "issue_date")["day"]
    months = days.dt.to_period("M").drop_duplicates().sort_values().dt.to_timestamp()
    for before, after in pairwise(months):
        if (after.year - before.year) * 12 + after.month - before.month > evidence.rules.gap_months:
            span = good.filter(good.issue_date.truncate("M") == ibis.timestamp(after.to_pydatetime()))
            first = pd.Timestamp(before) + pd.offsets.MonthEnd(0)
            values = {"start": f"{first:%Y-%m-%d}", "end": f"{pd.Timestamp(after):%Y-%m-%d}"}
            evidence.tell("half_year_gap", "invoices", span.order_by("issue_date").limit(1), **values)
