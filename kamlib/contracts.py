"""Framework contracts: which clauses are there, when each can end, what it still protects, what ending it costs.

A contract protects revenue only until the earliest day on which the client can be out of it. Two readings of a
notice period are known and named, because contracts differ and a register rarely says which: ``any_time`` (the
client may give notice on any day) and ``to_term_end`` (notice only stops the renewal).
"""

from datetime import date

import numpy as np
import pandas as pd

Day = date | pd.Timestamp | str
PRESENT, ABSENT, UNKNOWN = "present", "absent", "unknown"
ABSENT_WORDS = frozenset({"absent", "no", "none", "false", "0", "无", "否", "没有"})
UNKNOWN_WORDS = frozenset({"", "unknown", "?", "n/a", "不详", "未知"})
READINGS = ("any_time", "to_term_end")
LADDER = ("expired", "≤ 90", "91–180", "181–365", "> 365", "open_ended")
LADDER_EDGES = (90, 180, 365)


def clause_status(values: pd.Series) -> pd.Series:
    """What a register says of a clause: present, absent or unknown.

    Parameters
    ----------
    values : Series
        Texts, or numbers for a clause that is an amount (0 means that there is none).

    Returns
    -------
    Series of str
        An empty cell is unknown, a word for "no" or a zero is absent, anything else is present: a register
        often holds the clause's own words.

    Examples
    --------
    >>> list(clause_status(pd.Series(["present", "no", None, "5 % above base"])))
    ['present', 'absent', 'unknown', 'present']
    """
    if pd.api.types.is_numeric_dtype(values):
        amounts = values.astype(float)
        return pd.Series(
            np.where(amounts.isna(), UNKNOWN, np.where(amounts > 0, PRESENT, ABSENT)), index=values.index, dtype="str"
        )
    words = [
        "" if missing else str(word).strip().casefold() for word, missing in zip(values, values.isna(), strict=True)
    ]
    status = [UNKNOWN if word in UNKNOWN_WORDS else ABSENT if word in ABSENT_WORDS else PRESENT for word in words]
    return pd.Series(status, index=values.index, dtype="str")


def in_force(contracts: pd.DataFrame, day: Day) -> pd.DataFrame:
    """The contracts that bind on a day: open-ended, not ended yet, or renewing themselves.

    Examples
    --------
    >>> ends = pd.to_datetime(["2026-01-31", "2026-01-31", "2027-01-31", None])
    >>> signed = pd.DataFrame({"end_date": ends, "auto_renews": [False, True, False, False]})
    >>> in_force(signed, "2026-06-30").index.tolist()
    [1, 2, 3]
    """
    return contracts[~(contracts["end_date"] < pd.Timestamp(day)) | contracts["auto_renews"]]


def clause_checklist(contracts: pd.DataFrame, clauses: tuple[str, ...]) -> pd.DataFrame:
    """Each clause over a client's contracts in force.

    Parameters
    ----------
    contracts : DataFrame, one row a contract
        With a column per clause; a missing column is unknown throughout.
    clauses : tuple of str
        The columns.

    Returns
    -------
    DataFrame, one row a clause
        ``clause, present, absent, unknown`` (contracts) and ``status``: present only if it is in every
        contract, absent if it is known to be missing from any, else unknown.
    """
    rows = []
    for clause in clauses:
        told = clause_status(contracts[clause]).tolist() if clause in contracts else [UNKNOWN] * len(contracts)
        counts = {word: told.count(word) for word in (PRESENT, ABSENT, UNKNOWN)}
        whole = ABSENT if counts[ABSENT] else UNKNOWN if counts[UNKNOWN] or not len(contracts) else PRESENT
        rows.append({"clause": clause, **counts, "status": whole})
    return pd.DataFrame(rows, columns=["clause", PRESENT, ABSENT, UNKNOWN, "status"])


def earliest_exit(contracts: pd.DataFrame, day: Day, reading: str = "any_time") -> pd.Series:
    """The first day on which the client is out of each contract if it gives notice today.

    Parameters
    ----------
    contracts : DataFrame, one row a contract
        ``start_date, end_date`` (empty: open-ended), ``notice_days`` (empty: none recorded), ``auto_renews``.
    day : date
        When notice is given.
    reading : str
        ``any_time``: notice may be given on any day, so the exit is today plus the notice, but no later than
        the end of a contract that does not renew itself. ``to_term_end``: a term binds to its end, and notice
        that comes too late for it binds for one more term of the same length. An open-ended contract ends
        with its notice in both; one without recorded notice protects nothing when open-ended, and to its end
        otherwise.

    Returns
    -------
    Series of Timestamp, index of `contracts`
        Never before `day`.

    Examples
    --------
    >>> days = pd.to_datetime(pd.Series(["2026-01-01", "2026-12-31"]))
    >>> contract = pd.DataFrame({"start_date": days[:1], "end_date": days[1], "notice_days": 60, "auto_renews": True})
    >>> [f"{earliest_exit(contract, '2026-09-30', reading)[0]:%Y-%m-%d}" for reading in ("any_time", "to_term_end")]
    ['2026-11-29', '2026-12-31']
    """
    today = pd.Timestamp(day)
    end, notice = contracts["end_date"], contracts["notice_days"].astype(float).clip(lower=0)
    noticed = today + pd.to_timedelta(notice.fillna(0.0), unit="D")
    renews, open_ended = contracts["auto_renews"].astype(bool), end.isna()
    if reading == "any_time":
        bound = noticed.where(renews | (noticed < end), end).where(notice.notna(), end)
    else:
        term = (end - contracts["start_date"]).dt.days.clip(lower=30)
        short = (noticed - end).dt.days.clip(lower=0)
        terms = np.ceil(short / term).where(renews, 0.0)
        bound = end + pd.to_timedelta((terms * term).fillna(0.0), unit="D")
        bound = bound.where(bound.isna() | (end >= today) | renews, today)
    exits = noticed.where(open_ended, bound)
    return exits.where(exits >= today, today)


def protected_revenue(
    exits: pd.Series, annual_values: pd.Series, day: Day, months: int, starts: pd.Series | None = None
) -> pd.DataFrame:
    """Revenue still under contract in each coming month if notice is given today: the earliest-exit curve.

    Parameters
    ----------
    exits : Series of Timestamp
        From `earliest_exit`, one row a contract.
    annual_values : Series of float
        Revenue a year under each contract; NaN counts as 0.
    day : date
        Today; the first month begins on the day after.
    months : int
        How many months are shown.
    starts : Series of Timestamp, optional
        First day of each contract, for one that has been signed but has not begun.

    Returns
    -------
    DataFrame, one row a month
        ``month`` (first day of the span), ``protected``: a twelfth of the annual value for each contract and
        month, in proportion to the days that lie before its exit.

    Examples
    --------
    >>> exits = pd.Series(pd.to_datetime(["2026-12-31"]))
    >>> protected_revenue(exits, pd.Series([120.0]), "2026-10-31", 3)["protected"].round(1).tolist()
    [10.0, 10.0, 0.0]
    """
    edges = pd.DatetimeIndex(_month_edges(pd.Timestamp(day), months))
    days = edges.to_numpy().astype("datetime64[D]").astype(np.int64)
    opened, closed = days[:-1, None], days[1:, None]
    begins = np.full(len(exits), days[0])
    if starts is not None:
        given = starts.to_numpy().astype("datetime64[D]")
        begins = np.where(np.isnat(given), days[0], given.astype(np.int64) - 1)
    last = np.minimum(exits.to_numpy().astype("datetime64[D]").astype(np.int64)[None, :], closed)
    covered = np.clip((last - np.maximum(begins[None, :], opened)) / (closed - opened), 0.0, 1.0)
    amounts = covered @ annual_values.fillna(0.0).to_numpy(dtype=float) / 12
    return pd.DataFrame({"month": edges[:-1] + pd.Timedelta(days=1), "protected": amounts})


def _month_edges(today: pd.Timestamp, months: int) -> list[pd.Timestamp]:
    """Month by month from a day; month ends meet month ends."""
    if today.is_month_end:
        return [today, *[(today + pd.offsets.MonthEnd(n)).normalize() for n in range(1, months + 1)]]
    return [today + pd.DateOffset(months=n) for n in range(months + 1)]


def expiry_ladder(contracts: pd.DataFrame, day: Day) -> pd.DataFrame:
    """Annual value of contracts by the time to their recorded end.

    Parameters
    ----------
    contracts : DataFrame
        ``end_date, annual_value``; an empty end is open-ended.
    day : date

    Returns
    -------
    DataFrame, one row a step of `LADDER`
        ``step, contracts, annual_value``. A contract whose end has passed stands at ``expired`` even if it
        renewed itself: nobody has recorded the new end.

    Examples
    --------
    >>> ends = pd.to_datetime(pd.Series(["2026-11-15", "2027-06-30", None]))
    >>> ladder = expiry_ladder(pd.DataFrame({"end_date": ends, "annual_value": [100.0, 250.0, 80.0]}), "2026-09-30")
    >>> ladder.loc[ladder["contracts"] > 0, ["step", "annual_value"]].values.tolist()
    [['≤ 90', 100.0], ['181–365', 250.0], ['open_ended', 80.0]]
    """
    left = (contracts["end_date"] - pd.Timestamp(day)).dt.days
    edges = [-np.inf, -0.5, *LADDER_EDGES, np.inf]
    step = pd.cut(left.astype(float), edges, labels=list(LADDER[:-1])).astype("object").where(left.notna(), LADDER[-1])
    value = contracts["annual_value"].fillna(0.0).astype(float)
    grouped = pd.DataFrame({"step": step, "value": value}).groupby("step", observed=True)["value"].agg(["size", "sum"])
    return pd.DataFrame(
        [
            {
                "step": name,
                "contracts": int(grouped["size"].get(name, 0)),
                "annual_value": float(grouped["sum"].get(name, 0.0)),
            }
            for name in LADDER
        ]
    )


def decision_day(contracts: pd.DataFrame) -> pd.Series:
    """The last day on which something can still be changed: the end, less the notice where it renews itself.

    Returns
    -------
    Series of Timestamp
        NaT for an open-ended contract: it can be renegotiated on any day.
    """
    notice = contracts["notice_days"].astype(float).fillna(0.0).where(contracts["auto_renews"].astype(bool), 0.0)
    return contracts["end_date"] - pd.to_timedelta(notice, unit="D")


def termination_loss(custom_stock: float, unrecovered_tooling: float, compensation: float) -> float:
    """What is left unpaid when the client ends the contracts: stranded cost less the agreed compensation.

    Parameters
    ----------
    custom_stock : float
        Cost of stock made for this client.
    unrecovered_tooling : float
        Cost of tools and fixtures for this client that prices have not brought back yet.
    compensation : float
        Agreed payment on termination; 0 where none is agreed.

    Returns
    -------
    float
        At least 0: a compensation above the stranded cost is no loss.

    Examples
    --------
    >>> termination_loss(300.0, 150.0, 200.0)
    250.0
    """
    return max(float(custom_stock) + float(unrecovered_tooling) - float(compensation), 0.0)


def rank_missing_clauses(
    checklist: pd.DataFrame, bases: dict[str, float], rules: dict[str, tuple[str, float]]
) -> pd.DataFrame:
    """What is missing from the contracts, ranked by the money each clause would protect.

    Parameters
    ----------
    checklist : DataFrame
        From `clause_checklist`.
    bases : dict
        Name of a base → money, for example ``annual_value`` or ``receivables``; NaN where it is not known.
    rules : dict
        Clause → (name of its base, share of it at stake). The shares are conventions of the policy.

    Returns
    -------
    DataFrame, one row a clause that is absent or unknown, most money first
        ``clause, status, base, share, base_amount, amount``.

    Examples
    --------
    >>> checklist = pd.DataFrame({"clause": ["prepayment", "price_adjustment"], "status": ["absent", "unknown"]})
    >>> rules = {"prepayment": ("receivables", 0.10), "price_adjustment": ("annual_value", 0.02)}
    >>> found = rank_missing_clauses(checklist, {"receivables": 90_000.0, "annual_value": 600_000.0}, rules)
    >>> found[["clause", "amount"]].values.tolist()
    [['price_adjustment', 12000.0], ['prepayment', 9000.0]]
    """
    rows = []
    for row in checklist[checklist["status"] != PRESENT].itertuples():
        base, share = rules[row.clause]
        amount = bases.get(base, float("nan"))
        rows.append(
            {
                "clause": row.clause,
                "status": row.status,
                "base": base,
                "share": share,
                "base_amount": amount,
                "amount": share * amount,
            }
        )
    found = pd.DataFrame(rows, columns=["clause", "status", "base", "share", "base_amount", "amount"])
    return found.sort_values("amount", ascending=False, na_position="last", kind="stable", ignore_index=True)
