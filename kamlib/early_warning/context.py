"""What is known of a client beside its trade, by month: limits, contacts, statements, ratings, events, contracts, cover."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.early_warning.months import month_of
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy
from kamlib.statements import altman_ratios, altman_z

USED_TABLES = (
    "receipts",
    "clients",
    "orders",
    "contracts",
    "protections",
    "statements",
    "ratings",
    "interactions",
    "events",
    "market",
    "decisions",
)
SCALE = ("AAA", "AA", "A", "BBB", "BB", "B", "CCC", "CC", "C", "D")
COVER_KINDS = ("insurance", "guarantee", "deposit")


@dataclass(frozen=True)
class Context:
    """Facts by client and month; NaN where nothing is known.

    Attributes
    ----------
    limit : array
        Credit limit in force: the last decision on it, else the client's own.
    contact_silence : array
        Days since the last contact.
    satisfaction, answers : array
        Sum of the month's answers, and how many there were.
    altman, leverage, cash_flow, statement_age : array
        Z″, liabilities ÷ assets, operating cash flow ÷ assets and age in months of the last published statement.
    rating : array
        Position on `SCALE` of the last rating (0 best), thirds for + and −.
    event_points : array
        Severity of the events of the policy's window; zero where none happened.
    hard : array of bool
        Whether an event that overrides every score has happened.
    contract_end : array
        Days until the last contract without automatic renewal ends; inf where one has no end or renews.
    cover : array
        Money that insurance, guarantees and deposits in force would pay.
    industry : array
        The index of the client's industry.
    """

    limit: np.ndarray
    contact_silence: np.ndarray
    satisfaction: np.ndarray
    answers: np.ndarray
    altman: np.ndarray
    leverage: np.ndarray
    cash_flow: np.ndarray
    statement_age: np.ndarray
    rating: np.ndarray
    event_points: np.ndarray
    hard: np.ndarray
    contract_end: np.ndarray
    cover: np.ndarray
    industry: np.ndarray


def latest(client: np.ndarray, month: np.ndarray, values: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """The last value known at each month end; rows must be in order of time.

    Examples
    --------
    >>> latest(np.array([0, 0]), np.array([1, 1]), np.array([5.0, 7.0]), (1, 3)).tolist()
    [[nan, 7.0, 7.0]]
    """
    table = np.full(shape, np.nan)
    inside = month < shape[1]
    table[client[inside], month[inside]] = values[inside]
    return pd.DataFrame(table).ffill(axis=1).to_numpy()


def build_context(snapshot: Snapshot, clients: pd.Index, ends: pd.DatetimeIndex, policy: Policy) -> Context:
    """The facts of clients at month ends, from every optional table."""
    shape = (len(clients), len(ends))
    statements = _of(snapshot, "statements", clients, "published_date", ["period_end", "published_date"])
    published = month_of(statements["published_date"], ends)

    def stated(values: pd.Series) -> np.ndarray:
        return latest(statements["client"].to_numpy(), published, values.to_numpy(dtype=float), shape)

    ratios = altman_ratios(
        working_capital=statements["current_assets"] - statements["current_liabilities"],
        total_assets=statements["total_assets"],
        retained_earnings=statements["retained_earnings"],
        ebit=statements["ebit"],
        equity=statements["equity"],
        total_liabilities=statements["total_liabilities"],
    )
    day_numbers = (ends - ends[0]).days.to_numpy(dtype=float)
    contacts = _of(snapshot, "interactions", clients, "date")
    met = month_of(contacts["date"], ends)
    last_met = latest(
        contacts["client"].to_numpy(), met, (contacts["date"] - ends[0]).dt.days.to_numpy(dtype=float), shape
    )
    answered = contacts["satisfaction"].notna().to_numpy()
    answer = np.zeros((2, *shape))
    inside = answered & (met < shape[1])
    np.add.at(answer[0], (contacts["client"].to_numpy()[inside], met[inside]), contacts["satisfaction"][inside])
    np.add.at(answer[1], (contacts["client"].to_numpy()[inside], met[inside]), 1.0)
    ratings = _of(snapshot, "ratings", clients, "date")
    rank = ratings["grade"].map(rating_rank).astype(float)
    event_points, hard = _events(snapshot, clients, ends, policy)
    return Context(
        limit=_limits(snapshot, clients, ends),
        contact_silence=day_numbers - last_met,
        satisfaction=answer[0],
        answers=answer[1],
        altman=stated(altman_z(*[ratios[name] for name in ("x1", "x2", "x3", "x4")], variant="Z''")),
        leverage=stated(statements["total_liabilities"] / statements["total_assets"]),
        cash_flow=stated(statements["operating_cash_flow"] / statements["total_assets"]),
        statement_age=(day_numbers - stated((statements["period_end"] - ends[0]).dt.days)) / 30.4375,
        rating=latest(ratings["client"].to_numpy(), month_of(ratings["date"], ends), rank.to_numpy(), shape),
        event_points=event_points,
        hard=hard,
        contract_end=_contracts(snapshot, clients, ends),
        cover=_cover(snapshot, clients, ends),
        industry=_industry(snapshot, clients, ends),
    )


def rating_rank(grade: str | None) -> float:
    """The place of a grade on the usual scale: 0 for AAA, 3 for BBB; a third up for +, down for −.

    Examples
    --------
    >>> rating_rank("BBB"), round(rating_rank("BB+"), 2), rating_rank("unknown")
    (3.0, 3.67, nan)
    """
    text = grade.strip().upper() if isinstance(grade, str) else ""
    letters = text.rstrip("+-−")
    if letters not in SCALE:
        return float("nan")
    return SCALE.index(letters) + {"+": -1 / 3, "": 0.0}.get(text[len(letters) :], 1 / 3)


def _of(snapshot: Snapshot, table: str, clients: pd.Index, day: str, order: list[str] | None = None) -> pd.DataFrame:
    """A table's rows of these clients in order of time, with their position as ``client``."""
    frame = snapshot.table(table)
    frame = frame.assign(client=clients.get_indexer(frame["client_id"]))
    return frame[(frame["client"] >= 0) & frame[day].notna()].sort_values(order or [day], kind="stable")


def _limits(snapshot: Snapshot, clients: pd.Index, ends: pd.DatetimeIndex) -> np.ndarray:
    shape = (len(clients), len(ends))
    known = _known_clients(snapshot, clients, ends)
    decisions = _of(snapshot, "decisions", clients, "date")
    decisions = decisions[decisions["kind"] == "limit"]
    amount = pd.to_numeric(decisions["after"], errors="coerce").astype(float)
    decided = latest(decisions["client"].to_numpy(), month_of(decisions["date"], ends), amount.to_numpy(), shape)
    own = snapshot.table("clients").drop_duplicates("client_id").set_index("client_id")["credit_limit"]
    standing = np.where(known, own.reindex(clients).to_numpy(dtype=float)[:, None], np.nan)
    return np.where(np.isnan(decided), standing, decided)


def _known_clients(snapshot: Snapshot, clients: pd.Index, ends: pd.DatetimeIndex) -> np.ndarray:
    """Whether the client's own row was known at each month end."""
    since = snapshot.table("clients").drop_duplicates("client_id").set_index("client_id")["since"].reindex(clients)
    return month_of(since.fillna(ends[0]), ends)[:, None] <= np.arange(len(ends))[None, :]


def _events(
    snapshot: Snapshot, clients: pd.Index, ends: pd.DatetimeIndex, policy: Policy
) -> tuple[np.ndarray, np.ndarray]:
    rules, shape = policy.early_warning, (len(clients), len(ends))
    events = _of(snapshot, "events", clients, "date")
    client, month = events["client"].to_numpy(), month_of(events["date"], ends)
    points = events["severity"].map(rules.severity_points).fillna(1.0).to_numpy(dtype=float)
    happened, hard = np.zeros(shape), np.zeros(shape)
    inside = month < shape[1]
    recent = inside & (events["date"] > ends[0] - pd.DateOffset(months=1)).to_numpy()  # not years before the ledger
    np.add.at(happened, (client[recent], month[recent]), points[recent])
    is_hard = inside & events["kind"].isin(rules.hard_events).to_numpy()
    np.add.at(hard, (client[is_hard], month[is_hard]), 1.0)
    total = happened.cumsum(axis=1)
    before = np.pad(total, ((0, 0), (rules.event_months, 0)))[:, : shape[1]]
    return total - before, hard.cumsum(axis=1) > 0


def _contracts(snapshot: Snapshot, clients: pd.Index, ends: pd.DatetimeIndex) -> np.ndarray:
    """Days from each month end to the latest end of a contract signed by then; negative once it has run out."""
    shape = (len(clients), len(ends))
    contracts = _of(snapshot, "contracts", clients, "start_date")
    days = (contracts["end_date"] - ends[0]).dt.days.astype(float)
    days = days.where(~contracts["auto_renews"] & contracts["end_date"].notna(), np.inf)
    table = np.full(shape, -np.inf)
    month = month_of(contracts["start_date"], ends)
    inside = month < shape[1]
    np.maximum.at(table, (contracts["client"].to_numpy()[inside], month[inside]), days.to_numpy()[inside])
    table = np.maximum.accumulate(table, axis=1)
    table = np.where(np.isneginf(table), np.nan, table)
    return table - (ends - ends[0]).days.to_numpy(dtype=float)


def _cover(snapshot: Snapshot, clients: pd.Index, ends: pd.DatetimeIndex) -> np.ndarray:
    shape = (len(clients), len(ends))
    protections = _of(snapshot, "protections", clients, "start_date")
    protections = protections[protections["kind"].isin(COVER_KINDS)]
    pays = (protections["limit"].fillna(0.0) * protections["insured_share"].fillna(1.0)).to_numpy(dtype=float)
    flow = np.zeros(shape)
    starts = month_of(protections["start_date"], ends)
    never = ends[-1] + pd.Timedelta(days=1)
    stops = month_of(protections["end_date"].fillna(never) + pd.Timedelta(days=1), ends)
    client = protections["client"].to_numpy()
    for month, sign in ((starts, 1.0), (np.maximum(stops, starts), -1.0)):
        inside = month < shape[1]
        np.add.at(flow, (client[inside], month[inside]), sign * pays[inside])
    return flow.cumsum(axis=1)


def _industry(snapshot: Snapshot, clients: pd.Index, ends: pd.DatetimeIndex) -> np.ndarray:
    """The last value of the series named as each client's industry."""
    market = snapshot.table("market").sort_values("date", kind="stable")
    series = pd.Index(market["series"].unique())
    table = latest(
        series.get_indexer(market["series"]),
        month_of(market["date"], ends),
        market["value"].to_numpy(dtype=float),
        (len(series), len(ends)),
    )
    industries = snapshot.table("clients").drop_duplicates("client_id").set_index("client_id")["industry"]
    row = series.get_indexer(industries.reindex(clients))
    index = np.vstack([table, np.full((1, len(ends)), np.nan)])[row]
    return np.where(_known_clients(snapshot, clients, ends), index, np.nan)
