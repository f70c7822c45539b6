"""One table and one set of series by any way of making runs; what is refused, and when."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from sim.experiments import memory, runner
from sim.experiments.errors import ExecutorError, TooLarge
from sim.experiments.executors import GRACE, Lane, check_kind
from sim.experiments.runner import run_plan
from sim.experiments.store import open_store
from sim.experiments.ways import Ways
from tests.experiments.fakes import simulate, small_plan
from tests.experiments.tiny_market import (
    everything,
    market_plan,
    shuffled,
    stands_still_once,
    swept,
)

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def inline(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Digest of everything that the sweep leaves when made in this process."""
    return swept(tmp_path_factory.mktemp("inline") / "s", jobs=1)


def chunks_of(size: int, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(runner._Sweep, "size", lambda self: min(size, len(self.pending)))


@pytest.mark.parametrize(("jobs", "size", "executor"), [(2, 1, "threads"), (4, 7, "threads")])
def test_threads_leave_the_same(
    tmp_path: Path,
    inline: str,
    jobs: int,
    size: int,
    executor: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chunks_of(size, monkeypatch)
    assert swept(tmp_path / "s", shuffled(market_plan()), jobs=jobs, executor=executor) == inline


@pytest.mark.parametrize(
    ("jobs", "size"),
    [
        (2, 7),
        pytest.param(2, 1, marks=pytest.mark.slow),
        pytest.param(2, 100, marks=pytest.mark.slow),
        pytest.param(4, 1, marks=pytest.mark.slow),
        pytest.param(8, 7, marks=pytest.mark.slow),
    ],
)
def test_processes_leave_the_same(
    tmp_path: Path, inline: str, jobs: int, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chunks_of(size, monkeypatch)
    assert swept(tmp_path / "s", shuffled(market_plan()), jobs=jobs) == inline


def test_another_seed_leaves_something_else(tmp_path: Path, inline: str) -> None:
    """Or the digest of everything would be of nothing."""
    other = market_plan(people=501)
    assert swept(tmp_path / "s", other, jobs=1) != inline


def mpiexec() -> str:
    """MPI's launcher; without it the test is skipped, but not where everything must be tested."""
    beside = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    found = shutil.which("mpiexec", path=beside)
    if found is None and not os.environ.get("USERFIRST_CI"):
        pytest.skip("there is no mpiexec here (pip install mpich mpi4py)")
    assert found is not None, "there is no mpiexec, and USERFIRST_CI asks for all tests"
    return found


def on_ranks(n: int, *program: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [mpiexec(), "-n", str(n), sys.executable, "-m", "mpi4py.futures", *program]
    return subprocess.run(
        command,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_two_ranks_of_mpi_leave_the_same(tmp_path: Path, inline: str) -> None:
    folder = tmp_path / "s"
    ended = on_ranks(2, "-m", "tests.experiments.tiny_market", str(folder), "mpi", cwd=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert everything(folder) == inline


def test_mpi_needs_a_start_by_mpi4py(tmp_path: Path) -> None:
    pytest.importorskip("mpi4py.futures", exc_type=ImportError)
    with pytest.raises(ExecutorError, match=r"mpiexec -n 3 python -m mpi4py.futures -m sim") as no:
        run_plan(tmp_path / "s", small_plan(), Ways(executor="mpi", simulate=simulate))
    assert "\n" not in str(no.value)
    assert not (tmp_path / "s").exists()


@pytest.mark.parametrize(
    ("executor", "module", "extra"),
    [("dask://localhost:1", "distributed", "dask"), ("mpi", "mpi4py.futures", "mpi")],
)
def test_a_missing_package_is_one_line_with_its_extra(
    tmp_path: Path, executor: str, module: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ExecutorError) as refused:
        run_plan(tmp_path / "s", small_plan(), Ways(executor=executor, simulate=simulate))
    assert str(refused.value).endswith(f"pip install 'userfirst[{extra}]'")
    assert "\n" not in str(refused.value)
    assert refused.value.status == 2
    assert not (tmp_path / "s").exists(), "nothing was touched"


@pytest.mark.parametrize("name", ["", "process", "dask", "dask://", "dask://h", "dask://h:0x1"])
def test_a_wrong_name_is_one_line(name: str) -> None:
    with pytest.raises(ExecutorError, match=r"dask://HOST:PORT.*got"):
        check_kind(name)


@pytest.mark.parametrize("executor", ["threads", ThreadPoolExecutor(1)])
def test_a_limit_is_refused_where_nothing_can_be_ended(executor: Any) -> None:
    with pytest.raises(ExecutorError, match="a limit of seconds needs worker processes"):
        check_kind(executor, 1.0)


class CountedLanes:
    """Stands in for ``open_lanes``; says whether any worker would have been started."""

    def __init__(self) -> None:
        self.n_opened = 0

    def __call__(self, *_: Any, **__: Any) -> list[Lane]:
        self.n_opened += 1
        raise AssertionError("a worker was started")


@pytest.mark.parametrize(("jobs", "fits"), [(2, True), (3, False)])
def test_a_sweep_too_large_is_refused_before_a_worker_starts(
    tmp_path: Path, jobs: int, fits: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sim.market import estimate_bytes

    plan = market_plan()
    one = estimate_bytes(plan.runs[0].scenario)
    monkeypatch.setattr(memory, "available_bytes", lambda: int(2.5 * one))
    lanes = CountedLanes()
    monkeypatch.setattr(runner, "open_lanes", lanes)
    ways = Ways(jobs=jobs, resume="userfirst sweep x")
    with pytest.raises(AssertionError if fits else TooLarge) as ended:
        run_plan(tmp_path / "s", plan, ways)
    assert lanes.n_opened == fits
    if not fits:
        assert str(ended.value) == (
            f"500 people (3 at a time) need about {3 * one / 2**30:.1f} GiB of memory, "
            f"{2.5 * one / 2**30:.1f} are free; try fewer --people or fewer --jobs"
        )
        assert isinstance(ended.value, TooLarge)
        assert ended.value.status == 2


def bad_plan(fault: str, marks: Path) -> Any:
    marks.mkdir()
    return small_plan(f"fault={fault} mark={marks}", effects=(0.0, 3.0, 1.0), replicates=1)


def test_a_run_that_hangs_is_reported_within_five_seconds_of_its_limits(tmp_path: Path) -> None:
    plan, limit = bad_plan("hang", tmp_path / "marks"), 0.5
    began = time.monotonic()
    run_plan(tmp_path / "s", plan, Ways(2, "processes", simulate, limit=limit))
    assert time.monotonic() - began < 2 * (limit + 5), "it was tried twice"
    with open_store(tmp_path / "s") as store:
        assert store.counts() == (3, 1, 3)


def test_a_worker_that_stands_still_is_ended_at_its_limit(tmp_path: Path) -> None:
    """Stopped by the system, it cannot end itself; its parent does."""
    plan, limit = small_plan(f"mark={tmp_path}", effects=(0.0,), replicates=6), 0.5
    began = time.monotonic()
    run_plan(tmp_path / "s", plan, Ways(1, "processes", stands_still_once, limit=limit))
    stood = (tmp_path / "stopped").stat().st_mtime
    assert time.time() - stood < limit + GRACE + 5
    assert time.monotonic() - began > limit + GRACE
    with open_store(tmp_path / "s") as store:
        assert store.counts() == (6, 0, 6), "the run was made again"


def test_runs_of_several_threads_each_have_their_limit() -> None:
    """Of two runs in one process, the one that is over its limit ends it."""
    code = (
        "import threading, time\n"
        "from sim.experiments.worker import _Deadline\n"
        "def run(limit, seconds):\n"
        "    with _Deadline(limit):\n"
        "        time.sleep(seconds)\n"
        "    print(limit, flush=True)\n"
        "for pair in ((0.6, 30), (20, 0.2), (30, 30)):\n"
        "    threading.Thread(target=run, args=pair).start()\n"
    )
    began = time.monotonic()
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 1
    assert ended.stdout == "20\n", "the short run was over, and its limit with it"
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    ("n_runs", "seconds", "least", "size"),
    [
        (100_000, 1e-4, 0.0, 256),  # capped
        (100_000, 0.01, 0.0, 100),  # a second's worth
        (100_000, 5.0, 0.0, 1),
        (40, 0.001, 0.0, 10),  # towards the end: a share of what is left
        (40, 0.001, 0.05, 40),  # but no message to a cluster for less than 50 ms
        (100_000, 1e-4, 0.05, 256),
        (0, 0.01, 0.05, 0),
    ],
)
def test_chunks_hold_a_second_of_work_and_never_too_little(
    n_runs: int, seconds: float, least: float, size: int
) -> None:
    sweep = runner._Sweep.__new__(runner._Sweep)
    lane = Lane(lambda: ThreadPoolExecutor(1), 2, local=False)
    lane.least = least
    sweep.lanes, sweep.seconds = [lane], seconds
    sweep.pending = range(n_runs)  # type: ignore[assignment]
    assert sweep.size() == size


def test_a_sweep_on_mpi_is_started_again_as_it_was(tmp_path: Path) -> None:
    pytest.importorskip("mpi4py.futures", exc_type=ImportError)
    code = "import shlex; from sim.experiments.mpi import started; print(shlex.join(started()))"
    ended = on_ranks(2, "-c", code, cwd=tmp_path)
    assert ended.stdout.strip() == "mpiexec -n 2 python -m mpi4py.futures -m sim"
