"""Row 7: whatever happens to a worker, the sweep ends: complete, or with the run that did it.

tests/experiments/test_sweep_results.py has runs that kill their own worker, or hang.  Here
the blow comes from outside, at any process below the sweep, as the out-of-memory killer's or
an impatient administrator's does; and a worker stops so that not even its own clock goes on.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import sys
import time
from concurrent.futures import wait
from multiprocessing import forkserver
from pathlib import Path

import pytest

from sim.experiments.executors import ProcessLane
from sim.experiments.runner import run_plan
from sim.experiments.store import open_store
from sim.experiments.verify import verify
from sim.experiments.ways import Progress, Ways
from tests.experiments.fakes import simulate, small_plan
from tests.experiments.processes import children, kill_group, start, wait_for_runs
from tests.reliability.scale import forms

REPLICATES = 60


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("whole") / "s"
    run_plan(folder, small_plan("", replicates=REPLICATES), Ways(1, simulate=simulate))
    with open_store(folder) as store:
        return store.digest()


@pytest.mark.parametrize("blows", forms(1, 2, 10))
@pytest.mark.parametrize(
    "number", [signal.SIGKILL, pytest.param(signal.SIGSEGV, marks=pytest.mark.slow)]
)
def test_a_process_killed_from_outside_costs_nothing(
    tmp_path: Path, whole: str, number: signal.Signals, blows: int
) -> None:
    """A worker, the server that forks them, the tracker of resources: any of them."""
    chance, n_hit = random.Random(number), 0
    for attempt in range(blows):
        folder = tmp_path / str(attempt)
        sweep = start(folder, "sleep=0.02", REPLICATES)
        try:
            wait_for_runs(sweep)
            time.sleep(chance.uniform(0, 0.3))
            below = sorted(children(sweep.pid))
            if below:
                os.kill(chance.choice(below), number)
                n_hit += 1
            _, complaint = sweep.communicate(timeout=60)
        finally:
            if sweep.poll() is None:
                kill_group(sweep)
        assert sweep.returncode == 0, complaint
        with open_store(folder) as store:
            assert store.counts() == (3 * REPLICATES, 0, 3 * REPLICATES)
            assert store.digest() == whole
        assert verify(folder) == []
    assert n_hit > 0


def workers() -> set[int]:
    """Worker processes of this one: children of the server that forks them."""
    found = set()
    for pid in children(os.getpid()):
        parent = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        if parent != os.getpid():
            found.add(pid)
    return found


def gives_signs(pid: int) -> bool:
    """Whether a worker has begun: beside its work it watches its parent and gives signs of life.

    One that is still being born has a minute for its first sign.
    """
    return len(list(Path(f"/proc/{pid}/task").iterdir())) >= 3


def test_a_worker_that_stands_still_is_replaced_within_five_seconds_of_its_limit(
    tmp_path: Path, whole: str
) -> None:
    """SIGSTOP stops every thread of a process, and with them the clock that would end it."""
    stopped: list[float] = []
    ended: list[float] = []
    before = workers()

    def stop_one(progress: Progress) -> None:
        if not stopped and progress.done >= 5:
            for pid in sorted(filter(gives_signs, workers() - before))[:1]:
                os.kill(pid, signal.SIGSTOP)
                stopped.append(time.monotonic())
        if progress.done == progress.total:
            ended.append(time.monotonic())

    limit, began = 0.5, time.monotonic()
    ways = Ways(
        2, "processes", simulate, stop_one, limit=limit,
        stop=lambda: time.monotonic() - began > 60,  # the test itself must not hang
    )  # fmt: skip
    run_plan(tmp_path / "s", small_plan("sleep=0.005", replicates=REPLICATES), ways)
    with open_store(tmp_path / "s") as store:
        assert store.counts() == (3 * REPLICATES, 0, 3 * REPLICATES)
        assert store.digest() == whole
    at_work = 3 * REPLICATES * 0.02  # what one worker alone needs for all of it, and more
    assert ended[0] - stopped[0] < limit + 5 + at_work


@pytest.mark.skipif(sys.platform != "linux", reason="workers are spawned there")
def test_a_worker_is_asked_for_again_while_the_dead_server_is_not_yet_buried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A killed server refuses connections a moment before the system says that it is dead."""
    fork, refusals = forkserver.connect_to_new_process, iter([ConnectionRefusedError, EOFError])

    def refuse_twice(fds: list[int]) -> tuple[int, int]:
        if refusal := next(refusals, None):
            raise refusal
        return fork(fds)

    monkeypatch.setattr(forkserver, "connect_to_new_process", refuse_twice)
    lane = ProcessLane(multiprocessing.get_context("forkserver"))
    wait([lane.submit(simulate, [], False, None, 0.0)])
    assert next(refusals, None) is None
    assert lane.born()
    lane.close()
