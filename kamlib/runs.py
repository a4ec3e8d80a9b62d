"""A run: which ledger, as of when, which clients and notebooks; and the snapshot that it needs."""

import hashlib
import json
import os
import re
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pyarrow.parquet as pq
from pydantic import Field, field_validator, model_validator

from kamlib.alerting.settings import Monitor
from kamlib.errors import DataError, Fault
from kamlib.ledger.findings.catalogue import check_accepted
from kamlib.ledger.findings.finding import Finding
from kamlib.ledger.origins import Source
from kamlib.ledger.profiles import Profile, load_profile
from kamlib.ledger.schema import ADDS, TABLES, known_on
from kamlib.ledger.snapshot import SNAPSHOT_FILE, Snapshot, open_snapshot
from kamlib.policy import Policy, load_policy
from kamlib.settings import HOUSE, Strict, check_day, check_texts, checked_model, house_path, read_yaml

if TYPE_CHECKING:
    from kamlib.ledger.sources import Place

RUN_FOLDER, REPORT_FOLDER = HOUSE / "params", HOUSE / "reports"
NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")


class Sample(Strict):
    """A generated company in place of a ledger."""

    seed: int = Field(ge=0)
    clients: int = Field(150, ge=20)
    prospects: int = Field(10, ge=0)
    months: int = Field(40, ge=30)
    end: date = date(2026, 9, 30)
    scale: float = Field(1.0, ge=0.05)


class Ledger(Strict):
    """Where the rows come from: a file or folder read by a profile, several sources, a generated company; or no rows
    at all, but the published figures of a case."""

    path: str | None = None
    profile: str = "canonical"
    sources: list[Source] = []
    sample: Sample | None = None
    figures: str | None = None

    @model_validator(mode="after")
    def _one_source(self) -> "Ledger":
        given = (self.path is not None, bool(self.sources), self.sample is not None, self.figures is not None)
        if sum(given) != 1:
            raise ValueError("give one of path (with a profile), sources, sample, or the figures of a case")
        return self

    @property
    def origins(self) -> list[Source]:
        """Every source; a path alone is one."""
        return self.sources if self.path is None else [Source(path=self.path, profile=self.profile)]


class Selection(Strict):
    """Which clients get a report: the largest by revenue, and any named ones; or `ids` alone; or `where`."""

    top: int | None = Field(None, ge=1)
    also: list[str] = []
    ids: list[str] = []
    where: dict[str, list[str]] = {}
    all: bool = False

    @model_validator(mode="after")
    def _some_choice(self) -> "Selection":
        if not (self.top or self.also or self.ids or self.where or self.all):
            raise ValueError("choose clients by top, ids, also or where, or say all: true")
        return self


class Covenants(Strict):
    """What the company has promised its lenders."""

    dscr: float | None = Field(None, gt=0)
    leverage: float | None = Field(None, gt=0)


class Company(Strict):
    """What the ledger cannot tell of the company itself; amounts a year in the reporting currency."""

    fixed_cost: float | None = Field(None, ge=0)
    opening_cash: float | None = None
    minimum_cash: float | None = None
    credit_line: float | None = Field(None, ge=0)
    own_equity: float | None = None
    debt: float | None = Field(None, ge=0)
    interest: float | None = Field(None, ge=0)
    principal: float | None = Field(None, ge=0)
    tax_rate: float | None = Field(None, ge=0, lt=1)
    advance_rate: float | None = Field(None, gt=0, le=1)
    covenants: Covenants | None = None


class Limits(Strict):
    """What one report may use before it is stopped."""

    timeout_seconds: float = Field(120, gt=0, le=86_400)
    memory_mib: int = Field(2048, ge=256, le=1_048_576)


class Run(Strict):
    """The content of a run file."""

    run: str
    title: str
    as_of: date = Field(ge=date(1900, 1, 1), le=date(2199, 12, 31))
    currency: str | None = Field(None, pattern="^[A-Z]{3}$")
    lang: Literal["en", "zh"] = "en"
    ledger: Ledger
    company: Company = Company()
    clients: Selection = Selection(top=20)
    cases: list[str] = []
    notebooks: list[str] | None = None
    parameters: dict[str, dict[str, Any]] = {}
    policy: str = Field("params/policy.yaml", min_length=1)
    previous: str | None = Field(None, min_length=1)
    out: str | None = Field(None, min_length=1)
    limits: Limits = Limits()
    monitor: Monitor = Monitor()
    max_rate_age_days: int = Field(7, ge=1, le=3_660)
    default_terms_days: int = Field(30, ge=0, le=3_660)
    accept: list[str] = []
    mended: str | None = Field(None, min_length=1)
    identity: str | None = Field(None, min_length=1)
    journal: str | None = Field(None, min_length=1)

    @field_validator("run")
    @classmethod
    def _plain_name(cls, name: str) -> str:
        if not NAME.match(name):
            raise ValueError("use letters, digits, dots, dashes and underscores")
        return name

    @property
    def folder(self) -> Path:
        """Where the reports go."""
        return Path(self.out) if self.out else REPORT_FOLDER / self.run

    @property
    def alert_log(self) -> Path:
        """Where alerts are kept: as the run file says, else beside the folder of the reports."""
        given = self.monitor.alert_log
        return Path(given) if given else self.folder.parent / f"{self.folder.name}.alerts.jsonl"

    @property
    def action_log(self) -> Path:
        """Where actions are kept: beside the folder of the reports."""
        return self.folder.parent / f"{self.folder.name}.actions.jsonl"

    @property
    def source(self) -> str:
        """How reports name the ledger."""
        if self.ledger.sample:
            return f"generated company (invented, not real), seed {self.ledger.sample.seed}"
        if self.ledger.figures:
            return f"published figures, {Path(self.ledger.figures).name}"
        names = [Path(origin.path).name if origin.path else origin.name for origin in self.ledger.origins]
        return ", ".join(dict.fromkeys(names))


def load_run(name: str | Path) -> Run:
    """Read a run file by path, or by its name in ``params/``.

    Raises
    ------
    DataError
        No such file, unknown keys, wrong values: every fault at once.
    """
    path = house_path(name)
    if not path.is_file() and not str(name).endswith((".yaml", ".yml")):
        path = RUN_FOLDER / f"{name}.yaml"
    run = parse_run(read_yaml(path) or {}, path.name)
    bases = (Path.cwd(), path.parent, HOUSE)

    def found(given: str | None) -> str | None:
        if given is None or Path(given).is_absolute():
            return given
        return next((str(base / given) for base in bases if (base / given).exists()), given)

    sources = [source.model_copy(update={"path": found(source.path)}) for source in run.ledger.sources]
    ledger = run.ledger.model_copy(update={"path": found(run.ledger.path), "sources": sources})
    return run.model_copy(update={"ledger": ledger, "journal": found(run.journal)})


@dataclass(frozen=True)
class Previous:
    """An earlier run to compare with: the ledger and the policy that it saw."""

    run: str
    snapshot: Snapshot
    policy: Policy


def load_previous(folder: str | Path) -> Previous | None:
    """The run that a folder holds; None for an empty name.

    Raises
    ------
    DataError
        No run there, or one whose policy this version of the code cannot read.
    """
    if not str(folder):
        return None
    path = house_path(folder)
    try:
        head = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        remedy = "Give the folder of an earlier run, or leave it empty."
        raise DataError(Fault("previous", str(folder), remedy)) from error
    policy = checked_model(Policy, head.get("policy") or {}, f"policy of {path.name}")
    return Previous(head["run"], open_snapshot(path / "snapshot"), policy)


def check_place(run: Run) -> list[Fault]:
    """What is wrong with the folder the reports shall go to, before anything is written."""
    remedy = "Give a folder that can be made or written to."
    try:
        folder = run.folder.resolve()
        if len(folder.name.encode()) > 200:
            return [Fault("out", folder.name, "Give a shorter name.")]
        standing = next(place for place in (folder, *folder.parents) if place.exists())
        if not standing.is_dir():
            return [Fault("out", f"{standing} is a file", remedy)]
        with tempfile.TemporaryDirectory(prefix="kam-", dir=standing):
            pass
    except (OSError, ValueError) as error:
        return [Fault("out", str(run.out), f"{remedy} ({error})")]
    return []


def parse_run(content: Any, where: str) -> Run:
    """Check the content of a run file."""
    run = checked_model(Run, content, where)
    if run.accept:
        check_accepted(run.accept)
    return run


def load_snapshot(source: str, as_of: str | None = None) -> Snapshot:
    """The ledger as a notebook opens it.

    Parameters
    ----------
    source : str
        The folder of a snapshot, or a run of ``params/`` by name or path, whose ledger is then read first
        if that has not been done yet.
    as_of : str or None
        An earlier day than the snapshot's own, as 2026-06-30; "" for none.

    Raises
    ------
    DataError
        Nothing of that name, or faults in the run or its ledger.
    """
    check_texts(source=source)
    day = check_day("as_of", as_of)
    folder = house_path(source)
    if not (folder / SNAPSHOT_FILE).is_file():
        run = load_run(source)
        folder = run.folder / "snapshot"
        with prepared_snapshot(run) as prepared:
            keep_snapshot(prepared, folder)
    snapshot = open_snapshot(folder)
    return snapshot.as_of(day) if day else snapshot


def action_log_of(source: str) -> Path:
    """The action log of a run, by the `source` that its notebooks get: a run's name or the folder of its snapshot."""
    folder = house_path(source)
    if (folder / SNAPSHOT_FILE).is_file():
        place = folder.resolve().parent
        return place.parent / f"{place.name}.actions.jsonl"
    return load_run(source).action_log


@contextmanager
def prepared_snapshot(run: Run) -> Iterator[Path]:
    """The folder of the run's snapshot: the one that is there if nothing has changed, else a new one aside.

    The new one is thrown away unless `keep_snapshot` moves it to its place.

    Raises
    ------
    DataError
        Whatever is wrong with the ledger; then nothing is written.
    """
    kept = run.folder / "snapshot"
    parent = _existing_parent(run.folder)
    _sweep_aside(parent)
    with tempfile.TemporaryDirectory(prefix=f"{_aside_prefix(os.getpid())}", dir=parent) as aside:
        target = Path(aside) / "snapshot"
        if run.ledger.figures:
            _write_figures(run, target)
            yield target
            return
        files, profile = (None, None) if run.ledger.sample else _gather(run, Path(aside))
        key = _snapshot_key(run, profile, files)
        if _key_of(kept) == key:
            _describe(kept, target, run)
            yield target if target.is_dir() else kept
            return
        _build(run, profile, files, target, key)
        if files is not None and _snapshot_key(run, profile, files) != key:
            remedy = "Let the export come to its end, then run again: figures from two states of a file would be wrong."
            raise DataError(Fault("ledger", f"{run.source} changed while it was read", remedy))
        yield target


def keep_snapshot(prepared: Path, place: Path) -> None:
    """Move a prepared snapshot to its place; what was there is replaced as a whole."""
    old = place.with_name(f".{place.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if prepared == place:
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists():
        os.replace(place, old)
    os.replace(prepared, place)
    shutil.rmtree(old, ignore_errors=True)


def _aside_prefix(pid: int | str) -> str:
    return f"kam-{socket.gethostname()}-{pid}-"


def _sweep_aside(parent: Path) -> None:
    """Take away what runs of this machine that are dead have left aside."""
    for folder in parent.glob(_aside_prefix("*") + "*"):
        pid = folder.name.removeprefix(_aside_prefix("")[:-1]).split("-")[0]
        if pid.isdigit() and not Path(f"/proc/{pid}").exists() and Path("/proc/self").exists():
            shutil.rmtree(folder, ignore_errors=True)


def _gather(run: Run, scratch: Path) -> "tuple[dict[str, Place], Profile]":
    from kamlib.ledger.sources.several import gather_sources

    places, profile = gather_sources(run.ledger.origins, scratch)
    if run.journal is None or not Path(run.journal).is_file():
        return places, profile  # nothing has been decided yet
    if "decisions" in places:
        remedy = "Keep one: let kam decide write to the ledger's own, or leave it out of the ledger."
        raise DataError(Fault("journal", "the ledger has decisions, too", remedy))
    return _with_journal(places, profile, Path(run.journal))


def _with_journal(places: "dict[str, Place]", profile: Profile, journal: Path) -> "tuple[dict[str, Place], Profile]":
    """The decisions of a journal among the tables, read by their canonical names."""
    from kamlib.ledger.sources import Place

    rule = load_profile("canonical").tables["decisions"]
    tables = dict(profile.tables) | {"decisions": rule}
    return {**places, "decisions": Place(journal)}, profile.model_copy(update={"tables": tables})


def _snapshot_key(run: Run, profile: Profile | None, files: "dict[str, Place] | None") -> str:
    """What a snapshot depends on: the content of the files or the sample, how it is read, and the code that does."""
    if files is None:
        origin: Any = run.ledger.sample.model_dump(mode="json")
        packages = ("ledger", "samples")
    else:
        from kamlib.ledger.sources import hash_files

        origin = [hash_files(files), profile.model_dump(mode="json")]
        packages = ("ledger",)
    parts = [
        origin,
        run.currency,
        run.max_rate_age_days,
        run.default_terms_days,
        sorted(run.accept),
        _content(run.mended),
        _content(run.identity),
        _content(run.journal),
        load_policy(run.policy).identity.model_dump(),
        code_hash(*packages),
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _content(path: str | None) -> str:
    """The hash of a file that the run adds; empty for none, or where it cannot be read (which is told later)."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest() if path and Path(path).is_file() else str(path or "")


@cache
def code_hash(*packages: str) -> str:
    """SHA-256 over the source of parts of kamlib; all of it for none named."""
    root = Path(__file__).parent
    digest = hashlib.sha256()
    for folder in [root / package for package in packages] or [root]:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def _build(run: Run, profile: Profile | None, files: "dict[str, Place] | None", target: Path, key: str) -> None:
    from kamlib.ledger.ingest import ingest
    from kamlib.ledger.sources import find_files

    if profile is None or files is None:
        from kamlib.samples.company import append_journal, generate_company, write_company

        sample = run.ledger.sample
        folder = target.parent / "sample"
        arguments = sample.model_dump(exclude={"seed", "end"})
        write_company(generate_company(sample.seed, end=sample.end.isoformat(), **arguments), folder)
        profile = load_profile("canonical")
        if run.journal and Path(run.journal).is_file():
            append_journal(folder / "decisions.csv", Path(run.journal))
        files = find_files(folder, profile)
    report = ingest(
        files,
        profile,
        target,
        source=run.source,
        currency=run.currency,
        default_terms_days=run.default_terms_days,
        max_rate_age_days=run.max_rate_age_days,
        accept=run.accept,
        mended=Path(run.mended) if run.mended else None,
        identity=Path(run.identity) if run.identity else None,
        same=load_policy(run.policy).identity,
    )
    rows_in, used, quarantined = report.rows
    facts = {
        "key": key,
        "sha256": report.sha256,
        "currency": report.currency,
        "rows": {"in": rows_in, "used": used, "quarantined": quarantined},
        "missing": {name: ADDS[name] for name in report.missing},
        "ledger": report.to_json(),
    }
    _write_facts(target, facts, run)


def _write_figures(run: Run, target: Path) -> None:
    """A snapshot without any table, for a case from published figures: it says so, and holds their hash."""
    content = Path(run.ledger.figures).read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    ledger = {"tables": {}, "findings": [], "missing": list(TABLES)}
    facts = {
        "key": digest,
        "sha256": digest,
        "currency": run.currency or "XXX",
        "rows": {"in": 0, "used": 0, "quarantined": 0},
        "missing": dict(ADDS),
        "ledger": ledger,
    }
    target.mkdir(parents=True)
    (target / SNAPSHOT_FILE).write_text(
        json.dumps(facts | _run_facts(run), indent=1, ensure_ascii=False), encoding="utf-8"
    )


def _describe(kept: Path, target: Path, run: Run) -> None:
    """Where only what the run file says has changed (date, title, company), the tables stay."""
    facts = json.loads((kept / SNAPSHOT_FILE).read_text(encoding="utf-8"))
    if _run_facts(run).items() <= facts.items():
        return
    shutil.copytree(kept, target)
    _write_facts(target, facts, run)


def _run_facts(run: Run) -> dict[str, Any]:
    company = run.company.model_dump(exclude_none=True)
    return {
        "as_of": run.as_of.isoformat(),
        "title": run.title,
        "source": run.source,
        "company": company,
        "matching": load_policy(run.policy).receivables.match_payments,
    }


def _write_facts(folder: Path, facts: dict[str, Any], run: Run) -> None:
    ledger = facts["ledger"]
    known = [finding for finding in ledger.get("findings", []) if finding["code"] != "later_rows"]
    facts = facts | {"ledger": ledger | {"findings": [*known, *_later_rows(folder, run.as_of)]}}
    content = json.dumps(facts | _run_facts(run), indent=1, ensure_ascii=False)
    (folder / SNAPSHOT_FILE).write_text(content, encoding="utf-8")


def _later_rows(folder: Path, as_of: date) -> list[dict[str, Any]]:
    """Rows that the day of the run hides, a finding for each table that has any."""
    found = []
    for path in sorted(folder.glob("*.parquet")):
        day = known_on(path.stem) if path.stem in TABLES else None
        if day is not None:
            days = pq.read_table(path, columns=[day], use_threads=False)[day].to_pandas()
            later = int((days > str(as_of)).sum())
            if later:
                values = {"day": as_of.isoformat()}
                found.append(Finding("later_rows", path.stem, later, values=values).to_json())
    return found


def _key_of(folder: Path) -> str | None:
    try:
        return json.loads((folder / SNAPSHOT_FILE).read_text(encoding="utf-8"))["key"]
    except (OSError, ValueError, KeyError):
        return None


def _existing_parent(folder: Path) -> Path:
    """The nearest folder above that is there: on the same disk, so that a move is atomic."""
    return next(parent for parent in folder.resolve().parents if parent.is_dir())
