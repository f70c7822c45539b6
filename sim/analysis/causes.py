"""Competing causes of exit: how much of what leaves, leaves why (Aalen & Johansen 1978).

A firm that fails of one cause cannot fail of another, so treating the others as censored would
tell of a world without them. The cumulative incidence tells of this one: the share of firms that
have left by a week for a cause. Summed over causes and added to Kaplan-Meier it is 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.analysis.intervals import CONFIDENCE, DRAWS, Interval, run_weights, widened, wilson
from sim.analysis.shares import trials
from sim.market.measures import CAUSES

if TYPE_CHECKING:
    import pandas as pd

F = NDArray[np.float64]
ALIVE, *EXITS = CAUSES
MEANINGS = {
    "insolvent": "had users, ran out of money",
    "starved": "ran out of users",
    "capacity": "could not serve those who came",
    "merged": "taken over by another firm",
}


class Incidence(NamedTuple):
    """Cumulative incidence of each cause just after each time of exit; 0 before the first.

    low, high: pointwise band of each cause; NaN where all firms are of one run.
    """

    weeks: F  # (times,) rising
    causes: tuple[str, ...]
    share: F  # (causes, times)
    low: F
    high: F
    alive: F  # (times,) Kaplan-Meier of the same firms

    def at(self, cause: str, week: float) -> Interval:
        """Share of firms that have left for ``cause`` by ``week``."""
        row = self.causes.index(cause)
        step = int(np.searchsorted(self.weeks, week, side="right")) - 1
        if step < 0:
            return Interval(0.0, 0.0, 0.0)
        return Interval(*(float(part[row, step]) for part in (self.share, self.low, self.high)))


class _Counts(NamedTuple):
    """Firms at risk (runs, times) and failing by cause (causes, runs, times)."""

    weeks: F
    at_risk: F
    failed: F
    n_firms: F  # (runs,)

    def incidence(self, weights: F) -> tuple[F, F]:
        """Incidences (draws, causes, times) and Kaplan-Meier (draws, times); weights (draws, runs).

        I_k(t) = sum over times s up to t of S(s-) d_k(s) / n(s).
        """
        n = np.maximum(weights @ self.at_risk, 1e-12)
        leaving = weights @ self.failed / n  # (causes, draws, times)
        alive = np.cumprod(1.0 - leaving.sum(axis=0).clip(0.0, 1.0), axis=1)
        before = np.concatenate((np.ones((len(weights), 1)), alive[:, :-1]), axis=1)
        return np.moveaxis(np.cumsum(before * leaving, axis=2), 0, 1), alive


def _counts(time: F, cause: NDArray[Any], runs: ArrayLike, kinds: tuple[str, ...]) -> _Counts:
    names, code = np.unique(np.asarray(runs), return_inverse=True)
    at = np.unique(time[cause != ALIVE])
    lived = np.zeros((len(names), len(at) + 1))
    np.add.at(lived, (code, np.searchsorted(at, time, side="right")), 1.0)
    failed = np.zeros((len(kinds), len(names), len(at)))
    for row, kind in enumerate(kinds):
        left = cause == kind
        np.add.at(failed[row], (code[left], np.searchsorted(at, time[left])), 1.0)
    at_risk = lived[:, ::-1].cumsum(axis=1)[:, ::-1][:, 1:]
    return _Counts(at, at_risk, failed, np.bincount(code).astype(float))


def cumulative_incidence(
    weeks: ArrayLike,
    cause: ArrayLike,
    runs: ArrayLike,
    *,
    confidence: float = CONFIDENCE,
    draws: int = DRAWS // 2,
    seed: int = 1,
) -> Incidence:
    """Cumulative incidence of every cause that occurs, with bands from a bootstrap over runs.

    weeks: (firms,) time alive; cause: (firms,) of ``CAUSES``, "alive" where observation ended
    first; runs: (firms,) label of the run. The band is never narrower than Wilson's for as many
    trials as ``sim.analysis.shares`` counts. Memory grows as runs x distinct times, which weekly
    steps keep small. Raises ValueError for an unknown cause or arrays
    of different lengths.
    """
    time, why = np.asarray(weeks, dtype=float), np.asarray(cause, dtype=str)
    if time.shape != why.shape or time.ndim != 1 or not len(time):
        raise ValueError(f"need one time and one cause a firm, got {time.shape}, {why.shape}")
    if unknown := sorted(set(why.tolist()) - set(CAUSES)):
        raise ValueError(f"no cause {unknown[0]}; there are {', '.join(CAUSES)}")
    kinds = tuple(kind for kind in EXITS if np.any(why == kind))
    counts = _counts(time, why, runs, kinds)
    n_runs = len(counts.n_firms)
    share, alive = (found[0] for found in counts.incidence(np.ones((1, n_runs))))
    if n_runs < 2:
        blank = np.full_like(share, np.nan)
        return Incidence(counts.weeks, kinds, share, blank, blank, alive)
    resampled, _ = counts.incidence(run_weights(n_runs, draws, seed))
    tail = 50 * (1 - confidence)
    low, high = np.percentile(resampled, (tail, 100 - tail), axis=0)
    low, high = _floored(counts, share, low, high, confidence)
    return Incidence(counts.weeks, kinds, share, low, high, alive)


def _floored(counts: _Counts, share: F, low: F, high: F, confidence: float) -> tuple[F, F]:
    """The bands, nowhere narrower than Wilson's interval."""
    low, high = low.copy(), high.copy()
    by_run = counts.failed.cumsum(axis=2) / counts.n_firms[:, None]  # (causes, runs, times)
    for row, step in np.ndindex(share.shape):
        n = trials(by_run[row, :, step], counts.n_firms.sum())
        value = min(1.0, float(share[row, step]))
        found = Interval(value, float(low[row, step]), float(high[row, step]))
        _, low[row, step], high[row, step] = widened(found, wilson(value * n, n, confidence))
    return low, high


def causes_table(rows: pd.DataFrame, *, week: float | None = None) -> list[dict[str, Any]]:
    """Share of firms that left for each cause by ``week``, one row a strategy and cause.

    rows: FIRM_ROW columns and ``run``. week: by default the longest life observed. Keys:
    strategy, cause, meaning, share (Interval). Strategies that lost no firm have no row.
    """
    at = float(rows["weeks_alive"].max()) if week is None else week
    found: list[dict[str, Any]] = []
    for strategy, firms in rows.groupby("strategy"):
        curves = cumulative_incidence(firms["weeks_alive"], firms["cause"], firms["run"])
        for cause in curves.causes:
            found.append(
                {"strategy": str(strategy), "cause": cause, "meaning": MEANINGS[cause],
                 "share": curves.at(cause, at)}
            )  # fmt: skip
    return found
