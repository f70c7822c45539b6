"""How large a difference is, beside how certain: effect sizes and a test without a law.

*d* is the difference in units of its own spread over pairs (Cohen 1988, d_z) or, where runs are
not paired, of the spread within the two groups. The probability of superiority is the share of
pairs in which the first is ahead, ties counted half (Grissom 1994). P-values are those of
Fisher's randomisation test: signs of the pairs, or labels of the runs, dealt out at random.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.analysis.intervals import (
    CONFIDENCE,
    DRAWS,
    Interval,
    bca_interval,
    mean,
    run_weights,
    widened,
    wilson,
)

F = NDArray[np.float64]
_Estimate = Callable[[F, F], F]  # of weights (draws, runs) of the first and of the second
DEALS = 9999  # random deals where there are too many to try all: p is at least 1 in 10,000


class Effect(NamedTuple):
    """Mean difference, effect sizes with intervals, and a two-sided p-value.

    n: pairs, or the numbers of runs of the two where they are not paired.
    """

    difference: Interval
    d: Interval
    superiority: Interval
    p: float
    n: tuple[int, ...]


def _unknown(value: float) -> Interval:
    return Interval(value, np.nan, np.nan)


def _standardised(difference: F, spread: F) -> F:
    """Difference over spread; 0 where both are 0, infinite where nothing varies."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found = difference / spread
    nothing = (spread <= 1e-12) & (np.abs(difference) <= 1e-12)
    return np.asarray(np.where(nothing, 0.0, found))


def _ahead(differences: F) -> F:
    return np.asarray((differences > 0) + 0.5 * (differences == 0))


def paired_effect(
    first: ArrayLike, second: ArrayLike, *, confidence: float = CONFIDENCE, seed: int = 1
) -> Effect:
    """First less second over pairs, (pairs,) each; intervals are BCa over pairs.

    Bounds are NaN for one pair, and d is NaN or infinite where all pairs differ alike.
    """
    gap = np.asarray(first, dtype=float) - np.asarray(second, dtype=float)
    n = len(gap)
    if n < 2:
        value = float(gap[0])
        return Effect(_unknown(value), _unknown(np.nan), _unknown(float(_ahead(gap)[0])), 1.0, (n,))
    difference = mean(gap, confidence=confidence, seed=seed)
    return Effect(
        difference, _paired_d(gap, confidence, seed),
        _superiority(mean(_ahead(gap), confidence=confidence, seed=seed), n, confidence),
        sign_flip_p(gap, seed), (n,),
    )  # fmt: skip


def _paired_d(gap: F, confidence: float, seed: int) -> Interval:
    """Mean over standard deviation of the pairs' differences, with its interval."""
    n = len(gap)

    def estimate(weights: F) -> F:
        total = weights.sum(axis=1)
        middle = weights @ gap / total
        square = weights @ gap**2 / total - middle**2
        return _standardised(middle, np.sqrt(square.clip(0.0) * total / (total - 1)))

    value = float(estimate(np.ones((1, n)))[0])
    if n < 3 or not np.isfinite(value):
        return _unknown(value)
    resampled = estimate(run_weights(n, DRAWS, seed))
    return _finite_interval(value, resampled, estimate(1.0 - np.eye(n)), confidence)


def unpaired_effect(
    first: ArrayLike, second: ArrayLike, *, confidence: float = CONFIDENCE, seed: int = 1
) -> Effect:
    """First less second of runs that have nothing in common, (runs,) each, each drawn alone."""
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    value, n = float(a.mean() - b.mean()), (len(a), len(b))
    above = _ahead(a[:, None] - b[None, :])
    ahead = float(above.mean())
    if min(n) < 2:
        return Effect(_unknown(value), _unknown(np.nan), _unknown(ahead), 1.0, n)
    one, two = run_weights(n[0], DRAWS, 2 * seed), run_weights(n[1], DRAWS, 2 * seed + 1)
    rest = (
        np.concatenate((1.0 - np.eye(n[0]), np.ones((n[1], n[0])))),
        np.concatenate((np.ones((n[0], n[1])), 1.0 - np.eye(n[1]))),
    )

    def interval(estimate: _Estimate) -> Interval:
        at = float(estimate(np.ones((1, n[0])), np.ones((1, n[1])))[0])
        if not np.isfinite(at):
            return _unknown(at)
        return _finite_interval(at, estimate(one, two), estimate(*rest), confidence)

    means = interval(lambda u, v: u @ a / u.sum(axis=1) - v @ b / v.sum(axis=1))
    over = interval(lambda u, v: ((u @ above) * v).sum(axis=1) / (u.sum(axis=1) * v.sum(axis=1)))
    return Effect(
        means, interval(lambda u, v: _pooled_d(a, b, u, v)),
        _superiority(over, min(n), confidence), shuffle_p(a, b, seed), n,
    )  # fmt: skip


def _pooled_d(a: F, b: F, u: F, v: F) -> F:
    """Difference of two means over the pooled standard deviation (Cohen 1988), by weights."""
    n, m = u.sum(axis=1), v.sum(axis=1)
    first, second = u @ a / n, v @ b / m
    squares = (u @ a**2 - n * first**2) + (v @ b**2 - m * second**2)
    return _standardised(first - second, np.sqrt(squares.clip(0.0) / (n + m - 2)))


def _finite_interval(value: float, resampled: F, left_out: F, confidence: float) -> Interval:
    """BCa interval; NaN where so few runs vary that many resamples have nothing to divide by."""
    finite = np.isfinite(resampled)
    if not np.isfinite(left_out).all() or np.mean(~finite) > (1 - confidence) / 2:
        return _unknown(value)
    inside = resampled[finite].clip(-1e300, 1e300)
    kept = resampled.clip(inside.min(), inside.max())
    return bca_interval(value, kept, left_out, confidence)


def _superiority(found: Interval, n: int, confidence: float) -> Interval:
    """A share of pairs, never told more narrowly than Wilson's interval for n trials."""
    return widened(found, wilson(found.value * n, n, confidence))


def sign_flip_p(gap: ArrayLike, seed: int = 1) -> float:
    """P-value that paired differences (pairs,) are symmetric about 0; exact up to 13 pairs."""
    d = np.asarray(gap, dtype=float)
    n, rng = len(d), np.random.default_rng(seed)
    if 2**n <= DEALS:
        signs, own = (np.arange(2**n)[:, None] >> np.arange(n) & 1) * 2.0 - 1.0, 0
    else:  # the signs as they were are one deal more
        signs, own = rng.integers(0, 2, (DEALS, n), dtype=np.int8) * 2.0 - 1.0, 1
    observed = abs(d.sum())
    as_far = np.count_nonzero(np.abs(signs @ d) >= observed * (1 - 1e-9) - 1e-12)
    return float((as_far + own) / (len(signs) + own))


def shuffle_p(first: ArrayLike, second: ArrayLike, seed: int = 1) -> float:
    """P-value that two sets of runs come from one; exact where at most 9,999 deals exist."""
    from scipy.stats import permutation_test

    found = permutation_test(
        (np.asarray(first, dtype=float), np.asarray(second, dtype=float)), _gap,
        permutation_type="independent", vectorized=True, n_resamples=DEALS,
        rng=np.random.default_rng(seed),
    )  # fmt: skip
    return float(found.pvalue)


def _gap(x: Any, y: Any, axis: int = -1) -> Any:
    return np.mean(x, axis=axis) - np.mean(y, axis=axis)
