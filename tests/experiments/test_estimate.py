"""What a sweep would take: counts exactly, time by a clock that is known, disk by a real store."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from sim.cli.sweep_tables import show
from sim.experiments import estimate as module
from sim.experiments.design import plan
from sim.experiments.estimate import OPENING, OVERHEAD, OVERHEAD_WEEK, START, estimate
from sim.experiments.reading import ResolvedStudy, resolve
from sim.experiments.store import open_store
from sim.experiments.study import Study
from sim.experiments.sweep import sweep
from sim.experiments.ways import Ways
from sim.experiments.worker import engine
from sim.market.result import RunResult
from sim.scenario.schema import Scenario
from tests.experiments.fakes import result, simulate, small, treatments

BEYOND = OVERHEAD + OVERHEAD_WEEK * 2 * 13  # seconds of storing a run of two firms and 13 weeks


class Clock:
    """Time passes only while a run is made: 0.02 s and 1 ms a person, times its own pace."""

    def __init__(self, pace: Callable[[Scenario], float] = lambda _: 1.0) -> None:
        self.now, self.pace = 0.0, pace
        self.people: list[int] = []

    def __call__(self) -> float:
        return self.now

    def simulate(self, scenario: Scenario, *, seed: int, progress: object) -> RunResult:
        self.people.append(scenario.people.count)
        self.now += self.pace(scenario) * (0.02 + 0.001 * scenario.people.count)
        return result(small(), seed)


def study(
    people: int = 100, effects: tuple[float, ...] = (0.0, 1.0), **said: object
) -> ResolvedStudy:
    scenario = small()
    scenario = scenario.model_copy(
        update={"people": scenario.people.model_copy(update={"count": people})}
    )
    made = Study.model_validate(
        {"title": "S", "scenario": "s", "seed": 1, "replicates": 10, "series_every": 6, **said}
    )
    return ResolvedStudy("s", made, scenario, 1, treatments(scenario, effects))


@pytest.fixture(autouse=True)
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "cores", lambda: 2)


@pytest.fixture
def paced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Interpreted work takes as long as where the constants were measured."""
    monkeypatch.setattr(module, "pace", lambda: 1.0)


@pytest.mark.usefixtures("paced")
@pytest.mark.parametrize("people", [100, 500, 1999, 20_000, 1_000_000])
def test_time_grows_with_people_and_tries_stay_short(tmp_path: Path, people: int) -> None:
    clock = Clock()
    found = estimate(study(people), tmp_path / "s", 1, simulate=clock.simulate, clock=clock)
    assert found.seconds_a_run == pytest.approx(0.02 + 0.001 * people)
    assert found.seconds == pytest.approx((OPENING + 20 * (found.seconds_a_run + BEYOND),) * 2)
    assert max(clock.people) <= 2000
    assert (found.treatments, found.runs, found.stored) == (2, (20, 20), 0)


@pytest.mark.usefixtures("paced")
def test_jobs_share_the_time_as_far_as_there_are_cores(tmp_path: Path) -> None:
    def seconds(jobs: int) -> float:
        clock = Clock()
        return estimate(study(), tmp_path, jobs, simulate=clock.simulate, clock=clock).seconds[0]

    assert seconds(2) == pytest.approx(OPENING + START + (seconds(1) - OPENING) / 2)
    assert seconds(8) == seconds(2)


def test_a_few_treatments_are_tried(tmp_path: Path) -> None:
    clock = Clock(lambda scenario: 1 + scenario.market.network.effect)
    effects = tuple(float(i) for i in range(9))
    found = estimate(study(500, effects), tmp_path, 1, simulate=clock.simulate, clock=clock)
    assert clock.people[1:] == [500] * 3, "no larger than the study asks for"
    assert found.seconds_a_run == pytest.approx(0.52 * (1 + 5 + 9) / 3)
    assert found.basis == "short runs of 3 treatments"


@pytest.mark.usefixtures("paced")
def test_what_is_stored_is_not_counted_again_and_tells_the_time(tmp_path: Path) -> None:
    swept = sweep(study(replicates=4), tmp_path, Ways(1, simulate=simulate))
    clock = Clock()
    found = estimate(study(), swept.folder, 1, simulate=clock.simulate, clock=clock)
    assert (found.runs, found.stored) == ((20, 20), 8)
    assert clock.people == [], "stored runs tell more than tries"
    assert found.basis == "8 stored runs"
    assert found.seconds[0] == pytest.approx(OPENING + 12 * (found.seconds_a_run + BEYOND))
    done = estimate(study(replicates=4), swept.folder, 2, simulate=clock.simulate, clock=clock)
    assert (done.seconds, done.bytes) == ((0.0, 0.0), (0.0, 0.0))


def test_a_slow_machine_takes_longer_for_what_is_not_the_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(slow: float) -> tuple[float, float]:
        monkeypatch.setattr(module, "pace", lambda: slow)
        clock = Clock()
        found = estimate(study(100), tmp_path, 1, simulate=clock.simulate, clock=clock)
        assert found.seconds_a_run == pytest.approx(0.12), "it was measured here"
        return found.seconds[0] - 20 * found.seconds_a_run, found.after[0]

    assert np.array(asked(3.0)) == pytest.approx(3.0 * np.array(asked(1.0)))


@pytest.mark.usefixtures("paced")
def test_a_stopping_rule_gives_a_least_and_a_most(tmp_path: Path) -> None:
    stop = {"measure": "survived", "strategy": "user-first", "width": 0.1, "at_least": 5}
    clock = Clock()
    said = study(replicates=5).study.model_dump(exclude_unset=True)
    said.pop("replicates")
    base = study()
    rule = ResolvedStudy(
        "s", Study.model_validate({**said, "stop": stop}), base.base, 1, base.treatments
    )
    found = estimate(rule, tmp_path, 1, simulate=clock.simulate, clock=clock)
    assert found.runs == (10, 800)
    assert found.seconds[1] - OPENING == pytest.approx(80 * (found.seconds[0] - OPENING))


def test_short_runs_are_tried_several_times(tmp_path: Path) -> None:
    """One of them says little: the first is slow, others are disturbed."""
    clock = Clock(lambda _: 1.0 if len(clock.people) == 3 else 0.1)
    found = estimate(study(100, (0.0,)), tmp_path, 1, simulate=clock.simulate, clock=clock)
    assert found.seconds_a_run == pytest.approx(0.012), "the median"


def folder_bytes(folder: Path) -> int:
    """All of a folder, as it is once somebody has read it."""
    with open_store(folder) as store:
        assert store.counts()[1] == 0
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    ("name", "people", "weeks", "replicates"),
    [
        ("headline", 1000, 104, 20),
        ("headline", 2000, 260, 3),
        ("cash-and-network", 200, 52, 2),
        ("users-not-customers", 20_000, 52, 3),
    ],
)
def test_disk_is_of_the_right_size(
    tmp_path: Path, name: str, people: int, weeks: int, replicates: int
) -> None:
    """The estimate adds tables: 245 bytes a firm and run, 850 a treatment."""
    changes = [f"people.count={people}", f"weeks={weeks}"]
    real = resolve(name, changes, replicates=replicates)
    swept = sweep(real, tmp_path, Ways(1))
    found = estimate(real, swept.folder.parent / "none", 1)
    tables = found.runs[0] * 6 * 245 + found.treatments * 850
    assert found.bytes[0] == pytest.approx(folder_bytes(swept.folder) + tables, rel=0.3)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["users-not-customers", "five-behaviours"])
def test_time_of_runs_is_of_the_right_size(tmp_path: Path, name: str) -> None:
    """In processor time.  How near it comes is measured by ``make bench-estimates``."""
    real = resolve(name, ["people.count=9000", "weeks=260"], replicates=3)
    engine(real.base, seed=1, progress=None)  # loads what the first run needs
    found = estimate(real, tmp_path, 1, clock=time.process_time)
    spent = []
    for run in plan(real.treatments, 3, real.root):
        began = time.process_time()
        engine(run.scenario, seed=run.seed, progress=None)
        spent.append(time.process_time() - began)
    assert 0.4 < found.seconds_a_run / float(np.mean(spent)) < 2.5


@pytest.mark.slow
@pytest.mark.parametrize("name", ["headline", "cash-and-network", "screening", "imitation"])
def test_time_of_tables_and_figures_is_of_the_right_size(tmp_path: Path, name: str) -> None:
    """In processor time, as above; with few people, who cost the tables and figures nothing."""
    real = resolve(name, ["people.count=100", "weeks=156"], replicates=2)
    folder = sweep(real, tmp_path, Ways(1)).folder
    asked = estimate(real, folder, 1).after[0]
    began = time.process_time()
    show(folder)
    assert 0.4 < asked / (time.process_time() - began) < 2.5


@pytest.mark.usefixtures("paced")
def test_many_treatments_cost_rows_of_the_table_not_figures(tmp_path: Path) -> None:
    def after(n: int, **said: object) -> float:
        clock, effects = Clock(), tuple(float(i) for i in range(n))
        asked = study(10, effects, replicates=1, **said)
        return estimate(asked, tmp_path, 1, simulate=clock.simulate, clock=clock).after[0]

    assert after(1) < after(2) < after(12)
    assert after(212) - after(112) < 2 * (after(12) - after(2))
