"""How a category spreads, and how the new replaces the old (D1 to D3)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.analysis.facts.ensemble import Ensemble, treated
from sim.analysis.facts.found import Found, TooFewError, found, over_runs
from sim.analysis.history.bass import Bass
from sim.analysis.history.curves import Substitution
from sim.analysis.intervals import mean

if TYPE_CHECKING:
    import pandas as pd

F = NDArray[np.float64]
SEEN, DONE = 0.01, 0.9  # a substitution begins when it can be seen, and is over near the end


def share_at_fastest(adopted: ArrayLike) -> float:
    """Share of all who adopt that has adopted in the middle of the period of most adoption.

    adopted: (times,) cumulative, at even distances. NaN where nobody adopts.
    """
    level = np.asarray(adopted, dtype=float)
    steps = np.diff(level)
    if len(steps) == 0 or level[-1] <= level[0]:
        return math.nan
    at = int(np.argmax(steps))
    return float((level[at] + level[at + 1]) / 2 / level[-1])


class _Point(Bass):
    """A Bass curve without its interval, which takes a hundred fits."""

    def _resampled(self, fitted: F) -> F:
        return self._found[None, :]


def imitation_ratio(years: ArrayLike, adopted: ArrayLike) -> float:
    """q/p of a Bass curve through cumulative shares; NaN where none can be fitted."""
    try:
        said = _Point(years, adopted, ceiling=1.0).parameters
    except ValueError:
        return math.nan
    return float(said["q (1/year)"] / said["p (1/year)"])


def substitution_r2(years: ArrayLike, new: ArrayLike, old: ArrayLike) -> float:
    """R2 of ln(new / old) on time (Fisher & Pry 1971).

    From the first time at which the new has 1% of both to the first with 90%, or the last; NaN
    with fewer than three such times.
    """
    a, b = np.asarray(new, dtype=float), np.asarray(old, dtype=float)
    share = a / np.maximum(a + b, 1e-300)
    if not (share >= SEEN).any():
        return math.nan
    first = int(np.argmax(share >= SEEN))
    over = share[first:] >= DONE
    last = first + int(np.argmax(over)) if over.any() else len(share) - 1
    try:
        window = slice(first, last + 1)
        curve = Substitution(np.asarray(years, dtype=float)[window], share[window], 1.0)
    except ValueError:
        return math.nan
    return float(curve.odds_r2)


def _category(ensemble: Ensemble) -> list[tuple[F, F]]:
    """Years, and the share of people who ever used any firm, of every run without network."""
    market = treated(ensemble["market"].market, "baseline")
    curves = []
    for _, run in market.groupby("replicate"):
        inside = 1 - (run["m_stranger"] + run["m_aware"]) / run["people"]
        curves.append((run["week"].to_numpy(float) / 52, inside.to_numpy(float)))
    return curves


def _known(values: list[float]) -> F:
    array = np.array(values, dtype=float)
    if np.isnan(array).all():
        raise TooFewError("no run in which it can be computed")
    return np.asarray(array[~np.isnan(array)])


def d1(ensemble: Ensemble) -> list[Found]:
    """S-shaped adoption."""
    shares = _known([share_at_fastest(adopted) for _, adopted in _category(ensemble)])
    return [found(mean(shares), f"{len(shares)} runs")]


def d2(ensemble: Ensemble) -> list[Found]:
    """Imitation against innovation."""
    ratios = _known([imitation_ratio(*curve) for curve in _category(ensemble)])
    inside = [float(3 <= each <= 300) for each in ratios]
    n = f"{len(ratios)} runs"
    middle = over_runs(list(ratios), lambda some: float(np.median(some)))
    return [found(middle, n), found(mean(inside, bounds=(0.0, 1.0)), n)]


def _users(run: pd.DataFrame, strategy: str) -> F:
    here = run[run["strategy"] == strategy].groupby("week")["n_users"].sum()
    return np.asarray(here.reindex(sorted(run["week"].unique()), fill_value=0), dtype=float)


def d3(ensemble: Ensemble) -> list[Found]:
    """Log-linear substitution of incumbents by newcomers."""
    series, fits, ends = treated(ensemble["newcomers"].series, "as it is"), [], []
    for _, run in series.groupby("replicate"):
        new, old = (_users(run, name) for name in ("user-first", "customer-centric"))
        years = np.array(sorted(run["week"].unique())) / 52
        fits.append(substitution_r2(years, new, old))
        ends.append(new[-1] / max(1.0, new[-1] + old[-1]))
    note = f"newcomers end with {100 * float(np.mean(ends)):.0f}% of users on average"
    known = _known(fits)
    return [found(mean(known), f"{len(known)} runs", note)]
