"""A payoff table through all the lenses of this room, each with how sure it is.

Replicates are resampled together over all markets (they share their seeds); a share of
resamples says how often a verdict comes out again.  It is NaN where there is one replicate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.analysis.evolution.alpharank import alpha_rank, log_takeovers, strong_beta
from sim.analysis.evolution.equilibria import (
    Equilibrium,
    best_replies,
    degenerate,
    equilibria,
    is_ess,
    on_supports,
)
from sim.analysis.evolution.invasion import Invasion, invasions
from sim.analysis.evolution.payoffs import GAMES, PayoffTable
from sim.analysis.intervals import CONFIDENCE, DRAWS, Interval

F = NDArray[np.float64]
INTENSITY = 5.0  # Assumption: the best-paid is preferred to the worst-paid 149 times of 150
TAIL = (1 - CONFIDENCE) / 2


class Found(NamedTuple):
    """An equilibrium, whether it is evolutionarily stable, and the shares of resamples."""

    at: Equilibrium
    ess: bool
    share: float  # with an equilibrium of the same supports
    share_ess: float  # in which that is an ESS; 0 for those that are not symmetric


class Takeover(NamedTuple):
    """Chance that one firm of ``mutant`` takes over a market of ``resident``."""

    mutant: int
    resident: int
    chance: Interval
    share_above: float  # of resamples in which it is above 1/N


@dataclass(frozen=True)
class Evolution:
    """What selection makes of a tournament; arrays in the order of ``table.strategies``.

    matrix: (S, S) intervals of the game of pairs.  best: (S, S) i is a best reply to j;
    share_best: of resamples.  beta: strength of selection per unit of payoff.  time: share of
    time with each strategy (alpha-rank) at beta, share_first: of resamples in which it has the
    most; strong: share of time in the limit of strong selection, reached at strong_beta.
    """

    table: PayoffTable
    game: str
    matrix: tuple[tuple[Interval, ...], ...]
    best: NDArray[np.bool_]
    share_best: F
    equilibria: tuple[Found, ...]
    degenerate: bool
    intensity: float
    beta: float
    takeovers: tuple[Takeover, ...]
    time: tuple[Interval, ...]
    share_first: F
    strong: F
    strong_beta: float
    invasions: tuple[Invasion, ...]

    @property
    def payoffs(self) -> F:
        """The matrix of the game of pairs without its intervals, (S, S)."""
        return np.array([[cell.value for cell in row] for row in self.matrix])


def evolve(
    table: PayoffTable,
    *,
    game: str = "half",
    intensity: float = INTENSITY,
    draws: int = DRAWS,
    seed: int = 1,
) -> Evolution:
    """All of it for a table.

    game: ``half`` or ``deviation`` (see ``payoffs``).  intensity: beta times the spread of mean
    payoffs over all markets.  Raises ValueError for too many strategies or an unknown game.
    """
    if game not in GAMES:
        raise ValueError(f"no game {game}; there are {', '.join(GAMES)}")
    means = table.means()
    lone = table.n_replicates < 2
    drawn = means[None] if lone else table.resampled(draws, seed)
    matrix, matrices = GAMES[game](means), GAMES[game](drawn)
    spread = float(np.ptp(means[..., 1:]))
    beta = intensity / spread if spread > 1e-12 * float(np.abs(means[..., 1:]).max()) else 0.0
    strong = strong_beta(means, beta) if beta > 0 else 0.0
    times = alpha_rank(drawn, beta)
    found = equilibria(matrix)
    first = times >= times.max(axis=-1, keepdims=True) - 1e-9
    n = range(len(matrix))
    return Evolution(
        table, game, tuple(tuple(table.cell(game, i, j) for j in n) for i in n),
        best_replies(matrix), _mean(best_replies(matrices)),
        tuple(_found(one, matrix, matrices) for one in found), degenerate(matrix, found),
        intensity, beta, _takeovers(means, drawn, beta),
        _spans(alpha_rank(means, beta), times), _mean(first), alpha_rank(means, strong),
        strong, tuple(invasions(table)),
    )  # fmt: skip


def _mean(true: NDArray[np.bool_]) -> F:
    """Shares of resamples (draws, ...); NaN where there was nothing to resample."""
    return np.asarray(true.mean(axis=0) if len(true) > 1 else np.full(true.shape[1:], np.nan))


def _span(value: float, drawn: F) -> Interval:
    """A value with the middle 95% of its resamples; NaN where there are none."""
    if len(drawn) < 2:
        return Interval(value, np.nan, np.nan)
    low, high = np.quantile(drawn, (TAIL, 1 - TAIL))
    return Interval(value, min(value, float(low)), max(value, float(high)))


def _spans(values: F, drawn: F) -> tuple[Interval, ...]:
    return tuple(_span(float(v), drawn[:, i]) for i, v in enumerate(values))


def _found(one: Equilibrium, matrix: F, drawn: F) -> Found:
    """An equilibrium with its stability, and how often resamples agree."""
    ess = one.symmetric and is_ess(matrix, one.row)
    if len(drawn) < 2:
        return Found(one, ess, np.nan, np.nan)
    rows, _, there = on_supports(drawn, one.supports)
    stable = 0
    if one.symmetric:
        both = zip(drawn[there], rows[there], strict=True)
        stable = sum(is_ess(game, row) for game, row in both)
    return Found(one, ess, float(there.mean()), stable / len(drawn))


def _takeovers(means: F, drawn: F, beta: float) -> tuple[Takeover, ...]:
    """Chances of fixation of every pair."""
    n, neutral = means.shape[0], 1 / (means.shape[2] - 1)
    values, resamples = np.exp(log_takeovers(means, beta)), np.exp(log_takeovers(drawn, beta))
    above = _mean(resamples > neutral * (1 + 1e-9))
    return tuple(
        Takeover(i, j, _span(float(values[i, j]), resamples[:, i, j]), float(above[i, j]))
        for i in range(n)
        for j in range(n)
        if i != j
    )
