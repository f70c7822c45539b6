"""How long entrants live, and at which age they die (D10, D11)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.analysis.facts.ensemble import Ensemble, treated
from sim.analysis.facts.found import Found, TooFewError, found, over_runs
from sim.analysis.hazard import smoothed_hazard
from sim.analysis.intervals import Interval, wilson
from sim.analysis.survival import kaplan_meier, numbers_at_risk

if TYPE_CHECKING:
    import pandas as pd

F = NDArray[np.float64]
YEARS = (1, 2, 4, 7)
OLDEST = 520  # weeks: ages looked at
BANDWIDTH = 52.0  # weeks
FEWEST_EXITS = 5
RICH, POOR = 2.0, 0.5


class Lives(NamedTuple):
    """Entrants of one run, (n,) each: weeks alive, whether that ended in exit, starting cash."""

    weeks: F
    failed: NDArray[np.bool_]
    cash: F


def peak_age(weeks: ArrayLike, failed: ArrayLike) -> float:
    """Age of the highest smoothed hazard, years, of ages up to ten; NaN of too few exits."""
    age, exit_ = np.asarray(weeks, dtype=float), np.asarray(failed).astype(bool)
    if (exit_ & (age <= OLDEST)).sum() < FEWEST_EXITS:
        return math.nan
    grid = np.arange(0, min(OLDEST, age.max()) + 1, 4.0)
    hazard = smoothed_hazard(age, exit_, bandwidth=BANDWIDTH, grid=grid)
    return float(grid[int(np.argmax(hazard.per_year))] / 52)


def _entrants(ensemble: Ensemble) -> pd.DataFrame:
    rows = treated(ensemble["entry"].rows, "baseline")
    rows = rows[rows["entered"] > 0]
    if rows.empty:
        raise TooFewError("nobody enters")
    return rows


def _by_run(ensemble: Ensemble) -> list[Lives]:
    rows, cash = _entrants(ensemble), ensemble["entry"].cash_of_groups()
    return [
        Lives(run["weeks_alive"].to_numpy(float), run["survived"].to_numpy() == 0,
              run["group"].map(cash).to_numpy(float))
        for _, run in rows.groupby("replicate")
    ]  # fmt: skip


def d10(ensemble: Ensemble) -> list[Found]:
    """Survival of entrants by Kaplan-Meier."""
    rows = _entrants(ensemble)
    curve = kaplan_meier(rows["weeks_alive"], 1 - rows["survived"], rows["run"])
    n = f"{len(rows)} entrants in {rows['run'].nunique()} runs"
    parts = []
    for year in YEARS:
        at = int(np.searchsorted(curve.weeks, 52 * year, side="right")) - 1
        if at < 0:  # nobody left by then, which does not prove that nobody would
            seen = float(numbers_at_risk(rows["weeks_alive"], [52 * year])[0])
            parts.append(found(wilson(seen, seen) if seen else Interval(1.0, 0.0, 1.0), n))
            continue
        three = (curve.alive[at], curve.low[at], curve.high[at])
        parts.append(found(Interval(*map(float, three)), n))
    return parts


def _peak(runs: Sequence[Lives], cash: float | None = None) -> float:
    weeks = np.concatenate([run.weeks for run in runs])
    failed = np.concatenate([run.failed for run in runs])
    if cash is None:
        return peak_age(weeks, failed)
    here = np.concatenate([run.cash for run in runs]) == cash
    return peak_age(weeks[here], failed[here]) if here.any() else math.nan


def d11(ensemble: Ensemble) -> list[Found]:
    """Age at the highest hazard, and how it moves with starting cash."""
    runs = _by_run(ensemble)
    exits = int(sum(run.failed.sum() for run in runs))
    n = f"{exits} exits in {len(runs)} runs"
    peaks = {cash: _peak(runs, cash) for cash in (POOR, 1.0, RICH)}
    said = ", ".join(f"{peak:.1f} with {cash:g}" for cash, peak in peaks.items() if peak == peak)
    shift = over_runs(runs, lambda some: _peak(some, RICH) - _peak(some, POOR), draws=200)
    return [
        found(over_runs(runs, _peak, draws=200), n),
        found(shift, n, f"peaks, years: {said}" if said else ""),
    ]
