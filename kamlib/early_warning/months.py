"""The months that a history is cut into: each ends on the day of the month of the day that is seen.

A month that ends on the last day of a calendar month is followed and preceded by whole calendar months, so that the
history seen from the end of an earlier month is the beginning of the one seen from a later month's end.
"""

import numpy as np
import pandas as pd


def months_before(day: pd.Timestamp, count: int) -> pd.Timestamp:
    """The day `count` months before; from the last day of a month to the last day of another.

    Examples
    --------
    >>> f"{months_before(pd.Timestamp('2026-09-30'), 1):%Y-%m-%d} {months_before(pd.Timestamp('2026-03-30'), 1):%Y-%m-%d}"
    '2026-08-31 2026-02-28'
    """
    moved = day - pd.DateOffset(months=count)
    return moved + pd.offsets.MonthEnd(0) if day.is_month_end else moved


def month_days(first: pd.Timestamp, last: pd.Timestamp) -> pd.DatetimeIndex:
    """The ends of the months up to `last`, the first of them on or after `first`.

    Examples
    --------
    >>> month_days(pd.Timestamp("2026-06-30"), pd.Timestamp("2026-08-31")).strftime("%m-%d").tolist()
    ['06-30', '07-31', '08-31']
    """
    span = max((last.year - first.year) * 12 + last.month - first.month + 1, 0)
    days = [months_before(last, count) for count in range(span, -1, -1)]
    return pd.DatetimeIndex([day for day in days if day >= first or day == last])


def month_of(days: pd.Series, ends: pd.DatetimeIndex) -> np.ndarray:
    """The position of the month each day lies in: 0 up to the first end; ``len(ends)`` after the last.

    Examples
    --------
    >>> ends = pd.DatetimeIndex(["2026-06-30", "2026-07-31"])
    >>> month_of(pd.Series(pd.to_datetime(["2026-06-30", "2026-07-01", "2026-08-01"])), ends).tolist()
    [0, 1, 2]
    """
    return np.searchsorted(ends.to_numpy().astype("datetime64[s]"), days.to_numpy().astype("datetime64[s]"))
