"""Million person-weeks per second: the engine, C, NumPy, and one Mesa agent a person."""

from __future__ import annotations

import math
import os
import statistics

from sim.market.model import MarketModel
from tests.bench.duel import FIRMS, ROUNDS, WARM, Duel, fight, weeks_of
from tests.bench.markets import market, rate, seconds
from tests.bench.numpy_week import NumpyWeek
from tests.bench.tables import Cell, Ways, publish
from tests.reference.speed import person_weeks_per_second

TWIN_WEEKS = {1_000: 3, 10_000: 2}  # sizes at which the twin is tried


def two_threads(people: int) -> float:
    """Median rate by the clock on two threads; NaN on one core."""
    if (os.cpu_count() or 1) < 2:
        return math.nan
    weeks = weeks_of(people)
    model = MarketModel(market(people, WARM + ROUNDS * weeks, FIRMS), threads=2)
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


def row(people: int) -> list[Cell]:
    """One size of population."""
    duel = fight(people)
    engine, c = 1e3 / duel.engine, None if math.isnan(duel.c) else 1e3 / duel.c
    plain = numpy(duel)
    duel.model = None  # its memory before that of the next
    double = two_threads(people)
    twin = None
    if people in TWIN_WEEKS:
        twin = person_weeks_per_second(people, FIRMS, TWIN_WEEKS[people]) / 1e6
    return [
        f"{people:,}", engine, None if math.isnan(double) else double, c, plain, twin,
        None if c is None else engine / c, engine / plain, None if twin is None else engine / twin,
    ]  # fmt: skip


def report(ways: Ways) -> None:
    """Measures and publishes the table."""
    sizes = (1_000, 10_000) if ways.small else (1_000, 10_000, 100_000, 1_000_000)
    publish(
        "week",
        "Million person-weeks per second, 8 firms",
        ["people", "engine", "2 threads", "C", "NumPy", "Mesa twin", "engine / C",
         "engine / NumPy", "engine / twin"],
        [row(people) for people in sizes],
        "Full week of the plain market: word of mouth on a network of eight links, norms, trust,"
        " engagement, access, purchases, and the firms' own week. Medians of rounds, the engine"
        " and C in turns; processor time of one thread, the clock where there are two.",
        "C lives the people's half of the week only (`week.c`); at 1,000 people the firms' half is"
        " a good part of the engine's (`limits.md` sets it apart). NumPy draws its own numbers and"
        " leaves out awareness, misreading, owning and buying, ideas, stages and tallies"
        " (`numpy_week.py`). The twin is one Mesa agent a person and the reference that the"
        " engine is tested against, written to be read.",
        ways=ways,
    )  # fmt: skip
