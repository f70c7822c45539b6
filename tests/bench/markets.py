"""The benchmark's market, and how fast a model lives its weeks."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from sim.market.model import MarketModel
from sim.scenario.schema import Scenario


def market(people: int, weeks: int, firms: int = 8, **changes: Any) -> Scenario:
    """Customer-centric and user-first firms, half and half, that live long.

    changes: of the population, as ``links={"mean": 50}``.
    """
    start = {"aware": 0.8, "customers": 0.2, "quality": 0.5}
    old = {"name": "Old", "strategy": "customer-centric", "cash": 900, "start": start}
    new = {"name": "New", "strategy": "user-first", "cash": 900}
    half = firms // 2
    return Scenario.model_validate(
        {
            "title": "bench",
            "weeks": weeks,
            "people": {"count": people, **changes},
            "firms": [{**old, "count": half}, {**new, "count": firms - half}],
        }
    )


def seconds(work: Callable[[], Any], threads: int = 1) -> float:
    """Time of a call: of this process's processor, or by the clock where threads share it."""
    clock = time.process_time if threads == 1 else time.perf_counter
    began = clock()
    work()
    return clock() - began


def rate(model: MarketModel, weeks: int) -> float:
    """Million person-weeks per second of the next weeks."""
    spent = seconds(lambda: model.advance(weeks), model.threads)
    return weeks * model.scenario.people.count / spent / 1e6
