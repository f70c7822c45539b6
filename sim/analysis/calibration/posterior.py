"""Approximate Bayesian computation: which parameters lead to runs like what happened.

1. Statistics are standardised, and regressions make one summary a parameter of them.
2. The runs whose summaries are nearest are kept, with Epanechnikov weights.
3. A local line corrects their parameters for what distance is left (Beaumont, Zhang & Balding
   2002), on the logit of the share of the prior's range, so that draws stay inside of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.analysis.calibration.prior_check import PriorCheck, prior_check
from sim.analysis.calibration.ranges import Ranges
from sim.analysis.calibration.summaries import standardised, summaries

F = NDArray[np.float64]
FEWEST = 20  # runs
KEPT, KEPT_LEAST, KEEP_FEWEST = 0.1, 60, 20  # share of runs kept, how many at least; ever
_FAR = 30.0  # a logit beyond which a share is 0 or 1


@dataclass(frozen=True)
class Posterior:
    """What runs and data say of k parameters, in natural units.

    draws (n_draws, k): of the posterior. kept (n_kept, k): the runs kept, adjusted, of which
    they are drawn with ``weights`` (n_kept,) that sum to 1. accepted (n_kept,): which rows of
    the runs these are. nearest: distance of the nearest run from what happened, in root mean
    square shares of the ranges. n_runs: used; n_left_out: runs with NaN, which were not.
    """

    draws: F
    kept: F
    weights: F
    accepted: NDArray[np.int64]
    nearest: float
    check: PriorCheck
    ranges: Ranges
    n_runs: int
    n_left_out: int


def posterior(
    theta: ArrayLike,
    simulated: ArrayLike,
    observed: ArrayLike,
    low: ArrayLike,
    high: ArrayLike,
    *,
    seed: int,
    n_draws: int,
    keep: float | None = None,
    log: ArrayLike | None = None,
) -> Posterior:
    """The posterior of theta given observed, from runs of the prior.

    theta (n, k): parameters of the runs, drawn evenly from ``low`` to ``high`` (k,), or evenly
    in logarithms where ``log`` (k,) is true. simulated (n, m): statistics of the runs, in the
    unit of observed (m,); rows with NaN are left out and counted. keep: share of the runs to
    keep, above 0 and at most 1; left out: a tenth, at least 60. Raises ValueError for shapes
    that do not fit, fewer than 20 runs, a parameter that never varies or leaves its range, or
    statistics none of which varies.
    """
    ranges = Ranges.of(low, high, log)
    runs, values, seen = _shaped(theta, simulated, observed, len(ranges))
    whole = np.flatnonzero(np.isfinite(values).all(axis=1))
    n_left_out = len(values) - len(whole)
    _enough(len(whole), n_left_out)
    values = values[whole]
    share = ranges.unit(runs[whole])
    if (still := np.flatnonzero(np.ptp(share, axis=0) == 0)).size:
        raise ValueError(f"parameter {still[0] + 1} has the same value in every run")
    found = summaries(share, *standardised(values, seen))
    away = np.sqrt(((found.simulated - found.observed) ** 2).mean(axis=1))
    nearest, weights = _nearest(away, _n_kept(len(whole), keep))
    adjusted = _adjusted(share[nearest], found.simulated[nearest] - found.observed, weights)
    kept = ranges.natural(adjusted)
    drawn = np.random.default_rng(seed).choice(len(kept), n_draws, p=weights)
    return Posterior(
        kept[drawn], kept, weights, whole[nearest], float(away.min()),
        prior_check(values, seen), ranges, len(whole), n_left_out,
    )  # fmt: skip


def _shaped(theta: ArrayLike, simulated: ArrayLike, observed: ArrayLike, k: int) -> tuple[F, F, F]:
    """The three as arrays; raises ValueError where they do not fit each other."""
    runs, values = np.asarray(theta, dtype=float), np.asarray(simulated, dtype=float)
    seen = np.asarray(observed, dtype=float)
    if runs.ndim != 2 or runs.shape[1] != k:
        raise ValueError(f"theta must have a row a run and {k} columns, got {runs.shape}")
    if seen.ndim != 1 or not len(seen):
        raise ValueError(f"observed must be a row of statistics, got {seen.shape}")
    if values.shape != (len(runs), len(seen)):
        raise ValueError(
            f"simulated must have {len(runs)} rows, as theta, and {len(seen)} columns, "
            f"as observed, got {values.shape}"
        )
    if not np.isfinite(seen).all():
        at = int(np.flatnonzero(~np.isfinite(seen))[0]) + 1
        raise ValueError(f"statistic {at} of what was observed is no number")
    return runs, values, seen


def _enough(n: int, n_left_out: int) -> None:
    if n < FEWEST:
        lost = f", {n_left_out} more have no value for some statistic" if n_left_out else ""
        raise ValueError(f"needs at least {FEWEST} runs, got {n}{lost}")


def _n_kept(n: int, keep: float | None) -> int:
    """How many runs are kept; raises ValueError for a share that is none, or too small."""
    if keep is None:
        return min(n, max(KEPT_LEAST, math.ceil(KEPT * n)))
    if not 0 < keep <= 1:
        raise ValueError(f"keep must be above 0 and at most 1, got {keep:g}")
    kept = math.ceil(keep * n - 1e-9)
    if kept < KEEP_FEWEST:
        raise ValueError(f"keep must leave at least {KEEP_FEWEST} runs, {keep:g} of {n} are {kept}")
    return kept


def _nearest(away: F, n: int) -> tuple[NDArray[np.int64], F]:
    """The n nearest runs, nearest first, with weights 1 - (d / h)^2 that sum to 1 (Epanechnikov).

    h is the distance of the first run that is not kept.
    """
    order = np.argsort(away, kind="stable")
    reach = float(away[order[min(n, len(away) - 1)]])
    kept = order[:n]
    if reach == 0 or away[kept[0]] == reach:  # all as near: nothing to tell them apart by
        return kept, np.full(n, 1 / n)
    weights = np.maximum(1 - (away[kept] / reach) ** 2, 0.0)
    return kept, np.asarray(weights / weights.sum())


def _adjusted(share: F, apart: F, weights: F) -> F:
    """Shares (n, k) as they would be at no distance: predicted there, with the residuals.

    apart (n, k): summaries of the runs less that of what happened. The residuals are spread by
    sqrt((1 + 1 / n) n / (n - k - 1)), n = 1 / sum of squared weights: a line fitted to few runs
    lies too near to them, and is itself uncertain.
    """
    logit = np.log(np.maximum(share, 1e-12)) - np.log(np.maximum(1 - share, 1e-12))
    design = np.column_stack((np.ones(len(apart)), apart))
    root = np.sqrt(weights)[:, None]
    line = np.linalg.lstsq(design * root, logit * root, rcond=1e-8)[0]
    n = 1 / float((weights**2).sum())
    spread = math.sqrt((1 + 1 / n) * n / max(n - design.shape[1], 1.0))
    moved = line[0] + spread * (logit - design @ line)
    return np.asarray(1 / (1 + np.exp(-np.clip(moved, -_FAR, _FAR))))
