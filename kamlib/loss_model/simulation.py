"""Losses simulated: one common factor, sector factors within it, Gaussian or t copula; fast, lean, repeatable."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtrit

from kamlib.errors import Fault, raise_faults
from kamlib.loss_model.portfolio import check_fractions, check_portfolio

COPULAS = ("gaussian", "t")
CELLS = 1 << 17  # of one chunk: small enough to stay in the processor's cache
NEVER = 1e30  # a threshold that no draw passes, and that single precision still holds


@dataclass(frozen=True)
class SimulatedLosses:
    """Losses of many simulated years.

    Attributes
    ----------
    losses : array, shape (scenarios,)
        In the order drawn.
    loss_given : Series, index client
        What a default of each client costs: LGD times EAD.
    counts : array, shape (scenarios,)
        Defaults a scenario.
    defaulted : array, shape (sum of counts,)
        Who, scenario after scenario, as positions in `loss_given`.
    """

    losses: np.ndarray
    loss_given: pd.Series
    counts: np.ndarray
    defaulted: np.ndarray

    @property
    def expected_loss(self) -> float:
        """Mean over the scenarios."""
        return float(self.losses.mean())

    @property
    def standard_deviation(self) -> float:
        """Over the scenarios."""
        return float(self.losses.std(ddof=1))

    def value_at_risk(self, q: float) -> float:
        """The smallest loss that a part `q` of the scenarios does not exceed.

        Raises
        ------
        DataError
            A level outside (0, 1).
        """
        check_fractions(q=q)
        return float(np.partition(self.losses, self._rank(q))[self._rank(q)])

    def expected_shortfall(self, q: float) -> float:
        """The mean of the worst ``1 - q`` of the scenarios (Acerbi and Tasche's definition: never below the VaR).

        Raises
        ------
        DataError
            A level outside (0, 1).
        """
        weights = self._tail_weights(q)
        return float((weights * self.losses).sum() / weights.sum())

    def standard_error(self, measure: str, q: float = 0.5) -> float:
        """How far chance moves ``expected_loss``, ``value_at_risk`` or ``expected_shortfall``: one standard error.

        Raises
        ------
        DataError
            Another measure, or a level outside (0, 1).

        References
        ----------
        Quantile: distance of the order statistics one binomial deviation away. Shortfall: Manistre and Hancock,
        Variance of the CTE estimator, North American Actuarial Journal 9 (2005).
        """
        n = len(self.losses)
        if measure == "expected_loss":
            return self.standard_deviation / np.sqrt(n)
        check_fractions(q=q)
        if measure == "value_at_risk":
            low, high = self._interval(q, 1.0)
            return (high - low) / 2
        if measure == "expected_shortfall":
            quantile, shortfall = self.value_at_risk(q), self.expected_shortfall(q)
            tail = self.losses[self.losses > quantile]
            spread = tail.var() if len(tail) > 1 else 0.0
            return float(np.sqrt((spread + q * (shortfall - quantile) ** 2) / (n * (1 - q))))
        raise_faults([Fault("measure", measure, "Use expected_loss, value_at_risk or expected_shortfall.")])
        return float("nan")

    def contributions(self, q: float) -> pd.Series:
        """Each client's part of the expected shortfall: its mean loss in the worst scenarios; the parts add up.

        Raises
        ------
        DataError
            A level outside (0, 1).

        References
        ----------
        Tasche, Risk contributions and performance measurement (1999): Euler allocation.
        """
        weights = self._tail_weights(q)
        by_client = np.bincount(self.defaulted, weights=np.repeat(weights, self.counts), minlength=len(self.loss_given))
        return self.loss_given * by_client / weights.sum()

    def convergence(self, q: float, steps: int = 8) -> pd.DataFrame:
        """The quantile after ever more scenarios with its 95 % band: ``scenarios, value_at_risk, low, high``."""
        rows = []
        for part in np.linspace(1 / steps, 1, steps):
            first = SimulatedLosses(
                self.losses[: int(len(self.losses) * part)], self.loss_given, self.counts, self.defaulted
            )
            rows.append((len(first.losses), first.value_at_risk(q), *first._interval(q, 1.96)))
        return pd.DataFrame(rows, columns=["scenarios", "value_at_risk", "low", "high"])

    def _rank(self, q: float) -> int:
        return min(max(int(np.ceil(q * len(self.losses) - 1e-9)) - 1, 0), len(self.losses) - 1)

    def _interval(self, q: float, width: float) -> tuple[float, float]:
        n = len(self.losses)
        reach = width * np.sqrt(n * q * (1 - q))
        ranks = np.clip([int(np.floor(n * q - reach)) - 1, int(np.ceil(n * q + reach)) - 1], 0, n - 1)
        low, high = np.partition(self.losses, ranks)[ranks]
        return float(low), float(high)

    def _tail_weights(self, q: float) -> np.ndarray:
        """1 for scenarios beyond the quantile; those at it share what is missing to ``1 - q`` of all."""
        quantile = self.value_at_risk(q)
        beyond, at = self.losses > quantile, self.losses == quantile
        missing = len(self.losses) * (1 - q) - beyond.sum()
        return beyond + at * max(missing, 0.0) / at.sum()


def simulate_losses(
    frame: pd.DataFrame,
    rho: float,
    scenarios: int,
    seed: int,
    copula: str = "gaussian",
    degrees_of_freedom: float = 5.0,
    sector_share: float = 0.0,
    sector_at: Mapping[str, float] | None = None,
    workers: int = 1,
) -> SimulatedLosses:
    """Draw years in which clients default together.

    A client defaults when its asset value falls below the quantile of its PD. Asset values are normal (or Student t)
    with correlation `rho` between clients of one sector, of which the part ``1 - sector_share`` is shared by all.
    Each chunk of scenarios has a generator of its own, seeded by its number: the result depends on neither the number
    of workers nor their order. Draws are in single precision, which moves a PD by less than a millionth of itself;
    money is summed in double.

    Parameters
    ----------
    frame : DataFrame, one row a client
        ``pd, lgd, ead``; ``client_id`` and ``sector`` if there are any.
    rho : float
        Asset correlation, at least 0 and below 1.
    scenarios, seed : int
    copula : {"gaussian", "t"}
        With "t" all clients share a second source of bad years: defaults cluster in the tail.
    degrees_of_freedom : float
        Of the t copula.
    sector_share : float
        Part of `rho` that acts within a sector only; needs the column ``sector``.
    sector_at : mapping or None
        Sector → the value its factor is held at, in standard deviations: −2.33 is its worst year in a hundred.
    workers : int
        Threads.

    Returns
    -------
    SimulatedLosses

    Raises
    ------
    DataError
        A faulty portfolio or arguments out of range: every fault at once.

    References
    ----------
    Li, On default correlation, Journal of Fixed Income 9 (2000); Frey and McNeil, Dependent defaults in models of
    portfolio credit risk, Journal of Risk 6 (2003).

    Examples
    --------
    >>> many = pd.DataFrame({"pd": [0.02] * 50, "lgd": 0.5, "ead": 100.0})
    >>> result = simulate_losses(many, rho=0.2, scenarios=2_000, seed=1)
    >>> result.expected_shortfall(0.99) >= result.value_at_risk(0.99) >= 0
    True
    """
    numbers = check_portfolio(frame)
    sectors, of_client = _sectors(frame, sector_share)
    _check(rho, scenarios, seed, copula, degrees_of_freedom, sector_share, sector_at, sectors, workers)
    loss = (numbers["ead"] * numbers["lgd"]).to_numpy()
    loading = _loading(numbers["pd"].to_numpy(), rho, copula, degrees_of_freedom, sector_share, of_client, len(sectors))
    held = {sectors.index(name): value for name, value in (sector_at or {}).items()}
    rows = max(CELLS // len(loss), 1)
    sizes = [min(rows, scenarios - start) for start in range(0, scenarios, rows)]
    small = np.uint16 if len(loss) <= np.iinfo(np.uint16).max else np.uint32

    def chunk(number: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        rng = np.random.Generator(np.random.SFC64(np.random.SeedSequence([seed, number])))
        size = sizes[number]
        factors = np.empty((size, 2 + len(sectors)), dtype=np.float32)
        factors[:, 1:] = rng.standard_normal((size, 1 + len(sectors)), dtype=np.float32)
        factors[:, 0] = 1.0
        if copula == "t":
            factors[:, 0] = np.sqrt(rng.chisquare(degrees_of_freedom, size) / degrees_of_freedom)
        for position, value in held.items():
            factors[:, 2 + position] = value
        own = rng.standard_normal((size, len(loss)), dtype=np.float32)
        where = np.flatnonzero(own < factors @ loading)
        scenario, who = np.divmod(where, len(loss))
        counts = np.bincount(scenario, minlength=size)
        return np.bincount(scenario, weights=loss[who], minlength=size), counts.astype(np.int32), who.astype(small)

    if workers == 1:
        drawn = list(map(chunk, range(len(sizes))))
    else:
        with ThreadPoolExecutor(workers) as pool:
            drawn = list(pool.map(chunk, range(len(sizes))))
    index = frame.get("client_id", numbers.index)
    losses, counts, who = (np.concatenate(parts) for parts in zip(*drawn, strict=True))
    return SimulatedLosses(losses, pd.Series(loss, index=index), counts, who)


def _sectors(frame: pd.DataFrame, sector_share: float) -> tuple[list[str], np.ndarray]:
    if "sector" not in frame or sector_share == 0:
        return [], np.zeros(len(frame), dtype=int)
    codes, names = pd.factorize(frame["sector"].astype("str"), sort=True)
    return list(names), codes


def _loading(
    chance: np.ndarray,
    rho: float,
    copula: str,
    freedom: float,
    sector_share: float,
    of_client: np.ndarray,
    sectors: int,
) -> np.ndarray:
    """What turns factors into each client's threshold for its own draw: one row a factor, the first the quantile."""
    quantile = stdtrit(freedom, chance) if copula == "t" else ndtri(chance)
    common = np.sqrt(rho * (1 - sector_share)) if sectors else np.sqrt(rho)
    rows = np.zeros((2 + sectors, len(chance)))
    rows[0] = np.clip(quantile, -NEVER, NEVER)
    rows[1] = -common
    if sectors:
        rows[2 + of_client, np.arange(len(chance))] = -np.sqrt(rho * sector_share)
    return np.clip(rows / np.sqrt(1 - rho), -NEVER, NEVER).astype(np.float32)


def _check(rho, scenarios, seed, copula, freedom, sector_share, sector_at, sectors, workers) -> None:
    unknown = [name for name in sector_at or {} if name not in sectors]
    wrong = {
        "rho": (rho, not 0 <= rho < 1, "Give a correlation of at least 0 and below 1."),
        "scenarios": (scenarios, scenarios < 1, "Give a whole number of at least 1."),
        "seed": (seed, seed < 0, "Give a whole number of at least 0."),
        "copula": (copula, copula not in COPULAS, f"Use one of {', '.join(COPULAS)}."),
        "degrees_of_freedom": (freedom, not freedom > 0, "Give a number above 0."),
        "sector_share": (sector_share, not 0 <= sector_share <= 1, "Give a fraction."),
        "sector_at": (", ".join(unknown), bool(unknown), "Name sectors of the portfolio, with sector_share above 0."),
        "workers": (workers, workers < 1, "Give a whole number of at least 1."),
    }
    raise_faults(Fault(name, str(value), remedy) for name, (value, is_wrong, remedy) in wrong.items() if is_wrong)
