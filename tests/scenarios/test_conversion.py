"""Essays 004-1 and 004-4: converting customers to users is difficult but necessary.

The scenario shows that it is difficult and not that it is necessary: an incumbent that turns
early earns less than if it had never turned, whatever culture costs.
"""

from __future__ import annotations

import pytest

from sim.analysis.intervals import Interval
from tests.scenarios.paired import PEOPLE, SEEDS, interval, of, runs


def turning(
    delay: float, *changes: str, seeds: int = SEEDS, people: int = PEOPLE
) -> dict[str, Interval]:
    """What the firm Early gains by turning after ``delay`` years instead of never."""
    turned, stayed = (
        runs(
            "conversion",
            f"firms.Early.strategy.delay={years}",
            *changes,
            seeds=seeds,
            people=people,
        )
        for years in (delay, 100)
    )
    return {
        measure: interval(of(turned, "Early", measure) - of(stayed, "Early", measure))
        for measure in ("discounted_profit", "survived", "users", "customers")
    }


@pytest.mark.parametrize("cost", [0.0, 1.0])
def test_turning_early_earns_less_than_never_turning(cost: float) -> None:
    found = turning(1, "weeks=312", f"market.culture.cost={cost}", people=750)
    assert found["discounted_profit"].high < 0, found
    assert found["customers"].high < 0, found


def test_what_culture_costs_is_paid_by_those_who_turn() -> None:
    """Users of the turner after six years: dear culture against none, seed by seed."""
    ends = [
        of(
            runs("conversion", "weeks=312", f"market.culture.cost={cost}", people=750),
            "Early",
            "users",
        )
        for cost in (0.0, 1.0)
    ]
    assert interval(ends[1] - ends[0]).high < 0


def test_a_strong_network_effect_leaves_one_firm_whether_or_not_anyone_turned() -> None:
    """Theta above the number of firms: the claim has fewer than 20% of the unturned survive."""
    strong = ("weeks=312", "market.network.effect=8")
    results = runs("conversion", *strong, people=750)
    never = interval(of(results, "Never", "survived"))
    assert never.high > 0.2
    assert of(results, "Newcomer", "survived").max() == 0
