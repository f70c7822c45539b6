"""Shares of firms that made it, and paired differences of two shares: one convention for both.

Runs that agree have no spread to draw from, but twenty runs without a failure do not prove that
none can be. So every interval is a bootstrap over runs that is never narrower than the score
interval: Wilson's for a share, Tango's for a difference of two paired shares. Both count as many
trials as there are firms where fates within a run differ, and as many as runs where they never
do. One run alone is one trial: an anecdote.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.analysis.intervals import (
    CONFIDENCE,
    DRAWS,
    Interval,
    mean,
    ratio,
    tango,
    widened,
    wilson,
)

F = NDArray[np.float64]


def share_alive(
    survived: ArrayLike, runs: ArrayLike, *, confidence: float = CONFIDENCE
) -> Interval:
    """Share of firms alive at the end: bootstrap over runs, never narrower than Wilson's interval.

    survived: (firms,) 1 or 0; runs: (firms,) label of the run. With one firm a run it is
    Wilson's interval itself.
    """
    alive = np.asarray(survived, dtype=float)
    names, codes = np.unique(np.asarray(runs), return_inverse=True)
    firms = np.bincount(codes, minlength=len(names))
    sums = np.bincount(codes, weights=alive, minlength=len(names))
    value, shares = float(sums.sum() / firms.sum()), sums / firms
    n = trials(shares, len(alive))
    floor = wilson(value * n, n, confidence)
    if len(names) < 2 or np.all(firms == 1):
        return floor
    return widened(ratio(sums, firms, confidence=confidence), floor)


def trials(shares: ArrayLike, n_firms: float) -> float:
    """How many independent trials a set of runs is worth at most.

    shares: (runs,) or (runs, kinds) that made it; n_firms: over all runs. Firms that always
    share a fate are one trial a run; so is all there is to a single run.
    """
    found = np.asarray(shares, dtype=float)
    mixed = bool(np.any((found > 0) & (found < 1)))
    return float(n_firms) if mixed and len(found) > 1 else float(len(found))


def share_difference(
    first: ArrayLike,
    second: ArrayLike,
    firms: ArrayLike,
    *,
    confidence: float = CONFIDENCE,
    draws: int = DRAWS,
    seed: int = 1,
) -> Interval:
    """First less second share, mean over pairs: bootstrap over pairs, at least Tango's interval.

    first, second: (pairs,) shares that made it; firms: (pairs,) how many firms of the first can
    be set against one of the second. Within a pair firms are matched so that fates differ as
    little as the two shares allow: the least doubt that there can be. With one firm a pair it
    is Tango's interval itself.
    """
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    count = np.asarray(firms, dtype=float)
    n = trials(np.stack((a, b), axis=1), float(count.sum()))
    d = a - b
    per_pair = n / len(d)
    floor = tango(
        per_pair * float(d.clip(0).sum()), per_pair * float((-d).clip(0).sum()), n, confidence
    )
    if len(d) < 2 or np.all(count == 1):
        return floor
    return widened(mean(d, confidence=confidence, draws=draws, seed=seed), floor)


def unpaired_share_difference(first: Interval, second: Interval) -> Interval:
    """First less second share of runs that have nothing in common (Newcombe 1998, method 10).

    first, second: the shares with their intervals, as ``share_alive`` tells them. The distances
    of the bounds are added like legs of a right angle, so one convention carries over.
    """
    value = first.value - second.value
    down = float(np.hypot(first.value - first.low, second.high - second.value))
    up = float(np.hypot(first.high - first.value, second.value - second.low))
    return Interval(value, max(-1.0, value - down), min(1.0, value + up))
