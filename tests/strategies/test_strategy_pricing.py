"""The price-setter: what it learns from trials, in markets whose best price is known."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from sim.strategies import Strategy, make
from tests.strategies.reviews import RIVAL, seen

COST = 1.0


def live(
    sales: Callable[[Sequence[float], int], float], n: int, reviews: int, trial: float = 0.05
) -> list[float]:
    """Prices n firms hold best after so many reviews; ``sales(prices, f)`` is what f sells."""
    draw = random.Random(4)
    firms: list[Strategy] = [make({"use": "price-setter", "trial": trial}) for _ in range(n)]
    current = [replace(firm.enter(), price=2.0) for firm in firms]
    for week in range(1, 13 * reviews, 13):
        prices = [each.price for each in current]
        decided = []
        for f, firm in enumerate(firms):
            sold = sales(prices, f)
            money = sold * prices[f]
            rivals = tuple(RIVAL._replace(price=p) for g, p in enumerate(prices) if g != f)
            decided.append(
                firm.review(
                    seen(
                        week=week, sales=sold, revenue=money, gross_profit=money - COST * sold,
                        current=current[f], rivals=rivals, draw=(draw.random(), 0.0, 0.0, 0.0),
                    )
                )
            )  # fmt: skip
        current = decided
    return [getattr(firm, "best") for firm in firms]  # noqa: B009 - of this strategy only


def logit(prices: Sequence[float], f: int) -> float:
    e = [math.exp(2.0 - p) for p in prices]
    return e[f] / (1 + sum(e))


@pytest.mark.parametrize(("n", "price"), [(1, 2.567143), (2, 2.401058), (3, 2.298679)])
def test_finds_logit_bertrand_prices_without_noise(n: int, price: float) -> None:
    """VALIDATION B12, within half a percent: trials of 5% do not bend the slope by more."""
    assert live(logit, n, 500) == pytest.approx([price] * n, rel=0.005)


def test_finds_the_monopoly_price_of_another_demand() -> None:
    """Constant elasticity -3: p = c/(1 - 1/3) = 1.5. It was never told what demand is like."""
    assert live(lambda prices, _: 0.1 * prices[0] ** -3, 1, 500) == pytest.approx([1.5], rel=0.01)


def test_tries_around_the_price_of_entry_before_it_knows() -> None:
    firm = make({"use": "price-setter", "trial": 0.1})
    low, high = 0.9, 1.1
    now = firm.enter()
    for week, (draw, factor) in enumerate([(0.2, high), (0.7, low), (0.2, high)], start=1):
        now = firm.review(seen(week=week, current=now, draw=(draw, 0, 0, 0)))
        assert now.price == pytest.approx(factor * firm.enter().price)
        assert replace(now, price=1.0) == replace(firm.enter(), price=1.0)


def test_does_not_move_where_sales_do_not_answer() -> None:
    """Sales that do not depend on price say nothing about a best price: it stays, and tries."""
    assert live(lambda _prices, _f: 0.1, 2, 100) == [2.0, 2.0]
