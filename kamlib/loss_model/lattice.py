"""A distribution of losses on whole multiples of a unit, as the exact and the analytic model give it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.loss_model.portfolio import check_fractions


@dataclass(frozen=True)
class LatticeLosses:
    """Probabilities of losing 0, 1, 2 … units.

    Attributes
    ----------
    unit : float
        Money.
    probabilities : array, shape (n_units + 1,)
        Sum to 1 up to a tail that is too small to count.
    interpolated : bool
        Whether a quantile is interpolated within its unit, as CreditRisk+'s own tables do.
    client_variance : Series
        What each client adds to the variance (they sum to it); `contributions` rests on it.
    client_expected : Series
        Expected loss of each client.
    """

    unit: float
    probabilities: np.ndarray
    interpolated: bool
    client_expected: pd.Series
    client_variance: pd.Series

    @property
    def expected_loss(self) -> float:
        """Mean of the distribution."""
        return float(self.unit * (np.arange(len(self.probabilities)) * self.probabilities).sum())

    @property
    def standard_deviation(self) -> float:
        """Of the distribution."""
        losses = self.unit * np.arange(len(self.probabilities))
        return float(np.sqrt(max((losses**2 * self.probabilities).sum() - self.expected_loss**2, 0.0)))

    def value_at_risk(self, q: float) -> float:
        """The loss that is not exceeded with probability `q`.

        Raises
        ------
        DataError
            A level outside (0, 1).
        """
        check_fractions(q=q)
        at = self._index(q)
        if not self.interpolated or at == 0:
            return float(at * self.unit)
        below = float(self.probabilities[:at].sum())
        return float((at - 1 + (q - below) / self.probabilities[at]) * self.unit)

    def expected_shortfall(self, q: float) -> float:
        """The mean of the worst ``1 - q`` of all losses; a loss at the quantile counts with the part that is needed.

        Raises
        ------
        DataError
            A level outside (0, 1).
        """
        check_fractions(q=q)
        at = self._index(q)
        losses = self.unit * np.arange(len(self.probabilities))
        beyond = (losses[at + 1 :] * self.probabilities[at + 1 :]).sum()
        at_quantile = losses[at] * (self.probabilities[: at + 1].sum() - q)
        return float((beyond + max(at_quantile, 0.0)) / (1 - q))

    def contributions(self, q: float) -> pd.Series:
        """Each client's part of the value at risk: its expected loss and its share of the variance; they add up.

        References
        ----------
        CSFB, CreditRisk+ (1997), section A13: contributions by standard deviation.
        """
        beyond = self.value_at_risk(q) - float(self.client_expected.sum())
        total = float(self.client_variance.sum())
        return self.client_expected + (self.client_variance / total * beyond if total > 0 else 0.0)

    def _index(self, q: float) -> int:
        reached = np.cumsum(self.probabilities)
        return int(min(np.searchsorted(reached, q - 1e-15), len(reached) - 1))
