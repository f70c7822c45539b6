"""The engine and C on the same weeks of the same people, in turns."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from functools import partial

from sim.market.model import MarketModel
from tests.bench.c_week import FAST, CWeek, NoCompilerError
from tests.bench.markets import market, seconds

ROUNDS, WARM = 9, 13
FIRMS = 8


@dataclass
class Duel:
    """Nanoseconds a person and week; c is NaN without a compiler.

    Medians of rounds, but for ``least``, the engine's fastest round: the least disturbed.
    """

    people: int
    engine: float = math.nan
    least: float = math.nan
    c: float = math.nan
    model: MarketModel | None = None


def weeks_of(people: int, person_weeks: float = 1e6) -> int:
    """Weeks of a round: so many person-weeks, but two at least and ten years at most."""
    return int(max(2, min(520, person_weeks // people)))


def fight(people: int) -> Duel:
    """Medians of rounds; in each C lives the weeks that the engine has just lived.

    C has the offers of the round's last week in all its weeks, which changes what people choose
    a little and the work they do hardly.
    """
    weeks = weeks_of(people)
    model = MarketModel(market(people, WARM + ROUNDS * weeks, FIRMS))
    model.advance(WARM)
    rivals = rivals_of(model)
    spent: list[list[float]] = []
    for _ in range(ROUNDS):
        first = model.week + 1
        for rival in rivals:
            rival.copy_people()
        turn = [seconds(partial(model.advance, weeks))]
        turn += [seconds(partial(rival.run, first, weeks)) for rival in rivals]
        spent.append(turn)
    unit = 1e9 / (people * weeks)
    medians = [statistics.median(column) * unit for column in zip(*spent, strict=True)]
    duel = Duel(people, medians[0], min(turn[0] for turn in spent) * unit, model=model)
    if rivals:
        duel.c = medians[1]
    return duel


def rivals_of(model: MarketModel) -> list[CWeek]:
    """C on a copy of a model's people, where there is a compiler."""
    try:
        return [CWeek(model, FAST)]
    except NoCompilerError as missing:
        print(missing)
        return []
