"""What a sweep would cost, before it is made: runs, time and disk.

Time comes from the runs that are stored, where there are some, else from short runs of a few
of the study's treatments: all their weeks, but so few people that each takes about a second.
A run's time is a fixed part and a part for each person, measured by runs of two sizes.
Seconds that are constants here were measured on one machine, and are multiplied by how much
longer interpreted work takes on this one (``pace.py``).
"""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.experiments.executors import cores
from sim.experiments.ledger import FILE, Ledger
from sim.experiments.pace import pace
from sim.experiments.runner import BATCH_SHARE, CHUNK_RUNS
from sim.experiments.stopping import strategies_of
from sim.experiments.study import SAMPLED
from sim.experiments.worker import Simulate, engine
from sim.experiments.writer import MERGE_AT_ONCE, MERGE_FROM
from sim.market.measures import STAGE_COUNTS

if TYPE_CHECKING:
    from sim.experiments.reading import ResolvedStudy
    from sim.experiments.study import Study
    from sim.scenario.schema import Scenario

PROBES = 3  # treatments that are tried, evenly over the design
FEWEST, STEP = 500, 4  # people of the first try of a treatment, and how many times more in the next
LONG = 0.5  # seconds of a try after which no larger one is made
ENOUGH, TRIES = 0.2, 9  # seconds of tries of one size, or how many of them
STORED = 5  # stored runs that tell more than tries
OPENING = 0.12  # seconds to open and close a folder
START = 1.1  # seconds until worker processes are at work
COMMIT = 0.015  # seconds to store a batch of runs
OVERHEAD, OVERHEAD_WEEK = 0.0012, 0.7e-6  # seconds a run: sending, storing; a firm and week: digest
# Tables and figures: seconds of a row of the table, of a run, of a point that a design drew; and
# (seconds, bytes) of every study, a strategy's stages, several treatments, each of their panels and
# those of firms that imitate, maps, points
ROW, ROW_RUN, POINT, PANELS = 0.0048, 0.0013, 0.009, 12
OVERVIEW, STAGES, SEVERAL = (2.2, 1_250_000), (0.33, 500_000), (0.85, 0)
PANEL, WITHIN = (0.11, 70_000), (0.48, 200_000)
MAPS, POINTS = (3.0, 1_100_000), (3.0, 1_000_000)
# Bytes, measured on the catalogue's studies, after Parquet's compression and SQLite's indices.
LEDGER, TEXTS, INDEX = 60_000, 14_000, 32_768  # an empty ledger; what explains it; its index
TREATMENT = 700 + 850  # beside its scenario, and its lines of the table of survival
RUN, FIRM = 350, 260 + 245  # a run; a firm's row, and as CSV
FIRM_VALUE, MARKET_VALUE = 1.5, 1.8  # a stored week of one measure
PART = 11_600  # two files of series, however little is in them


@dataclass(frozen=True)
class Estimate:
    """What a study asks for.

    runs: (least, most), the same number for a study that does not stop by itself; each scenario
    and seed once.  stored: of these runs.  seconds, bytes: for the runs that are missing,
    (least, most).  basis: what the time was measured on.  after: seconds and bytes of the tables
    and figures that the command makes in the end.
    """

    treatments: int
    runs: tuple[int, int]
    stored: int
    seconds_a_run: float
    bytes_a_run: float
    seconds: tuple[float, float]
    bytes: tuple[float, float]
    basis: str
    after: tuple[float, float]


def estimate(
    study: ResolvedStudy,
    folder: Path,
    jobs: int,
    *,
    simulate: Simulate = engine,
    clock: Callable[[], float] = time.perf_counter,
) -> Estimate:
    """What sweeping a study into a folder would take; raises StoreError for a damaged ledger."""
    least, most = _replicates(study.study)
    each_its_own = study.study.seeds == "own"
    scenarios = len({(t.digest, t.index * each_its_own) for t in study.treatments})
    there = _seconds_stored(folder, _keys(study, most))
    missing = tuple(max(0, scenarios * n - len(there)) for n in (least, most))
    timed = [seconds for seconds in there if seconds is not None]
    if len(timed) >= STORED:
        each, basis = statistics.fmean(timed), f"{len(timed)} stored runs"
    else:
        tried = _spread([t.scenario for t in study.treatments])
        _load(tried[0], simulate)
        each = statistics.fmean(_seconds(s, simulate, clock) for s in tried)
        basis = "short runs of " + (
            "the scenario" if len(tried) == 1 else f"{len(tried)} treatments"
        )
    size = statistics.fmean(_bytes(t.scenario, study.study) for t in study.treatments)
    plan = 0.0 if there else _bytes_of_plan(study)
    at_once, slow = max(1, min(jobs, cores())), pace()
    drawing, drawn = _after(study, scenarios * least)
    return Estimate(
        treatments=len(study.treatments), runs=(scenarios * least, scenarios * most),
        stored=len(there), seconds_a_run=each, bytes_a_run=size,
        seconds=_pair(missing, lambda n: _wall(n, each + slow * _overhead(study), at_once, slow)),
        bytes=_pair(missing, lambda n: n * size + plan + PART * _parts(n, each / at_once, slow)),
        basis=basis, after=(slow * drawing, drawn),
    )  # fmt: skip


def _overhead(study: ResolvedStudy) -> float:
    """Seconds of a run beyond its weeks: its digest and rows, sending it home, storing it."""
    firms = sum(group.count for group in study.base.firms)
    return OVERHEAD + OVERHEAD_WEEK * firms * study.base.weeks


def _after(study: ResolvedStudy, runs: int) -> tuple[float, float]:
    """Seconds and bytes of the tables and figures that end the command."""
    n, strategies = len(study.treatments), len(strategies_of(study.base))
    staged = all(name in study.study.series for name in STAGE_COUNTS)
    drawn: list[tuple[int, tuple[float, int]]] = [(1, OVERVIEW), (strategies * staged, STAGES)]
    points = n if study.study.kind in SAMPLED else 0
    if points:
        drawn.append((1, POINTS))
    elif n > 1:
        panels = min(n, PANELS)
        drawn += [(1, SEVERAL), (panels, PANEL), (panels * _imitated(study), WITHIN),
                  (_has_maps(study), MAPS)]  # fmt: skip
    seconds = n * strategies * ROW + runs * ROW_RUN + points * POINT
    return seconds + sum(k * s for k, (s, _) in drawn), float(sum(k * b for k, (_, b) in drawn))


def _has_maps(study: ResolvedStudy) -> bool:
    """Whether two factors of numbers span a map."""
    levels = [value for t in study.treatments for value in t.settings.values()]
    numbers = all(isinstance(value, int | float) for value in levels)
    return study.study.kind == "grid" and len(study.study.factors) == 2 and numbers


def _imitated(study: ResolvedStudy) -> bool:
    """Whether firms that enter copy others anywhere."""
    entries = [t.scenario.entry for t in study.treatments]
    return any(entry.rate * entry.imitation.strength for entry in entries)


def _parts(runs: int, each: float, slow: float) -> int:
    """Pairs of files that the series of so many runs end in, one finished every ``each`` s."""
    commits = math.ceil(
        max(runs / CHUNK_RUNS, min(runs, runs * each * BATCH_SHARE / (slow * COMMIT)))
    )
    return commits if commits < MERGE_FROM else math.ceil(commits / MERGE_AT_ONCE)


def _pair(of: Sequence[int], value: Callable[[int], float]) -> tuple[float, float]:
    least, most = of
    return value(least), value(most)


def _wall(runs: int, each: float, at_once: int, slow: float) -> float:
    if not runs:
        return 0.0
    at_once = min(at_once, runs)
    start = START if at_once > 1 else 0.0
    return slow * (OPENING + start) + runs * each / at_once


def _replicates(study: Study) -> tuple[int, int]:
    if study.stop is None:
        return study.replicates, study.replicates
    return study.stop.at_least, study.stop.at_most


def _keys(study: ResolvedStudy, replicates: int) -> set[str]:
    from sim.experiments.design import plan

    own = study.study.seeds == "own"
    return {run.key for run in plan(study.treatments, replicates, study.root, own_seeds=own)}


def _seconds_stored(folder: Path, keys: set[str]) -> list[float | None]:
    """Seconds that each stored run of these took; None for one that failed."""
    if not (folder / FILE).is_file():
        return []
    ledger = Ledger(folder, write=False)
    try:
        names = ledger.names("runs")
        key, status, seconds = (names.index(name) for name in ("id", "status", "seconds"))
        rows = [row for row in ledger.rows("runs") if row[key] in keys]
        return [row[seconds] if row[status] == "DONE" else None for row in rows]
    finally:
        ledger.close()


def _spread(scenarios: Sequence[Scenario]) -> list[Scenario]:
    """A few of them: the first, the last, and some between."""
    n = min(PROBES, len(scenarios))
    last = len(scenarios) - 1
    places = {round(i * last / max(1, n - 1)) for i in range(n)}
    return [scenarios[place] for place in sorted(places)]


def _load(scenario: Scenario, simulate: Simulate) -> None:
    """Make a tiny run: the first one of a process pays for loading the model."""
    few = scenario.people.model_copy(update={"count": min(50, scenario.people.count)})
    tiny = scenario.model_copy(update={"people": few, "weeks": 2})
    simulate(tiny, seed=scenario.seed, progress=None)


def _seconds(scenario: Scenario, simulate: Simulate, clock: Callable[[], float]) -> float:
    """Seconds of a run, extended to all its people in a straight line where a try would be long."""
    people = scenario.people.count
    n = min(people, FEWEST)
    before, spent = (0, 0.0), _try(scenario, n, simulate, clock)
    while n < people and spent < LONG:
        before, n = (n, spent), min(people, n * STEP)
        spent = _try(scenario, n, simulate, clock)
    if n == people:
        return spent
    if not before[0]:  # one size says nothing of the fixed part
        before = n // 2, _try(scenario, n // 2, simulate, clock)
    a_person = max(0.0, (spent - before[1]) / (n - before[0]))
    return spent + a_person * (people - n)


def _try(scenario: Scenario, people: int, simulate: Simulate, clock: Callable[[], float]) -> float:
    """Seconds of a run of so many people; of short runs the median of several."""
    few = scenario.people.model_copy(update={"count": people})
    smaller, spent = scenario.model_copy(update={"people": few}), list[float]()
    while sum(spent) < ENOUGH and len(spent) < TRIES:
        began = clock()
        simulate(smaller, seed=scenario.seed + len(spent), progress=None)
        spent.append(clock() - began)
    return statistics.median(spent)


def _bytes_of_plan(study: ResolvedStudy) -> int:
    """Bytes before any run: most of a treatment's are its resolved scenario as JSON."""
    from sim.scenario.read import to_json

    each = TREATMENT + len(to_json(study.base))
    return LEDGER + TEXTS + INDEX + len(study.treatments) * each


def _bytes(scenario: Scenario, study: Study) -> float:
    """Bytes that a run takes: its rows, and its series at the weeks that are kept."""
    from sim.market.measures import MARKET_COUNTS, MARKET_LEVELS

    firms = sum(group.count for group in scenario.firms)
    if scenario.entry.rate > 0:
        arrivals = scenario.entry.rate * scenario.weeks / 52
        firms += round(min(scenario.entry.limit, arrivals))
    points = 2 + (scenario.weeks - 1) // study.series_every  # week 0, every so many, the last
    market = len(MARKET_COUNTS) + len(MARKET_LEVELS)
    series = points * (firms * len(study.series) * FIRM_VALUE + market * MARKET_VALUE)
    return RUN + firms * FIRM + series
