"""The least that breaks the company: the smallest set of clients whose loss does, with the proof that none is smaller."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.errors import Fault, raise_faults
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy
from kamlib.stress.cash import CashModel, cash_model
from kamlib.stress.losing import BY
from kamlib.stress.shocks import losing
from kamlib.stress.survive import HOW, covenant_limits

CRITERIA = ("profit", "dscr", "leverage", "minimum_cash")
FOUND, NEVER, ALREADY, UNKNOWN = "found", "never", "already", "unknown"
CENTS = 100


@dataclass(frozen=True)
class ReverseStress:
    """What `reverse_stress` found.

    Attributes
    ----------
    answers : DataFrame, one row a criterion of `CRITERIA`
        ``criterion``; ``status`` (found, never: not even the loss of all; already: broken before any loss;
        unknown: a fact of the company is missing); ``count``; ``keys, names`` (tuples); ``revenue_lost, share_lost``;
        ``room`` (damage that is just borne); ``damage`` (of the set); ``most_of_fewer`` (the most that any set with one
        client less can do: at most `room`, which proves that none is smaller); ``week`` (for cash: in which).
    by : {"client", "group"}
    how : {"leaves", "fails"}
    """

    answers: pd.DataFrame
    by: str
    how: str

    @property
    def smallest(self) -> pd.Series | None:
        """The criterion that the fewest clients break, the least revenue first among equals; None if none is found."""
        found = self.answers[self.answers["status"] == FOUND]
        return None if found.empty else found.sort_values(["count", "revenue_lost"], kind="stable").iloc[0]


def reverse_stress(
    snapshot: Snapshot,
    policy: Policy | None = None,
    by: str = "client",
    how: str = "leaves",
    model: CashModel | None = None,
) -> ReverseStress:
    """Search the smallest set of clients, by count and then by revenue, whose loss breaks each criterion.

    Every criterion is a sum of what each lost client takes, compared with the room there is: profit, DSCR and leverage
    with the margin of a whole year after notice; minimum cash with the cash missing at the end of each week. So
    the most that k clients can do is the sum of the k largest, and the smallest k whose sum exceeds the room is
    exact. Among the sets of that size the one with the least revenue is found by mixed-integer programming.

    Parameters
    ----------
    snapshot : Snapshot
    policy : Policy or None
        None takes the defaults of the code.
    by : {"client", "group"}
        Whether clients under common control go together.
    how : {"leaves", "fails"}
        As for `survival`.
    model : CashModel or None
        One that has been read already.

    Returns
    -------
    ReverseStress

    Raises
    ------
    DataError
        An unknown `by` or `how`.

    References
    ----------
    FSA, Reverse stress-testing, PS09/20 (2009); HiGHS for the integer programme.
    """
    raise_faults(
        Fault(name, value, f"Use one of {', '.join(allowed)}.")
        for name, value, allowed in (("by", by, BY), ("how", how, HOW))
        if value not in allowed
    )
    model = model or cash_model(snapshot, policy or Policy())
    clients = model.clients
    key = clients["group_id"] if by == "group" else pd.Series(clients.index, index=clients.index)
    codes, keys = pd.factorize(key)
    names = [" + ".join(clients["name"][codes == number]) for number in range(len(keys))]
    revenue = np.bincount(codes, clients["revenue"], len(keys))
    margin = np.bincount(codes, clients["margin"], len(keys))
    path_damage = np.zeros((len(keys), model.weeks))
    np.add.at(path_damage, codes, model.damage(losing(clients.index, clients.index, how)))
    rooms = _rooms(model)
    rows = []
    for criterion in CRITERIA:
        room = rooms[criterion]
        damage = path_damage if criterion == "minimum_cash" else margin[:, None]
        status, chosen, week = smallest_set(damage, room, revenue)
        row = {"criterion": criterion, "status": status, "count": len(chosen)}
        row |= {"keys": tuple(keys[chosen]), "names": tuple(names[i] for i in chosen)}
        lost = float(revenue[chosen].sum())
        row |= {"revenue_lost": lost, "share_lost": lost / revenue.sum() if revenue.sum() > 0 else np.nan}
        row["room"] = float(room[week]) if status != UNKNOWN else np.nan
        row["damage"] = float(damage[chosen, week].sum())
        fewer = np.sort(damage, axis=0)[::-1][: max(len(chosen) - 1, 0)].clip(min=0).sum(axis=0)
        row["most_of_fewer"] = float((fewer - room).max() + room[week]) if status == FOUND else np.nan
        row["week"] = week + 1 if criterion == "minimum_cash" and status == FOUND else None
        rows.append(row)
    return ReverseStress(pd.DataFrame(rows), by, how)


def smallest_set(damage: np.ndarray, room: np.ndarray, money: np.ndarray) -> tuple[str, np.ndarray, int]:
    """The fewest rows, then the least money, whose damage exceeds the room in at least one column.

    Parameters
    ----------
    damage : array, shape (n, n_columns)
    room : array, shape (n_columns,)
        NaN where it is not known.
    money : array, shape (n,)

    Returns
    -------
    (str, array of int, int)
        Status, the rows (most money first), and the column that breaks.

    Examples
    --------
    Four clients bring margins of 50, 40, 30 and 20; profit bears the loss of 75. Any one of them is borne; of the pairs
    that are not, the one with least revenue is the answer.

    >>> margin, revenue = np.array([[50.0], [40.0], [30.0], [20.0]]), np.array([400.0, 300.0, 200.0, 100.0])
    >>> status, lost, _ = smallest_set(margin, np.array([75.0]), revenue)
    >>> status, lost.tolist()
    ('found', [0, 2])
    """
    none = np.array([], dtype=int)
    if np.isnan(room).any():
        return UNKNOWN, none, 0
    if (room < 0).any():
        return ALREADY, none, int(np.argmax(room < 0))
    cents, limit = np.rint(damage * CENTS).astype(np.int64), np.rint(room * CENTS).astype(np.int64)
    reach = np.cumsum(np.sort(np.maximum(cents, 0), axis=0)[::-1], axis=0)
    breaks = (reach > limit).any(axis=1)
    if not breaks.any():
        return NEVER, none, int(np.argmax(reach[-1] - limit)) if len(reach) else 0
    count = int(np.argmax(breaks)) + 1
    best: tuple[int, np.ndarray, int] | None = None
    value = np.rint(money * CENTS).astype(np.int64)
    for column in np.flatnonzero(reach[count - 1] > limit):
        chosen = _least_money(cents[:, column], int(limit[column]), value, count, None if best is None else best[0])
        if chosen is not None and (best is None or value[chosen].sum() < best[0]):
            best = (int(value[chosen].sum()), chosen, int(column))
    _, chosen, column = best
    return FOUND, chosen[np.argsort(-value[chosen], kind="stable")], column


def _least_money(damage: np.ndarray, limit: int, money: np.ndarray, count: int, beat: int | None) -> np.ndarray | None:
    """Exactly `count` rows with damage above `limit` and the least money; None if none costs less than `beat`."""
    order = np.argsort(-damage, kind="stable")
    others = int(damage[order[: count - 1]].sum())
    may = np.flatnonzero(damage > limit - others)  # any other row needs more than the rest can give
    if count == 1:
        chosen = may[np.argmin(money[may])][None]
        return chosen if beat is None or money[chosen].sum() < beat else None
    if beat is not None and np.sort(money[may])[:count].sum() >= beat:
        return None
    from scipy.optimize import Bounds, LinearConstraint, milp  # only a set of several needs it

    scale = max(limit, 1)
    need = (limit + 1) / scale
    for tightened in (0.0, 1e-7, 1e-6, 1e-5):
        solved = milp(
            money[may] / max(int(money[may].max()), 1),
            constraints=[
                LinearConstraint(damage[may] / scale, lb=need + tightened),
                LinearConstraint(np.ones(len(may)), lb=count, ub=count),
            ],
            integrality=np.ones(len(may)),
            bounds=Bounds(0, 1),
            options={"mip_rel_gap": 0.0},
        )
        if solved.x is None:
            break
        chosen = may[solved.x > 0.5]
        if len(chosen) == count and int(damage[chosen].sum()) > limit:
            return chosen
    return order[:count]


def _rooms(model: CashModel) -> dict[str, np.ndarray]:
    """For each criterion the damage that is just borne."""
    company, limits = model.company, covenant_limits(model)
    profit = float(model.clients["margin"].sum()) - float(company.get("fixed_cost", np.nan))
    interest, principal, debt = (float(company.get(name, np.nan)) for name in ("interest", "principal", "debt"))
    service = interest + principal / (1 - float(company.get("tax_rate") or 0.0))
    return {
        "profit": np.array([profit]),
        "dscr": np.array([profit - limits["dscr"][0] * service]),
        "leverage": np.array([profit - debt / limits["leverage"][0]]),
        "minimum_cash": model.calm_path - model.floor,
    }
