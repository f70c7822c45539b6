"""Scenarios of the catalogue, run small on the same seeds, and compared seed by seed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from sim.analysis.intervals import Interval
from sim.market.model import simulate
from sim.market.result import RunResult, firm_rows
from sim.scenario.read import from_json, load, to_json
from sim.strategies import OPTIONS

F = NDArray[np.float64]
SEEDS, PEOPLE = 20, 1000


def runs(name: str, *changes: str, seeds: int = SEEDS, people: int = PEOPLE) -> list[RunResult]:
    """One run for each of the seeds 0, 1, ...; ``changes`` as for ``--set``."""
    text = to_json(load(name, [f"people.count={people}", *changes], OPTIONS))
    return [_run(text, seed) for seed in range(seeds)]


@lru_cache(maxsize=256)  # tests of a file share arms; a run is some .5 MB
def _run(text: str, seed: int) -> RunResult:
    return simulate(from_json(text), seed=seed)


def interval(values: Sequence[float] | F) -> Interval:
    """Mean and its 95% interval by Student's t."""
    x = np.asarray(values, dtype=float)
    error = float(x.std(ddof=1) / np.sqrt(x.size))
    half = float(student.ppf(0.975, x.size - 1)) * error
    return Interval(float(x.mean()), float(x.mean()) - half, float(x.mean()) + half)


def of(results: Sequence[RunResult], group: str, measure: str) -> F:
    """Mean of a measure of the firm table over the firms of a group, (runs,)."""
    return np.array(
        [
            np.mean([float(str(row[measure])) for row in firm_rows(r) if row["group"] == group])
            for r in results
        ]
    )


def place(result: RunResult, name: str) -> int:
    """Column of the firm of this name."""
    return [fate.name for fate in result.firms].index(name)


def profit_until(results: Sequence[RunResult], name: str, week: int) -> F:
    """Discounted profit of a firm up to ``week``, money per head, (runs,)."""
    found = []
    for r in results:
        discount = (1 + r.discount) ** (-np.arange(week + 1) / 52)
        found.append(r.profit()[: week + 1, place(r, name)] @ discount / r.people)
    return np.array(found)


def at(results: Sequence[RunResult], name: str, measure: str, week: int = -1) -> F:
    """A series of a firm in ``week``, (runs,)."""
    return np.array([float(r.firm_series[measure][week, place(r, name)]) for r in results])


def market(results: Sequence[RunResult], measure: str) -> Any:
    """A series of the market, (runs, weeks + 1)."""
    return np.array([r.market_series[measure] for r in results])
