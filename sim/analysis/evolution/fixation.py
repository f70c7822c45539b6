"""The chance that one firm's strategy takes over a population of N.

One step adds or takes away one copy.  With k copies, ``gamma_k`` is the chance of losing one
over that of gaining one; the chance that one copy becomes N is
``rho = 1 / (1 + sum_{k=1}^{N-1} prod_{j=1}^{k} gamma_j)`` (Karlin & Taylor 1975).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

F = NDArray[np.float64]
MOST_STEPS = 10_000_000  # of a simulation, before it says that it does not end


def log_fixation(log_gamma: ArrayLike) -> F:
    """Logarithm of rho from log gamma_k, k = 1 .. N - 1 along the last axis."""
    sums = np.cumsum(np.asarray(log_gamma, dtype=float), axis=-1)
    zero = np.zeros((*sums.shape[:-1], 1))
    return np.asarray(-np.logaddexp.reduce(np.concatenate((zero, sums), axis=-1), axis=-1))


def fermi(payoff_a: ArrayLike, payoff_b: ArrayLike, beta: float) -> F:
    """Log rho of A under pairwise comparison (Traulsen, Nowak & Pacheco 2006).

    Of two firms drawn at random the first imitates the second with chance
    ``1 / (1 + exp(-beta (payoff of second - payoff of first)))``.  payoff_a, payoff_b:
    (..., N - 1) with k = 1 .. N - 1 firms of A; beta: per unit of payoff.  A Moran process whose
    fitness is ``exp(beta * payoff)`` has the same rho.
    """
    return log_fixation(-beta * (np.asarray(payoff_a) - np.asarray(payoff_b)))


def moran(fitness_a: ArrayLike, fitness_b: ArrayLike) -> F:
    """Log rho of A in a Moran process: birth by fitness, death at random (Moran 1958).

    fitness_a, fitness_b: (..., N - 1), above 0; raises ValueError otherwise.
    """
    a, b = np.asarray(fitness_a, dtype=float), np.asarray(fitness_b, dtype=float)
    if not ((a > 0).all() and (b > 0).all()):
        raise ValueError("fitness must be above 0")
    return log_fixation(np.log(b) - np.log(a))


def matrix_payoffs(game: ArrayLike, n: int) -> tuple[F, F]:
    """Payoffs of A and B with k = 1 .. N - 1 of A, each meeting the n - 1 others alike.

    game: (2, 2), ``[[a, b], [c, d]]``.
    """
    (a, b), (c, d) = np.asarray(game, dtype=float)
    k = np.arange(1, n)
    return (a * (k - 1) + b * (n - k)) / (n - 1), (c * k + d * (n - k - 1)) / (n - 1)


def simulate_fermi(
    payoff_a: ArrayLike, payoff_b: ArrayLike, beta: float, runs: int, seed: int
) -> int:
    """In how many of ``runs`` populations one firm of A takes over, firm by firm as ``fermi``."""
    gain = np.asarray(payoff_a, dtype=float) - np.asarray(payoff_b, dtype=float)
    n = len(gain) + 1
    adopts = 1.0 / (1.0 + np.exp(-np.clip(beta * gain, -700, 700)))  # B looks at A

    def step(k: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
        focal_is_a = rng.random(len(k)) * n < k
        model_is_a = rng.random(len(k)) * (n - 1) < k - focal_is_a
        p = np.where(model_is_a, adopts[k - 1], 1.0 - adopts[k - 1])
        turns = (focal_is_a != model_is_a) & (rng.random(len(k)) < p)
        return np.asarray(turns * (2 * model_is_a.astype(np.int64) - 1))

    return _absorbed(step, n, runs, seed)


def simulate_moran(fitness_a: ArrayLike, fitness_b: ArrayLike, runs: int, seed: int) -> int:
    """In how many of ``runs`` populations one firm of A takes over, as ``moran``."""
    a, b = np.asarray(fitness_a, dtype=float), np.asarray(fitness_b, dtype=float)
    n = len(a) + 1

    def step(k: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
        births_a = k * a[k - 1]
        born_a = rng.random(len(k)) * (births_a + (n - k) * b[k - 1]) < births_a
        dead_a = rng.random(len(k)) * n < k
        return np.asarray(born_a.astype(np.int64) - dead_a)

    return _absorbed(step, n, runs, seed)


Step = Callable[[NDArray[np.int64], np.random.Generator], NDArray[np.int64]]


def _absorbed(step: Step, n: int, runs: int, seed: int) -> int:
    """Runs that end with n copies, all starting with one; those that end are left out."""
    rng, won = np.random.default_rng(seed), 0
    k = np.ones(runs, dtype=np.int64)
    for _ in range(MOST_STEPS):
        if not len(k):
            return won
        k = k + step(k, rng)
        won += int(np.count_nonzero(k == n))
        k = k[(k > 0) & (k < n)]
    raise RuntimeError(f"{len(k)} of {runs} populations undecided after {MOST_STEPS:,} steps")
