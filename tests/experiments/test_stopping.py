"""Replicates until an interval is narrow: rounds, looks, and sweeps that go on."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from sim.experiments.errors import Interrupted
from sim.experiments.reading import ResolvedStudy
from sim.experiments.stopping import Judge, Look, PerRun, look, rounds, stored
from sim.experiments.store import open_store
from sim.experiments.study import Stop, Study
from sim.experiments.sweep import planned, sweep
from sim.experiments.ways import Progress, Ways
from sim.experiments.worker import Simulate
from sim.market.result import RunResult
from sim.scenario.schema import Scenario
from tests.experiments.fakes import simulate, small, treatments

STOP = {"measure": "survived", "strategy": "user-first", "width": 0.4, "at_least": 4, "at_most": 30}


def study(effects: tuple[float, ...] = (0.0, 1.0), **stop: object) -> ResolvedStudy:
    scenario = small()
    said = Study.model_validate(
        {"title": "S", "scenario": "s", "seed": 1, "series": ["n_users"], "stop": {**STOP, **stop}}
    )
    return ResolvedStudy("s", said, scenario, 1, treatments(scenario, effects))


def by_runs(measure: str, first: PerRun, second: PerRun | None) -> tuple[float, float, float]:
    """An interval whose width is known: 2 / runs, whatever they gave."""
    half = 1 / len(first)
    return 0.5, 0.5 - half, 0.5 + half


def replicates_in(folder: Path) -> int:
    with open_store(folder) as store:
        assert store.counts()[0] == store.counts()[2]
        return len(store.run_table().replicate.unique())


def rule(**changes: object) -> Stop:
    return Stop.model_validate({**STOP, **changes})


def test_a_round_adds_half_as_many_again() -> None:
    assert list(rounds(rule(at_least=20, at_most=100))) == [20, 30, 45, 68, 100]
    assert list(rounds(rule(at_least=2, at_most=4))) == [2, 3, 4]
    assert list(rounds(rule(at_least=9, at_most=9))) == [9]


def test_a_sweep_ends_with_the_first_round_that_is_narrow(tmp_path: Path) -> None:
    looks: list[Look] = []
    done = sweep(study(), tmp_path, Ways(1, simulate=simulate), Judge(by_runs, looks.append))
    assert [(each.replicates, each.enough) for each in looks] == [(4, False), (6, True)]
    assert [each.width for each in looks] == pytest.approx([0.5, 1 / 3])
    assert done.looks == tuple(looks)
    assert replicates_in(done.folder) == 6
    assert (done.progress.done, done.progress.total) == (12, 12)


def test_a_sweep_ends_at_most_there(tmp_path: Path) -> None:
    done = sweep(study(width=0.01, at_most=8), tmp_path, Ways(1, simulate=simulate), Judge(by_runs))
    assert [each.replicates for each in done.looks] == [4, 6, 8]
    assert not done.looks[-1].enough
    assert replicates_in(done.folder) == 8


def counting(made: list[int], then: Callable[[], None] = lambda: None) -> Simulate:
    """The stand-in engine, noting the seed of every run that is made."""

    def run(scenario: Scenario, *, seed: int, progress: object) -> RunResult:
        made.append(seed)
        then()
        return simulate(scenario, seed=seed, progress=None)

    return run


def test_no_run_is_made_twice(tmp_path: Path) -> None:
    made: list[int] = []
    ways = Ways(1, simulate=counting(made))
    for _ in range(2):
        sweep(study(), tmp_path, ways, Judge(by_runs))
        assert len(made) == 12
    sweep(study(width=0.25), tmp_path, ways, Judge(by_runs))
    assert len(made) == 18, "a narrower rule adds replicates to those there are"
    done = sweep(study(width=0.5), tmp_path, ways, Judge(by_runs))
    assert len(made) == 18
    assert replicates_in(done.folder) == 4, "a wider rule is content with fewer"


def test_an_interrupted_rule_ends_as_if_it_had_not_been(tmp_path: Path) -> None:
    whole = sweep(study(), tmp_path / "whole", Ways(1, simulate=simulate), Judge(by_runs))
    made: list[int] = []
    for at in (3, 9):  # in the first round, and in the second one
        stop = Ways(1, simulate=counting(made), stop=lambda at=at: len(made) >= at)
        with pytest.raises(Interrupted):
            sweep(study(), tmp_path / "cut", stop, Judge(by_runs))
    done = sweep(study(), tmp_path / "cut", Ways(1, simulate=simulate), Judge(by_runs))
    with open_store(done.folder) as one, open_store(whole.folder) as other:
        assert one.digest() == other.digest()
    assert [each.replicates for each in done.looks] == [4, 6]


@pytest.mark.parametrize(("jobs", "executor"), [(1, "threads"), (3, "threads"), (2, "processes")])
def test_rounds_do_not_depend_on_jobs(tmp_path: Path, jobs: int, executor: str) -> None:
    from sim.cli.sweep import _interval

    said = study(measure="trust", width=0.3)
    done = sweep(said, tmp_path, Ways(jobs, executor, simulate), Judge(_interval))
    once = sweep(said, tmp_path / "one", Ways(1, simulate=simulate), Judge(_interval))
    assert done.looks == once.looks
    assert len(done.looks) > 1


def failing(seeds: set[int]) -> Simulate:
    def run(scenario: Scenario, *, seed: int, progress: object) -> RunResult:
        if seed in seeds:
            raise RuntimeError("no luck")
        return simulate(scenario, seed=seed, progress=None)

    return run


def test_failed_runs_have_no_part_and_are_made_again_when_asked(tmp_path: Path) -> None:
    bad = {planned(study()).runs[0].seed}
    told: list[Progress] = []
    done = sweep(study(), tmp_path, Ways(1, simulate=failing(bad)), Judge(by_runs))
    assert done.progress.failed == 2
    assert done.looks[0].width == pytest.approx(2 / 3), "three of four runs"
    made: list[int] = []
    again = Ways(1, simulate=counting(made), failed=True, progress=told.append)
    done = sweep(study(), tmp_path, again, Judge(by_runs))
    assert (set(made), len(made)) == (bad, 2)
    assert done.looks[0].width == pytest.approx(0.5), "made before anything is looked at"
    assert done.progress.failed == 0


def look_at(stop: Stop, scenario: Scenario, firms: dict[str, list[tuple[str, float]]]) -> Look:
    said = study((0.0, 1.0))
    plan = [replace(run, scenario=scenario) for run in planned(said).runs]
    keyed = {run.key: firms[str(run.treatment)] for run in plan}
    seen: list[tuple[PerRun, PerRun | None]] = []

    def interval(measure: str, first: PerRun, second: PerRun | None) -> tuple[float, float, float]:
        seen.append((first, second))
        return 0.0, 0.0, first[0][0]

    found = look(stop, plan, keyed, 4, interval)
    look_at.seen = seen  # type: ignore[attr-defined]
    return found


def test_the_widest_treatment_decides() -> None:
    firms = {"0": [("user-first", 0.1)], "1": [("user-first", 0.9), ("user-first", 0.3)]}
    found = look_at(rule(), small(), firms)
    assert (found.treatment, found.width, found.enough) == (1, 0.9, False)


def test_two_strategies_are_compared_in_the_same_runs() -> None:
    firms = {str(t): [("user-first", 1.0), ("customer-centric", 0.0)] for t in (0, 1)}
    pair = rule(strategy="", between=("customer-centric", "user-first"))
    assert look_at(pair, small(), firms).enough
    assert look_at.seen[0] == ([[0.0]] * 4, [[1.0]] * 4)  # type: ignore[attr-defined]


def test_a_treatment_without_a_run_to_judge_is_not_narrow() -> None:
    found = look_at(rule(), small(), {"0": [("user-first", 0.1)], "1": [("placebo", 0.1)]})
    assert (found.treatment, found.width) == (1, math.inf)


def test_the_cli_gives_the_intervals_of_the_tables() -> None:
    from sim.analysis.intervals import wilson
    from sim.cli.sweep import _interval

    alive = [[1.0], [0.0], [1.0], [1.0]]
    assert _interval("survived", alive, None) == wilson(3, 4)
    _, low, high = _interval("survived", [[1.0]] * 20, None)
    assert high - low > 0.1, "runs that agree leave a doubt"
    value, low, high = _interval("discounted_profit", [[3.0], [4.0]] * 9, [[1.0], [2.0, 4.0]] * 9)
    assert (value, low < value < high) == (1.5, True)


def test_nothing_is_stored_where_nothing_was_swept(tmp_path: Path) -> None:
    assert not stored(tmp_path, "survived").status
