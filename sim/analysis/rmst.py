"""Restricted mean survival time of two groups of firms, and how far apart the two are.

The restricted mean is the area under Kaplan-Meier up to a horizon: the weeks that a firm lives
of those it could have lived (Irwin 1949; Royston & Parmar 2013). It needs no proportional
hazards, so it stays honest where curves cross. Where the groups met in the same runs, or their
runs shared their random numbers, runs are drawn in pairs and what a pair shares cancels.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.analysis.intervals import CONFIDENCE, DRAWS, Interval, bca_interval, run_weights, tango

F = NDArray[np.float64]


class Lives(NamedTuple):
    """How long firms were seen to live.

    weeks: (firms,) time alive; failed: (firms,) true where it ended in failure, false where
    observation ended first; runs: (firms,) label of the run, or of the seed to pair by.
    """

    weeks: ArrayLike
    failed: ArrayLike
    runs: ArrayLike


class MeanDifference(NamedTuple):
    """Restricted means in weeks, first less second with its interval, and its parts by run.

    pseudo: pseudo-values of the difference, (pairs,), or of the two means, two arrays, where runs
    are not paired (Andersen, Hansen & Klein 2004): what each run says, censored or not.
    """

    first: float
    second: float
    difference: Interval
    pseudo: tuple[F, ...]


class _Counts(NamedTuple):
    """Firms at risk and failing of each run at each time of failure, two of (runs, times)."""

    at_risk: F
    failed: F
    width: F  # (times + 1,) weeks from 0 over the times to the horizon

    def areas(self, weights: F) -> F:
        """Restricted means when runs count as often as ``weights`` (draws, runs) says, (draws,)."""
        n, d = weights @ self.at_risk, weights @ self.failed
        alive = np.cumprod(1.0 - np.where(n > 0, d / np.maximum(n, 1e-12), 0.0), axis=1)
        return np.asarray(self.width[0] + alive @ self.width[1:])


def _counts(lives: Lives, names: NDArray[np.generic], horizon: float) -> _Counts:
    """Counts of the firms whose run is one of ``names`` (sorted)."""
    time = np.asarray(lives.weeks, dtype=float)
    event, run = np.asarray(lives.failed).astype(bool), np.asarray(lives.runs)
    kept = np.isin(run, names)
    time, event, code = time[kept], event[kept], np.searchsorted(names, run[kept])
    at = np.unique(time[event & (time < horizon)])
    lived = np.zeros((len(names), len(at) + 1))
    np.add.at(lived, (code, np.searchsorted(at, time, side="right")), 1.0)
    at_risk = lived[:, ::-1].cumsum(axis=1)[:, ::-1][:, 1:]
    failed = np.zeros((len(names), len(at)))
    dies = event & (time < horizon)
    np.add.at(failed, (code[dies], np.searchsorted(at, time[dies])), 1.0)
    return _Counts(at_risk, failed, np.diff(np.concatenate(([0.0], at, [horizon]))))


def _pseudo(n: int, value: float, left_out: F) -> F:
    """Pseudo-values from the estimates without each of n runs."""
    return n * value - (n - 1) * left_out


def paired_restricted_mean(
    first: Lives,
    second: Lives,
    *,
    horizon: float,
    confidence: float = CONFIDENCE,
    draws: int = DRAWS,
    seed: int = 1,
) -> MeanDifference:
    """Difference of two restricted means over the runs that have both; BCa bootstrap over them.

    horizon in weeks. One common run gives NaN bounds. Where all pairs agree it is Tango's
    interval of the shares of the horizon that were lived, a trial a pair. Raises ValueError
    without a common run.
    """
    names = np.intersect1d(np.asarray(first.runs), np.asarray(second.runs))
    if not len(names):
        raise ValueError("no pair: the two never meet in one run or replicate")
    one, two = (_counts(lives, names, horizon) for lives in (first, second))
    n, everyone = len(names), np.ones((1, len(names)))
    a, b = float(one.areas(everyone)[0]), float(two.areas(everyone)[0])
    if n < 2:
        return MeanDifference(a, b, Interval(a - b, np.nan, np.nan), (np.array([a - b]),))
    without = 1.0 - np.eye(n)
    left_out = one.areas(without) - two.areas(without)
    weights = run_weights(n, draws, seed)
    resampled = one.areas(weights) - two.areas(weights)
    found = bca_interval(a - b, resampled, left_out, confidence)
    if np.ptp(left_out) <= 1e-9 * horizon:  # pairs that agree leave no spread, yet prove nothing
        pairs = n * (a - b) / horizon
        gap = tango(max(pairs, 0.0), max(-pairs, 0.0), n, confidence)
        found = Interval(a - b, horizon * gap.low, horizon * gap.high)
    return MeanDifference(a, b, found, (_pseudo(n, a - b, left_out),))


def unpaired_restricted_mean(
    first: Lives,
    second: Lives,
    *,
    horizon: float,
    confidence: float = CONFIDENCE,
    draws: int = DRAWS,
    seed: int = 1,
) -> MeanDifference:
    """Difference of two restricted means whose runs have nothing in common; each drawn alone."""
    means, resampled, pseudo, pulls = [], [], [], []
    for place, lives in enumerate((first, second)):
        names = np.unique(np.asarray(lives.runs))
        counts, n = _counts(lives, names, horizon), len(names)
        means.append(float(counts.areas(np.ones((1, n)))[0]))
        resampled.append(counts.areas(run_weights(n, draws, 2 * seed + place)))
        left_out = counts.areas(1.0 - np.eye(n)) if n > 1 else np.full(1, means[-1])
        pseudo.append(_pseudo(n, means[-1], left_out))
        pulls.append(left_out - means[-1])
    value = means[0] - means[1]
    left_out = value + np.concatenate((pulls[0], -pulls[1]))
    found = bca_interval(value, resampled[0] - resampled[1], left_out, confidence)
    if min(len(pulls[0]), len(pulls[1])) < 2:
        found = Interval(value, np.nan, np.nan)
    return MeanDifference(means[0], means[1], found, tuple(pseudo))
