"""Alpha-rank in one population: what selection with rare mutation leaves (Omidshafiei et al. 2019).

Firms of a market all play one strategy until a mutant appears, any other strategy with equal
chance; it takes over with its chance of fixation, or vanishes.  The share of time spent with
each strategy is the stationary distribution of that chain (Fudenberg & Imhof 2006).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.analysis.evolution.fixation import fermi
from sim.analysis.evolution.payoffs import duel

F = NDArray[np.float64]
DOUBLINGS = 60  # of beta at most, on the way to the limit of strong selection
SETTLED = 1e-6  # change of shares from one beta to its double that counts as none


def log_takeovers(means: F, beta: float) -> F:
    """Log chance that one firm of i takes over a market of j, (..., S, S); NaN for i = j.

    means: (..., S, S, N + 1) as ``payoffs`` has them; beta: per unit of payoff.
    """
    n = means.shape[-2]
    found = np.full(means.shape[:-1], np.nan)  # nothing takes over its own market
    for i in range(n):
        for j in range(n):
            if i != j:
                found[..., i, j] = fermi(*duel(means, i, j), beta)
    return found


def time_shares(log_takeover: F) -> F:
    """Share of time with each strategy, (..., S), from log chances of takeover (..., S, S).

    Solved as Grassmann, Taksar & Heyman (1985) do, in logarithms: nothing is subtracted, so
    chances as small as exp(-1e6) count.
    """
    moves = np.array(np.swapaxes(log_takeover, -1, -2))  # [j, i]: from j to i
    n = moves.shape[-1]
    moves[..., range(n), range(n)] = 0.0  # never read; a number keeps the arithmetic quiet
    for last in range(n - 1, 0, -1):
        out = np.logaddexp.reduce(moves[..., last, :last], axis=-1)
        moves[..., :last, last] -= out[..., None]
        through = moves[..., :last, last, None] + moves[..., last, None, :last]
        moves[..., :last, :last] = np.logaddexp(moves[..., :last, :last], through)
    log_shares = np.zeros(moves.shape[:-1])
    for place in range(1, n):
        terms = log_shares[..., :place] + moves[..., :place, place]
        log_shares[..., place] = np.logaddexp.reduce(terms, axis=-1)
    total = np.logaddexp.reduce(log_shares, axis=-1, keepdims=True)
    return np.asarray(np.exp(log_shares - total))


def alpha_rank(means: F, beta: float) -> F:
    """Share of time with each strategy, (..., S), at selection ``beta`` per unit of payoff."""
    return time_shares(log_takeovers(means, beta))


def strong_beta(means: F, beta: float) -> float:
    """The first of beta, 2 beta, 4 beta ... after which doubling changes no share."""
    shares = alpha_rank(means, beta)
    for _ in range(DOUBLINGS):
        beta, before = 2 * beta, shares
        shares = alpha_rank(means, beta)
        if float(np.abs(shares - before).max()) < SETTLED:
            break
    return beta
