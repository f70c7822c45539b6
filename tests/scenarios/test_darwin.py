"""Essay 002-1: adaptation is needed to thrive, the more the faster the world moves.

The scenario shows no such thing: observing people costs more building than it aims better, in
worlds that stand still, move over years, or within months.
"""

from __future__ import annotations

import pytest

from sim.analysis.intervals import Interval
from tests.scenarios.paired import PEOPLE, SEEDS, F, interval, profit_until, runs

# persistence and volatility of the economy: the same spread (.5), at another speed
WORLDS = {"still": (0, 0), "years": (0.995, 0.05), "a year": (0.98, 0.1), "a month": (0.78, 0.313)}


def looking(
    world: str, observe: float, weeks: int = 260, seeds: int = SEEDS, people: int = PEOPLE
) -> F:
    """Discounted profit of a firm that observes, less that of the same firm that does not."""
    persistence, volatility = WORLDS[world]
    changes = (
        f"weeks={weeks}", "entry.rate=0", f"environment.economy.persistence={persistence}",
        f"environment.economy.volatility={volatility}", "firms.Settled.count=1",
    )  # fmt: skip
    profits = [
        profit_until(
            runs(
                "darwin",
                *changes,
                f"firms.Settled.strategy.observe={x}",
                seeds=seeds,
                people=people,
            ),
            "Settled",
            weeks,
        )
        for x in (observe, 0)
    ]
    return profits[0] - profits[1]


@pytest.mark.parametrize("world", ["still", "a year"])
def test_looking_hard_costs_more_than_it_brings(world: str) -> None:
    """The least that would pay is nothing: neither .15 nor .45 of the budget does."""
    for observe in (0.15, 0.45):
        found: Interval = interval(looking(world, observe, people=500))
        assert found.high < 0, (world, observe, found)


def test_a_moving_world_makes_looking_no_better() -> None:
    """Refuted as far as 20 pairs can see: what looking brings is the same in both worlds."""
    change = interval(looking("a year", 0.15, people=500) - looking("still", 0.15, people=500))
    assert change.low < 0.1
    assert change.high > -0.1
    assert change.high - change.low < 0.5, "too wide to say anything"
