"""Lines gathered to rows: added up, by their most frequent value, or the first of those whose key stands twice."""

import ibis
import ibis.expr.types as ir
import pandas as pd

from kamlib.ledger.profiles import TableRule
from kamlib.ledger.schema import FLAG, TABLES, kind_of
from kamlib.ledger.sources import RECORD
from kamlib.ledger.work import Work

DUPLICATE = "the same row stands on line {line}"
SAME_KEY = "{key} is used on line {line} with other content: give it a number of its own"


def add_up(work: Work, table: str, used: ir.Table, rule: TableRule) -> ir.Table:
    """One row a key with its money added up; keys whose lines disagree on client or currency are set aside."""
    key = rule.one_row_per or ""
    held = [name for name in ("client_id", "currency") if name in used.columns and name != key]
    spans = {f"_{name}": used[name].min() != used[name].max() for name in held}
    at_odds = used.group_by(key).agg(**spans).filter(lambda t: ibis.or_(*[t[name] for name in spans]))
    lines = used.semi_join(at_odds, key).select(RECORD).execute()
    if len(lines):
        reason = f"lines of one {key} name more than one {' or '.join(held)}"
        told = pd.DataFrame({"record": lines[RECORD], "reason": reason})
        work.quarantine.add_records(table, work.sources[table], told.sort_values("record"))
        used = used.anti_join(at_odds, key)
    others = [name for name in used.columns if name not in (key, RECORD, *rule.add_up)]
    smallest = {n: used[n].any() if kind_of(table, n) == FLAG else used[n].min() for n in others}
    sums = {name: used[name].sum() for name in rule.add_up if name in used.columns}
    return used.group_by(key).agg(**smallest, **sums)


def gather(used: ir.Table, key: str) -> ir.Table:
    """One row a key; every other column by its most frequent value, ties in alphabetical order."""
    gathered = used.select(key).distinct()
    for column in [name for name in used.columns if name not in (key, RECORD)]:
        counted = used.filter(used[column].notnull()).group_by(key, column).agg(n=lambda t: t.count())
        rank = ibis.row_number().over(group_by=key, order_by=[ibis.desc("n"), column])
        best = counted.mutate(rank=rank).filter(lambda t: t.rank == 0).select(key, column)
        gathered = gathered.left_join(best, key).drop(f"{key}_right")
    return gathered


def without_repeats(work: Work, table: str, used: ir.Table) -> ir.Table:
    """Rows whose key stands twice: the first is used, the others are set aside, told apart by content."""
    key, source = list(TABLES[table].metadata["key"]), work.sources[table]
    if not key or not _repeats(used, key):
        return used
    repeated = used.group_by(key).agg(n=lambda t: t.count()).filter(lambda t: t.n > 1)
    rows = used.semi_join(repeated, key).execute().sort_values(RECORD)
    again = rows[rows.duplicated(key)]
    first = rows.drop_duplicates(key)[[*key, RECORD]].rename(columns={RECORD: "first"})
    firsts = [int(record) for record in again[key].merge(first, on=key)["first"]]
    places = source.where(firsts)
    lines = [f"{places[r][1]} of {places[r][0]}" if source.parts else places[r][1] for r in firsts]
    same = rows.duplicated([name for name in rows.columns if name != RECORD]).loc[again.index]
    work.repeated[table] = again.assign(same=same)
    reasons = [
        DUPLICATE.format(line=line) if is_same else SAME_KEY.format(key=" + ".join(key), line=line)
        for line, is_same in zip(lines, same, strict=True)
    ]
    work.quarantine.add_records(table, source, pd.DataFrame({"record": again[RECORD].to_numpy(), "reason": reasons}))
    return used.anti_join(ibis.memtable(again[[RECORD]].astype("int64")), RECORD)


def _repeats(used: ir.Table, key: list[str]) -> bool:
    """Whether any key stands twice; keys of one column are only counted."""
    if len(key) == 1:
        found = used.agg(rows=used[key[0]].count(), different=used[key[0]].nunique()).execute().iloc[0]
        return bool(found["rows"] != found["different"])
    return bool(used.select(key).distinct().count().execute() != used.count().execute())
