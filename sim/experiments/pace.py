"""How fast this machine is at interpreted work, beside the one that constants were measured on.

Tables, figures and the store are Python at work, and how long they take differs by a factor of
three between machines, and by a half between hours of one.
"""

from __future__ import annotations

import statistics
import time

TRIES, CHORES = 100, 4000
THERE = 0.0014  # seconds of ``chores`` on the machine the constants of estimate.py are of


def chores() -> list[tuple[float, str]]:
    """A little of everything that interpreted programs do: calls, texts, tables, numbers."""
    table: dict[str, list[float]] = {}
    for i in range(CHORES):
        table.setdefault(f"{i % 97:03d}", []).append(abs(i / 7 - 100))
    return sorted((max(row), name) for name, row in table.items())


def pace() -> float:
    """How many times as long interpreted work takes here, by the fastest quarter of tries.

    Others are disturbed more often than not, and by more than a sweep will be on average.
    """
    spent = []
    for _ in range(TRIES):
        began = time.perf_counter()
        chores()
        spent.append(time.perf_counter() - began)
    return statistics.quantiles(spent)[0] / THERE
