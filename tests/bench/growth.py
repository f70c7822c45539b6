"""How the cost of the week grows: with people, firms, links, weeks and threads; and memory.

With ``--largest`` also one long run, of a million people for ten years.
"""

from __future__ import annotations

import multiprocessing
import os
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from sim.market.model import MarketModel
from sim.scenario.schema import Scenario
from tests.bench.duel import ROUNDS, WARM, weeks_of
from tests.bench.markets import market, seconds
from tests.bench.tables import Cell, Ways, publish

PEOPLE = 20_000


def cost(scenario: Scenario, weeks: int, threads: int = 1) -> float:
    """Median nanoseconds a person and week."""
    model = MarketModel(scenario, threads=threads)
    model.advance(WARM)
    spent = [seconds(lambda: model.advance(weeks), threads) for _ in range(ROUNDS)]
    return statistics.median(spent) / (weeks * scenario.people.count) * 1e9


def linked(people: int, weeks: int, links: int) -> Scenario:
    """The market with so many links each; none at all is complete mixing."""
    rule = {"mean": links} if links else {"mixing": "complete"}
    return market(people, weeks, links=rule)


def cases(small: bool) -> Iterator[tuple[str, int, Scenario, int, int]]:
    """What varies, its value, the scenario, the weeks of a round, the threads."""
    people = PEOPLE // 10 if small else PEOPLE
    weeks = weeks_of(people, 5e5)
    upto = WARM + ROUNDS * weeks
    for n in (1_000, 10_000) if small else (1_000, 10_000, 100_000, 1_000_000):
        each = weeks_of(n, 5e5)
        yield "people", n, market(n, WARM + ROUNDS * each), each, 1
    for firms in (2, 4, 8, 16, 32, 64):
        yield "firms", firms, market(people, upto, firms), weeks, 1
    for links in (0, 4, 8, 16, 50):
        yield "links", links, linked(people, upto, links), weeks, 1
    for long in (weeks, 4 * weeks):
        yield "weeks", long, market(people, WARM + ROUNDS * long), long, 1
    for threads in (n for n in (1, 2, 4, 8, 16, 32) if n <= (os.cpu_count() or 1)):
        n = 10 * people
        each = weeks_of(n)
        yield "threads", threads, market(n, WARM + ROUNDS * each), each, threads


def arrays(firms: int, people: int = 10_000) -> float:
    """Bytes a person of the arrays that hold people."""
    held = MarketModel(market(people, 1, firms)).people
    return float(sum(np.asarray(array).nbytes for array in held) / people)


def _lived(people: int, weeks: int, threads: int) -> tuple[float, float]:
    # not getrusage: that would begin with the memory of the process that started this one
    MarketModel(market(50, 2)).advance(2)  # loads the model
    began = time.perf_counter()
    model = MarketModel(market(people, weeks), threads=threads)
    model.advance(weeks)
    spent = time.perf_counter() - began
    told = Path("/proc/self/status").read_text("utf-8")
    return spent, float(told.split("VmHWM:")[1].split()[0]) * 1024.0


def lived(people: int, weeks: int, threads: int = 1) -> tuple[float, float]:
    """Seconds of making and living a population in a process of its own; most bytes it held."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_lived, (people, weeks, threads))


def tells_memory() -> bool:
    """Whether the system says what a process holds."""
    return Path("/proc/self/status").exists()


def long_run() -> list[list[Cell]]:
    """A million people for ten years, on two threads where there are two cores."""
    people, weeks, threads = 1_000_000, 520, min(2, os.cpu_count() or 1)
    seconds, most = lived(people, weeks, threads)
    what = f"{people:,} people, {weeks} weeks"
    return [
        [what, f"{threads} threads, drawing included: seconds", seconds, None],
        [what, "GB at the peak", most / 1e9, None],
    ]


def memory(small: bool) -> list[list[Cell]]:
    """Bytes a person, and a person and firm."""
    each = (arrays(64) - arrays(8)) / 56
    few, many = (20_000, 60_000) if small else (400_000, 1_000_000)  # beyond what loading takes
    grown = (lived(many, 2)[1] - lived(few, 2)[1]) / (many - few) if tells_memory() else None
    return [
        ["memory, bytes a person", "8 firms, all arrays of people", arrays(8), None],
        ["memory, bytes a person", "without what firms add", arrays(8) - 8 * each, None],
        ["memory, bytes a person and firm", "8 to 64 firms", each, None],
        ["memory, bytes a person", "8 firms, the process at its peak", grown, None],
    ]


def report(ways: Ways) -> None:
    """Measures and publishes the table."""
    first: dict[str, float] = {}
    rows: list[list[Cell]] = []
    for what, value, scenario, weeks, threads in cases(ways.small):
        spent = cost(scenario, weeks, threads)
        rows.append([what, f"{value:,}", spent, spent / first.setdefault(what, spent)])
    publish(
        "growth",
        "How the cost of the week grows",
        ["what grows", "to", "ns a person and week", "times the first"],
        [*rows, *memory(ways.small), *(long_run() if ways.largest and tells_memory() else [])],
        f"Other things as in the benchmark's market: {PEOPLE:,} people (ten times as many for"
        " threads), 8 firms, 8 links, one thread; 0 links is complete mixing. Medians of rounds,"
        " processor time, by the clock where threads are compared; `weeks` are those of one call.",
        "The rows after these give bytes, seconds and gigabytes in the third column. The peak is"
        " the growth of a process's resident memory by person, drawing of people and network"
        " included.",
        ways=ways,
    )
