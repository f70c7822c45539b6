"""Million person-weeks per second: the engine, C, NumPy, and one Mesa agent a person.

Also the shipped scenario that costs most and, with ``--largest``, ten million people.
"""

from __future__ import annotations

import math
import os
import statistics
from pathlib import Path

from sim.market.model import MarketModel
from sim.scenario.schema import Scenario
from tests.bench.duel import FIRMS, ROUNDS, WARM, Duel, fight, weeks_of
from tests.bench.markets import market, rate, seconds
from tests.bench.numpy_week import NumpyWeek
from tests.bench.shipped import heaviest, peopled
from tests.bench.tables import Cell, Ways, publish
from tests.reference.speed import person_weeks_per_second

LARGEST, BYTES = 10_000_000, 700  # people, and bytes each while they are drawn and lived, with C's
TWIN_WEEKS = {1_000: 3, 10_000: 2}  # sizes at which the twin is tried


def alone(scenario: Scenario, threads: int = 1) -> float | None:
    """Median rate of the engine by itself; None where there are fewer cores than threads."""
    if (os.cpu_count() or 1) < threads:
        return None
    weeks = min(weeks_of(scenario.people.count), (scenario.weeks - WARM) // ROUNDS)
    model = MarketModel(scenario, threads=threads)
    model.advance(WARM)
    return statistics.median(rate(model, weeks) for _ in range(ROUNDS))


def numpy(duel: Duel) -> float:
    """Rate of the plain NumPy week on the people of a duel."""
    assert duel.model is not None
    lived = NumpyWeek(duel.model)
    weeks = max(1, 50_000 // duel.people)
    lived.week()

    def several() -> None:
        for _ in range(weeks):
            lived.week()

    spent = [seconds(several) for _ in range(3)]
    return weeks * duel.people / statistics.median(spent) / 1e6


def available() -> float:
    """Bytes of memory that this machine could give now; NaN where it does not say."""
    known = Path("/proc/meminfo")
    lines = known.read_text("utf-8").splitlines() if known.exists() else []
    found = [line.split()[1] for line in lines if line.startswith("MemAvailable:")]
    return float(found[0]) * 1024 if found else math.nan


def row(people: int) -> list[Cell]:
    """One size of population."""
    duel = fight(people)
    engine, c = 1e3 / duel.engine, None if math.isnan(duel.c) else 1e3 / duel.c
    plain = numpy(duel) if people < LARGEST else None
    duel.model = None  # its memory before that of the next
    double = alone(market(people, WARM + ROUNDS * weeks_of(people), FIRMS), threads=2)
    twin = None
    if people in TWIN_WEEKS:
        twin = person_weeks_per_second(people, FIRMS, TWIN_WEEKS[people]) / 1e6
    return [
        f"{people:,}", engine, 1e3 / duel.least, double, c, plain, twin, *(
            None if rival is None else engine / rival for rival in (c, plain, twin)
        ),
    ]  # fmt: skip


def heavy(people: int, name: str) -> list[Cell]:
    """A shipped scenario; C, NumPy and the yardstick twin live the plain market only."""
    scenario = peopled(name, people)
    own = [alone(scenario), None, alone(scenario, threads=2)]
    return [f"{people:,}, {name}", *own, *[None] * 6]


def report(ways: Ways) -> None:
    """Measures and publishes the table."""
    sizes = (1_000, 10_000) if ways.small else (1_000, 10_000, 100_000, 1_000_000)
    rows = [row(people) for people in sizes]
    if ways.largest and available() < LARGEST * BYTES:
        print(f"{LARGEST:,} people are left out: they need {LARGEST * BYTES / 1e9:.0f} GB free")
    elif ways.largest:
        rows.append(row(LARGEST))
    name = heaviest(1_000, 4) if ways.small else heaviest()
    rows += [heavy(people, name) for people in sizes[-2:]]
    publish(
        "week",
        "Million person-weeks per second, 8 firms",
        ["people", "engine", "fastest round", "2 threads", "C", "NumPy", "Mesa twin", "engine / C",
         "engine / NumPy", "engine / twin"],
        rows,
        "Full week of the plain market: word of mouth on a network of eight links, norms, trust,"
        " engagement, access, purchases, and the firms' own week. Medians of rounds, the engine"
        " and C in turns; processor time of one thread, the clock where there are two. The engine's"
        " fastest round is the one that other guests of the machine disturbed least.",
        "C lives the people's half of the week only (`week.c`); at 1,000 people the firms' half is"
        " a good part of the engine's (`limits.md` sets it apart). NumPy draws its own numbers and"
        " leaves out awareness, misreading, owning and buying, ideas, stages and tallies"
        " (`numpy_week.py`). The twin is one Mesa agent a person and the reference that the"
        " engine is tested against, written to be read.",
        f"The last rows are the shipped scenario that costs most a person and week, `{name}`, with"
        " so many people; `shipped.md` has all of them. Ten million people are measured with"
        " `--largest` where there is memory for them, without NumPy.",
        ways=ways,
    )  # fmt: skip
