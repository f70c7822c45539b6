"""The same table by any way of making it; and what becomes of runs that fail."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sim.experiments import runner
from sim.experiments.engine_version import model_version
from sim.experiments.errors import SweepError
from sim.experiments.runner import run_plan
from sim.experiments.store import open_store
from sim.experiments.ways import Progress, Ways
from sim.experiments.writer import Plan
from sim.market.result import firm_rows
from sim.scenario.read import load
from tests.experiments.fakes import result, simulate, small_plan, with_effect

ROOT = Path(__file__).resolve().parents[2]


def swept(folder: Path, plan: Plan | None = None, **ways: Any) -> str:
    """Sweep, and the digest of the table."""
    ways = {"jobs": 1, "simulate": simulate, **ways}
    run_plan(folder, plan or small_plan(), Ways(**ways))
    with open_store(folder) as store:
        return store.digest()


@pytest.fixture(scope="module")
def inline(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Digest of the small sweep made in this process."""
    return swept(tmp_path_factory.mktemp("inline") / "s")


@pytest.mark.parametrize(
    ("jobs", "executor"),
    [
        (2, "threads"),
        (4, "threads"),
        (2, "processes"),
        pytest.param(4, "processes", marks=pytest.mark.slow),
    ],
)
def test_any_way_gives_the_same_table(
    tmp_path: Path, inline: str, jobs: int, executor: str
) -> None:
    assert swept(tmp_path / "s", jobs=jobs, executor=executor) == inline


def test_any_order_gives_the_same_table(tmp_path: Path, inline: str) -> None:
    plan = small_plan()
    assert swept(tmp_path / "s", replace(plan, runs=plan.runs[::-1])) == inline


@pytest.mark.parametrize("size", [1, 7, 100])
def test_any_size_of_chunk_gives_the_same_table(
    tmp_path: Path, inline: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner._Sweep, "size", lambda self: min(size, len(self.pending)))
    assert swept(tmp_path / "s", jobs=2, executor="threads") == inline


def test_somebody_elses_executor_is_used_and_left_running(tmp_path: Path, inline: str) -> None:
    with ThreadPoolExecutor(3) as pool:
        assert swept(tmp_path / "s", jobs=3, executor=pool) == inline
        assert pool.submit(int, "7").result() == 7


def test_the_table_is_what_the_runs_gave(tmp_path: Path) -> None:
    plan = small_plan(replicates=2)
    swept(tmp_path / "s", plan)
    run = plan.runs[4]
    own = result(with_effect(run.scenario, 1.0), run.seed)
    with open_store(tmp_path / "s") as store:
        table = store.firm_table()
        rows = table[(table.treatment == "effect 1") & (table.replicate == 1)]
        for row, expected in zip(rows.to_dict("records"), firm_rows(own), strict=True):
            assert {name: row[name] for name in expected} == expected
        series = store.series(["n_users", "trust", "cash_cents"])
        series = series[(series.run == run.key) & (series.firm == "New")]
        assert series.week.tolist() == [0, 4, 8, 12, 13]
        for name in ("n_users", "cash_cents"):
            assert series[name].tolist() == own.firm_series[name][[0, 4, 8, 12, 13], 1].tolist()
        assert series.trust.tolist() == pytest.approx(
            own.firm_series["trust"][[0, 4, 8, 12, 13], 1]
        )
        market = store.market(["n_online"])
        found = market[market.run == run.key].n_online.tolist()
        assert found == own.market_series["n_online"][[0, 4, 8, 12, 13]].tolist()


def test_progress_is_told_and_ends_complete(tmp_path: Path) -> None:
    told: list[Progress] = []
    swept(tmp_path / "s", small_plan("sleep=0.002", replicates=30), progress=told.append)
    assert told[0] == Progress(0, 90, 0, 0.0, None)
    assert [p.done for p in told] == sorted({p.done for p in told})
    assert told[-1].done == 90
    assert told[-1].seconds_left == 0
    middle = told[len(told) // 2]
    assert middle.seconds_left == pytest.approx((90 - middle.done) / middle.rate)


def test_a_sweep_made_again_makes_nothing(tmp_path: Path) -> None:
    first = swept(tmp_path / "s")
    told: list[Progress] = []
    assert swept(tmp_path / "s", simulate=forbidden, progress=told.append) == first
    assert [p.done for p in told] == [12]


def forbidden(*_: object, **__: object) -> Any:
    raise AssertionError("no run was to be made")


def test_more_replicates_add_to_what_is_there(tmp_path: Path, inline: str) -> None:
    swept(tmp_path / "s", small_plan(replicates=2))
    told: list[Progress] = []
    assert swept(tmp_path / "s", progress=told.append) == inline
    assert told[0].done == 6


def test_a_changed_scenario_makes_new_runs_and_keeps_the_old(tmp_path: Path) -> None:
    swept(tmp_path / "s", small_plan(weeks=13))
    swept(tmp_path / "s", small_plan(weeks=26))
    with open_store(tmp_path / "s") as store:
        assert store.counts() == (12, 0, 12)
        assert store.series(["n_users"]).week.max() == 26
        assert len(store.run_table()) == 12
        assert len(store.run_table(former=True)) == 24
        assert len(store.treatments(former=True)) == 6
        assert store.verify() == []


@pytest.mark.parametrize("change", [{"root": 2}, {"replicates": 2}])
def test_the_table_holds_the_study_as_it_is_now(tmp_path: Path, change: dict[str, int]) -> None:
    swept(tmp_path / "s", small_plan())
    changed = small_plan(**change)
    swept(tmp_path / "s", changed)
    with open_store(tmp_path / "s") as store:
        assert sorted(store.run_table().id) == sorted(run.key for run in changed.runs)


def test_a_new_model_version_makes_every_run_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    swept(tmp_path / "s")
    monkeypatch.setattr("sim.market.result.MODEL_VERSION", "other")
    told: list[Progress] = []
    swept(tmp_path / "s", progress=told.append)
    assert told[0].done == 0
    with open_store(tmp_path / "s") as store:
        assert set(store.run_table().version) == {model_version()}
    assert model_version().startswith("other-")


def test_two_treatments_with_one_scenario_share_its_runs(tmp_path: Path) -> None:
    plan = small_plan(effects=(1.0, 1.0))
    varied = (plan.treatments[0], replace(plan.treatments[1], name="placebo"))
    swept(tmp_path / "s", replace(plan, treatments=varied))
    with open_store(tmp_path / "s") as store:
        table = store.firm_table()
        assert set(table.treatment) == {"effect 1", "placebo"}
        assert table.run.nunique() == 4
        assert len(table) == 16
        assert store.counts() == (4, 0, 4), "a shared run is one run"


def bad_plan(fault: str, marks: Path, replicates: int = 3) -> Plan:
    marks.mkdir(exist_ok=True)
    story = f"fault={fault} mark={marks}"
    return small_plan(story, effects=(0.0, 3.0, 1.0), replicates=replicates)


@pytest.mark.parametrize(("jobs", "executor"), [(1, "processes"), (2, "threads")])
def test_a_run_that_raises_is_recorded_and_the_others_complete(
    tmp_path: Path, jobs: int, executor: str
) -> None:
    plan = bad_plan("raise", tmp_path / "marks")
    swept(tmp_path / "s", plan, jobs=jobs, executor=executor)
    with open_store(tmp_path / "s") as store:
        assert store.counts() == (9, 3, 9)
        table = store.run_table()
        assert set(table[table.status == "FAILED"].treatment) == {"effect 3"}
        for row in table[table.status == "FAILED"].to_dict("records"):
            assert f"RuntimeError: nothing goes at seed {row['seed']}" in row["error"]
            assert "Traceback" in row["error"]
            last = row["error"].splitlines()[-1]
            file = tmp_path / "s" / "failed" / f"{row['id']}.yaml"
            assert last == f"seed {row['seed']}, replay: userfirst run {file}"
            again = load(file)
            assert (again.seed, again.market.network.effect) == (row["seed"], 3.0)
        assert set(store.firm_table().treatment) == {"effect 0", "effect 1"}
        assert set(store.series(["n_users"]).treatment) == {"effect 0", "effect 1"}
        assert store.verify() == []


def test_failed_runs_are_made_again_only_when_asked(tmp_path: Path) -> None:
    plan = bad_plan("raise", tmp_path / "marks")
    swept(tmp_path / "s", plan)
    swept(tmp_path / "s", plan)
    assert len(list((tmp_path / "marks").iterdir())) == 3
    mended = small_plan("", effects=(0.0, 3.0, 1.0), replicates=3)  # words do not make a new run
    swept(tmp_path / "s", mended, failed=True)
    with open_store(tmp_path / "s") as store:
        assert store.counts() == (9, 0, 9)


def test_a_worker_that_dies_once_costs_nothing_but_time(tmp_path: Path) -> None:
    plan = bad_plan("die-once", tmp_path / "marks")
    digest = swept(tmp_path / "s", plan, jobs=2)
    with open_store(tmp_path / "s") as store:
        assert store.counts() == (9, 0, 9)
    attempts = [path.name for path in (tmp_path / "marks").iterdir()]
    assert len(attempts) == 6, "each of the three was tried again"
    assert digest == swept(
        tmp_path / "whole", small_plan("", effects=(0.0, 3.0, 1.0), replicates=3)
    )


def test_a_run_that_kills_its_worker_twice_fails_and_the_others_complete(tmp_path: Path) -> None:
    plan = bad_plan("die", tmp_path / "marks", replicates=2)
    swept(tmp_path / "s", plan, jobs=2)
    assert len(list((tmp_path / "marks").iterdir())) == 4, "two deaths each, and no third"
    with open_store(tmp_path / "s") as store:
        assert store.counts() == (6, 2, 6)
        table = store.run_table()
        failed = table[table.status == "FAILED"]
        assert set(failed.treatment) == {"effect 3"}
        assert failed.error.str.startswith("its worker died 2 times").all()
        assert failed.error.str.contains("replay: userfirst run ").all()


def test_a_run_that_hangs_is_ended_at_its_limit(tmp_path: Path) -> None:
    plan = bad_plan("hang", tmp_path / "marks", replicates=1)
    swept(tmp_path / "s", plan, jobs=1, limit=0.5)
    with open_store(tmp_path / "s") as store:
        assert store.counts() == (3, 1, 3)
        table = store.run_table()
        assert "or it took more than 0.5 s" in table[table.status == "FAILED"].error.item()


def test_a_limit_needs_processes(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="needs worker processes"):
        swept(tmp_path / "s", executor="threads", limit=1.0)


def test_workers_that_never_start_end_the_sweep(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.experiments.executors.settle_worker", dead_on_arrival)
    with pytest.raises(SweepError, match="do not start"):
        swept(tmp_path / "s", jobs=2)


def dead_on_arrival() -> None:
    os._exit(3)


class Loser(Executor):
    """A cluster that loses the first three chunks, as one whose workers are killed does."""

    def __init__(self) -> None:
        self.n_sent = 0

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.n_sent += 1
        if self.n_sent <= 3:
            future.set_exception(RuntimeError("worker lost"))
        else:
            future.set_result(fn(*args, **kwargs))
        return future


def test_chunks_lost_by_a_cluster_are_made_again(tmp_path: Path, inline: str) -> None:
    assert swept(tmp_path / "s", jobs=2, executor=Loser()) == inline


def test_nothing_heavy_is_imported_before_it_is_used() -> None:
    code = (
        "import sys, sim.experiments.sweep, sim.experiments.store, sim.experiments.reading\n"
        "heavy = {'numba', 'mesa', 'pandas', 'duckdb', 'scipy', 'matplotlib', 'numpy'}\n"
        "print(*sorted(heavy & set(sys.modules)))"
    )
    said = subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True)
    assert said.strip() == ""
