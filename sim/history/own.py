"""A replay made of a person's own series, any scenario, and what is said on the command line."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.experiments.factors import is_whole, place_of
from sim.experiments.observables import checked
from sim.experiments.places import CHOSEN
from sim.experiments.reading import Base, code_of
from sim.experiments.replay_reading import ResolvedReplay
from sim.experiments.single import slug
from sim.scenario.faults import ScenarioFaults
from sim.scenario.folders import find
from sim.scenario.history import HistorySeries
from sim.scenario.replay import Factor, Observable, ObservableFault, Replay, start_of, weeks_after
from sim.scenario.replay.calendar import span_of
from sim.scenario.schema import Scenario

MOST_PEOPLE = 1000  # of a run, unless more are asked for
DRAWS, REPLICATES = 300, 40
MOST_WEEKS = 5200
LONGEST_NAME = 50  # characters
AS_IT_IS = "none"  # what --calibrate takes for a scenario as it is
_PRIOR = re.compile(r"\s*([^=\s]+)\s*=\s*(log\s+)?([-+.0-9eE]+?)\s*\.\.\s*([-+.0-9eE]+)\s*")
_CHOSEN = "default prior of a series of one's own"
# Fields that every scenario has: how people hear of firms, and how good it is to do without.
# A rate: a twentieth to ten times of what the scenario says; a utility: this much around it.
RATES = ("market.awareness.imitation", "market.awareness.external")
LEAST_OF_RATE, MOST_OF_RATE = 0.05, 10.0
UTILITY, AROUND = "market.use.outside", 2.0


class CannotPlay(ValueError):  # noqa: N818 - it reads as what it says
    """A series, a scenario and options that do not go together, in one line."""

    status = 2


@dataclass(frozen=True)
class Wish:
    """What a person asks for; None is chosen here.

    calibrate: texts such as ``market.use.outside=1..4``; ``none`` alone fits nothing.
    """

    series: HistorySeries
    scenario: str
    observe: str
    starts: str | None = None
    factor: Factor | None = None
    calibrate: tuple[str, ...] = ()
    people: int | None = None
    draws: int | None = None
    replicates: int | None = None


def own_replay(wish: Wish, *, allow_code: bool = False) -> ResolvedReplay:
    """The replay that plays this series with this scenario.

    allow_code: run the files that the scenario names as strategies.  Raises ScenarioFaults for
    the scenario's own faults, CannotPlay for what does not fit.
    """
    path = find(wish.scenario)
    base = Base(path, (), code_of(path) if allow_code else None)
    observable = _observable(wish.observe, base.scenario)
    start = _start(wish)
    people = wish.people or min(MOST_PEOPLE, base.scenario.people.count)
    settings: dict[str, Any] = {"weeks": _weeks(wish, start)}
    scenario = _resolved(base, settings, people)
    priors = _priors(wish.calibrate, base, scenario)
    factor = wish.factor or _factor(wish.series, observable)
    replay = Replay.model_validate({
        "title": f"{wish.series.title} by {scenario.title}"[:120],
        "scenario": wish.scenario,
        "starts": wish.starts or wish.series.points[0].time,
        "people": people,
        "set": settings,
        "draws": wish.draws or DRAWS,
        "replicates": wish.replicates or REPLICATES,
        "calibrate": priors,
        "series": [{"series": wish.series.name, "observe": wish.observe, "factor": factor}],
    })  # fmt: skip
    return ResolvedReplay(
        _name(wish, path), path, replay, scenario, path, (wish.series,), (observable,), start
    )


def _name(wish: Wish, scenario: Path) -> str:
    """Of the folder of results: series, scenario and observable; a digest where that is long."""
    text = f"{wish.series.name} {scenario.stem} {wish.observe}"
    name = slug(text)
    if len(name) < LONGEST_NAME:
        return name
    return f"{name[:LONGEST_NAME]}-{hashlib.sha256(text.encode()).hexdigest()[:6]}"


def _observable(text: str, scenario: Scenario) -> Observable:
    try:
        return checked(text, scenario)
    except ObservableFault as fault:
        raise CannotPlay(f"--observe, {fault}") from None


def _start(wish: Wish) -> float:
    """Years of week 0: what is said, else the start of the first row's period."""
    series = wish.series
    first = series.points[0]
    begins, _ = span_of(first.time, series.form)
    if wish.starts is None:
        return begins
    start = start_of(wish.starts, series.form)
    if start is None:
        like = "an age in years" if series.form == "age" else "a time such as 2004, 2004Q2, 2004-05"
        raise CannotPlay(f"--starts must be {like}, got {wish.starts}")
    if start > first.when + 1e-6:
        rule = f"--starts {wish.starts} lies after the first row, {first.time}"
        raise CannotPlay(f"{rule} (line {first.line})")
    return start


def _weeks(wish: Wish, start: float) -> int:
    """Weeks of a run that covers all rows."""
    last = wish.series.points[-1]
    needed = math.ceil(weeks_after(start, span_of(last.time, wish.series.form)[1]) - 1e-6)
    if needed > MOST_WEEKS:
        raise CannotPlay(
            f"a run may last {MOST_WEEKS:,} weeks, but from its start to the row {last.time} "
            f"there are {needed:,}"
        )
    return max(needed, 1)


def _resolved(base: Base, settings: dict[str, Any], people: int) -> Scenario:
    """The scenario with these weeks and people; as many weeks as before where it needs them."""
    crowd = {"people.count": people}
    try:
        return base.with_settings({**crowd, **settings})
    except ScenarioFaults:
        settings["weeks"] = max(settings["weeks"], base.scenario.weeks)
    try:
        return base.with_settings({**crowd, **settings})
    except ScenarioFaults as found:
        raise CannotPlay(f"the scenario cannot be run so: {found.faults[0].message}") from None


def _factor(series: HistorySeries, observable: Observable) -> Factor:
    """None between percentages: a series in percent and a ratio times 100; else it is fitted."""
    percent = re.search(r"percent|%|pct", series.unit, re.IGNORECASE) is not None
    return "none" if percent and observable.denominator and observable.scale == 100 else "fit"


def _priors(texts: Sequence[str], base: Base, scenario: Scenario) -> dict[str, dict[str, Any]]:
    if list(texts) == [AS_IT_IS]:
        return {}
    if not texts:
        return _defaults(scenario)
    found: dict[str, dict[str, Any]] = {}
    for text in texts:
        path, prior = _prior(text)
        if path in found:
            raise CannotPlay(f"--calibrate says {path} twice")
        _check(path, prior, base, scenario)
        found[path] = prior
    return found


def _defaults(scenario: Scenario) -> dict[str, dict[str, Any]]:
    """Priors of fields that every scenario has, around what this one says."""
    found: dict[str, dict[str, Any]] = {}
    for path in RATES:
        place = place_of(scenario, path)
        assert place is not None
        if place.value > 0:
            span = [_short(place.value * share) for share in (LEAST_OF_RATE, MOST_OF_RATE)]
            top = {"market.awareness.imitation": 40.0, "market.awareness.external": 20.0}[path]
            found[path] = {"range": [span[0], min(span[1], top)], "scale": "log", "source": _CHOSEN}
    place = place_of(scenario, UTILITY)
    assert place is not None
    span = [_short(max(-30.0, place.value - AROUND)), _short(min(30.0, place.value + AROUND))]
    found[UTILITY] = {"range": span, "source": _CHOSEN}
    return found


def _short(value: float) -> float:
    return float(f"{value:.4g}")


def _prior(text: str) -> tuple[str, dict[str, Any]]:
    """Field and prior that a text says; raises CannotPlay."""
    like = "FIELD=LOW..HIGH, such as market.network.effect=0.5..4, or FIELD=log LOW..HIGH"
    found = _PRIOR.fullmatch(text)
    try:
        low, high = (float(found[i]) for i in (3, 4)) if found else (math.nan, math.nan)
    except ValueError:
        low = high = math.nan
    if found is None or not (math.isfinite(low) and math.isfinite(high)):
        raise CannotPlay(f"--calibrate must be {like}, got {text}")
    if not low < high:
        raise CannotPlay(f"--calibrate {text}: the lower bound comes first, and must be lower")
    if found[2] and low <= 0:
        raise CannotPlay(f"--calibrate {text}: a log scale needs a range above 0")
    scale = "log" if found[2] else "linear"
    return found[1], {"range": [low, high], "scale": scale, "source": "chosen with --calibrate"}


def _check(path: str, prior: dict[str, Any], base: Base, scenario: Scenario) -> None:
    """Raise CannotPlay unless the field exists, is a number, and takes both bounds."""
    if path in ("weeks", "people.count", "seed"):
        raise CannotPlay(f"--calibrate cannot fit {path}: every run has the same")
    for bound in prior["range"]:
        value = int(bound) if bound.is_integer() else bound
        try:
            base.with_settings({path: value})
        except ScenarioFaults as found:
            fault = next((each for each in found.faults if each.file == CHOSEN), found.faults[0])
            raise CannotPlay(f"--calibrate {path}: {fault.message}") from None
    place = place_of(scenario, path)
    value = place.value if place is not None else None
    if isinstance(value, bool) or not isinstance(value, int | float | None):
        raise CannotPlay(f"--calibrate {path}: must be a field that holds one number")
    if is_whole(scenario, path) and any(not bound.is_integer() for bound in prior["range"]):
        raise CannotPlay(f"--calibrate {path}: must be whole numbers")
