"""Many statistics of a run made into one number a parameter (semi-automatic ABC).

The best summary of a run for a parameter is the parameter's posterior mean; a regression of
parameters on statistics over the simulated runs comes near it (Fearnhead & Prangle 2012).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

F = NDArray[np.float64]
PENALTIES = np.logspace(-6, 3, 28)  # of the ridge, in units of the number of runs
SQUARED_FROM = 8  # runs for each statistic, from which squares are used too
_MAD = 1.4826  # makes a median absolute deviation the sd of a normal


class Summaries(NamedTuple):
    """Posterior means, as shares of the ranges: of each run (n, k) and of what happened (k,)."""

    simulated: F
    observed: F


def standardised(simulated: F, observed: F) -> tuple[F, F]:
    """Statistics about 0 with a robust spread of 1 and short tails, (n, m) and (m,).

    asinh((x - median) / scale), scale the median absolute deviation, or the standard deviation
    where more than half of the runs agree. What happened is moved to the nearest value that a
    run had: a regression says nothing beyond. Statistics that never vary are left out.
    Raises ValueError where none varies.
    """
    varied = simulated.max(axis=0) > simulated.min(axis=0)
    if not varied.any():
        raise ValueError("no statistic differs between the runs, so they tell nothing")
    kept, seen = simulated[:, varied], observed[varied]
    middle = np.median(kept, axis=0)
    scale = _MAD * np.median(np.abs(kept - middle), axis=0)
    scale = np.where(scale > 1e-9 * kept.std(axis=0), scale, kept.std(axis=0))
    seen = np.clip(seen, kept.min(axis=0), kept.max(axis=0))
    return np.arcsinh((kept - middle) / scale), np.arcsinh((seen - middle) / scale)


def summaries(share: F, simulated: F, observed: F) -> Summaries:
    """One summary a parameter by ridge regression on the statistics, and their squares.

    share (n, k): parameters as shares of their ranges, with prior mean 1/2. simulated (n, m)
    and observed (m,): standardised. Squares are used from 8 runs for each statistic on. The
    penalty of each parameter is the one with the least squared error of leaving one out.
    The summary of a run comes from the regression without that run: a regression fits its own
    runs too closely, and the posterior would be too narrow.
    """
    n, m = simulated.shape
    if n >= SQUARED_FROM * m:
        simulated = np.hstack((simulated, simulated**2))
        observed = np.concatenate((observed, observed**2))
    # Neither mean is taken from the runs. With both at 0, a run is minus the sum of all others in
    # statistics and in parameters, and the others would foretell it where there is nothing to tell.
    middle, scale = np.median(simulated, axis=0), simulated.std(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    left, sizes, right = _decomposed((simulated - middle) / scale)
    at = right @ ((observed - middle) / scale)
    y = share - 0.5  # the prior mean
    turned = left.T @ y
    errors, penalties = _left_out(y, left, sizes, turned)
    seen = (at * sizes) @ (turned / (sizes[:, None] ** 2 + penalties))
    return Summaries(share - errors, seen + 0.5)


def _decomposed(x: F) -> tuple[F, F, F]:
    """Singular values and vectors of x (n, p), by the smaller of x'x and xx': faster by far.

    Those below 1e-6 of the largest are left out; the least penalty hides them anyway.
    """
    tall = x.shape[0] >= x.shape[1]
    squares, vectors = np.linalg.eigh(x.T @ x if tall else x @ x.T)
    kept = squares > 1e-12 * squares[-1]
    sizes, vectors = np.sqrt(squares[kept]), vectors[:, kept]
    if tall:
        return np.asarray(x @ vectors / sizes), sizes, vectors.T
    return vectors, sizes, np.asarray((x.T @ vectors / sizes).T)


def _left_out(y: F, left: F, sizes: F, turned: F) -> tuple[F, F]:
    """Errors (n, k) of predicting each run without it, at the penalty (k,) where they are least.

    e_i = (y_i - fit_i) / (1 - h_i), h the diagonal of the hat matrix (Allen 1974, PRESS).
    """
    penalties = PENALTIES * len(y)
    shrunk = sizes[:, None] ** 2 / (sizes[:, None] ** 2 + penalties)
    own = np.minimum((left**2) @ shrunk, 1 - 1e-9)
    errors, chosen = np.empty_like(y), np.empty(y.shape[1])
    for column in range(y.shape[1]):
        tried = (y[:, [column]] - left @ (shrunk * turned[:, [column]])) / (1 - own)
        best = int(np.argmin((tried**2).sum(axis=0)))
        errors[:, column], chosen[column] = tried[:, best], penalties[best]
    return errors, chosen
