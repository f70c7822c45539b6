"""Models whose posteriors are known, or whose parameters are, for the tests of calibration."""

from __future__ import annotations

import math

import numpy as np
from scipy.stats import qmc

from sim.analysis.calibration.ranges import Ranges
from sim.analysis.history.bass import bass_share

SIGMA, N_SEEN = 2.0, 10  # of the Gaussian model: sd of an observation, and how many there are
EXACT_SD = SIGMA / math.sqrt(N_SEEN)  # of the posterior of the mean, far from the range's ends
GAUSS = Ranges.of([0.0], [10.0])
WITH_IDLE = Ranges.of([0.0, 0.0], [10.0, 10.0])  # the second parameter is not in the data
BASS = Ranges.of([0.003, 0.1, 50.0], [0.1, 0.8, 500.0], [True, False, True])  # p, q, m
YEARS = np.arange(1.0, 13)
NOISE = 0.05  # of the Bass model, in logarithms


def prior(ranges: Ranges, n: int, rng: np.random.Generator) -> np.ndarray:
    """A Latin hypercube of n points, (n, k), in natural units."""
    return ranges.natural(qmc.LatinHypercube(len(ranges), rng=rng).random(n))


def gauss(ranges: Ranges, n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Runs of ten observations about the first parameter."""
    rng = np.random.default_rng(seed)
    theta = prior(ranges, n, rng)
    return theta, theta[:, :1] + SIGMA * rng.normal(size=(n, N_SEEN))


def bass(theta: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Levels of twelve years for each p, q, m, with errors in proportion."""
    levels = np.array([m * bass_share(YEARS, p, q) for p, q, m in theta])
    return levels * np.exp(NOISE * rng.normal(size=levels.shape))
