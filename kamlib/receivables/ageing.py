"""How old the open balance is, today and over the quarters, and how it rolls from one bucket into the next."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from kamlib.errors import Fault, raise_faults
from kamlib.receivables.open_items import Day, open_items

AGEING_EDGES = (30, 60, 90, 120)


def bucket_labels(edges: Sequence[int]) -> list[str]:
    """The names of the ageing buckets, from "not due" to the one that holds what is older than the last edge.

    Examples
    --------
    >>> bucket_labels((30, 60))
    ['not due', '1–30', '31–60', '> 60']
    """
    firsts = [1, *[edge + 1 for edge in edges[:-1]]]
    return ["not due", *[f"{a}–{b}" for a, b in zip(firsts, edges, strict=True)], f"> {edges[-1]}"]


def ageing_schedule(
    open_amounts: pd.Series, due_dates: pd.Series, as_of: Day, edges: Sequence[int] = AGEING_EDGES
) -> pd.DataFrame:
    """Open amounts by how long they are past due.

    Parameters
    ----------
    open_amounts : Series, shape (n_items,)
        Money still open; negative items (credits) lower their bucket.
    due_dates : Series, shape (n_items,)
        The day each was due; an item due on `as_of` itself is not due yet.
    as_of : date
        The day the age is counted to.
    edges : sequence of int
        Last day of each bucket; one more bucket holds what is older.

    Returns
    -------
    DataFrame, one row a bucket
        ``bucket`` ("not due", "1–30", … "> 120"), ``amount``, ``items``; amounts sum to the open balance.

    Raises
    ------
    DataError
        Edges that do not rise, or an item without a due date.

    References
    ----------
    The usual aged trial balance by due date; IFRS 9 B5.5.35 uses the same buckets for its provision matrix.

    Examples
    --------
    >>> table = ageing_schedule(pd.Series([10.0, 5.0]), pd.to_datetime(pd.Series(["2026-01-31", "2026-01-01"])),
    ...     "2026-01-31", edges=(30, 60))
    >>> dict(zip(table["bucket"], table["amount"]))
    {'not due': 10.0, '1–30': 5.0, '31–60': 0.0, '> 60': 0.0}
    """
    limits = list(edges)
    faults = []
    if not limits or limits[0] < 1 or any(b <= a for a, b in pairwise(limits)):
        faults.append(Fault("edges", str(limits), "Give rising whole days, for example 30, 60, 90, 120."))
    if pd.isna(due_dates).any():
        faults.append(Fault("due_dates", "missing", "Fill them in from the terms of payment first."))
    raise_faults(faults)
    labels = bucket_labels(limits)
    past_due = (pd.Timestamp(as_of) - pd.to_datetime(due_dates)).dt.days.to_numpy()
    bucket = np.searchsorted([0, *limits], past_due, side="left")
    amounts = np.bincount(bucket, weights=np.asarray(open_amounts, dtype=float), minlength=len(labels))
    return pd.DataFrame({"bucket": labels, "amount": amounts, "items": np.bincount(bucket, minlength=len(labels))})


def ageing_history(
    invoices: pd.DataFrame, receipts: pd.DataFrame, days: Sequence[Day], edges: Sequence[int] = AGEING_EDGES
) -> pd.DataFrame:
    """The ageing of the open invoices on several days, each seen with only what was known on it.

    Parameters
    ----------
    invoices, receipts : DataFrame
        As for `open_items`, in one currency.
    days : sequence of date
        For example quarter ends, see `quarter_ends`.
    edges : sequence of int
        See `ageing_schedule`.

    Returns
    -------
    DataFrame, one row a day
        Columns ``date`` and the buckets; open credits are left out, so a row sums to the open invoices.

    Examples
    --------
    >>> invoices = pd.DataFrame({"invoice_id": ["1"], "issue_date": pd.to_datetime(["2026-01-01"]),
    ...     "due_date": pd.to_datetime(["2026-01-31"]), "amount": [100.0]})
    >>> receipts = pd.DataFrame({"invoice_id": ["1"], "paid_date": pd.to_datetime(["2026-03-10"]), "amount": [60.0]})
    >>> ageing_history(invoices, receipts, ["2026-01-15", "2026-03-15"], (30, 60)).drop(columns="date").values.tolist()
    [[100.0, 0.0, 0.0, 0.0], [0.0, 0.0, 40.0, 0.0]]
    """
    rows = []
    for day in days:
        items = open_items(invoices, receipts, day)
        owed = items[items["open_amount"] > 0]
        schedule = ageing_schedule(owed["open_amount"], owed["due_date"], day, edges)
        rows.append({"date": pd.Timestamp(day)} | dict(zip(schedule["bucket"], schedule["amount"], strict=True)))
    return pd.DataFrame(rows, columns=["date", *bucket_labels(edges)])


def quarter_ends(as_of: Day, quarters: int = 8) -> list[pd.Timestamp]:
    """`as_of` and the ends of the quarters before it, oldest first.

    Examples
    --------
    >>> [f"{day:%Y-%m-%d}" for day in quarter_ends("2026-09-30", 3)]
    ['2026-03-31', '2026-06-30', '2026-09-30']
    """
    day = pd.Timestamp(as_of).normalize()
    ends = pd.date_range(end=day - pd.Timedelta(days=1), periods=quarters - 1, freq="QE") if quarters > 1 else []
    return [*ends, day]


def roll_rates(history: pd.DataFrame) -> pd.DataFrame:
    """How much of each bucket's balance has moved on into the next one a month later.

    Parameters
    ----------
    history : DataFrame
        From `ageing_history` at month ends a month apart, for buckets of about a month.

    Returns
    -------
    DataFrame, one row a step
        ``bucket`` (from), ``next_bucket``, ``rate`` (the later balance of the next bucket ÷ the earlier one of
        this, over all months; NaN where this one was always empty), ``months``. The last bucket also keeps what
        was in it, so that its rate is no share and may be above 1.

    References
    ----------
    IFRS 9 B5.5.35 leaves the method of a provision matrix open; roll rates are one in common use. They follow
    balances, not invoices: see `flow_rates` for the latter.

    Examples
    --------
    >>> history = pd.DataFrame({"date": pd.to_datetime(["2026-01-31", "2026-02-28"]), "not due": [100.0, 90.0],
    ...     "1–30": [40.0, 30.0], "> 30": [10.0, 22.0]})
    >>> roll_rates(history)["rate"].tolist()
    [0.3, 0.55]
    """
    ordered = history.sort_values("date")
    buckets = [name for name in ordered.columns if name != "date"]
    rows = []
    for bucket, later in pairwise(buckets):
        before = float(ordered[bucket].iloc[:-1].sum())
        after = float(ordered[later].iloc[1:].sum())
        rate = after / before if before > 0 else float("nan")
        rows.append({"bucket": bucket, "next_bucket": later, "rate": rate, "months": max(len(ordered) - 1, 0)})
    return pd.DataFrame(rows, columns=["bucket", "next_bucket", "rate", "months"])
