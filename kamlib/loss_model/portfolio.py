"""The checks that every loss model makes of its portfolio first."""

import numpy as np
import pandas as pd

from kamlib.errors import Fault, raise_faults

RANGES = {"pd": (0.0, 1.0), "lgd": (0.0, 1.0), "ead": (0.0, np.inf)}


def check_portfolio(frame: pd.DataFrame) -> pd.DataFrame:
    """``pd, lgd, ead`` of a portfolio as floats, one row a client.

    Raises
    ------
    DataError
        A missing column, no row, a missing number or one out of range: every fault at once.
    """
    faults = [Fault(name, "missing", "Give the columns pd, lgd and ead.") for name in RANGES if name not in frame]
    if not faults and frame.empty:
        faults.append(Fault("frame", "no rows", "Give at least one client."))
    raise_faults(faults)
    numbers = frame[list(RANGES)].astype(float)
    for name, (low, high) in RANGES.items():
        wrong = ~((numbers[name] >= low) & (numbers[name] <= high) & np.isfinite(numbers[name]))
        if wrong.any():
            allowed = f"between {low:g} and {high:g}" if np.isfinite(high) else f"of at least {low:g}"
            faults.append(Fault(name, str(numbers.loc[wrong, name].iloc[0]), f"Give numbers {allowed}."))
    raise_faults(faults)
    return numbers


def check_fractions(**values: float | np.ndarray) -> None:
    """Refuse anything outside [0, 1]; a level ``q`` must lie inside.

    Raises
    ------
    DataError
        Every value that is out of range, by its name.
    """
    faults = []
    for name, value in values.items():
        numbers = np.asarray(value, dtype=float)
        inside = (numbers > 0) & (numbers < 1) if name == "q" else (numbers >= 0) & (numbers <= 1)
        if not inside.all():
            where = "between 0 and 1, both left out" if name == "q" else "from 0 to 1"
            faults.append(Fault(name, str(value), f"Give a number {where}."))
    raise_faults(faults)
