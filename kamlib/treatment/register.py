"""The risk register: entries proposed from the analyses, and what people have edited in their file."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from kamlib.errors import Fault, raise_faults
from kamlib.policy import Policy
from kamlib.policy.treatment import Kind
from kamlib.settings import HOUSE, Strict, checked_model, house_path, read_yaml
from kamlib.treatment.facts import RiskFacts

REGISTER_FILE = HOUSE / "params" / "risk_register.yaml"
COLUMNS = (
    "risk_id", "kind", "client_id", "name", "probability", "inherent", "residual", "planned", "treatment", "owner",
    "review", "evidence", "note", "origin",
)  # fmt: skip
TREATMENTS = ("accept", "transfer", "reduce", "avoid")


class Entry(Strict):
    """One entry of the file: it edits the proposed one of the same id, or adds one of its own."""

    id: str = Field(min_length=1, max_length=80)
    kind: Kind | None = None
    client: str = ""
    title: str = ""
    probability: float | None = Field(None, ge=0, le=1)
    inherent: float | None = Field(None, ge=0)
    residual: float | None = Field(None, ge=0)
    treatment: Literal["accept", "transfer", "reduce", "avoid"] | None = None
    owner: str = ""
    review: date | None = None
    note: str = ""

    @model_validator(mode="after")
    def _not_worse(self) -> "Entry":
        if self.inherent is not None and self.residual is not None and self.residual > self.inherent:
            raise ValueError("residual is what is left of inherent: give no more than that")
        return self


class RegisterFile(Strict):
    """The content of ``params/risk_register.yaml``."""

    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class Register:
    """What `build_register` found, in the reporting currency.

    Attributes
    ----------
    entries : DataFrame, most expected residual first
        ``risk_id, kind, client_id`` (empty: the company), ``name, probability`` (a year), ``inherent`` (money, if
        nothing protected), ``residual`` (with what is in force), ``planned`` (with the picked mitigations, too),
        ``expected_inherent, expected, expected_planned`` (probability × each), ``treatment, owner, review, evidence``
        (tuple: a code and its figures), ``note, origin`` (proposed, edited, own), ``past_review, owner_known``,
        ``likelihood_band, inherent_band, residual_band, planned_band`` (0 to 4, only for show).
    appetite : DataFrame, one row a kind
        ``kind, entries, expected, planned, limit, over``: expected residual loss a year against what is accepted.
    unmatched : tuple of str
        Ids of the file that edit no proposed entry, and tell too little to be one.
    from_file : int
        Entries in the file.
    """

    entries: pd.DataFrame
    appetite: pd.DataFrame
    unmatched: tuple[str, ...]
    from_file: int
    date: pd.Timestamp
    currency: str

    @property
    def past_review(self) -> pd.DataFrame:
        """Entries whose day of review has gone by."""
        return self.entries[self.entries["past_review"]]

    @property
    def unowned(self) -> pd.DataFrame:
        """Entries whose owner nobody knows."""
        return self.entries[~self.entries["owner_known"]]


def read_register(path: str | Path | None = None) -> tuple[Entry, ...]:
    """The entries of a register file.

    Parameters
    ----------
    path : str, Path or None
        None, or "", reads ``params/risk_register.yaml``, which need not be there.

    Raises
    ------
    DataError
        Unknown keys, wrong values, an id that stands twice: every fault at once.
    """
    file = house_path(path) if path else REGISTER_FILE
    if not path and not file.exists():
        return ()
    found = checked_model(RegisterFile, read_yaml(file) or {}, f"register {file.name}").entries
    ids = [entry.id for entry in found]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    raise_faults(Fault(f"register {file.name}: {name}", "stands twice", "Keep one entry of each id.") for name in twice)
    return found


def build_register(
    proposed: list[dict[str, Any]],
    edited: tuple[Entry, ...],
    facts: RiskFacts,
    day: pd.Timestamp,
    currency: str,
    policy: Policy,
) -> Register:
    """Proposed and edited entries as one register, with bands, owners and the appetite by kind.

    Parameters
    ----------
    proposed : list of dict
        See `kamlib.treatment.proposals.propose_entries`.
    edited : tuple of Entry
        See `read_register`.
    """
    rules = policy.treatment
    rows = {row["risk_id"]: row | {"origin": "proposed", "note": ""} for row in proposed}
    names = facts.clients.set_index("client_id")["name"]
    unmatched = []
    for entry in edited:
        if entry.id in rows:
            rows[entry.id] = rows[entry.id] | _changes(entry) | {"origin": "edited"}
        elif entry.kind and entry.probability is not None and entry.inherent is not None:
            rows[entry.id] = _own(entry, names, day, policy)
        else:
            unmatched.append(entry.id)
    frame = pd.DataFrame(list(rows.values()), columns=list(COLUMNS))
    for column in ("probability", "inherent", "residual", "planned"):
        frame[column] = frame[column].astype(float)
    frame["residual"] = frame[["residual", "inherent"]].min(axis=1)
    frame["planned"] = frame[["planned", "residual"]].min(axis=1)
    for column, money in (("expected_inherent", "inherent"), ("expected", "residual"), ("expected_planned", "planned")):
        frame[column] = (frame["probability"] * frame[money]).round(2)
    known = {*rules.people, *rules.owners.values(), *facts.clients["account_manager"].dropna()}
    frame["owner_known"] = frame["owner"].isin(list(known)) & (frame["owner"] != "")
    frame["review"] = pd.to_datetime(frame["review"])
    frame["past_review"] = frame["review"] < day
    margin = max(facts.margin, 1e-9)
    frame["likelihood_band"] = np.searchsorted(rules.likelihood_bands, frame["probability"], side="right")
    for column in ("inherent", "residual", "planned"):
        frame[f"{column}_band"] = np.searchsorted(rules.impact_bands, frame[column] / margin, side="right")
    frame = frame.sort_values(["expected", "risk_id"], ascending=[False, True], ignore_index=True)
    return Register(frame, _appetite(frame, facts, policy), tuple(unmatched), len(edited), day, currency)


def _changes(entry: Entry) -> dict[str, Any]:
    told = entry.model_dump(exclude_none=True, exclude={"id", "kind", "client", "title"})
    told = {name: value for name, value in told.items() if value != ""}
    if "residual" in told or "inherent" in told:
        told["planned"] = told.get("residual", told.get("inherent"))
    return told


def _own(entry: Entry, names: pd.Series, day: pd.Timestamp, policy: Policy) -> dict[str, Any]:
    treatment = entry.treatment or "reduce"
    residual = entry.inherent if entry.residual is None else entry.residual
    return {
        "risk_id": entry.id,
        "kind": entry.kind,
        "client_id": entry.client,
        "name": str(names.get(entry.client, entry.client)),
        "probability": entry.probability,
        "inherent": entry.inherent,
        "residual": residual,
        "planned": residual,
        "treatment": treatment,
        "owner": entry.owner,
        "review": pd.Timestamp(entry.review) if entry.review else next_review(day, treatment, policy),
        "evidence": ("own", entry.title or entry.id),
        "note": entry.note,
        "origin": "own",
    }


def next_review(day: pd.Timestamp, treatment: str, policy: Policy) -> pd.Timestamp:
    """When an entry is to be looked at again.

    Examples
    --------
    >>> f"{next_review(pd.Timestamp('2026-09-30'), 'reduce', Policy()):%Y-%m-%d}"
    '2026-12-30'
    """
    return day + pd.DateOffset(months=policy.treatment.review_months.get(treatment, 3))


def _appetite(frame: pd.DataFrame, facts: RiskFacts, policy: Policy) -> pd.DataFrame:
    rows = []
    for kind, share in policy.treatment.appetite.items():
        own = frame[frame["kind"] == kind]
        expected, planned, limit = own["expected"].sum(), own["expected_planned"].sum(), share * facts.margin
        rows.append((kind, len(own), float(expected), float(planned), limit, bool(expected > limit)))
    return pd.DataFrame(rows, columns=["kind", "entries", "expected", "planned", "limit", "over"])
