"""Phase maps of a stored study of two numeric factors, beside what theory predicts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.analysis.phase import phase_cells, sign_agreement
from sim.analysis.prediction import ASSUMED, Prediction, measured, predict
from sim.analysis.treatments import two_factors
from sim.analysis.verdict import headline

if TYPE_CHECKING:
    import pandas as pd

    from sim.analysis.tables import Tables
    from sim.experiments.store import StoredTreatment
    from sim.scenario.schema import Kind, Scenario

MEASURES = ("survival", "discounted_profit")
VALUE_LABELS = {
    "survival": "share alive at the end (share of firms)",
    "discounted_profit": "discounted profit (money per head)",
}


class Axis(NamedTuple):
    """A factor as an axis: its path, its label with unit, whether it is in logarithms."""

    path: str
    label: str
    logarithmic: bool


class PhaseMap(NamedTuple):
    """Cells of a map (see ``phase_cells``) and the prediction for each, by (x, y).

    predicted: empty where the stored series do not say enough; ``why`` says what is missing.
    """

    measure: str
    first: str
    second: str
    x: Axis
    y: Axis
    cells: pd.DataFrame
    predicted: dict[tuple[float, float], Prediction]
    note: str

    @property
    def label(self) -> str:
        """What the colours show."""
        return f"{VALUE_LABELS[self.measure]}:\n{self.first} less {self.second}"

    def summary(self) -> str:
        """How many cells go which way, and in how many of them the prediction agrees."""
        signs = self.cells["sign"]
        said = (
            f"{self.measure.replace('_', ' ')}: of {len(signs)} cells, {self.first} does better "
            f"in {(signs == 1).sum()}, {self.second} in {(signs == -1).sum()}, "
            f"{(signs == 0).sum()} cannot be told (95%, over runs)"
        )
        return f"{said}; {self._agreement()}."

    def _agreement(self) -> str:
        if not self.predicted:
            return self.note
        known = self.cells[[key in self.predicted for key in _keys(self.cells)]]
        if not (known["sign"] != 0).any():
            return "no sign to hold the prediction against: more replicates are needed"
        found = sign_agreement(known, lambda cx, cy: self.predicted[cx, cy].pays)
        value, low, high = (f"{100 * part:.0f}" for part in found)
        return f"the prediction has the sign of {value}% ({low} to {high}) of the decided cells"


def _keys(cells: pd.DataFrame) -> list[tuple[float, float]]:
    return list(zip(cells["x"], cells["y"], strict=True))


def phase_maps(
    tables: Tables, treatments: Sequence[StoredTreatment], folder: Path
) -> list[PhaseMap]:
    """A map a measure of ``MEASURES``; none where a study is not a grid of two numbers.

    folder: of the stored study, whose study.yaml says which factor has a log scale.
    """
    factors = two_factors([(one.name, one.settings) for one in treatments])
    pair = headline(tables.rows)
    if factors is None or pair is None:
        return []
    x, y = (_axis(path, treatments, folder) for path in factors)
    rows = _with_factors(tables.rows, treatments, factors)
    predicted, note = _predicted(tables, treatments, factors, pair)
    found = []
    for measure in MEASURES:
        cells = phase_cells(rows, x.path, y.path, first=pair[0], second=pair[1], measure=measure)
        found.append(PhaseMap(measure, *pair, x, y, cells, predicted, note))
    return found


def _with_factors(
    rows: pd.DataFrame, treatments: Sequence[StoredTreatment], factors: tuple[str, str]
) -> pd.DataFrame:
    """The runs in which both strategies of the pair met, with the levels of the factors."""
    levels = {
        path: rows["treatment"].map({t.name: float(t.settings[path]) for t in treatments})
        for path in factors
    }
    pair = headline(rows)
    ours = rows["strategy"].isin(pair or ())
    met = rows["strategy"].where(ours).groupby(rows["run"]).transform("nunique") == 2
    return rows.assign(**levels)[met]


def _predicted(
    tables: Tables,
    treatments: Sequence[StoredTreatment],
    factors: tuple[str, str],
    pair: tuple[str, str],
) -> tuple[dict[tuple[float, float], Prediction], str]:
    """The prediction for each cell, and what the figure has to say of it."""
    from sim.scenario.own import KEY
    from sim.scenario.read import from_json

    try:
        rates = measured(tables.series)
    except ValueError as missing:
        return {}, f"no prediction: {missing}"
    found: dict[tuple[float, float], Prediction] = {}
    for one in treatments:
        scenario = from_json(one.scenario)
        groups = [_group(scenario, tables.rows, one.name, strategy) for strategy in pair]
        seen = [rates.get((one.name, strategy)) for strategy in pair]
        if None in groups or None in seen:
            continue
        at = float(one.settings[factors[0]]), float(one.settings[factors[1]])
        # a person's own file is not run for a figure, whether or not this process may
        if any(isinstance(each.strategy, dict) and KEY in each.strategy for each in groups if each):
            return {}, "no prediction: it would take running a person's own strategy"
        found[at] = predict(scenario, (groups[0], groups[1]), (seen[0], seen[1]))  # type: ignore[arg-type]
    endless = sum(not each.finite for each in found.values())
    beyond = f"; in {endless} cells growth exceeds the discount rate" if endless else ""
    return found, f"{ASSUMED}{beyond}" if found else "no prediction: no firm lived long enough"


def _group(scenario: Scenario, rows: pd.DataFrame, treatment: str, kind: str) -> Kind | None:
    """The scenario's group to which most firms of a strategy belong in a treatment."""
    own = rows[(rows["treatment"] == treatment) & (rows["strategy"] == kind)]["group"]
    if own.empty:
        return None
    name = own.value_counts().index[0]
    every = (*scenario.firms, *scenario.entry.kinds)
    return next((group for group in every if group.name == name), None)


def _axis(path: str, treatments: Sequence[StoredTreatment], folder: Path) -> Axis:
    """A factor with the unit of its field, on the scale that the study's file gives it."""
    from sim.scenario.explain import parameters
    from sim.scenario.read import from_json

    units: dict[str, Any] = {
        each.path: each.unit for each in parameters(from_json(treatments[0].scenario))
    }
    unit = units.get(path, "")
    return Axis(path, f"{path} ({unit})" if unit else path, _scale(path, folder) == "log")


def _scale(path: str, folder: Path) -> str:
    from sim.experiments.reading import read_study
    from sim.scenario.faults import ScenarioFaults

    try:
        study, _ = read_study(folder / "study.yaml")
    except ScenarioFaults:  # a study's file that somebody edited costs a scale, not the map
        return "linear"
    return study.factors[path].scale if path in study.factors else "linear"
