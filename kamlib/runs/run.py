"""A run file: which ledger, as of when, which clients and notebooks, checked with every fault at once."""

import re
import tempfile
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from kamlib.alerting.settings import Monitor
from kamlib.errors import Fault
from kamlib.ledger.address import WANTED, is_engine
from kamlib.ledger.findings.catalogue import check_accepted
from kamlib.ledger.origins import Source
from kamlib.settings import HOUSE, Strict, checked_model, named_file, read_yaml

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


class Sender(Strict):
    """What letters to clients say of who writes, beside the company's title: lines as they are printed."""

    address: list[str] = []
    bank: list[str] = []
    contact: list[str] = []


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
    sender: Sender = Sender()
    clients: Selection = Selection(top=20)
    cases: list[str] = []
    notebooks: list[str] | None = None
    parameters: dict[str, dict[str, Any]] = {}
    policy: str = Field("params/policy.yaml", min_length=1)
    previous: str | None = Field(None, min_length=1)
    out: str | None = Field(None, min_length=1)
    limits: Limits = Limits()
    monitor: Monitor = Monitor()
    engine_url: str = ""
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

    @field_validator("engine_url")
    @classmethod
    def _known_engine(cls, url: str) -> str:
        if not is_engine(url):
            raise ValueError(WANTED)
        return url

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
    def letters(self) -> Path:
        """Where letters to clients go: beside the folder of the reports, one folder a day."""
        return self.folder.parent / f"{self.folder.name}.letters" / self.as_of.isoformat()

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
    path = named_file(name, RUN_FOLDER)
    run = parse_run(read_yaml(path) or {}, path.name)
    bases = (Path.cwd(), path.parent, HOUSE)

    def found(given: str | None) -> str | None:
        if given is None or Path(given).is_absolute():
            return given
        return next((str(base / given) for base in bases if (base / given).exists()), given)

    sources = [source.model_copy(update={"path": found(source.path)}) for source in run.ledger.sources]
    ledger = run.ledger.model_copy(update={"path": found(run.ledger.path), "sources": sources})
    return run.model_copy(update={"ledger": ledger, "journal": found(run.journal)})


def parse_run(content: Any, where: str) -> Run:
    """Check the content of a run file."""
    run = checked_model(Run, content, where)
    if run.accept:
        check_accepted(run.accept)
    return run


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
