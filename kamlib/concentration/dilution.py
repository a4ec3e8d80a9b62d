"""What it takes to bring a share or the HHI back to a limit: closed forms, each with its assumption.

New revenue is meant to come from clients outside the set that is over its limit, while that set stays as it is.
"""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from kamlib.concentration.indices import herfindahl_index
from kamlib.errors import DataError, Fault


def revenue_needed(part: float, total: float, limit: float) -> float:
    """New revenue outside a part so that the part's share falls to a limit: ``part / limit - total``.

    For the share of one client, of a group, of a segment, or of the k largest (then no new client may itself
    come among the k largest).

    Parameters
    ----------
    part, total : float
        Money of the part and of all, ``0 <= part <= total``.
    limit : float
        The share allowed, in (0, 1].

    Returns
    -------
    float
        At least 0; 0 where the part is within its limit.

    Raises
    ------
    DataError
        A part outside [0, total], or a limit outside (0, 1].

    References
    ----------
    part / (total + x) = limit, solved for x.

    Examples
    --------
    >>> revenue_needed(25.0, 100.0, 0.2)
    25.0
    """
    _check(part, total, limit)
    return max(0.0, part / limit - total)


def largest_that_fits(part: float, total: float, limit: float) -> float:
    """To what amount the part would have to shrink, the others unchanged: ``limit · (total - part) / (1 - limit)``.

    Parameters
    ----------
    part, total : float
        Money of the part and of all.
    limit : float
        The share allowed, in (0, 1].

    Returns
    -------
    float
        In [0, part]; `part` itself where it is within its limit.

    Raises
    ------
    DataError
        As `revenue_needed`.

    References
    ----------
    y / (total - part + y) = limit, solved for y.

    Examples
    --------
    >>> largest_that_fits(25.0, 100.0, 0.2)
    18.75
    """
    _check(part, total, limit)
    if part <= limit * total:
        return part
    return limit * (total - part) / (1 - limit)


def revenue_needed_for_index(
    amounts: pd.Series | Sequence[float], limit: float, new_clients: int | None = None
) -> float:
    """New revenue that brings the raw HHI down to a limit, the present clients unchanged.

    Parameters
    ----------
    amounts : Series, shape (n_clients,)
        Positive money of the present clients.
    limit : float
        HHI allowed, in (0, 1].
    new_clients : int, optional
        Over how many equal new clients it is spread; None spreads it so thinly that each has no share of its own.

    Returns
    -------
    float
        The smallest amount that suffices; 0 where the HHI is within the limit; infinite where that many new
        clients cannot reach it.

    Raises
    ------
    DataError
        Unusable amounts, a limit outside (0, 1], or fewer than one new client.

    References
    ----------
    With Q the sum of squares and m new clients, ``(Q + x² / m) / (T + x)² = limit``, a quadratic in x.

    Examples
    --------
    >>> round(revenue_needed_for_index([60.0, 40.0], 0.13), 2)
    100.0
    """
    index = herfindahl_index(amounts)
    if not 0 < limit <= 1:
        raise DataError(Fault("limit", str(limit), "Give a limit above 0 and up to 1."))
    if new_clients is not None and new_clients < 1:
        raise DataError(Fault("new_clients", str(new_clients), "Give at least 1, or None for many small ones."))
    if index <= limit:
        return 0.0
    values = np.asarray(amounts, dtype=float)
    total, squares = float(values.sum()), float(np.square(values).sum())
    if new_clients is None:
        return math.sqrt(squares / limit) - total
    a, b, c = 1 / new_clients - limit, -2 * limit * total, squares - limit * total**2  # a x² + b x + c = 0, c > 0
    if abs(a) < 1e-15:
        return c / -b
    root = b * b - 4 * a * c
    if root < 0:
        return math.inf
    found = [x for x in ((-b - math.sqrt(root)) / (2 * a), (-b + math.sqrt(root)) / (2 * a)) if x > 0]
    return min(found, default=math.inf)


def largest_that_fits_index(amounts: pd.Series | Sequence[float], limit: float) -> float:
    """To what amount the largest client would have to shrink for the raw HHI to meet a limit, the others unchanged.

    Parameters
    ----------
    amounts : Series, shape (n_clients,)
        Positive money of the clients.
    limit : float
        HHI allowed, in (0, 1].

    Returns
    -------
    float
        The largest amount that fits; NaN where the others alone break the limit whatever it shrinks to.

    Raises
    ------
    DataError
        Unusable amounts, or a limit outside (0, 1].

    References
    ----------
    With T and Q of the others, ``(Q + y²) / (T + y)² = limit``, the larger root of a quadratic in y.

    Examples
    --------
    >>> round(largest_that_fits_index([60.0, 20.0, 20.0, 20.0], 0.28), 1)
    40.0
    """
    index = herfindahl_index(amounts)
    if not 0 < limit <= 1:
        raise DataError(Fault("limit", str(limit), "Give a limit above 0 and up to 1."))
    values = np.sort(np.asarray(amounts, dtype=float))
    if index <= limit:
        return float(values[-1])
    total, squares = float(values[:-1].sum()), float(np.square(values[:-1]).sum())
    a, b, c = 1 - limit, -2 * limit * total, squares - limit * total**2
    root = b * b - 4 * a * c
    found = (-b + math.sqrt(root)) / (2 * a) if root >= 0 else -1.0
    return found if found >= 0 and total > 0 else math.nan


def equal_clients_needed(part: float, total: float, limit: float) -> int:
    """How many new clients, none above the limit itself, the new revenue must at least be spread over.

    Parameters
    ----------
    part, total : float
        Money of the part and of all.
    limit : float
        The share allowed, in (0, 1].

    Returns
    -------
    int
        0 where nothing is needed.

    Raises
    ------
    DataError
        As `revenue_needed`.

    References
    ----------
    Each of m equal newcomers has the share x / m / (total + x), at most `limit`.

    Examples
    --------
    >>> equal_clients_needed(60.0, 100.0, 0.2)
    4
    """
    needed = revenue_needed(part, total, limit)
    return math.ceil(needed / (limit * (total + needed)) - 1e-9)


def months_until(part: float, total: float, limit: float, part_pace: float, rest_pace: float) -> float:
    """Months until a part is within its limit, both it and the rest changing by the same money each month.

    Parameters
    ----------
    part, total : float
        Annual money of the part and of all.
    limit : float
        The share allowed, in (0, 1].
    part_pace, rest_pace : float
        Change of the annual money a month, of the part and of all others; 0 for a part that stays as it is.

    Returns
    -------
    float
        0 where the part is within its limit; infinite where it never gets there at this pace.

    Raises
    ------
    DataError
        As `revenue_needed`.

    References
    ----------
    ``part + p·t = limit · (total + (p + r)·t)``, solved for t.

    Examples
    --------
    >>> months_until(25.0, 100.0, 0.2, 0.0, 2.5)
    10.0
    """
    _check(part, total, limit)
    over = part - limit * total
    if over <= 0:
        return 0.0
    closing = limit * (part_pace + rest_pace) - part_pace
    months = over / closing if closing > 0 else math.inf
    alive = math.isfinite(months) and total + (part_pace + rest_pace) * months > 0
    return months if alive else math.inf


def _check(part: float, total: float, limit: float) -> None:
    faults = []
    if not (0 <= part <= total * (1 + 1e-12) and total > 0):
        faults.append(Fault("part", f"{part:,.2f} of {total:,.2f}", "Give a part between zero and a positive total."))
    if not 0 < limit <= 1:
        faults.append(Fault("limit", str(limit), "Give a limit above 0 and up to 1."))
    if faults:
        raise DataError(faults)
