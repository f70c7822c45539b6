"""The engine and C on the same weeks of the same people, in turns."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from sim.market.model import MarketModel
from tests.bench.c_week import FAST, PARTS, CWeek, NoCompilerError
from tests.bench.markets import market, seconds

ROUNDS, WARM = 9, 13
FIRMS = 8


@dataclass
class Duel:
    """Nanoseconds a person and week; c and parts are NaN without a compiler.

    Medians of rounds, but for ``least``, the engine's fastest round: the least disturbed.
    """

    people: int
    engine: float = math.nan
    least: float = math.nan
    c: float = math.nan
    parts: dict[str, float] = field(default_factory=dict)
    model: MarketModel | None = None


def weeks_of(people: int, person_weeks: float = 1e6) -> int:
    """Weeks of a round: so many person-weeks, but two at least and ten years at most."""
    return int(max(2, min(520, person_weeks // people)))


def fight(people: int, parts: bool = False) -> Duel:
    """Medians of rounds; in each C lives the weeks that the engine has just lived.

    C has the offers of the round's last week in all its weeks, which changes what people choose
    a little and the work they do hardly.  parts: also ask a build of C that looks at the clock.
    """
    weeks = weeks_of(people)
    model = MarketModel(market(people, WARM + ROUNDS * weeks, FIRMS))
    model.advance(WARM)
    rivals = rivals_of(model, parts)
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
        duel.c, watched = medians[1], rivals[-1].parts
        shares = watched / max(1.0, np.sum(watched))
        duel.parts = dict(zip(PARTS, (shares * duel.c).tolist(), strict=True))
    return duel


def rivals_of(model: MarketModel, parts: bool) -> list[CWeek]:
    """C on copies of a model's people: as fast as it goes, and one that watches the clock."""
    try:
        return [CWeek(model, flags) for flags in (FAST, (*FAST, "-DPARTS"))[: 1 + parts]]
    except NoCompilerError as missing:
        print(missing)
        return []


def settling() -> float:
    """Nanoseconds of a week in which firms work and settle, and hardly anybody lives."""
    few, more = 100, 1_100
    models = [MarketModel(market(n, WARM + 520 * ROUNDS, FIRMS)) for n in (few, more)]
    for model in models:
        model.advance(WARM)
    turns = [[seconds(partial(m.advance, 520)) for m in models] for _ in range(ROUNDS)]
    small, large = (statistics.median(column) for column in zip(*turns, strict=True))
    alone: float = small - (large - small) * few / (more - few)
    return max(0.0, alone) / 520 * 1e9
