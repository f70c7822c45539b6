"""The empirical payoff table of a tournament: what a firm earns, by strategy and mixture.

A market has N firms, k of one strategy and N - k of another.  ``samples[i, j, k, r]`` is the
mean payoff of a firm of strategy i in replicate r, where k firms play i and N - k play j.
Replicates share their seeds over all markets, so they are resampled together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.intervals import DRAWS, Interval, mean
from sim.analysis.pairs import Outcome, outcome, with_shares
from sim.analysis.shares import share_alive

if TYPE_CHECKING:
    import pandas as pd

F = NDArray[np.float64]
PAYOFFS = ("discounted_profit", "survival", "users", "customers", "cash_trough", "weeks_alive")
Market = tuple[tuple[str, int], ...]  # strategy and number of firms, in the order of the market


@dataclass(frozen=True)
class PayoffTable:
    """Payoffs of a tournament.

    samples: (S, S, N + 1, R) as the module says; k = 0 is NaN, k = N the market of i alone.
    measured: (S, S, N + 1) whether the market was run; else linear in k between those that were.
    n_dropped: replicates left out because a market of theirs has no result.
    """

    strategies: tuple[str, ...]
    n_firms: int
    outcome: Outcome
    samples: F
    measured: NDArray[np.bool_]
    n_dropped: int = 0

    @property
    def n_replicates(self) -> int:
        """Replicates that every market has."""
        return int(self.samples.shape[3])

    def means(self) -> F:
        """Mean payoffs, (S, S, N + 1)."""
        return np.asarray(self.samples.mean(axis=3))

    def resampled(self, draws: int = DRAWS, seed: int = 1) -> F:
        """Mean payoffs of bootstrap resamples of the replicates, (draws, S, S, N + 1)."""
        n = self.n_replicates
        times = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=draws) / n
        return np.moveaxis(self.samples @ times.T, 3, 0)

    def interval(self, i: int, j: int, k: int) -> Interval:
        """Mean payoff of i where k firms play it and the others j, 95% over replicates."""
        samples = self.samples[i, j, k]
        if self.outcome.bounds is None or not self.measured[i, j, k]:
            return mean(samples, bounds=self.outcome.bounds)
        firms = self.n_firms if i == j else k
        alive = np.arange(firms) < np.rint(samples * firms)[:, None]
        return share_alive(alive.ravel(), np.repeat(np.arange(len(samples)), firms))

    def cell(self, game: str, i: int, j: int) -> Interval:
        """Payoff of i against j in a game of pairs (a name in ``GAMES``), 95% over replicates."""
        if i == j:
            return self.interval(i, i, self.n_firms)
        if game == "deviation":
            return self.interval(i, j, 1)
        below, above = self.n_firms // 2, (self.n_firms + 1) // 2
        if below == above:
            return self.interval(i, j, below)
        samples = (self.samples[i, j, below] + self.samples[i, j, above]) / 2
        return mean(samples, bounds=self.outcome.bounds)


def payoff_table(
    rows: pd.DataFrame, treatments: Sequence[tuple[str, Mapping[str, Any]]], name: str
) -> PayoffTable:
    """The table from the firms of a stored tournament.

    rows: FIRM_ROW columns, ``treatment``, ``replicate``.  treatments: name and settings of each
    market, as ``sim.experiments.tournament`` makes them.  name: one of ``PAYOFFS``.  Raises
    ValueError for another payoff, and where no replicate has every market.
    """
    if name not in PAYOFFS:
        raise ValueError(f"no payoff {name}; there are {', '.join(PAYOFFS)}")
    measured_by = outcome(name)
    markets = {title: market_of(settings) for title, settings in treatments}
    means = with_shares(rows).groupby(["treatment", "group", "replicate"])[measured_by.column]
    wide = means.mean().unstack("replicate").reindex(
        [(title, group) for title, market in markets.items() for group, _ in market]
    )  # fmt: skip
    whole = wide.dropna(axis="columns")
    if not whole.shape[1]:
        raise ValueError("no replicate has a result of every market")
    seen = {
        (title, group): whole.loc[(title, group)].to_numpy(float)
        for title, market in markets.items()
        for group, _ in market
    }
    names = tuple(dict.fromkeys(m[0][0] for m in markets.values() if len(m) == 1))
    samples, measured = _filled(names, markets, seen)
    n_dropped = int(rows["replicate"].nunique()) - whole.shape[1]
    return PayoffTable(names, samples.shape[2] - 1, measured_by, samples, measured, n_dropped)


def market_of(settings: Mapping[str, Any]) -> Market:
    """Strategies and numbers of firms of a treatment; raises ValueError where it sets no firms."""
    if "firms" not in settings:
        raise ValueError("not a tournament: a treatment does not say which firms it has")
    return tuple((str(group["name"]), int(group.get("count", 1))) for group in settings["firms"])


def _filled(
    names: Sequence[str], markets: Mapping[str, Market], seen: Mapping[tuple[str, str], F]
) -> tuple[F, NDArray[np.bool_]]:
    """Samples and what of them was measured; what was not is interpolated."""
    place = {name: i for i, name in enumerate(names)}
    n_firms = {sum(count for _, count in market) for market in markets.values()}
    if len(n_firms) != 1:
        raise ValueError("not a tournament: its markets differ in their number of firms")
    n, replicates = n_firms.pop(), len(next(iter(seen.values())))
    samples = np.full((len(names), len(names), n + 1, replicates), np.nan)
    measured = np.zeros(samples.shape[:3], dtype=bool)
    for title, market in markets.items():
        for own, count in market:
            i = place[own]
            others = [place[other] for other, _ in market if other != own]
            for j in others or range(len(names)):
                samples[i, j, count] = seen[title, own]
                measured[i, j, count] = True
    for i in range(len(names)):
        for j in range(len(names)):
            _interpolate(samples[i, j], measured[i, j], alone=samples[i, i, n] if i == j else None)
    return samples, measured


def _interpolate(samples: F, measured: NDArray[np.bool_], alone: F | None) -> None:
    """Fill samples (N + 1, R) from k = 1 on, linear in k; alone: i == j, where k says nothing."""
    if alone is not None:
        samples[1:], measured[1:] = alone, True
        return
    known, wanted = np.flatnonzero(measured), np.arange(1, len(samples))
    if known[0] != 1:
        raise ValueError("not a tournament: a market of one firm against the others is missing")
    for r in range(samples.shape[1]):
        samples[1:, r] = np.interp(wanted, known, samples[known, r])


def half_and_half(means: F) -> F:
    """Matrix (..., S, S) of the game of pairs: payoff of i where half of the firms play j.

    means: (..., S, S, N + 1).  An odd number of firms has no half: the mean of the two
    markets nearest to it.
    """
    n = means.shape[-1] - 1
    return np.asarray((means[..., n // 2] + means[..., (n + 1) // 2]) / 2)


def one_against_all(means: F) -> F:
    """Matrix (..., S, S) of a firm of i among N - 1 of j: what one firm gains by deviating.

    On the diagonal is the market of i alone.  This is the deviation-preserving reduction to two
    players (Wiedenbeck & Wellman 2012): its pure equilibria are those of the market of N firms.
    """
    return np.asarray(means[..., 1])


GAMES = {"half": half_and_half, "deviation": one_against_all}


def duel(means: F, i: int, j: int) -> tuple[F, F]:
    """Payoffs of a firm of i and of one of j in the markets of k = 1 .. N - 1 firms of i.

    means: (..., S, S, N + 1); both results (..., N - 1).
    """
    return means[..., i, j, 1:-1], means[..., j, i, -2:0:-1]
