"""Designs made here by their definitions, and a swept study of a market whose rule is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from sim.experiments.sweep import resolve, sweep
from sim.experiments.ways import Ways
from sim.market.result import RunResult
from sim.scenario.schema import Scenario
from tests.experiments.fakes import result

F = NDArray[np.float64]
UF, CC = "user-first", "customer-centric"


def sobol_points(k: int, n: int, seed: int = 1) -> F:
    """n points A, n points B, then A with each column of B: (n (k + 2), k)."""
    both = qmc.Sobol(2 * k, seed=seed).random(n)
    a, b = both[:, :k], both[:, k:]
    mixed = [np.where(np.arange(k) == j, b, a) for j in range(k)]
    return np.concatenate([a, b, *mixed])


def morris_points(k: int, n: int, seed: int = 1) -> F:
    """n paths of k steps of 2/3 on four levels: (n (k + 1), k)."""
    rng, points = np.random.default_rng(seed), []
    for _ in range(n):
        up = rng.random(k) < 0.5
        here = np.where(up, 0.0, 2 / 3) + rng.integers(0, 2, k) / 3
        points.append(here.copy())
        for j in rng.permutation(k):
            here[j] += 2 / 3 if up[j] else -2 / 3
            points.append(here.copy())
    return np.array(points)


def treatments(points: F, names: str = "abcdefghijklmno") -> list[tuple[str, dict[str, Any]]]:
    """Points as a study stores them."""
    return [
        (f"point {i}", {names[j]: float(v) for j, v in enumerate(point)})
        for i, point in enumerate(points)
    ]


def fails(cash: float, effect: float) -> bool:
    """The rule of the market by hand: a newcomer fails when poor and without network effect."""
    return cash < 1 and effect < 4


def market(
    scenario: Scenario, *, seed: int, progress: Callable[[int, int], None] | None
) -> RunResult:
    """Newcomers follow ``fails``, incumbents survive at every even seed."""
    run = result(scenario, seed)
    cash = {group.name: group.cash for group in scenario.firms}
    firms = []
    for firm in run.firms:
        bad = fails(cash["Newcomer"], scenario.market.network.effect)
        if firm.strategy == CC:
            bad = seed % 2 == 1
        firms.append(
            replace(firm, exited=5 if bad else -1, cause="insolvent" if bad else "alive", entered=0)
        )
    return replace(run, firms=tuple(firms))


STUDY = """
title: Poor and lonely
scenario: scenario.yaml
design: {design}
factors:
  firms.Newcomer.cash: {{range: [0.25, 4.0], scale: log}}
  market.network.effect: {{range: [0, 8]}}
  people.identities: {{values: [1, 2, 3]}}
replicates: {replicates}
"""
SCENARIO = """
title: A market by hand
weeks: 20
people: {count: 300}
firms:
  - {name: Incumbent, strategy: customer-centric}
  - {name: Newcomer, strategy: user-first}
"""


def swept(folder: Path, design: str, replicates: int = 3, study: str = STUDY) -> Path:
    """The folder of a study of this market, swept."""
    (folder / "scenario.yaml").write_text(SCENARIO)
    path = folder / "study.yaml"
    path.write_text(study.format(design=design, replicates=replicates))
    return sweep(resolve(path), folder / "out", Ways(jobs=1, simulate=market)).folder
