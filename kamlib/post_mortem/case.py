"""A case file: who, when, what happened, what came back, and the published figures where there is no ledger."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from kamlib.ledger.schema import PROTECTION_KINDS
from kamlib.protection.protection_effects import Protection
from kamlib.settings import HOUSE, Strict, checked_model, named_file, read_yaml

CASE_FOLDER = HOUSE / "params" / "cases"
Words = str | dict[Literal["en", "zh"], str]
Span = tuple[float, float]


class Moment(Strict):
    """Something on the timeline that no ledger tells."""

    date: date
    kind: Literal["signal", "decision", "contact", "event", "payment"] = "event"
    text: Words
    source: str = ""


class Received(Strict):
    """Money that came back after the event and does not stand in the ledger's receipts."""

    date: date
    amount: float = Field(ge=0)
    payer: Literal["recovery", "sale", "insurance", "guarantee", "deposit", "retention_of_title"] = "recovery"


class Held(Strict):
    """A protection in force at the event."""

    kind: str
    limit: float = Field(ge=0)
    share: float = Field(1.0, ge=0, le=1)
    deductible: float = Field(0.0, ge=0)
    deductible_order: Literal["after_share", "before_share"] | None = None
    annual_cost: float = Field(0.0, ge=0)

    @model_validator(mode="after")
    def _known_kind(self) -> "Held":
        if self.kind not in PROTECTION_KINDS:
            raise ValueError(f"use one of {', '.join(PROTECTION_KINDS)}")
        return self

    def agreed(self, order: str) -> Protection:
        """As the payout waterfall takes it."""
        deductible_order = self.deductible_order or order
        return Protection(self.kind, self.limit, self.share, self.deductible, deductible_order, self.annual_cost)


class Year(Strict):
    """Published figures of one year of the supplier; money in the case's currency."""

    end: date
    revenue: float | None = Field(None, ge=0)
    from_client: float | None = Field(None, ge=0)
    share: float | None = Field(None, ge=0, le=1)
    receivable: float | None = Field(None, ge=0)
    contract_assets: float | None = Field(None, ge=0)
    provision: float | None = Field(None, ge=0)


class Creditor(Strict):
    """One of several suppliers of a client that failed."""

    name: str
    revenue: float | None = Field(None, ge=0)
    owed: float | None = Field(None, ge=0)
    first_estimate: Span | None = None
    booked: float | None = Field(None, ge=0)
    future_orders: float | None = Field(None, ge=0)


class Survey(Strict):
    """What creditors answered."""

    respondents: int = Field(ge=1)
    owed: int = Field(ge=1)
    total: float = Field(ge=0)


class Advance(Strict):
    """A client that has lent to its supplier, secured on equipment."""

    agreed: float = Field(ge=0)
    paid: float = Field(ge=0)
    cash: float = Field(ge=0)
    cash_trigger: float = Field(ge=0)
    burn_last_quarter: float = Field(gt=0)
    first_units: int | None = Field(None, ge=0)
    first_unit_price: float | None = Field(None, ge=0)
    units_to_repay: int | None = Field(None, ge=1)


class Notice(Strict):
    """When the client said that it goes, and how many months it gave."""

    given: date
    months: Span


class Shortfall(Strict):
    """A loss of a joint venture that the remaining partners share equally."""

    low: float
    high: float
    partners: int = Field(ge=1)


class Figures(Strict):
    """What was published."""

    years: list[Year] = []
    creditors: list[Creditor] = []
    survey: Survey | None = None
    advance: Advance | None = None
    notice: Notice | None = None
    shortfall: Shortfall | None = None
    owed: float | None = Field(None, ge=0)
    insured: float | None = Field(None, ge=0)


class Case(Strict):
    """The content of a case file."""

    name: Words
    client: str = Field(min_length=1)
    supplier: str = ""
    kind: Literal["default", "insolvency", "loss", "dispute"]
    won: bool = False
    event_date: date
    today: date | None = None
    currency: str | None = Field(None, pattern="^[A-Z]{3}$")
    client_id: str | None = Field(None, min_length=1)
    run: str | None = Field(None, min_length=1)
    policy_then: str | None = Field(None, min_length=1)
    recoveries: list[Received] = []
    protections: list[Held] | None = None
    margin_lost: float | None = Field(None, ge=0)
    stranded_stock: float | None = Field(None, ge=0)
    timeline: list[Moment] = []
    worked: list[Words] = []
    untold: list[Words] = []
    sources: list[str] = []
    figures: Figures | None = None

    @model_validator(mode="after")
    def _something_to_tell(self) -> "Case":
        if self.client_id is None and self.figures is None:
            raise ValueError("give client_id (a client of a ledger) or figures (published ones)")
        if self.figures is not None and not (self.sources and self.currency):
            raise ValueError("published figures need sources and a currency")
        if self.figures is not None and self.client_id is None and self.today is None:
            raise ValueError("give today, the last day that is seen")
        return self


@dataclass(frozen=True)
class CaseFile:
    """A case and the file it was read from.

    Attributes
    ----------
    slug : str
        The file's name without suffix.
    path : Path
    case : Case
    """

    slug: str
    path: Path
    case: Case


def load_case(name: str | Path) -> CaseFile:
    """Read a case file by path, or by its name in ``params/cases``.

    Raises
    ------
    DataError
        No such file, unknown keys, wrong values: every fault at once.
    """
    path = named_file(name, CASE_FOLDER)
    return CaseFile(path.stem, path, checked_model(Case, read_yaml(path) or {}, path.name))


def list_cases(folder: Path = CASE_FOLDER) -> list[CaseFile]:
    """Every case of a folder, by name."""
    return [load_case(path) for path in sorted(folder.glob("*.yaml"))]
