"""What warnings should have warned of: defaults, long delays, lost clients, halved revenue; each with its month."""

from dataclasses import dataclass

import numpy as np

from kamlib.early_warning.panel import Panel
from kamlib.early_warning.reading import trailing
from kamlib.policy.early_warning import EarlyWarning

KINDS = ("default", "late", "lost", "halved")
CREDIT_KINDS = ("default", "late")
HALF_YEAR, YEAR = 6, 12


@dataclass(frozen=True)
class Outcomes:
    """The first outcome of each kind by client.

    Attributes
    ----------
    month : dict of str to array of int, shape (n_clients,)
        Column in which it happened; the number of columns where it did not.
    known : dict of str to array of int
        Column by whose end it could be known.
    """

    month: dict[str, np.ndarray]
    known: dict[str, np.ndarray]
    columns: int

    def first(self, kinds: tuple[str, ...] = KINDS, last: int | None = None) -> np.ndarray:
        """The month of the first outcome of these kinds that could be known by the column `last`."""
        by = self.columns - 1 if last is None else last
        return np.min([np.where(self.known[kind] <= by, self.month[kind], self.columns) for kind in kinds], axis=0)


def find_outcomes(panel: Panel, rules: EarlyWarning) -> Outcomes:
    """The outcomes in a ledger's history.

    *default*: an event that overrides every score. *late*: a material part of what is open more than 90 days past
    due. *lost*: no invoice any more, for so many months. *halved*: half a year's revenue at most half of the same half
    a year before.

    Parameters
    ----------
    panel : Panel
    rules : EarlyWarning
        Its ``back_test`` says how many months, and what is material.
    """
    terms, count = rules.back_test, len(panel.ends)
    balances = panel.balances
    year = np.maximum(trailing(panel.revenue, YEAR), 0.0)
    late = (balances.over_90 >= terms.late_share * balances.open_amount) & (balances.over_90 >= 0.02 * year)
    late &= balances.over_90 > 0
    bought = panel.invoiced > 0
    last_bought = np.where(bought.any(axis=1), count - 1 - bought[:, ::-1].argmax(axis=1), count)
    lost = np.where(last_bought < count - terms.lost_months, last_bought + 1, count)
    now = trailing(panel.revenue, HALF_YEAR)
    before = np.pad(now, ((0, 0), (YEAR, 0)))[:, :count]
    whole = np.arange(count)[None, :] >= panel.started[:, None] + YEAR + HALF_YEAR
    halved = whole & (before > 0) & (now <= terms.halved_share * before)
    month = {
        "default": _first(panel.context.hard),
        "late": _first(late) if "receipts" not in panel.absent else np.full(len(lost), count),
        "lost": lost,
        "halved": _first(halved),
    }
    known = dict(month)
    known["lost"] = np.where(lost < count, lost + terms.lost_months - 1, count)
    return Outcomes(month, known, count)


def _first(flags: np.ndarray) -> np.ndarray:
    return np.where(flags.any(axis=1), flags.argmax(axis=1), flags.shape[1])
