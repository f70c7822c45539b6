"""Who wins a market, whether the same one does again, and how many are left (D4, D5, D12)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.analysis.facts.ensemble import Ensemble, treated
from sim.analysis.facts.found import Found, TooFewError, found
from sim.analysis.intervals import CONFIDENCE, Interval, mean

if TYPE_CHECKING:
    import pandas as pd

F = NDArray[np.float64]
DRAWS, SEED = 400, 1


def top_share(sizes: ArrayLike) -> float:
    """Share of the largest; NaN of nothing."""
    size = np.asarray(sizes, dtype=float)
    return float(size.max() / size.sum()) if size.size and size.sum() > 0 else math.nan


def fall_from_peak(numbers: ArrayLike) -> float:
    """How far a number falls at most from its peak, as a share of the peak; NaN without any."""
    n = np.asarray(numbers, dtype=float)
    if not n.size or n.max() <= 0:
        return math.nan
    at = int(np.argmax(n))
    return float(1 - n[at:].min() / n[at])


def rank_correlations(worlds: ArrayLike) -> F:
    """Spearman's correlation of every pair of rows, (worlds, worlds); ties share their rank.

    worlds: (worlds, firms). NaN where all firms of a world are equal.
    """
    from scipy.stats import rankdata

    with np.errstate(invalid="ignore", divide="ignore"):
        return np.atleast_2d(np.corrcoef(rankdata(np.asarray(worlds, dtype=float), axis=1)))


def mean_of_pairs(pairs: F, chosen: Sequence[int] | NDArray[np.int64]) -> float:
    """Mean over pairs of chosen worlds that are not the same world; NaN without one."""
    at = np.asarray(chosen)
    different = at[:, None] != at[None, :]
    if not different.any():
        return math.nan
    return float(np.nanmean(pairs[np.ix_(at, at)][different]))


def agreement(worlds: ArrayLike) -> Interval:
    """Mean rank correlation between worlds, with a bootstrap over worlds."""
    pairs = rank_correlations(worlds)
    n = len(pairs)
    if n < 2:
        raise TooFewError("one world agrees with itself")
    rng = np.random.default_rng(SEED)
    again = [mean_of_pairs(pairs, rng.integers(0, n, n)) for _ in range(DRAWS)]
    value, tail = mean_of_pairs(pairs, np.arange(n)), (1 - CONFIDENCE) / 2
    low, high = np.nanquantile(again, [tail, 1 - tail])
    return Interval(value, min(value, float(low)), max(value, float(high)))


def _last_year(series: pd.DataFrame, measure: str) -> pd.DataFrame:
    """A measure by run (rows) and firm (columns), mean over the last 52 weeks."""
    late = series[series["week"] > series["week"].max() - 52]
    return late.groupby(["replicate", "firm"])[measure].mean().unstack(fill_value=0.0)


def d4(ensemble: Ensemble) -> list[Found]:
    """Top share with a network effect and without."""
    parts = []
    for name in ("network effect", "baseline"):
        uses = _last_year(treated(ensemble["market"].series, name), "n_uses")
        shares = [share for row in uses.to_numpy() if not math.isnan(share := top_share(row))]
        if not shares:
            raise TooFewError("nobody uses anything in the last year")
        parts.append(found(mean(shares, bounds=(0.0, 1.0)), f"{len(shares)} runs"))
    return parts


def d5(ensemble: Ensemble) -> list[Found]:
    """Rank correlation between worlds, social and alone."""
    parts = []
    for name in ("baseline", "alone"):
        uses = _last_year(treated(ensemble["worlds"].series, name), "n_uses").to_numpy(float)
        parts.append(found(agreement(uses), f"{len(uses)} worlds"))
    return parts


def d12(ensemble: Ensemble) -> list[Found]:
    """Shake-out, until the last entrant; without a network effect for comparison."""
    falls = {}
    for name in ("network effect", "baseline"):
        series = treated(ensemble["entry"].series, name)
        series = series[series["week"] <= series.groupby("replicate")["entered"].transform("max")]
        alive = series.groupby(["replicate", "week"])["alive"].sum()
        falls[name] = [fall_from_peak(run) for _, run in alive.groupby("replicate")]
    without = float(np.mean(falls["baseline"]))
    n = f"{len(falls['network effect'])} runs"
    return [
        found(
            mean(falls["network effect"], bounds=(0.0, 1.0)),
            n,
            f"without a network effect {without:.2f}",
        )
    ]
