"""Speed and size of the full week, beside the same week with one Mesa agent a person.

    python -m tests.bench            up to 100,000 people, about a minute
    python -m tests.bench --large    also a million people (needs 2 GB)
    python -m tests.bench mechanisms what each mechanism costs where it is on
    python -m tests.bench sweeps     where the time of a run of a sweep goes

Prints million person-weeks per second, medians of alternating rounds, and ratios: machines
differ, ratios less so.  8 firms, word of mouth on a network, all mechanisms switched on.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import statistics
import time

from sim.market.model import MarketModel
from sim.scenario.schema import Scenario
from tests.reference.speed import person_weeks_per_second

ROUNDS, WARM_WEEKS = 5, 13


def market(people: int, weeks: int) -> Scenario:
    """Four customer-centric and four user-first firms that live long."""
    start = {"aware": 0.8, "customers": 0.2, "quality": 0.5}
    old = {"name": "Old", "strategy": "customer-centric", "count": 4, "cash": 900, "start": start}
    return Scenario.model_validate(
        {
            "title": "bench",
            "weeks": weeks,
            "people": {"count": people},
            "firms": [
                old,
                {"name": "New", "strategy": "user-first", "count": 4, "cash": 900},
            ],
        }
    )  # fmt: skip


def rate(model: MarketModel, weeks: int) -> float:
    """Million person-weeks per second of processor time of the next weeks, a core."""
    started = time.process_time() if model.threads == 1 else time.perf_counter()
    model.advance(weeks)
    ended = time.process_time() if model.threads == 1 else time.perf_counter()
    return weeks * model.scenario.people.count / (ended - started) / 1e6


def measure(people: int, threads: int) -> float:
    """Median rate over rounds, after a warm-up."""
    weeks = max(13, min(520, 2_000_000 // people))
    model = MarketModel(market(people, min(5200, WARM_WEEKS + ROUNDS * weeks)), threads=threads)
    model.advance(WARM_WEEKS)
    return statistics.median(rate(model, weeks) for _ in range(ROUNDS))


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="also a million people")
    parser.add_argument("what", nargs="?", choices=("week", "mechanisms", "sweeps"), default="week")
    cores = os.cpu_count() or 1
    parser.add_argument("--jobs", type=int, default=cores, help="workers of a sweep")
    asked = parser.parse_args()
    if asked.what == "sweeps":
        from tests.bench.sweeps import report

        report(asked.jobs)
        return
    if asked.what == "mechanisms":
        from tests.bench.mechanisms import report as mechanisms

        mechanisms()
        return
    large = asked.large
    print(f"{platform.machine()}, {cores} cores, Python {platform.python_version()}")
    print(f"{'people':>10} {'1 thread':>10} {'2 threads':>10}   million person-weeks per second")
    single: dict[int, float] = {}
    for people in (1_000, 10_000, 100_000, *((1_000_000,) if large else ())):
        single[people] = measure(people, 1)
        double = measure(people, 2) if cores > 1 else float("nan")
        print(f"{people:>10,} {single[people]:>10.2f} {double:>10.2f}")
    twin = person_weeks_per_second(1_000, 8, 13) / 1e6
    print(f"Mesa, one agent a person (1,000 people): {twin:.4f}")
    small, big = single[1_000] / twin, single[100_000] / twin
    print(f"ratio at 1,000 people: {small:,.0f}; at 100,000: {big:,.0f}")
    if large:
        model = MarketModel(market(1_000_000, 520))
        model.advance(1)
        model.result()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        print(f"a million people, arrays for 520 weeks: {peak:.2f} GB at the peak")


if __name__ == "__main__":
    main()
