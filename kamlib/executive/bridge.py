"""From the money at risk of the last report to today's: what moved it, step by step, adding up exactly."""

from dataclasses import dataclass

import pandas as pd

from kamlib.dependence import window_start
from kamlib.ledger.snapshot import Snapshot
from kamlib.policy import Policy
from kamlib.runs import Previous
from kamlib.stress import MoneyAtRisk, money_at_risk

STEPS = ("data", "policy", "behaviour", "exposure")
RECEIVABLE_PARTS = ("receivable_loss", "deposit", "guarantee", "insurance")
CENT = 0.005


@dataclass(frozen=True)
class Bridge:
    """What `money_bridge` found, in the reporting currency.

    Attributes
    ----------
    start_date, end_date : Timestamp
    start, end : float
        Money at risk (base) of all clients on both days; the start as it was reported then.
    clients : DataFrame, one row a client of either day
        ``client_id, name, start, data, policy, behaviour, exposure, end``; rows and their sum add up to the cent.
    previous : bool
        Whether the start comes from an earlier run; without one it is today's ledger and policy a quarter before,
        and the steps ``data`` and ``policy`` are zero.
    """

    start_date: pd.Timestamp
    end_date: pd.Timestamp
    clients: pd.DataFrame
    previous: bool

    @property
    def start(self) -> float:
        """Money at risk at the start."""
        return round(float(self.clients["start"].sum()), 2)

    @property
    def end(self) -> float:
        """Money at risk at the end."""
        return round(float(self.clients["end"].sum()), 2)

    @property
    def steps(self) -> pd.DataFrame:
        """``step, amount, start, end`` of the waterfall."""
        amounts = self.clients[list(STEPS)].sum().round(2)
        end = self.start + amounts.cumsum()
        return pd.DataFrame(
            {"step": list(STEPS), "amount": amounts.array, "start": (end - amounts).array, "end": end.array}
        )


def money_bridge(now: MoneyAtRisk, snapshot: Snapshot, policy: Policy, previous: Previous | None = None) -> Bridge:
    """Split the change of money at risk into its causes.

    One thing is changed at a time: first the ledger (the old day as today's files tell it: ``data``), then the policy
    (``policy``), then the day. What the day changes in uncovered receivables because clients take longer or less long
    to pay, at the old pace of sales, is ``behaviour``; the rest (sales, orders, contracts, cover, clients that came
    or went) is ``exposure``.

    Parameters
    ----------
    now : MoneyAtRisk
        Of `snapshot` and `policy`.
    snapshot : Snapshot
    policy : Policy
    previous : Previous or None
        The run before; None compares with a quarter before.

    References
    ----------
    Successive substitution, as in the attribution of price and volume: the order of the steps is part of the result.

    Examples
    --------
    >>> from kamlib.samples.small import small_ledger
    >>> from kamlib.stress import money_at_risk
    >>> ledger, policy = small_ledger(), Policy()
    >>> bridge = money_bridge(money_at_risk(ledger, policy), ledger, policy)
    >>> bridge.start, bridge.steps.set_index("step")["amount"].to_dict(), bridge.end
    (195300.0, {'data': 0.0, 'policy': 0.0, 'behaviour': 13500.0, 'exposure': 0.0}, 208800.0)
    """
    day = previous.snapshot.date if previous else window_start(snapshot.date, 3)
    then = money_at_risk(snapshot.as_of(day), policy)
    told, corrected = then, then
    if previous:
        told = money_at_risk(previous.snapshot, previous.policy)
        corrected = money_at_risk(snapshot.as_of(day), previous.policy)
    frames = {"start": told, "corrected": corrected, "then": then, "end": now}
    bases = pd.DataFrame({name: found.clients.set_index("client_id")["base"] for name, found in frames.items()})
    bases = bases.fillna(0.0)
    names = pd.concat([found.clients.set_index("client_id")["name"] for found in (now, told)])
    behaviour = _behaviour(then, now).reindex(bases.index).fillna(0.0).round(2)
    clients = pd.DataFrame(
        {
            "name": names[~names.index.duplicated()].reindex(bases.index),
            "start": bases["start"],
            "data": bases["corrected"] - bases["start"],
            "policy": bases["then"] - bases["corrected"],
            "behaviour": behaviour,
            "exposure": bases["end"] - bases["then"] - behaviour,
            "end": bases["end"],
        }
    )
    figures = ["start", *STEPS, "end"]
    clients[figures] = clients[figures].round(2) + 0.0
    return Bridge(day, now.date, clients.rename_axis("client_id").reset_index(), previous is not None)


def _behaviour(then: MoneyAtRisk, now: MoneyAtRisk) -> pd.Series:
    """Change of what uncovered receivables put at risk that comes from days outstanding alone."""
    old, new = (found.clients.set_index("client_id") for found in (then, now))
    both = old.index.intersection(new.index)
    old, new = old.loc[both], new.loc[both]
    trading = (old["revenue"] > CENT) & (new["revenue"] > CENT)
    balances = old["balance"].clip(lower=0), new["balance"].clip(lower=0)
    days = balances[1] / new["revenue"].where(trading) - balances[0] / old["revenue"].where(trading)
    moved = (days * old["revenue"]).fillna(0.0)
    risks = [frame[list(RECEIVABLE_PARTS)].sum(axis=1) for frame in (old, new)]
    change = balances[1] - balances[0]
    slope = ((risks[1] - risks[0]) / change.where(change.abs() > CENT)).fillna(
        risks[1] / balances[1].where(balances[1] > CENT)
    )
    return moved * slope.fillna(0.0).clip(0.0, 1.0)
