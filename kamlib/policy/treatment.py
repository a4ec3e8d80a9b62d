"""What is done about risks: when one is worth an entry, what is accepted, what mitigations cost, when insurers want to know."""

from typing import Literal

from pydantic import Field, field_validator

from kamlib.settings import Strict

Kind = Literal["market", "credit", "operational", "contract", "demand", "dependence", "concentration"]
Bands = tuple[float, float, float, float]
APPETITE: dict[Kind, float] = {
    "market": 0.05,
    "credit": 0.03,
    "operational": 0.02,
    "contract": 0.03,
    "demand": 0.05,
    "dependence": 0.05,
    "concentration": 0.05,
}
OWNERS: dict[Kind, str] = {
    "market": "Head of sales",
    "credit": "Credit manager",
    "operational": "Account manager",
    "contract": "Account manager",
    "demand": "Account manager",
    "dependence": "Head of sales",
    "concentration": "Head of sales",
}
PREMIUM = {"AAA": 0.0010, "AA": 0.0012, "A": 0.0015, "BBB": 0.0020, "BB": 0.0030, "B": 0.0060, "CCC": 0.0150}
GRANTED = {"AAA": 1.0, "AA": 1.0, "A": 1.0, "BBB": 0.9, "BB": 0.8, "B": 0.5, "CCC": 0.2}


class Chances(Strict):
    """How likely a year is what no model of this ledger tells."""

    demand: float = Field(0.05, ge=0, le=1)
    demand_signal: float = Field(0.25, ge=0, le=1)
    contract_ends: float = Field(0.20, ge=0, le=1)
    operational_signal: float = Field(0.15, ge=0, le=1)
    dependence: float = Field(0.05, ge=0, le=1)
    market: float = Field(0.10, ge=0, le=1)
    market_signal: float = Field(0.25, ge=0, le=1)


class Insurance(Strict):
    """Credit insurance that is not there yet."""

    share: float = Field(0.90, ge=0, le=1)
    deductible: float = Field(5_000, ge=0)
    deductible_order: Literal["after_share", "before_share"] = "after_share"
    premium_by_grade: dict[str, float] = PREMIUM  # of insured revenue; no grade named: not insurable
    granted_by_grade: dict[str, float] = GRANTED  # of the limit asked for
    granted_by_level: dict[str, float] = {"medium": 0.8, "high": 0.4, "critical": 0.0}  # times that, by warning level
    kept_after_cut: float = Field(0.50, ge=0, le=1)  # the insurer cuts the limit to so much for later deliveries
    later_days: int = Field(30, ge=0)  # invoices so young count as delivered after the cut


class Instruments(Strict):
    """What each mitigation takes and costs; rates a year."""

    own_rate: float = Field(0.08, ge=0)
    handling: float = Field(1_500, ge=0)  # of any mitigation: people's time
    insurance: Insurance = Insurance()
    guarantee_share: float = Field(0.50, ge=0, le=1)  # of the balance
    willing_by_level: dict[str, float] = {"medium": 0.8, "high": 0.5, "critical": 0.25}
    guarantee_rate: float = Field(0.015, ge=0)
    deposit_share: float = Field(0.15, ge=0, le=1)  # of the balance
    deposit_refused: float = Field(0.03, ge=0, le=1)  # of the client's orders that go elsewhere because of it
    prepaid_share: float = Field(0.30, ge=0, le=1)
    prepaid_refused: float = Field(0.05, ge=0, le=1)
    instalments: int = Field(6, ge=1, le=60)
    instalment_days: int = Field(30, ge=1)
    instalment_kept: float = Field(0.60, ge=0, le=1)  # of what is agreed is really paid
    title_by_age: tuple[tuple[int, float], ...] = ((30, 0.40), (60, 0.25), (90, 0.10))  # days since delivery, recovered
    title_cost: float = Field(500, ge=0)
    limit_cut: float = Field(0.30, ge=0, le=1)  # of the balance
    refused_kept: float = Field(0.60, ge=0, le=1)  # of the orders beyond the cut limit are bought for cash
    shorter_days: float = Field(15, ge=0)
    shorter_refused: float = Field(0.02, ge=0, le=1)
    factoring_advance: float = Field(0.80, ge=0, le=1)
    factoring_rate: float = Field(0.09, ge=0)
    factoring_fee: float = Field(0.008, ge=0)  # of revenue; without recourse
    discount: float = Field(0.02, ge=0, lt=1)
    discount_days: float = Field(10, ge=0)
    discount_taken: float = Field(0.50, ge=0, le=1)  # of the client's invoices are paid early
    diversify_share: float = Field(0.10, ge=0, le=1)  # of the client's revenue is won elsewhere beforehand
    diversify_cost: float = Field(0.05, ge=0)  # of that revenue, to win it

    @field_validator("title_by_age")
    @classmethod
    def _ages(cls, steps: tuple[tuple[int, float], ...]) -> tuple[tuple[int, float], ...]:
        ages = [age for age, _ in steps]
        if ages != sorted(set(ages)) or any(not 0 <= part <= 1 for _, part in steps):
            raise ValueError("give rising days, each with a fraction from 0 to 1")
        return steps


class Calendar(Strict):
    """When a credit insurer wants to know; check your own policy."""

    extension_days: int = Field(60, ge=0)  # where the table protections tells none
    notify_days: int = Field(30, ge=0)  # after the extension has run out
    protracted_days: int = Field(60, ge=0)  # so long unpaid is a default
    counted_from: Literal["due_date", "extension_end"] = "due_date"
    claim_days: int = Field(180, ge=0)  # after the default, the last day for a claim
    renew_days: int = Field(60, ge=0)  # before the end of the cover
    weeks: int = Field(13, ge=1, le=104)
    smallest_amount: float = Field(1_000, ge=0)
    uncovered_shown: int = Field(5, ge=0, le=50)


class Legal(Strict):
    """What the law of a country gives us to do, as days; ask a lawyer before relying on it."""

    names: dict[Literal["en", "zh"], str]
    claim_days: int = Field(ge=0)  # after an insolvency is opened, to file the claim
    reclaim_days: int = Field(ge=0)  # after delivery, to ask for goods back
    notes: dict[Literal["en", "zh"], str]


LEGAL = {
    "other": Legal(
        names={"en": "other countries", "zh": "其他国家"},
        claim_days=30,
        reclaim_days=10,
        notes={"en": "Ask a local lawyer on the first day.", "zh": "首日即咨询当地律师。"},
    )
}


class Treatment(Strict):
    """What is done about risks, and what it may cost."""

    clients: int = Field(12, ge=1, le=100)
    materiality: float = Field(0.0002, ge=0)  # of a year's contribution margin
    chances: Chances = Chances()
    order_drop: float = Field(0.50, ge=0, le=1)
    market_fall: float = Field(0.20, ge=0, le=1)
    expiry_months: int = Field(12, ge=0)
    appetite: dict[Kind, float] = APPETITE
    likelihood_bands: Bands = (0.01, 0.05, 0.15, 0.40)
    impact_bands: Bands = (0.005, 0.02, 0.05, 0.15)
    accept_below: float = Field(0.0004, ge=0)  # of a year's contribution margin
    avoid_from: float = Field(0.50, ge=0, le=1)
    owners: dict[Kind, str] = OWNERS
    people: list[str] = ["Finance director", "Credit manager", "Head of sales", "Account manager"]
    review_months: dict[Literal["accept", "transfer", "reduce", "avoid"], int] = {
        "accept": 12,
        "transfer": 6,
        "reduce": 3,
        "avoid": 1,
    }
    budget: float | None = Field(150_000, ge=0)
    bundle: int = Field(3, ge=1, le=4)
    compared: int = Field(8, ge=1, le=30)
    level: float = Field(0.99, gt=0, lt=1)
    tail_price: float = Field(0.10, ge=0)
    instruments: Instruments = Instruments()
    calendar: Calendar = Calendar()
    legal: dict[str, Legal] = LEGAL
    legal_by_region: dict[str, str] = {}

    @field_validator("likelihood_bands", "impact_bands")
    @classmethod
    def _rising(cls, bands: Bands) -> Bands:
        if min(bands) <= 0 or list(bands) != sorted(bands):
            raise ValueError("give four rising fractions above 0")
        return bands

    @field_validator("legal")
    @classmethod
    def _fallback(cls, legal: dict[str, Legal]) -> dict[str, Legal]:
        if "other" not in legal:
            raise ValueError("name the entry other, for countries without one of their own")
        return legal
