"""Replicator dynamics: strategies that earn more than the mean grow (Taylor & Jonker 1978).

Shares x (S,) follow ``dx_i/dt = x_i ((Mx)_i - x'Mx)``.  For a pair of strategies the payoffs
of all mixtures are known, and the game of N firms itself is used: a firm meets N - 1 others,
each of strategy i with chance x (Gokhale & Traulsen 2010).
"""

from __future__ import annotations

from itertools import combinations
from math import comb
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.analysis.evolution.equilibria import scaled

F = NDArray[np.float64]
FLAT = 1e-9  # growth below which a direction counts as neutral, of payoffs scaled to 1
GRID = 2001  # points at which a pair's growth is looked at for changes of sign


class RestPoint(NamedTuple):
    """Shares that stay as they are, and what happens near them.

    stability: stable (all near ones return), unstable (all leave), saddle, or neutral (to first
    order some neither return nor leave).
    """

    shares: tuple[float, ...]
    stability: str


def growth(matrix: F, shares: F) -> F:
    """``dx/dt`` of the replicator equation, (S,) in shares per unit of payoff and time."""
    payoffs = matrix @ shares
    return np.asarray(shares * (payoffs - shares @ payoffs))


def trajectory(matrix: F, start: ArrayLike, times: ArrayLike) -> F:
    """Shares (times, S) of the replicator dynamics from ``start``, by Runge-Kutta 4(5)."""
    from scipy.integrate import solve_ivp

    first, at = np.asarray(start, dtype=float), np.asarray(times, dtype=float)
    found = solve_ivp(
        lambda _, x: growth(matrix, x), (at[0], at[-1]), first, "RK45", at, rtol=1e-8, atol=1e-10
    )
    return np.asarray(found.y.T)


def rest_points(matrix: F) -> list[RestPoint]:
    """Isolated rest points, corners first; a support whose payoffs are all equal has none."""
    game = scaled(matrix)
    found = []
    for size in range(1, len(game) + 1):
        for support in combinations(range(len(game)), size):
            shares = _inner(game, np.array(support))
            if shares is not None:
                found.append(RestPoint(tuple(map(float, shares)), _stability(game, shares)))
    return found


def _inner(game: F, support: NDArray[np.int64]) -> F | None:
    """The only shares on a support at which all of it earns the same; None without."""
    k = len(support)
    system = np.ones((k + 1, k + 1))
    system[:k, :k], system[:k, k], system[k, k] = game[np.ix_(support, support)], -1.0, 0.0
    if np.linalg.cond(system) > 1e12:
        return None
    inner = np.linalg.solve(system, np.append(np.zeros(k), 1.0))[:k]
    if inner.min() <= FLAT:
        return None
    shares = np.zeros(len(game))
    shares[support] = inner
    return shares


def jacobian(matrix: F, shares: F) -> F:
    """Derivative of ``growth`` by shares, (S, S)."""
    payoffs = matrix @ shares
    turn = matrix - (payoffs + matrix.T @ shares)[None, :]
    return np.asarray(np.diag(payoffs - shares @ payoffs) + shares[:, None] * turn)


def _stability(game: F, shares: F) -> str:
    """What the eigenvalues say within the simplex, where changes add up to zero."""
    n = len(shares)
    if n == 1:
        return "stable"
    basis = np.linalg.svd(np.ones((1, n)))[2][1:].T
    return _named(np.linalg.eigvals(basis.T @ jacobian(game, shares) @ basis).real)


def _named(rates: F) -> str:
    if (np.abs(rates) <= FLAT).any():
        return "saddle" if (rates > FLAT).any() and (rates < -FLAT).any() else "neutral"
    return "stable" if (rates < 0).all() else "unstable" if (rates > 0).all() else "saddle"


def advantage(alone_to_all: F, others: F, shares: ArrayLike) -> F:
    """Expected payoff of a firm of i less that of one of j where the share of i is x.

    alone_to_all: (N,) payoff of i in markets of k = 1 .. N firms of i; others: (N,) payoff of j
    in markets of k = 0 .. N - 1.  shares: any shape.  The other N - 1 firms are binomial in x.
    """
    x = np.asarray(shares, dtype=float)[..., None]
    others_of_i = np.arange(len(alone_to_all))
    most = len(alone_to_all) - 1
    ways = np.array([comb(most, j) for j in others_of_i], dtype=float)
    chance = ways * x**others_of_i * (1 - x) ** (most - others_of_i)
    return np.asarray((chance * (alone_to_all - others)).sum(axis=-1))


def pair_rest_points(alone_to_all: F, others: F) -> list[tuple[float, str]]:
    """Shares of i at which a pair rests, with stability, in increasing order."""
    from scipy.optimize import brentq

    size = float(np.abs(alone_to_all - others).max()) or 1.0

    def gain(x: float) -> float:
        return float(advantage(alone_to_all, others, x)) / size

    grid = np.linspace(0.0, 1.0, GRID)[1:-1]
    signs = np.sign(advantage(alone_to_all, others, grid) / size)
    turns = np.flatnonzero(signs[1:] * signs[:-1] < 0)
    inner = [
        (float(brentq(gain, grid[t], grid[t + 1])), "stable" if signs[t] > 0 else "unstable")
        for t in turns
    ]
    on_grid = np.flatnonzero((signs[1:-1] == 0) & (signs[2:] * signs[:-2] < 0)) + 1
    inner += [(float(grid[t]), "stable" if signs[t - 1] > 0 else "unstable") for t in on_grid]
    return [(0.0, _end(-gain(0.0))), *sorted(inner), (1.0, _end(gain(1.0)))]


def _end(inward: float) -> str:
    """Stability of an end at which the strategy that fills it gains ``inward``."""
    return "stable" if inward > FLAT else "unstable" if inward < -FLAT else "neutral"
