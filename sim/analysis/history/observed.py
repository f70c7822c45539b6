"""A real series as arrays: what is fitted, and what is left to be judged on."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.scenario.history import Break, Curve, Form, Grade, HistorySeries

F = NDArray[np.float64]
FIT_SHARE = 0.6  # the first part of the rows, which curves and models may see


@dataclass(frozen=True)
class Observed:
    """A series in order of time; the first ``n_fit`` rows are for fitting.

    when (n,) years; values (n,) in ``unit``; times and grades (n,) as written.
    """

    name: str
    title: str
    unit: str
    when: F
    values: F
    times: tuple[str, ...]
    grades: tuple[str, ...]
    n_fit: int
    substitution: bool
    ceiling: float | None
    breaks: tuple[Break, ...]
    form: Form
    place: str  # start, middle or end of a period: where in it a row stands

    @property
    def fitted(self) -> tuple[F, F]:
        """Times and values of the part to fit."""
        return self.when[: self.n_fit], self.values[: self.n_fit]

    @property
    def judged(self) -> tuple[F, F]:
        """Times and values of the rest."""
        return self.when[self.n_fit :], self.values[self.n_fit :]

    def breaks_judged(self) -> tuple[Break, ...]:
        """Known breaks in the part that is judged, or on the way to it."""
        if not 0 < self.n_fit < len(self.when):
            return ()
        last, end = self.when[self.n_fit - 1], self.when[-1]
        return tuple(b for b in self.breaks if b.until > last and b.when <= end)


def n_to_fit(n: int) -> int:
    """How many of n rows are fitted: 60%, rounded up."""
    return math.ceil(FIT_SHARE * n - 1e-9)


def observe(series: HistorySeries, least: Grade = "L", curve: Curve | None = None) -> Observed:
    """The rows of a series of at least this confidence; curve: other than the series says."""
    points = series.kept(least)
    return Observed(
        series.name,
        series.title,
        series.unit,
        np.array([point.when for point in points], dtype=float),
        np.array([point.value for point in points], dtype=float),
        tuple(point.time for point in points),
        tuple(point.confidence for point in points),
        n_to_fit(len(points)),
        (curve or series.baseline) == "substitution",
        series.ceiling,
        series.breaks,
        series.form,
        series.at,
    )
