"""Rules of a replay that its types cannot say: what must exist, and what must fit together."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from sim.experiments.factors import is_whole, place_of
from sim.experiments.observables import faults_in, has_flow
from sim.experiments.places import CHOSEN
from sim.experiments.reading import Base
from sim.scenario.faults import FaultList, Mark, ScenarioFaults, shown
from sim.scenario.file_text import read_text
from sim.scenario.folders import beside, catalogue_folder, catalogue_names, label
from sim.scenario.history import HistorySeries, find_series, read_series
from sim.scenario.replay import WEEKS_A_YEAR, Observable, start_of, weeks_after
from sim.scenario.replay.calendar import span_of
from sim.scenario.replay.observable import parse
from sim.scenario.schema import Scenario
from sim.scenario.shape import at
from sim.scenario.yaml_nodes import Node, Pairs, Scalar
from sim.scenario.yaml_nodes import parse as parse_yaml

NOT_PLAYED = "not_played"  # key and name of the file that says why other series are not played
SUFFIX, CSV = ".yaml", ".csv"
SLACK = 0.5  # weeks by which a row may lie outside a run: half of its step
STARTS = (
    "must be a year, quarter, month or date (2004, 2004Q2, 2004-05, 2004-05-31), "
    "or an age for series that count years of life"
)


def is_replay(keys: Collection[str]) -> bool:
    """Whether a file's keys are those of a replay, or of the list of what is not played."""
    own = "starts" in keys or "calibrate" in keys
    return ("scenario" in keys and own) or NOT_PLAYED in keys


class ReplayChecks:
    """Checks the plain values of a replay, faulty ones passed over, and reads what it names.

    Afterwards ``scenario`` (with all that the replay sets), ``start``, ``series`` and
    ``observables`` are there as far as they have no fault.
    """

    def __init__(
        self, plain: Mapping[str, Any], tree: Pairs, path: Path, faults: FaultList
    ) -> None:
        self.plain, self.tree, self.path, self.faults = plain, tree, path, faults
        self.scenario: Scenario | None = None
        self.scenario_path = path
        self.start: float | None = None
        self.series: list[HistorySeries] = []
        self.observables: list[Observable] = []
        self._is_set = self._told_of_start = False

    def all(self) -> None:
        """Every check; faults are noted in the order in which they are found."""
        base = self._base()
        if base is not None:
            self._set(base)
            self._calibrate(base)
        self._each_series()
        if isinstance(self.plain.get("calibrate"), dict) and self.plain["calibrate"]:
            self._some_series_calibrates()

    def _fault(self, keys: list[str], message: str) -> None:
        self.faults.add(at(self.tree, keys), ".".join(map(shown, keys)), message)

    def _base(self) -> Base | None:
        """The scenario as it is; its own faults are noted at their places."""
        name = self.plain.get("scenario")
        if not isinstance(name, str) or not name:
            return None
        mark = at(self.tree, ["scenario"])
        try:
            found = beside(name, self.path.parent, SUFFIX, mark, "scenario", own=self.path)
            if name in catalogue_names() and is_replay(keys_of(found)):
                found = catalogue_folder() / f"{name}{SUFFIX}"  # a replay bears its scenario's name
            self.scenario_path = found
            base = Base(self.scenario_path, (), None)
        except ScenarioFaults as found:
            self._take(found)
            return None
        self.scenario = base.scenario
        return base

    def _take(self, found: ScenarioFaults) -> None:
        for each in found.faults:
            self.faults.add(Mark(each.file, each.line, each.column), each.key, each.message)

    def _set(self, base: Base) -> None:
        """The scenario with all that the replay sets."""
        chosen = self.plain.get("set", {})
        if not isinstance(chosen, dict):
            return
        settings = {"people.count": self.plain.get("people", 2000), **chosen}
        if not isinstance(settings["people.count"], int):
            settings.pop("people.count")
        try:
            self.scenario = base.with_settings(settings)
            self._is_set = True
        except ScenarioFaults as found:
            places = [["set", path] if path in chosen else ["people"] for path in settings]
            self._placed(found, places, list(settings))

    def _calibrate(self, base: Base) -> None:
        """Every field exists, is a number, and has room for both ends of its range."""
        given = self.plain.get("calibrate", {})
        for path, prior in given.items() if isinstance(given, dict) else ():
            keys = ["calibrate", path]
            span = prior.get("range") if isinstance(prior, dict) else None
            if not isinstance(span, list) or len(span) != 2:
                continue
            if not all(isinstance(bound, int | float) for bound in span):
                continue
            if path in self.plain.get("set", {}) or (path == "people.count"):
                self._fault(keys, "must not be fitted and set at once")
            elif self._is_number(path, span):
                self._both_ends(base, path, span)

    def _both_ends(self, base: Base, path: str, span: list[float]) -> None:
        """Try both bounds on the scenario as the replay sets it."""
        for i, bound in enumerate(span):
            value = int(bound) if float(bound).is_integer() else bound
            settings = {**self._settings(), path: value}
            places: list[list[str]] = [[] for _ in settings]
            places[-1] = ["calibrate", path, "range", str(i)]
            try:
                base.with_settings(settings)
            except ScenarioFaults as found:
                if self._placed(found, places, list(settings)):
                    break  # no such field: the other bound has the same fault

    def _settings(self) -> dict[str, Any]:
        """What the replay sets, nothing where that is faulty: it is told once."""
        return dict(self.plain.get("set", {})) if self._is_set else {}

    def _is_number(self, path: str, span: list[float]) -> bool:
        """Whether bounds of this kind suit the field; one that is not there is told later."""
        assert self.scenario is not None
        found = place_of(self.scenario, path)
        if found is None:
            return True
        if isinstance(found.value, bool) or not isinstance(found.value, int | float | None):
            self._fault(["calibrate", path], "must be a field that holds one number")
            return False
        before = len(self.faults)
        for i, bound in enumerate(span if is_whole(self.scenario, path) else ()):
            if bound != math.floor(bound):
                keys = ["calibrate", path, "range", str(i)]
                self._fault(keys, f"must be a whole number, got {bound:g}")
        return len(self.faults) == before

    def _placed(self, found: ScenarioFaults, places: list[list[str]], paths: list[str]) -> bool:
        """Note faults of chosen values where they were chosen; whether one is of a key."""
        of_key = False
        for each in found.faults:
            if each.file != CHOSEN:
                self.faults.add(Mark(each.file, each.line, each.column), each.key, each.message)
                continue
            keys, path = places[each.line - 1], paths[each.line - 1]
            if not keys:
                continue
            on_key = each.column <= len(path)
            mark = at(self.tree, keys)
            if on_key:
                keys = keys[: keys.index(path) + 1]
                mark = _key_mark(self.tree, keys, path)
            self.faults.add(mark, ".".join(map(shown, keys)), each.message)
            of_key = of_key or on_key
        return of_key

    def _each_series(self) -> None:
        given = self.plain.get("series")
        first: dict[str, int] = {}
        for n, each in enumerate(given if isinstance(given, list) else ()):
            if not isinstance(each, dict):
                continue
            keys = ["series", str(n)]
            series = self._series([*keys, "series"], each.get("series"))
            observable = self._observable([*keys, "observe"], each.get("observe"))
            if series is None:
                continue
            if series.name in first:
                line = first[series.name]
                rule = f"{series.name} is there twice, first in line {line}"
                self._fault([*keys, "series"], rule)
            first.setdefault(series.name, at(self.tree, [*keys, "series"]).line)
            self.series.append(series)
            self._times([*keys, "series"], series, observable)

    def _series(self, keys: list[str], name: Any) -> HistorySeries | None:
        """The series of a name of the catalogue, or of a CSV beside the replay."""
        if not isinstance(name, str) or not name:
            return None
        file, _, column = name.partition(":")
        try:
            if file.endswith(CSV):
                mark = at(self.tree, keys)
                path = beside(file, self.path.parent, CSV, mark, ".".join(keys))
                return read_series(path, column or None)
            return find_series(name)
        except ScenarioFaults as found:
            if all(each.line == 1 and each.file == shown(name) for each in found.faults):
                self._fault(keys, found.faults[0].message)
            else:
                self._take(found)
            return None

    def _observable(self, keys: list[str], text: Any) -> Observable | None:
        if not isinstance(text, str) or not text or self.scenario is None:
            return None
        found = faults_in(text, self.scenario)
        mark = at(self.tree, keys)
        quoted = _quoted(self.tree, keys)
        for offset, message in found:
            place = mark._replace(column=mark.column + offset + quoted)
            self.faults.add(place, ".".join(keys), message)
        if found:
            return None
        self.observables.append(parse(text))
        return self.observables[-1]

    def _times(self, keys: list[str], series: HistorySeries, observed: Observable | None) -> None:
        """Every row lies in the run."""
        written = self.plain.get("starts")
        if not isinstance(written, int | str) or isinstance(written, bool):
            return
        start = start_of(written, series.form)
        if start is None:
            like = STARTS if series.form != "age" else f"must be an age, as {series.name} has"
            if not self._told_of_start:
                self._told_of_start = True
                self._fault(["starts"], f"{like}, got {shown(str(written))}")
            return
        self.start = start
        if self._is_set:
            flows = observed is not None and has_flow(observed)
            self._inside(keys, series, start, flows)

    def _inside(self, keys: list[str], series: HistorySeries, start: float, flows: bool) -> None:
        assert self.scenario is not None
        spans = [
            span_of(point.time, series.form) if flows else (point.when, point.when)
            for point in series.points
        ]
        weeks = self.scenario.weeks
        if weeks_after(start, spans[0][0]) < -SLACK:
            early = series.points[0].time
            rule = f"its row {early} (line {series.points[0].line}) lies before the run starts"
            self._fault(keys, f"{rule}, {self.plain['starts']}")
        needed = math.ceil(weeks_after(start, spans[-1][1]) - SLACK)
        if needed > weeks:
            late, end = series.points[-1], start + weeks / WEEKS_A_YEAR
            rule = f"its row {late.time} (line {late.line}) lies after the end of the run"
            way = f"after {weeks} weeks, {end:.2f}; set weeks to {needed}"
            self._fault(keys, f"{rule} {way}")

    def _some_series_calibrates(self) -> None:
        given = self.plain.get("series")
        parts = (
            [each for each in given if isinstance(each, dict)] if isinstance(given, list) else []
        )
        if parts and all(each.get("calibrate") is False for each in parts):
            self._fault(["calibrate"], "needs a series that is not calibrate: false")


def keys_of(path: Path) -> Collection[str]:
    """The keys of a YAML, as far as it is readable."""
    try:
        tree = parse_yaml(read_text(path, label(path)), label(path), FaultList())
    except ScenarioFaults:
        return ()
    return tree.pairs if isinstance(tree, Pairs) else ()


def _key_mark(tree: Node, keys: list[str], last: str) -> Mark:
    """The place of the key ``last`` on the way along ``keys``."""
    for key in keys:
        if not isinstance(tree, Pairs) or key not in tree.pairs:
            break
        if key == last:
            return tree.pairs[key].mark
        tree = tree.pairs[key].node
    return at(tree, [])


def _quoted(tree: Node, keys: list[str]) -> int:
    """1 where the text at ``keys`` stands in quotes, so that it begins a column later."""
    for key in keys:
        tree = tree.pairs[key].node if isinstance(tree, Pairs) else tree.nodes[int(key)]  # type: ignore[union-attr]
    return int(isinstance(tree, Scalar) and tree.shown.startswith("text '"))
