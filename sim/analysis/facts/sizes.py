"""How large firms are and how unevenly they grow (D8, D9)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.analysis.facts.ensemble import Ensemble, treated
from sim.analysis.facts.found import Found, TooFewError, found, over_runs

F = NDArray[np.float64]
TOP = 0.1
FEWEST_IN_TAIL = 5
BINS = 8
FEWEST_IN_BIN = 5
REVENUES = ("sale_cents", "subscription_cents", "advertising_cents")


class Growth(NamedTuple):
    """Firm-years of one run: revenue of a year, a head, and log growth to the next; (n,) each."""

    size: F
    growth: F


def hill(sizes: ArrayLike, top: float = TOP) -> float:
    """Exponent of the tail: k / sum of ln(x_i / x_(k+1)) over the k largest (Hill 1975).

    k: the share ``top`` of them. NaN where that is fewer than 5, or the next is not above 0.
    """
    ordered = np.sort(np.asarray(sizes, dtype=float))[::-1]
    k = int(top * len(ordered))
    if k < FEWEST_IN_TAIL or ordered[k] <= 0:
        return math.nan
    spread = float(np.log(ordered[:k] / ordered[k]).sum())
    return k / spread if spread > 0 else math.nan


def laplace_over_normal(values: ArrayLike) -> float:
    """Log likelihood a value of the best Laplace less that of the best normal density.

    Laplace: -ln(2 b) - 1, b the mean distance from the median; normal: -ln(2 pi s^2)/2 - 1/2.
    NaN of fewer than three values, or of equal ones.
    """
    x = np.asarray(values, dtype=float)
    if len(x) < 3 or np.ptp(x) <= 0:
        return math.nan
    b, s2 = float(np.abs(x - np.median(x)).mean()), float(x.var())
    return -math.log(2 * b) - 1 + 0.5 * math.log(2 * math.pi * s2) + 0.5


def spread_slope(size: ArrayLike, growth: ArrayLike, bins: int = BINS) -> float:
    """Slope of log standard deviation of growth on log mean size, over equal groups by size.

    NaN with fewer than five values a group, or where a group does not vary.
    """
    x, g = np.asarray(size, dtype=float), np.asarray(growth, dtype=float)
    if len(x) < bins * FEWEST_IN_BIN:
        return math.nan
    groups = np.array_split(np.argsort(x, kind="stable"), bins)
    spread = np.array([g[each].std(ddof=1) for each in groups])
    at = np.array([np.log(x[each]).mean() for each in groups])
    if (spread <= 0).any() or np.ptp(at) <= 0:
        return math.nan
    return float(np.polyfit(at, np.log(spread), 1)[0])


def _yearly(ensemble: Ensemble) -> list[tuple[F, NDArray[np.bool_]]]:
    """Revenue a head by firm and year of every run without network effect, and who lived whole.

    Of stored weeks, so a year's sum is their mean times 52.
    """
    series = treated(ensemble["entry"].series, "baseline")
    earned = series[list(REVENUES)].sum(axis=1) / 100 / series["people"]
    years = (series["week"] - 1) // 52
    whole = (series["entered"] <= years * 52) & (
        (series["exited"] < 0) | (series["exited"] > (years + 1) * 52)
    )
    table = series.assign(earned=earned * 52, year=years, whole=whole)[years >= 0]
    runs = []
    for _, run in table.groupby("replicate"):
        cells = run.groupby(["firm", "year"])
        runs.append(
            (cells["earned"].mean().unstack().to_numpy(float),
             cells["whole"].all().unstack(fill_value=False).to_numpy(bool))
        )  # fmt: skip
    return runs


def growth_of(revenue: F, whole: NDArray[np.bool_]) -> Growth:
    """Growth of firms through two whole years with revenue in both; revenue, whole (firms, years).

    Growth of the market of a year is taken out: the mean of its firms.
    """
    size, growth = [], []
    for year in range(revenue.shape[1] - 1):
        now, then = revenue[:, year], revenue[:, year + 1]
        both = whole[:, year] & whole[:, year + 1] & (now > 0) & (then > 0)
        if both.sum() > 1:
            rate = np.log(then[both] / now[both])
            size.append(now[both])
            growth.append(rate - rate.mean())
    if not size:
        return Growth(np.empty(0), np.empty(0))
    return Growth(np.concatenate(size), np.concatenate(growth))


def _pooled_hill(runs: Sequence[F]) -> float:
    return hill(np.concatenate(runs))


def d8(ensemble: Ensemble) -> list[Found]:
    """Tail of sizes of living firms in the last year."""
    last = [revenue[whole[:, -1], -1] for revenue, whole in _yearly(ensemble)]
    last = [sizes[sizes > 0] for sizes in last]
    n = sum(map(len, last))
    note = f"the largest earns {max(map(float, np.concatenate(last))):.2f} of a price a head"
    if n * TOP < FEWEST_IN_TAIL:
        raise TooFewError(f"{n} living firms are too few for a tail")
    return [found(over_runs(last, _pooled_hill), f"{n} firms in {len(last)} runs", note)]


def d9(ensemble: Ensemble) -> list[Found]:
    """Shape of growth rates, and their spread by size."""
    runs = [growth_of(*run) for run in _yearly(ensemble)]
    n = f"{sum(len(run.size) for run in runs):,} firm-years in {len(runs)} runs"
    tails = over_runs(runs, lambda some: laplace_over_normal(
        np.concatenate([run.growth for run in some])))  # fmt: skip
    slope = over_runs(runs, lambda some: spread_slope(
        np.concatenate([run.size for run in some]),
        np.concatenate([run.growth for run in some])))  # fmt: skip
    return [found(tails, n), found(slope, n)]
