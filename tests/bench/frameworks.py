"""The plain market diffusion (diffusion/stated.py) in our style and in those of other frameworks.

Each is written as its own users would write it, lives the same market on the same network, and
must give the same curve (test_diffusion.py).  Only weeks are timed, by the clock, in turns.
"""

from __future__ import annotations

import importlib
import time
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from tests.bench.diffusion.stated import Links, Lived, linked
from tests.bench.tables import Cell, Ways, median_of, publish


@dataclass(frozen=True)
class Way:
    """One writing of the diffusion.  most: people beyond whom it is not tried."""

    title: str
    module: str
    package: str
    licence: str
    upkeep: str
    most: int = 1_000_000


WAYS = (
    Way("ours: compiled with numba", "ours", "numba", "BSD-2-Clause", "kept up"),
    Way("NumPy, whole arrays", "with_numpy", "numpy", "BSD-3-Clause", "kept up"),
    Way("Polars, all cores", "with_polars", "polars", "MIT", "kept up"),
    Way("Starsim", "with_starsim", "starsim", "MIT", "kept up"),
    Way("Mesa, an agent a person", "with_mesa", "mesa", "Apache-2.0", "kept up", 100_000),
    Way("AgentPy, an agent a person", "with_agentpy", "agentpy", "BSD-3-Clause",
        "no release since 2021", 100_000),
)  # fmt: skip
ELSEWHERE = (
    "mesa-frames is left out: its only release, 0.1.0a0 of August 2024, wants NumPy 1.26, and"
    " userfirst NumPy 2; it keeps people in Polars frames, as `with_polars.py` does."
)


def missing(way: Way) -> str:
    """Why a framework cannot be used here; empty where it can."""
    try:
        version(way.package)
    except PackageNotFoundError:
        return f"{way.package} is not installed (`pip install '.[bench]'` brings it)"
    try:
        importlib.import_module(f"tests.bench.diffusion.{way.module}")
    except Exception as fault:  # what a framework may raise when it does not fit is its own
        return f"{way.package} {version(way.package)} cannot be imported here: {fault}"
    return ""


def begun(way: Way, links: Links, seed: int = 1) -> Lived:
    """The diffusion of a framework that is here."""
    made: Lived = importlib.import_module(f"tests.bench.diffusion.{way.module}").begin(links, seed)
    return made


def clocked(live: Lived, weeks: int) -> float:
    """Seconds by the clock: some use several cores."""
    began = time.perf_counter()
    live(weeks)
    return time.perf_counter() - began


def rates(people: int, ways: list[Way], rounds: int, budget: float) -> dict[str, float]:
    """Million agent-steps a second by title; budget: seconds of a round of one framework."""
    links = linked(people, 1)
    fit = [way for way in ways if people <= way.most]
    lived = [begun(way, links) for way in fit]
    weeks = []
    for live in lived:
        live(1)  # compiles, fills caches
        weeks.append(max(1, min(200, int(budget / clocked(live, 1)))))
    turns = [
        lambda live=live, n=n: clocked(live, n)  # type: ignore[misc]
        for live, n in zip(lived, weeks, strict=True)
    ]
    spent = median_of(rounds, *turns)
    return {
        way.title: people * n / seconds / 1e6
        for way, n, seconds in zip(fit, weeks, spent, strict=True)
    }


def report(ways: Ways) -> None:
    """Measures and publishes the table."""
    sizes = (1_000,) if ways.small else (1_000, 10_000, 100_000, 1_000_000)
    rounds, budget = (2, 0.02) if ways.small else (5, 0.5)
    absent = {way.title: why for way in WAYS if (why := missing(way))}
    here = [way for way in WAYS if way.title not in absent]
    found = {people: rates(people, here, rounds, budget) for people in sizes}
    rows: list[list[Cell]] = []
    for way in WAYS:
        mine = [found[people].get(way.title) for people in sizes]
        ours = [found[people][WAYS[0].title] for people in sizes]
        told = "-" if way.title in absent else f"{way.package} {version(way.package)}"
        rows.append([
            way.title, told, way.licence, way.upkeep, *mine,
            *(None if m is None else o / m for o, m in zip(ours, mine, strict=True)),
        ])  # fmt: skip
    publish(
        "frameworks",
        "The plain market diffusion: million agent-steps per second",
        ["written with", "version", "licence", "upkeep", *(f"{n:,} people" for n in sizes),
         *(f"ours / it, {n:,}" for n in sizes)],
        rows,
        "Each week everybody reads what ten neighbours chose and chooses one of eight firms by"
        " logit; then people are counted. All live it on one network (`diffusion/stated.py`), each"
        " as its users would write it, and give the same curve, which a test holds. Setting up is"
        " not timed. Medians of rounds in turns, by the clock; one thread but for Polars, which"
        " takes all cores. A dash: an object a person would take minutes and gigabytes.",
        *(f"{title} is missing: {why}." for title, why in absent.items()),
        ELSEWHERE,
        ways=ways,
    )  # fmt: skip
