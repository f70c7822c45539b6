"""Survival of firms: Kaplan-Meier, restricted mean, log-rank; right censoring throughout.

Firms of one run share a market and so are no independent witnesses. Functions that take
``runs`` (one label a firm) use it: variances are then sums of squares over runs of the firms'
influence, the sandwich of Lee, Wei & Amato (1992). Without ``runs`` every firm stands alone, and
the same formulas reduce to Greenwood's.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.analysis.intervals import (
    CONFIDENCE,
    Interval,
    holm,
    normal_quantile,
    two_sided_p,
    wilson,
)
from sim.analysis.shares import share_alive as share_alive  # survival at the end is asked for here

if TYPE_CHECKING:
    import pandas as pd

F = NDArray[np.float64]
BANDS = ("log-log", "greenwood")


class LifeTable(NamedTuple):
    """Failures by distinct time of failure, and each run's part in them."""

    weeks: F  # (times,) rising
    at_risk: F  # (times,) firms alive just before
    failed: F  # (times,)
    influence: F | None  # (runs, times) of the steps of log S; None: every firm stands alone

    def variance(self, weights: F) -> F:
        """Variance of sums over times of ``weights`` (k, times) times the steps of log S, (k,)."""
        if self.influence is None:
            return np.asarray(weights**2 @ self.greenwood)
        return np.asarray(((weights @ self.influence.T) ** 2).sum(axis=1))

    @property
    def greenwood(self) -> F:
        """Variance of each step of log S when firms are independent: d/(n (n - d)), (times,)."""
        n, d = self.at_risk, self.failed
        return np.where(n > d, d / (n * np.maximum(n - d, 1.0)), 0.0)

    @property
    def running_variance(self) -> F:
        """Variance of log S just after each time, (times,)."""
        if self.influence is None:
            return np.cumsum(self.greenwood)
        return np.asarray((self.influence.cumsum(axis=1) ** 2).sum(axis=0))


class Curve(NamedTuple):
    """A Kaplan-Meier curve: value just after each time of failure; it is 1 before the first."""

    weeks: F
    alive: F
    low: F
    high: F
    at_risk: F
    failed: F

    def at(self, week: ArrayLike) -> F:
        """Share alive at ``week``."""
        step = np.searchsorted(self.weeks, np.asarray(week, dtype=float), side="right")
        return np.concatenate(([1.0], self.alive))[step]


def _checked(weeks: ArrayLike, failed: ArrayLike) -> tuple[F, NDArray[np.bool_]]:
    """Times and failures as arrays of one length; raises ValueError otherwise."""
    time, event = np.asarray(weeks, dtype=float), np.asarray(failed).astype(bool)
    if time.shape != event.shape or time.ndim != 1 or not len(time):
        raise ValueError(f"need one time and one failure a firm, got {time.shape}, {event.shape}")
    if not np.all(time >= 0):
        raise ValueError("times must be at least 0")
    return time, event


def _codes(runs: ArrayLike) -> tuple[NDArray[np.intp], int]:
    """Whole-number labels of the runs, and how many there are."""
    names, codes = np.unique(np.asarray(runs), return_inverse=True)
    return codes, len(names)


def _at_risk(time: F, at: F) -> F:
    """Firms still alive just before each time, (times,)."""
    return len(time) - np.searchsorted(np.sort(time), at, side="left").astype(float)


def _influence(time: F, event: NDArray[np.bool_], runs: ArrayLike, at: F, n: F, d: F) -> F:
    """What each run adds to the steps of log S: -(its failures - expected)/(n - d)."""
    codes, n_runs = _codes(runs)
    lived = np.zeros((n_runs, len(at) + 1))
    np.add.at(lived, (codes, np.searchsorted(at, time, side="right")), 1.0)
    risk = lived[:, ::-1].cumsum(axis=1)[:, ::-1][:, 1:]
    died = np.zeros((n_runs, len(at)))
    np.add.at(died, (codes[event], np.searchsorted(at, time[event])), 1.0)
    # the last firms to die leave S = 0, where no relative error exists
    return np.where(n > d, -(died - risk * d / n) / np.maximum(n - d, 1.0), 0.0)


def life_table(weeks: ArrayLike, failed: ArrayLike, runs: ArrayLike | None = None) -> LifeTable:
    """Firms at risk and failing at each distinct time of failure.

    weeks: (firms,) time alive; failed: (firms,) true where it ended in failure, false where
    observation ended first (censored); runs: (firms,) label of the run, or None. With ``runs``
    memory grows as runs x distinct times, which weekly steps keep small.
    """
    time, event = _checked(weeks, failed)
    at, died = np.unique(time[event], return_counts=True)
    n, d = _at_risk(time, at), died.astype(float)
    pull = None if runs is None else _influence(time, event, runs, at, n, d)
    return LifeTable(at, n, d, pull)


def kaplan_meier(
    weeks: ArrayLike,
    failed: ArrayLike,
    runs: ArrayLike | None = None,
    *,
    band: str = "log-log",
    confidence: float = CONFIDENCE,
) -> Curve:
    """Share alive over time with a pointwise band (Kaplan & Meier 1958; Greenwood 1926).

    band: "log-log" (Kalbfleisch & Prentice; stays within 0 and 1) or "greenwood" (symmetric,
    clipped); NaN when all firms are of one run. Raises ValueError for another band. See
    ``life_table`` for the arrays.
    """
    if band not in BANDS:
        raise ValueError(f"band must be one of {', '.join(BANDS)}, got {band}")
    table = life_table(weeks, failed, runs)
    alive = np.cumprod(1.0 - table.failed / table.at_risk)
    alone = table.influence is not None and len(table.influence) < 2  # one run has no spread
    error = np.full(len(alive), np.nan) if alone else np.sqrt(table.running_variance)
    z = normal_quantile(confidence)
    if band == "greenwood":
        low, high = alive * (1 - z * error), alive * (1 + z * error)
    else:
        inside = (alive > 0) & (alive < 1)
        log_alive = np.log(np.where(inside, alive, 0.5))
        stretch = np.exp(z * np.where(inside, error, 0.0) / np.abs(log_alive))
        low, high = np.exp(log_alive * stretch), np.exp(log_alive / stretch)
    dead = alive <= 0  # no error can be told there: keep the last upper bound
    last = float(high[~dead][-1]) if not dead.all() else 1.0
    low, high = np.where(dead, 0.0, low), np.where(dead, last, high)
    low, high = low.clip(0.0, 1.0), high.clip(0.0, 1.0)
    return Curve(table.weeks, np.asarray(alive), low, high, table.at_risk, table.failed)


def longest_life(rows: pd.DataFrame) -> int:
    """The longest time any firm was observed, weeks: how far survival can be told."""
    return int(rows["weeks_alive"].max())


def numbers_at_risk(weeks: ArrayLike, at: ArrayLike) -> NDArray[np.int64]:
    """Firms still observed at each time of ``at``: neither failed nor censored before."""
    time = np.sort(np.asarray(weeks, dtype=float))
    return len(time) - np.searchsorted(time, np.asarray(at, dtype=float), side="left")


def restricted_mean(
    weeks: ArrayLike,
    failed: ArrayLike,
    runs: ArrayLike | None = None,
    *,
    horizon: float,
    confidence: float = CONFIDENCE,
) -> Interval:
    """Mean weeks alive within the first ``horizon`` weeks: the area under Kaplan-Meier.

    Irwin 1949; the interval is normal, from the influence of each run on the area. Runs that
    agree leave no spread, yet prove nothing of runs not made: then it is Wilson's interval of
    the share of the horizon that was lived, a trial a run, since nothing between 0 and 1 varies
    more than a share does.
    """
    table = life_table(weeks, failed, runs)
    keep = table.weeks < horizon
    at = table.weeks[keep]
    alive = np.concatenate(([1.0], np.cumprod(1.0 - table.failed[keep] / table.at_risk[keep])))
    width = np.diff(np.concatenate(([0.0], at, [horizon])))
    area = float((alive * width).sum())
    n = len(np.atleast_1d(weeks)) if runs is None else _codes(runs)[1]
    if n < 2:
        return Interval(area, float("nan"), float("nan"))
    # a step of log S moves all the area that comes after it
    later = np.zeros((1, len(table.weeks)))
    later[0, keep] = np.cumsum((alive * width)[:0:-1])[::-1]
    half = normal_quantile(confidence) * float(np.sqrt(table.variance(later)[0]))
    if half <= 1e-9 * horizon and horizon > 0:
        _, least, most = wilson(area / horizon * n, n, confidence)
        return Interval(area, horizon * least, horizon * most)
    return Interval(area, max(0.0, area - half), min(horizon, area + half))


class LogRank(NamedTuple):
    """A log-rank test: z > 0 where the first group fails more than under equal hazards."""

    z: float
    p: float
    observed: float  # failures in the first group
    expected: float

    @property
    def chi2(self) -> float:
        """The statistic as chi-square with one degree of freedom."""
        return self.z**2


def logrank(
    weeks: ArrayLike, failed: ArrayLike, first: ArrayLike, runs: ArrayLike | None = None
) -> LogRank:
    """Test of equal hazards in two groups (Mantel 1966).

    first: (firms,) true for the first group. Without ``runs`` the variance is
    hypergeometric; with ``runs`` it is robust to firms of one run failing together or because of
    one another (Lee, Wei & Amato 1992), times runs / (runs - 1). p is 1 without any failure.
    """
    time, event = _checked(weeks, failed)
    group = np.asarray(first).astype(bool)
    at, d = np.unique(time[event], return_counts=True)
    n, n1 = _at_risk(time, at), _at_risk(time[group], at)
    share = n1 / np.maximum(n, 1.0)
    observed, expected = float(event[group].sum()), float((d * share).sum())
    if runs is None:
        spread = d * share * (1 - share) * (n - d) / np.maximum(n - 1, 1.0)
        variance = float(spread.sum())
    else:
        variance = _robust_variance(time, event, group, at, share, d / np.maximum(n, 1.0), runs)
    z = (observed - expected) / variance**0.5 if variance > 1e-12 else 0.0
    return LogRank(z, two_sided_p(z), observed, expected)


def _robust_variance(
    time: F,
    event: NDArray[np.bool_],
    group: NDArray[np.bool_],
    at: F,
    share: F,
    hazard: F,
    runs: ArrayLike,
) -> float:
    """Sum over runs of the squared score of their firms (Lee, Wei & Amato 1992)."""
    codes, n_runs = _codes(runs)
    last = np.searchsorted(at, time, side="right")  # times of failure lived to, own included
    expected = np.concatenate(([0.0], np.cumsum(hazard)))[last]
    weighted = np.concatenate(([0.0], np.cumsum(hazard * share)))[last]
    own_share = share[np.maximum(last - 1, 0)] if len(at) else np.zeros(len(time))
    score = event * (group - own_share) - (group * expected - weighted)
    by_run = np.bincount(codes, weights=score, minlength=n_runs)
    return float((by_run**2).sum()) * n_runs / max(n_runs - 1, 1)


def pairwise_logrank(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Log-rank tests between all pairs of strategies, with Holm's correction.

    rows: FIRM_ROW columns and ``run``. Keys: first, second, z, chi2, p, p_holm.
    """
    found: list[dict[str, Any]] = []
    for first, second in combinations(sorted(rows["strategy"].unique()), 2):
        pair = rows[rows["strategy"].isin((first, second))]
        test = logrank(
            pair["weeks_alive"], 1 - pair["survived"], pair["strategy"] == first, pair["run"]
        )
        found.append(
            {"first": first, "second": second, "z": test.z, "chi2": test.chi2, "p": test.p}
        )
    for row, p in zip(found, holm([row["p"] for row in found]), strict=True):
        row["p_holm"] = float(p)
    return found
