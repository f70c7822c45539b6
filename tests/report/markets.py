"""Stored results of a market that never was: quick to make, hostile in what it is called.

Firms follow curves of their own instead of the engine; how long they live depends on the
strategy, on the seed and on ``market.network.effect``. An effect of 3 fails.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from sim.experiments.single import store_run
from sim.experiments.sweep import resolve, sweep
from sim.experiments.tournament import Tournament, round_robins
from sim.experiments.ways import Ways
from sim.market.measures import (
    CAUSES,
    FIRM_COUNTS,
    FIRM_LEVELS,
    MARKET_COUNTS,
    MARKET_LEVELS,
)
from sim.market.result import FirmFate, RunResult
from sim.scenario.read import load
from sim.scenario.schema import Scenario

SCRIPT = "<script>window.pwned=1</script>"
IMAGE = '"><img src=x onerror=window.pwned=2>'
FORMULA = "A $\\frac{ & Co$"
WEEKS = 104
KINDS = {"customer-centric": (90, 0.2), "user-first": (70, 0.5), "engagement-max": (40, 0.3)}

SCENARIO = f"""
title: '{IMAGE}'
question: 'Is {{{{ 7*7 }}}} escaped?'
refuted_by: '</main>{SCRIPT}'
sources: ['{SCRIPT}']
weeks: {WEEKS}
people: {{count: 400}}
firms:
  - {{name: '{SCRIPT}', strategy: customer-centric, count: 2}}
  - {{name: '{FORMULA}', strategy: user-first, count: 2}}
"""
STUDY = f"""
title: '{IMAGE}'
scenario: market
replicates: 8
"""
DESIGNS = {
    "one": "",
    "grid": "factors: {market.network.effect: {values: [0, 1, 2]}, firms.0.cash: {values: [1, 4]}}",
    "list": f"""design: list
treatments:
  - {{name: '{SCRIPT}', set: {{market.network.effect: 1}}}}
  - {{name: plain, set: {{market.network.effect: 2}}}}
  - {{name: broken, set: {{market.network.effect: 3}}}}""",
    "morris": """design: {morris: 4}
factors: {market.network.effect: {range: [0, 2]}, firms.0.cash: {range: [1, 4]}}""",
    "imitation": """design: list
treatments:
  - {name: blind, set: {entry.rate: 1, entry.kinds: [{name: K, strategy: user-first}]}}
  - name: keen
    set:
      entry.rate: 1
      entry.kinds: [{name: K, strategy: user-first}]
      entry.imitation.strength: 2
      market.network.effect: 2""",
    "switches": """factors:
  market.network.effect: {values: [0, 2]}
  firms.0.cash: {values: [1, 4]}""",
    "ruined": "factors: {market.network.effect: {values: [3]}}",
    "broken": "factors: {market.network.effect: {values: [0, 3]}}",
}


def simulate(
    scenario: Scenario, *, seed: int, progress: Callable[[int, int], None] | None = None
) -> RunResult:
    """Logistic users, cash that falls and recovers, an exit when luck runs out."""
    effect = scenario.market.network.effect
    if effect == 3:
        raise RuntimeError(f"no file /secret/place/market.yaml: {SCRIPT}")
    names = [
        (f"{group.name} {i + 1}", str(group.strategy), group.name)
        for group in scenario.firms
        for i in range(group.count)
    ]
    rng = np.random.default_rng([seed, int(10 * effect)])
    lives = [
        int(rng.exponential(KINDS[kind][0] * (1 + (kind == "user-first") * effect)))
        for _, kind, _ in names
    ]
    shape = (scenario.weeks + 1, len(names))
    series = {m.name: np.zeros(shape, np.int64) for m in FIRM_COUNTS}
    levels = {m.name: np.zeros(shape) for m in FIRM_LEVELS}
    fates = []
    for f, (name, kind, group) in enumerate(names):
        gone = 1 <= lives[f] < scenario.weeks
        fates.append(FirmFate(name, kind, group, 0, lives[f] if gone else -1, CAUSES[int(gone)]))
        _lives(series, f, scenario.people.count, KINDS[kind][1], lives[f] if gone else None)
        levels["trust"][:, f] = 0.5 + 0.1 * rng.random()
    market = {m.name: np.zeros(shape[0], np.int64) for m in MARKET_COUNTS}
    market |= {m.name: rng.random(shape[0]) for m in MARKET_LEVELS}  # type: ignore[misc]
    return RunResult(
        title=scenario.title, seed=seed, people=scenario.people.count, weeks=scenario.weeks,
        review=scenario.review, discount=scenario.market.discount, firms=tuple(fates),
        firm_series={**series, **levels}, market_series=market, seconds=0.001,
    )  # fmt: skip


def _lives(
    series: dict[str, np.ndarray], f: int, people: int, size: float, exited: int | None
) -> None:
    """Write the series of one firm."""
    week = np.arange(len(series["alive"]))
    there = week < (len(week) if exited is None else exited)
    use = (people * size / (1 + np.exp(-(week - 30) / 8))).astype(np.int64) * there
    pay = use // 3
    series["alive"][:, f] = there
    series["n_users"][:, f] = series["n_engaged"][:, f] = use
    series["n_payers"][:, f] = pay
    series["n_customer"][:, f], series["n_using"][:, f] = pay, use - pay
    series["n_aware"][:, f] = np.minimum(people - use, 5 * week)
    series["n_stranger"][:, f] = people - use - series["n_aware"][:, f]
    series["n_touched"][:, f] = np.maximum.accumulate(use)
    series["cash_cents"][:, f] = 100 * people * (1 - 0.01 * week) * there
    series["sale_cents"][:, f] = 50 * pay
    series["fixed_cents"][:, f] = 30 * people * there // 10


def run_folder(folder: Path) -> Path:
    """A stored single run."""
    source = _written(folder)
    scenario = load(source).model_copy(update={"seed": 7})
    return store_run(scenario, simulate(scenario, seed=7), folder / "results")


def study_folder(folder: Path, design: str, replicates: int = 8, *, more: str = "") -> Path:
    """A stored study of one of ``DESIGNS``; more: further lines of its file."""
    _written(folder)
    study = folder / f"{design}.yaml"
    study.write_text(f"{STUDY}{DESIGNS[design]}\n{more}\n", "utf-8")
    ways = Ways(jobs=1, executor="threads", simulate=simulate)
    return sweep(resolve(study, replicates=replicates), folder / "results", ways).folder


def tournament_folder(folder: Path) -> Path:
    """A stored tournament of two strategies in markets of three firms."""
    asked = Tournament(
        str(_written(folder)), ("user-first", "customer-centric"), n_firms=3, replicates=6
    )
    ways = Ways(jobs=1, executor="threads", simulate=simulate)
    return sweep(round_robins(asked), folder / "results", ways).folder


def _written(folder: Path) -> Path:
    path = folder / "market.yaml"
    path.write_text(SCENARIO, "utf-8")
    return path
