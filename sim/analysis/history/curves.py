"""Simple curves that a model has to beat, each with an interval from its own errors."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.analysis.history.scores import r_squared

F = NDArray[np.float64]
COVERED = 0.80  # of the interval, as of the bands of runs in figures
DRAWS = 100  # resamples of the residuals; the level of a bound is then good to 3 points
SEED = 1


class Band(NamedTuple):
    """A forecast: the curve and the interval around it, each (n,)."""

    low: F
    middle: F
    high: F


class Curve(ABC):
    """A curve fitted to the first rows of a series; times are years."""

    name: str

    @property
    @abstractmethod
    def parameters(self) -> Mapping[str, float]:
        """What was fitted, by name with unit."""

    @property
    def remark(self) -> str:
        """What the fit leaves open, empty where nothing."""
        return ""

    @abstractmethod
    def at(self, when: ArrayLike) -> F:
        """The curve at these times, (n,)."""

    @abstractmethod
    def simulated(self, when: F) -> F:
        """What could have been observed at these times, (DRAWS, n): curve and error drawn.

        Each column is a draw of its own time; errors of different times are not independent.
        """

    def band(self, when: ArrayLike) -> Band:
        """The curve and the interval in which an observation lies with 80%."""
        times = np.asarray(when, dtype=float)
        outside = (1 - COVERED) / 2
        low, high = np.quantile(self.simulated(times), [outside, 1 - outside], axis=0)
        middle = self.at(times)
        return Band(np.minimum(low, middle), middle, np.maximum(high, middle))


def spread_out(residuals: F, n_parameters: int) -> F:
    """Residuals about 0, as large as errors are: a fit with k parameters shrinks them.

    Scaled by sqrt(n / (n - k)); Efron & Tibshirani 1993, section 9.5.
    """
    n = len(residuals)
    return np.asarray((residuals - residuals.mean()) * math.sqrt(n / max(n - n_parameters, 1)))


class Substitution(Curve):
    """Logistic substitution: log odds of a share are a line in time (Fisher & Pry 1971).

    ln(f / (1 - f)) = a + b t with f = value / ceiling; fitted by least squares of the log odds
    over the rows that lie strictly between 0 and the ceiling.
    Raises ValueError with fewer than ``FEWEST`` such rows.
    """

    name = "logistic substitution curve"
    FEWEST = 3

    def __init__(self, when: ArrayLike, values: ArrayLike, ceiling: float) -> None:
        share = np.asarray(values, dtype=float) / ceiling
        inside = (share > 0) & (share < 1)
        times = np.asarray(when, dtype=float)[inside]
        if len(times) < self.FEWEST:
            raise ValueError(f"needs {self.FEWEST} rows between 0 and {ceiling:g}")
        odds = np.log(share[inside] / (1 - share[inside]))
        self.ceiling, self._start = ceiling, float(times[0])
        design = np.column_stack((np.ones(len(times)), times - self._start))
        line = np.linalg.pinv(design)
        self._found = line @ odds
        fitted = design @ self._found
        self.odds_r2 = r_squared(odds, fitted)
        self._errors = spread_out(odds - fitted, 2)
        rng = np.random.default_rng(SEED)
        self._draws = (fitted + rng.choice(self._errors, (DRAWS, len(times)))) @ line.T

    @property
    def parameters(self) -> Mapping[str, float]:
        at_half = math.inf if self._found[1] == 0 else -self._found[0] / self._found[1]
        return {
            "slope of log odds (1/year)": float(self._found[1]),
            "half at (year)": float(self._start + at_half),
            "R2 of log odds": self.odds_r2,
        }

    def at(self, when: ArrayLike) -> F:
        years = np.asarray(when, dtype=float) - self._start
        return self._share(self._found[0] + self._found[1] * years)

    def simulated(self, when: F) -> F:
        rng = np.random.default_rng(SEED + 1)
        lines = self._draws[:, :1] + self._draws[:, 1:] * (when - self._start)
        return self._share(lines + rng.choice(self._errors, (DRAWS, 1)))

    def _share(self, odds: F) -> F:
        return np.asarray(self.ceiling / (1 + np.exp(-np.clip(odds, -500, 500))))


class LastValue(Curve):
    """The last value goes on for ever: a random walk without drift.

    In sample it is the row before. The interval adds up steps of the size seen, up or down.
    Raises ValueError with fewer than ``FEWEST`` rows.
    """

    name = "last value"
    FEWEST = 2

    def __init__(self, when: ArrayLike, values: ArrayLike) -> None:
        self._when = np.asarray(when, dtype=float)
        self._values = np.asarray(values, dtype=float)
        if len(self._when) < self.FEWEST:
            raise ValueError(f"needs {self.FEWEST} rows")
        self._step = float(np.diff(self._when).mean())
        self._sizes = np.abs(np.diff(self._values))

    @property
    def parameters(self) -> Mapping[str, float]:
        return {"last value": float(self._values[-1])}

    def at(self, when: ArrayLike) -> F:
        rows = np.searchsorted(self._when, np.asarray(when, dtype=float), side="left") - 1
        return np.asarray(self._values[np.maximum(rows, 0)])

    def simulated(self, when: F) -> F:
        ahead = np.ceil((when - self._when[-1]) / self._step - 1e-6).astype(int)
        ahead = np.maximum(ahead, 1)  # in sample each row is one step from the row before
        rng = np.random.default_rng(SEED)
        shape = (DRAWS, int(ahead.max(initial=1)))
        steps = rng.choice(self._sizes, shape) * rng.choice((-1.0, 1.0), shape)
        return np.asarray(self.at(when) + steps.cumsum(axis=1)[:, ahead - 1])
