"""From a value to points on one scale: the rule of each criterion."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.errors import DataError, Fault, raise_faults

RULES = ("percentile", "linear", "bands", "typed")
MISSING_POLICIES = ("worst", "middle", "reweight")
LOWEST = 1.0  # both scales, 1–10 and 1–100, begin here


@dataclass(frozen=True)
class Rule:
    """How a value becomes points.

    Attributes
    ----------
    kind : {"percentile", "linear", "bands", "typed"}
        By rank among all; linearly between two anchors; by the band it lies in; as it was typed.
    worst, best : float
        Anchors of ``linear``: the values of the lowest and the highest points; worst may be the larger one.
        For ``percentile`` only their order counts: ``worst > best`` says that less is better. For ``typed``
        they are the ends of the scale that was typed on.
    log : bool
        Of ``linear``: equal ratios, not equal differences, give equal points.
    edges : tuple of float
        Of ``bands``: rising; n edges make n + 1 bands with evenly spaced points.
    """

    kind: str
    worst: float = 0.0
    best: float = 1.0
    log: bool = False
    edges: tuple[float, ...] = ()

    def faults(self, field: str) -> list[Fault]:
        """What is wrong with this rule."""
        faults = []
        if self.kind not in RULES:
            faults.append(Fault(f"{field}.rule", self.kind, f"Use one of {', '.join(RULES)}."))
        if self.kind in ("linear", "typed") and self.worst == self.best:
            faults.append(Fault(f"{field}.worst", str(self.worst), "Give two different anchors, worst and best."))
        if self.log and min(self.worst, self.best) <= 0:
            faults.append(Fault(f"{field}.log", "anchor not above zero", "Give positive anchors, or log: false."))
        if self.kind == "bands" and (not self.edges or list(self.edges) != sorted(set(self.edges))):
            faults.append(Fault(f"{field}.edges", str(self.edges), "Give rising edges."))
        return faults


def points_of(values: pd.Series, rule: Rule, scale: float = 10) -> pd.Series:
    """Values as points from 1 to the scale's end.

    Parameters
    ----------
    values : Series, shape (n_clients,)
        In any unit; NaN where nothing is known.
    rule : Rule
    scale : float
        End of the scale, 10 or 100.

    Returns
    -------
    Series, shape (n_clients,)
        In [1, scale]; NaN stays NaN. Beyond an anchor the points stay at the end of the scale. A percentile
        gives ties the same points; a single known value gets the middle.

    Raises
    ------
    DataError
        A rule that cannot be used.

    Examples
    --------
    >>> points_of(pd.Series([0.001, 0.01, 0.25]), Rule("linear", worst=0.001, best=0.1, log=True)).tolist()
    [1.0, 5.5, 10.0]
    >>> points_of(pd.Series([4, 8, 15]), Rule("percentile")).tolist()
    [1.0, 5.5, 10.0]
    """
    raise_faults(rule.faults("rule"))
    values = values.astype(float)
    if rule.kind == "percentile":
        ranks = values.rank(method="average", ascending=rule.worst <= rule.best)
        known = int(values.notna().sum())
        part = (ranks - 1) / (known - 1) if known > 1 else ranks * 0 + 0.5
    elif rule.kind == "bands":
        band = pd.Series(np.searchsorted(rule.edges, values, side="right"), index=values.index, dtype=float)
        part = band.where(values.notna()) / len(rule.edges)
    else:
        worst, best = rule.worst, rule.best
        if rule.log:
            values = np.log(values.clip(lower=min(worst, best)))
            worst, best = np.log(worst), np.log(best)
        part = ((values - worst) / (best - worst)).clip(0, 1)
    return LOWEST + part * (scale - LOWEST)


def rescaled(points: float, scale: float, to: float) -> float:
    """Points of one scale on another: 1 stays 1 and the end meets the end.

    Examples
    --------
    >>> rescaled(5.5, 10, 100)
    50.5
    """
    return LOWEST + (points - LOWEST) / (scale - LOWEST) * (to - LOWEST)


def filled(points: pd.DataFrame, missing: str, scale: float) -> pd.DataFrame:
    """Points with the missing ones filled by the policy; ``reweight`` leaves them to the weights.

    Parameters
    ----------
    points : DataFrame, shape (n_clients, n_criteria)
    missing : {"worst", "middle", "reweight"}
        The lowest points, the middle of the scale, or none: the client's other criteria count more.

    Raises
    ------
    DataError
        An unknown policy.
    """
    if missing not in MISSING_POLICIES:
        raise DataError(Fault("missing", missing, f"Use one of {', '.join(MISSING_POLICIES)}."))
    if missing == "reweight":
        return points
    return points.fillna(LOWEST if missing == "worst" else (LOWEST + scale) / 2)
