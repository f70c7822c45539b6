"""What a posterior says of each parameter, in a plain word: identified, or not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.analysis.calibration.posterior import Posterior

F = NDArray[np.float64]
COVERED = 0.80  # of the interval, as in figures
IDENTIFIED = 0.75  # contraction from which the sd is at most half of the prior's
_EVEN = 1 / 12  # variance of a uniform share
_EDGE = 0.05  # of the range: so near a bound, the range may be too short


@dataclass(frozen=True)
class Verdict:
    """One parameter: median and 80% interval in its own unit.

    contraction: 1 - variance of the posterior over that of the prior, on the scale on which
    the prior is even; about 0 where the data tell nothing, 1 where they tell it exactly.
    bound: "low" or "high" where more than half of the posterior lies in the outermost
    twentieth of the range there, else empty.
    """

    median: float
    low: float
    high: float
    contraction: float
    bound: str

    @property
    def identified(self) -> bool:
        """Whether the posterior's sd is at most half of the prior's."""
        return self.contraction >= IDENTIFIED

    @property
    def word(self) -> str:
        """identified, or not identified."""
        return "identified" if self.identified else "not identified"


def verdicts(found: Posterior) -> tuple[Verdict, ...]:
    """A verdict for each of the k parameters, from the runs kept and their weights."""
    share = found.ranges.unit(found.kept)
    outside = (1 - COVERED) / 2
    at = weighted_quantiles(share, found.weights, (outside, 0.5, 1 - outside))
    low, middle, high = found.ranges.natural(at)
    contraction = 1 - _variance(share, found.weights) / _EVEN
    edges = {"low": share < _EDGE, "high": share > 1 - _EDGE}
    crowd = {name: found.weights @ near > 0.5 for name, near in edges.items()}
    return tuple(
        Verdict(
            float(middle[j]), float(low[j]), float(high[j]), float(contraction[j]),
            next((name for name in crowd if crowd[name][j]), ""),
        )
        for j in range(share.shape[1])
    )  # fmt: skip


def _variance(values: F, weights: F) -> F:
    """Variance of each column of values (n, k), unbiased for weights (n,) that sum to 1."""
    middle = weights @ values
    return np.asarray(weights @ (values - middle) ** 2 / (1 - float((weights**2).sum())))


def weighted_quantiles(values: F, weights: F, levels: tuple[float, ...]) -> F:
    """Quantiles of each column of values (n, k) under weights (n,), (levels, k).

    On straight lines between the middles of the weights' steps.
    """
    found = np.empty((len(levels), values.shape[1]))
    for column, own in enumerate(values.T):
        order = np.argsort(own, kind="stable")
        reached = np.cumsum(weights[order]) - weights[order] / 2
        found[:, column] = np.interp(levels, reached, own[order])
    return found
