"""What the whole book tells of its clients: churn rates, the model of repeat buying, lives under contract, warning levels.

A client's report needs it, but it rests on all clients: a run works it out once and keeps it beside the snapshot.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from kamlib import churn
from kamlib.churn import bgnbd
from kamlib.dependence import revenue_by_client, window_start
from kamlib.early_warning.replay import Replay
from kamlib.early_warning.warnings import replay_warnings, review_replay
from kamlib.errors import DataError
from kamlib.kept import kept_file
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy

QUARTER_DAYS = 365.25 / 4
BOOK_FILE = "book.json"


@dataclass(frozen=True)
class Book:
    """Churn and warnings of the whole book on a day.

    Attributes
    ----------
    rates : ChurnRates
        Of the policy's window against the one before.
    model : BuyingModel or None
        Of the clients without a contract, time in weeks; None with too few of them.
    model_fault : str
        Why there is none.
    calibration : DataFrame
        See `kamlib.churn.bgnbd.calibrate_buying`; empty where the history is too short.
    lives : DataFrame
        ``client_id, quarters, lost`` of clients that have or had a contract.
    levels : dict
        Client → the level of its early warning.
    """

    rates: churn.ChurnRates
    model: bgnbd.BuyingModel | None
    model_fault: str
    calibration: pd.DataFrame
    lives: pd.DataFrame
    levels: dict[str, str]


def book_of(snapshot: Snapshot, policy: Policy) -> Book:
    """The book's churn: what the run has kept if it is of this day and policy, else worked out now."""
    place = kept_file(snapshot, policy, BOOK_FILE)
    if place is not None and place.is_file():
        return _from_json(json.loads(place.read_text(encoding="utf-8")))
    return review_book(snapshot, policy)


def book_text(book: Book) -> str:
    """A book as JSON, from which `book_of` reads it again."""
    frames = {name: getattr(book, name).to_dict("list") for name in ("calibration", "lives")}
    return json.dumps(asdict(book) | frames)


def review_book(snapshot: Snapshot, policy: Policy, replay: Replay | None = None) -> Book:
    """Churn rates, the buying model with its hold-out, lives of contract clients, warning levels; from all clients.

    Parameters
    ----------
    snapshot : Snapshot
    policy : Policy
    replay : Replay or None
        From `kamlib.early_warning.replay_warnings` of the same snapshot, where it is at hand.
    """
    months, rules = policy.concentration.window_months, policy.profile
    start = window_start(snapshot.date, months)
    rates = churn.churn_rates(
        revenue_by_client(snapshot.as_of(start), months),
        revenue_by_client(snapshot, months),
    )
    invoices = snapshot.revenue
    bought = invoices.loc[invoices["reporting_amount"] > 0, ["client_id", "issue_date"]]
    bought = bought.rename(columns={"issue_date": "date"})
    under_contract = bought["client_id"].isin(snapshot.table("contracts")["client_id"].unique())
    free = bought[~under_contract]
    model, fault, calibration = None, "", pd.DataFrame({"group": [], "clients": [], "expected": [], "actual": []})
    try:
        model = bgnbd.fit_buying(bgnbd.buying_summary(free, snapshot.date))
        span = snapshot.date - free["date"].min()
        split = (snapshot.date - span * rules.holdout_share).normalize()
        calibration = bgnbd.calibrate_buying(free, split, snapshot.date)
    except DataError as error:
        fault = "" if model is not None else error.faults[0].value
    lives = contract_lives(bought[under_contract], snapshot.date, rules.lost_after_months)
    told = review_replay(snapshot, replay or replay_warnings(snapshot, policy), policy).clients
    levels = dict(zip(told["client_id"], told["level"], strict=True))
    return Book(rates, model, fault, calibration, lives, levels)


def contract_lives(bought: pd.DataFrame, day: pd.Timestamp, lost_after_months: int) -> pd.DataFrame:
    """How many quarters each client has been seen, and whether it was lost at the end of them.

    A client is lost when its last invoice is older than `lost_after_months`; its life then ends with that invoice.
    """
    days = bought.groupby("client_id")["date"].agg(["min", "max"])
    lost = days["max"] < day - pd.DateOffset(months=lost_after_months)
    end = days["max"].where(lost, day)
    quarters = ((end - days["min"]).dt.days // QUARTER_DAYS + 1).astype(int)
    return pd.DataFrame({"client_id": days.index, "quarters": quarters.to_numpy(), "lost": lost.to_numpy()})


def _from_json(content: dict[str, Any]) -> Book:
    model = content["model"]
    return Book(
        churn.ChurnRates(**content["rates"]),
        None if model is None else bgnbd.BuyingModel(**model),
        content["model_fault"],
        pd.DataFrame(content["calibration"]),
        pd.DataFrame(content["lives"]),
        content["levels"],
    )
