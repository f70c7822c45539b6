"""What stored runs give at the times of a real series: one number a run and row.

A stock (people, cash, a level) is read at the row's moment, on a straight line between stored
weeks.  A flow (uses, sales, cents of a week) is averaged over the row's year, quarter or month.
Terms are summed, then the ratio is taken.  A denominator of nothing counts as one (person, use,
cent), so that a run in which nobody is left reads 0 where nobody is counted, never NaN.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.history.observed import Observed
from sim.experiments.observables import PEOPLE, Meaning, firm_series, meaning_of
from sim.scenario.replay import WEEKS_A_YEAR, Observable, Term
from sim.scenario.replay.calendar import span_of

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiments.store import Store

F = NDArray[np.float64]
SLACK = 0.5  # weeks by which a moment may lie outside the run; it is moved to its edge


class ReadingError(ValueError):
    """A row or a term that the stored runs cannot answer."""


def readings(store: Store, observable: Observable, observed: Observed, start: float) -> F:
    """Values (n_runs, n_rows) of all stored runs, in the order of ``Readings.runs``.

    start: calendar time of week 0 in years.  Raises ReadingError where a row lies outside the
    runs, StoreError where a series is not stored.
    """
    return Readings(store, [observable], start).rows(observable, observed)


@dataclass(frozen=True)
class Grid:
    """Stored weeks (n_points,) and times or periods to read, as weights of those weeks."""

    weeks: F

    def moments(self, at: F) -> F:
        """Weights (n, n_points) of stocks at these weeks."""
        place = np.clip(at, self.weeks[0], self.weeks[-1])
        return _interpolating(place, self.weeks)

    def periods(self, begin: F, end: F) -> F:
        """Weights (n, n_points) of flows averaged from ``begin`` to ``end``, in weeks.

        What is stored at week w is of the week that ends there; week 0, the initial state, has
        no flows.  Between stored weeks flows are on straight lines.
        """
        last = int(self.weeks[-1])
        weeks = np.arange(1, last + 1, dtype=float)
        begin, end = np.clip(begin, 0, last - 1), np.clip(end, 1, last)
        shared = np.minimum(weeks, end[:, None]) - np.maximum(weeks - 1, begin[:, None])
        parts = np.clip(shared, 0, None)
        parts /= parts.sum(axis=1, keepdims=True)
        weights = np.zeros((len(begin), len(self.weeks)))
        weights[:, 1:] = parts @ _interpolating(weeks, self.weeks[1:])
        return weights


def _interpolating(at: F, known: F) -> F:
    """Weights (n, n_known) with which straight lines between ``known`` are read at ``at``."""
    right = np.clip(np.searchsorted(known, at), 1, max(1, len(known) - 1))
    weights = np.zeros((len(at), len(known)))
    rows = np.arange(len(at))
    if len(known) == 1:
        weights[:, 0] = 1.0
        return weights
    share = np.clip((at - known[right - 1]) / (known[right] - known[right - 1]), 0.0, 1.0)
    weights[rows, right - 1] = 1.0 - share
    weights[rows, right] += share
    return weights


class Readings:
    """The stored runs of a study as they bear on some observables; read once, asked often.

    runs: one row a run with treatment_index, replicate and run, in the order of every result.
    """

    def __init__(self, store: Store, observables: Sequence[Observable], start: float) -> None:
        """Read the series; start: years of week 0.  Raises StoreError, ReadingError."""
        self._store, self._start = store, start
        market = store.market(_market_series(observables))
        self.runs: pd.DataFrame = (
            market[["treatment_index", "replicate", "run"]]
            .drop_duplicates(["treatment_index", "replicate"])
            .reset_index(drop=True)
        )
        self._grid = Grid(np.unique(market["week"].to_numpy(dtype=float)))
        self._market = market
        names = firm_series(observables)
        self._firms = _with_groups(store, names) if names else None
        self._people = self._counted() if _asks_for_people(observables) else None
        self._known: dict[Term, F] = {}

    @property
    def weeks(self) -> F:
        """The stored weeks (n_points,)."""
        return self._grid.weeks

    def rows(self, observable: Observable, observed: Observed) -> F:
        """Values (n_runs, n_rows) at the rows of a series; raises ReadingError."""
        spans = np.array([span_of(time, observed.form) for time in observed.times])
        return self._read(observable, observed, observed.when, spans)

    def along(self, observable: Observable, observed: Observed, n: int = 120) -> tuple[F, F]:
        """``n`` times (years) from the first to the last row, and values (n_runs, n) there.

        Flows are averaged over periods as long as those of the rows usually are.
        """
        spans = np.array([span_of(time, observed.form) for time in observed.times])
        when = np.linspace(observed.when[0], observed.when[-1], n)
        length = float(np.median(spans[:, 1] - spans[:, 0]))
        before = float(np.median(observed.when - spans[:, 0]))
        begin, last = when - before, self._start + self.weeks[-1] / WEEKS_A_YEAR
        spans = np.clip(np.column_stack([begin, begin + length]), self._start, last)
        return when, self._read(observable, observed, when, spans)

    def _read(self, observable: Observable, observed: Observed, when: F, spans: F) -> F:
        over = self._sum(observable.numerator, observed, when, spans)
        if observable.denominator:
            under = self._sum(observable.denominator, observed, when, spans)
            over = over / np.where(under == 0, 1.0, under)
        found: F = observable.scale * over
        if not np.isfinite(found).all():
            row = int(np.argmax(~np.isfinite(found).all(axis=0)))
            raise ReadingError(f"{observable} has no value in some run, row {row + 1}")
        return found

    def _sum(self, terms: Sequence[Term], observed: Observed, when: F, spans: F) -> F:
        total = np.zeros((len(self.runs), len(when)))
        for term in terms:
            means = _meaning(term)
            if means.flow:
                weeks = self._weeks_at(spans)
                self._inside(observed, weeks)
                weights = self._grid.periods(weeks[:, 0], weeks[:, 1])
            else:
                at = self._weeks_at(when)
                self._inside(observed, np.column_stack([at, at]))
                weights = self._grid.moments(at)
            total += self._values(term, means) @ weights.T
        return total

    def _weeks_at(self, years: F) -> F:
        return (years - self._start) * WEEKS_A_YEAR

    def _inside(self, observed: Observed, weeks: F) -> None:
        """Raise ReadingError where a row lies outside the runs."""
        last = self.weeks[-1]
        outside = (weeks[:, 0] < -SLACK) | (weeks[:, 1] > last + SLACK)
        if outside.any():
            first, end = weeks[int(np.argmax(outside))]
            raise ReadingError(
                f"{observed.name} asks for weeks {first:.1f} to {end:.1f} of runs "
                f"that are stored from 0 to {last:.0f}"
            )

    def _values(self, term: Term, means: Meaning) -> F:
        """Values (n_runs, n_points) of a term at the stored weeks."""
        key = Term(term.measure, term.who)
        if key not in self._known:
            if term.measure == PEOPLE:
                assert self._people is not None
                self._known[key] = np.repeat(self._people[:, None], len(self.weeks), axis=1)
            elif means.market:
                self._known[key] = self._table(self._market, means.parts[0][1])
            else:
                self._known[key] = self._of_firms(term, means)
        return self._known[key]

    def _of_firms(self, term: Term, means: Meaning) -> F:
        assert self._firms is not None
        rows = self._firms
        if term.who:
            named = [rows[column] == term.who for column in ("firm", "group", "strategy")]
            rows = rows[next((each for each in named if each.any()), named[0])]
        if not means.level:
            value = sum(sign * rows[name].astype(float) for sign, name in means.parts)
            return self._table(rows.assign(_value=value), "_value")
        alive = rows["alive"].astype(float)
        level = rows[means.parts[0][1]].astype(float).where(alive > 0, 0.0)
        total = self._table(rows.assign(_value=level * alive), "_value")
        living = self._table(rows.assign(_value=alive), "_value")
        return _carried(total, living, term)

    def _table(self, rows: pd.DataFrame, column: str) -> F:
        """Sums of a column by run and stored week (n_runs, n_points); 0 where there is no row."""
        place = self._place[_codes(rows, self._n_replicates)]
        point = np.searchsorted(self.weeks, rows["week"].to_numpy(dtype=float))
        shape = (len(self.runs), len(self.weeks))
        values = rows[column].to_numpy(dtype=float)
        flat = np.bincount(place * shape[1] + point, values, minlength=shape[0] * shape[1])
        return np.asarray(flat.reshape(shape), dtype=float)

    @cached_property
    def _n_replicates(self) -> int:
        return int(self.runs["replicate"].max()) + 1

    @cached_property
    def _place(self) -> NDArray[np.int64]:
        """Number of each run in ``runs``, by the code of treatment and replicate."""
        codes = _codes(self.runs, self._n_replicates)
        places = np.zeros(codes.max() + 1, dtype=np.int64)
        places[codes] = np.arange(len(codes))
        return places

    def _counted(self) -> F:
        """People of each run (n_runs,)."""
        counts = {
            each.place: json.loads(each.scenario)["people"]["count"]
            for each in self._store.treatments()
        }
        return np.array([counts[place] for place in self.runs["treatment_index"]], dtype=float)


def _meaning(term: Term) -> Meaning:
    means = meaning_of(term.measure)
    if means is None:
        raise ReadingError(f"no such measure: {term.measure}")
    return means


def _asks_for_people(observables: Sequence[Observable]) -> bool:
    return any(term.measure == PEOPLE for each in observables for term in each.terms)


def _market_series(observables: Sequence[Observable]) -> list[str]:
    """Market measures that these need; one at least, for the weeks that are stored."""
    found = {"n_online": None}
    for observable in observables:
        for term in observable.terms:
            means = _meaning(term)
            if means.market and term.measure != PEOPLE:
                found[means.parts[0][1]] = None
    return list(found)


def _with_groups(store: Store, names: Sequence[str]) -> Any:
    """Series of firms that entered, with the strategy and group of each."""
    keys = ["treatment_index", "replicate", "firm"]
    known = store.firm_table()[[*keys, "strategy", "group"]]
    return store.series(list(names)).merge(known, on=keys, how="inner")


def _codes(rows: pd.DataFrame, n_replicates: int) -> NDArray[np.int64]:
    """One number for each pair of treatment and replicate."""
    treatment: NDArray[np.int64] = rows["treatment_index"].to_numpy(dtype=np.int64)
    replicate: NDArray[np.int64] = rows["replicate"].to_numpy(dtype=np.int64)
    return treatment * n_replicates + replicate


def _carried(total: F, living: F, term: Term) -> F:
    """Means over living firms; where none lives, that of the last week in which one did.

    Before the first of them enters, its first value.  Raises ReadingError where none ever lives.
    """
    there = living > 0
    if not there.any(axis=1).all():
        raise ReadingError(f"{term}: in some run no such firm ever enters, so it has no level")
    means = np.divide(total, living, out=np.zeros_like(total), where=there)
    points = np.where(there, np.arange(there.shape[1]), -1)
    last = np.maximum.accumulate(points, axis=1)
    last = np.where(last < 0, np.argmax(there, axis=1)[:, None], last)
    return np.take_along_axis(means, last, axis=1)
