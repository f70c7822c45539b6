"""Intervals that respect runs: firms of one run share a market, so the run is what is drawn.

Every interval here is two-sided. ``low`` and ``high`` are NaN where one run leaves nothing to
estimate a spread from. Shares and differences of shares, where runs that agree still leave a
doubt, are in ``sim.analysis.shares``.
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


def widened(found: Interval, floor: Interval) -> Interval:
    """The interval, never narrower than a floor; a side that is NaN takes the floor's."""
    low, high = np.fmin(found.low, floor.low), np.fmax(found.high, floor.high)
    return Interval(found.value, float(low), float(high))


def tango(gained: float, lost: float, n: float, confidence: float = CONFIDENCE) -> Interval:
    """Score interval of the difference of two paired shares (Tango 1998).

    gained, lost: pairs in which only the first, only the second made it (weights allowed); n:
    all pairs. Without losses its upper bound is Wilson's of ``gained`` in n; with neither, the
    bounds are Wilson's for a deviation never seen, on both sides. Raises ValueError without any
    pair.
    """
    if n <= 0:
        raise ValueError(f"a paired difference needs at least one pair, got {n:g}")
    value, z = (gained - lost) / n, normal_quantile(confidence)
    low = -_tango_upper(lost, gained, n, z)
    return Interval(value, min(value, low), max(value, _tango_upper(gained, lost, n, z)))


def _tango_upper(gained: float, lost: float, n: float, z: float) -> float:
    """The largest difference that a score test does not reject, by bisection."""
    inside, outside = (gained - lost) / n, 1.0
    for _ in range(60):
        middle = (inside + outside) / 2
        if _too_far(middle, gained, lost, n, z):
            outside = middle
        else:
            inside = middle
    return inside


def _too_far(delta: float, gained: float, lost: float, n: float, z: float) -> bool:
    """Whether the score test rejects ``delta``, a difference above the one observed."""
    a = 2 * n
    b = -gained - lost + (2 * n - gained + lost) * delta
    c = -lost * delta * (1 - delta)
    # the share of pairs lost that is likeliest if the difference is delta
    p_lost = max(0.0, ((max(0.0, b * b - 4 * a * c)) ** 0.5 - b) / (2 * a))
    variance = n * (2 * p_lost + delta * (1 - delta))
    return bool((n * delta - gained + lost) ** 2 > z * z * variance)


def _resampled_ratios(sums: F, counts: F, draws: int, seed: int) -> F:
    """Ratio of sums in ``draws`` resamples of the runs, (draws,); empty resamples are redrawn."""
    rng, n = np.random.default_rng(seed), len(sums)
    found: list[F] = []
    while (missing := draws - sum(map(len, found))) > 0:
        times = rng.multinomial(n, np.full(n, 1 / n), size=min(missing, _CHUNK))
        below = times @ counts
        found.append((times @ sums)[below > 0] / below[below > 0])
    return np.concatenate(found)


def bca_levels(value: float, draws: F, left_out: F, confidence: float) -> tuple[float, float]:
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


def run_weights(n: int, draws: int, seed: int) -> F:
    """How often each of n runs is drawn in each resample, (draws, n)."""
    return np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=draws).astype(float)


def bca_interval(value: float, resampled: F, left_out: F, confidence: float) -> Interval:
    """BCa interval of any estimate, from its bootstrap and jackknife values (Efron 1987)."""
    if np.ptp(resampled) <= 1e-12 * max(1.0, abs(value)):
        return Interval(value, value, value)
    low, high = np.quantile(resampled, bca_levels(value, resampled, left_out, confidence))
    return Interval(value, min(value, float(low)), max(value, float(high)))


def ratio(
    sums: ArrayLike,
    counts: ArrayLike,
    *,
    confidence: float = CONFIDENCE,
    draws: int = DRAWS,
    seed: int = 1,
) -> Interval:
    """Mean over firms with a BCa bootstrap interval over runs.

    sums, counts: (runs,) total of the measure and number of firms in each run. Runs that all
    agree have no spread to draw from: a width of 0. Raises ValueError without any firm.
    """
    total, n = np.asarray(sums, dtype=float), np.asarray(counts, dtype=float)
    if not n.sum() > 0:
        raise ValueError("no firm to average over")
    value = float(total.sum() / n.sum())
    runs = len(total)
    means = total[n > 0] / n[n > 0]
    if runs < 2:
        return Interval(value, math.nan, math.nan)
    if np.ptp(means) <= 1e-12 * max(1.0, abs(value)):
        return Interval(value, value, value)
    resampled = _resampled_ratios(total, n, draws, seed)
    rest = n.sum() - n
    left_out = (total.sum() - total)[rest > 0] / rest[rest > 0]
    return bca_interval(value, resampled, left_out, confidence)


def mean(
    values: ArrayLike,
    *,
    bounds: tuple[float, float] | None = None,
    confidence: float = CONFIDENCE,
    draws: int = DRAWS,
    seed: int = 1,
) -> Interval:
    """Mean of one value a run, (runs,), with a BCa bootstrap interval over runs.

    bounds: (0, 1) of a share and (-1, 1) of a difference of shares; then runs that all agree get
    the score interval for as many trials as runs, not a width of 0. Where the number of firms is
    known, ``sim.analysis.shares`` says more. Raises ValueError for other bounds.
    """
    array = np.asarray(values, dtype=float)
    if bounds is not None and np.ptp(array) <= 1e-12:
        return _score_interval(array, bounds, confidence)
    return ratio(array, np.ones(len(array)), confidence=confidence, draws=draws, seed=seed)


def _score_interval(values: F, bounds: tuple[float, float], confidence: float) -> Interval:
    """Wilson's or Tango's interval, one trial a run."""
    n = len(values)
    if bounds == (0.0, 1.0):
        return wilson(float(values.sum()), n, confidence)
    if bounds == (-1.0, 1.0):
        gained, lost = float(values.clip(0).sum()), float((-values).clip(0).sum())
        return tango(gained, lost, n, confidence)
    raise ValueError(f"bounds must be those of a share or a difference of shares, got {bounds}")


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
