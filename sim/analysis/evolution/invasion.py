"""Can one firm of a strategy invade a market of another?

It can at first where it earns more than the N - 1 residents around it; whether its strategy
then takes over is a matter of chance, to be held against 1/N, the chance of a neutral mutant
(Nowak et al. 2004).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.analysis.effects import sign_flip_p
from sim.analysis.evolution.payoffs import PayoffTable
from sim.analysis.intervals import Interval, holm, mean
from sim.analysis.pairs import MIN_PAIRS
from sim.analysis.shares import share_difference

F = NDArray[np.float64]


class Invasion(NamedTuple):
    """One firm of ``mutant`` among N - 1 of ``resident``.

    difference: payoff of the mutant less that of the mean resident of the same market, over
    replicates; p_holm: two-sided sign-flip test, adjusted for all pairs of the tournament.
    """

    mutant: int
    resident: int
    own: float
    theirs: float
    difference: Interval
    p_holm: float

    def verdict(self, n_replicates: int) -> str:
        """``can``, ``cannot``, or ``cannot be told`` by the interval of the difference."""
        if n_replicates < MIN_PAIRS:
            return "cannot be told"
        return {1: "can", -1: "cannot", 0: "cannot be told"}[self.difference.sign]


def invasions(table: PayoffTable) -> list[Invasion]:
    """Every strategy as one mutant among residents of every other, in the order of the table."""
    n = len(table.strategies)
    pairs = [(i, j) for i in range(n) for j in range(n) if i != j]
    own = {(i, j): table.samples[i, j, 1] for i, j in pairs}
    theirs = {(i, j): table.samples[j, i, -2] for i, j in pairs}
    p_values = holm([sign_flip_p(own[pair] - theirs[pair]) for pair in pairs])
    return [
        Invasion(
            *pair, float(own[pair].mean()), float(theirs[pair].mean()),
            _difference(own[pair], theirs[pair], share=table.outcome.bounds is not None), float(p),
        )
        for pair, p in zip(pairs, p_values, strict=True)
    ]  # fmt: skip


def _difference(own: F, theirs: F, *, share: bool) -> Interval:
    """Mutant less residents over replicates; the mutant is one firm, so one trial a replicate."""
    return share_difference(own, theirs, np.ones(len(own))) if share else mean(own - theirs)
