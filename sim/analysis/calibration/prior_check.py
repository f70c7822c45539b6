"""Whether a prior can produce what happened at all: the prior predictive check."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

F = NDArray[np.float64]


@dataclass(frozen=True)
class PriorCheck:
    """Where what happened lies among runs of the prior; per statistic (m,).

    below, beyond: share of runs with a lower, a higher value. outside: whether every run lies
    on one side of it.
    """

    below: F
    beyond: F
    outside: NDArray[np.bool_]

    @property
    def share_outside(self) -> float:
        """Share of the statistics that no run reaches."""
        return float(self.outside.mean())

    @property
    def words(self) -> str:
        """One sentence."""
        n, m = int(self.outside.sum()), len(self.outside)
        if not n:
            return f"Each of the {m} values fitted lies within what the prior produces."
        if n == m:
            return f"All {m} values fitted lie outside of everything that the prior produces."
        lie = "lies" if n == 1 else "lie"
        return f"{n} of {m} values fitted {lie} outside of everything that the prior produces."


def prior_check(simulated: ArrayLike, observed: ArrayLike) -> PriorCheck:
    """Place of observed (m,) among simulated (n, m), runs of the prior without NaN."""
    runs, seen = np.asarray(simulated, dtype=float), np.asarray(observed, dtype=float)
    below, beyond = (runs < seen).mean(axis=0), (runs > seen).mean(axis=0)
    return PriorCheck(below, beyond, (below == 1) | (beyond == 1))
