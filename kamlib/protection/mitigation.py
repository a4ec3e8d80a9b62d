"""Choosing among mitigations: what one must be worth, which sets are efficient, which one a budget buys.

An option is a pair of cost and benefit a year, in one currency; costs may be negative (it earns money). Each client
takes exactly one of its options, of which doing nothing is one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kamlib.errors import Fault, raise_faults

Options = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Choice:
    """One efficient set: no other costs as little and brings as much.

    Attributes
    ----------
    cost, benefit : float
        Of the whole set, a year.
    options : tuple of int
        Which option each client takes, in the order given.
    """

    cost: float
    benefit: float
    options: tuple[int, ...]

    @property
    def net(self) -> float:
        """Benefit less cost."""
        return self.benefit - self.cost


def break_even_probability(cost: float, saved: float) -> float:
    """The yearly probability of loss from which a mitigation pays.

    Parameters
    ----------
    cost : float
        A year.
    saved : float
        What it saves once the loss happens.

    Returns
    -------
    float
        0 where it costs nothing, infinity where it saves nothing but costs; above 1 it never pays.

    Examples
    --------
    >>> break_even_probability(6_000, 300_000)
    0.02
    """
    if cost <= 0:
        return 0.0
    return cost / saved if saved > 0 else float("inf")


def efficient_sets(clients: Sequence[Options]) -> list[Choice]:
    """Every efficient set, cheapest first: an exact search that only drops what another set beats.

    Parameters
    ----------
    clients : sequence of sequences of (cost, benefit)
        The options of each client.

    Returns
    -------
    list of Choice
        Cost and benefit both rise along it. No client: the one set that is empty.

    Raises
    ------
    DataError
        A client without options, or a number that is not finite.

    References
    ----------
    Nemhauser and Ullmann, Discrete dynamic programming and capital allocation, Management Science 15 (1969).

    Examples
    --------
    >>> [(found.cost, found.benefit) for found in efficient_sets([[(0, 0), (2, 5)], [(0, 0), (3, 4)]])]
    [(0.0, 0.0), (2.0, 5.0), (5.0, 9.0)]
    """
    faults = []
    for number, options in enumerate(clients):
        if not len(options):
            faults.append(Fault(f"clients[{number}]", "no options", "Give at least that of doing nothing, (0, 0)."))
        elif not np.isfinite(np.asarray(options, dtype=float)).all():
            faults.append(Fault(f"clients[{number}]", "not a number", "Give finite costs and benefits."))
    raise_faults(faults)
    costs, benefits = np.zeros(1), np.zeros(1)
    steps: list[tuple[np.ndarray, np.ndarray]] = []
    for options in clients:
        own = np.asarray(options, dtype=float)
        cost = (costs[:, None] + own[:, 0]).ravel()
        benefit = (benefits[:, None] + own[:, 1]).ravel()
        order = np.lexsort((-benefit, cost))
        best = np.maximum.accumulate(np.concatenate([[-np.inf], benefit[order][:-1]]))
        kept = order[benefit[order] > best + 1e-9]
        costs, benefits = cost[kept], benefit[kept]
        steps.append(np.divmod(kept, len(own)))
    places = np.arange(len(costs))
    chosen = []
    for before, option in reversed(steps):
        chosen.append(option[places])
        places = before[places]
    picked = np.array(chosen[::-1], dtype=int).reshape(len(steps), len(costs)).T
    return [
        Choice(float(cost), float(benefit), tuple(map(int, options)))
        for cost, benefit, options in zip(costs, benefits, picked, strict=True)
    ]


def pick_under_budget(sets: Sequence[Choice], budget: float = float("inf")) -> Choice | None:
    """The set with the largest benefit less cost that the budget pays for; of equal ones the cheapest.

    Parameters
    ----------
    sets : sequence of Choice
        From `efficient_sets`; the best of all sets is among them.
    budget : float
        Money a year.

    Returns
    -------
    Choice or None
        None where even the cheapest set costs more.

    Examples
    --------
    >>> sets = efficient_sets([[(0, 0), (2, 5)], [(0, 0), (3, 4)]])
    >>> pick_under_budget(sets, 4).options, pick_under_budget(sets).options
    ((1, 0), (1, 1))
    """
    paid = [found for found in sets if found.cost <= budget + 1e-9]
    return max(paid, key=lambda found: (round(found.net, 6), -found.cost)) if paid else None
