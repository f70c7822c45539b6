"""Ruin of a firm whose cash moves at random: closed forms that the engine must reproduce (B7).

A firm starts with cash ``x0``; cash drifts by ``mu`` a step with standard deviation ``s``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

F = NDArray[np.float64]
BARRIER_SHIFT = 0.5826  # -zeta(1/2)/sqrt(2 pi), Broadie, Glasserman & Kou 1997


def gambler_ruin(k: int, p: float) -> float:
    """Chance that a walk of unit steps from ``k`` ever hits 0: ((1-p)/p)**k, or 1 for p <= 1/2.

    k: units of cash at the start; p: chance of +1 rather than -1 a step (Feller 1968).
    Raises ValueError unless k >= 0 and 0 <= p <= 1.
    """
    if k < 0 or not 0 <= p <= 1:
        raise ValueError(f"need k >= 0 and 0 <= p <= 1, got k={k}, p={p}")
    return 1.0 if p <= 0.5 else float(((1 - p) / p) ** k)


def checked_barrier(x0: float, s: float, step: float = 1.0) -> float:
    """Starting cash that a continuous watch would need to match a check once a step.

    x0 + .5826 s sqrt(step): a walk looked at only now and then can dip below 0 unseen.
    """
    return float(x0 + BARRIER_SHIFT * s * step**0.5)


def ruined_by(time: ArrayLike, x0: float, mu: float, s: float) -> F:
    """Chance that Brownian cash has hit 0 by each time (inverse Gaussian first passage).

    F(T) = Phi((-x0 - mu T)/(s sqrt T)) + exp(-2 mu x0/s^2) Phi((-x0 + mu T)/(s sqrt T)).
    time: any shape, in steps, > 0; x0, s > 0. Source: Levinthal 1991; Cox & Miller 1965.
    """
    from scipy.special import log_ndtr, ndtr

    t = np.asarray(time, dtype=float)
    root = s * np.sqrt(t)
    # in logs, for with a falling drift the factor overflows where the normal vanishes
    mirrored = np.exp(-2 * mu * x0 / s**2 + log_ndtr((-x0 + mu * t) / root))
    return np.asarray(ndtr((-x0 - mu * t) / root) + mirrored)


def ever_ruined(x0: float, mu: float, s: float) -> float:
    """Chance that Brownian cash ever hits 0: exp(-2 mu x0/s^2), or 1 without upward drift."""
    return float(np.exp(-2 * max(mu, 0.0) * x0 / s**2))


def ruin_density(time: ArrayLike, x0: float, mu: float, s: float) -> F:
    """Density of the time of ruin: x0/(s sqrt(2 pi t^3)) exp(-(x0 + mu t)^2/(2 s^2 t))."""
    t = np.asarray(time, dtype=float)
    scale = x0 / (s * np.sqrt(2 * np.pi * t**3))
    return np.asarray(scale * np.exp(-((x0 + mu * t) ** 2) / (2 * s * s * t)))


def ruin_hazard(time: ArrayLike, x0: float, mu: float, s: float) -> F:
    """Hazard of ruin among the firms still alive, per step: density / (1 - F)."""
    from scipy.special import log_ndtr, ndtr

    t = np.asarray(time, dtype=float)
    root = s * np.sqrt(t)
    # 1 - F written out: the difference of two numbers near 1 would lose the tail
    mirrored = np.exp(-2 * mu * x0 / s**2 + log_ndtr((-x0 + mu * t) / root))
    return np.asarray(ruin_density(t, x0, mu, s) / (ndtr((x0 + mu * t) / root) - mirrored))


def hazard_peak(x0: float, mu: float, s: float) -> float:
    """Time at which the hazard of ruin is greatest, steps: the hump of Levinthal 1991.

    It falls from 2 x0^2/(3 s^2) on (Chhikara & Folks 1977 [M]), so the search ends there.
    """
    from scipy.optimize import minimize_scalar

    end = 2 * x0 * x0 / (3 * s * s)
    found = minimize_scalar(
        lambda t: -float(ruin_hazard(t, x0, mu, s)),
        bounds=(end * 1e-3, end),
        method="bounded",
        options={"xatol": end * 1e-6},
    )
    return float(found.x)
