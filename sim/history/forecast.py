"""From simulated rows to a forecast: the factor of a run, and the band that an observation is in.

The band holds three kinds of chance: that of the parameters (a run a draw of the posterior),
that of the process (each run has its own seed), and what the model leaves unexplained (errors
of the rows fitted, drawn again).  The bands of the simple curves are made of the same.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.analysis.history.curves import COVERED
from sim.analysis.history.observed import Observed
from sim.scenario.replay import Factor

F = NDArray[np.float64]
SEED = 1
AGAIN = 50  # errors drawn for a run


@dataclass(frozen=True)
class Simulated:
    """What runs give of a series: ``rows`` (n_runs, n) at its rows, ``along`` between them.

    when (n_points,) years, along (n_runs, n_points): from the first row to the last.
    """

    rows: F
    when: F
    along: F


@dataclass(frozen=True)
class Quantiles:
    """Median of runs and the band that holds an observation with 80%, at times in years, (n,)."""

    when: F
    low: F
    median: F
    high: F


@dataclass(frozen=True)
class Forecast:
    """A series as the model plays it, at its rows and along the way between them.

    factors (n_runs,): 1 where the series has the unit of the observable.
    """

    factors: F
    at_rows: Quantiles
    along: Quantiles


def forecast_of(
    observed: Observed, simulated: Simulated, *, factor: Factor, top: float | None
) -> Forecast:
    """The forecast that runs make of a series.

    top: a value that cannot be passed.
    Raises ValueError without a run.
    """
    if not len(simulated.rows):
        raise ValueError(f"no run to forecast {observed.name} from")
    values, n_fit = observed.values, observed.n_fit
    factors = factors_for(factor, simulated.rows, values, n_fit)
    runs, along = simulated.rows * factors[:, None], simulated.along * factors[:, None]
    errors = _errors(runs, values, n_fit, free=int(factor != "none"))
    floor = 0.0 if (values >= 0).all() and (runs >= 0).all() else -math.inf
    bounds = (floor, math.inf if top is None else top)
    return Forecast(
        factors,
        _quantiles(observed.when, runs, errors, bounds),
        _quantiles(simulated.when, along, errors, bounds),
    )


def _quantiles(when: F, runs: F, errors: F, bounds: tuple[float, float]) -> Quantiles:
    """The median of runs (n_runs, n), and the band of runs with errors (n_runs, AGAIN)."""
    outside = (1 - COVERED) / 2
    seen = np.clip((runs[:, None, :] + errors[:, :, None]).reshape(-1, runs.shape[1]), *bounds)
    low, high = np.quantile(seen, [outside, 1 - outside], axis=0)
    median = np.median(runs, axis=0)
    return Quantiles(when, np.minimum(low, median), median, np.maximum(high, median))


def factors_for(factor: Factor, simulated: F, values: F, n_fit: int) -> F:
    """By run what its rows (n_runs, n) are multiplied by, to be compared with the values (n,)."""
    if factor == "none":
        return np.ones(len(simulated))
    n = 1 if factor == "first" else n_fit
    return factors_of(simulated[:, :n], values[:n])


def factors_of(simulated: F, values: F) -> F:
    """By run the number that brings its rows (n_runs, n) nearest to the values (n,).

    Least squares: sum(s y) / sum(s s), not below 0, as units do not change a sign; 0 for a run
    that is 0 throughout.
    """
    squares = (simulated * simulated).sum(axis=1)
    products = (simulated * values).sum(axis=1)
    found = np.divide(products, squares, out=np.zeros_like(squares), where=squares > 0)
    return np.asarray(np.maximum(found, 0.0))


def _errors(runs: F, values: F, n_fit: int, free: int) -> F:
    """Errors (n_runs, AGAIN) of each run, drawn from those of its own fitted rows.

    The sign of an error is drawn as well: a model that lies to one side of the rows fitted
    gets a wider band, and its median is not mended by the back door.
    """
    rng = np.random.default_rng(SEED)
    shape = (len(runs), AGAIN)
    spread = math.sqrt(n_fit / max(n_fit - free, 1))  # a fitted factor shrinks the errors
    sizes = np.abs(values[:n_fit] - runs[:, :n_fit]) * spread
    picked = sizes[np.arange(len(runs))[:, None], rng.integers(0, n_fit, shape)]
    return np.asarray(picked * rng.choice((-1.0, 1.0), shape))
