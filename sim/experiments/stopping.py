"""Replicates until an interval is narrow: rounds, and what each of them shows.

The rounds of a rule are fixed beforehand, and what is looked at is stored, so the same
study stops at the same round whatever made its runs, in one go or after interruptions.
``Stop`` in ``sim.experiments.study`` says what the rule promises.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.experiments.ledger import FILE, Ledger
from sim.scenario.own import short

if TYPE_CHECKING:
    from sim.experiments.design import Run
    from sim.experiments.study import Stop
    from sim.scenario.schema import Scenario

Firms = Mapping[str, Sequence[tuple[str, float]]]  # by run: strategy and measure of each firm
PerRun = Sequence[Sequence[float]]  # by run: the measure of each firm of a strategy
# Measure, firms of a strategy, firms of the one it is compared with in the same runs (or none)
# -> value, low, high
IntervalOf = Callable[[str, PerRun, PerRun | None], tuple[float, float, float]]


@dataclass(frozen=True)
class Look:
    """What a round showed: its replicates and the treatment whose interval is widest.

    width: of that interval, in the unit of the measure; infinite where there is none yet.
    """

    replicates: int
    treatment: int
    width: float
    enough: bool


@dataclass(frozen=True)
class Judge:
    """Who says how wide an interval is, and who is told of each look."""

    interval: IntervalOf
    told: Callable[[Look], None] | None = None


def rounds(stop: Stop) -> Iterator[int]:
    """Replicates at the end of each round: at_least, then half as many again, up to at_most."""
    n = stop.at_least
    while n < stop.at_most:
        yield n
        n += -(-n // 2)
    yield stop.at_most


def look(
    stop: Stop, plan: Iterable[Run], firms: Firms, replicates: int, interval: IntervalOf
) -> Look:
    """The widest interval over the treatments of these runs; runs that failed have no part in it.

    A treatment in which no firm has the strategy is not judged.
    """
    found: dict[int, list[list[list[float]]]] = {}
    for run in plan:
        if set(asked(stop)) <= strategies_of(run.scenario):
            runs, firms_there = found.setdefault(run.treatment, []), firms.get(run.key, ())
            each = [[value for name, value in firms_there if name == one] for one in asked(stop)]
            if all(each):
                runs.append(each)
    widths = {treatment: _width(stop, runs, interval) for treatment, runs in found.items()}
    widest = max(sorted(widths), key=lambda treatment: widths[treatment])
    return Look(replicates, widest, widths[widest], widths[widest] <= stop.width)


def asked(stop: Stop) -> tuple[str, ...]:
    """The strategy that a rule asks about, or the two that it compares, as results call them."""
    return tuple(map(short, stop.between or (stop.strategy,)))


def _width(stop: Stop, runs: Sequence[Sequence[Sequence[float]]], interval: IntervalOf) -> float:
    if len(runs) < 2:
        return math.inf
    first = [each[0] for each in runs]
    second = [each[1] for each in runs] if stop.between else None
    _, low, high = interval(stop.measure, first, second)
    return math.inf if math.isnan(high - low) else high - low


def strategies_of(scenario: Scenario) -> set[str]:
    """Names of the strategies that firms of a scenario have, from the start or on arrival."""
    groups = (*scenario.firms, *scenario.entry.kinds)
    return {g.strategy if isinstance(g.strategy, str) else str(g.strategy["use"]) for g in groups}


@dataclass(frozen=True)
class Stored:
    """What a folder holds so far: status of each run, and a measure of each firm by run."""

    status: Mapping[str, str]
    firms: Firms


def stored(folder: Path, measure: str) -> Stored:
    """Runs and a measure of their firms in a study's folder; nothing where there is none yet."""
    if not (folder / FILE).is_file():
        return Stored({}, {})
    ledger = Ledger(folder, write=False)
    try:
        names = ledger.names("runs")
        key, status = names.index("id"), names.index("status")
        runs = {row[key]: row[status] for row in ledger.rows("runs")}
        return Stored(runs, _firms(ledger, measure))
    finally:
        ledger.close()


def _firms(ledger: Ledger, measure: str) -> Firms:
    names = ledger.names("firm_rows")
    run, strategy, value = (names.index(name) for name in ("run", "strategy", measure))
    found: dict[str, list[tuple[str, Any]]] = defaultdict(list)
    for row in ledger.rows("firm_rows"):
        if row[value] is not None:
            found[row[run]].append((row[strategy], row[value]))
    return found
