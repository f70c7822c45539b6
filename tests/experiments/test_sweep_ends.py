"""However a sweep ends, what it acknowledged is stored, and the next one completes it.

tests/reliability/test_kills.py and test_full_disks.py end sweeps at the k-th system call.
"""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.experiments import runner
from sim.experiments.design import Run
from sim.experiments.errors import Interrupted, StoreBusy, StoreError
from sim.experiments.lock import locked
from sim.experiments.runner import run_plan
from sim.experiments.server import ONE_THREAD
from sim.experiments.store import open_store
from sim.experiments.ways import Progress, Ways
from sim.experiments.worker import Outcome
from sim.experiments.writer import Writer
from tests.experiments.fakes import simulate, small_plan
from tests.experiments.processes import children, kill_group, start, wait_for_runs
from tests.reliability.scale import forms

STORY = "sleep=0.02"


def killed_again_and_again(folder: Path, kills: int, replicates: int) -> None:
    """Kill a sweep at random moments; nothing it said was stored may be lost, or be there twice."""
    moments = random.Random(20)
    for _ in range(kills):
        sweep = start(folder, STORY, replicates)
        try:
            said = wait_for_runs(sweep)
            time.sleep(moments.uniform(0, 0.4))
        finally:
            said = max(said, kill_group(sweep))
        with open_store(folder) as store:
            table = store.run_table()
            assert len(table) >= said, "an acknowledged run is gone"
            assert not table.duplicated(["treatment", "replicate"]).any()
            assert store.verify() == []


@pytest.mark.parametrize("kills", forms(5, 20, 50))
def test_killed_sweeps_complete_to_the_same_table(tmp_path: Path, kills: int) -> None:
    folder, replicates = tmp_path / "killed", 16 * kills
    killed_again_and_again(folder, kills, replicates)
    with open_store(folder) as store:
        assert 0 < store.counts()[0] < store.counts()[2], "the kills came too late to mean much"
    plan = small_plan(STORY, replicates=replicates)
    run_plan(folder, plan, Ways(jobs=2, executor="threads", simulate=simulate))
    whole = small_plan("", replicates=replicates)  # the story's words do not change a result
    run_plan(tmp_path / "whole", whole, Ways(jobs=1, simulate=simulate))
    with open_store(folder) as store, open_store(tmp_path / "whole") as other:
        assert store.verify() == []
        assert store.digest() == other.digest()


@pytest.mark.parametrize(
    ("number", "jobs", "executor"),
    [
        (signal.SIGINT, 2, "processes"),
        (signal.SIGINT, 1, "processes"),
        (signal.SIGINT, 2, "threads"),
        (signal.SIGTERM, 2, "processes"),
        pytest.param(signal.SIGTERM, 1, "processes", marks=pytest.mark.slow),
        pytest.param(signal.SIGTERM, 2, "threads", marks=pytest.mark.slow),
    ],
)
def test_a_signal_ends_the_sweep_in_two_seconds_with_one_line(
    tmp_path: Path, number: signal.Signals, jobs: int, executor: str
) -> None:
    sweep = start(tmp_path / "s", "sleep=0.05", 200, jobs, executor)
    said = wait_for_runs(sweep)
    below = children(sweep.pid)
    began = time.monotonic()
    # a terminal sends Ctrl-C to the whole group; a supervisor sends SIGTERM to the parent
    (os.killpg if number == signal.SIGINT else os.kill)(sweep.pid, number)
    _, line = sweep.communicate(timeout=30)
    assert time.monotonic() - began < 2
    assert sweep.returncode == 128 + number
    assert line.count("\n") == 1, line
    assert "of 600 runs are stored; continue with: userfirst sweep small" in line.replace("  ", " ")
    with open_store(tmp_path / "s") as store:
        done = store.counts()[0]
    assert done >= said
    assert line.startswith(f"stopped, {done} of 600")
    assert all(gone(pid) for pid in below), "a worker outlived the sweep"


def gone(pid: int, patience: float = 5.0) -> bool:
    """Whether the process ends; one that is dead and not yet buried counts as ended."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.05)
    return False


def ignores_ctrl_c(pid: int) -> bool:
    """Whether SIGINT is ignored, as the system's table of the process says."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    status = dict(line.split(":", 1) for line in lines)
    return bool(int(status["SigIgn"], 16) >> (signal.SIGINT - 1) & 1)


def test_only_the_parent_hears_ctrl_c(tmp_path: Path) -> None:
    sweep = start(tmp_path / "s", "sleep=0.1", 200)
    wait_for_runs(sweep)
    try:
        below = children(sweep.pid)
        assert len(below) >= 2
        assert all(ignores_ctrl_c(pid) for pid in below)
        assert not ignores_ctrl_c(sweep.pid)
    finally:
        kill_group(sweep)


def test_workers_do_not_outlive_a_killed_parent(tmp_path: Path) -> None:
    sweep = start(tmp_path / "s", "sleep=0.2", 200)
    wait_for_runs(sweep)
    below = children(sweep.pid)
    assert len(below) >= 2
    os.kill(sweep.pid, signal.SIGKILL)
    sweep.wait(10)
    assert all(gone(pid) for pid in below)


def test_a_caller_can_stop_a_sweep_and_go_on_later(tmp_path: Path) -> None:
    told: list[Progress] = []
    plan = small_plan("sleep=0.002", replicates=40)
    ways = Ways(1, simulate=simulate, progress=told.append, stop=lambda: told[-1].done >= 10)
    with pytest.raises(Interrupted) as stopped:
        run_plan(tmp_path / "s", plan, ways)
    assert 10 <= stopped.value.done < stopped.value.total == 120
    with open_store(tmp_path / "s") as store:
        assert store.counts() == (stopped.value.done, 0, 120)
        balance = store.run_table().groupby("treatment").size()
    assert balance.max() - balance.min() <= 1, "an interrupted sweep is balanced"
    later: list[Progress] = []
    run_plan(tmp_path / "s", plan, Ways(1, simulate=simulate, progress=later.append))
    assert later[0].done == stopped.value.done, "only what is missing is made"
    assert later[-1].done == 120


def test_a_second_sweep_says_who_is_writing(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    with locked(folder), pytest.raises(StoreBusy, match=rf"process {os.getpid()}\)"):
        run_plan(folder, small_plan(), Ways(1, simulate=simulate))
    sweep = start(folder, "sleep=0.05", 200)
    wait_for_runs(sweep)
    second = start(folder, "sleep=0.05", 200)
    _, line = second.communicate(timeout=30)
    assert second.returncode == 4
    assert line == f"another sweep is writing to {folder} (process {sweep.pid})\n"
    kill_group(sweep)
    run_plan(folder, small_plan(replicates=1), Ways(1, simulate=simulate))  # no stale lock


@pytest.fixture
def nobody() -> Iterator[None]:
    """The rights of a person who owns nothing, for tests that root runs."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def closed() -> Iterator[Path]:
    """A folder that may be read and not written to."""
    folder = Path(tempfile.mkdtemp())  # pytest's own folders cannot be entered by nobody
    folder.chmod(0o555)
    yield folder
    folder.chmod(0o755)
    folder.rmdir()


def test_a_folder_without_permission_is_one_line(closed: Path, nobody: None) -> None:
    with pytest.raises(StoreError) as refused:
        run_plan(closed / "s", small_plan(), Ways(1, simulate=simulate))
    assert str(refused.value) == f"cannot write to {closed / 's'}: Permission denied"
    assert refused.value.status == 4


def test_a_file_in_the_way_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"cannot write to .*: Not a directory"):
        run_plan(tmp_path / "file" / "s", small_plan(), Ways(1, simulate=simulate))


def test_a_full_disk_is_one_line_and_the_sweep_goes_on_later(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    limit = 300_000  # bytes of a single file: the ledger outgrows it

    def small_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    sweep = start(folder, "sleep=0", 300, 1, preexec_fn=small_disk)
    out, line = sweep.communicate(timeout=60)
    assert sweep.returncode == 4, (sweep.returncode, line)
    assert line.count("\n") == 1, line
    assert line.startswith(f"{folder}/")
    assert line.endswith("; continue with: userfirst sweep small\n")
    said = int(out.split()[-1])
    with open_store(folder) as store:
        assert said <= store.counts()[0] < 900
        assert store.verify() == []
    run_plan(folder, small_plan("", replicates=300), Ways(1, simulate=simulate))
    run_plan(tmp_path / "whole", small_plan("", replicates=300), Ways(1, simulate=simulate))
    with open_store(folder) as store, open_store(tmp_path / "whole") as other:
        assert store.digest() == other.digest()


def test_children_inherit_one_thread_each_and_the_parent_keeps_its_own() -> None:
    from sim.experiments.server import birth_conditions

    before = {name: os.environ.get(name) for name in ONE_THREAD}
    with birth_conditions():
        script = "import os; print(*(os.environ[n] for n in os.sys.argv[1:]))"
        said = subprocess.check_output(["python3", "-c", script, *ONE_THREAD], text=True)
    assert said.split() == ["1"] * len(ONE_THREAD)
    assert {name: os.environ.get(name) for name in ONE_THREAD} == before


@pytest.mark.parametrize(("cost", "fewest", "most"), [(0.0, 4, 8), (0.1, 2, 3)])
def test_commits_that_cost_much_are_few(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cost: float, fewest: int, most: int
) -> None:
    """They take a fiftieth of the time as long as no run waits for more than two seconds."""
    monkeypatch.setattr(runner, "CHUNK_SECONDS", 0.05)
    committed: list[int] = []

    def commit(self: Writer, batch: list[tuple[Run, Outcome]], digests: dict[int, str]) -> None:
        committed.append(len(batch))
        if cost:
            time.sleep(cost)

    monkeypatch.setattr(Writer, "commit", commit)
    monkeypatch.setattr(Writer, "tidy", lambda self: None)
    plan = small_plan("sleep=0.03", replicates=30)
    run_plan(tmp_path / "s", plan, Ways(1, simulate=simulate))
    assert sum(committed) == len(plan.runs)
    assert fewest <= len(committed) <= most, committed
