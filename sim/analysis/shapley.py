"""Who brought what: exact Shapley values of factors that are on or off (Shapley 1953).

    phi_i = sum over sets S without i of |S|! (k - |S| - 1)! / k! * (v(S + i) - v(S))

v is an outcome over all 2**k subsets of k factors.  The values are linear in v, so every
replicate has its own, and intervals come from a bootstrap over replicates, which all subsets share.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.analysis.intervals import Interval, mean
from sim.analysis.points import Points, Target, outcomes

F = NDArray[np.float64]
MOST = 16  # factors; more subsets than 65,536 nobody runs


class Shapley(NamedTuple):
    """What each factor brings to one outcome, in the outcome's unit.

    shares: Shapley values, which add up to ``whole``.  alone: its worth where all others are
    off; missed: what is lost where it alone is off.  whole: all on less all off.  n: replicates.
    """

    label: str
    unit: str
    factors: tuple[str, ...]
    shares: tuple[Interval, ...]
    alone: tuple[Interval, ...]
    missed: tuple[Interval, ...]
    whole: Interval
    n: int

    @property
    def order(self) -> tuple[int, ...]:
        """Places of the factors, the one that brings most first."""
        worth = [one.value for one in self.shares]
        return tuple(sorted(range(len(worth)), key=lambda i: -worth[i]))


def shapley_values(worth: ArrayLike) -> F:
    """Shapley values (k, ...) of a game; worth (2**k, ...): of the subset whose bits are set.

    Raises ValueError where the number of subsets is no power of two.
    """
    v = np.asarray(worth, dtype=float)
    k = max(v.shape[0], 1).bit_length() - 1
    if v.shape[0] != 1 << k or not 1 <= k <= MOST:
        raise ValueError(f"a game of 1 to {MOST} players has 2**k subsets, got {v.shape[0]}")
    subsets = np.arange(1 << k)
    size = np.array([bin(s).count("1") for s in subsets])
    weight = [1 / (k * math.comb(k - 1, s)) for s in range(k)]
    found = np.empty((k, *v.shape[1:]))
    for i in range(k):
        without = subsets[subsets >> i & 1 == 0]
        shares = np.array([weight[s] for s in size[without]])
        found[i] = np.tensordot(shares, v[without | 1 << i] - v[without], axes=1)
    return found


def shapley_of(points: Points, target: Target) -> Shapley:
    """Shapley values of a study whose factors are all on or off, each subset of them run.

    A factor with two numbers is on at the larger one.  Raises ValueError for any other design.
    """
    factors, levels = _two_levels(points.treatments)
    place = [sum((one[f] == levels[f][1]) << i for i, f in enumerate(factors))
             for _, one in points.treatments]  # fmt: skip
    if sorted(place) != list(range(1 << len(factors))):
        raise ValueError(f"{len(factors)} factors have {1 << len(factors)} subsets, each once; "
                         f"the study has {len(place)} treatments")  # fmt: skip
    v = outcomes(points.rows, points.treatments, target)[np.argsort(place)]
    whole = len(v) - 1
    alone = [v[1 << i] - v[0] for i in range(len(factors))]
    missed = [v[whole] - v[whole ^ 1 << i] for i in range(len(factors))]
    return Shapley(
        target.label, target.outcome.unit, factors, _intervals(shapley_values(v)),
        _intervals(alone), _intervals(missed), mean(v[whole] - v[0]), v.shape[1],
    )  # fmt: skip


def _intervals(values: Sequence[F] | F) -> tuple[Interval, ...]:
    """Mean over replicates with its bootstrap interval, for each factor."""
    return tuple(mean(one) for one in values)


def _two_levels(
    treatments: Sequence[tuple[str, Mapping[str, Any]]],
) -> tuple[tuple[str, ...], dict[str, tuple[float, float]]]:
    """Factors in the order of the study, and their lower and higher level."""
    levels: dict[str, tuple[float, float]] = {}
    for factor in dict.fromkeys(path for _, settings in treatments for path in settings):
        said = [settings.get(factor) for _, settings in treatments]
        numbers = {n for n in said if isinstance(n, int | float)}
        if len(numbers) != 2 or not all(isinstance(n, int | float) for n in said):
            raise ValueError(f"{factor} is not on or off: it needs two numbers as levels")
        low, high = sorted(numbers)
        levels[factor] = (low, high)
    if not 1 <= len(levels) <= MOST:
        raise ValueError(f"Shapley values need 1 to {MOST} factors, got {len(levels)}")
    return tuple(levels), levels
