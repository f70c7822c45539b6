"""A quick stand-in for the engine, and the small plans that the tests of sweeps run.

The stand-in is told what to do by the scenario's ``story``: ``sleep=0.01``, and for the
treatment whose ``market.network.effect`` is 3 also ``fault=raise``, ``die``, ``die-once``,
``hang`` (``mark`` names a folder in which it leaves a mark of each attempt).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from sim.experiments.design import Run, Treatment, plan
from sim.experiments.worker import FIRM_SERIES, Keep
from sim.experiments.writer import Plan
from sim.market.measures import FIRM_COUNTS, FIRM_LEVELS, MARKET_COUNTS, MARKET_LEVELS
from sim.market.result import FirmFate, RunResult
from sim.scenario.read import digest
from sim.scenario.schema import FirmGroup, Scenario

BAD_EFFECT = 3.0


def simulate(
    scenario: Scenario, *, seed: int, progress: Callable[[int, int], None] | None
) -> RunResult:
    """A result with every measure, all of it a function of scenario and seed."""
    told = dict(word.split("=", 1) for word in scenario.story.split())
    if scenario.market.network.effect == BAD_EFFECT:
        _misbehave(told.get("fault", ""), Path(told.get("mark", ".")), seed)
    _spend(float(told.get("sleep", 0)), scenario.weeks, progress)
    return result(scenario, seed)


def _misbehave(fault: str, marks: Path, seed: int) -> None:
    if not fault:
        return
    tries = len(list(marks.glob(f"{seed}-*")))
    (marks / f"{seed}-{tries}").touch()
    if fault == "raise":
        raise RuntimeError(f"nothing goes at seed {seed}")
    if fault == "die" or (fault == "die-once" and tries == 0):
        os._exit(7)
    if fault == "hang":
        time.sleep(600)


def _spend(seconds: float, weeks: int, progress: Callable[[int, int], None] | None) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(min(0.01, seconds))
        if progress is not None:
            progress(1, weeks)


def result(scenario: Scenario, seed: int) -> RunResult:
    """Firms that enter, and the first of which leaves, with random series."""
    rng = np.random.default_rng([seed, int(scenario.market.network.effect * 100)])
    firms = tuple(
        FirmFate(
            g.name, str(g.strategy), g.name, g.enters, -1 if i else 5, "alive" if i else "insolvent"
        )
        for i, g in enumerate(scenario.firms)
    )
    points, n = scenario.weeks + 1, len(firms)
    counts = {m.name: rng.integers(0, 1000, (points, n)) for m in FIRM_COUNTS}
    levels = {m.name: rng.random((points, n)) for m in FIRM_LEVELS}
    market_counts = {m.name: rng.integers(0, 1000, points) for m in MARKET_COUNTS}
    market_levels = {m.name: rng.random(points) for m in MARKET_LEVELS}
    return RunResult(
        title=scenario.title, seed=seed, people=scenario.people.count, weeks=scenario.weeks,
        review=scenario.review, discount=scenario.market.discount, firms=firms,
        firm_series={**counts, **levels}, market_series={**market_counts, **market_levels},
        seconds=0.001,
    )  # fmt: skip


def small(story: str = "", weeks: int = 13, title: str = "Small") -> Scenario:
    """Two firms, a hundred people, a quarter of a year."""
    return Scenario.model_validate(
        {
            "title": title,
            "story": story,
            "weeks": weeks,
            "people": {"count": 100},
            "firms": [
                FirmGroup(name="Old", strategy="customer-centric"),
                FirmGroup(name="New", strategy="user-first", enters=2),
            ],
        }
    )


def with_effect(scenario: Scenario, effect: float) -> Scenario:
    """The scenario with this network effect."""
    network = scenario.market.network.model_copy(update={"effect": effect})
    market = scenario.market.model_copy(update={"network": network})
    return scenario.model_copy(update={"market": market})


def treatments(scenario: Scenario, effects: tuple[float, ...]) -> tuple[Treatment, ...]:
    """A treatment for each network effect."""
    made = []
    for index, effect in enumerate(effects):
        changed = with_effect(scenario, effect)
        settings = {"market.network.effect": effect}
        made.append(Treatment(index, f"effect {effect:g}", settings, changed, digest(changed)))
    return tuple(made)


def small_plan(
    story: str = "",
    *,
    effects: tuple[float, ...] = (0.0, 1.0, 2.0),
    replicates: int = 4,
    root: int = 1,
    weeks: int = 13,
    measures: tuple[str, ...] = FIRM_SERIES,
) -> Plan:
    """A plan over network effects."""
    scenario = small(story, weeks)
    varied = treatments(scenario, effects)
    runs: list[Run] = plan(varied, replicates, root)
    return Plan(
        "Small", root, (), Keep(4, measures), varied, tuple(runs), {"README.txt": "Small\n"}
    )
