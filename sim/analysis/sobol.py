"""Sobol indices from stored runs: which factors make an outcome vary, alone and with others.

First order S_j = Var(E[Y | x_j]) / Var(Y), total S_Tj = E[Var(Y | all but x_j)] / Var(Y), by
the estimators of Saltelli et al. 2010 (as ``scipy.stats.sobol_indices`` has them).

Y at a treatment is a mean over R replicates, hence f(x) + noise. Noise adds to Var(Y) and to
every total index (a factor that does nothing would get the share of the noise), so its part
is estimated from the spread between replicates and taken out of both sums; SciPy's figures,
noise included, stand beside. Replicates share their random numbers across treatments, so the
noise of a difference is taken from the differences, not from the sum of two variances.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.analysis.intervals import CONFIDENCE, Interval
from sim.analysis.points import Treatments

F = NDArray[np.float64]
DRAWS = 1000  # the interval's Monte-Carlo error is then about 3% of its width


class SobolDesign(NamedTuple):
    """Factors in the order of their blocks, and base points n of ``n (factors + 2)``."""

    factors: tuple[str, ...]
    n: int


class SobolIndices(NamedTuple):
    """Indices of one outcome by factor, replicate noise taken out where it can be estimated.

    noise: share of the variance between treatments that is replicate noise; NaN, and nothing
    is taken out, with a single replicate. scipy_first, scipy_total: with the noise left in.
    """

    label: str
    factors: tuple[str, ...]
    first: tuple[Interval, ...]
    total: tuple[Interval, ...]
    scipy_first: tuple[float, ...]
    scipy_total: tuple[float, ...]
    noise: Interval
    n: int
    replicates: int

    @property
    def order(self) -> list[int]:
        """Places of the factors, the greatest total index first, those that have none last."""
        at = [-np.inf if np.isnan(one.value) else one.value for one in self.total]
        return sorted(range(len(at)), key=lambda place: -at[place])


def sobol_design(treatments: Treatments) -> SobolDesign:
    """The Sobol design that treatments in order form: A, B, then A with each column of B.

    Raises ValueError that says where they do not.
    """
    if not treatments or not treatments[0][1]:
        raise ValueError("not a Sobol design: no factors")
    factors = tuple(treatments[0][1])
    n, rest = divmod(len(treatments), len(factors) + 2)
    if rest or n < 2:
        raise ValueError(
            f"not a full Sobol design: {len(treatments)} treatments of {len(factors)} factors, "
            f"expected n x {len(factors) + 2} with n at least 2"
        )
    for name, settings in treatments:
        if set(settings) != set(factors):
            raise ValueError(f"not a Sobol design: treatment {name} sets other factors")
    for block, changed in enumerate(factors):
        for i in range(n):
            name, settings = treatments[(block + 2) * n + i]
            for factor in factors:
                other = treatments[n + i if factor == changed else i][1]
                if settings[factor] != other[factor]:
                    raise ValueError(
                        f"not a Sobol design: treatment {(block + 2) * n + i + 1} ({name}) has "
                        f"{factor} = {settings[factor]}, expected {other[factor]}"
                    )
    return SobolDesign(factors, n)


class _Table:
    """Values as products whose means are the indices' numerators, then their denominator.

    Rows of ``left`` and ``right``, (2 factors + 2, n, replicates): B and AB_j - A for first
    orders, twice AB_j - A for totals, A and B with themselves for the variance.
    """

    def __init__(self, y: F) -> None:
        """y: (2 + factors, n, replicates)."""
        k, self.replicates = len(y) - 2, y.shape[-1]
        # what a replicate does to all treatments alike is no noise between them
        a, b = y[:2] - y[:2].mean(axis=(0, 1))
        change = y[2:] - y[0]
        self.left = np.concatenate((np.broadcast_to(b, change.shape), change / 2, [a / 2, b / 2]))
        self.right = np.concatenate((change, change, [a, b]))
        self.means = np.stack((a.mean(axis=-1), b.mean(axis=-1))).mean(axis=0)  # (n,)
        self.changes = change.mean(axis=-1)  # (factors, n)
        self.k = k

    def by_point(self) -> tuple[F, F]:
        """Products of means over replicates, and what noise adds to them: (rows, n) each."""
        means = self.left.mean(axis=-1) * self.right.mean(axis=-1)
        within = (self.left * self.right).mean(axis=-1) - means
        return means, within / max(self.replicates - 1, 1)

    def over_points(self, values: F, share: F) -> F:
        """Mean products under ``share`` of each point, (draws, n), about the drawn mean."""
        sums = share @ values.T
        centre = (share @ self.means)[:, None]
        sums[:, : self.k] -= centre * (share @ self.changes.T)
        sums[:, 2 * self.k] -= centre[:, 0] ** 2
        return _joined(sums)

    def over_replicates(self, weights: F) -> F:
        """Mean products of means under ``weights``, (draws, replicates), less their noise.

        Unequal weights carry more noise than equal ones; it is taken out with them.
        """
        n = self.left.shape[1]
        square = np.einsum("fnr,fns->frs", self.left, self.right) / n
        means = np.einsum("dr,frs,ds->df", weights, square, weights, optimize=True)
        within = np.trace(square, axis1=1, axis2=2) - square.mean(axis=2).sum(axis=1)
        noise = within / max(self.replicates - 1, 1)
        return _joined(means - np.sum(weights**2, axis=1)[:, None] * noise)


def _joined(sums: F) -> F:
    """Numerators and the one denominator, (draws, 2 factors + 1)."""
    return np.column_stack((sums[:, :-2], sums[:, -2] + sums[:, -1]))


def sobol_indices(
    values: ArrayLike,
    design: SobolDesign,
    *,
    label: str = "",
    confidence: float = CONFIDENCE,
    draws: int = DRAWS,
    seed: int = 1,
) -> SobolIndices:
    """First and total order indices with percentile bootstrap intervals.

    values: (treatments, replicates) in the order of the design. Base points are drawn anew and,
    where there are several, replicates too; the two deviations are added, which counts noise
    that belongs to single runs twice and so errs on the wide side. Sobol points are more even
    than the chance points that the draw takes them for: wide again. Raises ValueError for
    another shape, missing values or a constant outcome.
    """
    y = np.asarray(values, dtype=float)
    k = len(design.factors)
    if y.ndim != 2 or len(y) != design.n * (k + 2):
        raise ValueError(f"expected {design.n * (k + 2)} x replicates values, got {y.shape}")
    if np.isnan(y).any():
        raise ValueError("some treatments lack runs: the design is not full")
    y = y.reshape(k + 2, design.n, -1)
    table = _Table(y)
    values_at, noise_at = table.by_point()
    even = np.full((1, design.n), 1 / design.n)
    raw, noise = table.over_points(values_at, even)[0], _joined(noise_at.mean(axis=1)[None])[0]
    if raw[-1] <= 1e-24 * max(1.0, float(np.abs(y).max()) ** 2):
        raise ValueError(f"{label or 'the outcome'} is the same in all treatments")
    clean, drawn, shares = raw - noise, *_draws(table, raw - noise, draws, seed)
    tail = (1 - confidence) / 2
    found = [_interval(clean[j], clean[-1], drawn[:, j], drawn[:, -1], tail) for j in range(2 * k)]
    one_run = Interval(math.nan, math.nan, math.nan)
    return SobolIndices(
        label, design.factors, tuple(found[:k]), tuple(found[k:]), *_scipy(y.mean(axis=-1)),
        _interval(noise[-1], raw[-1], shares, np.ones(draws), tail) if y.shape[-1] > 1 else one_run,
        design.n, y.shape[-1],
    )  # fmt: skip


def _draws(table: _Table, clean: F, draws: int, seed: int) -> tuple[F, F]:
    """Sums of each draw, (draws, 2 factors + 1), and the share of noise in its variance.

    Points and replicates are drawn by themselves and their deviations from ``clean`` added.
    """
    rng, replicates = np.random.default_rng(seed), table.replicates
    values, noise = table.by_point()
    n = values.shape[1]
    points = rng.multinomial(n, np.full(n, 1 / n), size=draws) / n
    runs = rng.multinomial(replicates, np.full(replicates, 1 / replicates), size=draws)
    raw, chance = table.over_points(values, points), _joined(points @ noise.T)
    by_runs = table.over_replicates(runs / replicates) - clean
    shares = chance[:, -1] / np.where(raw[:, -1] > 0, raw[:, -1], np.inf)
    return raw - chance + by_runs, shares


def _interval(above: float, below: float, tops: F, bottoms: F, tail: float) -> Interval:
    """A ratio with its percentile interval; NaN where the variance may as well be all noise."""
    usable = bottoms > 0
    if below <= 0 or np.mean(~usable) > tail:
        return Interval(math.nan, math.nan, math.nan)
    low, high = np.quantile(tops[usable] / bottoms[usable], (tail, 1 - tail))
    value = float(above / below)
    return Interval(value, min(value, float(low)), max(value, float(high)))


def _scipy(means: F) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Indices of treatment means as SciPy estimates them; means: (2 + factors, n)."""
    from scipy.stats import sobol_indices as estimate

    a, b, ab = means[0].copy(), means[1].copy(), means[2:].copy()
    found = estimate(func={"f_A": a[None], "f_B": b[None], "f_AB": ab[:, None]}, n=means.shape[1])
    return (
        tuple(float(v) for v in np.ravel(found.first_order)),
        tuple(float(v) for v in np.ravel(found.total_order)),
    )
