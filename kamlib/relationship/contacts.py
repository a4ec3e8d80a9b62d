"""How close we are to a client: contacts against the plan, who has been spoken to, satisfaction, complaints.

A score is a weighted mean of parts that are known; a part without data is left out and said, never scored zero.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

PARTS = ("cadence", "decision_maker", "satisfaction", "complaints", "breadth")
COMPLAINT = "complaint"
DECISION_MAKER = "decision_maker"


@dataclass(frozen=True)
class ContactFacts:
    """What the contacts of a window tell.

    Attributes
    ----------
    contacts : int
        Without complaints: those are the client's calls, not ours.
    planned : float
        Contacts that the plan asks for in the window.
    last_contact, last_decision_maker : Timestamp or NaT
    roles_known : bool
        Whether any contact tells the role of who was met.
    people : int
        Different persons met in the window; -1 where no names are kept.
    complaints, prior_complaints : int
        In the window and in the one before.
    satisfaction : float
        Mean of the window, NaN without any.
    trend, trend_low, trend_high : float
        Points a year, with a 95 % interval; NaN with fewer than six ratings or all on one day.
    ratings : int
        That the trend rests on.
    """

    contacts: int
    planned: float
    last_contact: pd.Timestamp
    last_decision_maker: pd.Timestamp
    roles_known: bool
    people: int
    complaints: int
    prior_complaints: int
    satisfaction: float
    trend: float
    trend_low: float
    trend_high: float
    ratings: int


def contact_facts(contacts: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp, plan_days: float) -> ContactFacts:
    """Count and date the contacts of a window.

    Parameters
    ----------
    contacts : DataFrame
        ``date, kind, satisfaction``; optionally ``contact`` (the person) and ``contact_role`` (``decision_maker`` or another).
    start, end : Timestamp
        Window, open on the left.
    plan_days : float
        A contact is planned every so many days.
    """
    seen = contacts[contacts["date"] <= end]
    inside = seen[seen["date"] > start]
    earlier = seen[(seen["date"] > start - (end - start)) & (seen["date"] <= start)]
    is_complaint = inside["kind"].astype("str").str.casefold().eq(COMPLAINT)
    ours = seen[~seen["kind"].astype("str").str.casefold().eq(COMPLAINT)]
    roles = seen["contact_role"].dropna() if "contact_role" in seen else pd.Series(dtype="str")
    deciders = ours[ours["contact_role"].eq(DECISION_MAKER)] if len(roles) else ours.iloc[:0]
    named = inside["contact"].dropna() if "contact" in inside else pd.Series(dtype="str")
    rated = seen.dropna(subset=["satisfaction"])
    rated = rated[rated["date"] > start - (end - start)]
    slope, low, high = _slope_per_year(rated)
    return ContactFacts(
        contacts=int((~is_complaint).sum()),
        planned=(end - start).days / plan_days,
        last_contact=ours["date"].max(),
        last_decision_maker=deciders["date"].max(),
        roles_known=bool(len(roles)),
        people=int(named.nunique()) if len(named) else -1,
        complaints=int(is_complaint.sum()),
        prior_complaints=int(earlier["kind"].astype("str").str.casefold().eq(COMPLAINT).sum()),
        satisfaction=float(inside["satisfaction"].mean()),
        trend=slope,
        trend_low=low,
        trend_high=high,
        ratings=len(rated),
    )


def _slope_per_year(rated: pd.DataFrame, least: int = 6) -> tuple[float, float, float]:
    """Least squares of satisfaction on time, with Student's interval."""
    if len(rated) < least or rated["date"].nunique() < 3:
        return (float("nan"),) * 3
    from scipy.stats import t

    years = (rated["date"] - rated["date"].min()).dt.days.to_numpy() / 365.25
    values = rated["satisfaction"].to_numpy(dtype=float)
    centred = years - years.mean()
    slope = float(centred @ (values - values.mean()) / (centred @ centred))
    rest = values - values.mean() - slope * centred
    error = np.sqrt(rest @ rest / (len(values) - 2) / (centred @ centred))
    width = float(t.ppf(0.975, len(values) - 2) * error)
    return slope, slope - width, slope + width


def relationship_parts(facts: ContactFacts, end: pd.Timestamp, decider_days: float, top: float) -> pd.Series:
    """Each part of the relationship on a scale from 0 (bad) to 1 (good); NaN where it is not known.

    Parameters
    ----------
    facts : ContactFacts
    end : Timestamp
    decider_days : float
        A decision maker not spoken to for twice as long scores 0.
    top : float
        Best value of the satisfaction scale.

    Returns
    -------
    Series, index `PARTS`
        cadence: contacts ÷ planned, at most 1. decision_maker: 1 up to `decider_days` since the last one, falling
        to 0 at twice that. satisfaction: mean ÷ `top`. complaints: 1 ÷ (1 + complaints ÷ contacts × 4), so that
        one complaint in four contacts halves it; never met a decision maker although roles are recorded: 0. breadth: 0 for one person, 0.5 for two, 1 from three on.
    """
    nothing = float("nan")
    met = pd.notna(facts.last_decision_maker)
    since = (end - facts.last_decision_maker).days if met else float("inf") if facts.roles_known else nothing
    all_contacts = facts.contacts + facts.complaints
    values = {
        "cadence": min(facts.contacts / facts.planned, 1.0) if facts.planned > 0 else nothing,
        "decision_maker": float(np.clip(2 - since / decider_days, 0, 1)) if since == since else nothing,
        "satisfaction": facts.satisfaction / top,
        "complaints": 1 / (1 + 4 * facts.complaints / all_contacts) if all_contacts else nothing,
        "breadth": nothing if facts.people < 0 else min((facts.people - 1) / 2, 1.0),
    }
    return pd.Series(values)[list(PARTS)]


def weighted_score(parts: pd.Series, weights: dict[str, float]) -> float:
    """The mean of the known parts by weight, in [0, 100]; NaN when none is known.

    Examples
    --------
    >>> weighted_score(pd.Series({"a": 1.0, "b": 0.5, "c": float("nan")}), {"a": 1, "b": 1, "c": 2})
    75.0
    """
    known = parts.dropna()
    total = sum(weights[name] for name in known.index)
    return 100 * float(sum(known[name] * weights[name] for name in known.index)) / total if total > 0 else float("nan")
