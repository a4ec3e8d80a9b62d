"""Why the concentration changed: the change of the HHI as a sum over the clients that caused it."""

import numpy as np
import pandas as pd

from kamlib.errors import Fault, raise_faults

KINDS = ("entry", "exit", "growth", "shrinkage", "none")


def split_change(before: pd.Series, after: pd.Series) -> pd.DataFrame:
    """Split the change of the raw HHI exactly into what each client's own change of revenue did.

    With shares s, totals T and averages of the two periods marked by a bar, the product rule at midpoints gives
    ``HHI₁ - HHI₀ = Σ (2 / T̄) · (s̄ᵢ - Σ s̄ⱼ²) · (R₁ᵢ - R₀ᵢ)`` without a remainder. A client whose share is
    above the share-weighted average raises the HHI by growing and lowers it by shrinking; a small newcomer
    lowers it, because it dilutes the others. Turning time round turns every sign.

    Parameters
    ----------
    before, after : Series
        Non-negative amounts by client; a client missing from one of them counts as zero there.

    Returns
    -------
    DataFrame, one row a client of either period
        ``before, after, kind`` (entry, exit, growth, shrinkage, none) and ``contribution``, which sums to the
        change of the HHI (0–1 scale).

    Raises
    ------
    DataError
        Negative or missing amounts, or a zero total in either period.

    References
    ----------
    Own derivation; the midpoint rule is that of Bennet (1920), The Theory of Measurement of Changes in Cost of
    Living.

    Examples
    --------
    >>> split = split_change(pd.Series({"a": 60.0, "b": 40.0}), pd.Series({"a": 60.0, "c": 40.0}))
    >>> split["kind"].to_dict(), round(abs(float(split["contribution"].sum())), 12)
    ({'a': 'none', 'b': 'exit', 'c': 'entry'}, 0.0)
    """
    faults = []
    for name, amounts in (("before", before), ("after", after)):
        values = np.asarray(amounts, dtype=float)
        if not np.isfinite(values).all() or (values < 0).any():
            faults.append(Fault(name, "negative or missing amounts", "Leave out these clients and tell it."))
        elif values.sum() <= 0:
            faults.append(Fault(name, "total of zero", "Choose periods with some revenue."))
    raise_faults(faults)
    both = pd.DataFrame({"before": before, "after": after}).astype(float).fillna(0.0)
    totals = both.sum()
    mean_share = (both / totals).mean(axis=1)
    change = both["after"] - both["before"]
    factor = 2 / totals.mean() * (mean_share - np.square(mean_share).sum())
    kind = np.select(
        [
            (both["before"] == 0) & (both["after"] > 0),
            (both["after"] == 0) & (both["before"] > 0),
            change > 0,
            change < 0,
        ],
        KINDS[:4],
        KINDS[4],
    )
    return both.assign(kind=kind, contribution=factor * change)
