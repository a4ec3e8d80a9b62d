"""A ledger's files into a Parquet snapshot: mapped, checked, reconciled, and nothing lost.

Rows in = rows used + rows quarantined, and so are the totals of each currency, to the cent. Ibis
expressions on DuckDB do the work, so that memory stays bounded however long the ledger is.
"""

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pandas as pd

from kamlib.errors import DataError, Fault, raise_faults
from kamlib.ledger.currency import day_rates, known_rates
from kamlib.ledger.findings.evidence import SHOWN, Evidence, kept
from kamlib.ledger.findings.finding import Finding
from kamlib.ledger.findings.search import find_dirt, stopping_faults
from kamlib.ledger.identity import (
    IDENTITY_FILE,
    confirmed_merges,
    connected_groups,
    propose_merges,
    write_proposals,
)
from kamlib.ledger.mending import mend, read_mended
from kamlib.ledger.profiles import ColumnRule, Profile, TableRule
from kamlib.ledger.quarantine import QUARANTINE_FILE, Quarantine
from kamlib.ledger.reading import MONEY_TYPE, read_column, taken
from kamlib.ledger.schema import (
    ADDS,
    CONVERTED,
    DAY,
    DEFAULTS,
    FLAG,
    MONEY,
    NUMBER,
    REVENUE_KINDS,
    TABLES,
    kind_of,
    known_on,
    required_columns,
)
from kamlib.ledger.sources import RECORD, Place, hash_files, read_sources
from kamlib.policy.identity import Identity

UNCONVERTED = "unconverted_currencies"
USUAL_ROWS = 3  # stated due dates of a client from which its usual terms are taken
ROW_GROUP = 16_384  # small, so that one client's rows are read without the rest
SNAPSHOT_TYPES = {DAY: "timestamp", MONEY: "float64", NUMBER: "float64"}
DUPLICATE = "the same row stands on line {line}"
FITS_NOTHING = "fits no table of the profile"
SAME_KEY = "{key} is used on line {line} with other content: give it a number of its own"


@dataclass(frozen=True)
class TableReport:
    """What became of one table's rows. Totals are text, exact to the cent, per currency."""

    rows_in: int
    rows_used: int
    rows_quarantined: int
    first_day: str | None = None
    last_day: str | None = None
    totals: dict[str, dict[str, str]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class LedgerReport:
    """What was read from where, what was set aside, and what is missing."""

    source: str
    sha256: str
    currency: str
    tables: dict[str, TableReport]
    missing: dict[str, str]
    unused: dict[str, list[str]]
    findings: tuple[Finding, ...] = ()
    merged_ids: int = 0

    def to_json(self) -> dict:
        """As plain lists and dicts, for the manifest and `kam check --json`."""
        return asdict(self)

    @property
    def rows(self) -> tuple[int, int, int]:
        """Rows in, used and quarantined, over all tables."""
        tables = self.tables.values()
        return sum(t.rows_in for t in tables), sum(t.rows_used for t in tables), sum(t.rows_quarantined for t in tables)


def ingest(
    files: Mapping[str, Place],
    profile: Profile,
    target: Path,
    *,
    source: str,
    currency: str | None = None,
    default_terms_days: int = 30,
    max_rate_age_days: int = 7,
    memory_limit: str = "1500MB",
    accept: Sequence[str] = (),
    mended: Path | None = None,
    identity: Path | None = None,
    same: Identity | None = None,
) -> LedgerReport:
    """Read, check and write a ledger as a snapshot folder.

    Parameters
    ----------
    files : mapping
        Canonical table → place, from `find_files`.
    profile : Profile
        How they are read.
    target : Path
        A new folder for the snapshot; on any error it is not left behind.
    source : str
        How reports name the origin.
    currency : str or None
        The reporting currency; None takes the one that most invoices are in.
    default_terms_days : int
        For invoices without a due date.
    max_rate_age_days : int
        How old a rate of exchange may be.
    memory_limit : str
        DuckDB's; beyond it, it spills to disk.
    accept : sequence of str
        Findings that would stop the ingest and are accepted by name, see `kamlib.ledger.findings.catalogue.STOPPING`.
    mended : Path or None
        A ``quarantine.csv`` of the same files whose rows have been mended.
    identity : Path or None
        An ``identity.yaml`` whose confirmed merges are applied.
    same : Identity or None
        The policy's rules for which spellings are proposed as one client and which clients form a group.

    Returns
    -------
    LedgerReport

    Raises
    ------
    DataError
        Unreadable files, missing required columns, no usable invoice, missing rates, findings that would make
        figures wrong and are not accepted.
    """
    target.mkdir(parents=True)
    try:
        with tempfile.TemporaryDirectory(prefix="kam-ingest-") as scratch:
            worker = _Ingest(files, profile, target, Path(scratch), memory_limit, mended)
            return worker.run(
                source, currency, default_terms_days, max_rate_age_days, accept, identity, same or Identity()
            )
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise


class _Ingest:
    """One pass over a ledger; holds the DuckDB connection and what was found on the way."""

    def __init__(
        self,
        files: Mapping[str, Place],
        profile: Profile,
        target: Path,
        scratch: Path,
        memory: str,
        mended: Path | None = None,
    ) -> None:
        self.profile, self.target = profile, target
        self.con = ibis.duckdb.connect(memory_limit=memory, temp_directory=str(scratch))  # what is more goes to disk
        read = read_sources(self.con, files.values(), scratch)
        self.sources = {table: read[path] for table, path in files.items()}
        if mended is not None:
            self.sources = mend(self.con, self.sources, read_mended(mended))
        self.sha256 = hash_files(files)
        self.quarantine = Quarantine()
        self.mapped: dict[str, ir.Table] = {}
        self.unfitting: dict[str, int] = {}
        self.repeated: dict[str, pd.DataFrame] = {}
        self.notes: dict[str, list[str]] = {table: list(source.notes) for table, source in self.sources.items()}

    def run(
        self,
        source: str,
        currency: str | None,
        terms: int,
        max_age: int,
        accept: Sequence[str],
        identity: Path | None,
        same: Identity,
    ) -> LedgerReport:
        """Every table in turn, then money in the reporting currency, then the snapshot's files."""
        self._refuse_missing_columns()
        unfitting = self._set_aside_unfitting()
        used = {table: self._check_rows(table) for table in self.sources}
        if used["invoices"].count().execute() == 0:
            first = self.quarantine.rows["reason"].iloc[0] if len(self.quarantine) else "the file has no rows"
            raise DataError(Fault("invoices", f"no usable row ({first})", "Check the export and the profile."))
        currency = currency or used["invoices"].currency.topk(1).execute()["currency"].iloc[0]
        evidence = Evidence(self.profile, self.sources, self.mapped, used, self.repeated)
        for table, records in unfitting.items():
            evidence.add(Finding("fits_no_table", table, len(records)), records[:SHOWN])
        merged = self._merge_ids(used, identity, evidence)
        self._propose_identity(used, same, evidence)
        used["invoices"] = self._fill_due_dates(used, terms, evidence)
        faults = self._convert(used, currency, max_age, accept, evidence)
        findings = find_dirt(evidence, accept)
        raise_faults([*faults, *stopping_faults(findings)])
        reports = {table: self._write(table, rows) for table, rows in used.items()}
        self._write_daily_totals()
        self._write_payment_lags(used)
        self._write_product_days()
        self.quarantine.write(self.target / QUARANTINE_FILE)
        missing = {table: adds for table, adds in ADDS.items() if table not in used}
        self.con.disconnect()
        return LedgerReport(
            source, self.sha256, currency, reports, missing, self._unused_columns(), tuple(findings), merged
        )

    # -- checking ----------------------------------------------------------------------------------------

    def _refuse_missing_columns(self) -> None:
        faults = []
        for table, source in self.sources.items():
            rules = self.profile.tables[table].rules(table)
            for column in required_columns(table):
                if not rules[column].reads(source.headers):
                    wanted = " or ".join(rules[column].column or rules[column].product)
                    remedy = f"Add it, or map {column} to another of: {', '.join(source.headers[:20])}."
                    faults.append(Fault(f"{source.name}: {wanted}", "missing column", remedy))
            faults += [
                Fault(
                    f"{source.name}: {header}", "missing column", "Add it, or leave its condition out of the profile."
                )
                for header in self.profile.tables[table].conditions
                if header not in source.headers
            ]
        raise_faults(faults)

    def _unused_columns(self) -> dict[str, list[str]]:
        read: dict[str, set[str | None]] = {}
        for table, source in self.sources.items():
            rule = self.profile.tables[table]
            headers = set().union(*(column.used(source.headers) for column in rule.rules(table).values()))
            joined = {header for join in rule.join for header in join.headers}
            read.setdefault(source.name, set()).update(headers, joined, rule.conditions, rule.unless)
        unused = {s.name: [h for h in s.headers if h not in read[s.name]] for s in self.sources.values()}
        return {name: headers for name, headers in unused.items() if headers}

    def _check_rows(self, table: str) -> ir.Table:
        """The usable rows of a table; the others go to the quarantine with their reasons."""
        source, rule = self.sources[table], self.profile.tables[table]
        records = taken(source.records, rule)
        rules = {column: r for column, r in rule.rules(table).items() if r.reads(source.headers)}
        self._note_meanings(table, records, rules)
        read = {column: read_column(records, table, column, r) for column, r in rules.items()}
        bad = ibis.or_(*[column.bad for column in read.values()])
        values = {name: column.value for name, column in read.items()}
        mapped = self.con.create_table(
            f"{table}_mapped", records.select(**{RECORD: records[RECORD]}, _bad=bad, **values)
        )
        self.mapped[table] = mapped
        self.quarantine.add_lines(table, source)
        if mapped.filter(mapped._bad).count().execute():
            bad_records = mapped.filter(mapped._bad)[RECORD]
            reason = ibis.literal("").join([column.problem.fill_null("") + ";" for column in read.values()])
            told = (
                records.filter(records[RECORD].isin(bad_records))
                .select(record=records[RECORD], reason=reason)
                .execute()
            )
            told["reason"] = told["reason"].str.replace(r";+", "; ", regex=True).str.strip("; ")
            self.quarantine.add_records(table, source, told)
        used = mapped.filter(~mapped._bad).drop("_bad")
        if rule.one_row_per and rule.add_up:
            return self._add_up(table, used, rule)
        return self._gather(used, rule.one_row_per) if rule.one_row_per else self._without_repeats(table, used)

    def _set_aside_unfitting(self) -> dict[str, list[int]]:
        """Records that no table of the profile takes by its conditions, counted with the first that reads their file."""
        readers: dict[tuple[Path, str], list[str]] = {}
        for table, source in self.sources.items():
            readers.setdefault((source.place.path, source.place.part), []).append(table)
        unfitting = {}
        for tables in readers.values():
            if any(not _conditional(self.profile.tables[table]) for table in tables):
                continue
            first = self.sources[tables[0]]
            takers = [taken(self.sources[table].records, self.profile.tables[table]) for table in tables]
            fitting = [rows.select(RECORD) for rows in takers]
            every = ibis.union(*fitting) if len(fitting) > 1 else fitting[0]
            rest = first.records.select(RECORD).anti_join(kept(every), RECORD)
            records = [int(record) for record in rest.order_by(RECORD).execute()[RECORD]]
            if records:
                told = pd.DataFrame({"record": records, "reason": FITS_NOTHING})
                self.quarantine.add_records(tables[0], first, told)
                self.unfitting[tables[0]] = len(records)
                unfitting[tables[0]] = records
        return unfitting

    def _note_meanings(self, table: str, records: ir.Table, rules: Mapping[str, ColumnRule]) -> None:
        """Tell how many lines a profile takes for something else by how a value begins."""
        for column, rule in rules.items():
            header = rule.header(records.columns)
            for begin, meant in rule.prefixes.items():
                lines = int(records.filter(records[header].strip().startswith(begin)).count().execute())
                if lines:
                    self.notes[table].append(f"{lines:,} lines whose {header} begins with {begin}: {column} is {meant}")

    def _add_up(self, table: str, used: ir.Table, rule: TableRule) -> ir.Table:
        """One row a key with its money added up; keys whose lines disagree on client or currency are set aside."""
        key = rule.one_row_per or ""
        held = [name for name in ("client_id", "currency") if name in used.columns and name != key]
        spans = {f"_{name}": used[name].min() != used[name].max() for name in held}
        at_odds = used.group_by(key).agg(**spans).filter(lambda t: ibis.or_(*[t[name] for name in spans]))
        lines = used.semi_join(at_odds, key).select(RECORD).execute()
        if len(lines):
            reason = f"lines of one {key} name more than one {' or '.join(held)}"
            told = pd.DataFrame({"record": lines[RECORD], "reason": reason})
            self.quarantine.add_records(table, self.sources[table], told.sort_values("record"))
            used = used.anti_join(at_odds, key)
        others = [name for name in used.columns if name not in (key, RECORD, *rule.add_up)]
        smallest = {n: used[n].any() if kind_of(table, n) == FLAG else used[n].min() for n in others}
        sums = {name: used[name].sum() for name in rule.add_up if name in used.columns}
        return used.group_by(key).agg(**smallest, **sums)

    def _gather(self, used: ir.Table, key: str) -> ir.Table:
        """One row a key; every other column by its most frequent value, ties in alphabetical order."""
        gathered = used.select(key).distinct()
        for column in [name for name in used.columns if name not in (key, RECORD)]:
            counted = used.filter(used[column].notnull()).group_by(key, column).agg(n=lambda t: t.count())
            rank = ibis.row_number().over(group_by=key, order_by=[ibis.desc("n"), column])
            best = counted.mutate(rank=rank).filter(lambda t: t.rank == 0).select(key, column)
            gathered = gathered.left_join(best, key).drop(f"{key}_right")
        return gathered

    def _without_repeats(self, table: str, used: ir.Table) -> ir.Table:
        """Rows whose key stands twice: the first is used, the others are set aside, told apart by content."""
        key, source = list(TABLES[table].metadata["key"]), self.sources[table]
        repeated = used.group_by(key).agg(n=lambda t: t.count()).filter(lambda t: t.n > 1) if key else None
        if repeated is None or repeated.count().execute() == 0:
            return used
        rows = used.semi_join(repeated, key).execute().sort_values(RECORD)
        again = rows[rows.duplicated(key)]
        first = rows.drop_duplicates(key)[[*key, RECORD]].rename(columns={RECORD: "first"})
        firsts = [int(record) for record in again[key].merge(first, on=key)["first"]]
        line_of = source.lines(firsts)
        lines = [line_of[record] for record in firsts]
        same = rows.duplicated([name for name in rows.columns if name != RECORD]).loc[again.index]
        self.repeated[table] = again.assign(same=same)
        reasons = [
            DUPLICATE.format(line=line) if is_same else SAME_KEY.format(key=" + ".join(key), line=line)
            for line, is_same in zip(lines, same, strict=True)
        ]
        self.quarantine.add_records(
            table, source, pd.DataFrame({"record": again[RECORD].to_numpy(), "reason": reasons})
        )
        return used.filter(used[RECORD].notin([int(record) for record in again[RECORD]]))

    # -- who is who --------------------------------------------------------------------------------------

    def _merge_ids(self, used: dict[str, ir.Table], path: Path | None, evidence: Evidence) -> int:
        """The confirmed merges of an identity file, in every table; how many ids are merged."""
        merges = confirmed_merges(path) if path else {}
        if not merges:
            return 0
        pairs = ibis.memtable(pd.DataFrame({"client_id": list(merges), "kept": list(merges.values())}))
        known = set(used["invoices"].client_id.topk(10**9).execute()["client_id"])
        if "clients" in used:
            known |= set(used["clients"].client_id.execute())
        remedy = f"Take it out of {path.name}, or correct the id."
        raise_faults(Fault(f"identity: {name}", "no such client", remedy) for name in sorted(set(merges) - known))
        evidence.tell("merged_ids", "invoices", used["invoices"].semi_join(pairs, "client_id"), n=len(merges))
        if "clients" in used:
            self._drop_merged_clients(used, merges)
        for table in [name for name, rows in used.items() if "client_id" in rows.columns]:
            used[table] = used[table].mutate(client_id=used[table].client_id.substitute(merges))
        return len(merges)

    def _drop_merged_clients(self, used: dict[str, ir.Table], merges: Mapping[str, str]) -> None:
        """One row a client is left: that of the id that is kept, else the first of those merged into it."""
        clients = used["clients"]
        there = set(clients.client_id.execute())
        taken: set[str] = set(there - set(merges))
        gone = []
        for client in sorted(set(merges) & there):
            if merges[client] in taken:
                gone.append(client)
            taken.add(merges[client])
        dropped = clients.filter(clients.client_id.isin(gone or [""]))
        if RECORD in clients.columns and gone:
            told = dropped.select(record=RECORD, client=dropped.client_id).order_by("record").execute()
            told["reason"] = "merged into " + told["client"].map(merges).astype(str) + " as identity.yaml says"
            self.quarantine.add_records("clients", self.sources["clients"], told[["record", "reason"]])
        used["clients"] = clients.filter(clients.client_id.notin(gone or [""]))

    def _propose_identity(self, used: dict[str, ir.Table], same: Identity, evidence: Evidence) -> None:
        """Spellings that may be one client, to a file beside the snapshot; groups by economic dependence."""
        if "clients" not in used:
            return
        clients = used["clients"]
        if "depends_on" in clients.columns and "dependence_share" in clients.columns:
            used["clients"] = clients = self._connect(clients, same.dependence_share, evidence)
        if "name" not in clients.columns:
            return
        spelt = evidence.good("clients").select("client_id", "name").distinct().execute()
        pairs = propose_merges(clients.select("client_id", "name").execute(), same.min_similarity)
        write_proposals(self.target / IDENTITY_FILE, pairs, spelt)
        if pairs:
            ids = list({client for pair in pairs for client in (pair.keep, pair.merge)})
            bills = used["invoices"].semi_join(ibis.memtable(pd.DataFrame({"client_id": ids})), "client_id")
            evidence.tell("similar_clients", "invoices", bills, n=len(pairs), example=pairs[0].evidence)

    def _connect(self, clients: ir.Table, share: float, evidence: Evidence) -> ir.Table:
        """Clients that depend on one another get one ``group_id``."""
        columns = [n for n in ("client_id", "group_id", "depends_on", "dependence_share") if n in clients.columns]
        groups = connected_groups(clients.select(*columns).execute(), share)
        groups = groups[groups.duplicated(keep=False)]
        leaning = clients.filter(clients.depends_on.notnull() & (clients.dependence_share >= share))
        evidence.tell("dependent_clients", "clients", leaning, part=f"{share:.0%}")
        if groups.empty:
            return clients
        table = ibis.memtable(groups.rename("connected").reset_index())
        joined = clients.left_join(table, "client_id")
        own = clients.group_id if "group_id" in clients.columns else ibis.null("string")
        kept = [clients[name] for name in clients.columns if name != "group_id"]
        return joined.select(*kept, group_id=ibis.coalesce(table.connected, own))

    # -- filling and converting --------------------------------------------------------------------------

    def _fill_due_dates(self, used: Mapping[str, ir.Table], terms: int, evidence: Evidence) -> ir.Table:
        """Where no due date is stated: the client's agreed terms, else its usual ones, else the run's."""
        invoices = used["invoices"]
        if "due_date" not in invoices.columns:
            invoices = invoices.mutate(due_date=ibis.null("timestamp"))
        stated = invoices.due_date.notnull()
        if int((~stated).sum().execute() or 0) == 0:
            return invoices.mutate(due_basis=ibis.literal("stated"))
        days = (invoices.due_date.epoch_seconds() - invoices.issue_date.epoch_seconds()) // 86_400
        usual = (
            invoices.filter(stated & (days >= 0))
            .group_by("client_id")
            .agg(usual=days.mode(), n=ibis._.count())
            .filter(lambda t: t.n >= USUAL_ROWS)
        )
        agreed = self._agreed_terms(used)
        joined = invoices.left_join(usual, "client_id").drop("client_id_right", "n")
        joined = joined.left_join(agreed, "client_id").drop("client_id_right")
        basis = ibis.cases(
            (joined.due_date.notnull(), "stated"),
            (joined.agreed.notnull(), "agreed_terms"),
            (joined.usual.notnull(), "usual_terms"),
            else_="default_terms",
        )
        after = ibis.coalesce(joined.agreed, joined.usual, ibis.literal(terms)).cast("int64")
        filled = joined.mutate(
            due_basis=basis, due_date=joined.due_date.fill_null(joined.issue_date + after.as_interval("D"))
        )
        filled = self.con.create_table("invoices_due", filled.drop("agreed", "usual"))
        counts = filled.due_basis.value_counts(name="n").execute().set_index("due_basis")["n"]
        told = {name: f"{counts.get(f'{name}_terms', 0):,}" for name in ("agreed", "usual", "default")}
        missing = filled.filter(filled.due_basis != "stated")
        evidence.tell("missing_due_dates", "invoices", missing, days=terms, **told)
        return filled

    def _agreed_terms(self, used: Mapping[str, ir.Table]) -> ir.Table:
        if "clients" in used and "payment_terms_days" in used["clients"].columns:
            clients = used["clients"]
            return clients.filter(clients.payment_terms_days >= 0).select(
                "client_id", agreed=clients.payment_terms_days.cast("int64")
            )
        return ibis.memtable(pd.DataFrame({"client_id": pd.Series(dtype="str"), "agreed": pd.Series(dtype="int64")}))

    def _convert(
        self, used: dict[str, ir.Table], currency: str, max_age: int, accept: Sequence[str], evidence: Evidence
    ) -> list[Fault]:
        """A ``reporting_…`` twin for each money column, at the rate of the row's day; what could not be converted."""
        fx = used["fx"].execute() if "fx" in used else pd.DataFrame(columns=["date", "currency", "rate"])
        faults: list[Fault] = []
        for table, columns in CONVERTED.items():
            if table not in used:
                continue
            rows, day = used[table], known_on(table)
            if (rows.currency != currency).fill_null(True).sum().execute() in (0, None):
                used[table] = rows.mutate(**_twins(rows, columns, ibis.literal(1.0)))
                continue
            pairs = rows.select("currency", date=rows[day]).distinct().execute()
            if UNCONVERTED not in accept or RECORD not in rows.columns:
                try:
                    day_rates(pairs, fx, currency, max_age)
                except DataError as error:
                    faults += error.faults
                    continue
            pairs = pairs.join(known_rates(pairs, fx, currency, max_age))
            rows = self._set_aside_unconverted(table, rows, pairs[pairs["rate"].isna()], evidence)
            self._tell_old_rates(table, rows, pairs[pairs["age_days"] > 0], evidence)
            rates = ibis.memtable(pairs.dropna(subset="rate"))
            joined = rows.join(rates, [rows.currency == rates.currency, rows[day] == rates.date])
            used[table] = joined.select(*[rows[name] for name in rows.columns], **_twins(rows, columns, rates.rate))
        return list(dict.fromkeys(faults))

    def _set_aside_unconverted(self, table: str, rows: ir.Table, missing: pd.DataFrame, evidence: Evidence) -> ir.Table:
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
            self.quarantine.add_records(table, self.sources[table], told)
            rows = rows.anti_join(without.select(RECORD), RECORD)
        return rows

    def _tell_old_rates(self, table: str, rows: ir.Table, old: pd.DataFrame, evidence: Evidence) -> None:
        day = known_on(table)
        for code, days in old.dropna(subset="rate").groupby("currency"):
            wanted = ibis.memtable(days[["currency", "date"]])
            hit = rows.semi_join(wanted, [rows.currency == wanted.currency, rows[day] == wanted.date])
            evidence.tell("old_rates", table, hit, currency=code, n=int(days["age_days"].max()))

    # -- writing -----------------------------------------------------------------------------------------

    def _write(self, table: str, rows: ir.Table) -> TableReport:
        """The canonical columns of a table, sorted by client and day, as Parquet."""
        canonical = {name: _canonical(rows, table, name) for name in TABLES[table].columns}
        for name in CONVERTED.get(table, ()):
            twin = f"reporting_{name}"
            canonical[twin] = rows[twin] if twin in rows.columns else ibis.null("float64")
        key = TABLES[table].metadata["key"]
        order = dict.fromkeys(["client_id", known_on(table), *(key or canonical)])  # a key leaves no ties to settle
        written = rows.select(**canonical).order_by([name for name in order if name in canonical])
        self.con.to_parquet(written, self.target / f"{table}.parquet", row_group_size=ROW_GROUP)
        return self._reconcile(table)

    def _reconcile(self, table: str) -> TableReport:
        """Count and add up the source and the snapshot by two separate ways, and refuse a difference."""
        snapshot = self.con.read_parquet(self.target / f"{table}.parquet")
        source, rule = self.sources[table], self.profile.tables[table]
        rows, set_aside = taken(source.records, rule), self.quarantine.count(table)
        rows_in = int(rows.count().execute()) + len(source.rejected) + self.unfitting.get(table, 0)
        rows_used = int(snapshot.count().execute())
        if rule.one_row_per:
            lines = rows_in - set_aside
            self.notes[table].append(f"{rows_used:,} rows gathered from {lines:,} lines, one row a {rule.one_row_per}")
            rows_in, rows_used = (rows_in, lines) if rule.add_up else (rows_used + set_aside, rows_used)
        if rows_in != rows_used + set_aside:
            raise AssertionError(f"{table}: {rows_in} rows in, {rows_used} used, {set_aside} quarantined")
        day = snapshot[known_on(table)]
        days = snapshot.agg(first=day.min(), last=day.max()).execute().iloc[0]
        first, last = (None if pd.isna(d) else f"{d:%Y-%m-%d}" for d in (days["first"], days["last"]))
        totals = self._totals(table, snapshot) if table in CONVERTED else {}
        return TableReport(rows_in, rows_used, set_aside, first, last, totals, tuple(self.notes[table]))

    def _totals(self, table: str, snapshot: ir.Table) -> dict[str, dict[str, str]]:
        key = self.profile.tables[table].one_row_per
        once = bool(key) and not self.profile.tables[table].add_up  # every line repeats the whole amount
        mapped = self.mapped[table]
        money = mapped.select(**({"key": mapped[key]} if once else {}), currency=mapped.currency, amount=mapped.amount)
        money = money.distinct() if once else money
        came = money.group_by("currency").agg(total=lambda t: t.amount.sum()).execute()
        kept = snapshot.group_by("currency").agg(total=lambda t: t.amount.cast(MONEY_TYPE).sum()).execute()
        used = {row.currency: Decimal(row.total or 0) for row in kept.itertuples()}
        totals = {}
        for row in came.dropna(subset="currency").sort_values("currency").itertuples():
            total = Decimal(0) if pd.isna(row.total) else Decimal(row.total)
            part = used.get(row.currency, Decimal(0))
            figures = {"in": total, "used": part, "quarantined": total - part}
            totals[row.currency] = {name: str(figure.quantize(Decimal("0.01"))) for name, figure in figures.items()}
        return totals

    def _write_daily_totals(self) -> None:
        """Revenue of the whole company by day: a client's share needs no other client's rows."""
        invoices = self.con.read_parquet(self.target / "invoices.parquet")
        revenue = invoices.filter(invoices.kind.isin(REVENUE_KINDS))
        daily = (
            revenue.group_by(date=revenue.issue_date)
            .agg(revenue=lambda t: _exact_sum(t.reporting_amount))
            .order_by("date")
        )
        self.con.to_parquet(daily, self.target / "daily_totals.parquet")

    def _write_payment_lags(self, used: Mapping[str, ir.Table]) -> None:
        """What fell due each day and how late it was paid, over all clients: a provision matrix needs no more."""
        invoices = self.con.read_parquet(self.target / "invoices.parquet")
        owed = invoices.filter(invoices.kind.isin(REVENUE_KINDS), invoices.reporting_amount > 0)
        billed = owed.select(
            "due_date", lag_days=ibis.literal(0.0), billed=owed.reporting_amount, paid=ibis.literal(0.0)
        )
        rows = billed
        if "receipts" in used:
            receipts = self.con.read_parquet(self.target / "receipts.parquet")
            revenue_ids = invoices.filter(invoices.kind.isin(REVENUE_KINDS)).select("invoice_id")
            matched = receipts.join(owed.select("invoice_id", "due_date"), "invoice_id")
            late = ibis.greatest(
                (matched.paid_date.date() - matched.due_date.date()).cast("int64").cast("float64"), 0.0
            )
            linked = matched.select("due_date", lag_days=late, billed=ibis.literal(0.0), paid=matched.reporting_amount)
            loose = receipts.anti_join(revenue_ids, "invoice_id")
            unlinked = loose.select(
                due_date=loose.paid_date,
                lag_days=ibis.null("float64"),
                billed=ibis.literal(0.0),
                paid=loose.reporting_amount,
            )
            rows = billed.union(linked).union(unlinked)
        lags = rows.group_by("due_date", "lag_days").agg(
            billed=lambda t: _exact_sum(t.billed), paid=lambda t: _exact_sum(t.paid)
        )
        self.con.to_parquet(lags.order_by(["due_date", "lag_days"]), self.target / "payment_lags.parquet")

    def _write_product_days(self) -> None:
        """Revenue of the whole company by day and product line, and what of it has a price for a unit."""
        invoices = self.con.read_parquet(self.target / "invoices.parquet")
        revenue = invoices.filter(invoices.kind.isin(REVENUE_KINDS), invoices.product_line.notnull())
        priced = (revenue.quantity > 0) & (revenue.reporting_amount > 0)
        daily = (
            revenue.group_by(product_line=revenue.product_line, date=revenue.issue_date)
            .agg(
                revenue=lambda t: _exact_sum(t.reporting_amount),
                priced_amount=_exact_sum(priced.ifelse(revenue.reporting_amount, 0.0)),
                quantity=_exact_sum(priced.ifelse(revenue.quantity, 0.0)),
            )
            .order_by(["product_line", "date"])
        )
        self.con.to_parquet(daily, self.target / "product_days.parquet")


def _exact_sum(values: ir.Value) -> ir.Value:
    """A sum that no order of adding changes: DuckDB's threads would move the last digits of one in floating point."""
    return values.cast("decimal(38, 8)").sum().cast("float64")


def _conditional(rule: TableRule) -> bool:
    """Whether only some of a file's records carry a row of the table."""
    return bool(rule.only_if or rule.where or rule.unless)


def _twins(rows: ir.Table, columns: Sequence[str], rate: ir.FloatingValue) -> dict[str, ir.FloatingValue]:
    """Money columns in the reporting currency, to the cent."""
    there = [name for name in columns if name in rows.columns]
    return {f"reporting_{name}": (rows[name].cast("float64") * rate).round(2) for name in there}


def _canonical(rows: ir.Table, table: str, name: str) -> ir.Value:
    """A column in the type that the snapshot keeps; empty where the source has none."""
    kind = kind_of(table, name)
    if name in rows.columns:
        return rows[name].cast("float64") if kind == MONEY else rows[name]
    default = DEFAULTS.get((table, name), False if kind == FLAG else None)
    return ibis.literal(default) if default is not None else ibis.null(SNAPSHOT_TYPES.get(kind, "string"))
