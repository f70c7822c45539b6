"""Sweeps on a real Dask cluster over TCP: the same results, deaths, limits, ends."""

from __future__ import annotations

import http.server
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sim.experiments import cluster, runner
from sim.experiments.errors import ExecutorError, Interrupted, SweepError
from sim.experiments.runner import run_plan
from sim.experiments.store import open_store
from sim.experiments.ways import Progress, Ways
from tests.experiments.fakes import simulate, small_plan
from tests.experiments.processes import ROOT, wait_for_runs
from tests.experiments.tiny_market import market_plan, on_one_thread, shuffled, swept

if not os.environ.get("USERFIRST_CI"):
    pytest.importorskip("distributed", reason="needs Dask: pip install 'userfirst[dask]'")


def dask_cluster(n_workers: int, *, processes: bool = True) -> Any:
    """A scheduler and its workers on free ports, each worker with one thread."""
    return cluster.dask().LocalCluster(
        n_workers=n_workers, threads_per_worker=1, processes=processes, protocol="tcp",
        host="127.0.0.1", dashboard_address="127.0.0.1:0",
    )  # fmt: skip


def named(made: Any) -> str:
    return str(made.scheduler_address.replace("tcp://", "dask://"))


@pytest.fixture(scope="module")
def dask() -> Iterator[Any]:
    """Two worker processes, which all tests of this file share: a sweep leaves them alive."""
    with dask_cluster(2) as made:
        yield made


@pytest.mark.parametrize(
    "size", [None, *(pytest.param(n, marks=pytest.mark.slow) for n in (1, 7, 100))]
)
def test_a_cluster_leaves_the_same(
    tmp_path: Path, dask: Any, size: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    inline = swept(tmp_path / "inline", jobs=1)
    if size is not None:
        monkeypatch.setattr(runner._Sweep, "size", lambda self: min(size, len(self.pending)))
    assert swept(tmp_path / "s", shuffled(market_plan()), executor=named(dask)) == inline
    assert not dask.scheduler.tasks, "the scheduler has forgotten the runs"
    assert not dask.scheduler.extensions["events"]._events


def test_a_worker_uses_one_thread_for_a_run(tmp_path: Path, dask: Any) -> None:
    ways = Ways(executor=named(dask), simulate=on_one_thread)
    run_plan(tmp_path / "s", small_plan(replicates=1), ways)
    with open_store(tmp_path / "s") as store:
        assert store.counts() == (3, 0, 3), store.run_table().error.tolist()


def bad_plan(fault: str, marks: Path, replicates: int) -> Any:
    marks.mkdir()
    return small_plan(f"fault={fault} mark={marks}", effects=(0.0, 3.0, 1.0), replicates=replicates)


@pytest.mark.parametrize(
    ("fault", "tries", "failed"),
    [("die-once", 2, 0), pytest.param("die", 2, 1, marks=pytest.mark.slow)],
)
def test_a_death_costs_a_retry_and_the_second_the_run(
    tmp_path: Path, dask: Any, fault: str, tries: int, failed: int
) -> None:
    plan = bad_plan(fault, tmp_path / "marks", 1)
    run_plan(tmp_path / "s", plan, Ways(executor=named(dask), simulate=simulate))
    with open_store(tmp_path / "s") as store:
        assert store.counts() == (3, failed, 3)
        errors = store.run_table().error.tolist()
    assert len(list((tmp_path / "marks").iterdir())) == tries, "no worker died in vain"
    if failed:
        assert "its worker died 2 times: WorkerDied: " in max(errors)


@pytest.mark.slow
def test_a_run_that_hangs_is_reported_within_five_seconds_of_its_limits(
    tmp_path: Path, dask: Any
) -> None:
    plan, limit = bad_plan("hang", tmp_path / "marks", 1), 1.0
    began = time.monotonic()
    run_plan(tmp_path / "s", plan, Ways(executor=named(dask), simulate=simulate, limit=limit))
    assert time.monotonic() - began < 2 * (limit + 5), "it was tried twice"
    with open_store(tmp_path / "s") as store:
        assert store.counts() == (3, 1, 3)
        assert "or it took more than 1 s" in max(store.run_table().error)


@pytest.mark.slow
def test_ctrl_c_leaves_the_cluster_alive_and_idle(tmp_path: Path, dask: Any) -> None:
    folder = tmp_path / "s"
    script = str(ROOT / "tests" / "experiments" / "sweep_alone.py")
    told = [str(folder), "sleep=0.05", "40", "2", named(dask)]
    sweep = subprocess.Popen(
        [sys.executable, script, *told],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    wait_for_runs(sweep)
    began = time.monotonic()
    os.killpg(sweep.pid, signal.SIGINT)
    _, line = sweep.communicate(timeout=30)
    assert time.monotonic() - began < 4  # 2 s where nothing else uses the processors
    assert sweep.returncode == 130
    assert line.count("\n") == 1, line
    assert "continue with: userfirst sweep small" in line
    end = time.monotonic() + 5
    while dask.scheduler.tasks and time.monotonic() < end:
        time.sleep(0.05)
    assert not dask.scheduler.tasks, "what was sent is cancelled"
    plan = small_plan("sleep=0.05", replicates=40)
    ways = Ways(executor=named(dask), simulate=simulate)
    with open_store(folder) as store:
        before = store.counts()[0]
    told_later: list[Progress] = []
    run_plan(folder, plan, Ways(jobs=2, executor=ways.executor, simulate=simulate,
                                progress=told_later.append))  # fmt: skip
    assert 0 < told_later[0].done == before < told_later[-1].done == 120


def test_a_stopped_sweep_ends_the_runs_at_work_on_the_cluster(tmp_path: Path) -> None:
    """Their result is wanted no more, and a thread cannot be killed: they end at a review."""
    with dask_cluster(1, processes=False) as made:
        (worker,) = made.workers.values()
        at_work = worker.active_threads
        ways = Ways(executor=named(made), simulate=simulate, stop=lambda: bool(at_work))
        with pytest.raises(Interrupted):
            run_plan(tmp_path / "s", small_plan("sleep=60"), ways)
        end = time.monotonic() + 10
        while at_work and time.monotonic() < end:
            time.sleep(0.02)
        assert not at_work


def test_no_scheduler_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither one that refuses, nor one that talks of something else."""
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 0.5)
    server = http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for port in (1, server.server_port):
        name = f"dask://127.0.0.1:{port}"
        with pytest.raises(ExecutorError) as refused:
            run_plan(tmp_path / str(port), small_plan(), Ways(executor=name, simulate=simulate))
        assert str(refused.value) == f"no Dask scheduler answers at {name}"
        assert refused.value.status == 2
    server.shutdown()
    server.server_close()


def test_connecting_takes_ten_seconds_at_most() -> None:
    assert cluster.CONNECT_SECONDS + 1 <= 10
    assert cluster.WORKERS_SECONDS <= 10


def test_a_cluster_without_workers_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "WORKERS_SECONDS", 0.2)
    with dask_cluster(0, processes=False) as made, pytest.raises(ExecutorError) as refused:
        run_plan(tmp_path / "s", small_plan(), Ways(executor=named(made), simulate=simulate))
    assert str(refused.value) == f"the cluster at {named(made)} has no workers"


def test_a_cluster_that_goes_away_ends_the_sweep_with_one_line(tmp_path: Path) -> None:
    made = dask_cluster(1, processes=False)
    told: list[Progress] = []

    def tell(progress: Progress) -> None:
        told.append(progress)
        if progress.done > 3 and len(told) > 1:
            made.close(timeout=5)

    plan = small_plan("sleep=0.05", replicates=40)
    ways = Ways(executor=named(made), simulate=simulate, progress=tell, resume="userfirst sweep x")
    with pytest.raises(SweepError) as ended:
        run_plan(tmp_path / "s", plan, ways)
    gone = f"the cluster at {ways.executor} is gone; continue with: userfirst sweep x"
    assert str(ended.value) == gone
    with open_store(tmp_path / "s") as store:
        assert 3 < store.counts()[0] < 120


def test_workers_that_go_away_end_the_sweep_with_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "GONE_SECONDS", 1.0)
    monkeypatch.setattr(cluster, "LOOK_SECONDS", 0.2)
    with dask_cluster(1, processes=False) as made:
        plan = small_plan("sleep=0.05", replicates=40)

        def tell(progress: Progress) -> None:
            if progress.done > 3:
                made.scale(0)

        ways = Ways(executor=named(made), simulate=simulate, progress=tell)
        with pytest.raises(SweepError, match=r"all workers of the cluster at .* are gone"):
            run_plan(tmp_path / "s", plan, ways)


def test_workers_with_other_code_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their runs would be stored under the names of ours."""
    cluster.check_same(cluster.code_digest())
    with pytest.raises(SweepError, match=r"another version of userfirst .* install the same"):
        cluster.check_same("0123456789ab")
    with dask_cluster(1, processes=False) as made:
        monkeypatch.setattr(cluster.ClusterLane, "_check_workers", lambda self: None)
        monkeypatch.setattr(cluster, "check_same", lambda digest: other(digest))
        with pytest.raises(SweepError, match="other code"):
            run_plan(tmp_path / "s", small_plan(), Ways(executor=named(made), simulate=simulate))


def other(_digest: str) -> None:
    raise SweepError("other code")
