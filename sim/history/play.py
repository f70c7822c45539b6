"""A replay from its file to its judgement; what is stored already is only read."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis.history.baseline import Baseline, baseline_of
from sim.analysis.history.judge import ALIKE, QUANTILES, judge
from sim.analysis.history.observed import observe
from sim.experiments.replays import (
    CALIBRATION,
    FORECAST,
    Basis,
    Stored,
    calibration,
    forecast,
    stored,
)
from sim.history.fitting import Fit, Line, fit, settings_of
from sim.history.forecast import Forecast, Quantiles, Simulated, forecast_of
from sim.history.reasons import reason
from sim.scenario.history import Grade
from sim.scenario.replay.observable import parse

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiments.reading import ResolvedStudy
    from sim.experiments.replay_reading import ResolvedReplay
    from sim.experiments.store import Store
    from sim.experiments.ways import Ways

# How to make the runs of a stage ("calibration" or "forecast"), told before it begins.
WaysOf = Callable[[str, "ResolvedStudy"], AbstractContextManager["Ways"]]


@dataclass(frozen=True)
class PlayedSeries:
    """A series beside its baseline and the model; judgement: a row of the table of ``judge``."""

    line: Line
    baseline: Baseline | None
    forecast: Forecast
    judgement: dict[str, Any]


@dataclass(frozen=True)
class PlayedReplay:
    """What became of a replay.

    tried, drawn: runs that calibrated and that forecast, failed ones left out; failed: those.
    least: the least confidence of rows that were kept.
    """

    resolved: ResolvedReplay
    least: Grade
    series: tuple[PlayedSeries, ...]
    fit: Fit
    tried: int
    drawn: int
    failed: int

    @property
    def table(self) -> pd.DataFrame:
        """The table of judgement, one row a series."""
        import pandas

        return pandas.DataFrame([each.judgement for each in self.series])


def resized(
    resolved: ResolvedReplay,
    people: int | None = None,
    draws: int | None = None,
    replicates: int | None = None,
) -> ResolvedReplay:
    """The replay with other numbers of people and runs; None leaves one as it is."""
    said = {"people": people, "draws": draws, "replicates": replicates}
    changes = {name: value for name, value in said.items() if value is not None}
    replay = resolved.replay.model_copy(update=changes)
    crowd = resolved.scenario.people.model_copy(update={"count": replay.people})
    scenario = resolved.scenario.model_copy(update={"people": crowd})
    return replace(resolved, replay=replay, scenario=scenario)


def lines_of(resolved: ResolvedReplay, least: Grade = "L") -> tuple[Line, ...]:
    """The series with the rows of at least this confidence.

    Series without such a row are left out.
    """
    found = []
    for series, said in zip(resolved.series, resolved.replay.series, strict=True):
        observed = observe(series, least)
        if len(observed.when):
            found.append(Line(observed, said.observe, said.factor, said.calibrate))
    return tuple(found)


def play(
    resolved: ResolvedReplay, folder: Path, ways_of: WaysOf, least: Grade = "L", *,
    allow_code: bool = False,
) -> PlayedReplay:  # fmt: skip
    """Calibrate, forecast and judge a replay, with its two stores below ``folder``.

    Runs that are stored are not made again, and the same runs give the same numbers.  Raises
    ValueError where no row has this confidence or runs have no value for one, Interrupted,
    StoreError, ScenarioFaults.
    """
    from sim.experiments.observables import firm_series

    lines = lines_of(resolved, least)
    if not lines:
        raise ValueError(f"{resolved.name} has no row of confidence {least} or higher")
    replay = resolved.replay
    root = resolved.scenario.seed if replay.seed is None else replay.seed
    basis = Basis(
        replay.title, replay.question, resolved.scenario_path, replay.settings, root,
        firm_series(resolved.observables), allow_code,
    )  # fmt: skip
    way = _Way(resolved, folder, ways_of, lines)
    fitted, tried, failed = way.fitted(basis)
    whole = _whole(resolved, list(replay.calibrate))
    draws = settings_of(fitted.parameters, replay.replicates, whole)
    runs, simulated = way.read(FORECAST, forecast(basis, draws))
    series = tuple(_judged(line, rows) for line, rows in zip(lines, simulated, strict=True))
    return PlayedReplay(
        resolved, least, series, fitted, tried, len(runs.runs), failed + runs.failed
    )


@dataclass(frozen=True)
class _Way:
    """Where the runs of a replay are made and read."""

    resolved: ResolvedReplay
    folder: Path
    ways_of: WaysOf
    lines: tuple[Line, ...]

    def fitted(self, basis: Basis) -> tuple[Fit, int, int]:
        """The parameters, with how many runs told them, and how many failed."""
        replay = self.resolved.replay
        if not replay.calibrate:
            return Fit((), None, "No parameter was fitted."), 0, 0
        study = calibration(basis, replay.calibrate, replay.draws)
        runs, simulated = self.read(CALIBRATION, study)
        rows = [each.rows for each in simulated]
        found = fit(replay.calibrate, runs.settings, self.lines, rows, basis.root)
        return found, len(runs.runs), runs.failed

    def read(self, stage: str, study: ResolvedStudy) -> tuple[Stored, list[Simulated]]:
        """Make what is missing of a study; its runs, and by line what they give."""
        from sim.experiments.store import open_store
        from sim.experiments.sweep import sweep_into

        folder = self.folder / stage
        with self.ways_of(stage, study) as ways:
            sweep_into(folder, study, ways)
        with open_store(folder) as store:
            runs = stored(store)
            return runs, self._rows(store)

    def _rows(self, store: Store) -> list[Simulated]:
        from sim.analysis.history.readings import Readings

        observables = [parse(line.observe) for line in self.lines]
        found = Readings(store, observables, self.resolved.start)
        return [
            Simulated(found.rows(one, line.observed), *found.along(one, line.observed))
            for one, line in zip(observables, self.lines, strict=True)
        ]


def _whole(resolved: ResolvedReplay, paths: list[str]) -> list[bool]:
    from sim.experiments.factors import is_whole

    return [is_whole(resolved.scenario, path) for path in paths]


def _judged(line: Line, simulated: Simulated) -> PlayedSeries:
    """A series beside its baseline and the model, the reason added where the baseline wins."""
    observed = line.observed
    baseline = baseline_of(observed)
    found = forecast_of(observed, simulated, factor=line.factor, top=observed.ceiling)
    frame = frame_of(found.at_rows)
    (row,) = judge([observed], {observed.name: frame}, {observed.name: baseline}).to_dict("records")
    judgement = {str(key): value for key, value in row.items()}
    if judgement["ratio"] > 1 + ALIKE:
        judgement["sentence"] += f" {reason(observed, found.at_rows.median)}"
    return PlayedSeries(line, baseline, found, judgement)


def frame_of(found: Quantiles) -> pd.DataFrame:
    """A forecast as ``judge`` and the figures take it: when, low, median, high."""
    import pandas

    return pandas.DataFrame({name: getattr(found, name) for name in QUANTILES})
