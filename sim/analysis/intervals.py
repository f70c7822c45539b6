"""Intervals that respect runs: firms of one run share a market, so the run is what is drawn.

Every interval here is two-sided. ``low`` and ``high`` are NaN where one run leaves nothing to
estimate a spread from.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

F = NDArray[np.float64]
CONFIDENCE = 0.95
DRAWS = 2000  # Monte-Carlo error of a 95% bound is then about 2% of the interval's width
_CHUNK = 250  # resamples held at a time: keeps memory below 250 x runs


class Interval(NamedTuple):
    """An estimate and its confidence interval, in the unit of the estimate."""

    value: float
    low: float
    high: float

    @property
    def sign(self) -> int:
        """1 or -1 where the interval excludes zero, else 0."""
        return int(self.low > 0) - int(self.high < 0)


def normal_quantile(confidence: float) -> float:
    """Two-sided standard normal quantile, e.g. 1.96 for .95."""
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def wilson(successes: float, n: float, confidence: float = CONFIDENCE) -> Interval:
    """Score interval of a share: ``successes`` of ``n`` independent trials (Wilson 1927)."""
    if n <= 0:
        raise ValueError(f"a share needs at least one trial, got {n:g}")
    z2, p = normal_quantile(confidence) ** 2, successes / n
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = math.sqrt(z2 * (p * (1 - p) / n + z2 / (4 * n * n))) / (1 + z2 / n)
    return Interval(p, max(0.0, min(p, centre - half)), min(1.0, max(p, centre + half)))


def _resampled_ratios(sums: F, counts: F, draws: int, seed: int) -> F:
    """Ratio of sums in ``draws`` resamples of the runs, (draws,); empty resamples are redrawn."""
    rng, n = np.random.default_rng(seed), len(sums)
    found: list[F] = []
    while (missing := draws - sum(map(len, found))) > 0:
        times = rng.multinomial(n, np.full(n, 1 / n), size=min(missing, _CHUNK))
        below = times @ counts
        found.append((times @ sums)[below > 0] / below[below > 0])
    return np.concatenate(found)


def _bca_levels(value: float, draws: F, left_out: F, confidence: float) -> tuple[float, float]:
    """Levels of the bootstrap distribution to read off (Efron 1987, equations 2.3 and 6.6)."""
    normal, n = NormalDist(), len(draws)
    below = (np.count_nonzero(draws < value) + 0.5 * np.count_nonzero(draws == value)) / n
    z0 = normal.inv_cdf(min(max(below, 0.5 / n), 1 - 0.5 / n))
    pull = left_out.mean() - left_out
    spread = float((pull**2).sum()) ** 1.5
    accel = float((pull**3).sum()) / (6 * spread) if spread > 0 else 0.0
    z = normal_quantile(confidence)
    lower, upper = (normal.cdf(z0 + (z0 + q) / max(1 - accel * (z0 + q), 1e-6)) for q in (-z, z))
    return lower, upper


def ratio(
    sums: ArrayLike,
    counts: ArrayLike,
    *,
    bounds: tuple[float, float] | None = None,
    confidence: float = CONFIDENCE,
    draws: int = DRAWS,
    seed: int = 1,
) -> Interval:
    """Mean over firms with a BCa bootstrap interval over runs.

    sums, counts: (runs,) total of the measure and number of firms in each run.
    bounds: the measure's least and greatest possible value, if it has any; then runs that all
    agree get the interval that ``wilson`` gives for a deviation never seen, not a width of 0.
    """
    total, n = np.asarray(sums, dtype=float), np.asarray(counts, dtype=float)
    if not n.sum() > 0:
        raise ValueError("no firm to average over")
    value = float(total.sum() / n.sum())
    runs = len(total)
    means = total[n > 0] / n[n > 0]
    if runs < 2 or np.ptp(means) <= 1e-12 * max(1.0, abs(value)):
        return _unanimous(value, runs, bounds, confidence)
    resampled = _resampled_ratios(total, n, draws, seed)
    rest = n.sum() - n
    left_out = (total.sum() - total)[rest > 0] / rest[rest > 0]
    low, high = np.quantile(resampled, _bca_levels(value, resampled, left_out, confidence))
    return Interval(value, min(value, float(low)), max(value, float(high)))


def _unanimous(
    value: float, runs: int, bounds: tuple[float, float] | None, confidence: float
) -> Interval:
    """Interval when all runs gave the same value, or there is one run only."""
    if bounds is None:
        return Interval(value, math.nan, math.nan) if runs < 2 else Interval(value, value, value)
    doubt = wilson(0, runs, confidence).high * (bounds[1] - bounds[0])
    return Interval(value, max(bounds[0], value - doubt), min(bounds[1], value + doubt))


def mean(
    values: ArrayLike,
    *,
    bounds: tuple[float, float] | None = None,
    confidence: float = CONFIDENCE,
    draws: int = DRAWS,
    seed: int = 1,
) -> Interval:
    """Mean of one value a run, (runs,), with a BCa bootstrap interval over runs."""
    array = np.asarray(values, dtype=float)
    return ratio(
        array, np.ones(len(array)), bounds=bounds, confidence=confidence, draws=draws, seed=seed
    )


def two_sided_p(z: float) -> float:
    """P-value of a standard normal statistic."""
    return math.erfc(abs(z) / math.sqrt(2))


def holm(p_values: ArrayLike) -> F:
    """P-values adjusted for all tests together (Holm 1979), in the order given."""
    p = np.asarray(p_values, dtype=float)
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate(p[order] * (len(p) - np.arange(len(p))))
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted
