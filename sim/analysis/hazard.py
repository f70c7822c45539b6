"""Smoothed hazard of exit: does the risk rise and then fall, and when does it peak?"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.analysis.intervals import CONFIDENCE, normal_quantile
from sim.analysis.survival import life_table

F = NDArray[np.float64]


class Hazard(NamedTuple):
    """Smoothed hazard, failures per firm and year, with a pointwise interval."""

    weeks: F
    per_year: F
    low: F
    high: F


def smoothed_hazard(
    weeks: ArrayLike,
    failed: ArrayLike,
    runs: ArrayLike | None = None,
    *,
    bandwidth: float = 26.0,
    grid: ArrayLike | None = None,
    confidence: float = CONFIDENCE,
) -> Hazard:
    """Kernel-smoothed Nelson-Aalen increments (Ramlau-Hansen 1983), Epanechnikov kernel.

    bandwidth in weeks; grid in weeks, by default every week observed. Near both ends the kernel
    is divided by the part of it that lies inside. The interval is normal on the log scale, with
    the spread of the runs; it ends nowhere below the exact Poisson bound for no failure in the
    firm-weeks within reach of the kernel (Garwood 1936). NaN when all firms are of one run.
    """
    time = np.asarray(weeks, dtype=float)
    at_grid = np.arange(time.max() + 1) if grid is None else np.asarray(grid, dtype=float)
    table = life_table(time, failed, runs)
    start, end = -at_grid / bandwidth, (time.max() - at_grid) / bandwidth
    inside = _epanechnikov_mass(end) - _epanechnikov_mass(start)
    gap = (at_grid[:, None] - table.weeks) / bandwidth
    kernel = np.where(np.abs(gap) < 1, 0.75 * (1 - gap**2), 0.0) / bandwidth
    kernel /= np.maximum(inside, 1e-9)[:, None]
    hazard = kernel @ (table.failed / table.at_risk)
    # steps of log S are steps of the hazard times n/(n - d)
    back = np.maximum(table.at_risk - table.failed, 1.0) / table.at_risk
    error = np.sqrt(table.variance(kernel * back))
    stretch = np.exp(normal_quantile(confidence) * error / np.where(hazard > 0, hazard, 1.0))
    low, high = hazard / stretch, hazard * stretch
    seen = _lived(time, at_grid + bandwidth) - _lived(time, at_grid - bandwidth)
    none = -math.log((1 - confidence) / 2) / np.maximum(seen, 1e-9)
    high = np.where(seen > 0, np.maximum(high, none), np.nan)
    if table.influence is not None and len(table.influence) < 2:
        low, high = np.full_like(low, np.nan), np.full_like(high, np.nan)
    return Hazard(at_grid, hazard * 52, low * 52, high * 52)


def _lived(time: F, until: F) -> F:
    """Weeks that all firms together lived before each time of ``until``."""
    ordered = np.sort(time)
    gone = np.searchsorted(ordered, until, side="right")
    total = np.concatenate(([0.0], np.cumsum(ordered)))[gone]
    return np.asarray(total + (len(time) - gone) * until.clip(0.0))


def _epanechnikov_mass(u: F) -> F:
    """Integral of the kernel up to ``u``."""
    v = u.clip(-1, 1)
    return 0.5 + 0.75 * (v - v**3 / 3)
