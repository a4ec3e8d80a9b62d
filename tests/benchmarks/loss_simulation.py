"""How fast and how lean the loss simulation is: against drawing its random numbers alone, in one run.

Usage: ``OPENBLAS_NUM_THREADS=1 python tests/benchmarks/loss_simulation.py``. Processor seconds, the best of three; both sides on one thread.
"""

import resource
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from kamlib.loss_model import simulate_losses

SCENARIOS, CLIENTS, SEED = 100_000, 1_000, 2026
REPEATS = 3


def best_of(work: Callable[[], object]) -> float:
    """Processor seconds of the fastest of some repeats."""
    seconds = []
    for _ in range(REPEATS):
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    return min(seconds)


def draw_alone() -> None:
    """The same count of normal numbers in single precision, into one buffer."""
    rng = np.random.Generator(np.random.SFC64(SEED))
    buffer = np.empty((131, CLIENTS), dtype=np.float32)
    for _ in range(SCENARIOS // len(buffer) + 1):
        rng.standard_normal(dtype=np.float32, out=buffer)


def main() -> None:
    """Print the figures as a table."""
    rng = np.random.default_rng(SEED)
    clients = pd.DataFrame(
        {
            "pd": rng.uniform(0.0005, 0.04, CLIENTS),
            "lgd": 0.45,
            "ead": rng.pareto(1.5, CLIENTS) * 1e5,
            "sector": np.arange(CLIENTS) % 6,
        }
    )
    alone = best_of(draw_alone)
    print(f"{SCENARIOS:,} scenarios, {CLIENTS:,} clients; random numbers alone {alone:.2f} s")
    for name, options in {
        "one factor": {},
        "six sectors": {"sector_share": 0.3},
        "six sectors, t copula": {"sector_share": 0.3, "copula": "t"},
    }.items():
        seconds = best_of(lambda options=options: simulate_losses(clients, 0.2, SCENARIOS, SEED, **options))
        print(f"{name:24} {seconds:6.2f} s   {seconds / alone:5.2f} times")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of the process {peak:.0f} MiB")


if __name__ == "__main__":
    main()
