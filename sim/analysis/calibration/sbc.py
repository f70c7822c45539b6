"""Simulation-based calibration: a method that is right ranks truths evenly among its draws.

A run of the prior is taken as what happened, and its parameters are looked for with the other
runs. If posteriors are right, the rank of the true value among the posterior's draws is
uniform (Cook, Gelman & Rubin 2006; Talts et al. 2018; for ABC: Prangle et al. 2014). Posteriors
that are too narrow put truths at the ends.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.analysis.calibration.posterior import Posterior, posterior

F = NDArray[np.float64]
Ranks = NDArray[np.int64]
PASSES = 0.001  # p above which nothing speaks against the method
_BINS, _IN_BIN = 20, 10  # bins at most, and truths that a bin should have at least


class Method(Protocol):
    """A way to a posterior, as ``posterior`` is one."""

    def __call__(
        self, theta: F, simulated: F, observed: F, low: F, high: F, *, seed: int, n_draws: int,
        log: ArrayLike | None,
    ) -> Posterior: ...  # fmt: skip


class Uniformity(NamedTuple):
    """Pearson's chi-square of each parameter against evenly spread ranks, and its p; (k,)."""

    chi2: F
    p: F


def ranks(
    theta: ArrayLike,
    simulated: ArrayLike,
    low: ArrayLike,
    high: ArrayLike,
    *,
    held_out: int,
    seed: int,
    n_draws: int,
    log: ArrayLike | None = None,
    method: Method = posterior,
) -> Ranks:
    """Rank of the truth among n_draws posterior draws, 0 to n_draws: (held_out, k).

    theta (n, k) and simulated (n, m): runs of the prior; those with NaN are left out. Each of
    held_out runs, chosen by the seed, is in turn what happened, and the n - 1 others are the
    runs. Ties are broken by the seed. Raises ValueError where there are fewer runs.
    """
    runs, values = np.asarray(theta, dtype=float), np.asarray(simulated, dtype=float)
    whole = np.isfinite(values).all(axis=1)
    runs, values = runs[whole], values[whole]
    if not 0 < held_out <= len(runs):
        raise ValueError(f"held_out must be from 1 to the {len(runs)} runs, got {held_out}")
    least, most = np.asarray(low, dtype=float), np.asarray(high, dtype=float)
    rng = np.random.default_rng(seed)
    found = np.empty((held_out, runs.shape[1]), dtype=np.int64)
    for place, truth in enumerate(rng.permutation(len(runs))[:held_out]):
        others = np.arange(len(runs)) != truth
        own = method(
            runs[others], values[others], values[truth], least, most,
            seed=int(rng.integers(2**63)), n_draws=n_draws, log=log,
        )  # fmt: skip
        found[place] = _rank(runs[truth], own.draws, rng)
    return found


def _rank(truth: F, draws: F, rng: np.random.Generator) -> Ranks:
    """How many draws (n, k) are lower than the truth (k,), an equal one lower by chance."""
    lower, equal = (draws < truth).sum(axis=0), (draws == truth).sum(axis=0)
    return np.asarray(lower + rng.integers(0, equal + 1))


def uniformity(ranks: ArrayLike, n_draws: int) -> Uniformity:
    """Chi-square test that ranks (n, k), each 0 to n_draws, are uniform.

    In as many bins as have 10 truths each on average, 2 to 20; a bin's expected count follows
    from how many ranks fall into it. Raises ValueError for fewer than 20 truths.
    """
    from scipy.stats import chi2

    seen = np.asarray(ranks, dtype=np.int64)
    if seen.ndim != 2 or len(seen) < 2 * _IN_BIN:
        raise ValueError(f"needs ranks of at least {2 * _IN_BIN} truths, got {seen.shape}")
    if seen.min() < 0 or seen.max() > n_draws:
        raise ValueError(f"ranks must be from 0 to {n_draws}")
    n_bins = min(_BINS, len(seen) // _IN_BIN, n_draws + 1)
    of_rank = np.arange(n_draws + 1) * n_bins // (n_draws + 1)
    expected = np.bincount(of_rank, minlength=n_bins) * len(seen) / (n_draws + 1)
    counts = np.array([np.bincount(of_rank[own], minlength=n_bins) for own in seen.T])
    found = ((counts - expected) ** 2 / expected).sum(axis=1)
    return Uniformity(found, np.asarray(chi2.sf(found, n_bins - 1)))
