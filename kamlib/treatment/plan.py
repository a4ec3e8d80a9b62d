"""Which mitigations to take: the sets that nothing beats, and the one the budget buys."""

from dataclasses import dataclass

import pandas as pd

from kamlib.policy import Policy
from kamlib.protection.mitigation import Choice, break_even_probability, efficient_sets, pick_under_budget
from kamlib.treatment.facts import RiskFacts
from kamlib.treatment.mitigations import Effect, bundle_worth, client_bundles, compare_mitigations, compared_clients


@dataclass(frozen=True)
class MitigationPlan:
    """What `plan_mitigations` found, in the reporting currency, a year.

    Attributes
    ----------
    alone : DataFrame
        See `kamlib.treatment.compare_mitigations`.
    frontier : DataFrame, cheapest first
        ``cost, worth, net`` of every efficient set over the compared clients.
    picked : DataFrame, one row a client that gets something
        ``client_id, name, kinds, cost, saved`` (once it fails), ``expected_saved, worth, net, break_even,
        probability, cash, revenue``.
    budget : float
        Infinity for none.
    cost, worth, expected_saved, tail_saved : float
        Of the pick together; the tail by valuing the same simulated years anew.
    sum_alone : float
        What the picked mitigations would save if each stood alone: never less than ``expected_saved``.
    expected, shortfall : float
        Of all clients that have not failed, before.
    compared : int
        Clients that were searched over.
    """

    alone: pd.DataFrame
    frontier: pd.DataFrame
    picked: pd.DataFrame
    budget: float
    cost: float
    worth: float
    expected_saved: float
    tail_saved: float
    sum_alone: float
    expected: float
    shortfall: float
    compared: int

    def saved_of(self, client_id: str) -> float:
        """What the pick saves once this client fails; 0 where it gets nothing."""
        return float(self.picked.loc[self.picked["client_id"] == client_id, "saved"].sum())


def plan_mitigations(facts: RiskFacts, policy: Policy, budget: float | None = None) -> MitigationPlan:
    """Choose mitigations for the clients with most expected money, exactly.

    The worth of a set is what it saves of the expected loss, and of the expected shortfall (each client's share in it)
    times the policy's price of tail money. Among all sets of at most ``bundle`` mitigations a client, the one with
    the most worth less cost within the budget is picked.

    Parameters
    ----------
    facts : RiskFacts
    policy : Policy
    budget : float or None
        A year; None takes the policy's, which may name none.
    """
    rules = policy.treatment
    bound = rules.budget if budget is None else budget
    bound = float("inf") if bound is None else float(bound)
    tail = facts.tail_probability()
    rows = list(compared_clients(facts, policy).itertuples(index=False))
    effects = [client_bundles(row, facts.protections.get(row.client_id, ()), policy) for row in rows]
    valued = [
        bundle_worth(found, row.probability, float(tail.get(row.client_id, 0.0)), policy)
        for row, found in zip(rows, effects, strict=True)
    ]
    sets = efficient_sets([_undominated(options) for options in valued])
    chosen = pick_under_budget(sets, bound)
    alone = compare_mitigations(facts, policy)
    options = _original(chosen, valued) if chosen else (0,) * len(rows)
    picked = _picked(rows, effects, valued, options)
    given = facts.simulated.loss_given.copy() if facts.simulated is not None else pd.Series(dtype=float)
    for row in picked.itertuples(index=False):
        given[row.client_id] = max(given[row.client_id] - row.saved, 0.0)
    whole = facts.expected_shortfall()
    used = {(row.client_id, kind) for row in picked.itertuples(index=False) for kind in row.kinds}
    counted = [pair in used for pair in zip(alone["client_id"], alone["kind"], strict=True)]
    return MitigationPlan(
        alone=alone,
        frontier=pd.DataFrame([(f.cost, f.benefit, f.net) for f in sets], columns=["cost", "worth", "net"]),
        picked=picked,
        budget=bound,
        cost=float(picked["cost"].sum()),
        worth=float(picked["worth"].sum()),
        expected_saved=float(picked["expected_saved"].sum()),
        tail_saved=max(whole - facts.expected_shortfall(given), 0.0) if len(picked) else 0.0,
        sum_alone=float(alone.loc[counted, "expected_saved"].sum()),
        expected=float(facts.living["expected"].sum()),
        shortfall=whole,
        compared=len(rows),
    )


def _undominated(options: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The options of one client that no other beats: what `efficient_sets` of that client alone keeps."""
    return [(found.cost, found.benefit) for found in efficient_sets([options])]


def _original(chosen: Choice, valued: list[list[tuple[float, float]]]) -> tuple[int, ...]:
    """Positions in the full lists of what was chosen among the undominated ones."""
    return tuple(
        efficient_sets([options])[option].options[0] for options, option in zip(valued, chosen.options, strict=True)
    )


def _picked(
    rows: list, effects: list[list[Effect]], valued: list[list[tuple[float, float]]], options: tuple[int, ...]
) -> pd.DataFrame:
    columns = [
        "client_id", "name", "kinds", "cost", "saved", "expected_saved", "worth", "net", "break_even", "probability",
        "cash", "revenue",
    ]  # fmt: skip
    found = []
    for row, own, worths, option in zip(rows, effects, valued, options, strict=True):
        effect = own[option]
        if not effect.kinds:
            continue
        saved = round(own[0].loss - effect.loss, 2)
        cost, worth = worths[option]
        found.append(
            (
                row.client_id, row.name, effect.kinds, cost, saved, saved * row.probability, worth, worth - cost,
                break_even_probability(cost, saved), row.probability, effect.cash, effect.revenue,
            )
        )  # fmt: skip
    return pd.DataFrame(found, columns=columns).sort_values(
        ["net", "client_id"], ascending=[False, True], ignore_index=True
    )
