"""Thresholds and weights: the content of ``params/policy.yaml``, checked; never a constant in the code."""

from itertools import pairwise
from pathlib import Path

from pydantic import Field, field_validator

from kamlib.settings import HOUSE, Strict, checked_model, house_path, read_yaml

POLICY_FILE = HOUSE / "params" / "policy.yaml"


class Concentration(Strict):
    """How dependence on few clients is measured and judged."""

    window_months: int = Field(12, ge=1, le=120)
    single_client_bands: tuple[float, float, float] = (0.10, 0.20, 0.35)
    top_five_concerning: float = Field(0.50, gt=0, le=1)
    lose_up_to: int = Field(10, ge=1, le=50)


class Receivables(Strict):
    """How receivables are aged and collection is measured."""

    ageing_edges: tuple[int, ...] = (30, 60, 90, 120)
    sales_days: int = Field(90, ge=28, le=366)
    behaviour_months: int = Field(12, ge=3, le=60)
    trend_months: int = Field(18, ge=6, le=60)

    @field_validator("ageing_edges")
    @classmethod
    def _rising(cls, edges: tuple[int, ...]) -> tuple[int, ...]:
        if not edges or edges[0] < 1 or any(b <= a for a, b in pairwise(edges)):
            raise ValueError("give rising whole days, for example [30, 60, 90, 120]")
        return edges


class Review(Strict):
    """When a client's figures call for attention."""

    overdue_share_watch: float = Field(0.15, ge=0, le=1)
    overdue_share_alarm: float = Field(0.30, ge=0, le=1)
    days_late_watch: float = Field(15, ge=0)
    days_late_alarm: float = Field(30, ge=0)
    minor_revenue_share: float = Field(0.0002, ge=0, le=1)
    cover_ends_days: int = Field(60, ge=0)
    old_days: int = Field(90, ge=1)
    old_share_alarm: float = Field(0.05, ge=0, le=1)


class Policy(Strict):
    """The whole policy file."""

    concentration: Concentration = Concentration()
    receivables: Receivables = Receivables()
    review: Review = Review()


def load_policy(path: str | Path | None = None) -> Policy:
    """Read a policy file.

    Parameters
    ----------
    path : str, Path or None
        None, or "", reads ``params/policy.yaml``. A relative path is looked for from the working folder,
        then from the project's.

    Raises
    ------
    DataError
        Every unknown key and wrong value, with what is allowed.
    """
    file = house_path(path) if path else POLICY_FILE
    return checked_model(Policy, read_yaml(file) or {}, f"policy {file.name}")
