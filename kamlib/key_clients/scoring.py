"""The scoring table: points × weight by criterion, added up."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.errors import DataError, Fault
from kamlib.key_clients.points import filled
from kamlib.key_clients.weights import renormalised


@dataclass(frozen=True)
class Scores:
    """What `score_clients` found.

    Attributes
    ----------
    table : DataFrame, one row a client, best first
        ``score, rank`` (1 is best; ties share the better rank) and ``known_weight``, the part of the weights
        whose points were known.
    contributions : DataFrame, same rows, one column a criterion in use
        Points × weight; each row sums to the score.
    points : DataFrame, same shape
        After the policy for missing points; NaN only where that policy is ``reweight``.
    weights : Series
        Of the criteria in use, sum 1.
    unknown : tuple of str
        Criteria with a weight of which nothing is known of any client: left out, the rest renormalised.
    """

    table: pd.DataFrame
    contributions: pd.DataFrame
    points: pd.DataFrame
    weights: pd.Series
    unknown: tuple[str, ...]


def score_clients(
    points: pd.DataFrame, weights: Mapping[str, float], missing: str = "middle", scale: float = 10
) -> Scores:
    """Weighted score of each client on the scale of its points.

    Parameters
    ----------
    points : DataFrame, shape (n_clients, n_criteria)
        Indexed by client, one column a criterion, on one scale; NaN where not known.
    weights : mapping
        Criterion → weight; 0 switches off, the rest is renormalised to 1.
    missing : {"worst", "middle", "reweight"}
        What stands for points that are not known: 1, the middle of the scale, or nothing, so that the
        client's other criteria count more.
    scale : float
        End of the scale, 10 or 100.

    Returns
    -------
    Scores

    Raises
    ------
    DataError
        No client, a weight without its column of points, points off the scale, an unknown policy, or no
        criterion that anything is known of.

    References
    ----------
    Weighted sum model; Fishburn (1967), Additive Utilities with Incomplete Product Sets.

    Examples
    --------
    >>> points = pd.DataFrame({"revenue": [9.0, 4.0], "reputation": [5.0, 8.0]}, index=["a", "b"])
    >>> score_clients(points, {"revenue": 3, "reputation": 1}).table["score"].to_dict()
    {'a': 8.0, 'b': 5.0}
    """
    wanted = [name for name, weight in weights.items() if weight]
    faults = [Fault(f"weights.{name}", "no such criterion", "Give its points, or take the weight out.")
              for name in wanted if name not in points]  # fmt: skip
    if points.empty:
        faults.append(Fault("points", "no clients", "Give at least one client."))
    elif ((points < 1 - 1e-9) | (points > scale + 1e-9)).any(axis=None):
        faults.append(Fault("points", "off the scale", f"Give points from 1 to {scale:g}."))
    if faults:
        raise DataError(faults)
    used = renormalised(weights, [name for name in wanted if points[name].notna().any()])
    raw = points[list(used.index)]
    complete = filled(raw, missing, scale)
    known = raw.notna() @ used
    share = complete.notna() * used  # a row's weights; below 1 in sum only where they are to be reweighted
    contributions = complete.fillna(0.0) * share.div(share.sum(axis=1).where(lambda total: total > 0), axis=0)
    score = contributions.sum(axis=1, min_count=1)
    names = contributions.index.astype("str").to_numpy(dtype=object)
    order = np.lexsort((names, -score.round(9).fillna(-np.inf).to_numpy()))
    table = pd.DataFrame(
        {
            "score": score,
            "rank": score.round(9).rank(method="min", ascending=False, na_option="bottom").astype(int),
            "known_weight": known,
        }
    )
    unknown = tuple(name for name in wanted if name not in used)
    return Scores(table.iloc[order], contributions.iloc[order], complete.iloc[order], used, unknown)
