"""What every shipped scenario costs a person and week, the heaviest first, beside the plain market.

All have the same number of people, and their own firms and mechanisms; each lives the same weeks
in turns with the benchmark's plain market.
"""

from __future__ import annotations

from functools import partial

from sim.market.model import MarketModel
from sim.scenario.read import catalogue, load
from sim.scenario.schema import Scenario
from tests.bench.markets import market, rate
from tests.bench.tables import Cell, Ways, median_of, publish

PEOPLE, WARM, WEEKS, ROUNDS = 20_000, 13, 13, 5


def names() -> list[str]:
    """All shipped scenarios."""
    return [entry.name for entry in catalogue()]


def peopled(name: str, people: int) -> Scenario:
    """A shipped scenario with so many people."""
    return load(name, [f"people.count={people}"])


def warmed(scenario: Scenario) -> MarketModel:
    """A model some weeks after its beginning."""
    model = MarketModel(scenario)
    model.advance(WARM)
    return model


def beside(scenario: Scenario, weeks: int = WEEKS) -> tuple[float, float]:
    """Nanoseconds a person and week of the plain market and of a scenario, in turns."""
    plain = market(scenario.people.count, WARM + ROUNDS * weeks)
    turns = (partial(rate, warmed(each), weeks) for each in (plain, scenario))
    base, found = median_of(ROUNDS, *turns)
    return 1e3 / base, 1e3 / found


def heaviest(people: int = 10_000, weeks: int = 20) -> str:
    """The shipped scenario whose weeks cost most; a quick look, one after the other."""
    return min(names(), key=lambda name: rate(warmed(peopled(name, people)), weeks))


def report(ways: Ways) -> None:
    """Measures and publishes the table."""
    people = PEOPLE // 20 if ways.small else PEOPLE
    rows: list[tuple[str, int, float, float, float]] = []
    for name in names()[:4] if ways.small else names():
        scenario = peopled(name, people)
        firms = MarketModel(scenario).firm_records.size
        base, found = beside(scenario)
        rows.append((name, firms, found, base, found / base))
    table: list[list[Cell]] = [list(row) for row in sorted(rows, key=lambda row: -row[4])]
    publish(
        "shipped",
        "What the shipped scenarios cost, nanoseconds a person and week",
        ["scenario", "firms at most", "it", "plain market, 8 firms", "it / plain"],
        table,
        f"{people:,} people; weeks {WARM + 1} to {WARM + ROUNDS * WEEKS}, medians of rounds in"
        " turns, processor time of one thread. Each has its own mechanisms, which `mechanisms.md`"
        " has one by one, and room for so many firms, entrants included.",
        ways=ways,
    )
